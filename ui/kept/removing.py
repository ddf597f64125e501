"""Delete means delete: what would go is counted and said, and then it is gone from this computer."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from emg.session.bundle import SessionReadError
from ui.kept.athletes import name_of
from ui.kept.carrying_on import alone, carry_on, is_remembered, mornings_told
from ui.kept.home import athletes_folder, calibrations_folder, check_athlete, sessions_folder
from ui.kept.index import session_index
from ui.kept.keeping import KeepingError, Task, begin, undisturbed
from ui.kept.moved_files import record_of
from ui.kept.moving import measured_in, owner_of
from ui.kept.running_now import check_over
from ui.words import library_words


@dataclass(frozen=True, slots=True)
class Going:
    """What a deletion takes.

    Attributes
    ----------
    athlete : str
        Whose it is.
    session : str
        Name of the one session; empty if all of the athlete goes.
    n_sessions : int
        Folders of sessions, also those that cannot be read.
    first, last : datetime or None
        When the first and the last were started; None where no session can be read.
    n_calibrations, n_notes : int
        Files of calibrations; files of notes and of the present taping.
    named : bool
        Whether a name is kept for the id.
    remembered : bool
        Whether the first screen remembers it.
    n_bytes : int
        What it takes on the disk.
    """

    athlete: str
    session: str
    n_sessions: int
    first: datetime | None
    last: datetime | None
    n_calibrations: int
    n_notes: int
    named: bool
    remembered: bool
    n_bytes: int


def athlete_going(athlete: str) -> Going:
    """Count what is kept of an athlete; nothing is changed.

    Raises
    ------
    KeepingError
        If nothing is.
    ui.kept.home.AthleteError
        If the id cannot be one.
    ui.kept.athletes.NamesUnreadable
        If the file of names is broken: nobody could say that the name is gone.
    """
    check_athlete(athlete)
    folder, sessions = athletes_folder() / athlete, sessions_folder(athlete)
    named, remembered = bool(name_of(athlete)), is_remembered(athlete)
    if not os.path.lexists(folder) and not named and not remembered:
        raise KeepingError(library_words.NOTHING_OF.format(athlete=athlete))
    shelf = session_index().look({athlete: sessions})
    started = [one.digest.started_at for one in shelf.listed]
    return Going(
        athlete=athlete,
        session="",
        n_sessions=len(shelf.listed) + len(shelf.broken),
        first=min(started, default=None),
        last=max(started, default=None),
        n_calibrations=len(_files(calibrations_folder(athlete))),
        n_notes=len(_files(folder)),
        named=named,
        remembered=remembered,
        n_bytes=_size(folder),
    )


def session_going(folder: Path) -> Going:
    """Count what goes with one session; nothing is changed.

    Raises
    ------
    KeepingError
        If it lies in no athlete's folder here, or still runs.
    """
    athlete, record = owner_of(folder), _record(folder)
    check_over(folder, record)
    along = [path for path, _calibration in measured_in(record, athlete)]
    started = record.get("started_at")
    with suppress(ValueError):
        started = datetime.fromisoformat(str(started))
    moment = started if isinstance(started, datetime) else None
    return Going(
        athlete=athlete,
        session=folder.resolve().name,
        n_sessions=1,
        first=moment,
        last=moment,
        n_calibrations=len(along),
        n_notes=int(folder.resolve().name in mornings_told(athlete)),
        named=False,
        remembered=False,
        n_bytes=_size(folder) + sum(map(_size, along)),
    )


def remove_athlete(athlete: str) -> None:
    """Delete all that is kept of an athlete.

    Raises
    ------
    KeepingError
        If a session of theirs still runs, or another program is at it; nothing was changed.
    OSError
        If the disk refuses; what is left goes with the next try.
    """
    check_athlete(athlete)
    with alone(), undisturbed(athlete):
        for folder in _folders(sessions_folder(athlete)):
            check_over(folder, _record(folder))
        _remove(Task(work="delete", athlete=athlete))


def remove_session(folder: Path) -> None:
    """Delete one session, the calibrations measured in it, and what was said on the morning after.

    Raises
    ------
    KeepingError
        If it lies in no athlete's folder here, still runs, or another program is at it.
    OSError
        If the disk refuses; what is left goes with the next try.
    """
    path = folder.resolve()
    athlete = owner_of(path)
    with alone(), undisturbed(athlete):
        record = _record(path)
        check_over(path, record)
        along = tuple(found.name for found, _calibration in measured_in(record, athlete))
        _remove(Task(work="delete", athlete=athlete, session=path.name, calibrations=along))


def _remove(task: Task) -> None:
    begin(task)
    carry_on(task)


def _record(folder: Path) -> dict[str, Any]:
    """Read session.json; a folder without one that can be read is deleted like any other."""
    try:
        return record_of(folder)
    except SessionReadError:
        return {}


def _folders(folder: Path) -> list[Path]:
    return _listed(folder, lambda entry: entry.is_dir() and not entry.name.startswith("."))


def _files(folder: Path) -> list[Path]:
    return _listed(folder, lambda entry: entry.is_file() and not entry.name.startswith("."))


def _listed(folder: Path, is_meant: Callable[[os.DirEntry[str]], bool]) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if is_meant(entry)]
    except OSError:
        return []


def _size(path: Path) -> int:
    """Bytes of a file, or of all that is in a folder."""
    if path.is_file():
        return path.stat().st_size
    found = 0
    for inside, _folders_in, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                found += (Path(inside) / name).lstat().st_size
    return found
