"""The moving RMS: the plain formula, no drift, no reading where too much is missing, any cut the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.blocks import BoolArray, FloatArray, IntArray
from emg.envelope import MovingPower

WINDOWS = (1, 12, 62, 250)
FULL_SCALE_UV = 187_500.0


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
        power.push(data_uv[start:stop], valid[start:stop])
        ends: IntArray = np.arange(stop - start, dtype=np.int64)
        for readings, window in zip(found, WINDOWS, strict=True):
            readings.append(power.at(ends, window))
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
    whole = _all_ends(MovingPower(WINDOWS, 2, FULL_SCALE_UV), data_uv, valid, [])
    for readings, window in zip(whole, WINDOWS, strict=True):
        for end in (0, window - 1, window, 300, 599):
            expected = _naive(data_uv, valid, end, window)
            assert readings[end] == pytest.approx(expected, rel=1e-9, abs=1e-4, nan_ok=True)
    pieces = _all_ends(MovingPower(WINDOWS, 2, FULL_SCALE_UV), data_uv, valid, cuts)
    assert [part.tobytes() for part in pieces] == [part.tobytes() for part in whole]


def test_after_an_hour_at_the_rail_it_still_reads_a_microvolt() -> None:
    """A running sum of floats keeps a part of every spike for good: rest would rise through a session."""
    fs_hz = 250
    power = MovingPower((250,), 1, FULL_SCALE_UV)
    minute = np.full((60 * fs_hz, 1), 3.9 * FULL_SCALE_UV)
    valid = np.ones(60 * fs_hz, dtype=np.bool_)
    for _ in range(60):
        power.push(minute, valid)
    loud = power.at(np.array([0, len(minute) - 1]), 250)[:, 0]
    assert loud == pytest.approx(np.full(2, minute[0, 0] ** 2))
    quiet_uv = np.random.default_rng(5).normal(0.0, 1.0, (500, 1))
    power.push(quiet_uv, np.ones(500, dtype=np.bool_))
    found = power.at(np.array([499]), 250)[0, 0]
    assert found == pytest.approx(np.mean(np.square(quiet_uv[250:])), rel=1e-4)


@pytest.mark.parametrize("full_scale_uv", [1.0, 15_686.0, 187_500.0, 4.5e6])
def test_the_integer_step_is_far_below_the_noise_of_the_board(full_scale_uv: float) -> None:
    """At gain 1 a coarse step would round the rest of a relaxed muscle to nothing."""
    noise = 1e-6 * full_scale_uv
    data = np.random.default_rng(6).normal(0.0, noise, (2000, 1))
    power = MovingPower((2000,), 1, full_scale_uv)
    power.push(data, np.ones(2000, dtype=np.bool_))
    assert np.sqrt(power.at(np.array([1999]), 2000)[0, 0]) == pytest.approx(np.std(data), rel=0.01)


@pytest.mark.parametrize(("n_lost", "reads"), [(0, True), (12, True), (13, False), (42, False)])
def test_more_than_a_fifth_missing_is_no_reading(n_lost: int, reads: bool) -> None:
    """A level from half a window looks like any other, and is not one."""
    power = MovingPower((62,), 1, FULL_SCALE_UV)
    valid = np.ones(62, dtype=np.bool_)
    valid[20 : 20 + n_lost] = False
    data_uv = np.full((62, 1), 7.0)
    data_uv[~valid] = 1e5
    power.push(data_uv, valid)
    found = float(power.at(np.array([61]), 62)[0, 0])
    assert found == (pytest.approx(49.0) if reads else pytest.approx(np.nan, nan_ok=True))
    assert power.missing(np.array([61]), 62)[0] == n_lost


def test_before_the_first_sample_everything_is_missing() -> None:
    """The first bars of a session must not be a part of a window that is dressed up as a whole one."""
    power = MovingPower((50,), 1, FULL_SCALE_UV)
    power.push(np.full((60, 1), 3.0), np.ones(60, dtype=np.bool_))
    found = power.at(np.arange(60, dtype=np.int64), 50)[:, 0]
    assert np.all(np.isnan(found[:39]))
    assert found[39:] == pytest.approx(np.full(21, 9.0))


def test_no_samples_give_no_readings_and_change_nothing() -> None:
    """Blocks between ticks are common at 2 kHz."""
    power = MovingPower((4,), 2, FULL_SCALE_UV)
    power.push(np.full((4, 2), 2.0), np.ones(4, dtype=np.bool_))
    power.push(np.empty((0, 2)), np.empty(0, dtype=np.bool_))
    assert power.at(np.empty(0, dtype=np.int64), 4).shape == (0, 2)
    power.push(np.full((1, 2), 2.0), np.ones(1, dtype=np.bool_))
    assert power.at(np.array([0]), 4) == pytest.approx(np.full((1, 2), 4.0))
