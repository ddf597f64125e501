"""What was computed of each session, kept until the table is made and for the next time.

A part is a small folder with files laid out like those of a session. It appears whole, by one renaming,
so that whoever was killed goes on from what is there. It has ids and dates in it: it is private and hidden,
and no part of the table that is passed on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from emg.exports.publish import make_private, staging
from emg.session.folder import PrivateFile, make_private_folders
from ui.cohort.work import ABOUT
from ui.words import cohort_words as words

FOLDER: Final = ".powerhold-cohort"
LOCK: Final = "lock"
_SHELF: Final = 2
"""So many letters of a name make the folder that the part lies in: no disk likes a million in one."""


class CohortBusy(Exception):
    """Another program makes a cohort in the same place; the message is one sentence."""


class Parts:
    """The parts in a folder.

    Parameters
    ----------
    path : Path
        Theirs alone; it is there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    @contextmanager
    def beside(cls, out: Path) -> Iterator[Parts]:
        """Keep the parts of a table that goes into ``out``, one program at a time.

        Raises
        ------
        CohortBusy
            If another program works there.
        OSError
            If the disk refuses.
        """
        path = out.resolve() / FOLDER
        make_private_folders(path)
        lock = FileLock(path / LOCK, mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise CohortBusy(words.BUSY.format(out=out)) from error
        try:
            yield cls(path)
        finally:
            lock.release()

    def folder(self, name: str) -> Path:
        """Where a part lies, or would."""
        return self.path / name[:_SHELF] / name

    def has(self, name: str) -> bool:
        """Whether a part is there; then it is whole."""
        return (self.folder(name) / ABOUT).exists()

    def put(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a part.

        Raises
        ------
        OSError
            If the disk refuses; there is no part then.
        """
        place = self.folder(name)
        make_private_folders(place.parent)
        with staging(place.parent, name) as part:
            whole = part / "whole"
            whole.mkdir()
            for file_name, content in files.items():
                file = PrivateFile(whole / file_name)
                try:
                    file.append(content)
                finally:
                    file.close()
            make_private(whole)  # and onto the disk, before it has its name
            whole.rename(place)

    def tidy(self, names: Collection[str]) -> None:
        """Take away what a kill left half written, what is superseded, and parts of sessions that are gone.

        Parameters
        ----------
        names : collection of str
            Parts of this cohort, there or not; those of other sessions that are still there are kept.
        """
        wanted, theirs = set(names), {name.partition("-")[0] for name in names}
        for place in self.path.glob("*/*"):
            if place.name in wanted:
                continue
            half = place.name.startswith(".")
            if half or place.name.partition("-")[0] in theirs or not _is_there(place):
                shutil.rmtree(place, ignore_errors=True)

    def about(self, folder: Path) -> dict[str, Any]:
        """Read what a part says besides its session and its holds."""
        found: dict[str, Any] = json.loads((folder / ABOUT).read_bytes())
        return found


def _is_there(part: Path) -> bool:
    """Whether the session of a part still is."""
    try:
        return Path(json.loads((part / ABOUT).read_bytes())["folder"]).is_dir()
    except (OSError, ValueError, KeyError):
        return False
