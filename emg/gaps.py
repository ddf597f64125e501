"""How lost samples are stepped over: a short gap is bridged for the filter, a longer one begins it anew."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from emg.blocks import BoolArray, FloatArray
from emg.filters import Filter

BRIDGE_S: Final = 0.050
"""A gap up to this long is bridged linearly for the filter and kept out of every RMS."""


class Rows(NamedTuple):
    """Consecutive samples, each filtered one beside the raw one it was made of.

    Attributes
    ----------
    raw_uv : ndarray of shape (n_samples, n_channels), float64
        Signal; a straight line where a gap is bridged, NaN in a longer one.
    filtered_uv : ndarray of shape (n_samples, n_channels), float64
        What the filter made of it; without meaning where samples were lost.
    valid : ndarray of shape (n_samples,), bool, or None
        False for samples that were lost. None: nothing was lost.
    """

    raw_uv: FloatArray
    filtered_uv: FloatArray
    valid: BoolArray | None


class AcrossGaps:
    """A filter on a signal with gaps; what it holds back comes out later, beside its own raw samples.

    Parameters
    ----------
    run : Filter
        The filter, at its beginning.
    fs_hz : float
        Sampling rate.
    n_channels : int
        Columns of the signal.

    Attributes
    ----------
    run : Filter
        May be changed for another one: that begins with the next sample.
    taken : int
        Samples taken so far, lost ones included.
    """

    def __init__(self, run: Filter, fs_hz: float, n_channels: int) -> None:
        self.run = run
        self.taken = 0
        self._bridge = round(BRIDGE_S * fs_hz)
        self._none: FloatArray = np.empty((0, n_channels))
        self._last_row: FloatArray | None = None
        self._held: list[tuple[FloatArray, BoolArray]] = []  # raw rows whose filtered ones are yet to come

    def __call__(self, data_uv: FloatArray, first_sample: int) -> Rows:
        """Filter the samples that come next, and step over the gap before them.

        Parameters
        ----------
        data_uv : ndarray of shape (n_samples, n_channels), float64
            Finite samples.
        first_sample : int
            Index of the first; where it is not ``taken``, samples were lost.

        Raises
        ------
        ValueError
            If they begin before the end of the last.
        """
        gap = first_sample - self.taken
        if gap < 0:
            raise ValueError(f"block at sample {first_sample} comes after {self.taken - 1}")
        if not len(data_uv):
            return Rows(data_uv, data_uv, None)
        if not gap:
            rows = Rows(data_uv, self.run(data_uv), None)
        elif gap <= self._bridge and self._last_row is not None:
            rows = self._bridged(gap, self._last_row, data_uv)
        else:
            rows = self._begun_anew(gap, data_uv)
        self.taken = first_sample + len(data_uv)
        self._last_row = data_uv[-1]
        return self._aligned(rows)

    def end(self, n_lost: int = 0) -> Rows:
        """End the unbroken stretch: no bridge leads on from it, and nothing more is held back.

        Parameters
        ----------
        n_lost : int
            Samples lost after it.
        """
        self.taken += n_lost
        self._last_row = None
        return self._aligned(self._begun_anew(n_lost, self._none))

    def _bridged(self, gap: int, last_row: FloatArray, data_uv: FloatArray) -> Rows:
        share = np.arange(1, gap + 1)[:, None] / (gap + 1)
        raw_uv = np.concatenate((last_row + share * (data_uv[0] - last_row), data_uv))
        return Rows(raw_uv, self.run(raw_uv), np.arange(len(raw_uv)) >= gap)

    def _begun_anew(self, gap: int, data_uv: FloatArray) -> Rows:
        held = self.run.restart()
        blank = np.zeros((gap, data_uv.shape[1]))
        parts = (blank, self.run(data_uv))
        raw_uv = np.concatenate((np.full_like(blank, np.nan), data_uv))
        filtered_uv = np.concatenate(parts if held is None else (held, *parts))
        return Rows(raw_uv, filtered_uv, np.arange(len(raw_uv)) >= gap)

    def _aligned(self, rows: Rows) -> Rows:
        """Give each filtered sample the raw one it was made of: one that came earlier, if any is held."""
        n = len(rows.filtered_uv)
        if not self._held and n == len(rows.raw_uv):
            return rows
        valid = np.ones(len(rows.raw_uv), dtype=np.bool_) if rows.valid is None else rows.valid
        self._held.append((rows.raw_uv, valid))
        if not n:
            return Rows(self._none, self._none, None)
        raw_uv, valid = (np.concatenate(parts) for parts in zip(*self._held, strict=True))
        self._held = [(raw_uv[n:], valid[n:])] if n < len(raw_uv) else []
        return Rows(raw_uv[:n], rows.filtered_uv, valid[:n])
