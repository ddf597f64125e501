"""Fatigue: found where it is, told with its error, and not told where the board cannot carry it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emg.blocks import FloatArray
from emg.bursts import find_bursts, noise_baseline
from emg.fatigue import Epoch, epoch_spans, epochs, fatigue_trend
from emg.limits import can_tell_fatigue
from hardware.boards import BOARDS
from hardware.simulated_emg import BICEPS_FEMORIS, BoardNoise, Spectrum, random_for

PLUX = "upper_limb_plux/emg_fatigue_12bit_1000hz.txt"
FS_HZ = 1000.0


@pytest.mark.parametrize(
    ("fs_hz", "bandwidth_hz", "can"),
    [
        (250.0, 65.0, False),
        (250.0, 125.0, False),
        (500.0, 131.0, False),
        (499.0, 450.0, False),
        (1000.0, 65.0, False),
        (1000.0, 262.0, True),
        (500.0, 250.0, True),
        (2000.0, 450.0, True),
        (1000.0, math.inf, True),
    ],
)
def test_fatigue_is_told_only_where_rate_and_board_carry_it(
    fs_hz: float, bandwidth_hz: float, can: bool
) -> None:
    """On a Cyton a hamstring's 101 Hz reads 56 Hz, and its fall is more than halved."""
    assert can_tell_fatigue(fs_hz, bandwidth_hz) is can


def test_no_board_at_250_hz_tells_fatigue() -> None:
    """The table of boards and the gate must agree."""
    slow = [board for board in BOARDS.values() if board.fs_hz <= 250.0]
    assert slow
    assert not any(can_tell_fatigue(board.fs_hz, board.bandwidth_hz) for board in slow)


def _tiring(seconds: float, fall_pct: float, rise_pct: float) -> FloatArray:
    """A muscle whose spectrum slides down and whose strength grows, second by second."""
    parts = []
    for second in range(round(seconds)):
        slide = 1.0 - fall_pct / 100.0 * second / seconds
        spectrum = Spectrum(slide * BICEPS_FEMORIS.low_hz, slide * BICEPS_FEMORIS.high_hz)
        noise = BoardNoise(random_for(1, "tiring", second), FS_HZ, spectrum).read(round(FS_HZ))
        parts.append(20.0 * (1.0 + rise_pct / 100.0 * second / seconds) * noise)
    return np.concatenate(parts)


def test_a_known_fall_is_found_within_its_own_error() -> None:
    """The slope is the result; an error bar that misses the truth is worse than none."""
    raw_uv = _tiring(120.0, fall_pct=30.0, rise_pct=40.0)
    found = epochs(raw_uv, FS_HZ, epoch_spans(len(raw_uv), FS_HZ), low_hz=20.0, high_hz=450.0)
    trend = fatigue_trend(found)
    assert trend is not None
    assert trend.n_epochs == 120
    assert trend.slope_pct_per_min == pytest.approx(-15.0, abs=2.5)
    error_pct = 6000.0 * trend.slope_se_hz_per_s / trend.intercept_hz
    assert 0.2 < error_pct < 1.5
    assert abs(trend.slope_pct_per_min + 15.0) < 3.0 * error_pct + 1.0
    start_uv, end_uv = (np.mean([epoch.rms_uv for epoch in some]) for some in (found[:10], found[-10:]))
    assert end_uv / start_uv == pytest.approx(1.382 / 1.015, rel=0.05)


def test_in_a_hold_of_six_seconds_the_slope_is_noise() -> None:
    """Who reads fatigue from one hold reads a random number of the size of 100 % a minute."""
    noise = BoardNoise(random_for(5, "steady"), FS_HZ, BICEPS_FEMORIS)
    slopes = []
    for _ in range(60):
        found = epochs(noise.read(6000), FS_HZ, epoch_spans(6000, FS_HZ), low_hz=20.0, high_hz=450.0)
        trend = fatigue_trend(found)
        assert trend is not None
        slopes.append(trend.slope_pct_per_min)
    assert 60.0 < np.std(slopes) < 140.0


