"""The two buttons of a clicker, and what each of them does now."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel

MOST_ANSWERS: Final = 2
"""As many as a clicker has buttons."""

GAP_PX: Final = 24
"""Between the keys and what they say."""


class AnswerRows(QWidget):
    """Draws keys and what they say, one answer a row; hidden where there is none."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = [
            FittedLabel(share=0.34, colour=theme.quiet, align=paint.RIGHT, theme=theme)
            for _ in range(MOST_ANSWERS)
        ]
        self._said = [
            FittedLabel(share=0.48, bold=True, align=paint.LEFT, theme=theme) for _ in range(MOST_ANSWERS)
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (keys, said) in enumerate(zip(self._keys, self._said, strict=True)):
            grid.addWidget(keys, row, 0)
            grid.addWidget(said, row, 1)
            grid.setRowStretch(row, 1)
        grid.setColumnStretch(0, 42)
        grid.setColumnStretch(1, 58)
        grid.setHorizontalSpacing(GAP_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()

    def show_answers(self, answers: tuple[tuple[str, str], ...]) -> None:
        """Draw these from now on, or hide."""
        self.setVisible(bool(answers))
        padded = (*answers, *[("", "")] * (MOST_ANSWERS - len(answers)))
        for (keys, said), label, answer in zip(padded, self._keys, self._said, strict=True):
            label.setText(keys)
            answer.setText(said)
