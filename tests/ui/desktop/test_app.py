"""The application: a net under everything that can raise, and pictures of every screen."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from weakref import finalize

import pytest
from PySide6.QtCore import QTimer, qInstallMessageHandler, qWarning
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.desktop.app import make_application
from ui.desktop.collector import MainThreadCollector
from ui.desktop.theme import DARK

Problems = list[tuple[str, BaseException | None]]


@pytest.fixture
def problems(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Problems]:
    """Install the net, and take it away after the test."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = qInstallMessageHandler(None)
    seen: Problems = []
    make_application(["powerhold"], lambda said, error: seen.append((said, error)))
    yield seen
    qInstallMessageHandler(before)


def test_an_exception_in_a_slot_is_heard(qtbot: QtBot, problems: Problems) -> None:
    """Qt runs on after it, and the bars would stand still without a word."""

    def fail() -> None:
        raise ValueError("in a slot")

    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: bool(problems))
    said, error = problems[0]
    assert said == "ValueError: in a slot"
    assert isinstance(error, ValueError)


def test_an_exception_in_a_thread_is_heard(problems: Problems) -> None:
    """A thread that dies silently leaves a screen that looks alive."""

    def fail() -> None:
        raise OSError("in a thread")

    thread = threading.Thread(target=fail, name="emg-test-failing")
    thread.start()
    thread.join(10.0)
    assert [said for said, _ in problems] == ["OSError: in a thread"]


def test_what_qt_complains_of_is_heard(problems: Problems) -> None:
    """Qt's warnings are the first sign of a broken window."""
    qWarning("something odd")
    assert problems == [("something odd", None)]


def test_noise_of_the_offscreen_platform_is_not(problems: Problems) -> None:
    """A message that means nothing would hide one that means something."""
    qWarning("This plugin does not support propagateSizeHints()")
    assert problems == []


def test_the_application_is_dark(qapp: QApplication, problems: Problems) -> None:
    """A white window blinds in a dim training room."""
    assert qapp.palette().window().color() == QColor(DARK.ground)
    assert qapp.style().objectName().lower() == "fusion"


class Ring(QWidget):
    """A window in a cycle of references, which only the collector of garbage can find."""

    def __init__(self, died_on: list[str]) -> None:
        super().__init__()
        self.itself = self
        finalize(self, lambda: died_on.append(threading.current_thread().name))


def test_no_other_thread_destroys_a_window(qapp: QApplication, problems: Problems) -> None:
    """Else a start window that was closed minutes ago takes the running session with it."""
    died_on: list[str] = []
    Ring(died_on)
    busy = threading.Thread(target=lambda: [[[] for _ in range(2000)] for _ in range(20)], name="busy")
    busy.start()
    busy.join()
    assert died_on == []
    collector = qapp.findChild(MainThreadCollector)
    assert collector is not None
    collector.collect()
    assert died_on == [threading.main_thread().name]
