"""The therapist's window, on a screen of its own beside the athlete's."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QTimer

from ui.desktop.bridge import Bridge
from ui.desktop.controls import Controls
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.session_window import SessionWindow
from ui.reading.muscles import Clock
from ui.words import key_words

BEAT_MS: Final = 33
"""Newer views wait for the next beat: beside the athlete's window this one must not take its time."""


class TherapistWindow(SessionWindow):
    """Draws the same views and hears the same keys as the athlete's window.

    Parameters
    ----------
    controls : Controls
        Those of the athlete's window.
    bridge : Bridge
        Where views and the end come from.
    clock : callable
        Host time in seconds.
    theme : Theme
        Colours.
    """

    def __init__(
        self, controls: Controls, bridge: Bridge, *, clock: Clock = time.monotonic, theme: Theme = DARK
    ) -> None:
        super().__init__(controls, clock=clock, theme=theme)
        self.setWindowTitle(key_words.THERAPIST_TITLE)
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._draw)
        bridge.view_changed.connect(self.show_view)
        bridge.ended.connect(self.show_end)

    def _follow(self) -> None:
        """Draw a new view with the next beat: the newest one wins."""
        if not self._beat.isActive():
            self._beat.start()
