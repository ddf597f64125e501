"""Buttons for what the keys do, each with its key: they never take the keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint

LEADS: Final = "next"
"""The one button that leads on."""


class KeyButton(QPushButton):
    """Draws what it does, and its key below, as large as both fit."""

    def __init__(
        self, said: str, key: str, *, leads: bool = False, theme: Theme = DARK, parent: QWidget | None = None
    ) -> None:
        super().__init__(said, parent)
        self._key, self._leads, self._theme = key, leads, theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleDescription(key)
        self.say(said)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def say(self, said: str) -> None:
        """Say this from now on."""
        if said != self.text() or not self.accessibleName():
            self.setText(said)
            self.setAccessibleName(said)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place, height, theme = (
                QRectF(self.rect()).adjusted(1, 1, -1, -1),
                float(self.height()),
                self._theme,
            )
            painter.setPen(QPen(QColor(theme.text if self._leads else theme.line), 2 if self._leads else 1))
            pressed = self.isDown()
            painter.setBrush(QColor(theme.line if pressed else theme.raised))
            painter.drawRoundedRect(place, 6, 6)
            inner = place.adjusted(4, 0, -4, 0)
            said = QRectF(inner.left(), height * 0.08, inner.width(), height * 0.5)
            key = QRectF(inner.left(), height * 0.58, inner.width(), height * 0.32)
            paint.draw_text(painter, said, self.text(), theme.text, height * 0.32, bold=self._leads)
            paint.draw_text(painter, key, self._key, theme.text if pressed else theme.quiet, height * 0.24)


class KeyButtons(QWidget):
    """A row of them.

    Signals
    -------
    pressed(str)
        Code of the one that was pressed.
    """

    pressed = Signal(str)

    def __init__(
        self, buttons: Mapping[str, tuple[str, str]], theme: Theme = DARK, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.buttons = {
            code: KeyButton(said, key, leads=code == LEADS, theme=theme)
            for code, (said, key) in buttons.items()
        }
        for code, button in self.buttons.items():
            button.clicked.connect(partial(self._press, code))
            row.addWidget(button, 1)

    def _press(self, code: str, checked: bool = False) -> None:
        self.pressed.emit(code)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)
