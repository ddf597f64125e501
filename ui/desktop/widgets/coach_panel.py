"""What to do now: big words, a quiet line, the clock and the dots, or what people may decide."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from emg.live_view import LiveView
from ui import setup_words, words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.answer_rows import AnswerRows
from ui.desktop.widgets.clock_ring import ClockRing
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.pain_scale import PainScale
from ui.desktop.widgets.rep_dots import RepDots
from ui.reading import BAR_STAGES
from ui.setup_reading import read_scale

WORDS_STRETCH: Final = (17, 9)
PLAIN_STRETCH: Final = (24, 21)
"""Title and line; where there are no bars the line says how to lie, what to push against, or why it ended."""


class CoachPanel(QWidget):
    """The middle of the window; all of it where there are no bars."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = FittedLabel(share=0.54, bold=True, theme=theme)
        self.hint = FittedLabel(share=0.44, colour=theme.quiet, theme=theme)
        self.ring = ClockRing(theme)
        self.answers = AnswerRows(theme)
        self.quiet = FittedLabel(share=0.44, colour=theme.quiet, theme=theme)
        self.scale = PainScale(theme)
        self.dots = RepDots(theme)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part, stretch in (
            (self.title, WORDS_STRETCH[0]),
            (self.hint, WORDS_STRETCH[1]),
            (self.ring, 61),
            (self.answers, 40),
            (self.quiet, 14),
            (self.scale, 46),
            (self.dots, 13),
        ):
            self._column.addWidget(part, stretch)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_view(self, view: LiveView, fresh: bool) -> None:
        """Draw what this view says from now on."""
        plain = view.stage.stage not in BAR_STAGES
        for row, stretch in enumerate(PLAIN_STRETCH if plain else WORDS_STRETCH):
            self._column.setStretch(row, stretch)
        self.hint.set_colour(self._theme.text if plain else self._theme.quiet)
        self.title.setText(words.phase_title(view, fresh))
        self.hint.setText(words.phase_hint(view, fresh))
        asked = setup_words.question(view.stage, view.cannot) if fresh and not view.paused else None
        self.ring.setVisible(asked is None)
        self.answers.show_answers(asked.answers if asked else ())
        self.quiet.setVisible(asked is not None)
        self.quiet.setText(asked.quiet if asked else "")
        self.ring.show_view(view, fresh)
        self.scale.show_face(read_scale(view))
        self.dots.show_view(view)
