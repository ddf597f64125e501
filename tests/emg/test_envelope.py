"""The moving RMS: the plain formula, no drift, no reading where too much is missing, any cut the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.blocks import BoolArray, FloatArray
from emg.envelope import MovingPower

WINDOWS = (1, 12, 62, 250)
RAIL_UV = 187_500.0


def _naive(data_uv: FloatArray, valid: BoolArray, end: int, window: int) -> FloatArray:
    """Mean square of the valid samples of one window, NaN if more than a fifth is missing."""
    rows = slice(max(0, end + 1 - window), end + 1)
    kept = data_uv[rows][valid[rows]]
    if len(kept) < 0.8 * window:
        return np.full(data_uv.shape[1], np.nan)
    return np.asarray(np.mean(np.square(kept), axis=0))


def _all_ends(power: MovingPower, data_uv: FloatArray, valid: BoolArray, cuts: list[int]) -> list[FloatArray]:
    edges = sorted({0, len(data_uv), *cuts})
    found: list[list[FloatArray]] = [[] for _ in WINDOWS]
    for start, stop in pairwise(edges):
        there = valid[start:stop]
        read = power(data_uv[start:stop], None if there.all() else there)
        for readings, of_window in zip(found, read, strict=True):
            readings.append(of_window)
    return [np.concatenate(readings) for readings in found]


@given(
    seed=st.integers(0, 1000),
    lost_share=st.sampled_from([0.0, 0.05, 0.2, 0.5]),
    cuts=st.lists(st.integers(0, 600), max_size=8),
)
def test_it_is_the_plain_rms_of_what_arrived_whatever_the_cut(
    seed: int, lost_share: float, cuts: list[int]
) -> None:
    """The bar is this number; one that depends on the blocks jumps with the load of the machine."""
    rng = np.random.default_rng(seed)
    data_uv = rng.normal(0.0, 40.0, (600, 2)) * np.linspace(0.05, 5.0, 600)[:, None]
    valid = rng.random(600) >= lost_share
    whole = _all_ends(MovingPower(WINDOWS, 2), data_uv, valid, [])
    for readings, window in zip(whole, WINDOWS, strict=True):
        for end in (0, window - 1, window, 300, 599):
            expected = _naive(data_uv, valid, end, window)
            assert readings[end] == pytest.approx(expected, rel=1e-9, abs=1e-4, nan_ok=True)
    pieces = _all_ends(MovingPower(WINDOWS, 2), data_uv, valid, cuts)
    assert [part.tobytes() for part in pieces] == [part.tobytes() for part in whole]


def test_after_an_hour_at_the_rail_it_still_reads_a_microvolt() -> None:
    """A running sum of floats keeps a part of every spike for good: rest would rise through a session."""
    fs_hz = 250
    power = MovingPower((250,), 1)
    minute = np.full((60 * fs_hz, 1), 3.9 * RAIL_UV)
    for _ in range(60):
        loud = power(minute)[0, [0, -1], 0]
    assert loud == pytest.approx(np.full(2, minute[0, 0] ** 2))
    quiet_uv = np.random.default_rng(5).normal(0.0, 1.0, (500, 1))
    found = power(quiet_uv)[0, -1, 0]
    assert found == pytest.approx(np.mean(np.square(quiet_uv[250:])), rel=1e-4)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_no_unit_is_too_small_or_too_large(unit: float) -> None:
    """A file in volts, or in counts of a converter, must give the same percentages as one in microvolts."""
    data = np.random.default_rng(6).normal(0.0, 1.0, (5000, 1))
    found = np.sqrt(MovingPower((2000,), 1)(unit * data)[0, -1, 0])
    assert found == pytest.approx(unit * np.sqrt(np.mean(np.square(data[-2000:]))), rel=1e-12)


@given(step=st.integers(1, 9), cuts=st.lists(st.integers(0, 300), max_size=8), lost=st.integers(0, 299))
def test_readings_lie_on_the_grid_of_the_first_sample(step: int, cuts: list[int], lost: int) -> None:
    """A tick that moved with the block would move every cue and every hold."""
    data_uv = np.random.default_rng(7).normal(0.0, 9.0, (300, 2))
    valid = np.arange(300) != lost
    every = MovingPower((7, 40), 2)(data_uv, valid)[:, ::step]
    power = MovingPower((7, 40), 2, step)
    edges = sorted({0, 300, *cuts})
    parts, gone = [], []
    for start, stop in pairwise(edges):
        parts.append(power(data_uv[start:stop], valid[start:stop]))
        gone.append(power.missing(7, parts[-1].shape[1]))
    assert np.concatenate(parts, axis=1).tobytes() == every.tobytes()
    at = np.arange(0, 300, step)
    before = np.maximum(6 - at, 0)
    assert np.concatenate(gone).tolist() == (((at >= lost) & (at < lost + 7)) + before).tolist()


@pytest.mark.parametrize(("n_lost", "reads"), [(0, True), (12, True), (13, False), (42, False)])
def test_more_than_a_fifth_missing_is_no_reading(n_lost: int, reads: bool) -> None:
    """A level from half a window looks like any other, and is not one."""
    power = MovingPower((62,), 1)
    valid = np.ones(62, dtype=np.bool_)
    valid[20 : 20 + n_lost] = False
    data_uv = np.full((62, 1), 7.0)
    data_uv[~valid] = 1e5
    found = float(power(data_uv, valid)[0, -1, 0])
    assert found == (pytest.approx(49.0) if reads else pytest.approx(np.nan, nan_ok=True))
    assert power.missing(62, 1)[0] == n_lost


def test_before_the_first_sample_everything_is_missing() -> None:
    """The first bars of a session must not be a part of a window that is dressed up as a whole one."""
    found = MovingPower((50,), 1)(np.full((60, 1), 3.0))[0, :, 0]
    assert np.all(np.isnan(found[:39]))
    assert found[39:] == pytest.approx(np.full(21, 9.0))


def test_no_samples_give_no_readings_and_change_nothing() -> None:
    """Blocks between ticks are common at 2 kHz."""
    power = MovingPower((4,), 2, step=4)
    assert power(np.full((5, 2), 2.0)).shape == (1, 2, 2)
    assert power(np.empty((0, 2)), np.empty(0, dtype=np.bool_)).shape == (1, 0, 2)
    assert power(np.full((3, 2), 2.0)).shape == (1, 0, 2)
    assert power(np.full((1, 2), 2.0)) == pytest.approx(np.full((1, 1, 2), 4.0))
