"""All sessions of everybody here, found through the index in this home; one folder by its name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from emg.foreign import plain
from emg.said import Said
from emg.session.index import Shelf
from emg.session.library import Broken, Library
from ui.kept.home import UNFINISHED, athletes_folder, home, recordings_folder, sessions_folder
from ui.kept.index import session_index
from ui.words import words

LAST: Final = "last"
"""Stands for the newest session, where one is asked for by name."""


class NoSuchSession(ValueError):
    """There is no such session; the message says what to give."""


class SeveralSessions(NoSuchSession):
    """There is more than one of this name."""


def look(ids: Iterable[str], since: datetime | None = None, *, everybody: bool = False) -> Shelf:
    """Find the sessions of athletes; one that is of somebody else is not theirs, and is listed as broken.

    Parameters
    ----------
    ids : iterable of str
        Athletes.
    since : datetime or None
        With time zone: older folders are not opened.
    everybody : bool
        Whether these are all athletes there are.
    """
    end_unfinished()
    parents = {athlete: sessions_folder(athlete) for athlete in ids}
    shelf = session_index().look(parents, since, everybody=everybody)
    if all(one.athlete == one.parent for one in shelf.listed):
        return shelf
    strange = (
        Broken(
            Path(one.folder),
            Said(
                "{name} is of athlete {athlete}, and lies in the wrong folder.",
                name=str(one.folder),
                athlete=plain(one.athlete),
            ),
        )
        for one in shelf.listed
        if one.athlete != one.parent
    )
    theirs = tuple(one for one in shelf.listed if one.athlete == one.parent)
    return Shelf(theirs, (*shelf.broken, *strange))


def athlete_library(athlete: str, since: datetime | None = None) -> Library:
    """Read an athlete's sessions, through the index; see ``look``."""
    return look([athlete], since).library()


def end_unfinished() -> None:
    """End a move or a deletion that was broken off, before anybody is shown half of it."""
    if (home() / UNFINISHED).exists():
        from ui.kept.carrying_on import settle  # hardly ever

        settle()


def find_session(session: str) -> Path:
    """Take a folder, the name of a session of any athlete here or of a recording, or ``last``.

    ``last`` is the newest session of all athletes; every name begins with the time it began.

    Raises
    ------
    NoSuchSession, SeveralSessions
        If there is none, or more than one.
    """
    path = Path(session)
    if path.is_dir():
        return path
    end_unfinished()
    sessions = tuple(athletes_folder().glob("*/sessions/*"))
    if session == LAST and sessions:
        return max(sessions, key=lambda folder: folder.name)
    folders = (*sessions, *recordings_folder().glob("*"))
    known = folders if path.name == session else ()
    named = [found for found in known if found.name == session and not session.startswith(".")]
    if len(named) > 1:
        raise SeveralSessions(words.SEVERAL_SESSIONS.format(session=plain(session, 200)))
    if not named:
        raise NoSuchSession(words.NO_SESSION.format(session=plain(session, 200)))
    return named[0]
