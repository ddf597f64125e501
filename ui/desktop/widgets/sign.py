"""The shapes that stand beside words: colour is never the only sign."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.desktop.theme import Theme
from ui.desktop.widgets import paint
from ui.reading.set_up import Sign


def colour_of(sign: Sign, theme: Theme) -> QColor:
    """Colour of a sign; quiet for what says nothing yet."""
    colours = {
        Sign.TICK: theme.good,
        Sign.TRIANGLE: theme.warn,
        Sign.CROSS: theme.bad,
        Sign.QUESTION: theme.text,
    }
    return QColor(colours.get(sign, theme.quiet))


def paint_sign(painter: QPainter, sign: Sign, centre: QPointF, radius: float, theme: Theme) -> None:
    """Draw a sign around ``centre``; nothing for ``Sign.NONE``.

    Parameters
    ----------
    painter : QPainter
        Where to.
    sign : Sign
        Which.
    centre : QPointF
        Its middle.
    radius : float
        Half its height, px.
    theme : Theme
        Colours.
    """
    if sign is Sign.NONE:
        return
    colour = colour_of(sign, theme)
    pen = QPen(colour, max(2.0, radius * 0.26))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if sign is Sign.TICK:
        corners = [QPointF(-0.75, 0.05), QPointF(-0.2, 0.6), QPointF(0.8, -0.6)]
        painter.drawPolyline(QPolygonF([centre + corner * radius for corner in corners]))
    elif sign is Sign.CROSS:
        arm = radius * 0.65
        painter.drawLines(
            [
                QLineF(centre + QPointF(-arm, -arm), centre + QPointF(arm, arm)),
                QLineF(centre + QPointF(-arm, arm), centre + QPointF(arm, -arm)),
            ]
        )
    elif sign is Sign.TRIANGLE:
        _paint_triangle(painter, centre, radius, colour, theme)
    else:
        painter.drawEllipse(centre, radius * 0.8, radius * 0.8)
        if sign is Sign.QUESTION:
            place = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
            paint.draw_text(painter, place, "?", colour, radius * 1.2, bold=True)


def _paint_triangle(painter: QPainter, centre: QPointF, radius: float, colour: QColor, theme: Theme) -> None:
    """Draw a warning triangle with its mark."""
    corners = [QPointF(0, -0.9), QPointF(1.0, 0.8), QPointF(-1.0, 0.8)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([centre + corner * radius for corner in corners]))
    painter.setBrush(QColor(theme.ground))
    thick = radius * 0.2
    painter.drawRect(QRectF(centre.x() - thick / 2, centre.y() - radius * 0.35, thick, radius * 0.6))
    painter.drawRect(QRectF(centre.x() - thick / 2, centre.y() + radius * 0.4, thick, thick))
