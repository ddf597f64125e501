"""Keys and presenters: what a press says, and which presses are none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from emg.results import Presser
from tests.fakes import ManualClock
from tests.ui.desktop.hands import Key, pressed
from ui.desktop.keys import DIGITS, HELP, KEYS, Action, KeyReader, Press
from ui.words import key_words


def read(key: Qt.Key, *, asks: bool = False) -> Press | None:
    return KeyReader(ManualClock()).read(pressed(key), asks=asks)


@pytest.mark.parametrize(
    ("key", "action"),
    [
        (Key.Key_Space, Action.NEXT),
        (Key.Key_PageDown, Action.NEXT),
        (Key.Key_Return, Action.NEXT),
        (Key.Key_Enter, Action.NEXT),
        (Key.Key_Right, Action.NEXT),
        (Key.Key_PageUp, Action.BACK),
        (Key.Key_Left, Action.BACK),
        (Key.Key_Escape, Action.PAUSE),
        (Key.Key_F, Action.FELT),
        (Key.Key_D, Action.FOOT_DOWN),
        (Key.Key_E, Action.ENOUGH),
        (Key.Key_B, Action.HIDE),
        (Key.Key_Period, Action.HIDE),
        (Key.Key_N, Action.NOTE),
        (Key.Key_M, Action.MUTE),
        (Key.Key_T, Action.TONE),
        (Key.Key_C, Action.CALIBRATE),
        (Key.Key_F5, Action.START),
        (Key.Key_Tab, Action.SWITCH),
        (Key.Key_F2, Action.SWITCH),
        (Key.Key_F11, Action.FULL_SCREEN),
        (Key.Key_W, Action.REPORT),
        (Key.Key_Q, Action.END),
        (Key.Key_Question, Action.HELP),
    ],
)
def test_each_key_says_one_thing(key: Qt.Key, action: Action) -> None:
    """Else what is printed on the card beside the keyboard is not what happens."""
    press = read(key)
    assert press is not None
    assert press.action is action


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_answers_where_a_number_is_asked_and_marks_where_none_is(digit: int) -> None:
    """Else a marker is taken for pain, or pain for a marker."""
    key = Key(Key.Key_0.value + digit)
    assert read(key, asks=True) == Press(Action.ANSWER, digit)
    assert read(key) == (Press(Action.MARK, digit) if digit else None)


def test_one_and_nought_are_ten_only_as_an_answer() -> None:
    """Else the worst pain there is cannot be said, or a marker ten appears that nobody set."""
    clock = ManualClock()
    keys = KeyReader(clock)
    values = []
    for key, asks in ((Key.Key_1, True), (Key.Key_0, True), (Key.Key_1, False), (Key.Key_0, True)):
        clock.advance(0.5)
        press = keys.read(pressed(key), asks=asks)
        values.append(press and press.value)
    assert values == [1, 10, 1, 0]


def test_a_bounce_and_a_held_key_are_one_press() -> None:
    """Else a cheap clicker races through the protocol."""
    clock = ManualClock()
    keys = KeyReader(clock)
    seen = []
    for after_s in (1.0, 0.29, 0.02):
        clock.advance(after_s)
        seen.append(keys.read(pressed(Key.Key_PageDown)) is not None)
    assert seen == [True, False, True]
    clock.advance(1.0)
    assert keys.read(pressed(Key.Key_PageDown, repeat=True)) is None


def test_two_keys_of_one_action_bounce_as_one() -> None:
    """Else Enter and Page Down pressed together skip a hold."""
    keys = KeyReader(ManualClock())
    assert keys.read(pressed(Key.Key_PageDown)) is not None
    assert keys.read(pressed(Key.Key_Return)) is None


@pytest.mark.parametrize(
    "chord",
    [
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.AltModifier,
        Qt.KeyboardModifier.MetaModifier,
    ],
)
def test_a_chord_is_the_systems(chord: Qt.KeyboardModifier) -> None:
    """Else who changes the desktop with Ctrl or Alt puts the foot down of somebody on one leg."""
    assert KeyReader(ManualClock()).read(pressed(Key.Key_D, with_key=chord)) is None


def test_shift_and_the_keypad_change_nothing() -> None:
    """Else a held Shift or a number pad silences every key."""
    for held in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier):
        assert KeyReader(ManualClock()).read(pressed(Key.Key_D, with_key=held)) is not None


def test_only_the_clicker_tells_who_pressed() -> None:
    """Else a helper's key counts as the athlete's feeling."""
    assert {key for key in KEYS if _by(Key(key)) is Presser.ATHLETE} == {Key.Key_PageDown, Key.Key_PageUp}


def _by(key: Qt.Key) -> Presser | None:
    press = read(key)
    return press.by if press else None


def test_every_action_has_a_key_and_words() -> None:
    """An action without a key cannot be reached, one without words not be found."""
    assert {*KEYS.values(), Action.ANSWER, Action.MARK} == set(Action)
    assert set(DIGITS).isdisjoint(KEYS)
    names = {action.value for action in Action}
    assert set(key_words.KEY_WORDS) == set(key_words.KEY_NAMES) == names
    assert len({what for _, what in HELP}) == len(HELP) == len(Action)
