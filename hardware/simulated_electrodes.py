"""What the simulated athlete's electrodes pick up besides muscle: taps, hum, motion, a lost contact."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from emg.blocks import FloatArray, IntArray
from emg.montage import Site
from hardware.simulated_emg import Pieces, random_for
from hardware.simulated_faults import Fault

HUM_HZ: Final = 60

TAP_AFTER_S: Final = (0.5, 0.9)
TAPS_APART_S: Final = (0.35, 0.45)
TAP_UV: Final = (800.0, 2400.0)
"""Skin and cable jump under a finger; the ring peaks at 0.6 of it."""

TAP_RING_HZ: Final = (25.0, 45.0)
TAP_DECAY_S: Final = (0.012, 0.016)
TAP_S: Final = 0.1
TAP_ELSEWHERE: Final = 0.05
"""At most this share of a tap is felt by another electrode."""

MAINS_UV: Final = (36.0, 44.0)
"""RMS of the fault ``mains``."""

MOTION_HZ: Final = (5.0, 15.0)
MOTION_UV: Final = 280.0
BODY_UV: Final = 150.0
"""Each lead sways in its own way, and the body moves them all; RMS."""

MOTION_GAIN: Final = (0.8, 1.2)

WANDER_HZ: Final = (0.1, 0.5)
WANDER_UV: Final = 150_000.0
"""An electrode that hardly touches: at this RMS its potential leaves a range of 187.5 mV now and then."""

LOOSE_MOTION_UV: Final = 2_000.0
LOOSE_HUM_UV: Final = 600.0

SATURATED_UV: Final = 280_000.0
"""Offset beyond the range of a Cyton at gain 24 even if the electrode's own, up to 40 mV, is against it."""

Reader = Callable[[int], FloatArray]
"""Gives the next ``n`` samples of a disturbance, shape (n, n_electrodes), µV."""


def hum_period(fs_hz: float) -> FloatArray:
    """Hum of amplitude 1 over its shortest whole number of samples; a table, so that no cut changes a bit."""
    period = round(fs_hz) // math.gcd(round(fs_hz), HUM_HZ)
    return np.asarray(np.sin(2.0 * np.pi * HUM_HZ / fs_hz * np.arange(period)))


def band_noise(random: np.random.Generator, fs_hz: float, band_hz: tuple[float, float]) -> Reader:
    """Gaussian noise of RMS 1 between two corners, one column.

    Parameters
    ----------
    random : numpy.random.Generator
        Its own.
    fs_hz : float
        Sampling rate.
    band_hz : tuple of float
        -3 dB corners, second order a side.
    """
    sos = signal.butter(2, band_hz, "bandpass", fs=fs_hz, output="sos")
    settled = round(5.0 * fs_hz / band_hz[0])
    impulse = np.zeros(settled)
    impulse[0] = 1.0
    gain = 1.0 / math.sqrt(float(np.sum(np.square(signal.sosfilt(sos, impulse)))))
    state = np.zeros((len(sos), 2))

    def read(n: int) -> FloatArray:
        nonlocal state
        noise, state = signal.sosfilt(sos, gain * random.standard_normal(n), zi=state)
        return np.asarray(noise)[:, np.newaxis]

    read(settled)
    return read


@dataclass(frozen=True, slots=True, eq=False)
class _Tap:
    """One tap as all electrodes feel it, from its first sample on."""

    start: int
    wave_uv: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Disturbance:
    """Something that is there from a sample to another, and is read in order from its beginning."""

    start: int
    stop: float
    read: Reader


