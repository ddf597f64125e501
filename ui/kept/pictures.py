"""Pictures of a session, kept beside it: private, and never in the place of another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from emg.session.folder import PrivateFile, make_private_folders, writing

FOLDER: Final = "pictures"


def keep_pictures(session_folder: Path, stem: str, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write one picture in several formats.

    Parameters
    ----------
    session_folder : Path
        The session's; the pictures go into ``pictures/`` in it.
    stem : str
        Name without suffix, for example ``set2-right-train``.
    contents : mapping from str to bytes
        Content by suffix, ``png`` and ``svg``.

    Returns
    -------
    tuple of Path
        Where they are: named after session and picture, with ``-2``, ``-3`` ... if that is taken.

    Raises
    ------
    RecordingError
        If the disk refuses.
    """
    folder = session_folder / FOLDER
    name, number = f"{session_folder.name}-{stem}", 1
    with writing(folder):
        make_private_folders(folder)
        while any((folder / f"{_numbered(name, number)}.{suffix}").exists() for suffix in contents):
            number += 1
        return tuple(
            _kept(folder / f"{_numbered(name, number)}.{suffix}", content)
            for suffix, content in contents.items()
        )


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _kept(path: Path, content: bytes) -> Path:
    file = PrivateFile(path)
    try:
        file.append(content)
    finally:
        file.close()
    return path
