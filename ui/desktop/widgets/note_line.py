"""Where notes are written while the session goes on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from ui.desktop import theme as themes
from ui.desktop.keys import CLICKER
from ui.desktop.theme import DARK, Theme
from ui.words import therapist_words

LONGEST: Final = 300
"""Characters; a note is a line in the list of events."""


class NoteLine(QLineEdit):
    """A line of text. Enter gives it away, Esc leaves it as it is; every other key is text.

    Signals
    -------
    written(str)
        The note, not empty.
    left()
        The keyboard is free again.

    Attributes
    ----------
    writing : bool
        Whether somebody is in the middle of it: neither Enter nor Esc came since the first key. Not the same
        as the focus, which is gone as soon as the page is.
    """

    written = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.writing = False
        self.setMaxLength(LONGEST)
        self.setPlaceholderText(therapist_words.NOTE_HINT)
        self.setAccessibleName(therapist_words.NOTES)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setStyleSheet(
            f"QLineEdit {{ background: {theme.surface}; color: {theme.text}; padding: 0 6px;"
            f" border: 2px solid {theme.line}; border-radius: 4px;"
            f" selection-background-color: {theme.left}; selection-color: {theme.ground}; }}"
            f"QLineEdit:focus {{ border-color: {theme.text}; }}"
        )

    def begin(self) -> None:
        """Take the keyboard, behind what stands there already."""
        # a shortcut or a Tab would mark all of it, and the next key would take its place
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def give(self) -> None:
        """Give the note away and the keyboard back: the next key is for the session."""
        text = self.text().strip()
        self.writing = False
        self.clear()
        self.clearFocus()
        if text:
            self.written.emit(text)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep every key from the session but those of the clicker, which the athlete holds: no text."""
        key = event.key()
        if key in CLICKER:
            event.ignore()
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.give()
        elif key == Qt.Key.Key_Escape:
            self.writing = False
            self.clearFocus()
            self.left.emit()
        else:
            self.writing = True
            super().keyPressEvent(event)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say how it is kept."""
        self.setPlaceholderText(therapist_words.NOTE_OPEN)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say how it is begun."""
        self.setPlaceholderText(therapist_words.NOTE_HINT)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the letters follow the window."""
        self.setFont(themes.font(max(11.0, self.height() * 0.46)))
        super().resizeEvent(event)
