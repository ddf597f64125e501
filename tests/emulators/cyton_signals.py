"""What lies between the electrodes of an emulated board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import signal as dsp

from emg.codes import EventKind
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import Fault
from tests.emulators.cyton_firmware import N_CHANNELS
from tests.emulators.follow import EventFollower

FloatArray = NDArray[np.float64]

LISTEN_EVERY_S: Final = 0.04
"""Between two looks into the coach's file; well below any reaction time."""


class ElectrodeSignal(Protocol):
    """The next ``n`` samples of the potential between the electrodes of each pair."""

    def __call__(self, n: int, /) -> FloatArray:
        """Return an array of shape (n, n_channels) in microvolts; calls follow one another in time."""
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
    def drawn(cls, rng: np.random.Generator, fs_hz: float, n_channels: int) -> Surroundings:
        """Offsets of 10 to 60 mV of either sign, and 3 uV of hum."""
        size = rng.uniform(10.0, 60.0, n_channels)
        return cls(size * rng.choice((-1.0, 1.0), n_channels), 3.0, fs_hz)

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

    def __init__(self, seed: int = 0, fs_hz: float = 250.0, n_channels: int = N_CHANNELS) -> None:
        self._n_channels = n_channels
        self._strengths_uv = np.resize(self.rms_uv, n_channels)
        self._rng = np.random.default_rng(seed)
        self._around = Surroundings.drawn(self._rng, fs_hz, n_channels)
        self._sos = dsp.butter(2, (20.0, min(100.0, 0.4 * fs_hz)), "bandpass", fs=fs_hz, output="sos")
        self._state = np.zeros((len(self._sos), 2, n_channels))

    def __call__(self, n: int, /) -> FloatArray:
        white = self._rng.standard_normal((n, self._n_channels))
        if n == 0:
            return white
        shaped, self._state = dsp.sosfilt(self._sos, white, axis=0, zi=self._state)
        result: FloatArray = shaped * self._strengths_uv + self._around(n)
        return result


class AthleteSignal:
    """The simulated athlete on the first four channels, who hears the coach of a live session.

    Parameters
    ----------
    seed : int
        Seed of the athlete and of his electrodes.
    follow : Path or None
        Folder below which the newest session's events are followed.
    faults : sequence of Fault
        What is wrong with him.
    fs_hz : float
        Rate at which the electrodes are read.
    n_channels : int
        Pairs of electrodes, 4 or more.
    on_session_clock : bool
        The samples of the session are those of the electrodes, and he reacts at the sample of each event;
        else he reacts when he hears it.
    """

    def __init__(
        self,
        seed: int,
        follow: Path | None,
        faults: Sequence[Fault] = (),
        fs_hz: float = 250.0,
        n_channels: int = N_CHANNELS,
        on_session_clock: bool = True,
    ) -> None:
        self._athlete = Athlete(seed=seed, faults=faults, fs_hz=fs_hz)
        self._n_channels = n_channels
        self._on_session_clock = on_session_clock
        self._listen_every = max(1, round(LISTEN_EVERY_S * fs_hz))
        self._unheard = 0
        self._n_given = 0
        self._follower = EventFollower(follow) if follow is not None else None
        self._rng = np.random.default_rng([seed, 1])
        self._around = Surroundings.drawn(self._rng, fs_hz, n_channels)

    def __call__(self, n: int, /) -> FloatArray:
        self._unheard += n
        if self._follower is not None and self._unheard >= self._listen_every:
            self._unheard = 0
            for event in self._follower.poll():
                if not self._on_session_clock:
                    # what a hold came to is told in samples of the session, which mean nothing here
                    scored = event.kind is EventKind.HOLD_DONE
                    event = replace(event, sample=self._n_given, detail={} if scored else event.detail)
                self._athlete.hear(event)
        pairs_uv = self._around(n) + self._rng.standard_normal((n, self._n_channels))
        sites_uv = self._athlete.samples(n)
        self._n_given += n
        pairs_uv[:, : sites_uv.shape[1]] += sites_uv
        return pairs_uv


class SteadyElectrode:
    """A signal one channel of which is a loose electrode: a constant potential and nothing else.

    Parameters
    ----------
    signal : ElectrodeSignal
        The other channels.
    channel : int
        Which one, counted from 1.
    uv : float
        Its potential, in microvolts.
    """

    def __init__(self, signal: ElectrodeSignal, channel: int, uv: float) -> None:
        self._signal = signal
        self._channel = channel
        self._uv = uv

    def __call__(self, n: int, /) -> FloatArray:
        pairs_uv = self._signal(n)
        pairs_uv[:, self._channel - 1] = self._uv
        return pairs_uv
