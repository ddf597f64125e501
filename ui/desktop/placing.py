"""Where a window opens: in its usual size, in the middle of its screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

NORMAL: Final = QSize(1280, 800)


def centre(window: QWidget) -> None:
    """Give a window its usual size and the middle of its screen."""
    free = window.screen().availableGeometry()
    window.resize(NORMAL.boundedTo(free.size()))
    window.move(free.center() - window.rect().center())
