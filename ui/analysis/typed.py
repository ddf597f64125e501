"""Sites and windows of a recording: what was typed, what it means, and how files keep it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from emg.analysis import AnalysisPlan, Span, WorkWindow
from emg.montage import Montage, Side, Site
from emg.said import Said


class RequestError(ValueError):
    """The command line cannot be meant so; the message says what to write."""


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


def windows_json(plan: AnalysisPlan) -> dict[str, Any]:
    """List the windows that the numbers are taken from."""
    return {
        "rest": None if plan.rest is None else edges(plan.rest),
        "mvc": {site: [edges(span) for span in spans] for site, spans in plan.mvc.items()},
        "work": [{"side": window.side.value, "window": edges(window.span)} for window in plan.work],
    }


def edges(span: Span) -> list[float]:
    """Give the two ends of a window, as files keep them."""
    return [span.start_s, span.stop_s]
