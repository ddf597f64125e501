"""Claims about the pace of what no board sends: nothing comes early, and no delay adds up."""

from __future__ import annotations

import pytest

from hardware.pace import BLOCK_S, LONGEST_BLOCK_S, Pace
from tests.fakes import ManualClock

FS_HZ = 250.0


def pace_of(clock: ManualClock, speed: float) -> Pace:
    """A pace made well before it is started at the time of the clock."""
    now_s, clock.now_s = clock.now_s, clock.now_s - 60.0
    pace = Pace(speed, clock, clock.advance)
    clock.now_s = now_s
    pace.start()
    return pace


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    """A demo at speed -1 would hang without a word."""
    with pytest.raises(ValueError, match="give 1 for real time"):
        Pace(speed)


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_samples_are_due_when_they_are_taken(speed: float) -> None:
    """Else a hold of 6 s lasts longer or shorter than the clock on the screen says."""
    clock = ManualClock(100.0)
    pace = pace_of(clock, speed)
    clock.advance(0.3 / speed)  # a reader that came late waits the less

    due_s = pace.due_s(250, FS_HZ)

    assert due_s == pytest.approx(100.0 + 1.0 / speed)
    assert pace.wait(due_s, 10.0) == pytest.approx(due_s)
    assert clock.now_s == pytest.approx(due_s)


def test_what_is_not_due_in_time_is_not_waited_for_any_longer() -> None:
    """Else a stop waits for the clock."""
    clock = ManualClock()
    pace = pace_of(clock, 1.0)

    assert pace.wait(pace.due_s(250, FS_HZ), 0.05) is None
    assert clock.now_s == pytest.approx(0.05)
    assert pace.wait(pace.due_s(250, FS_HZ), -0.01) is None
    assert clock.now_s == pytest.approx(0.05)


def test_a_slow_machine_is_told_the_time_it_is() -> None:
    """Else a key that was pressed on time counts as early."""
    clock = ManualClock()
    pace = pace_of(clock, 1.0)
    clock.advance(3.0)

    assert pace.wait(pace.due_s(250, FS_HZ), 0.05) == 3.0


def test_as_fast_as_it_is_read_is_never_waited_for() -> None:
    """Else a session that is checked in a second takes its hour."""
    clock = ManualClock(7.0)
    pace = pace_of(clock, 0.0)

    assert pace.wait(pace.due_s(10**9, FS_HZ), 0.0) == 7.0
    assert clock.now_s == 7.0


def test_blocks_are_short_at_every_speed() -> None:
    """Else the bars jerk, or the machine does nothing but cut blocks."""
    assert Pace(1.0).block_s() == BLOCK_S
    assert Pace(0.5).block_s() == BLOCK_S / 2.0
    assert Pace(20.0).block_s() == Pace(0.0).block_s() == LONGEST_BLOCK_S
    assert Pace(0.0).block_s(0.5) == Pace(100.0).block_s(0.5) == 0.5
