"""What a clinic knows of its athletes (age, sport), from a CSV of its own, with codes in place of ids.

PowerHold itself keeps no year of birth. Cells leave as numbers or as codes, never as text that people wrote.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa

from emg.exports.columns import Column, Kind
from emg.exports.subject import code_or_other
from emg.foreign import NotStrict, plain, read_small
from emg.said import Said, said_by
from ui.words import cohort_words as words
from ui.words.told import told

MAX_BYTES: Final = 20_000_000
ATHLETE: Final = "athlete"
_HEADER: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEPT_OUT: Final = frozenset({"subject", "name"})
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")

Row: TypeAlias = "dict[str, str]"

SUBJECT: Final = Column(("subject",), "-", Kind.CODE, "code of the athlete in this export")
MEANING: Final = "as the clinic's own list has it"


class FactsUnreadable(ValueError):
    """The list of athletes cannot be read; the message is one sentence."""


def read_facts(path: Path) -> dict[str, Row]:
    """Read the list: a row for each athlete's id.

    Raises
    ------
    FactsUnreadable
        If it is no such table.
    """
    try:
        text = read_small(path, MAX_BYTES).decode("utf-8-sig")
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(lines, [])
        _check_header(header, path)
        return _rows(lines, header, path)
    except OSError as error:
        raise FactsUnreadable(words.FACTS_UNREADABLE.format(path=path, reason=error.strerror)) from error
    except NotStrict as error:
        raise FactsUnreadable(
            words.FACTS_UNREADABLE.format(path=path, reason=told(Said("it {fault}", fault=said_by(error))))
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FactsUnreadable(words.FACTS_NO_TABLE.format(path=path)) from error


def facts_table(facts: Mapping[str, Row], subjects: Mapping[str, str]) -> pa.Table:
    """Put codes in place of ids.

    Parameters
    ----------
    facts : mapping from athlete's id to row
        As read; those who are not in the cohort do not leave.
    subjects : mapping from athlete's id to code
        Who is in it.
    """
    told = [(subject, facts[athlete]) for athlete, subject in subjects.items() if athlete in facts]
    names = [name for name in next(iter(facts.values()), {}) if name != ATHLETE]
    fields = [_field(SUBJECT.names[0], pa.string(), SUBJECT.meaning)]
    columns: list[pa.Array[Any]] = [pa.array([subject for subject, _row in told], pa.string())]
    for name in names:
        cells = [row[name].strip() for _subject, row in told]
        column = _column(cells)
        columns.append(column)
        fields.append(_field(name, column.type, MEANING))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _column(cells: Sequence[str]) -> pa.Array[Any]:
    """Numbers if all are; an empty cell is nothing known."""
    if all(_NUMBER.fullmatch(cell) for cell in cells if cell):
        return pa.array([float(cell) if cell else None for cell in cells], pa.float64())
    return pa.array([code_or_other(cell) or None for cell in cells], pa.string())


def _field(name: str, kind: pa.DataType, meaning: str) -> pa.Field[Any]:
    return pa.field(name, kind, metadata={"unit": "-", "meaning": meaning})


def _check_header(header: Sequence[str], path: Path) -> None:
    if ATHLETE not in header:
        raise FactsUnreadable(words.FACTS_NO_ATHLETE.format(path=path))
    for name in header:
        if _HEADER.fullmatch(name) is None or name in _KEPT_OUT or header.count(name) > 1:
            raise FactsUnreadable(words.FACTS_HEADER.format(path=path, name=plain(name)))


def _rows(lines: Iterable[list[str]], header: Sequence[str], path: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for line, cells in enumerate(lines, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise FactsUnreadable(words.FACTS_ROW.format(line=line, path=path))
        row = dict(zip(header, cells, strict=True))
        if row[ATHLETE] in found:
            raise FactsUnreadable(words.FACTS_TWICE.format(path=path, athlete=plain(row[ATHLETE])))
        found[row[ATHLETE]] = row
    return found
