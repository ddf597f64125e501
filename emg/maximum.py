"""Rest and maximum out of tick powers: the quietest stretch, and the best window corrected for its luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from emg.blocks import FloatArray

QUIET_S: Final = 5.0
"""Rest is the quietest contiguous stretch of this length."""

REST_LIMIT_UV: Final = 20.0
"""A louder rest is refused: 1.3-5 µV with laboratory systems, 10-16 µV on a passive Cyton (measured)."""

MVC_REST_FACTOR: Final = 5.0
MVC_FLOOR_UV: Final = 20.0
"""A maximum below five times rest or 20 µV is refused: percentages of it would be noise."""

EFFORT_RISE_S: Final = 0.7
"""Reaction and rise at the start of an effort; the rest of it is where a best window can lie."""

PRIOR_CV_PCT: Final = 10.0
"""Repeatability of a maximum before any repetition: within 9-36 % of Norcross et al. (2010)."""

_BANDWIDTHS: Final = ((256.0, 74.0), (1000.0, 134.0))
"""Sampling rate and statistical bandwidth, from the scatter of RMS windows in real steady holds."""


def best_window_s(fs_hz: float) -> float:
    """Length of the window whose highest RMS is the maximum: 1 s at 256 Hz and below, else 0.5 s."""
    return 1.0 if fs_hz <= _BANDWIDTHS[0][0] else 0.5


def window_cv(fs_hz: float, window_s: float) -> float:
    """Coefficient of variation of one RMS window of steady EMG: ``1 / (2 sqrt(B T))``.

    5.8 % for 1 s at 250 Hz and 6.1 % for 0.5 s at 1 kHz.

    References
    ----------
    Bendat and Piersol (2010), Random Data, 4th ed., section 8.2.
    """
    (slow, narrow), (fast, wide) = _BANDWIDTHS
    share = np.clip((math.log(fs_hz) - math.log(slow)) / (math.log(fast) - math.log(slow)), 0.0, 1.0)
    return float(1.0 / (2.0 * math.sqrt((narrow + share * (wide - narrow)) * window_s)))


def luck_of_the_best(fs_hz: float, window_s: float, effort_s: float, n_trials: int) -> float:
    """By how much the best of many noisy windows exceeds the true level, as a factor.

    The expected maximum of a sliding RMS over ``n`` window lengths of steady noise is
    ``1 + cv (sqrt(2 ln n) - 0.13)`` to within 1 % for 1 to 3 trials of 2 to 5 s (simulation).

    Parameters
    ----------
    fs_hz, window_s : float
        Sampling rate and length of the window.
    effort_s : float
        Length of one trial.
    n_trials : int
        Trials that the best was taken from.
    """
    n_windows = n_trials * max(1.0, (effort_s - EFFORT_RISE_S) / window_s)
    expected = max(0.0, math.sqrt(2.0 * math.log(n_windows)) - 0.13) if n_windows > 1.0 else 0.0
    return 1.0 + window_cv(fs_hz, window_s) * expected


def maximum_of(bests_uv: Sequence[float], fs_hz: float, effort_s: float) -> tuple[float, float]:
    """Make a maximum of the best windows of some efforts: the highest, less what it owes to luck.

    Parameters
    ----------
    bests_uv : sequence of float
        Highest RMS over ``best_window_s`` of each effort, µV.
    fs_hz, effort_s : float
        Sampling rate and length of an effort.

    Returns
    -------
    mvc_uv : float
        The maximum, µV, rest still in it.
    cv_pct : float
        Its repeatability.
    """
    luck = luck_of_the_best(fs_hz, best_window_s(fs_hz), effort_s, len(bests_uv))
    return max(bests_uv) / luck, repeatability_pct(bests_uv)


def _sliding_mean(power_uv2: FloatArray, n_ticks: int) -> FloatArray:
    """Mean of every stretch of ``n_ticks``; NaN where any tick of it is missing."""
    if len(power_uv2) < n_ticks:
        return np.empty((0, power_uv2.shape[1]))
    windows = np.lib.stride_tricks.sliding_window_view(power_uv2, n_ticks, axis=0)
    result: FloatArray = windows.mean(axis=-1)
    return result


def quietest_uv(power_uv2: FloatArray, tick_s: float) -> FloatArray:
    """RMS of the quietest 5 s of each site.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks, n_sites)
        Tick powers at rest.
    tick_s : float
        Spacing of the ticks.

    Returns
    -------
    ndarray of shape (n_sites,)
        µV; NaN where no 5 s without a gap were found.
    """
    return np.sqrt(_extreme(_sliding_mean(power_uv2, round(QUIET_S / tick_s)), np.fmin))


def best_uv(power_uv2: FloatArray, tick_s: float, window_s: float) -> FloatArray:
    """Highest RMS over ``window_s`` of each site; NaN where no whole window was found.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks, n_sites)
        Tick powers of one effort.
    tick_s, window_s : float
        Spacing of the ticks, length of the window.
    """
    return np.sqrt(_extreme(_sliding_mean(power_uv2, round(window_s / tick_s)), np.fmax))


def _extreme(means: FloatArray, pick: np.ufunc) -> FloatArray:
    if len(means) == 0:
        return np.full(means.shape[1], np.nan)
    result: FloatArray = pick.reduce(means, axis=0)
    return result


def repeatability_pct(bests_uv: Sequence[float]) -> float:
    """Coefficient of variation of the trials' bests, drawn towards the prior by one trial's weight."""
    n = len(bests_uv)
    if n < 2:
        return PRIOR_CV_PCT
    cv_pct = 100.0 * float(np.std(bests_uv, ddof=1) / np.mean(bests_uv))
    return math.sqrt((PRIOR_CV_PCT**2 + (n - 1) * cv_pct**2) / n)
