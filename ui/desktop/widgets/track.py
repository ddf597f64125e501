"""What stands still of a bar is drawn once: a moving level only chooses how much is seen of two pictures."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeAlias

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

Draw: TypeAlias = Callable[[QPainter, bool], None]
"""Draws a whole bar in the widget's coordinates: empty, or full where the second argument is True."""


class Track:
    """Two pictures of a part of a widget, kept as long as nothing but the level changes.

    Parameters
    ----------
    widget : QWidget
        Whose part it is.
    ground : str
        What the pictures are drawn on, ``#rrggbb``.
    """

    def __init__(self, widget: QWidget, ground: str) -> None:
        self._widget, self._ground = widget, QColor(ground)
        self._key: Hashable = None
        self._corner = QPoint()
        self._empty, self._full = QPixmap(), QPixmap()

    def keep(self, area: QRect, key: Hashable, draw: Draw) -> None:
        """Have the pictures of this area ready: drawn anew where the key or the screen is another one.

        Parameters
        ----------
        area : QRect
            Part of the widget, px.
        key : hashable
            All that is drawn but the level.
        draw : callable
            Draws it.
        """
        ratio = self._widget.devicePixelRatioF()
        size = area.width(), area.height()
        whole = (key, area.x(), area.y(), size, ratio)
        if whole == self._key:
            return
        self._key, self._corner = whole, area.topLeft()
        self._empty, self._full = (self._drawn(area, ratio, draw, full) for full in (False, True))

    def paint(self, painter: QPainter, filled: QRect, bare: QRect) -> None:
        """Show the full picture in one part of the area and the empty one in the other."""
        for part, picture in ((filled, self._full), (bare, self._empty)):
            if not part.isEmpty():
                painter.setClipRect(part)
                painter.drawPixmap(self._corner, picture)
        painter.setClipping(False)

    def _drawn(self, area: QRect, ratio: float, draw: Draw, full: bool) -> QPixmap:
        picture = QPixmap(area.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._ground)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-area.topLeft())
            draw(painter, full)
        return picture
