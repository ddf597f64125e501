"""The four bars, small: level, target and ceiling by the same rule as on the athlete's page."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from emg.live_view import BarView, LiveView
from emg.montage import Side
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fast import mixed
from ui.desktop.widgets.told import Told
from ui.desktop.widgets.track import Track
from ui.reading.muscles import (
    BarReading,
    Clock,
    Show,
    ceiling_pct,
    counted_pct,
    muscle_of,
    read_bar,
    side_of,
    target_pct,
)
from ui.words import words

TEXT_PERIOD_S: Final = 0.25
"""The number changes at most this often, on the sample clock: faster it cannot be read."""

RUNGS: Final = 14
"""Steps of a bar whose muscle has the ceiling: a ladder, so that the muscle shows without colour."""

LADDERS: Final = "ham"
ZONE_SHARE: Final = 0.18
RAIL_SHARE: Final = 0.08
"""Width of the rail at the edge of a bar, which says where time counts as in target."""

ASIDE_SHARE: Final = 0.5
"""A muscle that does not work now stays in the background."""


class SmallBar(Told):
    """Draws one ``BarView``: name and number above, the bar, a note below.

    Parameters
    ----------
    site : str
        The muscle.
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
        self._clock, self._theme = clock, theme
        self._side = side_of(site)
        self._ladder = muscle_of(site).startswith(LADDERS)
        self._view = LiveView()
        self._bar = BarView(site, None, None, "no_reading")
        self._reading = BarReading(Show.NOTHING, None, words.NONE)
        self._set: tuple[object, ...] = ()
        self._track = Track(self, theme.ground)
        self._told = BarReading(Show.NOTHING, None, words.NONE)
        self._told_at_s = -1.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.site_words(site))

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_view(self, view: LiveView, bar: BarView) -> None:
        """Draw this bar of this view, whose curtain has been lifted, from now on."""
        before, was = self._reading, self._set
        self._view, self._bar = view, bar
        self._reading = reading = self.reading()
        self._set = self._settings()
        if self._tell(reading) or was != self._set:
            self.update()
        elif before.show is not reading.show:
            self.update(self._bar_area())
        else:
            self.update(self._between(before.level_pct, reading.level_pct))

    def reading(self) -> BarReading:
        """Tell what may be drawn now."""
        return read_bar(self._view, self._bar, self._clock())

    def well(self) -> QRectF:
        """Where the bar itself stands."""
        return _well_of(self.width(), self.height(), self._ladder)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what may be drawn; the age of the data is checked here."""
        self._reading = reading = self.reading()
        area = self._bar_area()
        whole = event.rect().top() < area.top()
        if self._tell(reading) and not whole:
            self.update()  # it has become old since it was shown: the words must follow
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if whole:
                self._paint_words(painter)
            self._paint_bar(painter, area, reading)

    def _bar_area(self) -> QRect:
        """Give the bar with its lines and their labels: all that moves with every block."""
        well = self.well().toRect()
        return QRect(0, well.top() - 3, self.width(), well.height() + 6)

    def _lines(self) -> tuple[float | None, float | None]:
        """Target and ceiling."""
        return target_pct(self._view, self._bar), ceiling_pct(self._view, self._bar)

    def _zones(self) -> tuple[tuple[float, float], ...]:
        """Between which levels time counts as in target just now."""
        return counted_pct(self._view, self._bar)

    def _settings(self) -> tuple[object, ...]:
        """All that is drawn of a bar besides its level and its words."""
        return self._leads(), self._view.axis_max_pct, self._lines(), self._zones()

    def _between(self, before_pct: float | None, level_pct: float | None) -> QRect:
        """Give what moves from one level to another; all of the bar where a level is above its axis."""
        axis_pct = self._view.axis_max_pct
        if before_pct is None or level_pct is None or max(before_pct, level_pct) > axis_pct:
            return self._bar_area()
        one, other = round(self._y(before_pct)), round(self._y(level_pct))
        well = self.well()
        return QRect(round(well.left()), min(one, other), round(well.width()), abs(other - one))

    def _tell(self, reading: BarReading) -> bool:
        """Let the digits follow, slowly enough to be read; "no reading" and its reason at once.

        True if they did.
        """
        waited_s = abs(self._view.time_s - self._told_at_s)
        another = (reading.show, reading.note) != (self._told.show, self._told.note)
        due = another or waited_s >= TEXT_PERIOD_S
        if not due or (reading.number, reading.note, reading.show) == (
            self._told.number,
            self._told.note,
            self._told.show,
        ):
            return False
        self._told, self._told_at_s = reading, self._view.time_s
        self.setAccessibleDescription(", ".join(filter(None, (reading.number, reading.note))))
        return True

    def _paint_words(self, painter: QPainter) -> None:
        width, height, told = float(self.width()), float(self.height()), self._told
        muscle = words.muscle_word(muscle_of(self.site))
        letter = words.SIDE_LETTERS[self._side] if self._side is not None else ""
        name = f"{letter}  {muscle[:1].upper()}{muscle[1:]}".strip()
        leads, big = self._leads(), told.show is Show.PERCENT
        top = QRectF(0, 0, width, height * 0.1)
        paint.draw_text(painter, top, name, self._theme.side(self._side), height * 0.052, bold=leads)
        number = QRectF(width * 0.06, height * 0.1, width * 0.88, height * 0.15)
        colour = self._theme.text if big and leads else self._theme.quiet
        share = 0.115 if leads and big else 0.09
        paint.draw_text(painter, number, told.number, colour, height * share, bold=big)
        note = QRectF(2, height * 0.9, width - 4, height * 0.1)
        paint.draw_text(painter, note, told.note, self._theme.text, height * 0.045)

    def _leads(self) -> bool:
        """Whether the bar is one to look at: its muscle works, or none is said to."""
        return self._bar.working or self._view.stage.side is None

    def _y(self, level_pct: float) -> float:
        well = self.well()
        return well.bottom() - well.height() * min(1.0, max(0.0, level_pct / self._view.axis_max_pct))

    def _part(self, low_pct: float, high_pct: float) -> QRectF:
        """Give the piece of the well between two levels, on whole pixels: others cost many times more."""
        well, top = self.well(), round(self._y(high_pct))
        return QRectF(well.left(), top, well.width(), round(self._y(low_pct)) - top)

    def _paint_bar(self, painter: QPainter, area: QRect, reading: BarReading) -> None:
        """Show as much of the full bar as the level says; hatched where there is no percentage."""
        level_pct = reading.level_pct if reading.show is Show.PERCENT else None
        draw = self._draw_hatch if level_pct is None else self._draw_bar
        self._track.keep(area, (level_pct is None, self._set), draw)
        y = area.bottom() + 1 if level_pct is None else round(self._y(level_pct))
        bare = QRect(area.left(), area.top(), area.width(), y - area.top())
        self._track.paint(painter, area.adjusted(0, bare.height(), 0, 0), bare)
        if level_pct is not None and level_pct > self._view.axis_max_pct:
            self._paint_beyond(painter)

    def _draw_hatch(self, painter: QPainter, full: bool) -> None:
        paint.hatch(painter, self.well(), self._theme, 4.0)

    def _draw_bar(self, painter: QPainter, full: bool) -> None:
        """Draw the whole bar with its zones and lines, once empty and once full."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        target, ceiling = self._lines()
        painter.fillRect(self.well(), QColor(self._theme.surface))
        zone = mixed(self._theme.good, self._theme.surface, ZONE_SHARE)
        for low, high in self._zones():
            painter.fillRect(self._part(low, high), zone)
        if full:
            self._draw_fill(painter)
        for low, high in self._zones():
            self._draw_rail(painter, self._part(low, high))
        for line, style in ((target, Qt.PenStyle.SolidLine), (ceiling, Qt.PenStyle.DashLine)):
            if line is not None:
                self._draw_line(painter, line, style)

    def _draw_rail(self, painter: QPainter, zone: QRectF) -> None:
        """Draw along the edge of the bar what counts, also where the fill hides the zone."""
        wide = max(3, round(zone.width() * RAIL_SHARE))
        edge = QRectF(zone.left(), zone.top(), wide, zone.height())
        painter.fillRect(edge.adjusted(0, 0, 1, 0), QColor(self._theme.ground))
        painter.fillRect(edge, QColor(self._theme.good))

    def _draw_fill(self, painter: QPainter) -> None:
        """Fill the bar: whole, or as a ladder."""
        colour = self._theme.side(self._side)
        if not self._leads():
            colour = mixed(colour, self._theme.surface, ASIDE_SHARE)
        well = self.well()
        if not self._ladder:
            painter.fillRect(well, colour)
            return
        step = well.height() / RUNGS
        for rung in range(RUNGS):
            bottom = round(well.bottom() - rung * step)
            top = max(round(well.top()), round(bottom - 0.75 * step))
            painter.fillRect(QRectF(well.left(), top, well.width(), bottom - top), colour)

    def _draw_line(self, painter: QPainter, level_pct: float, style: Qt.PenStyle) -> None:
        """Draw a target or ceiling with its number; a seam keeps it visible on the bright fill."""
        well, y = self.well(), self._y(level_pct)
        for colour, thick, pen in (
            (self._theme.ground, 5.0, Qt.PenStyle.SolidLine),
            (self._theme.text, 2.0, style),
        ):
            painter.setPen(QPen(QColor(colour), thick, pen, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(well.left() - 5, y), QPointF(well.right() + 5, y))
        size_px = max(11.0, self.height() * 0.045)
        label = QRectF(well.right() + 7, y - size_px, self.width() - well.right() - 7, 2 * size_px)
        paint.draw_text(painter, label, f"{level_pct:.0f}", self._theme.text, size_px, align=paint.LEFT)

    def _paint_beyond(self, painter: QPainter) -> None:
        """Draw an arrow head on a bar that is above its axis; the number stays true."""
        well = self.well()
        middle, size = well.center().x(), well.width() * 0.3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.ground))
        top = well.top() + size * 0.4
        painter.drawPolygon(
            [QPointF(middle, top), QPointF(middle + size, top + size), QPointF(middle - size, top + size)]
        )


