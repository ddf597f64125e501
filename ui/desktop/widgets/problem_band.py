"""A standing band: what went wrong, where its report is, and a button for another one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.key_buttons import KeyButton
from ui.words import therapist_words


class ProblemBand(QWidget):
    """Hidden while nothing went wrong.

    Signals
    -------
    report_wanted()
        The button was pressed.
    """

    report_wanted = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.sentence = FittedLabel(share=0.72, bold=True, align=paint.LEFT, theme=theme)
        self.below = FittedLabel(share=0.6, colour=theme.quiet, align=paint.LEFT, theme=theme)
        self.button = KeyButton(
            therapist_words.SAVE_REPORT, therapist_words.REPORT_KEY, leads=True, theme=theme
        )
        self.button.clicked.connect(self._want)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(self.sentence, 55)
        told.addWidget(self.below, 45)
        row.addLayout(told, 82)
        row.addWidget(self.button, 18)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_problem(self, sentence: str, below: str = "", detail: str = "") -> None:
        """Let this stand, and where its report is; hide if it is empty. The detail is for who asks."""
        self.setVisible(bool(sentence))
        self.sentence.setText(sentence)
        self.below.setText(below)
        self.below.setVisible(bool(below))
        self.sentence.setToolTip(detail)
        self.sentence.setAccessibleDescription(detail)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the band."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.bad), 3))
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)

    def _want(self, checked: bool = False) -> None:
        self.report_wanted.emit()
