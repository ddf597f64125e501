"""Sample numbers from a packet counter of one byte and the time at which packets came."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DEFAULT_WRAP: Final = 256
CREEP: Final = 0.02
"""A board's clock may be this much slower than it says: the expected arrival gives way so fast."""
REJECT_LIMIT: Final = 20
"""That many more impossible packets than a quarter of the possible ones: the framing is lost."""


class CounterUnwrapper:
    """Count samples through wraps and losses.

    The counter alone cannot see a loss of exactly one wrap, and the clock alone is too rough:
    packets come in bursts, and a USB adapter may hold them back for half a second. Together they
    are certain, because a packet may be late but never early. Of all numbers that the counter
    allows, a packet gets the greatest that it, and what came in one go with it, could have by now.

    Parameters
    ----------
    fs_hz : float
        Nominal sampling rate.
    wrap : int
        Number of values of the counter.

    Notes
    -----
    Up to three quarters of a wrap of lateness are understood (0.77 s for a Cyton), and a clock
    that runs up to a quarter of a wrap ahead over one loss.
    """

    def __init__(self, fs_hz: float, wrap: int = DEFAULT_WRAP) -> None:
        self._fs_hz = fs_hz
        self._wrap = wrap
        self._tolerance = wrap / 4.0
        self._counter: int | None = None
        self._index = 0
        self._earliest_s = 0.0
        self._suspicion = 0.0

    @property
    def out_of_step(self) -> bool:
        """Whether the counters have been impossible for so long that the stream must be restarted."""
        return self._suspicion > REJECT_LIMIT

    def unwrap(self, counters: IntArray, times_s: FloatArray) -> IntArray:
        """Give sample numbers to the packets that came in one go.

        Parameters
        ----------
        counters : ndarray of shape (n,), int64
            Packet counters, 0 to wrap - 1.
        times_s : ndarray of shape (n,), float64
            Monotonic host time at which each packet came.

        Returns
        -------
        ndarray of shape (n,), int64
            Sample numbers, ascending, the very first 0; -1 for a packet whose counter is
            impossible, which is to be thrown away.
        """
        indices = np.full(len(counters), -1, dtype=np.int64)
        for position in range(len(counters)):
            counter, time_s = int(counters[position]), float(times_s[position])
            if self._counter is None:
                step = 0
                self._earliest_s = time_s
            else:
                step = self._step(counters[position:], times_s[position:])
                if step <= 0:
                    self._suspicion += 1.0
                    continue
                self._suspicion = max(0.0, self._suspicion - 0.25)
            self._index += step
            self._counter = counter
            self._earliest_s = min(time_s, self._earliest_s + step * (1.0 + CREEP) / self._fs_hz)
            indices[position] = self._index
        return indices

    def _step(self, counters: IntArray, times_s: FloatArray) -> int:
        """Count the steps from the last packet to the first of these; 0 or less if none is possible."""
        assert self._counter is not None
        step = (int(counters[0]) - self._counter) % self._wrap
        room = self._tolerance + (times_s - self._earliest_s) * self._fs_hz - step
        n_wraps = int(room[0] // self._wrap)
        if n_wraps > 0:
            # What was only held back comes in a burst, which leaves no room for a loss.
            following = np.concatenate(([0], np.cumsum(np.diff(counters) % self._wrap)))
            n_wraps = min(n_wraps, max(0, int(np.min(room - following) // self._wrap)))
        return step + n_wraps * self._wrap
