"""What kind of table a text file is, told from its first 64 KB."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emg.said import Said
from hardware.file_formats.recording import FileUnreadable, not_opened, open_bytes
from hardware.file_formats.units import unit_word

HEAD_BYTES: Final = 65_536
HEAD_LINES: Final = 500
TELLING_LINES: Final = 100
"""From the end of the head, where no preamble is left."""
COMMENT: Final = ("#", "%")
BLANKS: Final = " "
"""Separator of columns that stand apart by any number of blanks."""
SEPARATORS: Final = ("\t", ";", ",", BLANKS)
"""In this order where a line could be read in several ways."""
MISSING: Final = frozenset({"", "nan", "na", "n/a", "null", "none", "-nan", "+nan"})

LONGEST_NUMBER: Final = 64
"""Characters; what is longer would be looked at for hours, and no converter has so many digits."""
LONGEST_REMARK: Final = 500
"""So much of a line above the table is looked at."""

_EXPONENT: Final = r"(?:[eE][+-]?[0-9]+)?"
_INFINITE: Final = r"[+-]?inf(?:inity)?"
_NUMBER: Final = {
    ".": re.compile(rf"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}|{_INFINITE}", re.IGNORECASE),
    # "1," is a number and an empty field, not a number
    ",": re.compile(rf"[+-]?(?:[0-9]+(?:,[0-9]+)?|,[0-9]+){_EXPONENT}|{_INFINITE}", re.IGNORECASE),
}
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the table of a text file is written.

    Attributes
    ----------
    separator : str
        Between two columns; a blank stands for any number of them.
    decimal : str
        ``.`` or ``,``.
    n_columns : int
        Fields of a row.
    names : tuple of str or None
        The row above the numbers, if it is one of names.
    units : tuple of str or None
        Unit of each column where a row of units follows the names; empty if there is none.
    preamble : tuple of str
        Lines above the table, comments among them.
    first_byte : int
        Where the first row of numbers begins.
    first_line : int
        Number of that line, from 1.
    rows : tuple of tuple of str
        Fields of the rows in the head.
    row_bytes : float
        Mean length of these.
    """

    separator: str
    decimal: str
    n_columns: int
    names: tuple[str, ...] | None
    units: tuple[str | None, ...]
    preamble: tuple[str, ...]
    first_byte: int
    first_line: int
    rows: tuple[tuple[str, ...], ...]
    row_bytes: float

    def column(self, place: int) -> list[float]:
        """Values of a column in the head; NaN where there is no number."""
        return [number(row[place], self.decimal) for row in self.rows if len(row) > place]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    stop: int
    text: str

    @property
    def is_comment(self) -> bool:
        return self.text.lstrip().startswith(COMMENT)


def fields_of(text: str, separator: str) -> list[str]:
    """Fields of one line, quotes taken off; a line that is no row of a table is one field."""
    if separator == BLANKS:
        return text.split()
    try:
        row = next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:  # a field of more than 131,072 characters
        return [text]
    return [cell.strip() for cell in row]


def is_number(field: str, decimal: str) -> bool:
    """Whether a field holds a number."""
    bare = field.strip()
    return len(bare) <= LONGEST_NUMBER and _NUMBER[decimal].fullmatch(bare) is not None


def is_value(field: str, decimal: str) -> bool:
    """Whether a field holds a number, or a word for a missing one."""
    return field.strip().lower() in MISSING or is_number(field, decimal)


def number(field: str, decimal: str) -> float:
    """Value of a field; NaN if it is not a number."""
    return float(field.strip().replace(",", ".")) if is_number(field, decimal) else float("nan")


