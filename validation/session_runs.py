"""Simulated sessions through the product: its chain, its rest and maximum, its scoring, its summary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from calibrations.draft import Way
from calibrations.maximum import ALONE_PCT, METHODS
from calibrations.measurement import MAX_TRIES
from emg.activation import Activations, Reference, SiteReference, percent_mvc
from emg.blocks import FloatArray, IntArray
from emg.bursts import ONSET_SD
from emg.filters import FilterSettings
from emg.maximum import MVC_FLOOR_UV, MVC_REST_FACTOR, best_of_effort_uv, maximum_of, quietest_uv
from emg.montage import Side
from emg.pipeline import ChainSettings
from emg.results import HoldResult, Outcome, Role, Until
from emg.session.evidence import Evidence
from emg.session.summary import summarise
from emg.sets.hold import Hold, HoldPlan
from emg.sets.score import ChainDelays, HoldTicks, score
from emg.sets.zone import DWELL_S
from hardware.simulated_emg import random_for
from validation.onset import our_fires_s
from validation.session_truth import (
    CUE_S,
    EFFORT_S,
    LEAD_S,
    N_EFFORTS,
    N_HOLDS,
    PLAN,
    SET_S,
    SITES,
    Truth,
    draw,
    efforts_uv,
    holds_uv,
    rests_uv,
)
from validation.simulation import chain, run

BATCH: Final = 25
"""Sessions that are filtered side by side."""

COMPARED: Final = ("glute LSI", "ham LSI", "left glute : right ham", "right glute : left ham")
PAIRS: Final = (
    ("glute_left", "glute_right"),
    ("ham_left", "ham_right"),
    ("glute_left", "ham_right"),
    ("glute_right", "ham_left"),
)
"""Numerator and denominator of what is compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the product made of some sessions, beside the truth; NaN where it gave nothing.

    Attributes
    ----------
    compared, compared_low, compared_high, compared_true : ndarray of shape (n_sessions, 4)
        Quotients by ``COMPARED``, as fractions.
    level, level_low, level_high, level_true : ndarray of shape (n_sessions, n_sites)
        Mean of the test holds, %MVC.
    ratio, ratio_true : ndarray of shape (n_sessions, 2)
        Geometric mean of glute over hamstring of the same side, left and right.
    latency_ms, onset_ms, true_latency_ms, true_start_ms : ndarray of shape (n_sessions, n_sites, n_holds)
        From set.
    ramp_ms, strength, rep_cv, effort_cv : ndarray of shape (n_sessions, n_sites)
        Of the truth.
    maximum, rest : ndarray of shape (n_sessions, n_sites)
        Measured over true.
    full : ndarray of shape (n_sessions,)
        1 where the maximum was got the full way.
    void : ndarray of shape (n_sessions, 2 * n_holds)
        1 where a hold was called void, though nothing was wrong with it; the session goes on without it.
    noise_fires, target_fires : ndarray of shape (n_sessions, n_sites)
        At rest: how often the noise-based onset says "on", and the bar comes to the target.
    """

    compared: FloatArray
    compared_low: FloatArray
    compared_high: FloatArray
    compared_true: FloatArray
    level: FloatArray
    level_low: FloatArray
    level_high: FloatArray
    level_true: FloatArray
    ratio: FloatArray
    ratio_true: FloatArray
    latency_ms: FloatArray
    onset_ms: FloatArray
    true_latency_ms: FloatArray
    true_start_ms: FloatArray
    ramp_ms: FloatArray
    strength: FloatArray
    rep_cv: FloatArray
    effort_cv: FloatArray
    maximum: FloatArray
    rest: FloatArray
    full: FloatArray
    void: FloatArray
    noise_fires: FloatArray
    target_fires: FloatArray

    @classmethod
    def joined(cls, parts: Sequence[Found]) -> Found:
        """Put batches together."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, slots=True)
class Job:
    """One batch: which sessions of which kind."""

    seed: int
    fs_hz: float
    way: Way
    ceiling: bool
    number: int
    n_sessions: int


