"""What windows do when something fails, when a hold begins behind the help, and when they are done with."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from emg.codes import CommandKind, Phase
from emg.live_view import LiveView
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import RIGHT_LEG, plan_of, short_exercise
from tests.ui.desktop.hands import Inbox, Key, Switches
from tests.ui.desktop.test_two_windows import Pair
from tests.ui.views import HOLDING
from ui.desktop import screens, shell
from ui.desktop.problems import Problems
from ui.desktop.running import Running
from ui.desktop.shell import Desktop
from ui.desktop.windows.history_window import HistoryWindow
from ui.desktop.windows.start_window import StartWindow
from ui.kept.home import athletes_folder
from ui.kept.settings import Settings, keep_settings
from ui.session.front import SessionEnd
from ui.words import key_words, words

REST = replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST))
PREPARE = replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.PREPARE))


@pytest.fixture
def pair(qtbot: QtBot) -> Pair:
    return Pair(qtbot, alone=False)


@pytest.fixture
def one(qtbot: QtBot) -> Pair:
    return Pair(qtbot, alone=True)


def failed() -> Exception:
    """An error that was raised here."""
    try:
        raise ValueError("cannot")
    except ValueError as error:
        return error


# --- a page that cannot draw


def test_where_paused_is_written_the_session_is_paused(one: Pair) -> None:
    """Else the athlete puts the foot down before "Paused", and the hold is scored on."""

    def show_view(view: LiveView) -> None:
        raise ValueError("cannot")

    one.athlete.session.show_view = show_view  # type: ignore[method-assign]
    with one.qtbot.captureExceptions():
        one.show(1.0)
        assert one.athlete.page is one.athlete.broken
        assert one.inbox.kinds == [CommandKind.PAUSE]
        one.athlete.show_view(replace(HOLDING, paused=True))
        one.press(one.athlete, Key.Key_Space)
        one.show(3.0)
    assert one.athlete.page is one.athlete.broken
    assert one.inbox.kinds == [CommandKind.PAUSE, CommandKind.NEXT, CommandKind.PAUSE]


# --- help


def test_the_help_goes_away_by_itself_when_a_hold_begins(pair: Pair) -> None:
    """Else the athlete is cued behind a list of keys, in either window."""
    pair.bridge.post_view(REST)
    pair.bridge.deliver()
    for window in pair.windows:
        window.show_help()
    pair.bridge.post_view(PREPARE)
    pair.bridge.deliver()
    assert [window.page is window.home for window in pair.windows] == [True, True]


def test_help_that_is_asked_for_in_a_hold_stays(one: Pair) -> None:
    """Else a therapist can never look up a key while somebody holds."""
    one.show(1.0)
    one.athlete.show_help()
    one.show(1.02)
    assert one.athlete.page is one.athlete.help


# --- what is said below a page


def test_only_the_page_or_the_window_speaks_of_the_sound(running: Running) -> None:
    """Else one sentence in two places looks like two faults."""
    window = running.athlete
    running.sound.toggle_mute()
    running.controls.follow_sound()
    said = running.controls.badge
    assert said
    assert (window.badge.text(), running.page.isVisible()) == (said, False)
    window.switch()
    assert (window.badge.isVisible(), running.page.sound_badge.text()) == (False, said)
    window.show_help()
    assert window.badge.text() == said


def test_both_windows_speak_of_the_sound_where_no_page_does(pair: Pair) -> None:
    """Else the therapist hears nothing and looks for it in the cable."""
    pair.press(pair.athlete, Key.Key_M)
    assert [window.badge.text() for window in pair.windows] == [key_words.MUTED] * 2


@pytest.fixture
def running(qtbot: QtBot, powerhold_home: Path, tmp_path: Path) -> Iterator[Running]:
    """The windows of a session that has not begun; a session that listens takes the commands."""
    plan = plan_of(
        SimulatedSource(Athlete(seed=4), speed=0.0),
        short_exercise(),
        tmp_path,
        montage=RIGHT_LEG,
        attended=True,
    )
    made = Running(plan, Problems(), Settings(sound=True), again=True)
    made.controls._control = Inbox()
    made.controls._sound = made.sound = Switches()  # type: ignore[assignment]
    with qtbot.waitExposed(made.athlete):
        made.screens.open()
    yield made
    for window in made._windows():
        window._ended = True
        window.close()


def commands(running: Running) -> Inbox:
    inbox = running.controls._control
    assert isinstance(inbox, Inbox)
    return inbox


def test_a_failure_behind_the_summary_is_said_below_it(running: Running) -> None:
    """Else a picture stays empty and nobody knows that a report lies there."""
    running.athlete.show_end(SessionEnd("", 0))
    running._problems("ValueError: cannot", failed())
    QApplication.processEvents()
    assert running.athlete.badge.isVisible()
    assert key_words.PROBLEM_START.format(what="ValueError") in running.athlete.badge.text()
    running.controls.sound_changed.emit("")
    assert running.athlete.badge.isVisible(), "the sound does not wipe it away"


def test_the_second_failure_of_a_kind_pauses_too_and_is_told_once(running: Running) -> None:
    """Else the session runs on behind a screen that is not true."""
    told: list[str] = []
    show = running.page.show_problem
    running.page.show_problem = lambda *said: (told.append(said[0]), show(*said))  # type: ignore[assignment,method-assign,func-returns-value]
    for _ in range(2):
        error = failed()
        running._problems("ValueError: cannot", error)
        QApplication.processEvents()
        running.controls.see(replace(HOLDING, paused=True))
        QTest.keyClick(running.athlete, Key.Key_F5)
        running.controls._keys._last_s.clear()
    heard = [kind for kind in commands(running).kinds if kind is CommandKind.PAUSE]
    assert len(heard) == 2
    assert len(told) == 1


def test_a_session_is_paused_by_what_failed_in_the_one_before(running: Running) -> None:
    """Else the athlete who comes second is left with the fault of the first."""
    problems = running._problems
    with_error = failed()
    problems.blockSignals(True)
    problems("ValueError: cannot", with_error)
    problems._newest = None
    problems.blockSignals(False)
    problems("ValueError: cannot", with_error)
    QApplication.processEvents()
    assert commands(running).kinds == [CommandKind.PAUSE]
    assert not running.page.problem.isHidden(), "and it is told in this session too"


# --- notes


def test_a_half_typed_note_goes_on_below_the_summary(qtbot: QtBot, running: Running, tmp_path: Path) -> None:
    """Else what the therapist was just writing is gone when the last hold is over."""
    running.athlete.write_note()
    QTest.keyClicks(running.page.note, "hip drops")
    running.bridge.post_end(SessionEnd("", 0, tmp_path))
    QApplication.processEvents()
    summary = running.athlete.summary
    assert running.athlete.page is summary
    qtbot.waitUntil(lambda: summary.isAncestorOf(running.page.note))
    assert running.page.note.text() == "hip drops"


def test_an_enter_that_bounces_in_the_note_line_is_not_next(running: Running) -> None:
    """Else every note of a hasty hand ends the rest."""
    running.athlete.write_note()
    QTest.keyClicks(running.page.note, "hip")
    QTest.keyClick(running.page.note, Key.Key_Return)
    QTest.keyClick(running.athlete, Key.Key_Return)
    assert commands(running).kinds == [CommandKind.NOTE]
    running.athlete.write_note()
    QTest.keyClick(running.page.note, Key.Key_Return)
    QTest.keyClick(running.athlete, Key.Key_Return)
    assert commands(running).kinds == [CommandKind.NOTE], "nor where nothing was written"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Escape])
def test_who_goes_to_write_a_note_is_back_where_he_was(running: Running, key: Qt.Key) -> None:
    """Else the athlete has the therapist's page before him from the first note on."""
    athlete = running.athlete
    came_from = athlete.page
    assert came_from is not running.page
    athlete.write_note()
    assert athlete.page is running.page
    athlete.write_note()  # asked for once more, there
    QTest.keyClicks(running.page.note, "hip")
    QTest.keyClick(running.page.note, key)
    assert athlete.page is came_from
    athlete.switch()
    athlete.write_note()
    QTest.keyClick(running.page.note, key)
    assert athlete.page is running.page, "who wrote it from there stays there"


