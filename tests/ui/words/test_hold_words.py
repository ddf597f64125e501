"""What an athlete is told around a hold is true of this exercise, this posture and this hold."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from emg.codes import GOES_ON, DotState, EventKind, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.montage import Legs, Side, WorkingSide
from emg.pain import ASKS_AFTER, ASKS_WORST, SUGGESTS_STOP
from emg.protocols import bundled_protocols, load_protocol
from emg.results import Outcome, Role
from emg.stage import Event
from tests.ui.views import HOLDING, NOW_S
from ui.reading.muscles import names_leg, read_clock
from ui.terminal import render
from ui.words import athlete_words, setup_words, words

TO_COME = (DotState.PENDING,) * 3
BEGUN = (DotState.DONE, DotState.PENDING, DotState.PENDING)


def resting(
    posture: str,
    *,
    exercise: str = "",
    sentence: str = "",
    side: WorkingSide = Side.RIGHT,
    dots: tuple[DotState, ...] = TO_COME,
    set_number: int = 1,
    phase: Phase = Phase.REST,
    message: str = "",
    target_pct: float | None = None,
) -> LiveView:
    stage = StageView(
        stage="holds",
        phase=phase,
        side=side,
        sentence=sentence,
        role=Role.TRAIN,
        dots=dots,
        set_number=set_number,
        message=message,
        posture=posture,
        exercise=exercise,
        target_pct=target_pct,
    )
    return replace(HOLDING, stage=stage)


@pytest.mark.parametrize(
    ("posture", "hint"),
    [
        ("standing", "Stand tall"),
        ("walking", "Stand tall"),
        ("supine", "Lie on your back"),
        ("prone", "Lie on your front"),
    ],
)
def test_getting_ready_is_told_by_posture(posture: str, hint: str) -> None:
    """Else somebody who lies on the back for a bridge is told to stand tall."""
    assert words.phase_hint(resting(posture, phase=Phase.PREPARE)) == hint


@pytest.mark.parametrize("posture", ["supine", "prone", "walking", ""])
@pytest.mark.parametrize("set_number", [1, 3])
def test_only_who_stands_is_told_to_stand_up(posture: str, set_number: int) -> None:
    """Else somebody who lies is sent up between two sets, and finds the position anew."""
    assert words.phase_hint(resting(posture, set_number=set_number)) == "Next: right leg"
    assert words.phase_hint(resting(posture, dots=BEGUN)) == "Let go"
    assert words.phase_hint(resting("standing", dots=BEGUN)) == "Foot down"


@pytest.mark.parametrize(
    ("side", "hint"), [(Legs.BOTH, "Next: both legs"), (Legs.ALTERNATING, "Next: leg after leg")]
)
def test_two_legs_are_told_as_two(side: WorkingSide, hint: str) -> None:
    """Else an athlete waits for the leg that is never named."""
    assert words.phase_hint(resting("supine", side=side)) == hint


@pytest.mark.parametrize(
    ("posture", "hint"),
    [
        ("standing", "Stand up: the set goes on where you left it"),
        ("prone", "The set goes on where you left it"),
        ("", "The set goes on where you left it"),
    ],
)
def test_a_set_that_goes_on_asks_nobody_up_who_lies(posture: str, hint: str) -> None:
    """Else a lying exercise goes on with somebody standing."""
    assert words.phase_hint(resting(posture, dots=BEGUN, message=GOES_ON)) == hint


@pytest.mark.parametrize("code", [code for code in bundled_protocols() if code != "power_position"])
def test_what_an_exercise_asks_for_is_said_before_its_first_hold(code: str) -> None:
    """Else thirteen exercises are told as "Push", and nobody knows what to do."""
    sentence = load_protocol(code).sentence
    view = resting("supine", exercise=code, sentence=sentence)
    assert words.phase_hint(view) == f"Next: right leg. {sentence}"
    told = replace(view, stage=replace(view.stage, message="target_default:30.0", target_pct=30.0))
    assert words.phase_hint(told) == f"Target 30 %. {sentence}"
    assert sentence not in words.phase_hint(resting("supine", exercise=code, sentence=sentence, dots=BEGUN))
    on = Console(file=io.StringIO(), width=400, color_system=None)
    on.print(render(view, NOW_S))
    assert isinstance(on.file, io.StringIO)
    assert sentence in on.file.getvalue()


def test_the_power_position_keeps_its_own_words() -> None:
    """Else the words that were tried with athletes are buried under a second sentence."""
    assert words.phase_hint(resting("standing", exercise="power_position")) == "Stand up: right leg first"


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [
        (Outcome.MISSED, "over_ceiling", "hamstring over its ceiling"),
        (Outcome.MISSED, "late", "came late"),
        (Outcome.MISSED, "own_stop", "ended early"),
        (Outcome.INCOMPLETE, "own_stop", "ended early"),
        (Outcome.NOT_REACHED, "own_stop", "ended early"),
        (Outcome.NOT_REACHED, "felt", "felt, below the target"),
        (Outcome.NOT_REACHED, "limit", "target not reached"),
        (Outcome.MISSED, "left_target", "target reached, not for the whole time"),
        (Outcome.VOID, "late", words.OUTCOMES[Outcome.VOID]),
        (Outcome.SUCCESS, "", "in target"),
    ],
)
def test_a_hold_that_fell_short_is_told_with_its_reason(outcome: Outcome, reason: str, said: str) -> None:
    """Else "not for the whole time" is told of a glute that was there all the time."""
    detail = {"outcome": outcome.value, "reason": reason}
    event = Event(5, EventKind.HOLD_DONE, side=Side.LEFT, role=Role.TRAIN, hold=2, detail=detail)
    assert words.event_words(event) == f"Hold 2, left leg: {said}"


@pytest.mark.parametrize("reason", ["over_ceiling", "late", "own_stop", "felt"])
@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.NOT_REACHED, Outcome.SUCCESS])
def test_the_reason_of_a_test_hold_tells_no_level(outcome: Outcome, reason: str) -> None:
    """Else the reason is the feedback that the test leaves out."""
    assert words.outcome_words(outcome, Role.TEST, reason) == "done"


def test_keys_promise_only_what_is_so() -> None:
    """Else a test hold "counts as far as it came", and is repeated; or a hamstring is called a glute."""
    assert words.KEY_WORDS["enough"] == "Enough: this hold ends"
    assert words.KEY_WORDS["felt"] == "I feel it working"


@pytest.mark.parametrize("keys", [True, False])
def test_what_is_offered_promises_no_length(keys: bool) -> None:
    """Else an exercise with holds of 5 s is offered as one of 6 s."""
    offered = resting("standing", phase=Phase.ASK)
    view = replace(offered, stage=replace(offered.stage, proposal="train:5"))
    assert words.phase_title(view) == "It fires fast now: train?"
    said = words.phase_hint(view, keys=keys)
    assert said.startswith("5 more holds; the clock starts at once")
    assert ("Space: yes. Page Up, or no answer: skip" in said) is keys
    assert said.endswith("skip"), "what silence does; the clock says when"
    assert read_clock(replace(view, stage=replace(view.stage, countdown_s=42.0)), fresh=True).number == "42"


def test_the_rest_before_an_offer_promises_nothing() -> None:
    """Else it says "Next: right leg", and then asks whether the right leg is next."""
    resting_before = resting("standing").stage
    sure = replace(resting_before, set_number=3, n_sets=6)
    assert words.phase_hint(LiveView(stage=sure)).startswith("Next: ")
    assert names_leg(LiveView(stage=sure))
    asked = replace(sure, proposal="train:5")
    assert words.phase_hint(LiveView(stage=asked)) == "Foot down"
    assert words.set_number_words(asked) == ""
    assert not names_leg(LiveView(stage=asked))


def test_a_set_is_counted_once_it_is_taken() -> None:
    """Else "Set 3 of 4" is the header of a set that nobody may ever do."""
    taken = replace(resting("standing").stage, set_number=3, n_sets=4)
    assert words.set_number_words(taken) == "Set 3 of 4"
    offered = replace(taken, phase=Phase.ASK, proposal="train:5")
    assert words.set_number_words(offered) == ""
    assert words.set_words(taken).endswith(f"training 1 of {len(taken.dots)}")
    assert words.set_words(offered).endswith("training")


@pytest.mark.parametrize("dots", [TO_COME, BEGUN])
def test_much_pain_is_told_once_on_a_screen(dots: tuple[DotState, ...]) -> None:
    """Else one alarm stands twice, or a small band says stop under a big word that says go."""
    view = resting("standing", dots=dots, message=SUGGESTS_STOP)
    for title in (words.phase_title(view), athlete_words.state_word(view, fresh=True)):
        assert title == "That is a lot of pain: better stop for today"
    assert words.trouble_words(view, fresh=True) == ""
    assert words.phase_hint(view) == "Page Up: stop and save. Else it goes on after the rest"
    assert "Page Up" not in words.phase_hint(view, keys=False)


def afterwards(asks: str, **changes: object) -> StageView:
    return replace(StageView("afterwards", Phase.ASK, asks=asks), **changes)  # type: ignore[arg-type]


def test_two_questions_after_the_last_hold_are_two() -> None:
    """Else the second one looks like the first one that has not heard."""
    first = afterwards(ASKS_WORST, countdown_s=29.2)
    assert setup_words.pain_question(first).startswith("1 of 2: Worst pain")
    assert "Space, or it goes on by itself in 30 s" in setup_words.pain_keys(first)
    heard = replace(first, answer=2, countdown_s=1.2)
    assert setup_words.pain_words(heard) == "Worst: 2"
    assert setup_words.pain_keys(heard) == (
        "Taken down: another number corrects it. Space goes on, or by itself in 2 s"
    )
    second = afterwards(ASKS_AFTER, findings={ASKS_WORST: "2"})
    assert setup_words.pain_question(second).startswith("2 of 2: Pain now")
    assert words.phase_hint(LiveView(stage=second)) == "Worst: 2"
    unsaid = replace(second, findings={ASKS_WORST: ""})
    assert words.phase_hint(LiveView(stage=unsaid)) == "Worst: not said"
    assert setup_words.pain_question(afterwards(ASKS_AFTER)) == "Pain now, 0 to 10?"
    assert not read_clock(LiveView(stage=first), fresh=True).number, "the line counts, not a ring"


def test_in_a_rest_too_it_is_said_how_long_an_answer_can_be_corrected() -> None:
    """Else a therapist who sees a slip of the finger presses nothing, because it is taken down."""
    asked = replace(resting("standing").stage, asks=ASKS_WORST)
    assert setup_words.pain_keys(asked).startswith("Keys 0 to 9")
    told = setup_words.pain_keys(replace(asked, answer=4))
    assert told == "Taken down: another number corrects it, until the rest is over"


def test_the_pain_of_an_effort_is_asked_of_that_effort() -> None:
    """Else it is read as being about the muscle in the title, which is the next one."""
    asked = StageView("mvc", Phase.PREPARE, asks="pain", asks_site="ham_right")
    assert setup_words.pain_question(asked) == "Last effort, right hamstring: did it hurt? 0 to 10"


@pytest.mark.parametrize("phase", [Phase.CUE, Phase.WAITING, Phase.HOLDING])
def test_without_a_signal_a_hold_says_what_comes_next(phase: Phase) -> None:
    """Else the athlete stands on one leg before a dead screen, and waits."""
    view = resting("standing", phase=phase)
    said = "The clock waits. The hold is repeated when the signal is back"
    assert words.phase_hint(view, fresh=False) == said
    assert athlete_words.hint(view, fresh=False) == said
    assert words.phase_hint(replace(view, signal=SignalState.LOST), fresh=False) == said


def test_without_a_signal_a_rest_repeats_no_hold() -> None:
    """Else a rest promises a hold again that was never begun."""
    assert words.phase_hint(resting("standing"), fresh=False) == "The clock waits until the signal is back"
    bouts = resting("walking", phase=Phase.WAITING)
    bouts = replace(bouts, stage=replace(bouts.stage, work="bouts"))
    assert "repeated" not in words.phase_hint(bouts, fresh=False)
    assert words.phase_hint(replace(bouts, paused=True), fresh=False) == ""


def test_a_stopped_screen_names_its_key() -> None:
    """Else nobody knows how to leave it."""
    refused = LiveView(stage=StageView("finished", Phase.DONE, message="rest_too_loud"), finished=True)
    assert athlete_words.calm(refused) == "Space goes on, once all is saved"
    assert athlete_words.hint(replace(HOLDING, error="It broke."), fresh=True) == athlete_words.STOPPED_KEY


@pytest.mark.parametrize(
    ("phase", "role", "said"),
    [
        (Phase.HOLDING, Role.TRAIN, "Bars are hidden"),
        (Phase.REST, Role.TRAIN, "The bars will be hidden"),
        (Phase.ASK, Role.TRAIN, "The bars will be hidden"),
        (Phase.HOLDING, Role.TEST, "The bars will be hidden"),
    ],
)
def test_hiding_bars_that_are_not_there_is_told_as_to_come(phase: Phase, role: Role, said: str) -> None:
    """Else the screen says that something is hidden where nothing was."""
    view = resting("standing", phase=phase)
    view = replace(view, stage=replace(view.stage, role=role, hidden=True))
    assert athlete_words.calm(view).startswith(said)


@pytest.mark.parametrize(
    ("message", "target_pct", "said"),
    [
        ("target_raised:43.9", None, "Well held: the target goes up to 44 %"),
        ("target_raised:43.5", 43.46, "Well held: the target goes up to 43 %"),
        ("target_lowered:38.0", 38.0, "The target comes down to 38 %"),
        ("target_own:soon", None, "Target soon %, as set for you"),
    ],
)
def test_a_target_is_told_as_its_line_is_labelled(message: str, target_pct: float | None, said: str) -> None:
    """Else the sentence says 43.5 and the bar beside it 43."""
    view = resting("standing", dots=BEGUN, message=message, target_pct=target_pct)
    assert words.phase_hint(view) == said


def test_an_electrode_that_is_off_is_told_before_the_exercise() -> None:
    """Else the way to do it is explained while nothing can be measured."""
    hint = words.phase_hint(
        resting("supine", exercise="chair_bridge", message="check_electrode:railed:glute_right")
    )
    assert hint.startswith("Right glute: a sensor may have come loose")
    assert hint.endswith("Goes on by itself when it is good; Space goes on without")
    assert load_protocol("chair_bridge").sentence not in hint


def test_the_end_says_what_is_true_of_every_session() -> None:
    """Else a session without one hold in target ends on "Well done"."""
    view = LiveView(stage=StageView("finished", Phase.DONE), finished=True)
    assert words.phase_hint(view) == "All saved"
