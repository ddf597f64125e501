"""The spectrum against SciPy and against what its figures must be; the same for any cut and any gap."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from emg.blocks import FloatArray
from emg.filters import FilterSettings
from emg.spectrum import (
    BATCH_SEGMENTS,
    WelchSpectrum,
    mains_ratio,
    mean_frequency_hz,
    median_frequency_hz,
    motion_share,
    rms_cv_pct,
    rms_in_band,
    statistical_bandwidth_hz,
)
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Spectrum, random_for

FREQ_HZ = np.arange(0.0, 501.0)
FLAT = np.ones_like(FREQ_HZ)


def _noise(n: int, n_channels: int = 2, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).normal(3.0, 20.0, (n, n_channels))


def _density(raw: FloatArray, fs_hz: float, segment_s: float = 1.0) -> tuple[FloatArray, FloatArray]:
    spectrum = WelchSpectrum(fs_hz, raw.shape[1], segment_s)
    spectrum.push(raw, 0)
    found = spectrum.density
    assert found is not None
    return found


# --- the density


@pytest.mark.parametrize(
    ("fs_hz", "segment_s"), [(1000.0, 1.0), (250.0, 1.0), (249.7, 1.0), (101.0, 1.0), (250.0, 0.5)]
)
@pytest.mark.parametrize("seconds", [1.0, 3.3, 8.5, 8.99, 40.2])
def test_without_gaps_it_is_scipys_welch(fs_hz: float, segment_s: float, seconds: float) -> None:
    """An independent definition: else the unit, the window or the mean is ours alone."""
    raw = _noise(math.ceil(seconds * fs_hz)) + np.array([0.0, 60_000.0])
    n = round(segment_s * fs_hz)
    freq_hz, density = signal.welch(raw, fs_hz, "hann", n, n // 2, detrend="constant", axis=0)
    found_hz, found = _density(raw, fs_hz, segment_s)
    np.testing.assert_allclose(found_hz, freq_hz, rtol=1e-12)
    np.testing.assert_allclose(found, density, rtol=1e-9, atol=1e-9)


@given(
    cuts=st.lists(st.integers(0, 5000), max_size=30),
    lost=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 900)), max_size=3),
    seed=st.integers(0, 50),
)
def test_any_cut_gives_the_same_bits(cuts: list[int], lost: list[tuple[int, int]], seed: int) -> None:
    """A replay in other blocks must give the report that the live session gave."""
    raw = _noise(5000, seed=seed)
    keep = np.ones(len(raw), dtype=np.bool_)
    for start, length in lost:
        keep[start : start + length] = False
    whole, cut = WelchSpectrum(100.0, 2), WelchSpectrum(100.0, 2)
    edges = {0, len(raw), *(np.flatnonzero(np.diff(keep)) + 1).tolist()}
    for spectrum, at in ((whole, sorted(edges)), (cut, sorted(edges | set(cuts)))):
        for start, stop in pairwise(at):
            if keep[start]:
                spectrum.push(raw[start:stop], start)
                if spectrum is cut:
                    assert spectrum.density is None or spectrum.density[1].shape == (51, 2)
    if whole.density is None or cut.density is None:
        assert whole.density is cut.density
    else:
        assert whole.density[1].tobytes() == cut.density[1].tobytes()


def test_a_segment_with_a_gap_is_skipped_and_the_others_stay_where_they_were() -> None:
    """A step where samples are missing is broad-band power that no muscle gave."""
    raw = _noise(1000)
    spectrum = WelchSpectrum(100.0, 2)
    spectrum.push(raw[:330], 0)
    spectrum.push(raw[331:], 331)
    expected = [
        signal.periodogram(raw[start : start + 100], 100.0, "hann", detrend="constant", axis=0)[1]
        for start in range(0, 901, 50)
        if not start <= 330 < start + 100
    ]
    assert spectrum.density is not None
    np.testing.assert_allclose(spectrum.density[1], np.mean(expected, axis=0), rtol=1e-9)


@pytest.mark.parametrize("hours", [0.01, 1.0, 100.0])
def test_a_long_gap_costs_nothing(hours: float) -> None:
    """A board that was off over lunch comes back with a jump of millions of samples."""
    raw, jump = _noise(2000), 50 * round(hours * 3600.0 * 100.0 / 50)
    spectrum, alone = WelchSpectrum(100.0, 2), WelchSpectrum(100.0, 2)
    spectrum.push(raw[:730], 0)
    spectrum.push(raw[730:], 730 + jump)
    alone.push(raw[:730], 0)
    alone.push(raw[750:], 750)
    assert spectrum.density is not None
    assert alone.density is not None
    np.testing.assert_allclose(spectrum.density[1], alone.density[1], rtol=1e-9)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e200])
def test_what_is_not_a_number_spoils_its_own_channel_and_second_only(bad: float) -> None:
    """One broken cell in a file must not empty the report of eight channels."""
    raw = _noise(1000)
    raw[120, 0] = bad
    spectrum = WelchSpectrum(100.0, 2)
    spectrum.push(raw, 0)
    good = _density(raw[:, 1:], 100.0)[1][:, 0]
    parts = [raw[start : start + 100, 0] for start in range(0, 901, 50) if not start <= 120 < start + 100]
    kept = signal.periodogram(parts, 100.0, "hann", detrend="constant")[1]
    assert spectrum.density is not None
    np.testing.assert_allclose(spectrum.density[1], np.stack([kept.mean(axis=0), good], axis=1), rtol=1e-9)


def test_before_the_first_whole_segment_there_is_no_density() -> None:
    """A file of half a second has no spectrum of 1 Hz; zeros would read as a dead channel."""
    spectrum = WelchSpectrum(100.0, 2)
    found = [spectrum.density]
    spectrum.push(_noise(99), 0)
    found.append(spectrum.density)
    assert found == [None, None]
    raw = _noise(200)
    raw[:, 1] = np.nan
    spectrum.push(raw, 100)
    assert spectrum.density is not None
    assert np.isfinite(spectrum.density[1][:, 0]).all()
    assert np.isnan(spectrum.density[1][:, 1]).all()


def test_the_integral_is_the_variance() -> None:
    """Parseval: else an RMS read from the spectrum is not the RMS of the signal."""
    raw = np.random.default_rng(3).normal(0.0, 20.0, (200_000, 1))
    freq_hz, density = _density(raw, 1000.0)
    assert math.sqrt(density[:, 0].sum() * (freq_hz[1] - freq_hz[0])) == pytest.approx(20.0, rel=0.01)
    time_s = np.arange(10_000) / 1000.0
    line = 8.0 * math.sqrt(2.0) * np.sin(2.0 * np.pi * 120.0 * time_s)[:, None]
    assert rms_in_band(FREQ_HZ, _density(line, 1000.0)[1][:, 0], 100.0, 140.0) == pytest.approx(8.0)


def test_memory_does_not_grow() -> None:
    """An hour of eight channels must fit where a minute does."""
    spectrum = WelchSpectrum(100.0, 2)
    held = []
    for second in range(100):
        spectrum.push(_noise(100, seed=second), 100 * second)
        held.append(sum(v.nbytes for v in vars(spectrum).values() if isinstance(v, np.ndarray)))
    assert len(set(held)) == 1
    assert held[0] < 8 * 2 * 100 * 2 * (BATCH_SEGMENTS + 2)


def test_samples_that_were_there_already_are_refused() -> None:
    """The same second counted twice is a spectrum of something that did not happen."""
    spectrum = WelchSpectrum(100.0, 1)
    spectrum.push(_noise(100, 1), 0)
    with pytest.raises(ValueError, match="come after 99"):
        spectrum.push(_noise(100, 1), 99)
    with pytest.raises(ValueError, match="fewer than two samples"):
        WelchSpectrum(1.0, 1)


# --- the figures


@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 100))
def test_figures_have_no_unit(scale: float, seed: int) -> None:
    """Volts or microvolts: the same muscle has the same median frequency."""
    psd = np.random.default_rng(seed).uniform(0.1, 2.0, len(FREQ_HZ))
    for figure in (median_frequency_hz, mean_frequency_hz, statistical_bandwidth_hz):
        assert figure(FREQ_HZ, scale * psd, 20.0, 450.0) == pytest.approx(figure(FREQ_HZ, psd, 20.0, 450.0))
    assert mains_ratio(FREQ_HZ, scale * psd, 50.0) == pytest.approx(mains_ratio(FREQ_HZ, psd, 50.0))
    assert motion_share(FREQ_HZ, scale * psd, 500.0) == pytest.approx(motion_share(FREQ_HZ, psd, 500.0))


def test_a_flat_spectrum_has_the_figures_of_its_band() -> None:
    """The simplest truth there is: half way, the same half way, and its whole width."""
    assert median_frequency_hz(FREQ_HZ, FLAT, 20.0, 450.0) == pytest.approx(235.0)
    assert mean_frequency_hz(FREQ_HZ, FLAT, 20.0, 450.0) == pytest.approx(235.0)
    assert statistical_bandwidth_hz(FREQ_HZ, FLAT, 20.0, 450.0) == pytest.approx(431.0)
    assert rms_in_band(FREQ_HZ, 4.0 * FLAT, 20.0, 119.0) == pytest.approx(20.0)
    assert mains_ratio(FREQ_HZ, FLAT, 50.0) == pytest.approx(1.0)
    assert motion_share(FREQ_HZ, FLAT, 500.0) == pytest.approx(16.0 / 496.0)


def test_the_median_splits_the_power_between_bins() -> None:
    """Without interpolation a fall of a fraction of a hertz shows as steps."""
    assert median_frequency_hz(FREQ_HZ, (FREQ_HZ == 80.0) * 1.0, 20.0, 450.0) == pytest.approx(80.0)
    uneven = 1.0 * (FREQ_HZ == 60.0) + 3.0 * (FREQ_HZ == 100.0)
    assert median_frequency_hz(FREQ_HZ, uneven, 20.0, 450.0) == pytest.approx(99.5 + 1.0 / 3.0)
    assert mean_frequency_hz(FREQ_HZ, uneven, 20.0, 450.0) == pytest.approx(90.0)
    assert median_frequency_hz(FREQ_HZ, uneven, 20.0, 70.0) == pytest.approx(60.0)


@pytest.mark.parametrize("spectrum", [GLUTEUS_MAXIMUS, BICEPS_FEMORIS])
def test_simulated_muscles_have_the_median_frequency_they_were_made_with(spectrum: Spectrum) -> None:
    """The chain from samples to hertz against a formula."""
    fs_hz = 2000.0
    emg = BoardNoise(random_for(4, "emg"), fs_hz, spectrum).read(round(120.0 * fs_hz))
    freq_hz, psd = _density(emg[:, None], fs_hz)
    droop = np.sinc(freq_hz / fs_hz) ** 6
    expected = median_frequency_hz(freq_hz, spectrum.density(freq_hz) * droop, 20.0, 450.0)
    assert median_frequency_hz(freq_hz, psd[:, 0], 20.0, 450.0) == pytest.approx(expected, rel=0.015)


@pytest.mark.parametrize(("hum", "ratio"), [(0.0, 1.0), (9.0, 10.0)])
@pytest.mark.parametrize("mains_hz", [50.0, 60.0, 100.0])
def test_hum_is_measured_against_the_2_to_6_hz_beside_it(mains_hz: float, hum: float, ratio: float) -> None:
    """The whole muscle lies around the mains: only its neighbours tell it apart."""
    psd = FLAT + hum * (np.abs(FREQ_HZ - mains_hz) <= 1.0)
    psd[np.abs(FREQ_HZ - mains_hz) > 6.0] = 1e6
    assert mains_ratio(FREQ_HZ, psd, mains_hz) == pytest.approx(ratio)
    psd[np.abs(FREQ_HZ - mains_hz) == 6.0] = 6.0
    assert mains_ratio(FREQ_HZ, psd, mains_hz) == pytest.approx(ratio / 2.0)


def test_the_neighbours_on_both_sides_count() -> None:
    """The spectrum of a muscle slopes: one side alone reads a clean channel as hum, or hum as clean."""
    psd = np.where(FREQ_HZ < 50.0, 2.0, 4.0)
    psd[np.abs(FREQ_HZ - 50.0) <= 1.0] = 30.0
    assert mains_ratio(FREQ_HZ, psd, 50.0) == pytest.approx(10.0)


@pytest.mark.parametrize("off_hz", [-0.5, -0.2, 0.0, 0.3, 0.5])
@pytest.mark.parametrize("fs_hz", [200.0, 249.7, 250.0, 250.3, 1000.0])
def test_real_mains_are_found_at_any_rate_and_drift(fs_hz: float, off_hz: float) -> None:
    """The grid drifts by 0.2 Hz, cheap clocks by more; EMG without hum stays below 2."""
    n = round(60.0 * fs_hz)
    emg = 20.0 * BoardNoise(random_for(6, "emg"), fs_hz, GLUTEUS_MAXIMUS).read(n)
    hum = 30.0 * np.sin(2.0 * np.pi * (50.0 + off_hz) * np.arange(n) / fs_hz)
    freq_hz, psd = _density(np.stack((emg, emg + hum), axis=1), fs_hz)
    quiet, loud = (mains_ratio(freq_hz, psd[:, channel], 50.0) for channel in (0, 1))
    assert quiet is not None
    assert loud is not None
    assert 0.5 < quiet < 2.0
    assert loud > 10.0


@pytest.mark.parametrize(
    ("top_hz", "step_hz", "mains_hz", "fits"),
    [
        (100.0, 1.0, 50.0, True),
        (100.0, 1.0, 94.0, True),
        (100.0, 1.0, 95.0, False),
        (62.0, 1.0, 60.0, False),
        (100.0, 1.0, 5.0, False),
        (100.0, 2.0, 50.0, False),
        (100.0, 0.5, 50.0, True),
    ],
)
def test_mains_that_the_spectrum_cannot_tell_have_no_ratio(
    top_hz: float, step_hz: float, mains_hz: float, fits: bool
) -> None:
    """Half the neighbours, or none: a ratio of that is a number about something else."""
    freq_hz = np.arange(0.0, top_hz + step_hz / 2.0, step_hz)
    assert (mains_ratio(freq_hz, np.ones_like(freq_hz), mains_hz) is not None) is fits


def test_motion_is_the_share_from_5_to_20_hz() -> None:
    """Drift below 5 Hz is the electrodes', not the cable's."""
    psd = 1e9 * (FREQ_HZ < 5.0) + 2.0 * ((FREQ_HZ >= 5.0) & (FREQ_HZ <= 20.0)) + 1.0 * (FREQ_HZ > 20.0)
    assert motion_share(FREQ_HZ, psd, 120.0) == pytest.approx(32.0 / 132.0)
    assert motion_share(FREQ_HZ, psd, 20.0) is None


@pytest.mark.parametrize("psd", [np.zeros_like(FREQ_HZ), np.full_like(FREQ_HZ, np.nan)])
def test_without_power_there_are_no_figures(psd: FloatArray) -> None:
    """0 / 0 is not a median frequency."""
    assert median_frequency_hz(FREQ_HZ, psd, 20.0, 450.0) is None
    assert mean_frequency_hz(FREQ_HZ, psd, 20.0, 450.0) is None
    assert statistical_bandwidth_hz(FREQ_HZ, psd, 20.0, 450.0) is None
    assert mains_ratio(FREQ_HZ, psd, 50.0) is None
    assert motion_share(FREQ_HZ, psd, 500.0) is None


@pytest.mark.parametrize(("low_hz", "high_hz"), [(20.0, 502.0), (450.0, 20.0), (-1.0, 450.0), (50.0, 50.0)])
def test_a_band_is_refused_never_bent(low_hz: float, high_hz: float) -> None:
    """A median frequency of another band than was asked for cannot be compared with anything."""
    with pytest.raises(ValueError, match="does not fit"):
        median_frequency_hz(FREQ_HZ, FLAT, low_hz, high_hz)


def test_several_channels_at_once_are_refused() -> None:
    """Their densities would be mixed into one figure without a word."""
    with pytest.raises(ValueError, match="one channel"):
        mains_ratio(FREQ_HZ, np.ones((len(FREQ_HZ), 2)), 50.0)


# --- the error bar of an RMS


@pytest.mark.parametrize("spectrum", [GLUTEUS_MAXIMUS, BICEPS_FEMORIS])
@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("window_s", [0.125, 0.25, 0.5, 1.0])
def test_the_scatter_of_an_rms_is_what_its_bandwidth_says(
    fs_hz: float, spectrum: Spectrum, window_s: float
) -> None:
    """The error bar of every level stands on it; real holds have 9 % at 250 ms and 1 kHz, 12 % on a Cyton."""
    emg = BoardNoise(random_for(8, "emg"), fs_hz, spectrum).read(round(300.0 * fs_hz))
    settings = FilterSettings.for_rate(fs_hz)
    filtered = signal.sosfilt(settings.sections(fs_hz), emg)[round(fs_hz) :]
    freq_hz, psd = _density(filtered[:, None], fs_hz)
    bandwidth_hz = statistical_bandwidth_hz(freq_hz, psd[:, 0], 5.0, freq_hz[-1])
    assert bandwidth_hz is not None
    window = round(window_s * fs_hz)
    rms = np.sqrt(np.square(filtered[: len(filtered) // window * window]).reshape(-1, window).mean(axis=1))
    # 299 windows of 1 s know their own scatter to 4 %, more windows better
    assert 100.0 * rms.std() / rms.mean() == pytest.approx(rms_cv_pct(bandwidth_hz, window_s), rel=0.12)


def test_the_error_bar_shrinks_with_the_square_root_of_the_time() -> None:
    """Four times the time, half the scatter."""
    assert rms_cv_pct(100.0, 0.25) == pytest.approx(10.0)
    assert rms_cv_pct(100.0, 1.0) == pytest.approx(5.0)
