"""What was started last, so that the first screen opens with it and one key goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from ui.kept.settings import Settings, keep_settings, read_settings

MOST: Final = 12
"""Athletes and exercises that are remembered in their order."""

LISTS: Final = ("athletes", "protocols")
SEPARATOR: Final = "\n"


@dataclass(frozen=True, slots=True)
class Recent:
    """What was started last; empty where nothing was.

    Attributes
    ----------
    athlete, protocol : str
        Id, and code of the exercise.
    board, port, address, serial : str
        Name from the table of boards, and where it was.
    sites : str
        ``SITE=CH,...``.
    athletes, protocols : tuple of str
        Those before too, newest first.
    """

    athlete: str = ""
    protocol: str = ""
    board: str = ""
    port: str = ""
    address: str = ""
    serial: str = ""
    sites: str = ""
    athletes: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()


NOTHING_YET: Final = Recent()


def recent_of(settings: Settings) -> Recent:
    """Read what the settings remember; what is not there is empty."""
    last = settings.last
    plain = {one.name: last.get(one.name, "") for one in fields(Recent) if one.name not in LISTS}
    listed = {name: tuple(filter(None, last.get(name, "").split(SEPARATOR)))[:MOST] for name in LISTS}
    return Recent(**plain, athletes=listed["athletes"], protocols=listed["protocols"])


def remembered(settings: Settings, started: Recent) -> Settings:
    """Give the settings that remember a start; its lists are taken from what was known before."""
    before = recent_of(settings)
    last = {one.name: getattr(started, one.name) for one in fields(Recent) if one.name not in LISTS}
    for name, newest, known in (
        ("athletes", started.athlete, before.athletes),
        ("protocols", started.protocol, before.protocols),
    ):
        last[name] = SEPARATOR.join([newest, *(other for other in known if other != newest)][:MOST])
    return settings.model_copy(update={"last": last})


def keep_recent(started: Recent) -> None:
    """Remember a start.

    Raises
    ------
    OSError
        If the disk refuses; what was remembered before is as it was.
    """
    keep_settings(remembered(read_settings(), started))


def recent_first(choices: Sequence[tuple[str, str]], order: Sequence[str]) -> list[tuple[str, str]]:
    """Put what was used last first; the rest stays as it was.

    Parameters
    ----------
    choices : sequence of (str, str)
        Codes and their words.
    order : sequence of str
        Codes, newest first; those that are no choice any more are passed over.
    """
    places: Mapping[str, int] = {code: place for place, code in enumerate(order)}
    return sorted(choices, key=lambda choice: places.get(choice[0], len(places)))
