"""A table of what is on the left and what is on the right, with a line of words for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from emg.montage import Side
from ui.desktop.theme import Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.reading.summary_table import HEADINGS, Row

COLUMNS: Final = (36, 32, 32)
"""Widths of the table's columns, one to another."""

CELL_GAP_PX: Final = 18
"""Kept between columns, also where both are full: two numbers that touch are read as one."""

FEWEST_ROWS: Final = 9
"""A shorter table leaves its place empty rather than shout."""


class SideTable(QWidget):
    """A table of three columns; lines between its rows lead the eye across."""

    def __init__(self, rows: Sequence[Row], share: float, theme: Theme) -> None:
        super().__init__()
        self._theme, self._n_rows = theme, len(rows) + 1
        self._shown = max(FEWEST_ROWS, self._n_rows)
        self._share = share
        self._labels: list[FittedLabel] = []
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(CELL_GAP_PX)
        for row, cells in enumerate([HEADINGS, *rows]):
            for place, text in enumerate(cells):
                align = paint.CENTRE if place else paint.LEFT
                label = FittedLabel(text, share=share, bold=row == 0, align=align, theme=theme)
                if place and not row:
                    label.set_colour(theme.side(list(Side)[place - 1]))
                grid.addWidget(label, row, place)
                self._labels.append(label)
        for row in range(self._shown):
            grid.setRowStretch(row, 1)
        for place, stretch in enumerate(COLUMNS):
            grid.setColumnStretch(place, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give all cells letters of one size: that of the one that needs most room."""
        height = self.height() // self._shown
        width = self.width() - 2 * self._grid.horizontalSpacing()
        places = [width * stretch // sum(COLUMNS) - 1 for stretch in COLUMNS]
        sizes = [
            paint.fitted_font(
                label.text(), places[index % 3], height, round(height * self._share), index < len(COLUMNS)
            ).pixelSize()
            for index, label in enumerate(self._labels)
        ]
        for label in self._labels:
            label.set_share(min(sizes) / max(1, height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        with QPainter(self) as painter:
            painter.setPen(QColor(self._theme.raised))
            for row in range(1, self._n_rows):
                level = round(self.height() * row / self._shown)
                painter.drawLine(0, level, self.width(), level)
