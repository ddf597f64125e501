"""The director beside whole sessions of the simulated athlete."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import pytest

from emg.blocks import StreamInfo
from emg.codes import EventKind, Phase
from emg.live_view import LiveView, StageView
from emg.montage import Montage
from emg.results import Role
from emg.stage import Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.session.watchers import Silent
from ui.sound.director import Director
from ui.sound.hold_rules import TEST_CUES
from ui.sound.orders import Orders
from ui.sound.spoken import SPOKEN
from ui.sound.synth import Cue
from ui.sound.tone import tone_of

LIMIT_S = 120.0


@dataclass
class Heard:
    """What was heard, by what it was heard of."""

    events: list[tuple[Event, Orders]] = field(default_factory=list)
    views: list[tuple[LiveView, Orders]] = field(default_factory=list)
    tones: list[LiveView] = field(default_factory=list)
    unanswered: list[tuple[StageView, tuple[str, ...]]] = field(default_factory=list)
    """What is said of the same views to an athlete who tells nobody how much it hurts."""

    def cues(self) -> list[Cue]:
        return [cue for _, orders in (*self.events, *self.views) for cue in orders.cues]

    def said(self) -> list[str]:
        every = [orders.saying for _, orders in (*self.events, *self.views)]
        return [code for saying in every if saying for code in saying.prompts]


class Listening(Silent):
    name = "sound"

    def __init__(self) -> None:
        self.heard = Heard()
        self.director = self.of_the_silent = Director(1.0)

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        self.director, self.of_the_silent = Director(info.fs_hz), Director(info.fs_hz)

    def event(self, event: Event) -> None:
        self.heard.events.append((event, self.director.event(event)))

    def view(self, view: LiveView) -> None:
        now_s = time.monotonic()
        self.heard.views.append((view, self.director.view(view, now_s)))
        silent = replace(view, stage=replace(view.stage, answer=None))
        said = self.of_the_silent.view(silent, now_s).saying
        if said is not None:
            self.heard.unanswered.append((view.stage, said.prompts))
        if tone_of(view, now_s) is not None:
            self.heard.tones.append(view)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """One session of two test holds and two training holds, set-up and all."""
    athlete = Athlete(seed=1)
    plan = plan_of(
        SimulatedSource(athlete, speed=0.0),
        short_exercise(test=2, train=2),
        tmp_path_factory.mktemp("sessions"),
        performer=athlete,
        checks=True,
    )
    listening = Listening()
    runner = SessionRunner(plan, KeptFront(), [listening])
    runner.start()
    assert runner.wait(LIMIT_S) is not None
    return listening.heard


def test_a_whole_session_is_led_by_ear(heard: Heard) -> None:
    """Else the rules fit the tests and no session."""
    said = heard.said()
    for code in (
        "lie_loose",
        "tap_glute_left",
        "lift_left",
        "still_relax",
        "ready_ham_right",
        "push",
        "relax",
    ):
        assert code in said
    for code in ("next_right", "leg_right", "take_position", "last_one", "rest"):
        assert code in said
    assert said[-1] == "done"
    assert set(said) <= set(SPOKEN)
    cues = [cue for _, orders in heard.events for cue in orders.cues]
    assert cues[-1] is Cue.END
    n_holds = sum(event.kind is EventKind.HOLD_DONE for event, _ in heard.events)
    assert cues.count(Cue.HOLD_DONE) == n_holds == 4
    assert cues.count(Cue.FIRED) == 2


def test_nothing_in_a_test_hold_tells_how_it_goes(heard: Heard) -> None:
    """Else every test of the glute is a test of the ear."""
    of_tests = [cue for event, orders in heard.events if event.role is Role.TEST for cue in orders.cues]
    of_tests += [cue for view, orders in heard.views if view.stage.role is Role.TEST for cue in orders.cues]
    assert {Cue.GO, Cue.HOLD_DONE, Cue.COUNT} <= set(of_tests) <= TEST_CUES


def test_every_effort_is_asked_about_aloud_before_the_next_is_named(heard: Heard) -> None:
    """Else a prone athlete is never asked, or while the next muscle pushes."""
    asked = [(stage, said) for stage, said in heard.unanswered if said[0].startswith("pain_")]
    cued = [event for event, _ in heard.events if event.kind is EventKind.CUE]
    n_efforts = sum(event.detail.get("exercise") == "mvc" for event in cued)
    assert [said for _stage, said in asked] == [("pain_effort",)] * (n_efforts - 1) + [("pain_effort_scale",)]
    assert {stage.phase for stage, _said in asked} == {Phase.REST}
    assert not any(code.startswith("pain_") for code in heard.said())  # who answers at once is not asked


def test_the_tone_sounds_in_training_holds_with_the_bars_on_alone(heard: Heard) -> None:
    """Else one view in a thousand gives a test away."""
    assert heard.tones
    for view in heard.tones:
        assert view.stage.role is Role.TRAIN
        assert view.stage.feedback
        assert view.stage.stage == "holds"
