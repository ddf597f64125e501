"""A session that only listens, a window that only notes, and hands on a keyboard."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from emg.codes import CommandKind
from emg.live_view import LiveView
from emg.results import Presser
from ui.desktop.widgets.fitted_label import FittedLabel

Key = Qt.Key
Heard = tuple[CommandKind, int | None, Presser | None, str]


def pressed(
    key: Qt.Key, *, repeat: bool = False, with_key: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> QKeyEvent:
    """The event of a key press."""
    return QKeyEvent(QEvent.Type.KeyPress, key, with_key, "", repeat)


@dataclass
class Inbox:
    """A session that only listens."""

    heard: list[Heard] = field(default_factory=list)
    stops: int = 0

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        self.heard.append((kind, value, by, text))

    def stop(self) -> None:
        self.stops += 1

    @property
    def kinds(self) -> list[CommandKind]:
        return [kind for kind, *_ in self.heard]


@dataclass
class Desk:
    """A window that notes what it is asked."""

    asked: list[str] = field(default_factory=list)
    help_shown: bool = False

    def toggle_full_screen(self) -> None:
        self.asked.append("full screen")

    def show_help(self) -> None:
        self.asked.append("help")
        self.help_shown = True

    def leave_help(self) -> bool:
        shown, self.help_shown = self.help_shown, False
        return shown

    def switch(self) -> None:
        self.asked.append("switch")

    def show_pictures(self) -> None:
        self.asked.append("pictures")

    def write_note(self) -> None:
        self.asked.append("note")


@dataclass
class Switches:
    """A sound that notes what it is told."""

    problem: str = ""
    muted: bool = False
    tone: bool = False

    def toggle_mute(self) -> None:
        self.muted = not self.muted

    def toggle_tone(self) -> None:
        self.tone = not self.tone


class PlainPage(QWidget):
    """A page as the therapist's is one: it draws a view, and takes notes."""

    def __init__(self) -> None:
        super().__init__()
        self.view = LiveView()
        self.refreshed = 0
        self.said = ""
        self.noting = 0
        self.time = FittedLabel()
        self.line = QLineEdit()  # Tab must not be caught by it
        column = QVBoxLayout(self)
        column.addWidget(self.time)
        column.addWidget(self.line)

    def show_view(self, view: LiveView) -> None:
        self.view = view
        self.time.setText(f"{view.time_s:.2f}")

    def refresh(self) -> None:
        self.refreshed += 1

    def prompt(self, sentence: str) -> None:
        self.said = sentence

    def is_noting(self) -> bool:
        return self.noting > 0

    def begin_note(self) -> None:
        self.noting += 1
