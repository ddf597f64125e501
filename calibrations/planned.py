"""Efforts to be made, and the question about pain in the last one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from calibrations.draft import Trial
from emg.pain import ASKS_EFFORT, PainQuestion
from emg.stage import JsonValue


@dataclass(frozen=True, slots=True)
class Planned:
    """An effort to be made.

    Attributes
    ----------
    exercise : str
        ``mvc``, ``graded`` or ``bridge``.
    sites : tuple of str
        The muscles that it measures: one, or all that the bridge does.
    position : str
        Code of ``calibrations/positions.py``.
    effort_pct : int
        How hard, in percent of all one has; 0 for the bridge.
    """

    exercise: str
    sites: tuple[str, ...]
    position: str
    effort_pct: int


NOTHING: Final = Planned("none", (), "", 0)
"""Stands where no effort may be made at all."""


@dataclass(slots=True)
class Asked:
    """The question about pain in an effort, open from its end, or a pause in it, until the next cue.

    Attributes
    ----------
    step : int
        Which effort of the plan.
    trials : tuple of Trial
        What it gave, as it stands in the draft; nothing if a pause has broken it.
    detail : dict
        Of its cue.
    run : str
        The run it was made in.
    pains : dict from site to int
        Worst pain said before it was asked.
    question : PainQuestion
        Its answer.
    """

    step: int
    trials: tuple[Trial, ...]
    detail: dict[str, JsonValue]
    run: str
    pains: dict[str, int]
    question: PainQuestion = field(default_factory=lambda: PainQuestion(ASKS_EFFORT))
