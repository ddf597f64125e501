"""Claims about a cohort on Dask: real workers on loopback, one of them killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.ui.cohort.sessions import copied, recorded

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX"),
]
ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import json, os, signal, sys
from pathlib import Path

from distributed import Client

from ui.cohort.on_dask import SchedulerGone, on_dask
from ui.cohort.sessions import find, part_of
from ui.cohort.work import Settings, Task, computed

clinic, address, victim = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
folders = find([clinic], simulated=False).folders
with Client(address, set_as_default=False) as client:
    client.wait_for_workers(2, timeout=60)
tasks = [Task(folder, Settings(), part_of(folder, Settings())) for folder in folders]
found = {}
for task, done in on_dask(tasks, address):
    if not found:
        os.kill(victim, signal.SIGKILL)
    found[task.part] = done
same = found == {task.part: computed(task) for task in tasks}
print(json.dumps({"n": len(found), "same": same, "whole": all(done.files for done in found.values())}))
"""
GONE = """
import ui.cohort.on_dask as dask

dask.ANSWERS_S = 0.5
from ui.commands.cohort import cohort_command

cohort_command()
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("clinic")
    folder = recorded(tmp_path_factory.mktemp("recorded"), 1)
    for day in range(8):
        copied(folder, home, "anna-am-1", day)
    return home


@contextmanager
def dask(folder: Path) -> Iterator[tuple[str, int]]:
    """A scheduler and two workers; gives its address, and the process of one worker."""
    told = folder / "scheduler.json"
    started: list[subprocess.Popen[bytes]] = []

    def start(what: str, *words: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(told)]
        with (folder / "log").open("ab") as log:
            started.append(
                subprocess.Popen([*command, "--host", "127.0.0.1", *words], cwd=ROOT, stdout=log, stderr=log)
            )

    try:
        start("scheduler", "--port", "0", "--no-dashboard")
        for _ in range(2):
            words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
            start("worker", *words)
        limit = time.monotonic() + 60.0
        address = ""
        while not address and time.monotonic() < limit and started[0].poll() is None:
            try:
                address = json.loads(told.read_text(encoding="utf-8"))["address"]
            except (OSError, ValueError):
                with suppress(subprocess.TimeoutExpired):  # not written yet
                    started[0].wait(0.05)
        assert address, (folder / "log").read_text(encoding="utf-8")
        yield address, started[1].pid
    finally:
        for one in started:
            one.kill()
            one.wait()


def program(code: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)


def test_a_worker_that_is_killed_loses_nothing(clinic: Path, tmp_path: Path) -> None:
    """Else a computer that is switched off costs its sessions, or leaves other numbers in the table."""
    with dask(tmp_path) as (address, victim):
        ended = program(PROGRAM, clinic, address, str(victim))
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"n": 8, "same": True, "whole": True}


def test_a_scheduler_that_is_not_there_is_one_sentence(clinic: Path, tmp_path: Path) -> None:
    """Else people wait for ever, or read a traceback."""
    ended = program(GONE, clinic, "--to", "parquet", "--out", tmp_path, "--scheduler", "tcp://127.0.0.1:1")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in ended.stderr
    assert "Traceback" not in ended.stderr
