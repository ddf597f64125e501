"""What a cohort costs: ``python -m benchmarks.cohort --n 2000``.

N short sessions of simulated athletes are made (three an athlete: on day 0, 2 and 42), each of its own seed,
then made into one set of tables by one process, by two, and by Dask with two workers on loopback of which one
is killed with -9 when half is done. The tables are compared byte by byte. At last they are made again from
what is kept, and a session of full length is timed, from which follows what 10^4 and 10^6 of them need.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import psutil

from emg.exports.subject import Options, leaving_of
from emg.session.bundle import read_events, read_session
from emg.session.folder import SessionFolder, replace_file
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from ui.assembly import SessionRunner
from ui.cohort.parts import FOLDER
from ui.cohort.work import HOLDS, Settings, Task, computed
from ui.session.plan import demo_plan
from validation.killed_session import COUNT, Job, Nobody, plan_of

N: Final = 60
DAYS: Final = (0, 2, 42)
FIRST: Final = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
MB: Final = 1e6
LOOK_S: Final = 0.2
COMMAND: Final = "from ui.commands.cohort import cohort_command; cohort_command()"
TABLES: Final = ("sessions.parquet", "holds.parquet", "sites.parquet")
HOUR_S: Final = 3600.0


@dataclass
class Cost:
    """What a way took.

    Attributes
    ----------
    wall_s, cpu_s : float
        Of all its processes.
    peak_mb : float
        Highest sum over its processes, what they share counted once.
    main_mb : float
        Highest of the process that makes the table.
    tables : dict
        Digest of each.
    told : dict
        What ``--json`` said.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    main_mb: float
    tables: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)


# --- sessions


def make_session(number: int, root: Path) -> float:
    """Run one session of an athlete who is simulated; gives the seconds of its signal."""
    athlete, turn = divmod(number, len(DAYS))
    parent = root / "athletes" / f"athlete-{athlete:05}" / "sessions"
    with tempfile.NamedTemporaryFile() as counter:
        counter.write(COUNT.pack(0))
        counter.flush()
        plan = plan_of(Job(str(parent), counter.name, seed=number, fs_hz=250.0, speed=0.0))
    performer = plan.performer
    assert isinstance(performer, Athlete)
    plan = replace(plan, source=SimulatedSource(performer, speed=0.0))
    folder = _run(SessionRunner(plan, Nobody()))
    started_at = FIRST + timedelta(days=DAYS[turn], minutes=athlete)
    name = f"{started_at:%Y%m%dT%H%M%SZ}-{plan.exercise.code}"
    record = read_session(folder)
    length = timedelta(seconds=signal_s(folder))
    made_at = started_at - timedelta(minutes=5)
    calibration = {**(record.calibration or {}), "made_at": made_at.isoformat()}
    record = record.amended(
        id=name, started_at=started_at, ended_at=started_at + length, calibration=calibration
    )
    replace_file(SessionFolder(folder).session_json, record.to_json())
    folder.rename(folder.with_name(name))
    return length.total_seconds()


