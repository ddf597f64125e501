"""Words that follow the window: as large as their place allows."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

from ui.desktop import theme as themes
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.words.figures import unbroken

HALVINGS: Final = 7
"""Of the width, in the search for even lines: to a hundredth of it."""


@lru_cache(maxsize=512)
def even_width(text: str, width: int, size_px: int, bold: bool) -> int:
    """Give the least width in which the words take no more lines than in the whole one.

    Lines of a like length are read at a glance; a last line of one word looks like a mistake.
    Paragraphs are left as they are.
    """
    metrics = QFontMetricsF(themes.font(size_px, bold))
    if "\n" in text or metrics.horizontalAdvance(text) <= width:
        return width

    def box(wide: float) -> QRectF:
        return metrics.boundingRect(QRectF(0, 0, wide, 10_000), paint.CENTRE.value | paint.WRAP, text)

    height = box(width).height()
    low, high = 0.0, float(width)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        found = box(middle)
        if found.height() <= height and found.width() <= middle:
            high = middle
        else:
            low = middle
    return min(width, round(high) + 1)


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

    def set_share(self, share: float) -> None:
        """Change the wanted height of the letters."""
        if share != self._share:
            self._share = share
            self.update()

    def set_bold(self, bold: bool) -> None:
        """Change the weight of the letters."""
        if bold != self._bold:
            self._bold = bold
            self.update()

    def set_colour(self, colour: QColor | str) -> None:
        """Change the colour of the words."""
        if QColor(colour) != self._colour:
            self._colour = QColor(colour)
            self.update()

    def drawn_text(self) -> str:
        """Give the words as they are drawn."""
        return unbroken(self.text())

    def drawn_font(self) -> QFont:
        """Font of the words: as large as they fit."""
        wanted_px = round(self.height() * self._share)
        return paint.fitted_font(self.drawn_text(), self.width(), self.height(), wanted_px, self._bold)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words as large as they fit, in lines of a like length."""
        if not self.text():
            return
        text, font = self.drawn_text(), self.drawn_font()
        width = even_width(text, self.width(), font.pixelSize(), self._bold)
        size = QSize(width, self.height())
        place = QStyle.alignedRect(Qt.LayoutDirection.LeftToRight, self._align, size, self.rect())
        with QPainter(self) as painter:
            painter.setFont(font)
            painter.setPen(self._colour)
            painter.drawText(QRectF(place), self._align.value | paint.WRAP, text)
