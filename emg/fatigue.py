"""Fatigue as the slide of the median frequency from epoch to epoch or burst to burst.

Within one hold of a few seconds the slope is noise: over 6 epochs of 1 s of a steady simulated hamstring at
1 kHz it has a standard deviation of 94 %/min (400 holds), and a biceps held to failure loses 11 %/min. Take
the trend over the holds of a session, or over contractions to failure, and read it with its standard error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from emg.blocks import FloatArray
from emg.spectrum import median_frequency_hz, rms_in_band

EPOCH_S: Final = 1.0
"""EMG of a steady contraction is stationary for 0.5 to 1 s (CEDE glossary)."""

SEGMENT_S: Final = 0.5
"""Segments within an epoch or burst; shorter spans have no spectrum."""

MIN_EPOCHS: Final = 3
"""Two points always lie on a line."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch or burst: the time of its middle, and median frequency and RMS of the same band."""

    time_s: float
    median_frequency_hz: float
    rms_uv: float


@dataclass(frozen=True, slots=True)
class FatigueTrend:
    """Straight line through the median frequency.

    Attributes
    ----------
    intercept_hz : float
        Median frequency on the line at the first epoch.
    slope_hz_per_s, slope_se_hz_per_s : float
        Slope and its standard error; epochs are taken as independent.
    slope_pct_per_min : float
        Slope in percent of the intercept; negative where the muscle tires.
    n_epochs : int
        Epochs used.
    """

    intercept_hz: float
    slope_hz_per_s: float
    slope_pct_per_min: float
    slope_se_hz_per_s: float
    n_epochs: int


def epoch_spans(n_samples: int, fs_hz: float, epoch_s: float = EPOCH_S) -> list[tuple[int, int]]:
    """Cut a recording into whole epochs, as (start, stop) in samples; what is left over is not used."""
    length = round(epoch_s * fs_hz)
    return [(start, start + length) for start in range(0, n_samples - length + 1, length)]


def epochs(
    raw_uv: FloatArray,
    fs_hz: float,
    spans: Sequence[tuple[int, int]],
    *,
    low_hz: float,
    high_hz: float,
) -> list[Epoch]:
    """Median frequency and RMS of each epoch or burst.

    Parameters
    ----------
    raw_uv : ndarray of shape (n_samples,)
        Unfiltered signal, or one filtered to more than the band; NaN where lost.
    fs_hz : float
        Sampling rate.
    spans : sequence of (start, stop)
        In samples. Those with a lost sample, without power or shorter than half a second are left out.
    low_hz, high_hz : float
        Band in which both are taken.

    Returns
    -------
    list of Epoch
        In the order of the spans.
    """
    segment = round(SEGMENT_S * fs_hz)
    found: list[Epoch] = []
    for start, stop in spans:
        part = raw_uv[start:stop]
        if len(part) < segment or not np.isfinite(part).all():
            continue
        freq_hz, psd = signal.welch(part, fs_hz, nperseg=segment)
        median_hz = median_frequency_hz(freq_hz, psd, low_hz, high_hz)
        if median_hz is not None:
            time_s = (start + stop) / 2.0 / fs_hz
            found.append(Epoch(time_s, median_hz, rms_in_band(freq_hz, psd, low_hz, high_hz)))
    return found


def fatigue_trend(found: Sequence[Epoch]) -> FatigueTrend | None:
    """Fit a line through the median frequency, by least squares; None with fewer than three epochs."""
    time_s = np.array([epoch.time_s for epoch in found])
    median_hz = np.array([epoch.median_frequency_hz for epoch in found])
    n = len(found)
    if n < MIN_EPOCHS or time_s.max() == time_s.min():
        return None
    from_mean_s = time_s - np.mean(time_s)
    sum_squares = float(np.dot(from_mean_s, from_mean_s))
    slope = float(np.dot(from_mean_s, median_hz)) / sum_squares
    on_line = np.mean(median_hz) + slope * from_mean_s
    intercept = float(on_line[0])
    if intercept <= 0.0:
        return None
    error = math.sqrt(float(np.sum(np.square(median_hz - on_line))) / (n - 2) / sum_squares)
    return FatigueTrend(intercept, slope, 60.0 * 100.0 * slope / intercept, error, n)
