"""Repetitions however the samples are cut, of the simulated athlete on the real chain, and of real people."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Activations
from emg.codes import CommandKind, EventKind
from emg.montage import Legs, Side, WorkingSide
from emg.results import HoldResult, Outcome
from emg.sets.found import REPETITION, STRIDE, Finder
from emg.stage import Stage
from hardware.simulated_athlete import Athlete
from tests.emg.sets.coached import FS, Told, run, ticks
from tests.emg.sets.moving import (
    SET_AT,
    chain,
    faulty,
    in_set,
    of_kind,
    own_reference,
    performed,
    repetition_set,
    three,
    with_verdict,
)
from tests.emg.signals import blocks, stream
from tests.emg.signals import run as through

FOOT_DOWN, ENOUGH, STOP = CommandKind.FOOT_DOWN, CommandKind.ENOUGH, CommandKind.STOP
PAUSE, RESUME, NEXT, BACK = CommandKind.PAUSE, CommandKind.RESUME, CommandKind.NEXT, CommandKind.BACK
FELT = CommandKind.FELT
SECONDS = 30.0


# --- any cut


def hard() -> Activations:
    """A session with a gap, a bad contact, weak and strong repetitions."""
    gaps = [*range(in_set(3.4), in_set(3.6)), *range(in_set(8.0), in_set(8.05)), *range(700, 712)]
    tops = (40.0, 40.0, 27.0, 12.0, 60.0, 33.0, 40.0, 40.0)
    levels = ticks(range(round(SECONDS * FS)), three(tops), lost=gaps)
    return with_verdict(levels, "ham_right", "railed", in_set(13.4), in_set(13.5))


HARD = hard()
HARD_KEYS = {
    300: NEXT,
    in_set(1.2): FOOT_DOWN,
    in_set(6.2): PAUSE,
    in_set(6.6): RESUME,
    in_set(18.0): ENOUGH,
}


@cache
def uncut() -> Told:
    return run(repetition_set(repetitions=6), HARD, say=HARD_KEYS)


def test_the_hard_session_is_hard() -> None:
    """Else the comparison of cuts compares nothing."""
    assert {"void", "success", "incomplete", "lost_balance"} <= set(uncut().outcomes)


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(0, len(HARD)), max_size=60))
def test_any_cut_gives_the_same_events_and_rows(cuts: list[int]) -> None:
    """Else the same session is another one when it is replayed."""
    told = run(repetition_set(repetitions=6), HARD, say=HARD_KEYS, cuts=cuts)
    assert (told.events, told.holds, told.end) == (uncut().events, uncut().holds, uncut().end)


def test_single_ticks_give_the_same_events_and_rows() -> None:
    """Else the smallest block of all is another session."""
    told = run(repetition_set(repetitions=6), HARD, say=HARD_KEYS, cuts=range(len(HARD)))
    assert (told.events, told.holds) == (uncut().events, uncut().holds)


keys = st.sampled_from([FOOT_DOWN, BACK, PAUSE, RESUME, NEXT, ENOUGH, FELT])


def assert_told_once(stage: Stage, told: Told, first: int) -> None:
    """Every repetition has one event and one number, in order, and shares no moment with another."""
    done = of_kind(told.events, EventKind.HOLD_DONE)
    assert [event.hold for event in done] == [hold.hold for hold in told.holds]
    assert [hold.hold for hold in told.holds] == list(range(first, first + len(told.holds)))
    assert [event.sample for event in told.events] == sorted(event.sample for event in told.events)
    begins = len(of_kind(told.events, EventKind.SET))
    ends = len(of_kind(told.events, EventKind.RELAX))
    assert ends <= begins <= ends + 1
    assert begins == ends or not stage.done
    for side in {hold.side for hold in told.holds}:
        spans = [(hold.set_sample, hold.end_sample) for hold in told.holds if hold.side is side]
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges, key=lambda edge: edge or 0)
    assert_no_number_for_nothing(told.holds)


def assert_no_number_for_nothing(holds: list[HoldResult]) -> None:
    """What does not count has no level; what counts has one of the gate."""
    for hold in holds:
        levels = [muscle.pct_mvc for muscle in hold.sites.values()]
        if not hold.outcome.counts:
            assert set(levels) == {None}
            assert hold.ratio_same_side is None
        assert hold.valid is (hold.outcome is not Outcome.VOID)
        assert bool(hold.invalid_reason) is not hold.valid


@settings(max_examples=60)
@given(
    said=st.dictionaries(st.integers(0, len(HARD) - 1), keys, max_size=12),
    gaps=st.lists(st.tuples(st.integers(0, len(HARD)), st.integers(1, 200)), max_size=6),
    bad=st.tuples(st.sampled_from(["glute_right", "ham_right"]), st.integers(0, 7000), st.integers(0, 900)),
)
def test_whatever_happens_a_repetition_is_told_once_and_nothing_missing_has_a_number(
    said: dict[int, CommandKind], gaps: list[tuple[int, int]], bad: tuple[str, int, int]
) -> None:
    """Else a press at the wrong moment counts a repetition twice, or loses one."""
    lost = [at for start, length in gaps for at in range(start, start + length)]
    levels = without_samples(lost)
    levels = with_verdict(levels, bad[0], "railed", bad[1], bad[1] + bad[2])
    told = run(stage := repetition_set(next_hold=5, limit_s=15.0), levels, say=said)
    assert_told_once(stage, told, 5)
    counted = sum(hold.outcome.counts for hold in told.holds)
    assert counted <= 3
    assert stage.done or counted < 3


def without_samples(lost: list[int]) -> Activations:
    """The hard session with more of it lost."""
    gone = np.isin(HARD.samples, np.array(lost, dtype=np.int64))
    nan = np.where(gone[:, None], np.nan, 0.0)
    return replace(
        HARD,
        pct_mvc=HARD.pct_mvc + nan,
        power_uv2=HARD.power_uv2 + nan,
        rms_uv=HARD.rms_uv + nan,
        lost=np.where(gone, 1, HARD.lost),
    )


# --- the simulated athlete, on the real chain


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("side", [Side.LEFT, Legs.BOTH])
def test_the_athlete_s_repetitions_are_found_one_by_one(fs_hz: float, side: WorkingSide) -> None:
    """Else the count on the screen is not what was done."""
    athlete = Athlete(seed=3, fs_hz=fs_hz)
    kept = performed(repetition_set, athlete, own_reference(3, fs_hz), side=side, repetitions=8, limit_s=60.0)
    assert [hold.outcome for hold in kept.holds] == [Outcome.SUCCESS] * 8
    onsets = np.array([hold.set_s for hold in kept.holds])
    assert np.all(np.diff(onsets) > 2.0)
    assert np.all(np.diff(onsets) < 3.1)
    assert all(0.9 < (hold.held_s or 0.0) < 2.0 for hold in kept.holds)


def test_what_is_measured_is_what_the_athlete_did() -> None:
    """Else truth.csv and holds.csv tell two stories of one repetition."""
    athlete = Athlete(seed=5)
    kept = performed(repetition_set, athlete, own_reference(5, 250.0), repetitions=10, limit_s=60.0)
    assert [row.hold for row in athlete.truth] == [hold.hold for hold in kept.holds]
    for row, hold in zip(athlete.truth, kept.holds, strict=True):
        assert (row.side, row.role) == (hold.side, hold.role)
        assert (row.glute_latency_s, row.ham_latency_s) == (None, None)
    errors = [
        100.0 * (hold.glute.pct_mvc or 0.0) / (row.pct_mvc["glute_right"] or 1.0) - 100.0
        for row, hold in zip(athlete.truth, kept.holds, strict=True)
    ]
    assert abs(np.mean(errors)) < 6.0, "ten repetitions of 1.5 s, and the reference's own error"
    assert np.std(errors) < 9.0


def test_a_weak_glute_s_repetitions_are_all_found_and_told_as_weak() -> None:
    """Else the athlete whom the tool is for does them all and is told none."""
    athlete = Athlete(seed=2, faults=faulty("weak-right-glute"))
    kept = performed(repetition_set, athlete, own_reference(2, 250.0), repetitions=6, limit_s=40.0)
    assert [hold.outcome for hold in kept.holds] == [Outcome.NOT_REACHED] * 6


def test_a_cable_that_comes_off_in_the_middle_costs_one_repetition() -> None:
    """Else the set is lost with it, or counts what nobody read."""
    athlete = Athlete(seed=4)
    gap = range(SET_AT + 900, SET_AT + 950)
    kept = performed(
        repetition_set, athlete, own_reference(4, 250.0), repetitions=4, limit_s=40.0, lost=[gap]
    )
    outcomes = [hold.outcome.value for hold in kept.holds]
    assert outcomes.count("void") == 1
    assert outcomes.count("success") == 4
    (void,) = (hold for hold in kept.holds if not hold.valid)
    assert void.invalid_reason in ("gap", "no_reading")


@pytest.mark.parametrize("sizes", [(1, 25), (7, 13, 25)])
def test_the_session_does_not_depend_on_its_blocks(sizes: tuple[int, ...]) -> None:
    """Else the demo is another one on a slow machine."""
    told = []
    for cut in ((25,), sizes):
        athlete = Athlete(seed=6)
        say = {in_set(4.0): PAUSE, in_set(6.0): RESUME}
        kept = performed(repetition_set, athlete, own_reference(6, 250.0), blocks=cut, say=say, limit_s=30.0)
        told.append((kept.told, athlete.truth))
    assert told[0] == told[1]
    assert [hold.outcome.value for hold in told[0][0][1]] == ["success", "incomplete", "success", "success"]


# --- other people's muscles


def _finds(levels: Activations, column: int, rest_uv: float, span_uv: float) -> list[tuple[float, float]]:
    looking = Finder(REPETITION, 7.5, sample=0, fs_hz=levels.fs_hz, window_s=0.25)
    muscle_uv = np.sqrt(np.maximum(0.0, np.square(levels.rms_uv[:, column]) - rest_uv**2))
    told = []
    for sample, level in zip(levels.samples.tolist(), (100.0 * muscle_uv / span_uv).tolist(), strict=True):
        one = looking.see(sample, None if np.isnan(level) else level)
        if one is not None:
            told.append((one.onset / levels.fs_hz, one.end / levels.fs_hz))
    return told


def test_four_knee_flexions_of_a_real_athlete_are_four(shared_data: Path) -> None:
    """Else what was tried on a model only does not hold for people."""
    path = shared_data / "lower_limb_uci" / "4Nstanding.csv"
    data = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(5))
    bent = data[:, 4] < -70.0
    bends = np.flatnonzero(bent[1:] & ~bent[:-1]) / 1000.0
    levels = through(chain(stream(1000.0, 4, 1e4)), blocks(data[:, :4] * 1000.0, 1000.0))
    for biceps_or_semitendinosus in (1, 3):
        told = _finds(levels, biceps_or_semitendinosus, rest_uv=3.0, span_uv=250.0)
        assert [onset_s for onset_s, _ in told] == pytest.approx(bends, abs=0.35)
        assert all(0.4 < end_s - onset_s < 1.4 for onset_s, end_s in told)


WALKING = "lower_limb_walk_santuz/ID0012_TW_01"


@pytest.mark.parametrize(("muscle", "before_s"), [("MA_uV", 0.1), ("BF_uV", 0.25)])
def test_every_step_of_a_walking_athlete_is_one_stride(
    shared_data: Path, muscle: str, before_s: float
) -> None:
    """Else what was tried on a model only does not hold for people: gluteus maximus, biceps femoris."""
    path = shared_data / f"{WALKING}_raw_1000hz.csv"
    names = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    data_uv = np.loadtxt(path, delimiter=",", skiprows=1, usecols=[names.index(muscle)])[:, None]
    steps = np.loadtxt(shared_data / f"{WALKING}_cycles.csv", delimiter=",", skiprows=1)[:, 0]
    padded = np.ascontiguousarray(np.repeat(data_uv, 4, axis=1))
    levels = through(chain(stream(1000.0, 4, 1e4)), blocks(padded, 1000.0))
    rms_uv = levels.rms_uv[:, 0]
    top_uv = 1.4 * float(np.nanmax(rms_uv))
    looking = Finder(STRIDE, 7.5, sample=0, fs_hz=1000.0, window_s=0.25)
    told = [
        one.onset / 1000.0
        for sample, level in zip(levels.samples.tolist(), (100.0 * rms_uv / top_uv).tolist(), strict=True)
        if (one := looking.see(sample, None if np.isnan(level) else level)) is not None
    ]
    assert len(told) == 7, "six touchdowns after the first second, and the step before them"
    assert told[1:] == pytest.approx(steps - before_s, abs=0.12)
