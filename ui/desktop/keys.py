"""The keys of a session, in one table: what they do, and how the help names them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from emg.codes import CommandKind
from emg.results import Presser
from ui.reading.muscles import Clock
from ui.words import key_words

DEBOUNCE_S: Final = 0.3
"""A second press of the same action within this time is the same press (clickers bounce)."""

TEN_S: Final = 1.0
"""A 0 within this time after a 1 makes it a 10."""


class Action(StrEnum):
    """What a key does in the window."""

    NEXT = "next"
    BACK = "back"
    PAUSE = "pause"
    FELT = "felt"
    FOOT_DOWN = "foot_down"
    ENOUGH = "enough"
    ANSWER = "answer"
    HIDE = "hide_bars"
    MARK = "mark"
    NOTE = "note"
    MUTE = "mute"
    TONE = "tone"
    CALIBRATE = "calibrate"
    START = "start"
    SWITCH = "switch"
    FULL_SCREEN = "full_screen"
    PICTURES = "pictures"
    REPORT = "report"
    END = "end"
    HELP = "help"


COMMANDS: Final[Mapping[Action, CommandKind]] = MappingProxyType(
    {
        Action.NEXT: CommandKind.NEXT,
        Action.BACK: CommandKind.BACK,
        Action.FELT: CommandKind.FELT,
        Action.FOOT_DOWN: CommandKind.FOOT_DOWN,
        Action.ENOUGH: CommandKind.ENOUGH,
        Action.ANSWER: CommandKind.ANSWER,
        Action.HIDE: CommandKind.HIDE,
        Action.MARK: CommandKind.MARK,
        Action.CALIBRATE: CommandKind.CALIBRATE,
        Action.START: CommandKind.START,
    }
)
"""Actions that go to the session as they are."""

DIGITS: Final[Mapping[int, int]] = MappingProxyType(
    {Qt.Key.Key_0.value + digit: digit for digit in range(10)}
)
"""Keys that answer with a number where one is asked for, and else set a marker."""

KEYS: Final[Mapping[int, Action]] = MappingProxyType(
    {
        Qt.Key.Key_Space: Action.NEXT,
        Qt.Key.Key_PageDown: Action.NEXT,
        Qt.Key.Key_Return: Action.NEXT,
        Qt.Key.Key_Enter: Action.NEXT,
        Qt.Key.Key_Right: Action.NEXT,
        Qt.Key.Key_PageUp: Action.BACK,
        Qt.Key.Key_Left: Action.BACK,
        Qt.Key.Key_Escape: Action.PAUSE,
        Qt.Key.Key_F: Action.FELT,
        Qt.Key.Key_D: Action.FOOT_DOWN,
        Qt.Key.Key_E: Action.ENOUGH,
        Qt.Key.Key_B: Action.HIDE,
        Qt.Key.Key_Period: Action.HIDE,
        Qt.Key.Key_N: Action.NOTE,
        Qt.Key.Key_M: Action.MUTE,
        Qt.Key.Key_T: Action.TONE,
        Qt.Key.Key_C: Action.CALIBRATE,
        Qt.Key.Key_F5: Action.START,
        Qt.Key.Key_Tab: Action.SWITCH,
        Qt.Key.Key_F2: Action.SWITCH,
        Qt.Key.Key_F11: Action.FULL_SCREEN,
        Qt.Key.Key_P: Action.PICTURES,
        Qt.Key.Key_W: Action.REPORT,
        Qt.Key.Key_Q: Action.END,
        Qt.Key.Key_Question: Action.HELP,
    }
)
"""Presenters send Page Down and Page Up; some of them F5, Esc, and a full stop or B for a black screen."""

CLICKER: Final = frozenset({Qt.Key.Key_PageDown.value, Qt.Key.Key_PageUp.value})
"""Keys of a two-button presenter, which the athlete holds."""

CHORDS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
"""With one of these a key is the system's."""

HELP: Final[tuple[tuple[str, str], ...]] = tuple(
    (key_words.KEY_NAMES[action.value], key_words.KEY_WORDS[action.value]) for action in Action
)
"""Rows of the help: keys, and what they do."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key press.

    Attributes
    ----------
    action : Action
        What it does.
    value : int or None
        The number it says, with ``Action.ANSWER`` and ``Action.MARK``.
    by : Presser or None
        The athlete, who holds the clicker; None for a key that anybody may have pressed.
    """

    action: Action
    value: int | None = None
    by: Presser | None = None


class KeyReader:
    """Turns key events into presses; repeats and bounces are nothing.

    Parameters
    ----------
    clock : callable
        Host time in seconds.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._last_s: dict[tuple[Action, int | None], float] = {}
        self._answered: tuple[int, float] | None = None

    def took(self, action: Action) -> None:
        """Know of a press that went somewhere else: its bounce is nothing either."""
        self._last_s[action, None] = self._clock()

    def read(self, event: QKeyEvent, asks: bool = False) -> Press | None:
        """Tell what a key press does.

        Parameters
        ----------
        event : QKeyEvent
            The press.
        asks : bool
            Whether a number is asked for; where none is, a digit sets a marker.

        Returns
        -------
        Press or None
            None if it does nothing, or came too soon after the same one.
        """
        if event.isAutoRepeat() or event.modifiers() & CHORDS:
            return None
        key = event.key()
        digit = DIGITS.get(key)
        action = KEYS.get(key) if digit is None else _of_digit(digit, asks=asks)
        now_s = self._clock()
        if action is None or now_s - self._last_s.get((action, digit), float("-inf")) < DEBOUNCE_S:
            return None
        self._last_s[action, digit] = now_s
        by = Presser.ATHLETE if key in CLICKER else None
        if action is Action.ANSWER and digit is not None:
            digit = self._number(digit, now_s)
        return Press(action, digit, by)

    def _number(self, digit: int, now_s: float) -> int:
        """Give the number that is said: 1, and 0 right after it, are 10."""
        before, self._answered = self._answered, (digit, now_s)
        after_one = before is not None and before[0] == 1 and now_s - before[1] <= TEN_S
        return 10 if digit == 0 and after_one else digit


def _of_digit(digit: int, *, asks: bool) -> Action | None:
    """Say what a digit does; there is no marker 0."""
    if asks:
        return Action.ANSWER
    return Action.MARK if digit else None
