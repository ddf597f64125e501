"""A file that may be refused by its disk for a while: what cannot be written waits in memory, in order."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from emg.session.folder import PrivateFile

ALL: Final = 2**63
"""Reached when nothing has to be waited for."""

PIECES: Final = 512
"""Written at once at most: what waited for minutes goes to the disk in steps."""

COPIED_AT_ONCE: Final = 1 << 20


class NotGivenBack(Exception):
    """A disk does not give back what was written to it."""


class Outbox:
    """A new private file and what is still to go into it; not for use by two threads at once.

    Giving never fails, ``flush`` may. A piece may have to wait for another file: it is written once that
    one has come so far.

    Parameters
    ----------
    path : Path
        Must not exist yet.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._file = PrivateFile(path)
        self._path = path
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._patches: dict[int, bytes] = {}
        self._standing: dict[int, bytes] = {}
        self._foreseen: tuple[bytes, dict[int, bytes]] = (b"", {})

    def append(self, data: bytes, *, after: int = 0) -> None:
        """Add a piece at the end, to be written once ``after`` is reached."""
        if data:
            self._waiting.append((after, data))

    def overwrite(self, offset: int, data: bytes) -> None:
        """Replace bytes inside the file, after all that was given before."""
        self._patches[offset] = data

    def flush(self, reached: int = ALL) -> None:
        """Write what need not wait any longer.

        Raises
        ------
        OSError
            If the disk refuses; what was written is whole, and the rest waits on.
        """
        try:
            while self._waiting and self._waiting[0][0] <= reached:
                pieces = [data for after, data in islice(self._waiting, PIECES) if after <= reached]
                self._file.append(b"".join(pieces))
                self._foreseen = (b"", {})
                for _ in pieces:
                    self._waiting.popleft()
        except OSError:
            self._stand()
            raise
        if self._patches and not self._waiting:
            for offset, data in self._patches.items():
                self._file.overwrite(offset, data)
            self._standing |= self._patches
            self._patches.clear()

    def foresee(self, data: bytes, patches: dict[int, bytes]) -> None:
        """Write what stands behind the end until the next piece takes its place; nothing if a piece waits."""
        if data and not (self._waiting or self._patches):
            self._foreseen = (b"", {})
            try:
                self._write_foreseen(data, patches)
            except OSError:
                self._file.cut()
                raise
            self._foreseen = (data, patches)

    def _write_foreseen(self, data: bytes, patches: dict[int, bytes]) -> None:
        self._file.overwrite(self.size, data)
        for offset, patch in patches.items():
            self._file.overwrite(offset, patch)

    def sync(self) -> None:
        """Force what was written onto the disk.

        Raises
        ------
        FileNotFoundError
            If the file is no longer where it was made: nobody would ever find it.
        """
        self._file.sync()
        if not self._file.is_at(self._path):
            raise FileNotFoundError(2, "the folder is gone")

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self._file.size

    @property
    def waits(self) -> bool:
        """Whether anything is not on the disk yet."""
        return bool(self._waiting or self._patches)

    def copied(self, path: Path) -> PrivateFile:
        """Copy what was written into a new file; the old one is only read.

        Raises
        ------
        OSError
            If the new place refuses.
        NotGivenBack
            If the old one does.
        """
        new = PrivateFile(path)
        try:
            for start in range(0, self.size, COPIED_AT_ONCE):
                new.append(self._read(start, min(COPIED_AT_ONCE, self.size - start)))
            for offset, data in self._standing.items():
                new.overwrite(offset, data)
            new.sync()
        except BaseException:
            new.close()
            raise
        return new

    def go_on_in(self, file: PrivateFile, path: Path) -> None:
        """Let the old file be as it is, and write into another one."""
        old, self._file, self._path = self._file, file, path
        self._foreseen = (b"", {})
        old.let_go()

    def forget(self) -> None:
        """Let go of what waits: the other file has it already."""
        self._waiting.clear()

    @property
    def closed(self) -> bool:
        """Whether it can no longer be written."""
        return self._file.closed

    def close(self) -> None:
        """Close the file as it is on the disk; safe to call twice."""
        self._file.close()

    def _read(self, start: int, n_bytes: int) -> bytes:
        try:
            return self._file.read(start, n_bytes)
        except OSError as error:
            raise NotGivenBack from error

    def _stand(self) -> None:
        """Put back what was foreseen, which may be relied on; else say again what is true without it."""
        data, patches = self._foreseen
        try:
            if data:
                self._write_foreseen(data, patches)
                return
        except OSError:
            self._foreseen = (b"", {})
            with suppress(OSError):
                self._file.cut()
        for offset, data in self._standing.items():
            try:
                self._file.overwrite(offset, data)
            except OSError:
                return
