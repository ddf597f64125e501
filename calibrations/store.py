"""One file per calibration, written whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from calibrations.calibration import SCHEMA, Calibration, SiteRecord
from calibrations.doubts import doubts_of_all
from emg.foreign import NotStrict, own_words, plain, read_small, strict_object
from emg.results import Doubt
from emg.said import Said, said_by
from emg.session.folder import PrivateFile, make_private_folders, sync_folder

MAX_BYTES: Final = 100_000
"""A calibration with every trial of the full way has some 6 kB."""

OLDEST_SCHEMA: Final = 1
"""Schema 1 had no serial, placement, way, intake or doubts, and of a trial only its site and level. All of
these have a default (the quick way was the only one), so its fields are good fields of today."""


class CalibrationUnreadable(ValueError):
    """The file is no calibration; the message names it and says why."""


def save(calibration: Calibration, folder: Path) -> Path:
    """Write a calibration under its time of making; nothing is ever overwritten.

    The file gets its name when it is whole and on the disk: whoever looks, even after a power cut, sees
    the whole file or none.

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
    stem = f"{calibration.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    temporary = folder / f".{stem}.{os.getpid()}-{secrets.token_hex(4)}.tmp"
    file = PrivateFile(temporary)
    try:
        file.append(calibration.model_dump_json(by_alias=True, indent=2).encode() + b"\n")
        file.sync()
        file.close()
        path = next(path for path in _names(folder, stem) if _named(temporary, path))
    finally:
        file.close()
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    return path


def _names(folder: Path, stem: str) -> Iterator[Path]:
    yield folder / f"{stem}.json"
    for number in count(2):
        yield folder / f"{stem}-{number}.json"


def _named(temporary: Path, path: Path) -> bool:
    """Give the finished file its name, unless it is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # FAT and some network disks have no second names
        return _moved(temporary, path)
    return True


def _moved(temporary: Path, path: Path) -> bool:
    """Move the finished file to its name; a move alone would replace a file that is there.

    Savers keep each other out by a claim beside the name. One that a killed saver leaves behind costs
    its name and nothing else.
    """
    claim = path.with_name(f".{path.name}.claim")
    try:
        PrivateFile(claim).close()
    except FileExistsError:
        return False
    try:
        if path.is_symlink() or path.exists():
            return False
        temporary.rename(path)
    finally:
        claim.unlink()
    return True


def load(path: Path) -> Calibration:
    """Read a calibration file, strictly.

    Raises
    ------
    CalibrationUnreadable
        If it is not there, too large, not JSON, of a newer version, or says anything twice.
    """
    try:
        fields = strict_object(read_small(path, MAX_BYTES))
    except NotStrict as error:
        raise CalibrationUnreadable(
            Said("{name} is not a calibration: it {fault}.", name=plain(path.name), fault=said_by(error))
        ) from error
    except (OSError, ValueError) as error:  # a name with a zero character is no name of a file
        reason = getattr(error, "strerror", None) or Said("it cannot be the name of a file")
        raise CalibrationUnreadable(
            Said("{path} cannot be read: {reason}.", path=plain(str(path), 200), reason=reason)
        ) from error
    return parse(fields, plain(path.name))


def parse(fields: Mapping[str, Any], name: str = Said("This")) -> Calibration:
    """Read the fields of a calibration, also of an earlier schema; its maxima are doubted by today's rules.

    Parameters
    ----------
    fields : mapping
        As they stand in a calibration file, or whole in session.json.
    name : str
        How to call it if it cannot be read.

    Raises
    ------
    CalibrationUnreadable
        If any field is missing, unknown or impossible, or the schema is not known here.
    """
    schema = fields.get("schema")
    if type(schema) is int and schema > SCHEMA:
        raise CalibrationUnreadable(
            Said(
                "{name} was made by a newer version of PowerHold: update PowerHold, or measure anew.",
                name=name,
            )
        )
    if type(schema) is not int or schema < OLDEST_SCHEMA:
        raise CalibrationUnreadable(
            Said("{name} is not a calibration: its schema is missing or unknown.", name=name)
        )
    try:
        text = json.dumps({**fields, "schema": SCHEMA})
        return _doubted(Calibration.model_validate_json(text))
    except ValidationError as error:
        raise CalibrationUnreadable(
            Said("{name} is not a calibration: {fault}.", name=name, fault=_first_of(error))
        ) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise CalibrationUnreadable(
            Said("{name} is not a calibration: it cannot stand in JSON.", name=name)
        ) from error


def _doubted(calibration: Calibration) -> Calibration:
    """Add the doubts that follow from the maxima and what was said, where the file has not got them."""
    follow = doubts_of_all(calibration.reference().sites, calibration.trials)
    sites = {name: _with_doubts(site, follow[name]) for name, site in calibration.sites.items()}
    return calibration.model_copy(update={"sites": sites})


def _with_doubts(site: SiteRecord, more: Collection[Doubt]) -> SiteRecord:
    doubts = tuple(doubt for doubt in Doubt if doubt in site.doubts or doubt in more)
    return site.model_copy(update={"doubts": doubts})


def _first_of(error: ValidationError) -> str:
    """Say the first thing that is wrong, and where."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(plain(str(part)) for part in first["loc"]) or Said("the file")
    return Said(
        "{where}: {fault}",
        where=where,
        fault=own_words(first) or plain(first["msg"].removeprefix("Value error, "), 160),
    )