def test_the_plux_recording_gives_the_known_slope(shared_data: Path) -> None:
    """A real biceps to failure: 75.5 Hz at the start, -0.137 Hz/s, -10.9 %/min over 30 bursts."""
    raw_uv = (np.loadtxt(shared_data / PLUX) / 4096.0 - 0.5) * 3000.0
    power = np.square(raw_uv - raw_uv.mean())
    short_uv = np.sqrt(np.convolve(power, np.full(250, 1.0 / 250.0), "valid"))
    quiet = noise_baseline(np.sort(short_uv)[: len(short_uv) // 5])
    assert quiet is not None
    found = find_bursts(short_uv, 0.001, *quiet, window_s=0.25, delay_s=0.0, start_s=0.249)
    spans = [
        (round(burst.onset_s * FS_HZ), round(burst.offset_s * FS_HZ))
        for burst in found
        if burst.onset_s is not None and burst.offset_s is not None
    ]
    bursts = epochs(raw_uv, FS_HZ, spans, low_hz=20.0, high_hz=450.0)
    trend = fatigue_trend(bursts)
    assert trend is not None
    assert trend.n_epochs == 30
    assert trend.intercept_hz == pytest.approx(75.5, abs=1.0)
    assert trend.slope_hz_per_s == pytest.approx(-0.137, abs=2.0 * trend.slope_se_hz_per_s)
    assert trend.slope_pct_per_min == pytest.approx(-10.9, abs=1.5)
    assert trend.slope_se_hz_per_s == pytest.approx(0.015, abs=0.004)


def _on(values: FloatArray, time_s: FloatArray) -> list[Epoch]:
    return [Epoch(float(at), float(value), float(value)) for at, value in zip(time_s, values, strict=True)]


@given(
    seed=st.integers(0, 1000),
    n=st.integers(3, 40),
    shift_s=st.floats(-1e3, 1e5),
)
def test_the_line_is_that_of_a_statistics_library_and_knows_no_clock(
    seed: int, n: int, shift_s: float
) -> None:
    """A trend must not depend on when the recorder was started."""
    rng = np.random.default_rng(seed)
    time_s = np.sort(rng.uniform(0.0, 100.0, n)) + np.arange(n)
    value = 80.0 - 0.2 * time_s + rng.normal(0.0, 2.0, n)
    expected = stats.linregress(time_s - time_s[0], value)
    trend, shifted = fatigue_trend(_on(value, time_s)), fatigue_trend(_on(value, time_s + shift_s))
    assert trend is not None
    assert shifted is not None
    assert trend.intercept_hz == pytest.approx(expected.intercept)
    assert trend.slope_hz_per_s == pytest.approx(expected.slope, abs=1e-9)
    assert trend.slope_se_hz_per_s == pytest.approx(expected.stderr, abs=1e-9)
    assert trend.slope_pct_per_min == pytest.approx(6000.0 * expected.slope / expected.intercept, abs=1e-6)
    assert shifted.slope_pct_per_min == pytest.approx(trend.slope_pct_per_min, abs=1e-5)
    assert shifted.intercept_hz == pytest.approx(trend.intercept_hz)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_epochs_are_no_trend(n: int) -> None:
    """Two points always lie on a line, with an error of 0."""
    found = _on(np.array([80.0, 70.0])[:n], np.array([0.0, 1.0])[:n])
    assert fatigue_trend(found) is None


def test_what_has_no_line_has_no_trend() -> None:
    """Three epochs at one time, or a line that starts below 0: a percentage of that is no reading."""
    assert fatigue_trend(_on(np.array([80.0, 70.0, 60.0]), np.full(3, 5.0))) is None
    assert fatigue_trend(_on(np.array([0.0, 0.1, 90.0]), np.array([0.0, 1.0, 2.0]))) is None


def test_epochs_with_lost_samples_or_too_short_are_left_out() -> None:
    """A gap filled with zeros has a spectrum of its own."""
    raw_uv = np.random.default_rng(2).normal(0.0, 20.0, 5000)
    raw_uv[1500] = np.nan
    raw_uv[3000:4000] = 0.0
    spans = [*epoch_spans(5000, FS_HZ), (0, 499), (4400, 4900)]
    found = epochs(raw_uv, FS_HZ, spans, low_hz=20.0, high_hz=450.0)
    assert [epoch.time_s for epoch in found] == [0.5, 2.5, 4.5, 4.65]


def test_an_rms_is_that_of_the_band() -> None:
    """Drift of a cable is no strength."""
    time_s = np.arange(2000) / FS_HZ
    muscle = 10.0 * math.sqrt(2.0) * np.sin(2.0 * np.pi * 80.0 * time_s)
    drift = 500.0 * np.sin(2.0 * np.pi * 4.0 * time_s) + 60_000.0
    (epoch,) = epochs(muscle + drift, FS_HZ, [(0, 2000)], low_hz=20.0, high_hz=450.0)
    assert epoch.rms_uv == pytest.approx(10.0, rel=1e-3)
    assert epoch.median_frequency_hz == pytest.approx(80.0, abs=0.5)


@pytest.mark.parametrize(("n", "expected"), [(999, 0), (1000, 1), (2999, 2), (3000, 3)])
def test_only_whole_epochs_count(n: int, expected: int) -> None:
    """A tail of 10 ms is no second."""
    spans = epoch_spans(n, FS_HZ)
    assert len(spans) == expected
    assert all(stop - start == 1000 and stop <= n for start, stop in spans)
