"""Sessions as one file that travels: whole folders, a hash of every file, and nothing compressed.

It is a plain ZIP file. Because its members are stored as they are, nothing in it can grow when it is
opened; because their names follow one pattern, none of them can lead out of the folder they go into.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal

from pydantic import AwareDatetime, Field, ValidationError

from emg.foreign import NotStrict, plain, strict_object
from emg.said import Said, said_by
from emg.session.folder import SessionFolder
from emg.session.ids import AthleteId
from emg.session.model import Facts, SessionRecord
from emg.session.small_files import MAX_SESSION_BYTES, DigestError, SessionFile, read_light

FORMAT: Final = "powerhold-sessions"
SCHEMA: Final = 1
SUFFIX: Final = ".powerhold"
MANIFEST: Final = "manifest.json"

MOST_SESSIONS: Final = 500
MOST_FILES: Final = 64
"""In one session; PowerHold itself writes seven."""

MAX_BYTES: Final = 2_000_000_000
"""Some twenty hours of eight channels at 1000 Hz; a larger one would need the 64-bit form of ZIP."""

MAX_MANIFEST_BYTES: Final = 8_000_000
CHUNK_BYTES: Final = 1 << 20

SESSION_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}(\.[A-Za-z0-9_-]{1,19}){0,2}")
_DEVICES: Final = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\..*)?", re.IGNORECASE)
_END: Final = struct.Struct("<4s4H2LH")
_END_SIGN: Final = b"PK\x05\x06"
_LARGE_SIGN: Final = b"PK\x06\x07"
_LARGE_BYTES: Final = 20
"""Before the end of a ZIP of the 64-bit form, whose directory may have any size."""

_ENCRYPTED: Final = 0x1
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError),
    *(NotImplementedError, OverflowError, RuntimeError, struct.error),
)
"""What the library says of a file that does not hold together."""


class ParcelError(ValueError):
    """The file cannot be received, or the sessions not sent; one sentence that says why."""


class FileEntry(Facts):
    """One file of a session: its name, its size in bytes, and the SHA-256 of what is in it."""

    name: Annotated[str, Field(pattern=rf"^{FILE_NAME.pattern}$")]
    size: Annotated[int, Field(ge=0, le=MAX_BYTES)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SessionEntry(Facts):
    """One session: its id, the athlete as he is called where it was recorded, and its files."""

    id: Annotated[str, Field(pattern=rf"^{SESSION_ID.pattern}$")]
    athlete: AthleteId
    files: Annotated[tuple[FileEntry, ...], Field(min_length=1, max_length=MOST_FILES, strict=False)]

    def file(self, name: str) -> FileEntry | None:
        """Find a file by its name."""
        return next((file for file in self.files if file.name == name), None)


class Manifest(Facts):
    """What is in the file, written last: a file that was cut short has none."""

    format: Literal["powerhold-sessions"] = FORMAT
    schema_version: Annotated[Literal[1], Field(alias="schema")] = SCHEMA
    made_at: AwareDatetime
    software: Annotated[str, Field(max_length=40)]
    sessions: Annotated[tuple[SessionEntry, ...], Field(min_length=1, max_length=MOST_SESSIONS, strict=False)]


def write_parcel(out: BinaryIO, folders: Sequence[Path], *, made_at: datetime, software: str) -> Manifest:
    """Write whole session folders into a file.

    Parameters
    ----------
    out : binary file
        Empty, and open for writing.
    folders : sequence of Path
        Of sessions; one that was killed is sent as far as it got.
    made_at : datetime
        Now, with time zone.
    software : str
        Version of the program.

    Returns
    -------
    Manifest
        What was written.

    Raises
    ------
    ParcelError
        If a folder is no session, holds what cannot be sent, is given twice, or all of it is too large.
    OSError
        If a disk refuses.
    """
    found = [(_described(folder), files_of(folder)) for folder in folders]
    _check_amount(found)
    entries = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as zipped:
        for (session_id, athlete), files in found:
            packed = tuple(_pack(zipped, session_id, path) for path in files)
            entries.append(SessionEntry(id=session_id, athlete=athlete, files=packed))
        manifest = Manifest(made_at=made_at, software=software, sessions=tuple(entries))
        zipped.writestr(_info(MANIFEST), manifest.model_dump_json(by_alias=True, indent=1))
    return manifest


def files_of(folder: Path) -> list[Path]:
    """List the files of a session; what is hidden is a writer's own, and stays.

    Raises
    ------
    ParcelError
        If something in it is no plain file, or has a name that would not be taken back.
    """
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in paths:
        if path.is_symlink() or not path.is_file() or not is_name(path.name):
            raise ParcelError(
                Said(
                    "{path} is no file of a session: move it away, then send again.",
                    path=plain(str(path), 200),
                )
            )
    if len(paths) > MOST_FILES:
        raise ParcelError(
            Said(
                "{folder} holds more than {most} files: move some away.",
                folder=plain(str(folder), 200),
                most=MOST_FILES,
            )
        )
    return paths


def is_name(name: str) -> bool:
    """Whether a file may be called so on every system."""
    return FILE_NAME.fullmatch(name) is not None and _DEVICES.fullmatch(name) is None


def _described(folder: Path) -> tuple[str, str]:
    """Read id and athlete of a session."""
    try:
        record = read_light(SessionFolder(folder).session_json, SessionFile, MAX_SESSION_BYTES)
    except DigestError as error:
        raise ParcelError(said_by(error)) from error
    if record is None:
        raise ParcelError(
            Said("{folder} has no session.json, so it is not a session.", folder=plain(str(folder), 200))
        )
    if SESSION_ID.fullmatch(record.id) is None:
        raise ParcelError(
            Said(
                "{folder} has the id {id}, which is no session's.",
                folder=plain(str(folder), 200),
                id=plain(record.id),
            )
        )
    return record.id, record.athlete


def _check_amount(found: Sequence[tuple[tuple[str, str], Sequence[Path]]]) -> None:
    if not 1 <= len(found) <= MOST_SESSIONS:
        raise ParcelError(
            Said("One file takes 1 to {most} sessions: send them in several.", most=MOST_SESSIONS)
        )
    twice = [session_id for session_id, n in Counter(key[0].casefold() for key, _ in found).items() if n > 1]
    if twice:
        raise ParcelError(Said("The session {id} is given twice: name each one once.", id=twice[0].upper()))
    size = sum(path.stat().st_size for _, files in found for path in files)
    if size > MAX_BYTES - MAX_MANIFEST_BYTES:
        raise ParcelError(
            Said(
                "These sessions have {size} GB, and one file takes {most}: send them in several.",
                size=f"{size / 1e9:.1f}",
                most=f"{MAX_BYTES / 1e9:.0f}",
            )
        )


def _pack(zipped: zipfile.ZipFile, session_id: str, path: Path) -> FileEntry:
    """Store a file as it is, as long as it was when it was opened: a live one may go on growing."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as source:
        info = _info(f"sessions/{session_id}/{path.name}")
        info.file_size = size = path.stat().st_size
        with zipped.open(info, "w") as target:
            while done < size and (chunk := source.read(min(CHUNK_BYTES, size - done))):
                target.write(chunk)
                digest.update(chunk)
                done += len(chunk)
    return FileEntry(name=path.name, size=done, sha256=digest.hexdigest())


