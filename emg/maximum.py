"""Rest and maximum out of tick powers: the quietest stretch, and the best window corrected for its luck.

A best window is looked for only where nothing but a muscle can have made it (``emg.artefacts``), by one rule
for the session, the analysis and the library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from emg.artefacts import no_muscle, without_artefacts
from emg.blocks import BoolArray, FloatArray
from emg.envelope import MIN_VALID_SHARE
from emg.gaps import BRIDGE_S
from emg.spectrum import rms_cv_pct, usual_bandwidth_hz

QUIET_S: Final = 5.0
"""Rest is the quietest contiguous stretch of this length."""

REST_LIMIT_UV: Final = 20.0
"""A louder rest is refused: 1.3-5 µV with laboratory systems, 10-16 µV on a passive Cyton (measured)."""

MVC_REST_FACTOR: Final = 5.0
MVC_FLOOR_UV: Final = 20.0
"""A maximum below five times rest or 20 µV is refused: percentages of it would be noise."""

EFFORT_RISE_S: Final = 0.7
"""Reaction and rise at the start of an effort; the rest of it is where a best window can lie."""

LONGEST_EFFORT_S: Final = 5.0
"""No effort that is asked for is longer. A longer stretch is judged in pieces of this length: against minutes
of rest around it, an effort would stand out as a knock does."""

STEADY_FROM_S: Final = 1.0
"""A submaximal effort is taken to be steady from here on."""

PRIOR_CV_PCT: Final = 11.0
"""Repeatability of one effort before any repetition, the noise of its window in it: within the 9-36 % of
Norcross et al. (2010). Root mean square of scatters from 3 to 20 %, which are the ones that intervals are
tried on (``docs/validation.md``)."""

_SD_OF_THE_BEST: Final = (1.0, 0.8256, 0.7480, 0.7012, 0.6690, 0.6449)
"""Standard deviation of the greatest of one to six standard normal numbers."""

SLOW_FS_HZ: Final = 256.0
SLOW_WINDOW_S, WINDOW_S = 1.0, 0.5
"""Length of the window whose highest RMS is the maximum: the longer one at this rate and below."""


def best_window_s(fs_hz: float) -> float:
    """Length of the window whose highest RMS is the maximum: 1 s at 256 Hz and below, else 0.5 s."""
    return SLOW_WINDOW_S if fs_hz <= SLOW_FS_HZ else WINDOW_S


def window_cv(fs_hz: float, window_s: float) -> float:
    """Coefficient of variation of one RMS window of steady EMG: 5.8 % (250 Hz, 1 s), 6.1 % (1 kHz, 0.5 s)."""
    return rms_cv_pct(usual_bandwidth_hz(fs_hz), window_s) / 100.0


def luck_of_the_best(fs_hz: float, window_s: float, effort_s: float, n_trials: int) -> float:
    """By how much the best of many noisy windows exceeds the true level, as a factor.

    The maximum of a sliding RMS over ``n`` window lengths of steady effort is on average
    ``1 + cv (1.19 sqrt(2 ln n) - 0.465)``: fitted to simulated glutes and hamstrings through the bands of
    200 to 2000 Hz, 1 to 3 efforts of 3 and 5 s. With the bandwidth of the one muscle it is right to 0.6 %;
    one bandwidth for both leaves 2 % (``docs/validation.md``).

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
    expected = max(0.0, 1.19 * math.sqrt(2.0 * math.log(n_windows)) - 0.465)
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
        µV; NaN where no 5 s were found without a gap that is too long to be bridged, and with less than
        a fifth missing in all.
    """
    n_ticks = round(QUIET_S / tick_s)
    if len(power_uv2) < n_ticks:
        return np.full(power_uv2.shape[1], np.nan)
    known = np.isfinite(power_uv2)
    n_known = _sliding_sum(known, n_ticks)
    n_broken = _sliding_sum(_too_long(~known, tick_s), n_ticks)
    power = _sliding_sum(np.where(known, power_uv2, 0.0), n_ticks) / np.maximum(n_known, 1.0)
    usable = (n_broken == 0) & (n_known >= MIN_VALID_SHARE * n_ticks)
    quietest: FloatArray = np.fmin.reduce(np.where(usable, power, np.nan), axis=0)
    return np.sqrt(quietest)


def _too_long(missing: BoolArray, tick_s: float) -> BoolArray:
    """Ticks of the gaps that are longer than what is bridged."""
    n_run = round(BRIDGE_S / tick_s) + 1
    if len(missing) < n_run:
        return np.zeros_like(missing)
    runs = _sliding_sum(missing, n_run) == n_run
    broken: BoolArray = np.zeros_like(missing)
    for into_run in range(n_run):
        broken[into_run : into_run + len(runs)] |= runs
    return broken


def _sliding_sum(values: FloatArray | BoolArray, n_ticks: int) -> FloatArray:
    result: FloatArray = np.lib.stride_tricks.sliding_window_view(values, n_ticks, axis=0).sum(axis=-1)
    return result


def pieces(n_ticks: int, tick_s: float) -> list[slice]:
    """Cut a stretch that somebody chose into efforts to be judged one by one.

    Parameters
    ----------
    n_ticks : int
        Length of the stretch.
    tick_s : float
        Spacing of the ticks.

    Returns
    -------
    list of slice
        One of it all up to ``LONGEST_EFFORT_S``, else pieces of that length, each from the middle of the last
        on: a window lies in one of them, wherever it is.
    """
    hop = round(LONGEST_EFFORT_S / 2.0 / tick_s)
    return [slice(start, min(start + 2 * hop, n_ticks)) for start in range(0, max(1, n_ticks - hop), hop)]


def best_of_effort_uv(
    power_uv2: FloatArray,
    tick_s: float,
    fs_hz: float,
    sample_uv: FloatArray | None = None,
    ceiling_uv: float = math.inf,
    *,
    notched: bool = False,
) -> float | None:
    """Highest RMS window of one effort of one muscle, artefacts and losses left out.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Tick powers from the cue on, NaN where they are not known.
    tick_s, fs_hz : float
        Spacing of the ticks, sampling rate.
    sample_uv : ndarray of shape (n_ticks,) or None
        The band-passed signal at each tick; without it no spectrum is looked at.
    ceiling_uv : float
        No effort with a window above it is a muscle's.
    notched : bool
        Whether a notch is on, which rings on after a knock.

    Returns
    -------
    float or None
        µV; None if nothing is left of the steady part of the effort to judge it by, or no muscle made it.
    """
    n_window = round(best_window_s(fs_hz) / tick_s)
    if len(power_uv2) < n_window:
        return None
    clean = without_artefacts(power_uv2[:, None], tick_s, fs_hz, n_window, notched=notched)[:, 0]
    if sample_uv is not None:
        foreign = no_muscle(np.where(np.isnan(clean), np.nan, sample_uv), tick_s, fs_hz, n_window)
        clean = np.where(np.convolve(foreign, np.ones(n_window)) > 0.5, np.nan, clean)
    windows = np.lib.stride_tricks.sliding_window_view(clean, n_window)
    n_known = np.isfinite(windows).sum(axis=-1)
    power = np.nansum(windows, axis=-1) / np.maximum(n_known, 1)
    usable = n_known >= MIN_VALID_SHARE * n_window
    if (power[usable] > ceiling_uv**2).any():  # nor are the windows that have only a part of it
        return None
    rise = round(EFFORT_RISE_S / tick_s)
    # what is too short to have one begins after it: nobody was cued there
    steady = usable[rise:] if len(usable) > rise else usable
    if not steady.any():
        return None
    return math.sqrt(float(power[usable].max()))


def steady_uv(
    power_uv2: FloatArray,
    tick_s: float,
    fs_hz: float,
    sample_uv: FloatArray | None = None,
    ceiling_uv: float = math.inf,
    *,
    notched: bool = False,
) -> float | None:
    """RMS of the steady part of an effort that is not maximal, artefacts and losses left out.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Tick powers from the cue on, NaN where they are not known.
    tick_s, fs_hz : float
        Spacing of the ticks, sampling rate.
    sample_uv : ndarray of shape (n_ticks,) or None
        The band-passed signal at each tick; without it no spectrum is looked at.
    ceiling_uv : float
        What is above it is no muscle's.
    notched : bool
        Whether a notch is on, which rings on after a knock.

    Returns
    -------
    float or None
        µV; None if more than a fifth of it is not known, or no muscle has made it.
    """
    first = round(STEADY_FROM_S / tick_s)
    n_window = round(best_window_s(fs_hz) / tick_s)
    clean = without_artefacts(power_uv2[:, None], tick_s, fs_hz, n_window, notched=notched)[first:, 0]
    if np.isfinite(clean).sum() < max(1.0, MIN_VALID_SHARE * len(clean)):
        return None
    level_uv = math.sqrt(float(np.nanmean(clean)))
    if sample_uv is not None:
        part_uv = np.where(np.isnan(clean), np.nan, sample_uv[first:])
        if no_muscle(part_uv, tick_s, fs_hz, len(part_uv)).any():
            return None
    return level_uv if level_uv <= ceiling_uv else None


def cv_from(bests_uv: Sequence[float]) -> Literal["trials", "prior"]:
    """Say whether a repeatability has trials in it, or is the prior alone."""
    return "trials" if len(bests_uv) > 1 else "prior"


def repeatability_pct(bests_uv: Sequence[float]) -> float:
    """Error of the maximum of these trials: how it would scatter if all of them were made again.

    The trials' own coefficient of variation, drawn towards the prior by one trial's weight, is that of one
    effort; the best of several scatters less, as the greatest of so many normal numbers does.

    References
    ----------
    Teichroew (1956), Ann Math Stat 27:410-426: tables of order statistics of the normal distribution.
    """
    n = len(bests_uv)
    if n < 2:
        return PRIOR_CV_PCT
    cv_pct = 100.0 * float(np.std(bests_uv, ddof=1) / np.mean(bests_uv))
    one_pct = math.sqrt((PRIOR_CV_PCT**2 + (n - 1) * cv_pct**2) / n)
    return _SD_OF_THE_BEST[min(n, len(_SD_OF_THE_BEST)) - 1] * one_pct
