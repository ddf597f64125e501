"""How fast a board really samples, from the times at which its samples came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray

N_BINS: Final = 12
FEWEST_BINS: Final = 6
"""In so many of the twelfths something must come: four seconds of an adapter that gives twice a second."""
FEWEST_SAMPLES: Final = 8
LARGEST_BEND: Final = 0.04
"""From one twelfth to the next the rate is the same as over all, or something was lost between two."""
LARGEST_STEP: Final = 16
"""While the rate is measured a greater step of the counter is damage."""
COUNTER_WRAP: Final = 256


def count_samples(counters: IntArray, last: int | None) -> int:
    """Count the samples sent with some packets, those lost between them included.

    Parameters
    ----------
    counters : ndarray of shape (n,), int64
        The packets' counters of one byte; a damaged one counts as one sample.
    last : int or None
        Counter of the packet before; None if there was none.
    """
    steps = np.diff(counters, prepend=counters[0] - 1 if last is None else last) % COUNTER_WRAP
    return int(np.where((steps >= 1) & (steps <= LARGEST_STEP), steps, 1).sum())


def measure_rate(times_s: FloatArray, numbers: IntArray) -> float | None:
    """Measure a sampling rate.

    A sample may come late but never early, so only the earliest of each twelfth of the time is looked
    at; the median slope between those is not moved by some that are all late (Theil and Sen).

    Parameters
    ----------
    times_s : ndarray of shape (n,), float64
        When something came, ascending.
    numbers : ndarray of shape (n,), int64
        Samples so far, ascending.

    Returns
    -------
    float or None
        In hertz; None if too little came, or if much was lost meanwhile: no line fits then.
    """
    if len(times_s) < FEWEST_BINS or not times_s[-1] > times_s[0]:
        return None
    span_s, span = float(times_s[-1] - times_s[0]), int(numbers[-1] - numbers[0])
    if span < FEWEST_SAMPLES:
        return None
    late_s = times_s - numbers * (span_s / span)
    bins = np.minimum((times_s - times_s[0]) / span_s * N_BINS, N_BINS - 1).astype(np.int64)
    earliest = np.array([np.flatnonzero(bins == k)[np.argmin(late_s[bins == k])] for k in np.unique(bins)])
    fresh_s, fresh = times_s[earliest], numbers[earliest]
    first, second = np.triu_indices(len(earliest), k=1)
    far = fresh[second] - fresh[first] >= span / 3.0
    if len(earliest) < FEWEST_BINS or not far.any():
        return None
    step_s = float(np.median(((fresh_s[second] - fresh_s[first]) / (fresh[second] - fresh[first]))[far]))
    neighbours_s = float(np.median(np.diff(fresh_s) / np.maximum(np.diff(fresh), 1)))
    if abs(neighbours_s / step_s - 1.0) > LARGEST_BEND:
        return None
    return 1.0 / step_s


def settle_rate(
    measured_hz: float, promised_hz: Mapping[float, float], tolerance: float
) -> tuple[float, float]:
    """Choose between what was measured and what is known of a board.

    Parameters
    ----------
    measured_hz : float
        As measured, with an error of some tenths of a percent.
    promised_hz : mapping of float to float
        Rates that such boards are known to give, each with the one that they say they give; may be empty.
    tolerance : float
        A rate that is known is taken if it is off by no more than this share.

    Returns
    -------
    tuple of (float, float)
        The rate to count by, and the one that was promised.
    """
    measured_hz = float(f"{measured_hz:.4g}")  # more digits than that are noise
    if not promised_hz:
        return measured_hz, measured_hz
    known_hz = min(promised_hz, key=lambda rate_hz: abs(measured_hz / rate_hz - 1.0))
    is_known = abs(measured_hz / known_hz - 1.0) <= tolerance
    return known_hz if is_known else measured_hz, promised_hz[known_hz]
