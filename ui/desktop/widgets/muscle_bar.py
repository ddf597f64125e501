"""One muscle: how hard it works, against its target."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from emg.live_view import BarView, LiveView
from ui.desktop import theme as themes
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.track import Track
from ui.reading.muscles import (
    CEILING_MUSCLE,
    BarReading,
    Clock,
    Show,
    ceiling_pct,
    counted_pct,
    ghost_pct,
    muscle_of,
    read_bar,
    side_of,
    target_pct,
)
from ui.words import words

TEXT_PERIOD_S: Final = 0.25
"""The number changes at most this often, on the sample clock: faster it cannot be read (friture)."""

SEGMENTS: Final = 30
"""Steps of a hamstring's bar: a ladder, so that the muscle shows without colour."""

NUMBER_SHARE: Final = 0.53
"""Size of the big number, as a share of the height."""

NUMBER_EM: Final = 2.72
LEVEL_EM: Final = 3.7
"""Widths of ``188 %`` and of ``88.8 µV`` in their own size: kept free, so that no digit makes it jump."""

WORDS_SHARE: Final = 0.29
"""So much of the width is left to the name beside the number."""

LABEL_TOP, WELL_TOP, WELL_BOTTOM = 0.51, 0.63, 0.92
"""Of the labels over the bar, and of the bar itself; under it stand the ghost marks."""

SLIM_TOP: Final = 0.77
"""Top of the bar of a muscle that only accompanies."""

SLIM_WORDS: Final = 0.74
"""So far down reach its words: it has no lines, and no labels of them."""

OVER_SHARE: Final = 0.018
"""A line stands out of the bar by this share of the height."""

RAIL_SHARE: Final = 0.035
"""Height of the rail at the foot of a bar, which says where time counts as in target."""

DASHES: Final = 7
"""Dashes of a ceiling's line and gaps between them."""

ZONE_ALPHA: Final = 46
SWING_ALPHA: Final = 120
"""The swing leg stays in the background."""


