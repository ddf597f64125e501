"""Power density of a signal, streamed in bounded memory, and what can be read from it.

The figures take one channel: frequencies and density, both of shape (k,).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import fft, signal

from emg.blocks import BoolArray, FloatArray, IntArray
from emg.filters import MIN_RAW_FS_HZ

SEGMENT_S: Final = 1.0
"""Length of a segment: 1 Hz from bin to bin tells the mains from its neighbours."""

BATCH_SEGMENTS: Final = 16
"""Segments transformed at a time: one at a time costs twice as much, more save nothing."""

MAINS_WIDTH_HZ: Final = 1.0
MAINS_NEIGHBOURS_HZ: Final = (2.0, 6.0)
"""What counts as the mains, and as its neighbours on both sides."""

MOTION_HZ: Final = (5.0, 20.0)
"""Where cables and skin move; below it electrodes drift, above it muscles speak."""

_BANDWIDTHS: Final = ((200.0, 61.0), (250.0, 74.0), (500.0, 110.0), (1000.0, 134.0))
"""Sampling rate and statistical bandwidth: at 250 and 1000 Hz from the scatter of RMS windows in real steady
holds, between and below them from the muscles of the simulation (glute 58 to 115 Hz, hamstring 65 to 173)."""

_ENVELOPE_BANDWIDTH_HZ: Final = 134.0
"""Of an envelope made on the board: it has seen the whole band, however seldom it is sent."""


class WelchSpectrum:
    """Welch's averaged density of any number of channels, the same to the last bit for any cut.

    Hann window, mean of each segment taken off, one-sided: ``scipy.signal.welch`` gives the same on a
    recording without gaps that begins at sample 0. Segments lie on the sample clock's own grid and
    overlap by half; one with a lost sample is skipped.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    n_channels : int
        Columns of the signal.
    segment_s : float
        Length of a segment, at least two samples.

    References
    ----------
    Welch (1967), IEEE Trans Audio Electroacoust 15:70-73.
    """

    def __init__(self, fs_hz: float, n_channels: int, segment_s: float = SEGMENT_S) -> None:
        self._fs_hz = fs_hz
        self._length = round(segment_s * fs_hz)
        if self._length < 2:
            raise ValueError(f"a segment of {segment_s:g} s at {fs_hz:g} Hz has fewer than two samples")
        self._hop = self._length - self._length // 2
        self._stride = BATCH_SEGMENTS * self._hop
        # periodic, as a transform wants it
        self._window: FloatArray = signal.get_window("hann", self._length)
        self._rows = np.full((n_channels, self._stride + self._length - self._hop), np.nan)
        # kept, because a new megabyte for each batch costs more than the transform
        self._tapered = np.empty((n_channels, BATCH_SEGMENTS, self._length))
        self._batch = 0
        self._next_sample = 0
        self._sum = np.zeros((n_channels, self._length // 2 + 1))
        self._count: IntArray = np.zeros(n_channels, dtype=np.int64)

    def push(self, raw: FloatArray, first_sample: int) -> None:
        """Take consecutive samples.

        Parameters
        ----------
        raw : ndarray of shape (n_samples, n_channels)
            In any unit; what is not finite is lost, in its own channel.
        first_sample : int
            Index of ``raw[0]`` on the sample clock; a jump is lost data.

        Raises
        ------
        ValueError
            If the samples begin before the end of the last ones.
        """
        if first_sample < self._next_sample:
            raise ValueError(f"samples from {first_sample} on come after {self._next_sample - 1}")
        start = 0
        while start < len(raw):
            self._turn_to(first_sample + start)
            at = first_sample + start - self._batch * self._stride
            stop = min(len(raw), start + self._rows.shape[1] - at)
            self._rows[:, at : at + stop - start] = raw[start:stop].T
            start = stop
        self._next_sample = first_sample + len(raw)

    @property
    def density(self) -> tuple[FloatArray, FloatArray] | None:
        """Frequencies (k,) in Hz and one-sided density (k, n_channels) in the signal's unit squared per Hz.

        The integral is the variance (Parseval). None before the first whole segment; NaN in a channel
        that had none.
        """
        power, count = self._transformed()
        count = count + self._count
        if not count.any():
            return None
        per_hz = 2.0 / (self._fs_hz * float(np.sum(np.square(self._window))))
        with np.errstate(invalid="ignore"):  # 0 / 0 is NaN: no reading
            density = (self._sum + power).T * per_hz / count
        density[0] /= 2.0  # 0 Hz has no mirror image, nor has half the rate
        if self._length % 2 == 0:
            density[-1] /= 2.0
        return fft.rfftfreq(self._length, 1.0 / self._fs_hz), density

    def _turn_to(self, sample: int) -> None:
        """Bring the batch to which new samples from ``sample`` on belong."""
        if sample < self._batch * self._stride + self._rows.shape[1]:
            return
        power, count = self._transformed()
        self._sum += power
        self._count += count
        overlap = self._rows[:, self._stride :].copy()
        batch = sample // self._stride
        self._rows[:] = np.nan
        # after a longer gap there is no whole segment left in the overlap
        if batch == self._batch + 1:
            self._rows[:, : overlap.shape[1]] = overlap
        self._batch = batch

    def _transformed(self) -> tuple[FloatArray, IntArray]:
        """Sum of |X|² over the batch's whole segments, (n_channels, k), and their number, (n_channels,)."""
        views = np.lib.stride_tricks.sliding_window_view(self._rows, self._length, axis=1)[:, :: self._hop]
        with np.errstate(invalid="ignore", over="ignore"):  # what is not finite spoils its own segment only
            tapered = np.subtract(views, views.mean(axis=2, keepdims=True), out=self._tapered)
            tapered *= self._window
            parts: FloatArray = fft.rfft(tapered, axis=2).view(np.float64)
            np.square(parts, out=parts)
            power: FloatArray = parts[..., ::2] + parts[..., 1::2]
            whole: BoolArray = np.isfinite(power.sum(axis=2))
        power[~whole] = 0.0
        return power.sum(axis=1), whole.sum(axis=1)


