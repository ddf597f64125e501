"""What an athlete's plan for home says of a session, and the session made by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emg.montage import Side
from emg.pain import PainLimits
from emg.protocols import Protocol as Exercise
from emg.results import Feedback
from emg.session.plan_file import PlanFile, dosed
from ui.kept.exercises import find_protocol
from ui.kept.home_plan import current_plan
from ui.session.plan import NOTHING_SET, USUAL_LIMITS, Aims, SessionPlan
from ui.session.practice import practice_form


@dataclass(frozen=True, slots=True)
class Prescription:
    """What a plan says of a session in its exercise.

    Attributes
    ----------
    exercise : Exercise
        With as much of it as the plan says.
    aims : mapping from side to Aims
        What each leg is asked for.
    limits : PainLimits
        When it suggests to stop, and stops.
    sentence : str
        What the therapist says.
    """

    exercise: Exercise
    aims: Mapping[Side, Aims]
    limits: PainLimits
    sentence: str

    @property
    def common(self) -> Aims:
        """What may be asked of both legs at once: the lower target, and the lower ceiling."""
        left, right = (self.aims[side] for side in Side)
        targets = [aims.target_pct for aims in (left, right) if aims.target_pct is not None]
        ceilings = [aims.ceiling_pct for aims in (left, right) if aims.ceiling_pct is not None]
        return Aims(
            target_pct=min(targets, default=None),
            ceiling=left.ceiling or right.ceiling,
            ceiling_pct=min(ceilings, default=None),
        )

    def legs(self, feedback: Feedback | None) -> Mapping[Side, Aims]:
        """Give what each leg is asked for where it works alone; nothing where both are asked for the same."""
        if self.aims[Side.LEFT] == self.aims[Side.RIGHT]:
            return {}
        return {side: replace(aims, feedback=feedback) for side, aims in self.aims.items()}


def prescription(athlete: str, code: str) -> Prescription | None:
    """Give what the athlete's plan says of an exercise; None without a plan, or if it is of another one.

    Parameters
    ----------
    athlete : str
        Id.
    code : str
        Of the exercise.

    Raises
    ------
    PlanFileError
        If the plan cannot be read, or its exercise not be done so.
    ProtocolError
        If the exercise is gone.
    """
    plan = current_plan(athlete)
    if plan is None or plan.protocol != code:
        return None
    return Prescription(
        exercise=dosed(find_protocol(code), plan.dose),
        aims={side: _aims(plan, side) for side in Side},
        limits=plan.limits,
        sentence=plan.sentence,
    )


def by_plan(session: SessionPlan) -> SessionPlan:
    """Put an athlete's plan to use in a session: what was set for this very session goes before it.

    Parameters
    ----------
    session : SessionPlan
        As it was chosen; one in another exercise than the plan's stays as it is. Of a practice, in which
        nothing is aimed at, the plan says how much there is of it and when pain stops it.

    Raises
    ------
    PlanFileError, ProtocolError
        As ``prescription``.
    """
    found = prescription(session.athlete, session.exercise.code)
    if found is None:
        return session
    limits = found.limits if session.limits == USUAL_LIMITS else session.limits
    if session.practice:
        return replace(session, exercise=practice_form(found.exercise), limits=limits)
    chosen = session.aims
    planned = replace(session, exercise=found.exercise, limits=limits)
    if replace(chosen, feedback=None) != NOTHING_SET:
        return planned
    aims = replace(found.common, feedback=chosen.feedback)
    return replace(planned, aims=aims, leg_aims=found.legs(chosen.feedback))


def _aims(plan: PlanFile, side: Side) -> Aims:
    aim = plan.aim(side)
    has_ceiling = aim.ceiling_from_tests or aim.ceiling_pct is not None
    return Aims(target_pct=aim.target_pct, ceiling=has_ceiling, ceiling_pct=aim.ceiling_pct)
