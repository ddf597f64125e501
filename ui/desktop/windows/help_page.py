"""The keys and the signs, on a page of their own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.desktop.keys import HELP
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.rep_dots import RepDots
from ui.desktop.widgets.told import Told
from ui.words import words

DOT_PX: Final = 44
LEFT_ROWS: Final = 12
"""Keys in the left half: those of the session. The window's, and the dots, stand in the right one."""

EDGE_PX: Final = (34, 6)
"""A piece of the green edge of a bar."""

FILLS: Final = Qt.AlignmentFlag(0)
BESIDE: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
STRETCHES: Final = (22, 28, 18, 32)


class HelpPage(QWidget):
    """Lists every key and what it does, and what dots, edges and short words say."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.addWidget(FittedLabel(words.KEYS_TITLE, share=0.6, bold=True, theme=theme), 0, 0, 1, 4)
        for number, (keys, what) in enumerate(HELP):
            right, row = divmod(number, LEFT_ROWS)
            self._tell(self._name(keys), what, row + 1, 2 * right)
        for row, (short, what) in enumerate(words.SHORT_TOLD.items(), start=LEFT_ROWS + 1):
            self._tell(self._name(short), what, row, 0)
        self._tell_signs(first=len(HELP) - LEFT_ROWS + 1)
        for column, stretch in enumerate(STRETCHES):
            self._grid.setColumnStretch(column, stretch)

    def _tell_signs(self, first: int) -> None:
        """Put what is drawn of holds from this row on, in the right half."""
        title = FittedLabel(words.DOTS_TITLE, share=0.5, bold=True, align=paint.LEFT, theme=self._theme)
        self._grid.addWidget(title, first, 3)
        for row, state in enumerate(words.DOTS_TOLD, start=first + 1):
            dot = RepDots(self._theme)
            dot.setFixedWidth(DOT_PX)
            dot.show_dots((state,))
            self._tell(dot, words.DOTS[state], row, 2, Qt.AlignmentFlag.AlignRight)
        self._tell(self._edge(), words.EDGE_TOLD, first + len(words.DOTS_TOLD) + 1, 2, BESIDE)

    def _tell(self, sign: QWidget, what: str, row: int, column: int, place: Qt.AlignmentFlag = FILLS) -> None:
        """Put a sign, and what it says, into a row."""
        self._grid.addWidget(sign, row, column, place)
        said = FittedLabel(what, share=0.42, colour=self._theme.quiet, align=paint.LEFT, theme=self._theme)
        self._grid.addWidget(said, row, column + 1)

    def _edge(self) -> QWidget:
        edge = Told()
        edge.setFixedSize(*EDGE_PX)
        colours = edge.palette()
        colours.setColor(QPalette.ColorRole.Window, QColor(self._theme.good))
        edge.setPalette(colours)
        edge.setAutoFillBackground(True)
        edge.setAccessibleName(words.EDGE)
        return edge

    def _name(self, keys: str) -> FittedLabel:
        return FittedLabel(keys, share=0.42, bold=True, align=paint.RIGHT, theme=self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        side, top = round(self.width() * 0.03), round(self.height() * 0.05)
        self._grid.setContentsMargins(side, top, side, top)
        self._grid.setHorizontalSpacing(round(self.width() * 0.02))