def mains_ratio(freq_hz: FloatArray, psd: FloatArray, mains_hz: float) -> float | None:
    """How far the mains stands out: mean density within 1 Hz of it over that 2 to 6 Hz beside it.

    Clean recordings have 0.4 to 2, bad ones 18 to 75,000 (40 real channels).

    Parameters
    ----------
    freq_hz, psd : ndarray of shape (k,)
        Frequencies and density of the unfiltered signal.
    mains_hz : float
        50 or 60, or a harmonic.

    Returns
    -------
    float or None
        None where the neighbours do not fit below half the rate, where bins are too wide to tell the
        mains from them, or where they are empty.
    """
    step_hz = _step_hz(freq_hz)
    near_hz, far_hz = MAINS_NEIGHBOURS_HZ
    fits = far_hz <= mains_hz <= freq_hz[-1] - far_hz
    if not fits or round(near_hz / step_hz) < 2:
        return None
    # each bin stands for half a step to both sides
    width_hz, near_hz, far_hz = (
        MAINS_WIDTH_HZ + step_hz / 2.0,
        near_hz - step_hz / 2.0,
        far_hz + step_hz / 2.0,
    )
    at = _band(freq_hz, psd, mains_hz - width_hz, mains_hz + width_hz)[1]
    below = _band(freq_hz, psd, mains_hz - far_hz, mains_hz - near_hz)[1]
    above = _band(freq_hz, psd, mains_hz + near_hz, mains_hz + far_hz)[1]
    beside = np.concatenate((below, above))
    return _quotient(float(at.mean()), float(beside.mean()))


def motion_share(freq_hz: FloatArray, psd: FloatArray, top_hz: float) -> float | None:
    """Share of the power from 5 Hz up that lies at 5 to 20 Hz, where cables and skin move.

    Clean holds have 0.001 to 0.08, files full of artefacts 0.39 to 0.63.

    Parameters
    ----------
    freq_hz, psd : ndarray of shape (k,)
        Frequencies and density of the unfiltered signal.
    top_hz : float
        Upper end of the whole, usually half the rate.

    Returns
    -------
    float or None
        0 to 1; None without power, or if ``top_hz`` leaves nothing above 20 Hz.
    """
    low_hz, high_hz = MOTION_HZ
    if top_hz <= high_hz:
        return None
    motion, whole = (_band(freq_hz, psd, low_hz, end_hz)[1].sum() for end_hz in (high_hz, top_hz))
    return _quotient(float(motion), float(whole))


