"""One file per calibration, written whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from calibrations.calibration import Calibration
from emg.session.folder import make_private_folders, replace_file

MAX_BYTES: Final = 1_000_000


class CalibrationUnreadable(ValueError):
    """The file is no calibration; the message names it and says why."""


def save(calibration: Calibration, folder: Path) -> Path:
    """Write a calibration under its time of making; nothing is ever overwritten.

    Parameters
    ----------
    calibration : Calibration
        The record.
    folder : Path
        The athlete's folder of calibrations; made if it is not there.

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    OSError
        If the disk refuses; nothing is left behind.
    """
    make_private_folders(folder)
    path = _reserve(folder, f"{calibration.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        replace_file(path, calibration.model_dump_json(by_alias=True, indent=2) + "\n")
    except OSError:
        path.unlink()  # still empty
        raise
    return path


def _reserve(folder: Path, stem: str) -> Path:
    """Take the first free name; the empty file is replaced by the finished one."""
    number = 1
    while True:
        path = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            number += 1
        else:
            return path


def load(path: Path) -> Calibration:
    """Read a calibration file, strictly.

    Raises
    ------
    CalibrationUnreadable
        If it is not there, too large, not JSON, of another schema, or says anything twice.
    """
    try:
        fields = json.loads(_text(path), object_pairs_hook=_once, parse_constant=_no_constant)
        return Calibration.model_validate_json(json.dumps(fields))
    except OSError as error:
        raise CalibrationUnreadable(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CalibrationUnreadable(f"{path.name} is not a calibration: {field}: {first['msg']}.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, CalibrationUnreadable):
            raise
        raise CalibrationUnreadable(f"{path.name} is not a calibration: {error}.") from error


def _text(path: Path) -> str:
    """Text of a file that is one: a device or a pipe would be read for ever."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise CalibrationUnreadable(f"{path.name} is not a file: give the .json file of a calibration.")
    with path.open("rb") as file:
        found = file.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise CalibrationUnreadable(f"{path.name} is too large to be a calibration.")
    return found.decode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: the second would hide the first."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise ValueError(f"it names '{name[:40]}' twice")
        fields[name] = value
    return fields


def _no_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is not a number")
