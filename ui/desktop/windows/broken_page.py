"""What stands in the place of a page that could not draw the session."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.words import key_words


class BrokenPage(QWidget):
    """Says "Paused", and that nothing is lost."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.addStretch(30)
        column.addWidget(FittedLabel(key_words.PROBLEM_TITLE, share=0.7, bold=True, theme=theme), 20)
        column.addWidget(FittedLabel(key_words.PROBLEM_CALM, share=0.5, theme=theme), 10)
        column.addStretch(40)
