"""What the lines and marks of a hold's picture are: how they are drawn, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF

from ui.desktop import theme as themes
from ui.desktop.theme import Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Told

GLUTE, HAM, LATENCY, FIRED, TARGET, CEILING, SCORED = (
    "glute",
    "ham",
    "latency",
    "fired",
    "target",
    "ceiling",
    "scored",
)
"""What a legend may name."""

MARKS: Final = {LATENCY: "d", FIRED: "t1"}
"""A diamond and a triangle: told apart without colour."""


def pen_of(kind: str, theme: Theme, colour: QColor | None = None) -> QPen:
    """Pen of a line: solid and thick the glute, dashed the hamstring; dotted what was asked for."""
    shapes = {
        GLUTE: (theme.text, 2.4, Qt.PenStyle.SolidLine),
        HAM: (theme.quiet, 2.0, Qt.PenStyle.DashLine),
        TARGET: (theme.good, 1.8, Qt.PenStyle.SolidLine),
        CEILING: (theme.warn, 1.8, Qt.PenStyle.DashDotLine),
        LATENCY: (theme.text, 1.2, Qt.PenStyle.DotLine),
    }
    own, width, style = shapes[kind]
    pen = QPen(colour or QColor(own), width, style)
    pen.setCosmetic(True)
    return pen


def mark_colour(kind: str, theme: Theme) -> QColor:
    """Colour of a mark."""
    return QColor(theme.text if kind == LATENCY else theme.good)


class PlotLegend(Told):
    """What the lines and marks are, drawn and in words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries: Sequence[tuple[str, str]] = ()
        self._side = QColor(theme.text)

    def show_entries(self, entries: Sequence[tuple[str, str]], side: QColor) -> None:
        """Show these, each by its kind and its words."""
        self._entries, self._side = entries, side
        self.setAccessibleName(", ".join(said for _kind, said in entries))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them in rows, as large as they fit."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            size_px = self.height() * 0.30
            placed = self._placed(size_px)
            while placed is None and size_px > paint.SMALLEST_PX:
                size_px *= 0.95
                placed = self._placed(size_px)
            painter.setFont(themes.font(size_px))
            for (kind, said), place in zip(self._entries, placed or [], strict=False):
                sample = QRectF(place.left(), place.top(), size_px * 2.2, place.height())
                self._draw_sample(painter, kind, sample.adjusted(0, 2, 0, -2))
                painter.setPen(QColor(self._theme.text))
                words = place.adjusted(size_px * 2.7, 0, 0, 0)
                painter.drawText(words, paint.LEFT.value, said)

    def _placed(self, size_px: float) -> list[QRectF] | None:
        """Places of the entries in rows, or None if they do not fit."""
        metrics = QFontMetricsF(themes.font(size_px))
        row_px = metrics.height() * 1.15
        left, top, places = 0.0, 0.0, []
        for _kind, said in self._entries:
            width = metrics.horizontalAdvance(said) + size_px * 3.0
            if left and left + width > self.width():
                left, top = 0.0, top + row_px
            if left + width > self.width() or top + row_px > self.height():
                return None
            places.append(QRectF(left, top, width, row_px))
            left += width + size_px
        return places

    def _draw_sample(self, painter: QPainter, kind: str, place: QRectF) -> None:
        theme, middle = self._theme, place.center()
        if kind in MARKS:
            reach = place.height() * 0.32
            up, down = QPointF(0, -reach), QPointF(0, reach)
            right = QPointF(reach, 0)
            corners = [middle + up, middle + right, middle + down, middle - right]
            if kind == FIRED:
                corners = [middle + up, middle + right + down, middle - right + down]
            if kind == LATENCY:
                painter.setPen(pen_of(kind, theme))
                painter.drawLine(QPointF(middle.x(), place.top()), QPointF(middle.x(), place.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mark_colour(kind, theme))
            painter.drawPolygon(QPolygonF(corners))
        elif kind == SCORED:
            painter.fillRect(place, QColor(theme.raised))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRect(place)
        else:
            painter.setPen(pen_of(kind, theme, self._side if kind == GLUTE else None))
            painter.drawLine(QPointF(place.left(), middle.y()), QPointF(place.right(), middle.y()))
