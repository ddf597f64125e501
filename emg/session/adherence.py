"""How often somebody trained, week by week, beside the plan. Pure: day and time zone are passed in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from emg.session.library import SessionDigest

DAYS: Final = 7

MOST_PER_WEEK: Final = 21
"""As a plan file has it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was agreed on.

    Attributes
    ----------
    per_day : int
        Times a day, 1 or 2: the article's "once or twice a day".
    measured_per_week : int
        Of these measured with a board, 1 or 2 a week (ours).
    per_week : int or None
        Times a week, 1 to 21, as a therapist's plan says it; it goes before ``per_day``.

    Raises
    ------
    ValueError
        For any other number.
    """

    per_day: int = 1
    measured_per_week: int = 1
    per_week: int | None = None

    def __post_init__(self) -> None:
        if self.per_day not in (1, 2) or self.measured_per_week not in (1, 2):
            raise ValueError("A plan is once or twice a day, and measured once or twice a week.")
        if self.per_week is not None and not 1 <= self.per_week <= MOST_PER_WEEK:
            raise ValueError(f"A plan is 1 to {MOST_PER_WEEK} times a week.")

    @property
    def counted_per_day(self) -> int:
        """So many times on one day count: two days' work on one day does not make up for the other."""
        return self.per_day if self.per_week is None else math.ceil(self.per_week / DAYS)

    def times_in(self, n_days: int) -> int:
        """How often in so many days of one week."""
        return self.per_day * n_days if self.per_week is None else math.ceil(self.per_week * n_days / DAYS)


@dataclass(frozen=True, slots=True)
class Done:
    """One time that somebody trained.

    Attributes
    ----------
    day : date
        On the athlete's own calendar.
    measured : bool
        With a board; else practised by the clock.
    """

    day: date
    measured: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in a row.

    Attributes
    ----------
    first, last : date
        The days; the last week ends today.
    n_days : int
        Of these from the first time ever on: nobody is late for a day before the beginning.
    days_done : int
        Days with at least one session or practice.
    times : int
        Sessions and practices.
    times_counted, times_planned : int
        Those, no more a day than planned: two days' work on one day does not make up for the other.
    measured, measured_planned : int
        Measured sessions.
    """

    first: date
    last: date
    n_days: int
    days_done: int
    times: int
    times_counted: int
    times_planned: int
    measured: int
    measured_planned: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How a plan of so many times a week was kept, in weeks that begin on Monday.

    Attributes
    ----------
    times, planned : int
        In the present week.
    weeks, n_weeks : int
        Of the whole weeks before it those in which it was kept, and all since the first time ever.
    """

    times: int
    planned: int
    weeks: int
    n_weeks: int


def day_of(moment: datetime, tz: tzinfo | None) -> date:
    """Day on the athlete's own calendar.

    Parameters
    ----------
    moment : datetime
        With time zone.
    tz : tzinfo or None
        The athlete's; None for the clock of this place.
    """
    return moment.astimezone(tz).date()


def done_of(digests: Iterable[SessionDigest], tz: tzinfo | None) -> tuple[Done, ...]:
    """Sessions and practices in which something was held, also those that were cut short.

    Parameters
    ----------
    digests : iterable of SessionDigest
        Of one athlete; recordings and simulated sessions are left out.
    tz : tzinfo or None
        The athlete's; None for the clock of this place.
    """
    return tuple(
        Done(day_of(digest.started_at, tz), digest.kind == "session")
        for digest in digests
        if digest.kind != "recording" and digest.exercised and not digest.simulated
    )


def adherence(done: Iterable[Done], plan: Plan, today: date, weeks: int = 4) -> tuple[Week, ...]:
    """Count the last weeks.

    Parameters
    ----------
    done : iterable of Done
        In any order; what is dated after today is in no week.
    plan : Plan
        What was agreed on.
    today : date
        Last day of the last week.
    weeks : int
        How many weeks of seven days at most.

    Returns
    -------
    tuple of Week
        Oldest first; weeks before the first time ever are left out, so there may be none.
    """
    known = list(done)
    if not known:
        return ()
    began = min(one.day for one in known)
    lasts = (today - timedelta(days=DAYS * back) for back in reversed(range(weeks)))
    return tuple(_week(known, plan, last, began) for last in lasts if last >= began)


def kept(done: Iterable[Done], plan: Plan, today: date, weeks: int) -> Kept:
    """Say how a plan was kept.

    Parameters
    ----------
    done : iterable of Done
        In any order; what is dated after today is left out.
    plan : Plan
        What was agreed on.
    today : date
        In the present week.
    weeks : int
        How many weeks at most, the present one among them.
    """
    known = [one for one in done if one.day <= today]
    began = min((one.day for one in known), default=today)
    sunday = today + timedelta(days=DAYS - 1 - today.weekday())
    now = _week(known, plan, sunday, began)
    lasts = (sunday - timedelta(days=DAYS * back) for back in range(1, weeks))
    whole = [_week(known, plan, last, began) for last in lasts if last >= began]
    return Kept(
        now.times_counted,
        now.times_planned,
        sum(week.times_counted >= week.times_planned for week in whole),
        len(whole),
    )


def _week(done: Iterable[Done], plan: Plan, last: date, began: date) -> Week:
    first = last - timedelta(days=DAYS - 1)
    within = [one for one in done if first <= one.day <= last]
    per_day = Counter(one.day for one in within)
    n_days = (last - max(first, began)).days + 1
    return Week(
        first=first,
        last=last,
        n_days=n_days,
        days_done=len(per_day),
        times=len(within),
        times_counted=sum(min(times, plan.counted_per_day) for times in per_day.values()),
        times_planned=plan.times_in(n_days),
        measured=sum(one.measured for one in within),
        measured_planned=math.ceil(plan.measured_per_week * n_days / DAYS),
    )
