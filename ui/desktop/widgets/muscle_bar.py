"""One muscle: how hard it works, against its target."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from emg.live_view import BarView, LiveView
from ui import words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.reading import (
    CEILING_MUSCLE,
    BarReading,
    Clock,
    Show,
    ceiling_pct,
    muscle_of,
    read_bar,
    side_of,
    target_pct,
)

TEXT_PERIOD_S: Final = 0.25
"""The number changes at most this often, on the sample clock: faster it cannot be read (friture)."""

SEGMENTS: Final = 24
"""Steps of a hamstring's bar: a ladder, so that the muscle shows without colour."""


ZONE_ALPHA: Final = 46
SWING_ALPHA: Final = 120
"""The swing leg stays in the background."""


class MuscleBar(QProgressBar):
    """Draws one ``BarView``. A progress bar to a screen reader, with its name and value.

    Parameters
    ----------
    site : str
        The muscle it stands for.
    clock : callable
        Host time, read when painting: old data is drawn as no signal.
    theme : Theme
        Colours.
    """

    def __init__(
        self, site: str, clock: Clock = time.monotonic, theme: Theme = DARK, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.site = site
        self._clock = clock
        self._theme = theme
        self._side = side_of(site)
        self._ladder = muscle_of(site).startswith(CEILING_MUSCLE)
        self._colour = theme.side(self._side)
        self._view = LiveView()
        self._bar = BarView(site, None, None, "no_reading")
        self._number = words.NONE
        self._number_time_s = -1.0
        self._shown: Show | None = None
        self.setTextVisible(False)
        self.setRange(0, 100)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.site_words(site))

    def sizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(120, 300)

    def minimumSizeHint(self) -> QSize:
        """Stay readable on a small laptop."""
        return QSize(60, 160)

    def show_view(self, view: LiveView, bar: BarView) -> None:
        """Draw this bar of this view from now on."""
        self._view, self._bar = view, bar
        reading = self._read()
        if self._number_due(reading):
            self._announce(reading)
            self.update()
        else:
            self.update(self._bar_area())

    def reading(self) -> BarReading:
        """Tell what is drawn now."""
        return self._read()

    def well(self) -> QRectF:
        """Where the bar itself stands, in the widget's coordinates."""
        width, height = float(self.width()), float(self.height())
        share = 0.46 if self._ladder else 0.64
        left, top = round(width * (1 - share) / 2), round(height * 0.25)
        return QRectF(left, top, round(width * share), round(height * 0.745))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, number and bar; the age of the data is checked here."""
        reading = self._read()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if event.rect().top() < self._bar_area().top():
            self._keep_number(reading)
            self._paint_words(painter, reading)
        elif reading.show is not self._shown:
            self.update()  # it has become old since it was shown: the words must follow
        if reading.show is Show.PERCENT:
            self._paint_level(painter, reading.level_pct or 0.0)
        elif reading.show is Show.COVERED:
            self._paint_cover(painter)
        else:
            paint.hatch(painter, self.well(), self._theme, self.width() * 0.06)
        painter.end()

    def _bar_area(self) -> QRect:
        """Bar, lines and their labels, without the words above: all that moves with every block."""
        return self.rect().adjusted(0, self.well().toRect().top() - 2, 0, 0)

    def _read(self) -> BarReading:
        return read_bar(self._view, self._bar, self._clock())

    def _announce(self, reading: BarReading) -> None:
        """Tell a screen reader, as often as the digits change."""
        # a progress bar repaints at once when its value changes; ours is painted once a view
        self.setUpdatesEnabled(False)
        self.setMaximum(max(1, round(self._view.axis_max_pct)))
        if reading.level_pct is None:
            self.reset()
        else:
            self.setValue(min(self.maximum(), round(reading.level_pct)))
        self.setUpdatesEnabled(True)
        said = ", ".join(part for part in (reading.number, reading.note) if part)
        self.setAccessibleDescription(said)

    def _number_due(self, reading: BarReading) -> bool:
        """Whether the digits may change; "no reading" shows at once."""
        waited_s = abs(self._view.time_s - self._number_time_s)
        return waited_s >= TEXT_PERIOD_S or reading.show is not self._shown

    def _keep_number(self, reading: BarReading) -> None:
        """Hold the digits still long enough to be read."""
        if self._number_due(reading):
            self._number, self._number_time_s = reading.number, self._view.time_s
            self._shown = reading.show

    def _paint_words(self, painter: QPainter, reading: BarReading) -> None:
        width, height = float(self.width()), float(self.height())
        muscle = words.muscle_word(muscle_of(self.site)).capitalize()
        letter = words.SIDE_LETTERS[self._side] if self._side is not None else ""
        leads = self._leads()
        name = QRectF(width * 0.03, 0, width * 0.94, height * 0.065)
        paint.draw_text(painter, name, f"{letter}  {muscle}", self._colour, height * 0.044, bold=leads)
        number = QRectF(width * 0.05, height * 0.065, width * 0.9, height * 0.135)
        big = reading.show is Show.PERCENT
        share = (0.125 if leads else 0.09) if big else 0.06
        colour = self._theme.text if big and leads else self._theme.quiet
        paint.draw_text(painter, number, self._number, colour, height * share, bold=big)
        if reading.show is not Show.COVERED:
            note = QRectF(0, height * 0.19, width, height * 0.06)
            paint.draw_text(painter, note, reading.note, self._theme.quiet, height * 0.034)

    def _leads(self) -> bool:
        """Whether the bar is one to look at: on the working side, or there is none."""
        return self._bar.working or self._view.stage.side is None

    def _paint_level(self, painter: QPainter, level_pct: float) -> None:
        well, axis_pct = self.well(), self._view.axis_max_pct
        target, ceiling = target_pct(self._view, self._bar), ceiling_pct(self._view, self._bar)
        painter.fillRect(well, QColor(self._theme.surface))
        zone = QColor(self._theme.good)
        zone.setAlpha(ZONE_ALPHA)
        if target is not None:
            painter.fillRect(self._part(target, axis_pct), zone)
        if ceiling is not None:
            painter.fillRect(self._part(0.0, ceiling), zone)
        colour = QColor(self._colour)
        if not self._leads():
            colour.setAlpha(SWING_ALPHA)
        self._paint_fill(painter, self._part(0.0, level_pct), colour)
        if not self._ladder:
            paint.round_corners(painter, well, self._theme.ground, self.width() * 0.06)
        for line in (target, ceiling):
            if line is not None:
                self._paint_line(painter, line, dashed=line is ceiling)
        if level_pct > axis_pct:
            self._paint_overflow(painter)

    def _y(self, level_pct: float) -> float:
        well = self.well()
        return well.bottom() - well.height() * min(1.0, max(0.0, level_pct / self._view.axis_max_pct))

    def _part(self, low_pct: float, high_pct: float) -> QRectF:
        """Part of the well between two levels, on whole pixels."""
        well, top = self.well(), round(self._y(high_pct))
        return QRectF(well.left(), top, well.width(), round(self._y(low_pct)) - top)

    def _paint_fill(self, painter: QPainter, part: QRectF, colour: QColor) -> None:
        """Fill up to the level: whole for a glute, as a ladder for a hamstring."""
        if not self._ladder:
            painter.fillRect(part, colour)
            return
        well = self.well()
        step = well.height() / SEGMENTS
        for index in range(SEGMENTS):
            bottom = round(well.bottom() - index * step)
            if bottom <= part.top():
                break
            top = max(part.top(), round(bottom - 0.75 * step))
            painter.fillRect(QRectF(well.left(), top, well.width(), bottom - top), colour)

    def _paint_line(self, painter: QPainter, level_pct: float, dashed: bool) -> None:
        well, y = self.well(), self._y(level_pct)
        over = self.width() * 0.06
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        thick = max(2.0, self.height() / 160)
        # a dark seam keeps the line visible on the bright fill
        for colour, width, pen in (
            (self._theme.ground, 2.2 * thick, Qt.PenStyle.SolidLine),
            (self._theme.text, thick, style),
        ):
            painter.setPen(QPen(QColor(colour), width, pen, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(well.left() - over, y), QPointF(well.right() + over, y))
        left = well.right() + over
        label = QRectF(left, y - self.height() * 0.02, self.width() - left, self.height() * 0.04)
        paint.draw_text(painter, label, f"{level_pct:.0f}", self._theme.text, self.height() * 0.03)

    def _paint_overflow(self, painter: QPainter) -> None:
        """Draw an arrow over the clamped bar; the number above it stays true."""
        well = self.well()
        size = self.width() * 0.13
        middle, top = well.center().x(), well.top() + size * 0.4
        arrow = [QPointF(middle, top), QPointF(middle + size, top + size), QPointF(middle - size, top + size)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.ground))
        painter.drawPolygon(QPolygonF(arrow))

    def _paint_cover(self, painter: QPainter) -> None:
        well = self.well()
        radius = self.width() * 0.06
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(well, radius, radius)
        inside = well.adjusted(radius, radius, -radius, -radius)
        paint.draw_text(painter, inside, words.BARS_OFF, self._theme.quiet, self.height() * 0.04)
