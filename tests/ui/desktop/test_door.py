"""The pages before a session, one after the other, with real keys: what is said comes through, all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from calibrations.draft import Way
from calibrations.intake import Flag, Intake, SorePlace, SoreSide
from hardware.ports import PortFacts
from hardware.probe import Answer
from tests.fakes import ManualClock
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept.earlier import Kept
from ui.words import intake_words, start_words, where_words

Key = Qt.Key
NOW = datetime(2026, 6, 12, 9, 5, tzinfo=UTC)
FITS = Kept(Path("fits.json"), NOW - timedelta(hours=1))
YESTERDAY = Kept(Path("night.json"), NOW - timedelta(hours=11))
UNFIT = Kept(Path("unfit.json"), NOW - timedelta(hours=2), "It was made with board 12, not 13.")
BROKEN = Kept(Path("broken.json"), None, "broken.json is not a calibration: it names 'sites' twice.")


class Door:
    """A start window with a Cyton, two athletes who are known, and a hand on the keyboard."""

    def __init__(self, qtbot: QtBot, kept: Sequence[Kept] = (), battery: bool | None = None) -> None:
        self.started: list[StartChoice] = []
        self.asked_for: list[StartChoice] = []
        self.kept = list(kept)
        self.battery = battery
        self.clock = ManualClock(100.0)
        self.window = StartWindow(
            list,
            lambda: [("power_position", "Power position")],
            self.started.append,
            athletes=lambda: [("runner-07", "Anna"), ("runner-08", "")],
            kept=self._kept,
            last_cm=lambda athlete: {"glute_left": 8.5} if athlete == "runner-07" else {},
            battery=lambda: self.battery,
            now=lambda: NOW,
            clock=self.clock,
        )
        qtbot.addWidget(self.window)
        self.first, self.before, self.where = self.window.first, self.window.before, self.window.where
        self.window.fields.show_ports([(PortFacts("/dev/ttyUSB0"), Answer("cyton", "A Cyton answers."))])
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def _kept(self, choice: StartChoice) -> list[Kept]:
        self.asked_for.append(choice)
        return self.kept

    def press(self, key: Qt.Key, after_s: float = 1.0) -> None:
        """Press a key wherever the keyboard is."""
        self.clock.now_s += after_s
        QTest.keyClick(self.window.focusWidget(), key)

    def type_athlete(self, athlete: str = "runner-07") -> None:
        self.first.who.id.setEditText(athlete)

    def go_to_before(self, athlete: str = "runner-07") -> None:
        self.type_athlete(athlete)
        self.press(Key.Key_Return)
        assert self.shows(self.before)

    def go_to_where(self) -> None:
        self.go_to_before()
        self.say()
        self.press(Key.Key_PageDown)
        assert self.shows(self.where)

    def say(self, side: SoreSide = SoreSide.NONE, *, alone: bool = False, pain: int | None = None) -> None:
        self.before.sore_side.choose(side)
        self.before.sore_place.choose(SorePlace.HAM)
        self.before.company.choose(answer=alone)
        if pain is not None:
            self.before.pain.choose(pain)

    def shows(self, page: QWidget) -> bool:
        return self.window.page is page and page.isVisible()


@pytest.fixture
def door(qtbot: QtBot) -> Door:
    return Door(qtbot)


# --- who


def test_an_athlete_is_found_by_a_part_of_the_name(door: Door) -> None:
    """A PT remembers names; the files carry ids."""
    completer = door.first.who.id.completer()
    assert completer is not None
    completer.setCompletionPrefix("ann")
    assert completer.currentCompletion() == "runner-07"
    completer.setCompletionPrefix("08")
    assert completer.currentCompletion() == "runner-08"


def test_the_kept_name_is_shown_and_goes_with_its_athlete(door: Door) -> None:
    """One athlete's name on another's session would be told to the wrong person."""
    door.type_athlete("runner-07")
    assert door.first.who.name.text() == "Anna"
    door.type_athlete("runner-08")
    assert door.first.who.name.text() == ""
    door.type_athlete("runner-07")
    door.type_athlete("runner-09")
    assert door.window.choice().name == ""
    door.first.who.name.setText(" Berta ")
    assert door.window.choice().name == "Berta"


def test_a_name_typed_for_a_new_athlete_stays_while_the_id_is_typed(door: Door) -> None:
    """Who types the name first must not type it twice."""
    door.first.who.name.setText("Cleo")
    QTest.keyClicks(door.first.who.id, "new-1")
    assert (door.window.choice().athlete, door.window.choice().name) == ("new-1", "Cleo")


# --- electrodes that are still on


def test_electrodes_are_new_unless_somebody_says_otherwise(qtbot: QtBot) -> None:
    """A percentage of an electrode that was moved is wrong and looks right."""
    door = Door(qtbot, [FITS])
    door.type_athlete()
    assert door.window.choice().calibration is None
    assert door.first.taped.electrodes.currentText() == start_words.NEW_ELECTRODES


def test_a_calibration_of_today_is_offered_by_the_time_it_was_made(qtbot: QtBot) -> None:
    """Who comes back after an hour need not push all out again."""
    door = Door(qtbot, [FITS, YESTERDAY])
    door.type_athlete()
    box = door.first.taped.electrodes
    texts = [box.itemText(row) for row in range(box.count())]
    assert texts == [
        "New: rest and maximum are measured",
        "Still on since 08:05",
        "Still on since yesterday, 22:05",
    ]
    box.setCurrentIndex(1)
    assert door.window.choice().calibration == FITS.path
    assert not door.first.taped.way.isVisible(), "no maximum is measured, so there is no way to choose"


def test_what_does_not_fit_or_is_broken_says_why_and_cannot_be_chosen(qtbot: QtBot) -> None:
    """A calibration that is silently missing makes people look for it, or measure it away."""
    door = Door(qtbot, [UNFIT, BROKEN])
    door.type_athlete()
    box = door.first.taped.electrodes
    model = box.model()
    for row, kept in ((1, UNFIT), (2, BROKEN)):
        assert kept.reason in box.itemText(row)
        assert not model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert UNFIT.reason in door.first.taped.about.text()
    assert door.first.taped.about.isVisible()


def test_another_athlete_is_offered_only_what_is_theirs(qtbot: QtBot) -> None:
    """One athlete's maximum must never make another's percentages."""
    door = Door(qtbot, [FITS])
    door.type_athlete("runner-07")
    door.first.taped.electrodes.setCurrentIndex(1)
    door.kept = []
    door.type_athlete("runner-08")
    assert door.asked_for[-1].athlete == "runner-08"
    assert door.window.choice().calibration is None
    door.kept = [replace(FITS, path=Path("hers.json"))]
    door.first.sites.setText("glute_left=1")
    assert door.asked_for[-1].sites == "glute_left=1"
    assert door.window.choice().calibration is None


def test_what_was_chosen_stays_chosen_when_the_list_is_read_again(qtbot: QtBot) -> None:
    """A choice that jumps back measures a maximum that nobody wanted."""
    door = Door(qtbot, [FITS])
    door.type_athlete()
    door.first.taped.electrodes.setCurrentIndex(1)
    door.kept = [UNFIT, FITS]
    door.first.sites.setText("glute_left=1,ham_left=2")
    assert door.window.choice().calibration == FITS.path
    door.kept = [replace(FITS, reason="It is 12.1 hours old.")]
    door.first.sites.setText("glute_left=1")
    assert door.window.choice().calibration is None


def test_with_electrodes_still_on_nothing_is_taped_again(qtbot: QtBot) -> None:
    """Two keys from hello to the session is what coming back is worth."""
    door = Door(qtbot, [FITS])
    door.type_athlete()
    door.first.taped.electrodes.setCurrentIndex(1)
    door.press(Key.Key_Return)
    door.say(SoreSide.LEFT, pain=2)
    assert door.before.follows.text() == intake_words.FOLLOWS_STILL_ON
    assert door.before.next.text() == start_words.START
    door.press(Key.Key_Return)
    (choice,) = door.started
    assert (choice.calibration, choice.placement) == (FITS.path, None)
    assert choice.intake.sore_side is SoreSide.LEFT


def test_the_way_is_quick_unless_full_is_chosen(door: Door) -> None:
    """Time is the first barrier; a baseline is worth more of it."""
    door.type_athlete()
    assert door.window.choice().way is Way.QUICK
    door.first.taped.way.setCurrentIndex(1)
    assert door.window.choice().way is Way.FULL


# --- from hello to the session


def test_everything_that_was_said_comes_through(door: Door) -> None:
    """An answer that is lost on the way is an effort that should not have been made."""
    door.go_to_before()
    door.say(SoreSide.RIGHT, alone=True)
    QTest.keyClicks(door.before, "2")
    door.before.signs.rows[Flag.BACK_PAIN].choose(answer=True)
    for flag in set(Flag) - {Flag.BACK_PAIN}:
        door.before.signs.rows[flag].choose(answer=False)
    door.before.battery.choose(answer=True)
    door.press(Key.Key_Return)
    for cm in ("8.5", "", "9,25 cm", "19"):
        door.where.cm.setText(cm)
        door.press(Key.Key_Return)
    (choice,) = door.started
    assert choice.intake == Intake(
        SoreSide.RIGHT, SorePlace.HAM, 2, alone=True, flags=(Flag.BACK_PAIN,), on_battery=True
    )
    assert choice.sore_side == "right"
    assert choice.placement is not None
    assert choice.placement.id == "20260612T090500Z"
    assert choice.placement.from_landmark_cm == {"glute_left": 8.5, "glute_right": 9.25, "ham_right": 19.0}


def test_two_buttons_go_through_all_electrodes_and_on(door: Door) -> None:
    """Hands that hold tape have a clicker, if that."""
    door.go_to_where()
    seen = [door.where.site.name]
    for _ in range(3):
        door.press(Key.Key_PageDown)
        seen.append(door.where.site.name)
    assert seen == ["glute_left", "ham_left", "glute_right", "ham_right"]
    assert door.where.next.text() == start_words.START
    door.press(Key.Key_PageUp)
    assert door.where.site.name == "glute_right"
    for _ in range(3):
        door.press(Key.Key_PageUp)
    assert door.shows(door.before)
    assert door.started == []


@pytest.mark.parametrize(
    "key", [Key.Key_Space, Key.Key_Return, Key.Key_Enter, Key.Key_PageDown, Key.Key_Right]
)
def test_every_next_key_goes_to_the_next_electrode(door: Door, key: Qt.Key) -> None:
    """The keys of the session must not mean something else a minute earlier."""
    door.go_to_where()
    door.press(key)
    assert door.where.site.name == "ham_left"


def test_the_keyboard_begins_at_the_centimetres_and_goes_in_reading_order(door: Door) -> None:
    """Else who wants to write the one number there is has to look for it, page after page."""
    door.go_to_where()
    order = [door.window.focusWidget()]
    for _ in range(3):
        door.press(Key.Key_Tab)
        order.append(door.window.focusWidget())
    where = door.where
    assert order == [where.cm, where.back, where.next, where.cm]
    QTest.keyClicks(where.cm, "8.5")
    door.press(Key.Key_Left)
    assert (where.cm.cursorPosition(), where.site.name) == (2, "glute_left"), "in a number arrows move"
    door.press(Key.Key_Return)
    assert (where.site.name, where.cm.hasFocus()) == ("ham_left", True)
    assert where.centimetres() == {"glute_left": 8.5}


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_PageUp, Key.Key_Left])
def test_every_back_key_goes_back(door: Door, key: Qt.Key) -> None:
    """A page without a way back is left by closing the window."""
    door.go_to_where()
    door.press(key)
    assert door.shows(door.before)


def test_a_bounce_skips_no_electrode(door: Door) -> None:
    """A clicker that bounces would leave a muscle without its page."""
    door.go_to_where()
    door.press(Key.Key_PageDown)
    door.press(Key.Key_PageDown, after_s=0.1)
    assert door.where.site.name == "ham_left"
    door.press(Key.Key_PageDown, after_s=0.4)
    assert door.where.site.name == "glute_right"


def test_going_back_loses_nothing(door: Door) -> None:
    """Who corrects the port must not answer everything again."""
    door.go_to_where()
    door.where.cm.setText("8.5")
    door.press(Key.Key_Escape)
    door.press(Key.Key_Escape)
    assert door.shows(door.first)
    door.press(Key.Key_Return)
    assert door.before.sore_side.value() is SoreSide.NONE
    door.press(Key.Key_Return)
    assert door.where.cm.text() == "8.5"


def test_another_athlete_is_asked_anew(door: Door) -> None:
    """Yesterday's patient's answers must not decide what the next one's hamstring gives."""
    door.go_to_where()
    door.where.cm.setText("8.5")
    door.press(Key.Key_Escape)
    door.press(Key.Key_Escape)
    door.go_to_before("runner-08")
    assert door.before.sore_side.value() is None
    assert door.before.company.value() is None
    assert door.window.choice().intake == Intake()
    door.say()
    door.press(Key.Key_Return)
    assert (door.where.cm.text(), door.where.last.text()) == ("", where_words.CM_HINT)


