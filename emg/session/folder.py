"""Where a session lies on disk, and files that are private, never overwritten and never left torn."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final

from emg.said import Said

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
MOVED: Final = "moved.txt"
"""Stands in a folder that a session had to leave, if anything could still be written there."""

_PROTOCOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a system says where nothing more goes in: the disk, the user's share of it, or one file."""


class RecordingError(Exception):
    """The session cannot be written; the message is one sentence, and what was written stays whole."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn whatever the disk refuses into a RecordingError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise RecordingError(
                Said(
                    "The disk is full, so nothing more can be saved in {folder}; what was recorded so "
                    "far is kept. Free some space.",
                    folder=str(folder),
                )
            ) from error
        reason = error.strerror or type(error).__name__
        raise RecordingError(
            Said(
                "Nothing can be saved in {folder} ({reason}); what was recorded so far is kept. "
                "Choose another folder with --out.",
                folder=str(folder),
                reason=reason,
            )
        ) from error


class PrivateFile:
    """A new file, readable by its owner only, that grows by whole pieces.

    Raises
    ------
    FileExistsError
        If there is such a file already: nothing is ever overwritten.
    """

    def __init__(self, path: Path) -> None:
        self._file = FileIO(path, "x+", opener=lambda name, flags: os.open(name, flags, FILE_MODE))
        path.chmod(FILE_MODE)  # a narrow umask would lock the owner out as well
        self._size = 0

    def append(self, data: bytes) -> None:
        """Add ``data`` at the end: all of it, or, when the disk refuses, nothing.

        Raises
        ------
        OSError
            If it cannot be written; the file is as it was before.
        """
        try:
            self._write_at(self._size, data)
        except OSError:
            self._file.truncate(self._size)
            raise
        self._size += len(data)

    def overwrite(self, offset: int, data: bytes) -> None:
        """Replace bytes inside the file."""
        self._write_at(offset, data)

    def sync(self) -> None:
        """Force what was written onto the disk."""
        os.fsync(self._file.fileno())

    def read(self, offset: int, n_bytes: int) -> bytes:
        """Read back what was written, also where the name of the file is gone.

        Raises
        ------
        OSError
            If the disk does not give all of it.
        """
        self._file.seek(offset)
        data = b""
        while len(data) < n_bytes:
            more = self._file.read(n_bytes - len(data))
            if not more:
                raise OSError(errno.EIO, "the disk does not give back what was written")
            data += more
        return data

    def is_at(self, path: Path) -> bool:
        """Whether this very file is to be found under a name."""
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), path.stat())
        except OSError:
            return False

    def cut(self) -> None:
        """Take away what stands behind the end."""
        self._file.truncate(self._size)

    @property
    def size(self) -> int:
        """Bytes that were added."""
        return self._size

    @property
    def closed(self) -> bool:
        """Whether it can no longer be written."""
        return self._file.closed

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()

    def let_go(self) -> None:
        """Close the file whatever its disk says to that: it is not written any more."""
        with suppress(OSError):
            self._file.close()

    def _write_at(self, offset: int, data: bytes) -> None:
        self._file.seek(offset)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


def replace_file(path: Path, text: str) -> None:
    """Write a whole text file so that at any moment either the old or the new one is there.

    Raises
    ------
    OSError
        If it cannot be written; the old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    file = PrivateFile(temporary)
    try:
        file.append(text.encode())
        file.sync()
        file.close()
        temporary.replace(path)
    finally:
        file.close()
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk, where the system can do that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_private_folders(folder: Path) -> None:
    """Make a folder and the ones above it that are missing, open to their owner only."""
    if not folder.is_dir():
        make_private_folders(folder.parent)
        folder.mkdir(FOLDER_MODE, exist_ok=True)
        folder.chmod(FOLDER_MODE)


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """The folder of one session or recording, and the names in it."""

    path: Path

    @classmethod
    def create(cls, parent: Path, protocol: str, started_at: datetime) -> SessionFolder:
        """Make a new folder ``YYYYMMDDTHHMMSSZ-PROTOCOL``, or with ``-2``, ``-3`` ... if it is taken.

        Parameters
        ----------
        parent : Path
            Made if it is missing.
        protocol : str
            Letters, digits, ``_`` and ``-``.
        started_at : datetime
            With its time zone; the name is in UTC.

        Raises
        ------
        ValueError
            If the protocol cannot stand in a folder name, or the time has no zone.
        RecordingError
            If the folder cannot be made.
        """
        if _PROTOCOL.fullmatch(protocol) is None:
            raise ValueError(f"'{protocol}' cannot name a folder: use letters, digits, _ and -.")
        if started_at.tzinfo is None:
            raise ValueError("The start of a session needs its time zone.")
        stem = f"{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{protocol}"
        with writing(parent):
            make_private_folders(parent)
            path, number = parent / stem, 1
            while not _made(path):
                number += 1
                path = parent / f"{stem}-{number}"
            path.chmod(FOLDER_MODE)
            sync_folder(parent)
        return cls(path)

    @property
    def name(self) -> str:
        """Id of the session."""
        return self.path.name

    @property
    def session_json(self) -> Path:
        """Facts about the session."""
        return self.path / "session.json"

    @property
    def raw_bdf(self) -> Path:
        """Every channel as it came."""
        return self.path / "raw.bdf"

    @property
    def events_jsonl(self) -> Path:
        """One event a line."""
        return self.path / "events.jsonl"

    @property
    def holds_csv(self) -> Path:
        """One row a hold."""
        return self.path / "holds.csv"

    @property
    def activation_csv(self) -> Path:
        """20 rows a second."""
        return self.path / "activation.csv"

    @property
    def summary_json(self) -> Path:
        """Means, symmetry and diagonal."""
        return self.path / "summary.json"


def _made(path: Path) -> bool:
    try:
        path.mkdir(FOLDER_MODE)
    except FileExistsError:
        return False
    return True
