"""When a muscle starts: latency to its own plateau, and the noise-based onset kept for research.

Both work on the ticks of a hold that is over, so nothing here delays the live bars.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import linalg, signal

from emg.blocks import FloatArray
from emg.bursts import MIN_PRESENT, ONSET_DWELL_S, ONSET_SD, Burst, BurstFinder, find_bursts, noise_baseline

__all__ = [
    "MIN_PRESENT",
    "ONSET_DWELL_S",
    "ONSET_SD",
    "Burst",
    "BurstFinder",
    "envelope_latency_s",
    "find_bursts",
    "mean_power",
    "noise_baseline",
    "noise_onset_s",
    "plateau_latency_s",
    "plateau_uv",
    "whitened",
]

PLATEAU_SHARE: Final = 0.75
"""A muscle "is on" at this share of its own plateau: the rule of Nu-Tek's clinical statistics."""

STAY_S: Final = 0.250
"""An envelope has come to it once it stays for so long."""

RISE_TIMES_S: Final = (0.06, 0.10, 0.14, 0.20, 0.28, 0.40, 0.60, 0.90)
"""Durations of rise that are taken as equally likely, from a jerk to a slow squeeze."""

AR_ORDER: Final = 4
"""Order of the model that whitens: higher ones gain nothing at 250 Hz (simulation)."""

EVIDENCE_PER_TICK: Final = 0.3
"""Share of a tick that counts as evidence: below 1, since the model of a rise is only a model."""

POSTURE_SHARE: Final = 0.25
"""A muscle at work to keep the posture is first taken to be at this share of its plateau, not at rest."""

RISE_MARGIN_S: Final = 0.3
LEVEL_S: Final = 0.4
"""The levels on both sides of a rise are taken this far from its crossing, over at least this long."""


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
    sample_uv: FloatArray,
    tick_s: float,
    *,
    quiet_to: int,
    scored_from: int,
    rest_share: float,
    delay_s: float,
) -> float | None:
    """Time at which the level first comes to 75 % of its plateau and stays.

    The signal is whitened with an autoregressive model of its own scored span, because neighbouring
    samples of EMG say almost the same; then a rise from one steady level to another, S-shaped and of
    unknown duration, is fitted by maximum likelihood for Gaussian EMG of changing variance, and the
    crossing is averaged over all rises in proportion to their likelihood.

    On simulated EMG at 250 and 1000 Hz, for rises of 100 to 400 ms to 4 to 23 times rest, the median error
    is within 15 ms and its standard deviation 10 ms (fast, strong) to 34 ms (slow, weak). The first lasting
    crossing of a 100 ms RMS has 28 to 43 ms and misses by more than 90 ms in 1.5 to 4 % of holds: noise
    makes a steady envelope dip below 75 %. Work for the posture up to half the plateau is told apart if it
    is there before the cue; begun after the cue, from 40 % of the plateau on, it is taken for the rise.

    Parameters
    ----------
    sample_uv : ndarray of shape (n_ticks,)
        Band-passed signal at the ticks, from the quiet posture to the end of the scored span; NaN where
        lost.
    tick_s : float
        Spacing of the ticks.
    quiet_to : int
        Tick of the cue: from it on the rise is looked for.
    scored_from : int
        Tick at which the scored span begins; it ends with the array.
    rest_share : float
        Share of rest in the power of the scored span; the quiet posture counts where it is quieter.
    delay_s : float
        Group delay of the filter, taken off.

    Returns
    -------
    float or None
        Seconds from the cue; close to 0 where the muscle was on already. None if the signal does not
        rise above its rest.

    References
    ----------
    Clancy and Hogan (1994), IEEE Trans Biomed Eng 41:159-167: whitening before amplitude estimation.
    Staude and Wolf (1999), Med Eng Phys 21:449-467: onsets as changes of variance.
    """
    power = np.square(whitened(sample_uv, scored_from))
    after = _level(power[scored_from:], tick_s, 0.0)
    rest = min(rest_share * after, _level(power[:quiet_to], tick_s, after))
    level = after - rest
    if level <= 0.0:
        return None
    threshold = rest + PLATEAU_SHARE**2 * level
    before = max(rest, POSTURE_SHARE**2 * level)
    posture = _level(power[max(0, quiet_to - round(LEVEL_S / tick_s)) : quiet_to], tick_s, 0.0)
    if posture < 0.9 * threshold:
        before = max(before, posture)
    power, scored_from = power[quiet_to:], scored_from - quiet_to
    crossing_s = 0.0
    # standing on one leg the muscle is not at rest before it rises, and a rise inside the scored span
    # lowers its mean: the second pass takes both levels from the two sides of the first one's crossing
    for _ in range(2):
        crossing_s = _fitted_crossing_s(power, tick_s, before, after, threshold)
        margin = round(RISE_MARGIN_S / tick_s)
        crossed = round(crossing_s / tick_s)
        before = min(_level(power[: max(0, crossed - margin)], tick_s, before), 0.9 * threshold)
        steady = power[max(scored_from, crossed + margin) :]
        after = max(_level(steady, tick_s, after), 1.05 * threshold)
    return crossing_s - delay_s


