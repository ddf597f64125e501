"""What every format gives: its signal columns, its rate, and its samples piece by piece."""

from __future__ import annotations

import math
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray, Signal
from emg.said import Said

PIECE_BYTES: Final = 1 << 18
"""A file is read in pieces of about this size: small beside Python itself, large beside a system call."""


class FileUnreadable(ValueError):
    """The file cannot be read as asked; the message is one plain sentence that says what to do."""


def open_bytes(path: Path) -> BufferedReader:
    """Open a file that is one: a pipe would be waited for, and a device read for ever.

    Raises
    ------
    FileUnreadable
        If it is not there, is no file, or cannot be opened.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileUnreadable(
                Said("{path} is not a file: give a recording, or a session's folder.", path=str(path))
            )
        return path.open("rb")
    except OSError as error:
        raise FileUnreadable(not_opened(path, error)) from error


def not_opened(path: Path, error: OSError) -> Said:
    """Sentence for a file that the system does not give."""
    return Said("{path} cannot be opened ({reason}).", path=str(path), reason=str(error.strerror))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says about a file; it wins over what the file says of itself.

    Attributes
    ----------
    fs_hz : float or None
        Sampling rate.
    unit : str or None
        ``uV``, ``mV``, ``V`` or ``arbitrary``.
    header : bool
        Whether a row of names stands above the numbers.
    skip : int
        Lines at the top of a text file to pass over.
    """

    fs_hz: float | None = None
    unit: str | None = None
    header: bool = True
    skip: int = 0


@dataclass(frozen=True, slots=True)
class SignalColumn:
    """A column of the file that is a signal, not time and not a counter.

    Attributes
    ----------
    name : str
        As the file writes it; its number where the file has no names.
    unit : str or None
        ``uV``, ``mV``, ``V`` or ``arbitrary``; None if the file does not say.
    full_scale : float
        Greatest absolute value in ``unit``; infinite if not known.
    fs_hz : float or None
        Its own rate where a file mixes rates (EDF); None for the rate of the file.
    """

    name: str
    unit: str | None = None
    full_scale: float = math.inf
    fs_hz: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some rows in the order of the file.

    Attributes
    ----------
    values : ndarray of shape (n, n_columns), float64
        Numbers as the file gives them; NaN where there is none.
    index : ndarray of shape (n,), int64
        Sample number of each row, ascending; a step greater than 1 is lost samples.
    fraction : float
        How much of the file has been read, 0 to 1.
    """

    values: FloatArray
    index: IntArray
    fraction: float


@dataclass(frozen=True, slots=True)
class Origin:
    """What the file tells of the board behind it.

    Attributes
    ----------
    board : str
        Name of the format, or of the board where the file knows it.
    fs_hz : float or None
        Sampling rate; None if the file does not say.
    bandwidth_hz : float
        Upper -3 dB corner of the board; infinite if not known.
    nominal_fs_hz : float or None
        The rate that was promised, where the file keeps it beside the real one.
    n_samples_hint : int
        About how many samples, for a progress bar; 0 if there is no telling.
    notes : tuple of str
        Sentences the user should read before believing the numbers.
    """

    board: str
    fs_hz: float | None = None
    bandwidth_hz: float = math.inf
    nominal_fs_hz: float | None = None
    n_samples_hint: int = 0
    source_id: str = ""
    serial: str = ""
    gain: float | None = None
    signal: Signal = Signal.RAW
    simulated: bool = False
    notes: tuple[str, ...] = field(default=())


class Recording(Protocol):
    """A file that has been recognised; nothing of its samples is in memory yet."""

    @property
    def path(self) -> Path:
        """Where it lies."""
        ...

    @property
    def origin(self) -> Origin:
        """What the file tells of itself."""
        ...

    @property
    def signals(self) -> tuple[SignalColumn, ...]:
        """Signal columns in the order of the file."""
        ...

    def pieces(self, wanted: Sequence[int], fs_hz: float) -> Iterator[Piece]:
        """Read from the beginning.

        Parameters
        ----------
        wanted : sequence of int
            Places in ``signals``.
        fs_hz : float
            Sampling rate in force.

        Raises
        ------
        FileUnreadable
            At the first row that is not what the file's own beginning promised.
        """
        ...


def stretches(values: FloatArray, index: IntArray) -> Iterator[slice]:
    """Find the runs of rows that follow one another and are finite in every column."""
    good: BoolArray = np.all(np.isfinite(values), axis=1)
    whole = np.diff(index) == 1
    if good.all() and whole.all():
        yield slice(0, len(index))
        return
    begins = good & np.concatenate(([True], ~(whole & good[:-1])))
    ends = good & np.concatenate((~(whole & good[1:]), [True]))
    for start, last in zip(np.flatnonzero(begins), np.flatnonzero(ends), strict=True):
        yield slice(int(start), int(last) + 1)
