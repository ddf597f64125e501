"""The cues as arrays: short notes that rise and fall softly, so that none of them clicks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

ATTACK_S, RELEASE_S = 0.008, 0.030
"""A raised cosine: shorter ones are heard as a click."""

CUE_PEAK: Final = 0.30
"""Ours: cue, voice and tone together stay below full scale."""


class Cue(StrEnum):
    """What can sound."""

    COUNT = "count"
    REST_COUNT = "rest_count"
    GO = "go"
    SET = "set"
    FIRED = "fired"
    BACK = "back"
    LOST = "lost"
    OVER = "over"
    FELT = "felt"
    HOLD_DONE = "hold_done"
    REST = "rest"
    END = "end"
    ASK = "ask"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a cue.

    Attributes
    ----------
    hz : float
        Pitch at its beginning.
    length_s : float
        From its beginning to silence.
    to_hz : float or None
        Pitch at its end, if it glides.
    level : float
        Share of the peak of a cue.
    gap_s : float
        Silence after it.
    """

    hz: float
    length_s: float
    to_hz: float | None = None
    level: float = 1.0
    gap_s: float = 0.0


NOTES: Final[Mapping[Cue, tuple[Note, ...]]] = MappingProxyType(
    {
        Cue.COUNT: (Note(660.0, 0.09, level=0.7),),
        Cue.REST_COUNT: (Note(440.0, 0.07, level=0.4),),
        Cue.GO: (Note(990.0, 0.28),),
        Cue.SET: (Note(660.0, 0.08, level=0.8), Note(990.0, 0.14, level=0.8)),
        Cue.FIRED: (Note(523.25, 0.28, to_hz=1046.5),),
        Cue.BACK: (Note(698.5, 0.16, to_hz=932.3, level=0.7),),
        Cue.LOST: (Note(587.3, 0.30, to_hz=392.0, level=0.6),),
        Cue.OVER: (Note(330.0, 0.11, gap_s=0.05, level=0.7), Note(330.0, 0.11, level=0.7)),
        Cue.FELT: (Note(880.0, 0.06, level=0.5),),
        Cue.HOLD_DONE: (Note(784.0, 0.12, gap_s=0.02), Note(523.25, 0.34)),
        Cue.REST: (Note(523.25, 0.34, level=0.7),),
        Cue.END: (Note(523.25, 0.14), Note(659.3, 0.14), Note(784.0, 0.14), Note(1046.5, 0.45)),
        Cue.ASK: (
            Note(587.3, 0.09, level=0.6, gap_s=0.04),
            Note(587.3, 0.09, level=0.6, gap_s=0.04),
            Note(880.0, 0.24, level=0.6),
        ),
        Cue.WARNING: (
            Note(392.0, 0.16, gap_s=0.06),
            Note(311.1, 0.16, gap_s=0.06),
            Note(392.0, 0.16, gap_s=0.06),
            Note(311.1, 0.26),
        ),
    }
)
"""Rising is good news, falling is lost, two low ones together are too much, up and down is trouble;
two alike and a higher one ask."""


def cue_samples(cue: Cue, fs_hz: float) -> FloatArray:
    """Make a cue.

    Parameters
    ----------
    cue : Cue
        Which one.
    fs_hz : float
        Rate of the device.

    Returns
    -------
    ndarray of shape (n_samples,), float32
        Within ``CUE_PEAK``, silent at both ends.
    """
    parts = [part for note in NOTES[cue] for part in (_note(note, fs_hz), _silence(note.gap_s, fs_hz))]
    return (CUE_PEAK * np.concatenate(parts)).astype(np.float32)


def _silence(seconds: float, fs_hz: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.zeros(round(seconds * fs_hz))


def _note(note: Note, fs_hz: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Make a sine with a soft beginning and end; a glide is straight in octaves."""
    n = round(note.length_s * fs_hz)
    to_hz = note.hz if note.to_hz is None else note.to_hz
    hz = np.geomspace(note.hz, to_hz, n)
    wave = np.sin(2.0 * np.pi * np.cumsum(hz) / fs_hz)
    return note.level * wave * _ramp(n, ATTACK_S * fs_hz) * _ramp(n, RELEASE_S * fs_hz)[::-1]


def _ramp(n: int, length: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """From 0 to 1 over ``length`` samples, then 1."""
    return 0.5 - 0.5 * np.cos(np.pi * np.minimum(1.0, np.arange(n) / length))
