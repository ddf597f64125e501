"""One file per calibration, written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from calibrations.calibration import Calibration

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
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = calibration.made_at.strftime("%Y%m%dT%H%M%SZ")
    text = calibration.model_dump_json(by_alias=True, indent=2) + "\n"
    temporary = folder / f".{stem}.{os.getpid()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path = _reserve(folder, stem)
    temporary.replace(path)
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
        if path.stat().st_size > MAX_BYTES:
            raise CalibrationUnreadable(f"{path.name} is too large to be a calibration.")
        fields = json.loads(
            path.read_text(encoding="utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
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
