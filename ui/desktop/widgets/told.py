"""Widgets that paint themselves, with the role under which a screen reader finds them."""

from __future__ import annotations

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget


class Told(QLabel):
    """Paints its own words; screen readers read its name and description as they read a text.

    Of a plain widget they know only that it may hold others, and most pass over it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)


class Picture(Told):
    """Draws a picture; screen readers say so, and then its name and description."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPixmap(QPixmap(1, 1))  # never seen: only a label that has one is a picture to Qt
