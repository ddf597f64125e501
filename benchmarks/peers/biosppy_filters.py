"""BioSPPy: OnlineFilter block by block, and its whole analysis of a recording."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from benchmarks.ways import Found, LiveWay, OfflineWay, Recording, Ring, Stopwatch, library
from benchmarks.work import MAINS_HZ, Work
from emg.blocks import FloatArray, SampleBlock
from emg.filters import NOTCH_Q, ORDER


class OnlineFilters:
    """Two filters per channel, since one takes a single channel; the RMS is ours, BioSPPy has none."""

    def __init__(self, work: Work) -> None:
        online: Any = library("biosppy.signals.tools").OnlineFilter
        band = (work.filters.low_hz, work.filters.high_hz)
        b, a = signal.butter(ORDER, band, "bandpass", fs=work.fs_hz)
        notch = signal.iirnotch(MAINS_HZ, NOTCH_Q, fs=work.fs_hz)
        self._filters = [(online(b, a), online(*notch)) for _ in range(work.n_channels)]
        self._ring = Ring(work.n_window, work.n_channels)

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        filtered = np.empty_like(block.data_uv)
        for channel, (band, notch) in enumerate(self._filters):
            passed = band.filter(block.data_uv[:, channel])["filtered"]
            filtered[:, channel] = notch.filter(passed)["filtered"]
        self._ring.push(filtered)

    def rms_uv(self) -> FloatArray:
        """RMS over 250 ms."""
        return self._ring.rms()


def whole(recording: Recording, clock: Stopwatch) -> Found:
    """Call ``biosppy.signals.emg.emg`` for each channel: high-pass 100 Hz, envelope, onsets."""
    emg: Any = library("biosppy.signals.emg").emg
    columns = np.ascontiguousarray(recording.whole().T)
    onsets = 0
    with clock.running():
        for column in columns:
            onsets += len(emg(column, sampling_rate=recording.work.fs_hz, show=False)["onsets"])
    return Found(None, onsets // 2)


LIVE = (
    LiveWay(
        "biosppy_online", "BioSPPy OnlineFilter", "biosppy", OnlineFilters, 1e-6,
        "two filters per channel; RMS once a block, ours",
    ),
)  # fmt: skip
OFFLINE = (
    OfflineWay(
        "biosppy", "BioSPPy, emg", "biosppy", whole, None,
        "high-pass 100 Hz, no notch; whole in memory; onsets and ends counted, halved",
    ),
)  # fmt: skip
