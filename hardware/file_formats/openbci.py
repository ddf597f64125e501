"""Text files of the OpenBCI GUI in their three layouts: before version 5, version 5, and version 6."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from emg.said import Said, said_by
from hardware.board import sinc3_corner_hz
from hardware.boards import find_board
from hardware.brainflow_boards import GANGLION_FULL_SCALE_UV
from hardware.counter import Counting
from hardware.file_formats.dialect import Dialect, find_dialect
from hardware.file_formats.packets import PacketNumbers, find_counting
from hardware.file_formats.recording import FileUnreadable, Origin, Piece, SignalColumn, Wish
from hardware.file_formats.rows import read_rows

FIRST_BYTES: Final = b"%OpenBCI"

_FACT: Final = re.compile(r"%(?P<name>[^=]+)=(?P<value>.*)")
_EPOCH_S: Final = 1e8
_EPOCH_MS: Final = 1e11


@dataclass(frozen=True, slots=True)
class PacketTable:
    """Rows of a board with packet counter and arrival time; implements ``Recording``.

    Attributes
    ----------
    places : tuple of int
        Column of each signal.
    counter_place : int
        Column of the packet counter.
    clock_place : int or None
        Column of the time at which a packet came.
    clock_step_s : float
        Seconds in one of that column's units.
    """

    path: Path
    dialect: Dialect
    origin: Origin
    signals: tuple[SignalColumn, ...]
    places: tuple[int, ...]
    counter_place: int
    clock_place: int | None
    clock_step_s: float
    counting: Counting | None

    def pieces(self, wanted: Sequence[int], fs_hz: float) -> Iterator[Piece]:
        """Read from the beginning; the packet counter tells what was lost."""
        numbers = PacketNumbers(self.counting, fs_hz)
        places = [self.places[at] for at in wanted]
        clock = self.counter_place if self.clock_place is None else self.clock_place
        for rows in read_rows(self.path, self.dialect, [*places, self.counter_place, clock]):
            values, counters, times = rows.values[:, :-2], rows.values[:, -2], rows.values[:, -1]
            if self.clock_place is None:
                times = np.full(len(values), np.nan)
            # the GUI's version 5 begins with a row of zeros, which no board sent
            sent = times != 0.0
            values, counters, times = values[sent], counters[sent], times[sent]
            try:
                index = numbers.number(counters, times * self.clock_step_s)
            except FileUnreadable as error:
                line = self.dialect.first_line + rows.first_row
                raise FileUnreadable(
                    Said(
                        "{path} cannot be read beyond line {line}: {reason}; cut the file there.",
                        path=str(self.path),
                        line=line,
                        reason=said_by(error),
                    )
                ) from error
            good = index >= 0
            yield Piece(values[good], index[good], rows.fraction)


def open_openbci(path: Path, wish: Wish) -> PacketTable:
    """Recognise a text file of the OpenBCI GUI.

    Raises
    ------
    FileUnreadable
        If it holds no samples, or does not say how many channels it has.
    """
    dialect = find_dialect(path, header=True, skip=wish.skip)
    said = filter(None, map(_FACT.match, dialect.preamble))
    facts = {match["name"].strip().lower(): match["value"].strip() for match in said}
    n_channels = _number(facts.get("number of channels", ""))
    if n_channels is None or not 1 <= n_channels < dialect.n_columns:
        raise FileUnreadable(
            Said(
                "{path} does not say its number of channels, as files of the OpenBCI GUI do.", path=str(path)
            )
        )
    n = int(n_channels)
    fs_hz = _number(facts.get("sample rate", ""))
    board = facts.get("board", "")
    ganglion = "ganglion" in board.lower() or (not board and n == 4)
    known = ganglion or "cyton" in board.lower() or (not board and n in (8, 16))
    full_scale = GANGLION_FULL_SCALE_UV if ganglion else find_board("cyton").full_scale_uv()
    clock, clock_step_s = find_clock(dialect)
    counting = find_counting(dialect.column(0)[_zero_rows(dialect, clock) :])
    return PacketTable(
        path=path,
        dialect=dialect,
        origin=Origin(
            board="openbci-text",
            fs_hz=fs_hz,
            bandwidth_hz=sinc3_corner_hz(fs_hz) if known and fs_hz else math.inf,
            n_samples_hint=round((path.stat().st_size - dialect.first_byte) / dialect.row_bytes),
            source_id=path.name,
            gain=None,
            notes=counting_notes(counting, dialect),
        ),
        signals=tuple(
            SignalColumn(f"EXG Channel {number}", "uV", full_scale if known else math.inf)
            for number in range(n)
        ),
        places=tuple(range(1, n + 1)),
        counter_place=0,
        clock_place=clock,
        clock_step_s=clock_step_s,
        counting=counting,
    )


def find_clock(dialect: Dialect) -> tuple[int | None, float]:
    """Last column that holds a wall clock, and the seconds in one of its units."""
    for place in reversed(range(dialect.n_columns)):
        newest = dialect.rows[-1][place]
        value = _number(newest)
        if value is not None and value > _EPOCH_S:
            return place, 1e-3 if value > _EPOCH_MS else 1.0
    return None, 1.0


def counting_notes(counting: Counting | None, dialect: Dialect) -> tuple[str, ...]:
    """Say so if the counter does not count."""
    if counting is not None or len(dialect.rows) < 3:
        return ()
    return (Said("The packet numbers of this file do not count, so lost samples cannot be seen in it."),)


def _zero_rows(dialect: Dialect, clock: int | None) -> int:
    """Rows of zeros with which a file begins: 1 in version 5 of the GUI."""
    if clock is None:
        return 0
    return next((at for at, row in enumerate(dialect.rows) if _number(row[clock])), 0)


def _number(text: str) -> float | None:
    found = re.match(r"\s*([+-]?\d+(?:\.\d+)?)", text)
    return float(found.group(1)) if found else None
