"""Stretches in which a side worked, scored as test holds are."""

from __future__ import annotations

from collections.abc import Sequence

from emg.activation import Reference
from emg.analysis import WorkWindow
from emg.analysis.tick_spool import TickSpool
from emg.codes import EventKind, Origin, Phase
from emg.pipeline import Pipeline
from emg.results import HoldResult, Outcome, Role, Until
from emg.sets.score import SILENT, HoldTicks, muscle_score, quotients
from emg.stage import Event, JsonValue

RUN = "import#1"


def windows_scored(
    work: Sequence[WorkWindow], pipeline: Pipeline, spool: TickSpool, reference: Reference
) -> list[HoldResult]:
    """Score each window over its whole length, as ``powerhold analyze`` does.

    When it was cued or taken nobody knows, so there is no latency.

    Parameters
    ----------
    work : sequence of WorkWindow
        What somebody said; their order in time gives the numbers.
    pipeline : Pipeline
        With the reference in force.
    spool : TickSpool
        The recording.
    reference : Reference
        Rest and maximum; without one a hold has no level.
    """
    ordered = sorted(work, key=lambda window: window.span.start_s)
    return [
        _scored(number, window, pipeline, spool, reference) for number, window in enumerate(ordered, start=1)
    ]


def window_events(work: Sequence[WorkWindow], holds: Sequence[HoldResult], fs_hz: float) -> list[Event]:
    """Tell of each window when it began and ended: somebody said so, so both are inputs."""
    found = []
    ordered = sorted(work, key=lambda window: window.span.start_s)
    for window, hold in zip(ordered, holds, strict=True):
        start, stop = (round(edge * fs_hz) for edge in (window.span.start_s, window.span.stop_s))
        begun: dict[str, JsonValue] = {"phase": Phase.HOLDING.value}
        done: dict[str, JsonValue] = {
            "phase": Phase.REST.value,
            "outcome": hold.outcome.value,
            "reason": hold.outcome_reason,
            "cue_sample": None,
            "set_sample": start,
            "fired_sample": None,
            "end_sample": stop,
            "scored_from_sample": start,
            "scored_to_sample": stop,
        }
        for sample, kind, detail in ((start, EventKind.SET, begun), (stop, EventKind.HOLD_DONE, done)):
            found.append(Event(sample, kind, RUN, hold.side, hold.role, hold.hold, detail, Origin.INPUT))
    return found


def _scored(
    number: int, window: WorkWindow, pipeline: Pipeline, spool: TickSpool, reference: Reference
) -> HoldResult:
    """Make a row of holds.csv, judged as a test hold; an analysis takes the levels alone, and judges none."""
    fs_hz, side = pipeline.fs_hz, window.side
    start, stop = (round(edge * fs_hz) for edge in (window.span.start_s, window.span.stop_s))
    parts = [pipeline.normalise(part) for part in spool.chunks(*window.span.ticks(fs_hz, pipeline.spacing))]
    ticks = HoldTicks.gather(parts)
    muscles = {site: muscle_score(site, ticks, (start, stop), reference) for site in ticks.sites}
    gate = f"glute_{side}"
    outcome, reason = _outcome(gate, ticks.sites, muscles.get(gate, SILENT).fires, reference)
    return HoldResult(
        hold=number,
        set_number=1,
        role=Role.TEST,
        until=Until.SET,
        side=side,
        valid=True,
        outcome=outcome,
        outcome_reason=reason,
        sites={site: scored.result for site, scored in muscles.items()},
        feedback=False,
        prepare_sample=start,
        end_sample=stop,
        held_s=(stop - start) / fs_hz,
        lost_samples=sum(int(part.lost.sum()) for part in parts),
        **quotients(muscles, side),
    )


def _outcome(gate: str, sites: Sequence[str], fires: bool, reference: Reference) -> tuple[Outcome, str]:
    """Judge a test hold by its glute; where that is not known, say why."""
    if fires:
        return Outcome.SUCCESS, ""
    if gate not in sites:
        return Outcome.NOT_REACHED, "not_measured"
    return Outcome.NOT_REACHED, "" if gate in reference.sites else "no_maximum"
