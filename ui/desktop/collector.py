"""Garbage is collected on the main thread alone.

Python collects cycles on whatever thread happens to allocate. A closed window in such a cycle would then be
destroyed on the acquisition thread, and Qt takes the whole program with it.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

COLLECT_MS: Final = 1000
FULL_EVERY: Final = 60
"""Of so many collections one goes through everything."""


class MainThreadCollector(QObject):
    """Takes the collection of cycles over from Python, once a second while the event loop runs.

    Parameters
    ----------
    parent : QObject
        The application; it lives as long.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._n = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(COLLECT_MS)

    def collect(self) -> None:
        """Collect what is young, and now and then everything."""
        self._n += 1
        gc.collect(2 if self._n % FULL_EVERY == 0 else 1)
