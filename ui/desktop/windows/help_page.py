"""The keys and the dots, on a page of their own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.desktop.keys import HELP
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.rep_dots import RepDots
from ui.words import words

DOT_PX: Final = 44
LEFT_ROWS: Final = 12
"""Keys in the left half: those of the session. The window's, and the dots, stand in the right one."""

STRETCHES: Final = (22, 28, 18, 32)


class HelpPage(QWidget):
    """Lists every key and what it does, and what the shapes of the dots say."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.addWidget(FittedLabel(words.KEYS_TITLE, share=0.6, bold=True, theme=theme), 0, 0, 1, 4)
        for number, (keys, what) in enumerate(HELP):
            right, row = divmod(number, LEFT_ROWS)
            self._tell(self._name(keys), what, row + 1, 2 * right)
        first = len(HELP) - LEFT_ROWS + 1
        title = FittedLabel(words.DOTS_TITLE, share=0.5, bold=True, align=paint.LEFT, theme=theme)
        self._grid.addWidget(title, first, 3)
        for row, state in enumerate(words.DOTS_TOLD, start=first + 1):
            dot = RepDots(theme)
            dot.setFixedWidth(DOT_PX)
            dot.show_dots((state,))
            self._tell(dot, words.DOTS[state], row, 2)
        for column, stretch in enumerate(STRETCHES):
            self._grid.setColumnStretch(column, stretch)

    def _tell(self, sign: QWidget, what: str, row: int, column: int) -> None:
        """Put a sign, and what it says, into a row."""
        place = Qt.AlignmentFlag.AlignRight if isinstance(sign, RepDots) else Qt.AlignmentFlag(0)
        self._grid.addWidget(sign, row, column, place)
        said = FittedLabel(what, share=0.42, colour=self._theme.quiet, align=paint.LEFT, theme=self._theme)
        self._grid.addWidget(said, row, column + 1)

    def _name(self, keys: str) -> FittedLabel:
        return FittedLabel(keys, share=0.42, bold=True, align=paint.RIGHT, theme=self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        side, top = round(self.width() * 0.03), round(self.height() * 0.05)
        self._grid.setContentsMargins(side, top, side, top)
        self._grid.setHorizontalSpacing(round(self.width() * 0.02))
