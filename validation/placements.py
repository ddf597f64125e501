"""Simulated placements of an electrode pair, good and bad, as a board samples them; all drawn by seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from emg.blocks import FloatArray
from emg.quality import RAILED_SHARE
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Effort, Spectrum, random_for
from validation.simulation import FULL_SCALE_UV, board, theory

LYING_S: Final = 8.0
"""Everybody lies relaxed, as in the contact check."""

WORKING_S: Final = 9.0
"""Good pairs then stand and work: a complaint in there is one too many as well."""

REST_UV: Final = (1.3, 5.0)
"""RMS of a rest in the analysis band (measured)."""

SLOW_SKIN_UV: Final = (0.3, 3.0)
"""RMS of the skin's own noise at 5-20 Hz, its density falling with the square of the frequency
(Gondran et al. 1996, Med Biol Eng Comput 34:460-466; levels measured)."""

OFFSET_UV: Final = 60_000.0
"""Offset of a pair of electrodes, either way."""

AMPLIFIER_UV: Final = 0.14
"""RMS of an ADS1299 with shorted inputs at 250 SPS and gain 24; it grows with the root of the rate."""

LIGHT_HUM_UV: Final = (0.05, 1.5)
HUM_UV: Final = (5.0, 100.0)
OPEN_HUM_UV: Final = (20.0, 2000.0)
MAINS_HZ: Final = (50.0, 60.0)
MAINS_OFF_HZ: Final = 0.2
NOISY_UV: Final = (12.0, 45.0)
SWING_UV: Final = (30.0, 400.0)
SWING_HZ: Final = (3.0, 10.0)
NEAR_RAIL: Final = (0.77, 0.88)
CROSS_TALK: Final = 0.5
MVC_UV: Final = (60.0, 180.0)
POSTURE: Final = (0.02, 0.04)


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """One pair and a good neighbour, sampled.

    Attributes
    ----------
    kind : str
        What it is, one of ``KINDS``.
    fs_hz : float
        Sampling rate.
    raw_uv : ndarray of shape (n_samples, 2)
        The pair, and its neighbour.
    """

    kind: str
    fs_hz: float
    raw_uv: FloatArray


class Skin:
    """Draws what the pairs of one placement pick up."""

    def __init__(self, seed: int, kind: str, fs_hz: float, seconds: float) -> None:
        self.kind, self.fs_hz, self.n = kind, fs_hz, round(seconds * fs_hz)
        self.time_s = np.arange(self.n) / fs_hz
        self._seed = seed
        self._random = random_for(seed, kind, "draw")
        self._drawn = 0

    def uniform(self, low: float, high: float) -> float:
        """Draw a number."""
        return float(self._random.uniform(low, high))

    def scaled(self, span: tuple[float, float]) -> float:
        """Draw a number whose logarithm is uniform."""
        return math.exp(self.uniform(math.log(span[0]), math.log(span[1])))

    def sign(self) -> float:
        """Draw -1 or 1."""
        return 1.0 if self.uniform(-1.0, 1.0) > 0.0 else -1.0

    def noise(self, spectrum: Spectrum | None) -> FloatArray:
        """Draw new noise as a board samples it: a muscle's of RMS 1 there, or white and of RMS 1 here."""
        self._drawn += 1
        return BoardNoise(random_for(self._seed, self.kind, self._drawn), self.fs_hz, spectrum).read(self.n)

    def amplifier_uv(self) -> FloatArray:
        """Noise of the board itself."""
        return AMPLIFIER_UV * math.sqrt(self.fs_hz / 250.0) * self._random.standard_normal(self.n)

    def slow_uv(self, rms_5_20_uv: float) -> FloatArray:
        """Noise whose density falls with the square of the frequency, of so much RMS at 5-20 Hz."""
        pole = math.exp(-2.0 * math.pi / self.fs_hz)  # level below 1 Hz
        b, a = [1.0 - pole], [1.0, -pole]
        gain = np.abs(signal.freqz(b, a, worN=np.linspace(5.0, 20.0, 301), fs=self.fs_hz)[1])
        power = float(np.mean(np.square(gain))) * 15.0 / (0.5 * self.fs_hz)
        walk = signal.lfilter(b, a, self._random.standard_normal(self.n))
        return np.asarray(rms_5_20_uv / math.sqrt(power) * walk)

    def rest_uv(self, span_uv: tuple[float, float] = REST_UV) -> FloatArray:
        """Offset with a slow drift, skin, and a rest of so much in the analysis band."""
        white = self.scaled(span_uv) / theory(self.fs_hz, None).rms * self.noise(None)
        slow = self.slow_uv(self.scaled(SLOW_SKIN_UV))
        drift = self.uniform(-50.0, 50.0) * self.time_s
        return white + slow + drift + self.uniform(-OFFSET_UV, OFFSET_UV)

    def hum_uv(self, span_uv: tuple[float, float]) -> FloatArray:
        """Hum of so much RMS, a little off its frequency, with two harmonics."""
        hz = MAINS_HZ[self.sign() > 0.0] + self.uniform(-MAINS_OFF_HZ, MAINS_OFF_HZ)
        wave = np.zeros(self.n)
        for harmonic, share in ((1, 1.0), (2, self.uniform(0.0, 0.1)), (3, self.uniform(0.0, 0.3))):
            if harmonic * hz < 0.5 * self.fs_hz:
                phase = self.uniform(0.0, 2.0 * math.pi)
                wave += share * np.sin(2.0 * np.pi * harmonic * hz * self.time_s + phase)
        return self.scaled(span_uv) * math.sqrt(2.0) * wave

    def worked_uv(self, spectrum: Spectrum) -> FloatArray:
        """Draw a muscle that lies relaxed, stands, and makes two efforts of 25 to 100 %."""
        effort, fs = Effort(), self.fs_hz
        effort.move_to(self.uniform(*POSTURE), start=round(LYING_S * fs), ramp=round(0.5 * fs))
        for start_s in (LYING_S + 1.0, LYING_S + 5.0):
            start, rise = round(start_s * fs), round(self.uniform(0.1, 0.4) * fs)
            effort.move_to(self.uniform(0.25, 1.0), start=start, ramp=rise)
            effort.move_to(self.uniform(*POSTURE), start=start + round(3.0 * fs), ramp=round(0.25 * fs))
        return self.uniform(*MVC_UV) * effort.levels(0, self.n) * self.noise(spectrum)

    def good_uv(self) -> FloatArray:
        """Draw a good pair on a relaxed muscle."""
        return self.rest_uv() + self.hum_uv(LIGHT_HUM_UV)


