"""What every trial of a live session needs: kinds of sessions, the child process, and a judgement."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from emg.session.amend import amended
from emg.session.folder import SessionFolder
from emg.session.outcome import holds_text
from ui.session.recompute import Recomputed, recomputed
from validation.killed_session import COUNT, Job

BEGIN_LIMIT_S: Final = 120.0
SWAPPED_S: Final = 17.0
"""The check of the sides refuses the session then."""

LOOK_S: Final = 0.003
TURNS: Final = 20
"""So many other moments are tried where a session was over before its own."""

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of session to which something happens.

    Attributes
    ----------
    name : str
        For the table.
    job : Job
        What is run, without its folder.
    span_s : float
        It happens within so long after the first sample, on the sample clock.
    """

    name: str
    job: Job
    span_s: float


def kinds(fs_hz: float) -> tuple[Kind, ...]:
    """Kinds of sessions; half of them at the speed of a board."""
    real = Job("", "", 0, fs_hz, speed=1.0)
    fast = replace(real, speed=4.0)
    again = "holds_right_learn#1"
    return (
        Kind("holds, real speed", real, 28.0),
        Kind("holds with lost packets, real speed", replace(real, faults=("dropped-packets",)), 28.0),
        Kind("from rest and maxima, 4x", replace(fast, calibrated=False), 120.0),
        Kind("with swapped sides, 4x", _swapped(fast), SWAPPED_S),
        Kind("maxima measured anew, 4x", replace(fast, again=again), 70.0),
        Kind("cable pulled, 4x", replace(fast, faults=("cable-pull@6+4", "cable-pull@20+1")), 40.0),
    )


def _swapped(job: Job) -> Job:
    return replace(job, calibrated=False, checks=True, faults=("swapped-sides",))


def started(job: Job, home: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a session in a child process; its counter begins at 0.

    Parameters
    ----------
    job : Job
        What is run.
    home : Path
        ``POWERHOLD_HOME`` of the child.
    env : mapping or None
        What else is different in its environment.
    """
    Path(job.counter).write_bytes(COUNT.pack(0))
    return subprocess.Popen(  # noqa: S603 - a module of ours, and nothing that anybody typed
        [sys.executable, "-m", "validation.killed_session", job.to_json()],
        env={**os.environ, "POWERHOLD_HOME": str(home), **(env or {})},
        stdout=subprocess.DEVNULL,
    )


def until(child: subprocess.Popen[bytes], counter: Path, n_samples: int) -> bool:
    """Wait until so many samples were sent; False if the session was over before.

    Raises
    ------
    RuntimeError
        If it ended by itself with an error.
    TimeoutError
        If it does not begin.
    """
    begun_s = time.monotonic()
    while sent(counter) < n_samples:
        if child.poll() is not None:
            if child.returncode:
                raise RuntimeError(f"The session ended by itself with {child.returncode}.")
            return False
        if not sent(counter) and time.monotonic() - begun_s > BEGIN_LIMIT_S:
            raise TimeoutError("The session does not begin.")
        time.sleep(LOOK_S)
    return True


def sent(counter: Path) -> int:
    """Give how many samples the board of the child has sent."""
    return int(COUNT.unpack(counter.read_bytes())[0])


def live_files(folder: SessionFolder) -> dict[Path, bytes]:
    """Read the files that a live session derives from its samples; one that is missing is empty."""
    paths = (folder.events_jsonl, folder.activation_csv, folder.holds_csv)
    return {path: path.read_bytes() if path.exists() else b"" for path in paths}


def differences(folder: SessionFolder, live: Mapping[Path, bytes]) -> tuple[list[str], Recomputed]:
    """Say in what a finished session, and what it had written live, differ from what is computed again.

    Parameters
    ----------
    folder : SessionFolder
        Recovered, or ended in order.
    live : mapping
        ``live_files`` before it was recovered.

    Returns
    -------
    wrong : list of str
        Empty if nothing does.
    found : Recomputed
        What was computed.
    """
    found = recomputed(folder.path, with_levels=True)
    made = {
        folder.events_jsonl: folder.events_jsonl.read_bytes(),
        folder.activation_csv: found.levels.encode(),
        folder.holds_csv: holds_text(found.record, found.holds).encode(),
    }
    wrong = [f"{path.name} is another one" for path in live if not made[path].startswith(live[path])]
    again = holds_text(found.record, amended(found.holds, found.recorded)).encode()
    if folder.holds_csv.read_bytes() != again or folder.activation_csv.read_bytes() != found.levels.encode():
        wrong.append("what is there is not what is computed")
    return wrong, found


def many(
    one: Callable[[Kind, int, int, Path], One | None], fs_hz: float, n: int, seed: int, n_at_once: int
) -> Iterator[One]:
    """Try ``n`` sessions, some of every kind, in a home of their own; each is given once all before it are.

    Parameters
    ----------
    one : callable
        Runs a session of a kind and judges it, given its number, its seed and the home; None where the
        session was over before its moment came. Then another one is tried.
    fs_hz : float
        Rate.
    n, seed, n_at_once : int
        How many, from which seed on, and how many at a time.

    Raises
    ------
    RuntimeError
        If sessions of a kind are always over too soon.
    """
    home = Path(tempfile.mkdtemp(prefix="powerhold-trials-"))
    os.environ["POWERHOLD_HOME"] = str(home)
    every = kinds(fs_hz)

    def tried(number: int) -> One:
        kind = every[number % len(every)]
        for again in range(TURNS):
            found = one(kind, number, seed + number + 100_000 * again, home)
            if found is not None:
                return found
        raise RuntimeError(f"Sessions of kind {kind.name} are over too soon.")

    try:
        with ThreadPoolExecutor(n_at_once) as pool:
            yield from pool.map(tried, range(n))
    finally:
        shutil.rmtree(home, ignore_errors=True)
