"""What the hollow marks under the bars are, said once."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Told
from ui.words.athlete_words import GHOSTS


class GhostLegend(Told):
    """Draws the mark and its words at the right; empty ground where there is no mark."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.shown = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_marks(self, shown: bool) -> None:
        """Say from now on what the marks are, or nothing."""
        if shown != self.shown:
            self.shown = shown
            self.setAccessibleName(GHOSTS if shown else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark and words."""
        if not self.shown:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width, height = float(self.width()), float(self.height())
            size = height * 0.32
            room = QRectF(2 * size, 0, width - 2 * size, height)
            wanted_px = round(height * 0.46)
            font = paint.fitted_font(GHOSTS, int(room.width()), int(room.height()), wanted_px, bold=False)
            flags = paint.RIGHT.value | paint.WRAP
            box = QFontMetricsF(font).boundingRect(room, flags, GHOSTS)
            foot = QPointF(box.left() - 1.4 * size, height / 2 + size / 2)
            paint.hollow_mark(painter, foot, size, self._theme.quiet)
            painter.setFont(font)
            painter.setPen(self._theme.quiet)
            painter.drawText(room, flags, GHOSTS)