def sessions(
    fs_hz: float, n_sessions: int, seed: int, *, ceiling: bool = False, n_processes: int = 1
) -> Found:
    """Run sessions, half of them with quick maxima and half with full ones.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    n_sessions, seed : int
        How many, and which; the result depends on nothing else.
    ceiling : bool
        How maximal efforts scatter: see ``Truth``.
    n_processes : int
        Batches that are computed at a time.
    """
    jobs = [
        Job(seed, fs_hz, way, ceiling, first // BATCH, min(BATCH, n_sessions // 2 - first))
        for way in N_EFFORTS
        for first in range(0, n_sessions // 2, BATCH)
    ]
    if n_processes == 1:
        return Found.joined([batch(job) for job in jobs])
    # a fork of a process with threads may hang
    with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) as pool:
        return Found.joined(list(pool.map(batch, jobs)))


def batch(job: Job) -> Found:
    """Run one batch."""
    random = random_for(job.seed, "sessions", f"{job.fs_hz:g}", job.way.value, int(job.ceiling), job.number)
    truth = draw(job.fs_hz, job.way, job.n_sessions, random, ceiling=job.ceiling)
    resting = _run(job.fs_hz, rests_uv(truth, random))
    rest_uv = quietest_uv(resting.power_uv2, resting.spacing / job.fs_hz)
    references = _references(truth, rest_uv, random)
    holds = _holds(truth, references, random)
    return _found(truth, references, holds, _fires(truth, resting, references))


def _run(fs_hz: float, raw_uv: FloatArray) -> Activations:
    """Send columns through the chain; give what comes after the filters have settled."""
    levels = run(chain(fs_hz, raw_uv.shape[1]), raw_uv)
    return levels.cut(int(np.searchsorted(levels.samples, round(LEAD_S * fs_hz))))


# --- rest and maximum


def _references(truth: Truth, rest_uv: FloatArray, random: np.random.Generator) -> list[SiteReference | None]:
    """Measure every muscle's maximum; an effort that stands alone is asked for again, then left out."""
    bests: list[list[float]] = [[] for _ in rest_uv]
    for number in range(N_EFFORTS[truth.way] + MAX_TRIES - 1):
        more = [one for one, of_one in enumerate(bests) if _asked(of_one, number, truth.way)]
        if more:
            for one, best_uv in zip(more, _efforts(truth, np.array(more), random), strict=True):
                bests[one] += [] if best_uv is None else [best_uv]
    return [
        _reference(truth, _supported(of_one), float(one)) for of_one, one in zip(bests, rest_uv, strict=True)
    ]


def _asked(bests_uv: Sequence[float], number: int, way: Way) -> bool:
    return number < N_EFFORTS[way] or len(bests_uv) < N_EFFORTS[way] or _alone(bests_uv)


def _alone(bests_uv: Sequence[float]) -> bool:
    """Whether the best effort stands alone, by the rule of ``calibrations.maximum``."""
    ranked = sorted(bests_uv, reverse=True)
    return len(ranked) > 1 and 100.0 * (ranked[0] / ranked[1] - 1.0) > ALONE_PCT


def _supported(bests_uv: list[float]) -> list[float]:
    while _alone(bests_uv):
        bests_uv = [one for one in bests_uv if one < max(bests_uv)]
    return bests_uv


def _efforts(truth: Truth, muscles: IntArray, random: np.random.Generator) -> list[float | None]:
    levels = _run(truth.fs_hz, efforts_uv(truth, muscles, random))
    tick_s = levels.spacing / truth.fs_hz
    columns = zip(levels.power_uv2.T, levels.sample_uv.T, strict=True)
    return [best_of_effort_uv(power_uv2, tick_s, truth.fs_hz, sample_uv) for power_uv2, sample_uv in columns]


def _reference(truth: Truth, bests_uv: Sequence[float], rest_uv: float) -> SiteReference | None:
    """As the session makes it; None where it refuses the maximum."""
    if not bests_uv or math.isnan(rest_uv):
        return None
    mvc_uv, cv_pct = maximum_of(bests_uv, truth.fs_hz, EFFORT_S[truth.way])
    if mvc_uv < max(MVC_REST_FACTOR * rest_uv, MVC_FLOOR_UV):
        return None
    return SiteReference(rest_uv, mvc_uv, METHODS[truth.way], cv_pct)


# --- holds


def _holds(
    truth: Truth, references: Sequence[SiteReference | None], random: np.random.Generator
) -> list[tuple[Reference, list[HoldResult]]]:
    """Score every test hold, session by session."""
    levels = _run(truth.fs_hz, holds_uv(truth, random))
    ticks = HoldTicks.gather([levels])
    delays = ChainDelays(
        FilterSettings.for_rate(truth.fs_hz).delay_s(truth.fs_hz),
        ChainSettings(FilterSettings.for_rate(truth.fs_hz)).short_window_s,
    )
    found = []
    for session in range(len(truth.full_uv)):
        first = session * len(SITES)
        known = zip(SITES, references[first : first + len(SITES)], strict=True)
        reference = Reference({site: one for site, one in known if one is not None})
        plans = [(side, number) for side in Side for number in range(N_HOLDS)]
        results = [
            score(
                _hold(side, truth.fs_hz),
                _of_side(ticks, side, first, number),
                reference,
                delays,
                number=count,
                set_number=1,
            )
            for count, (side, number) in enumerate(plans, start=1)
        ]
        found.append((reference, results))
    return found


def _hold(side: Side, fs_hz: float) -> Hold:
    """Give a test hold that ran its course."""
    hold = Hold(HoldPlan(side=side, role=Role.TEST, until=Until.SET), round(LEAD_S * fs_hz), fs_hz)
    hold.cue_sample = round(CUE_S * fs_hz)
    hold.take_position(round(SET_S * fs_hz))
    hold.finish(round(SET_S * fs_hz) + round(PLAN.hold_s * fs_hz), Outcome.SUCCESS, "")
    return hold


def _of_side(ticks: HoldTicks, side: Side, first: int, number: int) -> HoldTicks:
    """Take the two muscles of one side in one hold out of the columns of all of them."""
    sites = tuple(f"{muscle}_{side}" for muscle in ("glute", "ham"))
    columns = [(first + SITES.index(site)) * N_HOLDS + number for site in sites]
    return HoldTicks(
        sites,
        ticks.tick_s,
        ticks.fs_hz,
        ticks.samples,
        ticks.sample_uv[:, columns],
        ticks.power_uv2[:, columns],
        ticks.rms_uv[:, columns],
        ticks.short_uv[:, columns],
    )


# --- at rest


def _fires(
    truth: Truth, resting: Activations, references: Sequence[SiteReference | None]
) -> tuple[FloatArray, FloatArray]:
    """Count the false fires of each muscle at rest: by noise, and by its bar at the target.

    The baseline is as long as that of a hold. The target is the muscle's own true mean level.
    """
    tick_s = resting.spacing / truth.fs_hz
    n_quiet, n_dwell = round(PLAN.quiet_s / tick_s), round(DWELL_S / tick_s)
    delay_s = FilterSettings.for_rate(truth.fs_hz).delay_s(truth.fs_hz)
    noise = [
        len(our_fires_s(short_uv, tick_s, n_quiet, delay_s, ONSET_SD)) for short_uv in resting.short_uv.T
    ]
    target = []
    for rms_uv, known, level_pct in zip(resting.rms_uv.T, references, truth.level_pct.ravel(), strict=True):
        if known is None:
            target.append(0)
            continue
        over = percent_mvc(rms_uv[n_quiet:], known.rest_uv, known.span_uv) >= level_pct
        lasting = np.convolve(over, np.ones(n_dwell), "valid") > n_dwell - 0.5
        target.append(int(np.count_nonzero(np.diff(lasting.astype(np.int64), prepend=0) == 1)))
    shape = truth.rest_uv.shape
    return np.array(noise, dtype=np.float64).reshape(shape), np.array(target, dtype=np.float64).reshape(shape)


# --- beside the truth


def _found(
    truth: Truth,
    references: Sequence[SiteReference | None],
    holds: Sequence[tuple[Reference, list[HoldResult]]],
    fires: tuple[FloatArray, FloatArray],
) -> Found:
    summaries = [summarise(results, reference, sites=SITES) for reference, results in holds]
    compared = np.array([_compared(summary) for summary in summaries])
    ratios = np.array([_ratios(summary) for summary in summaries])
    kept = [Evidence.of(results, reference, SITES) for reference, results in holds]
    levels = np.array([_levels(evidence) for evidence in kept])
    timed = 1e3 * np.array([_timed(results) for _, results in holds])
    true_pct, shape = truth.level_pct, truth.full_uv.shape
    overs, unders = ([SITES.index(pair[end]) for pair in PAIRS] for end in (0, 1))
    glutes, hams = ([SITES.index(f"{muscle}_{side}") for side in Side] for muscle in ("glute", "ham"))
    # a log-normal level of mean m has the geometric mean m / sqrt(1 + cv²)
    middle_pct = true_pct / np.sqrt(1.0 + np.square(truth.rep_cv))
    known = [(math.nan, math.nan) if one is None else (one.span_uv, one.rest_uv) for one in references]
    full_uv, rest_uv = np.array(known).T.reshape(2, *shape)
    return Found(
        compared=compared[..., 0],
        compared_low=compared[..., 1],
        compared_high=compared[..., 2],
        compared_true=true_pct[:, overs] / true_pct[:, unders],
        level=levels[..., 0],
        level_low=levels[..., 1],
        level_high=levels[..., 2],
        level_true=true_pct,
        ratio=ratios,
        ratio_true=middle_pct[:, glutes] / middle_pct[:, hams],
        latency_ms=timed[..., 0],
        onset_ms=timed[..., 1],
        true_latency_ms=1e3 * truth.latency_s,
        true_start_ms=1e3 * truth.start_s,
        ramp_ms=1e3 * truth.ramp_s,
        strength=truth.strength,
        rep_cv=truth.rep_cv,
        effort_cv=truth.effort_cv,
        maximum=full_uv / truth.full_uv,
        rest=rest_uv / truth.rest_uv,
        full=np.full(shape[0], float(truth.way is Way.FULL)),
        void=np.array([[float(not one.valid) for one in results] for _, results in holds]),
        noise_fires=fires[0],
        target_fires=fires[1],
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _compared(summary: Mapping[str, Any]) -> list[list[float]]:
    """Values and intervals of what is compared, as fractions."""
    told = [
        *((summary[f"{muscle}_lsi_pct"], 100.0) for muscle in ("glute", "ham")),
        *((summary["diagonal"][f"{side}_glute_{side.other}_ham"], 1.0) for side in Side),
    ]
    return [[_number(one[key]) / scale for key in ("value", "low", "high")] for one, scale in told]


def _ratios(summary: Mapping[str, Any]) -> list[float]:
    return [_number(summary["sides"][side.value]["ratio_same_side"]["mean"]) for side in Side]


def _levels(evidence: Evidence) -> list[tuple[float, float, float]]:
    told = [evidence.estimate(site) for site in SITES]
    return [(_number(one.value), _number(one.low), _number(one.high)) for one in told]


def _timed(results: Sequence[HoldResult]) -> list[list[tuple[float, float]]]:
    """Both latencies of each muscle in each of its own side's holds; shape (n_sites, n_holds, 2)."""
    return [
        [
            (_number(one.sites[site].latency_s), _number(one.sites[site].onset_latency_s))
            for one in results
            if site.endswith(f"_{one.side}")
        ]
        for site in SITES
    ]
