"""The last Stage of an attended session: how much it hurt, and how it is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from emg.activation import Activations
from emg.codes import AFTERWARDS, CommandKind, EventKind, Phase
from emg.live_view import StageView
from emg.pain import ASKS_AFTER, ASKS_WORST, PainLimits, PainQuestion, pain_event
from emg.question import was_unread
from emg.sets.progress import Progress
from emg.stage import Command, Event, StageStart, Step

WAITS_S: Final = 30.0
"""For an answer: who has walked off will not give one."""

SETTLES_S: Final = 6.0
"""An answer can be corrected for so long: whoever sees the wrong number has to find the right key. Next
goes on at once."""


class Afterwards:
    """A Stage: the worst pain in the holds nobody was asked about yet, then the pain now.

    A question waits half a minute of signal for its number; Next leaves it at once. The holds are done and
    saved: nothing is stopped by an answer, and nobody is kept by a question.

    Parameters
    ----------
    progress : Progress
        Knows the holds.
    limits : PainLimits
        What an answer is followed by.
    """

    code = AFTERWARDS

    def __init__(self, progress: Progress, limits: PainLimits) -> None:
        self._progress = progress
        self._limits = limits
        self._start = StageStart(0, "", 1.0)
        self._left: list[PainQuestion] = []
        self._asked_at = 0
        self._waited = 0
        self._message = ""
        self._said: dict[str, str] = {}

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self._left

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Ask the first question, or go on with the one that was open."""
        self._start = start
        self._message = ""
        if not start.goes_on:
            self._said = {}
            untold = self._progress.untold
            worst = [PainQuestion(ASKS_WORST, untold)] if untold else []
            self._left = [*worst, PainQuestion(ASKS_AFTER)]
            self._ask(start.sample)
        return [Event(start.sample, EventKind.REST, run=start.run, detail={"phase": Phase.ASK.value})]

    def _ask(self, sample: int) -> None:
        self._asked_at = sample
        self._waited = 0

    def advance(self, activations: Activations) -> Step:
        """Let time pass, until a question has been answered or has waited long enough.

        What is lost is no time: in a gap nobody sees a question.
        """
        for position, (sample, lost) in enumerate(
            zip(activations.samples.tolist(), activations.lost.tolist(), strict=True), start=1
        ):
            self._waited += 0 if lost else activations.spacing
            if self._waited >= self._longest:
                self._go_on(sample)
            if self.done:
                return Step((), position)
        return Step((), len(activations))

    @property
    def _question(self) -> PainQuestion | None:
        """The one that stands."""
        return self._left[0] if self._left else None

    @property
    def _longest(self) -> int:
        """Samples for which it waits in all, from the last answer on."""
        seconds = WAITS_S if self._question is None or self._question.answer is None else SETTLES_S
        return round(seconds * self._start.fs_hz)

    def command(self, command: Command) -> Step:
        """Take an answer, or leave the question unanswered."""
        sample = self._asked_at if command.applied_sample is None else command.applied_sample
        question = self._question
        if question is None:
            return Step()
        answer = question.heard(command)
        if answer is not None:
            self._waited = 0
            self._message = self._limits.message(answer)
            return Step([pain_event(sample, question.asks, answer, question.holds, self._start.run)])
        if command.kind is CommandKind.NEXT and not was_unread(command, self._asked_at, self._start.fs_hz):
            self._go_on(sample)
        return Step()

    def _go_on(self, sample: int) -> None:
        left = self._left.pop(0)
        self._said[left.asks] = "" if left.answer is None else str(left.answer)
        if left.asks == ASKS_WORST and left.answer is not None:
            self._progress.tell()
        self._ask(sample)

    def view(self) -> StageView:
        """Show the question, what was said before, and how long it still waits."""
        question, left = self._question, max(0, self._longest - self._waited)
        return StageView(
            stage=self.code,
            phase=Phase.ASK,
            asks="" if question is None else question.asks,
            answer=None if question is None else question.answer,
            message=self._message,
            findings=dict(self._said),
            countdown_s=None if question is None else left / self._start.fs_hz,
        )
