"""What moved is told from what worked, and a muscle is not taken for a cable."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import signal

from emg.activation import Activations
from emg.blocks import FloatArray
from emg.sets.spoilt import is_spoilt
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, Effort
from validation.simulation import chain, noise, run

RATES_HZ = (250.0, 500.0, 1000.0)
SPECTRA = {"glute": GLUTEUS_MAXIMUS, "ham": BICEPS_FEMORIS}
SPAN_UV, LEVEL_UV, REST_UV = 100.0, 50.0, 3.0
CUE_S, START_S, FROM_S, TO_S, END_S = 1.0, 3.0, 3.5, 8.0, 8.5
N_HOLDS = 40


@cache
def holds_uv(fs_hz: float, muscle: str, level_uv: float = LEVEL_UV) -> FloatArray:
    """Holds with posture first, a fast rise, and an effort that wanders; one a column."""
    n = round(END_S * fs_hz)
    random = np.random.default_rng(8)
    efforts = np.empty((n, N_HOLDS))
    for column in efforts.T:
        effort = Effort()
        start = round((START_S + random.uniform(-0.5, 0.5)) * fs_hz)
        effort.move_to(0.05, start=round(1.2 * fs_hz), ramp=round(0.2 * fs_hz))
        for ramp_s in (0.05, *[1.0] * 5):
            effort.move_to(random.uniform(0.8, 1.2), start=start, ramp=round(ramp_s * fs_hz))
            start += round(ramp_s * fs_hz)
        column[:] = effort.levels(0, n)
    emg = noise(3, muscle, fs_hz, n, N_HOLDS, SPECTRA[muscle])
    return np.asarray(level_uv * efforts * emg + REST_UV * noise(3, "rest", fs_hz, n, N_HOLDS))


def spoilt(raw_uv: FloatArray, fs_hz: float, lost: tuple[tuple[int, int], ...] = ()) -> list[bool]:
    found: Activations = run(chain(fs_hz, raw_uv.shape[1]), raw_uv, lost)
    tick_s = found.spacing / fs_hz
    cue, start, stop = (round(at_s / tick_s) for at_s in (CUE_S, FROM_S, TO_S))
    scored = slice(start - cue, stop - cue)
    columns = zip(found.power_uv2[cue:].T, found.sample_uv[cue:].T, strict=True)
    return [
        is_spoilt(power_uv2, sample_uv, tick_s, fs_hz, scored=scored, span_uv=SPAN_UV)
        for power_uv2, sample_uv in columns
    ]


def sway(fs_hz: float, rms_uv: float, from_s: float, for_s: float) -> FloatArray:
    """A cable that swings at 5 to 15 Hz for a while."""
    n = round(END_S * fs_hz)
    sections = signal.butter(2, [5.0, 15.0], "bandpass", fs=fs_hz, output="sos")
    swing = signal.sosfilt(sections, np.random.default_rng(6).standard_normal((n, N_HOLDS)), axis=0)
    at_s = np.arange(n)[:, None] / fs_hz
    return np.asarray(rms_uv * swing / swing.std() * ((at_s >= from_s) & (at_s < from_s + for_s)))


@pytest.mark.parametrize("muscle", SPECTRA)
@pytest.mark.parametrize("fs_hz", RATES_HZ)
@pytest.mark.parametrize("level_uv", [6.0, 50.0])
def test_a_hold_in_which_only_a_muscle_worked_is_never_spoilt(
    fs_hz: float, muscle: str, level_uv: float
) -> None:
    """Else an athlete repeats holds for ever, and nobody can say what is wrong."""
    assert not any(spoilt(holds_uv(fs_hz, muscle, level_uv), fs_hz))


@pytest.mark.parametrize("fs_hz", RATES_HZ)
@pytest.mark.parametrize(("from_s", "for_s"), [(1.2, 0.5), (4.0, 0.5), (4.0, 3.0), (7.5, 1.0)])
def test_movement_spoils_a_hold_wherever_it_is(fs_hz: float, from_s: float, for_s: float) -> None:
    """Else a swinging cable is the latency, or a part of the level."""
    moved = spoilt(holds_uv(fs_hz, "glute") + sway(fs_hz, 300.0, from_s, for_s), fs_hz)
    assert np.mean(moved) >= 0.95


@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_what_is_worth_less_than_five_percent_spoils_nothing(fs_hz: float) -> None:
    """Else skin that moves a little under a resting muscle costs the hold of the other one."""
    n = round(END_S * fs_hz)
    rest_uv = REST_UV * noise(5, "still", fs_hz, n, N_HOLDS)
    assert not any(spoilt(rest_uv + sway(fs_hz, 5.0, 2.0, 5.0), fs_hz))
    assert all(spoilt(rest_uv + sway(fs_hz, 100.0, 2.0, 5.0), fs_hz))


@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_a_knock_spoils_the_hold_that_it_lifts_by_a_tenth_and_no_other(fs_hz: float) -> None:
    """Else one tug of 10 mV is three times the maximum; or every tap on a cable costs a hold."""
    for height_uv, expected in ((40_000.0, True), (300.0, False)):
        raw_uv = holds_uv(fs_hz, "ham").copy()
        raw_uv[round(5.0 * fs_hz)] += height_uv
        assert set(spoilt(raw_uv, fs_hz)) == {expected}, height_uv


def test_a_knock_that_a_strong_hold_hardly_feels_costs_nothing() -> None:
    """Else who holds hard repeats a hold for a hundredth of its level."""
    raw_uv = holds_uv(250.0, "ham", 150.0).copy()
    raw_uv[1250] += 1_000.0
    assert not any(spoilt(raw_uv, 250.0))
    raw_uv[1250] += 25_000.0
    assert all(spoilt(raw_uv, 250.0))


@pytest.mark.parametrize(("from_s", "for_s"), [(7.6, 1.0), (5.0, 0.12), (5.0, 0.4)])
def test_a_muscle_that_comes_late_or_twitches_is_a_muscle(from_s: float, for_s: float) -> None:
    """Else the late glute, which is the finding, is called a moving cable."""
    n = round(END_S * 250.0)
    emg, rest = (noise(7, key, 250.0, n, N_HOLDS, of) for key, of in (("late", GLUTEUS_MAXIMUS), ("r", None)))
    at_s = np.arange(n)[:, None] / 250.0
    works = (at_s >= from_s) & (at_s < from_s + for_s)
    assert not any(spoilt(70.0 * works * emg + REST_UV * rest, 250.0))


def test_lost_samples_spoil_nothing_by_themselves() -> None:
    """Else a gap that is bridged is called movement."""
    lost = tuple((1000 + 50 * run_, 1000 + 50 * run_ + 6) for run_ in range(12))
    assert not any(spoilt(holds_uv(250.0, "glute"), 250.0, lost))


def test_what_cannot_be_judged_is_not_spoilt() -> None:
    """Else an envelope, which is slow by nature, or a hold of half a second, is movement."""
    slow = 50.0 + 30.0 * np.sin(np.arange(1500) / 60.0)
    part = slice(200, 1400)
    assert not is_spoilt(np.square(slow), slow, 0.004, 250.0, scored=part, span_uv=SPAN_UV)
    assert is_spoilt(np.square(slow), slow - 50.0, 0.004, 250.0, scored=part, span_uv=SPAN_UV)
    few = np.sin(np.arange(100) / 60.0)
    assert not is_spoilt(np.square(few), few, 0.004, 250.0, scored=slice(0, 100), span_uv=0.1)
    assert not is_spoilt(few, few - 1.0, 0.004, 250.0, scored=slice(50, 50), span_uv=SPAN_UV)
    worked = np.diff(np.random.default_rng(4).standard_normal(1501))
    assert not is_spoilt(np.square(worked), worked, 0.004, 250.0, scored=slice(9, 9), span_uv=SPAN_UV)
    none = np.full(1500, np.nan)
    assert not is_spoilt(none, none, 0.004, 250.0, scored=part, span_uv=SPAN_UV)
