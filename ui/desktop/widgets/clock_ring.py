"""The clock of the present phase: a ring that fills in a hold and empties in a countdown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.live_view import LiveView
from ui import words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.reading import ClockFace, read_clock, side_shown

START_ANGLE = 90 * 16
FULL_TURN = 360 * 16


class ClockRing(QWidget):
    """Draws one ``ClockFace``: time as the outer ring, time in target as the inner one."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = ClockFace()
        self._colour = QColor(theme.text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.CLOCK)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_view(self, view: LiveView, fresh: bool) -> None:
        """Draw the clock of this view from now on; without a signal no clock is true."""
        clock = read_clock(view, fresh)
        colour = self._theme.side(side_shown(view.stage))
        if (clock, colour) != (self._clock, self._colour):
            self._clock, self._colour = clock, colour
            self.setAccessibleDescription(f"{clock.number} {clock.unit} {clock.told}".strip())
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ring and digits; nothing at all without a clock."""
        if not self._clock.number:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = min(self.width(), self.height()) * 0.96
        place = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        thick = size * 0.065
        outer = place.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
        if self._clock.share is not None:
            self._arc(painter, outer, self._theme.raised, thick, 1.0)
            self._arc(painter, outer, self._colour, thick, self._clock.share)
        if self._clock.target_share is not None:
            inner = outer.adjusted(thick * 1.3, thick * 1.3, -thick * 1.3, -thick * 1.3)
            self._arc(painter, inner, self._theme.raised, thick * 0.7, 1.0)
            self._arc(painter, inner, self._theme.good, thick * 0.7, self._clock.target_share)
        digits = QRectF(place.left() + size * 0.2, place.top() + size * 0.22, size * 0.6, size * 0.34)
        paint.draw_text(painter, digits, self._clock.number, self._theme.text, size * 0.32, bold=True)
        unit = QRectF(place.left() + size * 0.22, place.top() + size * 0.56, size * 0.56, size * 0.1)
        paint.draw_text(painter, unit, self._clock.unit, self._theme.quiet, size * 0.07)
        told = QRectF(place.left() + size * 0.2, place.top() + size * 0.67, size * 0.6, size * 0.09)
        paint.draw_text(painter, told, self._clock.told, self._theme.good, size * 0.06)
        painter.end()

    def _arc(
        self, painter: QPainter, place: QRectF, colour: QColor | str, thick: float, share: float
    ) -> None:
        if share <= 0.0:
            return
        pen = QPen(QColor(colour), thick)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(place, START_ANGLE, -round(FULL_TURN * share))
