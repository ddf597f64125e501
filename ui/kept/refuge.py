"""Where a session goes on when its folder refuses: the disk is full, or the folder is gone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ui.kept.home import sessions_folder

NAME: Final = "powerhold-sessions"
"""Of the folder in the home folder; one in the temp folder has a name that nobody can guess."""


def refuges(parent: Path, athlete: str) -> tuple[Path, ...]:
    """List the places to be tried, best first: only the first two are searched by the list of sessions.

    Parameters
    ----------
    parent : Path
        Where the session was to be: its own folder alone may be gone.
    athlete : str
        Id.
    """
    return tuple(dict.fromkeys((parent, *_others(athlete))))


def _others(athlete: str) -> Iterator[Path]:
    yield sessions_folder(athlete)
    with suppress(RuntimeError):  # a user without a home
        yield Path.home() / NAME
    with suppress(OSError):
        yield Path(tempfile.gettempdir()) / NAME
