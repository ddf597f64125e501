"""A session that was saved under the wrong athlete goes to the right one, and its calibration with it.

All of it is made anew, hidden, beside the sessions of the right athlete. Then it gets its own name there, at
once and as a whole; only after that it goes from the wrong athlete. A kill in between leaves a note
of what was begun: the next look ends it, or undoes it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from calibrations.calibration import Calibration
from calibrations.shelf import shelve
from emg.session.folder import sync_folder
from ui.kept.athletes import athletes
from ui.kept.carrying_on import alone, carry_on, staged
from ui.kept.home import calibrations_folder, check_athlete, sessions_folder
from ui.kept.keeping import KeepingError, Task, begin, undisturbed
from ui.kept.moved_files import OURS, made_anew, record_of
from ui.kept.running_now import check_over
from ui.words import library_words


@dataclass(frozen=True, slots=True)
class Moved:
    """A session at its new place.

    Attributes
    ----------
    folder : Path
        Where it lies now.
    athlete, to : str
        Whose it was, and whose it is.
    n_calibrations : int
        Calibrations that were measured in it and went along.
    borrowed : bool
        Its percentages are of maxima that were measured before it, and stay where they are.
    made_of_it : tuple of str
        Other files in its folder, which may still say whose it was.
    """

    folder: Path
    athlete: str
    to: str
    n_calibrations: int
    borrowed: bool
    made_of_it: tuple[str, ...]


def move(folder: Path, to: str, now: datetime | None = None, *, new: bool = False) -> Moved:
    """Move a session to another athlete.

    Parameters
    ----------
    folder : Path
        The session, in the folder of an athlete.
    to : str
        Id of the right one.
    now : datetime or None
        Time of the move, with its zone.
    new : bool
        Whether the right one may be new here.

    Raises
    ------
    KeepingError
        If it cannot be moved; nothing was changed.
    SessionReadError
        If its session.json cannot be read.
    ui.kept.home.AthleteError
        If the id cannot be one.
    OSError
        If the disk refuses; the session is here or there, and whole.
    """
    check_athlete(to)
    athlete = owner_of(folder)
    with alone():
        record = record_of(folder)
        if athlete == to == record.get("athlete"):
            raise KeepingError(library_words.ALREADY.format(session=folder.name, athlete=to))
        if not new and to not in {entry.id for entry in athletes()}:
            raise KeepingError(library_words.NOBODY.format(athlete=to))
        with undisturbed(athlete, to):
            check_over(folder, record)
            along = measured_in(record, athlete)
            name = _free_name(sessions_folder(to), folder.name)
            task = Task(
                work="move",
                athlete=athlete,
                session=folder.name,
                to=to,
                name=name,
                calibrations=tuple(path.name for path, _calibration in along),
            )
            _do(task, folder, datetime.now(UTC) if now is None else now)
    return Moved(
        sessions_folder(to) / name,
        athlete,
        to,
        len(along),
        borrowed=_is_borrowed(record),
        made_of_it=tuple(sorted({path.name for path in (sessions_folder(to) / name).iterdir()} - OURS)),
    )


def _do(task: Task, folder: Path, moment: datetime) -> None:
    """Make it anew at its right place, and take it from the wrong one; or leave all as it was."""
    begin(task)
    try:
        made_anew(folder, staged(task), task.to or "", task.name or "", moment)
        staged(task).replace(sessions_folder(task.to or "") / (task.name or ""))
        sync_folder(sessions_folder(task.to or ""))
    finally:
        carry_on(task)


def owner_of(folder: Path) -> str:
    """Give the athlete in whose folder a session lies.

    Raises
    ------
    KeepingError
        If it lies in nobody's folder here.
    """
    path = folder.resolve()
    athlete = path.parent.parent.name
    with suppress(OSError):
        if path.parent.samefile(sessions_folder(athlete)) and not path.name.startswith("."):
            return athlete
    raise KeepingError(library_words.NOT_HERE.format(folder=folder))


def measured_in(record: Mapping[str, Any], athlete: str) -> list[tuple[Path, Calibration]]:
    """List an athlete's calibrations that were measured in a session.

    Parameters
    ----------
    record : mapping
        Its session.json.
    athlete : str
        Whose calibrations are looked through.
    """
    started, ended = _moment(record.get("started_at")), _moment(record.get("ended_at"))
    used = record.get("calibration")
    used_at = _moment(used.get("made_at")) if isinstance(used, dict) else None
    if started is None:
        return []
    found = []
    for shelved in shelve(calibrations_folder(athlete)):
        one = shelved.calibration
        if one is None or one.source_id != record.get("source_id") or one.made_at < started:
            continue
        if one.made_at == used_at or (ended is not None and one.made_at <= ended):
            found.append((shelved.path, one))
    return found


def _is_borrowed(record: Mapping[str, Any]) -> bool:
    used, started = record.get("calibration"), _moment(record.get("started_at"))
    used_at = _moment(used.get("made_at")) if isinstance(used, dict) else None
    return started is not None and used_at is not None and used_at < started


def _moment(told: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else found


def _free_name(parent: Path, name: str) -> str:
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(one for one in names if not os.path.lexists(parent / one))
