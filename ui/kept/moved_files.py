"""The files of a session made anew for another athlete: other names in them, and nothing else changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from emg.codes import EventKind, Origin
from emg.foreign import NotStrict, read_small, strict_object
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError, read_events
from emg.session.events import event_to_json
from emg.session.folder import PrivateFile, SessionFolder, make_private_folders, sync_folder
from emg.session.small_files import MAX_HOLDS_BYTES, MAX_SESSION_BYTES
from emg.session.tables import renamed_rows
from emg.stage import Event

REWRITTEN: Final = frozenset({"session.json", "holds.csv", "events.jsonl"})
OURS: Final = REWRITTEN | {"raw.bdf", "activation.csv", "summary.json", "truth.csv"}
"""Files of a session; whatever else lies in its folder was made of it. Of people raw.bdf says only X."""


def record_of(folder: Path) -> dict[str, Any]:
    """Read session.json as it stands: of any version, nothing in it is lost.

    Raises
    ------
    SessionReadError
        If it cannot be read.
    """
    path = SessionFolder(folder).session_json
    try:
        return strict_object(read_small(path, MAX_SESSION_BYTES))
    except OSError as error:
        raise SessionReadError(
            Said("{path} cannot be opened ({reason}).", path=str(path), reason=str(error.strerror))
        ) from error
    except NotStrict as error:
        raise SessionReadError(Said("{path} {fault}.", path=str(path), fault=said_by(error))) from error


def made_anew(folder: Path, staged: Path, athlete: str, name: str, now: datetime) -> None:
    """Make a session anew: what does not change is the same file by another name.

    Parameters
    ----------
    folder : Path
        The session; not touched.
    staged : Path
        Where to make it; what lies there is thrown away.
    athlete, name : str
        Whose it is to be, and what its folder is to be called.
    now : datetime
        With time zone: when it is moved.

    Raises
    ------
    SessionReadError
        If a file of it cannot be read.
    OSError
        If the disk refuses.
    """
    record = record_of(folder)
    shutil.rmtree(staged, ignore_errors=True)
    make_private_folders(staged)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, staged / path.name, symlinks=True, copy_function=_same_file)
        elif path.name not in REWRITTEN:
            _same_file(str(path), str(staged / path.name))
    mended = _renamed(record, athlete, name, folder.name)
    _write(staged / "session.json", json.dumps(mended, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    holds, events = SessionFolder(folder).holds_csv, SessionFolder(folder).events_jsonl
    if holds.exists():
        _write(staged / holds.name, _renamed_holds(holds, athlete, str(mended.get("id", ""))))
    if events.exists():
        _write(staged / events.name, _with_trace(folder, now))
    sync_folder(staged)


def _same_file(source: str, target: str) -> None:
    """Give a file a second name; copy it where the disk has no second names."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _write(path: Path, text: str) -> None:
    file = PrivateFile(path)
    try:
        file.append(text.encode())
        file.sync()
    finally:
        file.close()


def _renamed(record: Mapping[str, Any], athlete: str, name: str, folder_name: str) -> dict[str, Any]:
    """Put the right athlete into session.json, and where the folder has another name there, that too."""
    found = {**record, "athlete": athlete}
    if record.get("id") == folder_name:
        found["id"] = name
    used = record.get("calibration")
    if isinstance(used, dict) and "athlete" in used:
        found["calibration"] = {**used, "athlete": athlete}
    return found


def _renamed_holds(path: Path, athlete: str, session: str) -> str:
    """Put the right names into every row of holds.csv, also into one that a kill cut short.

    Raises
    ------
    SessionReadError
        If it is no table.
    """
    try:
        text = read_small(path, MAX_HOLDS_BYTES).decode()
    except (NotStrict, UnicodeDecodeError) as error:
        raise SessionReadError(
            Said("{path} is not a table of holds that can be read.", path=str(path))
        ) from error
    return renamed_rows(text, athlete, session)


def _with_trace(folder: Path, now: datetime) -> str:
    """Add to the events that the session was moved, and when; not from whom, who may be deleted one day."""
    path = SessionFolder(folder).events_jsonl
    text = path.read_text(encoding="utf-8")
    end = text.rfind("\n") + 1
    sample = max((event.sample for event in read_events(folder)), default=0)
    detail = {"question": "athlete", "answer": "moved", "said_at": now.astimezone(UTC).isoformat()}
    trace = Event(sample, EventKind.ANSWERED, detail=detail, origin=Origin.INPUT)
    return f"{text[:end]}{event_to_json(trace)}\n"
