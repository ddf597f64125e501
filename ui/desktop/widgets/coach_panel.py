"""What to do now: one big word and a line, the clock and the dots, or what people may decide."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from emg.live_view import LiveView
from emg.montage import Legs, Side
from ui.desktop.drawings.exercise_view import ExerciseView
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.answer_rows import AnswerRows
from ui.desktop.widgets.clock_ring import ClockRing
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.pain_scale import PainScale
from ui.desktop.widgets.rep_dots import RepDots
from ui.reading.muscles import BAR_STAGES, draws_exercise, names_leg
from ui.reading.set_up import read_scale
from ui.words import athlete_words, setup_words, words

TITLE_STRETCH: Final = 76
HINT_STRETCH, TOLD_STRETCH = 24, 52
"""Of the line under the state word: a few words in a set, and whole sentences elsewhere."""

HINT_SHARE, TOLD_SHARE = 0.62, 0.36

LONG: Final = 64
"""Characters from which the line is a sentence of its own, to be read in a rest."""

AROUND_STRETCH, SCALE_STRETCH = 84, 62
AROUND_ASKED, SCALE_ASKED = 60, 116
"""Of the clock and the scale of pain: numbers that are asked for are read from two metres away."""

RING_STRETCH, NAME_STRETCH, DRAWING_STRETCH = 38, 31, 62


class WordsBand(QWidget):
    """The state word across the window, and a line under it."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.told = False
        self.title = FittedLabel(share=0.8, bold=True, theme=theme)
        self.hint = FittedLabel(share=HINT_SHARE, theme=theme)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.title, TITLE_STRETCH)
        self._column.addWidget(self.hint, HINT_STRETCH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_view(self, view: LiveView, fresh: bool) -> None:
        """Say what this view says from now on."""
        said = athlete_words.hint(view, fresh)
        # a set keeps its clock in one place: the line has room for a sentence only where there is one
        self.told = view.stage.stage not in BAR_STAGES or len(said) >= LONG
        self._column.setStretch(1, TOLD_STRETCH if self.told else HINT_STRETCH)
        self.hint.set_share(TOLD_SHARE if self.told else HINT_SHARE)
        self.title.setText(athlete_words.state_word(view, fresh))
        self.hint.setText(said)


class CoachPanel(QWidget):
    """Clock and dots between the legs, or over the whole window where there are no bars.

    Without bars the leg that works is named at its own side of the clock.
    """

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.words = WordsBand(theme)
        self.title, self.hint = self.words.title, self.words.hint
        self.ring = ClockRing(theme)
        self._around = QWidget()
        self.drawing = ExerciseView(theme)
        self.names = {
            side: FittedLabel(share=0.17, bold=True, colour=theme.side(side).name(), theme=theme)
            for side in Side
        }
        self.answers = AnswerRows(theme)
        self.quiet = FittedLabel(share=0.44, colour=theme.quiet, theme=theme)
        self.scale = PainScale(theme)
        self.dots = RepDots(theme)
        self._drawn: tuple[object, ...] = ()
        self._lay_out()

    def show_view(self, view: LiveView, fresh: bool) -> None:
        """Draw what this view says from now on."""
        self.words.show_view(view, fresh)
        asked = setup_words.question(view.stage, view.cannot) if fresh and not view.paused else None
        self.answers.show_answers(asked.answers if asked else ())
        self.quiet.setVisible(asked is not None)
        self.quiet.setText(asked.quiet if asked else "")
        self.ring.show_view(view, fresh)
        self.scale.show_face(read_scale(view))
        alone = not self.scale.isHidden() and not self.ring.has_clock
        self.ring.setVisible(asked is None and not alone)
        self._around.setVisible(not self.ring.isHidden())
        asks = not self.scale.isHidden()
        self._column.setStretchFactor(self._around, AROUND_ASKED if asks else AROUND_STRETCH)
        self._column.setStretchFactor(self.scale, SCALE_ASKED if asks else SCALE_STRETCH)
        self.dots.show_view(view)
        self._show_drawing(view)
        self._name_legs(view, hidden=self.ring.isHidden() or not self.drawing.isHidden())

    def set_gap(self, gap_px: int) -> None:
        """Keep the names of the legs and the drawing so far from the clock."""
        self._beside.setSpacing(gap_px)

    def _lay_out(self) -> None:
        self._beside = around = QHBoxLayout(self._around)
        around.setContentsMargins(0, 0, 0, 0)
        for part, stretch in (
            (self.drawing, DRAWING_STRETCH),
            (self.names[Side.LEFT], NAME_STRETCH),
            (self.ring, RING_STRETCH),
            (self.names[Side.RIGHT], NAME_STRETCH),
        ):
            around.addWidget(part, stretch)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._around, AROUND_STRETCH)
        for row, stretch in (
            (self.answers, 84),
            (self.quiet, 22),
            (self.scale, SCALE_STRETCH),
            (self.dots, 16),
        ):
            column.addWidget(row, stretch)
        self.drawing.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def _show_drawing(self, view: LiveView) -> None:
        """Show the position to be taken, while there is time to look at it."""
        stage = view.stage
        wanted = draws_exercise(view)
        key = (stage.drawing, stage.side, stage.sentence)
        if wanted and key != self._drawn:
            self._drawn = key
            title = words.set_words(stage)
            self.drawing.show_exercise(stage.drawing, title, stage.sentence, stage.side)
        self.drawing.setVisible(wanted and self.drawing.has_drawing)

    def _name_legs(self, view: LiveView, hidden: bool) -> None:
        named = names_leg(view) and not hidden
        both = isinstance(view.stage.side, Legs)
        for side, label in self.names.items():
            label.setVisible(named)
            label.setText(words.LEGS[side] if named and (both or view.stage.side is side) else "")
