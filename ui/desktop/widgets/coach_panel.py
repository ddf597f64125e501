"""What to do now: big words, a quiet line, the clock and the dots."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from emg.live_view import LiveView
from ui import words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.clock_ring import ClockRing
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.rep_dots import RepDots


class CoachPanel(QWidget):
    """The middle of the window."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = FittedLabel(share=0.54, bold=True, theme=theme)
        self.hint = FittedLabel(share=0.44, colour=theme.quiet, theme=theme)
        self.ring = ClockRing(theme)
        self.dots = RepDots(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title, 17)
        column.addWidget(self.hint, 9)
        column.addWidget(self.ring, 61)
        column.addWidget(self.dots, 13)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_view(self, view: LiveView, fresh: bool) -> None:
        """Draw what this view says from now on."""
        self.title.setText(words.phase_title(view, fresh))
        self.hint.setText(words.phase_hint(view, fresh))
        self.ring.show_view(view, fresh)
        self.dots.show_view(view)
