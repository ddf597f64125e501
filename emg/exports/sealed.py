"""One file that opens with a passphrase only: an export in a tar archive, sealed by age.

age is a public format (https://age-encryption.org/v1): without PowerHold the file opens with
``age --decrypt FILE | tar x``.
"""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path, PurePosixPath
from typing import Final

import pyrage  # type: ignore[import-untyped]

from emg.foreign import plain
from emg.said import Said
from emg.session.folder import PrivateFile

ENDING: Final = ".age"
SHORTEST: Final = 12
"""Characters of a passphrase: whoever holds the file may try as long as he likes."""

MAX_BYTES: Final = 1_000_000_000
"""The library seals in memory."""

MAX_FILES: Final = 100_000
MAGIC: Final = b"age-encryption.org/v1\n"
"""How a sealed file begins."""


class SealError(ValueError):
    """It cannot be sealed or opened; the message is one sentence that says what to do."""


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is guessed in an afternoon.

    Raises
    ------
    SealError
        If it is shorter than 12 characters.
    """
    if len(passphrase) < SHORTEST:
        raise SealError(
            Said(
                "A passphrase needs {least} characters or more: four words with spaces will do.",
                least=SHORTEST,
            )
        )


def seal(folder: Path, name: str, passphrase: str) -> bytes:
    """Pack a folder and seal it.

    Parameters
    ----------
    folder : Path
        Holds plain files and folders.
    name : str
        Of the folder inside.
    passphrase : str
        Twelve characters or more.

    Returns
    -------
    bytes
        An age file. No name, date or owner of this computer is in it.

    Raises
    ------
    SealError
        If the passphrase is too short, or the folder too large.
    OSError
        If a file cannot be read.
    """
    check_passphrase(passphrase)
    if sum(path.stat().st_size for path in folder.rglob("*")) > MAX_BYTES:
        raise SealError(
            Said(
                "More than {most} GB cannot be sealed in one file: export fewer sessions.",
                most=MAX_BYTES // 10**9,
            )
        )
    return bytes(pyrage.passphrase.encrypt(packed(folder, name), passphrase))


def packed(folder: Path, name: str) -> bytes:
    """Pack a folder, under this name, into a tar archive without owners and times."""
    whole = io.BytesIO()
    with tarfile.TarFile(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            _add(archive, path, (PurePosixPath(name) / path.relative_to(folder).as_posix()).as_posix())
    return whole.getvalue()


def unseal(path: Path, passphrase: str, folder: Path) -> str:
    """Open a sealed file into a folder.

    Parameters
    ----------
    path : Path
        An age file.
    passphrase : str
        The one it was sealed with.
    folder : Path
        An empty folder of one's own.

    Returns
    -------
    str
        Name of the one folder that was in it.

    Raises
    ------
    SealError
        If it is no such file, the passphrase is wrong, the file is damaged, or it holds what an export does
        not: links, devices, or names that lead elsewhere.
    OSError
        If the disk refuses.
    """
    shown = plain(str(path), 200)
    try:
        content = _opened(path, shown, passphrase)
        with tarfile.TarFile(fileobj=io.BytesIO(content), mode="r") as archive:
            return _unpack(archive, shown, folder)
    except tarfile.TarError as error:
        raise SealError(Said("{shown} opens, but holds no export of PowerHold.", shown=shown)) from error


def _opened(path: Path, shown: str, passphrase: str) -> bytes:
    if not path.is_file():
        raise SealError(Said("There is no file {shown}.", shown=shown))
    if path.stat().st_size > 2 * MAX_BYTES:
        raise SealError(Said("{shown} is larger than any sealed export.", shown=shown))
    content = path.read_bytes()
    if not content.startswith(MAGIC):
        raise SealError(Said("{shown} is not a sealed export.", shown=shown))
    try:
        return bytes(pyrage.passphrase.decrypt(content, passphrase))
    except pyrage.DecryptError as error:
        raise SealError(
            Said("{shown} does not open: the passphrase is wrong, or the file is damaged.", shown=shown)
        ) from error


def _add(archive: tarfile.TarFile, path: Path, inside: str) -> None:
    entry = tarfile.TarInfo(inside)
    if path.is_dir():
        entry.type, entry.mode = tarfile.DIRTYPE, 0o700
        archive.addfile(entry)
        return
    entry.mode = 0o600
    with path.open("rb") as file:
        entry.size = os.fstat(file.fileno()).st_size
        archive.addfile(entry, file)


def _unpack(archive: tarfile.TarFile, shown: str, folder: Path) -> str:
    tops: set[str] = set()
    for n_files, entry in enumerate(archive, start=1):
        parts = entry.name.split("/")
        if n_files > MAX_FILES or not (entry.isreg() or entry.isdir()) or not all(map(_is_name, parts)):
            raise SealError(
                Said(
                    "{shown} holds '{entry}', which no export does: nothing was opened.",
                    shown=shown,
                    entry=plain(entry.name),
                )
            )
        tops.add(parts[0])
        target = folder.joinpath(*parts)
        if entry.isdir():
            target.mkdir(0o700, parents=True, exist_ok=True)
            continue
        target.parent.mkdir(0o700, parents=True, exist_ok=True)
        found = archive.extractfile(entry)
        assert found is not None
        _write(target, found.read(), shown)
    if len(tops) != 1 or not (folder / next(iter(tops))).is_dir():
        raise SealError(Said("{shown} opens, but holds no export of PowerHold.", shown=shown))
    return tops.pop()


def _write(target: Path, content: bytes, shown: str) -> None:
    try:
        file = PrivateFile(target)
    except FileExistsError as error:
        raise SealError(
            Said("{shown} holds '{entry}' twice: nothing was opened.", shown=shown, entry=plain(target.name))
        ) from error
    try:
        file.append(content)
    finally:
        file.close()


def _is_name(part: str) -> bool:
    """Whether a name is one as exports have them: no way up, no root, no drive, nothing unseen."""
    return (
        part != ""
        and part.isascii()
        and part.isprintable()
        and not part.startswith(".")
        and not set(part) & set('\\:*?"<>|')
    )