def read_head(path: Path) -> bytes:
    """First 64 KB, cut after a whole line.

    Raises
    ------
    FileUnreadable
        If there is no such file, or it is empty.
    """
    try:
        with open_bytes(path) as file:
            head = file.read(HEAD_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(not_opened(path, error)) from error
    if not head.strip(b"\0 \t\r\n"):
        raise FileUnreadable(Said("{path} is empty: there is nothing to read in it.", path=str(path)))
    if len(head) > HEAD_BYTES:
        cut = max(head.rfind(b"\n"), head.rfind(b"\r", 0, HEAD_BYTES))
        head = head[: cut + 1] if cut >= 0 else head
    return head


def find_dialect(path: Path, *, header: bool, skip: int = 0) -> Dialect:
    """Find out how a text file is written.

    Parameters
    ----------
    path : Path
        The file.
    header : bool
        Whether the user says that a row of names stands above the numbers.
    skip : int
        Lines at the top to pass over.

    Raises
    ------
    FileUnreadable
        If it is no table of numbers, or its names are not as ``header`` says.
    """
    head = read_head(path)
    lines = _lines_of(path, head)[skip : skip + HEAD_LINES]
    body = [line for line in lines if line.text.strip() and not line.is_comment]
    separator, decimal, n_columns = _find_separator(path, body[-TELLING_LINES:])
    rows = [(line, fields_of(line.text, separator)) for line in body]
    first = next(
        (at for at, (_, row) in enumerate(rows) if len(row) == n_columns and _has_number(row, decimal)), None
    )
    if first is None:
        raise FileUnreadable(
            Said("{path} holds no row of numbers: it is not a recording that can be read.", path=str(path))
        )
    above = [row for row in rows[:first] if row[0].number >= lines[0].number]
    names, units = _names_above(above, rows[first][0], lines, n_columns)
    if names is None and header and _counts_up(rows[first][1]) and first + 1 < len(rows):
        names, first = tuple(rows[first][1]), first + 1
    line = rows[first][0]
    preamble = tuple(each.text[:LONGEST_REMARK] for each in lines if each.number < line.number)
    found = [(each, tuple(row)) for each, row in rows[first:] if len(row) == n_columns]
    return Dialect(
        separator=separator,
        decimal=decimal,
        n_columns=n_columns,
        names=names,
        units=units,
        preamble=preamble,
        first_byte=line.start,
        first_line=line.number,
        rows=tuple(row for _, row in found),
        row_bytes=sum(each.stop - each.start for each, _ in found) / len(found),
    )


def check_header(path: Path, dialect: Dialect, *, header: bool) -> None:
    """Hold the file against what the user says of its names.

    Raises
    ------
    FileUnreadable
        If the numbers begin without names, or names stand there although none were said to.
    """
    if header and dialect.names is None:
        raise FileUnreadable(
            Said(
                "{path} has no row of names above its numbers: say --no-header and give columns by number.",
                path=str(path),
            )
        )
    if not header and dialect.names is not None:
        raise FileUnreadable(
            Said(
                "{path} has a row of names in line {line}: leave --no-header out.",
                path=str(path),
                line=dialect.first_line - 1 - bool(dialect.units),
            )
        )


def _lines_of(path: Path, head: bytes) -> list[_Line]:
    start = len(_BOM) if head.startswith(_BOM) else 0
    if b"\0" in head.rstrip(b"\0") or head.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\x89PNG")):
        raise FileUnreadable(
            Said(
                "{path} is not a recording that can be read: give OpenBCI text, BrainFlow CSV, BDF, EDF, "
                "a table as UTF-8 text, or a session's folder.",
                path=str(path),
            )
        )
    return [
        _Line(number, match.start(), match.end(), _text(match.group()))
        for number, match in enumerate(_LINE.finditer(head.rstrip(b"\0"), start), start=1)
    ]


def _text(line: bytes) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")
    return text.rstrip("\r\n")


def _has_number(row: Sequence[str], decimal: str) -> bool:
    return any(is_number(field, decimal) for field in row)


def _find_separator(path: Path, body: Sequence[_Line]) -> tuple[str, str, int]:
    """Separator and decimal sign that make most numbers and least text, and the usual number of fields."""
    best: tuple[tuple[int, int], str, str, int] = ((0, 0), ",", ".", 0)
    for separator in SEPARATORS:
        for decimal in (".", ",") if separator != "," else (".",):
            shapes = Counter(_shape(fields_of(line.text, separator), decimal) for line in body)
            shapes = Counter({shape: n for shape, n in shapes.items() if shape[1]})
            if not shapes:
                continue
            n_columns, numbers, texts = shapes.most_common(1)[0][0]
            if (numbers, -texts) > best[0]:
                best = ((numbers, -texts), separator, decimal, n_columns)
    if not best[-1]:
        raise FileUnreadable(
            Said(
                "{path} holds no table of numbers: give OpenBCI text, BrainFlow CSV, BDF, EDF, a table as "
                "text, or a session's folder.",
                path=str(path),
            )
        )
    return best[1:]


def _shape(row: Sequence[str], decimal: str) -> tuple[int, int, int]:
    """How many fields a row has, how many of them are numbers, and how many are text."""
    numbers = sum(is_number(field, decimal) for field in row)
    return len(row), numbers, sum(not is_value(field, decimal) for field in row)


def _names_above(
    above: Sequence[tuple[_Line, list[str]]], first: _Line, lines: Sequence[_Line], n_columns: int
) -> tuple[tuple[str, ...] | None, tuple[str | None, ...]]:
    """Names, and perhaps units, in the lines that stand directly on the numbers."""
    directly = [
        row
        for line, row in above
        if all(each.text.strip() for each in lines if line.number <= each.number < first.number)
    ]
    units: tuple[str | None, ...] = ()
    if len(directly) > 1 and len(directly[-1]) == len(directly[-2]) and _are_units(directly[-1]):
        units = tuple(unit_word(cell) for cell in directly.pop())
    if not directly:
        return None, ()
    names = directly[-1]
    while len(names) > n_columns and not names[-1]:
        names.pop()
    if not n_columns - 1 <= len(names) <= n_columns:
        return None, ()
    pad = n_columns - len(names)
    return (*names, *[""] * pad), (*units, *[None] * (n_columns - len(units))) if units else ()


def _are_units(row: Sequence[str]) -> bool:
    return any(unit_word(cell) for cell in row) and all(len(cell) <= 8 for cell in row)


def _counts_up(row: Sequence[str]) -> bool:
    """Whether a row is 0 1 2 ..., the names a table of numbers gets if nobody names its columns."""
    cells = row[1:] if row[0] == "" else row
    return (row[0] == "" or len(cells) > 2) and cells in (
        [str(n) for n in range(len(cells))],
        [str(n + 1) for n in range(len(cells))],
    )
