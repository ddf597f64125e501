"""The numbers of a text table, streamed through Arrow's CSV reader in bounded memory."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import numpy as np

from emg.blocks import FloatArray
from emg.foreign import plain
from emg.said import Said
from hardware.file_formats.dialect import BLANKS, COMMENT, MISSING, Dialect, fields_of, is_value
from hardware.file_formats.recording import PIECE_BYTES, FileUnreadable

_COMMENTS: Final = re.compile(rb"(?m)^[ \t]*[#%][^\n]*\n?")
_EDGE_BLANKS: Final = re.compile(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)")
_BLANKS_BEFORE_QUOTE: Final = re.compile(rb'(?<=[,;])[ \t]+(?=")')
_INNER_BLANKS: Final = re.compile(rb"[ \t]+")
_LONGEST_LINE: Final = 1 << 17
"""Characters of a line that are kept to be told about."""
_MANY_ROWS: Final = 10
"""So many numbers that are all written in one way, and a last one that is not, are no chance."""

_MANY_DECIMALS: Final = 2
"""Fewer are no fixed way of writing: a logger that drops zeros at the end has them by chance."""
_ROW_NUMBER: Final = re.compile(r"Row #(\d+)")
_NULLS: Final = [
    f"{before}{word}{after}"
    for base in MISSING
    for word in {base, base.upper(), base.capitalize(), base.replace("nan", "NaN")}
    for before in ("", " ")
    for after in ("", " ")
]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows in the order of the file.

    Attributes
    ----------
    values : ndarray of shape (n, n_wanted), float64
        NaN where a field is empty.
    first_row : int
        Number of the first, from 0.
    fraction : float
        How much of the file has been read, 0 to 1.
    """

    values: FloatArray
    first_row: int
    fraction: float


def read_rows(path: Path, dialect: Dialect, wanted: Sequence[int]) -> Iterator[Rows]:
    """Stream columns of a text table.

    Parameters
    ----------
    path : Path
        The file.
    dialect : Dialect
        How it is written.
    wanted : sequence of int
        Columns, from 0; no other is converted.

    Yields
    ------
    Rows
        Some thousand at a time. A last row that was cut off is left out; comments are passed over.

    Raises
    ------
    FileUnreadable
        At a row that has not the fields it should have, with its line and column.
    """
    import pyarrow as pa
    from pyarrow import csv

    columns = sorted(set(wanted))
    order = [columns.index(place) for place in wanted]
    names = [str(place) for place in range(dialect.n_columns)]
    first_row = 0
    with path.open("rb") as file:
        stop = _end_of_rows(file, dialect, columns)
        if stop <= dialect.first_byte:
            return
        rows = _RowBytes(file, dialect, stop)
        read = csv.ReadOptions(column_names=names, use_threads=False)
        parse = csv.ParseOptions(delimiter=_arrow_separator(dialect))
        convert = csv.ConvertOptions(
            column_types={names[place]: pa.float64() for place in columns},
            include_columns=[names[place] for place in columns],
            decimal_point=dialect.decimal,
            null_values=_NULLS,
        )
        # piece by piece in this thread: Arrow's own stream reads ahead in another one, and one that still
        # holds a Python file when the interpreter ends brings the whole program down
        while piece := rows.read(PIECE_BYTES):
            if not piece.strip():
                continue
            try:
                table = csv.read_csv(cast(IO[bytes], pa.BufferReader(piece)), read, parse, convert)
            except pa.ArrowInvalid as error:
                raise FileUnreadable(_explain(path, dialect, columns, str(error), first_row)) from error
            values = np.empty((table.num_rows, len(order)))
            for at, place in enumerate(order):
                values[:, at] = table.column(place).to_numpy(zero_copy_only=False)
            yield Rows(values, first_row, rows.fraction)
            first_row += table.num_rows


