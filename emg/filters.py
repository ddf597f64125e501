"""Band-pass and mains notch: causal with the state carried from block to block, or zero-phase offline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from scipy import signal

from emg.blocks import FloatArray
from emg.said import Said

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

MAX_FS_HZ: Final = 100_000.0
"""No EMG is sampled faster: a higher rate is a slip of the unit."""


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
            raise BandError(
                Said(
                    "{rate} samples a second miss most of the EMG: use a board with 200 or more.",
                    rate=f"{fs_hz:g}",
                )
            )
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
                Said(
                    "A band of {low}-{high} Hz does not fit {rate} samples a second: its upper corner "
                    "must be below {half} Hz.",
                    low=f"{self.low_hz:g}",
                    high=f"{self.high_hz:g}",
                    rate=f"{fs_hz:g}",
                    half=f"{fs_hz / 2.0:g}",
                )
            )
        if self.notch_hz is not None and not self.notch_hz > 0.0:
            raise BandError(
                Said("{notch} Hz is no mains frequency: use 50, 60 or no notch.", notch=f"{self.notch_hz:g}")
            )
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


class Filter(Protocol):
    """What the chain needs of a filter; rows come out in order, at once or later."""

    def __call__(self, data_uv: FloatArray) -> FloatArray:
        """Take the next rows and give those that are ready."""
        ...

    def restart(self) -> FloatArray | None:
        """Give the rows held back, if any, and forget the past: the next row is a new beginning."""
        ...


class NoFilter:
    """For a board that sends envelopes: they are what they are."""

    def __call__(self, data_uv: FloatArray) -> FloatArray:
        """Give the rows as they came."""
        return data_uv

    def restart(self) -> None:
        """Nothing is held back."""


PIECE: Final = 64
"""Samples that one matrix product filters; live, most of them are still to come."""

CHANNELS_AT_ONCE: Final = 16
"""Channels in one product: for a larger one the library of matrices wakes threads that then spin."""


class CausalFilter:
    """A filter whose state is carried: cutting a recording differently never changes a bit of the output.

    It starts at the steady state of its first sample, so that a DC offset of tens of millivolts
    leaves no transient. A band-pass gives nothing of a constant, so that is to take the first sample off
    and to start from zero; the rounding of millivolts is then out of the microvolts, too.

    A cascade of sections maps the samples of a piece, and the state at its beginning, linearly to the
    filtered samples and the state at its end. That matrix is made once, with SciPy's own ``sosfilt``, and
    a block then costs one small product instead of a call of some 30 µs; the outputs differ by rounding.
    Pieces lie on a grid that starts with the first sample. Until the last sample of a piece has come the
    missing ones are zero, which no earlier output depends on, and the piece is done again from its
    beginning: so the sums are the same whatever came at once.

    Parameters
    ----------
    settings : FilterSettings
        Corners and notch.
    fs_hz : float
        Sampling rate.

    References
    ----------
    Burrus (1972), IEEE Trans Audio Electroacoust 20:230-235: recursive filters as products over blocks.
    """

    def __init__(self, settings: FilterSettings, fs_hz: float) -> None:
        sos = settings.sections(fs_hz)
        self._product = _over_a_piece(sos)
        self._begin()

    def _begin(self) -> None:
        self._piece: FloatArray | None = None  # its samples so far, zeros, and the state at its beginning
        self._filled = 0

    def restart(self) -> None:
        """Forget the past: the next sample is a new beginning. Nothing is held back."""
        self._begin()

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
        filtered: FloatArray = np.empty(data_uv.shape)
        if len(data_uv) == 0:
            return filtered
        if self._piece is None:
            self._piece = np.zeros((len(self._product), data_uv.shape[1]))
            self._first = data_uv[0].copy()
            self._done = np.empty_like(self._piece)
            groups = [slice(i, i + CHANNELS_AT_ONCE) for i in range(0, data_uv.shape[1], CHANNELS_AT_ONCE)]
            self._groups = [(self._piece[:, group], self._done[:, group]) for group in groups]
        start = 0
        while start < len(data_uv):
            n = min(len(data_uv) - start, PIECE - self._filled)
            rows = slice(self._filled, self._filled + n)
            np.subtract(data_uv[start : start + n], self._first, out=self._piece[rows])
            for piece, done in self._groups:
                np.matmul(self._product, piece, out=done)
            filtered[start : start + n] = self._done[rows]
            self._filled += n
            start += n
            if self._filled == PIECE:
                self._piece[:PIECE] = 0.0
                self._piece[PIECE:] = self._done[PIECE:]
                self._filled = 0
        return filtered


def _over_a_piece(sos: FloatArray) -> FloatArray:
    """Matrix from the samples of a piece and the state before it to the filtered samples and the state after.

    Its columns are what the filter makes of a single sample of one, and of a single state of one.
    """
    n_states = 2 * len(sos)
    samples = np.eye(PIECE, PIECE + n_states)
    states = np.eye(n_states, PIECE + n_states, PIECE).reshape(len(sos), 2, -1)
    filtered, after = signal.sosfilt(sos, samples, axis=0, zi=states)
    return np.ascontiguousarray(np.vstack((filtered, after.reshape(n_states, -1))))


FORGOTTEN: Final = 1e-14
"""What is left of a filter's past when zero-phase filtering takes it for gone."""


