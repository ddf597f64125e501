"""What no muscle makes: knocks on a cable, a swinging wire, hum, and more microvolts than a muscle has.

What stands out of its own effort as no steady EMG does is taken for a knock; a moving cable and hum are told
by their spectrum.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from scipy import signal, special

from emg.blocks import BoolArray, FloatArray
from emg.filters import MIN_RAW_FS_HZ
from emg.spectrum import usual_bandwidth_hz

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

RINGING_S: Final = 0.400
"""Left out after it where a notch is on, whose time constant is 0.19 s (Q 30 at 50 Hz): a knock of 20 mV at
250 Hz raised maxima by up to 28 % with 0.1 s, and by up to 1 % with this (24 simulated efforts)."""


def without_artefacts(
    power_uv2: FloatArray, tick_s: float, fs_hz: float, n_window: int, *, notched: bool = False
) -> FloatArray:
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
    n_window : int
        Length of a window, ticks; nothing is told of less than one.
    notched : bool
        Whether a notch is on.

    Returns
    -------
    ndarray of the same shape
        NaN at artefacts and 20 ms before to 100 ms after them (400 ms with a notch).
    """
    n_cell = max(1, round(CELL_S / tick_s))
    if len(power_uv2) < n_window:
        return power_uv2
    # what is not known is no artefact, and no measure of one either
    cells: FloatArray = np.lib.stride_tricks.sliding_window_view(power_uv2, n_cell, axis=0).mean(axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(cells, n_window - n_cell + 1, axis=0)
    loudest = np.fmax.reduce(_known_quantile(windows, 0.5), axis=0)
    held = _known_quantile(cells.T, 1.0 - HELD_SHARE)
    limit = np.fmin(cell_limit(fs_hz, n_cell * tick_s) * loudest, JUMP * held)
    hot = np.nan_to_num(cells, nan=0.0) > np.nan_to_num(limit, nan=np.inf)
    return np.where(widened(hot, n_cell, tick_s, notched=notched), np.nan, power_uv2)


@lru_cache(maxsize=16)
def cell_limit(fs_hz: float, cell_s: float) -> float:
    """Power of a cell that steady EMG exceeds once in 100 000 times, over the median of its cells."""
    freedom = 2.0 * usual_bandwidth_hz(fs_hz) * cell_s
    return float(special.chdtri(freedom, CHANCE) / special.chdtri(freedom, 0.5))


def widened(hot: BoolArray, n_cell: int, tick_s: float, *, notched: bool = False) -> BoolArray:
    """Ticks of the hot cells, each by the first of its ticks, and of the guard around them."""
    before_s, after_s = GUARD_S
    before, after = round(before_s / tick_s), round((RINGING_S if notched else after_s) / tick_s)
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
    found: BoolArray = moved(known, tick_s, n_window) | _hums(known, tick_s, n_window)
    return found


def moved(known_uv: FloatArray, tick_s: float, n_window: int) -> BoolArray:
    """Windows with more of their power below the band than a muscle has.

    Parameters
    ----------
    known_uv : ndarray of shape (n_ticks,)
        The band-passed signal at each tick, 0 where it is not known.
    tick_s : float
        Spacing of the ticks.
    n_window : int
        Length of a window, ticks; at most ``n_ticks``.

    Returns
    -------
    ndarray of shape (n_ticks - n_window + 1,)
    """
    ones = np.ones(n_window)
    slow = signal.sosfiltfilt(_motion_filter(tick_s), known_uv, padtype=None)
    below, whole = (np.convolve(np.square(part), ones, "valid") for part in (slow, known_uv))
    result: BoolArray = below > MOTION_SHARE * whole
    return result


def _hums(known_uv: FloatArray, tick_s: float, n_window: int) -> BoolArray:
    """Windows with more of their power in one line of the mains than a muscle has."""
    ones = np.ones(n_window)
    turns = 2.0 * np.pi * tick_s * np.arange(len(known_uv))
    lines = [np.convolve(known_uv * np.exp(-1j * hz * turns), ones, "valid") for hz in HUM_HZ]
    hum = np.max(np.square(np.abs(lines)), axis=0) * 2.0 / n_window
    result: BoolArray = hum > HUM_SHARE * np.convolve(np.square(known_uv), ones, "valid")
    return result


@lru_cache(maxsize=16)
def _motion_filter(tick_s: float) -> FloatArray:
    sections: FloatArray = signal.butter(4, MOTION_TOP_HZ, fs=1.0 / tick_s, output="sos")
    return sections
