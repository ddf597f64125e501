"""No network unless asked: whole programs in processes in which nobody may look up, connect or listen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 300.0

FORBIDDEN = """
import os, socket, sys
import psutil

LOCAL = {"socket.gethostname"}
tried = []

def refuse(event, args):
    # this machine's own sockets in the file system are none of the network
    if not event.startswith("socket.") or event in LOCAL or (args and refuse.is_local(args[0], args)):
        return
    tried.append(event)
    raise OSError(f"{event}{args[1:]} is forbidden here")

def is_local(one, args):
    family = args[1] if isinstance(one, socket.socket) and len(args) == 4 else getattr(one, "family", None)
    return family == getattr(socket, "AF_UNIX", None)

refuse.is_local = is_local
sys.addaudithook(refuse)

def check_open(where):
    # what a library of another language opens is no event of Python
    found = psutil.Process().net_connections(kind="inet")
    assert not found, f"{where}: {found}"
    assert not tried, f"{where}: {tried}"
"""

COMMANDS = """
from pathlib import Path
from ui.cli import main
from ui.computer.qt_check import qt_problem

def powerhold(*words):
    try:
        main([*map(str, words)], standalone_mode=False)
    except SystemExit as end:
        assert end.code in (0, None), (words, end.code)
    check_open(words)

home = Path(os.environ["POWERHOLD_HOME"])
powerhold("demo", "--headless", "--speed", "0", "--seed", "3", "--json")
(session,) = (home / "athletes" / "demo" / "sessions").iterdir()
for words in (
    ("sessions", "--athlete", "demo"),
    ("analyze", session, "--json"),
    ("note", session),
    ("protocols",),
    ("boards",),
    ("exclude", session, "--hold", "1", "--reason", "cough"),
):
    powerhold(*words)
for form in ("csv", "bdf", "edf", "bids", "parquet"):
    powerhold("export", session, "--to", form, "--out", home / form)
if not qt_problem():
    powerhold("report", session, "--out", home / "page.pdf")
print("all of it", flush=True)
"""

WINDOW = """
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from emg.montage import FOUR_SITES
from tests.sessions import calibration_for, short_exercise
from ui.desktop.shell import begin
from ui.kept.home import sessions_folder
from ui.session.plan import demo_plan

app, desktop = begin(again=True)
desktop.show_start()
plan = demo_plan(seed=3, faults=(), speed=0.0, parent=sessions_folder("demo"))
desktop.start.close()
known = calibration_for(plan.source.open(), FOUR_SITES)
plan.source.close()
short = short_exercise(test=1, train=1)
desktop.show_session(replace(plan, exercise=short, calibration=known, checks=False))

def look():
    if desktop.running.runner.end is not None:
        desktop.show_history("demo")
        app.processEvents()
        check_open("the window")
        print("all of it", flush=True)
        app.closeAllWindows()
        app.quit()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
app.exec()
desktop.finish()
assert desktop.end.exit_code == 0, desktop.end
check_open("the end")
"""

TRIES = """
for host in ("localhost", "192.0.2.1"):
    try:
        socket.create_connection((host, 9), timeout=0.1)
    except OSError:
        pass
socket.socketpair()
check_open("somebody who tries")
"""


def ran(program: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "POWERHOLD_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", FORBIDDEN + program],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if name != "DISPLAY"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def assert_all_of_it(found: subprocess.CompletedProcess[str]) -> None:
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[-1] == "all of it"


def test_a_session_and_all_that_is_made_of_it_asks_nobody_anything(powerhold_home: Path) -> None:
    """Else what somebody trains, and when, is known to whoever listens."""
    assert_all_of_it(ran(COMMANDS, powerhold_home))


@pytest.mark.usefixtures("qt_here")
def test_the_window_asks_nobody_anything(powerhold_home: Path) -> None:
    """Else the same of the first screen, the session in its windows, and the history."""
    assert_all_of_it(ran(WINDOW, powerhold_home))


def test_who_does_try_is_found_out(powerhold_home: Path) -> None:
    """Else these tests find nothing because they cannot."""
    found = ran(TRIES, powerhold_home)
    assert found.returncode == 1
    assert "socket.getaddrinfo" in found.stderr
