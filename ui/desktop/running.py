"""One session in its windows: everything that is made for it, and what is shown when something fails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from ui.assembly import SessionRunner
from ui.desktop.bridge import Bridge
from ui.desktop.controls import Controls
from ui.desktop.keys import Action
from ui.desktop.problems import Problem, Problems
from ui.desktop.screens import Screens
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.session_window import SessionWindow
from ui.desktop.windows.therapist_page import TherapistPage
from ui.desktop.windows.therapist_window import TherapistWindow
from ui.kept.settings import Settings
from ui.reading.latency import Latencies
from ui.reading.muscles import Clock
from ui.session.course_making import Courses
from ui.session.courses import SetCourse
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan
from ui.session.standing import Standing
from ui.session.traces import Traces
from ui.sound import Sound
from ui.words import key_words, words

PATIENCE_S: Final = 0.005
"""A board's thread waits so long for the picture: blocks are four times as far apart."""


class Running(QObject):
    """A session, the windows that show it, and the sound.

    Parameters
    ----------
    plan : SessionPlan
        What to do.
    problems : Problems
        Hears what nobody caught.
    settings : Settings
        Sound and colours.
    again : bool
        Whether a new session can follow, or the program ends with this one.

    Signals
    -------
    left(bool)
        Its windows are being left; True for a new session.
    """

    left = Signal(bool)

    def __init__(
        self,
        plan: SessionPlan,
        problems: Problems,
        settings: Settings,
        *,
        again: bool,
        theme: Theme = DARK,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__()
        self._clock, self._theme = clock, theme
        self._problems = problems
        self._finished = False
        self._told: set[Problem] = set()
        self.bridge = Bridge(self, patience_s=PATIENCE_S if plan.source.paced else 0.0)
        self.sound = Sound(settings)
        self.latencies = Latencies()
        self._courses = Courses(plan.exercise)
        traces, standing = Traces(), _standing(plan)
        watchers = (self.sound, traces, standing, self._courses)
        self.runner = SessionRunner(plan, self.bridge, watchers=watchers)
        self.controls = Controls(self.runner, clock=clock, sound=self.sound, parent=self)
        self.controls.left.connect(self.left)
        self.page = TherapistPage(clock, theme, traces, self.latencies, standing)
        self.athlete = LiveWindow(
            self.runner,
            self.bridge,
            clock=clock,
            theme=theme,
            controls=self.controls,
            latencies=self.latencies,
        )
        self.screens = Screens(
            self.athlete, self._therapist_window, self.page, self.page, self.page, parent=self
        )
        self._after = key_words.AGAIN_HINT if again else words.CLOSE_HINT
        self.athlete.after = self._after
        self.athlete.sets = self._sets
        self._connect()

    def start(self) -> None:
        """Show the windows and begin to open the board."""
        self.screens.open()
        self.runner.start()

    def finish(self) -> SessionEnd | None:
        """Let a session that still runs save itself, and wait for that."""
        self.runner.stop()
        end = self.runner.wait()
        self.sound.close()
        self._finished = True
        found = self.latencies.percentiles()
        if end is None or found is None:
            return end
        measured = {"p50": found.p50_ms, "p95": found.p95_ms, "p99": found.p99_ms}
        return replace(end, latency_ms={name: round(ms, 2) for name, ms in measured.items()})

    def _connect(self) -> None:
        # after the windows have shown the numbers
        self.bridge.ended.connect(self._show_courses, Qt.ConnectionType.QueuedConnection)
        self.bridge.event_raised.connect(self._problems.see)
        self._problems.happened.connect(self._show_problem)
        self._problems.again.connect(self._show_problem)
        self.controls.sound_changed.connect(self.page.set_sound_badge)
        self.controls.report_wanted.connect(self._save_report)
        self.page.set_sound_badge(self.controls.badge)
        self.page.action.connect(self._do)
        self.page.note_written.connect(self.controls.note)
        self.page.note.left.connect(self.controls.typed)
        self.page.note.left.connect(self._end_note)
        self.controls.end_asked.connect(self.page.note.give)
        self.page.report_wanted.connect(self._save_report)

    def _therapist_window(self) -> TherapistWindow:
        window = TherapistWindow(self.controls, self.bridge, clock=self._clock, theme=self._theme)
        window.after = self._after
        window.sets = self._sets
        return window

    def _sets(self) -> tuple[Sequence[SetCourse], Path | None]:
        """Give the sets so far, and where their pictures are kept."""
        return self._courses.sets(), self.runner.folder

    def _windows(self) -> list[SessionWindow]:
        return [one for one in (self.athlete, self.screens.therapist) if one is not None]

    def _show_courses(self) -> None:
        for window in self._windows():
            window.summary.show_courses(self._courses.sets())
        writes = self.page.window()
        if isinstance(writes, SessionWindow):  # what is half typed goes on below the summary
            writes.summary.take_note(self.page.note)

    def _do(self, action: str) -> None:
        """Do what a button of the therapist's page says, in the window that it stands in."""
        window = self.page.window()
        if isinstance(window, SessionWindow):
            self.controls.do(Action(action), window)

    def _end_note(self) -> None:
        window = self.page.window()
        if isinstance(window, SessionWindow):
            window.end_note()

    def _show_problem(self, problem: Problem) -> None:
        """Pause at every failure; of each kind tell both people once, and keep the report at once.

        One that happened in the session before is new to this one. What the report leaves out is not told.
        """
        if self._finished:
            return
        self.controls.trouble()
        if problem in self._told or not self._problems.count(problem):
            return
        self._told.add(problem)
        if self.controls.ended:
            self._say_below(key_words.PROBLEM_START.format(what=problem.kind), self._kept())
        else:
            self.page.show_problem(key_words.PROBLEM_THERAPIST, self._kept(), problem.message)

    def _save_report(self) -> None:
        if self.controls.ended:
            self._say_below(key_words.REPORT_TITLE, self._kept())
        else:
            self.page.show_problem(key_words.REPORT_TITLE, self._kept())

    def _say_below(self, *sentences: str) -> None:
        """Say it below the summary, which has taken the place of the pages."""
        for window in self._windows():
            window.show_failure(". ".join(sentences))

    def _kept(self) -> str:
        """Save the report, and say where it is."""
        try:
            said = key_words.REPORT_SAVED.format(path=self._problems.save(datetime.now().astimezone()))
        except OSError as error:
            said = key_words.REPORT_FAILED.format(reason=error.strerror or type(error).__name__)
        return said


def _standing(plan: SessionPlan) -> Standing:
    """Compare with what was said before the session, as its summary will."""
    intake = plan.intake
    return Standing(
        sore_side=intake.sore_side,
        gate_muscle=plan.exercise.gate_muscle,
        reports=plan.exercise.reports,
        pain_before=intake.pain_0_10,
    )
