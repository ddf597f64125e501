"""What no muscle makes never becomes the maximum, and what a muscle makes is hardly ever taken for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from emg.artefacts import without_artefacts
from emg.blocks import FloatArray
from emg.filters import CausalFilter, FilterSettings
from emg.maximum import (
    EFFORT_RISE_S,
    LONGEST_EFFORT_S,
    best_of_effort_uv,
    best_window_s,
    cv_from,
    luck_of_the_best,
    pieces,
    steady_uv,
)
from emg.spectrum import usual_bandwidth_hz
from hardware.simulated_emg import BICEPS_FEMORIS, BoardNoise, Effort, random_for, sinc3_taps
from validation.plain_best import best_uv

EFFORT_S = 3.0
TICK_S = 0.004
N_TRIALS = 24


def tick_powers(raw_uv: FloatArray, fs_hz: float, notch_hz: float | None = None) -> FloatArray:
    """Mean square of the filtered signal over each tick."""
    settings = replace(FilterSettings.for_rate(fs_hz), notch_hz=notch_hz)
    filtered = CausalFilter(settings, fs_hz)(raw_uv)
    step = max(1, round(TICK_S * fs_hz))
    n_ticks = len(filtered) // step
    return np.asarray(np.square(filtered[: n_ticks * step]).reshape(n_ticks, step, -1).mean(axis=1))


@cache
def efforts(fs_hz: float, seed: int = 3) -> FloatArray:
    """Efforts of 3 s after a second of rest; RMS near 1 at the muscle."""
    n = round((1.0 + EFFORT_S) * fs_hz)
    effort = Effort()
    effort.move_to(1.0, start=round(1.3 * fs_hz), ramp=round(0.4 * fs_hz))
    columns = [
        effort.levels(0, n) * BoardNoise(random_for(seed, "emg", trial), fs_hz, BICEPS_FEMORIS).read(n)
        + 0.02 * BoardNoise(random_for(seed, "rest", trial), fs_hz).read(n)
        for trial in range(N_TRIALS)
    ]
    return np.stack(columns, axis=1)


def bests(raw_uv: FloatArray, fs_hz: float) -> FloatArray:
    power = tick_powers(raw_uv, fs_hz)[round(1.0 / TICK_S) :]
    found = [best_of_effort_uv(column, TICK_S, fs_hz) for column in power.T]
    return np.array([np.nan if best is None else best for best in found])


def plain(raw_uv: FloatArray, fs_hz: float) -> FloatArray:
    return best_uv(tick_powers(raw_uv, fs_hz)[round(1.0 / TICK_S) :], TICK_S, best_window_s(fs_hz))


@pytest.mark.parametrize("fs_hz", [250.0, 500.0, 1000.0])
def test_clean_efforts_are_left_as_they_are(fs_hz: float) -> None:
    """Else the protection lowers every maximum, and every percentage of every session is too high."""
    changed = np.abs(bests(efforts(fs_hz), fs_hz) / plain(efforts(fs_hz), fs_hz) - 1.0)
    assert np.mean(changed > 0.001) <= 0.05


ISOMETRIC = {"ID02_BFtask": 10.0, "ID02_VLtask": 8.2, "ID05_BFtask": 5.0, "ID19_BFtask": 10.0}
"""Real holds and when they end."""


@pytest.mark.parametrize("fs_hz", [250.0, 500.0, 1000.0])
def test_real_holds_are_left_as_they_are(shared_data: Path, fs_hz: float) -> None:
    """Else real muscles, which fire in bursts as no simulation does, are taken for artefacts."""
    changed = []
    for name, end_s in ISOMETRIC.items():
        column = 3 if "BF" in name else 2
        path = shared_data / f"lower_limb_isometric_elderly/{name}_2000hz.csv"
        raw_uv = np.loadtxt(path, delimiter=",", skiprows=1, usecols=column)
        factor = round(2000.0 / fs_hz)
        board_uv = np.convolve(raw_uv, sinc3_taps(factor))[::factor][:, None]
        power = tick_powers(board_uv, fs_hz)[:, 0]
        for start_s in np.arange(0.5, end_s - EFFORT_S, 0.5):
            part = power[round(start_s / TICK_S) :][: round(EFFORT_S / TICK_S)]
            found = best_of_effort_uv(part, TICK_S, fs_hz)
            expected = best_uv(part[:, None], TICK_S, best_window_s(fs_hz))[0]
            changed.append(0.0 if found is None else found / expected)
    assert len(changed) > 30
    assert np.mean(np.abs(np.array(changed) - 1.0) > 0.01) <= 0.02


def change_by(height: float, length_s: float, fs_hz: float) -> FloatArray:
    """Change of each best window by one knock of so many RMS at the muscle, at a random moment."""
    random = np.random.default_rng(9)
    knocked = efforts(fs_hz).copy()
    n = max(1, round(length_s * fs_hz))
    for column in knocked.T:
        at = random.integers(round(fs_hz), len(column) - n)
        column[at : at + n] += height * np.sin(np.pi * (np.arange(n) + 0.5) / n)
    return np.asarray(bests(knocked, fs_hz) / bests(efforts(fs_hz), fs_hz) - 1.0)


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("height", [15.0, 100.0, 1e5])
@pytest.mark.parametrize("length_s", [0.0, 0.030])
def test_a_knock_of_any_height_and_anywhere_hardly_moves_the_maximum(
    fs_hz: float, height: float, length_s: float
) -> None:
    """Else one tug at the cable is 100 %: to the best of all windows a spike adds anything."""
    change = change_by(height, length_s, fs_hz)
    assert not np.isnan(change).any(), "nor does it cost the effort"
    assert np.median(np.abs(change)) < 0.02
    assert np.abs(change).max() < 0.15
    assert change.mean() < 0.02


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_what_cannot_be_told_from_the_largest_waves_of_emg_costs_a_few_percent(fs_hz: float) -> None:
    """Else the limit below which a knock is not seen creeps up, and with it what a small one can do."""
    for height in (2.0, 4.0, 6.0):
        change = change_by(height, 0.0, fs_hz)
        assert np.median(np.abs(change)) < 0.05
        assert np.abs(change).max() < 0.20


def powers(*stretches: tuple[float, float]) -> FloatArray:
    """Tick powers of one muscle: ``(seconds, rms_uv)`` in turn."""
    return np.concatenate([np.full(round(s / TICK_S), rms**2) for s, rms in stretches])


def test_half_a_second_of_thrashing_cable_is_no_maximum() -> None:
    """Else the artefact of the real recording, 254 instead of 17 µV, is the muscle's 100 %."""
    for fs_hz in (250.0, 1000.0):
        effort = powers((0.5, 2.0), (0.8, 17.0), (0.5, 254.0), (1.2, 17.0))
        assert best_of_effort_uv(effort, TICK_S, fs_hz) == pytest.approx(17.0, rel=0.01)


