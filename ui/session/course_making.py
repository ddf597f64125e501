"""Makes the pictures of the holds, of a running session and from the folder of a finished one.

Both are made of the same lines of text, so they agree.
"""

from __future__ import annotations

import csv
import io
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from emg.activation import Activations
from emg.blocks import FloatArray, StreamInfo
from emg.codes import EventKind
from emg.foreign import NotStrict, plain, read_small
from emg.montage import Legs, Montage, Side, WorkingSide, sides_of
from emg.protocols import Protocol
from emg.quality import INVALID, VERDICTS
from emg.results import HoldResult, Kind, Outcome, Role
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError, read_events, read_session
from emg.session.folder import SessionFolder
from emg.session.small_files import MAX_HOLDS_BYTES
from emg.session.tables import ROWS_PER_S, ActivationTable, HoldTable
from emg.stage import Event, RowContext
from ui.session.courses import HoldCourse, Muscles, SetCourse
from ui.session.watchers import Silent

BEFORE_S: Final = 2.0
"""A picture begins so long before "set": at the cue, as a rule."""

MOST_ROWS: Final = 600 * ROWS_PER_S
"""So much of a running session is kept until a hold in it is over; no hold is as long."""

MOST_HOLDS: Final = 400
"""The newest so many are kept."""

MAX_ACTIVATION_BYTES: Final = 200_000_000
"""Some 10 hours of four muscles."""


def read_courses(session_folder: Path) -> tuple[SetCourse, ...]:
    """Read the holds of a session over time.

    Parameters
    ----------
    session_folder : Path
        A session, also one that was stopped or killed.

    Returns
    -------
    tuple of SetCourse
        In order; none of a practice, in which nothing was measured.

    Raises
    ------
    SessionReadError
        If a file is missing, or is not what it should be; the message says which.
    """
    files = SessionFolder(session_folder)
    record = read_session(session_folder)
    if record.kind != "session":
        return ()
    muscles = Muscles.told(record.exercise or {})
    ends = dict(filter(None, map(_end_of, read_events(session_folder))))
    try:
        levels = _rows(files.activation_csv, MAX_ACTIVATION_BYTES)
        readings = _Readings(next(levels, ()))
        for row in levels:
            readings.add(row)
        holds = _rows(files.holds_csv, MAX_HOLDS_BYTES)
        header = next(holds, [])
        made = [
            _course(
                dict(zip(header, row, strict=True)),
                ends.get(int(row[header.index("hold")]), {}),
                readings,
                muscles,
                record.fs_hz,
            )
            for row in holds
        ]
    except SessionReadError:
        raise
    except (ValueError, KeyError, OverflowError, csv.Error) as error:
        raise SessionReadError(
            Said(
                "The tables in {folder} cannot be read ({fault}).",
                folder=str(session_folder),
                fault=plain(str(error), 160),
            )
        ) from error
    return _sets(made, muscles)


class Courses(Silent):
    """Follows the holds of a running session; bounded, and cheap enough for the acquisition thread.

    Parameters
    ----------
    exercise : Protocol
        What is done.
    """

    name = "pictures"

    def __init__(self, exercise: Protocol) -> None:
        self._muscles = Muscles.of(exercise)
        self._holds: deque[tuple[int, HoldCourse]] = deque(maxlen=MOST_HOLDS)
        self._ends: dict[int, Mapping[str, object]] = {}
        self._fs_hz = 1.0
        self._table: ActivationTable | None = None
        self._readings = _Readings((), MOST_ROWS)

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Begin with a stream."""
        self._fs_hz = info.fs_hz
        self._table = ActivationTable(montage.names, info.fs_hz, VERDICTS, INVALID, info.unit)
        self._readings = _Readings(_cells(self._table.header), MOST_ROWS)

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Keep what activation.csv will say."""
        if self._table is not None:
            for line in self._table.add(activations, contexts).splitlines():
                self._readings.add(_cells(line))

    def event(self, event: Event) -> None:
        """Note how a hold lay on the sample clock."""
        self._ends.update(filter(None, [_end_of(event)]))

    def hold(self, result: HoldResult) -> None:
        """Take a finished hold."""
        table = HoldTable("", "", "")
        row = dict(zip(_cells(table.header), _cells(table.row(result)), strict=True))
        end = self._ends.pop(result.hold, {})
        self._holds.append(_course(row, end, self._readings, self._muscles, self._fs_hz))

    def sets(self) -> tuple[SetCourse, ...]:
        """Give the sets so far; from any thread."""
        return _sets(list(self._holds), self._muscles)


