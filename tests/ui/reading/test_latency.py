"""From a block's arrival to the end of its paint, over a minute and over eight hours."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from ui.reading.latency import STEP_MS, Latencies


def counted(took_ms: list[float], every_s: float = 0.02) -> Latencies:
    latencies = Latencies()
    for number, took in enumerate(took_ms, start=1):
        latencies.add(number * every_s, number * every_s + took / 1000.0)
    return latencies


def test_before_the_first_paint_nothing_is_claimed() -> None:
    """Else a session that was never shown reports a latency of zero."""
    assert Latencies().percentiles() is None
    assert Latencies().recent(100.0) is None


def test_the_percentiles_are_those_of_the_paints() -> None:
    """Else a slow screen is praised."""
    took_ms = np.random.default_rng(1).gamma(4.0, 0.5, 1_000).tolist()
    latencies = counted(took_ms)
    all_of, recent = latencies.percentiles(), latencies.recent(20.0)
    assert all_of is not None
    assert recent is not None
    ranked = sorted(took_ms)
    for name, rank in (("p50_ms", 500), ("p95_ms", 950), ("p99_ms", 990)):
        assert getattr(recent, name) == pytest.approx(ranked[rank - 1])
        # told too long by a step at the most, never too short
        assert -1e-6 <= getattr(all_of, name) - ranked[rank - 1] <= STEP_MS + 1e-6
    assert all_of.n == recent.n == 1_000


def test_a_view_that_is_painted_again_counts_once() -> None:
    """Else a page that is redrawn while nothing comes makes every block look late."""
    latencies = Latencies()
    for painted_s in (10.002, 10.4, 10.9):
        latencies.add(10.0, painted_s)
    found = latencies.percentiles()
    assert found is not None
    assert found.n == 1
    assert found.p99_ms == pytest.approx(2.0, abs=STEP_MS)


def test_a_view_of_no_block_is_not_counted() -> None:
    """Else the picture before the first block counts with the age of the computer."""
    latencies = Latencies()
    latencies.add(0.0, 4_000.0)
    assert latencies.percentiles() is None


def test_only_the_last_minute_is_recent() -> None:
    """Else a slow start is told for the rest of the day, or a slow minute hides in a fast day."""
    latencies = counted([40.0] * 100 + [1.0] * 100, every_s=0.5)
    found = latencies.recent(100.5)
    assert found is not None
    assert found.p50_ms == pytest.approx(1.0)
    assert found.n == 120
    assert latencies.recent(1_000.0) is None
    whole = latencies.percentiles()
    assert whole is not None
    assert whole.p95_ms == pytest.approx(40.0, abs=STEP_MS)


def test_eight_hours_take_no_more_room_than_a_minute() -> None:
    """Else a day's work eats the memory of the laptop."""
    latencies = counted([1.0] * 3_100)
    kept, size = len(latencies._recent), sys.getsizeof(latencies._counts)
    for number in range(3_101, 20_000):
        latencies.add(number * 0.02, number * 0.02 + 0.001)
    assert len(latencies._recent) == pytest.approx(kept, abs=2)
    assert sys.getsizeof(latencies._counts) == size


def test_a_window_that_stood_still_is_told_and_breaks_nothing() -> None:
    """Else the meter fails on the one paint it is there for."""
    latencies = counted([1.0] * 99)
    latencies.add(100.0, 160.0)
    found = latencies.percentiles()
    assert found is not None
    assert found.n == 100
    assert found.p50_ms == pytest.approx(1.0, abs=STEP_MS)
    latencies.add(161.0, 160.9)  # a clock that is read before the block is: never a negative wait
    again = latencies.recent(161.0)
    assert again is not None
    assert again.p50_ms == 0.0
