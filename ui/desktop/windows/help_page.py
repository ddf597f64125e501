"""The keys, on a page of their own."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import words
from ui.desktop.keys import HELP
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel


class HelpPage(QWidget):
    """Lists every key and what it does."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.addWidget(FittedLabel(words.KEYS_TITLE, share=0.6, bold=True, theme=theme), 0, 0, 1, 2)
        for row, (keys, what) in enumerate(HELP, start=1):
            name = FittedLabel(keys, share=0.44, bold=True, align=paint.RIGHT, theme=theme)
            said = FittedLabel(what, share=0.44, colour=theme.quiet, align=paint.LEFT, theme=theme)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(said, row, 1)
        self._grid.setColumnStretch(0, 45)
        self._grid.setColumnStretch(1, 55)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        side, top = round(self.width() * 0.12), round(self.height() * 0.08)
        self._grid.setContentsMargins(side, top, side, top)
        self._grid.setHorizontalSpacing(round(self.width() * 0.04))
