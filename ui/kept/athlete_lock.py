"""One program at a time in an athlete's folder; the system lets go of the lock of one that was killed."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Final

from filelock import FileLock, Timeout

from emg.foreign import plain
from emg.said import Said
from emg.session.folder import FILE_MODE, make_private_folders
from ui.kept.home import athletes_folder

NAME: Final = ".lock"


class AthleteBusy(Exception):
    """Another PowerHold works in an athlete's folder; the message says what to do."""


class AthleteLock:
    """Keeps other programs, and other windows of this one, out of an athlete's folder.

    Parameters
    ----------
    athlete : str
        Id.
    """

    def __init__(self, athlete: str) -> None:
        self._athlete = athlete
        self._lock: FileLock | None = None

    def take(self) -> bool:
        """Take it; False if the disk has no locks, and nobody is kept out.

        Raises
        ------
        AthleteBusy
            If somebody else has it.
        """
        folder = athletes_folder() / self._athlete
        try:
            make_private_folders(folder)
            lock = FileLock(folder / NAME, timeout=0, mode=FILE_MODE)
            lock.acquire()
        except Timeout as error:
            raise AthleteBusy(
                Said(
                    "Another PowerHold works with athlete {name}: end the session there first.",
                    name=plain(self._athlete),
                )
            ) from error
        except (OSError, NotImplementedError):
            return False  # the session itself says what the disk refuses
        self._lock = lock
        return True

    def release(self) -> None:
        """Let others in; safe to call twice. Of an athlete of whom nothing is kept nothing is left."""
        if self._lock is not None:
            folder = athletes_folder() / self._athlete
            with suppress(OSError):
                if [path.name for path in folder.iterdir()] == [NAME]:
                    (folder / NAME).unlink()  # while nobody else can have it
                    for empty in (folder, folder.parent, folder.parent.parent):
                        empty.rmdir()
            self._lock.release(force=True)
            self._lock = None

    def __enter__(self) -> None:
        """Take it."""
        self.take()

    def __exit__(self, *_: object) -> None:
        """Let others in."""
        self.release()


def lock_if_known(athlete: str) -> AbstractContextManager[None]:
    """Give the lock of an athlete who is known here; nobody works in a folder that is not there yet.

    Parameters
    ----------
    athlete : str
        Id.
    """
    return AthleteLock(athlete) if (athletes_folder() / athlete).is_dir() else nullcontext()
