"""Emulated boards whose samples carry their own number, so that any lost, shifted or invented one shows."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from emg.blocks import IntArray
from tests.emulators.chords import ChordsEmulator
from tests.emulators.cyton import CytonEmulator
from tests.emulators.misbehaviour import Counts
from tests.emulators.olimex import OlimexEmulator
from tests.emulators.pty_board import FloatArray, PtyBoard
from tests.emulators.spikerbox import SpikerBoxEmulator
from tests.emulators.text_board import TextEmulator

NO_NUMBER: Final = -1
LOW_BITS: Final = 10


class Code(Protocol):
    """How a board's converter counts are made to carry the number of their reading."""

    @property
    def per_sample(self) -> int:
        """Readings of the converter that make one sample."""
        ...

    def write(self, counts: Counts, numbers: IntArray) -> None:
        """Put numbers into the last columns of converter counts, in place."""
        ...

    def read(self, counts: IntArray) -> IntArray:
        """Return the numbers of received rows, ``NO_NUMBER`` where a row contradicts itself."""
        ...


@dataclass(frozen=True, slots=True)
class WideCode:
    """One column of 24 bits on each converter, with twice the number: the mean of two of them still tells it.

    Attributes
    ----------
    daisy : bool
        A second converter sends in even packets, the first in the odd ones that follow.
    """

    daisy: bool = False

    @property
    def per_sample(self) -> int:
        """Two packets make a sample of a Cyton with Daisy."""
        return 2 if self.daisy else 1

    def write(self, counts: Counts, numbers: IntArray) -> None:
        """Write numbers into the eighth column of each converter."""
        counts[:, 7::8] = 2 * numbers[:, np.newaxis]

    def read(self, counts: IntArray) -> IntArray:
        """Read it back."""
        found: IntArray = (counts[:, 7::8] + 1) // 2
        if not self.daisy:
            return found[:, 0]
        board, daisy = found.T
        return np.where(board == daisy + 1, daisy, NO_NUMBER)


@dataclass(frozen=True, slots=True)
class SplitCode:
    """The last two columns hold the lower and the upper ten bits."""

    per_sample: int = 1

    def write(self, counts: Counts, numbers: IntArray) -> None:
        """Write numbers into the last two columns."""
        counts[:, -2] = numbers % (1 << LOW_BITS)
        counts[:, -1] = (numbers >> LOW_BITS) % (1 << LOW_BITS)

    def read(self, counts: IntArray) -> IntArray:
        """Read it back."""
        found: IntArray = counts[:, -2] + (counts[:, -1] << LOW_BITS)
        return found


class NumberedBoard(PtyBoard):
    """An emulated board that numbers what its converter reads, and remembers all of it.

    Attributes
    ----------
    code : Code
        How; set before the board is switched on.
    """

    code: Code = SplitCode()
    _n_measured = 0
    _rows: list[Counts]
    _guard: threading.Lock

    def remember(self, code: Code) -> None:
        """Begin to number, in this way; to be called before the board is switched on."""
        self.code = code
        self._rows = []
        self._guard = threading.Lock()

    @property
    def n_measured(self) -> int:
        """Number of the next reading."""
        with self._guard:
            return self._n_measured

    def measured(self) -> IntArray:
        """All that the converter has read since the board was first switched on, shape (n, columns)."""
        with self._guard:
            rows = list(self._rows)
        return np.concatenate(rows).astype(np.int64)

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        counts: Counts = super()._measure(pairs_uv)  # type: ignore[safe-super]  # the emulator's own
        with self._guard:
            self.code.write(counts, self._n_measured + np.arange(len(counts)))
            self._n_measured += len(counts)
            self._rows.append(counts.copy())
        return counts


class NumberedCyton(NumberedBoard, CytonEmulator):
    """A Cyton, with or without Daisy."""


class NumberedOlimex(NumberedBoard, OlimexEmulator):
    """An Olimex shield."""


class NumberedSpikerBox(NumberedBoard, SpikerBoxEmulator):
    """A SpikerBox."""


class NumberedChords(NumberedBoard, ChordsEmulator):
    """A Chords board."""


class NumberedText(NumberedBoard, TextEmulator):
    """An Arduino that prints."""
