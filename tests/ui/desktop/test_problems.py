"""The net: whatever fails is counted, told once, and written down without names."""

from __future__ import annotations

import getpass
import json
import os
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qCritical, qInstallMessageHandler, qWarning
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import EventKind
from emg.stage import Event
from ui.desktop.app import make_application
from ui.desktop.problems import MOST_EVENTS, MOST_PROBLEMS, Problem, Problems

NOW = datetime(2026, 6, 12, 9, 15, tzinfo=UTC)
ATHLETE, NAME, NOTE = "runner-07", "Anna Sauer", "left knee feels shaky"


class Net:
    """Problems with the hooks of the program, and what was told of them."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.told: list[Problem] = []
        self.warned: list[str] = []
        self.threads: list[threading.Thread] = []
        self.problems.happened.connect(self._keep)

    def _keep(self, problem: Problem) -> None:
        self.told.append(problem)
        self.threads.append(threading.current_thread())


@pytest.fixture
def net(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = qInstallMessageHandler(None)
    caught = Net()
    make_application(["powerhold"], caught.problems, on_warning=lambda said, _: caught.warned.append(said))
    yield caught
    qInstallMessageHandler(before)


def failed(message: str = "", kind: type[Exception] = ValueError) -> Exception:
    """An error that was raised here."""
    try:
        raise kind(message)
    except Exception as error:
        return error


class Painted(QWidget):
    """A widget that fails in the middle of its paint, with its painter open, or draws its colour."""

    def __init__(self, *, fails: bool) -> None:
        super().__init__()
        self.fails = fails
        self.paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#21b890"))
        if self.fails:
            raise RuntimeError(f"paint {self.paints} of {ATHLETE}")
        painter.end()


def test_a_paint_that_always_fails_is_one_problem_and_hurts_no_other(qtbot: QtBot, net: Net) -> None:
    """Else one broken widget floods the disk, or takes the bars beside it along."""
    window, bad, good = QWidget(), Painted(fails=False), Painted(fails=False)
    row = QHBoxLayout(window)
    row.addWidget(bad)
    row.addWidget(good)
    qtbot.addWidget(window)
    window.resize(400, 200)
    with qtbot.waitExposed(window):
        window.show()
    bad.paints, bad.fails = 0, True  # from here on in the event loop, as in the program
    again = QTimer(window)
    again.timeout.connect(bad.update)
    again.timeout.connect(good.update)
    again.start(5)
    qtbot.waitUntil(lambda: bad.paints >= 20 and good.paints >= 20)
    again.stop()
    assert [problem.kind for problem in net.told] == ["RuntimeError"]
    assert net.problems.count(net.told[0]) == bad.paints
    assert net.warned == [], "no painter may stay open after the error"
    bad.fails = False
    picture = window.grab().toImage()
    assert {picture.pixelColor(one.geometry().center()).name() for one in (bad, good)} == {"#21b890"}


def test_slots_and_threads_are_told_in_the_windows_thread(qtbot: QtBot, net: Net) -> None:
    """Else a window is touched by a thread that may not, and the program is gone."""

    def fail() -> None:
        raise OSError(5, "in a thread")

    def slot() -> None:
        raise KeyError("in a slot")

    thread = threading.Thread(target=fail, name="emg-test-failing")
    thread.start()
    thread.join(10.0)
    QTimer.singleShot(0, slot)
    qtbot.waitUntil(lambda: len(net.told) == 2)
    assert {problem.kind for problem in net.told} == {"OSError", "KeyError"}
    assert {problem.thread for problem in net.told} == {"emg-test-failing", "MainThread"}
    assert set(net.threads) == {threading.main_thread()}


def test_what_qt_calls_critical_is_a_problem_and_a_warning_is_none(qtbot: QtBot, net: Net) -> None:
    """Else a remark about a font pauses an athlete, or a broken window does not."""
    qWarning("QFont::setPixelSize: small")
    qCritical("QPaintDevice: gone")
    qtbot.waitUntil(lambda: bool(net.told))
    assert net.warned == ["QFont::setPixelSize: small"]
    assert [problem.message for problem in net.told] == ["QPaintDevice: gone"]


def test_nothing_is_shown_before_the_failed_call_is_over(qapp: QApplication, net: Net) -> None:
    """Else what shows the fault runs inside the paint that failed, and fails too."""
    net.problems("ValueError", failed())
    assert net.told == []
    QApplication.processEvents()
    assert len(net.told) == 1


def test_every_failure_is_told_again_but_at_most_one_is_waiting(qapp: QApplication, net: Net) -> None:
    """Else the second one leaves the session running, or a thousand of them stop the window."""
    again: list[Problem] = []
    net.problems.again.connect(again.append)
    for n in range(3):
        for _ in range(40):
            net.problems(f"ValueError: {n}", failed())
        assert len(again) == n
        QApplication.processEvents()
        assert [problem.kind for problem in again] == ["ValueError"] * (n + 1)
    assert len(net.told) == 1


def test_one_that_is_left_out_is_told_again_too(qapp: QApplication) -> None:
    """Else the twenty-first kind of fault runs on behind a screen that is not true."""
    problems, again = Problems(), list[Problem]()
    problems.again.connect(again.append)
    for n in range(MOST_PROBLEMS):
        problems("", failed(kind=type(f"Fault{n}", (Exception,), {})))
    QApplication.processEvents()
    problems("", failed(kind=KeyError))
    QApplication.processEvents()
    assert again[-1].kind == "KeyError"


def test_two_messages_of_one_fault_are_one_problem(qapp: QApplication) -> None:
    """Else a fault that quotes a counter is a new problem in every frame."""
    problems = Problems()
    new = [problems(f"ValueError: {n}", failed(str(n))) for n in range(5)]
    assert new == [True, False, False, False, False]
    assert "happened 5 times" in problems.report(NOW)


def test_only_so_many_different_ones_are_kept(qapp: QApplication) -> None:
    """Else a program that fails in ever new ways fills the memory."""
    problems = Problems()
    for n in range(MOST_PROBLEMS + 7):
        problems("", failed(kind=type(f"Fault{n}", (Exception,), {})))
    text = problems.report(NOW)
    assert text.count("--- happened") == MOST_PROBLEMS
    assert "and 7 others" in text


def test_the_report_says_where_it_was_and_on_what(qapp: QApplication) -> None:
    """Else nobody can find the fault from it."""
    problems = Problems()
    try:
        try:
            raise FileNotFoundError(2, "No such file", f"/home/{NAME}/x")
        except OSError as error:
            raise ValueError(ATHLETE) from error
    except ValueError as error:
        problems(f"ValueError: {ATHLETE}", error)
    for n in range(MOST_EVENTS + 5):
        problems.see(Event(n, EventKind.CUE, detail={"text": NOTE}))
    text = problems.report(NOW)
    assert "ValueError\n  tests/ui/desktop/test_problems.py:" in text
    assert "came from FileNotFoundError (errno 2)" in text
    assert "in test_the_report_says_where_it_was_and_on_what" in text
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in text
    assert "PySide6-Essentials" in text
    assert "2026-06-12T09:15:00Z" in text
    assert text.count(" cue\n") == MOST_EVENTS
    assert f"{MOST_EVENTS + 4} cue\n" in text


def test_no_name_no_note_and_no_folder_gets_into_a_report(
    qapp: QApplication, powerhold_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who sends a report tells strangers who trains here, and what hurts."""
    home = Path.home()
    problems = Problems()
    said = f"{ATHLETE} {NAME} {NOTE} {powerhold_home} {home}"
    error = failed(said)
    error.add_note(said)
    try:
        raise RuntimeError(said) from error
    except RuntimeError as outer:
        problems(f"RuntimeError: {said}", outer)
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("{")
    problems("ValueError", caught.value)
    problems(f"QFile::open: {said}", None)
    problems(said, None)
    problems.see(Event(1, EventKind.COMMAND, detail={"command": "note", "text": NOTE, "athlete": ATHLETE}))
    text = problems.save(NOW).read_text(encoding="utf-8")
    user = getpass.getuser()
    for secret in (ATHLETE, "Anna", "Sauer", "knee", "shaky", str(powerhold_home), f"{home}{os.sep}"):
        assert secret not in text, secret
    assert f"{os.sep}{user}{os.sep}" not in text
    assert str(Path(__file__).parents[3]) not in text
    assert str(Path(sys.executable).parents[2]) not in text
    assert str(Path(json.__file__).parent) not in text, "who installs Python at home is named by its folder"
    assert text.count("came from ValueError") == 1
    assert "Qt: QFile::open" in text


def test_a_report_is_the_users_alone_and_grows(qapp: QApplication, powerhold_home: Path) -> None:
    """Else a fault in every hold leaves a folder full of files, or one that others can read."""
    problems = Problems()
    problems("", failed())
    first = problems.save(NOW)
    assert first.parent == powerhold_home / "reports"
    problems("", failed(kind=KeyError))
    assert problems.save(NOW) == first
    assert "KeyError" in first.read_text(encoding="utf-8")
    assert [path.name for path in first.parent.iterdir()] == [first.name]
    if os.name == "posix":
        assert stat.S_IMODE(first.stat().st_mode) == 0o600
        assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700


def test_two_programs_never_share_a_report(qapp: QApplication) -> None:
    """Else the second one wipes out what the first one wrote."""
    first, second = Problems(), Problems()
    first("", failed(kind=KeyError))
    second("", failed())
    paths = [first.save(NOW), second.save(NOW)]
    assert len(set(paths)) == 2
    assert "KeyError" in paths[0].read_text(encoding="utf-8")
