"""The last weeks, a square a day: measured, practised, or not trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.session.adherence import DAYS, Kept
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Picture
from ui.reading.history import Day
from ui.words import history_words

TITLE, GRID, LEGEND = 0.11, 0.69, 0.20
"""Shares of the height."""

GAP: Final = 0.16
"""Room between two days, as a share of one."""


class DayCalendar(Picture):
    """A column a week, a row a weekday; full and half full squares are told apart without colour."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days: Sequence[Day] = ()
        self._kept: Kept | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def show_days(self, days: Sequence[Day], kept: Kept | None = None) -> None:
        """Draw these days, from a Monday on; with a plan, how it was kept takes the last line."""
        self._days, self._kept = days, kept
        told = filter(None, (history_words.days_words(days), history_words.kept_words(kept)))
        self.setAccessibleName(history_words.calendar_title(days))
        self.setAccessibleDescription(". ".join(told))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, squares and legend."""
        with QPainter(self) as painter:
            place = QRectF(self.rect())
            title = QRectF(0, 0, place.width(), place.height() * TITLE)
            grid = QRectF(0, title.bottom(), place.width(), place.height() * GRID)
            legend = QRectF(0, grid.bottom(), place.width(), place.height() * LEGEND)
            text = history_words.calendar_title(self._days)
            align, size_px = paint.LEFT, title.height() * 0.7
            paint.draw_text(painter, title, text, self._theme.text, size_px, bold=True, align=align)
            self._draw_days(painter, grid.adjusted(0, grid.height() * 0.04, 0, 0))
            self._draw_legend(painter, legend.adjusted(0, legend.height() * 0.12, 0, 0))

    def _draw_days(self, painter: QPainter, place: QRectF) -> None:
        weeks = max(1, -(-len(self._days) // DAYS))
        rows = DAYS + 1  # the names of the months are on top
        names_px = place.height() / rows * 1.3
        side = min(place.height() / rows, (place.width() - names_px) / weeks)
        for week, name in history_words.month_marks(self._days).items():
            label = QRectF(place.left() + names_px + week * side, place.top(), 3 * side, side)
            paint.draw_text(painter, label, name, self._theme.quiet, side * 0.62, align=paint.LEFT)
        place = place.adjusted(0, side, 0, 0)
        for row, name in enumerate(history_words.WEEKDAYS):
            label = QRectF(place.left(), place.top() + row * side, names_px, side)
            paint.draw_text(painter, label, name, self._theme.quiet, side * 0.62, align=paint.LEFT)
        for index, day in enumerate(self._days):
            week, row = divmod(index, DAYS)
            left = place.left() + names_px + week * side
            square = QRectF(left, place.top() + row * side, side, side)
            margin = side * GAP / 2
            self._draw_day(painter, square.adjusted(margin, margin, -margin, -margin), day)

    def _draw_day(self, painter: QPainter, square: QRectF, day: Day) -> None:
        theme = self._theme
        painter.fillRect(square, QColor(theme.good if day.measured else theme.raised))
        if day.times and not day.measured:
            half = square.adjusted(0, square.height() / 2, 0, 0)
            painter.fillRect(half, QColor(theme.good))
            painter.setPen(QPen(QColor(theme.good), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(square.adjusted(0, 0, -1, -1))

    def _draw_legend(self, painter: QPainter, place: QRectF) -> None:
        """Draw a square and its word for each of the three, and below it how much was done."""
        top = QRectF(place.left(), place.top(), place.width(), place.height() * 0.5)
        said = (
            [
                (Day(self._days[0].day, times=1, measured=True), history_words.MEASURED),
                (Day(self._days[0].day, times=1), history_words.PRACTISED),
                (Day(self._days[0].day), history_words.NEITHER),
            ]
            if self._days
            else []
        )
        width, side = top.width() / 3, top.height() * 0.62
        room_px = int(width - side * 1.6), int(top.height()), round(top.height() * 0.6)
        sizes = [paint.fitted_font(word, *room_px, bold=False).pixelSize() for _day, word in said]
        for index, (day, word) in enumerate(said):
            left = top.left() + index * width
            self._draw_day(painter, QRectF(left, top.center().y() - side / 2, side, side), day)
            label = QRectF(left + side * 1.4, top.top(), width - side * 1.6, top.height())
            paint.draw_text(painter, label, word, self._theme.text, min(sizes), align=paint.LEFT)
        below = QRectF(place.left(), top.bottom(), place.width(), place.height() * 0.5)
        told = history_words.kept_words(self._kept) or history_words.days_words(self._days)
        paint.draw_text(painter, below, told, self._theme.quiet, below.height() * 0.6, align=paint.LEFT)
