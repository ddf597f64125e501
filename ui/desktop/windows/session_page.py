"""The page of a running session: one state word, the two legs with the clock between them."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emg.codes import SignalState
from emg.live_view import LiveView
from emg.montage import Side
from ui.desktop.announcer import Announcer
from ui.desktop.moment import Moment
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.coach_panel import CoachPanel
from ui.desktop.widgets.contact_tiles import ContactTiles
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.leg_panel import LegPanel
from ui.desktop.widgets.message_bar import MessageBar
from ui.desktop.widgets.muscle_bar import TEXT_PERIOD_S
from ui.desktop.widgets.plate import Plate
from ui.desktop.widgets.readings_strip import ReadingsStrip
from ui.reading.muscles import Clock, is_fresh, measures, read_plate, shows_bars, side_shown
from ui.words import athlete_words, figures, words
from ui.words.setup_words import STAGES as SET_UP_STAGES
from ui.words.setup_words import TILE_STAGES

MARGIN_SHARE: Final = 0.02
GAP_SHARE: Final = 0.045
"""Between the columns: a leg's numbers must not run into the clock."""

FRAME_S: Final = 0.1
"""Words around the bars that only count on follow this often; the clock and the bars with every block."""

EVEN, WIDE, NARROW, CLOCK = 34, 49, 19, 32
"""Width of a leg beside its equal, working, and accompanying; and of the clock between them."""

HEADER, MESSAGE, STRIP = 55, 64, 90
WORDS, BODY = 250, 620
TOLD_WORDS, TOLD_BODY = 320, 550
"""Heights, in thousandths: in a set, and where the line under the state word is a sentence."""

WORDS_ROW, BODY_ROW = 2, 3


