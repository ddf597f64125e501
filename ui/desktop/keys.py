"""The keys of a session, in one table: what they do, and how the help names them."""

from __future__ import annotations

import time
from collections.abc import Mapping
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


class Action(StrEnum):
    """What a key does in the window."""

    NEXT = "next"
    BACK = "back"
    PAUSE = "pause"
    FELT = "felt"
    FOOT_DOWN = "foot_down"
    END = "end"
    FULL_SCREEN = "full_screen"
    HELP = "help"


COMMANDS: Final[Mapping[Action, CommandKind]] = MappingProxyType(
    {
        Action.NEXT: CommandKind.NEXT,
        Action.BACK: CommandKind.BACK,
        Action.FELT: CommandKind.FELT,
        Action.FOOT_DOWN: CommandKind.FOOT_DOWN,
    }
)
"""Actions that go to the session as they are."""

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
        Qt.Key.Key_Q: Action.END,
        Qt.Key.Key_F11: Action.FULL_SCREEN,
        Qt.Key.Key_Question: Action.HELP,
    }
)

HELP: Final[tuple[tuple[str, str], ...]] = tuple(
    (words.KEY_NAMES[action.value], words.KEY_WORDS[action.value]) for action in Action
)
"""Rows of the help: keys, and what they do."""


class KeyReader:
    """Turns key events into actions; repeats and bounces are nothing.

    Parameters
    ----------
    clock : callable
        Host time in seconds.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._last_s: dict[Action, float] = {}

    def read(self, event: QKeyEvent) -> Action | None:
        """Tell the action of a key press, None if it is none or came too soon after the same one."""
        action = KEYS.get(event.key())
        if action is None or event.isAutoRepeat():
            return None
        now_s = self._clock()
        if now_s - self._last_s.get(action, float("-inf")) < DEBOUNCE_S:
            return None
        self._last_s[action] = now_s
        return action
