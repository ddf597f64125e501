"""Where a user's data lies, and what an athlete may be called."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

ATHLETE_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
RESERVED: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
)
"""Names that Windows keeps for devices."""


class AthleteError(ValueError):
    """The id cannot be used; the message says what can."""


def home() -> Path:
    """Folder of athletes and recordings: ``POWERHOLD_HOME``, else the platform's data folder."""
    chosen = os.environ.get("POWERHOLD_HOME")
    return Path(chosen) if chosen else user_data_path("powerhold", appauthor=False)


def check_athlete(athlete: str) -> str:
    """Return the id if it can name a folder and stand in a file that travels.

    Raises
    ------
    AthleteError
        With what an id may be made of.
    """
    if ATHLETE_PATTERN.fullmatch(athlete) is None or athlete.upper() in RESERVED:
        raise AthleteError(
            f"'{athlete[:40]}' cannot be an athlete's id: use 1 to 64 letters, digits, - and _, and no name."
        )
    return athlete


def sessions_folder(athlete: str) -> Path:
    """Folder of an athlete's sessions."""
    return home() / "athletes" / athlete / "sessions"


def calibrations_folder(athlete: str) -> Path:
    """Folder of an athlete's calibrations."""
    return home() / "athletes" / athlete / "calibrations"


def recordings_folder() -> Path:
    """Folder of recordings that belong to nobody."""
    return home() / "recordings"
