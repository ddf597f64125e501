"""A calm line of small readings under the bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Told

PLAIN_ROWS: Final = ((0.06, 0.38, 0.25), (0.44, 0.54, 0.40))
NOTED_ROWS: Final = ((0.02, 0.28, 0.22), (0.30, 0.36, 0.32), (0.66, 0.34, 0.24))
"""Top, height and letters of name, reading and note, as shares of the strip's height."""

Entry: TypeAlias = tuple[str, str] | tuple[str, str, str]
"""A name, its reading and, where it needs one, a note."""


class ReadingsStrip(Told):
    """Draws names with their readings, evenly spread; a note stands under its reading."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._readings: tuple[tuple[str, str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_readings(self, entries: Sequence[Entry]) -> None:
        """Draw these from now on."""
        readings = tuple((name, value, "".join(note)) for name, value, *note in entries)
        if readings != self._readings:
            self._readings = readings
            said = (f"{name} {value}" + (f", {note}" if note else "") for name, value, note in readings)
            self.setAccessibleName("; ".join(said))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each name over its reading, and that over its note."""
        if not self._readings:
            return
        with QPainter(self) as painter:
            width, height = self.width() / len(self._readings), float(self.height())
            noted = any(note for *_, note in self._readings)
            rows = NOTED_ROWS if noted else PLAIN_ROWS
            for index, entry in enumerate(self._readings):
                if index:
                    painter.setPen(QColor(self._theme.raised))
                    painter.drawLine(
                        round(index * width), round(height * 0.2), round(index * width), self.height()
                    )
                left = index * width + width * 0.04
                colours = (self._theme.quiet, self._theme.text, self._theme.warn)
                for text, colour, (top, tall, size) in zip(entry, colours, rows, strict=False):
                    place = QRectF(left, height * top, width * 0.92, height * tall)
                    paint.draw_text(painter, place, text, colour, height * size)
