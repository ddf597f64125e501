"""A window, the session behind it, and a hand on the keyboard, for the tests of the set-up stages."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from emg.codes import CommandKind
from emg.live_view import LiveView
from emg.results import Presser
from tests.fakes import ManualClock
from tests.ui.views import NOW_S
from ui.desktop.bridge import Bridge
from ui.desktop.widgets.contact_tiles import ContactTile
from ui.desktop.windows.live_window import LiveWindow


class Inbox:
    """A session that only listens."""

    def __init__(self) -> None:
        self.heard: list[tuple[CommandKind, int | None]] = []

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        self.heard.append((kind, value))

    def stop(self) -> None:
        raise AssertionError("nobody ended it")


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.clock = ManualClock(NOW_S)
        self.inbox = Inbox()
        self.window = LiveWindow(self.inbox, Bridge(), clock=self.clock)
        self.session = self.window.session
        qtbot.addWidget(self.window, before_close_func=lambda window: setattr(window, "_ended", True))
        self.window.resize(1280, 800)
        self.window.show()

    def show(self, view: LiveView) -> None:
        self.window.show_view(replace(view, host_time_s=self.clock.now_s))
        QApplication.processEvents()  # new tiles get their places

    def press(self, key: Qt.Key, after_s: float = 0.5) -> None:
        self.clock.advance(after_s)
        QTest.keyClick(self.window, key)

    def texts(self) -> list[str]:
        return [label.text() for label in self.window.findChildren(QLabel) if label.isVisible()]

    def tiles(self) -> dict[str, ContactTile]:
        return self.session.tiles.tiles
