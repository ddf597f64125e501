"""The simulated athlete in the set-up stages: taps, lifts, graded efforts, the bridge, and what he says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import FloatArray, SampleBlock
from emg.codes import CommandKind, EventKind
from emg.filters import CausalFilter, FilterSettings
from emg.montage import Side, Site
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, random_for
from hardware.simulated_muscle import Muscle
from hardware.simulated_source import SimulatedSource
from tests.hardware.scripted_coach import FS, asked, play
from tests.sessions import rig, short_exercise

COLUMN = {"glute_left": 0, "ham_left": 1, "glute_right": 2, "ham_right": 3}
RATES = pytest.mark.parametrize("fs_hz", [250.0, 500.0, 1000.0])
SITES = pytest.mark.parametrize("site", list(COLUMN))


def rms_uv(data_uv: FloatArray, start_s: float, stop_s: float, fs_hz: float = FS) -> FloatArray:
    rows = slice(round(fs_hz * start_s), round(fs_hz * stop_s))
    return np.asarray(np.sqrt(np.mean(np.square(data_uv[rows]), axis=0)))


def kept(site: str, fs_hz: float) -> float:
    """Share of a muscle's RMS that the board of this rate lets through."""
    spectrum = GLUTEUS_MAXIMUS if site.startswith("glute") else BICEPS_FEMORIS
    noise = BoardNoise(random_for(1, "kept"), fs_hz, spectrum)
    return float(np.std(noise.read(round(120 * fs_hz))))


def seen_mvc_uv(seed: int, site: str, fs_hz: float) -> float:
    """What the board gives of a muscle's true maximum."""
    muscle = Muscle(seed, Site.parse(site), fs_hz)
    return muscle.mvc_uv * kept(site, fs_hz)


def taps_of(fs_hz: float, site: str, seed: int) -> tuple[Athlete, FloatArray]:
    athlete = Athlete(seed=seed, fs_hz=fs_hz)
    events = asked(1.0, "tap", site=site, effort_s=3.0, fs_hz=fs_hz)
    return athlete, play(athlete, events, 7.0)


@RATES
@SITES
def test_a_tap_is_two_short_jumps_of_that_electrode_and_of_no_other(site: str, fs_hz: float) -> None:
    """The side check looks for just this; a leak into the next channel would be called a twin."""
    for seed in range(8):
        _, data_uv = taps_of(fs_hz, site, seed)
        here = np.abs(data_uv[:, COLUMN[site]])
        loud = np.flatnonzero(here > 100.0) / fs_hz
        starts = [loud[0], *(after for before, after in pairwise(loud) if after - before > 0.2)]
        assert len(starts) == 2
        assert 3.5 <= starts[0] <= 3.92
        assert 0.34 <= starts[1] - starts[0] <= 0.46
        assert all(np.min(np.abs(np.array(starts) - at)) <= 0.06 for at in loud), "it rings out"
        assert 300.0 < here.max() < 2500.0
        others = np.delete(data_uv, COLUMN[site], axis=1)
        assert np.abs(others).max() < 0.055 * here.max() + 15.0
        assert (rms_uv(data_uv, starts[1] + 0.15, 7.0, fs_hz) < 3.2).all(), "quiet again"


def test_the_tap_is_seen_through_the_analysis_band() -> None:
    """An artefact that the filter takes away would make every electrode one that cannot be told."""
    for fs_hz in (250.0, 1000.0):
        for site, column in COLUMN.items():
            _, data_uv = taps_of(fs_hz, site, 5)
            filtered = CausalFilter(FilterSettings.for_rate(fs_hz), fs_hz)(data_uv)
            assert np.abs(filtered[round(3.5 * fs_hz) :, column]).max() > 150.0


def test_an_electrode_that_he_has_not_is_not_tapped() -> None:
    """A tap on something else would be found on the wrong channel."""
    _, data_uv = taps_of(FS, "glute_med_left", 1)
    assert (rms_uv(data_uv, 0.0, 7.0) < 3.2).all()


