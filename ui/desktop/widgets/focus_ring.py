"""A ring around whatever has the keyboard: to be seen from where the clicker is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QWidget

from ui.desktop.theme import DARK, Theme

GAP_PX: Final = 3
THICK_PX: Final = 3
ROUND_PX: Final = 8


class FocusRing(QWidget):
    """Lies over a page and follows the keyboard on it; the mouse goes through.

    Parameters
    ----------
    page : QWidget
        What it lies over.
    """

    def __init__(self, page: QWidget, theme: Theme = DARK) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self._around: QWidget | None = None
        self._moving: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay around it when it, or what it stands in, moves or grows."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._lie_around()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.text), THICK_PX))
            half = THICK_PX / 2
            place = QRectF(self.rect()).adjusted(half, half, -half, -half)
            painter.drawRoundedRect(place, ROUND_PX, ROUND_PX)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        box = None if now is None else now.parentWidget()
        target = box if isinstance(box, QComboBox | QAbstractSpinBox) else now
        if target is not None and not self._page.isAncestorOf(target):
            target = None
        for one in self._moving:
            one.removeEventFilter(self)
        self._around = target
        self._moving = [] if target is None else self._boxes_of(target)
        for one in self._moving:
            one.installEventFilter(self)
        self._lie_around()

    def _boxes_of(self, target: QWidget) -> list[QWidget]:
        """List a widget and all that it stands in: a row that moves tells its fields nothing."""
        boxes: list[QWidget] = []
        box: QWidget | None = target
        while box is not None and box is not self._page:
            boxes.append(box)
            box = box.parentWidget()
        return boxes

    def _lie_around(self) -> None:
        target, page = self._around, self._page
        if target is None or not target.isVisible():
            self.hide()
            return
        place = target.rect().translated(target.mapTo(page, target.rect().topLeft()))
        wide = GAP_PX + THICK_PX // 2
        self.setGeometry(place.adjusted(-wide, -wide, wide, wide))
        self.raise_()
        self.show()
