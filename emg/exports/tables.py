"""holds.csv and activation.csv read for an export: known columns only, every cell checked."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from emg.exports.columns import ACTIVATION, HOLDS, Column, Kind, column_of
from emg.exports.subject import Leaving, code_or_other
from emg.foreign import plain
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError
from emg.session.small_files import MAX_HOLDS_BYTES, DigestError, read_bounded
from emg.session.tables import text_cell

MAX_ACTIVATION_BYTES: Final = 500_000_000

EXCLUDED: Final = "by_hand"
"""Stands in ``excluded`` for the words of whoever excluded a row."""

Value: TypeAlias = "str | int | float | bool | None"

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:e[-+]?[0-9]{1,3})?")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_TRUTH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it may leave.

    Attributes
    ----------
    names : tuple of str
        Its columns.
    columns : tuple of Column
        Their definitions.
    rows : list of tuple of str
        Its cells, as text; empty for "no reading". A text of people begins with an apostrophe where a
        spreadsheet would take it for a formula.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: list[tuple[str, ...]]

    def values(self, index: int) -> list[Value]:
        """Cells of a column as what they are; None for "no reading"."""
        read = _READ[self.columns[index].kind]
        return [None if row[index] == "" else read(row[index]) for row in self.rows]


def read_holds(leaving: Leaving) -> Table:
    """Read holds.csv, with codes in place of ids.

    A column that this version does not know is left out: nobody can say whether it may leave.

    Raises
    ------
    SessionReadError
        If it is missing or cannot be read.
    """
    path = leaving.files.holds_csv
    own = {"athlete": leaving.subject, "session": leaving.session, "protocol": leaving.protocol}
    found = _read(path, MAX_HOLDS_BYTES, HOLDS, leaving, own)
    names = tuple("subject" if name == "athlete" else name for name in found.names)
    return Table(names, found.columns, found.rows)


def read_activation(leaving: Leaving) -> Table:
    """Read activation.csv.

    Raises
    ------
    SessionReadError
        If it is missing or cannot be read.
    """
    return _read(leaving.files.activation_csv, MAX_ACTIVATION_BYTES, ACTIVATION, leaving, {})


def unescaped(text: str) -> str:
    """Take off the apostrophe that kept a spreadsheet from computing a text."""
    return text[1:] if text.startswith("'") and text_cell(text[1:]) == text else text


def _read(
    path: Path, max_bytes: int, table: Sequence[Column], leaving: Leaving, own: dict[str, str]
) -> Table:
    try:
        return _checked(path, _text(path, max_bytes), table, leaving, own)
    except DigestError as error:
        raise SessionReadError(said_by(error)) from error
    except csv.Error as error:
        raise SessionReadError(
            Said("{path} is not a table that can be read ({fault}).", path=str(path), fault=said_by(error))
        ) from error


def _text(path: Path, max_bytes: int) -> str:
    content = read_bounded(path, max_bytes)
    if content is None:
        raise SessionReadError(
            Said(
                "{path} is missing: open the session in PowerHold once, then export it again.", path=str(path)
            )
        )
    whole = content[: content.rfind(b"\n") + 1]  # a line that a kill cut short is no row
    try:
        return whole.decode()
    except UnicodeDecodeError as error:
        raise SessionReadError(Said("{path} is not UTF-8 text.", path=str(path))) from error


def _checked(path: Path, text: str, table: Sequence[Column], leaving: Leaving, own: dict[str, str]) -> Table:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(lines, [])
    known = [(index, name, _definition(table, name)) for index, name in enumerate(header)]
    kept = [(index, name, column) for index, name, column in known if column is not None]
    if not kept or len(set(header)) < len(header):
        raise SessionReadError(Said("{path} has not the columns of such a table.", path=str(path)))
    makers = [_maker(name, column, leaving, own) for _index, name, column in kept]
    rows: list[tuple[str, ...]] = []
    for cells in lines:
        if len(cells) != len(header):
            raise SessionReadError(
                Said(
                    "Line {line} of {path} has not as many cells as its header.",
                    line=lines.line_num,
                    path=str(path),
                )
            )
        try:
            rows.append(tuple(make(cells[index]) for make, (index, _, _) in zip(makers, kept, strict=True)))
        except ValueError as error:
            raise SessionReadError(
                Said(
                    "Line {line} of {path} cannot be read: {fault}.",
                    line=lines.line_num,
                    path=str(path),
                    fault=said_by(error),
                )
            ) from error
    return Table(tuple(name for _, name, _ in kept), tuple(column for _, _, column in kept), rows)


def _definition(table: Sequence[Column], name: str) -> Column | None:
    return column_of(table, "subject" if name == "athlete" and table is HOLDS else name)


def _maker(name: str, column: Column, leaving: Leaving, own: dict[str, str]) -> Callable[[str], str]:
    if name in own:
        text = own[name]
        return lambda _cell: text
    if column.kind is Kind.TEXT:
        if leaving.options.with_notes:
            return lambda cell: text_cell(plain(cell, 1000))
        return lambda cell: EXCLUDED if cell else ""
    if name == "doubtful_references":
        return lambda cell: " ".join(code_or_other(code) for code in cell.split())
    return _CHECKS[column.kind]


def _number(cell: str) -> str:
    if cell and (_NUMBER.fullmatch(cell) is None or not math.isfinite(float(cell))):
        raise ValueError(Said("'{cell}' is not a number", cell=plain(cell)))
    return cell


def _whole(cell: str) -> str:
    if cell and _WHOLE.fullmatch(cell) is None:
        raise ValueError(Said("'{cell}' is not a whole number", cell=plain(cell)))
    return cell


def _truth(cell: str) -> str:
    if cell and cell not in _TRUTH:
        raise ValueError(Said("'{cell}' is neither true nor false", cell=plain(cell)))
    return cell


_CHECKS: Final[dict[Kind, Callable[[str], str]]] = {
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.TRUTH: _truth,
    Kind.CODE: code_or_other,
}
_READ: Final[dict[Kind, Callable[[str], Value]]] = {
    Kind.NUMBER: float,
    Kind.WHOLE: int,
    Kind.TRUTH: _TRUTH.__getitem__,
    Kind.CODE: str,
    Kind.TEXT: unescaped,
}


def event_rows(leaving: Leaving) -> Iterator[tuple[str, ...]]:
    """Rows of events.csv, in the columns of ``EVENTS``.

    Raises
    ------
    SessionReadError
        If events.jsonl cannot be read.
    """
    fs_hz = leaving.record.fs_hz
    for one in leaving.happenings():
        said = " ".join(f"{name}={_told(value)}" for name, value in one.said)
        hold = "" if one.hold is None else str(one.hold)
        note = text_cell(plain(one.note, 1000))
        yield (str(one.sample), f"{one.sample / fs_hz:.4f}", one.kind, one.side, one.role, hold, said, note)


def _told(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
