"""The question how much it hurt, eleven numbers, and the one that was answered."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.pain import PAIN_SCALE
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.meters import common_px
from ui.desktop.widgets.told import Told
from ui.reading.set_up import ScaleFace
from ui.words import setup_words

BESIDE_PX: Final = 6
"""Between the numbers and the words at their ends."""


class PainScale(Told):
    """Draws one ``ScaleFace``; hidden where nothing is asked.

    The answer is marked by a filled, larger cell and said in words: it does not need its colour.
    """

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.face: ScaleFace | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_face(self, face: ScaleFace | None) -> None:
        """Draw this from now on, or hide."""
        if face == self.face:
            return
        self.face = face
        self.setVisible(face is not None)
        if face is not None:
            self.setAccessibleName(face.question)
            self.setAccessibleDescription(f"{face.said}. {face.keys}")
            self.update()

    def cells(self) -> list[QRectF]:
        """Places of the numbers, from 0 to 10."""
        pitch = min(self.width() * 0.765 / len(PAIN_SCALE), self.height() * 0.42)
        left = (self.width() - pitch * len(PAIN_SCALE)) / 2
        top = self.height() * 0.52 - pitch / 2
        return [QRectF(left + pitch * number, top, pitch, pitch) for number in PAIN_SCALE]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw question, numbers and how to answer."""
        face = self.face
        if face is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme, width, height = self._theme, float(self.width()), float(self.height())
            asked = f"{face.question}  {face.said}"
            top = QRectF(width * 0.02, 0, width * 0.96, height * 0.26)
            paint.draw_text(painter, top, asked, theme.text, height * 0.22, bold=True)
            cells = self.cells()
            for number, cell in zip(PAIN_SCALE, cells, strict=True):
                self._paint_cell(painter, cell, str(number), number == face.answer)
            row = cells[0]
            # both ends in letters of one size: neither is meant to weigh more
            beside = row.left() - BESIDE_PX
            end_px = common_px(setup_words.PAIN_ENDS, beside, row.height(), height * 0.16)
            for said, place, align in (
                (setup_words.PAIN_ENDS[0], QRectF(0, row.top(), beside, row.height()), paint.RIGHT),
                (
                    setup_words.PAIN_ENDS[1],
                    QRectF(width - beside, row.top(), beside, row.height()),
                    paint.LEFT,
                ),
            ):
                paint.draw_text(painter, place, said, theme.quiet, end_px, align=align)
            under = QRectF(width * 0.02, height * 0.8, width * 0.96, height * 0.2)
            paint.draw_text(painter, under, face.keys, theme.quiet, height * 0.16)

    def _paint_cell(self, painter: QPainter, cell: QRectF, number: str, answered: bool) -> None:
        inset = cell.width() * (0.04 if answered else 0.12)
        place = cell.adjusted(inset, inset, -inset, -inset)
        colour = QColor(self._theme.text if answered else self._theme.line)
        painter.setPen(QPen(colour, max(2.0, cell.width() * 0.04)))
        painter.setBrush(colour if answered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, cell.width() * 0.16, cell.width() * 0.16)
        said = self._theme.ground if answered else self._theme.text
        paint.draw_text(painter, place, number, said, cell.width() * 0.58, bold=answered)