def make_sessions(n: int, root: Path, jobs: int) -> float:
    """Make them in processes of their own; gives the mean seconds of signal."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        lengths = list(pool.map(make_session, range(n), repeat(root), chunksize=4))
    return sum(lengths) / n


def whole_session(root: Path) -> tuple[float, float, int, int]:
    """Make and time one of full length; gives seconds, what it costs in processor, bytes and holds."""
    folder = _run(SessionRunner(demo_plan(seed=1, faults=(), speed=0.0, parent=root / "whole"), Nobody()))
    costs = []
    for _ in range(3):
        before = time.process_time()
        done = computed(Task(folder, Settings(), "whole"))
        costs.append(time.process_time() - before)
        assert done.files, done.reason
    n_holds = done.files[HOLDS].count(b"\n") - 1
    return signal_s(folder), min(costs), size_of(folder), n_holds


def signal_s(folder: Path) -> float:
    """Give the length of its signal: as fast as it goes, a session ends sooner by the clock."""
    return read_events(folder)[-1].sample / read_session(folder).fs_hz


def _run(runner: SessionRunner) -> Path:
    runner.start()
    while (end := runner.wait(1.0)) is None:
        pass
    assert end.folder is not None, end.message
    return end.folder


# --- ways


def run(
    words: Sequence[str],
    out: Path,
    others: Sequence[psutil.Process] = (),
    each: Callable[[], None] = lambda: None,
) -> Cost:
    """Run the command in a process of its own and look at it while it works."""
    out.mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-c", COMMAND, *words, "--to", "parquet", "--out", str(out), "--json"]
    begun, before = time.monotonic(), _cpu_s(others)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    watch = Watch([psutil.Process(process.pid), *others], each)
    text, _ = process.communicate()
    wall_s, cpu_s = time.monotonic() - begun, watch.stop() - before
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    told = json.loads(text)
    tables = {name: digest(Path(told["path"]) / name) for name in TABLES}
    return Cost(wall_s, cpu_s, watch.peak_mb, watch.main_mb, tables, told)


class Watch:
    """Looks at some processes and their children until it is stopped."""

    def __init__(self, roots: Sequence[psutil.Process], each: Callable[[], None]) -> None:
        self.peak_mb = self.main_mb = 0.0
        self._roots, self._each = roots, each
        self._cpu_s: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> float:
        """End; gives the seconds of processor of all that were seen."""
        self._over.set()
        self._thread.join()
        return sum(self._cpu_s.values())

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            total = 0.0
            for root in self._roots:
                for process in _family(root):
                    with suppress(psutil.Error):
                        times = process.cpu_times()
                        self._cpu_s[process.pid] = times.user + times.system
                        mb = process.memory_full_info().pss / MB
                        total += mb
                        if process == self._roots[0]:
                            self.main_mb = max(self.main_mb, mb)
            self.peak_mb = max(self.peak_mb, total)
            self._each()


def _family(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for root in processes for process in _family(root)]
    return sum(one.user + one.system for one in times)


@contextmanager
def dask(folder: Path, n_workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a scheduler and workers of Dask on loopback; gives its address, and scheduler and workers."""
    told = folder / "scheduler.json"
    module = [sys.executable, "-m", "distributed.cli.dask_{}"]
    log = (folder / "dask.log").open("wb")

    def start(what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [part.format(what) for part in module]
        command += [*words, "--scheduler-file", str(told), "--no-dashboard"]
        return subprocess.Popen(command, stdout=log, stderr=log)

    started = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        for _ in range(n_workers):
            words = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
            started.append(start("worker", *words, "--local-directory", str(folder)))
        while not (told.exists() and told.read_text(encoding="utf-8").endswith("}")):
            time.sleep(LOOK_S)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        yield address, [psutil.Process(one.pid) for one in started]
    finally:
        for one in started:
            one.kill()
            one.wait()
        log.close()


def with_a_kill(root: Path, out: Path, n: int) -> Cost:
    """Let two workers do it, and kill one when half is done."""
    with dask(out.parent, 2) as (address, processes):
        victim = processes[-1]

        def kill_in_the_middle() -> None:
            if sum(1 for _ in (out / FOLDER).glob("??/*-*/part.json")) >= n // 2 and victim.is_running():
                with suppress(psutil.Error):
                    if victim.status() != psutil.STATUS_ZOMBIE:
                        os.kill(victim.pid, signal.SIGKILL)
                        print("  one worker is killed")

        words = [str(root), "--simulated", "--scheduler", address]
        return run(words, out, processes, kill_in_the_middle)


# --- figures


def digest(path: Path) -> str:
    """Tell one file from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def blocks_of(folder: Path) -> int:
    """Bytes that the disk gives away for a folder of small files, folders included."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))


def memory_of_one(parts: Path) -> float:
    """Bytes that the one who asks keeps of each session while the tables are made."""
    folders = [path.parent for path in parts.glob("??/*-*/part.json")]
    tracemalloc.start()
    sessions = leaving_of(folders, Options())
    n_bytes = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return n_bytes / len(sessions)


def paper(kept: Cost, few: Cost, facts: dict[str, float]) -> list[str]:
    """Say what many sessions of full length need, from what was measured."""
    lines = [
        "| sessions | core hours | cores for a night of 10 h | memory of the one that asks, GB "
        "| the sessions, GB | parts, GB | tables, GB |"
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    n = facts["n"]
    table_s = max(0.0, kept.cpu_s - few.cpu_s) / max(1.0, n - facts["few"])
    per_session_s = facts["whole_cpu_s"] + table_s
    for many in (1e4, 1e6):
        hours = many * per_session_s / HOUR_S
        # rows wait for the disk up to a limit, so what grows without one is what is known of each session
        memory_gb = kept.main_mb / 1e3 + max(0.0, many - n) * facts["memory_bytes"] / 1e9
        sizes = (facts[name] * many / 1e9 for name in ("whole_bytes", "part_bytes", "table_bytes"))
        raw, parts, tables = sizes
        lines.append(
            f"| {many:.0e} | {hours:.0f} | {max(1.0, hours / 10):.0f} | {memory_gb:.1f} "
            f"| {raw:.0f} | {parts:.2f} | {tables:.3f} |"
        )
    return lines


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 where two tables differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cohort", description=__doc__)
    parser.add_argument("--n", type=int, default=N, help="sessions")
    parser.add_argument("--keep", type=Path, help="keep the sessions and the tables here")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        place = given.keep or Path(name)
        place.mkdir(parents=True, exist_ok=True)
        return measure(given.n, place)


def measure(n: int, place: Path) -> int:
    """Make what is missing, go all ways, and print."""
    root = place / "clinic"
    begun = time.monotonic()
    if not root.exists():
        signal_s = make_sessions(n, root, 2)
        print(f"{n} sessions of {signal_s:.0f} s made in {time.monotonic() - begun:.0f} s.")
    words = [str(root), "--simulated"]
    ways = {
        "one process": run([*words, "--jobs", "1"], place / "one"),
        "two processes": run([*words, "--jobs", "2"], place / "two"),
        "Dask, two workers, one killed": with_a_kill(root, place / "dask", n),
        "again, from what is kept": run([*words, "--jobs", "2"], place / "two"),
    }
    first = ways["one process"]
    print("| way | s | processor, s | memory of all, MB | of the one that asks, MB | the same tables |")
    print("|---|---|---|---|---|---|")
    for way, cost in ways.items():
        same = "yes" if cost.tables == first.tables else "NO"
        print(
            f"| {way} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.peak_mb:.0f} "
            f"| {cost.main_mb:.0f} | {same} |"
        )
    print(
        f"\n{len(first.told['sessions'])} sessions, {first.told['holds']} holds, "
        f"{len(first.told['left_out'])} left out, {first.cpu_s / n:.3f} s of processor a session.\n"
    )
    _on_paper(n, place, root, ways)
    return int(any(cost.tables != first.tables for cost in ways.values()))


def _on_paper(n: int, place: Path, root: Path, ways: dict[str, Cost]) -> None:
    few_root = root / "athletes" / "athlete-00000"
    run([str(few_root), "--simulated", "--jobs", "1"], place / "few")
    few = run([str(few_root), "--simulated", "--jobs", "1"], place / "few")  # from what is kept
    with tempfile.TemporaryDirectory() as name:
        seconds, cpu_s, n_bytes, n_holds = whole_session(Path(name))
    [short] = list((few_root / "sessions").iterdir())[:1]
    before = time.process_time()
    computed(Task(short, Settings(), "short"))
    alone_s = time.process_time() - before
    one = ways["one process"]
    facts = {
        "n": n,
        "few": len(few.told["sessions"]),
        "whole_cpu_s": cpu_s,
        "alone_cpu_s": alone_s,
        "whole_bytes": n_bytes,
        "memory_bytes": memory_of_one(place / "one" / FOLDER),
        "part_bytes": blocks_of(place / "one" / FOLDER) / n,
        "table_bytes": size_of(Path(one.told["path"])) / one.told["holds"] * n_holds,
    }
    print(
        f"A whole session of {seconds / 60:.1f} min takes {cpu_s:.2f} s of processor, "
        f"{n_bytes / MB:.1f} MB on disk; a short one {alone_s:.2f} s.\n"
    )
    print("\n".join(paper(ways["again, from what is kept"], few, facts)))


if __name__ == "__main__":
    sys.exit(main())
