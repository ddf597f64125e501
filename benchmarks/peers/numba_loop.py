"""One fused loop, compiled: stands for the least that the work can cost on this machine."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from benchmarks.peers.scipy_plain import QUIET_S, SHORT_S
from benchmarks.ways import SAME, Found, LiveWay, OfflineWay, Recording, Stopwatch, library
from benchmarks.work import Work
from emg.blocks import FloatArray, SampleBlock
from emg.bursts import OFFSET_DWELL_S, OFFSET_SD, ONSET_DWELL_S, ONSET_SD


def _rms_of_block(
    data: Any, sections: Any, state: Any, ring: Any, sums: Any, at: int, out: Any
) -> int:  # pragma: no cover
    """Filter, square and sum up sample by sample; ``sums`` is made anew whenever the ring comes round."""
    n_rows, n_columns = data.shape
    n_ring = len(ring)
    for row in range(n_rows):
        for column in range(n_columns):
            x = data[row, column]
            for i in range(len(sections)):
                y = sections[i, 0] * x + state[i, 0, column]
                state[i, 0, column] = sections[i, 1] * x - sections[i, 4] * y + state[i, 1, column]
                state[i, 1, column] = sections[i, 2] * x - sections[i, 5] * y
                x = y
            square = x * x
            sums[column] += square - ring[at, column]
            ring[at, column] = square
        at += 1
        if at == n_ring:
            at = 0
            for column in range(n_columns):
                total = 0.0
                for i in range(n_ring):
                    total += ring[i, column]
                sums[column] = total
    for column in range(n_columns):
        out[column] = np.sqrt(max(sums[column], 0.0) / n_ring)
    return at


def _filter_and_levels(
    data: Any, sections: Any, state: Any, n_long: int, n_short: int, short: Any
) -> float:  # pragma: no cover
    """Filter one channel, fill in its short RMS and return the mean of the long one, in one pass."""
    n = len(data)
    squares = np.empty(n)
    long_sum = short_sum = level = 0.0
    for row in range(n):
        x = data[row]
        for i in range(len(sections)):
            y = sections[i, 0] * x + state[i, 0]
            state[i, 0] = sections[i, 1] * x - sections[i, 4] * y + state[i, 1]
            state[i, 1] = sections[i, 2] * x - sections[i, 5] * y
            x = y
        squares[row] = x * x
        long_sum += squares[row] - (squares[row - n_long] if row >= n_long else 0.0)
        short_sum += squares[row] - (squares[row - n_short] if row >= n_short else 0.0)
        if row >= n_long - 1:
            level += np.sqrt(max(long_sum, 0.0) / n_long)
        if row >= n_short - 1:
            short[row - n_short + 1] = np.sqrt(max(short_sum, 0.0) / n_short)
    return level / (n - n_long + 1)


def _count_bursts(
    short: Any, on_limit: float, off_limit: float, on_dwell: int, off_dwell: int
) -> int:  # pragma: no cover
    """Count the bursts of one channel."""
    n_bursts = run_on = run_off = 0
    active = False
    for value in short:
        run_on = run_on + 1 if value > on_limit else 0
        run_off = run_off + 1 if value <= off_limit else 0
        if not active and run_on == on_dwell:
            active = True
            n_bursts += 1
        if active and run_off == off_dwell:
            active = False
    return n_bursts


class FusedLoop:
    """The loop with its state, compiled when it is made."""

    def __init__(self, work: Work) -> None:
        self._run = library("numba").njit(_rms_of_block)
        self._sections = work.sections
        self._state = signal.sosfilt_zi(self._sections)[:, :, None] * np.ones(work.n_channels)
        self._ring = np.zeros((work.n_window, work.n_channels))
        self._sums, self._out = np.zeros(work.n_channels), np.zeros(work.n_channels)
        self._at, self._begun = 0, False

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        if not self._begun:
            self._state *= block.data_uv[0]
            self._begun = True
        self._at = self._run(
            block.data_uv, self._sections, self._state, self._ring, self._sums, self._at, self._out
        )

    def rms_uv(self) -> FloatArray:
        """RMS over 250 ms."""
        return self._out


def whole(recording: Recording, clock: Stopwatch) -> Found:
    """Do one channel after another; compiling is not counted."""
    numba = library("numba")
    levels_of, bursts_of = numba.njit(_filter_and_levels), numba.njit(_count_bursts)
    work = recording.work
    sections, n_short = work.sections, round(SHORT_S * work.fs_hz)
    steady, n_quiet = signal.sosfilt_zi(sections), round(QUIET_S * work.fs_hz)
    dwells = (round(ONSET_DWELL_S * work.fs_hz), round(OFFSET_DWELL_S * work.fs_hz))
    columns = np.ascontiguousarray(recording.whole().T)
    short_uv = np.empty(columns.shape[1] - n_short + 1)

    def one(column: FloatArray) -> tuple[float, int]:
        level = levels_of(column, sections, steady * column[0], work.n_window, n_short, short_uv)
        mean, sd = short_uv[:n_quiet].mean(), short_uv[:n_quiet].std(ddof=1)
        return level, bursts_of(short_uv, mean + ONSET_SD * sd, mean + OFFSET_SD * sd, *dwells)

    one(columns[0][: 4 * n_quiet])
    with clock.running():
        results = [one(column) for column in columns]
    return Found(float(np.mean([level for level, _ in results])), sum(n for _, n in results))


LIVE = (LiveWay("numba", "numba, one fused loop (the floor)", "numba", FusedLoop, SAME, "RMS once a block"),)
OFFLINE = (
    OfflineWay(
        "numba", "numba, one fused loop (the floor)", "numba", whole, 1e-9, "whole in memory; one core"
    ),
)