def test_one_to_four_sites_make_as_many_pages(door: Door) -> None:
    """A board with two channels measures two muscles, and says so of the others."""
    door.first.sites.setText("ham_right=2,glute_med_left=1")
    door.go_to_where()
    assert door.where.site_title.text() == "Right hamstring, channel 2"
    assert "Left glute, Left hamstring, Right glute" in door.where.view.accessibleDescription()
    door.press(Key.Key_Space)
    assert door.where.lines["direction"].text() == where_words.OTHER_GUIDE.direction
    assert door.where.cm_label.text() == where_words.CM_LABEL_OTHER
    door.press(Key.Key_Space)
    assert len(door.started) == 1


def test_five_sites_are_refused_at_the_door(door: Door) -> None:
    """A session shows four; the fifth would be taped for nothing."""
    door.type_athlete()
    door.first.sites.setText("glute_left=1,ham_left=2,glute_right=3,ham_right=4,quad_left=5")
    assert "one to 4 sites" in door.first.reason.text()
    assert not door.first.next.isEnabled()


# --- centimetres


def test_last_times_length_is_shown_and_a_digit_finds_its_field(door: Door) -> None:
    """The same place as last time is what makes two days comparable."""
    door.go_to_where()
    assert door.where.last.text() == "last time 8.5 cm"
    QTest.keyClick(door.window.focusWidget(), Qt.Key.Key_9)
    assert (door.where.cm.text(), door.where.cm.hasFocus()) == ("9", True)
    assert door.where.centimetres() == {"glute_left": 9.0}


