"""Practice: an exercise by the clock, at home or before a run, with nothing measured.

Only what trains is practised, each hold from "set" on: where nothing is measured there is nothing to test,
and nobody knows when a muscle fires but the athlete, who says so with the "I felt it" key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from calibrations.intake import Intake
from emg.blocks import Source
from emg.montage import NO_SITES
from emg.protocols import BoutsSet, HoldsSet, ProtocolError, RepetitionsSet, SetPlan, Timing
from emg.protocols import Protocol as Exercise
from emg.results import Feedback, Role, Until
from emg.said import Said
from ui.session.plan import SessionPlan, first_side

STAND_UP_S: Final = 10.0
"""Ours: from the keyboard to one's place. Nobody gets up from a calibration."""

LEAST_PACE_S: Final = 4.0
"""Ours: a cued repetition takes at least so long, half of it at work."""

READY_S: Final = 1.0
GO_S: Final = 0.5
"""Of a cued repetition: "get ready", and from the cue to the beginning of the movement."""


def practice_plan(
    exercise: Exercise,
    *,
    source: Source,
    athlete: str,
    parent: Path,
    intake: Intake | None = None,
    attended: bool = True,
) -> SessionPlan:
    """Plan a practice.

    Parameters
    ----------
    exercise : Exercise
        As it is measured.
    source : Source
        A clock.
    athlete : str
        Id.
    parent : Path
        Folder for the session's folder.
    intake : Intake or None
        What was said before: the side that does not hurt begins.
    attended : bool
        Somebody is there who begins it with a key and can be asked about pain.

    Raises
    ------
    ProtocolError
        If the exercise has no practice form.
    """
    said = Intake(alone=True) if intake is None else intake
    return SessionPlan(
        source=source,
        exercise=practice_form(exercise),
        montage=NO_SITES,
        athlete=athlete,
        parent=parent,
        first_side=first_side(exercise, said.sore_side, parent),
        intake=said,
        checks=False,
        attended=attended,
        practice=True,
    )


def practice_form(exercise: Exercise) -> Exercise:
    """Give an exercise as it is practised: what trains of it, as holds by the clock.

    A set that waits for the muscle runs from "set"; where an exercise has both, the one by the clock is
    practised. Without any set that trains its test holds are. A bout is one hold of its length.
    Repetitions are cued one by one, at the pace at which the set just keeps within its own limit.

    Raises
    ------
    ProtocolError
        If its sets are not all alike: one clock cannot run them.
    """
    sets = _practised(exercise)
    forms = [_form(planned, exercise.timing) for planned in sets]
    timing = forms[0][1]
    if any(form[1] != timing for form in forms):
        raise ProtocolError(
            Said(
                "{title} cannot be practised by the clock, because its sets are of different kinds: "
                "do it with a board, or make a protocol of its own for each kind.",
                title=exercise.title,
            )
        )
    return exercise.model_copy(update={"sets": tuple(form[0] for form in forms), "timing": timing})


def _practised(exercise: Exercise) -> list[SetPlan]:
    """Choose the sets: by the clock rather than waiting, and those that test only if there are no others."""
    trains = [planned for planned in exercise.sets if planned.role is Role.TRAIN]
    by_clock = [
        planned for planned in trains if not isinstance(planned, HoldsSet) or planned.until is Until.SET
    ]
    return by_clock or trains or list(exercise.sets)


def _form(planned: SetPlan, timing: Timing) -> tuple[HoldsSet, Timing]:
    """Give a set as holds by the clock, and the timing that this takes."""
    timing = timing.model_copy(update={"stand_up_s": min(timing.stand_up_s, STAND_UP_S)})
    match planned:
        case RepetitionsSet():
            return _holds(planned.repetitions, planned.times), _cued(timing, planned)
        case BoutsSet():
            return _holds(planned.bouts, 1), timing.model_copy(update={"hold_s": planned.bout_s})
        case HoldsSet():
            return _holds(planned.holds, planned.times), timing


def _holds(holds: int, times: int) -> HoldsSet:
    """Make a set in which nothing is shown: there is nothing to be seen, so what is felt is not cued."""
    return HoldsSet(
        kind="holds", role=Role.TRAIN, until=Until.SET, holds=holds, times=times, feedback=Feedback.OFF
    )


def _cued(timing: Timing, planned: RepetitionsSet) -> Timing:
    """Cut a repetition into ready, go, work and rest."""
    pace_s = max(LEAST_PACE_S, planned.limit_s / planned.repetitions)
    return timing.model_copy(
        update={
            "prepare_s": READY_S,
            "quiet_s": READY_S,
            "set_after_s": GO_S,
            "hold_s": pace_s / 2.0 - GO_S,
            "rest_between_holds_s": pace_s / 2.0 - READY_S,
            "rest_between_sets_s": timing.between_sets_s,
        }
    )
