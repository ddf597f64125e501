"""Sessions out of a file from elsewhere: all of them or none, and nothing that is here is touched."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emg.said import Said
from emg.session.bundle import SessionReadError, read_session
from emg.session.folder import PrivateFile, SessionFolder, make_private_folders, replace_file, sync_folder
from emg.session.model import SessionRecord
from emg.session.parcel import FileEntry, Parcel, SessionEntry
from emg.session.tables import renamed_rows

STAGING: Final = ".receiving-"
"""Beginning of a folder that is still being filled; lists pass over what begins with a dot."""


class ParcelConflict(Exception):
    """Something else lies where a session would go; the message is one sentence, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a file.

    Attributes
    ----------
    new, there : tuple of str
        Ids of the sessions that are here now, and of those that were here already.
    told_more : tuple of str
        Of the latter those whose events differ: something was noted or taken out here or there since.
    """

    new: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    told_more: tuple[str, ...] = ()


def receive(parcel: Parcel, parent: Path, athlete: str) -> Received:
    """Put the sessions of a file where an athlete's sessions lie.

    Parameters
    ----------
    parcel : Parcel
        Open, and found to be whole.
    parent : Path
        Folder of the athlete's sessions; made if it is missing.
    athlete : str
        As he is called here: it goes into session.json, its calibration and holds.csv.

    Returns
    -------
    Received
        What was new, and what was not.

    Raises
    ------
    ParcelError
        If the file is not what it was a moment ago.
    ParcelConflict
        If another session has a name that is needed.
    OSError
        If the disk refuses. After each of these everything is as it was.
    """
    new, there, more = [], [], []
    for entry in parcel.manifest.sessions:
        if not os.path.lexists(parent / entry.id):
            new.append(entry)
            continue
        if not _is_same(parent / entry.id, entry, parcel.records[entry.id]):
            raise ParcelConflict(
                Said(
                    "Another session is called {id} here, so nothing was received: move that folder away.",
                    id=entry.id,
                )
            )
        there.append(entry.id)
        if _hash_of(parent / entry.id / "events.jsonl") != _told_hash(entry, "events.jsonl"):
            more.append(entry.id)
    if new:
        with _made(parent), _staging(parent) as stage:
            for entry in new:
                _unpack(parcel, entry, stage / entry.id)
                if entry.athlete != athlete:
                    rename_athlete(stage / entry.id, parcel.records[entry.id], athlete)
                sync_folder(stage / entry.id)
            _settle(stage, parent, [entry.id for entry in new])
    return Received(tuple(entry.id for entry in new), tuple(there), tuple(more))


def rename_athlete(folder: Path, record: SessionRecord, athlete: str) -> None:
    """Write another athlete's id into a session that nobody else has yet.

    Parameters
    ----------
    folder : Path
        The session.
    record : SessionRecord
        Its session.json, as it is.
    athlete : str
        The id from now on.
    """
    calibration = None if record.calibration is None else {**record.calibration, "athlete": athlete}
    now = record.amended(athlete=athlete, calibration=calibration)
    files = SessionFolder(folder)
    replace_file(files.session_json, now.to_json())
    if files.holds_csv.is_file():
        content = files.holds_csv.read_bytes().decode()
        content = content[: content.rfind("\n") + 1]  # half a line that a kill left goes
        replace_file(files.holds_csv, renamed_rows(content, athlete, record.id))


def _is_same(folder: Path, entry: SessionEntry, record: SessionRecord) -> bool:
    """Whether a folder holds this very session: the same samples, or a practice of the same moment."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    raw = entry.file("raw.bdf")
    if raw is not None:
        return _hash_of(folder / "raw.bdf") == raw.sha256
    try:
        here = read_session(folder)
    except SessionReadError:
        return False
    return (here.kind, here.started_at) == (record.kind, record.started_at)


def _told_hash(entry: SessionEntry, name: str) -> str:
    told = entry.file(name)
    return "" if told is None else told.sha256


def _hash_of(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(parcel: Parcel, entry: SessionEntry, folder: Path) -> None:
    make_private_folders(folder)
    for told in entry.files:
        _write(parcel, entry, told, folder / told.name)


def _write(parcel: Parcel, entry: SessionEntry, told: FileEntry, path: Path) -> None:
    file = PrivateFile(path)
    try:
        for chunk in parcel.chunks(entry, told):
            file.append(chunk)
        file.sync()
    finally:
        file.close()


def _settle(stage: Path, parent: Path, ids: Sequence[str]) -> None:
    """Give all folders their names; if one is refused, none has it."""
    done: list[str] = []
    try:
        for name in ids:
            if os.path.lexists(parent / name):
                raise FileExistsError(f"{name} has just appeared")
            (stage / name).rename(parent / name)
            done.append(name)
    except OSError:
        for name in done:
            (parent / name).rename(stage / name)
        raise
    sync_folder(parent)


@contextmanager
def _staging(parent: Path) -> Iterator[Path]:
    """Give a new private folder beside the sessions, and take away what is left of it."""
    stage = Path(tempfile.mkdtemp(prefix=STAGING, dir=parent))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder; if what follows fails, those that are new and empty go again."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        make_private_folders(folder)
        yield
    except BaseException:
        for path in missing:
            with suppress(OSError):
                path.rmdir()
        raise
