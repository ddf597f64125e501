"""A question that stands beside a rest: it sounds, and is spoken of if nobody answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emg.codes import Phase
from emg.live_view import LiveView
from emg.pain import ASKS_AFTER, ASKS_WORST
from tests.ui.sound.test_director import FS_HZ, cues, said
from tests.ui.views import HOLDING, NOW_S
from ui.sound.director import WAITS_S, Director
from ui.sound.orders import NOTHING, Weight
from ui.sound.synth import Cue


def asking(at_s: float, **stage: Any) -> LiveView:
    facts: dict[str, Any] = {"phase": Phase.REST, "countdown_s": 40.0, "asks": ASKS_WORST} | stage
    return replace(HOLDING, time_s=at_s, stage=replace(HOLDING.stage, **facts))


def heard(*views: LiveView) -> list[tuple[tuple[Cue, ...], tuple[str, ...]]]:
    """What a new director has to say to these, where it is anything."""
    director = Director(FS_HZ)
    all_of_it = [director.view(view, NOW_S) for view in views]
    return [(cues(one), said(one)) for one in all_of_it if one != NOTHING]


def test_a_question_about_pain_sounds_once_and_is_spoken_of_if_nobody_answers() -> None:
    """Else it stands on a screen that nobody looks at, and the rest is over before it is seen."""
    views = [asking(0.1 * tenth) for tenth in range(100)]
    assert heard(*views) == [((Cue.ASK,), ()), ((), ("question",))]
    director = Director(FS_HZ)
    spoken = [view.time_s for view in views if said(director.view(view, NOW_S))]
    assert spoken == pytest.approx([WAITS_S])


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
    assert told[-1] == ("question",)
    assert told[-2] == ("check_glute_left",)


def test_a_question_beside_a_count_lets_it_be_heard() -> None:
    """Else three, two, one loses a number just when somebody is to move."""
    director = Director(FS_HZ)
    director.view(asking(0.0, asks="", countdown_s=2.2), NOW_S)
    both = director.view(asking(0.5, countdown_s=1.9), NOW_S)
    assert set(cues(both)) == {Cue.ASK, Cue.REST_COUNT}