class MuscleBar(QProgressBar):
    """Draws one ``BarView``: name and number over a bar that grows to the right.

    A progress bar to a screen reader, with its name and value.

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
        self._reading = BarReading(Show.NOTHING, None, words.NONE)
        self._set: tuple[object, ...] = ()
        self._track = Track(self, theme.ground)
        self._number = words.NONE
        self._number_time_s = -1.0
        self._shown: tuple[Show, str] | None = None
        self.setTextVisible(False)
        self.setRange(0, 100)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.site_words(site))

    def sizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(300, 120)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_view(self, view: LiveView, bar: BarView) -> None:
        """Draw this bar of this view from now on."""
        before, was = self._reading.level_pct, self._set
        self._view, self._bar = view, bar
        self._reading = reading = self._read()
        self._set = self._settings()
        if was != self._set or self._number_due(reading):
            self._announce(reading)
            self.update()
        else:
            self.update(self._between(before, reading.level_pct))

    def reading(self) -> BarReading:
        """Tell what is drawn now."""
        return self._read()

    def leads(self) -> bool:
        """Whether the bar is one to look at: on the working side, or there is none."""
        return self._bar.working or self._view.stage.side is None

    def well(self) -> QRectF:
        """Where the bar itself stands, in the widget's coordinates."""
        return _well_of(self.width(), self.height(), self.leads())

    def number_font(self) -> QFont:
        """Font of the big number: as large as its widest value fits."""
        em = LEVEL_EM if self._read().show is Show.LEVEL else NUMBER_EM
        if self.leads():
            size_px = min(self.height() * NUMBER_SHARE, self.width() * (1.0 - WORDS_SHARE) / em)
        else:
            size_px = min(self.height() * 0.26, self.width() * 0.6 / em)
        return themes.font(size_px, bold=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, number and bar; the age of the data is checked here."""
        self._reading = reading = self._read()
        area = self._bar_area()
        whole = event.rect().top() < area.top()
        if whole:
            self._keep_number(reading)
        elif self._kind(reading) != self._shown:
            self.update()  # it has become old since it was shown: the words must follow
        if reading.show is Show.COVERED:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if whole:
                self._paint_words(painter, reading)
            self._paint_bar(painter, area, reading)

    def _bar_area(self) -> QRect:
        """Bar, lines and their labels, and nothing of the words above, which it would wipe out."""
        return _area_of(self.width(), self.height(), self.leads())

    def _between(self, before_pct: float | None, level_pct: float | None) -> QRect:
        """Part of the bar that changes from one level to another: all that moves with every block."""
        axis_pct = self._view.axis_max_pct
        if before_pct is None or level_pct is None or max(before_pct, level_pct) > axis_pct:
            return self._bar_area()
        one, other = round(self._x(before_pct)), round(self._x(level_pct))
        well = self.well()
        return QRect(min(one, other), round(well.top()), abs(other - one), round(well.height()))

    def _read(self) -> BarReading:
        return read_bar(self._view, self._bar, self._clock())

    def _lines(self) -> tuple[float | None, float | None, float | None]:
        """Target, ceiling and ghost mark."""
        view, bar = self._view, self._bar
        return target_pct(view, bar), ceiling_pct(view, bar), ghost_pct(view, bar)

    def _zones(self) -> tuple[tuple[float, float], ...]:
        """Between which levels time counts as in target just now."""
        return counted_pct(self._view, self._bar)

    def _settings(self) -> tuple[object, ...]:
        """All that is drawn of a bar besides its level."""
        return self.leads(), self._view.axis_max_pct, self._lines(), self._zones()

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
        """Whether the digits may change; "no reading" and its reason show at once, also while time stands."""
        waited_s = abs(self._view.time_s - self._number_time_s)
        return waited_s >= TEXT_PERIOD_S or self._kind(reading) != self._shown

    def _kind(self, reading: BarReading) -> tuple[Show, str]:
        """All that its words say besides the digits."""
        return reading.show, reading.note

    def _keep_number(self, reading: BarReading) -> None:
        """Hold the digits still long enough to be read."""
        if self._number_due(reading):
            self._number, self._number_time_s = reading.number, self._view.time_s
            self._shown = self._kind(reading)

    def _radius(self) -> float:
        return self.well().height() * 0.2

    def _paint_words(self, painter: QPainter, reading: BarReading) -> None:
        width, height, leads = float(self.width()), float(self.height()), self.leads()
        letter = words.SIDE_LETTERS[self._side] if self._side is not None else ""
        muscle = words.muscle_word(muscle_of(self.site))
        name = f"{letter}\u00a0\u00a0{muscle[:1].upper()}{muscle[1:]}"
        font = self.number_font()
        em = LEVEL_EM if reading.show is Show.LEVEL else NUMBER_EM
        room = font.pixelSize() * em
        if leads:
            name_place = QRectF(0, height * 0.04, width - room, height * 0.28)
            note_place = QRectF(0, height * 0.30, width - room, height * (LABEL_TOP - 0.30))
            number_place = QRectF(width - room, 0, room, height * LABEL_TOP)
        else:
            name_place = QRectF(0, height * 0.06, width, height * 0.24)
            note_place = QRectF(room, height * 0.32, width - room, height * 0.4)
            number_place = QRectF(0, height * 0.32, room, height * 0.4)
        told = reading.show is Show.PERCENT
        theme = self._theme
        paint.draw_text(
            painter,
            name_place,
            name,
            self._colour if leads else theme.quiet,
            height * (0.155 if leads else 0.125),
            bold=leads,
            align=paint.LEFT,
        )
        note_px = height * (0.085 if told else 0.125)
        colour = theme.text if not told and leads else theme.quiet
        paint.draw_text(painter, note_place, reading.note, colour, note_px, align=paint.LEFT)
        align = paint.RIGHT if leads else paint.LEFT
        colour = theme.text if told and leads else theme.quiet
        paint.draw_number(painter, number_place, self._number, colour, font, align=align)

    def _paint_bar(self, painter: QPainter, area: QRect, reading: BarReading) -> None:
        """Show as much of the full bar as the level says; hatched where there is no percentage."""
        level_pct = reading.level_pct if reading.show is Show.PERCENT else None
        draw = self._draw_hatch if level_pct is None else self._draw_bar
        self._track.keep(area, (level_pct is None, self._set), draw)
        x = area.left() if level_pct is None else round(self._x(level_pct))
        filled = QRect(area.left(), area.top(), x - area.left(), area.height())
        self._track.paint(painter, filled, area.adjusted(filled.width(), 0, 0, 0))
        if level_pct is not None and level_pct > self._view.axis_max_pct:
            self._paint_overflow(painter)

    def _draw_hatch(self, painter: QPainter, full: bool) -> None:
        paint.hatch(painter, self.well(), self._theme, self._radius())

    def _draw_bar(self, painter: QPainter, full: bool) -> None:
        """Draw the whole bar with its zones, lines and marks, once empty and once full."""
        well = self.well()
        target, ceiling, ghost = self._lines()
        painter.fillRect(well, QColor(self._theme.surface))
        zone = QColor(self._theme.good)
        zone.setAlpha(ZONE_ALPHA)
        for low, high in self._zones():
            painter.fillRect(self._part(low, high), zone)
        if full:
            self._draw_fill(painter)
        for low, high in self._zones():
            self._draw_rail(painter, self._part(low, high))
        if not self._ladder:
            paint.round_corners(painter, well, self._theme.ground, self._radius())
        for line in (target, ceiling):
            if line is not None:
                self._paint_line(painter, line, dashed=line is ceiling)
        if ghost is not None:
            self._paint_ghost(painter, ghost)

    def _x(self, level_pct: float) -> float:
        well = self.well()
        return well.left() + well.width() * min(1.0, max(0.0, level_pct / self._view.axis_max_pct))

    def _part(self, low_pct: float, high_pct: float) -> QRectF:
        """Part of the well between two levels, on whole pixels."""
        well, left = self.well(), round(self._x(low_pct))
        return QRectF(left, well.top(), round(self._x(high_pct)) - left, well.height())

    def _draw_rail(self, painter: QPainter, zone: QRectF) -> None:
        """Draw along the foot of the bar what counts, also where the fill hides the zone."""
        tall = max(3, round(self.height() * RAIL_SHARE))
        foot = QRectF(zone.left(), zone.bottom() - tall, zone.width(), tall)
        painter.fillRect(foot.adjusted(0, -max(1, tall // 3), 0, 0), QColor(self._theme.ground))
        painter.fillRect(foot, QColor(self._theme.good))

    def _draw_fill(self, painter: QPainter) -> None:
        """Fill the bar: whole for a glute, as a ladder for a hamstring."""
        colour = QColor(self._colour)
        if not self.leads():
            colour.setAlpha(SWING_ALPHA)
        well = self.well()
        if not self._ladder:
            painter.fillRect(well, colour)
            return
        step = well.width() / SEGMENTS
        for index in range(SEGMENTS):
            left = round(well.left() + index * step)
            right = min(well.right(), round(left + 0.75 * step))
            painter.fillRect(QRectF(left, well.top(), right - left, well.height()), colour)

    def _paint_line(self, painter: QPainter, level_pct: float, dashed: bool) -> None:
        well, height = self.well(), float(self.height())
        thick = max(2, round(height / 50))
        over = round(height * OVER_SHARE)
        # a whole line stays inside the well at both ends of the axis
        middle = min(well.right() - thick, max(well.left() + thick, round(self._x(level_pct))))
        left, top, tall = middle - thick // 2, well.top() - over, round(well.height()) + 2 * over
        # a dark seam keeps the line visible on the bright fill
        painter.fillRect(QRectF(left - thick, top, 3 * thick, tall), QColor(self._theme.ground))
        dash = round(tall / DASHES) if dashed else tall
        for start in range(0, tall, 2 * dash):
            piece = QRectF(left, top + start, thick, min(dash, tall - start))
            painter.fillRect(piece, QColor(self._theme.text))
        wide = height * 0.5
        label = QRectF(
            min(max(0.0, middle - wide / 2), self.width() - wide),
            height * LABEL_TOP,
            wide,
            top - height * LABEL_TOP,
        )
        paint.draw_text(painter, label, f"{level_pct:.0f}", self._theme.text, height * 0.08)

    def _paint_ghost(self, painter: QPainter, level_pct: float) -> None:
        """Draw a hollow mark under the bar, pointing at it: never to be taken for a line to reach."""
        size = self.height() * 0.06
        x = min(self.width() - size, max(size, self._x(level_pct)))
        paint.hollow_mark(painter, QPointF(x, self.height() - 1.0), size, self._theme.quiet)

    def _paint_overflow(self, painter: QPainter) -> None:
        """Draw an arrow over the clamped bar; the number above it stays true."""
        well = self.well()
        size = well.height() * 0.26
        tip, middle = well.right() - size * 0.5, well.center().y()
        arrow = [QPointF(tip, middle), QPointF(tip - size, middle - size), QPointF(tip - size, middle + size)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.ground))
        painter.drawPolygon(QPolygonF(arrow))


@lru_cache(maxsize=64)
def _well_of(width: int, height: int, leads: bool) -> QRectF:
    """Where the bar stands in a widget of this size; asked for many times a paint."""
    top = round(height * (WELL_TOP if leads else SLIM_TOP))
    return QRectF(0, top, width, round(height * WELL_BOTTOM) - top)


@lru_cache(maxsize=64)
def _area_of(width: int, height: int, leads: bool) -> QRect:
    """Everything below the words."""
    top = round(height * (LABEL_TOP if leads else SLIM_WORDS))
    return QRect(0, top, width, height - top)
