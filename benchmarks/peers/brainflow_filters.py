"""BrainFlow's DataFilter: no state, so the newest seconds are filtered again at every block."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.peers.scipy_plain import SHORT_S, count_bursts, moving_rms
from benchmarks.ways import Found, LiveWay, Meter, OfflineWay, Recording, Ring, Stopwatch, library
from benchmarks.work import MAINS_HZ, Work
from emg.blocks import FloatArray, SampleBlock
from emg.filters import ORDER

EXAMPLES_S = 4.0
CAUSAL_S = 2.0
STOP_HALF_HZ = 2.0
"""Half the width of the band-stop in BrainFlow's examples: 48-52 Hz."""


class LastSeconds:
    """The newest seconds of each channel through the filters, at every block."""

    def __init__(self, work: Work, seconds: float, *, zero_phase: bool) -> None:
        self._module: Any = library("brainflow.data_filter")
        self._work = work
        self._ring = Ring(round(seconds * work.fs_hz), work.n_channels)
        self._zero_phase = zero_phase

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        self._ring.push(block.data_uv)

    def rms_uv(self) -> FloatArray:
        """RMS over the last 250 ms of what comes out."""
        n = self._work.n_window
        levels = np.empty(self._work.n_channels)
        for channel, column in enumerate(np.ascontiguousarray(self._ring.newest.T)):
            if self._zero_phase:
                self._module.DataFilter.detrend(column, self._module.DetrendOperations.CONSTANT.value)
            filter_in_place(self._module, column, self._work, zero_phase=self._zero_phase)
            newest = column[-n:]
            levels[channel] = np.sqrt(np.dot(newest, newest) / n)
        return levels


def filter_in_place(module: Any, column: FloatArray, work: Work, *, zero_phase: bool) -> None:
    """Band-pass and band-stop, forwards or in both directions."""
    kind = (module.FilterTypes.BUTTERWORTH_ZERO_PHASE if zero_phase else module.FilterTypes.BUTTERWORTH).value
    fs_hz, band = round(work.fs_hz), work.filters
    stop = (MAINS_HZ - STOP_HALF_HZ, MAINS_HZ + STOP_HALF_HZ)
    module.DataFilter.perform_bandpass(column, fs_hz, band.low_hz, band.high_hz, ORDER, kind, 0.0)
    module.DataFilter.perform_bandstop(column, fs_hz, *stop, ORDER, kind, 0.0)


def as_its_examples(work: Work) -> Meter:
    """Make the way of BrainFlow's live examples."""
    return LastSeconds(work, EXAMPLES_S, zero_phase=True)


def causal(work: Work) -> Meter:
    """Make the same, forwards only and over less signal."""
    return LastSeconds(work, CAUSAL_S, zero_phase=False)


def whole(recording: Recording, clock: Stopwatch) -> Found:
    """Zero-phase filters, rectified, low-pass 6 Hz; bursts on the short RMS as everywhere here."""
    module: Any = library("brainflow.data_filter")
    work, fs_hz = recording.work, recording.work.fs_hz
    kind = module.FilterTypes.BUTTERWORTH_ZERO_PHASE.value
    columns = np.ascontiguousarray(recording.whole().T)
    levels, bursts = [], 0
    with clock.running():
        for column in columns:
            module.DataFilter.detrend(column, module.DetrendOperations.CONSTANT.value)
            filter_in_place(module, column, work, zero_phase=True)
            bursts += count_bursts(moving_rms(np.square(column), round(SHORT_S * fs_hz)), fs_hz)
            envelope = np.abs(column)
            module.DataFilter.perform_lowpass(envelope, round(fs_hz), 6.0, 2, kind, 0.0)
            levels.append(float(envelope.mean()))
    return Found(float(np.mean(levels)), bursts)


LIVE = (
    LiveWay(
        "brainflow_examples", "BrainFlow, as its examples do", "brainflow", as_its_examples, None,
        "the last 4 s detrended and filtered in both directions at every block",
    ),
    LiveWay(
        "brainflow_causal", "BrainFlow, causal, last 2 s", "brainflow", causal, None,
        "the last 2 s filtered from zero at every block",
    ),
)  # fmt: skip
OFFLINE = (
    OfflineWay(
        "brainflow", "BrainFlow, zero-phase + low-pass", "brainflow", whole, None,
        "whole in memory; mean absolute value instead of RMS",
    ),
)  # fmt: skip
