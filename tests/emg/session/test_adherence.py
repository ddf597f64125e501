"""Claims about how often somebody trained."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from emg.results import Outcome, Role
from emg.session.adherence import Done, Kept, Plan, Week, adherence, day_of, done_of, kept
from emg.session.library import Holds
from tests.emg.session.past import MARCH, digest

TODAY = date(2026, 3, 28)
EVERY_DAY = [Done(TODAY - timedelta(days=back), measured=back % 7 == 0) for back in range(60)]


def weeks(*days: int, plan: Plan | None = None, n: int = 4) -> tuple[Week, ...]:
    """Weeks that end on the 28th, of one practice on each of these days of March."""
    done = [Done(date(2026, 3, day), measured=False) for day in days]
    return adherence(done, plan or Plan(), TODAY, n)


def test_every_day_is_seven_of_seven_in_each_of_four_weeks() -> None:
    """Else nobody can ever keep to the plan."""
    found = adherence(EVERY_DAY, Plan(), TODAY)

    assert [(week.days_done, week.n_days, week.times_counted, week.times_planned) for week in found] == [
        (7, 7, 7, 7)
    ] * 4
    assert [(week.measured, week.measured_planned) for week in found] == [(1, 1)] * 4
    assert (found[0].first, found[-1].last) == (date(2026, 3, 1), TODAY)
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(found))


def test_a_practice_counts_and_is_not_a_measured_session() -> None:
    """Else practice without a board is no training, or nobody ever has to measure."""
    (week,) = weeks(22, 24, n=1)

    assert (week.days_done, week.times, week.measured) == (2, 2, 0)


def test_much_on_one_day_does_not_make_up_for_another() -> None:
    """Else seven times on Sunday is a perfect week."""
    (week,) = weeks(22, 22, 22, 22, n=1)

    assert (week.days_done, week.times, week.times_counted) == (1, 4, 1)


def test_twice_a_day_counts_twice() -> None:
    """Else half of what was agreed on looks like all of it."""
    (week,) = weeks(22, 22, 22, 28, n=1, plan=Plan(2, 2))

    assert (week.times_counted, week.times_planned, week.measured_planned) == (3, 14, 2)


def test_nobody_is_late_for_the_days_before_the_beginning() -> None:
    """Else whoever began on Thursday is told that they missed three weeks."""
    (week,) = weeks(26)

    assert (week.n_days, week.times_planned, week.measured_planned) == (3, 3, 1)


def test_a_week_in_which_nothing_was_done_is_shown_as_that() -> None:
    """Else a pause disappears from the list."""
    assert [week.days_done for week in weeks(2, 27)] == [1, 0, 0, 1]


def test_what_is_dated_after_today_is_not_counted() -> None:
    """Else a wrong clock fills next week."""
    assert weeks(29) == ()
    assert [week.times for week in weeks(28, 29)] == [1]


def test_a_beginning_before_the_shown_weeks_is_still_the_beginning() -> None:
    """Else the first shown week of an old hand looks like a fresh start."""
    done = [Done(date(2026, 1, 1), measured=True), Done(TODAY, measured=True)]

    assert [week.n_days for week in adherence(done, Plan(), TODAY)] == [7, 7, 7, 7]


def test_nothing_done_is_no_weeks() -> None:
    """Else a new athlete is shown four empty weeks."""
    assert adherence([], Plan(), TODAY) == ()


def test_a_plan_of_times_a_week_is_kept_by_so_many_on_days_of_their_own() -> None:
    """Else four times on Sunday keep a plan of four a week, or a plan of four asks for seven."""
    spread, crowded = (weeks(*days, n=1, plan=Plan(per_week=4)) for days in ((22, 24, 26, 28), (22,) * 4))
    assert [(week.times_counted, week.times_planned) for week in (*spread, *crowded)] == [(4, 4), (1, 4)]
    (often,) = weeks(22, 22, 22, 23, n=1, plan=Plan(per_week=10))
    assert (often.times_counted, often.times_planned) == (3, 10)
    (late,) = weeks(26, plan=Plan(per_week=4))
    assert (late.n_days, late.times_planned) == (3, 2)


def test_a_plan_of_times_a_week_is_told_by_whole_weeks_and_the_present_one() -> None:
    """Else a Tuesday is behind with a week that has just begun, or weeks before the first count as missed."""
    monday = date(2026, 3, 23)
    assert monday.weekday() == 0
    days = [monday - timedelta(days=7 * back + more) for back in (0, 1, 3) for more in (0, -1)]
    done = [Done(day, measured=False) for day in days]
    found = kept(done, Plan(per_week=2), monday + timedelta(days=2), 12)
    assert found == Kept(times=2, planned=2, weeks=2, n_weeks=3)
    assert kept(done, Plan(per_week=2), monday + timedelta(days=2), 2) == Kept(2, 2, 1, 1)
    assert kept(done, Plan(per_week=3), monday, 12) == Kept(1, 3, 0, 3), "what is still to come is not done"
    assert kept([], Plan(per_week=3), monday, 12) == Kept(0, 3, 0, 0)


@pytest.mark.parametrize("per_week", [0, 22])
def test_a_plan_has_as_many_times_a_week_as_a_plan_file(per_week: int) -> None:
    """Else a plan of no times a week is kept by doing nothing."""
    with pytest.raises(ValueError, match="1 to 21 times a week"):
        Plan(per_week=per_week)


@pytest.mark.parametrize(("per_day", "measured"), [(0, 1), (3, 1), (1, 0), (1, 3)])
def test_a_plan_is_once_or_twice(per_day: int, measured: int) -> None:
    """Else a plan of no times a day is kept by doing nothing."""
    with pytest.raises(ValueError, match="once or twice"):
        Plan(per_day, measured)


def test_the_day_is_the_athletes_own() -> None:
    """Else a session in the evening counts for tomorrow, on the other side of the world."""
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)

    assert day_of(late, UTC) == date(2026, 3, 1)
    assert day_of(late, ZoneInfo("Europe/Berlin")) == date(2026, 3, 2)
    assert day_of(late, ZoneInfo("America/Los_Angeles")) == date(2026, 3, 1)
    assert done_of([digest(0, started_at=late)], ZoneInfo("Asia/Tokyo"))[0].day == date(2026, 3, 2)


def test_sessions_and_practices_count_also_when_they_were_cut_short() -> None:
    """Else ten holds are nothing because the battery was empty."""
    found = done_of(
        [
            digest(0),
            digest(1, complete=False),
            digest(2, kind="practice", holds=Holds({Role.TRAIN: {Outcome.PRACTISED: 8}})),
            digest(3, kind="practice", holds=Holds()),
        ],
        UTC,
    )

    assert [(one.day.day, one.measured) for one in found] == [(1, True), (2, True), (3, False)]


@pytest.mark.parametrize(
    "facts",
    [
        {"simulated": True},
        {"kind": "recording"},
        {"holds": Holds()},
        {"kind": "practice", "holds": Holds(), "complete": False},
    ],
)
def test_what_nobody_trained_in_does_not_count(facts: dict[str, object]) -> None:
    """Else watching the demo is training."""
    assert done_of([digest(0, started_at=MARCH, **facts)], UTC) == ()
