"""Moves and deletions: one at a time, and what was begun is ended, also after a kill."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Final, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emg.foreign import NotStrict, read_small, strict_object
from emg.said import Said, said_by
from emg.session.folder import FILE_MODE, make_private_folders, replace_file
from emg.session.ids import AthleteId
from ui.kept.athlete_lock import AthleteBusy, AthleteLock
from ui.kept.home import home
from ui.kept.library import UNFINISHED

LOCK: Final = "unfinished.lock"
WAIT_S: Final = 0.5
MAX_BYTES: Final = 100_000

AT_WORK: Final = Said("Another PowerHold is moving or deleting something just now: try again in a moment.")

_Name = Annotated[str, Field(pattern=r"^[^./\\\x00][^/\\\x00]{0,199}$")]


class KeepingError(ValueError):
    """It cannot be moved or deleted now; the message is one sentence, and nothing was changed."""


class Task(BaseModel):
    """What was begun; everything in it is a name, and none can leave this home.

    Attributes
    ----------
    work : str
        ``move`` or ``delete``.
    athlete : str
        Whose it is.
    session : str or None
        Name of the folder; None for all of the athlete's.
    to : str or None
        Whose it is to be.
    name : str or None
        Name of the folder there.
    calibrations : tuple of str
        Names of the files that go along.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    work: Literal["move", "delete"]
    athlete: AthleteId
    session: _Name | None = None
    to: AthleteId | None = None
    name: _Name | None = None
    calibrations: tuple[_Name, ...] = ()

    @property
    def athletes(self) -> tuple[str, ...]:
        """Whose folders it changes."""
        return (self.athlete,) if self.to is None else (self.athlete, self.to)


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
        _end(_read())
        yield
    finally:
        lock.release()


@contextmanager
def undisturbed(*athletes: str) -> Iterator[None]:
    """Let no session of these athletes run or begin meanwhile.

    Raises
    ------
    KeepingError
        If another program works in one of their folders.
    """
    with ExitStack() as held:
        for athlete in dict.fromkeys(athletes):
            lock = AthleteLock(athlete)
            try:
                lock.take()
            except AthleteBusy as error:
                raise KeepingError(said_by(error)) from error
            held.callback(lock.release)
        if os.name == "nt":  # a folder with an open file cannot be renamed there: it is only made sure
            held.close()
        yield


def settle() -> None:
    """End what was left unfinished, unless somebody is at it, or in a session: then it has to wait."""
    with suppress(KeepingError, OSError), alone():
        pass


def begin(task: Task) -> None:
    """Write down what begins now.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    replace_file(_path(), task.model_dump_json(indent=2) + "\n")


def done() -> None:
    """Strike it out."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return home() / UNFINISHED


def _read() -> Task | None:
    """Read what was begun; a note that cannot be read says nothing that could be ended."""
    try:
        content = read_small(_path(), MAX_BYTES)
        strict_object(content)
        return Task.model_validate_json(content)
    except FileNotFoundError:
        return None
    except (NotStrict, ValidationError):
        done()
        return None


def _end(task: Task | None) -> None:
    from ui.kept import moving, removing

    if task is not None:
        with undisturbed(*task.athletes):
            (moving if task.work == "move" else removing).carry_on(task)
