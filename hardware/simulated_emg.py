"""Surface EMG as the literature models it: shaped Gaussian noise, sampled like the board, times an effort.

The board's decimation filter acts on the noise, which is stationary; the effort is laid on at the board's
own samples. So the filter's delay of 1.5 samples moves noise that nobody can tell apart, and never the
effort: what is true of the effort at sample ``n`` is true of the board's sample ``n``.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from emg.blocks import FloatArray

MODEL_RATE_HZ: Final = 4000.0
"""Least rate at which noise is made, well above the 450 Hz up to which surface EMG has power."""

LEAST_OVERSAMPLING: Final = 8
"""Below this, moving averages droop visibly less than the converter's own sinc filter."""

WARM_UP_S: Final = 0.1
"""Thrown away before the first sample: twenty time constants of the slowest shaping filter."""

CHUNK_S: Final = 0.5
"""Noise is made in pieces of this length whatever is asked for, so that no cut changes a bit."""


def random_for(seed: int, *key: str | int) -> np.random.Generator:
    """Return the random numbers that belong to one thing, and to nothing else.

    Parameters
    ----------
    seed : int
        Seed of the athlete, 0 or more.
    *key : str or int
        What is drawn, for example ``"hold/3", "glute_right"``. A draw under one key is the same
        whatever else is drawn, so a fault changes only what it names.
    """
    return np.random.default_rng([seed, *"\n".join(map(str, key)).encode()])


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Power spectrum of one muscle's EMG.

    Attributes
    ----------
    low_hz, high_hz : float
        Corners fl and fh of ``P(f) = k fh⁴ f² / ((f² + fl²) (f² + fh²)²)``.

    References
    ----------
    Stulen and De Luca (1981), IEEE Trans Biomed Eng 28:515-523; Shwedyk, Balasubramanian and Scott (1977),
    Med Biol Eng Comput 15:417-424.
    """

    low_hz: float
    high_hz: float

    def density(self, frequency_hz: FloatArray) -> FloatArray:
        """One-sided power density for a variance of 1, per Hz, at each frequency."""
        low, high = self.low_hz, self.high_hz
        k = 4.0 * (low + high) ** 2 / (math.pi * high**3)
        square = np.square(frequency_hz)
        return np.asarray(k * high**4 * square / ((square + low**2) * np.square(square + high**2)))

    def shaping(self, rate_hz: float) -> tuple[FloatArray, FloatArray]:
        """Filter that gives white noise of unit variance this spectrum, and unit variance again.

        Parameters
        ----------
        rate_hz : float
            Sampling rate at which it runs; the bilinear transform is 2 % off at 8 % of it.

        Returns
        -------
        b, a : ndarray
            Coefficients for ``scipy.signal.lfilter``: one zero at 0 Hz, one pole at fl and two at fh. The
            gain is from the filter's own energy (Parseval), not from a sample of noise.
        """
        poles = -2.0 * math.pi * np.array([self.low_hz, self.high_hz, self.high_hz])
        b, a = signal.zpk2tf(*signal.bilinear_zpk([0.0], poles, 1.0, rate_hz))
        impulse = np.zeros(round(2.0 * WARM_UP_S * rate_hz))
        impulse[0] = 1.0
        energy = np.sum(np.square(signal.lfilter(b, a, impulse)))
        return b / math.sqrt(energy), a


GLUTEUS_MAXIMUS: Final = Spectrum(low_hz=35.0, high_hz=80.0)
"""Median frequency 61 Hz; 51 Hz measured walking, 48-106 Hz in standing thigh muscles."""

BICEPS_FEMORIS: Final = Spectrum(low_hz=60.0, high_hz=130.0)
"""Median frequency 101 Hz, 37 % of the power above 125 Hz; measured 87-144 Hz and 29-58 %."""


def sinc3_taps(factor: int) -> FloatArray:
    """Impulse response of three cascaded moving averages: the ADS1299's third-order sinc filter.

    Parameters
    ----------
    factor : int
        Length of each average, and the factor by which the output is decimated.

    Returns
    -------
    ndarray of shape (3 * factor,)
        Sum 1; the last two taps are 0.

    References
    ----------
    Texas Instruments SBAS499, table 1: -3 dB at 65 Hz for 250 SPS, 131 Hz for 500 SPS.
    """
    average = np.full(factor, 1.0 / factor)
    return np.concatenate((np.convolve(np.convolve(average, average), average), np.zeros(2)))


class Pieces:
    """Samples in any number, out of pieces of a fixed length: no cut changes a bit.

    Parameters
    ----------
    make : callable
        Makes the next piece; its rows are samples.
    """

    def __init__(self, make: Callable[[], FloatArray]) -> None:
        self._make = make
        self._piece = make()
        self._used = 0

    def read(self, n: int) -> FloatArray:
        """Return the next ``n`` rows."""
        found: list[FloatArray] = []
        while n > 0:
            if self._used == len(self._piece):
                self._piece, self._used = self._make(), 0
            part = self._piece[self._used : self._used + n]
            self._used += len(part)
            n -= len(part)
            found.append(part)
        return np.concatenate(found) if found else self._piece[:0]


class BoardNoise:
    """Stationary Gaussian noise as a board samples it, droop and aliasing included.

    Parameters
    ----------
    random : numpy.random.Generator
        Its own; the noise is decided by it alone.
    fs_hz : float
        Sampling rate of the board.
    spectrum : Spectrum or None
        Muscle noise has an RMS of 1 at the muscle, before the droop. None is white noise, of RMS 1 at
        the board: electrodes and amplifier.
    """

    def __init__(self, random: np.random.Generator, fs_hz: float, spectrum: Spectrum | None = None) -> None:
        self._random = random
        self._factor = max(LEAST_OVERSAMPLING, math.ceil(MODEL_RATE_HZ / fs_hz))
        rate_hz = self._factor * fs_hz
        taps = sinc3_taps(self._factor)
        if spectrum is None:
            gain = 1.0 / math.sqrt(float(np.sum(np.square(taps))))
            self._b, self._a = np.array([gain]), np.array([1.0])
        else:
            self._b, self._a = spectrum.shaping(rate_hz)
        self._taps = taps.reshape(3, self._factor).T
        self._state = np.zeros(max(len(self._a), len(self._b)) - 1)
        self._chunk = round(CHUNK_S * fs_hz)
        warm_up = math.ceil(WARM_UP_S * fs_hz)
        self._rows = self._shape(warm_up)[-2:]
        self._pieces = Pieces(self._sample)

    def _shape(self, n: int) -> FloatArray:
        """Return the next fine-grained noise, one row of ``factor`` values per board sample."""
        white = self._random.standard_normal(n * self._factor)
        fine, self._state = signal.lfilter(self._b, self._a, white, zi=self._state)
        return np.asarray(fine).reshape(n, self._factor)

    def _sample(self) -> FloatArray:
        """Return the next chunk of board samples: three rows of fine noise make one of them."""
        rows = np.concatenate((self._rows, self._shape(self._chunk)))
        self._rows = rows[-2:]
        parts = rows @ self._taps
        return np.asarray(parts[:-2, 0] + parts[1:-1, 1] + parts[2:, 2])

    def read(self, n: int) -> FloatArray:
        """Return the next ``n`` samples; any cut gives the same ones, bit for bit.

        Returns
        -------
        ndarray of shape (n,), float64
        """
        return self._pieces.read(n)


@dataclass(frozen=True, slots=True, eq=False)
class _Move:
    """A change of effort: a smooth ramp from ``start``, then ``level`` until the next move."""

    start: int
    ramp: FloatArray
    level: float


class Effort:
    """How hard one muscle works, sample by sample, as moves from level to level; 1 is the maximum.

    It is kept from the first sample on, so that the truth can be read from it later. The ramps are
    tables made once: a level does not depend on how many are asked for at a time.
    """

    def __init__(self) -> None:
        self._moves = [_Move(start=0, ramp=np.empty(0), level=0.0)]

    def move_to(self, level: float, *, start: int, ramp: int) -> None:
        """Go to a level along a raised cosine; whatever was planned for later is forgotten.

        Parameters
        ----------
        level : float
            Share of the maximum, 0 to 1.
        start, ramp : int
            First sample of the change, and its length in samples.
        """
        here = float(self.levels(start, start + 1)[0])
        rise = 0.5 * (1.0 - np.cos(np.pi * np.arange(ramp) / max(1, ramp)))
        del self._moves[bisect_left(self._moves, start, key=lambda move: move.start) :]
        self._moves.append(_Move(start, here + (level - here) * rise, level))

    def levels(self, start: int, stop: int) -> FloatArray:
        """Level at each sample from ``start`` (0 or more) to ``stop``, shape (stop - start,)."""
        levels = np.zeros(stop - start)
        first = bisect_right(self._moves, start, key=lambda move: move.start) - 1
        for move in self._moves[max(0, first) :]:
            if move.start >= stop:
                break
            into_block = max(0, move.start - start)
            ramp = move.ramp[start + into_block - move.start :][: stop - start - into_block]
            levels[into_block:] = move.level
            levels[into_block : into_block + len(ramp)] = ramp
        return levels
