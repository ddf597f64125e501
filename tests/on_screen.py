"""Run the tests in which a window gets keys or the focus, each pytest process on an X display of its own.

``tests.off_screen`` is the other half: all the rest.

As a pytest plugin: ``QT_QPA_PLATFORM=xcb pytest -n 2 -p tests.on_screen tests``. Only one window of a
display is the active one, so two processes must not share a display. No window manager runs there: a window
that does not ask for the keys does not get them. What only paints was tried before.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.off_screen import works_a_window

SCREEN = "1920x1080x24"


def _open_display() -> subprocess.Popen[bytes]:
    """Start a server, and wait until it says which display it is."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(
        command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    if not number:
        raise pytest.UsageError("Xvfb opened no display.")
    os.environ["DISPLAY"] = f":{number}"
    return server


# when it is imported: the conftest of the tests, which comes next, asks whether there is a display
SERVER = _open_display()


def pytest_unconfigure() -> None:
    """Close the display."""
    SERVER.terminate()
    SERVER.wait()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what works no window."""
    return None if not collection_path.match("test_*.py") or works_a_window(collection_path) else True
