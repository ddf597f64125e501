"""Two programs and one athlete: the second is told so and harms nothing; a killed one keeps nobody out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ui.cli import main
from ui.kept.home import sessions_folder

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from ui.cli import main; main()"]
SITES = "glute_left=1,ham_left=2,glute_right=3,ham_right=4"
LIMIT_S = 120.0
WHO = "anna"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")


def live(athlete: str = WHO) -> subprocess.Popen[str]:
    """Begin a session, as somebody does who types it."""
    what = ["--board", "simulated", "--sites", SITES, "--protocol", "power_position", "--sore-side", "none"]
    return subprocess.Popen(
        [*COMMAND, "live", *what, "--athlete", athlete, "--headless", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def folders() -> list[Path]:
    parent = sessions_folder(WHO)
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.is_dir() else []


def wait_for(child: subprocess.Popen[str], what: Callable[[], bool]) -> None:
    over_s = time.monotonic() + LIMIT_S
    while not what():
        assert time.monotonic() < over_s
        assert child.poll() is None, child.communicate()
        threading.Event().wait(0.02)


def has_samples(number: int) -> bool:
    found = folders()
    raw = found[number] / "raw.bdf" if len(found) > number else None
    return raw is not None and raw.exists() and raw.stat().st_size > 10_000


def listed() -> list[dict[str, Any]]:
    """What a program is told of the athlete's sessions; the list itself recovers what was killed."""
    for folder in folders():
        an_hour_ago_s = time.time() - 3600.0
        os.utime(folder / "raw.bdf", (an_hour_ago_s, an_hour_ago_s))
    result = CliRunner().invoke(main, ["sessions", "--athlete", WHO, "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["broken"] == []
    found: list[dict[str, Any]] = told["sessions"]
    return found


def test_the_second_is_refused_and_after_a_kill_the_third_begins(powerhold_home: Path) -> None:
    """Else two programs write into one athlete's folder, or a crash locks an athlete out for ever."""
    first = live()
    with first:
        wait_for(first, lambda: has_samples(0))
        second = live()
        out, said = second.communicate(timeout=LIMIT_S)
        assert (second.returncode, out) == (5, "")
        sentences = [line for line in said.splitlines() if line.strip()]
        assert sentences[-1] == f"Another PowerHold works with athlete {WHO}: end the session there first."
        assert "Traceback" not in said
        assert len(folders()) == 1
        size = (folders()[0] / "raw.bdf").stat().st_size
        wait_for(first, lambda: (folders()[0] / "raw.bdf").stat().st_size > size)  # it goes on as if alone
        first.kill()
    third = live()
    with third:
        wait_for(third, lambda: has_samples(1))
        third.send_signal(signal.SIGINT)
        out, said = third.communicate(timeout=LIMIT_S)
    assert third.returncode == 130, said

    newest, oldest = listed()
    assert json.loads(out)["session"] == newest["path"]
    assert [(one["complete"], one["recovered"]) for one in (newest, oldest)] == [(True, False), (False, True)]
    assert len(list((powerhold_home / "athletes").iterdir())) == 1
