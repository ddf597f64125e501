"""Moving RMS over any number of windows, exact whatever the cut into blocks.

Squares are summed as integers: an integer sum has no rounding, so it neither drifts over hours nor
depends on where a block ended, and a wrapped difference is still exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray

MIN_VALID_SHARE: Final = 0.8
"""A window with more than a fifth of its samples missing has no reading."""

_SUM_BITS: Final = 61


class MovingPower:
    """Mean square over windows that end at given samples.

    Parameters
    ----------
    windows : sequence of int
        Window lengths in samples.
    n_channels : int
        Columns of the signal.
    full_scale : float
        Greatest absolute value of a sample; fixes the integer step, which is far below the noise.
    """

    def __init__(self, windows: Sequence[int], n_channels: int, full_scale: float) -> None:
        self._windows = tuple(windows)
        self._longest = max(windows)
        self._limit = (4.0 * full_scale) ** 2
        bits = _SUM_BITS - math.ceil(math.log2(self._limit * self._longest))
        self._per_unit = 2.0**bits
        self._energy: IntArray = np.zeros((self._longest + 1, n_channels), dtype=np.int64)
        self._valid: IntArray = np.zeros(self._longest + 1, dtype=np.int64)

    def push(self, filtered_uv: FloatArray, valid: BoolArray) -> None:
        """Take consecutive samples; ``at`` then answers for these.

        Parameters
        ----------
        filtered_uv : ndarray of shape (n_samples, n_channels)
            Band-passed signal.
        valid : ndarray of shape (n_samples,), bool
            False for samples that were lost; they enter no window.
        """
        squares = np.minimum(np.square(filtered_uv), self._limit)
        squares *= self._per_unit
        whole = np.rint(squares, out=squares).astype(np.int64)
        whole[~valid] = 0
        keep = self._longest + 1
        self._energy = np.concatenate((self._energy[-keep:], whole))
        np.cumsum(self._energy[keep - 1 :], axis=0, out=self._energy[keep - 1 :])
        self._valid = np.concatenate((self._valid[-keep:], valid.astype(np.int64)))
        np.cumsum(self._valid[keep - 1 :], out=self._valid[keep - 1 :])

    def missing(self, ends: IntArray, window: int) -> IntArray:
        """Count the lost samples in the windows that end at ``ends``; shape (n_ends,)."""
        last = ends + self._longest + 1
        result: IntArray = window - (self._valid[last] - self._valid[last - window])
        return result

    def at(self, ends: IntArray, window: int) -> FloatArray:
        """Mean square over the windows that end at ``ends``.

        Parameters
        ----------
        ends : ndarray of shape (n_ends,), int64
            Positions in the last push; the sample itself is included.
        window : int
            One of the window lengths.

        Returns
        -------
        ndarray of shape (n_ends, n_channels), float64
            NaN where more than a fifth of the window is missing.
        """
        last = ends + self._longest + 1
        count = self._valid[last] - self._valid[last - window]
        energy = (self._energy[last] - self._energy[last - window]).astype(np.float64)
        enough = count >= MIN_VALID_SHARE * window
        divisor = np.where(enough, count, np.nan) * self._per_unit
        result: FloatArray = energy / divisor[:, None]
        return result
