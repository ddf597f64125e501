"""What is asked before a session is moved or something is deleted: said plainly, answered by typing an id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.desktop import theme as themes
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.words import library_words

FIELD_SHARE: Final = 0.07
"""Height of the field, of that of the page."""


class HistoryAsk(QWidget):
    """A title, what follows from a yes, and a field; Enter answers, Esc goes back.

    Signals
    -------
    answered : str
        What was typed.
    closed
        Nothing is to be done.
    """

    answered = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = FittedLabel("", share=0.6, bold=True, theme=theme)
        self._told = FittedLabel("", share=0.13, theme=theme)
        self._prompt = FittedLabel("", share=0.55, colour=theme.quiet, theme=theme)
        self._refused = FittedLabel("", share=0.36, colour=theme.warn, theme=theme)
        keys = FittedLabel(library_words.ASK_KEYS, share=0.6, colour=theme.quiet, theme=theme)
        self.field = QLineEdit()
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setMaxLength(64)
        self.setFocusProxy(self.field)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        for widget, share in (
            (self._title, 14),
            (self._told, 44),
            (self._prompt, 7),
            (self.field, 0),
            (self._refused, 14),
            (keys, 6),
        ):
            self._column.addWidget(widget, share)

    def ask(self, title: str, told: Sequence[str], prompt: str) -> None:
        """Ask something new; the field is empty."""
        self._title.setText(title)
        self._told.setText("\n\n".join(told))
        self._prompt.setText(prompt)
        self._refused.setText("")
        self.field.clear()
        self.field.setAccessibleName(prompt)
        self.field.setAccessibleDescription(" ".join([title, *told]))

    def refuse(self, sentence: str) -> None:
        """Say why it was not done; what was typed can be mended."""
        self._refused.setText(sentence)
        self.field.selectAll()

    @property
    def refused(self) -> str:
        """Why it was not done."""
        return self._refused.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer, or go back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.answered.emit(self.field.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins and the field follow the window."""
        side, top = round(self.width() * 0.12), round(self.height() * 0.04)
        self._column.setContentsMargins(side, top, side, top)
        height = max(28, round(self.height() * FIELD_SHARE))
        self.field.setFixedHeight(height)
        self.field.setFont(themes.font(height * 0.5))
