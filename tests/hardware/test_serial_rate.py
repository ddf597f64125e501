"""Claims about the sampling rate that is measured when a board is opened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.serial_rate import count_samples, measure_rate, settle_rate
from tests.hardware.test_sequence_by_clock import Fault, Line, travel


def measured(line: Line, faults: list[Fault], seconds: float) -> float | None:
    came = travel(line, faults, seed=3, length_s=seconds)
    times_s = np.array([read.time_s for read in came])
    return measure_rate(times_s, np.cumsum([len(read.numbers) for read in came]))


@given(
    fs_hz=st.sampled_from([20.0, 125.0, 250.0, 256.0, 10_000.0]),
    chunk_s=st.sampled_from([0.006, 0.016, 0.05, 0.5]),
    late_s=st.floats(0.0001, 0.003),
    held=st.tuples(st.floats(0.3, 3.0), st.floats(0.05, 0.5)),
)
def test_a_burst_does_not_change_the_rate(
    fs_hz: float, chunk_s: float, late_s: float, held: tuple[float, float]
) -> None:
    """Else all times of a session are wrong because the computer hesitated while it began."""
    line = Line(fs_hz, chunk_s, late_s)
    rate_hz = measured(line, [Fault("held", *held)], seconds=5.0)
    assert rate_hz == pytest.approx(fs_hz, rel=0.01)


def test_only_the_earliest_arrivals_count() -> None:
    """Else the rate is as poor as the adapter: late arrivals say nothing about the board."""
    for seed in range(30):
        came = travel(Line(250.0, 0.01, late_s=0.005), [], seed, length_s=2.0)
        times_s = np.array([read.time_s for read in came])
        rate_hz = measure_rate(times_s, np.cumsum([len(read.numbers) for read in came]))
        assert rate_hz == pytest.approx(250.0, rel=0.0015)


@given(fs_hz=st.sampled_from([250.0, 10_000.0]), at_s=st.floats(0.4, 1.3), lost_s=st.floats(0.15, 0.4))
def test_a_rate_is_right_or_not_told_if_much_is_lost(fs_hz: float, at_s: float, lost_s: float) -> None:
    """Else a loose plug at the start makes a slow board of a fast one, for the whole session."""
    rate_hz = measured(Line(fs_hz, 0.01), [Fault("lost", at_s, lost_s)], seconds=2.0)
    assert rate_hz is None or rate_hz == pytest.approx(fs_hz, rel=0.01)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_too_little_is_no_rate(n: int) -> None:
    """Else a board that said two words gets a rate."""
    assert measure_rate(np.arange(n, dtype=np.float64), np.arange(n)) is None
    assert measure_rate(np.zeros(10), np.arange(10)) is None
    assert measure_rate(np.arange(10.0), np.zeros(10, dtype=np.int64)) is None


@pytest.mark.parametrize(
    ("measured_hz", "promised", "settled"),
    [
        (250.4, {250.0: 256.0, 256.0: 256.0}, (250.0, 256.0)),
        (255.0, {250.0: 256.0, 256.0: 256.0}, (256.0, 256.0)),
        (240.04, {250.0: 256.0}, (240.0, 256.0)),
        (19.9823, {}, (19.98, 19.98)),
    ],
)
def test_a_known_rate_is_believed_only_if_it_was_measured(
    measured_hz: float, promised: dict[float, float], settled: tuple[float, float]
) -> None:
    """Else the promise of the Olimex sketch, 256, stretches every latency by 2 %."""
    assert settle_rate(measured_hz, promised, 0.02) == settled


@pytest.mark.parametrize(
    ("counters", "last", "n"),
    [([0, 1, 2], None, 3), ([255, 0, 1], 253, 4), ([5, 6, 107, 8, 9], 4, 5), ([7, 7, 7], 7, 3)],
)
def test_lost_packets_are_counted_and_a_damaged_counter_is_not_a_loss(
    counters: list[int], last: int | None, n: int
) -> None:
    """Else a poor cable makes a board seem slower than it is, or one damaged byte twice as fast."""
    assert count_samples(np.array(counters), last) == n
