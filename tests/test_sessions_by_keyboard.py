"""Whole sessions through the real windows, with nothing but keys: what a tired person can do alone."""

from __future__ import annotations

import csv
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from calibrations.intake import SoreSide
from emg.codes import EventKind, Phase, SignalState
from emg.live_view import LiveView
from emg.results import Role
from emg.session.bundle import read_events, read_session
from emg.stage import Event
from hardware.ports import PortFacts
from hardware.probe import Answer
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import RIGHT_LEG, calibration_for, plan_of, short_exercise
from tests.ui.desktop.hands import Key
from tests.ui.desktop.in_step import keep_in_step
from tests.ui.desktop.test_reception import keep_calibration
from ui.desktop import planning, shell
from ui.desktop.app import make_application
from ui.desktop.problems import Problems
from ui.desktop.running import Running
from ui.desktop.shell import Desktop
from ui.desktop.widgets.muscle_bar import MuscleBar
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept.home import sessions_folder
from ui.kept.recent import Recent, keep_recent
from ui.kept.settings import Settings, keep_settings, read_settings
from ui.session.plan import SessionPlan
from ui.words import key_words

LIMIT_MS = 120_000
GAP_S = 0.35
"""Between two presses: sooner ones are taken for a bounce."""

TIMING = {
    "stand_up_s": 1.0,
    "prepare_s": 1.0,
    "quiet_s": 0.5,
    "set_after_s": 1.0,
    "wait_limit_s": 3.0,
    "hold_s": 6.0,
    "rest_between_holds_s": 1.0,
    "rest_between_sides_s": 1.5,
}
MVC_UV = 150.0
SPEED = 30.0
PORT = "/dev/ttyUSB0"
SITES = "glute_left=1,ham_left=2,glute_right=3,ham_right=4"
ONE_LEG = short_exercise(test=1, train=1, timing=TIMING)


class Fingers:
    """Presses keys on the window of a running session, as what is shown asks for it."""

    def __init__(self, window: QWidget, choose: Callable[[LiveView], Qt.Key | None]) -> None:
        self._window, self._choose = window, choose
        self._last_s = 0.0
        self.pressed: list[Qt.Key] = []

    def look(self, view: LiveView) -> None:
        now_s = time.monotonic()
        key = self._choose(view) if now_s - self._last_s > GAP_S else None
        if key is not None:
            self._last_s = now_s
            self.pressed.append(key)
            QTest.keyClick(self._window, key)


class Evening:
    """A program with its net, and what it leaves on the disk."""

    def __init__(self, qtbot: QtBot, qapp: QApplication) -> None:
        self.qtbot = qtbot
        self.problems = Problems()
        self.told: list[str] = []
        self.warned: list[str] = []
        self.problems.happened.connect(lambda problem: self.told.append(problem.kind))
        make_application(["powerhold"], self.problems, on_warning=lambda said, _: self.warned.append(said))
        self.events: list[Event] = []

    def run(self, plan: SessionPlan) -> Running:
        running = Running(plan, self.problems, Settings(sound=False), again=False)
        running.start()
        self.follow(running)
        return running

    def follow(self, running: Running) -> None:
        self.running = running
        running.bridge.event_raised.connect(self.events.append)
        keep_in_step(running.bridge)
        self.qtbot.waitUntil(lambda: running.athlete.windowHandle().isExposed())

    def drive(self, choose: Callable[[LiveView], Qt.Key | None]) -> Fingers:
        """Press keys until the summary is there."""
        running = self.running
        fingers = Fingers(running.athlete, choose)
        running.bridge.view_changed.connect(fingers.look)
        self.qtbot.waitUntil(
            lambda: running.athlete.page is running.athlete.summary and running.runner.end is not None,
            timeout=LIMIT_MS,
        )
        return fingers

    @property
    def folder(self) -> Path:
        end = self.running.runner.end
        assert end is not None
        assert end.folder is not None, end.message
        return end.folder

    def leave(self) -> None:
        """Close the summary with a key."""
        athlete = self.running.athlete
        self.qtbot.waitUntil(lambda: _press(athlete, Key.Key_Q) or not athlete.isVisible(), timeout=10_000)

    def outcomes(self) -> list[str]:
        with (self.folder / "holds.csv").open(encoding="utf-8", newline="") as file:
            return [row["outcome"] for row in csv.DictReader(file)]

    def keys(self) -> list[str]:
        """Commands that the session has heard, as its file says."""
        return [
            str(event.detail["command"])
            for event in read_events(self.folder)
            if event.kind is EventKind.COMMAND and "command" in event.detail
        ]