def median_frequency_hz(freq_hz: FloatArray, psd: FloatArray, low_hz: float, high_hz: float) -> float | None:
    """Frequency that splits the power of a band in half.

    Parameters
    ----------
    freq_hz, psd : ndarray of shape (k,)
        Frequencies and density; each bin stands for half a step to both sides.
    low_hz, high_hz : float
        Ends of the band, included.

    Returns
    -------
    float or None
        None without power in the band.

    References
    ----------
    Stulen and De Luca (1981), IEEE Trans Biomed Eng 28:515-523.
    """
    inside_hz, density = _band(freq_hz, psd, low_hz, high_hz)
    power = np.concatenate(([0.0], np.cumsum(density)))
    if not power[-1] > 0.0:
        return None
    edges_hz = inside_hz[0] + _step_hz(freq_hz) * (np.arange(len(power)) - 0.5)
    return float(np.interp(power[-1] / 2.0, power, edges_hz))


def mean_frequency_hz(freq_hz: FloatArray, psd: FloatArray, low_hz: float, high_hz: float) -> float | None:
    """Centre of gravity of the power of a band; parameters as for the median frequency.

    Noise at the upper end moves it more than the median.
    """
    inside_hz, density = _band(freq_hz, psd, low_hz, high_hz)
    return _quotient(float(np.dot(inside_hz, density)), float(density.sum()))


def rms_in_band(freq_hz: FloatArray, psd: FloatArray, low_hz: float, high_hz: float) -> float:
    """RMS of what lies in a band, in the unit of the signal; parameters as for the median frequency."""
    return math.sqrt(float(_band(freq_hz, psd, low_hz, high_hz)[1].sum()) * _step_hz(freq_hz))


def statistical_bandwidth_hz(
    freq_hz: FloatArray, psd: FloatArray, low_hz: float, high_hz: float
) -> float | None:
    """Width of the flat spectrum whose RMS would scatter as much: ``(∫S)² / ∫S²``.

    A density averaged over ``m`` segments scatters itself, which reads ``1 + 1/m`` times too narrow.

    Parameters
    ----------
    freq_hz, psd : ndarray of shape (k,)
        Frequencies and density of the signal whose RMS is taken, that is, after its band-pass.
    low_hz, high_hz : float
        Ends of the band, included.

    Returns
    -------
    float or None
        None without power in the band.

    References
    ----------
    Bendat and Piersol (2010), Random Data, 4th ed., chapter 8.
    """
    density = _band(freq_hz, psd, low_hz, high_hz)[1]
    return _quotient(float(density.sum()) ** 2 * _step_hz(freq_hz), float(np.square(density).sum()))


def usual_bandwidth_hz(fs_hz: float) -> float:
    """Statistical bandwidth of band-passed EMG at a rate; slower than raw EMG can be is an envelope."""
    if fs_hz < MIN_RAW_FS_HZ:
        return _ENVELOPE_BANDWIDTH_HZ
    rates, widths = zip(*_BANDWIDTHS, strict=True)
    return float(np.interp(math.log(fs_hz), np.log(rates), widths))


def rms_cv_pct(bandwidth_hz: float, duration_s: float) -> float:
    """Scatter that an RMS over a window has by chance alone: ``100 / (2 √(B T))``.

    Parameters
    ----------
    bandwidth_hz : float
        Statistical bandwidth of the signal, above 0.
    duration_s : float
        Length of the window, above 0; the formula wants ``B T`` above 5 or so.

    Returns
    -------
    float
        Coefficient of variation in percent, for a steady effort.

    References
    ----------
    Bendat and Piersol (2010), Random Data, 4th ed., chapter 8.
    """
    return 100.0 / (2.0 * math.sqrt(bandwidth_hz * duration_s))


def _step_hz(freq_hz: FloatArray) -> float:
    return float(freq_hz[1] - freq_hz[0])


def _band(
    freq_hz: FloatArray, psd: FloatArray, low_hz: float, high_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Bins of a band, ends included.

    Raises
    ------
    ValueError
        If the density is not one channel's, or does not reach the band's end: a band is never bent.
    """
    if psd.shape != freq_hz.shape:
        raise ValueError(f"one channel at a time: frequencies {freq_hz.shape}, density {psd.shape}")
    top_hz = float(freq_hz[-1]) + _step_hz(freq_hz) / 2.0
    if not 0.0 <= low_hz < high_hz <= top_hz:
        raise ValueError(f"a band of {low_hz:g}-{high_hz:g} Hz does not fit a spectrum up to {top_hz:g} Hz")
    inside = (freq_hz >= low_hz) & (freq_hz <= high_hz)
    return freq_hz[inside], psd[inside]


def _quotient(over: float, under: float) -> float | None:
    """None where there is nothing to divide by, or no reading."""
    return float(over) / float(under) if under > 0.0 and math.isfinite(over) else None
