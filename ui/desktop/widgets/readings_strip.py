"""A calm line of small readings under the bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint


class ReadingsStrip(QWidget):
    """Draws pairs of a name and a reading, evenly spread."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._readings: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_readings(self, readings: tuple[tuple[str, str], ...]) -> None:
        """Draw these pairs from now on."""
        if readings != self._readings:
            self._readings = readings
            self.setAccessibleName(", ".join(f"{name} {value}" for name, value in readings))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each name over its reading."""
        if not self._readings:
            return
        painter = QPainter(self)
        width, height = self.width() / len(self._readings), float(self.height())
        for index, (name, value) in enumerate(self._readings):
            if index:
                painter.setPen(QColor(self._theme.raised))
                painter.drawLine(
                    round(index * width), round(height * 0.2), round(index * width), self.height()
                )
            left = index * width + width * 0.04
            top = QRectF(left, height * 0.06, width * 0.92, height * 0.38)
            paint.draw_text(painter, top, name, self._theme.quiet, height * 0.25)
            under = QRectF(left, height * 0.44, width * 0.92, height * 0.54)
            paint.draw_text(painter, under, value, self._theme.text, height * 0.4)
        painter.end()
