"""What was said to hurt is not asked for again in a session, whatever else was pressed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.draft import Draft, TrialQuality
from calibrations.intake import Effort
from emg.codes import CommandKind, EventKind, Phase
from emg.quality import MOTION
from emg.stage import Command, StageStart
from tests.calibrations.pushing import (
    ALL_OUT,
    cued,
    details,
    go,
    goes_through,
    in_band,
    mvc,
    says,
    steps_of,
    submax,
)
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, RESUME, Told, ticks

CUE, DONE = 4 * FS, 7 * FS
"""The first effort."""

STOP = CommandKind.STOP
LEFT_LEG = ("glute_left", "ham_left")


def pains(told: Told) -> list[tuple[object, object]]:
    return [(d["site"], d["pain_0_10"]) for d in details(told, EventKind.PAIN)]


@pytest.mark.parametrize("at_s", [1, 4])
def test_back_does_not_repeat_an_effort_that_hurt_too_much(at_s: int) -> None:
    """Else a slip of the clicker has a torn hamstring pull again."""
    stage = mvc(LEFT_LEG)
    told = go(stage, say={DONE + 50: says(8), DONE + at_s * FS: BACK})
    assert cued(told) == ["glute_left", "ham_left", "ham_left"]
    assert pains(told) == [("glute_left", 8)]
    assert [trial.site for trial in stage._draft.trials] == ["ham_left"] * 2, "and does not count"


def test_back_after_a_step_that_hurt_makes_no_other() -> None:
    """Else the sore muscle does its three quarters twice, and the bridge after that."""
    stage = submax({"ham_left": Effort.GRADED})
    told = go(stage, {"ham_left": 50.0}, 90, say={8 * FS + 100: says(8), 8 * FS + 200: BACK})
    assert steps_of(told) == [("ham_left", 25)]
    assert pains(told) == [("ham_left", 8)]


def test_a_new_run_asks_nothing_of_a_muscle_that_hurt_in_the_last() -> None:
    """Else one key for a new calibration forgets what was said two minutes ago."""
    draft = Draft(rest_uv=dict.fromkeys(LEFT_LEG, 2.0))
    stage = mvc(LEFT_LEG, draft=draft)
    go(stage, say={DONE + 50: says(8)})
    stage.begin(StageStart(0, "mvc#2", float(FS)))
    again = goes_through(stage, in_band(ticks(range(60 * FS), ALL_OUT)))
    assert set(cued(again)) == {"ham_left"}
    graded = go(submax({"glute_left": Effort.GRADED}, draft=draft))
    assert cued(graded) == [], "nor does the other stage"


def test_an_answer_that_stood_when_a_new_run_began_is_in_the_record() -> None:
    """Else pain that was said just before the electrodes were touched is nowhere."""
    stage = mvc(LEFT_LEG)
    go(stage, seconds=8, say={DONE + 50: says(8)})
    (event, *_) = stage.begin(StageStart(9 * FS, "mvc#2", float(FS)))
    assert (event.kind, event.run, event.detail["pain_0_10"]) == (EventKind.PAIN, "mvc#1", 8)
    assert stage.view().site == "ham_left"


def test_a_corrected_answer_is_not_held_against_anybody() -> None:
    """Else a slip of the finger ends the measurement of a muscle."""
    stage = mvc(LEFT_LEG)
    told = go(stage, say={DONE + 50: says(9), DONE + 90: says(2)})
    assert cued(told).count("glute_left") == 2
    assert stage._draft.pains == {"glute_left": 2}


def test_the_worst_of_two_answers_stays() -> None:
    """Else 5 of the dropped effort is forgotten for the 1 of the next."""
    told = go(stage := mvc(LEFT_LEG), say={DONE + 50: says(3), DONE + 90: BACK, DONE + 12 * FS: says(1)})
    assert stage._draft.pains == {"glute_left": 3}
    assert pains(told)[0] == ("glute_left", 3)


# --- a pause


@pytest.mark.parametrize(("pain", "again"), [(9, False), (3, True), (None, True)])
def test_a_pause_in_an_effort_asks_whether_it_hurt(pain: int | None, again: bool) -> None:
    """Else who stops because it hurts is told to push once more."""
    stage = mvc(LEFT_LEG)
    go(stage, seconds=6, say={CUE + 200: PAUSE})
    assert (stage.view().phase, stage.view().asks) == (Phase.PAUSED, "pain")

    said = {} if pain is None else {CUE + 300: says(pain)}
    told = go(stage := mvc(LEFT_LEG), say={CUE + 200: PAUSE, **said, 20 * FS: RESUME})
    assert cued(told).count("glute_left") == (3 if again else 1)
    assert pains(told) == ([] if pain is None else [("glute_left", pain)])
    assert [trial.site for trial in stage._draft.trials].count("glute_left") == (2 if again else 0)


def test_an_answer_after_the_pause_still_stops_the_repetition() -> None:
    """Else who needs a moment to say so is made to push."""
    told = go(mvc(LEFT_LEG), say={CUE + 200: PAUSE, 20 * FS: RESUME, 22 * FS: says(6)})
    assert cued(told)[:2] == ["glute_left", "ham_left"]


def test_back_drops_nothing_else_while_a_broken_effort_is_asked_about() -> None:
    """Else the good effort of another muscle is thrown away with the broken one."""
    say = {14 * FS: PAUSE, 20 * FS: RESUME, 22 * FS: BACK}
    told = go(stage := mvc(LEFT_LEG), say=say)
    assert [trial.site for trial in stage._draft.trials] == list(LEFT_LEG * 2)
    assert cued(told) == ["glute_left", "ham_left", "ham_left", "glute_left", "ham_left"]


@pytest.mark.parametrize(("pain", "cues"), [(None, 3), (7, 1)])
def test_a_pause_right_after_an_effort_breaks_it(pain: int | None, cues: int) -> None:
    """Else motion that is called late is seen by nobody, and the swinging cable is the maximum."""
    said = {} if pain is None else {DONE + 60: says(pain)}
    stage = mvc(("glute_left",))
    told = go(stage, say={DONE + 50: PAUSE, **said, 30 * FS: RESUME})
    assert len(cued(told)) == cues
    first, broken, *_ = details(told, EventKind.TRIAL_DONE)
    assert (first["quality"], broken["quality"], broken["best_uv"]) == ("good", "stopped", None)
    assert len(stage._draft.trials) == cues - 1
    assert {trial.quality for trial in stage._draft.trials} <= {TrialQuality.GOOD}


def test_a_pause_after_that_breaks_nothing_and_a_late_verdict_before_it_counts() -> None:
    """Else the phone costs an effort, or a spoilt one is told twice."""
    told = go(mvc(("glute_left",)), say={DONE + 3 * FS: PAUSE, 30 * FS: RESUME})
    assert len(details(told, EventKind.TRIAL_DONE)) == 2
    stage = mvc(("glute_left",))
    levels = in_band(ticks(range(60 * FS), ALL_OUT))
    levels.verdicts[DONE + 20 : DONE + 40, 0] = MOTION
    told = goes_through(stage, levels, say={DONE + 100: PAUSE, 20 * FS: RESUME})
    assert [d["quality"] for d in details(told, EventKind.TRIAL_DONE)][:2] == ["good", "artefact"]
    assert [t.best_uv is None for t in stage._draft.trials] == [True, False, False]


# --- the end of the session


@pytest.mark.parametrize("paused", [False, True])
def test_stop_keeps_what_was_said(paused: bool) -> None:
    """Else the pain that ended the session is the one that is not in its record."""
    stage = mvc(LEFT_LEG)
    keys: list[CommandKind | Command] = [PAUSE, says(8)] if paused else [says(8)]
    go(stage, seconds=10, say={DONE + 2 * FS + 50: keys})
    (event,) = stage.command(Command(STOP, applied_sample=10 * FS)).events
    assert (event.kind, event.sample, event.detail["pain_0_10"]) == (EventKind.PAIN, 10 * FS, 8)


KEYS = st.sampled_from([PAUSE, RESUME, NEXT, BACK, says(2), says(8)])


@given(
    st.lists(st.integers(1, 60 * FS), max_size=12),
    st.dictionaries(st.integers(0, 45 * FS), KEYS, max_size=8),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_any_cut_gives_the_same_with_pauses_and_answers(
    cuts: list[int], say: dict[int, CommandKind | Command], graded: bool
) -> None:
    """Else whether a muscle is asked again depends on how the radio bundled its packets."""

    def once(cuts: list[int]) -> tuple[Told, Draft]:
        stage = submax({"ham_left": Effort.GRADED}) if graded else mvc(LEFT_LEG)
        return go(stage, ALL_OUT, 60, say=say, cuts=cuts), stage._draft

    assert once(cuts) == once([])
