"""When a muscle starts: latency to its own plateau, and the noise-based onset kept for research.

Both work on ``Activations``' tick powers after a hold is over, so nothing here delays the live bars.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from emg.blocks import FloatArray

PLATEAU_SHARE: Final = 0.75
"""A muscle "is on" at this share of its own plateau: the rule of Nu-Tek's clinical statistics."""

RISE_TIMES_S: Final = (0.06, 0.10, 0.14, 0.20, 0.28, 0.40)
"""Durations of rise that are taken as equally likely, from a jerk to a slow squeeze."""

EVIDENCE_PER_TICK: Final = 0.3
"""Share of a tick that counts as independent evidence: neighbouring samples of band-passed EMG are alike."""

POSTURE_SHARE: Final = 0.25
"""A muscle at work to keep the posture is first taken to be at this share of its plateau, not at rest."""

RISE_MARGIN_S: Final = 0.3
LEVEL_S: Final = 0.4
"""The levels on both sides of a rise are taken this far from its crossing, over at least this long."""

MIN_PRESENT: Final = 0.8
"""A span with more than a fifth of its ticks missing has no reading."""

ONSET_SD: Final = 5.0
"""SD above the quiet baseline: no false fire in 10 minutes at 250 Hz, against 9 with 3 SD (simulation)."""

ONSET_DWELL_S: Final = 0.050
"""Time above the threshold before it counts; after Hodges and Bui (1996) and Solnik et al. (2010)."""


def mean_power(power_uv2: FloatArray) -> float | None:
    """Mean of tick powers, None if more than a fifth of them is missing.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Mean square per tick, NaN where lost.
    """
    present = power_uv2[~np.isnan(power_uv2)]
    if len(power_uv2) == 0 or len(present) < MIN_PRESENT * len(power_uv2):
        return None
    return float(present.mean())


def plateau_uv(power_uv2: FloatArray, rest_uv: float) -> float | None:
    """RMS over the scored span with rest removed in power.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Tick powers of the scored span, µV².
    rest_uv : float
        RMS at rest, µV.
    """
    power = mean_power(power_uv2)
    return None if power is None else math.sqrt(max(0.0, power - rest_uv**2))


def plateau_latency_s(
    power_uv2: FloatArray, tick_s: float, scored_from: int, level_uv: float, rest_uv: float, delay_s: float
) -> float | None:
    """Time at which the level first comes to 75 % of its plateau and stays.

    A rise from rest to a steady level, S-shaped and of unknown duration, is fitted to the tick powers by
    maximum likelihood for Gaussian EMG of changing variance, and the crossing is averaged over all rises
    in proportion to their likelihood. On simulated Cyton EMG (rises of 100 to 400 ms) this has a standard
    deviation of 14 to 28 ms, where the first crossing of a 100 ms RMS has 28 to 43 ms and misses by more
    than 90 ms in 1.5 to 4 % of holds, because noise makes a steady envelope dip below 75 %.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Tick powers from before the rise to the end of the scored span; NaN where lost.
    tick_s : float
        Spacing of the ticks.
    scored_from : int
        Tick at which the scored span begins; it ends with the array.
    level_uv : float
        The plateau (RMS over the scored span, rest removed), µV; must be above 0.
    rest_uv : float
        RMS at rest, µV.
    delay_s : float
        Group delay of the filter, taken off.

    Returns
    -------
    float or None
        Seconds from the first tick; at most 0.1 s or so where the muscle was on from the start.

    References
    ----------
    Staude and Wolf (1999), Med Eng Phys 21:449-467: changes of EMG amplitude as changes of variance.
    """
    known = np.nan_to_num(power_uv2, nan=rest_uv**2)
    before_uv2 = max(rest_uv, POSTURE_SHARE * level_uv) ** 2
    after_uv2 = rest_uv**2 + level_uv**2
    threshold_uv2 = rest_uv**2 + (PLATEAU_SHARE * level_uv) ** 2
    crossing_s = 0.0
    # standing on one leg the muscle is not at rest before it rises, and a rise inside the scored span
    # lowers its mean: the second pass takes both levels from the two sides of the first one's crossing
    for _ in range(2):
        crossing_s = _fitted_crossing_s(known, tick_s, before_uv2, after_uv2, threshold_uv2)
        before_uv2 = _level_uv2(known[: round((crossing_s - RISE_MARGIN_S) / tick_s)], tick_s, before_uv2)
        before_uv2 = min(before_uv2, 0.9 * threshold_uv2)
        steady = known[max(scored_from, round((crossing_s + RISE_MARGIN_S) / tick_s)) :]
        after_uv2 = max(_level_uv2(steady, tick_s, after_uv2), 1.05 * threshold_uv2)
    return crossing_s - delay_s


