"""Which electrode pair sits on which muscle, and on which channel of the board."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

from emg.said import Said

SITE_PATTERN: Final = re.compile(r"^([a-z0-9_]+)_(left|right)\Z")

BDF_NAMES: Final[Mapping[str, str]] = {
    "glute": "GLUTE",
    "ham": "HAM",
    "glute_med": "GMED",
    "glute_upper": "GUPP",
    "glute_lower": "GLOW",
    "ham_medial": "HAMMED",
    "ham_lateral": "HAMLAT",
    "quad": "QUAD",
    "adductor": "ADD",
    "calf": "CALF",
    "erector": "ERECT",
}
"""Muscles with a listed label in raw.bdf; others are accepted with a warning."""

MAX_SESSION_SITES: Final = 4


class MontageError(ValueError):
    """The sites cannot be used as given; the message says what to write."""


class Side(StrEnum):
    """The athlete's own left or right."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Legs(StrEnum):
    """Both legs: at once, or one after the other."""

    BOTH = "both"
    ALTERNATING = "alternating"


WorkingSide: TypeAlias = Side | Legs
"""Which leg works in a hold: one of them, or both."""


def working_side(text: str) -> WorkingSide:
    """Read a working side.

    Raises
    ------
    ValueError
        If it is neither a side nor one of the ways of using both legs.
    """
    return Side(text) if text in set(Side) else Legs(text)


def sides_of(working: WorkingSide) -> tuple[Side, ...]:
    """Give the sides that work: one, or left and right."""
    return (working,) if isinstance(working, Side) else tuple(Side)


@dataclass(frozen=True, slots=True)
class Site:
    """One electrode pair: a muscle and a side."""

    muscle: str
    side: Side

    @classmethod
    @lru_cache(maxsize=64)  # the same few names are read for every block
    def parse(cls, name: str) -> Site:
        """Read ``glute_left`` and the like.

        Raises
        ------
        MontageError
            If the name does not end in ``_left`` or ``_right``.
        """
        match = SITE_PATTERN.match(name)
        if match is None:
            raise MontageError(
                Said(
                    "'{name}' is not a site: write a muscle and a side, for example glute_left or ham_right.",
                    name=name,
                )
            )
        return cls(match[1], Side(match[2]))

    @property
    def name(self) -> str:
        """The site as it is written in files."""
        return f"{self.muscle}_{self.side}"

    @property
    def bdf_label(self) -> str:
        """Label in raw.bdf: ``EMG`` and at most 12 characters."""
        muscle = BDF_NAMES.get(self.muscle, self.muscle.upper())
        return f"EMG {muscle[:10]}_{'L' if self.side is Side.LEFT else 'R'}"

    @property
    def listed(self) -> bool:
        """Whether the muscle is one of the known ones."""
        return self.muscle in BDF_NAMES


@dataclass(frozen=True, slots=True)
class Montage:
    """The sites of a session and their channels.

    Attributes
    ----------
    channels : tuple of (Site, int)
        Site and channel of the board, channels counted from 1.
    """

    channels: tuple[tuple[Site, int], ...]

    def __post_init__(self) -> None:
        sites = [site for site, _ in self.channels]
        numbers = [channel for _, channel in self.channels]
        if not sites:
            raise MontageError(Said("Give at least one site, for example glute_left=1."))
        for number in numbers:
            if number < 1:
                raise MontageError(Said("Channels count from 1; {number} was given.", number=number))
            if numbers.count(number) > 1:
                names = tuple(site.name for site, channel in self.channels if channel == number)
                raise MontageError(
                    Said(
                        "Channel {number} is given to {names}: each site needs its own channel.",
                        number=number,
                        names=names,
                    )
                )
        for site in sites:
            if sites.count(site) > 1:
                raise MontageError(Said("{site} is given twice.", site=site.name))

    @classmethod
    def parse(cls, text: str) -> Montage:
        """Read ``glute_left=1,ham_left=2``.

        Raises
        ------
        MontageError
            If a part is not SITE=CHANNEL, or the whole is not a montage.
        """
        channels: list[tuple[Site, int]] = []
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            name, _, number = part.partition("=")
            if not number.strip().isdecimal() or len(number) > 6:
                raise MontageError(
                    Said("'{part}' is not SITE=CHANNEL: write for example glute_left=1.", part=part)
                )
            channels.append((Site.parse(name.strip()), int(number)))
        return cls(tuple(channels))

    @classmethod
    def of(cls, channels: Mapping[str, int]) -> Montage:
        """Build a montage from site names and channels."""
        return cls(tuple((Site.parse(name), channel) for name, channel in channels.items()))

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites, in the order given."""
        return tuple(site for site, _ in self.channels)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sites, in the order given."""
        return tuple(site.name for site, _ in self.channels)

    @property
    def columns(self) -> tuple[int, ...]:
        """Zero-based columns of ``SampleBlock.data_uv``, in the order of ``names``."""
        return tuple(channel - 1 for _, channel in self.channels)

    def as_dict(self) -> dict[str, int]:
        """Site names and their channels, as written to files."""
        return {site.name: channel for site, channel in self.channels}

    def index(self, name: str) -> int | None:
        """Position of a site in ``names``, or None if it is not measured."""
        return self.names.index(name) if name in self.names else None

    def check_session(self) -> None:
        """Refuse more sites than a session shows; recordings and analyses may have any number.

        Raises
        ------
        MontageError
            With the number given.
        """
        if len(self.channels) > MAX_SESSION_SITES:
            raise MontageError(
                Said(
                    "A session has one to {most} sites; {n} were given.",
                    most=MAX_SESSION_SITES,
                    n=len(self.channels),
                )
            )

    def check_fits(self, n_channels: int, board: str) -> None:
        """Refuse a channel that the board does not have.

        Raises
        ------
        MontageError
            With the board's number of channels.
        """
        for site, channel in self.channels:
            if channel > n_channels:
                raise MontageError(
                    Said(
                        "{site} is given channel {channel}, but {board} has channels 1 to {n}.",
                        site=site.name,
                        channel=channel,
                        board=board,
                        n=n_channels,
                    )
                )

    def bdf_labels(self, n_channels: int) -> tuple[str, ...]:
        """Labels of all EMG channels of the board; by number without a site, or where two would be alike."""
        labels = [site.bdf_label for site in self.sites]
        by_channel = {
            channel: site.bdf_label for site, channel in self.channels if labels.count(site.bdf_label) == 1
        }
        return tuple(by_channel.get(number, f"EMG CH{number}") for number in range(1, n_channels + 1))

    def unlisted(self) -> tuple[str, ...]:
        """Sites whose muscle is not in the table: accepted, with a warning."""
        return tuple(site.name for site in self.sites if not site.listed)


FOUR_SITES: Final = Montage.of({"glute_left": 1, "ham_left": 2, "glute_right": 3, "ham_right": 4})
"""The four of the main view, on the first four channels."""


def _no_sites() -> Montage:
    """Make the one montage without a site, past the check that refuses what somebody typed as one."""
    empty = object.__new__(Montage)
    object.__setattr__(empty, "channels", ())
    return empty


NO_SITES: Final = _no_sites()
"""Nothing is measured: a practice by the clock. An empty list of sites that somebody gives is refused."""


def ordered(names: Iterable[str]) -> list[str]:
    """Sort site names as people read them: left before right, glute before hamstring."""
    rank = {name: index for index, name in enumerate(FOUR_SITES.names)}
    return sorted(names, key=lambda name: (rank.get(name, len(rank)), name))
