"""Causal band-pass and mains notch with their state carried from block to block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from emg.blocks import FloatArray

LOW_HZ: Final = 20.0
"""High-pass corner: De Luca et al. (2010), J Biomech 43:1573-1579."""

HIGH_HZ: Final = 450.0
"""Low-pass corner where the rate allows it: within SENIAM and ISEK (400-500 Hz)."""

HIGH_SHARE: Final = 0.46
"""... and this share of the sampling rate where it does not."""

ORDER: Final = 2
"""Butterworth order per side: 12 dB/octave, the slope De Luca et al. (2010) recommend."""

NOTCH_Q: Final = 30.0
"""Quality factor of the notch: 3-5 % of the RMS is lost to it at 250 Hz, 8-13 % at Q 10 (measured)."""

NOTCH_SHARE: Final = 0.45
"""Harmonics of the mains are notched up to this share of the sampling rate."""

MIN_RAW_FS_HZ: Final = 190.0
"""Slower boards are refused for raw EMG: at 125 Hz nothing above 62 Hz is left to see."""


class BandError(ValueError):
    """The sampling rate cannot carry the band; the message says why."""


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """Corners of the analysis band and the notch; equal in rest, MVC and task.

    Attributes
    ----------
    low_hz, high_hz : float
        -3 dB corners of the causal band-pass.
    notch_hz : float or None
        50 or 60 Hz mains, or None for no notch.
    """

    low_hz: float
    high_hz: float
    notch_hz: float | None = None

    @classmethod
    def for_rate(cls, fs_hz: float, notch_hz: float | None = None) -> FilterSettings:
        """Give the default band: 20 Hz to min(450, 0.46 fs).

        Parameters
        ----------
        fs_hz : float
            Sampling rate.
        notch_hz : float or None
            Mains frequency to take out.

        Raises
        ------
        BandError
            If the rate is too low for raw EMG.
        """
        if not fs_hz >= MIN_RAW_FS_HZ:
            raise BandError(f"{fs_hz:g} samples a second miss most of the EMG: use a board with 200 or more.")
        return cls(LOW_HZ, min(HIGH_HZ, HIGH_SHARE * fs_hz), notch_hz)

    def sections(self, fs_hz: float) -> FloatArray:
        """Design the whole filter as second-order sections.

        Returns
        -------
        ndarray of shape (n_sections, 6)
            Band-pass, then one notch for the mains and each harmonic in reach.

        Raises
        ------
        BandError
            If a corner is at or above half the rate: a band is refused, never bent.
        """
        if not 0.0 < self.low_hz < self.high_hz < fs_hz / 2.0:
            raise BandError(
                f"A band of {self.low_hz:g}-{self.high_hz:g} Hz does not fit {fs_hz:g} samples a second: "
                f"its upper corner must be below {fs_hz / 2.0:g} Hz."
            )
        if self.notch_hz is not None and not self.notch_hz > 0.0:
            raise BandError(f"{self.notch_hz:g} Hz is no mains frequency: use 50, 60 or no notch.")
        parts = [signal.butter(ORDER, (self.low_hz, self.high_hz), "bandpass", fs=fs_hz, output="sos")]
        if self.notch_hz is not None:
            harmonic = self.notch_hz
            while harmonic < NOTCH_SHARE * fs_hz:
                b, a = signal.iirnotch(harmonic, NOTCH_Q, fs=fs_hz)
                parts.append(np.concatenate((b, a))[None, :])
                harmonic += self.notch_hz
        return np.ascontiguousarray(np.vstack(parts), dtype=np.float64)

    def delay_s(self, fs_hz: float) -> float:
        """Mean group delay over the band, weighted with the power it lets through.

        The delay that a latency is corrected for; 6.5 ms at 200 Hz, 4.9 at 250 Hz, 1.1 at 1 kHz.
        """
        freq_hz = np.linspace(self.low_hz, self.high_hz, 256)
        delay = np.zeros_like(freq_hz)
        gain = np.ones_like(freq_hz)
        for section in self.sections(fs_hz)[:ORDER]:
            b, a = section[:3], section[3:]
            delay += signal.group_delay((b, a), w=freq_hz, fs=fs_hz)[1]
            gain *= np.abs(signal.freqz(b, a, worN=freq_hz, fs=fs_hz)[1]) ** 2
        return float(np.sum(delay * gain) / np.sum(gain) / fs_hz)


class CausalFilter:
    """A filter whose state is carried: cutting a recording differently never changes the output.

    It starts at the steady state of its first sample, so that a DC offset of tens of millivolts
    leaves no transient.

    Parameters
    ----------
    settings : FilterSettings
        Corners and notch.
    fs_hz : float
        Sampling rate.
    """

    def __init__(self, settings: FilterSettings, fs_hz: float) -> None:
        self._sos = settings.sections(fs_hz)
        self._steady = signal.sosfilt_zi(self._sos)[:, :, None]
        self._state: FloatArray | None = None

    def restart(self) -> None:
        """Forget the past: the next sample is a new beginning."""
        self._state = None

    def __call__(self, data_uv: FloatArray) -> FloatArray:
        """Filter consecutive samples.

        Parameters
        ----------
        data_uv : ndarray of shape (n_samples, n_channels), float64
            Finite samples that follow the last call's.

        Returns
        -------
        ndarray of shape (n_samples, n_channels), float64
        """
        if len(data_uv) == 0:
            return data_uv
        if self._state is None:
            self._state = self._steady * data_uv[0]
        filtered, self._state = signal.sosfilt(self._sos, data_uv, axis=0, zi=self._state)
        result: FloatArray = filtered
        return result
