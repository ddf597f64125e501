"""What one set is told: what all kinds of set have in common, and what a set of holds is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from emg.live_view import StageView
from emg.pain import PainLimits
from emg.results import Feedback
from emg.sets.hold import HoldPlan
from emg.sets.targets import TargetRule

MAX_REPEATS: Final = 5
"""Void or lost holds, or bouts, of a set that are repeated before it ends as it is: a broken wire must trap
nobody."""

FADED: Final = frozenset({0, 1, 3, 6, 10, 15, 21, 28})
"""Holds, or repetitions, with feedback in a faded set: ever fewer (ours)."""


def feedback_after(n_counted: int, feedback: Feedback) -> Feedback:
    """Give the feedback of what comes after so many that count: in a faded set it is on where its turn is."""
    if feedback is not Feedback.FADED:
        return feedback
    return Feedback.ON if n_counted in FADED else Feedback.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFacts:
    """What every set is told, of whatever kind.

    Attributes
    ----------
    code : str
        Name of the stage, for example ``holds_right_test``.
    exercise, sentence, drawing, posture : str
        Code of the protocol, what the athlete does, and in which posture.
    set_number, n_sets : int
        Which set of how many, from 1.
    lead_rest_s, rest_s, stand_up_s : float
        Rest before the set, within it, and before it goes on after a new calibration.
    """

    code: str
    exercise: str
    lead_rest_s: float
    rest_s: float
    sentence: str = ""
    drawing: str = ""
    posture: str = "standing"
    set_number: int = 1
    n_sets: int = 1
    stand_up_s: float = 0.0

    def shown(self) -> StageView:
        """Give a view of what does not change while the set runs."""
        return StageView(
            stage="holds",
            set_number=self.set_number,
            n_sets=self.n_sets,
            exercise=self.exercise,
            sentence=self.sentence,
            drawing=self.drawing,
            posture=self.posture,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSettings(SetFacts):
    """One set of holds.

    Attributes
    ----------
    plan : HoldPlan
        What each hold is to be; its target is only the one to begin with where there is no ``rule``.
    holds : int
        How many holds that count.
    gate_sites : tuple of str
        The muscles whose level decides, on the working side; the mean of two.
    working_sites : tuple of str
        Sites whose contact must be good during a hold.
    ceiling_sites : tuple of str
        The muscles that may have a ceiling; the higher one of two.
    rule : TargetRule or None
        How the target is chosen and moved; None keeps that of ``plan``.
    other_leg : str
        What the leg does that does not work: ``swings``, ``stands`` or ``rests``.
    offered : bool
        Only done if it was earned, and somebody says yes.
    rechecks : bool
        Whether the contact is looked at again before it begins: the athlete has been resting.
    asks_pain : bool
        Whether its rest asks how much the holds before it did hurt.
    limits : PainLimits
        What an answer leads to.
    """

    plan: HoldPlan
    holds: int
    gate_sites: tuple[str, ...]
    working_sites: tuple[str, ...]
    ceiling_sites: tuple[str, ...] = ()
    rule: TargetRule | None = None
    other_leg: str = "rests"
    offered: bool = False
    rechecks: bool = False
    asks_pain: bool = False
    limits: PainLimits = field(default_factory=PainLimits)
