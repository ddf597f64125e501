"""Views for the gallery, made by hand: what each exercise of the program looks like before its first set."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from emg.codes import DotState, Phase
from emg.live_view import LiveView, StageView
from emg.protocols import Protocol, bundled_protocols, load_protocol
from emg.results import Role

REST_S: Final = 60.0


def exercise_scenes(base: LiveView) -> dict[str, LiveView]:
    """Every exercise with its own drawing and sentence, in the rest before its first set.

    Parameters
    ----------
    base : LiveView
        With four bars, of a session that is calibrated.
    """
    exercises = [load_protocol(code) for code in bundled_protocols()]
    return {f"exercise_{one.code}": replace(base, stage=_first_rest(one)) for one in exercises}


def _first_rest(exercise: Protocol) -> StageView:
    first = exercise.sets[0]
    return StageView(
        stage="holds",
        phase=Phase.REST,
        side=exercise.sides[0],
        role=first.role if first.kind == "holds" else Role.TRAIN,
        set_number=1,
        n_sets=len(exercise.sets) * len(exercise.sides),
        countdown_s=0.8 * REST_S,
        elapsed_s=0.2 * REST_S,
        duration_s=REST_S,
        dots=(DotState.PENDING,) * 5,
        work=first.kind,
        other_leg=exercise.other_leg,
        posture=exercise.posture,
        gate_muscle=exercise.gate_muscle,
        ceiling_muscle=exercise.ceiling_muscle or "",
        exercise=exercise.code,
        sentence=exercise.sentence,
        drawing=exercise.drawing,
    )
