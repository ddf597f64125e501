"""The clock of the present phase: a ring that fills in a hold and empties in a countdown."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.live_view import LiveView
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Told
from ui.reading.muscles import ClockFace, read_clock, side_shown
from ui.words import words

START_ANGLE = 90 * 16
FULL_TURN = 360 * 16

INNER_SHARE: Final = 0.6
"""Thickness of the inner ring, as a share of the outer one's."""

SECTOR_STEP: Final = 1 / 24
"""Of a turn: so finely a changed part of a ring is enclosed."""


class ClockRing(Told):
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
        before, clock = self._clock, read_clock(view, fresh)
        colour = self._theme.side(side_shown(view.stage))
        if (clock, colour) == (before, self._colour):
            return
        grows = colour == self._colour and _same_kind(before, clock)
        self._clock, self._colour = clock, colour
        self.setAccessibleDescription(f"{clock.number} {clock.unit} {clock.told}".strip())
        self.update(self._changed(before) if grows else QRegion(self.rect()))

    @property
    def has_clock(self) -> bool:
        """Whether there is a clock to be seen."""
        return bool(self._clock.number)

    def place(self) -> QRectF:
        """Where the ring stands."""
        size = min(self.width(), self.height()) * 0.98
        return QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)

    def digits_place(self) -> QRectF:
        """Where the digits stand: higher up where there is time in target to be told."""
        place, size = self.place(), self.place().width()
        top, tall = (0.25, 0.4) if self._clock.told else (0.2, 0.5)
        wide = 0.735 if self._clock.told else 0.75
        return QRectF(
            place.left() + size * (1 - wide) / 2, place.top() + size * top, size * wide, size * tall
        )

    def digits_font(self) -> QFont:
        """Font of the digits: as large as they fit."""
        place = self.digits_place()
        # of eights, so that no second has a size of its own
        like = "".join("8" if sign.isdigit() else sign for sign in self._clock.number)
        wanted_px = round(place.height() * 0.85)
        return paint.fitted_font(like, int(place.width()), int(place.height()), wanted_px, bold=True)

    def rings(self) -> tuple[QRectF, QRectF, float]:
        """Middle lines of the outer and the inner ring, and the outer one's thickness."""
        place = self.place()
        thick = place.width() * 0.05
        outer = place.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
        return outer, outer.adjusted(thick * 1.1, thick * 1.1, -thick * 1.1, -thick * 1.1), thick

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ring and digits; nothing at all without a clock."""
        clock = self._clock
        if not clock.number:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            outer, inner, thick = self.rings()
            self._ring(painter, outer, thick, clock.share, self._colour)
            self._ring(painter, inner, thick * INNER_SHARE, clock.target_share, QColor(self._theme.good))
            if event.region().intersects(self._words_area()):
                self._paint_words(painter)

    def _words_area(self) -> QRect:
        """Digits and the lines under them."""
        place, size = self.place(), self.place().width()
        left, wide = place.left() + size * 0.12, size * 0.76
        return QRectF(left, place.top() + size * 0.19, wide, size * 0.62).toAlignedRect()

    def _paint_words(self, painter: QPainter) -> None:
        place, size = self.place(), self.place().width()
        painter.setFont(self.digits_font())
        painter.setPen(self._theme.text)
        painter.drawText(self.digits_place(), paint.CENTRE.value, self._clock.number)
        top = 0.62 if self._clock.told else 0.67
        unit = QRectF(place.left() + size * 0.2, place.top() + size * top, size * 0.6, size * 0.09)
        paint.draw_text(painter, unit, self._clock.unit, self._theme.quiet, size * 0.065)
        under = QRectF(place.left() + size * 0.24, place.top() + size * 0.71, size * 0.52, size * 0.08)
        paint.draw_text(painter, under, self._clock.told, self._theme.good, size * 0.06)

    def _ring(
        self, painter: QPainter, place: QRectF, thick: float, share: float | None, colour: QColor
    ) -> None:
        """Draw a ring's ground and its share; none without a share."""
        if share is not None:
            self._arc(painter, place, self._theme.raised, thick, 1.0)
            self._arc(painter, place, colour, thick, share)

    def _changed(self, before: ClockFace) -> QRegion:
        """Enclose what differs from the clock before: the words, and the ends of the rings."""
        clock = self._clock
        outer, inner, thick = self.rings()
        region = QRegion()
        if (before.number, before.told) != (clock.number, clock.told):
            region += self._words_area()
        for ring, one, other in (
            (outer, before.share, clock.share),
            (inner, before.target_share, clock.target_share),
        ):
            if one is not None and other is not None and one != other:
                region += _sector(ring, thick, one, other)
        return region

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


def _same_kind(one: ClockFace, other: ClockFace) -> bool:
    """Whether two clocks have the same parts: then only their ends differ."""
    parts = [
        (bool(clock.number), clock.unit, bool(clock.told), clock.share is None, clock.target_share is None)
        for clock in (one, other)
    ]
    return parts[0] == parts[1]


def _sector(ring: QRectF, thick: float, one: float, other: float) -> QRect:
    """Rectangle around the part of a ring between two shares of it."""
    low, high = sorted((one, other))
    steps = max(1, math.ceil((high - low) / SECTOR_STEP))
    corners = [
        QPointF(math.sin(angle), -math.cos(angle)) * (ring.width() / 2) + ring.center()
        for angle in (math.tau * (low + (high - low) * step / steps) for step in range(steps + 1))
    ]
    across, down = [corner.x() for corner in corners], [corner.y() for corner in corners]
    around = QRectF(QPointF(min(across), min(down)), QPointF(max(across), max(down)))
    # between two corners the ring bulges by less than its own thickness
    return around.adjusted(-thick, -thick, thick, thick).toAlignedRect()