class ZeroPhaseFilter:
    """Forwards and backwards over each unbroken stretch, in bounded memory; for recordings only.

    Gives what ``scipy.signal.sosfiltfilt`` gives for the whole stretch, to rounding: the pass backwards
    begins far enough ahead for its own beginning to be forgotten, and on a grid that starts with the
    stretch, so that cutting the recording differently changes nothing. The slope is twice that of the
    causal filter and its corners are at -6 dB.

    Parameters
    ----------
    settings : FilterSettings
        Corners and notch.
    fs_hz : float
        Sampling rate.

    References
    ----------
    Gustafsson (1996), IEEE Trans Signal Process 44:988-992, on the beginnings of such passes; as SciPy
    does by default, the stretch is continued oddly at both ends.
    """

    def __init__(self, settings: FilterSettings, fs_hz: float) -> None:
        self._sos = settings.sections(fs_hz)
        self._steady = signal.sosfilt_zi(self._sos)[:, :, None]
        slowest = max(float(np.abs(np.roots(section[3:])).max()) for section in self._sos)
        self._ahead = math.ceil(math.log(FORGOTTEN) / math.log(slowest))
        self._hop = 2 * self._ahead
        at_zero = min(int((self._sos[:, 2] == 0.0).sum()), int((self._sos[:, 5] == 0.0).sum()))
        self._pad = 3 * (2 * len(self._sos) + 1 - at_zero)
        self._begin()

    def _begin(self) -> None:
        self._state: FloatArray | None = None
        self._latest: FloatArray | None = None  # raw rows: all until the stretch has begun, then the last
        self._parts: list[FloatArray] = []  # filtered forwards, not yet backwards
        self._n_forward = 0

    def __call__(self, data_uv: FloatArray) -> FloatArray:
        """Take consecutive samples; those whose future is known well enough come back.

        Parameters
        ----------
        data_uv : ndarray of shape (n_samples, n_channels), float64
            Finite samples that follow the last call's.

        Returns
        -------
        ndarray of shape (n_ready, n_channels), float64
            The rows that follow those of the last call.
        """
        if len(data_uv) == 0:
            return data_uv
        waiting = data_uv if self._latest is None else np.concatenate((self._latest, data_uv))
        if self._state is not None:
            self._forwards(data_uv)
        elif len(waiting) > self._pad:
            self._start(waiting, self._pad)
        else:
            self._latest = waiting
            return data_uv[:0]
        self._latest = waiting[-self._pad - 1 :]
        ready = [data_uv[:0]]
        while self._n_forward >= self._hop + self._ahead:
            rows = np.concatenate(self._parts)
            ready.append(self._backwards(rows[: self._hop + self._ahead])[: self._hop])
            self._parts, self._n_forward = [rows[self._hop :]], len(rows) - self._hop
        return np.concatenate(ready)

    def restart(self) -> FloatArray | None:
        """Give the rows held back, and forget the past: the next row is a new beginning."""
        if self._latest is None:
            return None
        pad = min(self._pad, len(self._latest) - 1)
        if self._state is None:
            self._start(self._latest, pad)
        n_held = self._n_forward
        self._forwards(2.0 * self._latest[-1] - self._latest[-pad - 1 : -1][::-1])
        rows = self._backwards(np.concatenate(self._parts))[:n_held]
        self._begin()
        return rows

    def _start(self, rows: FloatArray, pad: int) -> None:
        """Come in from before the stretch, so that its first sample meets a filter in motion."""
        before = 2.0 * rows[0] - rows[pad:0:-1]
        self._state = self._steady * (before if pad else rows)[0]
        if pad:
            _, self._state = signal.sosfilt(self._sos, before, axis=0, zi=self._state)
        self._forwards(rows)

    def _forwards(self, rows: FloatArray) -> None:
        if len(rows) == 0:
            return
        filtered, self._state = signal.sosfilt(self._sos, rows, axis=0, zi=self._state)
        self._parts.append(filtered)
        self._n_forward += len(rows)

    def _backwards(self, rows: FloatArray) -> FloatArray:
        back = rows[::-1]
        filtered, _ = signal.sosfilt(self._sos, back, axis=0, zi=self._steady * back[0])
        result: FloatArray = filtered[::-1]
        return result
