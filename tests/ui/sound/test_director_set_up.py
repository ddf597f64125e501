"""Electrodes and set-up by ear: which event or view makes which sound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emg.codes import EventKind, Phase
from emg.live_view import LiveView, StageView
from emg.montage import Side
from emg.stage import Event
from tests.ui.sound.test_director import FS_HZ, cues, in_set_up, said
from tests.ui.views import HOLDING, NOW_S, SILENT, bars
from ui.sound.director import AGAIN_S, STANDS_S, Director
from ui.sound.synth import Cue

# --- electrodes

LOOSE = replace(HOLDING, bars=bars((9.0, 14.0, None, 27.0), verdicts=("ok", "ok", "flat", "ok")))


def faults(view: LiveView, seconds: int, director: Director | None = None) -> list[tuple[str, ...]]:
    director = Director(FS_HZ) if director is None else director
    heard = [director.view(replace(view, time_s=100.0 + 0.5 * k), NOW_S) for k in range(2 * seconds)]
    return [said(orders) for orders in heard if orders.saying]


def test_an_electrode_that_stays_off_is_named_once() -> None:
    """Else a therapist with both hands full does not know which, or hears it for ever."""
    assert faults(LOOSE, 60) == [("check_glute_right",)]


def test_a_moment_without_contact_is_no_warning() -> None:
    """Else it warns at every step."""
    assert faults(LOOSE, round(STANDS_S)) == []


def test_two_electrodes_are_told_together() -> None:
    """Else only one of them is mended."""
    both = replace(HOLDING, bars=bars((None, 14.0, None, 27.0), verdicts=("railed", "ok", "flat", "ok")))
    assert faults(both, 10) == [("check_electrodes",)]


def test_a_stream_that_is_gone_is_no_fault_of_the_electrodes() -> None:
    """Else somebody presses electrodes on while the dongle lies on the floor."""
    assert faults(SILENT, 10) == []


@pytest.mark.parametrize(
    ("message", "prompt"),
    [
        ("contact_flat:glute_left", "check_glute_left"),
        ("contact_railed:ham_left,ham_right", "check_electrodes"),
        ("contact_flat:tibialis_left", "check_electrodes"),
        ("contact_mains_50:ham_left", "hum"),
        ("contact_motion:ham_left", "still_relax"),
    ],
)
def test_the_contact_check_says_what_to_do_until_it_is_done(message: str, prompt: str) -> None:
    """Else a prone athlete waits for a screen nobody looks at."""
    stage = StageView(
        stage="contact", phase=Phase.BASELINE, message=message, contact={"ham_left": "flat"}, task="relax"
    )
    assert faults(replace(HOLDING, stage=stage), round(STANDS_S + AGAIN_S) + 2) == [(prompt,)] * 2
    passing = replace(stage, countdown_s=3.0)  # a warning that stops nothing
    assert faults(replace(HOLDING, stage=passing), 20) == []


# --- set-up


@pytest.mark.parametrize(
    ("event", "cue", "prompts"),
    [
        (in_set_up(EventKind.PREPARE, "contact", phase="baseline"), (), ("lie_loose",)),
        (in_set_up(EventKind.PREPARE, "rest", phase="prepare"), (), ("lie_loose",)),
        (in_set_up(EventKind.CUE, "rest", phase="baseline"), (), ("still_relax",)),
        (in_set_up(EventKind.PREPARE, "tap", "sides#1", site="ham_left", trial=1), (), ("lie_still",)),
        (in_set_up(EventKind.PREPARE, "tap", "sides#1", site="ham_left", trial=2), (), ("tap_again",)),
        (
            in_set_up(EventKind.CUE, "tap", "sides#1", site="ham_left", trial=1),
            (Cue.FELT,),
            ("tap_ham_left",),
        ),
        (in_set_up(EventKind.CUE, "tap", "sides#1", site="tibialis_left"), (Cue.FELT,), ("tap_sensor",)),
        (in_set_up(EventKind.PREPARE, "lift", "sides#1", side=Side.LEFT), (), ("next_left",)),
        (in_set_up(EventKind.CUE, "lift", "sides#1", side=Side.LEFT), (Cue.GO,), ("lift_left",)),
        (in_set_up(EventKind.RELAX, "lift", "sides#1", side=Side.LEFT), (Cue.REST,), ("relax",)),
        (
            in_set_up(EventKind.CUE, "mvc", position="prone_hip_extension", site="glute_left"),
            (Cue.GO,),
            ("push",),
        ),
        (in_set_up(EventKind.CUE, "mvc", position="prone_knee_curl", site="ham_left"), (Cue.GO,), ("pull",)),
        (in_set_up(EventKind.CUE, "mvc", position="standing_squeeze"), (Cue.GO,), ("squeeze",)),
        (in_set_up(EventKind.CUE, "graded", "submax#1", effort_pct=25), (Cue.GO,), ("effort_25",)),
        (in_set_up(EventKind.PREPARE, "bridge", "submax#1", position="double_leg_bridge"), (), ("bridge",)),
        (in_set_up(EventKind.CUE, "bridge", "submax#1"), (Cue.GO,), ("bridge_lift",)),
        (in_set_up(EventKind.RELAX, "mvc", site="ham_left"), (Cue.REST,), ("relax",)),
        (in_set_up(EventKind.TRIAL_DONE, "mvc", site="ham_left", quality="good"), (), ()),
        (in_set_up(EventKind.NOTICE, "contact", code="accepted"), (), ()),
    ],
)
def test_set_up_is_led_by_ear(event: Event, cue: tuple[Cue, ...], prompts: tuple[str, ...]) -> None:
    """Else a prone athlete has to turn round for every step."""
    orders = Director(FS_HZ).event(event)
    assert (cues(orders), said(orders)) == (cue, prompts)


def test_a_muscle_is_named_each_time_and_its_position_once() -> None:
    """Else the explanation is longer than the time to get ready."""
    director = Director(FS_HZ)
    glute = in_set_up(EventKind.PREPARE, "mvc", position="prone_hip_extension", site="glute_left")
    ham = in_set_up(EventKind.PREPARE, "mvc", position="prone_knee_curl", site="ham_left")
    assert said(director.event(glute)) == ("position_prone_hip_extension", "ready_glute_left")
    director.event(Event(5, EventKind.GAP, detail={"n_lost": 3}))
    assert said(director.event(glute)) == ("ready_glute_left",)
    assert said(director.event(ham)) == ("position_prone_knee_curl", "ready_ham_left")


def test_a_rest_that_is_measured_again_says_so() -> None:
    """Else it seems to hang."""
    director = Director(FS_HZ)
    again = in_set_up(EventKind.PREPARE, "rest", phase="prepare")
    director.event(again)
    assert said(director.event(again)) == ("still_again",)
    assert said(director.event(replace(again, run="rest#2"))) == ("lie_loose",)
