"""The account of what truly left an emulated board."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tests.emulators.misbehaviour import Counts, Parcel

IntArray = NDArray[np.int64]


class Ledger:
    """What has been sent since the last start of the stream.

    Attributes
    ----------
    run : int
        Number of that start; parcels of earlier ones do not count.
    n_whole : int
        Packets that were sent undamaged.
    """

    def __init__(self) -> None:
        self.run = 0
        self.n_whole = 0
        self._rows: list[Counts] = []
        self._numbers: list[IntArray] = []
        self._damaged: list[int] = []

    def begin_run(self) -> None:
        """Start anew."""
        self.run += 1
        self.n_whole = 0
        self._rows.clear()
        self._numbers.clear()
        self._damaged.clear()

    def note(self, gone: Iterable[Parcel]) -> None:
        """Write down the packets among parcels that have left to their last byte."""
        packets = [parcel for parcel in gone if parcel.number >= 0 and parcel.run == self.run]
        self._damaged += [parcel.number for parcel in packets if not parcel.whole]
        whole = [parcel for parcel in packets if parcel.whole]
        if whole:
            self._numbers.append(np.array([parcel.number for parcel in whole], dtype=np.int64))
            self._rows.append(np.array([parcel.row for parcel in whole], dtype=np.int32))
            self.n_whole += len(whole)

    def rows(self, n_columns: int) -> Counts:
        """Counts in the undamaged packets, shape (n, n_columns)."""
        return np.concatenate([np.empty((0, n_columns), dtype=np.int32), *self._rows])

    def numbers(self) -> IntArray:
        """Running number of the undamaged packets."""
        return np.concatenate([np.empty(0, dtype=np.int64), *self._numbers])

    def damaged(self) -> IntArray:
        """Running number of the packets of which only a damaged part was sent."""
        return np.array(self._damaged, dtype=np.int64)
