"""What whole seconds of unfiltered signal tell about a contact: hum, a missing skin, a twin, motion.

One transform a second serves all five rules. Each gives a score that is 1 at its limit; a complaint
begins when the score was above 1 in every one of the last seconds, and ends below ``STAYS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import BoolArray, FloatArray, IntArray
from emg.filters import HIGH_HZ, HIGH_SHARE, LOW_HZ

ComplexArray = NDArray[np.complex128]

SPECTRAL_RULES: Final = ("mains_50", "mains_60", "weak", "twin", "motion")
"""Worst first. Strong hum is the same wave on every channel and leaks beyond its line: it could hide a
weak input and make a twin of two good ones, so it is told before these. A weak input has no muscle that
could be a twin's, and a wrong wire does not go by itself as motion does."""

MAINS_HZ: Final = (50.0, 60.0)
LASTS_LONG: Final = np.array([True, True, False, False, True])
"""Hum and motion stand in every one of three seconds, the other two rules in two: these sum many lines. In
a single second a burst can look like a line, and a slow muscle at 200 Hz like motion; and one jerk of a
cable is no loose electrode."""

MAINS_RATIO: Final = 5.0
"""Mean density at the mains over that of its neighbours; 0.4-2.0 in 40 clean channels (measured)."""

MAINS_FLOOR_UV: Final = 2.0
"""Hum weaker than this changes no level that counts."""

MAINS_LEAK_HZ: Final = 4.0
"""So far from the mains and its harmonics hum of 500 µV leaks less than 2 µV through the taper."""

WEAK_UV_PER_ROOT_HZ: Final = 0.025
"""Density of a channel that lies on no skin: twice that of an ADS1299 with shorted inputs (0.14 µV RMS at
250 SPS, gain 24), half that of the quietest skin: 1 to 20 µV RMS over some 500 Hz (Huigen, Peper and
Grimbergen 2002, Med Biol Eng Comput 40:332-338), 1.3 µV from 20 to 450 Hz (measured)."""

MOTION_SHARE: Final = 0.25
"""Share of the power at 5-20 Hz; 0.001-0.08 in clean holds, 0.39-0.63 with artefacts (measured)."""

MOTION_FLOOR_UV: Final = 5.0
"""RMS at 5-20 Hz: 0.3-3 µV on relaxed skin (measured), and the band-pass leaves less than half of it."""

MOTION_FROM_HZ: Final = 5.0

TWIN_DIFFERENCE: Final = 0.10
"""Power of the difference (or the sum) of two channels over the sum of their powers: 0 for one signal in
both, 1 for two muscles, 0.2 for a cross-talk of half the amplitude, below 0.05 for one lead seen by two
amplifiers that add 0.28 µV to a rest of 1.3 µV."""

STAYS: Final = 0.6
"""A complaint ends at this share of its limit, so that it does not come and go."""

_SECONDS_BEFORE: Final = 2


@dataclass(frozen=True, slots=True)
class _Lines:
    """Which lines of the spectrum of one second are what."""

    at_mains: tuple[IntArray, ...]
    beside_mains: tuple[IntArray, ...]
    motion: slice
    band: IntArray
    n_band: int


@lru_cache(maxsize=8)
def _lines(n_samples: int, fs_hz: float, mains_hz: Sequence[float]) -> _Lines:
    freq_hz = np.fft.rfftfreq(n_samples, 1.0 / fs_hz)
    away = [np.abs(freq_hz - hz) for hz in mains_hz]
    first, low, high = np.searchsorted(
        freq_hz, (MOTION_FROM_HZ, LOW_HZ, min(HIGH_HZ, HIGH_SHARE * fs_hz)), side="left"
    )
    hums = [np.abs(freq_hz - hz * np.maximum(1.0, np.rint(freq_hz / hz))) <= MAINS_LEAK_HZ for hz in MAINS_HZ]
    band = np.arange(low, high)
    return _Lines(
        tuple(np.flatnonzero(one <= 1.0) for one in away),
        tuple(np.flatnonzero((one >= 3.0) & (one <= 7.0)) for one in away),
        slice(int(first), int(low)),
        band[~np.logical_or(*hums)[band]],
        len(band),
    )


