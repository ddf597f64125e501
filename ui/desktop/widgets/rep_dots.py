"""One dot for each repetition of the set; the state is told by shape, colour only helps."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.codes import DotState
from emg.live_view import LiveView
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.told import Told
from ui.words import words


class RepDots(Told):
    """Draws the row of dots of a set."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._dots: tuple[DotState, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.REPETITIONS)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_view(self, view: LiveView) -> None:
        """Draw the dots of this view from now on."""
        self.show_dots(view.stage.dots)

    def show_dots(self, dots: tuple[DotState, ...]) -> None:
        """Draw these dots from now on."""
        if dots != self._dots:
            self._dots = dots
            self.setAccessibleDescription(", ".join(words.DOTS[dot] for dot in self._dots))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every dot in its shape."""
        if not self._dots:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pitch = min(self.height() * 0.95, self.width() / len(self._dots))
            left = (self.width() - pitch * len(self._dots)) / 2
            for index, dot in enumerate(self._dots):
                centre = QPointF(left + pitch * (index + 0.5), self.height() / 2)
                self._paint_dot(painter, dot, centre, pitch * 0.30)

    def _paint_dot(self, painter: QPainter, dot: DotState, centre: QPointF, radius: float) -> None:
        text, quiet = QColor(self._theme.text), QColor(self._theme.quiet)
        thick = max(2.0, radius * 0.18)
        painter.setPen(QPen(quiet, thick))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if dot is DotState.PENDING:
            painter.drawEllipse(centre, radius * 0.7, radius * 0.7)
        elif dot is DotState.CURRENT:
            painter.setPen(QPen(text, thick))
            painter.drawEllipse(centre, radius * 1.25, radius * 1.25)
            self._fill(painter, centre, radius * 0.6, text)
        elif dot is DotState.DONE:
            self._fill(painter, centre, radius, quiet)
        elif dot is DotState.SUCCESS:
            self._fill(painter, centre, radius, QColor(self._theme.good))
            self._tick(painter, centre, radius)
        elif dot is DotState.MISSED:
            painter.drawEllipse(centre, radius, radius)
            painter.setBrush(quiet)
            box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
            painter.drawChord(box, 180 * 16, 180 * 16)
        elif dot is DotState.NOT_REACHED:
            painter.drawEllipse(centre, radius, radius)
            painter.drawLine(centre - QPointF(radius * 0.5, 0), centre + QPointF(radius * 0.5, 0))
        else:
            arm = radius * 0.75
            painter.drawLines(
                [
                    QLineF(centre + QPointF(-arm, -arm), centre + QPointF(arm, arm)),
                    QLineF(centre + QPointF(-arm, arm), centre + QPointF(arm, -arm)),
                ]
            )

    def _fill(self, painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(centre, radius, radius)

    def _tick(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        pen = QPen(QColor(self._theme.ground), max(2.0, radius * 0.24))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points = [QPointF(-0.45, 0.05), QPointF(-0.1, 0.4), QPointF(0.5, -0.35)]
        painter.drawPolyline(QPolygonF([centre + point * radius for point in points]))
