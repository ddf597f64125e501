"""The analog front ends of boards with a plain converter: what becomes of the electrodes' microvolts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal as dsp

from tests.emulators.misbehaviour import Counts

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """An amplifier and its converter.

    Attributes
    ----------
    gain : float
        From the electrodes to the converter.
    reference_v : float
        Greatest voltage of the converter.
    bits : int
        Its resolution.
    band_hz : tuple of float
        Corners of the coupling and of the low-pass, of first and second order.
    envelope_hz : float or None
        The signal is rectified and smoothed by a low-pass with this corner; None leaves it raw, about the
        middle of the range.
    """

    gain: float
    reference_v: float
    bits: int
    band_hz: tuple[float, float]
    envelope_hz: float | None = None

    def converter(self, fs_hz: float, n_channels: int) -> Converter:
        """Return what turns the microvolts of some channels at some rate into counts."""
        return Converter(self, fs_hz, n_channels)


class EveryNth:
    """Takes every n-th of consecutive samples, however they are cut."""

    def __init__(self) -> None:
        self._n_seen = 0

    def __call__(self, counts: Counts, n: int) -> Counts:
        """Return the rows whose place in the stream is a multiple of ``n``."""
        first = -self._n_seen % n
        self._n_seen += len(counts)
        return counts[first::n]


class Converter:
    """A front end at work; its filters remember.

    Parameters
    ----------
    front_end : FrontEnd
        Its facts.
    fs_hz : float
        Rate at which the electrodes are read; a corner above 0.45 of it is left out.
    n_channels : int
        Channels that are connected, the first of those there are.
    """

    def __init__(self, front_end: FrontEnd, fs_hz: float, n_channels: int) -> None:
        self._front_end = front_end
        self._n_channels = n_channels
        low, high = front_end.band_hz
        sections = [dsp.butter(1, low, "highpass", fs=fs_hz, output="sos")]
        if high < 0.45 * fs_hz:
            sections.append(dsp.butter(2, high, "lowpass", fs=fs_hz, output="sos"))
        self._band = np.concatenate(sections)
        self._band_state: FloatArray | None = None
        corner_hz = front_end.envelope_hz
        self._smooth = None if corner_hz is None else dsp.butter(2, corner_hz, fs=fs_hz, output="sos")
        self._smooth_state = np.zeros((1, 2, n_channels))

    def __call__(self, pairs_uv: FloatArray) -> Counts:
        """Convert consecutive samples.

        Parameters
        ----------
        pairs_uv : ndarray of shape (n_samples, electrodes)
            Potential between the two electrodes of each pair.

        Returns
        -------
        ndarray of shape (n_samples, n_channels), int32
            Counts from 0 to the greatest; a signal too strong stays there.
        """
        inputs_uv = pairs_uv[:, : self._n_channels]
        if not len(inputs_uv):
            return np.empty((0, self._n_channels), dtype=np.int32)
        if self._band_state is None:
            # settled on the electrodes' offset long ago
            self._band_state = dsp.sosfilt_zi(self._band)[:, :, np.newaxis] * inputs_uv[0]
        band_uv, self._band_state = dsp.sosfilt(self._band, inputs_uv, axis=0, zi=self._band_state)
        facts = self._front_end
        most = (1 << facts.bits) - 1
        volts = band_uv * (facts.gain * 1e-6)
        if self._smooth is None:
            volts = volts + facts.reference_v / 2.0
        else:
            volts, self._smooth_state = dsp.sosfilt(
                self._smooth, np.abs(volts), axis=0, zi=self._smooth_state
            )
        counts = np.rint(volts / facts.reference_v * (most + 1))
        return np.asarray(np.clip(counts, 0, most).astype(np.int32))
