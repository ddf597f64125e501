"""All calibrations of a folder, and of what is none the reason."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calibrations.calibration import Calibration
from calibrations.store import CalibrationUnreadable, load
from emg.foreign import plain
from emg.said import Said, said_by

SUFFIX: Final = ".json"


@dataclass(frozen=True, slots=True)
class Shelved:
    """One file.

    Attributes
    ----------
    path : Path
        The file; the folder, where that itself cannot be listed.
    calibration : Calibration or None
        What it holds, None if that cannot be read.
    reason : str
        Why it cannot be read, as a sentence; empty if it can.
    """

    path: Path
    calibration: Calibration | None
    reason: str = ""


def shelve(folder: Path) -> list[Shelved]:
    """List the calibrations of a folder, newest first, then what cannot be read with its reason.

    Hidden files are left out: a saver that was killed leaves one. Links are not followed.

    Parameters
    ----------
    folder : Path
        An athlete's; one that does not exist is empty.
    """
    try:
        with os.scandir(folder) as entries:
            found = [_shelved(entry) for entry in entries if _is_meant(entry.name)]
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return [
            Shelved(
                folder,
                None,
                Said("{folder} cannot be listed: {reason}.", folder=plain(str(folder), 200), reason=reason),
            )
        ]
    return sorted(found, key=rank, reverse=True)


def rank(shelved: Shelved) -> tuple[bool, float, int, str]:
    """Key to sort by, greatest first: the newest, and last what cannot be read.

    Of two that were made in one second the name with the greater number is the later one.
    """
    calibration, name = shelved.calibration, shelved.path.name
    if calibration is None:
        return False, 0.0, 0, name
    return True, calibration.made_at.timestamp(), len(name), name


def _is_meant(name: str) -> bool:
    return name.lower().endswith(SUFFIX) and not name.startswith(".")


def _shelved(entry: os.DirEntry[str]) -> Shelved:
    path = Path(entry.path)
    if entry.is_symlink():
        return Shelved(path, None, Said("{name} is a link: put the file itself here.", name=plain(path.name)))
    try:
        return Shelved(path, load(path))
    except CalibrationUnreadable as error:
        return Shelved(path, None, said_by(error))
