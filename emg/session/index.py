"""Past sessions found at once: what was read of each folder, in one file that can be thrown away at any time.

A row of the index is believed only while the folder's cheap facts (when it, session.json, summary.json and
holds.csv changed, and how large the files are) are those with which it was read. All else is read from the
folder. So the index can make a list faster, and never another one. Without it, with a broken one, or with one
that another program holds for too long, everything is read from the folders.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from emg.said import said_by
from emg.session.folder import FILE_MODE
from emg.session.index_rows import SCHEMA, Listed, Put, checksum_of, facts_of, fresh, from_row, put_of
from emg.session.library import (
    Broken,
    Library,
    copy_of,
    is_older,
    not_listed,
    rank,
    read_digest,
    session_folders,
)
from emg.session.small_files import DigestError

WAIT_S: Final = 0.4
"""So long another program's writing is waited for, each time; then it goes without the index."""

SETTLED_NS: Final = 3_000_000_000
"""A file that changed less than this before it was read is read again next time: some disks tell the time
in steps of 2 s, and a second change within one step leaves no trace."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS session (
    parent TEXT NOT NULL, name BLOB NOT NULL, facts BLOB NOT NULL,
    body BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (parent, name)
) WITHOUT ROWID
"""
_PUT: Final = "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)"
_DROP: Final = "DELETE FROM session WHERE parent = ? AND name = ?"
_GET: Final = "SELECT parent, name, facts, body, checksum FROM session"
_OF_ONE: Final = " WHERE parent = ?"

Row: TypeAlias = tuple[bytes, bytes]
"""Facts and body."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All sessions of some folders, oldest first, and what cannot be read."""

    listed: tuple[Listed, ...] = ()
    broken: tuple[Broken, ...] = ()

    def library(self) -> Library:
        """Give the same as ``library.digests``."""
        return Library(tuple(one.digest for one in self.listed), self.broken)


@dataclass(slots=True)
class _Work:
    """What one look finds: sessions, what cannot be read, and what is new to the index."""

    listed: list[Listed] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    gone: list[tuple[str, bytes]] = field(default_factory=list)
    was_busy: bool = False


