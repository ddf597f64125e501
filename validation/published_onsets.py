"""Published onset detectors, as references only; none of them is in the product.

Each takes the band-passed signal of one channel, forwards and backwards so that nothing is delayed, and
the length of the quiet baseline before the cue; it gives the times at which it says "on", in seconds.
Lengths that were published in samples are taken in milliseconds at the rates of their authors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from scipy import linalg, signal

from emg.blocks import BoolArray, FloatArray

SMOOTH_HZ: Final = 50.0
HODGES_BUI_SD, HODGES_BUI_WINDOW_S = 3.0, 0.050
SOLNIK_SD, SOLNIK_DWELL_S = 15.0, 0.025
TENAN_SD, TENAN_DWELL_S = 2.0, 0.050
BONATO_FALSE_ALARM, BONATO_WINDOW, BONATO_LEAST_S, BONATO_ORDER = 0.05, 5, 0.030, 4

Detector = Callable[[FloatArray, float, int], FloatArray]


def hodges_bui(emg: FloatArray, fs_hz: float, n_quiet: int) -> FloatArray:
    """Mean of 50 ms of the smoothed rectified signal above the baseline's mean + 3 SD.

    References
    ----------
    Hodges and Bui (1996), Electroencephalogr Clin Neurophysiol 101:511-519.
    """
    smooth = _smooth(np.abs(emg), fs_hz)
    window = round(HODGES_BUI_WINDOW_S * fs_hz)
    ahead = np.convolve(smooth, np.full(window, 1.0 / window), "valid")
    return _starts(ahead > _limit(smooth[:n_quiet], HODGES_BUI_SD), 1, n_quiet) / fs_hz


def solnik(emg: FloatArray, fs_hz: float, n_quiet: int) -> FloatArray:
    """Smoothed Teager-Kaiser energy above the baseline's mean + 15 SD for 25 ms.

    References
    ----------
    Solnik et al. (2010), Eur J Appl Physiol 110:489-498.
    """
    energy = np.zeros_like(emg)
    energy[1:-1] = np.square(emg[1:-1]) - emg[:-2] * emg[2:]
    smooth = _smooth(np.abs(energy), fs_hz)
    above = smooth > _limit(smooth[:n_quiet], SOLNIK_SD)
    return _starts(above, round(SOLNIK_DWELL_S * fs_hz), n_quiet) / fs_hz


def tenan(emg: FloatArray, fs_hz: float, n_quiet: int) -> FloatArray:
    """Linear envelope above the baseline's mean + 2 SD; the dwell is that of ours.

    References
    ----------
    Tenan et al. (2017), PLoS One 12:e0177312, the best of the classic detectors there.
    """
    smooth = _smooth(np.abs(emg), fs_hz)
    above = smooth > _limit(smooth[:n_quiet], TENAN_SD)
    return _starts(above, round(TENAN_DWELL_S * fs_hz), n_quiet) / fs_hz


def bonato(emg: FloatArray, fs_hz: float, n_quiet: int) -> FloatArray:
    """Double threshold: one of five pairs of whitened squares above a chi-square limit, for 30 ms.

    References
    ----------
    Bonato, D'Alessio and Knaflitz (1998), IEEE Trans Biomed Eng 45:287-299.
    """
    white = _whitened(emg, n_quiet)
    white /= white[BONATO_ORDER:n_quiet].std()
    pairs = np.square(white[: len(white) // 2 * 2]).reshape(-1, 2).sum(axis=1)
    single = 1.0 - (1.0 - BONATO_FALSE_ALARM) ** (1.0 / BONATO_WINDOW)
    above = (pairs > -2.0 * math.log(single)).astype(np.int64)
    active = np.convolve(above, np.ones(BONATO_WINDOW, dtype=np.int64), "valid") >= 1
    # a window reaches back to its first pair; the signal begins at its last
    found = _starts(active, round(BONATO_LEAST_S * fs_hz / 2.0), n_quiet // 2)
    return 2.0 * (found + BONATO_WINDOW - 1) / fs_hz


PUBLISHED: Final[Mapping[str, Detector]] = {
    "Hodges and Bui (50 Hz, 3 SD, 50 ms)": hodges_bui,
    "Solnik, TKEO (15 SD, 25 ms)": solnik,
    "Tenan, linear envelope (2 SD, 50 ms)": tenan,
    "Bonato, double threshold (5 %, 30 ms)": bonato,
}


def _smooth(rectified: FloatArray, fs_hz: float) -> FloatArray:
    sos = signal.butter(2, SMOOTH_HZ, "lowpass", fs=fs_hz, output="sos")
    return np.asarray(signal.sosfiltfilt(sos, rectified))


def _limit(quiet: FloatArray, n_sd: float) -> float:
    return float(quiet.mean() + n_sd * quiet.std(ddof=1))


def _starts(above: BoolArray, dwell: int, n_quiet: int) -> FloatArray:
    """Where stretches of at least ``dwell`` begin, from the end of the baseline on."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], above[n_quiet:], [False])).astype(np.int8)))
    start, stop = edges[::2], edges[1::2]
    return np.asarray(n_quiet + start[stop - start >= max(1, dwell)], dtype=np.float64)


def _whitened(emg: FloatArray, n_quiet: int) -> FloatArray:
    """Prediction errors of an autoregressive model of the baseline."""
    quiet = emg[:n_quiet]
    lags = np.array([np.dot(quiet[: n_quiet - lag], quiet[lag:]) for lag in range(BONATO_ORDER + 1)])
    coefficients = linalg.solve_toeplitz(lags[:-1], lags[1:])
    return np.asarray(signal.lfilter(np.concatenate(([1.0], -coefficients)), [1.0], emg))
