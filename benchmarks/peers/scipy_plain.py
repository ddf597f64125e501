"""SciPy used plainly; ``sosfilt`` alone is what every ratio is taken to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from scipy import signal

from benchmarks.ways import SAME, Found, LiveWay, OfflineWay, Recording, Ring, Stopwatch
from benchmarks.work import Work
from emg.blocks import FloatArray, SampleBlock
from emg.bursts import OFFSET_DWELL_S, OFFSET_SD, ONSET_DWELL_S, ONSET_SD

SOSFILT: Final = "sosfilt"
SOSFILT_RMS: Final = "sosfilt_rms"

QUIET_S: Final = 2.0
SHORT_S: Final = 0.050


class Sosfilt:
    """One call for all channels, state carried; no level."""

    def __init__(self, work: Work) -> None:
        self._sections = work.sections
        self._state = signal.sosfilt_zi(self._sections)[:, :, None] * np.ones(work.n_channels)
        self._begun = False

    def filtered(self, data_uv: FloatArray) -> FloatArray:
        """Filter the next rows."""
        if not self._begun:
            self._state *= data_uv[0]
            self._begun = True
        out, self._state = signal.sosfilt(self._sections, data_uv, axis=0, zi=self._state)
        return np.asarray(out)

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        self.filtered(block.data_uv)

    def rms_uv(self) -> FloatArray | None:
        """No level is made."""
        return None


class SosfiltAndRms(Sosfilt):
    """The same with the RMS of the last 250 ms once a block."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._ring = Ring(work.n_window, work.n_channels)

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        self._ring.push(self.filtered(block.data_uv))

    def rms_uv(self) -> FloatArray:
        """RMS over 250 ms."""
        return self._ring.rms()


class LoopOverChannels:
    """One filter and one RMS per channel, as first written by most people."""

    def __init__(self, work: Work) -> None:
        one = Work(1, work.fs_hz)
        self._meters = [SosfiltAndRms(one) for _ in range(work.n_channels)]

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        for channel, meter in enumerate(self._meters):
            meter._ring.push(meter.filtered(block.data_uv[:, channel : channel + 1]))

    def rms_uv(self) -> FloatArray:
        """RMS over 250 ms."""
        return np.concatenate([meter.rms_uv() for meter in self._meters])


def moving_rms(squares: FloatArray, n: int) -> FloatArray:
    """RMS of every whole window along the last axis."""
    sums = np.cumsum(squares, axis=-1)
    sums[..., n:] -= sums[..., :-n].copy()
    return np.asarray(np.sqrt(np.maximum(sums[..., n - 1 :], 0.0) / n))


def count_bursts(short_uv: FloatArray, fs_hz: float) -> int:
    """Count bursts above mean + 5 SD of the quiet beginning for 50 ms; over below mean + 2 SD for 100 ms."""
    quiet = short_uv[: round(QUIET_S * fs_hz)]
    mean, sd = quiet.mean(), quiet.std(ddof=1)
    ons = _lasting(short_uv > mean + ONSET_SD * sd, round(ONSET_DWELL_S * fs_hz))
    offs = _lasting(short_uv <= mean + OFFSET_SD * sd, round(OFFSET_DWELL_S * fs_hz))
    turns = np.zeros(len(short_uv), dtype=np.int8)
    turns[offs], turns[ons] = -1, 1
    turns = turns[turns != 0]
    return int((np.diff(turns, prepend=-1) == 2).sum())


def _lasting(state: np.ndarray[tuple[int], np.dtype[np.bool_]], dwell: int) -> list[int]:
    """Find where the runs that last begin."""
    edges = np.flatnonzero(np.diff(state.astype(np.int8), prepend=0, append=0))
    starts, stops = edges[::2], edges[1::2]
    return [int(start) for start in starts[stops - starts >= dwell]]


def one_channel(data_uv: FloatArray, work: Work) -> Found:
    """Filter one channel of a recording, and find its envelope and its bursts."""
    sections = work.sections
    filtered, _ = signal.sosfilt(sections, data_uv, zi=signal.sosfilt_zi(sections) * data_uv[0])
    squares = np.square(filtered)
    level = float(moving_rms(squares, work.n_window).mean())
    return Found(level, count_bursts(moving_rms(squares, round(SHORT_S * work.fs_hz)), work.fs_hz))


def channel_by_channel(recording: Recording, clock: Stopwatch) -> Found:
    """Do one channel after another."""
    return _over(recording, clock, map)


def two_threads(recording: Recording, clock: Stopwatch) -> Found:
    """Do two channels at a time; SciPy lets go of the interpreter while it filters."""
    with ThreadPoolExecutor(2) as threads:
        return _over(recording, clock, threads.map)


def _over(recording: Recording, clock: Stopwatch, each: Callable[..., object]) -> Found:
    columns = np.ascontiguousarray(recording.whole().T)
    with clock.running():
        results: list[Found] = list(each(lambda column: one_channel(column, recording.work), columns))  # type: ignore[call-overload]
    levels = [found.level_uv for found in results if found.level_uv is not None]
    return Found(float(np.mean(levels)), sum(found.bursts or 0 for found in results))


def all_at_once(recording: Recording, clock: Stopwatch) -> Found:
    """Call SciPy once for all channels."""
    data_uv, work = recording.whole(), recording.work
    sections = work.sections
    with clock.running():
        state = signal.sosfilt_zi(sections)[:, :, None] * data_uv[0]
        filtered, _ = signal.sosfilt(sections, data_uv, axis=0, zi=state)
        squares = np.square(filtered).T
        level = float(moving_rms(squares, work.n_window).mean())
        short_uv = moving_rms(squares, round(SHORT_S * work.fs_hz))
        bursts = sum(count_bursts(column, work.fs_hz) for column in short_uv)
    return Found(level, bursts)


def filter_alone(recording: Recording, clock: Stopwatch) -> Found:
    """Filter each channel and do nothing else."""
    columns = np.ascontiguousarray(recording.whole().T)
    sections = recording.work.sections
    steady = signal.sosfilt_zi(sections)
    with clock.running():
        for column in columns:
            signal.sosfilt(sections, column, zi=steady * column[0])
    return Found(None, None)


LIVE = (
    LiveWay(SOSFILT, "SciPy sosfilt alone", "scipy", Sosfilt, None, "one call for all channels; no level"),
    LiveWay(SOSFILT_RMS, "SciPy sosfilt + RMS", "scipy", SosfiltAndRms, SAME, "RMS once a block"),
    LiveWay("scipy_loop", "SciPy, loop over channels", "scipy", LoopOverChannels, SAME, "RMS once a block"),
)

OFFLINE = (
    OfflineWay(SOSFILT, "SciPy sosfilt alone", "scipy", filter_alone, None, "no envelope, no bursts"),
    OfflineWay(
        "scipy_loop", "SciPy, loop over channels", "scipy", channel_by_channel, 1e-9, "whole in memory"
    ),
    OfflineWay(
        "scipy_threads", "SciPy, two threads over channels", "scipy", two_threads, 1e-9, "whole in memory"
    ),
    OfflineWay("scipy_2d", "SciPy, all channels at once", "scipy", all_at_once, 1e-9, "whole in memory"),
)
