"""Clipped samples: at the rail where it is known, else where values pile up at the recording's extremes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray
from emg.quality import RAIL_SHARE

OUTERMOST: Final = 4
"""So many of the outermost values of each side tell whether they pile up."""

LEAST_AT_EXTREME: Final = 3
"""An extreme that is met less often than this may be chance."""


class ClipCounter:
    """Counts clipped samples of each channel while a recording streams by.

    Where the rail is not known, the highest (and the lowest) value counts as a rail if it comes three
    times or more, and if it and its neighbour hold more samples than the two values inside of them: the
    tails of a signal thin out towards the extremes, those of a clipped one do not.

    Parameters
    ----------
    n_channels : int
        Columns of the raw signal.
    full_scale : float
        Where the converter clips; infinite where nobody knows.
    """

    def __init__(self, n_channels: int, full_scale: float) -> None:
        self._limit = RAIL_SHARE * full_scale
        self._at_rail: IntArray = np.zeros(n_channels, dtype=np.int64)
        self._tails = [(_Tail(), _Tail()) for _ in range(n_channels)]

    def push(self, raw_uv: FloatArray) -> None:
        """Take the next samples.

        Parameters
        ----------
        raw_uv : ndarray of shape (n_samples, n_channels)
            Unfiltered and finite.
        """
        if math.isfinite(self._limit):
            self._at_rail += (np.abs(raw_uv) >= self._limit).sum(axis=0)
            return
        if not len(raw_uv):
            return
        # most blocks stay inside the outermost values so far
        highest, lowest = raw_uv.max(axis=0), raw_uv.min(axis=0)
        for column, (upper, lower) in enumerate(self._tails):
            if highest[column] >= upper.least:
                upper.push(raw_uv[:, column])
            if -lowest[column] >= lower.least:
                lower.push(-raw_uv[:, column])

    @property
    def counts(self) -> IntArray:
        """Clipped samples of each channel."""
        if math.isfinite(self._limit):
            return self._at_rail
        return np.array([upper.piled + lower.piled for upper, lower in self._tails], dtype=np.int64)


class _Tail:
    """The greatest values of one channel so far, and how often each came."""

    def __init__(self) -> None:
        self._values: FloatArray = np.empty(0)
        self._counts: IntArray = np.empty(0, dtype=np.int64)

    @property
    def least(self) -> float:
        """A value below this one is none of the greatest."""
        return float(self._values[0]) if len(self._values) == OUTERMOST else -math.inf

    def push(self, column: FloatArray) -> None:
        found, counts = np.unique(column[column >= self.least], return_counts=True)
        values = np.union1d(self._values, found)[-OUTERMOST:]
        total = np.zeros(len(values), dtype=np.int64)
        for old, number in ((self._values, self._counts), (found, counts)):
            kept = old >= values[0]
            total[np.searchsorted(values, old[kept])] += number[kept]
        self._values, self._counts = values, total

    @property
    def piled(self) -> int:
        """Samples at the extreme, if they pile up there."""
        if len(self._counts) < OUTERMOST:
            return 0
        *inside, neighbour, extreme = (int(count) for count in self._counts)
        return extreme if extreme >= LEAST_AT_EXTREME and extreme + neighbour > sum(inside) else 0
