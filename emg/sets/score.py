"""What a hold was worth: the same definitions for every hold, computed when it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypedDict

import numpy as np

from emg.activation import (
    Activations,
    Reference,
    SiteReference,
    can_compare,
    glute_share_pct,
    ratio,
)
from emg.blocks import FloatArray, IntArray
from emg.montage import Side, Site, WorkingSide, sides_of
from emg.onset import envelope_latency_s, noise_onset_s, plateau_latency_s, plateau_uv
from emg.quality import IS_INVALID
from emg.results import MISSING, Feedback, HoldResult, Method, MuscleResult, Outcome, Role
from emg.sets.hold import Hold
from emg.sets.spoilt import is_spoilt

SCORED_FROM_S: Final = 1.0
SCORED_TO_S: Final = 5.5
"""The scored span: a 6 s hold without its first second and its last half (facts of the field: Nu-Tek)."""


@dataclass(frozen=True, slots=True, eq=False)
class HoldTicks:
    """The ticks of one hold, from prepare to end.

    Attributes
    ----------
    sites : tuple of str
        Names of the columns.
    tick_s, fs_hz : float
        Spacing of the ticks, rate of the sample clock.
    samples : ndarray of shape (n_ticks,)
        Sample of each tick.
    sample_uv, power_uv2, rms_uv, short_uv : ndarray of shape (n_ticks, n_sites)
        As in ``Activations``, but NaN where the contact does not carry the level.
    """

    sites: tuple[str, ...]
    tick_s: float
    fs_hz: float
    samples: IntArray
    sample_uv: FloatArray
    power_uv2: FloatArray
    rms_uv: FloatArray
    short_uv: FloatArray

    @classmethod
    def gather(cls, parts: Sequence[Activations]) -> HoldTicks:
        """Join consecutive activations; any cut of them gives the same."""
        first = parts[0]
        bad = np.concatenate([IS_INVALID[part.verdicts] for part in parts])

        def levels(of_parts: list[FloatArray]) -> FloatArray:
            return np.where(bad, np.nan, np.concatenate(of_parts))

        return cls(
            sites=first.sites,
            tick_s=first.spacing / first.fs_hz,
            fs_hz=first.fs_hz,
            samples=np.concatenate([part.samples for part in parts]),
            sample_uv=levels([part.sample_uv for part in parts]),
            power_uv2=levels([part.power_uv2 for part in parts]),
            rms_uv=levels([part.rms_uv for part in parts]),
            short_uv=levels([part.short_uv for part in parts]),
        )

    def index(self, sample: int) -> int:
        """Position of the first tick at or after a sample."""
        return int(np.searchsorted(self.samples, sample))


@dataclass(frozen=True, slots=True)
class ChainDelays:
    """Delays of the chain that latencies are corrected for.

    Attributes
    ----------
    filter_s : float
        Mean group delay of the band-pass.
    short_window_s : float
        RMS window of the noise-based onset.
    raw : bool
        False for a board that sends envelopes: its latencies are read off the envelope itself.
    onset : bool
        Whether the stream can tell the beginning of a burst.
    """

    filter_s: float
    short_window_s: float
    raw: bool = True
    onset: bool = True


def scored_span(hold: Hold) -> tuple[int, int] | None:
    """Give the samples over which a hold is scored, or None if it is not.

    1.0 to 5.5 s after set; for until = fired after the muscle has fired; for a hold in which it never
    did, from 1.0 s after set to the end.
    """
    if hold.outcome is None or not hold.outcome.counts or hold.set_sample is None:
        return None
    assert hold.end_sample is not None
    start, stop = (round(seconds * hold.fs_hz) for seconds in (SCORED_FROM_S, SCORED_TO_S))
    if hold.outcome is Outcome.NOT_REACHED:  # of a training hold; a test hold is judged by its plateau later
        return hold.set_sample + start, max(hold.set_sample + start, hold.end_sample)
    begun = hold.set_sample if hold.fired_sample is None else hold.fired_sample
    # a hold shorter than the span is scored to its end, never into the rest after it
    return begun + start, max(begun + start, min(begun + stop, hold.end_sample))


@dataclass(frozen=True, slots=True)
class MuscleScore:
    """One site's result, and whether it passes the gates of what is built on it.

    Attributes
    ----------
    result : MuscleResult
        What goes into the row.
    fires : bool
        Whether the muscle works at all: 5 % of its reference and twice its rest.
    comparable : bool
        Whether a ratio may be built on it: it fires, and its 100 % is a maximum.
    """

    result: MuscleResult
    fires: bool = False
    comparable: bool = False


SILENT: Final = MuscleScore(MISSING)
"""A muscle that is not measured, or has no reference."""


def muscle_score(
    site: str, ticks: HoldTicks, span: tuple[int, int] | None, reference: Reference
) -> MuscleScore:
    """Plateau of one site over a span of samples, rest removed, and what it is of its reference.

    Parameters
    ----------
    site : str
        The muscle.
    ticks : HoldTicks
        Ticks that cover the span.
    span : tuple of 2 int or None
        First sample, and the one after the last; None where nothing is scored.
    reference : Reference
        Rest and maximum in force.
    """
    known = reference.sites.get(site)
    if site not in ticks.sites or known is None:
        return SILENT
    if span is None:
        return MuscleScore(MuscleResult(reference=known.method))
    column = ticks.sites.index(site)
    start, stop = ticks.index(span[0]), ticks.index(span[1])
    found = level_score(ticks.power_uv2[start:stop, column], known)
    if found.result.plateau_uv is None:
        return found
    return replace(found, result=replace(found.result, cv_pct=_cv_pct(ticks.rms_uv[start:stop, column])))


def level_score(power_uv2: FloatArray, known: SiteReference) -> MuscleScore:
    """Plateau of one muscle, rest removed, and what it is of its reference.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Tick powers of the scored span; NaN where nothing was read.
    known : SiteReference
        Rest and maximum of the muscle.
    """
    level_uv = plateau_uv(power_uv2, known.rest_uv)
    if level_uv is None:
        return MuscleScore(MuscleResult(reference=known.method))
    pct = 100.0 * level_uv / known.span_uv
    fires = bool(can_compare(pct, level_uv, known.rest_uv))
    submax = known.method is Method.SUBMAX
    result = MuscleResult(
        reference=known.method,
        plateau_uv=level_uv,
        pct_mvc=None if submax else pct,
        pct_submax=pct if submax else None,
        doubts=known.doubts if known.doubtful else (),
    )
    return MuscleScore(result, fires=fires, comparable=fires and not submax)


class Quotients(TypedDict):
    """Fields of a ``HoldResult``."""

    ratio_same_side: float | None
    glute_share_pct: float | None
    ratio_diagonal: float | None


def quotients(muscles: Mapping[str, MuscleScore], side: WorkingSide) -> Quotients:
    """Give the ratios and the share of the working side; none where both legs work."""
    if not isinstance(side, Side):
        return Quotients(ratio_same_side=None, glute_share_pct=None, ratio_diagonal=None)
    glute, ham, opposite_ham = (
        muscles.get(site, SILENT) for site in (f"glute_{side}", f"ham_{side}", f"ham_{side.other}")
    )
    return Quotients(
        ratio_same_side=_quotient(glute, ham),
        glute_share_pct=glute_share_pct(glute.result.pct_mvc, ham.result.pct_mvc),
        ratio_diagonal=_quotient(glute, opposite_ham),
    )


def _timed(
    scored: MuscleScore, site: str, hold: Hold, ticks: HoldTicks, reference: Reference, delays: ChainDelays
) -> MuscleResult:
    """Add the latencies of a muscle whose level is known."""
    span, known, level_uv = scored_span(hold), reference.sites.get(site), scored.result.plateau_uv
    if span is None or known is None or level_uv is None:
        return scored.result
    column, edges = ticks.sites.index(site), (ticks.index(span[0]), ticks.index(span[1]))
    return replace(
        scored.result,
        latency_s=_latency_s(hold, ticks, column, edges, known, level_uv, delays) if scored.fires else None,
        onset_latency_s=_onset_s(hold, ticks, column, delays) if delays.onset else None,
    )


def _latency_s(
    hold: Hold,
    ticks: HoldTicks,
    column: int,
    scored: tuple[int, int],
    known: SiteReference,
    level_uv: float,
    delays: ChainDelays,
) -> float | None:
    """Seconds from set to the plateau; the search begins with the cue."""
    assert hold.cue_sample is not None  # set comes after the cue
    assert hold.set_sample is not None
    cue, quiet = ticks.index(hold.cue_sample), _quiet_from(hold, ticks)
    if delays.raw:
        found_s = plateau_latency_s(
            ticks.sample_uv[quiet : scored[1], column],
            ticks.tick_s,
            quiet_to=cue - quiet,
            scored_from=scored[0] - quiet,
            rest_share=known.rest_uv**2 / (known.rest_uv**2 + level_uv**2),
            delay_s=delays.filter_s,
        )
    else:
        envelope = ticks.rms_uv[cue : scored[1], column]
        found_s = envelope_latency_s(envelope, ticks.tick_s, rest_uv=known.rest_uv, level_uv=level_uv)
    return None if found_s is None else found_s + (int(ticks.samples[cue]) - hold.set_sample) / hold.fs_hz


def _quiet_from(hold: Hold, ticks: HoldTicks) -> int:
    """First tick of the quiet posture before the cue."""
    assert hold.cue_sample is not None  # only asked of holds that are set
    return ticks.index(hold.cue_sample - round(hold.plan.quiet_s * hold.fs_hz))


def _onset_s(hold: Hold, ticks: HoldTicks, column: int, delays: ChainDelays) -> float | None:
    """Seconds from set to the noise-based onset; the baseline is the quiet posture before the cue."""
    assert hold.cue_sample is not None
    assert hold.set_sample is not None
    cue, quiet = ticks.index(hold.cue_sample), _quiet_from(hold, ticks)
    found_s = noise_onset_s(
        ticks.short_uv[quiet:, column], ticks.tick_s, cue - quiet, delays.short_window_s, delays.filter_s
    )
    return None if found_s is None else found_s + (int(ticks.samples[quiet]) - hold.set_sample) / hold.fs_hz


def _cv_pct(rms_uv: FloatArray) -> float | None:
    """Coefficient of variation of the 250 ms RMS over the scored span."""
    present = rms_uv[~np.isnan(rms_uv)]
    if len(present) < 2 or present.mean() <= 0.0:
        return None
    return float(100.0 * present.std(ddof=1) / present.mean())


def score(
    hold: Hold,
    ticks: HoldTicks,
    reference: Reference,
    delays: ChainDelays,
    *,
    number: int,
    set_number: int,
) -> HoldResult:
    """Make the row of a finished hold.

    Parameters
    ----------
    hold : Hold
        Over: its outcome is set.
    ticks : HoldTicks
        Its ticks, from prepare on.
    reference : Reference
        Rest and maximum in force.
    delays : ChainDelays
        Delays to correct latencies for.
    number, set_number : int
        Number of the hold in the session, and of its set.
    """
    assert hold.outcome is not None
    assert hold.end_sample is not None
    side, plan, fs_hz = hold.plan.side, hold.plan, hold.fs_hz
    span, outcome, reason = scored_span(hold), hold.outcome, hold.reason
    spoilt = _spoilt(hold, span, ticks, reference) if delays.raw else set()
    if any(Site.parse(site).side in sides_of(side) for site in spoilt):
        span, outcome, reason = None, Outcome.VOID, "motion"
    muscles = {
        site: muscle_score(site, ticks, None if site in spoilt else span, reference) for site in ticks.sites
    }
    gates = [f"{plan.gate_muscle}_{leg}" for leg in sides_of(side)]
    if outcome.counts and span is not None and span[0] < span[1] and _unread(gates, muscles):
        # gaps too short to void it one by one have left nothing to score
        muscles = {site: muscle_score(site, ticks, None, reference) for site in ticks.sites}
        outcome, reason = Outcome.VOID, "gap"
    if plan.role is Role.TEST and outcome is Outcome.SUCCESS:
        silent = [site for site in gates if not muscles.get(site, SILENT).fires]
        if silent:
            outcome, reason = Outcome.NOT_REACHED, _why_silent(silent[0], ticks, reference)
    trained = plan.role is Role.TRAIN and hold.set_sample is not None
    in_target_s = hold.in_target_s(hold.end_sample) if trained else None
    held_s = _since_set_s(hold, hold.end_sample)
    begun = hold.set_sample if hold.fired_sample is None else hold.fired_sample
    clock_s = None if begun is None else (hold.end_sample - begun) / fs_hz
    return HoldResult(
        hold=number,
        set_number=set_number,
        role=plan.role,
        until=plan.until,
        side=side,
        valid=outcome is not Outcome.VOID,
        invalid_reason=reason if outcome is Outcome.VOID else "",
        outcome=outcome,
        outcome_reason=reason,
        sites={
            site: _timed(scored, site, hold, ticks, reference, delays) for site, scored in muscles.items()
        },
        feedback=plan.feedback is Feedback.ON or hold.shows_levels,
        target_pct=plan.target_pct,
        ceiling_pct=plan.ceiling_pct,
        prepare_sample=hold.prepare_sample,
        cue_sample=hold.cue_sample,
        set_sample=hold.set_sample,
        fired_sample=hold.fired_sample,
        end_sample=hold.end_sample,
        cue_s=None if hold.cue_sample is None else hold.cue_sample / fs_hz,
        set_s=None if hold.set_sample is None else hold.set_sample / fs_hz,
        felt_latency_s=_since_set_s(hold, hold.felt_sample),
        fired_latency_s=_since_set_s(hold, hold.fired_sample),
        held_s=held_s,
        in_target_s=in_target_s,
        in_target_pct=_share_pct(in_target_s, clock_s),
        **quotients(muscles, side),
        lost_samples=hold.lost_samples,
        felt_by=hold.felt_by,
        felt_cued=hold.felt_cued,
    )


def _spoilt(hold: Hold, span: tuple[int, int] | None, ticks: HoldTicks, reference: Reference) -> set[str]:
    """Sites whose level, between the cue and the end, is not only a muscle's."""
    if span is None:
        return set()
    assert hold.cue_sample is not None  # what is scored was set
    cue, start, stop = (ticks.index(sample) for sample in (hold.cue_sample, *span))
    known = {site: ticks.sites.index(site) for site in ticks.sites if site in reference.sites}
    return {
        site
        for site, column in known.items()
        if is_spoilt(
            ticks.power_uv2[cue:, column],
            ticks.sample_uv[cue:, column],
            ticks.tick_s,
            ticks.fs_hz,
            scored=slice(start - cue, stop - cue),
            span_uv=reference.sites[site].span_uv,
        )
    }


def _unread(gates: Sequence[str], muscles: Mapping[str, MuscleScore]) -> bool:
    """Whether a gate muscle has a reference, and yet no level."""
    found = (muscles.get(site, SILENT).result for site in gates)
    return any(muscle.reference is not None and muscle.plateau_uv is None for muscle in found)


def _why_silent(site: str, ticks: HoldTicks, reference: Reference) -> str:
    """Say why a muscle does not count as having worked."""
    if site not in ticks.sites:
        return "not_measured"
    return "below_floor" if site in reference.sites else "no_maximum"


def _quotient(over: MuscleScore, under: MuscleScore) -> float | None:
    return ratio(over.result.pct_mvc, under.result.pct_mvc, over.comparable, under.comparable)


def _since_set_s(hold: Hold, sample: int | None) -> float | None:
    if sample is None or hold.set_sample is None:
        return None
    return (sample - hold.set_sample) / hold.fs_hz


def _share_pct(part_s: float | None, whole_s: float | None) -> float | None:
    return None if part_s is None or not whole_s else 100.0 * (part_s / whole_s)
