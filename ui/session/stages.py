"""The stages of a session: what comes before the holds, then the sets that its exercise lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from emg.blocks import Signal, StreamInfo
from emg.limits import Limit, limits_of
from emg.montage import Montage, Side, WorkingSide, sides_of
from emg.pipeline import ChainSettings
from emg.protocols import HoldsSet, SetPlan, Timing
from emg.protocols import Protocol as Exercise
from emg.reference import ReferenceInForce
from emg.results import Feedback, Role, Until
from emg.said import Said
from emg.sets.afterwards import Afterwards
from emg.sets.bouts import BoutSet, BoutSettings
from emg.sets.coach import HoldSet
from emg.sets.progress import Progress
from emg.sets.repetitions import RepetitionSet, RepetitionSettings
from emg.sets.score import ChainDelays
from emg.sets.set_settings import SetSettings
from emg.sets.targets import HOME_LIMIT_PCT, TargetRule
from emg.stage import Stage
from ui.language import _
from ui.session.plan import Aims, SessionPlan


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set of one side, as it comes.

    Attributes
    ----------
    side : Side or Legs
        Which leg works.
    planned : SetPlan
        What the exercise says.
    """

    side: WorkingSide
    planned: SetPlan


def chain_delays(info: StreamInfo, chain: ChainSettings) -> ChainDelays:
    """Delays that latencies are corrected for."""
    return ChainDelays(
        chain.delay_s(info),
        chain.short_window_s,
        raw=info.signal is Signal.RAW,
        onset=Limit.ONSET not in limits_of(info),
    )


def make_stages(
    plan: SessionPlan,
    info: StreamInfo,
    chain: ChainSettings,
    before: Sequence[Stage],
    reference: ReferenceInForce,
) -> list[Stage]:
    """List the stages of a session: the set-up, then the sets of each side.

    Parameters
    ----------
    plan : SessionPlan
        What to do.
    info : StreamInfo
        The stream.
    chain : ChainSettings
        The chain, for its delays.
    before : sequence of Stage
        What comes before the holds.
    reference : ReferenceInForce
        What the holds are scored with.
    """
    exercise = plan.exercise
    progress = Progress()
    shared = _Shared(chain_delays(info, chain), window_s(info, chain), reference, progress)
    sets = planned_sets(exercise, plan.montage, plan.first_side, attended=plan.attended)
    stages = [*before]
    side_before: WorkingSide | None = None
    *numbers, after = _set_numbers(sets)
    for number, item in zip(numbers, sets, strict=True):
        place = _Place(number, after - 1, side_before)
        stages.append(_stage(plan, item, place, shared))
        side_before = item.side
    return [*stages, Afterwards(progress, plan.limits)] if plan.attended else stages


