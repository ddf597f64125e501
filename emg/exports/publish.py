"""An export appears under its name when it is whole, or not at all; nothing that is there is touched."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from emg.exports.subject import ExportRefused
from emg.foreign import plain
from emg.said import Said
from emg.session.folder import (
    DISK_FULL,
    FILE_MODE,
    FOLDER_MODE,
    PrivateFile,
    make_private_folders,
    sync_folder,
)

PART: Final = ".part"
"""Ending of what is still being written; it begins with a dot, so that nobody takes it for an export."""

_TAKEN: Final = frozenset({errno.EEXIST, errno.ENOTEMPTY})


class ExportFailed(Exception):
    """The disk refuses; the message is one sentence, and nothing half is left under an export's name."""


@contextmanager
def exporting(out: Path) -> Iterator[None]:
    """Turn whatever the disk refuses into an ExportFailed that says what to do."""
    try:
        yield
    except OSError as error:
        where = plain(str(out), 200)
        if error.errno in DISK_FULL:
            raise ExportFailed(
                Said(
                    "The disk with {folder} is full, so nothing was exported: free some space and export "
                    "again.",
                    folder=where,
                )
            ) from error
        raise ExportFailed(
            Said(
                "Nothing can be written in {folder} ({reason}): choose another folder with --out.",
                folder=where,
                reason=error.strerror or type(error).__name__,
            )
        ) from error


def check_out(out: Path, sessions: Iterable[Path]) -> None:
    """Refuse a place inside a session: its folder holds that session and nothing else.

    Raises
    ------
    ExportRefused
        If ``out`` is or lies in one of them.
    """
    place = out.resolve()
    for folder in sessions:
        if place.is_relative_to(folder.resolve()):
            raise ExportRefused(
                Said(
                    "{out} lies in the session itself: choose another folder with --out.",
                    out=plain(str(out), 200),
                )
            )


def publish_folder(parent: Path, name: str, fill: Callable[[Path], Path | None]) -> Path:
    """Make a folder of files beside its name, then give it the name.

    Parameters
    ----------
    parent : Path
        Made if it is missing.
    name : str
        Of the new folder; with ``-2``, ``-3`` ... where there is one already.
    fill : callable
        Writes into the folder it is given. May return a folder below it, which is then the export.

    Returns
    -------
    Path
        The new folder, open to its owner only, as are its files.

    Raises
    ------
    OSError
        If the disk refuses; nothing new is there then.
    """
    make_private_folders(parent)
    with staging(parent, name) as part:
        made = fill(part) or part
        make_private(made)
        return _renamed(made, parent, name)


@contextmanager
def staging(parent: Path, name: str) -> Iterator[Path]:
    """Give a new private folder, and take away what is left of it afterwards."""
    part = parent / f".{name}-{secrets.token_hex(4)}{PART}"
    part.mkdir(FOLDER_MODE)
    try:
        part.chmod(FOLDER_MODE)
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def publish_file(parent: Path, name: str, ending: str, content: bytes) -> Path:
    """Write one file beside its name, then give it the name; ``NAME-2`` where there is one already.

    Raises
    ------
    OSError
        If the disk refuses; nothing new is there then.
    """
    make_private_folders(parent)
    with staging(parent, name) as part:
        temporary = part / "whole"
        file = PrivateFile(temporary)
        try:
            file.append(content)
            file.sync()
        finally:
            file.close()
        for path in _names(parent, name, ending):
            if _placed(temporary, path):
                sync_folder(parent)
                return path
    raise AssertionError("there is always another name")


def make_private(folder: Path) -> None:
    """Close a folder and all in it to others, and force it onto the disk: libraries write for everybody."""
    folder.chmod(FOLDER_MODE)
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            path.chmod(FOLDER_MODE)
            continue
        path.chmod(FILE_MODE)
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def put_text(path: Path, text: str) -> None:
    """Write a new private text file, UTF-8 and LF.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    file = PrivateFile(path)
    try:
        file.append(text.encode())
    finally:
        file.close()


def _names(parent: Path, name: str, ending: str = "") -> Iterator[Path]:
    yield parent / f"{name}{ending}"
    number = 1
    while True:
        number += 1
        yield parent / f"{name}-{number}{ending}"


def _renamed(made: Path, parent: Path, name: str) -> Path:
    for path in _names(parent, name):
        if os.path.lexists(path):
            continue
        try:
            made.rename(path)
        except OSError as error:
            if error.errno in _TAKEN:
                continue  # another export was faster
            raise
        sync_folder(parent)
        return path
    raise AssertionError("there is always another name")


def _placed(temporary: Path, path: Path) -> bool:
    """Give a file its name unless that is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a stick's file system knows no second name for a file
        if os.path.lexists(path):
            return False
        temporary.rename(path)
    return True
