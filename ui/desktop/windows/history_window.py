"""The window of an athlete's history, and of the sessions that are opened from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from emg.session.bundle import SessionReadError
from emg.session.library import SessionDigest
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.history_ask import HistoryAsk
from ui.desktop.windows.history_page import HistoryPage
from ui.desktop.windows.session_window import SMALLEST_PX
from ui.desktop.windows.summary_page import SummaryPage
from ui.kept.athletes import NamesUnreadable, athletes
from ui.kept.home import AthleteError
from ui.kept.home_plan import times_a_week
from ui.kept.keeping import KeepingError
from ui.kept.moving import move
from ui.kept.removing import athlete_going, remove_athlete, remove_session, session_going
from ui.reading.history import History, PastSession, read_history
from ui.words import history_words, library_words, words
from ui.words.told import told

ReadPast: TypeAlias = Callable[[Path], PastSession]
"""Reads a session of the past from its folder."""

Answer: TypeAlias = Callable[[str], None]
"""Does what was asked for, with the id that was typed; raises why not."""

REFUSALS = (KeepingError, AthleteError, SessionReadError, NamesUnreadable)


class HistoryWindow(QWidget):
    """The history, a session of it, or what is asked before one is moved or deleted: one at a time.

    Parameters
    ----------
    athlete : str
        Id.
    history : History
        All that is known of the athlete.
    read_past : callable
        Reads a session that is asked for.

    Signals
    -------
    left()
        Somebody goes back to the first screen.
    """

    left = Signal()

    def __init__(self, athlete: str, history: History, read_past: ReadPast, *, theme: Theme = DARK) -> None:
        super().__init__()
        self._athlete = athlete
        self._read_past = read_past
        self._answer: Answer | None = None
        self.history = HistoryPage(theme)
        self.summary = SummaryPage(theme)
        self.asks = HistoryAsk(theme)
        self._pages = QStackedLayout(self)
        for page in (self.history, self.summary, self.asks):
            self._pages.addWidget(page)
        self.setWindowTitle(words.APP_NAME)
        self.setMinimumSize(*SMALLEST_PX)
        self.history.opened.connect(self._open)
        self.history.closed.connect(self.close)
        self.history.move_wanted.connect(self._ask_move)
        self.history.delete_wanted.connect(self._ask_delete)
        self.history.delete_all_wanted.connect(self._ask_delete_all)
        self.asks.answered.connect(self._answered)
        self.asks.closed.connect(self._back)
        self.history.show_athlete(athlete, history)
        self.history.setFocus()

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        return self._pages.currentWidget()

    @Slot(str)
    def _open(self, folder: str) -> None:
        past = self._read_past(Path(folder))
        self.summary.show_end(past.end, history_words.BACK_HINT)
        self.summary.show_courses(past.sets)
        self._pages.setCurrentWidget(self.summary)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the pages of a session, and go back from it."""
        if self.page is not self.summary:
            super().keyPressEvent(event)
        elif self.summary.hears(event):
            self.summary.keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_PageUp):
            self._back()

    def _back(self) -> None:
        self._pages.setCurrentWidget(self.history)
        self.history.setFocus()

    def _ask(self, title: str, lines: list[str], prompt: str, answer: Answer) -> None:
        self._answer = answer
        self.asks.ask(title, lines, prompt)
        self._pages.setCurrentWidget(self.asks)
        self.asks.setFocus()

    def _ask_move(self) -> None:
        chosen = self.history.selected
        if chosen is not None:
            title = library_words.MOVE_TITLE.format(session=chosen.folder.name)
            lines = [library_words.MOVE_TOLD.format(athlete=self._athlete)]
            self._ask(title, lines, library_words.MOVE_TYPE, lambda typed: self._move(chosen, typed))

    def _ask_delete(self) -> None:
        chosen = self.history.selected
        if chosen is None:
            return
        try:
            lines = library_words.before_words(session_going(chosen.folder))
        except (*REFUSALS, OSError) as error:
            self.history.tell(told(error))
            return
        prompt = library_words.TYPE_IT.format(athlete=self._athlete)
        self._ask(
            library_words.DELETE_SESSION_TITLE, lines, prompt, lambda typed: self._delete(chosen, typed)
        )

    def _ask_delete_all(self) -> None:
        try:
            lines = library_words.before_words(athlete_going(self._athlete))
        except (*REFUSALS, OSError) as error:
            self.history.tell(told(error))
            return
        title = library_words.DELETE_ATHLETE_TITLE.format(athlete=self._athlete)
        self._ask(title, lines, library_words.TYPE_IT.format(athlete=self._athlete), self._delete_all)

    @Slot(str)
    def _answered(self, typed: str) -> None:
        """Do it, or say why not."""
        if self._answer is None:
            return
        try:
            self._answer(typed)
        except REFUSALS as error:
            self.asks.refuse(told(error))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.asks.refuse(library_words.LEFT_OVER.format(reason=reason))

    def _move(self, chosen: SessionDigest, typed: str) -> None:
        if typed not in {entry.id for entry in athletes()}:
            raise KeepingError(library_words.NOBODY_PAGE.format(athlete=typed))
        try:
            moved = move(chosen.folder, typed)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise KeepingError(library_words.NOT_MOVED.format(reason=reason)) from error
        self._show_again(" ".join(library_words.moved_words(moved)))

    def _delete(self, chosen: SessionDigest, typed: str) -> None:
        self._check_typed(typed)
        going = session_going(chosen.folder)
        remove_session(chosen.folder)
        what = library_words.going_words(going)
        self._show_again(library_words.DELETED.format(what=what, athlete=self._athlete))

    def _delete_all(self, typed: str) -> None:
        self._check_typed(typed)
        remove_athlete(self._athlete)
        self._answer = None
        self.close()

    def _check_typed(self, typed: str) -> None:
        if typed != self._athlete:
            raise KeepingError(library_words.TYPED_OTHER.format(athlete=self._athlete))

    def _show_again(self, sentence: str) -> None:
        """Show the history as it is now."""
        self._answer = None
        known = read_history(self._athlete, per_week=times_a_week(self._athlete))
        self.history.show_athlete(self._athlete, known)
        self.history.tell(sentence)
        self._back()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go back to the first screen."""
        event.accept()
        self.left.emit()
