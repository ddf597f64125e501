"""Words that follow the window: as large as their place allows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint


class FittedLabel(QLabel):
    """A label that grows and shrinks with its place; static text to a screen reader.

    Parameters
    ----------
    share : float
        Wanted height of the letters as a share of the label's own height.
    colour : str
        ``#rrggbb``; the theme's text colour if empty.
    """

    def __init__(
        self,
        text: str = "",
        *,
        share: float = 0.6,
        bold: bool = False,
        colour: str = "",
        align: Qt.AlignmentFlag = paint.CENTRE,
        theme: Theme = DARK,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._share = share
        self._bold = bold
        self._colour = QColor(colour or theme.text)
        self._align = align
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def sizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def set_colour(self, colour: QColor | str) -> None:
        """Change the colour of the words."""
        if QColor(colour) != self._colour:
            self._colour = QColor(colour)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words as large as they fit."""
        painter = QPainter(self)
        place = QRectF(self.rect())
        size_px = place.height() * self._share
        paint.draw_text(
            painter, place, self.text(), self._colour, size_px, bold=self._bold, align=self._align
        )
        painter.end()