@lru_cache(maxsize=64)
def _well_of(width: int, height: int, ladder: bool) -> QRectF:
    """Where the bar stands in a widget of this size; asked for many times a paint."""
    wide = min(width * (0.28 if ladder else 0.42), height * (0.22 if ladder else 0.32))
    top = round(height * 0.27)
    return QRectF(round((width - wide) / 2), top, round(wide), round(height * 0.89) - top)


class SmallBars(QWidget):
    """All bars in a row, the athlete's left on the left."""

    def __init__(
        self, clock: Clock = time.monotonic, theme: Theme = DARK, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock, self._theme = clock, theme
        self.bars: dict[str, SmallBar] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_view(self, view: LiveView) -> None:
        """Draw the bars of this view, whose curtain has been lifted, from now on."""
        if [bar.site for bar in view.bars] != list(self.bars):
            self._put_up([bar.site for bar in view.bars])
        for bar in view.bars:
            self.bars[bar.site].show_view(view, bar)

    def _put_up(self, sites: list[str]) -> None:
        """Make a bar for each site; made once, with the first view that has any."""
        for old in self.bars.values():
            self._row.removeWidget(old)
            old.hide()  # it is deleted only when the event loop comes round
            old.deleteLater()
        self.bars = {site: SmallBar(site, self._clock, self._theme, self) for site in sites}
        placed = [
            *(s for s in sites if side_of(s) is Side.LEFT),
            *(s for s in sites if side_of(s) is not Side.LEFT),
        ]
        for site in placed:
            self._row.addWidget(self.bars[site], 1)
            self.bars[site].show()  # at once, not when the event loop comes round
