"""Clipped samples, at a rail that is known and at one that is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emg.analysis.saturation import ClipCounter
from emg.blocks import FloatArray


def clipped(values: FloatArray, *, full_scale: float = math.inf, step: int = 10_000) -> int:
    counter = ClipCounter(1, full_scale)
    for start in range(0, len(values), step):
        counter.push(values[start : start + step, None])
    return int(counter.counts[0])


def drawn(**counts: int) -> FloatArray:
    """A recording in which each value comes so often, in any order; ``v3=2`` is the value 3 twice."""
    numbers = [float(name[1:].replace("m", "-")) for name in counts]
    values = np.repeat(numbers, list(counts.values()))
    return np.random.default_rng(1).permutation(values)


@pytest.mark.parametrize("step", [10_000, 7])
def test_coarse_numbers_that_thin_out_are_not_clipped(step: int) -> None:
    """Else every weak signal of an 8-bit board is called too strong."""
    values = drawn(vm3=6, vm2=101, vm1=639, v0=2000, v1=640, v2=98, v3=5)
    assert clipped(values, step=step) == 0


@pytest.mark.parametrize("step", [10_000, 7])
def test_numbers_that_pile_up_are_clipped_on_their_side_alone(step: int) -> None:
    """Else a converter that clips on one side is believed."""
    values = drawn(vm3=6, vm2=101, vm1=639, v0=2000, v126=4, v127=30)
    assert clipped(drawn(vm9=12, vm8=157, vm7=6, vm6=3, v0=90, v1=3, v2=1, v3=1), step=step) == 12
    assert clipped(np.concatenate([values, [124.0, 125.0]]), step=step) == 30


def test_an_extreme_that_is_met_twice_may_be_chance() -> None:
    """Else one repeated sample of a good recording is an alarm."""
    assert clipped(drawn(v0=500, v10=1, v11=1, v12=1, v13=2, vm10=1, vm11=1, vm12=1)) == 0


def test_a_known_rail_is_believed_and_nothing_else_counts() -> None:
    """Else a sine's own turning points are taken for clipping where the rail is far away."""
    values = drawn(v0=100, v97=9, v98=9, v99=9, v100=20)
    assert clipped(values, full_scale=1000.0) == 0
    assert clipped(values, full_scale=100.0) == 20


def test_a_signal_that_never_moves_is_not_clipped() -> None:
    """Else an unplugged input is told as too strong."""
    assert clipped(np.full(1000, 5.0)) == 0
    assert clipped(np.empty(0)) == 0
