"""One move or deletion at a time; what was begun is ended, also after a kill."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from calibrations.shelf import shelve
from calibrations.store import save
from emg.said import Said
from emg.session.bundle import SessionReadError
from emg.session.folder import FILE_MODE, FOLDER_MODE, make_private_folders
from ui.kept.athlete_files import keep_notes, notes_path, read_notes
from ui.kept.athletes import keep_name
from ui.kept.home import athletes_folder, calibrations_folder, home, sessions_folder
from ui.kept.index import session_index
from ui.kept.keeping import KeepingError, Task, begun, done, undisturbed
from ui.kept.morning_notes import NAME as MORNINGS
from ui.kept.morning_notes import Mornings
from ui.kept.moved_files import record_of
from ui.kept.placements import current_placement, keep_placement, placement_path
from ui.kept.recent import recent_of
from ui.kept.settings import keep_settings, read_settings

LOCK: Final = "unfinished.lock"
WAIT_S: Final = 0.5
HIDDEN: Final = ".deleting"
SEPARATOR: Final = "\n"

AT_WORK: Final = Said("Another PowerHold is moving or deleting something just now: try again in a moment.")


@contextmanager
def alone() -> Iterator[None]:
    """Be the only one that moves or deletes in this home; what somebody left unfinished is ended first.

    Raises
    ------
    KeepingError
        If another program is at it.
    OSError
        If the disk refuses.
    """
    make_private_folders(home())
    lock = FileLock(home() / LOCK, timeout=WAIT_S, mode=FILE_MODE)
    try:
        lock.acquire()
    except Timeout as error:
        raise KeepingError(AT_WORK) from error
    try:
        _end(begun())
        yield
    finally:
        lock.release()


def settle() -> None:
    """End what was left unfinished, unless somebody is at it, or in a session: then it has to wait."""
    with suppress(KeepingError, OSError), alone():
        pass


def _end(task: Task | None) -> None:
    if task is not None:
        with undisturbed(*task.athletes):
            carry_on(task)


def carry_on(task: Task) -> None:
    """End a move or a deletion from where it stands."""
    if task.work == "move":
        _carry_on_move(task)
    else:
        _carry_on_deletion(task)
    done()


def _carry_on_move(task: Task) -> None:
    """Move on, if the session is whole at its new place, else back."""
    if task.session is None or task.to is None or task.name is None:
        return
    here = sessions_folder(task.athlete) / task.session
    there = sessions_folder(task.to) / task.name
    shutil.rmtree(staged(task), ignore_errors=True)
    if _has_arrived(task, there):
        _leave(here)
        _take_calibrations(task)
        _take_placement(task, there)
        _take_morning(task)
        session_index().forget(task.athlete, task.session)


def staged(task: Task) -> Path:
    """Where it is made anew; lists pass over what begins with a dot."""
    return sessions_folder(task.to or "") / f".{task.name}.moving"


def _has_arrived(task: Task, there: Path) -> bool:
    """Whether that is the session, and not one that somebody else put there: only then the old one goes."""
    try:
        return record_of(there).get("athlete") == task.to
    except SessionReadError:
        return False


def _leave(here: Path) -> None:
    """Take the session from the wrong athlete: out of sight at once, then from the disk."""
    hidden = here.with_name(f".{here.name}.moved")
    if here.exists():
        shutil.rmtree(hidden, ignore_errors=True)
        here.rename(hidden)
    if hidden.exists():
        shutil.rmtree(hidden)


def _take_calibrations(task: Task) -> None:
    """Let the calibrations go along; one that is already there is not saved twice."""
    mine, theirs = calibrations_folder(task.athlete), calibrations_folder(task.to or "")
    there = [shelved.calibration for shelved in shelve(theirs)]
    for shelved in shelve(mine):
        if shelved.path.name in task.calibrations and shelved.calibration is not None:
            right = shelved.calibration.model_copy(update={"athlete": task.to})
            if right not in there:
                save(right, theirs)
            shelved.path.unlink()


def _take_placement(task: Task, there: Path) -> None:
    """Let the present taping go along, unless another session says that the wrong athlete wears it too."""
    placed, told = current_placement(task.athlete), record_of(there).get("placement")
    if placed is None or not isinstance(told, dict) or told.get("id") != placed.id:
        return
    worn = [
        shelved.calibration.placement
        for shelved in shelve(calibrations_folder(task.athlete))
        if shelved.calibration is not None and shelved.calibration.placement is not None
    ]
    listed = _tapings_of(task.athlete)
    if placed.id in listed or any(one.id == placed.id for one in worn):
        return
    right = task.to or ""
    theirs = current_placement(right)
    if theirs is None or theirs.id < placed.id:
        keep_placement(right, placed)
    before = max(worn, key=lambda one: one.id, default=None)
    if before is None:
        placement_path(task.athlete).unlink(missing_ok=True)
    else:
        keep_placement(task.athlete, before)


def _tapings_of(athlete: str) -> set[str]:
    """Give the tapings of an athlete's sessions."""
    shelf = session_index().look({athlete: sessions_folder(athlete)})
    return {one.digest.placement for one in shelf.listed if one.digest.placement is not None}


