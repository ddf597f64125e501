"""A clock without a board: for a practice, in which the coach counts and nothing is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import numpy as np

from emg.blocks import SampleBlock, Signal, SourceLost, StreamInfo
from hardware.pace import Pace

CLOCK_NAME: Final = "practice"
"""What stands where a board's name stands. It is in no table of boards: nobody can measure with it."""

FS_HZ: Final = 100.0
"""Ours: a key is dated to 10 ms, and nobody presses one more exactly."""

LONGEST_BLOCK_S: Final = 0.5

LATE_S: Final = 0.5
"""A clock that is later than this stood still: the computer slept, or the program was held."""


class ClockSource:
    """Time passing, as samples of no channels; drop-in for ``emg.blocks.Source``. It never ends.

    Time during which the computer stood still is a jump of ``first_sample``, like data that a board has
    lost: what is made up for in a rush would be counted as holds that nobody did.

    Parameters
    ----------
    speed : float
        1 is real time, 20 is twenty times as fast, 0 is as fast as it is read. Nobody practises at any
        other speed than 1, so the stream then says that it is simulated.
    clock, sleep : callable
        Monotonic host time in seconds, and how to let some of it pass.

    Raises
    ------
    ValueError
        If the speed is below 0 or not a number.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pace = Pace(speed, clock, sleep)
        self._block = max(1, round(self._pace.block_s(LONGEST_BLOCK_S) * FS_HZ))
        self._runs = False
        self._count = 0
        self._info = StreamInfo(
            board=CLOCK_NAME,
            source_id=CLOCK_NAME,
            nominal_fs_hz=FS_HZ,
            fs_hz=FS_HZ,
            n_channels=0,
            full_scale_uv=1.0,  # of no channel
            bandwidth_hz=FS_HZ / 2.0,
            signal=Signal.NONE,
            simulated=speed != 1.0,
        )

    @property
    def paced(self) -> bool:
        """False: there are no samples that a slow reader could lose."""
        return False

    def open(self) -> StreamInfo:
        """Start the clock; see ``emg.blocks.Source``."""
        self._pace.start()
        self._runs = True
        self._count = 0
        return self._info

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next block when it is due.

        Raises
        ------
        SourceLost
            If it is not open.
        """
        if not self._runs:
            raise SourceLost("The clock is not running.")
        due_s = self._pace.due_s(self._count + self._block, FS_HZ)
        now_s = self._pace.wait(due_s, timeout_s)
        if now_s is None:
            return None
        if now_s - due_s > LATE_S:
            self._count += int((now_s - due_s) * (FS_HZ * self._pace.speed))
        first, self._count = self._count, self._count + self._block
        return SampleBlock(np.empty((self._block, 0)), first, FS_HZ, now_s)

    def close(self) -> None:
        """Stop; see ``emg.blocks.Source``."""
        self._runs = False
