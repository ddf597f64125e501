"""Notes and markers after a session: where they stand, where they do not, and the one half typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emg.activation import NO_REFERENCE
from emg.codes import CommandKind, EventKind
from emg.input_events import command_event
from emg.session.bundle import read_events
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.emg.exports.parts import recorded
from tests.emg.session.parts import STARTED, begin, signal, stream
from tests.fakes import ManualClock
from tests.sessions import KeptFront, plan_of, short_exercise
from tests.ui.desktop.hands import Inbox, Switches
from tests.ui.views import HOLDING, NOW_S
from tests.ui.words.test_finding_words import SITUATIONS
from ui.assembly import SessionRunner
from ui.commands.exclude import decide
from ui.desktop.bridge import Bridge
from ui.desktop.controls import Controls
from ui.desktop.gallery.history_scenes import training_set
from ui.desktop.theme import DARK
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.note_line import NoteLine
from ui.desktop.widgets.written_strip import MOST
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.summary_page import SummaryPage
from ui.desktop.windows.therapist_page import TherapistPage
from ui.reading.chart_note import note_of
from ui.reading.written import LONGEST, keep_note, written_in
from ui.session.front import SessionEnd
from ui.session.recompute import recomputed
from ui.words import hold_words, home_words, therapist_words

FS_HZ = 250.0
LAST = 4_999
SAID = (
    Command(CommandKind.MARK, sample=round(6.2 * FS_HZ), value=3),
    Command(CommandKind.NEXT, sample=round(7.0 * FS_HZ)),
    Command(CommandKind.FELT, sample=round(7.5 * FS_HZ)),
    Command(CommandKind.NOTE, sample=round(8.3 * FS_HZ), text="hip turns out"),
)


def session(parent: Path, said: tuple[Command, ...] = SAID) -> Path:
    """A session of 20 seconds on disk, with these keys in it."""
    info = stream(FS_HZ)
    writer = begin(parent, info)
    writer.write_block(signal(info, LAST + 1))
    for command in said:
        writer.write_event(command_event(command, (command.sample or 0) + 3))
    writer.write_event(Event(LAST, EventKind.SESSION_ENDED, detail={"reason": "done", "phase": "done"}))
    writer.close(STARTED + timedelta(seconds=20), reference=NO_REFERENCE)
    return writer.folder.path


def end_of(folder: Path | None, message: str = "") -> SessionEnd:
    summary: Any = SITUATIONS["inside_scatter"]
    return SessionEnd(message, folder=folder, holds=6, valid_holds=6, summary=summary)


def summary_page(qtbot: QtBot, end: SessionEnd, *, with_notes: bool = True) -> SummaryPage:
    page = SummaryPage()
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show_end(end, with_notes=with_notes)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def read(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(FittedLabel) if label.isVisible())


# --- what was written, read back


def test_markers_and_notes_have_their_time_in_the_session(tmp_path: Path) -> None:
    """Else nobody finds in the signal what was noted, or every key press stands among the notes."""
    assert written_in(session(tmp_path)) == (("0:06", "Marker 3"), ("0:08", "hip turns out"))


def test_a_long_note_is_shown_short_and_kept_whole(tmp_path: Path) -> None:
    """Else one note leaves no room for the others, or the file has lost its end."""
    text = "knee " * 60
    folder = session(tmp_path, (Command(CommandKind.NOTE, sample=5, text=text),))
    ((_when, shown),) = written_in(folder)
    assert len(shown) <= LONGEST
    assert shown.endswith("…")
    assert read_events(folder)[0].detail["text"] == text


def test_a_session_that_cannot_be_read_has_no_notes(tmp_path: Path) -> None:
    """Else the summary of a session does not come up for a torn line."""
    folder = session(tmp_path)
    (folder / "events.jsonl").write_text("{}\n")
    assert written_in(folder) == ()
    assert written_in(tmp_path / "none") == ()
    assert written_in(None) == ()


def test_a_note_after_the_end_is_an_input_at_the_end(tmp_path: Path) -> None:
    """Else it is lost, or a session that is computed again hears it before it was over."""
    folder = session(tmp_path)
    before = read_events(folder)
    keep_note(folder, " last one ")
    *kept, note = read_events(folder)
    assert kept == before
    assert note == command_event(Command(CommandKind.NOTE, sample=LAST, text="last one"), LAST)
    assert written_in(folder)[-1] == ("0:19", "last one")


def test_a_note_stands_in_events_and_nowhere_else(tmp_path: Path) -> None:
    """Else a name that somebody wrote goes wherever a summary goes."""
    folder = session(tmp_path)
    keep_note(folder, "mrs example")
    found = [path.name for path in folder.iterdir() if b"mrs example" in path.read_bytes()]
    assert found == ["events.jsonl"]


def test_a_session_with_a_note_after_its_end_comes_out_the_same_again(tmp_path: Path) -> None:
    """Else one more word at the end, and no hold of the session can be taken out or computed again."""
    athlete = Athlete(seed=6)
    source = SimulatedSource(athlete, speed=0.0)
    runner = SessionRunner(plan_of(source, short_exercise(), tmp_path, performer=athlete), KeptFront())
    runner.start()
    end = runner.wait(60.0)
    assert end is not None
    assert end.folder is not None
    before = recomputed(end.folder)
    keep_note(end.folder, "hip turns out")
    after = recomputed(end.folder)
    assert len(before.holds) == 2
    assert after.holds == before.holds
    assert after.reference == before.reference
    # and holds can still be taken out
    hold, _summary = decide(end.folder, 1, "slipped")
    assert hold.excluded == "slipped"
    assert written_in(end.folder)[-1][1] == "hip turns out"


# --- on the summary


def test_notes_and_markers_stand_on_the_numbers_page_alone(qtbot: QtBot, tmp_path: Path) -> None:
    """Else they are only in a file; or in a picture that is saved and sent on."""
    page = summary_page(qtbot, end_of(session(tmp_path)))
    page.show_courses([training_set()])
    assert page.written.isVisible()
    assert page.written.rows == (("0:06", "Marker 3"), ("0:08", "hip turns out"))
    page.next_page()
    assert not page.written.isVisible()
    page.previous_page()
    assert page.written.isVisible()


def test_of_many_the_last_are_shown_and_the_others_are_counted(qtbot: QtBot, tmp_path: Path) -> None:
    """Else a full list looks like all there is."""
    many = tuple(Command(CommandKind.MARK, sample=250 * n, value=1 + n % 9) for n in range(12))
    page = summary_page(qtbot, end_of(session(tmp_path, many)))
    assert [when for when, _said in page.written.rows] == ["0:08", "0:09", "0:10", "0:11"]
    title = page.written.findChildren(QWidget)[0].accessibleName()
    assert title == "Notes and markers, the last 4 of 12: all are in events.jsonl"
    assert len(page.written.rows) == MOST


def test_a_screen_of_the_athletes_own_has_no_notes(qtbot: QtBot, tmp_path: Path) -> None:
    """Else what the therapist wrote for herself stands a metre high on the wall."""
    page = summary_page(qtbot, end_of(session(tmp_path)), with_notes=False)
    assert not page.written.isVisible()
    assert page.written.rows == ()


def test_without_notes_there_is_no_empty_place(qtbot: QtBot, tmp_path: Path) -> None:
    """Else the numbers are smaller for nothing."""
    page = summary_page(qtbot, end_of(session(tmp_path, ())))
    assert not page.written.isVisible()
    assert therapist_words.NOTES not in read(page)


# --- pain has ended it


def test_that_pain_has_ended_it_stands_over_every_page(qtbot: QtBot) -> None:
    """Else the last word of such a session is "Done", and a page on nobody knows why it is short."""
    page = summary_page(qtbot, end_of(None, hold_words.STOPPED_BY_PAIN))
    page.show_courses([training_set()])
    assert hold_words.STOPPED_TITLE in read(page).splitlines()
    assert "Done" not in read(page).splitlines()
    for _turn in range(page.n_pages):
        told = [one for one in page.findChildren(FittedLabel) if one.text() == hold_words.STOPPED_BY_PAIN]
        (seen,) = [one for one in told if one.isVisible()]
        assert seen._colour.name() == DARK.warn.lower()
        page.next_page()


def test_no_other_end_has_that_headline(qtbot: QtBot) -> None:
    """Else every picture of every session carries an empty bar, or a warning of another day."""
    page = summary_page(qtbot, end_of(None, hold_words.STOPPED_BY_PAIN))
    page.show_end(end_of(None, "The disk is full: make room."))
    page.show_courses([training_set()])
    page.next_page()
    assert not page.headline.isVisible()


# --- a note half typed when the session ends by itself


@dataclass
class Desk:
    """A session's one window with the therapist's page, wired as ``ui.desktop.running`` wires it."""

    window: LiveWindow
    page: TherapistPage
    folder: Path
    inbox: Inbox

    def type(self, text: str) -> None:
        self.window.show_page(self.page)
        self.page.begin_note()
        QTest.keyClicks(self.page.note, text)

    def finish(self) -> None:
        """Let the session end by itself."""
        self.window.show_end(end_of(self.folder))
        self.window.summary.take_note(self.page.note)

    def notes(self) -> list[str]:
        return [text for _when, text in written_in(self.folder)]


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    inbox, clock = Inbox(), ManualClock(NOW_S)
    controls = Controls(inbox, clock=clock, sound=Switches())
    window = LiveWindow(inbox, Bridge(), clock=clock, controls=controls)
    page = TherapistPage(clock)
    page.note_written.connect(controls.note)
    page.note.left.connect(controls.typed)
    page.note.left.connect(window.end_note)
    controls.end_asked.connect(page.note.give)
    window.add_face(page, page, page)
    qtbot.addWidget(window, before_close_func=lambda window: setattr(window, "_ended", True))
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.show_view(HOLDING)
    yield Desk(window, page, session(tmp_path, ()), inbox)
    window.hide()


def line_of(desk: Desk) -> NoteLine:
    line = desk.window.summary.written.line
    assert line is not None
    return line


def test_who_writes_when_the_session_ends_goes_on_writing(qtbot: QtBot, desk: Desk) -> None:
    """Else half a sentence is lost, and the other half closes the summary."""
    desk.type("hip o")
    desk.finish()
    line = line_of(desk)
    assert desk.window.page is desk.window.summary
    assert line.isVisible()
    qtbot.waitUntil(line.hasFocus)
    assert therapist_words.NOTE_OPEN in read(desk.window.summary)
    QTest.keyClicks(line, "ut q S")
    assert desk.window.isVisible()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert desk.notes() == ["hip out q S"]
    assert desk.window.summary.written.rows == (("0:19", "hip out q S"),)
    assert desk.window.summary.written.line is None
    assert not line.isVisible()
    assert therapist_words.NOTE_OPEN not in read(desk.window.summary)
    assert desk.inbox.heard == []  # a session that is over hears nothing


def test_a_note_that_was_asked_for_on_the_athletes_page_does_not_lead_back_from_the_summary(
    desk: Desk,
) -> None:
    """Else Enter puts a page that draws a session over the summary of one that has ended."""
    desk.window.show_page(desk.window.session)
    desk.window.write_note()
    QTest.keyClicks(desk.page.note, "hip")
    desk.finish()
    QTest.keyClick(line_of(desk), Qt.Key.Key_Return)
    assert desk.window.page is desk.window.summary
    assert desk.notes() == ["hip"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_A])
def test_a_note_that_nobody_finishes_is_kept_when_the_page_goes(desk: Desk, key: Qt.Key) -> None:
    """Else closing the window throws away what stood in it."""
    desk.type("hip")
    desk.finish()
    QTest.keyClick(line_of(desk), key)
    desk.window.close()
    assert desk.notes() == ["hip" if key is Qt.Key.Key_Escape else "hipa"]


def test_a_note_that_was_left_is_kept_and_takes_no_keys(desk: Desk) -> None:
    """Else Space, which leaves the summary, writes a blank into a note of ten minutes ago."""
    desk.type("hip")
    QTest.keyClick(desk.page.note, Qt.Key.Key_Escape)
    desk.finish()
    assert not line_of(desk).hasFocus()
    desk.window.close()
    assert desk.notes() == ["hip"]


def test_the_athletes_clicker_still_leaves_the_summary_and_the_note_is_kept(desk: Desk) -> None:
    """Else a note that nobody finishes holds up who has the clicker."""
    desk.type("hip")
    desk.finish()
    left: list[bool] = []
    desk.window.controls.left.connect(left.append)
    clock = desk.window._clock
    assert isinstance(clock, ManualClock)
    clock.advance(10.0)
    QTest.keyClick(line_of(desk), Qt.Key.Key_PageDown)
    assert left == [True]
    assert desk.notes() == ["hip"]


@pytest.mark.parametrize("text", ["", "   "])
def test_without_a_word_there_is_no_line(desk: Desk, text: str) -> None:
    """Else every session ends with a question nobody asked, and an empty note in its file."""
    desk.type(text)
    desk.finish()
    assert desk.window.summary.written.line is None
    desk.window.close()
    assert desk.notes() == []


def test_a_note_that_the_disk_refuses_stays_and_says_so(desk: Desk) -> None:
    """Else it is gone as if it had been kept."""
    desk.type("hip")
    desk.finish()
    line, events = line_of(desk), desk.folder / "events.jsonl"
    events.rename(desk.folder / "gone")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "hip"
    assert "events.jsonl" in read(desk.window.summary)
    (desk.folder / "gone").rename(events)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert desk.notes() == ["hip"]


def test_a_session_without_a_folder_asks_for_no_note(desk: Desk) -> None:
    """Else a note is promised to be kept where there is nothing to keep it in."""
    desk.type("hip")
    desk.window.show_end(SessionEnd("The board is not there.", 3))
    desk.window.summary.take_note(desk.page.note)
    assert desk.window.summary.written.line is None


# --- the note for the chart


def test_c_takes_five_lines_for_the_chart_along_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    """Else the therapist writes the numbers off the screen, and one of them wrong."""
    saved = recorded(tmp_path)
    end = SessionEnd("", 0, saved, summary=json.loads((saved / "summary.json").read_text(encoding="utf-8")))
    page = summary_page(qtbot, end)
    assert home_words.NOTE_HINT in page._where.text()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(page, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text().splitlines() == list(note_of(saved))
    assert len(note_of(saved)) == 5
    assert page._where.text() == home_words.NOTE_COPIED


def test_a_session_that_cannot_be_read_gives_a_sentence_and_no_note(qtbot: QtBot, tmp_path: Path) -> None:
    """Else half a note stands in the chart, or the key does nothing and nobody knows why."""
    folder = session(tmp_path)
    page = summary_page(qtbot, SessionEnd("", 0, folder))
    (folder / "session.json").write_text("{}", encoding="utf-8")
    QGuiApplication.clipboard().setText("of before")
    QTest.keyClick(page, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == "of before"
    assert "session.json" in page._where.text()