class _RowBytes:
    """The bytes of the rows as Arrow wants them: whole lines, without comments, up to the last good row."""

    def __init__(self, file: io.BufferedReader, dialect: Dialect, stop: int) -> None:
        self._file = file
        self._start, self._stop = dialect.first_byte, stop
        self._blanks = dialect.separator == BLANKS
        self._rest = b""
        file.seek(self._start)

    @property
    def fraction(self) -> float:
        return (self._file.tell() - self._start) / max(1, self._stop - self._start)

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while True:
            left = self._stop - self._file.tell()
            fresh = self._file.read(min(left, max(0, size - len(self._rest))))
            chunk = self._rest + fresh
            cut = len(chunk) if len(fresh) == left else chunk.rfind(b"\n") + 1
            if not cut and len(chunk) >= size:
                cut = chunk.rfind(b"\r") + 1 or len(chunk)
            chunk, self._rest = chunk[:cut], chunk[cut:]
            clean = self._clean(chunk)
            if clean or (not self._rest and self._file.tell() >= self._stop):
                return clean

    def _clean(self, chunk: bytes) -> bytes:
        if b"#" in chunk or b"%" in chunk:
            chunk = _COMMENTS.sub(b"", chunk)
        if b' "' in chunk:
            chunk = _BLANKS_BEFORE_QUOTE.sub(b"", chunk)
        if self._blanks:
            chunk = _INNER_BLANKS.sub(b"\t", _EDGE_BLANKS.sub(b"", chunk))
        return chunk


def _arrow_separator(dialect: Dialect) -> str:
    return "\t" if dialect.separator == BLANKS else dialect.separator


def _end_of_rows(file: io.BufferedReader, dialect: Dialect, columns: Sequence[int]) -> int:
    """Where the rows end: before the last one if that was cut off, or is filled with zero bytes."""
    size = file.seek(0, io.SEEK_END)
    start = max(dialect.first_byte, size - PIECE_BYTES)
    file.seek(start)
    tail = file.read().rstrip(b"\0")
    body = tail.rstrip()
    last = max(body.rfind(b"\n"), body.rfind(b"\r")) + 1
    row = fields_of(body[last:].decode("utf-8", errors="replace"), dialect.separator)
    whole = len(row) == dialect.n_columns and all(is_value(row[place], dialect.decimal) for place in columns)
    if whole and len(body) == len(tail) and dialect.n_columns - 1 in columns:
        whole = _is_whole_number(row[-1], dialect)  # 812.53 that was cut off may be 81
    # what is text at a place where text belongs is told by line, not dropped
    return start + (len(tail) if whole or not row else last)


def _is_whole_number(field: str, dialect: Dialect) -> bool:
    """Whether the last number of a file without a last line end has the decimals that the others have.

    Of whole numbers nobody can tell; that there are files which end so is why they count.
    """
    others = [row[-1].lower().partition(dialect.decimal)[2] for row in dialect.rows[:-1]]
    if len(others) < _MANY_ROWS:
        return True  # so few rows tell nothing of how the others are written
    if "e" not in field.lower() and all("e" in decimals for decimals in others):
        return False
    (fixed, *more) = sorted(set(map(len, others)))
    return bool(more) or fixed < _MANY_DECIMALS or len(field.partition(dialect.decimal)[2]) >= fixed


def _explain(path: Path, dialect: Dialect, columns: Sequence[int], error: str, n_before: int) -> Said:
    """Line and column of the row that Arrow refused, in the piece after ``n_before`` good rows."""
    found = _ROW_NUMBER.search(error)
    number = int(found.group(1)) + n_before if found else 0
    for line, row in _plain_rows(path, dialect):
        number -= 1
        if number:
            continue
        if len(row) != dialect.n_columns:
            return Said(
                "Line {line} of {path} has {n} fields where {wanted} belong: "
                "mend or delete it, then read again.",
                line=line,
                path=str(path),
                n=len(row),
                wanted=dialect.n_columns,
            )
        for place in columns:
            if not is_value(row[place], dialect.decimal):
                name = dialect.names[place] if dialect.names else str(place + 1)
                return Said(
                    "Line {line} of {path} has '{found}' in column '{column}', "
                    "where a number belongs: mend or delete it, then read again.",
                    line=line,
                    path=str(path),
                    found=plain(row[place]),
                    column=plain(name),
                )
    return Said("{path} cannot be read as a table ({reason}).", path=str(path), reason=plain(error, 200))


def _plain_rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    line, is_new = 1, True
    with path.open(encoding="utf-8", errors="replace") as file:
        while text := file.readline(_LONGEST_LINE):
            skipped = line < dialect.first_line or not text.strip() or text.lstrip().startswith(COMMENT)
            if is_new and not skipped:
                yield line, fields_of(text.rstrip("\n"), dialect.separator)
            is_new = text.endswith("\n")
            line += is_new
