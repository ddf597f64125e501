"""What is said of pain: the question, once nobody has read it, and what a high answer is followed by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emg.codes import Phase
from emg.live_view import LiveView, StageView
from emg.pain import ASKS_AFTER, ASKS_EFFORT, ASKS_WORST, SUGGESTS_STOP
from ui.sound.orders import NOTHING, Orders, Weight, say, sound
from ui.sound.synth import Cue

OPEN: Final = frozenset({Phase.REST, Phase.ASK})
"""Where words of pain may be said: elsewhere somebody gets ready, or works."""

WAITS_S: Final = 4.0
"""A question that nobody has answered for so long is spoken, once: who reads it first needs no voice."""

EFFORT_WAITS_S: Final = 1.05
"""After an effort there are two seconds in all, and "relax" has the first of them."""

SHORT_S, EFFORT_S, LONG_S = 0.8, 2.8, 3.7
"""Longest the words of an effort are in any language, without the scale and with it, and all others."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a question is spoken.

    Attributes
    ----------
    prompt : str
        Its sentence, with the scale.
    waits_s : float
        For an answer, before it is said.
    lasts_s : float
        No longer, in any language.
    short : str
        What is said where there is no time for the sentence; empty for nothing.
    weight : Weight
        What it may interrupt.
    """

    prompt: str
    waits_s: float = WAITS_S
    lasts_s: float = LONG_S
    short: str = ""
    weight: Weight = Weight.NAME


QUESTIONS: Final[Mapping[str, Spoken]] = {
    # of a greater weight: it may cut the end of "relax", and never the name of the next muscle
    ASKS_EFFORT: Spoken("pain_effort_scale", EFFORT_WAITS_S, EFFORT_S, "pain_effort", Weight.TASK),
    ASKS_WORST: Spoken("pain_worst"),
    ASKS_AFTER: Spoken("pain_now"),
}
OTHER: Final = Spoken("question")
"""One that has no words of its own."""


class QuestionRules:
    """Turns what a stage asks beside a rest into a cue and words.

    These questions are no events: the rest goes on without an answer. No sentence begins that is not over
    when the rest is.
    """

    def __init__(self) -> None:
        self._asked: tuple[str, str, str] | None = None
        self._asked_at_s = math.inf
        self._warned = False

    def orders(self, view: LiveView) -> Orders:
        """Say what a view asks for.

        Parameters
        ----------
        view : LiveView
            The newest one, of a session that goes on.
        """
        warning, question = self._warn(view.stage), self._ask(view)
        return Orders(cues=question.cues, saying=warning.saying or question.saying)

    def _warn(self, stage: StageView) -> Orders:
        """Say once that an answer was high, where the screen says it."""
        warned, self._warned = self._warned, stage.message == SUGGESTS_STOP
        return say("pain_high") if self._warned and not warned and has_time(stage, LONG_S) else NOTHING

    def _ask(self, view: LiveView) -> Orders:
        """Sound once for a question, and speak it if nobody answers."""
        stage = view.stage
        asked = (stage.stage, stage.asks, stage.asks_site) if stage.asks and stage.answer is None else None
        if asked != self._asked:
            self._asked, self._asked_at_s = asked, math.inf if asked is None else view.time_s
            return NOTHING if asked is None else sound(Cue.ASK)
        spoken = QUESTIONS.get(stage.asks, OTHER)
        if view.time_s - self._asked_at_s < spoken.waits_s:
            return NOTHING
        self._asked_at_s = math.inf
        if has_time(stage, spoken.lasts_s):
            return say(spoken.prompt, weight=spoken.weight)
        if spoken.short and has_time(stage, SHORT_S):
            return say(spoken.short, weight=spoken.weight)
        return NOTHING


def has_time(stage: StageView, seconds: float) -> bool:
    """Whether words of this length end before somebody has to get ready."""
    return stage.phase in OPEN and (stage.countdown_s is None or stage.countdown_s > seconds)
