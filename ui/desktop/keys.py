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
from ui import words
from ui.reading import Clock

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
    ANSWER = "answer"
    CALIBRATE = "calibrate"
    END = "end"
    FULL_SCREEN = "full_screen"
    HELP = "help"


COMMANDS: Final[Mapping[Action, CommandKind]] = MappingProxyType(
    {
        Action.NEXT: CommandKind.NEXT,
        Action.BACK: CommandKind.BACK,
        Action.FELT: CommandKind.FELT,
        Action.FOOT_DOWN: CommandKind.FOOT_DOWN,
        Action.ANSWER: CommandKind.ANSWER,
        Action.CALIBRATE: CommandKind.CALIBRATE,
    }
)
"""Actions that go to the session as they are."""

DIGITS: Final[Mapping[int, int]] = MappingProxyType(
    {Qt.Key.Key_0.value + digit: digit for digit in range(10)}
)
"""Keys that answer with a number."""

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
        **dict.fromkeys(DIGITS, Action.ANSWER),
        Qt.Key.Key_C: Action.CALIBRATE,
        Qt.Key.Key_Q: Action.END,
        Qt.Key.Key_F11: Action.FULL_SCREEN,
        Qt.Key.Key_Question: Action.HELP,
    }
)

HELP: Final[tuple[tuple[str, str], ...]] = tuple(
    (words.KEY_NAMES[action.value], words.KEY_WORDS[action.value]) for action in Action
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
        The number it says, with ``Action.ANSWER``.
    """

    action: Action
    value: int | None = None


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

    def read(self, event: QKeyEvent, asks: bool = False) -> Press | None:
        """Tell what a key press does.

        Parameters
        ----------
        event : QKeyEvent
            The press.
        asks : bool
            Whether a number is asked for; digits do nothing where none is.

        Returns
        -------
        Press or None
            None if it does nothing, or came too soon after the same one.
        """
        key = event.key()
        action, digit = KEYS.get(key), DIGITS.get(key)
        if action is None or event.isAutoRepeat() or (digit is not None and not asks):
            return None
        now_s = self._clock()
        if now_s - self._last_s.get((action, digit), float("-inf")) < DEBOUNCE_S:
            return None
        self._last_s[action, digit] = now_s
        return Press(action, None if digit is None else self._number(digit, now_s))

    def _number(self, digit: int, now_s: float) -> int:
        """Give the number that is said: 1, and 0 right after it, are 10."""
        before, self._answered = self._answered, (digit, now_s)
        after_one = before is not None and before[0] == 1 and now_s - before[1] <= TEN_S
        return 10 if digit == 0 and after_one else digit
