"""Paper to draw on, in millimetres: text that is measured before it is set, lines, bars and marks.

The same code paints on a PDF and on a picture. Inside, a unit is a hundredth of a millimetre, so that the
whole numbers which Qt wants for the size of a font are fine enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPen, QPolygonF

from ui.words.figures import unbroken

UNITS: Final = 100.0
"""To a millimetre."""

MM_PER_PT: Final = 25.4 / 72.0

FAMILIES: Final = (
    *("Inter", "Source Sans 3", "Noto Sans", "Open Sans", "Segoe UI", "Helvetica Neue"),
    *("Liberation Sans", "Arial", "DejaVu Sans Condensed", "DejaVu Sans"),
)
"""Calm sans-serifs of the systems; the first that is there is taken, and embedded."""

INK: Final = "#16181b"
QUIET: Final = "#50565e"
LINE: Final = "#c9ced4"
FAINT: Final = "#eef0f2"
BLUE: Final = "#0072b2"
VERMILLION: Final = "#d55e00"
GREEN: Final = "#009e73"
"""Of Okabe and Ito, those that have 3:1 on white."""


@dataclass(frozen=True, slots=True)
class Type:
    """How text looks: size in points, weight, colour."""

    pt: float
    bold: bool = False
    colour: str = INK
    leading: float = 1.28

    def scaled(self, factor: float) -> Type:
        """Give the same, smaller or larger."""
        return Type(self.pt * factor, self.bold, self.colour, self.leading)


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the paper, in millimetres."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.h

    def inset(self, left: float = 0.0, top: float = 0.0, right: float = 0.0, bottom: float = 0.0) -> Box:
        """Give the box without its margins."""
        return Box(self.x + left, self.y + top, self.w - left - right, self.h - top - bottom)


def font_family() -> str:
    """Name the font of the report on this system."""
    there = set(QFontDatabase.families())
    return next((family for family in FAMILIES if family in there), QFont().family())


class Canvas:
    """A page that is being painted.

    Parameters
    ----------
    painter : QPainter
        Active on a PDF or a picture.
    dots_per_mm : float
        Of that device.
    width, height : float
        Of the page, in millimetres.
    """

    def __init__(self, painter: QPainter, dots_per_mm: float, width: float, height: float) -> None:
        self.painter = painter
        self.width, self.height = width, height
        self._family = font_family()
        painter.resetTransform()
        painter.scale(dots_per_mm / UNITS, dots_per_mm / UNITS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)

    def lines(self, text: str, width: float, look: Type) -> list[str]:
        """Break a text into lines; a word that is too long for a line is broken where it ends."""
        self._font(look)
        metrics = self.painter.fontMetrics()
        limit = width * UNITS
        found: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in filter(None, unbroken(paragraph).split(" ")):
                longer = f"{line} {word}".strip()
                if metrics.horizontalAdvance(longer) <= limit:
                    line = longer
                    continue
                if line:
                    found.append(line)
                line = word
                while metrics.horizontalAdvance(line) > limit and len(line) > 1:
                    fits = next(
                        n
                        for n in range(len(line) - 1, 0, -1)
                        if n == 1 or metrics.horizontalAdvance(line[:n]) <= limit
                    )
                    found.append(line[:fits])
                    line = line[fits:]
            found.append(line)
        return found

    def height_of(self, text: str, width: float, look: Type) -> float:
        """Height of a text set in this width."""
        return len(self.lines(text, width, look)) * self.line_height(look)

    def line_height(self, look: Type) -> float:
        """From one line to the next."""
        return look.pt * MM_PER_PT * look.leading

    def width_of(self, text: str, look: Type) -> float:
        """Width of a text on one line."""
        self._font(look)
        return self.painter.fontMetrics().horizontalAdvance(text) / UNITS

    def text(self, x: float, y: float, width: float, text: str, look: Type, align: str = "left") -> float:
        """Set a text from its upper left corner on; give the height that it took."""
        step = self.line_height(look)
        for number, line in enumerate(self.lines(text, width, look)):
            self._line_of_text(x, y + number * step, width, line, look, align)
        return self.height_of(text, width, look)

    def fitted(self, box: Box, text: str, look: Type, align: str = "left", least: float = 5.0) -> float:
        """Set a text in a box, as much smaller as it takes to fit; give the height that it took."""
        while self.height_of(text, box.w, look) > box.h and look.pt > least:
            look = look.scaled(0.95)
        return self.text(box.x, box.y, box.w, text, look, align)

    def label(
        self, x: float, y: float, text: str, look: Type, align: str = "left", most: float | None = None
    ) -> None:
        """Set one line at a point: ``left``, ``right`` or ``centre`` of it; y is its middle.

        Where it would be wider than ``most`` it is set smaller.
        """
        width = self.width_of(text, look)
        if most is not None and width > most:
            look = look.scaled(most / width)
            width = most
        left = {"left": x, "right": x - width - 1.0, "centre": x - width / 2.0 - 0.5}[align]
        self._line_of_text(left, y - self.line_height(look) / 2.0, width + 1.0, text, look, align)

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE, mm: float = 0.2) -> None:
        """Draw a line."""
        self._pen(colour, mm)
        self.painter.drawLine(_point(x1, y1), _point(x2, y2))

    def dashed(self, x1: float, y1: float, x2: float, y2: float, colour: str, mm: float = 0.25) -> None:
        """Draw a dashed line."""
        pen = QPen(QColor(colour), mm * UNITS, Qt.PenStyle.DashLine)
        pen.setDashPattern([4.0, 3.0])
        self.painter.setPen(pen)
        self.painter.drawLine(_point(x1, y1), _point(x2, y2))

    def path(self, points: Sequence[tuple[float, float]], colour: str, mm: float = 0.35) -> None:
        """Draw a line through points."""
        self._pen(colour, mm)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(QPolygonF([_point(x, y) for x, y in points]))

    def bar(
        self,
        box: Box,
        fill: str | None,
        line: str | None = None,
        *,
        mm: float = 0.4,
        radius: float = 0.8,
        dashed: bool = False,
    ) -> None:
        """Draw a bar."""
        if line is None:
            self.painter.setPen(Qt.PenStyle.NoPen)
        else:
            pen = QPen(QColor(line), mm * UNITS)
            if dashed:
                pen.setDashPattern([3.0, 2.0])
            self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QColor(fill))
        radius = max(0.0, min(radius, box.h / 2.0, box.w / 2.0))
        self.painter.drawRoundedRect(_rect(box), radius * UNITS, radius * UNITS)

    def dot(
        self, x: float, y: float, size: float, colour: str, shape: str = "round", *, filled: bool = True
    ) -> None:
        """Draw a mark: ``round``, ``square``, ``diamond``, ``cross`` or ``up``."""
        half = size / 2.0
        self._pen(colour, 0.3)
        self.painter.setBrush(QColor(colour if filled else "#ffffff"))
        if shape == "round":
            self.painter.drawEllipse(_rect(Box(x - half, y - half, size, size)))
        elif shape == "square":
            self.painter.drawRect(_rect(Box(x - half * 0.88, y - half * 0.88, size * 0.88, size * 0.88)))
        elif shape == "cross":
            self.painter.drawLine(_point(x - half, y - half), _point(x + half, y + half))
            self.painter.drawLine(_point(x - half, y + half), _point(x + half, y - half))
        else:
            low = (x, y + half) if shape == "diamond" else (x - half, y + half)
            corners = [(x, y - half), (x + half, y if shape == "diamond" else y + half), low]
            corners += [(x - half, y)] if shape == "diamond" else []
            self.painter.drawPolygon(QPolygonF([_point(*corner) for corner in corners]))

    def whisker(self, x: float, low: float, high: float, colour: str) -> None:
        """Draw an upright line with ends."""
        half, mm = 1.3, 0.45
        self.rule(x, low, x, high, colour, mm)
        for y in (low, high):
            self.rule(x - half, y, x + half, y, colour, mm)

    def _line_of_text(self, x: float, y: float, width: float, line: str, look: Type, align: str) -> None:
        self._font(look)
        self.painter.setPen(QColor(look.colour))
        where = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight}.get(
            align, Qt.AlignmentFlag.AlignHCenter
        )
        box = Box(x, y, width, self.line_height(look))
        flags = where | Qt.AlignmentFlag.AlignVCenter
        self.painter.drawText(
            _rect(box), int(flags) | int(Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine), line
        )

    def _font(self, look: Type) -> None:
        font = QFont(self._family)
        font.setPixelSize(max(1, round(look.pt * MM_PER_PT * UNITS)))
        font.setBold(look.bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.painter.setFont(font)

    def _pen(self, colour: str, mm: float) -> None:
        pen = QPen(QColor(colour), mm * UNITS)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.painter.setPen(pen)


def _point(x: float, y: float) -> QPointF:
    return QPointF(x * UNITS, y * UNITS)


def _rect(box: Box) -> QRectF:
    return QRectF(box.x * UNITS, box.y * UNITS, box.w * UNITS, box.h * UNITS)
