"""What stands in the place of bars while a board is away, being opened, or back with a question."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from rich.console import Console

from emg.blocks import Unit
from emg.codes import ELECTRODES_TOUCHED, CommandKind, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.results import Presser
from tests.fakes import ManualClock
from tests.ui.views import HOLDING, NOW_S, SILENT, bars
from ui.desktop.bridge import Bridge
from ui.desktop.windows.live_window import LiveWindow
from ui.reading.muscles import read_bar, read_plate
from ui.terminal import TerminalFront, render
from ui.words import board_words, figures, hold_words, words

Key = Qt.Key
REASON = "There is no port /dev/x: plug the dongle in."
LOST = replace(SILENT, signal=SignalState.LOST, problem=REASON, since_s=NOW_S - 12.4)
ASKING = replace(
    HOLDING, question=ELECTRODES_TOUCHED, paused=True, stage=replace(HOLDING.stage, phase=Phase.PAUSED)
)
CANNOT = ("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum")
IDLE = replace(HOLDING, stage=StageView(), calibrated=False, cannot=CANNOT, unit=Unit.ARBITRARY)


class Inbox:
    def __init__(self) -> None:
        self.heard: list[CommandKind] = []

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        self.heard.append(kind)

    def stop(self) -> None:
        raise AssertionError("nobody ended it")


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.clock = ManualClock(NOW_S)
        self.inbox = Inbox()
        self.window = LiveWindow(self.inbox, Bridge(), clock=self.clock)
        qtbot.addWidget(self.window, before_close_func=lambda window: setattr(window, "_ended", True))
        self.window.resize(1366, 768)
        self.window.show()

    def show(self, view: LiveView) -> None:
        self.window.show_view(view)

    def texts(self) -> list[str]:
        return [label.text() for label in self.window.session.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


# --- away


def test_a_board_that_is_away_fills_the_window_with_why_and_since_when(desk: Desk) -> None:
    """Else the athlete stands before four empty bars and does not know whether anybody is looking."""
    desk.show(LOST)
    texts = desk.texts()
    for part in ("Looking for the board", REASON, "12 s", hold_words.CLOCK_WAITS_HOLD):
        assert part in texts
    assert not desk.window.session.left.isVisible()
    assert not desk.window.session.coach.isVisible()
    assert desk.window.session.message.text() == "", "it is said once, and large"
    place = desk.window.session.plate
    assert place.height() > 0.6 * desk.window.height()


def test_the_seconds_count_without_a_new_view(desk: Desk) -> None:
    """Else a counter that stands still looks like a program that hangs."""
    desk.show(LOST)
    desk.clock.advance(60.0)
    desk.window.session.refresh()
    assert "1 min 12 s" in desk.texts()


def test_bars_and_clock_are_back_with_the_signal(desk: Desk) -> None:
    """Else the plate hides the hold."""
    desk.show(LOST)
    desk.show(HOLDING)
    assert desk.window.session.coach.isVisible()
    assert desk.window.session.left.isVisible()
    assert not desk.window.session.plate.isVisible()


def test_an_opening_board_counts_too(desk: Desk) -> None:
    """Else six seconds of opening feel like a crash."""
    desk.show(LiveView(since_s=NOW_S - 3.2))
    assert {"One moment", "3 s"} <= set(desk.texts())


def test_a_fault_of_the_program_is_told_above_all(desk: Desk) -> None:
    """Else the plate covers that nothing is being saved."""
    desk.show(replace(LOST, error="The disk is full."))
    assert desk.window.session.message.text() == "The disk is full."
    assert read_plate(replace(LOST, error="The disk is full."), NOW_S) is None


# --- the question


def test_the_question_and_both_answers_stand_there_with_their_keys(desk: Desk) -> None:
    """Else somebody with a clicker in the hand has to guess."""
    desk.show(ASKING)
    texts = desk.texts()
    assert board_words.QUESTIONS[ELECTRODES_TOUCHED] in texts
    for keys, said in board_words.ANSWERS[ELECTRODES_TOUCHED]:
        assert keys in texts
        assert said in texts


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (Key.Key_Space, CommandKind.NEXT),
        (Key.Key_PageDown, CommandKind.NEXT),
        (Key.Key_Escape, CommandKind.RESUME),
        (Key.Key_PageUp, CommandKind.BACK),
        (Key.Key_Left, CommandKind.BACK),
    ],
)
def test_each_answer_has_a_key_and_a_button_of_the_clicker(
    desk: Desk, key: Qt.Key, command: CommandKind
) -> None:
    """Else the question cannot be answered with the hands full."""
    desk.show(ASKING)
    QTest.keyClick(desk.window, key)
    assert desk.inbox.heard == [command]


def test_every_question_has_its_words() -> None:
    """Else a paused session asks nothing that can be read."""
    face = read_plate(replace(HOLDING, question="something_of_tomorrow"), NOW_S)
    assert face is not None
    assert face.sentence == "Something of tomorrow"
    tables = (board_words.QUESTIONS, board_words.QUESTION_TITLES, board_words.ANSWERS)
    assert all(set(table) == {ELECTRODES_TOUCHED} for table in tables)


def test_a_board_that_is_lost_again_while_it_asks_is_looked_for(desk: Desk) -> None:
    """Else people answer a question about a board that has just gone again."""
    desk.show(replace(LOST, question=ELECTRODES_TOUCHED))
    assert "Looking for the board" in desk.texts()


# --- calm words


def test_what_the_board_cannot_tell_stands_there_until_the_start(desk: Desk) -> None:
    """Else people wait for a warning about hum that can never come, or read it in every hold."""
    desk.show(IDLE)
    assert desk.window.session.message.text() == board_words.limits_words(CANNOT)
    desk.show(replace(IDLE, stage=HOLDING.stage, calibrated=True))
    assert desk.window.session.message.text() == ""


def test_a_notice_gives_way_to_trouble(desk: Desk) -> None:
    """Else a sentence about the clock hides a loose electrode."""
    noticing = replace(HOLDING, notice="The board is slow.")
    desk.show(noticing)
    assert desk.window.session.message.text() == "The board is slow."
    loose = bars((9.0, 14.0, None, 27.0), verdicts=("ok", "ok", "railed", "ok"))
    desk.show(replace(noticing, bars=loose))
    assert "Right glute" in desk.window.session.message.text()


@pytest.mark.parametrize(
    ("cannot", "sentence"),
    [
        ((), ""),
        (("spectrum",), ""),
        (("microvolt",), "This board cannot tell microvolts. Percentages are not affected"),
        (
            CANNOT,
            "This board cannot tell microvolts, contact, hum, onsets or latencies finer than 0.1 s. "
            "Percentages are not affected",
        ),
        (("a_code_of_tomorrow",), "This board cannot tell a code of tomorrow. Percentages are not affected"),
    ],
)
def test_limits_are_one_sentence(cannot: tuple[str, ...], sentence: str) -> None:
    """Else a Cyton complains at every start, or a limit is swallowed."""
    assert board_words.limits_words(cannot) == sentence


# --- units


@pytest.mark.parametrize(
    ("level", "shown"),
    [(512.4, "512"), (61.29, "61.3"), (8.251, "8.25"), (0.12345, "0.123"), (0.0, "0"), (None, "--")],
)
def test_a_board_without_a_unit_shows_plain_numbers(level: float | None, shown: str) -> None:
    """Else counts of a converter are read as microvolts."""
    assert figures.level_words(level, Unit.ARBITRARY) == shown


def test_no_screen_of_such_a_board_says_microvolts(desk: Desk) -> None:
    """Else one corner of the window gives a unit to what has none."""
    for stage in (StageView(), StageView("rest", Phase.BASELINE, countdown_s=3.0, duration_s=10.0)):
        desk.show(replace(IDLE, stage=stage))
        said = desk.window.session.strip.accessibleName()
        assert not [text for text in (*desk.texts(), said) if "µV" in text]
    assert read_bar(IDLE, IDLE.bars[2], NOW_S).number == "126"


def test_a_clipped_envelope_is_too_strong_and_not_loose() -> None:
    """Else somebody presses electrodes on when the gain must be turned down."""
    railed = bars((9.0, 14.0, None, 27.0), verdicts=("ok", "ok", "railed", "ok"))
    assert "gain" in words.contact_words(replace(HOLDING, bars=railed, cannot=CANNOT))
    assert "come loose" in words.contact_words(replace(HOLDING, bars=railed))
    assert read_bar(replace(HOLDING, bars=railed, cannot=CANNOT), railed[2], NOW_S).note == "too strong"


# --- the terminal


def written(view: LiveView) -> str:
    on = Console(file=io.StringIO(), force_terminal=True, width=140, height=30, color_system=None)
    on.print(render(view, NOW_S))
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


def test_the_terminal_says_why_and_since_when() -> None:
    """Else the front without a window leaves its users in the dark."""
    text = written(LOST)
    for part in ("Looking for the board", REASON, "12 s", hold_words.CLOCK_WAITS_HOLD):
        assert part in text


def test_lines_tell_each_reason_once_and_no_seconds() -> None:
    """Else a log of a long absence is a line for every second."""
    clock = ManualClock(NOW_S)
    on = Console(file=io.StringIO(), force_terminal=False, width=140, color_system=None)
    with TerminalFront(on, clock) as front:
        for _ in range(50):
            clock.advance(1.0)
            front.post_view(LOST)
        front.post_view(replace(LOST, problem="The port is in use by minicom."))
    assert isinstance(on.file, io.StringIO)
    lines = on.file.getvalue().splitlines()
    assert [REASON in line for line in lines] == [True, False]
    assert "minicom" in lines[1]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_terminal_tells_the_limits_once(terminal: bool) -> None:
    """Else nobody learns them, or they scroll everything else away."""
    on = Console(file=io.StringIO(), force_terminal=terminal, width=140, color_system=None)
    with TerminalFront(on, ManualClock(NOW_S)) as front:
        for _ in range(20):
            front.post_view(IDLE)
    assert isinstance(on.file, io.StringIO)
    assert on.file.getvalue().count("cannot tell microvolts") == 1
