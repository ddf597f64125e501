"""Rest and maximum out of tick powers: the quietest stretch, and the best window corrected for its luck.

A best window is looked for only where nothing but a muscle can have made it: what stands out of its own
effort as no steady EMG does is taken for a knock on a cable or a wire, and left out; so is a window with
the spectrum of a moving cable or of hum, or of a height that no muscle reaches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from scipy import signal, special

from emg.blocks import BoolArray, FloatArray
from emg.envelope import BRIDGE_S, MIN_VALID_SHARE
from emg.filters import MIN_RAW_FS_HZ

QUIET_S: Final = 5.0
"""Rest is the quietest contiguous stretch of this length."""

REST_LIMIT_UV: Final = 20.0
"""A louder rest is refused: 1.3-5 µV with laboratory systems, 10-16 µV on a passive Cyton (measured)."""

MVC_REST_FACTOR: Final = 5.0
MVC_FLOOR_UV: Final = 20.0
"""A maximum below five times rest or 20 µV is refused: percentages of it would be noise."""

EFFORT_RISE_S: Final = 0.7
"""Reaction and rise at the start of an effort; the rest of it is where a best window can lie."""

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

_BANDWIDTHS: Final = ((200.0, 61.0), (250.0, 74.0), (500.0, 110.0), (1000.0, 134.0))
"""Sampling rate and statistical bandwidth: at 250 and 1000 Hz from the scatter of RMS windows in real steady
holds, between and below them from the muscles of the simulation (glute 58 to 115 Hz, hamstring 65 to 173)."""

_ENVELOPE_BANDWIDTH_HZ: Final = 134.0
"""Of an envelope made on the board: it has seen the whole band, however seldom it is sent."""

CELL_S: Final = 0.040
"""Artefacts are looked for in powers over this time, about as long as a knock rings in the band-pass."""

CHANCE: Final = 1e-5
"""How seldom steady EMG makes a cell that is called an artefact."""

JUMP: Final = 25.0
HELD_SHARE: Final = 0.25
"""Nor is a longer stretch muscle that is five times as loud, in RMS, as the quarter of its effort that was
the loudest: 254 against 17 µV in a real cable artefact (measured)."""

MOTION_TOP_HZ: Final = 22.0
MOTION_SHARE: Final = 0.20
"""Motion leaks through the 20 Hz corner: a window with more of its power below 22 Hz is not a muscle's. At
most 0.11 in 3600 simulated efforts and 0.15 in 76 clean real channels, resampled to 250 to 2000 Hz
(measured); below the limit motion adds at most 12 % to an RMS."""

HUM_HZ: Final = (50.0, 60.0)
HUM_SHARE: Final = 0.30
"""Nor is one with more of its power in one line of the mains: at most 0.25 and 0.24 in the same efforts and
channels, 0.97 and more in a channel that hums (measured)."""

MAX_RMS_UV: Final = 3000.0
"""Nor is an effort with a window of a greater RMS: surface EMG reaches 10 mV from peak to peak, 1.5 mV RMS
(De Luca 2002, Surface Electromyography: Detection and Recording), and this is twice as much."""

GUARD_S: Final = (0.020, 0.100)
"""Left out before and after an artefact: it comes up before it stands out, and rings for nine time constants
of the 20 Hz corner afterwards."""


def best_window_s(fs_hz: float) -> float:
    """Length of the window whose highest RMS is the maximum: 1 s at 256 Hz and below, else 0.5 s."""
    return SLOW_WINDOW_S if fs_hz <= SLOW_FS_HZ else WINDOW_S


def bandwidth_hz(fs_hz: float) -> float:
    """Statistical bandwidth of band-passed EMG at a rate; slower than raw EMG can be is an envelope."""
    if fs_hz < MIN_RAW_FS_HZ:
        return _ENVELOPE_BANDWIDTH_HZ
    rates, widths = zip(*_BANDWIDTHS, strict=True)
    return float(np.interp(math.log(fs_hz), np.log(rates), widths))


def window_cv(fs_hz: float, window_s: float) -> float:
    """Coefficient of variation of one RMS window of steady EMG: ``1 / (2 sqrt(B T))``.

    5.8 % for 1 s at 250 Hz and 6.1 % for 0.5 s at 1 kHz.

    References
    ----------
    Bendat and Piersol (2010), Random Data, 4th ed., section 8.2.
    """
    return 1.0 / (2.0 * math.sqrt(bandwidth_hz(fs_hz) * window_s))


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
    return np.sqrt(_extreme(np.where(usable, power, np.nan), np.fmin))


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


def without_artefacts(power_uv2: FloatArray, tick_s: float, fs_hz: float) -> FloatArray:
    """Leave out what no muscle makes: spikes and knocks, whatever their height.

    A cell of 40 ms is an artefact if its power exceeds the median of the loudest window by more than
    steady EMG of that bandwidth does once in 100 000 cells. The loudest window is that of the highest
    median, so who pushes late, or lets go early, is not held against his own rest.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks, n_sites)
        Tick powers of one effort, NaN where they are not known.
    tick_s, fs_hz : float
        Spacing of the ticks, sampling rate.

    Returns
    -------
    ndarray of the same shape
        NaN at artefacts and 20 ms before to 100 ms after them.
    """
    n_cell = max(1, round(CELL_S / tick_s))
    n_window = round(best_window_s(fs_hz) / tick_s)
    if len(power_uv2) < n_window:
        return power_uv2
    # what is not known is no artefact, and no measure of one either
    cells = _sliding_mean(power_uv2, n_cell)
    windows = np.lib.stride_tricks.sliding_window_view(cells, n_window - n_cell + 1, axis=0)
    loudest = _known_max(_known_quantile(windows, 0.5))
    held = _known_quantile(cells.T, 1.0 - HELD_SHARE)
    limit = np.fmin(_cell_limit(fs_hz, n_cell * tick_s) * loudest, JUMP * held)
    hot = np.nan_to_num(cells, nan=0.0) > np.nan_to_num(limit, nan=np.inf)
    return np.where(_widened(hot, n_cell, tick_s), np.nan, power_uv2)


@lru_cache(maxsize=16)
def _cell_limit(fs_hz: float, cell_s: float) -> float:
    """Power of a cell that steady EMG exceeds once in 100 000 times, over the median of its cells."""
    freedom = 2.0 * bandwidth_hz(fs_hz) * cell_s
    return float(special.chdtri(freedom, CHANCE) / special.chdtri(freedom, 0.5))


def _widened(hot: BoolArray, n_cell: int, tick_s: float) -> BoolArray:
    """Ticks of the hot cells and of the guard around them."""
    before, after = (round(guard_s / tick_s) for guard_s in GUARD_S)
    n_ticks = len(hot) + n_cell - 1
    wide: BoolArray = np.zeros((n_ticks, hot.shape[1]), dtype=np.bool_)
    for first, column in zip(*np.nonzero(hot), strict=True):
        wide[max(0, first - before) : first + n_cell + after, column] = True
    return wide


def _known_quantile(rows: FloatArray, share: float) -> FloatArray:
    """Quantile along the last axis of what is known, NaN where less than half of it is."""
    known = np.isfinite(rows).sum(axis=-1)
    ranked = np.sort(rows, axis=-1)  # NaN comes last
    at = np.clip((share * (known - 1)).astype(np.int64), 0, rows.shape[-1] - 1)
    found: FloatArray = np.take_along_axis(ranked, at[..., None], axis=-1)[..., 0]
    return np.where(known >= 0.5 * rows.shape[-1], found, np.nan)


def _known_max(rows: FloatArray) -> FloatArray:
    result: FloatArray = np.fmax.reduce(rows, axis=0)
    return result


def no_muscle(sample_uv: FloatArray, tick_s: float, fs_hz: float, n_window: int) -> BoolArray:
    """Tell the windows whose spectrum is that of a moving cable or of hum.

    Ticks are 4 ms apart at any rate, so that above 250 Hz this is an aliased spectrum: what lies above
    125 Hz is spread over all lines, and no more than thins out the shares of the others.

    Parameters
    ----------
    sample_uv : ndarray of shape (n_ticks,)
        The band-passed signal at each tick, NaN where it is not known.
    tick_s, fs_hz : float
        Spacing of the ticks, sampling rate.
    n_window : int
        Length of a window, ticks; at most ``n_ticks``.

    Returns
    -------
    ndarray of shape (n_ticks - n_window + 1,)
        True where a window is no muscle's. An envelope, which has no spectrum of a muscle, is never judged:
        it is slow, or nowhere below zero.
    """
    known = np.nan_to_num(sample_uv)
    if fs_hz < MIN_RAW_FS_HZ or known.min() >= 0.0:
        return np.zeros(len(known) - n_window + 1, dtype=np.bool_)
    ones = np.ones(n_window)
    whole = np.convolve(np.square(known), ones, "valid")
    slow = signal.sosfiltfilt(_motion_filter(tick_s), known, padtype=None)
    motion = np.convolve(np.square(slow), ones, "valid")
    turns = 2.0 * np.pi * tick_s * np.arange(len(known))
    lines = [np.convolve(known * np.exp(-1j * hz * turns), ones, "valid") for hz in HUM_HZ]
    hum = np.max(np.square(np.abs(lines)), axis=0) * 2.0 / n_window
    found: BoolArray = (motion > MOTION_SHARE * whole) | (hum > HUM_SHARE * whole)
    return found


@lru_cache(maxsize=16)
def _motion_filter(tick_s: float) -> FloatArray:
    sections: FloatArray = signal.butter(4, MOTION_TOP_HZ, fs=1.0 / tick_s, output="sos")
    return sections


def best_of_effort_uv(
    power_uv2: FloatArray,
    tick_s: float,
    fs_hz: float,
    sample_uv: FloatArray | None = None,
    ceiling_uv: float = math.inf,
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

    Returns
    -------
    float or None
        µV; None if nothing is left of the steady part of the effort to judge it by, or no muscle made it.
    """
    clean = without_artefacts(power_uv2[:, None], tick_s, fs_hz)[:, 0]
    n_window = round(best_window_s(fs_hz) / tick_s)
    if len(clean) < n_window:
        return None
    if sample_uv is not None:
        foreign = no_muscle(np.where(np.isnan(clean), np.nan, sample_uv), tick_s, fs_hz, n_window)
        clean = np.where(np.convolve(foreign, np.ones(n_window)) > 0.5, np.nan, clean)
    windows = np.lib.stride_tricks.sliding_window_view(clean, n_window)
    n_known = np.isfinite(windows).sum(axis=-1)
    power = np.nansum(windows, axis=-1) / np.maximum(n_known, 1)
    usable = n_known >= MIN_VALID_SHARE * n_window
    if (power[usable] > ceiling_uv**2).any():  # nor are the windows that have only a part of it
        return None
    if not usable[round(EFFORT_RISE_S / tick_s) :].any():
        return None
    return math.sqrt(float(power[usable].max()))


def steady_uv(
    power_uv2: FloatArray,
    tick_s: float,
    fs_hz: float,
    sample_uv: FloatArray | None = None,
    ceiling_uv: float = math.inf,
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

    Returns
    -------
    float or None
        µV; None if more than a fifth of it is not known, or no muscle has made it.
    """
    first = round(STEADY_FROM_S / tick_s)
    clean = without_artefacts(power_uv2[:, None], tick_s, fs_hz)[first:, 0]
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


def _extreme(means: FloatArray, pick: np.ufunc) -> FloatArray:
    if len(means) == 0:
        return np.full(means.shape[1], np.nan)
    result: FloatArray = pick.reduce(means, axis=0)
    return result


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