def test_a_tap_heard_late_comes_late_and_rewrites_nothing() -> None:
    """Over files he hears late; half a tap would be a click that is none."""
    athlete = Athlete(seed=4)
    data_uv = athlete.samples(5 * FS)
    for event in asked(1.0, "tap", site="ham_right", effort_s=1.0):
        athlete.hear(event)
    after_uv = athlete.samples(2 * FS)
    assert (rms_uv(data_uv, 0.0, 5.0) < 3.2).all()
    loud = np.flatnonzero(np.abs(after_uv[:, 3]) > 100.0) / FS
    assert loud[0] < 0.02
    assert 0.3 < loud[-1] < 0.55


@RATES
@pytest.mark.parametrize("side", list(Side))
def test_a_lift_is_a_quarter_of_that_leg_and_nothing_of_the_other(side: Side, fs_hz: float) -> None:
    """Left and right are told by this rise; a leg that helps would look like a swap."""
    for seed in range(3):
        athlete = Athlete(seed=seed, fs_hz=fs_hz)
        events = asked(1.0, "lift", side=side, effort_s=12.0, fs_hz=fs_hz)
        data_uv = play(athlete, events, 17.0)
        rest_uv, work_uv = rms_uv(data_uv, 0.0, 3.0, fs_hz), rms_uv(data_uv, 4.0, 15.0, fs_hz)
        for site, column in COLUMN.items():
            level = athlete.levels(site, round(4.0 * fs_hz), round(15.0 * fs_hz)).mean()
            if site.endswith(side):
                assert 0.21 < level < 0.29
                assert work_uv[column] > 3.0 * rest_uv[column]
            else:
                assert level < 0.01
                assert work_uv[column] < 1.3 * rest_uv[column]
        assert (rms_uv(data_uv, 15.7, 17.0, fs_hz) < 3.3).all()


@RATES
@SITES
def test_graded_efforts_are_the_shares_that_were_asked_for(site: str, fs_hz: float) -> None:
    """The steps show how pain goes with effort; steps that are alike would show nothing."""
    athlete = Athlete(seed=3, fs_hz=fs_hz)
    events: list[Event] = []
    for step, effort_pct in enumerate((25, 50, 75)):
        start_s = 1.0 + 16.0 * step
        events += asked(start_s, "graded", site=site, effort_pct=effort_pct, effort_s=12.0, fs_hz=fs_hz)
    data_uv = play(athlete, events, 50.0)
    true_uv = seen_mvc_uv(3, site, fs_hz)
    found = []
    for step, effort_pct in enumerate((25, 50, 75)):
        at_s = 4.0 + 16.0 * step
        level = athlete.levels(site, round(at_s * fs_hz), round((at_s + 10.0) * fs_hz)).mean()
        assert level == pytest.approx(effort_pct / 100, rel=0.051)
        found.append(rms_uv(data_uv, at_s, at_s + 10.0, fs_hz)[COLUMN[site]] / (true_uv * level))
    assert found == pytest.approx([1.0, 1.0, 1.0], abs=0.1)


@RATES
def test_the_bridge_is_both_legs_alike_at_about_a_third(fs_hz: float) -> None:
    """It is the 100 % of a sore hamstring: one leg that does it all would halve the other's."""
    for seed in range(6):
        athlete = Athlete(seed=seed, fs_hz=fs_hz)
        play(athlete, asked(1.0, "bridge", effort_s=10.0, fs_hz=fs_hz), 15.0)
        level = {s: athlete.levels(s, round(4 * fs_hz), round(13 * fs_hz)).mean() for s in COLUMN}
        assert all(0.21 < value < 0.40 for value in level.values())
        assert 0.6 < level["ham_left"] / level["ham_right"] < 1.6
        assert max(athlete.levels("ham_left", round(14.0 * fs_hz), round(15.0 * fs_hz))) == 0.0


def setup_script() -> list[Event]:
    """A little of everything."""
    events = asked(0.5, "tap", site="glute_left", effort_s=2.0)
    events += asked(5.5, "lift", side=Side.LEFT, effort_s=2.0)
    events += asked(10.0, "graded", site="ham_left", effort_pct=50, effort_s=2.0)
    return events + asked(14.5, "bridge", effort_s=2.0)