def test_who_lets_go_early_or_peaks_late_keeps_the_maximum() -> None:
    """Else the real effort is an artefact beside the rest around it."""
    for fs_hz in (250.0, 1000.0):
        assert best_of_effort_uv(powers((0.5, 2.0), (1.2, 80.0), (1.3, 2.0)), TICK_S, fs_hz) == pytest.approx(
            80.0
        )
        late = powers((0.5, 2.0), (1.5, 50.0), (1.0, 80.0))
        assert best_of_effort_uv(late, TICK_S, fs_hz) == pytest.approx(80.0)


def test_an_effort_of_which_nothing_steady_is_left_has_no_maximum() -> None:
    """Else the rise alone, or what a broken cable left over, is the athlete's 100 %."""
    effort = powers((0.5, 2.0), (2.5, 80.0))
    effort[round(0.9 / TICK_S) : round(2.4 / TICK_S)] = np.nan
    assert best_of_effort_uv(effort, TICK_S, 250.0) is None
    assert best_of_effort_uv(effort, TICK_S, 1000.0) == pytest.approx(80.0), (
        "half a second is left at the end"
    )
    assert best_of_effort_uv(np.full(750, np.nan), TICK_S, 250.0) is None
    assert best_of_effort_uv(powers((0.9, 80.0)), TICK_S, 250.0) is None


def test_a_stretch_that_is_too_short_for_a_rise_is_all_effort() -> None:
    """Else a window that somebody chose inside of a plateau has no maximum at all."""
    for seconds in (1.0, 1.3, 1.8):
        assert best_of_effort_uv(powers((seconds, 80.0)), TICK_S, 250.0) == pytest.approx(80.0)
    gap = powers((1.3, 80.0))
    gap[100:200] = np.nan
    assert best_of_effort_uv(gap, TICK_S, 250.0) is None


