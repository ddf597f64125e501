"""Claims about time in Lab Streaming Layer: numbers from stamps, and stamps for samples."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.blocks import FloatArray, IntArray
from hardware.lsl_clock import (
    CREEP,
    SampleTimes,
    ScatteredStamps,
    SteadyStamps,
    is_steady,
)
from hardware.sequence import CONFIRM, Stretch
from hardware.watch import EarliestLine

FS_HZ = 250.0


def numbered(samples: IntArray) -> FloatArray:
    """Make rows that hold their own true sample number."""
    return np.asarray(samples, dtype=np.float64)[:, np.newaxis]


def fed(
    sequence: SteadyStamps | ScatteredStamps, rows: FloatArray, stamps_s: FloatArray, cuts: Sequence[int] = ()
) -> list[Stretch]:
    """Give rows in pieces, and collect what comes out."""
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    return [
        stretch
        for start, stop in pairwise(edges)
        for stretch in sequence.take(rows[start:stop], stamps_s[start:stop])
    ]


def numbers_and_truth(stretches: Sequence[Stretch]) -> tuple[IntArray, IntArray]:
    numbers = [np.arange(s.first_sample, s.first_sample + len(s.rows)) for s in stretches]
    empty = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([empty, *numbers]),
        np.concatenate([empty, *(s.rows[:, 0].astype(np.int64) for s in stretches)]),
    )


runs = st.lists(st.tuples(st.integers(CONFIRM + 1, 60), st.integers(0, 300)), min_size=1, max_size=12)
"""Samples in a row, and how many are lost after them."""


@given(
    runs=runs,
    drift=st.floats(-0.01, 0.01),
    jitter=st.integers(0, 2**32 - 1),
    cuts=st.lists(st.integers(0, 800), max_size=30),
)
def test_every_loss_in_steady_stamps_is_counted_to_the_sample(
    runs: list[tuple[int, int]], drift: float, jitter: int, cuts: list[int]
) -> None:
    """Else samples behind a loss are shown and scored at the time of others."""
    parts, start = [], 0
    for n, lost in runs:
        parts.append(np.arange(start, start + n))
        start += n + lost
    truth = np.concatenate(parts)
    # a clock that is off shifts a long gap by its share of it: that is what the clock says, and no more
    scatter = np.random.default_rng(jitter).uniform(-0.15, 0.15, len(truth))
    stamps_s = 5000.0 + (truth + scatter) * (1.0 + drift) / FS_HZ
    stretches = fed(SteadyStamps(FS_HZ), numbered(truth), stamps_s, cuts)
    numbers, samples = numbers_and_truth(stretches)
    np.testing.assert_array_equal(samples, truth[: len(samples)])
    assert len(samples) >= len(truth) - CONFIRM
    off = numbers - samples
    gaps = np.flatnonzero(np.diff(samples) != 1)
    allowed = np.cumsum(0.5 + np.abs(drift) * np.diff(samples)[gaps])
    steps = np.flatnonzero(np.diff(off))
    assert set(steps) <= set(gaps)
    for gap, bound in zip(gaps, allowed, strict=True):
        assert abs(off[gap + 1]) <= bound + 0.5
    jumps = [s.estimated for s in stretches]
    firsts = [s.first_sample for s in stretches]
    ends = [s.first_sample + len(s.rows) for s in stretches]
    assert (
        jumps == [False, *(first != end for first, end in zip(firsts[1:], ends, strict=False))][: len(jumps)]
    )


@given(runs=runs, cuts=st.lists(st.integers(0, 800), max_size=10))
def test_with_a_true_clock_no_number_is_off_by_one(runs: list[tuple[int, int]], cuts: list[int]) -> None:
    """A sender that stamps by its sample clock is as good as one with a packet counter."""
    parts, start = [], 0
    for n, lost in runs:
        parts.append(np.arange(start, start + n))
        start += n + lost
    truth = np.concatenate(parts)
    numbers, samples = numbers_and_truth(fed(SteadyStamps(FS_HZ), numbered(truth), 1e5 + truth / FS_HZ, cuts))
    np.testing.assert_array_equal(numbers, samples)


@given(
    again=st.lists(st.integers(5, 90), unique=True, max_size=10),
    cuts=st.lists(st.integers(0, 110), max_size=8),
)
def test_a_repeated_sample_is_thrown_away(again: list[int], cuts: list[int]) -> None:
    """Else a sender that repeats itself makes the session longer than it was."""
    truth = np.sort(np.concatenate((np.arange(100), again)).astype(np.int64))
    numbers, samples = numbers_and_truth(fed(SteadyStamps(FS_HZ), numbered(truth), truth / FS_HZ, cuts))
    np.testing.assert_array_equal(samples, np.arange(100))
    np.testing.assert_array_equal(numbers, samples)


@pytest.mark.parametrize("wrong_s", [-20.0, -0.5, 0.3, 3600.0])
def test_one_wild_stamp_costs_its_sample_and_no_other(wrong_s: float) -> None:
    """Else one damaged stamp makes an hour of lost samples."""
    truth = np.arange(200)
    stamps_s = truth / FS_HZ
    stamps_s[100] += wrong_s
    numbers, samples = numbers_and_truth(fed(SteadyStamps(FS_HZ), numbered(truth), stamps_s))
    np.testing.assert_array_equal(samples, np.delete(truth, 100))
    np.testing.assert_array_equal(numbers, samples)


def test_a_clock_set_back_is_out_of_step() -> None:
    """Else nothing would ever come again, without a word."""
    sequence = SteadyStamps(FS_HZ)
    truth = np.arange(200)
    fed(sequence, numbered(truth), truth / FS_HZ)
    assert not sequence.out_of_step
    fed(sequence, numbered(truth), truth / FS_HZ - 30.0)
    assert sequence.out_of_step


def test_stamps_of_a_sample_clock_are_told_from_stamps_of_sending() -> None:
    """Else a burst would be taken for losses, or a lost sample for a burst."""
    samples = np.arange(250)
    rng = np.random.default_rng(1)
    steady_s = samples / FS_HZ
    assert is_steady(steady_s, FS_HZ)
    assert is_steady(np.delete(steady_s, [20, 21, 90]), FS_HZ)
    assert is_steady(steady_s * 1.02, FS_HZ)
    assert not is_steady(samples // 16 * 16 / FS_HZ, FS_HZ)
    assert not is_steady(np.sort(steady_s + rng.exponential(0.005, len(samples))), FS_HZ)
    assert not is_steady(steady_s[:1], FS_HZ)


@given(
    burst=st.integers(1, 24), seed=st.integers(0, 2**32 - 1), cuts=st.lists(st.integers(0, 2500), max_size=30)
)
def test_nothing_is_invented_in_stamps_of_sending(burst: int, seed: int, cuts: list[int]) -> None:
    """Else a sender that sends in bursts, or whose chunks overlap in time, shows losses that are none."""
    rng = np.random.default_rng(seed)
    truth = np.arange(2500)
    sent = (truth // burst + 1) * burst
    late_s = np.repeat(rng.uniform(0.0, 0.004, 2500 // burst + 1), burst)[:2500]
    # the last of a chunk is stamped when it is sent, the others are counted back from it
    stamps_s = (sent - 1) / FS_HZ + late_s - (sent - 1 - truth) / FS_HZ
    stretches = fed(ScatteredStamps(FS_HZ), numbered(truth), stamps_s, cuts)
    numbers, samples = numbers_and_truth(stretches)
    np.testing.assert_array_equal(numbers, samples)


def test_chunks_that_overlap_in_time_never_run_back() -> None:
    """Else the age of the data is wrong, and a gap behind them too long."""
    truth = np.arange(400)
    stamps_s = truth / FS_HZ - np.where(truth // 8 % 2, 0.006, 0.0)
    stretches = fed(ScatteredStamps(FS_HZ), numbered(truth), stamps_s, range(400))
    numbers, samples = numbers_and_truth(stretches)
    np.testing.assert_array_equal(numbers, samples)
    last_s = [stretch.host_time_s for stretch in stretches]
    assert last_s == sorted(last_s)


def test_a_loss_in_stamps_of_sending_is_estimated() -> None:
    """Within the scatter of the stamps, and marked as an estimate."""
    truth = np.concatenate((np.arange(1000), np.arange(1100, 2500)))
    sent = (truth // 8 + 1) * 8 - 1
    stretches = fed(ScatteredStamps(FS_HZ), numbered(truth), sent / FS_HZ, list(range(0, 2400, 8)))
    numbers, samples = numbers_and_truth(stretches)
    assert abs(int(numbers[-1]) - int(samples[-1])) <= 25
    assert any(stretch.estimated for stretch in stretches)


def test_the_earliest_message_tells_the_offset() -> None:
    """A message that is held back must not move the line."""
    line = EarliestLine(CREEP)
    delays_s = [0.03, 0.004, 0.5, 0.2, 0.01]
    offsets_s = [line.take(0.1 * n, 7.0 + 0.1 * n + delay_s) for n, delay_s in enumerate(delays_s)]
    assert offsets_s[1] == pytest.approx(7.004)
    assert max(offsets_s[2:]) <= 7.004 + CREEP * 1.0


def test_the_line_gives_way_to_a_clock_that_is_slow() -> None:
    """Else the age of the data seems to grow all through a session."""
    line = EarliestLine(CREEP)
    for n in range(1000):
        offset_s = line.take(0.1 * n * 0.99, 0.1 * n)
    assert offset_s == pytest.approx(0.1 * 999 * 0.01, abs=0.005)


class Arrivals:
    """Samples of a board with a slightly wrong clock, that arrive late in pieces."""

    def __init__(self, seed: int, drift: float) -> None:
        rng = np.random.default_rng(seed)
        self.ends = np.cumsum(rng.integers(1, 40, 60))
        self.true_s = 100.0 + self.ends * (1.0 + drift) / FS_HZ
        self.came_s = np.maximum.accumulate(self.true_s + rng.exponential(0.01, 60))


@given(seed=st.integers(0, 2**32 - 1), drift=st.floats(-0.005, 0.005))
def test_times_of_samples_ascend_and_are_settled_once(seed: int, drift: float) -> None:
    """Else raw signal, activation and events of one moment carry different stamps, or stamps run back."""
    arrivals = Arrivals(seed, drift)
    times = SampleTimes(FS_HZ)
    settled: dict[int, float] = {}
    start = 0
    for end, came_s in zip(arrivals.ends.tolist(), arrivals.came_s.tolist(), strict=True):
        times.arrived(start, end, came_s)
        for sample, time_s in zip(range(start, end), times.at(np.arange(start, end)), strict=True):
            settled[sample] = float(time_s)
        again = np.arange(max(0, end - 50), end)
        np.testing.assert_allclose(times.at(again), [settled[sample] for sample in again], atol=1e-9)
        start = end
    steps = np.diff([settled[sample] for sample in range(start)]) * FS_HZ
    assert steps.min() >= 1.0 - CREEP - 1e-6
    assert steps.max() <= 1.0 + CREEP + 1e-6
    last = int(arrivals.ends[-1])
    true_s = 100.0 + last * (1.0 + drift) / FS_HZ
    assert settled[last - 1] == pytest.approx(true_s, abs=0.025)


def test_lost_samples_get_times_that_later_ones_do_not_contradict() -> None:
    """Ticks in a gap are published before the samples behind it have come."""
    times = SampleTimes(FS_HZ)
    times.arrived(0, 250, 10.0)
    times.settle(1249)
    in_gap_s = times.at(np.arange(250, 1250))
    times.arrived(1250, 1260, 14.0)  # earlier than the sample clock says
    behind_s = times.at(np.arange(1250, 1260))
    np.testing.assert_allclose(np.diff(in_gap_s), 1.0 / FS_HZ)
    assert behind_s[0] > in_gap_s[-1]
    times.settle(600)
    np.testing.assert_allclose(times.at(np.arange(1250, 1260)), behind_s, atol=1e-9)
    np.testing.assert_allclose(times.at(np.arange(250, 1250)), in_gap_s)