class Electrodes:
    """The athlete's electrodes, their leads and what disturbs them.

    Parameters
    ----------
    seed : int
        Seed of the athlete.
    sites : sequence of Site
        The electrodes, in the order of the columns.
    faults : sequence of Fault
        Those of muscles and of the wire are left to others.
    fs_hz : float
        Sampling rate.
    """

    def __init__(self, seed: int, sites: Sequence[Site], faults: Sequence[Fault], fs_hz: float) -> None:
        self._seed = seed
        self._sites = tuple(sites)
        self._names = [site.name for site in sites]
        self._fs_hz = fs_hz
        self._taps: list[_Tap] = []
        readers: dict[str, Callable[[str], Reader]] = {
            "mains": self._mains,
            "motion": self._motion,
            "loose-glute-left": lambda key: self._at("glute_left", self._loose(key)),
            "saturated-ham-right": lambda key: self._at("ham_right", self._saturated()),
        }
        self._disturbances = [
            _Disturbance(*fault.span(fs_hz), readers[fault.name](f"{fault.name}@{fault.start_s}"))
            for fault in faults
            if fault.name in readers
        ]
        swapped = any(fault.name == "swapped-sides" for fault in faults)
        self._plugged = self._crossed() if swapped else np.arange(len(self._sites))

    def tap(self, site: str, key: str, *, cue: int, given: int) -> None:
        """Tap an electrode twice, half a second or more after a cue; never in samples already given.

        Parameters
        ----------
        site : str
            The electrode; one that he has not stays untouched.
        key : str
            What the taps belong to: their draws are its own.
        cue, given : int
            Sample of the cue, and how many samples were given.
        """
        if site not in self._names:
            return
        own = random_for(self._seed, key, site, "tap")
        start = cue + round(own.uniform(*TAP_AFTER_S) * self._fs_hz)
        for _ in range(2):
            start = max(start, given)
            self._taps.append(_Tap(start, self._wave_uv(own, self._names.index(site))))
            start += round(own.uniform(*TAPS_APART_S) * self._fs_hz)

    def _wave_uv(self, own: np.random.Generator, column: int) -> FloatArray:
        """Draw a sharp deflection that rings out; shape (n_samples, n_electrodes)."""
        time_s = np.arange(round(TAP_S * self._fs_hz)) / self._fs_hz
        ring = np.sin(2.0 * np.pi * own.uniform(*TAP_RING_HZ) * time_s)
        ring *= own.choice((-1.0, 1.0)) * own.uniform(*TAP_UV) * np.exp(-time_s / own.uniform(*TAP_DECAY_S))
        felt = own.uniform(-TAP_ELSEWHERE, TAP_ELSEWHERE, len(self._sites))
        felt[column] = 1.0
        return np.asarray(np.outer(ring, felt))

    def on_channels(self, data_uv: FloatArray, first: int) -> FloatArray:
        """Return what the channels of the board get.

        Parameters
        ----------
        data_uv : ndarray of shape (n, n_electrodes)
            What the muscles give; consecutive from call to call. It is added to.
        first : int
            Index of its first sample.
        """
        end = first + len(data_uv)
        self._taps = [tap for tap in self._taps if tap.start + len(tap.wave_uv) > first]
        for tap in self._taps:
            begin, stop = max(first, tap.start), min(end, tap.start + len(tap.wave_uv))
            if begin < stop:
                data_uv[begin - first : stop - first] += tap.wave_uv[begin - tap.start : stop - tap.start]
        for disturbance in self._disturbances:
            begin, stop = max(first, disturbance.start), int(min(end, disturbance.stop))
            if begin < stop:
                data_uv[begin - first : stop - first] += disturbance.read(stop - begin)
        return np.take(data_uv, self._plugged, axis=1)

    def _crossed(self) -> IntArray:
        """For each channel the electrode whose lead is in it: the other side's."""
        other = [Site(site.muscle, site.side.other).name for site in self._sites]
        return np.array([self._names.index(name) for name in other])

    def _at(self, site: str, read: Reader) -> Reader:
        """Leave a disturbance of one column to its electrode alone."""
        here = np.array([name == site for name in self._names], dtype=np.float64)
        return lambda n: read(n) * here

    def _mains(self, key: str) -> Reader:
        hum_uv = np.sqrt(2.0) * random_for(self._seed, key).uniform(*MAINS_UV, len(self._sites))
        return Pieces(lambda: np.outer(hum_period(self._fs_hz), hum_uv)).read

    def _motion(self, key: str) -> Reader:
        """One movement that all electrodes share, and one of each."""
        body = band_noise(random_for(self._seed, key), self._fs_hz, MOTION_HZ)
        own = [band_noise(random_for(self._seed, key, name), self._fs_hz, MOTION_HZ) for name in self._names]
        gain = random_for(self._seed, key, "gain").uniform(*MOTION_GAIN, len(self._sites))
        return lambda n: gain * (BODY_UV * body(n) + MOTION_UV * np.hstack([read(n) for read in own]))

    def _loose(self, key: str) -> Reader:
        """Drift to the rail and back, every movement, and the hum of the room."""
        wander = band_noise(random_for(self._seed, key, "wander"), self._fs_hz, WANDER_HZ)
        motion = band_noise(random_for(self._seed, key, "motion"), self._fs_hz, MOTION_HZ)
        hum = Pieces(lambda: hum_period(self._fs_hz)[:, np.newaxis]).read
        hum_uv = math.sqrt(2.0) * LOOSE_HUM_UV
        return lambda n: WANDER_UV * wander(n) + LOOSE_MOTION_UV * motion(n) + hum_uv * hum(n)

    def _saturated(self) -> Reader:
        return lambda n: np.full((n, 1), SATURATED_UV)
