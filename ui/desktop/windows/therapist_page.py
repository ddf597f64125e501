"""The page of somebody who treats: all that the session knows, with the eye led to what matters now."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emg.live_view import LiveView
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.comparison_panel import ComparisonPanel
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.key_buttons import KeyButtons
from ui.desktop.widgets.message_bar import MessageBar
from ui.desktop.widgets.meters import Meters
from ui.desktop.widgets.note_line import NoteLine
from ui.desktop.widgets.plate import Plate
from ui.desktop.widgets.problem_band import ProblemBand
from ui.desktop.widgets.readings_strip import ReadingsStrip
from ui.desktop.widgets.rep_dots import RepDots
from ui.desktop.widgets.small_bars import SmallBars
from ui.desktop.widgets.trace_panel import TracePanel
from ui.reading.latency import Latencies
from ui.reading.muscles import Clock, is_fresh, measures, read_clock, read_plate, side_shown
from ui.reading.set_up import read_scale
from ui.reading.therapist import (
    button_words,
    compared,
    is_covered,
    lags,
    last_hold_words,
    left_out,
    meters,
    note_words,
    ratio_rows,
    uncovered,
)
from ui.session.standing import NOTHING_YET, Standing
from ui.session.traces import TraceMark, Traces, TraceView
from ui.words import board_words, therapist_words, words

TRACES_MS: Final = 33
"""The traces are painted thirty times a second, whatever the rate of the blocks."""

TEXT_S: Final = 0.25
SLOW_S: Final = 0.5
"""Ratios follow this often, and meters this often: faster they cannot be read."""

OK: Final = "ok"
"""Verdict of a contact that is good."""

LEFT_OUT: Final[Mapping[str, Any]] = MappingProxyType({})
"""In place of comparisons that are no longer all: another one than any that is followed."""

LONG: Final = 48
"""Characters from which a hint is a sentence, and gets the whole width where nothing else needs it."""

MARGIN_SHARE: Final = 0.012
N_NOTES: Final = 4


class TherapistPage(QWidget):
    """Draws one ``LiveView`` for the therapist, with traces, comparisons, meters, notes and buttons.

    Bars, levels and ratios are shown here also while the athlete does not see them.

    Parameters
    ----------
    clock : callable
        Host time in seconds.
    theme : Theme
        Colours.
    traces : Traces
        Followed the session since it was opened; so did the next two.
    latencies : Latencies
        Filled by whoever paints.
    standing : Standing
        Comparisons so far.

    Signals
    -------
    note_written(str), report_wanted()
        A note was written; somebody wants a report of what went wrong.
    action(str)
        Code of an ``Action`` whose button was pressed.
    """

    note_written = Signal(str)
    report_wanted = Signal()
    action = Signal(str)

    def __init__(
        self,
        clock: Clock = time.monotonic,
        theme: Theme = DARK,
        traces: Traces | None = None,
        latencies: Latencies | None = None,
        standing: Standing | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock, self._theme = clock, theme
        self._traces = traces or Traces()
        self._latencies = latencies or Latencies()
        self._standing = standing or Standing()
        self._prompt = ""
        self._summary: Mapping[str, Any] = NOTHING_YET
        self._ratios_at_s = self._meters_at_s = -1.0
        self._ratios_key: tuple[object, ...] = ()
        self._meters_key: tuple[object, ...] = ()
        self._noted: tuple[TraceMark, ...] = ()
        self.view = LiveView()
        self._make()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(TRACES_MS)
        self._timer.timeout.connect(self.sweep)
        self.note.written.connect(self.note_written)
        self.buttons.pressed.connect(self.action)
        self.problem.report_wanted.connect(self.report_wanted)
        self.show_view(self.view)

    def show_view(self, view: LiveView) -> None:
        """Draw this view from now on."""
        self.view = view
        now_s = self._clock()
        fresh = is_fresh(view, now_s)
        seen = uncovered(view)
        self._show_head(seen, fresh)
        self._show_message(fresh)
        face = read_plate(view, now_s)
        self.plate.show_face(face)
        self.bars.setVisible(face is None)
        self.bars.show_view(seen)
        self.hidden_note.setText(therapist_words.HIDDEN if is_covered(view) else "")
        self._show_ratios(seen, now_s, fresh)
        self._show_contact(view, fresh)
        self._show_standing(view)
        self._show_meters(view, now_s, fresh)
        for code, button in self.buttons.buttons.items():
            button.say(button_words(view, code))

    def refresh(self) -> None:
        """Draw the same view again: its age may have changed."""
        self.show_view(self.view)

    def sweep(self) -> None:
        """Draw what the traces have got since the last time."""
        traces = self._traces.snapshot()
        fresh = is_fresh(self.view, self._clock())
        self.trace_panel.show_traces(traces, self._stopped(traces, fresh))
        if traces.notes != self._noted:
            self._noted = traces.notes
            self.notes.show_rows([note_words(mark, traces.fs_hz) for mark in traces.notes])

    def prompt(self, sentence: str) -> None:
        """Show a sentence of the window's own above everything, empty to take it away."""
        self._prompt = sentence
        self._show_message(is_fresh(self.view, self._clock()))

    def is_noting(self) -> bool:
        """Whether somebody is about to write a note, or in the middle of one."""
        return self.note.writing or self.note.hasFocus()

    def begin_note(self) -> None:
        """Put the keyboard where notes are written."""
        self.note.begin()

    def show_problem(self, sentence: str, below: str = "", detail: str = "") -> None:
        """Let a sentence about what went wrong stand, with a button for a report; empty takes it away."""
        self.problem.show_problem(sentence, below, detail)

    def set_sound_badge(self, text: str) -> None:
        """Say why nothing is heard, empty if it is."""
        self.sound_badge.setText(text)
        self.sound_badge.setVisible(bool(text))

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the signal while the page is seen."""
        self.sweep()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Paint nothing that nobody sees."""
        self._timer.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        margin = round(self.height() * MARGIN_SHARE)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(margin // 2)
        for row in (self._body, self._low):
            row.setSpacing(2 * margin)

    # how it is put together

    def _make(self) -> None:
        theme = self._theme
        self.title = FittedLabel(share=0.94, bold=True, align=paint.LEFT, theme=theme)
        self.hint = FittedLabel(share=0.66, colour=theme.quiet, align=paint.LEFT, theme=theme)
        self.clock_label = FittedLabel(share=0.94, bold=True, theme=theme)
        self.clock_unit = FittedLabel(share=0.66, colour=theme.quiet, theme=theme)
        self.dots = RepDots(theme)
        self.set_label = FittedLabel(share=0.62, bold=True, align=paint.RIGHT, theme=theme)
        self.status_label = FittedLabel(share=0.66, colour=theme.quiet, align=paint.RIGHT, theme=theme)
        self.sound_badge = FittedLabel(share=0.74, colour=theme.warn, align=paint.RIGHT, theme=theme)
        self.sound_badge.hide()
        self.message = MessageBar(theme)
        self.problem = ProblemBand(theme)
        self.bars = SmallBars(self._clock, theme)
        self.plate = Plate(theme)
        self.hidden_note = FittedLabel(share=0.72, colour=theme.warn, theme=theme)
        self.ratios = ReadingsStrip(theme)
        self.trace_panel = TracePanel(theme)
        self.last_hold = FittedLabel(last_hold_words(None), share=0.38, align=paint.LEFT, theme=theme)
        self.comparisons = ComparisonPanel(theme)
        self.meters = Meters(n_rows=4, name_share=0.32, theme=theme)
        self.meters.setAccessibleName(therapist_words.SIGNAL)
        self.notes = Meters(
            therapist_words.NOTES,
            n_rows=N_NOTES,
            name_share=0.16,
            empty=therapist_words.NO_NOTES,
            theme=theme,
        )
        self.note = NoteLine(theme)
        self.buttons = KeyButtons(therapist_words.BUTTONS, theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for cell, stretch in (
            (_stacked((self.title, 62), (self.hint, 38)), 33),
            (_stacked((self.clock_label, 62), (self.clock_unit, 38)), 16),
            (self.dots, 15),
            (_stacked((self.set_label, 40), (self.status_label, 32), (self.sound_badge, 28)), 36),
        ):
            _put(head, cell, stretch)
        self._body, self._low = QHBoxLayout(), QHBoxLayout()
        left = _stacked((self.bars, 79), (self.plate, 79), (self.hidden_note, 6), (self.ratios, 15))
        right = _stacked((self.trace_panel, 87), (self.last_hold, 13))
        self._body.addLayout(left, 36)
        self._body.addLayout(right, 64)
        self._low.addWidget(self.comparisons, 46)
        self._low.addWidget(self.meters, 30)
        self._low.addLayout(_stacked((self.notes, 80), (self.note, 24)), 24)
        self._column = QVBoxLayout(self)
        for part, stretch in (
            (head, 9),
            (self.message, 5),
            (self.problem, 8),
            (self._body, 52),
            (self._low, 21),
            (self.buttons, 8),
        ):
            _put(self._column, part, stretch)

    # what each part shows

    def _show_head(self, view: LiveView, fresh: bool) -> None:
        self.title.setText(words.phase_title(view, fresh))
        self.hint.setText("" if self._sentence(fresh) else words.phase_hint(view, fresh))
        clock = read_clock(view, fresh)
        self.clock_label.setText(clock.number)
        self.clock_unit.setText(", ".join(filter(None, (clock.unit, clock.told))))
        self.dots.show_view(view)
        place = words.set_words(view.stage) or words.STAGES.get(view.stage.stage, "")
        self.set_label.setText("  ·  ".join(filter(None, (place, words.set_number_words(view.stage)))))
        self.set_label.set_colour(self._theme.side(side_shown(view.stage)))
        signal = words.signal_words(view, fresh) if measures(view) or not fresh else ""
        self.status_label.setText("  ·  ".join(filter(None, (view.athlete, view.board, signal))))

    def _show_message(self, fresh: bool) -> None:
        """Show the prompt, else trouble that the plate does not tell, else a question, else what is known."""
        view = self.view
        plate = read_plate(view, self._clock())
        trouble = self._prompt or ("" if plate else words.trouble_words(view, fresh))
        scale = read_scale(view)
        if trouble:
            bad = view.error or view.unsaved or not fresh
            said = "  ·  ".join(filter(None, (trouble, self._sentence(fresh))))
            self.message.say(said, self._theme.bad if bad else self._theme.warn)
        elif scale is not None:
            said = "  ·  ".join(filter(None, (scale.question, scale.said, scale.keys)))
            self.message.say(said, self._theme.text, calm=True)
        else:
            self.message.say(words.calm_words(view) or self._sentence(fresh), self._theme.line, calm=True)

    def _sentence(self, fresh: bool) -> str:
        """Give a hint that has too many words for its place in the head, if there is another one for it."""
        view = self.view
        said = words.phase_hint(view, fresh)
        taken = self._prompt or words.calm_words(view) or read_scale(view) is not None
        return "" if taken or len(said) < LONG else said

    def _show_ratios(self, view: LiveView, now_s: float, fresh: bool) -> None:
        key = (fresh, view.calibrated, view.stage.side, len(view.bars), view.finished)
        if key == self._ratios_key and abs(now_s - self._ratios_at_s) < TEXT_S:
            return
        self._ratios_key, self._ratios_at_s = key, now_s
        self.ratios.show_readings(ratio_rows(view, now_s))

    def _show_contact(self, view: LiveView, fresh: bool) -> None:
        """Say it of each site while there is a signal to say it of."""
        said = {
            bar.site: (board_words.verdict_words(bar.verdict, view.cannot), bar.verdict == OK)
            for bar in view.bars
        }
        self.trace_panel.show_contact(said if fresh else {})

    def _stopped(self, traces: TraceView, fresh: bool) -> str:
        """Say why the traces do not go on, empty while they do: who follows the signal may have failed."""
        if not traces.n_columns:
            return ""
        if not fresh:
            return words.signal_words(self.view, fresh)
        newest_s = traces.end * traces.spacing / traces.fs_hz
        return therapist_words.TRACES_STOPPED if lags(self.view, newest_s) else ""

    def _show_standing(self, view: LiveView) -> None:
        if lags(view, self._standing.followed_s()):
            self._summary = LEFT_OUT
            self.comparisons.show_rows(left_out(self._standing.summary()))
            self.last_hold.setText(f"{words.NONE}  ·  {therapist_words.NOT_FOLLOWED}")
        elif (summary := self._standing.summary()) is not self._summary:
            self._summary = summary
            self.comparisons.show_rows(compared(summary, self._standing.tested()))
            self.last_hold.setText(last_hold_words(self._standing.last(), view.cannot))

    def _show_meters(self, view: LiveView, now_s: float, fresh: bool) -> None:
        key = (fresh, view.signal, view.board, view.fs_hz)
        if key != self._meters_key or abs(now_s - self._meters_at_s) >= SLOW_S:
            self._meters_key, self._meters_at_s = key, now_s
            self.meters.show_rows(meters(view, now_s, self._latencies))


def _put(box: QHBoxLayout | QVBoxLayout, part: QWidget | QHBoxLayout | QVBoxLayout, stretch: int) -> None:
    if isinstance(part, QWidget):
        box.addWidget(part, stretch)
    else:
        box.addLayout(part, stretch)


def _stacked(*parts: tuple[QWidget, int]) -> QVBoxLayout:
    """Put widgets above each other, each with its share of the height."""
    column = QVBoxLayout()
    column.setSpacing(0)
    for part, stretch in parts:
        column.addWidget(part, stretch)
    return column