def test_a_length_of_a_site_that_is_left_out_is_not_kept(door: Door) -> None:
    """A length for a muscle without an electrode is a length nobody measured."""
    door.go_to_where()
    door.where.cm.setText("8.5")
    door.press(Key.Key_Escape)
    door.press(Key.Key_Escape)
    door.first.sites.setText("ham_left=2")
    placement = door.window.choice().placement
    assert placement is not None
    assert placement.from_landmark_cm == {}


@pytest.mark.parametrize("text", ["nineteen", "0", "61", "-3", "1e1", "8.555", "٩", "8 5", "inf", "nan"])
def test_a_length_that_is_none_is_said_and_kept_out(door: Door, text: str) -> None:
    """A wrong number puts the electrode in the wrong place next time."""
    door.go_to_where()
    door.where.cm.setText(text)
    assert door.where.reason.text() == where_words.CM_BAD.format(most=60.0)
    door.press(Key.Key_PageDown)
    assert door.where.site.name == "glute_left"
    assert door.where.centimetres() == {}
    door.where.cm.setText("")
    door.press(Key.Key_PageDown)
    assert door.where.site.name == "ham_left"


# --- when it cannot start


def test_a_start_that_fails_is_said_on_the_last_page(qtbot: QtBot) -> None:
    """A button that does nothing is pressed harder."""
    door = Door(qtbot)

    def refuse(choice: StartChoice) -> None:
        raise ValueError("The port is in use.")

    door.window._on_start = refuse
    door.first.sites.setText("glute_left=1")
    door.go_to_where()
    door.press(Key.Key_Return)
    assert door.where.reason.text() == "The port is in use."
    assert door.shows(door.where)
