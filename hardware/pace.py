"""When samples are due that no board sends: those of a recording, of the simulated athlete, of a practice."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from emg.said import Said

BLOCK_S: Final = 0.02
LONGEST_BLOCK_S: Final = 0.1


class Pace:
    """Real time, or a multiple of it. Deadlines are absolute, so delays do not add up.

    Parameters
    ----------
    speed : float
        1 is real time, 20 is twenty times as fast, 0 is as fast as samples are read.
    clock, sleep : callable
        Monotonic host time in seconds, and how to let some of it pass.

    Raises
    ------
    ValueError
        If the speed is below 0 or not a number.
    """

    def __init__(
        self,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not (math.isfinite(speed) and speed >= 0.0):
            raise ValueError(
                Said(
                    "The speed is {speed}: give 1 for real time, or 0 for as fast as it goes.",
                    speed=f"{speed:g}",
                )
            )
        self.speed = speed
        self.clock = clock
        self.sleep = sleep
        self._started_s = clock()

    def block_s(self, longest_s: float = LONGEST_BLOCK_S) -> float:
        """Length of a block on the sample clock: 0.02 s of host time, and no more of it than so much."""
        return min(longest_s, BLOCK_S * self.speed) if self.speed else longest_s

    def start(self) -> None:
        """Let sample 0 be taken now."""
        self._started_s = self.clock()

    def due_s(self, n_samples: int, fs_hz: float) -> float:
        """Host time by which so many samples are taken; long past if they come as fast as they are read."""
        return self._started_s + n_samples / (fs_hz * self.speed) if self.speed else self._started_s

    def wait(self, due_s: float, timeout_s: float) -> float | None:
        """Let time pass until what is due is there: the host time then, or None if that would take longer.

        The host time is when it was due, and later where the machine is too slow.
        """
        wait_s = due_s - self.clock()
        if wait_s > 0.0:
            self.sleep(max(0.0, min(wait_s, timeout_s)))
        return None if wait_s > timeout_s else max(due_s, self.clock())
