"""What a window has painted, without painting it anew for the picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget


def painted(window: QWidget) -> QImage:
    """Give what stands in the store of a shown window.

    The store, and not the display, is asked: a display shows a window only some time after Qt has shown it.
    """
    QApplication.processEvents()
    # what waits for the screen's next beat is painted now, and only that
    QApplication.sendEvent(window.window(), QEvent(QEvent.Type.UpdateRequest))
    store = window.backingStore().paintDevice()
    assert isinstance(store, QImage)
    return store.copy(window.rect()).convertToFormat(QImage.Format.Format_RGB32)
