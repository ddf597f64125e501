"""The model of EMG: its spectrum, the board that samples it, its effort, and that no cut changes a bit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from emg.blocks import FloatArray
from hardware.simulated_emg import (
    BICEPS_FEMORIS,
    GLUTEUS_MAXIMUS,
    BoardNoise,
    Effort,
    Spectrum,
    random_for,
    sinc3_taps,
)

FS_HZ = 250.0
SPECTRA = pytest.mark.parametrize("spectrum", [GLUTEUS_MAXIMUS, BICEPS_FEMORIS], ids=["glute", "ham"])
CUTS = st.lists(st.integers(0, 200), max_size=12)


def _noise(spectrum: Spectrum | None, fs_hz: float = FS_HZ) -> BoardNoise:
    return BoardNoise(random_for(1, "test"), fs_hz, spectrum)


def _rms(x: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(x))))


@SPECTRA
def test_the_formula_has_unit_power_and_the_muscle_its_published_median_frequency(spectrum: Spectrum) -> None:
    """A wrong median frequency gives the wrong loss through the board: the ratio of a demo would lie."""
    frequency_hz = np.arange(0.5, 20_000.0)
    power = np.cumsum(spectrum.density(frequency_hz))
    assert power[-1] == pytest.approx(1.0, abs=0.01)
    low, high = (55.0, 70.0) if spectrum is GLUTEUS_MAXIMUS else (90.0, 110.0)
    assert low < frequency_hz[np.searchsorted(power, 0.5)] < high


@SPECTRA
def test_the_shaping_filter_follows_stulen_and_de_luca(spectrum: Spectrum) -> None:
    """EMG of another shape has another scatter of its RMS, and every tolerance built on it is off."""
    rate_hz = 4000.0
    b, a = spectrum.shaping(rate_hz)
    frequency_hz = np.arange(5.0, 451.0)
    _, response = signal.freqz(b, a, worN=frequency_hz, fs=rate_hz)
    made = np.square(np.abs(response)) * 2.0 / rate_hz
    assert np.max(np.abs(10.0 * np.log10(made / spectrum.density(frequency_hz)))) < 0.75
    fine = signal.lfilter(b, a, random_for(2, "white").standard_normal(2_000_000))
    assert _rms(np.asarray(fine)) == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize(("fs_hz", "corner_hz", "factor"), [(250.0, 65.0, 16), (500.0, 131.0, 8)])
def test_the_board_droops_as_the_datasheet_says(fs_hz: float, corner_hz: float, factor: int) -> None:
    """Without the droop the demo promises a Cyton more of the hamstring than it can give."""
    _, response = signal.freqz(sinc3_taps(factor), worN=[0.0, corner_hz], fs=factor * fs_hz)
    gain_db = 20.0 * np.log10(np.abs(response))
    assert gain_db == pytest.approx([0.0, -3.0], abs=0.06)


@SPECTRA
def test_the_board_s_samples_have_the_muscle_s_spectrum_with_droop_and_aliases(spectrum: Spectrum) -> None:
    """What lies above half the sampling rate folds back on a real board, and the demo must show it."""
    noise = _noise(spectrum).read(300_000)
    frequency_hz, made = signal.welch(noise, FS_HZ, nperseg=250)
    expected = np.zeros_like(frequency_hz)
    for alias in range(-4, 5):
        folded_hz = np.abs(frequency_hz + alias * FS_HZ)
        expected += spectrum.density(folded_hz) * np.sinc(folded_hz / FS_HZ) ** 6
    inside = (frequency_hz >= 10.0) & (frequency_hz <= 120.0)
    assert made[inside] == pytest.approx(expected[inside], rel=0.12)
    assert _rms(noise) ** 2 == pytest.approx(np.sum(expected[inside]), rel=0.05)


@SPECTRA
def test_the_rms_scatters_as_measured_on_muscles_through_a_cyton(spectrum: Spectrum) -> None:
    """12.2 % was measured at 250 ms; steadier noise would make thresholds look safer than they are."""
    band = signal.butter(2, [20.0, 115.0], "bandpass", fs=FS_HZ, output="sos")
    filtered = np.asarray(signal.sosfilt(band, _noise(spectrum).read(500_250)))[250:]
    windows = np.sqrt(np.mean(np.square(filtered[: 8000 * 62].reshape(-1, 62)), axis=1))
    assert 0.105 < windows.std() / windows.mean() < 0.135


def test_rest_noise_is_white_and_has_unit_rms_at_the_board() -> None:
    """Rest is stated at the board; the droop must not eat a part of it."""
    assert _rms(_noise(None).read(200_000)) == pytest.approx(1.0, abs=0.01)


@SPECTRA
def test_noise_is_stationary_from_its_first_sample(spectrum: Spectrum) -> None:
    """A hold's noise begins anew: a filter that still fills would show as a dip before each hold."""
    starts = np.array(
        [BoardNoise(random_for(seed, "start"), FS_HZ, spectrum).read(20) for seed in range(500)]
    )
    assert _rms(starts[:, :5]) == pytest.approx(_rms(starts[:, 15:]), rel=0.06)
    assert _rms(starts[:, :1]) == pytest.approx(_rms(starts), rel=0.1)


