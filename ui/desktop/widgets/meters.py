"""Names with their readings, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Told

LETTERS: Final = 0.58
"""Height of the letters, as a share of a row's."""

GAP_PX: Final = 10


class Meters(Told):
    """Draws a title, and below it names on the left with their readings on the right.

    Parameters
    ----------
    title : str
        What they are about; empty for none.
    n_rows : int
        As many have room; of more the last are shown.
    name_share : float
        Share of the width that the names have.
    empty : str
        What is said in place of rows where there are none.
    """

    def __init__(
        self,
        title: str = "",
        *,
        n_rows: int = 6,
        name_share: float = 0.36,
        empty: str = "",
        theme: Theme = DARK,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title, self._n_rows, self._name_share, self._empty = title, n_rows, name_share, empty
        self._theme = theme
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(title)
        self.setAccessibleDescription(empty)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is drawn now."""
        return self._rows

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Draw these from now on."""
        rows = tuple(rows)[-self._n_rows :]
        if rows != self._rows:
            self._rows = rows
            said = "; ".join(f"{name}: {value}" for name, value in rows)
            self.setAccessibleDescription(said or self._empty)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and rows."""
        with QPainter(self) as painter:
            headed = bool(self._title)
            width, height = float(self.width()), self.height() / (self._n_rows + headed)
            colours = self._theme.quiet, self._theme.text
            wanted_px = LETTERS * height
            if headed:
                place = QRectF(0, 0, width, height)
                paint.draw_text(
                    painter, place, self._title, colours[1], wanted_px, bold=True, align=paint.LEFT
                )
            rows = self._rows or (("", self._empty),)
            beside = width * self._name_share
            value_px = common_px([value for _, value in rows], width - beside - GAP_PX, height, wanted_px)
            # the readings are what is looked for: their names are never larger
            sizes = (common_px([name for name, _ in rows], beside, height, value_px), value_px)
            for row, (name, value) in enumerate(rows, start=int(headed)):
                top = row * height
                left = beside + GAP_PX if name else 0.0
                for text, colour, place, size_px in (
                    (name, colours[0], QRectF(0, top, beside, height), sizes[0]),
                    (value, colours[1 if name else 0], QRectF(left, top, width - left, height), sizes[1]),
                ):
                    paint.draw_text(painter, place, text, QColor(colour), size_px, align=paint.LEFT)


def common_px(
    texts: Sequence[str], width: float, height: float, wanted_px: float, bold: bool = False
) -> float:
    """Give the largest size in which each of these fits its place: words side by side look alike."""
    wanted = round(wanted_px)
    fitted = [
        paint.fitted_font(text, int(width), int(height), wanted, bold).pixelSize() for text in texts if text
    ]
    return float(min(fitted, default=wanted))
