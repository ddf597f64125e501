"""Tables of numbers as text: CSV, TSV, semicolons or blanks, with or without names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import IntArray
from emg.said import Said, said_by
from hardware.file_formats.clock import TimeColumn, find_step, is_counter_name, is_time_name
from hardware.file_formats.dialect import Dialect, check_header, find_dialect
from hardware.file_formats.recording import FileUnreadable, Origin, Piece, SignalColumn, Wish
from hardware.file_formats.rows import read_rows
from hardware.file_formats.units import rate_in_text, unit_in_name, unit_in_text

_CHANNEL_LINE: Final = re.compile(r"^\W*channel\s+(?P<number>\d+)\s*:\s*(?P<rest>.*)$", re.IGNORECASE)
_QUOTED: Final = re.compile(r"['\"](?P<name>[^'\"]+)['\"]")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers; implements ``Recording``."""

    path: Path
    dialect: Dialect
    origin: Origin
    signals: tuple[SignalColumn, ...]
    places: tuple[int, ...]
    time: TimeColumn | None

    def pieces(self, wanted: Sequence[int], fs_hz: float) -> Iterator[Piece]:
        """Read from the beginning; a hole in the column of times is lost samples."""
        time = self.time if self.time is not None and _agrees(self.time, fs_hz) else None
        places = [self.places[at] for at in wanted]
        columns = places if time is None else [*places, time.place]
        next_sample, before = 0, float("nan")
        for rows in read_rows(self.path, self.dialect, columns):
            steps: IntArray = np.ones(len(rows.values), dtype=np.int64)
            if time is not None and len(steps):
                times = rows.values[:, -1]
                try:
                    steps += time.lost_before(times, before)
                except FileUnreadable as error:
                    raise FileUnreadable(
                        Said("{path} cannot be read on: {reason}", path=str(self.path), reason=said_by(error))
                    ) from error
                before = float(times[-1])
            index = next_sample - 1 + np.cumsum(steps)
            next_sample = int(index[-1]) + 1 if len(index) else next_sample
            yield Piece(rows.values[:, : len(places)], index, rows.fraction)


def open_table(path: Path, wish: Wish) -> Table:
    """Recognise a table of numbers.

    Raises
    ------
    FileUnreadable
        If it is none, or its names are not as the user says.
    """
    dialect = find_dialect(path, header=wish.header, skip=wish.skip)
    described = _described_columns(dialect.preamble)
    if described and len(described) == dialect.n_columns and dialect.names is None:
        columns = described
    else:
        check_header(path, dialect, header=wish.header)
        columns = _named_columns(dialect)
    time, places = _time_and_signals(dialect, columns)
    comments = "\n".join(dialect.preamble)
    fs_hz = rate_in_text(comments)
    if fs_hz is None and time is not None:
        fs_hz = time.fs_hz
    signals = tuple(_numbered(columns[place], at) for at, place in enumerate(places, start=1))
    size = path.stat().st_size - dialect.first_byte
    return Table(
        path=path,
        dialect=dialect,
        origin=Origin(
            board="table", fs_hz=fs_hz, n_samples_hint=round(size / dialect.row_bytes), source_id=path.name
        ),
        signals=signals,
        places=tuple(places),
        time=time,
    )


def _agrees(time: TimeColumn, fs_hz: float) -> bool:
    """Whether the times can be believed at the rate in force: then they tell what was lost."""
    return time.fs_hz is None or abs(time.fs_hz - fs_hz) <= 0.1 * fs_hz


def _numbered(column: SignalColumn, number: int) -> SignalColumn:
    return column if column.name else SignalColumn(str(number), column.unit)


def _named_columns(dialect: Dialect) -> list[SignalColumn]:
    said = {unit for unit in map(unit_in_text, dialect.preamble) if unit}
    common = said.pop() if len(said) == 1 else None
    names = dialect.names or ("",) * dialect.n_columns
    units = dialect.units or (None,) * dialect.n_columns
    return [
        SignalColumn(name, unit or unit_in_name(name) or common)
        for name, unit in zip(names, units, strict=True)
    ]


def _described_columns(preamble: Sequence[str]) -> list[SignalColumn]:
    """Columns that a preamble describes in a line each: ``Channel 2: 'BF', ... engineering units: mV``."""
    found: list[SignalColumn] = []
    for match in filter(None, map(_CHANNEL_LINE.match, preamble)):
        name = _QUOTED.search(match["rest"])
        if int(match["number"]) == len(found) + 1:
            found.append(SignalColumn(name["name"] if name else "", unit_in_text(match["rest"])))
    return found


def _time_and_signals(
    dialect: Dialect, columns: Sequence[SignalColumn]
) -> tuple[TimeColumn | None, list[int]]:
    """Tell the column of times, if there is one, from the signals."""
    time: TimeColumn | None = None
    signals = []
    for place, column in enumerate(columns):
        texts = [row[place] for row in dialect.rows]
        if place == dialect.n_columns - 1 and not column.name and not any(texts):
            continue  # a separator at the end of each row
        is_time = is_time_name(column.name) or (is_counter_name(column.name) and place == 0)
        nameless = not column.name and place == 0 and dialect.n_columns > 1
        step = None
        if is_time or nameless:
            step = find_step(texts, dialect.column(place), column.name, place)
        if step is not None and (time is None or time.fs_hz is None):
            time = step
        elif step is None and not is_time:
            signals.append(place)
    return time, signals