@given(cuts=CUTS, fs_hz=st.sampled_from([200.0, 250.0, 500.0, 1000.0]))
def test_any_cut_gives_the_same_noise_bit_for_bit(cuts: list[int], fs_hz: float) -> None:
    """The result of a demo must depend on the seed, never on how it was read."""
    for spectrum in (BICEPS_FEMORIS, None):
        whole = _noise(spectrum, fs_hz).read(sum(cuts))
        reader = _noise(spectrum, fs_hz)
        pieces = np.concatenate([np.empty(0), *(reader.read(n) for n in cuts)])
        assert np.array_equal(pieces, whole)


def test_draws_belong_to_their_key_alone() -> None:
    """Shared numbers would tie muscles together; order-dependent ones would spread a fault to other holds."""
    keys = [
        ("hold/1", "glute_left"),
        ("hold/1", "ham_left"),
        ("hold/11", "glute_left"),
        ("hold/1", "1glute_left"),
    ]
    first = [random_for(5, *key).random() for key in keys]
    assert [random_for(5, *key).random() for key in reversed(keys)] == first[::-1]
    assert len({*first, random_for(6, *keys[0]).random()}) == 5


def test_effort_rises_smoothly_to_its_level_and_stays() -> None:
    """A step or an overshoot would put the truth of the latency elsewhere than the muscle."""
    effort = Effort()
    effort.move_to(0.5, start=100, ramp=50)
    levels = effort.levels(0, 400)
    assert not levels[:101].any()
    assert (levels[150:] == 0.5).all()
    assert (np.diff(levels[100:151]) > 0.0).all()
    assert levels[125] == pytest.approx(0.25)
    crossing = int(np.flatnonzero(levels >= 0.75 * 0.5)[0])
    assert crossing == 134, "two thirds of the rise"


def test_a_new_move_starts_where_the_effort_is_and_forgets_what_was_planned() -> None:
    """Letting go in the middle of a rise must neither jump nor be overruled by an older plan."""
    effort = Effort()
    effort.move_to(0.6, start=10, ramp=40)
    effort.move_to(0.9, start=200, ramp=10)
    before = effort.levels(0, 30)
    effort.move_to(0.0, start=30, ramp=20)
    levels = effort.levels(0, 300)
    assert np.array_equal(levels[:30], before)
    assert np.abs(np.diff(levels)).max() < 0.05
    assert not levels[50:].any()
    assert not effort.levels(100, 150).any()


@given(cuts=CUTS)
def test_any_cut_gives_the_same_effort(cuts: list[int]) -> None:
    """Else the level at a block's edge would depend on the block."""
    effort = Effort()
    for level, start, ramp in [(0.3, 0, 20), (0.5, 40, 0), (0.6, 90, 300), (0.2, 200, 7), (0.0, 800, 30)]:
        effort.move_to(level, start=start, ramp=ramp)
    edges = np.cumsum([0, *cuts])
    pieces = [effort.levels(int(a), int(b)) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate([np.empty(0), *pieces]), effort.levels(0, int(edges[-1])))
