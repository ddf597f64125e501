"""The first screen opens as it was left: one key goes, and nothing is guessed that matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from emg.montage import Montage
from hardware.ports import PortFacts
from hardware.probe import Answer
from tests.fakes import ManualClock
from ui.desktop.port_survey import Asked
from ui.desktop.windows.source_fields import SourceChoice
from ui.desktop.windows.start_window import StartChoice, StartWindow, recent_choice
from ui.kept.earlier import Kept
from ui.kept.recent import NOTHING_YET, Recent
from ui.words import look_words, start_words

Key = Qt.Key
NOW = datetime(2026, 6, 12, 9, 5, tzinfo=UTC)
USB0, USB1 = "/dev/ttyUSB0", "/dev/ttyUSB1"
SITES = "glute_left=2,ham_left=1"
LAST = Recent(
    "runner-07",
    "hip_extension",
    "cyton",
    USB0,
    sites=SITES,
    athletes=("runner-07", "runner-02"),
    protocols=("hip_extension",),
)
FITS = Kept(Path("fits.json"), NOW - timedelta(hours=1))
PROTOCOLS = [("power_position", "Power position"), ("hip_extension", "Hip extension")]
KNOWN = [("runner-01", ""), ("runner-02", "Berta"), ("runner-07", "Anna")]


def cyton(port: str = USB0) -> Asked:
    return PortFacts(port), Answer("cyton", "A Cyton answers.")


class Door:
    """The real window, and a count of the keys."""

    def __init__(
        self,
        qtbot: QtBot,
        asked: Sequence[Asked] = (),
        recent: Recent = LAST,
        kept: Sequence[Kept] = (),
        refused: str = "",
        morning: date | None = None,
    ) -> None:
        self.started: list[StartChoice] = []
        self.asked_history: list[str] = []
        self.refused = refused
        self.keys = 0
        self.clock = ManualClock(100.0)
        self.window = StartWindow(
            list,
            lambda: PROTOCOLS,
            self.started.append,
            athletes=lambda: KNOWN,
            kept=lambda choice: kept,
            refuses=self.refuses,
            morning=lambda athlete: morning,
            battery=lambda: True,
            recent=recent,
            now=lambda: NOW,
            clock=self.clock,
        )
        self.window.history_wanted.connect(self.asked_history.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        if asked:
            self.window.fields.show_ports(asked)
        self.first, self.before = self.window.first, self.window.before

    def refuses(self, protocol: str, montage: Montage, ceiling: bool) -> str:
        return self.refused

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.clock.now_s += 1.0
            self.keys += 1
            QTest.keyClick(self.window.focusWidget(), key)


def test_it_opens_with_what_was_used_last_and_the_keyboard_on_go(qtbot: QtBot) -> None:
    """Else the same four fields are filled in every day."""
    door = Door(qtbot, [cyton()])
    choice = door.window.choice()
    assert (choice.athlete, choice.board, choice.port) == ("runner-07", "cyton", USB0)
    assert (choice.protocol, choice.sites) == ("hip_extension", SITES)
    assert door.first.who.name.text() == "Anna"
    assert door.first.next.hasFocus()
    door.press(Key.Key_Return)
    assert door.window.page is door.before


def test_a_returning_athlete_is_ready_after_six_keys(qtbot: QtBot) -> None:
    """Else coming back after an hour costs as much as coming for the first time: the issue allows eight."""
    door = Door(qtbot, [cyton()], kept=[FITS])
    door.press(Key.Key_E, Key.Key_Return)  # electrodes still on; go on
    door.press(Key.Key_Space, Key.Key_Return)  # neither side is sore; to the next question
    door.press(Key.Key_Space, Key.Key_Return)  # a therapist is here; start
    (choice,) = door.started
    assert door.keys == 6
    assert (choice.athlete, choice.calibration, choice.placement) == ("runner-07", FITS.path, None)
    assert (choice.intake.alone, choice.intake.maximal_anyway) == (False, False)


def test_electrodes_are_still_new_until_somebody_says_otherwise(qtbot: QtBot) -> None:
    """Else last hour's maximum is used for electrodes that were taped anew."""
    door = Door(qtbot, [cyton()], kept=[FITS])
    assert door.window.choice().calibration is None
    assert door.first.taped.key.text() == look_words.STILL_ON_KEY
    door.press(Key.Key_E)
    assert door.window.choice().calibration == FITS.path
    assert door.first.taped.key.text() == look_words.NEW_KEY
    door.press(Key.Key_E)
    assert door.window.choice().calibration is None


