"""What one repetition or stride was worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.activation import Activations, Reference
from emg.montage import WorkingSide
from emg.results import HoldResult, Kind, Outcome, Role, Until
from emg.sets.found import GAP, Found
from emg.sets.score import SILENT, HoldTicks, muscle_score, quotients

MIDDLE: Final = 0.5
"""Share of a repetition, around its middle, in which it is held against the target."""

NEARLY: Final = 0.8
"""From this share of the target on a repetition has missed it; below, it has not come to it (as the exit of a
hold)."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a movement was ended that did not end by itself."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A movement that is over.

    Attributes
    ----------
    side : Side or Legs
        Whose it is.
    found : Found
        When it was.
    ending : Ending or None
        None if it ended by itself.
    """

    side: WorkingSide
    found: Found
    ending: Ending | None = None


def movement_result(
    ended: Ended,
    ticks: HoldTicks,
    reference: Reference,
    *,
    kind: Kind,
    gates: Sequence[str],
    target_pct: float,
    number: int,
    set_number: int,
    feedback: bool,
    lost_samples: int,
) -> tuple[HoldResult, tuple[int, int] | None]:
    """Make the row of a repetition or stride; its scored span is the whole of it.

    It has reached the target if the RMS of the gate muscle over its middle half has. The middle half of a
    smooth rise and fall is its top; a mean of power has the least scatter that so short a time allows, and
    the level of the bars, 250 ms of the past, never comes to the top of a stride that lasts no longer.

    Parameters
    ----------
    ended : Ended
        The movement.
    ticks : HoldTicks
        Ticks that cover it.
    reference : Reference
        Rest and maximum in force.
    kind : Kind
        What it is.
    gates : sequence of str
        Sites of the gate muscle; of two the mean counts.
    target_pct : float
        What they were to reach.
    number, set_number : int
        Its number in the session, and of its set or bout.
    feedback : bool
        Whether bars and tones were on.
    lost_samples : int
        Lost in it.

    Returns
    -------
    HoldResult and the scored span
        No span, and no levels, where the outcome counts for nothing.
    """
    found, side = ended.found, ended.side
    outcome, reason = _outcome(ended, ticks, reference, gates, target_pct)
    span = (found.onset, found.end) if outcome.counts else None
    muscles = {site: muscle_score(site, ticks, span, reference) for site in ticks.sites}
    result = HoldResult(
        hold=number,
        set_number=set_number,
        role=Role.TRAIN,
        until=Until.RELEASE,
        side=side,
        valid=outcome is not Outcome.VOID,
        outcome=outcome,
        kind=kind,
        invalid_reason=reason if outcome is Outcome.VOID else "",
        outcome_reason=reason,
        sites={site: scored.result for site, scored in muscles.items()},
        feedback=feedback,
        target_pct=target_pct,
        set_sample=found.onset,
        end_sample=found.end,
        set_s=found.onset / ticks.fs_hz,
        held_s=(found.end - found.onset) / ticks.fs_hz,
        **quotients(muscles, side),
        lost_samples=lost_samples,
    )
    return result, span


def _outcome(
    ended: Ended, ticks: HoldTicks, reference: Reference, gates: Sequence[str], target_pct: float
) -> tuple[Outcome, str]:
    found = ended.found
    if found.fault:
        return Outcome.VOID, found.fault
    if ended.ending is not None:
        return ended.ending.outcome, ended.ending.reason
    quarter = round((1.0 - MIDDLE) / 2.0 * (found.end - found.onset))
    level_pct = _mean_level_pct(ticks, (found.onset + quarter, found.end - quarter), reference, gates)
    if level_pct is None:  # short losses that add up
        return Outcome.VOID, GAP
    if level_pct >= target_pct:
        return Outcome.SUCCESS, ""
    if level_pct >= NEARLY * target_pct:
        return Outcome.MISSED, "below_target"
    return Outcome.NOT_REACHED, "below_target"


def _mean_level_pct(
    ticks: HoldTicks, span: tuple[int, int], reference: Reference, gates: Sequence[str]
) -> float | None:
    """Mean of the gates' levels in percent of their references; None unless every one of them reads."""
    levels = []
    for site in gates:
        muscle = muscle_score(site, ticks, span, reference).result if site in ticks.sites else SILENT.result
        level = muscle.pct_submax if muscle.pct_mvc is None else muscle.pct_mvc
        if level is None:
            return None
        levels.append(level)
    return float(np.mean(levels))


def lost_in(parts: Sequence[Activations], found: Found) -> int:
    """Count the samples that were lost in a movement."""
    return sum(
        int(part.lost[(part.samples >= found.onset) & (part.samples < found.end)].sum()) for part in parts
    )
