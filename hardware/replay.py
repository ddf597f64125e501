"""A recording played again as a board: paced, with its gaps as they were."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import EndOfSource, SampleBlock, SourceLost, SourceUnavailable, StreamInfo, Unit
from emg.said import said_by
from hardware.board import CYTON_FULL_SCALE_UV
from hardware.files import FileSource, FileUnreadable, describe, open_file
from hardware.pace import Pace

LOOK_S: Final = 30.0
HEADROOM: Final = 4.0
"""Where no full scale is known: so many times what the first half minute held."""


class ReplaySource:
    """A recorded file as if it came from a board now; implements ``emg.blocks.Source``.

    Where the file lacks samples nothing comes for as long as it lasted.

    Parameters
    ----------
    path : Path
        Any recording that can be read, or the folder of a session.
    speed : float
        1 is real time, 0 is as fast as it is read.
    n_columns : int or None
        Signal columns to be read, the first of the file; None for all.
    fs_hz, unit : float or None, str or None
        What the file does not say of itself.
    clock, sleep : callable
        Monotonic host time in seconds, and how to let some of it pass.

    Raises
    ------
    ValueError
        If the speed is below 0 or not a number.
    """

    def __init__(
        self,
        path: Path,
        *,
        speed: float = 1.0,
        n_columns: int | None = None,
        fs_hz: float | None = None,
        unit: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path
        self._n_columns = n_columns
        self._fs_hz = fs_hz
        self._unit = unit
        self._pace = Pace(speed, clock, sleep)
        self._file: FileSource | None = None
        self._pieces: deque[SampleBlock] = deque()

    @property
    def paced(self) -> bool:
        """False: a slow reader finds every sample where it was."""
        return False

    def open(self) -> StreamInfo:
        """Begin at the beginning of the file.

        Raises
        ------
        SourceUnavailable
            If it cannot be read, with one sentence that says what to do.
        """
        self.close()
        try:
            info = _as_board(self.file())
            self._file = self.file()
        except FileUnreadable as error:
            raise SourceUnavailable(said_by(error)) from error
        self._file.open()
        self._pace.start()
        return info

    def file(self) -> FileSource:
        """Find the file and its columns; reads no further than its beginning.

        Raises
        ------
        FileUnreadable
            With one sentence that says what to do.
        """
        n_columns = self._n_columns or len(describe(self._path).signals)
        columns = [str(number) for number in range(1, n_columns + 1)]
        return open_file(self._path, columns=columns, fs_hz=self._fs_hz, unit=self._unit)

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next block when it is due.

        Raises
        ------
        SourceLost
            If it is not open.
        EndOfSource
            After the last sample, or, with a sentence, where the file is damaged.
        """
        if self._file is None:
            raise SourceLost("The recording is not open.")
        if not self._pieces:
            self._fill(self._file)
        due_s = self._pace.due_s(self._pieces[0].end_sample, self._pieces[0].fs_hz)
        now_s = self._pace.wait(due_s, timeout_s)
        return None if now_s is None else replace(self._pieces.popleft(), host_time_s=now_s)

    def close(self) -> None:
        """Let the file go; safe to call twice."""
        file, self._file = self._file, None
        self._pieces.clear()
        if file is not None:
            file.close()

    def _fill(self, file: FileSource) -> None:
        """Cut the next second of the file as a board would."""
        try:
            block = file.read()
        except FileUnreadable as error:
            raise EndOfSource(said_by(error)) from error
        length = max(1, round(self._pace.block_s() * block.fs_hz))
        for start in range(0, block.n_samples, length):
            self._pieces.append(block.cut(start, min(start + length, block.n_samples)))


def _as_board(file: FileSource) -> StreamInfo:
    """Facts of the file as a stream that can be recorded again, which needs a full scale."""
    info = file.open()
    full_scale = info.full_scale_uv
    if not math.isfinite(full_scale):
        peak = _peak(file, info)
        assumed = CYTON_FULL_SCALE_UV if info.unit is Unit.MICROVOLT else 0.0
        full_scale = max(assumed, HEADROOM * peak) or 1.0
    file.close()
    return replace(info, board="replay", source_id=f"replay-{info.source_id}", full_scale_uv=full_scale)


def _peak(file: FileSource, info: StreamInfo) -> float:
    """Greatest absolute value in the first half minute."""
    peak, seen = 0.0, 0
    while seen < LOOK_S * info.fs_hz:
        try:
            block = file.read()
        except EndOfSource:
            break
        seen += block.n_samples
        peak = max(peak, float(np.abs(block.data_uv).max(initial=0.0)))
    return peak
