"""Which event or view makes which sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from emg.codes import CommandKind, DotState, EventKind, Phase, SignalState
from emg.input_events import command_event
from emg.live_view import LiveView, StageView
from emg.montage import Side
from emg.results import Role
from emg.stage import Command, Event
from tests.ui.views import HOLDING, NOW_S, TESTING
from ui.sound.director import Director
from ui.sound.orders import NOTHING, Orders, Weight
from ui.sound.synth import Cue

FS_HZ = 250.0
WAITING = replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.WAITING))
UNFELT = replace(WAITING, stage=replace(WAITING.stage, feedback=False, felt_asked=True))
FELT = replace(HOLDING, stage=replace(HOLDING.stage, felt=True))
CROSSINGS = (
    EventKind.FIRED,
    EventKind.BACK_IN_TARGET,
    EventKind.LOST_TARGET,
    EventKind.OVER_CEILING,
    EventKind.UNDER_CEILING,
)


def in_set(kind: EventKind, role: Role = Role.TRAIN, *, at_s: float = 10.0, **detail: Any) -> Event:
    detail = {"exercise": "power_position", "phase": "holding"} | detail
    return Event(round(at_s * FS_HZ), kind, "holds_right_train#1", Side.RIGHT, role, 5, detail)


def in_set_up(kind: EventKind, exercise: str, run: str = "", **detail: Any) -> Event:
    side = detail.pop("side", None)
    return Event(0, kind, run or f"{exercise}#1", side, None, None, {"exercise": exercise, **detail})


def shown(view: LiveView = HOLDING) -> Director:
    director = Director(FS_HZ)
    director.event(in_set(EventKind.CUE))
    director.view(view, NOW_S)
    return director


def cues(orders: Orders) -> tuple[Cue, ...]:
    return orders.cues


def said(orders: Orders) -> tuple[str, ...]:
    return () if orders.saying is None else orders.saying.prompts


# --- what may not be told


@pytest.mark.parametrize("kind", CROSSINGS)
def test_no_crossing_is_heard_in_a_test_hold(kind: EventKind) -> None:
    """Else a test measures how somebody follows a sound."""
    assert shown(TESTING).event(in_set(kind, Role.TEST)) == NOTHING
    # the event alone is enough: a view may still be the one before
    assert shown(HOLDING).event(in_set(kind, Role.TEST)) == NOTHING
    # and so is the view alone
    assert shown(TESTING).event(in_set(kind)) == NOTHING
    role_only = replace(TESTING, stage=replace(TESTING.stage, feedback=True))
    assert shown(role_only).event(in_set(kind)) == NOTHING


def test_around_a_test_hold_only_count_cue_and_end_are_heard() -> None:
    """Else something in it tells how it goes."""
    director = shown(TESTING)
    assert cues(director.event(in_set(EventKind.CUE, Role.TEST))) == (Cue.GO,)
    assert cues(director.event(in_set(EventKind.SET, Role.TEST))) == ()
    assert director.event(in_set(EventKind.COMMAND, Role.TEST, felt=True)) == Orders()
    ended = director.event(in_set(EventKind.HOLD_DONE, Role.TEST, outcome="success", phase="rest"))
    assert cues(ended) == (Cue.HOLD_DONE,)


@pytest.mark.parametrize("role", list(Role))
def test_the_end_of_a_hold_sounds_the_same_whatever_came_of_it(role: Role) -> None:
    """Else a test hold is scored aloud."""
    heard = {
        shown().event(in_set(EventKind.HOLD_DONE, role, outcome=outcome, phase="rest"))
        for outcome in ("success", "missed", "not_reached", "practised")
    }
    assert len(heard) == 1


@pytest.mark.parametrize("kind", CROSSINGS)
@pytest.mark.parametrize(
    "view",
    [
        replace(HOLDING, stage=replace(HOLDING.stage, feedback=False)),
        replace(HOLDING, stage=replace(HOLDING.stage, hidden=True)),
        replace(HOLDING, paused=True),
        replace(HOLDING, bars=()),
        replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST)),
        replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.PREPARE)),
        replace(HOLDING, stage=StageView(stage="mvc", phase=Phase.EFFORT)),
        UNFELT,
    ],
)
def test_no_crossing_is_heard_while_the_bars_are_off(view: LiveView, kind: EventKind) -> None:
    """Else who holds by feeling is told by ear."""
    assert shown(view).event(in_set(kind)) == NOTHING


def test_bars_hidden_in_the_very_block_of_a_crossing_hide_it_too() -> None:
    """Else the last view, from before the key, lets it sound."""
    director = shown()
    director.event(command_event(Command(CommandKind.HIDE), 2500))
    assert director.event(in_set(EventKind.LOST_TARGET)) == NOTHING
    director.view(HOLDING, NOW_S)
    assert cues(director.event(in_set(EventKind.LOST_TARGET))) == (Cue.LOST,)


def test_a_mark_of_the_therapist_takes_no_sound_away() -> None:
    """Else every marker swallows the sound that comes with it."""
    director = shown()
    assert director.event(command_event(Command(CommandKind.MARK, value=1), 2500)) == NOTHING
    assert cues(director.event(in_set(EventKind.LOST_TARGET))) == (Cue.LOST,)


@pytest.mark.parametrize("kind", [EventKind.PREPARE, EventKind.CUE])
def test_a_hold_begins_with_the_door_shut(kind: EventKind) -> None:
    """Else the view of the hold before lets the first crossing of a test hold out."""
    director = shown()
    director.event(in_set(kind))
    assert director.event(in_set(EventKind.FIRED)) == NOTHING


def test_fired_is_withheld_until_it_is_felt() -> None:
    """Else nobody learns to feel it."""
    director = shown(UNFELT)
    assert director.event(in_set(EventKind.FIRED, withheld=True)) == NOTHING
    director.view(UNFELT, NOW_S)
    assert director.event(in_set(EventKind.LOST_TARGET)) == NOTHING
    assert cues(director.event(in_set(EventKind.COMMAND, felt=True))) == (Cue.FIRED,)
    director.view(FELT, NOW_S)
    assert cues(director.event(in_set(EventKind.LOST_TARGET))) == (Cue.LOST,)


def test_withheld_is_withheld_even_with_the_bars_on() -> None:
    """Else one wrong view is enough to tell."""
    assert shown().event(in_set(EventKind.FIRED, withheld=True)) == NOTHING


def test_felt_before_it_fired_is_only_acknowledged() -> None:
    """Else a press is rewarded that was none."""
    assert cues(shown(UNFELT).event(in_set(EventKind.COMMAND, felt=True))) == (Cue.FELT,)


@pytest.mark.parametrize(
    "view",
    [
        replace(
            HOLDING, stage=replace(HOLDING.stage, feedback=False)
        ),  # faded: no bars after the press either
        replace(UNFELT, stage=replace(UNFELT.stage, hidden=True)),
        replace(UNFELT, stage=replace(UNFELT.stage, role=Role.TEST)),
    ],
)
def test_a_press_tells_nothing_where_the_bars_stay_off(view: LiveView) -> None:
    """Else "I felt it" asks the program whether it fired."""
    director = shown(view)
    director.event(in_set(EventKind.FIRED, withheld=True))
    assert cues(director.event(in_set(EventKind.COMMAND, felt=True))) == (Cue.FELT,)


def test_what_one_hold_withheld_is_not_told_in_the_next() -> None:
    """Else a press in the next hold is rewarded for the last one."""
    director = shown(UNFELT)
    director.event(in_set(EventKind.FIRED, withheld=True))
    director.event(in_set(EventKind.PREPARE))
    director.view(UNFELT, NOW_S)
    assert cues(director.event(in_set(EventKind.COMMAND, felt=True))) == (Cue.FELT,)


# --- what is told in a training hold


@pytest.mark.parametrize(
    ("kind", "cue"),
    [
        (EventKind.FIRED, Cue.FIRED),
        (EventKind.BACK_IN_TARGET, Cue.BACK),
        (EventKind.LOST_TARGET, Cue.LOST),
        (EventKind.OVER_CEILING, Cue.OVER),
    ],
)
def test_a_crossing_is_heard_in_a_training_hold(kind: EventKind, cue: Cue) -> None:
    """Else with the eyes away nobody knows whether it counts."""
    assert cues(shown(WAITING).event(in_set(kind))) == (cue,)


def test_under_the_ceiling_again_is_good_news_only_in_target() -> None:
    """Else a hamstring that lets go sounds like a glute that fires."""
    director = shown()
    assert director.event(in_set(EventKind.UNDER_CEILING)) == NOTHING
    director.event(in_set(EventKind.FIRED))
    assert cues(director.event(in_set(EventKind.UNDER_CEILING))) == (Cue.BACK,)
    director.event(in_set(EventKind.LOST_TARGET))
    assert director.event(in_set(EventKind.UNDER_CEILING)) == NOTHING


def test_a_hold_is_led_from_the_leg_to_the_rest() -> None:
    """Else an athlete with the eyes away has to ask."""
    director = Director(FS_HZ)
    assert said(director.event(in_set(EventKind.REST, phase="rest"))) == ("next_right",)
    assert said(director.event(in_set(EventKind.PREPARE, phase="prepare"))) == ("leg_right",)
    cue = director.event(in_set(EventKind.CUE, phase="cue"))
    assert (cues(cue), said(cue)) == ((Cue.GO,), ("take_position",))
    assert cues(director.event(in_set(EventKind.SET))) == (Cue.SET,)
    assert director.event(in_set(EventKind.RELAX, phase="rest")) == NOTHING
    done = director.event(in_set(EventKind.HOLD_DONE, outcome="success", phase="rest"))
    assert (cues(done), said(done)) == ((Cue.HOLD_DONE,), ("rest",))
    assert director.event(in_set(EventKind.REST, phase="rest")) == NOTHING


@pytest.mark.parametrize(
    ("outcome", "cue", "prompts"),
    [
        ("lost_balance", (Cue.REST,), ("foot_down",)),
        ("void", (Cue.WARNING,), ("once_more",)),
    ],
)
def test_a_hold_that_is_repeated_says_why(
    outcome: str, cue: tuple[Cue, ...], prompts: tuple[str, ...]
) -> None:
    """Else the same hold again looks like a fault of the program."""
    orders = shown().event(in_set(EventKind.HOLD_DONE, outcome=outcome, phase="rest"))
    assert (cues(orders), said(orders)) == (cue, prompts)


DONE, NOW, TO_COME = DotState.SUCCESS, DotState.CURRENT, DotState.PENDING


@pytest.mark.parametrize(
    ("dots", "prompts"),
    [((DONE, DONE, TO_COME), ("last_one",)), ((DONE, TO_COME, TO_COME), ()), ((TO_COME,), ())],
)
def test_the_last_one_is_announced(dots: Sequence[DotState], prompts: tuple[str, ...]) -> None:
    """Else the best is not given where it still can be."""
    resting = replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST, dots=tuple(dots)))
    assert said(shown(resting).event(in_set(EventKind.PREPARE))) == prompts


def test_who_is_cued_every_few_seconds_hears_the_cues_alone() -> None:
    """Else the words of one repetition run into the next."""
    director = shown()
    quick = director.event(in_set(EventKind.CUE, at_s=14.0))
    assert (cues(quick), said(quick)) == ((Cue.GO,), ())
    assert said(director.event(in_set(EventKind.HOLD_DONE, outcome="practised", phase="rest"))) == ()
    assert said(director.event(in_set(EventKind.CUE, at_s=40.0))) == ("take_position",)


def test_repetitions_begin_with_go_and_none_of_them_ends_the_set() -> None:
    """Else the first of twelve says "rest"."""
    director = shown()
    begun = director.event(replace(in_set(EventKind.SET, phase="effort"), hold=None))
    assert (cues(begun), said(begun)) == ((Cue.SET,), ("go",))
    done = replace(in_set(EventKind.HOLD_DONE), detail={"outcome": "success", "reason": ""})
    assert director.event(done) == NOTHING
    over = director.event(replace(in_set(EventKind.RELAX, phase="rest"), hold=None))
    assert (cues(over), said(over)) == ((Cue.HOLD_DONE,), ("rest",))


# --- three, two, one


def counting(left_s: float | None, phase: Phase = Phase.PREPARE, **changed: Any) -> LiveView:
    stage = replace(HOLDING.stage, phase=phase, countdown_s=left_s, **changed)
    return replace(HOLDING, stage=stage)


def counted(times_s: Sequence[float], phase: Phase = Phase.PREPARE, **changed: Any) -> list[Cue]:
    director = Director(FS_HZ)
    return [
        cue for left_s in times_s for cue in director.view(counting(left_s, phase, **changed), NOW_S).cues
    ]


@pytest.mark.parametrize("n_blocks", [5, 10, 17, 50, 250])
@pytest.mark.parametrize("from_s", [3.0, 4.0, 60.0])
def test_each_number_is_heard_once_however_the_signal_is_cut(n_blocks: int, from_s: float) -> None:
    """Else the count depends on the board."""
    times_s = [from_s - k / n_blocks for k in range(round(from_s * n_blocks) + 1)]
    assert counted(times_s) == [Cue.COUNT] * 3


def test_numbers_that_are_late_are_left_out() -> None:
    """Else three and two are counted at one."""
    assert counted([4.5, 0.8]) == [Cue.COUNT]


def test_the_end_of_a_rest_is_counted_otherwise_than_the_cue() -> None:
    """Else nobody knows which of the two comes."""
    times_s = [k / 10 for k in range(50, -1, -1)]
    assert counted(times_s, Phase.REST) == [Cue.REST_COUNT] * 3


@pytest.mark.parametrize(
    ("phase", "changed"),
    [
        (Phase.HOLDING, {}),
        (Phase.CUE, {}),
        (Phase.WAITING, {}),
        (Phase.ASK, {}),
        (Phase.PAUSED, {}),
        (Phase.REST, {"stage": "mvc"}),
        (Phase.PREPARE, {"stage": "sides", "task": "tap"}),
    ],
)
def test_nothing_else_is_counted(phase: Phase, changed: dict[str, Any]) -> None:
    """Else a count means nothing any more."""
    assert counted([3.0, 2.0, 1.0], phase, **changed) == []


def test_a_count_that_begins_anew_is_counted_anew() -> None:
    """Else after a pause the cue comes out of nothing."""
    assert counted([3.0, 2.0, 3.0, 2.0, 1.0]) == [Cue.COUNT] * 5


@pytest.mark.parametrize(
    "stopped",
    [
        {"paused": True},
        {"signal": SignalState.NO_SIGNAL},
        {"signal": SignalState.LOST},
        {"host_time_s": NOW_S - 10.0},
        {"finished": True},
        {"question": "electrodes_touched"},
    ],
)
def test_nobody_is_counted_in_while_nothing_goes_on(stopped: dict[str, Any]) -> None:
    """Else somebody lifts a leg for a session that stands still."""
    director = Director(FS_HZ)
    assert [director.view(replace(counting(s), **stopped), NOW_S) for s in (3.0, 2.0, 1.0)] == [NOTHING] * 3


# --- at any time


def test_a_pause_is_silence_at_once() -> None:
    """Else "push" sounds on."""
    orders = shown().event(Event(0, EventKind.PAUSED, detail={"phase": "paused"}))
    assert orders.hush
    assert said(orders) == ("paused",)


def test_no_signal_is_silence_then_a_warning_that_outweighs_all() -> None:
    """Else a dead board sounds like a quiet one."""
    orders = shown().event(Event(0, EventKind.NO_SIGNAL))
    assert orders.hush
    assert cues(orders) == (Cue.WARNING,)
    assert orders.saying is not None
    assert orders.saying.weight is max(Weight)


def test_after_a_stop_no_crossing_is_heard_before_the_next_view() -> None:
    """Else the view from before the pause lets it out."""
    director = shown()
    director.event(Event(0, EventKind.PAUSED))
    assert director.event(in_set(EventKind.LOST_TARGET)) == NOTHING


@pytest.mark.parametrize(
    ("reason", "cue", "prompts"),
    [
        ("done", (Cue.END,), ("done",)),
        ("stopped", (Cue.REST,), ()),
        ("interrupted", (Cue.REST,), ()),
        ("sides_swapped", (Cue.WARNING,), ("stopped",)),
        ("pain", (Cue.WARNING,), ("stopped",)),
    ],
)
def test_praise_is_for_what_was_done(reason: str, cue: tuple[Cue, ...], prompts: tuple[str, ...]) -> None:
    """Else who stops in pain is told "well done"."""
    orders = Director(FS_HZ).event(
        Event(0, EventKind.SESSION_ENDED, detail={"reason": reason, "phase": "done"})
    )
    assert (cues(orders), said(orders)) == (cue, prompts)


def test_a_question_is_announced() -> None:
    """Else a prone athlete lies there and waits."""
    for event in (
        in_set_up(EventKind.READY, "mvc", phase="ask", site="ham_left"),
        in_set(EventKind.REST, phase="ask"),
        Event(0, EventKind.PAUSED, detail={"question": "electrodes_touched"}),
    ):
        assert said(Director(FS_HZ).event(event)) == ("question",)


def test_an_error_is_warned_of_once() -> None:
    """Else it screams at every block."""
    director = Director(FS_HZ)
    broken = replace(HOLDING, error="the disk is full")
    assert cues(director.view(broken, NOW_S)) == (Cue.WARNING,)
    assert director.view(broken, NOW_S) == NOTHING
