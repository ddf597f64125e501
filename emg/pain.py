"""Pain 0 to 10: the question, when a session suggests to stop, and when it stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias, TypeGuard

from pydantic import Field

from emg.codes import CommandKind, EventKind
from emg.said import Said
from emg.stage import Command, Event, JsonValue

ASKS_EFFORT: Final = "pain"
"""Question of the set-up: how much the effort just made hurt."""

ASKS_WORST: Final = "pain_worst"
"""Question: the worst pain in the holds just done."""

ASKS_AFTER: Final = "pain_after"
"""Question: the pain now that all is done."""

SUGGESTS_STOP: Final = "pain_suggests_stop"
"""Message after an answer above the first limit."""

WORST_PAIN: Final = 10
PAIN_SCALE: Final = range(WORST_PAIN + 1)
"""Numbers that pain is asked in."""

Pain: TypeAlias = Annotated[int, Field(ge=0, le=WORST_PAIN)]
"""A field of a file."""

ENDS: Final = "pain"
"""Reason of a session that an answer above the second limit has ended."""


@dataclass(frozen=True, slots=True)
class PainLimits:
    """Answers above which a session suggests to stop, and stops.

    Attributes
    ----------
    suggest, stop : int
        Of 10. Ours: the usual clinical rule lets pain up to 3 pass and no more.

    Raises
    ------
    ValueError
        If they are not in order, from 0 to 10.
    """

    suggest: int = 3
    stop: int = 4

    def __post_init__(self) -> None:
        if not 0 <= self.suggest <= self.stop <= WORST_PAIN:
            raise ValueError(
                Said(
                    "Pain limits are two numbers from 0 to 10, the lower one first; {suggest} and {stop} "
                    "were given.",
                    suggest=self.suggest,
                    stop=self.stop,
                )
            )

    def message(self, pain_0_10: int) -> str:
        """Code of what an answer is followed by, empty for nothing."""
        return SUGGESTS_STOP if pain_0_10 > self.suggest else ""

    def ends(self, pain_0_10: int) -> str:
        """Reason why the session ends with this answer, empty if it goes on."""
        return ENDS if pain_0_10 > self.stop else ""


def is_pain(value: int | None) -> TypeGuard[int]:
    """Whether this is a number on the scale: what is not is no answer."""
    return value is not None and 0 <= value <= WORST_PAIN


@dataclass(slots=True)
class PainQuestion:
    """A question that stands; until it is left, which is for its stage to say, the last answer counts.

    Attributes
    ----------
    asks : str
        Code of the question.
    holds : tuple of int
        Numbers of the holds it is about; none for an effort, or the pain afterwards.
    answer : int or None
        The latest answer.
    counted : bool
        Whether it was counted up by a clicker, whose Back then counts it down.
    """

    asks: str
    holds: tuple[int, ...] = ()
    answer: int | None = None
    counted: bool = False

    def heard(self, command: Command) -> int | None:
        """Take a key, and give the answer if it is one."""
        if command.kind is not CommandKind.ANSWER or not is_pain(command.value):
            return None
        self.answer = command.value
        return command.value

    def count(self, command: Command) -> bool:
        """Count an answer up by Next, and what was counted down by Back; False if the key does neither.

        One step beyond either end of the scale there is no answer.
        """
        if command.kind is CommandKind.NEXT:
            number = 0 if self.answer is None else self.answer + 1
        elif command.kind is CommandKind.BACK and self.counted:
            number = (self.answer or 0) - 1
        else:
            return False
        self.answer = number if is_pain(number) else None
        self.counted = self.answer is not None
        return True


def pain_event(sample: int, asked: str, pain_0_10: int, holds: Sequence[int], run: str = "") -> Event:
    """Make the event of an answer; it follows from the key that gave it.

    Parameters
    ----------
    sample : int
        Tick at which it was given.
    asked : str
        Code of the question.
    pain_0_10 : int
        The answer.
    holds : sequence of int
        Numbers of the holds it is about; none for the pain afterwards.
    run : str
        Run of the stage that asked.
    """
    detail: dict[str, JsonValue] = {"asked": asked, "pain_0_10": pain_0_10, "holds": list(holds)}
    return Event(sample, EventKind.PAIN, run=run, detail=detail)
