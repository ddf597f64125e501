"""Moving RMS over any number of windows, the same to the last bit whatever the cut into blocks.

A window's energy is the difference of two running sums. A sum that runs for ever drifts and keeps a
part of every spike, so it starts anew after each longest window, on the grid of the sample clock: the
same additions in the same order however the samples arrive, and no error outlives two windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray

MIN_VALID_SHARE: Final = 0.8
"""A window with more than a fifth of its samples missing has no reading."""

_ROOM: Final = 4096
"""Samples that fit before the sums are moved to the front of their buffer again."""


class MovingPower:
    """Mean square over windows that end at every ``step``-th sample, counted from the first.

    Parameters
    ----------
    windows : sequence of int
        Window lengths in samples.
    n_channels : int
        Columns of the signal.
    step : int
        Samples from one reading to the next; the first sample has one.
    """

    def __init__(self, windows: Sequence[int], n_channels: int, step: int = 1) -> None:
        self._windows = tuple(windows)
        self._step = step
        self._keep = max(windows)
        begin = self._keep + 1
        self._energy: FloatArray = np.zeros((begin + _ROOM, n_channels))
        self._missing: IntArray = np.arange(begin + _ROOM, dtype=np.int64)  # all before the first sample
        self._end = begin
        self._count = 0
        self._whole_run = 0

    def __call__(self, filtered_uv: FloatArray, valid: BoolArray | None = None) -> FloatArray:
        """Take consecutive samples and read the windows that end among them.

        Parameters
        ----------
        filtered_uv : ndarray of shape (n_samples, n_channels)
            Band-passed signal, finite where valid.
        valid : ndarray of shape (n_samples,), bool, or None
            False for samples that were lost; they enter no window. None: nothing was lost.

        Returns
        -------
        ndarray of shape (n_windows, n_readings, n_channels), float64
            Mean square; NaN where more than a fifth of the window is missing.
        """
        n = len(filtered_uv)
        if self._end + n > len(self._energy):
            self._make_room(n)
        first = self._end
        self._append(filtered_uv, valid)
        reading = slice(first + (-self._count) % self._step, self._end, self._step)
        energy = self._run_on(first, reading)
        np.maximum(energy, 0.0, out=energy)
        if self._whole_run >= self._keep + n:
            energy /= np.array(self._windows)[:, None, None]
            return energy
        length = np.array(self._windows)[:, None]
        count = length - np.stack([self._lost(reading, window) for window in self._windows])
        energy /= np.where(count >= MIN_VALID_SHARE * length, count, np.nan)[:, :, None]
        return energy

    def missing(self, window: int, n_last: int) -> IntArray:
        """Count the lost samples in the windows that ended at the last ``n_last`` readings.

        What was before the first sample is missing too.

        Returns
        -------
        ndarray of shape (n_last,), int64
        """
        latest = self._end - 1 - (self._count - 1) % self._step
        return self._lost(slice(latest - (n_last - 1) * self._step, latest + 1, self._step), window)

    def _lost(self, reading: slice, window: int) -> IntArray:
        before = slice(reading.start - window, reading.stop - window, reading.step)
        result: IntArray = self._missing[reading] - self._missing[before]
        return result

    def _append(self, filtered_uv: FloatArray, valid: BoolArray | None) -> None:
        n = len(filtered_uv)
        rows = slice(self._end, self._end + n)
        energy = np.square(filtered_uv, out=self._energy[rows])
        if valid is None:
            self._missing[rows] = self._missing[self._end - 1]
            self._whole_run += n
        else:
            energy[~valid] = 0.0
            self._missing[rows] = self._missing[self._end - 1] + np.add.accumulate(~valid, dtype=np.int64)
            self._whole_run = self._whole_run + n if valid.all() else 0
        self._end = rows.stop

    def _make_room(self, n: int) -> None:
        kept = slice(self._end - self._keep - 1, self._end)
        energy, missing = self._energy[kept].copy(), self._missing[kept].copy()
        if len(energy) + n > len(self._energy):
            self._energy = np.zeros((len(energy) + n + _ROOM, self._energy.shape[1]))
            self._missing = np.zeros(len(self._energy), dtype=np.int64)
        self._end = len(energy)
        self._energy[: self._end], self._missing[: self._end] = energy, missing

    def _run_on(self, first: int, reading: slice) -> FloatArray:
        """Run the sums on from row ``first`` and take the windows' differences at the readings.

        Period by period of the longest window: at its end the sums begin anew, and what they came to is
        taken off those of the period, so that a difference across the seam needs no second thought.
        """
        n_readings = len(range(reading.start, reading.stop, reading.step))
        found = np.empty((len(self._windows), n_readings, self._energy.shape[1]))
        start, done, at = first, 0, reading.start
        while start < self._end:
            stop = min(self._end, start + self._keep - self._count % self._keep)
            part = self._energy[start:stop]
            part[0] += self._energy[start - 1]
            np.add.accumulate(part, axis=0, out=part)
            self._count += stop - start
            n = len(range(at, stop, self._step))
            for window, out in zip(self._windows, found[:, done : done + n], strict=True):
                ends, before = self._energy[at : stop : self._step], self._energy[at - window :: self._step]
                np.subtract(ends, before[:n], out=out)
            if self._count % self._keep == 0:
                # a copy: what is taken off must not change on the way
                self._energy[stop - self._keep : stop] -= self._energy[stop - 1].copy()
            start, done, at = stop, done + n, at + n * self._step
        return found
