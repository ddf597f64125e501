"""Where a user's data lies, and what an athlete may be called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

from emg.foreign import plain
from emg.said import Said
from emg.session.ids import is_id

DEMO_ATHLETE: Final = "demo"
"""Id of the simulated athlete of ``powerhold demo``."""

UNFINISHED: Final = "unfinished.json"
"""There while something is moved or deleted: what was begun, so that it can be ended after a kill."""


class AthleteError(ValueError):
    """The id cannot be used; the message says what can."""


def home() -> Path:
    """Folder of athletes and recordings: ``POWERHOLD_HOME``, else the platform's data folder."""
    chosen = os.environ.get("POWERHOLD_HOME")
    return Path(chosen) if chosen else user_data_path("powerhold", appauthor=False)


def check_athlete(athlete: str) -> str:
    """Return the id if it can name a folder of its own and stand in a file that travels.

    Raises
    ------
    AthleteError
        With what an id may be made of, or which athlete's folder it would share.
    """
    if not is_id(athlete):
        raise AthleteError(
            Said(
                "'{name}' cannot be an athlete's id: use 1 to 64 letters, digits, - and _, and no name.",
                name=plain(athlete),
            )
        )
    other = _sharing(athlete)
    if other:
        raise AthleteError(
            Said(
                "This disk does not tell {name} from {other}, who is here already: write {other}, or choose "
                "another id.",
                name=athlete,
                other=other,
            )
        )
    return athlete


def _sharing(athlete: str) -> str:
    """Find an athlete whose id differs in capitals only, where the disk takes both for one folder."""
    folder = athletes_folder()
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return ""
    alike = (name for name in names if name != athlete and name.casefold() == athlete.casefold())
    return next((name for name in alike if _one_folder(folder / name, folder / athlete)), "")


def _one_folder(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def athletes_folder() -> Path:
    """Folder of all athletes."""
    return home() / "athletes"


def sessions_folder(athlete: str) -> Path:
    """Folder of an athlete's sessions."""
    return athletes_folder() / athlete / "sessions"


def calibrations_folder(athlete: str) -> Path:
    """Folder of an athlete's calibrations."""
    return athletes_folder() / athlete / "calibrations"


def recordings_folder() -> Path:
    """Folder of recordings that belong to nobody."""
    return home() / "recordings"