@settings(max_examples=8)
@given(blocks=st.lists(st.integers(1, 25), min_size=1, max_size=8))
def test_any_blocks_of_up_to_a_tenth_of_a_second_give_the_same_set_up(blocks: list[int]) -> None:
    """The same seed at another speed must give the same calibration."""
    expected_uv, expected_said = played_and_said([25])
    data_uv, said = played_and_said(blocks)
    assert np.array_equal(data_uv, expected_uv)
    assert said == expected_said
    assert [command.value for command in said] == [2]


def played_and_said(blocks: Sequence[int]) -> tuple[FloatArray, list[Command]]:
    athlete = Athlete(seed=6, sore={"ham_left": 4})
    said: list[Command] = []
    athlete.speak_to(said.append)
    return play(athlete, setup_script(), 20.0, blocks), said


def test_the_noise_of_another_exercise_is_other_noise() -> None:
    """The same noise in three steps would make their scatter vanish."""
    readings = []
    for effort_pct in (25, 50):
        events = asked(0.5, "graded", site="ham_left", effort_pct=effort_pct, effort_s=3.0)
        readings.append(play(Athlete(seed=6), events, 6.0)[3 * FS : 5 * FS, 1])
    assert abs(np.corrcoef(np.stack(readings)).min()) < 0.2


def said_after(
    exercise: str, sore: Mapping[str, int], site: str = "ham_left", effort_pct: int = 100
) -> list[tuple[float, int | None]]:
    athlete = Athlete(seed=1, sore=sore)
    said: list[Command] = []
    athlete.speak_to(said.append)
    play(athlete, asked(1.0, exercise, site=site, effort_pct=effort_pct), 9.0)
    assert all(command.kind is CommandKind.ANSWER for command in said)
    assert all(command.sample == command.applied_sample for command in said)
    return [(round((command.applied_sample or 0) / FS - 6.0, 3), command.value) for command in said]


def test_he_says_that_nothing_hurts_unless_it_does() -> None:
    """Silence is "not said": a healthy athlete's maximum would never be sure."""
    for exercise in ("mvc", "graded"):
        assert said_after(exercise, {}) == [(0.6, 0)]
        assert said_after(exercise, {"ham_right": 6}) == [(0.6, 0)]
        assert said_after(exercise, {}, "glute_med_left") == [(0.6, 0)]


def test_what_is_sore_hurts_more_the_harder_it_works() -> None:
    """The steps stop by what he says: pain that does not rise would never stop them."""
    sore = {"ham_left": 6}
    assert said_after("mvc", sore) == [(0.6, 6)]
    assert [said_after("graded", sore, effort_pct=pct)[0][1] for pct in (25, 50, 75)] == [2, 3, 4]


@pytest.mark.parametrize("exercise", ["rest", "tap", "lift", "bridge"])
def test_he_does_not_answer_what_nobody_asks(exercise: str) -> None:
    """A stray answer would be counted for the effort before."""
    assert said_after(exercise, {"ham_left": 6}) == []


def test_an_effort_that_is_called_off_has_no_answer() -> None:
    """After a key the effort is repeated: the old pain must not be written down for the new one."""
    athlete = Athlete(seed=1)
    said: list[Command] = []
    athlete.speak_to(said.append)
    prepare, cue, *_ = asked(1.0, "mvc", site="ham_left")
    rest = asked(6.0, "rest")
    play(athlete, [prepare, cue, *rest], 14.0)
    assert said == []


def test_his_answers_reach_the_session_at_the_same_tick_whatever_the_blocks(tmp_path: Path) -> None:
    """An answer that counts a block later at another speed could fall to the next effort."""
    found = []
    for block_s in (0.02, 0.1):
        athlete = Athlete(seed=2)
        source = SimulatedSource(athlete, speed=0.0, block_s=block_s)
        rigged = rig(short_exercise(), tmp_path, info=source.open(), calibrated=False, performer=athlete)
        athlete.speak_to(rigged.live.post)
        while len(told := answers(rigged.kept.events)) < 2:
            block = source.read(1.0)
            assert isinstance(block, SampleBlock)
            assert block.end_sample < 300 * FS
            rigged.live.on_block(block)
        found.append(told[:2])
    assert found[0] == found[1]


def answers(events: Sequence[Event]) -> list[int]:
    return [
        event.sample
        for event in events
        if event.kind is EventKind.COMMAND and event.detail["command"] == CommandKind.ANSWER.value
    ]