def test_without_a_kept_calibration_the_key_does_nothing_and_is_not_offered(qtbot: QtBot) -> None:
    """Else a key is promised that has no effect."""
    door = Door(qtbot, [cyton()])
    door.press(Key.Key_E)
    assert door.window.choice().calibration is None
    assert not door.first.taped.key.isVisible()


def test_a_board_that_has_moved_to_another_port_is_found(qtbot: QtBot) -> None:
    """Else a dongle in the other socket stops the session."""
    door = Door(qtbot, [(PortFacts(USB0), Answer("olimex", "An Olimex streams.")), cyton(USB1)])
    assert (door.window.choice().board, door.window.choice().port) == ("cyton", USB1)


def test_a_board_that_does_not_answer_is_named_and_nothing_starts(qtbot: QtBot) -> None:
    """Else Enter opens a session that ends with an error, or another board is taken unasked."""
    door = Door(qtbot, [(PortFacts(USB0), Answer("olimex", "An Olimex streams."))])
    board = "OpenBCI Cyton"
    assert door.window.choice().board == "cyton"
    assert door.first.reason.text() == look_words.BOARD_AWAY.format(board=board, port=USB0)
    door.press(Key.Key_Return)
    assert door.window.page is door.first
    door.window.fields.show_ports([cyton()])
    assert door.first.reason.text() == ""
    assert door.first.next.hasFocus()


def test_a_port_that_the_system_does_not_list_is_believed_again(qtbot: QtBot, tmp_path: Path) -> None:
    """Else a name given to a port by hand works for one session, and shuts the door to the second."""
    link = tmp_path / "board"
    door = Door(qtbot, [(PortFacts(USB0), Answer("olimex", "An Olimex streams."))])
    door.window.fields.prefer(SourceChoice("cyton", port=str(link)))
    assert "does not answer" in door.window.fields.missing()
    link.touch()
    assert door.window.fields.missing() == ""


def test_a_port_that_is_typed_by_hand_is_believed(qtbot: QtBot) -> None:
    """Else a board that the survey does not know how to ask can never be used twice."""
    door = Door(qtbot, [(PortFacts(USB0), Answer(None, "Nothing answers."))])
    assert door.first.reason.text()
    door.window.fields.place.setEditText(USB1)
    assert (door.first.reason.text(), door.window.choice().port) == ("", USB1)


def test_the_keyboard_is_not_taken_from_who_types(qtbot: QtBot) -> None:
    """Else the letters of an id land on a button, and one of them starts."""
    door = Door(qtbot)
    door.first.who.typed.setFocus()
    door.first.who.typed.selectAll()
    QTest.keyClicks(door.first.who.typed, "heo")
    door.window.fields.show_ports([cyton()])
    assert door.window.focusWidget() in (door.first.who.id, door.first.who.typed)
    assert door.window.choice().athlete == "heo"
    assert door.asked_history == []
    assert door.window.page is door.first


def test_last_used_athletes_and_exercises_come_first(qtbot: QtBot) -> None:
    """Else today's athlete is looked for among all."""
    door = Door(qtbot, recent=Recent(athletes=("runner-07", "runner-02"), protocols=("hip_extension",)))
    box, exercises = door.first.who.id, door.first.protocol
    assert [box.itemText(row) for row in range(box.count())] == ["runner-07", "runner-02", "runner-01"]
    assert exercises.itemData(0) == "hip_extension"


def test_at_first_it_opens_for_the_demo_with_the_keyboard_on_the_athlete(qtbot: QtBot) -> None:
    """Else the first thing anybody sees is a form with a mistake in it."""
    door = Door(qtbot, recent=NOTHING_YET)
    assert door.window.choice().demo
    assert door.window.focusWidget() in (door.first.who.id, door.first.who.typed)
    assert door.first.reason.text() == ""


def test_an_exercise_that_cannot_be_done_says_so_on_the_first_page(qtbot: QtBot) -> None:
    """Else somebody is taped for a session that has no set."""
    door = Door(qtbot, [cyton()], refused="Hip extension cannot be done, because it needs glute_right.")
    assert door.first.reason.text() == door.refused
    door.press(Key.Key_Return)
    assert door.window.page is door.first
    door.refused = ""
    door.window.check_again()
    assert door.first.reason.text() == ""


