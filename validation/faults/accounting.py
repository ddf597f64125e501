"""Hold what was received against what the board measured: every sample, its time and its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import median_filter

from emg.blocks import BoolArray, FloatArray, IntArray, StreamInfo, Unit
from validation.faults.numbered import NO_NUMBER, Code
from validation.faults.session import Received

TEN_SECONDS_S: Final = 10.0
ALONE_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the samples of one trial.

    Attributes
    ----------
    received, sent : int
        Samples delivered, false ones included, and samples that the board measured from the first true one
        to the last.
    marked_lost : int
        Samples that the jumps between blocks say are lost.
    longest_gap_s : float
        Longest stretch that is truly missing.
    longest_pause_s : float
        Longest time in which nothing was delivered.
    reopens : int
        How often the board was opened again.
    false_rows : int
        Delivered rows that are no sample of the board's.
    misdated : int
        Delivered samples with the number of another; only where a counter tells, within one open.
    worst_error_s : float
        Greatest distance of a sample from its true time, against the first of the trial.
    estimated : bool
        Whether any of the gaps was taken from the clock.
    """

    received: int
    sent: int
    marked_lost: int
    longest_gap_s: float
    longest_pause_s: float
    reopens: int
    false_rows: int
    misdated: int
    worst_error_s: float
    estimated: bool

    @property
    def lost(self) -> int:
        """Samples that were truly lost."""
        return self.sent - self.received

    @property
    def unaccounted(self) -> int:
        """Received plus marked lost, less sent."""
        return self.received + self.marked_lost - self.sent


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Delivered rows: their numbers in the session, the codes they carry, and where they came from."""

    numbers: IntArray
    codes: IntArray
    counts: IntArray
    opens: IntArray


def account_for(
    received: Sequence[Received],
    info: StreamInfo,
    code: Code,
    measured: IntArray,
    fs_hz: float,
    *,
    counts: bool,
) -> Account:
    """Hold received blocks against what the board's converter has read.

    Parameters
    ----------
    received : sequence of Received
        The blocks of a trial, in order.
    info : StreamInfo
        Facts of the stream.
    code : Code
        How samples are numbered.
    measured : ndarray of shape (n_readings, n_columns), int64
        All readings of the board's converter.
    fs_hz : float
        Samples a second that the board really sends.
    counts : bool
        Whether the board has a packet counter, so that numbers must be exact.
    """
    rows = _gathered(received, info, code)
    false = ~_as_measured(rows, measured, fs_hz, code)
    misdated = (
        ~false & (rows.codes != _codes_in_step(rows, code.per_sample)) if counts else np.zeros_like(false)
    )
    good = np.flatnonzero(~false & ~misdated)
    numbers, true = rows.numbers[good], rows.codes[good] / code.per_sample
    delivered = int(good[-1] - good[0]) + 1
    error = (numbers - numbers[0]) - (true - true[0])
    missing = np.diff(true) - np.diff(good)  # a false sample stands where a true one was
    times_s = np.array([one.time_s for one in received])
    return Account(
        received=delivered,
        sent=round(float(true[-1] - true[0])) + 1,
        marked_lost=int(numbers[-1] - numbers[0]) + 1 - delivered,
        longest_gap_s=float(missing.max(initial=0.0)) / fs_hz,
        longest_pause_s=float(np.diff(times_s).max(initial=0.0)),
        reopens=received[-1].n_reopens - received[0].n_reopens,
        false_rows=int(np.count_nonzero(false)),
        misdated=int(np.count_nonzero(misdated)),
        worst_error_s=float(np.abs(error).max()) / fs_hz,
        estimated=any(one.block.gap_estimated for one in received[1:]),
    )


def read_codes(one: Received, info: StreamInfo, code: Code) -> IntArray:
    """Numbers of the readings that a block says it is made of."""
    return code.read(_counts(one.block.data_uv, info))


def _counts(data: FloatArray, info: StreamInfo) -> IntArray:
    """Go back to the counts of the board's converter."""
    found = info.scale.encode(data) if info.unit is Unit.MICROVOLT else np.rint(data)
    counts: IntArray = found.astype(np.int64)
    return counts


def _gathered(received: Sequence[Received], info: StreamInfo, code: Code) -> _Rows:
    counts = _counts(np.concatenate([one.block.data_uv for one in received]), info)
    return _Rows(
        np.concatenate([np.arange(one.block.first_sample, one.block.end_sample) for one in received]),
        code.read(counts),
        counts,
        np.concatenate([np.full(one.block.n_samples, one.n_reopens) for one in received]),
    )


def _as_measured(rows: _Rows, measured: IntArray, fs_hz: float, code: Code) -> BoolArray:
    """Which rows are samples of the board's, whatever their time.

    A single row far from its neighbours is none, whatever it looks like: its number itself was damaged.
    """
    found = (rows.codes >= 0) & (rows.codes < len(measured))
    if code.per_sample == 1:  # each reading goes out as it is
        found[found] = (rows.counts[found] == measured[rows.codes[found]]).all(axis=1)
    offsets = rows.codes[found] - code.per_sample * rows.numbers[found]
    alone = np.abs(offsets - median_filter(offsets, 5)) > fs_hz * ALONE_S
    found[found] = ~alone
    return found


def _codes_in_step(rows: _Rows, per_sample: int) -> IntArray:
    """Code that each row must carry if it stands at its own time: all samples of one open are in step."""
    expected = np.empty_like(rows.codes)
    for part in np.split(np.arange(len(rows.codes)), np.flatnonzero(np.diff(rows.opens)) + 1):
        offsets = rows.codes[part] - per_sample * rows.numbers[part]
        values, n_of_each = np.unique(offsets[rows.codes[part] != NO_NUMBER], return_counts=True)
        offset = values[np.argmax(n_of_each)] if len(values) else 0
        expected[part] = offset + per_sample * rows.numbers[part]
    return expected
