"""The cues: soft, in tune, and apart from each other."""

from __future__ import annotations

import numpy as np
import pytest

from ui.sound.synth import CUE_PEAK, NOTES, Cue, cue_samples

FS_HZ = 48_000.0
STEEPEST = (
    1.2 * 2.0 * np.pi * max(note.to_hz or note.hz for notes in NOTES.values() for note in notes) / FS_HZ
)


@pytest.mark.parametrize("cue", list(Cue))
@pytest.mark.parametrize("fs_hz", [16_000.0, 44_100.0, 48_000.0])
def test_no_cue_clicks(cue: Cue, fs_hz: float) -> None:
    """Else every cue in a quiet room is a little shock."""
    samples = cue_samples(cue, fs_hz)
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3
    assert np.abs(np.diff(samples)).max() <= CUE_PEAK * STEEPEST * FS_HZ / fs_hz


@pytest.mark.parametrize("cue", list(Cue))
def test_every_cue_is_heard_and_none_is_too_loud(cue: Cue) -> None:
    """Else one frightens, or one is missed."""
    peak = np.abs(cue_samples(cue, FS_HZ)).max()
    assert 0.3 * CUE_PEAK < peak <= CUE_PEAK


@pytest.mark.parametrize("cue", [Cue.COUNT, Cue.REST_COUNT, Cue.GO, Cue.FELT, Cue.REST])
def test_a_note_has_its_pitch(cue: Cue) -> None:
    """Else three, two, one and go sound alike."""
    samples = cue_samples(cue, FS_HZ)
    spectrum = np.abs(np.fft.rfft(samples, 1 << 17))
    assert np.argmax(spectrum) * FS_HZ / (1 << 17) == pytest.approx(NOTES[cue][0].hz, abs=3.0)


@pytest.mark.parametrize(("cue", "rises"), [(Cue.FIRED, True), (Cue.BACK, True), (Cue.LOST, False)])
def test_reached_rises_and_lost_falls(cue: Cue, rises: bool) -> None:
    """Else nobody can tell good from bad with the eyes away."""
    samples = cue_samples(cue, FS_HZ)
    half = len(samples) // 2
    first, second = (
        np.argmax(np.abs(np.fft.rfft(part, 1 << 16))) for part in (samples[:half], samples[half:])
    )
    assert (second > first) is np.bool_(rises)


def test_no_two_cues_are_the_same() -> None:
    """Else one of them means two things."""
    assert len({cue_samples(cue, FS_HZ).tobytes() for cue in Cue}) == len(Cue)