def _level_uv2(power_uv2: FloatArray, tick_s: float, otherwise_uv2: float) -> float:
    """Mean power of a stretch, or what was assumed where the stretch is too short to tell."""
    long_enough = len(power_uv2) >= round(LEVEL_S / tick_s)
    return max(float(power_uv2.mean()), 1e-12) if long_enough else otherwise_uv2


def _fitted_crossing_s(
    power_uv2: FloatArray, tick_s: float, low: float, high: float, threshold: float
) -> float:
    """Crossing of the threshold (µV²), averaged over rises from low to high by their likelihood."""
    before = np.concatenate(([0.0], np.cumsum(-math.log(low) - power_uv2 / low)))
    after = np.concatenate(([0.0], np.cumsum(-math.log(high) - power_uv2 / high)))
    share = math.sqrt((threshold - low) / (high - low))
    at_threshold = math.acos(1.0 - 2.0 * share) / math.pi
    scores: list[FloatArray] = []
    times_s: list[FloatArray] = []
    for rise_s in RISE_TIMES_S:
        n_rise = max(1, round(rise_s / tick_s))
        if n_rise >= len(power_uv2):
            continue
        phase = (np.arange(n_rise) + 0.5) / n_rise
        variance = low + (high - low) * (0.5 - 0.5 * np.cos(np.pi * phase)) ** 2
        during = -np.log(variance).sum() - np.correlate(power_uv2, 1.0 / variance, "valid")
        start = np.arange(len(during))
        evidence = before[start] + during + after[-1] - after[start + n_rise]
        scores.append(np.asarray(evidence, dtype=np.float64))
        times_s.append(np.asarray((start + at_threshold * n_rise) * tick_s, dtype=np.float64))
    score = np.concatenate(scores)
    weight = np.exp(0.5 * EVIDENCE_PER_TICK * (score - score.max()))
    return float(np.sum(weight * np.concatenate(times_s)) / np.sum(weight))


def noise_onset_s(
    short_uv: FloatArray, tick_s: float, quiet_to: int, window_s: float, delay_s: float
) -> float | None:
    """Noise-based onset: the short envelope rises above its own quiet baseline and stays.

    Parameters
    ----------
    short_uv : ndarray of shape (n_ticks,)
        RMS over a short window; the first ``quiet_to`` ticks are the posture before the cue.
    tick_s : float
        Spacing of the ticks.
    quiet_to : int
        Number of ticks of the quiet baseline.
    window_s : float
        Length of the RMS window; half of it is taken off.
    delay_s : float
        Group delay of the filter, taken off.

    Returns
    -------
    float or None
        Seconds from the first tick, None if never or without a baseline. Biased late for slow rises
        and weak contractions: +54 to +136 ms at 8 times rest, +246 to +558 ms at twice rest (250 Hz).

    References
    ----------
    Hodges and Bui (1996), Electroencephalogr Clin Neurophysiol 101:511-519: mean + k SD of the baseline.
    """
    quiet = short_uv[:quiet_to]
    quiet = quiet[~np.isnan(quiet)]
    if len(quiet) < MIN_PRESENT * quiet_to or len(quiet) < 2:
        return None
    above = short_uv[quiet_to:] > quiet.mean() + ONSET_SD * quiet.std(ddof=1)
    dwell = max(1, round(ONSET_DWELL_S / tick_s))
    run = np.convolve(above.astype(np.int64), np.ones(dwell, dtype=np.int64), "valid")
    starts = np.flatnonzero(run == dwell)
    if len(starts) == 0:
        return None
    return (quiet_to + int(starts[0])) * tick_s - window_s / 2.0 - delay_s