class SessionIndex:
    """Finds sessions by folder.

    Parameters
    ----------
    path : Path
        File of the index; made, private, when there is something to keep. Whatever lies there and is no
        index of this version is thrown away.
    clock_ns : callable
        Time of the clock by which the disk dates its files.
    """

    def __init__(self, path: Path, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._path = path
        self._clock_ns = clock_ns

    def look(
        self, parents: Mapping[str, Path], since: datetime | None = None, *, everybody: bool = False
    ) -> Shelf:
        """Find every session in some folders; what is broken is listed and stops nothing.

        Parameters
        ----------
        parents : mapping from str to Path
            Folders of sessions, and whose they are. There need not be such a folder.
        since : datetime or None
            As for ``library.digests``.
        everybody : bool
            Whether these are all there are: what the index knows of others is forgotten.

        Returns
        -------
        Shelf
            The same as from the folders alone, whatever becomes of the index meanwhile.
        """
        work = _Work()
        known = self._known(None if everybody or len(parents) > 1 else next(iter(parents), ""), work)
        for parent, folder in parents.items():
            _look_into(parent, folder, since, known.get(parent, {}), self._clock_ns(), work)
        if everybody:
            work.gone += [
                (parent, name) for parent in known.keys() - parents.keys() for name in known[parent]
            ]
        if (work.puts or work.gone) and not work.was_busy:  # waited for once, and that is enough
            self._keep(work)
        return Shelf(tuple(sorted(work.listed, key=lambda one: one.order)), tuple(work.broken))

    def forget(self, parent: str, name: str | None = None) -> None:
        """Forget a session, or all of somebody's: no byte of them stays in the file.

        Parameters
        ----------
        parent : str
            Whose folder it lies in.
        name : str or None
            Of the session's folder; None for all of them.
        """
        if not self._path.exists():
            return
        try:
            with closing(self._opened()) as index:
                if name is None:
                    index.execute("DELETE FROM session WHERE parent = ?", (parent,))
                else:
                    index.execute(_DROP, (parent, os.fsencode(name)))
        except (sqlite3.Error, OSError):
            self.discard()

    def discard(self) -> None:
        """Throw the file away; the next look makes it anew.

        The journal goes first: beside a new file of the same name it would be taken for that one's.
        """
        for tail in ("-journal", "-wal", "-shm", ""):
            with suppress(OSError):
                self._path.with_name(self._path.name + tail).unlink(missing_ok=True)

    def _opened(self) -> sqlite3.Connection:
        """Open the file as an index of this version.

        Raises
        ------
        sqlite3.Error, OSError
            If it cannot be, or is not.
        """
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
        index = sqlite3.connect(self._path, timeout=WAIT_S, isolation_level=None)
        try:
            index.execute("PRAGMA synchronous = OFF")  # what a power cut leaves is checked, and can be lost
            index.execute("PRAGMA secure_delete = ON")
            index.execute("BEGIN")  # one look, or another program could make its tables in between
            (version,) = index.execute("PRAGMA user_version").fetchone()
            is_new = version == 0 and not index.execute("SELECT 1 FROM sqlite_master").fetchall()
            index.execute("COMMIT")
            if is_new:
                index.execute("BEGIN IMMEDIATE")
                index.execute(_TABLE)
                index.execute(f"PRAGMA user_version = {SCHEMA}")
                index.execute("COMMIT")
            elif version != SCHEMA:
                raise sqlite3.DatabaseError("an index of another version")
        except BaseException:
            index.close()
            raise
        return index

    def _known(self, parent: str | None, work: _Work) -> dict[str, dict[bytes, Row]]:
        """Read the rows, of one folder or of all; none of an index that cannot be used."""
        if not self._path.exists():
            return {}
        found: dict[str, dict[bytes, Row]] = {}
        try:
            with closing(self._opened()) as index:
                whose = () if parent is None else (parent,)
                rows = index.execute(_GET + (_OF_ONE if whose else ""), whose)
                for of, name, facts, body, checksum in rows:
                    if checksum == checksum_of(of, name, facts, body):
                        found.setdefault(of, {})[name] = facts, body
        except (sqlite3.Error, OSError, TypeError, AttributeError, ValueError) as error:
            work.was_busy = _is_busy(error)
            if not work.was_busy:
                self.discard()
            return {}
        return found

    def _keep(self, work: _Work) -> None:
        """Write what was found; another program that writes is not waited for long, and may be the one."""
        try:
            with closing(self._opened()) as index:
                index.execute("BEGIN IMMEDIATE")
                index.executemany(_DROP, work.gone)
                index.executemany(_PUT, work.puts)
                index.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            if not _is_busy(error):
                self.discard()


def _look_into(
    parent: str, folder: Path, since: datetime | None, known: Mapping[bytes, Row], now_ns: int, work: _Work
) -> None:
    """Find the sessions of one folder."""
    try:
        there = session_folders(folder)
    except OSError as error:
        work.broken.append(Broken(folder, not_listed(folder, error)))
        return
    found: list[Listed] = []
    names = set()
    for name, path in there:
        key = os.fsencode(name)
        names.add(key)
        if since is not None and is_older(name, since):
            continue
        facts, changed_ns = facts_of(path)
        row = known.get(key)
        listed = None if row is None or row[0] != facts else from_row(parent, path, row[1])
        if listed is None:
            try:
                digest = read_digest(Path(path))
            except DigestError as error:
                work.broken.append(Broken(Path(path), said_by(error)))
                continue
            listed = fresh(parent, path, digest)
            if now_ns - changed_ns > SETTLED_NS:
                work.puts.append(put_of(parent, key, facts, digest, listed.started_us))
        found.append(listed)
    work.gone += [(parent, key) for key in known.keys() - names]
    _once(found, work)


def _once(found: Sequence[Listed], work: _Work) -> None:
    """Let a session that lies there twice count once, as ``library.digests`` does."""
    if len({one.id for one in found}) == len(found):
        work.listed += found
        return
    once: dict[str, Listed] = {}
    for one in sorted(found, key=lambda one: rank(Path(one.folder), one.id)):
        kept = once.setdefault(one.id, one)
        if kept is not one:
            work.broken.append(copy_of(Path(one.folder), Path(kept.folder)))
    work.listed += once.values()


def _is_busy(error: Exception) -> bool:
    """Whether another program has the file now, and there is nothing wrong with it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