def _open(skin: Skin) -> FloatArray:
    """Leave the input open: an aerial, drifting."""
    sway = 1.0 + 0.3 * np.sin(2.0 * np.pi * skin.uniform(0.05, 0.5) * skin.time_s)
    drift = skin.slow_uv(skin.scaled((1.0, 30.0)))
    offset = skin.uniform(-0.7, 0.7) * FULL_SCALE_UV
    return skin.hum_uv(OPEN_HUM_UV) * sway + drift + skin.amplifier_uv() + offset


def _shorted(skin: Skin) -> FloatArray:
    """Lay the leads on a desk, clipped to each other."""
    return skin.amplifier_uv() + skin.hum_uv((0.01, 0.3)) + skin.uniform(-500.0, 500.0)


def _unplugged(skin: Skin) -> FloatArray:
    """Send a number that never changes."""
    return np.full(skin.n, skin.uniform(-1000.0, 1000.0))


def _rail(skin: Skin) -> FloatArray:
    """Take one electrode off: the input goes to the end of its range, or close to it."""
    return _far_out(skin, (RAILED_SHARE + 0.01, 1.2))


def _near_rail(skin: Skin) -> FloatArray:
    """Dry an electrode out: still a signal, far out."""
    return _far_out(skin, NEAR_RAIL)


def _far_out(skin: Skin, share: tuple[float, float]) -> FloatArray:
    rest = skin.rest_uv()
    return np.asarray(rest - rest.mean() + skin.sign() * skin.uniform(*share) * FULL_SCALE_UV)


def _loose(skin: Skin) -> FloatArray:
    """Peel an electrode half off and swing its cable."""
    corner = skin.uniform(*SWING_HZ)
    sos = signal.butter(2, corner, fs=skin.fs_hz, output="sos")
    swing = np.asarray(signal.sosfilt(sos, skin.noise(None)))
    swing *= skin.scaled(SWING_UV) / np.sqrt(np.mean(np.square(swing)))
    return skin.rest_uv() + swing * (1.0 + 0.5 * np.sin(2.0 * np.pi * skin.uniform(0.2, 1.0) * skin.time_s))


def _hum(skin: Skin) -> FloatArray:
    """Add the mains to good skin."""
    return skin.rest_uv() + skin.hum_uv(HUM_UV)


def _noisy(skin: Skin) -> FloatArray:
    """Make the contact poor, or do not relax the muscle."""
    return skin.rest_uv(NOISY_UV)


BAD: Final[Mapping[str, tuple[Callable[[Skin], FloatArray], str]]] = {
    "open input": (_open, "mains"),
    "shorted leads": (_shorted, "weak"),
    "dead input": (_unplugged, "flat"),
    "at the rail": (_rail, "railed"),
    "near the rail": (_near_rail, "near_rail"),
    "loose": (_loose, "motion"),
    "hum": (_hum, "mains"),
    "noisy rest": (_noisy, "noisy_rest"),
}
"""How a bad pair is made, and what it should be called."""

GOOD: Final = "good"
TWIN: Final = "two leads in one jack"
KINDS: Final = (GOOD, *BAD, TWIN)


def placement(kind: str, seed: int, fs_hz: float) -> Placement:
    """Draw one placement.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    seed : int
        Decides all of it, together with the kind.
    fs_hz : float
        Sampling rate.
    """
    skin = Skin(seed, kind, fs_hz, LYING_S + (WORKING_S if kind == GOOD else 0.0))
    neighbour = skin.good_uv()
    if kind == GOOD:
        neighbour += skin.worked_uv(GLUTEUS_MAXIMUS)
        pair = skin.good_uv() + skin.worked_uv(BICEPS_FEMORIS)
        pair += skin.uniform(0.0, CROSS_TALK) * (neighbour - neighbour.mean())
    elif kind == TWIN:
        pair = skin.sign() * neighbour + skin.amplifier_uv()
        neighbour = neighbour + skin.amplifier_uv()
    else:
        pair = BAD[kind][0](skin)
    scale = board(fs_hz, 2).scale
    return Placement(kind, fs_hz, scale.decode(scale.encode(np.stack((pair, neighbour), axis=1))))


def expected(kind: str) -> str:
    """Verdict that a kind of placement should get."""
    return "ok" if kind == GOOD else "twin" if kind == TWIN else BAD[kind][1]
