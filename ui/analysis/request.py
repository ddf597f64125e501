"""What ``powerhold analyze`` is asked for, as it was typed, and what it means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emg.analysis import Span, WorkWindow
from emg.montage import Montage, Side, Site
from emg.said import Said


class RequestError(ValueError):
    """The command line cannot be meant so; the message says what to write."""


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """What the user asked for.

    Attributes
    ----------
    path : Path
        A file, or the folder of a session or recording.
    sites : str or None
        ``SITE=COLUMN,...``; a session knows its own.
    fs_hz, unit, scale, header, skip
        How to read a plain file.
    rest : str or None
        ``A:B`` in seconds.
    mvc, work : tuple of str
        ``SITE=A:B`` and ``SIDE=A:B``.
    from_s : float
        Left out at the beginning.
    calibration : Path or None
        Instead of rest and mvc.
    zero_phase : bool
        Filter forwards and backwards.
    mains : str or None
        ``50``, ``60`` or ``off``; None for a session's own, and off for a file.
    out : Path or None
        Parent of the new folder.
    """

    path: Path
    sites: str | None = None
    fs_hz: float | None = None
    unit: str | None = None
    scale: float = 1.0
    header: bool = True
    skip: int = 0
    rest: str | None = None
    mvc: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    from_s: float = 0.5
    calibration: Path | None = None
    zero_phase: bool = False
    mains: str | None = None
    out: Path | None = None

    @property
    def says_how_to_read(self) -> bool:
        """Whether anything was said that only a plain file leaves open."""
        said = (self.fs_hz, self.unit, self.scale, self.header, self.skip)
        return said != (None, None, 1.0, True, 0)


def site_columns(text: str) -> tuple[Montage, tuple[str, ...]]:
    """Read ``glute_left=1,ham_left=BF``.

    Returns
    -------
    Montage
        The sites on channels 1, 2 ... in the order given.
    tuple of str
        Their columns: header names, or numbers of signal columns.

    Raises
    ------
    RequestError
        If a part is not SITE=COLUMN.
    MontageError
        If the sites do not go together.
    """
    sites: list[Site] = []
    columns: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, column = (word.strip() for word in part.partition("="))
        if not column:
            raise RequestError(
                Said(
                    "'{part}' is not SITE=COLUMN: write for example glute_left=1 or glute_left=EMG1.",
                    part=part,
                )
            )
        sites.append(Site.parse(name))
        columns.append(column)
    return Montage(tuple((site, number) for number, site in enumerate(sites, start=1))), tuple(columns)


def span_of(text: str) -> Span:
    """Read ``A:B`` in seconds.

    Raises
    ------
    RequestError
        If these are not two numbers.
    AnalysisError
        If they are no window.
    """
    try:
        start_s, stop_s = (float(part) for part in text.split(":"))
    except ValueError:
        start_s = stop_s = math.nan
    if not (math.isfinite(start_s) and math.isfinite(stop_s)):
        raise RequestError(
            Said("'{text}' is not a window: write A:B in seconds, for example 2:7.5.", text=text)
        )
    return Span(start_s, stop_s)


def efforts_of(texts: Sequence[str], montage: Montage) -> dict[str, tuple[Span, ...]]:
    """Read ``SITE=A:B``, any number for a site.

    Raises
    ------
    RequestError
        If a site is not among those that are analysed.
    """
    efforts: dict[str, tuple[Span, ...]] = {}
    for text in texts:
        site, _, window = text.partition("=")
        if montage.index(site.strip()) is None:
            raise RequestError(
                Said(
                    "'{text}' names no site of this analysis: write SITE=A:B with {sites}.",
                    text=text,
                    sites=", ".join(montage.names),
                )
            )
        efforts[site.strip()] = (*efforts.get(site.strip(), ()), span_of(window))
    return efforts


def work_of(texts: Sequence[str]) -> tuple[WorkWindow, ...]:
    """Read ``left=A:B`` and ``right=A:B``.

    Raises
    ------
    RequestError
        If a side is neither.
    """
    found = []
    for text in texts:
        side, _, window = text.partition("=")
        if side.strip() not in set(Side):
            raise RequestError(
                Said("'{text}' names no side: write left=A:B or right=A:B in seconds.", text=text)
            )
        found.append(WorkWindow(Side(side.strip()), span_of(window)))
    return tuple(found)