@pytest.mark.parametrize("typed", ["hip", ""])
def test_a_note_goes_on_in_the_window_that_a_second_screen_brings(
    qtbot: QtBot, running: Running, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """Else the second half of the sentence is "foot down", "felt" and "end the session"."""
    running.athlete.write_note()
    QTest.keyClicks(running.page.note, typed)
    monkeypatch.setattr(screens, "second_screen", lambda found: found[0])
    running.screens.arrange()
    assert running.screens.therapist is not None
    assert running.page.window() is running.screens.therapist
    qtbot.waitUntil(running.page.note.hasFocus)
    QTest.keyClicks(running.page.window().focusWidget(), " drops, feet q")
    assert running.page.note.text() == f"{typed} drops, feet q"
    assert commands(running).heard == []
    QTest.keyClick(running.page.note, Key.Key_Return)
    assert commands(running).heard == [(CommandKind.NOTE, None, None, f"{typed} drops, feet q".strip())]


def test_who_has_no_page_to_go_back_to_after_a_note_stays(running: Running) -> None:
    """Else a page comes up that was left long ago, or one that cannot be drawn."""
    athlete = running.athlete
    athlete.write_note()
    athlete.switch()
    athlete.switch()
    assert athlete.page is running.page
    running.page.note.give()
    assert athlete.page is running.page, "somebody has turned the pages since"
    athlete.switch()
    athlete.write_note()
    athlete.cover_up()
    running.page.note.give()
    assert athlete.broken.isVisible()


def test_a_note_that_was_not_entered_is_kept_when_the_end_is_asked_for(running: Running) -> None:
    """Else what was seen in the last hold is lost for want of an Enter."""
    running.athlete.write_note()
    QTest.keyClicks(running.page.note, "hip out")
    running.athlete.close()
    assert commands(running).heard == [(CommandKind.NOTE, None, None, "hip out")]
    assert running.controls.prompt == words.ASK_END


# --- windows that are done with


def alive(kind: type) -> int:
    """How many windows of a kind there are still."""
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return sum(isinstance(one, kind) and isValid(one) for one in QApplication.allWidgets())


def test_windows_that_are_done_with_are_freed(
    qapp: QApplication, powerhold_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a clinic's laptop that runs all day gets slower with every patient."""
    monkeypatch.setattr(shell, "survey", list)
    desktop = Desktop()
    monkeypatch.setattr(desktop, "show_session", lambda plan: None)
    monkeypatch.setattr("ui.desktop.planning.plan_of", lambda choice: None)
    starts, histories = alive(StartWindow), alive(HistoryWindow)
    for _ in range(3):
        desktop.show_start()
        for _ in range(2):
            desktop.show_history("runner-07")
        assert desktop._history is not None
        desktop._history.close()
        assert desktop.start is not None
        desktop.start.fields.survey.wait()
        desktop._chosen(desktop.start.choice())
    assert alive(StartWindow) <= starts + 1, "the last one waits for the next"
    assert alive(HistoryWindow) <= histories


def test_who_was_deleted_in_the_history_is_gone_from_the_first_screen(
    qtbot: QtBot, powerhold_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else "deleted" is not true, and the next session begins in the name of somebody who is not here."""
    monkeypatch.setattr(shell, "survey", list)
    for athlete in ("goes-1", "stays-1"):
        (athletes_folder() / athlete).mkdir(parents=True)
    desktop = Desktop()
    desktop.show_start()
    assert desktop.start is not None
    desktop.start.fields.survey.wait()
    who = desktop.start.first.who
    for typed, left in (("stays-1", "stays-1"), ("goes-1", "")):
        who.id.setEditText(typed)
        desktop.show_history(typed)
        assert desktop._history is not None
        if typed == "goes-1":
            shutil.rmtree(athletes_folder() / typed)
        desktop._history.left.emit()
        assert who.athlete() == left
    assert [who.id.itemText(row) for row in range(who.id.count())] == ["stays-1"]
    desktop.start.close()


def test_a_session_takes_the_settings_of_now(
    qtbot: QtBot, powerhold_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the sound that was just turned off on the first screen is on in the session."""
    monkeypatch.setattr(shell, "survey", list)
    taken: list[Settings] = []

    def make(plan: object, problems: object, settings: Settings, **kept: object) -> Running:
        taken.append(settings)
        raise LookupError

    monkeypatch.setattr("ui.desktop.running.Running", make)
    desktop = Desktop()
    keep_settings(Settings(sound=False))
    with pytest.raises(LookupError):
        desktop.show_session(None)  # type: ignore[arg-type]
    assert [settings.sound for settings in taken] == [False]
