"""Comparisons so far: a number each, and its interval on a line on which the middle is "no difference"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.meters import common_px
from ui.desktop.widgets.told import Told
from ui.reading.therapist import Compared
from ui.words import therapist_words

FARTHEST: Final = 3.0
"""Ends of the line: a third and three times. The line is of ratios, so that half and double are as far from
"the same"; what is farther stays at the end."""

TITLE_SHARE, NUMBER_SHARE, LINE_SHARE = 0.26, 0.12, 0.19
"""Of the width; the note has the rest."""

N_ROWS: Final = 4


class ComparisonPanel(Told):
    """Draws a title and up to four comparisons."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Compared, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(therapist_words.SO_FAR)
        self.setAccessibleDescription(therapist_words.NO_TESTS_YET)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_rows(self, rows: Sequence[Compared]) -> None:
        """Draw these from now on."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)[:N_ROWS]
            said = "; ".join(f"{row.title}: {row.number}, {row.note}" for row in self._rows)
            self.setAccessibleDescription(said or therapist_words.NO_TESTS_YET)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and rows, or what they come from."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width, head = float(self.width()), self.height() * 0.15
            size_px = head * 0.58
            place = QRectF(0, 0, width * TITLE_SHARE, head)
            paint.draw_text(
                painter, place, therapist_words.SO_FAR, self._theme.text, size_px, bold=True, align=paint.LEFT
            )
            if not self._rows:
                place = QRectF(0, head, width, head)
                said = therapist_words.NO_TESTS_YET
                paint.draw_text(painter, place, said, self._theme.quiet, size_px, align=paint.LEFT)
            elif any(told.value is not None for told in self._rows):
                place = QRectF(self._x(1.0) - 60, 0, 120, head)
                paint.draw_text(painter, place, therapist_words.SAME, self._theme.quiet, size_px)
            height = (self.height() - head) / N_ROWS
            titles = [told.title for told in self._rows]
            title_px = common_px(titles, width * TITLE_SHARE - 8, height * 0.96, height * 0.38)
            for row, told in enumerate(self._rows):
                self._paint_row(painter, QRectF(0, head + row * height, width, height), told, title_px)

    def _line(self) -> tuple[float, float]:
        """Give the left end and the length of the line."""
        return self.width() * (TITLE_SHARE + NUMBER_SHARE), self.width() * LINE_SHARE

    def _x(self, ratio: float) -> float:
        left, length = self._line()
        share = math.log(max(ratio, 1e-9)) / math.log(FARTHEST)
        return left + length * (0.5 + 0.5 * max(-1.0, min(1.0, share)))

    def _paint_row(self, painter: QPainter, place: QRectF, told: Compared, title_px: float) -> None:
        width, height = place.width(), place.height()
        left, length = self._line()
        title = QRectF(0, place.top(), width * TITLE_SHARE - 8, height)
        paint.draw_text(painter, title, told.title, self._theme.quiet, title_px, align=paint.LEFT)
        number = QRectF(width * TITLE_SHARE, place.top(), width * NUMBER_SHARE - 4, height)
        colour = self._theme.quiet if told.value is None or told.inside else self._theme.text
        paint.draw_text(painter, number, told.number, colour, height * 0.56, bold=True, align=paint.RIGHT)
        # without a number there is no line, and the reason has its room
        right = left + length + 12 if told.value is not None else left
        note = QRectF(right, place.top(), width - right, height)
        paint.draw_text(painter, note, told.note, self._theme.text, height * 0.38, align=paint.LEFT)
        if told.value is not None:
            self._paint_middle(painter, place)
            self._paint_interval(painter, place, told)

    def _paint_middle(self, painter: QPainter, place: QRectF) -> None:
        """Draw where "the same" is, through a row with a number: elsewhere words stand there."""
        x = self._x(1.0)
        painter.setPen(QPen(QColor(self._theme.line), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))

    def _paint_interval(self, painter: QPainter, place: QRectF, told: Compared) -> None:
        """Draw interval and value: hollow where they show no difference, so that it needs no reading."""
        middle, thick = place.center().y(), max(4.0, place.height() * 0.16)
        colour = QColor(self._theme.quiet if told.inside else self._theme.text)
        painter.setPen(QPen(colour, 2))
        if told.low is not None and told.high is not None:
            painter.drawLine(QPointF(self._x(told.low), middle), QPointF(self._x(told.high), middle))
        painter.setBrush(QColor(self._theme.ground) if told.inside else colour)
        painter.drawEllipse(QPointF(self._x(told.value or 1.0), middle), thick, thick)
