"""Pain by ear: a question that stands beside a rest sounds, and is spoken if nobody answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emg.codes import EventKind, Phase
from emg.live_view import LiveView
from emg.pain import ASKS_AFTER, ASKS_EFFORT, ASKS_WORST, SUGGESTS_STOP
from emg.stage import Event
from tests.ui.sound.test_director import FS_HZ, cues, in_set, said
from tests.ui.views import HOLDING, NOW_S
from ui.language import LANGUAGES
from ui.sound.director import Director
from ui.sound.orders import AFTER_CUE_S, NOTHING, Orders, Weight
from ui.sound.prompts import Prompts
from ui.sound.question_rules import EFFORT_S, EFFORT_WAITS_S, LONG_S, SHORT_S, WAITS_S
from ui.sound.synth import Cue


def asking(at_s: float, **stage: Any) -> LiveView:
    facts: dict[str, Any] = {"phase": Phase.REST, "countdown_s": 40.0, "asks": ASKS_WORST} | stage
    return replace(HOLDING, time_s=at_s, stage=replace(HOLDING.stage, **facts))


def heard(*views: LiveView) -> list[tuple[tuple[Cue, ...], tuple[str, ...]]]:
    """What a new director has to say to these, where it is anything."""
    director = Director(FS_HZ)
    all_of_it = [director.view(view, NOW_S) for view in views]
    return [(cues(one), said(one)) for one in all_of_it if one != NOTHING]


def first_words(**stage: Any) -> tuple[tuple[str, ...], float]:
    """What is said first of a question, and after how long; time goes by in tenths."""
    director = Director(FS_HZ)
    left_s = stage.pop("countdown_s", 40.0)
    for tenth in range(100):
        gone_s = 0.1 * tenth
        countdown_s = None if left_s is None else max(0.0, left_s - gone_s)
        orders = director.view(asking(gone_s, countdown_s=countdown_s, **stage), NOW_S)
        if said(orders):
            return said(orders), gone_s
    return (), 0.0


@pytest.mark.parametrize(
    ("asked", "phase", "prompt"),
    [
        ({"asks": ASKS_WORST}, Phase.REST, "pain_worst"),
        ({"asks": ASKS_WORST, "countdown_s": None}, Phase.ASK, "pain_worst"),
        ({"asks": ASKS_AFTER, "stage": "afterwards", "countdown_s": 30.0}, Phase.ASK, "pain_now"),
        ({"asks": "a_new_one"}, Phase.REST, "question"),
    ],
)
def test_a_question_sounds_once_and_is_spoken_if_nobody_answers(
    asked: dict[str, Any], phase: Phase, prompt: str
) -> None:
    """Else it stands on a screen that nobody looks at, and the rest is over before it is seen."""
    views = [asking(0.1 * tenth, phase=phase, **asked) for tenth in range(100)]
    assert heard(*views) == [((Cue.ASK,), ()), ((), (prompt,))]
    words, at_s = first_words(phase=phase, **asked)
    assert words == (prompt,)
    assert at_s == pytest.approx(WAITS_S)


@pytest.mark.parametrize(("rest_s", "prompt"), [(2.0, "pain_effort"), (5.0, "pain_effort_scale"), (1.5, "")])
def test_an_effort_is_asked_about_before_the_next_muscle_is_named(rest_s: float, prompt: str) -> None:
    """Else a prone athlete hears three notes, and has to guess what somebody wants to know."""
    words, at_s = first_words(stage="mvc", asks=ASKS_EFFORT, asks_site="ham_left", countdown_s=rest_s)
    assert words == ((prompt,) if prompt else ())
    if prompt:
        assert at_s == pytest.approx(EFFORT_WAITS_S, abs=0.1)


@pytest.mark.parametrize(
    "phase", [phase for phase in Phase if phase not in {Phase.REST, Phase.ASK}], ids=lambda phase: phase.value
)
@pytest.mark.parametrize("asks", [ASKS_WORST, ASKS_EFFORT])
def test_nothing_is_asked_aloud_of_who_gets_ready_or_works(phase: Phase, asks: str) -> None:
    """Else a question is spoken over a hold, or over the name of the muscle that is to push."""
    assert first_words(phase=phase, asks=asks) == ((), 0.0)
    assert said_of_much_pain(phase=phase) == []


def test_words_that_would_last_into_the_next_hold_are_not_begun() -> None:
    """Else the cue falls into the question."""
    assert first_words(countdown_s=WAITS_S + LONG_S + 0.2)[0] == ("pain_worst",)
    assert first_words(countdown_s=WAITS_S + LONG_S - 0.2)[0] == ()
    assert said_of_much_pain(countdown_s=LONG_S - 0.2) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_of_pain_are_longer_than_the_time_they_are_given(language: str) -> None:
    """Else they last into what comes next, in one language and not in the others."""
    prompts = Prompts(language, 16_000.0)
    length_s = {
        code: len(prompts.spoken((code,))) / 16_000.0
        for code in ("pain_effort", "pain_effort_scale", "pain_worst", "pain_now", "pain_high", "relax")
    }
    assert AFTER_CUE_S + length_s.pop("relax") < EFFORT_WAITS_S + 0.05  # it may be cut as it fades
    assert length_s.pop("pain_effort") < SHORT_S
    assert length_s.pop("pain_effort_scale") < EFFORT_S
    assert AFTER_CUE_S + max(length_s.values()) < LONG_S, length_s


def said_of_much_pain(**stage: Any) -> list[tuple[str, ...]]:
    """What is said after a high answer that stands for some seconds."""
    director = Director(FS_HZ)
    views = [asking(0.1 * tenth, **{"answer": 4, "message": SUGGESTS_STOP} | stage) for tenth in range(60)]
    return [words for words in (said(director.view(view, NOW_S)) for view in views) if words]


def test_much_pain_is_answered_aloud_once() -> None:
    """Else who does not see the screen is driven on, or hears it for ever."""
    assert said_of_much_pain() == [("pain_high",)]
    assert said_of_much_pain(stage="afterwards", phase=Phase.ASK, countdown_s=None) == [("pain_high",)]
    assert said_of_much_pain(message="") == []


def test_much_pain_is_told_again_when_it_is_said_again() -> None:
    """Else only the first high answer of a session is taken for one."""
    director = Director(FS_HZ)
    high = {"answer": 4, "message": SUGGESTS_STOP}
    views = (asking(0.0, **high), asking(60.0, asks="", message=""), asking(90.0, **high))
    assert [said(director.view(view, NOW_S)) for view in views] == [("pain_high",), (), ("pain_high",)]


def test_the_questions_after_the_last_hold_are_not_announced_besides() -> None:
    """Else "a question for you, on the screen" is said, and then the question."""
    begun = Event(0, EventKind.REST, run="afterwards#1", detail={"phase": Phase.ASK.value})
    assert Director(FS_HZ).event(begun) == Orders()


def test_before_an_offer_no_leg_is_named() -> None:
    """Else the voice says "next: right leg", and then there is a question whether it is next."""
    director = Director(FS_HZ)
    taken = in_set(EventKind.REST, phase="rest")
    rest, offer = (
        replace(taken, detail={"phase": phase.value, "offers": True}) for phase in (Phase.REST, Phase.ASK)
    )
    assert director.event(rest) == Orders()
    assert said(director.event(offer)) == ("question",)
    assert said(director.event(taken)) == ("next_right",)


def test_a_question_that_is_answered_is_not_spoken_of() -> None:
    """Else the voice asks for what has been said."""
    answered = [asking(0.1 * tenth, answer=3) for tenth in range(10, 100)]
    assert heard(asking(0.0), *answered) == [((Cue.ASK,), ())]
    assert heard(*answered) == []


def test_the_next_question_sounds_again() -> None:
    """Else only the first of a session is heard."""
    after = asking(0.4, stage="afterwards", asks=ASKS_AFTER)
    later = [asking(0.2, asks=""), asking(0.3, asks="pain", asks_site="ham_left")]
    other = asking(0.35, asks="pain", asks_site="ham_right")
    assert [found for found, _said in heard(asking(0.1), *later, other, after)] == [(Cue.ASK,)] * 4


def test_no_question_is_asked_of_a_session_that_stands_still() -> None:
    """Else a dead board asks how much it hurt."""
    assert heard(replace(asking(0.0), paused=True), replace(asking(0.1), host_time_s=NOW_S - 10.0)) == []


def test_a_question_gives_way_to_everything_that_is_said() -> None:
    """Else it talks over which leg comes next, or over an electrode that is off."""
    director = Director(FS_HZ)
    director.view(asking(0.0), NOW_S)
    orders = director.view(asking(WAITS_S), NOW_S)
    assert orders.saying is not None
    assert orders.saying.weight is min(Weight)
    loose = replace(asking(0.0), bars=(replace(HOLDING.bars[0], verdict="railed"), *HOLDING.bars[1:]))
    told = [said for _cues, said in heard(*(replace(loose, time_s=0.5 * half) for half in range(9)))]
    assert told[-1] == ("pain_worst",)
    assert told[-2] == ("check_glute_left",)


def test_a_question_beside_a_count_lets_it_be_heard() -> None:
    """Else three, two, one loses a number just when somebody is to move."""
    director = Director(FS_HZ)
    director.view(asking(0.0, asks="", countdown_s=2.2), NOW_S)
    both = director.view(asking(0.5, countdown_s=1.9), NOW_S)
    assert set(cues(both)) == {Cue.ASK, Cue.REST_COUNT}