@lru_cache(maxsize=8)
def _hann(n_samples: int) -> FloatArray:
    return np.hanning(n_samples)


class Spectra:
    """Spectra of stretches of unfiltered signal, and what the rules read from them.

    Parameters
    ----------
    rows_uv : ndarray of shape (n_channels, n_stretches, n_samples)
        At least a second in each stretch; what is read from one with a NaN is NaN.
    fs_hz : float
        Sampling rate.
    mains_hz : sequence of float
        50, 60 or both.
    """

    def __init__(self, rows_uv: FloatArray, fs_hz: float, mains_hz: Sequence[float] = MAINS_HZ) -> None:
        n = rows_uv.shape[-1]
        taper = _hann(n)
        tapered = rows_uv - rows_uv.mean(axis=-1, keepdims=True)
        tapered *= taper
        self._spectrum: ComplexArray = np.fft.rfft(tapered)
        self._per_hz: float = 2.0 / (fs_hz * float(np.dot(taper, taper)))
        self._line_hz: float = fs_hz / n
        self._lines = _lines(n, fs_hz, tuple(mains_hz))

    def mains(self) -> tuple[FloatArray, FloatArray]:
        """How far each mains frequency stands out of the spectrum, and how strong it is.

        Returns
        -------
        ratio : ndarray of shape (n_mains, n_channels, n_stretches)
            Mean power density within 1 Hz of the mains over that 3 to 7 Hz beside it.
        hum_uv : ndarray of the same shape
            RMS of the hum, the neighbours' density taken off.
        """
        found = np.empty((2, len(self._lines.at_mains), *self._spectrum.shape[:-1]))
        for index, lines in enumerate(zip(self._lines.at_mains, self._lines.beside_mains, strict=True)):
            at, beside = (self._density(self._spectrum[..., some]) for some in lines)
            around, hum = beside.mean(axis=-1), at.mean(axis=-1)
            floor = np.maximum(1e-12 * hum, np.finfo(np.float64).tiny)  # no signal at all has a ratio of 0
            found[0, index] = hum / np.maximum(around, floor)
            hum_uv2 = np.maximum(at - around[..., None], 0.0).sum(axis=-1)
            found[1, index] = np.sqrt(hum_uv2 * self._line_hz)
        return found[0], found[1]

    def motion_uv2(self) -> FloatArray:
        """Power at 5-20 Hz; shape (n_channels, n_stretches)."""
        power: FloatArray = self._density(self._spectrum[..., self._lines.motion]).sum(axis=-1)
        return power * self._line_hz

    def products_uv2(self) -> FloatArray:
        """Mean products of every two channels in the analysis band, lines of the mains left out.

        Returns
        -------
        ndarray of shape (n_stretches, n_channels, n_channels)
            Power of the band on the diagonal, as if the lines left out were like the others.
        """
        lines = self._lines
        parts = self._spectrum.swapaxes(0, 1).take(lines.band, axis=-1).view(np.float64)
        products: FloatArray = parts @ parts.swapaxes(1, 2)
        return products * (self._per_hz * self._line_hz * lines.n_band / len(lines.band))

    @property
    def band_hz(self) -> float:
        """Width of the analysis band."""
        return self._lines.n_band * self._line_hz

    def _density(self, spectrum: ComplexArray) -> FloatArray:
        density: FloatArray = self._per_hz * (spectrum.real**2 + spectrum.imag**2)
        return density


def difference_of_twins(products_uv2: FloatArray) -> FloatArray:
    """How different each channel is from the one most like it, or most like its negative.

    Parameters
    ----------
    products_uv2 : ndarray of shape (n_stretches, n_channels, n_channels)
        Mean products of every two channels.

    Returns
    -------
    ndarray of shape (n_channels, n_stretches)
        Power of the difference over the sum of the powers: 0 for the same signal, 1 for unrelated ones.
        A difference of amplitude counts: what is only cross-talk is weaker than where it comes from.
    """
    n_channels = products_uv2.shape[-1]
    power = np.diagonal(products_uv2, axis1=1, axis2=2)
    both = np.maximum(power[:, :, None] + power[:, None, :], np.finfo(np.float64).tiny)
    alike = 2.0 * np.abs(products_uv2) / both
    alike[:, np.arange(n_channels), np.arange(n_channels)] = 0.0
    return np.asarray(1.0 - alike.max(axis=-1).T)


