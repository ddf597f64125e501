"""The places of a trial in which a disk is full or a folder gone, what happens to them, and when."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware.simulated_emg import random_for
from validation.live_runs import Kind
from validation.mishap_judge import HIDDEN

DISK: Final = "16m"
"""A session of two minutes takes 4 MB."""

CANNOT_TRY: Final = "No small disk can be mounted here, so a full one cannot be tried."


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to a session, and when.

    Attributes
    ----------
    how : str
        ``full`` or ``gone``.
    kind : Kind
        Of session.
    seed : int
        Decides what is sent, and every moment.
    at_sample : int
        Then it happens.
    refuge : bool
        There is another place to go to.
    mended_after_s : float or None
        After so long there is room again, or the folder is put back; None for never.
    end_after_s : float or None
        So long after that it is ended from outside; None lets it come to its own end.
    killed : bool
        It is ended by kill -9, not by SIGINT.
    heard : bool
        Both times count from its first sentence, not from what happened.
    """

    how: str
    kind: Kind
    seed: int
    at_sample: int
    refuge: bool
    mended_after_s: float | None
    end_after_s: float | None
    killed: bool
    heard: bool = False

    @classmethod
    def of(cls, how: str, kind: Kind, number: int, seed: int) -> Plan:
        """Plan one run: every second one is mended, every third has nowhere to go, every fifth is killed."""
        rng = random_for(seed, "mishap", how)
        at_s = float(rng.uniform(0.05, kind.span_s))
        killed = number % 5 == 4
        mended_after_s = float(rng.uniform(0.3, 6.0))
        end_after_s = float(rng.uniform(0.1, 10.0))
        by_itself = not killed and rng.random() < 0.5
        return cls(
            how,
            kind,
            seed,
            round(at_s * kind.job.fs_hz),
            refuge=number % 3 != 2,
            mended_after_s=mended_after_s if (number // 2) % 2 else None,
            end_after_s=None if by_itself else end_after_s,
            killed=killed,
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """The places of one run, all below one folder.

    Attributes
    ----------
    home : Path
        ``POWERHOLD_HOME``, which all runs share.
    root : Path
        Of this run: what is pulled out, the user's home, his temp folder.
    athlete : str
        Id; the athlete's folder is the disk that fills up, or what is pulled out.
    plan : Plan
        What is to happen.
    """

    home: Path
    root: Path
    athlete: str
    plan: Plan

    @property
    def disk(self) -> Path:
        """The athlete's folder."""
        return self.home / "athletes" / self.athlete

    @property
    def user(self) -> Path:
        """The user's home folder: on the same disk where there is no other place."""
        return (self.disk if self.plan.how == "full" and not self.plan.refuge else self.root) / "user"

    @property
    def temp(self) -> Path:
        """The user's temp folder."""
        return self.user / "temp"

    @property
    def said(self) -> Path:
        """What the session says."""
        return self.root / "said"

    def prepare(self) -> None:
        """Make it.

        Raises
        ------
        RuntimeError
            If no disk can be mounted.
        """
        self.root.mkdir(parents=True)
        self.disk.mkdir(parents=True)
        if self.plan.how == "full" and not _mounted(self.disk):
            raise RuntimeError(CANNOT_TRY)
        self.temp.mkdir(parents=True)

    def strike(self) -> None:
        """Fill the disk to the last byte, or pull it out; with nowhere to go, no other can be made."""
        if self.plan.how == "full":
            _fill(self.disk / "filler")
            return
        self.disk.rename(self.root / "pulled")
        if not self.plan.refuge:
            self.disk.write_bytes(b"")  # a file of the name: no folder can be made
            self.user.rename(self.root / "away")
            self.user.write_bytes(b"")

    def mend(self) -> None:
        """Make room again, or put the folder back; one that was made in its place is hidden by it."""
        if self.plan.how == "full":
            (self.disk / "filler").unlink()
            return
        if self.disk.is_dir():
            self.disk.rename(self.root / HIDDEN)
        self.disk.unlink(missing_ok=True)
        (self.root / "pulled").rename(self.disk)

    def clear(self) -> None:
        """Take everything away."""
        if self.plan.how == "full":
            _unmount(self.disk)
        shutil.rmtree(self.disk, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)

    def gather(self) -> tuple[Path, Path]:
        """Give where all that was left lies; a disk has room again, and what was pulled out is back."""
        if self.plan.how == "full":
            (self.disk / "filler").unlink(missing_ok=True)
        elif not self.disk.is_dir() and (self.root / "pulled").exists():
            self.mend()
        return self.disk, self.root


def can_mount() -> bool:
    """Whether a small disk can be mounted here."""
    with tempfile.TemporaryDirectory(prefix="powerhold-disk-") as folder:
        mounted = _mounted(Path(folder))
        if mounted:
            _unmount(Path(folder))
        return mounted


def _mounted(folder: Path) -> bool:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    return sys.platform == "linux" and _ran(mount)


def _unmount(folder: Path) -> None:
    _ran(["umount", "-l", str(folder)])


def _ran(command: list[str]) -> bool:
    """Run a tool of the system by its name, as tests do."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def _fill(path: Path) -> None:
    """Write until the disk refuses a single byte."""
    with path.open("wb", buffering=0) as file:
        for n_bytes in (1 << 20, 4096, 1):
            with suppress(OSError):
                while file.write(bytes(n_bytes)) == n_bytes:
                    pass