def _set_numbers(sets: Sequence[PlannedSet]) -> list[int]:
    """Give each set its number, from 1, and the one after the last; every bout of a drill takes its own."""
    lengths = [item.planned.bouts if item.planned.kind == "bouts" else 1 for item in sets]
    return [1 + sum(lengths[:place]) for place in range(len(sets) + 1)]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the session a set stands."""

    number: int
    n_sets: int
    side_before: WorkingSide | None


@dataclass(frozen=True, slots=True)
class _Shared:
    """What every set of a session is given."""

    delays: ChainDelays
    window_s: float
    reference: ReferenceInForce
    progress: Progress


def _stage(plan: SessionPlan, item: PlannedSet, place: _Place, shared: _Shared) -> Stage:
    """Make the stage of one set, by its kind."""
    planned = item.planned
    if planned.kind == "holds":
        return HoldSet(
            _settings(plan, item.side, planned, place), shared.delays, shared.reference, shared.progress
        )
    common = _moving(plan, item, place) | {"window_s": shared.window_s}
    if planned.kind == "repetitions":
        of_set = RepetitionSettings(**common, repetitions=planned.repetitions, limit_s=planned.limit_s)
        return RepetitionSet(of_set, shared.reference, shared.progress)
    of_bouts = BoutSettings(**common, bouts=planned.bouts, bout_s=planned.bout_s)
    return BoutSet(of_bouts, shared.reference, shared.progress)


def _facts(plan: SessionPlan, side: WorkingSide, word: str, place: _Place) -> dict[str, Any]:
    """Say what every set is told, of whatever kind."""
    exercise, timing = plan.exercise, plan.exercise.timing
    return {
        "code": f"{word}_{side}" if word in ("repetitions", "bouts") else f"holds_{side}_{word}",
        "exercise": exercise.code,
        "sentence": exercise.sentence,
        "drawing": exercise.drawing,
        "posture": exercise.posture,
        "set_number": place.number,
        "n_sets": place.n_sets,
        "lead_rest_s": _lead_rest_s(timing, place.side_before, side),
        "rest_s": timing.rest_between_holds_s,
        "stand_up_s": timing.stand_up_s,
    }


def _moving(plan: SessionPlan, item: PlannedSet, place: _Place) -> dict[str, Any]:
    """Say what a set of repetitions and one of bouts are both told."""
    exercise, timing, aims = plan.exercise, plan.exercise.timing, plan.aims_of(item.side)
    muscles = (exercise.gate_muscle, exercise.other_muscle)
    default_pct = min(exercise.target.target_pct, HOME_LIMIT_PCT)
    return _facts(plan, item.side, item.planned.kind, place) | {
        "side": item.side,
        "gate_muscle": exercise.gate_muscle,
        "working_muscles": tuple(name for name in muscles if _measured(plan.montage, name, item.side)),
        "target_pct": default_pct if aims.target_pct is None else aims.target_pct,
        "feedback": _feedback(aims, item.planned),
        "prepare_s": timing.prepare_s,
        "set_after_s": timing.set_after_s,
    }


def window_s(info: StreamInfo, chain: ChainSettings) -> float:
    """RMS window of the bars; a board that sends envelopes has none."""
    return chain.bar_window_s if info.signal is Signal.RAW else 0.0


def _settings(plan: SessionPlan, side: WorkingSide, planned: HoldsSet, place: _Place) -> SetSettings:
    """Say what one set of holds is."""
    exercise = plan.exercise
    hold = exercise.hold_plan(planned, side)
    if plan.practice:  # nothing is measured, so there is nothing to reach
        hold = replace(hold, practice=True, target_pct=None, ceiling_pct=None)
    ceiling_sites = _measured(plan.montage, exercise.ceiling_muscle, side)
    if not ceiling_sites:  # nothing could be shown under it
        hold = replace(hold, ceiling_pct=None)
    hold = replace(hold, feedback=_feedback(plan.aims_of(side), planned))
    return SetSettings(
        **_facts(plan, side, _stage_word(planned), place),
        plan=hold,
        holds=planned.holds,
        gate_sites=_measured(plan.montage, exercise.gate_muscle, side),
        working_sites=(
            *_measured(plan.montage, exercise.gate_muscle, side),
            *_measured(plan.montage, exercise.other_muscle, side),
        ),
        ceiling_sites=ceiling_sites,
        rule=None if plan.practice else _rule(plan, side),
        other_leg=exercise.other_leg,
        offered=planned.offered,
        rechecks=not plan.practice and place.side_before is not None and place.side_before is not side,
        asks_pain=plan.attended and place.number > 1,
        limits=plan.limits,
    )


def _feedback(aims: Aims, planned: SetPlan) -> Feedback:
    """Choose what is shown: "after you feel it" needs a hold that waits for the muscle; a test stays dark."""
    waits = planned.kind == "holds" and planned.until is Until.FIRED
    if aims.feedback is None or planned.role is Role.TEST or (aims.feedback is Feedback.FELT and not waits):
        return planned.feedback
    return aims.feedback


def _stage_word(planned: HoldsSet) -> str:
    """``test``, ``learn`` or ``train``: sets of one side need names of their own."""
    return "learn" if planned.until is Until.FIRED else planned.role.value


def _measured(montage: Montage, muscle: str | None, side: WorkingSide) -> tuple[str, ...]:
    sites = (f"{muscle}_{leg}" for leg in sides_of(side))
    return tuple(site for site in sites if site in montage.names)


def _rule(plan: SessionPlan, side: WorkingSide) -> TargetRule:
    """Say how this session's targets are chosen; only a muscle that is measured has a ceiling."""
    target, aims = plan.exercise.target, plan.aims_of(side)
    own_ceiling = aims.ceiling_pct if aims.ceiling_pct is not None else target.ceiling_pct
    return TargetRule(
        default_pct=target.target_pct,
        own_pct=aims.target_pct,
        ceiling=bool(_measured(plan.montage, plan.exercise.ceiling_muscle, side))
        and (aims.ceiling or own_ceiling is not None),
        ceiling_pct=own_ceiling,
    )


def _lead_rest_s(timing: Timing, side_before: WorkingSide | None, side: WorkingSide) -> float:
    """Rest before a set: to stand up before the first, to change sides, else as between holds."""
    if side_before is None:
        return timing.stand_up_s
    return timing.between_sets_s if side is side_before else timing.rest_between_sides_s


def planned_sets(exercise: Exercise, montage: Montage, first: Side, *, attended: bool) -> list[PlannedSet]:
    """List the sets of a session, side after side: any one to four sites make one.

    A side whose gate muscle is not measured is left out while the other side's is; with neither, only
    the test holds are left, for the muscles that are measured. Both legs at once or in turn need both
    gates. What has to be offered comes only where somebody is there to say yes.

    Parameters
    ----------
    exercise : Exercise
        Sides and sets.
    montage : Montage
        Measured sites.
    first : Side
        The side that begins.
    attended : bool
        Whether somebody can be asked.
    """
    sides = sorted(exercise.sides, key=lambda side: side is not first)
    gated = [side for side in sides if not missing_gates(exercise, montage, side)]
    return [
        PlannedSet(side, planned)
        for side in gated or sides
        for planned in exercise.sets
        if (gated or not montage.names or planned.role is Role.TEST) and (attended or not _offered(planned))
        for _ in range(_times(planned))
    ]


def missing_gates(exercise: Exercise, montage: Montage, side: WorkingSide) -> tuple[str, ...]:
    """List the gate sites of a side that are not measured."""
    gates = (f"{exercise.gate_muscle}_{leg}" for leg in sides_of(side))
    return tuple(gate for gate in gates if gate not in montage.names)


def nothing_to_do(exercise: Exercise, montage: Montage) -> str:
    """Say which sites an exercise lacks for any set at all, in one sentence; empty if there is one."""
    if planned_sets(exercise, montage, Side.RIGHT, attended=True):
        return ""
    needs: Sequence[tuple[str, ...]] = [missing_gates(exercise, montage, side) for side in exercise.sides]
    sites = reduce(lambda one, other: Said("{one} or {other}", one=one, other=other), map(_both, needs))
    return Said(
        "{title} cannot be done, because it needs {sites}: add it to the sites.",
        title=_(exercise.title),
        sites=sites,
    )


def _both(sites: Sequence[str]) -> str:
    return Said("{sites}", sites=tuple(sites))


def _offered(planned: SetPlan) -> bool:
    return planned.kind == "holds" and planned.offered


def _times(planned: SetPlan) -> int:
    return 1 if planned.kind == "bouts" else planned.times
