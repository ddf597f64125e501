"""The audio callback, driven on arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ui.sound.mixer import DUCKED, HUSH_S, MOST_FRAMES, TONE_PEAK, TONE_RAMP_S, Mixer
from ui.sound.synth import Cue, FloatArray, cue_samples

FS_HZ = 48_000.0
BLOCK = 256


class Time:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Ear:
    """Asks a mixer for sound as a device does, block by block."""

    def __init__(self) -> None:
        self.time = Time()
        self.mixer = Mixer(FS_HZ, self.time)
        self.hear(0.05)

    def hear(self, seconds: float, block: int = BLOCK) -> FloatArray:
        parts = []
        for _ in range(max(1, round(seconds * FS_HZ / block))):
            out = np.full(block, np.nan, dtype=np.float32)
            self.mixer.fill(out)
            parts.append(out)
            self.time.now_s += block / FS_HZ
        return np.concatenate(parts)

    def sing(self, hz: float = 440.0, for_s: float = 10.0) -> None:
        self.mixer.tone_hz, self.mixer.tone_level = hz, 1.0
        self.mixer.silent_after_s = self.time.now_s + for_s


def pitch_hz(samples: FloatArray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(np.argmax(spectrum)) * FS_HZ / (1 << 18)


def test_nothing_asked_is_silence() -> None:
    """Else it hums."""
    assert not Ear().hear(0.1).any()


def test_the_tone_has_its_pitch_and_its_level() -> None:
    """Else the ear is told another level than the eye."""
    ear = Ear()
    ear.sing(523.0)
    ear.hear(0.2)
    heard = ear.hear(0.5)
    assert pitch_hz(heard) == pytest.approx(523.0, abs=1.0)
    assert np.abs(heard).max() == pytest.approx(TONE_PEAK, rel=0.01)


@pytest.mark.parametrize("block", [64, 256, 1000])
def test_a_tone_that_comes_changes_and_goes_never_clicks(block: int) -> None:
    """Else an athlete who moves through the zone hears crackling."""
    ear = Ear()
    parts = [ear.hear(0.05, block)]
    for hz in (440.0, 880.0, 300.0, 301.0):
        ear.sing(hz)
        parts.append(ear.hear(0.1, block))
    ear.mixer.tone_level = 0.0
    parts.append(ear.hear(0.1, block))
    heard = np.concatenate(parts)
    steepest = TONE_PEAK * (2.0 * math.pi * 880.0 / FS_HZ + 1.0 / (TONE_RAMP_S * FS_HZ))
    assert np.abs(np.diff(heard)).max() <= 1.05 * steepest
    assert not parts[-1][-block:].any()


def test_a_dead_stream_is_silent_although_nobody_says_so() -> None:
    """Else the last level sounds on for ever while the cable lies on the floor."""
    ear = Ear()
    ear.sing(for_s=0.3)
    assert ear.hear(0.29)[-BLOCK:].any()
    ear.hear(0.06)
    assert not ear.hear(0.2).any()


def test_the_same_tone_is_heard_however_it_is_cut() -> None:
    """Else the pitch depends on the device."""
    heard = []
    for block in (128, 480):
        ear = Ear()
        ear.sing(600.0)
        ear.hear(0.2, block)
        heard.append(pitch_hz(ear.hear(0.4, block)))
    assert heard[0] == pytest.approx(heard[1], abs=1.0)


def test_a_long_request_is_filled_to_its_end() -> None:
    """Else a device with large buffers stutters."""
    ear = Ear()
    ear.sing()
    out = np.full(3 * MOST_FRAMES + 17, np.nan, dtype=np.float32)
    ear.mixer.fill(out)
    assert np.isfinite(out).all()
    assert out[-1000:].any()


def test_a_cue_sounds_at_once_and_whole() -> None:
    """Else "go" comes late, and the latency it starts is wrong."""
    ear, cue = Ear(), cue_samples(Cue.GO, FS_HZ)
    ear.mixer.play(cue)
    heard = ear.hear(0.5)
    assert np.allclose(heard[: len(cue)], cue, atol=1e-6)
    assert not heard[len(cue) :].any()
    assert not ear.mixer.sounds


def test_a_voice_lowers_the_tone_and_gives_it_back() -> None:
    """Else "relax" drowns in the tone."""
    ear = Ear()
    ear.sing()
    ear.hear(0.2)
    ear.mixer.play(np.zeros(round(0.5 * FS_HZ), dtype=np.float32), spoken=True)
    ear.hear(0.1)
    assert np.abs(ear.hear(0.2)).max() == pytest.approx(DUCKED * TONE_PEAK, rel=0.02)
    ear.hear(0.4)
    assert np.abs(ear.hear(0.1)).max() == pytest.approx(TONE_PEAK, rel=0.02)


def test_one_voice_at_a_time() -> None:
    """Else two sentences at once are none."""
    ear = Ear()
    first, second = (np.full(round(0.5 * FS_HZ), level, dtype=np.float32) for level in (0.5, 0.25))
    ear.mixer.play(first, spoken=True)
    ear.hear(0.1)
    ear.mixer.play(second, spoken=True)
    ear.hear(2 * HUSH_S)
    assert np.allclose(ear.hear(0.1), 0.25)


def test_a_cue_sounds_over_a_voice() -> None:
    """Else three, two, one has holes."""
    ear = Ear()
    ear.mixer.play(np.full(round(0.5 * FS_HZ), 0.1, dtype=np.float32), spoken=True)
    ear.hear(0.1)
    ear.mixer.play(np.full(round(0.2 * FS_HZ), 0.2, dtype=np.float32))
    assert np.allclose(ear.hear(0.1), 0.3)


def test_hush_ends_everything_at_once_without_a_click() -> None:
    """Else "push" sounds on while the session is paused."""
    ear = Ear()
    ear.sing()
    ear.mixer.play(np.full(round(2.0 * FS_HZ), 0.3, dtype=np.float32), spoken=True)
    ear.mixer.play(np.full(round(2.0 * FS_HZ), 0.2, dtype=np.float32))
    before = ear.hear(0.1)
    ear.mixer.hush()
    heard = np.concatenate([before[-1:], ear.hear(0.03)])
    assert np.abs(np.diff(heard)).max() < 0.02
    assert not ear.hear(0.5).any()


def test_what_waits_is_hushed_too_and_what_comes_after_is_not() -> None:
    """Else the warning that follows a hush is hushed with it."""
    ear = Ear()
    ear.mixer.play(np.full(4800, 0.3, dtype=np.float32))
    ear.mixer.hush()
    ear.mixer.play(np.full(4800, 0.1, dtype=np.float32))
    ear.hear(0.02)
    assert np.allclose(ear.hear(0.05), 0.1)


def test_the_volume_is_the_volume_of_everything() -> None:
    """Else mute leaves the tone."""
    ear = Ear()
    ear.sing()
    ear.mixer.play(np.full(round(FS_HZ), 0.3, dtype=np.float32))
    ear.mixer.volume = 0.0
    ear.hear(0.05)
    assert not ear.hear(0.1).any()


def test_all_at_once_stays_within_full_scale() -> None:
    """Else it crackles when most is said."""
    ear = Ear()
    ear.sing()
    for _ in range(8):
        ear.mixer.play(np.full(4800, 0.9, dtype=np.float32))
    assert np.abs(ear.hear(0.1)).max() <= 1.0
