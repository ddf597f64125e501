"""NeuroKit2: made for whole recordings; live, the last 2 s are done again at every block."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ways import Found, LiveWay, OfflineWay, Recording, Ring, Stopwatch, library
from benchmarks.work import Work
from emg.blocks import FloatArray, SampleBlock

LAST_S = 2.0
PIECE_S = 20.0
"""``emg_process`` is measured on so much of one channel: it goes through every sample in Python."""


class LastSeconds:
    """Clean and amplitude of the newest seconds, at every block."""

    def __init__(self, work: Work) -> None:
        self._module: Any = library("neurokit2")
        self._fs_hz = work.fs_hz
        self._ring = Ring(round(LAST_S * work.fs_hz), work.n_channels)

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        self._ring.push(block.data_uv)

    def rms_uv(self) -> FloatArray:
        """Newest value of its amplitude, which is in µV²."""
        columns = np.ascontiguousarray(self._ring.newest.T)
        return np.array([self._amplitude(column)[-1] for column in columns])

    def _amplitude(self, column: FloatArray) -> FloatArray:
        clean = self._module.emg_clean(column, sampling_rate=self._fs_hz)
        return np.asarray(self._module.emg_amplitude(clean))


def clean_and_amplitude(recording: Recording, clock: Stopwatch) -> Found:
    """Do its two first steps for each channel; no activation."""
    module: Any = library("neurokit2")
    columns = np.ascontiguousarray(recording.whole().T)
    with clock.running():
        for column in columns:
            module.emg_amplitude(module.emg_clean(column, sampling_rate=recording.work.fs_hz))
    return Found(None, None)


def process(recording: Recording, clock: Stopwatch) -> Found:
    """Do everything it does, on a piece."""
    module: Any = library("neurokit2")
    n = min(recording.n_samples, round(PIECE_S * recording.work.fs_hz))
    column = np.ascontiguousarray(recording.whole()[:n, 0])
    module.emg_process(column[: n // 4], sampling_rate=round(recording.work.fs_hz))
    with clock.running():
        module.emg_process(column, sampling_rate=round(recording.work.fs_hz))
    return Found(None, None, share=n / (recording.n_samples * recording.work.n_channels))


LIVE = (
    LiveWay(
        "neurokit", "NeuroKit2, last 2 s", "neurokit2", LastSeconds, None,
        "high-pass 100 Hz, no notch; its amplitude is in µV², not a level",
    ),
)  # fmt: skip
OFFLINE = (
    OfflineWay(
        "neurokit", "NeuroKit2, clean + amplitude", "neurokit2", clean_and_amplitude, None,
        "high-pass 100 Hz, no notch, no bursts; whole in memory; amplitude in µV²",
    ),
    OfflineWay(
        "neurokit_process", "NeuroKit2, emg_process", "neurokit2", process, None,
        "measured on 20 s of one channel, its time and not its memory scaled up",
    ),
)  # fmt: skip