@pytest.mark.parametrize("n_ticks", [1, 625, 1250, 1251, 1800, 1875, 1876, 15_000])
def test_every_window_of_a_long_stretch_is_judged_whole_in_one_of_its_pieces(n_ticks: int) -> None:
    """Else an effort on the border between two pieces is a smaller one."""
    found = pieces(n_ticks, TICK_S)
    assert (found[0].start, found[-1].stop) == (0, n_ticks)
    assert all(piece.stop - piece.start <= round(LONGEST_EFFORT_S / TICK_S) for piece in found)
    assert (len(found) == 1) == (n_ticks * TICK_S <= LONGEST_EFFORT_S)
    n_window = round(best_window_s(250.0) / TICK_S)
    for first in range(0, n_ticks - n_window + 1, 7):
        assert any(piece.start <= first and first + n_window <= piece.stop for piece in found)


def test_a_window_may_miss_a_fifth_and_no_more() -> None:
    """Else a lost packet costs the effort, or a maximum is made of crumbs."""
    effort = powers((3.0, 80.0))
    effort[:: round(0.040 / TICK_S)] = np.nan
    assert best_of_effort_uv(effort, TICK_S, 250.0) == pytest.approx(80.0)
    effort[:: round(0.012 / TICK_S)] = np.nan
    assert best_of_effort_uv(effort, TICK_S, 250.0) is None


def test_each_muscle_is_held_against_itself() -> None:
    """Else the knock on one cable is looked for in another muscle's effort."""
    two = np.stack([powers((3.0, 80.0)), powers((3.0, 10.0))], axis=1)
    two[400, 1] = 300.0**2
    found = np.isnan(without_artefacts(two, TICK_S, 250.0, 250)).sum(axis=0)
    assert found[0] == 0
    assert 0 < found[1] < 60


def test_what_comes_up_to_a_knock_and_rings_after_it_is_left_out_too() -> None:
    """Else the ringing of the filter is the best window of a quiet effort."""
    effort = powers((3.0, 80.0))[:, None]
    effort[400] = 3000.0**2
    gone = np.flatnonzero(np.isnan(without_artefacts(effort, TICK_S, 250.0, 250)[:, 0]))
    assert gone[0] <= 400 - round(0.020 / TICK_S)
    assert gone[-1] >= 400 + round(0.100 / TICK_S)
    assert len(gone) < 60


def test_a_bridge_is_measured_in_its_steady_part_and_without_knocks() -> None:
    """Else the rise, or one tug, is in what a sore hamstring is measured by."""
    bridge = powers((1.0, 500.0), (3.0, 30.0))
    bridge[500] = 4000.0**2
    assert steady_uv(bridge, TICK_S, 250.0) == pytest.approx(30.0)
    bridge[300:500] = np.nan
    assert steady_uv(bridge, TICK_S, 250.0) is None
    assert steady_uv(powers((0.5, 30.0)), TICK_S, 250.0) is None


def test_an_envelope_made_on_the_board_has_seen_the_whole_band() -> None:
    """Else the maximum of a board that sends 20 values a second is lowered by luck it has not had."""
    assert usual_bandwidth_hz(20.0) == usual_bandwidth_hz(100.0) == 134.0
    assert luck_of_the_best(20.0, 1.0, 3.0, 2) == pytest.approx(1.069, abs=0.003)
    rising = [usual_bandwidth_hz(fs_hz) for fs_hz in (200.0, 250.0, 1000.0)]
    assert rising == sorted(set(rising))
    assert usual_bandwidth_hz(4000.0) == rising[-1]


def test_the_steady_part_begins_after_reaction_and_rise() -> None:
    """Else the windows that can be lucky are counted wrongly."""
    assert luck_of_the_best(250.0, 1.0, EFFORT_RISE_S + 1.0, 1) == 1.0


def test_a_repeatability_says_where_it_comes_from() -> None:
    """Else a stated prior passes for a measurement."""
    assert [cv_from([]), cv_from([80.0]), cv_from([80.0, 81.0])] == ["prior", "prior", "trials"]


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("height", [40.0, 240.0])
def test_with_a_notch_on_a_knock_hardly_moves_the_maximum_either(fs_hz: float, height: float) -> None:
    """It rings in the notch after it has left the band-pass: else hum makes a maximum a quarter too high."""
    knocked = efforts(fs_hz).copy()
    knocked[round(2.2 * fs_hz)] += height

    def maxima(raw: FloatArray) -> FloatArray:
        power = tick_powers(raw, fs_hz, 50.0)[round(1.0 / TICK_S) :]
        found = [best_of_effort_uv(column, TICK_S, fs_hz, notched=True) for column in power.T]
        assert None not in found
        return np.array(found, dtype=np.float64)

    moved = maxima(knocked) / maxima(efforts(fs_hz)) - 1.0
    assert moved.max() < 0.06
    assert abs(moved.mean()) < 0.03
