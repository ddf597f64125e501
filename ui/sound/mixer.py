"""What the audio callback does: it adds up a tone and buffers that are ready, and never waits.

Other threads set floats and append to a deque; both are single steps of the interpreter, so there is no
lock. Arrays are made once. Nothing here knows a device: a test calls ``fill`` as a device would.
"""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from ui.reading.muscles import Clock
from ui.sound.synth import FloatArray

TONE_PEAK: Final = 0.12
DUCKED: Final = 0.25
"""Share of the tone that is left under a voice."""

TONE_RAMP_S: Final = 0.020
HUSH_S: Final = 0.010
GLIDE_S: Final = 0.030
"""Time constant with which the pitch follows."""

MOST_FRAMES: Final = 4096
"""Longer requests are filled in parts."""

MOST_CUES: Final = 4
"""Sounds at a time; nobody tells more apart."""


@dataclass(eq=False, slots=True)
class Voice:
    """A buffer on its way to the ear.

    Attributes
    ----------
    samples : ndarray of shape (n_samples,), float32
        What sounds.
    spoken : bool
        A voice: only one at a time, and the tone is lowered under it.
    at : int
        Next sample.
    level, to_level : float
        Where its own fade is, and where it goes.
    """

    samples: FloatArray
    spoken: bool = False
    at: int = 0
    level: float = 1.0
    to_level: float = 1.0


HUSH: Final = Voice(np.empty(0, dtype=np.float32))
"""In the queue: everything that sounds ends now."""


class Mixer:
    """Fills the buffers of an audio device.

    Parameters
    ----------
    fs_hz : float
        Rate of the device.
    clock : callable
        Monotonic host time in seconds.

    Attributes
    ----------
    tone_hz, tone_level, silent_after_s : float
        The tone: pitch, 0 or 1, and the host time from which it is silent whatever the others say.
    volume : float
        0 to 1, of everything.
    called_s : float
        Host time of the last call; a device that is gone calls no more.
    """

    def __init__(self, fs_hz: float, clock: Clock = time.monotonic) -> None:
        self.fs_hz = fs_hz
        self.tone_hz = 440.0
        self.tone_level = 0.0
        self.silent_after_s = -math.inf
        self.volume = 1.0
        self.called_s = clock()
        self._clock = clock
        self._new: deque[Voice] = deque()
        self._voices: list[Voice] = []
        self._hz = 440.0
        self._phase = 0.0
        self._tone_level = 0.0
        self._volume = 0.0
        self._steps = np.arange(1, MOST_FRAMES + 1, dtype=np.float64)
        self._wave = np.empty(MOST_FRAMES)
        self._ramp = np.empty(MOST_FRAMES)

    @property
    def sounds(self) -> bool:
        """Whether a cue or a voice is on its way."""
        return bool(self._new or self._voices)

    def play(self, samples: FloatArray, *, spoken: bool = False) -> None:
        """Let a buffer sound; from any thread."""
        self._new.append(Voice(samples, spoken))

    def hush(self) -> None:
        """End everything that sounds or waits; from any thread."""
        self.tone_level = 0.0
        self._new.append(HUSH)

    def fill(self, out: FloatArray) -> None:
        """Fill a mono buffer: the callback.

        Parameters
        ----------
        out : ndarray of shape (n_frames,), float32
            Overwritten.
        """
        self.called_s = self._clock()
        self._take_new()
        for start in range(0, len(out), MOST_FRAMES):
            self._fill(out[start : start + MOST_FRAMES])

    def _take_new(self) -> None:
        while self._new:
            voice = self._new.popleft()
            if voice is HUSH:
                self._fade(self._voices)
                continue
            if voice.spoken:
                self._fade([old for old in self._voices if old.spoken])
            cues = [old for old in self._voices if not old.spoken and old.to_level]
            if len(cues) >= MOST_CUES:
                self._fade(cues[:1])
            self._voices.append(voice)

    @staticmethod
    def _fade(voices: list[Voice]) -> None:
        for voice in voices:
            voice.to_level = 0.0

    def _fill(self, out: FloatArray) -> None:
        self._tone(out)
        for voice in self._voices:
            self._add(voice, out)
        self._voices = [v for v in self._voices if v.at < len(v.samples) and (v.level or v.to_level)]
        self._volume = self._moved(self._volume, self.volume, len(out), HUSH_S)
        out *= self._ramp[: len(out)]
        np.clip(out, -1.0, 1.0, out=out)

    def _tone(self, out: FloatArray) -> None:
        """Write the tone: its phase never jumps, its pitch glides, its level is ramped."""
        n = len(out)
        level = self.tone_level if self.called_s < self.silent_after_s else 0.0
        if level == 0.0 and self._tone_level == 0.0:
            out[:] = 0.0
            self._hz = self.tone_hz  # it begins where it is, and does not come from where it was
            return
        spoken = any(voice.spoken and voice.to_level for voice in self._voices)
        level *= TONE_PEAK * (DUCKED if spoken else 1.0)
        hz = self._hz + (self.tone_hz - self._hz) * (1.0 - math.exp(-n / (GLIDE_S * self.fs_hz)))
        wave = self._wave[:n]
        np.multiply(self._steps[:n], (hz - self._hz) / n, out=wave)
        wave += self._hz
        np.cumsum(wave, out=wave)
        wave *= 2.0 * math.pi / self.fs_hz
        wave += self._phase
        self._phase = float(wave[-1]) % (2.0 * math.pi)
        self._hz = hz
        np.sin(wave, out=wave)
        self._tone_level = self._moved(self._tone_level, level, n, TONE_RAMP_S / TONE_PEAK)
        np.multiply(wave, self._ramp[:n], out=out, casting="same_kind")

    def _add(self, voice: Voice, out: FloatArray) -> None:
        """Add what is due of a voice."""
        n = min(len(out), len(voice.samples) - voice.at)
        voice.level = self._moved(voice.level, voice.to_level, n, HUSH_S)
        wave = self._wave[:n]
        np.multiply(voice.samples[voice.at : voice.at + n], self._ramp[:n], out=wave)
        np.add(out[:n], wave, out=out[:n], casting="same_kind")
        voice.at += n

    def _moved(self, level: float, to_level: float, n: int, full_s: float) -> float:
        """Write a ramp from one level to another, at 1 in ``full_s``; return where it has come to."""
        ramp = self._ramp[:n]
        step = math.copysign(1.0 / (full_s * self.fs_hz), to_level - level)
        np.multiply(self._steps[:n], step, out=ramp)
        ramp += level
        np.clip(ramp, min(level, to_level), max(level, to_level), out=ramp)
        return float(ramp[-1]) if n else level
