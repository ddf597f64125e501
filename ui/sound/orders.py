"""What the director asks for: cues, a voice, or silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ui.sound.synth import Cue


class Weight(IntEnum):
    """What may interrupt what: a voice gives way to one of the same or a greater weight."""

    NAME = 0
    TASK = 1
    NEWS = 2
    WARNING = 3


AFTER_CUE_S: Final = 0.18
"""A voice that comes with a cue lets it sound first."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Sentences in a row.

    Attributes
    ----------
    prompts : tuple of str
        Codes of ``ui.sound.spoken.SPOKEN``.
    weight : Weight
        What they may interrupt.
    after_s : float
        Silence before them.
    """

    prompts: tuple[str, ...]
    weight: Weight = Weight.TASK
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What is to be heard now.

    Attributes
    ----------
    hush : bool
        Whether everything that sounds ends first.
    cues : tuple of Cue
        At once.
    saying : Saying or None
        What is said.
    """

    hush: bool = False
    cues: tuple[Cue, ...] = ()
    saying: Saying | None = None


NOTHING: Final = Orders()


def sound(*cues: Cue, hush: bool = False) -> Orders:
    """Ask for cues alone."""
    return Orders(hush, cues)


def say(*prompts: str, cue: Cue | None = None, weight: Weight = Weight.TASK, hush: bool = False) -> Orders:
    """Ask for a voice, after a cue if there is one; a name lets the first number of a count go before it."""
    cues = () if cue is None else (cue,)
    waits = bool(cues) or weight is Weight.NAME
    return Orders(hush, cues, Saying(prompts, weight, AFTER_CUE_S if waits else 0.0))
