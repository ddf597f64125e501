"""An athlete's sessions over time, read once: what the history page draws without touching the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from emg.foreign import NotStrict, read_small, strict_object
from emg.results import Outcome
from emg.session.adherence import DAYS, Done, Kept, Plan, day_of, done_of, kept
from emg.session.bundle import SessionReadError
from emg.session.folder import SessionFolder
from emg.session.library import SessionDigest, read_digest
from emg.session.small_files import MAX_SUMMARY_BYTES, DigestError
from emg.session.trend import Trend, trends
from ui.kept.library import athlete_library
from ui.session.course_making import read_courses
from ui.session.courses import SetCourse
from ui.session.front import SessionEnd
from ui.words.told import told

WEEKS: Final = 12
"""So many columns of the calendar, this week included (ours)."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar.

    Attributes
    ----------
    day : date
        On the athlete's own calendar.
    times : int
        How often somebody trained.
    measured : bool
        Whether with a board, at least once.
    """

    day: date
    times: int = 0
    measured: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one athlete.

    Attributes
    ----------
    digests : tuple of SessionDigest
        Newest first.
    trends : tuple of Trend
        One a protocol; simulated sessions are in none.
    days : tuple of Day
        Whole weeks from a Monday on; the last day is today.
    n_broken : int
        Folders that cannot be read.
    kept : Kept or None
        How the therapist's plan of so many times a week was kept; None without one.
    """

    digests: tuple[SessionDigest, ...] = ()
    trends: tuple[Trend, ...] = ()
    days: tuple[Day, ...] = ()
    n_broken: int = 0
    kept: Kept | None = None

    def trend(self, protocol: str) -> Trend | None:
        """Trend of a protocol, None without one."""
        return next((trend for trend in self.trends if trend.protocol == protocol), None)


@dataclass(frozen=True, slots=True, eq=False)
class PastSession:
    """A session of the past, as its summary and its pictures show it.

    Attributes
    ----------
    end : SessionEnd
        As at its end, less what was taken out by hand since; the message is why there are no pictures, if
        something cannot be read.
    sets : tuple of SetCourse
        Its pictures; none where there is nothing to draw.
    """

    end: SessionEnd
    sets: tuple[SetCourse, ...] = ()


def read_history(athlete: str, today: date | None = None, *, per_week: int | None = None) -> History:
    """Read all sessions of an athlete, lightly: neither samples nor events.

    Parameters
    ----------
    athlete : str
        Id.
    today : date or None
        Last day of the calendar; by the clock of this place unless told.
    per_week : int or None
        How often a week the athlete's plan wants it done; None without one.
    """
    library = athlete_library(athlete)
    last = day_of(datetime.now(UTC), None) if today is None else today
    done = done_of(library.digests, None)
    return History(
        digests=library.digests[::-1],
        trends=trends(library.digests),
        days=calendar(done, last),
        n_broken=len(library.broken),
        kept=None if per_week is None else kept(done, Plan(per_week=per_week), last, WEEKS),
    )


def calendar(done: Iterable[Done], today: date, weeks: int = WEEKS) -> tuple[Day, ...]:
    """Give each day of the last weeks, from a Monday to today."""
    known: dict[date, list[Done]] = {}
    for one in done:
        known.setdefault(one.day, []).append(one)
    monday = today - timedelta(days=today.weekday() + DAYS * (weeks - 1))
    days = (monday + timedelta(days=passed) for passed in range((today - monday).days + 1))
    return tuple(
        Day(day, len(on), any(one.measured for one in on)) for day in days for on in [known.get(day, [])]
    )


def read_past(folder: Path) -> PastSession:
    """Read a session for its summary and its pictures; what cannot be read is said, and left out."""
    sets: tuple[SetCourse, ...] = ()
    message, outcomes = "", Counter[Outcome]()
    try:
        for counted in read_digest(folder).holds.counts.values():
            outcomes.update(counted)
        sets = read_courses(folder)
    except (DigestError, SessionReadError) as error:
        message = told(error)
    n_holds = sum(outcomes.values())
    end = SessionEnd(
        message=message,
        folder=folder,
        holds=n_holds,
        valid_holds=n_holds - outcomes[Outcome.VOID],
        unfinished=outcomes[Outcome.INCOMPLETE] + outcomes[Outcome.LOST_BALANCE],
        summary=_summary(SessionFolder(folder).summary_json),
    )
    return PastSession(end, sets)


def _summary(path: Path) -> Mapping[str, Any]:
    try:
        return strict_object(read_small(path, MAX_SUMMARY_BYTES))
    except (OSError, NotStrict):
        return {}
