"""Pain is asked on a scale, and answered by one key: what is understood shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from emg.codes import CommandKind, Phase, SignalState
from tests.ui.desktop.setup_desk import Desk
from tests.ui.setup_views import PAIN, answered, setting_up
from tests.ui.views import HOLDING
from ui.desktop.theme import DARK
from ui.reading.set_up import read_scale
from ui.words import words

Key = Qt.Key


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_the_scale_is_there_only_while_pain_is_asked(desk: Desk) -> None:
    """A scale that stays would be answered about another effort."""
    desk.show(PAIN)
    assert desk.session.coach.scale.isVisible()
    desk.show(replace(PAIN, stage=replace(PAIN.stage, asks="")))
    assert not desk.session.coach.scale.isVisible()
    silent = replace(PAIN, signal=SignalState.NO_SIGNAL)
    for view in (replace(PAIN, paused=True), replace(PAIN, finished=True), silent):
        assert read_scale(view) is None


@pytest.mark.parametrize(
    ("answer", "said"), [(None, "not said"), (0, "0 of 10"), (4, "4 of 10"), (10, "10 of 10")]
)
def test_the_answer_shows(desk: Desk, answer: int | None, said: str) -> None:
    """Who presses with a hand behind the back must see what was understood; 0 is not silence."""
    desk.show(answered(answer))
    scale = desk.session.coach.scale
    assert scale.face is not None
    assert (scale.face.said, scale.face.answer) == (said, answer)
    assert said in scale.accessibleDescription()
    filled = [scale.grab(cell.toRect()).toImage().pixelColor(8, 20) for cell in scale.cells()]
    marked = [number for number, colour in enumerate(filled) if colour == QColor(DARK.text)]
    assert marked == ([] if answer is None else [answer])


def test_the_scale_says_that_silence_is_fine_and_how_to_answer() -> None:
    """Nobody may think that the session waits for the number."""
    face = read_scale(PAIN)
    assert face is not None
    assert "nothing is fine" in face.keys
    assert "forward" in face.keys
    assert "0 to 9" in face.keys
    graded = read_scale(
        setting_up("submax", Phase.REST, site="ham_left", asks="pain", task="prone_knee_curl")
    )
    assert graded is not None
    assert graded.keys.endswith("gets no harder")


@pytest.mark.parametrize("digit", range(10))
def test_digits_answer(desk: Desk, digit: int) -> None:
    """One key, and the hand is back on the ankle."""
    desk.show(PAIN)
    desk.press(Key(Key.Key_0.value + digit))
    assert desk.inbox.heard == [(CommandKind.ANSWER, digit)]


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        ([(Key.Key_1, 0.5), (Key.Key_0, 0.1)], [1, 10]),
        ([(Key.Key_1, 0.5), (Key.Key_0, 0.99)], [1, 10]),
        ([(Key.Key_1, 0.5), (Key.Key_0, 1.01)], [1, 0]),
        ([(Key.Key_1, 0.5), (Key.Key_5, 0.4), (Key.Key_0, 0.4)], [1, 5, 0]),
        ([(Key.Key_1, 0.5), (Key.Key_0, 0.4), (Key.Key_0, 0.4)], [1, 10, 0]),
        ([(Key.Key_2, 0.5), (Key.Key_0, 0.4)], [2, 0]),
        ([(Key.Key_4, 0.5), (Key.Key_4, 0.1)], [4]),
    ],
)
def test_one_and_nought_are_ten(desk: Desk, keys: list[tuple[Qt.Key, float]], answers: list[int]) -> None:
    """A 10 taken for a 1 asks a hurt muscle for more; a 0 taken for a 10 ends its day."""
    desk.show(PAIN)
    for key, after_s in keys:
        desk.press(key, after_s)
        desk.show(PAIN)
    assert desk.inbox.heard == [(CommandKind.ANSWER, answer) for answer in answers]


def test_digits_are_no_answer_where_nothing_is_asked(desk: Desk) -> None:
    """A cat on the keyboard must not put pain into the record."""
    desk.show(HOLDING)
    desk.press(Key.Key_0)
    assert desk.inbox.heard == []
    desk.press(Key.Key_1)
    assert [kind for kind, _ in desk.inbox.heard] == [CommandKind.MARK], "it marks the moment"
    desk.inbox.heard.clear()
    desk.show(PAIN)
    desk.press(Key.Key_0, after_s=0.2)
    assert desk.inbox.heard == [(CommandKind.ANSWER, 0)]


def test_c_measures_anew(desk: Desk) -> None:
    """One key starts a new calibration."""
    desk.show(replace(HOLDING, calibrated=False))
    assert "C measures" in desk.session.message.text()
    desk.press(Key.Key_C)
    assert desk.inbox.heard == [(CommandKind.CALIBRATE, None)]


def test_c_asks_once_where_a_maximum_would_be_lost(desk: Desk) -> None:
    """One slip of a finger must not throw an athlete out of a hold and onto the couch."""
    desk.show(HOLDING)
    desk.press(Key.Key_C)
    assert desk.inbox.heard == []
    assert desk.session.message.text() == words.ASK_CALIBRATE
    desk.press(Key.Key_Q)
    assert desk.session.message.text() == words.ASK_END, "the end is asked for anew"
    desk.press(Key.Key_Escape)
    desk.press(Key.Key_C)
    desk.press(Key.Key_C)
    assert desk.inbox.heard == [(CommandKind.CALIBRATE, None)]
