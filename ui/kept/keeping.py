"""Moves and deletions: what begins is written down, so that it can be ended after a kill."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emg.foreign import NotStrict, read_small, strict_object
from emg.said import said_by
from emg.session.folder import replace_file
from emg.session.ids import AthleteId
from ui.kept.athlete_lock import AthleteBusy, AthleteLock
from ui.kept.home import UNFINISHED, home

MAX_BYTES: Final = 100_000

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


def begun() -> Task | None:
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
