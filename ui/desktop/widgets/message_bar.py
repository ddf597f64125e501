"""One line across the window: what is wrong, or nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint


class MessageBar(QLabel):
    """Draws one sentence on a plate with a sign; without a sentence it is empty ground.

    The place is kept when empty, so that nothing jumps when a message comes.
    """

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._theme = theme
        self._colour = QColor(theme.warn)
        self._calm = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def sizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def say(self, sentence: str, colour: str, *, calm: bool = False) -> None:
        """Show this sentence, or nothing if it is empty; a calm one has a quiet sign of its own."""
        if (sentence, QColor(colour), calm) != (self.text(), self._colour, self._calm):
            self._colour, self._calm = QColor(colour), calm
            self.setText(sentence)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw plate, sign and sentence."""
        if not self.text():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            height = float(self.height())
            place = QRectF(self.rect()).adjusted(1, height * 0.06, -1, -height * 0.06)
            painter.setPen(QPen(self._colour, max(2.0, height * 0.04)))
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(place, height * 0.16, height * 0.16)
            sign = self._paint_dot if self._calm else self._paint_sign
            sign(painter, QPointF(height * 0.62, height / 2), height * 0.26)
            words = place.adjusted(height * 1.1, 0, -height * 0.3, 0)
            bold = not self._calm
            paint.draw_text(
                painter, words, self.text(), self._theme.text, height * 0.46, bold=bold, align=paint.LEFT
            )

    def _paint_dot(self, painter: QPainter, centre: QPointF, size: float) -> None:
        """Draw a letter i: something to know, nothing to do."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.quiet))
        painter.drawEllipse(centre, size, size)
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRect(QRectF(centre.x() - size * 0.11, centre.y() - size * 0.15, size * 0.22, size * 0.7))
        painter.drawRect(QRectF(centre.x() - size * 0.11, centre.y() - size * 0.55, size * 0.22, size * 0.22))

    def _paint_sign(self, painter: QPainter, centre: QPointF, size: float) -> None:
        corners = [QPointF(0, -size), QPointF(size * 1.1, size * 0.9), QPointF(-size * 1.1, size * 0.9)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRect(QRectF(centre.x() - size * 0.1, centre.y() - size * 0.4, size * 0.2, size * 0.65))
        painter.drawRect(QRectF(centre.x() - size * 0.1, centre.y() + size * 0.42, size * 0.2, size * 0.2))
