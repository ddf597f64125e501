"""The desktop front put together: start screen, session windows, and what happens when something raises.

What runs a session is loaded when one begins: the first screen must not wait for it.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication

from emg.session.ids import is_id
from hardware.probe import survey
from ui.desktop.app import make_application
from ui.desktop.entrance import start_window
from ui.desktop.placing import centre
from ui.desktop.problems import Problem, Problems
from ui.desktop.theme import theme_of
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept.settings import read_settings
from ui.words import key_words, start_words

if TYPE_CHECKING:
    from ui.desktop.running import Running
    from ui.desktop.windows.history_window import HistoryWindow
    from ui.session.front import SessionEnd
    from ui.session.plan import SessionPlan

LOG: Final = logging.getLogger("powerhold")


class Desktop:
    """Owns the windows of the program, one after the other, and the session that runs.

    Parameters
    ----------
    problems : Problems or None
        Hears what nobody caught; None to make one.
    again : bool
        Whether a new session can follow one: the program was begun at its first screen.

    Attributes
    ----------
    end : SessionEnd or None
        How the last session ended.
    start : StartWindow or None
        The first screen, while it is there.
    running : Running or None
        The session that runs.
    """

    def __init__(self, problems: Problems | None = None, *, again: bool = True) -> None:
        self.end: SessionEnd | None = None
        self.problems = problems or Problems()
        self._again = again
        self._theme = theme_of(read_settings())
        self.start: StartWindow | None = None
        self._left_behind: StartWindow | None = None
        self._history: HistoryWindow | None = None
        self.running: Running | None = None
        self._before: Running | None = None
        self.problems.happened.connect(self._tell)

    def show_start(self) -> None:
        """Ask what to do."""
        if self._left_behind is not None:  # not sooner: ports may still be asked in its name
            self._left_behind.deleteLater()
            self._left_behind = None
        self.start = start_window(self._chosen, look=survey, theme=self._theme)
        self.start.history_wanted.connect(self.show_history)
        centre(self.start)
        self.start.show()
        self.start.activateWindow()  # a screen without a window manager gives the keys to nobody
        self.start.look_for_boards()

    def _chosen(self, choice: StartChoice) -> None:
        from ui.desktop import planning

        self.show_session(planning.plan_of(choice))
        if self.start is not None:  # not sooner: the program ends with its last window
            self.start.close()
            self._left_behind, self.start = self.start, None

    def show_history(self, athlete: str) -> None:
        """Show what an athlete has done; the first screen waits behind it as it is."""
        if not is_id(athlete):
            return
        from ui.desktop.windows.history_window import HistoryWindow  # plots take a while to load
        from ui.kept.home_plan import times_a_week
        from ui.reading.history import read_history, read_past

        self._drop_history()
        known = read_history(athlete, per_week=times_a_week(athlete))
        self._history = HistoryWindow(athlete, known, read_past, theme=self._theme)
        self._history.left.connect(self._drop_history)
        centre(self._history)
        self._history.show()
        self._history.activateWindow()

    def _drop_history(self) -> None:
        """Free the history: a window that is only closed stays in memory with all its plots."""
        if self._history is not None:
            window, self._history = self._history, None
            window.close()
            window.deleteLater()
            if self.start is not None:  # somebody may have been deleted, or have begun
                self.start.first.who.look_again()

    def show_session(self, plan: SessionPlan) -> None:
        """Open the session's windows and begin to open the board."""
        from ui.desktop.running import Running

        settings = read_settings()  # of now: sound and speech may have been changed on the first screen
        self.running = Running(plan, self.problems, settings, again=self._again, theme=self._theme)
        self.running.left.connect(self._left)
        self.running.start()

    def _left(self, again: bool) -> None:
        """Go back to the first screen, or let the program end with its windows."""
        if again and self._again:
            self.finish()
            self.show_start()

    def _tell(self, problem: Problem) -> None:
        """Say on the first screen what happened; a session has windows of its own for that."""
        if self.start is not None:
            self.start.page.say(key_words.PROBLEM_START.format(what=problem.message))

    def finish(self) -> None:
        """Let a session that still runs save itself; called when the last window is closed."""
        if self.running is not None:
            self.end = self.running.finish() or self.end
            # it may be its own signal that brought us here: it goes when the next session has come and gone
            self._before, self.running = self.running, None


def hear_problem(problems: Problems, sentence: str, error: BaseException | None) -> None:
    """Write what nobody caught to the log the first time, and have it told."""
    if problems(sentence, error):
        LOG.error("%s", sentence, exc_info=error)


def warn(sentence: str, error: BaseException | None) -> None:
    """Write to the log what Qt warns of."""
    LOG.warning("%s", sentence, exc_info=error)


def begin(*, again: bool) -> tuple[QApplication, Desktop]:
    """Make the application, or dress the one there is, with a net under everything, and the desktop."""
    problems = Problems()
    app = make_application(
        sys.argv, partial(hear_problem, problems), on_warning=warn, theme=theme_of(read_settings())
    )
    return app, Desktop(problems, again=again)


def run_session(plan: SessionPlan) -> SessionEnd:
    """Run one session in a window; returns when the window is closed."""
    from ui.exit_codes import EXIT_FAULT
    from ui.session.front import SessionEnd

    app, desktop = begin(again=False)
    desktop.show_session(plan)
    app.exec()
    desktop.finish()
    return desktop.end or SessionEnd(start_words.CLOSED_BEFORE, EXIT_FAULT)