class SpectralContact:
    """Complaints that whole seconds give rise to; they hold from one second to the next.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    n_channels : int
        Channels.
    in_uv : bool
        Whether the signal is in microvolts: a rule that needs them says nothing without.
    notched_hz : float or None
        Mains frequency that the chain takes out: hum there is no complaint.
    """

    def __init__(self, fs_hz: float, n_channels: int, *, in_uv: bool, notched_hz: float | None) -> None:
        self._fs_hz = fs_hz
        self._hum_floor = MAINS_FLOOR_UV if in_uv else 0.0
        self._motion_floor = MOTION_FLOOR_UV if in_uv else np.inf
        self._weak_uv2_per_hz = WEAK_UV_PER_ROOT_HZ**2 if in_uv else 0.0
        self._shape = (len(SPECTRAL_RULES), n_channels)
        self.set_notch(notched_hz)

    def set_notch(self, notched_hz: float | None) -> None:
        """Complain about hum at the other frequency only; what was heard is forgotten."""
        self._heeded = np.array([hz != notched_hz for hz in MAINS_HZ])[:, None, None]
        self._scores: FloatArray = np.full((*self._shape, _SECONDS_BEFORE), np.nan)
        self.complaints: BoolArray = np.zeros(self._shape, dtype=np.bool_)

    def __call__(self, seconds_uv: FloatArray, unknown: BoolArray) -> BoolArray:
        """Listen to the next seconds.

        Parameters
        ----------
        seconds_uv : ndarray of shape (n_channels, n_seconds, n_samples)
            Unfiltered signal. A second with a NaN in it, from a gap too long to be bridged, is unknown.
        unknown : ndarray of shape (n_seconds,), bool
            Further seconds that tell nothing, because too much of them was lost.

        Returns
        -------
        ndarray of shape (n_seconds, n_rules, n_channels), bool
            Which rule complains after each second, in the order of ``SPECTRAL_RULES``.
        """
        scores = self._scored(Spectra(seconds_uv, self._fs_hz))
        scores[..., unknown] = np.nan
        scores = np.concatenate((self._scores, scores), axis=-1)
        self._scores = scores[..., -_SECONDS_BEFORE:]
        # the least of the last seconds; one that is not known is NaN, and NaN is above nothing
        lasting = np.minimum(scores[..., 2:], scores[..., 1:-1])
        lasting[LASTS_LONG] = np.minimum(lasting[LASTS_LONG], scores[LASTS_LONG, :, :-2])
        begins, stays = lasting > 1.0, lasting > STAYS
        found = np.empty((len(unknown), *self._shape), dtype=np.bool_)
        for second in range(len(found)):
            found[second] = begins[..., second] | (stays[..., second] & self.complaints)
            self.complaints = found[second]
        return found

    def _scored(self, spectra: Spectra) -> FloatArray:
        """How far each rule is towards its limit; shape (n_rules, n_channels, n_seconds)."""
        ratio, hum_uv = spectra.mains()
        motion_uv2, products = spectra.motion_uv2(), spectra.products_uv2()
        band_uv2 = np.diagonal(products, axis1=1, axis2=2).T
        tiny = np.finfo(np.float64).tiny
        scores = np.empty((*self._shape, products.shape[0]))
        loud = hum_uv / self._hum_floor if self._hum_floor else np.inf
        scores[:2] = np.where(self._heeded, np.minimum(ratio / MAINS_RATIO, loud), 0.0)
        scores[2] = self._weak_uv2_per_hz * spectra.band_hz / np.maximum(band_uv2, tiny)
        scores[3] = TWIN_DIFFERENCE / np.maximum(difference_of_twins(products), 1e-9)
        share = motion_uv2 / np.maximum(motion_uv2 + band_uv2, tiny)
        scores[4] = np.minimum(share / MOTION_SHARE, np.sqrt(motion_uv2) / self._motion_floor)
        return scores