def _press(window: QWidget, key: Qt.Key) -> bool:
    QTest.keyClick(window, key)
    return False


@pytest.fixture
def evening(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = qInstallMessageHandler(None)
    made = Evening(qtbot, qapp)
    yield made
    running = getattr(made, "running", None)
    if running is not None:
        running.athlete._ended = True
        running.athlete.close()
        running.finish()
    qInstallMessageHandler(before)


def simulated(
    parent: Path, *faults: str, speed: float = 0.0, calibrated: bool = True, checks: bool = False
) -> SessionPlan:
    """A session with somebody there who is asked, and an athlete who does what he is told."""
    athlete = Athlete(seed=4, faults=parse_faults(faults))
    source = SimulatedSource(athlete, speed=speed)
    info = SimulatedSource(Athlete(seed=4), speed=0.0).open()
    calibration = calibration_for(info, RIGHT_LEG, mvc_uv=MVC_UV) if calibrated else None
    return plan_of(
        source,
        ONE_LEG,
        parent,
        montage=RIGHT_LEG,
        calibration=calibration,
        performer=athlete,
        attended=True,
        checks=checks,
    )


def next_only(view: LiveView) -> Qt.Key | None:
    """The forward button of a presenter, wherever the session waits for somebody."""
    if view.signal is SignalState.OPENING:
        return None
    waits = view.stage.phase in (Phase.IDLE, Phase.ASK) or view.paused or bool(view.question)
    return Key.Key_PageDown if waits else None


def test_forward_and_back_are_enough_for_a_whole_session(evening: Evening, tmp_path: Path) -> None:
    """Else a presenter in the hand of somebody on one leg is not enough, and the laptop is out of reach."""
    evening.run(simulated(tmp_path, speed=8.0, checks=True))
    done: set[tuple[str, int | None]] = set()

    def choose(view: LiveView) -> Qt.Key | None:
        stage = view.stage
        if next_only(view):
            return Key.Key_PageDown
        moment = (stage.phase.value, stage.hold)
        if stage.stage != "holds" or moment in done or stage.hold is None:
            return None
        if stage.phase is Phase.CUE:  # "set"
            done.add(moment)
            return Key.Key_PageDown
        if stage.phase in (Phase.HOLDING, Phase.WAITING) and (stage.elapsed_s or 0.0) > 2.0:
            done.add(moment)  # hold 1: "foot down, repeat"; then "felt it"
            return Key.Key_PageUp if stage.hold == 1 else Key.Key_PageDown
        return None

    fingers = evening.drive(choose)
    assert set(fingers.pressed) <= {Key.Key_PageDown, Key.Key_PageUp}
    assert set(evening.keys()) <= {"next", "back", "answer"}  # it is the simulated athlete who answers
    assert evening.outcomes() == ["lost_balance", "success", "success"]
    sets = [event for event in evening.events if event.kind is EventKind.SET]
    assert len(sets) == 3
    assert any(event.detail.get("felt") is True for event in evening.events)
    assert evening.told == []
    evening.leave()


def test_a_paint_that_fails_pauses_and_loses_nothing(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, powerhold_home: Path
) -> None:
    """Else a fault in a picture ends the training, or it goes on beside a picture that is not true."""
    running = evening.run(simulated(tmp_path, speed=8.0))
    original = MuscleBar.paintEvent
    fails = False
    seen: list[str] = []

    def paint(self: MuscleBar, event: QPaintEvent) -> None:
        if fails:
            raise RuntimeError(f"{len(seen)} a bar of demo cannot be drawn")
        original(self, event)

    monkeypatch.setattr(MuscleBar, "paintEvent", paint)

    def choose(view: LiveView) -> Qt.Key | None:
        nonlocal fails
        if view.stage.phase is Phase.HOLDING and view.stage.role is Role.TRAIN and not evening.told:
            fails = True
            running.athlete.session.update()
        if view.paused and fails:
            seen.append(running.athlete.session.message.text())
            fails = False
            return Key.Key_Space
        return None if fails else next_only(view)

    evening.drive(choose)
    assert (evening.told, seen) == (["RuntimeError"], [key_words.PROBLEM_ATHLETE])
    assert evening.outcomes() == ["success", "incomplete", "success"]
    assert read_session(evening.folder).complete
    (report,) = (powerhold_home / "reports").iterdir()
    text = report.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "tests/test_sessions_by_keyboard.py" in text
    assert str(tmp_path) not in text
    evening.leave()


def test_a_cable_pull_is_lived_through_by_keys(evening: Evening, tmp_path: Path) -> None:
    """Else the athlete has to walk to the laptop because of a cable."""
    evening.run(simulated(tmp_path, "cable-pull@8+8", speed=8.0))
    signals: set[SignalState] = set()

    def choose(view: LiveView) -> Qt.Key | None:
        signals.add(view.signal)
        return next_only(view)

    evening.drive(choose)
    assert SignalState.NO_SIGNAL in signals
    assert EventKind.GAP in {event.kind for event in evening.events}
    assert evening.outcomes().count("success") == 2
    assert read_session(evening.folder).complete
    assert evening.told == []
    evening.leave()


def test_swapped_sides_are_found_and_mended_by_keys(evening: Evening, tmp_path: Path) -> None:
    """Else left is trained as right, and nobody alone can put it right."""
    athlete = Athlete(seed=4, faults=parse_faults(["swapped-sides"]))
    source = SimulatedSource(athlete, speed=0.0)
    plan = plan_of(source, ONE_LEG, tmp_path, performer=athlete, attended=True, checks=True)
    evening.run(plan)
    asked: list[str] = []

    def choose(view: LiveView) -> Qt.Key | None:
        if view.stage.proposal:
            asked.append(view.stage.proposal)
        return next_only(view)

    evening.drive(choose)
    checked = [event for event in evening.events if event.kind is EventKind.CHECKED]
    assert any(event.detail.get("mended") for event in checked)
    assert EventKind.MONTAGE_SET in {event.kind for event in evening.events}
    assert asked, "it was asked, not done unseen"
    assert "success" in evening.outcomes()
    evening.leave()


# --- from the first screen


class Door:
    """Keys on the first screen of a program, and the session behind it made short."""

    def __init__(self, evening: Evening, monkeypatch: pytest.MonkeyPatch, *, calibrated: bool) -> None:
        self.evening, self.qtbot = evening, evening.qtbot
        self.n_keys, self._last_s = 0, 0.0
        self.choices: list[StartChoice] = []

        def short(choice: StartChoice) -> SessionPlan:
            """What was chosen, but for a board that is not here and holds that would take minutes."""
            self.choices.append(choice)
            parent = sessions_folder(choice.athlete)
            plan = simulated(parent, speed=SPEED, calibrated=calibrated, checks=True)
            return replace(plan, athlete=choice.athlete, intake=choice.intake)

        monkeypatch.setattr(shell, "survey", lambda: [(PortFacts(PORT), Answer("cyton", "A Cyton."))])
        monkeypatch.setattr(planning, "session_plan", short)
        keep_settings(read_settings().model_copy(update={"first_run_seen": True}))
        self.desktop = Desktop(evening.problems)
        self.desktop.show_start()
        self.window = self.start
        self.qtbot.waitUntil(self.window.isActiveWindow, timeout=30_000)
        self.qtbot.waitUntil(self.window.fields.look_again.isEnabled, timeout=30_000)

    @property
    def start(self) -> StartWindow:
        assert self.desktop.start is not None
        return self.desktop.start

    def press(self, key: Qt.Key) -> None:
        """Press a key, not so soon after the last one that it is taken for a bounce."""
        self.qtbot.waitUntil(lambda: time.monotonic() - self._last_s > GAP_S)
        self._last_s = time.monotonic()
        self.n_keys += 1
        QTest.keyClick(self.window.focusWidget(), key)

    def tap(self, key: Qt.Key) -> None:
        """Press a key that moves only the focus."""
        self.n_keys += 1
        QTest.keyClick(self.window.focusWidget(), key)

    def answer(self, button: QWidget) -> None:
        """Go to a button with Tab and the arrows, and press it."""
        row = button.parentWidget()
        for _ in range(40):
            focused = self.window.focusWidget()
            if focused is button:
                break
            inside = focused.parentWidget() is row
            self.tap(Key.Key_Right if inside else Key.Key_Tab)
        assert self.window.focusWidget() is button, "the keyboard must reach every answer"
        self.tap(Key.Key_Space)

    def begun(self) -> Running:
        """The session that was begun here."""
        assert self.desktop.running is not None, self.window.page.reason.text()
        self.evening.follow(self.desktop.running)
        return self.desktop.running


def test_a_new_athlete_comes_from_the_first_screen_to_a_saved_summary_and_back(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an athlete alone at home needs a mouse, or the next one a new start of the program."""
    door = Door(evening, monkeypatch, calibrated=False)
    QTest.keyClicks(door.window.focusWidget(), "runner-07")
    door.press(Key.Key_Return)
    before = door.window.before
    assert door.window.page is before, door.window.missing()
    door.answer(before.sore_side.buttons[SoreSide.NONE])
    door.answer(before.company.buttons[True])
    if before.missing():
        door.answer(before.signs.all_no)
    assert before.missing() == ""
    door.press(Key.Key_Return)
    for _ in range(10):
        if door.desktop.running is not None:
            break
        door.press(Key.Key_Return)
    running = door.begun()
    assert not door.window.isVisible()

    def choose(view: LiveView) -> Qt.Key | None:
        return Key.Key_0 if view.stage.asks and view.stage.answer is None else next_only(view)

    evening.drive(choose)
    record = read_session(evening.folder)
    assert (record.athlete, record.complete) == ("runner-07", True)
    assert record.calibration is not None, "rest and maximum were measured on the way"
    assert evening.outcomes() == ["success", "success"]
    summary = json.loads((evening.folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["sides"]["right"]["n_test"] == 1
    shown = [label.text() for label in running.athlete.summary.findChildren(QLabel) if label.isVisible()]
    assert any(str(evening.folder) in text for text in shown)
    assert any(key_words.AGAIN_HINT in text for text in shown)
    evening.qtbot.waitUntil(lambda: running.athlete.summary.n_pages > 1, timeout=10_000)
    QTest.keyClick(running.athlete, Key.Key_Right)
    assert running.athlete.summary.page == 1, "the pictures of the sets come after the numbers"
    evening.qtbot.waitUntil(
        lambda: _press(running.athlete, Key.Key_Space) or not running.athlete.isVisible(), timeout=10_000
    )
    evening.qtbot.addWidget(door.start)
    assert door.start.isVisible(), "the first screen is there again"
    delays = (door.desktop.end.latency_ms if door.desktop.end else None) or {}
    assert 0.0 <= delays["p50"] <= delays["p95"] <= delays["p99"]
    assert door.start.first.who.athlete() == "runner-07"
    evening.qtbot.waitUntil(door.start.fields.look_again.isEnabled, timeout=30_000)
    door.start.fields.survey.wait()
    assert evening.told == []


def test_who_comes_back_with_the_same_electrodes_is_ready_in_eight_keys(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every day begins with the first five minutes again."""
    keep_calibration("runner-07")
    keep_recent(Recent(athlete="runner-07", protocol="power_position", board="cyton", port=PORT, sites=SITES))
    door = Door(evening, monkeypatch, calibrated=True)
    if door.window.first.taped.calibration() is None:
        door.tap(Key.Key_E)
    door.press(Key.Key_Return)
    before = door.window.before
    assert door.window.page is before, door.window.missing()
    door.answer(before.sore_side.buttons[SoreSide.NONE])
    door.answer(before.company.buttons[False])
    door.press(Key.Key_Return)
    door.begun()
    assert door.choices[0].calibration is not None
    at_ready: list[int] = []
    fingers: list[Fingers] = []

    def choose(view: LiveView) -> Qt.Key | None:
        if view.stage.stage == "holds" and not at_ready:
            at_ready.append(door.n_keys + len(fingers[0].pressed))
        return next_only(view)

    running = evening.running
    fingers.append(Fingers(running.athlete, choose))
    running.bridge.view_changed.connect(fingers[0].look)
    evening.qtbot.waitUntil(lambda: bool(at_ready), timeout=LIMIT_MS)
    assert at_ready[0] <= 8
    running.runner.stop()
    evening.qtbot.waitUntil(lambda: running.athlete.page is running.athlete.summary, timeout=LIMIT_MS)