def envelope_latency_s(
    envelope_uv: FloatArray, tick_s: float, *, rest_uv: float, level_uv: float
) -> float | None:
    """Time at which an envelope first comes to 75 % of its plateau and stays there for 250 ms.

    As coarse as the board's own samples and the smoothing that it has done, neither of which is known
    here well enough to be corrected.

    Parameters
    ----------
    envelope_uv : ndarray of shape (n_ticks,)
        What the board sent from the cue on; NaN where lost.
    tick_s : float
        Spacing of the ticks.
    rest_uv, level_uv : float
        Rest, and the plateau with rest removed.

    Returns
    -------
    float or None
        Seconds from the cue, 0 where the muscle was on already; None if it never stays.
    """
    threshold = math.hypot(PLATEAU_SHARE * level_uv, rest_uv)
    n_stay = max(1, round(STAY_S / tick_s)) + 1
    if len(envelope_uv) < n_stay:
        return None
    above = envelope_uv >= threshold  # what was lost is not above
    stays = np.lib.stride_tricks.sliding_window_view(above, n_stay).all(axis=-1)
    if not stays.any():
        return None
    first = int(stays.argmax())
    if first == 0 or not envelope_uv[first - 1] < threshold:
        return first * tick_s
    before, after = float(envelope_uv[first - 1]), float(envelope_uv[first])
    return (first - 1 + (threshold - before) / (after - before)) * tick_s


def whitened(sample_uv: FloatArray, model_from: int) -> FloatArray:
    """Take out what each sample could be predicted from the ones before it.

    Parameters
    ----------
    sample_uv : ndarray of shape (n_ticks,)
        Band-passed signal; NaN where lost.
    model_from : int
        The autoregressive model is made of the samples from here on.

    Returns
    -------
    ndarray of shape (n_ticks,)
        Prediction errors, µV; NaN where a sample or one that predicts it was lost.

    References
    ----------
    Yule-Walker equations; Kay (1988), Modern Spectral Estimation, section 7.3.
    """
    lost = np.isnan(sample_uv)
    known = np.where(lost, 0.0, sample_uv)
    span = known[model_from:]
    lags = np.array([np.dot(span[: len(span) - lag], span[lag:]) for lag in range(AR_ORDER + 1)])
    if lags[0] <= 0.0:
        return np.full_like(sample_uv, np.nan)
    lags[0] *= 1.0 + 1e-4  # keeps the equations solvable for a pure line
    coefficients = linalg.solve_toeplitz(lags[:-1], lags[1:])
    errors: FloatArray = signal.lfilter(np.concatenate(([1.0], -coefficients)), [1.0], known)
    spoilt = np.convolve(lost, np.ones(AR_ORDER + 1, dtype=np.int64))[: len(lost)] > 0
    spoilt[:AR_ORDER] = True
    errors[spoilt] = np.nan
    return errors


def _level(power: FloatArray, tick_s: float, otherwise: float) -> float:
    """Mean power of a stretch, or what was assumed where the stretch is too short to tell."""
    found = mean_power(power) if len(power) >= round(LEVEL_S / tick_s) else None
    return otherwise if found is None else max(found, 1e-12)


def _fitted_crossing_s(power: FloatArray, tick_s: float, low: float, high: float, threshold: float) -> float:
    """Crossing of the threshold, averaged over rises from low to high by their likelihood."""
    # what was lost speaks neither for nor against a rise
    there = (~np.isnan(power)).astype(np.float64)
    known = np.nan_to_num(power)
    before = np.concatenate(([0.0], np.cumsum(-math.log(low) * there - known / low)))
    after = np.concatenate(([0.0], np.cumsum(-math.log(high) * there - known / high)))
    share = math.sqrt((threshold - low) / (high - low))
    at_threshold = math.acos(1.0 - 2.0 * share) / math.pi
    scores: list[FloatArray] = []
    times_s: list[FloatArray] = []
    for rise_s in RISE_TIMES_S:
        n_rise = max(1, round(rise_s / tick_s))
        if n_rise >= len(power):
            continue
        phase = (np.arange(n_rise) + 0.5) / n_rise
        variance = low + (high - low) * (0.5 - 0.5 * np.cos(np.pi * phase)) ** 2
        during = -np.correlate(there, np.log(variance), "valid") - np.correlate(
            known, 1.0 / variance, "valid"
        )
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
    baseline = noise_baseline(short_uv[:quiet_to])
    if baseline is None:
        return None
    waited = find_bursts(short_uv[quiet_to:], tick_s, *baseline, window_s=window_s, delay_s=delay_s)
    if not waited:
        return None
    return (quiet_to + waited[0].start_tick) * tick_s - window_s / 2.0 - delay_s
