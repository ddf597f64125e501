"""One athlete, one protocol, over time: typical, best, and how the last session stands to them. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from emg.results import Method
from emg.session.library import Number, SessionDigest
from emg.statistics import NEVER, median_iqr

TYPICAL_OF: Final = 5
"""Typical is of so many sessions at most (ours)."""

MIN_FOR_IQR: Final = 3
"""An interquartile range of fewer would say nothing."""

MIN_FRESH: Final = 5
"""Sessions with fresh electrodes before anything is called detectable (ours)."""

Z_95: Final = 1.96


class Best(StrEnum):
    """What the best session of a number is; it is a record to look at, not an aim."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    NEAREST_100 = "nearest_100"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Point:
    """A number in one session.

    Attributes
    ----------
    session : str
        Its id.
    started_at : datetime
        UTC.
    placement : str or None
        Which taping of the electrodes.
    number : Number
        The number with its interval and doubts.
    """

    session: str
    started_at: datetime
    placement: str | None
    number: Number

    @property
    def value(self) -> float | None:
        """The value, ``NEVER`` for a latency longer than any."""
        return NEVER if self.number.never else self.number.value


@dataclass(frozen=True, slots=True)
class Typical:
    """Median and interquartile range over ``n`` sessions; None where they fall among "never"."""

    median: float | None
    iqr: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Change:
    """The last session against what was typical before it: in percent, or for a latency in seconds."""

    pct: float | None = None
    s: float | None = None