class SessionPage(QWidget):
    """Draws one ``LiveView``.

    Parameters
    ----------
    clock : callable
        Host time in seconds.
    """

    def __init__(
        self, clock: Clock = time.monotonic, theme: Theme = DARK, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._theme = theme
        self._prompt = ""
        self._announcer = Announcer()
        self._moment = Moment(FRAME_S)
        self._strip_key: tuple[object, ...] = ()
        self._strip_time_s = 0.0
        self.view = LiveView()
        self.set_label = FittedLabel(share=0.56, bold=True, align=paint.LEFT, theme=theme)
        self.number_label = FittedLabel(share=0.42, colour=theme.quiet, theme=theme)
        self.status_label = FittedLabel(share=0.42, colour=theme.quiet, align=paint.RIGHT, theme=theme)
        self.message = MessageBar(theme)
        self.left = LegPanel(Side.LEFT, clock, theme)
        self.right = LegPanel(Side.RIGHT, clock, theme)
        self.coach = CoachPanel(theme)
        self.tiles = ContactTiles(theme)
        self.plate = Plate(theme)
        self.strip = ReadingsStrip(theme)
        self._lay_out()
        self.show_view(self.view)

    def show_view(self, view: LiveView) -> None:
        """Draw this view from now on."""
        self.view = view
        fresh = is_fresh(view, self._clock())
        if self._moment.is_new(view, fresh):
            self._show_frame(view, fresh)
        for leg in (self.left, self.right):
            leg.show_view(view)
        self.coach.ring.show_view(view, fresh)

    def _show_frame(self, view: LiveView, fresh: bool) -> None:
        """Show all that does not move with every block."""
        self._show_header(view, fresh)
        self._show_message(fresh)
        face = read_plate(view, self._clock())
        self.plate.show_face(face)
        with_bars = face is None and shows_bars(view)
        if with_bars:
            self._widen(view)
        for leg in (self.left, self.right):
            leg.setVisible(with_bars)
        self.tiles.setVisible(face is None and view.stage.stage in TILE_STAGES)
        self.tiles.show_view(view, fresh)
        self.coach.words.setVisible(face is None)
        # before the start there is no clock to stand between the legs
        self.coach.setVisible(face is None and not (with_bars and view.stage.stage == "idle"))
        self.coach.show_view(view, fresh)
        told = self.coach.words.told
        self._column.setStretch(WORDS_ROW, TOLD_WORDS if told else WORDS)
        self._column.setStretch(BODY_ROW, TOLD_BODY if told else BODY)
        self._show_strip(fresh)
        word = face.title if face is not None else self.coach.title.text()
        self._announcer.announce(self, word, self._clock())

    def refresh(self) -> None:
        """Draw the same view again: its age may have changed."""
        self.show_view(self.view)

    def prompt(self, sentence: str) -> None:
        """Show a sentence of the window's own above everything, empty to take it away."""
        self._prompt = sentence
        self._show_message(is_fresh(self.view, self._clock()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins and gaps follow the window."""
        margin = round(self.height() * MARGIN_SHARE)
        self._column.setContentsMargins(margin, margin // 2, margin, margin // 2)
        gap_px = round(self.height() * GAP_SHARE)
        self._body.setSpacing(gap_px)
        self.coach.set_gap(gap_px)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        for label, stretch in ((self.set_label, 42), (self.number_label, 16), (self.status_label, 42)):
            header.addWidget(label, stretch)
        self._body = body = QHBoxLayout()
        for panel, stretch in (
            (self.tiles, 36),
            (self.left, EVEN),
            (self.coach, CLOCK),
            (self.right, EVEN),
            (self.plate, 100),
        ):
            body.addWidget(panel, stretch)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addLayout(header, HEADER)
        column.addWidget(self.message, MESSAGE)
        column.addWidget(self.coach.words, WORDS)
        column.addLayout(body, BODY)
        column.addWidget(self.strip, STRIP)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _widen(self, view: LiveView) -> None:
        """Give the working leg the room: the other one only accompanies it."""
        works = view.stage.side if view.stage.stage == "holds" else None
        for leg, side in ((self.left, Side.LEFT), (self.right, Side.RIGHT)):
            stretch = EVEN if not isinstance(works, Side) else WIDE if works is side else NARROW
            self._body.setStretchFactor(leg, stretch)

    def _show_header(self, view: LiveView, fresh: bool) -> None:
        """Name the set, and who is measured with what."""
        self.set_label.setText(words.set_words(view.stage) or words.STAGES.get(view.stage.stage, ""))
        self.set_label.set_colour(self._theme.side(side_shown(view.stage)))
        self.number_label.setText(words.set_number_words(view.stage))
        signal = words.signal_words(view, fresh) if measures(view) or not fresh else ""
        who = (view.athlete, view.board, signal)
        self.status_label.setText("  ·  ".join(part for part in who if part))

    def _show_message(self, fresh: bool) -> None:
        """Show the prompt, else trouble that the plate does not tell already, else what is worth knowing."""
        view = self.view
        plate = read_plate(view, self._clock())
        trouble = self._prompt or ("" if plate else words.trouble_words(view, fresh))
        if not trouble:
            self.message.say(athlete_words.calm(view), self._theme.line, calm=True)
            return
        bad = view.error or view.signal in (SignalState.NO_SIGNAL, SignalState.LOST)
        bad = bad or (view.signal is SignalState.LIVE and not fresh) or trouble == view.unsaved
        self.message.say(trouble, self._theme.bad if bad else self._theme.warn)

    def _show_strip(self, fresh: bool) -> None:
        """Show that something is measured where there are no bars; slowly enough to be read.

        Never in a set: its bars say it, and where they are off nothing may.
        """
        view = self.view
        wanted = self.plate.isHidden() and bool(view.bars) and not view.finished
        wanted = wanted and view.stage.stage in SET_UP_STAGES
        self.strip.setVisible(wanted)
        key = (wanted, fresh, view.unit, len(view.bars))
        if key == self._strip_key and abs(view.time_s - self._strip_time_s) < TEXT_PERIOD_S:
            return
        self._strip_key, self._strip_time_s = key, view.time_s
        self.strip.show_readings(
            [
                (words.site_words(bar.site), figures.level_words(bar.level_uv if fresh else None, view.unit))
                for bar in (view.bars if wanted else ())
            ]
        )