def _info(name: str) -> zipfile.ZipInfo:
    """Describe a plain private file; the date says nothing."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system = 3  # so that the mode counts
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info


class Parcel:
    """A file of sessions, open and checked from end to end before anything is made of it.

    Parameters
    ----------
    file : binary file
        Open for reading; it stays open as long as this is used.
    name : str
        How to call it if it cannot be received.

    Attributes
    ----------
    manifest : Manifest
        What is in it.
    records : mapping from id to SessionRecord
        What each session.json says.

    Raises
    ------
    ParcelError
        With the first thing that is wrong.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        size = file.seek(0, 2)
        if size > MAX_BYTES:
            raise ParcelError(
                Said(
                    "{name} is too large: one file of sessions has up to {most} GB.",
                    name=name,
                    most=f"{MAX_BYTES / 1e9:.0f}",
                )
            )
        _check_end(file, size, name)
        try:
            self._zip = zipfile.ZipFile(file)
            members = self._members(size)
            self.manifest = self._manifest(members)
            self._check_members(members)
            for entry in self.manifest.sessions:
                for told in entry.files:
                    for _chunk in self.chunks(entry, told):
                        pass  # its hash is checked on the way
            self.records = {entry.id: self._record(entry) for entry in self.manifest.sessions}
        except ParcelError:
            raise
        except _DAMAGE as error:
            raise self._damaged() from error

    def chunks(self, entry: SessionEntry, told: FileEntry) -> Iterator[bytes]:
        """Read a file of a session, and check its hash at the end.

        Raises
        ------
        ParcelError
            If it is not what the manifest says.
        """
        digest = hashlib.sha256()
        try:
            with self._zip.open(f"sessions/{entry.id}/{told.name}") as member:
                while chunk := member.read(CHUNK_BYTES):
                    digest.update(chunk)
                    yield chunk
        except _DAMAGE as error:
            raise self._damaged() from error
        if digest.hexdigest() != told.sha256:
            raise self._damaged(Said("{file} of {id} is not what was sent", file=told.name, id=entry.id))

    def _members(self, size: int) -> dict[str, zipfile.ZipInfo]:
        """List what is in it, and refuse what no sender of ours writes."""
        found: dict[str, zipfile.ZipInfo] = {}
        seen: set[str] = set()
        for info in self._zip.infolist():
            called = plain(info.orig_filename, 60)
            if info.orig_filename != info.filename or not _is_member(info.filename):
                raise ParcelError(
                    Said(
                        "{name} holds '{called}', which is no file of a session.",
                        name=self._name,
                        called=called,
                    )
                )
            if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
                raise ParcelError(
                    Said(
                        "{name} holds '{called}' compressed, which a file of sessions never is.",
                        name=self._name,
                        called=called,
                    )
                )
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG) or info.flag_bits & _ENCRYPTED:
                raise ParcelError(
                    Said("{name} holds '{called}', which is no plain file.", name=self._name, called=called)
                )
            if info.filename.casefold() in seen:
                raise ParcelError(Said("{name} holds '{called}' twice.", name=self._name, called=called))
            seen.add(info.filename.casefold())
            found[info.filename] = info
        if sum(info.file_size for info in found.values()) > size:
            raise ParcelError(
                Said("{name} says that it holds more than it can: it is damaged or a trap.", name=self._name)
            )
        return found

    def _manifest(self, members: dict[str, zipfile.ZipInfo]) -> Manifest:
        told = members.pop(MANIFEST, None)
        if told is None or told.file_size > MAX_MANIFEST_BYTES:
            raise ParcelError(
                Said("{name} is not a file of sessions: it does not list what is in it.", name=self._name)
            )
        try:
            fields = strict_object(self._zip.read(told))
            schema = fields.get("schema")
            if type(schema) is int and schema > SCHEMA:
                raise ParcelError(
                    Said(
                        "{name} was made by a newer version of PowerHold: update, then receive it.",
                        name=self._name,
                    )
                )
            return Manifest.model_validate_json(json.dumps(fields))
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"][:5])
            raise self._damaged(
                Said("its list cannot be read, {where}", where=plain(where) or Said("text"))
            ) from error
        except NotStrict as error:
            raise self._damaged(Said("its list {fault}", fault=said_by(error))) from error

    def _check_members(self, members: dict[str, zipfile.ZipInfo]) -> None:
        """Refuse what is missing, not listed, or of another size."""
        told = [
            (f"sessions/{entry.id}/{file.name}", file.size)
            for entry in self.manifest.sessions
            for file in entry.files
        ]
        ids = {entry.id.casefold() for entry in self.manifest.sessions}
        there = {name: info.file_size for name, info in members.items()}
        if len(told) != len(there) or dict(told) != there or len(ids) < len(self.manifest.sessions):
            raise self._damaged(Said("what is in it is not what it lists"))

    def _record(self, entry: SessionEntry) -> SessionRecord:
        """Read session.json: a session must be one, and the one it is said to be."""
        told = entry.file("session.json")
        if told is None or told.size > MAX_SESSION_BYTES:
            raise self._damaged(Said("{id} has no session.json", id=entry.id))
        try:
            record = SessionRecord.model_validate_json(b"".join(self.chunks(entry, told)))
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"][:5])
            raise ParcelError(
                Said(
                    "{name} holds {id}, whose session.json cannot be read here ({where}): update "
                    "PowerHold, or ask for it again.",
                    name=self._name,
                    id=entry.id,
                    where=plain(where) or Said("text"),
                )
            ) from error
        if (record.id, record.athlete) != (entry.id, entry.athlete):
            raise self._damaged(Said("{id} is another session", id=entry.id))
        return record

    def _damaged(self, why: str = "") -> ParcelError:
        if not why:
            return ParcelError(Said("{name} was damaged on its way: ask for it again.", name=self._name))
        return ParcelError(
            Said("{name} was damaged on its way ({why}): ask for it again.", name=self._name, why=why)
        )


def _check_end(file: BinaryIO, size: int, name: str) -> None:
    """Look at the end of the file before a library reads its whole directory into memory."""
    file.seek(max(0, size - _END.size - _LARGE_BYTES))
    last = file.read()
    before, tail = last[: -_END.size], last[-_END.size :]
    if len(tail) < _END.size or not tail.startswith(_END_SIGN) or before.startswith(_LARGE_SIGN):
        raise ParcelError(
            Said("{name} is not a file of sessions, or was cut short: ask for it again.", name=name)
        )
    _, _, _, _, n_members, directory_bytes, _, _ = _END.unpack(tail)
    if n_members > MOST_SESSIONS * MOST_FILES + 1 or directory_bytes > MAX_MANIFEST_BYTES:
        raise ParcelError(
            Said(
                "{name} holds {n} files, which are more than any sessions have.",
                name=name,
                n=n_members,
            )
        )


def _is_member(name: str) -> bool:
    if name == MANIFEST:
        return True
    folder, _, rest = name.partition("/")
    session_id, _, file = rest.partition("/")
    return folder == "sessions" and SESSION_ID.fullmatch(session_id) is not None and is_name(file)
