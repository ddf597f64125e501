"""The program from its command to its end."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

CLOSED_AT_ONCE: Final = """
from ui.desktop import shell
from ui.desktop.starting import run_app

shell.survey = list
show = shell.Desktop.show_start

def show_and_close(desktop):
    show(desktop)
    desktop.start.close()

shell.Desktop.show_start = show_and_close
raise SystemExit(run_app())
"""
ENOUGH_S: Final = 60.0


@pytest.mark.usefixtures("qt_here", "powerhold_home")
def test_a_window_that_is_closed_at_once_ends_the_program() -> None:
    """Else it runs on without a window, and holds the athlete's folder and the port."""
    done = subprocess.run(
        [sys.executable, "-c", CLOSED_AT_ONCE], capture_output=True, text=True, timeout=ENOUGH_S, check=False
    )
    assert done.returncode == 0, done.stderr
