"""One muscle's mean level as a large number, with its range on a line from 0 to 100 %."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Told
from ui.reading.summary_sentences import Finding

WHOLE_PCT: Final = 100.0
"""The line always ends here, so that cards side by side can be compared; beyond it stays at the end."""


class EstimateCard(Told):
    """Title, number, range and number of holds; to a screen reader it is one sentence.

    Parameters
    ----------
    finding : Finding
        What it shows.
    """

    def __init__(self, finding: Finding, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding = finding
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(f"{finding.title}: {finding.number}, {finding.note}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        with QPainter(self) as painter:
            place, finding, theme = QRectF(self.rect()), self._finding, self._theme
            painter.fillRect(place, QColor(theme.surface))
            height, margin = place.height(), place.width() * 0.04
            inner = place.adjusted(margin, height * 0.05, -margin, -height * 0.05)
            rows = [0.22, 0.36, 0.12, 0.30]
            top = inner.top()
            strips = []
            for share in rows:
                strips.append(QRectF(inner.left(), top, inner.width(), inner.height() * share))
                top += inner.height() * share
            title, number, line, note = strips
            paint.draw_text(painter, title, finding.title, theme.side(finding.side), title.height() * 0.72)
            paint.draw_text(painter, number, finding.number, theme.text, number.height() * 0.9, bold=True)
            self._draw_range(painter, line)
            paint.draw_text(painter, note, finding.note, theme.text, height * 0.13)

    def _draw_range(self, painter: QPainter, place: QRectF) -> None:
        """Draw the line from 0 to 100 %, the range on it, and the value as a notch."""
        finding, theme = self._finding, self._theme
        if finding.value is None:
            return
        thick = max(2.0, place.height() * 0.12)
        middle = place.center().y()
        painter.fillRect(QRectF(place.left(), middle - thick / 2, place.width(), thick), QColor(theme.line))

        def at(level_pct: float) -> float:
            return place.left() + place.width() * min(level_pct, WHOLE_PCT) / WHOLE_PCT

        if finding.low is not None and finding.high is not None:
            low, high = at(finding.low), at(finding.high)
            painter.fillRect(QRectF(low, middle - 2 * thick, high - low, 4 * thick), QColor(theme.quiet))
        notch = max(3.0, thick)
        painter.fillRect(
            QRectF(at(finding.value) - notch / 2, place.top(), notch, place.height()), QColor(theme.text)
        )
