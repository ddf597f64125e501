"""What a set tells of its holds and of its offer: the details of its events, and one dot for each hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from emg.codes import TRAIN_OFFER, DotState, EventKind, Phase
from emg.live_view import StageView
from emg.results import HoldResult, Role
from emg.sets.hold import Hold, HoldPlan
from emg.sets.score import scored_span
from emg.stage import Event, JsonValue, outcome_dot


def done_detail(hold: Hold, result: HoldResult) -> dict[str, JsonValue]:
    """Detail of the event that a hold is over."""
    span = scored_span(hold) if result.outcome.counts else None
    return {
        "outcome": result.outcome.value,
        "reason": result.outcome_reason,
        "cue_sample": hold.cue_sample,
        "set_sample": hold.set_sample,
        "fired_sample": hold.fired_sample,
        "end_sample": hold.end_sample,
        "scored_from_sample": span[0] if span else None,
        "scored_to_sample": span[1] if span else None,
    }


def with_time_in_target(view: StageView, hold: Hold | None, sample: int) -> StageView:
    """Add to a view how long the hold was in target, and what counts as in target now; not while withheld."""
    if hold is None or hold.withheld:
        return view
    from_pct, to_pct = hold.edges_pct
    return replace(view, in_target_s=hold.in_target_s(sample), counts_from_pct=from_pct, counts_to_pct=to_pct)


def rest_event(sample: int, run: str, plan: HoldPlan, rest_s: float | None, *, offers: bool) -> Event:
    """Make the event of a rest, or of a set that is offered; it belongs to no hold.

    Parameters
    ----------
    sample : int
        Tick at which it begins.
    run : str
        Run of the stage.
    plan : HoldPlan
        Whose side and role the holds have that are ahead.
    rest_s : float or None
        How long the rest is; None for the offer.
    offers : bool
        Whether nobody knows yet if the set will be done.
    """
    phase = Phase.ASK if rest_s is None else Phase.REST
    detail: dict[str, JsonValue] = {"phase": phase.value, "rest_s": rest_s}
    if offers:
        detail["offers"] = True
    return Event(sample, EventKind.REST, run=run, side=plan.side, role=plan.role, detail=detail)


def offer_answered(sample: int, run: str, *, taken: bool) -> Event:
    """Make the event that a set was taken up or left; it follows from the key that said so."""
    detail: dict[str, JsonValue] = {"question": TRAIN_OFFER, "taken": taken}
    return Event(sample, EventKind.ANSWERED, run=run, detail=detail)


def hold_dots(
    results: Sequence[HoldResult], role: Role, *, holding: bool, holds: int
) -> tuple[DotState, ...]:
    """Give one dot for each repetition: those that count, the present one, those to come."""
    trained = role is Role.TRAIN
    dots = [outcome_dot(result.outcome, trained) for result in results if result.is_done]
    if holding:
        dots.append(DotState.CURRENT)
    return (*dots, *[DotState.PENDING] * max(0, holds - len(dots)))
