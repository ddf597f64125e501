"""What lies between the electrodes of the emulated Cyton."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import signal as dsp

from hardware.faults import Fault
from hardware.simulated_athlete import Athlete
from tests.emulators.cyton_firmware import N_CHANNELS
from tests.emulators.follow import EventFollower

FloatArray = NDArray[np.float64]

LISTEN_EVERY: Final = 10
"""Samples between two looks into the coach's file: 40 ms, well below any reaction time."""


class ElectrodeSignal(Protocol):
    """The next ``n`` samples of the potential between the electrodes of each pair."""

    def __call__(self, n: int, /) -> FloatArray:
        """Return an array of shape (n, 8) in microvolts; calls follow one another in time."""
        ...


class Surroundings:
    """What every electrode picks up besides muscle: its half-cell offset, and mains hum.

    Parameters
    ----------
    offset_mv : sequence of float
        Constant offset of each pair.
    hum_uv : float
        Amplitude of the 60 Hz hum.
    """

    def __init__(self, offset_mv: FloatArray, hum_uv: float, fs_hz: float) -> None:
        self._offset_uv = offset_mv * 1e3
        self._hum_uv = hum_uv
        self._fs_hz = fs_hz
        self._n_done = 0

    @classmethod
    def drawn(cls, rng: np.random.Generator, fs_hz: float) -> Surroundings:
        """Offsets of 10 to 60 mV of either sign, and 3 uV of hum."""
        size = rng.uniform(10.0, 60.0, N_CHANNELS)
        return cls(size * rng.choice((-1.0, 1.0), N_CHANNELS), 3.0, fs_hz)

    def __call__(self, n: int, /) -> FloatArray:
        time_s = (self._n_done + np.arange(n)) / self._fs_hz
        self._n_done += n
        hum_uv = self._hum_uv * np.sin(2.0 * np.pi * 60.0 * time_s)
        result: FloatArray = self._offset_uv + hum_uv[:, np.newaxis]
        return result


class TestSignal:
    """EMG-like noise of 20 to 100 Hz, of another strength on every channel, on its surroundings."""

    __test__ = False
    rms_uv: FloatArray = np.array([60.0, 5.0, 30.0, 10.0, 15.0, 3.0, 8.0, 20.0])

    def __init__(self, seed: int = 0, fs_hz: float = 250.0) -> None:
        self._rng = np.random.default_rng(seed)
        self._around = Surroundings.drawn(self._rng, fs_hz)
        self._sos = dsp.butter(2, (20.0, min(100.0, 0.4 * fs_hz)), "bandpass", fs=fs_hz, output="sos")
        self._state = np.zeros((len(self._sos), 2, N_CHANNELS))

    def __call__(self, n: int, /) -> FloatArray:
        white = self._rng.standard_normal((n, N_CHANNELS))
        if n == 0:
            return white
        shaped, self._state = dsp.sosfilt(self._sos, white, axis=0, zi=self._state)
        result: FloatArray = shaped * self.rms_uv + self._around(n)
        return result


class AthleteSignal:
    """The simulated athlete on the first four channels, who hears the coach of a live session.

    Parameters
    ----------
    seed : int
        Seed of the athlete and of his electrodes.
    follow : Path or None
        Folder below which the newest session's events are followed.
    """

    def __init__(
        self, seed: int, follow: Path | None, faults: Sequence[Fault] = (), fs_hz: float = 250.0
    ) -> None:
        self._athlete = Athlete(seed=seed, faults=faults, fs_hz=fs_hz)
        self._unheard = 0
        self._follower = EventFollower(follow) if follow is not None else None
        self._rng = np.random.default_rng([seed, 1])
        self._around = Surroundings.drawn(self._rng, fs_hz)

    def __call__(self, n: int, /) -> FloatArray:
        self._unheard += n
        if self._follower is not None and self._unheard >= LISTEN_EVERY:
            self._unheard = 0
            for event in self._follower.poll():
                self._athlete.hear(event)
        pairs_uv = self._around(n) + self._rng.standard_normal((n, N_CHANNELS))
        sites_uv = self._athlete.samples(n)
        pairs_uv[:, : sites_uv.shape[1]] += sites_uv
        return pairs_uv
