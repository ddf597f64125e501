"""Claims about how long a silence means something, and about a clock that is not the promised one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.watch import LONGEST_NO_SIGNAL_S, ChunkWatch, RateWatch


def heard(intervals_s: list[float]) -> ChunkWatch:
    watch, now_s = ChunkWatch(), 100.0
    watch.hear(now_s)
    for interval_s in intervals_s:
        now_s += interval_s
        watch.hear(now_s)
    return watch


def test_a_healthy_board_has_no_signal_after_300_ms() -> None:
    """Else the bars stand still for seconds after the cable came off."""
    assert ChunkWatch().no_signal_s == 0.3
    assert heard([0.02] * 50).no_signal_s == 0.3


def test_a_lumpy_stream_gets_three_of_its_chunks() -> None:
    """Else an adapter that gives out half a second at a time shows no signal twice a second."""
    assert heard([0.5] * 20).no_signal_s == pytest.approx(1.5)


def test_a_chunk_that_was_cut_is_one_chunk() -> None:
    """Else lost packets, which cut a chunk, make a lumpy stream look like a quick one."""
    assert heard([0.5, 0.0, 0.001, 0.0] * 20).no_signal_s == pytest.approx(1.5)


def test_one_silence_teaches_nothing() -> None:
    """Else after one dropout the next is seen three times as late."""
    assert heard([0.02] * 20 + [5.0] + [0.02] * 3).no_signal_s == 0.3


@given(st.lists(st.floats(0.0, 100.0), max_size=40))
def test_the_limit_is_bounded(intervals_s: list[float]) -> None:
    """Else a stream that has come in rare lumps is never missed."""
    assert 0.3 <= heard(intervals_s).no_signal_s <= LONGEST_NO_SIGNAL_S


def rate_said(true_hz: float, burst: int, seconds: float, fs_hz: float = 250.0) -> list[tuple[float, float]]:
    """Time and rate of everything that a watch says of a stream in bursts with some lateness."""
    rng = np.random.default_rng(burst)
    watch = RateWatch(fs_hz)
    said: list[tuple[float, float]] = []
    time_s = 0.0
    for end in range(burst, int(seconds * true_hz), burst):
        time_s = max(time_s, end / true_hz + rng.exponential(0.01))
        found = watch.take(end, 50.0 + time_s)
        if found is not None:
            said.append((time_s, found))
    return said


@pytest.mark.parametrize("burst", [1, 4, 125])
@pytest.mark.parametrize("off", [-0.1, -0.025, 0.025, 0.1])
def test_a_rate_that_is_off_is_said_once_and_rightly(burst: int, off: float) -> None:
    """Else a hold of six seconds lasts five and a half, and nobody knows."""
    ((time_s, found_hz),) = rate_said(250.0 * (1.0 + off), burst, 60.0)

    assert time_s < 15.0
    assert found_hz == pytest.approx(250.0 * (1.0 + off), rel=0.005)


@pytest.mark.parametrize("burst", [1, 4, 125])
@pytest.mark.parametrize("off", [-0.015, 0.0, 0.015])
def test_a_rate_that_is_right_is_not_doubted(burst: int, off: float) -> None:
    """Else every session begins with a warning that means nothing."""
    assert rate_said(250.0 * (1.0 + off), burst, 60.0) == []


def test_a_jump_that_was_estimated_is_not_taken_for_a_rate() -> None:
    """Else a board that was opened again is said to run wrong."""
    watch = RateWatch(250.0)
    for second in range(40):
        if second == 12:
            watch.restart()
        end = 250 * second + (400 if second >= 12 else 0)
        assert watch.take(end, 10.0 + second) is None