def test_what_was_started_is_what_opens_the_next_time(qtbot: QtBot) -> None:
    """Else the wrong things are remembered."""
    door = Door(qtbot, [cyton()])
    kept = recent_choice(door.window.choice())
    assert (kept.athlete, kept.protocol, kept.board) == (LAST.athlete, LAST.protocol, LAST.board)
    assert (kept.port, kept.sites) == (LAST.port, LAST.sites)


def test_h_asks_for_the_history_of_the_athlete_who_is_there(qtbot: QtBot) -> None:
    """Else the course of the last weeks takes a terminal."""
    door = Door(qtbot, [cyton()])
    door.press(Key.Key_H)
    QTest.mouseClick(door.first.history, Qt.MouseButton.LeftButton)
    assert door.asked_history == ["runner-07", "runner-07"]


# --- more for today


def test_nothing_more_is_set_unless_somebody_sets_it(qtbot: QtBot) -> None:
    """Else a target from nowhere replaces the measured one."""
    door = Door(qtbot, [cyton()])
    choice = door.window.choice()
    assert (choice.target_pct, choice.ceiling, choice.feedback) == (None, "", "")
    assert not door.first.more.target.isVisible()


def test_more_can_be_set_and_comes_through(qtbot: QtBot) -> None:
    """Else a target in the window means less than one on the command line."""
    door = Door(qtbot, [cyton()])
    more = door.first.more
    more.button.click()
    assert more.target.isVisible()
    assert not more.ceiling_pct.isVisible()
    more.target.setValue(35)
    more.ceiling.setCurrentIndex(more.ceiling.findData("own"))
    assert more.ceiling_pct.isVisible()
    more.ceiling_pct.setValue(45)
    more.feedback.setCurrentIndex(more.feedback.findData("faded"))
    choice = door.window.choice()
    assert (choice.target_pct, choice.ceiling, choice.feedback) == (35.0, "45", "faded")
    more.ceiling.setCurrentIndex(more.ceiling.findData("auto"))
    assert door.window.choice().ceiling == "auto"


def test_what_is_set_stays_in_sight(qtbot: QtBot) -> None:
    """Else a target that somebody has set is folded away and forgotten."""
    door = Door(qtbot, [cyton()])
    door.first.more.button.click()
    door.first.more.target.setValue(35)
    door.first.more.button.click()
    assert door.first.more.target.isVisible()


def test_another_athlete_gets_nothing_of_it(qtbot: QtBot) -> None:
    """Else one athlete's target is pushed at by the next."""
    door = Door(qtbot, [cyton()])
    door.first.more.target.setValue(35)
    door.first.who.id.setEditText("runner-02")
    assert door.window.choice().target_pct is None


# --- the morning after


def test_the_morning_after_is_asked_only_when_it_is_due(qtbot: QtBot) -> None:
    """Else every session begins with a question about nothing."""
    door = Door(qtbot, [cyton()])
    door.press(Key.Key_Return)
    assert not door.before.morning.isVisible()
    assert door.window.choice().pain_morning is None


def test_the_morning_after_is_named_by_its_day_and_need_not_be_answered(qtbot: QtBot) -> None:
    """Else pain is told of the wrong session, or made up to get on."""
    door = Door(qtbot, [cyton()], kept=[FITS], morning=date(2026, 6, 11))
    door.press(Key.Key_E, Key.Key_Return)
    assert door.before.morning.isVisible()
    day = look_words.day_words(date(2026, 6, 11))
    assert day in door.before.morning.accessibleDescription()
    assert door.before.next.text() == start_words.START
    door.press(Key.Key_Space, Key.Key_Return, Key.Key_Space)
    assert door.before.missing() == ""
    assert door.window.choice().pain_morning is None
    door.before.morning.choose(4)
    assert door.window.choice().pain_morning == 4


def test_another_athletes_morning_is_asked_anew(qtbot: QtBot) -> None:
    """Else one athlete's pain is written to another."""
    door = Door(qtbot, [cyton()], morning=date(2026, 6, 11))
    door.press(Key.Key_Return)
    door.before.morning.choose(4)
    door.press(Key.Key_Escape)
    door.first.who.id.setEditText("runner-02")
    door.press(Key.Key_Return)
    assert door.window.choice().pain_morning is None
