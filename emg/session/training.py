"""What the training of a session came to: how the holds ended, and when the muscle was felt.

Levels of training holds are in no comparison: people steer to the line that they see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from emg.montage import Side, WorkingSide, sides_of
from emg.results import MISSING, HoldResult, Method, Outcome, Presser, Role
from emg.statistics import median_iqr

REASONS: Final = ("over_ceiling", "left_target", "late", "below_target")
"""Of a missed hold: why, where it is known."""


def training(holds: Sequence[HoldResult], gate_muscle: str = "glute") -> dict[str, Any]:
    """Count how the training holds of one working side ended, and say what they had to reach.

    Parameters
    ----------
    holds : sequence of HoldResult
        All of that side; test holds and what was taken out by hand are passed over.
    gate_muscle : str
        The muscle that the target is for.

    Returns
    -------
    dict
        ``n`` is what counts: success, missed and not reached. Besides them ``n_ended`` are those that
        somebody ended by hand. ``n_over_ceiling``, ``n_left_target``,
        ``n_late`` and ``n_below_target`` are of the missed ones, with the reason that is known.
        ``target_pct`` is the lowest and the highest target of those that count, and what it is a
        percentage ``of``: ``maximum`` or ``bridge``; None without one, and where some are of the one and
        some of the other.
    """
    trained = [hold for hold in holds if hold.role is Role.TRAIN and not hold.excluded]
    counted = [hold for hold in trained if hold.enters_means]

    def number(outcome: Outcome, among: Sequence[HoldResult]) -> int:
        return sum(hold.outcome is outcome for hold in among)

    missed = [hold.outcome_reason for hold in counted if hold.outcome is Outcome.MISSED]
    return {
        "n": len(counted),
        "n_success": number(Outcome.SUCCESS, counted),
        "n_missed": number(Outcome.MISSED, counted),
        "n_not_reached": number(Outcome.NOT_REACHED, counted),
        "n_lost_balance": number(Outcome.LOST_BALANCE, trained),
        "n_void": number(Outcome.VOID, trained),
        "n_practised": number(Outcome.PRACTISED, trained),
        "n_ended": sum(hold.was_ended for hold in trained),
        **{f"n_{reason}": missed.count(reason) for reason in REASONS},
        "target_pct": _target(counted, gate_muscle),
    }


def felt(holds: Sequence[HoldResult], gate_muscle: str) -> dict[str, Any]:
    """Put "I felt it" beside what was measured.

    Parameters
    ----------
    holds : sequence of HoldResult
        All of one working side.
    gate_muscle : str
        The muscle that is felt for.

    Returns
    -------
    dict
        ``n`` holds with a press that nothing had prompted and with a measured latency, their ``felt_s``,
        ``measured_s`` and ``felt_minus_measured_s``; the same difference of the ``n_cued`` ones apart, for
        they were told. ``n_unmeasured`` presses had nothing beside them, ``n_helper`` of all were made
        by somebody else, who is later.
    """
    pressed = [hold for hold in holds if hold.enters_means and hold.felt_latency_s is not None]
    beside = [
        (hold, hold.felt_latency_s, measured_s)
        for hold in pressed
        if hold.felt_latency_s is not None and (measured_s := _latency_s(hold, gate_muscle)) is not None
    ]
    own = [(felt_s, measured_s) for hold, felt_s, measured_s in beside if hold.felt_cued is False]
    cued = [felt_s - measured_s for hold, felt_s, measured_s in beside if hold.felt_cued is not False]
    return {
        "n": len(own),
        "n_cued": len(cued),
        "n_unmeasured": len(pressed) - len(beside),
        "n_helper": sum(hold.felt_by is Presser.HELPER for hold in pressed),
        "felt_s": asdict(median_iqr([felt_s for felt_s, _ in own])),
        "measured_s": asdict(median_iqr([measured_s for _, measured_s in own])),
        "felt_minus_measured_s": asdict(median_iqr([felt_s - measured_s for felt_s, measured_s in own])),
        "cued_felt_minus_measured_s": asdict(median_iqr(cued)),
    }


def legs(holds: Sequence[HoldResult], gate_muscle: str = "glute") -> dict[str, dict[str, Any]]:
    """Count the training of both legs at once, or one after the other; only what was done is there."""
    found: dict[WorkingSide, list[HoldResult]] = {}
    for hold in holds:
        if not isinstance(hold.side, Side):
            found.setdefault(hold.side, []).append(hold)
    return {side.value: training(of_legs, gate_muscle) for side, of_legs in found.items()}


def _target(counted: Sequence[HoldResult], muscle: str) -> dict[str, Any] | None:
    """Range of their targets; a percentage of a maximum and one of the bridge have no common range."""
    aimed = [(hold.target_pct, hold) for hold in counted if hold.target_pct is not None]
    bridge = {
        gate.reference is Method.SUBMAX
        for _, hold in aimed
        for side in sides_of(hold.side)
        if (gate := hold.sites.get(f"{muscle}_{side}")) is not None
    }
    if not aimed or len(bridge) > 1:
        return None
    targets_pct = [target_pct for target_pct, _ in aimed]
    of_what = "bridge" if bridge == {True} else "maximum"
    return {"low": min(targets_pct), "high": max(targets_pct), "of": of_what}


def _latency_s(hold: HoldResult, muscle: str) -> float | None:
    return hold.sites.get(f"{muscle}_{hold.side}", MISSING).latency_s
