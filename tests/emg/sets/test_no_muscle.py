"""A moving cable and hum never become the maximum, and clean muscle is hardly ever taken for them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import signal

from emg.activation import Activations
from emg.artefacts import no_muscle
from emg.blocks import FloatArray
from emg.maximum import best_of_effort_uv, best_window_s, steady_uv
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, Effort
from validation.contact import CLEAN, RAILS, _known_as
from validation.data import SHARED
from validation.recorded import EXPECTED, blocks_of, expected_stats, place_of
from validation.simulation import chain, noise, run

RATES_HZ = (250.0, 500.0, 1000.0)
SPECTRA = {"glute": GLUTEUS_MAXIMUS, "ham": BICEPS_FEMORIS}
LEAD_S, EFFORT_S = 1.0, 3.0
LEVEL_UV, REST_UV = 60.0, 3.0
N_EFFORTS = 30


@cache
def raw_efforts(fs_hz: float, muscle: str) -> FloatArray:
    """Efforts of one muscle after a second of rest, µV at the electrodes."""
    n = round((LEAD_S + EFFORT_S) * fs_hz)
    effort = Effort()
    effort.move_to(1.0, start=round((LEAD_S + 0.3) * fs_hz), ramp=round(0.4 * fs_hz))
    emg = noise(4, "no muscle", fs_hz, n, N_EFFORTS, SPECTRA[muscle])
    return LEVEL_UV * effort.levels(0, n)[:, None] * emg + REST_UV * noise(4, "rest", fs_hz, n, N_EFFORTS)


def effort_of(raw_uv: FloatArray, fs_hz: float) -> Activations:
    levels = run(chain(fs_hz, raw_uv.shape[1]), raw_uv)
    return levels.cut(round(LEAD_S * fs_hz / levels.spacing))


def bests(raw_uv: FloatArray, fs_hz: float, *, looks: bool = True) -> FloatArray:
    levels = effort_of(raw_uv, fs_hz)
    tick_s = levels.spacing / fs_hz
    found = [
        best_of_effort_uv(powers, tick_s, fs_hz, samples if looks else None)
        for powers, samples in zip(levels.power_uv2.T, levels.sample_uv.T, strict=True)
    ]
    return np.array([np.nan if best is None else best for best in found])


def motion(fs_hz: float, n: int, from_s: float, for_s: float, rms_uv: float) -> FloatArray:
    """Swinging of a cable at 7 to 21 Hz, for a while."""
    sections = signal.butter(2, [7.0, 21.0], "bandpass", fs=fs_hz, output="sos")
    swing = signal.sosfilt(sections, np.random.default_rng(6).standard_normal((n, N_EFFORTS)), axis=0)
    time_s = np.arange(n) / fs_hz - LEAD_S
    there = (time_s >= from_s) & (time_s < from_s + for_s)
    return np.asarray(rms_uv * swing / swing.std() * there[:, None])


@pytest.mark.parametrize("muscle", SPECTRA)
@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_a_clean_effort_is_left_as_it_is(fs_hz: float, muscle: str) -> None:
    """Else a slow muscle is told again and again that its signal was not good enough."""
    raw_uv = raw_efforts(fs_hz, muscle)
    assert bests(raw_uv, fs_hz) == pytest.approx(bests(raw_uv, fs_hz, looks=False))
    levels = effort_of(raw_uv, fs_hz)
    tick_s = levels.spacing / fs_hz
    assert all(
        steady_uv(powers, tick_s, fs_hz, samples) is not None
        for powers, samples in zip(levels.power_uv2.T, levels.sample_uv.T, strict=True)
    )


@pytest.mark.parametrize("fs_hz", RATES_HZ)
@pytest.mark.parametrize(("from_s", "for_s"), [(0.5, 0.5), (0.5, 1.0), (1.5, 1.5), (0.5, 2.0), (0.0, 3.0)])
@pytest.mark.parametrize("rms_uv", [300.0, 2000.0])
def test_a_swinging_cable_is_no_maximum(fs_hz: float, from_s: float, for_s: float, rms_uv: float) -> None:
    """Else one jerk of half a second is 100 %: every later percentage is a fifth of what it is."""
    raw_uv = raw_efforts(fs_hz, "glute")
    clean = bests(raw_uv, fs_hz)
    swung_uv = raw_uv + motion(fs_hz, len(raw_uv), from_s, for_s, rms_uv)
    if for_s >= 1.0:
        assert np.median(bests(swung_uv, fs_hz, looks=False) / clean) > 1.5, "it is one that counts"
    share = bests(swung_uv, fs_hz) / clean
    assert np.nanmax(np.append(share, 0.0)) < 1.25


@pytest.mark.parametrize("hum_hz", [49.8, 50.0, 60.2])
@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_hum_is_no_maximum(fs_hz: float, hum_hz: float) -> None:
    """Else a reference electrode that comes off in the effort is the athlete's maximum."""
    raw_uv = raw_efforts(fs_hz, "ham")
    wave = np.sin(2.0 * np.pi * hum_hz * np.arange(len(raw_uv)) / fs_hz)[:, None]
    assert np.isnan(bests(raw_uv + 140.0 * wave, fs_hz)).all()
    levels = effort_of(raw_uv + 140.0 * wave, fs_hz)
    tick_s = levels.spacing / fs_hz
    assert steady_uv(levels.power_uv2[:, 0], tick_s, fs_hz, levels.sample_uv[:, 0]) is None


def test_an_envelope_has_no_spectrum_to_be_judged_by() -> None:
    """Else no board that sends envelopes can ever be calibrated."""
    slow = 50.0 + 30.0 * np.sin(np.arange(750) / 60.0)
    assert not no_muscle(slow, 0.004, 250.0, 250).any()
    assert not no_muscle(slow - 50.0, 0.02, 50.0, 50).any()
    assert no_muscle(slow - 50.0, 0.004, 250.0, 250).all()


def test_lost_samples_have_no_spectrum() -> None:
    """Else a gap of a few samples makes an effort look like motion."""
    muscle = np.diff(np.random.default_rng(3).standard_normal(751))
    muscle[300:330] = np.nan
    assert not no_muscle(muscle, 0.004, 250.0, 250).any()
    assert not no_muscle(np.full(750, np.nan), 0.004, 250.0, 250).any()


@pytest.mark.skipif(not (SHARED / EXPECTED).is_file(), reason="the real recordings are absent")
def test_real_clean_muscle_is_never_taken_for_a_cable() -> None:
    """Else a real athlete has no maximum where every simulated one has."""
    n_windows = n_foreign = 0
    for key, stats in expected_stats(SHARED).items():
        if _known_as(key, stats) != CLEAN or key in RAILS or not (SHARED / place_of(key).file).is_file():
            continue
        source = place_of(key).open(SHARED)
        fs_hz = source.info.fs_hz
        raw_uv = np.concatenate([block.data_uv for block in blocks_of(source)])[:, :1]
        levels = run(chain(fs_hz, 1), raw_uv - raw_uv[0]).cut(250)
        tick_s = levels.spacing / fs_hz
        n_window = round(best_window_s(fs_hz) / tick_s)
        foreign = no_muscle(levels.sample_uv[:, 0], tick_s, fs_hz, n_window)
        power = np.convolve(np.nan_to_num(levels.power_uv2[:, 0]), np.ones(n_window), "valid")
        works = power > 0.25 * power.max()
        n_windows += int(works.sum())
        n_foreign += int((foreign & works).sum())
    assert n_windows > 10_000
    assert n_foreign == 0
