"""The page of a running session: two legs, the coach between them, readings below."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emg.codes import SignalState
from emg.live_view import LiveView
from emg.montage import Side
from ui import figures, words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.coach_panel import CoachPanel
from ui.desktop.widgets.contact_tiles import ContactTiles
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.leg_panel import LegPanel
from ui.desktop.widgets.message_bar import MessageBar
from ui.desktop.widgets.muscle_bar import TEXT_PERIOD_S
from ui.desktop.widgets.plate import Plate
from ui.desktop.widgets.readings_strip import Entry, ReadingsStrip
from ui.reading import BAR_STAGES, Clock, is_fresh, read_plate, read_ratios, side_shown
from ui.setup_words import TILE_STAGES

MARGIN_SHARE: Final = 0.02


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
        self.set_label.setText(words.set_words(view.stage) or words.STAGES.get(view.stage.stage, ""))
        self.set_label.set_colour(self._theme.side(side_shown(view.stage)))
        self.number_label.setText(words.set_number_words(view.stage))
        who = (view.athlete, view.board, words.signal_words(view, fresh))
        self.status_label.setText("  ·  ".join(part for part in who if part))
        self._show_message(fresh)
        face = read_plate(view, self._clock())
        self.plate.show_face(face)
        with_bars = view.stage.stage in BAR_STAGES
        for leg in (self.left, self.right):
            leg.setVisible(with_bars and face is None)
            leg.show_view(view)
        self.tiles.setVisible(face is None and view.stage.stage in TILE_STAGES)
        self.tiles.show_view(view, fresh)
        self.coach.setVisible(face is None)
        self.coach.show_view(view, fresh)
        self._show_strip(with_bars, fresh)

    def refresh(self) -> None:
        """Draw the same view again: its age may have changed."""
        self.show_view(self.view)

    def prompt(self, sentence: str) -> None:
        """Show a sentence of the window's own above everything, empty to take it away."""
        self._prompt = sentence
        self._show_message(is_fresh(self.view, self._clock()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        margin = round(self.height() * MARGIN_SHARE)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(margin, margin // 2, margin, margin // 2)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        for label, stretch in ((self.set_label, 42), (self.number_label, 16), (self.status_label, 42)):
            header.addWidget(label, stretch)
        body = QHBoxLayout()
        for panel, stretch in (
            (self.tiles, 42),
            (self.left, 31),
            (self.coach, 38),
            (self.right, 31),
            (self.plate, 100),
        ):
            body.addWidget(panel, stretch)
        column = QVBoxLayout(self)
        column.addLayout(header, 7)
        column.addWidget(self.message, 7)
        column.addLayout(body, 76)
        column.addWidget(self.strip, 10)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _show_message(self, fresh: bool) -> None:
        """Show the prompt, else trouble that the plate does not tell already, else what is worth knowing."""
        view = self.view
        plate = read_plate(view, self._clock())
        trouble = self._prompt or ("" if plate else words.trouble_words(view, fresh))
        if not trouble:
            self.message.say(words.calm_words(view), self._theme.line, calm=True)
            return
        bad = view.error or view.signal in (SignalState.NO_SIGNAL, SignalState.LOST)
        bad = bad or (view.signal is SignalState.LIVE and not fresh)
        self.message.say(trouble, self._theme.bad if bad else self._theme.warn)

    def _show_strip(self, with_bars: bool, fresh: bool) -> None:
        """Show ratios beside the bars, microvolts on plain screens; slowly enough to be read."""
        view = self.view
        key = (with_bars, fresh, view.stage.feedback, view.calibrated, len(view.bars), self.plate.isHidden())
        if key == self._strip_key and abs(view.time_s - self._strip_time_s) < TEXT_PERIOD_S:
            return
        self._strip_key, self._strip_time_s = key, view.time_s
        if view.finished or not view.bars or not view.stage.feedback or not self.plate.isHidden():
            entries: list[Entry] = []
        elif with_bars:
            found = read_ratios(view, self._clock())
            entries = [(words.RATIO_TITLES[ratio.name], ratio.number, ratio.note) for ratio in found]
        else:
            entries = [
                (words.site_words(bar.site), figures.level_words(bar.level_uv if fresh else None, view.unit))
                for bar in view.bars
            ]
        self.strip.show_readings(entries)
