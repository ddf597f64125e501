"""The window of a session: draws the newest view, and hands keys to the session."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from emg.codes import CommandKind
from emg.live_view import LiveView
from ui import words
from ui.desktop.bridge import Bridge, SessionControl, SessionEnd
from ui.desktop.keys import COMMANDS, Action, KeyReader, Press
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.help_page import HelpPage
from ui.desktop.windows.session_page import SessionPage
from ui.desktop.windows.summary_page import SummaryPage
from ui.reading import Clock

REPAINT_MS: Final = 200
"""Silence sends no view: the last one is drawn again this often, so that old data cannot stay there."""

SMALLEST_PX: Final = (800, 600)

ASKED_ONCE: Final[Mapping[Action, str]] = {
    Action.END: words.ASK_END,
    Action.CALIBRATE: words.ASK_CALIBRATE,
}
"""What one key press must not do by itself."""


class LiveWindow(QWidget):
    """One athlete, four bars, one coach.

    Parameters
    ----------
    control : SessionControl
        Where key presses go.
    bridge : Bridge
        Where views and the end come from.
    clock : callable
        Host time in seconds.
    """

    def __init__(
        self,
        control: SessionControl,
        bridge: Bridge,
        *,
        clock: Clock = time.monotonic,
        theme: Theme = DARK,
    ) -> None:
        super().__init__()
        self._control = control
        self._keys = KeyReader(clock)
        self._asking: Action | None = None
        self._ending = False
        self._ended = False
        self.session = SessionPage(clock, theme)
        self.help = HelpPage(theme)
        self.summary = SummaryPage(theme)
        self._pages = QStackedLayout(self)
        for page in (self.session, self.help, self.summary):
            self._pages.addWidget(page)
        self.setWindowTitle(words.APP_NAME)
        self.setMinimumSize(*SMALLEST_PX)
        # decides nothing: the age of the data is judged in the paint, this only asks for one
        self._repaint = QTimer(self)
        self._repaint.setInterval(REPAINT_MS)
        self._repaint.timeout.connect(self.session.refresh)
        self._repaint.start()
        bridge.view_changed.connect(self.show_view)
        bridge.ended.connect(self.show_end)

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        return self._pages.currentWidget()

    def show_view(self, view: LiveView) -> None:
        """Draw this view from now on."""
        self.session.show_view(view)

    def show_help(self) -> None:
        """Show the keys; any of them goes back."""
        self._pages.setCurrentWidget(self.help)

    def show_end(self, end: SessionEnd) -> None:
        """Show what the session came to."""
        self._ended = True
        self._repaint.stop()
        self.summary.show_end(end)
        self._pages.setCurrentWidget(self.summary)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn a key into a command, or into something of the window's own."""
        press = self._keys.read(event, asks=bool(self.session.view.stage.asks))
        if press is None:
            super().keyPressEvent(event)
        elif self._ended:
            self._act_after_end(press.action)
        elif self.page is self.help:
            self._pages.setCurrentWidget(self.session)
        elif self._asking:
            self._answer(press)
        else:
            self._act(press)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close after the end; before it, ask once and let the session be saved.

        Who closes while it is being saved is let go: saving does not need the window.
        """
        if self._ended or self._ending:
            event.accept()
            return
        event.ignore()
        if self._asking is Action.END:
            self._end()
        else:
            self._ask(Action.END)

    def _act(self, press: Press) -> None:
        action, command = press.action, COMMANDS.get(press.action)
        # where nothing is calibrated there is nothing to lose by it
        if action is Action.END or (action is Action.CALIBRATE and self.session.view.calibrated):
            self._ask(action)
        elif command is not None:
            self._control.post(command, press.value)
        elif action is Action.PAUSE:
            paused = self.session.view.paused
            self._control.post(CommandKind.RESUME if paused else CommandKind.PAUSE)
        elif action is Action.HELP:
            self.show_help()
        else:
            self._toggle_full_screen()

    def _act_after_end(self, action: Action) -> None:
        if action is Action.FULL_SCREEN:
            self._toggle_full_screen()
        elif action in (Action.NEXT, Action.END, Action.PAUSE):
            self.close()

    def _answer(self, press: Press) -> None:
        """Do it on a second press; any other key goes on, and acts unless it was only the way out."""
        asked, self._asking = self._asking, None
        if press.action is Action.END and asked is Action.END:
            self._end()
            return
        self.session.prompt("")
        if press.action is asked:
            self._control.post(COMMANDS[press.action])
        elif press.action is not Action.PAUSE:
            self._act(press)

    def _ask(self, action: Action) -> None:
        if self._ending:
            return
        self._asking = action
        self._pages.setCurrentWidget(self.session)
        self.session.prompt(ASKED_ONCE[action])

    def _end(self) -> None:
        self._asking = None
        self._ending = True
        self.session.prompt(words.ENDING)
        self._control.stop()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()