class _Readings:
    """Rows of activation.csv as numbers, the newest ones if they are bounded."""

    def __init__(self, header: Sequence[str], most: int | None = None) -> None:
        self._width = len(header)
        names = [name for name in header if name.endswith(("_pct_mvc", "_pct_submax"))]
        self._places = [header.index(name) for name in names]
        self._columns = {name: column for column, name in enumerate(names)}
        self._rows: deque[tuple[float, ...]] = deque(maxlen=most)

    def add(self, row: Sequence[str]) -> None:
        """Take one row more; its first cell is the time."""
        if len(row) != self._width:
            raise ValueError("a row has too few or too many cells")
        cells = (row[place] for place in self._places)
        self._rows.append((float(row[0]), *(float(cell) if cell else math.nan for cell in cells)))

    def between(self, start_s: float, stop_s: float) -> FloatArray:
        """Rows of a span: time, then levels."""
        found = [row for row in self._rows if start_s <= row[0] <= stop_s]
        return np.array(found).reshape(len(found), 1 + len(self._columns))

    def level(self, rows: FloatArray, muscle: str, side: WorkingSide) -> tuple[FloatArray, bool]:
        """Level of a muscle on the working side, and whether it is of a submaximal reference.

        The mean of both legs where both work; NaN unless each of them reads.
        """
        sites = [f"{muscle}_{one}" for one in sides_of(side)]
        measured = [site for site in sites if f"{site}_pct_mvc" in self._columns]
        if not measured:
            return np.full(len(rows), np.nan), False
        of_best, of_submax = (
            rows[:, [1 + self._columns[f"{site}_pct_{of}"] for site in measured]] for of in ("mvc", "submax")
        )
        submax = bool(np.isfinite(of_submax).any())
        return (of_submax if submax else of_best).mean(axis=1), submax


def _course(
    row: Mapping[str, str],
    end: Mapping[str, object],
    readings: _Readings,
    muscles: Muscles,
    fs_hz: float,
) -> tuple[int, HoldCourse]:
    """Put one hold together: a row of holds.csv, how it ended, and the rows of activation.csv in it."""

    def at(name: str) -> float | None:
        sample = end.get(f"{name}_sample")
        return sample / fs_hz if isinstance(sample, int) else None

    zero_s = next((found for name in ("set", "cue", "end") if (found := at(name)) is not None), 0.0)
    end_s = at("end") or zero_s
    side = _side(row["side"])
    rows = readings.between(zero_s - BEFORE_S, end_s)
    glute, glute_submax = readings.level(rows, muscles.glute, side)
    ham, ham_submax = readings.level(rows, muscles.ham, side)
    gate = muscles.gate_drawn_as
    span = at("scored_from"), at("scored_to")
    fired_s = at("fired")
    return int(row["set"]), HoldCourse(
        hold=int(row["hold"]),
        side=side,
        role=Role(row["role"]),
        kind=Kind(row.get("kind") or Kind.HOLD),
        outcome=Outcome(row["outcome"]),
        outcome_reason=row["outcome_reason"],
        valid=row["valid"] == "true",
        reason=row.get("excluded") or row["invalid_reason"],
        excluded=bool(row.get("excluded")),
        target_pct=_number(row["target_pct"]),
        ceiling_pct=_number(row["ceiling_pct"]),
        times_s=rows[:, 0] - zero_s,
        glute_pct=glute,
        ham_pct=ham,
        glute_submax=glute_submax,
        ham_submax=ham_submax,
        latency_s=_number(row[f"{gate}_latency_s"]),
        plateau_pct=_first(_number(row[f"{gate}_{name}"]) for name in ("pct_mvc", "pct_submax")),
        scored_s=None if span[0] is None or span[1] is None else (span[0] - zero_s, span[1] - zero_s),
        fired_s=None if fired_s is None else fired_s - zero_s,
        end_s=end_s - zero_s,
    )


def _sets(holds: Iterable[tuple[int, HoldCourse]], muscles: Muscles) -> tuple[SetCourse, ...]:
    grouped: dict[int, list[HoldCourse]] = {}
    for set_number, hold in holds:
        grouped.setdefault(set_number, []).append(hold)
    return tuple(
        SetCourse(
            set_number,
            found[0].side if len({hold.side for hold in found}) == 1 else Legs.ALTERNATING,
            found[0].role,
            tuple(found),
            muscles,
        )
        for set_number, found in sorted(grouped.items())
    )


def _end_of(event: Event) -> tuple[int, Mapping[str, object]] | None:
    """How a hold lay on the sample clock, if the event says so."""
    if event.kind is not EventKind.HOLD_DONE or event.hold is None:
        return None
    return event.hold, event.detail


def _rows(path: Path, max_bytes: int) -> Iterator[list[str]]:
    """Rows of a table; a last line that was cut short by a kill is dropped."""
    try:
        content = read_small(path, max_bytes)
    except OSError as error:
        raise SessionReadError(
            Said("{path} cannot be opened ({reason}).", path=str(path), reason=str(error.strerror))
        ) from error
    except NotStrict as error:
        raise SessionReadError(Said("{path} {fault}.", path=str(path), fault=said_by(error))) from error
    whole = content[: content.rfind(b"\n") + 1]
    return csv.reader(io.StringIO(whole.decode(), newline=""))


def _cells(line: str) -> list[str]:
    return next(csv.reader([line.rstrip("\n")]))


def _side(code: str) -> WorkingSide:
    return Side(code) if code in set(Side) else Legs(code)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _first(found: Iterable[float | None]) -> float | None:
    return next((value for value in found if value is not None), None)