@dataclass(frozen=True, slots=True)
class Detectable:
    """How far two sessions with fresh electrodes must be apart before more than chance is likely.

    Attributes
    ----------
    n : int
        Sessions with fresh electrodes it was taken from.
    rise_pct, fall_pct : float or None
        On the log scale, so up and down differ: twice as much is as far as half as much.
    s : float or None
        For a latency.
    with_last : bool
        Whether the last session is among them; then it judges sessions to come, not that one.
    """

    n: int
    rise_pct: float | None = None
    fall_pct: float | None = None
    s: float | None = None
    with_last: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One number over the sessions.

    Attributes
    ----------
    name : str
        As in ``SessionDigest.numbers``.
    points : tuple of Point
        Sessions that have it, oldest first.
    typical : Typical
        Of the last ones, the last included.
    before : Typical
        Of the ones before the last.
    best : Point or None
        None where nobody can say what better is. One with a doubtful maximum only if there is no other.
    last : Point or None
        None if the last session of the trend does not have it: an older value is not the last.
    change : Change or None
        Last against ``before``.
    detectable : Detectable or None
        Smallest detectable change.
    detectable_reason : str
        Code why there is none: ``sdc_needs_sessions:N`` (N more with fresh electrodes), ``sdc_never_fired``.
    beyond : bool or None
        Whether the change is larger than that; None where nobody can say yet.
    """

    name: str
    points: tuple[Point, ...]
    typical: Typical
    before: Typical
    best: Point | None
    last: Point | None
    change: Change | None
    detectable: Detectable | None
    detectable_reason: str
    beyond: bool | None


@dataclass(frozen=True, slots=True)
class Trend:
    """All numbers of one athlete in one protocol.

    Attributes
    ----------
    athlete, protocol : str
        Whose, and in what.
    sessions : tuple of str
        Ids of the sessions in it, oldest first.
    n_fresh : int
        How many tapings of the electrodes are known among them.
    series : mapping from name to Series
        Only numbers that some session has.
    caveats : tuple of str
        What differs among the last session and those before it: ``mixed_ways`` (maxima of the full and of
        the quick way), ``mixed_boards``.
    """

    athlete: str
    protocol: str
    sessions: tuple[str, ...]
    n_fresh: int
    series: Mapping[str, Series]
    caveats: tuple[str, ...]


def enters_trend(digest: SessionDigest) -> bool:
    """Whether a session may stand in a trend: measured, of a person, and closed in order."""
    return digest.kind == "session" and digest.complete and not digest.simulated


def trends(digests: Iterable[SessionDigest]) -> tuple[Trend, ...]:
    """Follow each athlete in each protocol.

    Parameters
    ----------
    digests : iterable of SessionDigest
        In any order; what may not enter is left out.

    Returns
    -------
    tuple of Trend
        By athlete and protocol.
    """
    groups: dict[tuple[str, str], list[SessionDigest]] = {}
    for digest in sorted(filter(enters_trend, digests), key=lambda one: (one.started_at, one.id)):
        groups.setdefault((digest.athlete, digest.protocol), []).append(digest)
    return tuple(_trend(groups[who_and_what]) for who_and_what in sorted(groups))


def best_of(name: str) -> Best:
    """Say what the best of a number is.

    A hamstring's own level has no better, nor has a diagonal: a sore hamstring that holds back makes
    it larger.
    """
    if name.endswith("_latency_s"):
        return Best.LOWEST
    if name.endswith("_lsi_pct"):
        return Best.NEAREST_100
    if name.startswith(("glute_", "ratio_")):
        return Best.HIGHEST
    return Best.NONE


def smallest_detectable_change(points: Sequence[Point], name: str) -> tuple[Detectable | None, str]:
    """Smallest detectable change of one athlete, from the own scatter between sessions.

    ``SDC = 1.96 * sqrt(2) * SEM``; the SEM is the standard deviation (n - 1) between this athlete's own
    sessions with fresh electrodes, of the logs (of the seconds for a latency, which may be below 0).
    Of each taping the first session counts, as one measured with fresh electrodes. What really changed
    from session to session is in that scatter too, so the SDC is rather too large than too small.

    Parameters
    ----------
    points : sequence of Point
        Oldest first. One whose taping nobody knows, or that has no logarithm, does not count.
    name : str
        Name of the number.

    Returns
    -------
    Detectable or None
        None before ``MIN_FRESH`` sessions with fresh electrodes.
    str
        Code why there is none.

    References
    ----------
    Weir (2005), J Strength Cond Res 19:231-240: SEM, and the minimal difference ``SEM * 1.96 * sqrt(2)``.
    Bland and Altman (1996), BMJ 313:106: on the log scale where the error grows with the value.
    """
    found = _fresh(points, name)
    if len(found) < MIN_FRESH:
        return None, f"sdc_needs_sessions:{MIN_FRESH - len(found)}"
    if NEVER in found:
        return None, "sdc_never_fired"
    reach = Z_95 * math.sqrt(2.0) * statistics.stdev(found)
    if not _on_logs(name):
        return Detectable(len(found), s=reach), ""
    return Detectable(
        len(found), rise_pct=100.0 * math.expm1(reach), fall_pct=-100.0 * math.expm1(-reach)
    ), ""


def _trend(group: Sequence[SessionDigest]) -> Trend:
    names = dict.fromkeys(name for digest in group for name in digest.numbers)
    series = (_series(name, group) for name in names)
    return Trend(
        athlete=group[0].athlete,
        protocol=group[0].protocol,
        sessions=tuple(digest.id for digest in group),
        n_fresh=len({digest.placement for digest in group} - {None}),
        series={one.name: one for one in series if one.points},
        caveats=_caveats(group[-TYPICAL_OF - 1 :]),
    )


def _series(name: str, group: Sequence[SessionDigest]) -> Series:
    all_points = (
        Point(digest.id, digest.started_at, digest.placement, digest.numbers[name])
        for digest in group
        if name in digest.numbers
    )
    points = tuple(point for point in all_points if point.value is not None)
    last = points[-1] if points and points[-1].session == group[-1].id else None
    earlier = points if last is None else points[:-1]
    before = _typical(earlier)
    change = None if last is None else _change(name, last, before)
    detectable, reason = _detectable(name, points, last)
    return Series(
        name=name,
        points=points,
        typical=_typical(points),
        before=before,
        best=_best(name, points),
        last=last,
        change=change,
        detectable=detectable,
        detectable_reason=reason,
        beyond=_beyond(change, detectable),
    )


def _typical(points: Sequence[Point]) -> Typical:
    values = [point.value for point in points[-TYPICAL_OF:] if point.value is not None]
    found = median_iqr(values)
    return Typical(found.median, found.iqr if len(values) >= MIN_FOR_IQR else None, len(values))


def _best(name: str, points: Sequence[Point]) -> Point | None:
    """First of the best; a doubtful maximum is too low, so it would win every time."""
    kind = best_of(name)
    known = [point for point in points if point.number.value is not None]
    believed = [point for point in known if not point.number.doubts] or known
    if kind is Best.NONE or not believed:
        return None
    return min(believed, key=lambda point: _rank(kind, point.number.value or 0.0))


def _rank(kind: Best, value: float) -> float:
    if kind is Best.NEAREST_100:
        return abs(math.log(value / 100.0)) if value > 0.0 else math.inf
    return value if kind is Best.LOWEST else -value


def _change(name: str, last: Point, before: Typical) -> Change | None:
    now, then = last.number.value, before.median
    if now is None or then is None:
        return None
    if not _on_logs(name):
        return Change(s=now - then)
    return Change(pct=100.0 * (now / then - 1.0)) if now > 0.0 and then > 0.0 else None


def _detectable(name: str, points: Sequence[Point], last: Point | None) -> tuple[Detectable | None, str]:
    """Give the SDC of the other tapings than the last session's, else of all.

    A session may not widen the scatter that it is judged by: among five, the last can be sqrt(5) = 2.24 of
    their common standard deviations away from the mean of the others, and the SDC is 2.77 of them.
    """
    if last is None:
        return smallest_detectable_change(points, name)
    others = [point for point in points if point.placement != last.placement]
    found, reason = smallest_detectable_change(others, name)
    if found is not None or reason == "sdc_never_fired":
        return found, reason
    whole, reason = smallest_detectable_change(points, name)
    if whole is None:
        return None, reason
    return Detectable(whole.n, whole.rise_pct, whole.fall_pct, whole.s, with_last=True), ""


def _beyond(change: Change | None, detectable: Detectable | None) -> bool | None:
    if change is None or detectable is None or detectable.with_last:
        return None
    if change.s is not None and detectable.s is not None:
        return abs(change.s) > detectable.s
    if change.pct is None or detectable.rise_pct is None or detectable.fall_pct is None:
        return None
    return change.pct > detectable.rise_pct or -change.pct > detectable.fall_pct


def _fresh(points: Sequence[Point], name: str) -> list[float]:
    """First value of each known taping, on its scale."""
    firsts: dict[str, Point] = {}
    for point in points:
        if point.placement is not None:
            firsts.setdefault(point.placement, point)
    values = [point.value for point in firsts.values() if point.value is not None]
    return [math.log(value) for value in values if value > 0.0] if _on_logs(name) else values


def _on_logs(name: str) -> bool:
    return not name.endswith("_latency_s")


def _caveats(group: Sequence[SessionDigest]) -> tuple[str, ...]:
    """Tell what differs between sessions whose numbers stand side by side."""
    told = {
        "mixed_ways": {method for digest in group for method in digest.methods.values()} - {Method.SUBMAX},
        "mixed_boards": {digest.board for digest in group},
    }
    return tuple(code for code, found in told.items() if len(found) > 1)