def _take_morning(task: Task) -> None:
    """Let what was said on the morning after go along; notes that cannot be read stay as they are."""
    if task.session is None or task.name is None or task.to is None:
        return
    with suppress(ValueError):
        mine = read_notes(notes_path(task.athlete, MORNINGS), Mornings)
        note = None if mine is None else mine.root.get(task.session)
        if mine is None or note is None:
            return
        theirs = read_notes(notes_path(task.to, MORNINGS), Mornings)
        known = {} if theirs is None else theirs.root
        keep_notes(notes_path(task.to, MORNINGS), Mornings({**known, task.name: note}))
        rest = {session: one for session, one in mine.root.items() if session != task.session}
        keep_notes(notes_path(task.athlete, MORNINGS), Mornings(rest))


def _carry_on_deletion(task: Task) -> None:
    """Delete: what is gone already is passed over."""
    if task.session is None:
        _hide_and_empty(athletes_folder() / task.athlete)
        keep_name(task.athlete, "")
        _forget_start(task.athlete)
    else:
        _hide_and_empty(sessions_folder(task.athlete) / task.session)
        for name in task.calibrations:
            (calibrations_folder(task.athlete) / name).unlink(missing_ok=True)
        _forget_morning(task.athlete, task.session)
    session_index().forget(task.athlete, task.session)


def _hide_and_empty(folder: Path) -> None:
    """Take a folder out of every list at once, then from the disk; also what an earlier try has left."""
    hidden = folder.with_name(HIDDEN)
    if os.path.lexists(hidden):
        _emptied(hidden)
    if os.path.lexists(folder):
        folder.rename(hidden)
        _emptied(hidden)


def _emptied(folder: Path) -> None:
    """Delete a folder and all that is in it; one that is kept elsewhere, behind a link, too."""
    if folder.is_symlink():
        _emptied(folder.resolve())
        folder.unlink()
    elif folder.is_dir():
        for inside, folders, _files_in in os.walk(folder):
            for path in (Path(inside), *(Path(inside) / name for name in folders)):
                if not path.is_symlink():
                    path.chmod(FOLDER_MODE)  # in a folder that is read only nothing can be deleted
        shutil.rmtree(folder)


def _forget_start(athlete: str) -> None:
    """Let the first screen forget the athlete."""
    settings = read_settings()
    if not is_remembered(athlete):
        return
    last = dict(settings.last)
    if last.get("athlete") == athlete:
        last["athlete"] = ""
    last["athletes"] = SEPARATOR.join(one for one in recent_of(settings).athletes if one != athlete)
    keep_settings(settings.model_copy(update={"last": last}))


def is_remembered(athlete: str) -> bool:
    """Whether the first screen remembers an athlete."""
    recent = recent_of(read_settings())
    return athlete == recent.athlete or athlete in recent.athletes


def _forget_morning(athlete: str, session: str) -> None:
    known = mornings_told(athlete)
    if session in known:
        rest = {name: note for name, note in known.items() if name != session}
        keep_notes(notes_path(athlete, MORNINGS), Mornings(rest))


def mornings_told(athlete: str) -> dict[str, Any]:
    """Read the notes of the mornings after; none where they cannot be read."""
    with suppress(ValueError):
        found = read_notes(notes_path(athlete, MORNINGS), Mornings)
        return {} if found is None else dict(found.root)
    return {}
