"""Text that fits its place, and the hatch that means "no reading"."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from ui.desktop import theme
from ui.words.figures import unbroken

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

WRAP = Qt.TextFlag.TextWordWrap.value
SMALLEST_PX = 9.0


@lru_cache(maxsize=512)
def fitted_font(text: str, width: int, height: int, wanted_px: int, bold: bool) -> QFont:
    """Largest font, not above ``wanted_px``, in which the words stay inside the place.

    The text may break into lines between words; no word is ever cut.
    """
    size = float(wanted_px)
    while size > SMALLEST_PX:
        font = theme.font(size, bold)
        metrics = QFontMetricsF(font)
        box = metrics.boundingRect(QRectF(0, 0, width, 10_000), CENTRE.value | WRAP, text)
        if box.width() <= width and box.height() <= height:
            return font
        size *= 0.97
    return theme.font(SMALLEST_PX, bold)


def draw_text(
    painter: QPainter,
    place: QRectF,
    text: str,
    colour: QColor | str,
    size_px: float,
    *,
    bold: bool = False,
    align: Qt.AlignmentFlag = CENTRE,
) -> None:
    """Draw words inside ``place``, smaller if they would not fit."""
    if not text or place.width() < 1 or place.height() < 1:
        return
    text = unbroken(text)
    painter.setFont(fitted_font(text, int(place.width()), int(place.height()), round(size_px), bold))
    painter.setPen(QColor(colour))
    painter.drawText(place, align.value | WRAP, text)


UNIT_SHARE = 0.5
"""Size of a unit beside its number."""


def draw_number(
    painter: QPainter,
    place: QRectF,
    text: str,
    colour: QColor | str,
    font: QFont,
    *,
    align: Qt.AlignmentFlag = RIGHT,
) -> None:
    """Draw a number with its unit, the unit smaller: the digits are what is read from afar."""
    number, _, unit = text.partition(" ")
    small = theme.font(font.pixelSize() * UNIT_SHARE, font.bold())
    gap = font.pixelSize() * 0.1 if unit else 0.0
    unit_width = QFontMetricsF(small).horizontalAdvance(unit) + gap if unit else 0.0
    metrics = QFontMetricsF(font)
    wide = metrics.horizontalAdvance(number)
    left = place.right() - wide - unit_width if align == RIGHT else place.left()
    # digits stand in the middle by their own height, not by that of letters with tails
    base = place.center().y() + metrics.capHeight() / 2.0
    painter.setPen(QColor(colour))
    painter.setFont(font)
    painter.drawText(QPointF(left, base), number)
    if unit:
        painter.setFont(small)
        painter.drawText(QPointF(left + wide + gap, base), unit)


def hollow_mark(painter: QPainter, foot: QPointF, size: float, colour: QColor | str) -> None:
    """Draw a small hollow triangle that stands on ``foot`` and points up."""
    corners = [foot + QPointF(0, -size), foot + QPointF(size * 0.7, 0), foot + QPointF(-size * 0.7, 0)]
    painter.setPen(QPen(QColor(colour), max(1.5, size * 0.14)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF(corners))


def round_corners(painter: QPainter, place: QRectF, ground: str, radius: float) -> None:
    """Cut the corners of a filled rectangle off.

    Plain fills and four small corners cost a tenth of antialiased rounded fills (measured).
    """
    corners = QPainterPath()
    across, down = QPointF(radius, 0.0), QPointF(0.0, radius)
    for corner, one, other in (
        (place.topLeft(), across, down),
        (place.topRight(), -across, down),
        (place.bottomRight(), -across, -down),
        (place.bottomLeft(), across, -down),
    ):
        corners.moveTo(corner)
        corners.lineTo(corner + one)
        # the control point of a quadratic curve is the corner itself: close to a circle at this size
        corners.quadTo(corner, corner + other)
        corners.closeSubpath()
    painter.fillPath(corners, QColor(ground))


def hatch(painter: QPainter, place: QRectF, colours: theme.Theme, radius: float) -> None:
    """Draw an empty place: hatched and outlined, so that it cannot be taken for a low level."""
    outline = QPainterPath()
    outline.addRoundedRect(place, radius, radius)
    painter.save()
    painter.setClipPath(outline)
    painter.setPen(QPen(QColor(colours.line), max(1.5, radius * 0.18)))
    pitch = max(8.0, radius * 1.6)
    reach = place.height()
    lines = int((place.width() + reach) / pitch) + 1
    painter.drawLines(
        [
            QLineF(
                place.left() + index * pitch,
                place.top(),
                place.left() + index * pitch - reach,
                place.bottom(),
            )
            for index in range(1, lines + 1)
        ]
    )
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.line), max(1.5, radius * 0.2)))
    painter.drawPath(outline)
