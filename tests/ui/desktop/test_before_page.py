"""What is asked before anything contracts, and what follows from the answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from calibrations.intake import Effort, Flag, Intake, SorePlace, SoreSide
from emg.montage import FOUR_SITES
from tests.fakes import ManualClock
from ui.desktop.theme import DARK
from ui.desktop.windows.before_page import BeforePage
from ui.words import intake_words

Key = Qt.Key


class Asked:
    """The page, shown, with all four sites."""

    def __init__(self, qtbot: QtBot, battery: bool | None = None) -> None:
        self.battery = battery
        self.clock = ManualClock(100.0)
        self.page = BeforePage(lambda: self.battery, clock=self.clock)
        qtbot.addWidget(self.page)
        self.page.resize(1280, 800)
        self.page.prepare(FOUR_SITES.sites, calibrated=False)
        with qtbot.waitExposed(self.page):
            self.page.show()

    def say(
        self,
        side: SoreSide | None = None,
        place: SorePlace | None = None,
        pain: int | None = None,
        alone: bool | None = None,
    ) -> None:
        if side is not None:
            self.page.sore_side.choose(side)
        if place is not None:
            self.page.sore_place.choose(place)
        if pain is not None:
            self.page.pain.choose(pain)
        if alone is not None:
            self.page.company.choose(answer=alone)

    def digits(self, text: str, apart_s: float = 0.3) -> None:
        for digit in text:
            self.clock.now_s += apart_s
            focused: QWidget | None = self.page.focusWidget()
            QTest.keyClicks(self.page if focused is None else focused, digit)


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot)


def test_nothing_is_answered_for_anybody(asked: Asked) -> None:
    """A default of "not sore" is a maximum on a sore hamstring by somebody in a hurry."""
    assert asked.page.intake() == Intake()
    assert not asked.page.next.isEnabled()


def test_it_asks_for_one_answer_after_the_other(asked: Asked) -> None:
    """A button that is off without a reason ends the visit."""
    page = asked.page
    said = []
    for answer in (
        {"side": SoreSide.LEFT},
        {"place": SorePlace.HAM},
        {"pain": 2},
        {"alone": True},
    ):
        said.append(page.missing())
        page.show_missing()
        assert page.focusWidget() is not None
        asked.say(**answer)
    said.append(page.missing())
    assert said == list(intake_words.REASONS.values())
    assert page.reason.text() == intake_words.REASONS["signs"]


def test_who_is_not_sore_answers_two_questions(asked: Asked) -> None:
    """The healthy returning runner must not pay for the questions of others."""
    asked.say(SoreSide.NONE, alone=False)
    assert asked.page.missing() == ""
    assert not asked.page.sore_place.isVisible()
    assert not asked.page.signs.isVisible()
    assert asked.page.follows.text() == "Every muscle: a maximal effort."


def test_a_sore_hamstring_gives_light_steps_and_everything_else_its_maximum(asked: Asked) -> None:
    """A maximum on a sore hamstring can harm, and misleads."""
    asked.say(SoreSide.LEFT, SorePlace.HAM, 2, alone=False)
    assert asked.page.follows.text().splitlines() == [
        "Left hamstring: light steps and a bridge instead of a maximum.",
        "Left glute, right glute and right hamstring: a maximal effort.",
    ]


def test_a_muscle_that_hurts_too_much_is_asked_for_nothing(asked: Asked) -> None:
    """Above 3 of 10 even a light step is one too many."""
    asked.say(SoreSide.BOTH, SorePlace.GLUTE, 4, alone=False)
    assert asked.page.follows.text().splitlines()[0] == (
        "Left glute and right glute: no effort, so microvolts and no percentages."
    )


def test_any_sign_stops_every_maximum_and_says_see_a_clinician(asked: Asked) -> None:
    """A torn muscle must not be asked for its best by a program."""
    asked.say(SoreSide.NONE, alone=True)
    QTest.mouseClick(asked.page.signs.all_no, Qt.MouseButton.LeftButton)
    assert asked.page.missing() == ""
    assert not asked.page.stop.isVisible()
    for flag, row in asked.page.signs.rows.items():
        row.choose(answer=True)
        intake = asked.page.intake()
        assert intake.flags == (flag,)
        assert asked.page.stop.isVisible()
        assert asked.page.stop.text() == "No maximal effort today. See a clinician first."
        assert Effort.MAXIMAL not in {intake.effort_of(site) for site in FOUR_SITES.sites}
        assert "a maximal effort" not in asked.page.follows.text()
        row.choose(answer=False)


def test_each_of_the_five_must_be_answered(asked: Asked) -> None:
    """A sign that was scrolled past is a no that nobody said."""
    asked.say(SoreSide.NONE, alone=True)
    for row in asked.page.signs.rows.values():
        assert not asked.page.next.isEnabled()
        row.choose(answer=False)
    assert asked.page.next.isEnabled()


def test_signs_count_only_for_who_was_asked(asked: Asked) -> None:
    """With a therapist there it is the therapist who decides, and no answer stays hidden."""
    asked.say(SoreSide.NONE, alone=True)
    asked.page.signs.rows[Flag.TINGLING].choose(answer=True)
    asked.say(alone=False)
    assert asked.page.intake().flags == ()
    assert not asked.page.stop.isVisible()


def test_a_place_said_before_is_not_kept_for_who_is_not_sore(asked: Asked) -> None:
    """An answer that can no longer be seen must not decide."""
    asked.say(SoreSide.LEFT, SorePlace.GLUTE, 3, alone=False)
    asked.say(SoreSide.NONE)
    assert asked.page.intake().sore_place is None


@pytest.mark.parametrize(
    ("typed", "apart_s", "pain"),
    [("0", 0.3, 0), ("7", 0.3, 7), ("10", 0.3, 10), ("10", 1.5, 0), ("110", 0.3, 10), ("90", 0.3, 0)],
)
def test_pain_is_answered_by_digits(asked: Asked, typed: str, apart_s: float, pain: int) -> None:
    """Ten is the one answer with two keys; a 0 long after a 1 is a 0."""
    asked.digits(typed, apart_s)
    assert asked.page.intake().pain_0_10 == pain


def test_every_answer_can_be_given_by_keyboard(asked: Asked, qtbot: QtBot) -> None:
    """Who cannot use a mouse must not be shut out of the one page about harm."""
    page = asked.page
    with qtbot.waitActive(page):
        page.activateWindow()
    page.take_focus()
    QTest.keyClick(page.focusWidget(), Key.Key_Space)
    assert page.sore_side.value() is SoreSide.NONE
    QTest.keyClick(page.focusWidget(), Key.Key_Right)
    assert page.sore_side.value() is SoreSide.LEFT
    page.show_missing()
    QTest.keyClick(page.focusWidget(), Key.Key_Space)
    assert page.sore_place.value() is SorePlace.HAM
    asked.digits("2")
    page.show_missing()
    QTest.keyClick(page.focusWidget(), Key.Key_Space)
    assert page.company.value() is False
    assert page.missing() == ""


def test_only_a_therapist_may_ask_a_sore_muscle_for_its_maximum(asked: Asked) -> None:
    """An athlete who is alone and keen would tick it every time."""
    page = asked.page
    asked.say(SoreSide.RIGHT, SorePlace.HAM, 3, alone=False)
    assert page.maximal_anyway.isVisible()
    page.maximal_anyway.setChecked(True)
    assert page.intake().maximal_anyway
    assert page.follows.text() == "Every muscle: a maximal effort."
    for change in ({"alone": True}, {"alone": False, "pain": 4}, {"pain": 2, "side": SoreSide.NONE}):
        asked.say(**change)
        assert not page.intake().maximal_anyway
        assert not page.maximal_anyway.isVisible()


def test_the_computer_says_itself_whether_it_is_plugged_in(qtbot: QtBot) -> None:
    """A person on a wire to the wall is what the question is about."""
    asked = Asked(qtbot, battery=False)
    assert asked.page.battery_said.text() == intake_words.ON_MAINS
    assert not asked.page.battery.isVisible()
    assert asked.page.intake().on_battery is False
    asked.battery = True
    asked.page._timer.timeout.emit()
    assert asked.page.battery_said.text() == intake_words.ON_BATTERY
    assert asked.page.intake().on_battery is True


def test_where_the_computer_cannot_tell_the_person_is_asked(asked: Asked) -> None:
    """No answer must not stand in the record as "plugged in"."""
    assert asked.page.battery.isVisible()
    assert asked.page.intake().on_battery is None
    asked.page.battery.choose(answer=True)
    assert asked.page.intake().on_battery is True
    asked.page.battery.choose(answer=False)
    assert asked.page.intake().on_battery is False


def test_next_leads_only_when_nothing_is_open(asked: Asked) -> None:
    """Else the one bright button says "go" while a row above it still waits for its answer."""
    page = asked.page
    asked.say(SoreSide.NONE, alone=False)
    assert page.next.isEnabled()
    assert bright(page.next) != DARK.left
    assert page.reason.text() == intake_words.BATTERY_OPEN
    page.battery.choose(answer=True)
    assert (bright(page.next), page.reason.text()) == (DARK.left, "")


def test_next_leads_at_once_where_the_computer_tells(qtbot: QtBot) -> None:
    """Else an answer that nobody has to give is waited for."""
    asked = Asked(qtbot, battery=True)
    asked.say(SoreSide.NONE, alone=False)
    assert (bright(asked.page.next), asked.page.reason.text()) == (DARK.left, "")


def bright(button: QPushButton) -> str:
    """Colour of the inside of a button, beside its words."""
    image = button.grab().toImage()
    return image.pixelColor(image.width() // 10, image.height() // 2).name()


def test_no_row_moves_when_something_is_answered(asked: Asked) -> None:
    """Else the next press lands on another answer than the one that was read."""
    page = asked.page
    rows = (page.sore_side, page.pain, page.company, page.battery)

    def places() -> list[int]:
        QApplication.processEvents()
        return [row.mapTo(page, row.rect().topLeft()).y() for row in rows]

    before = places()
    for answer in ({"side": SoreSide.NONE}, {"alone": False}, {"pain": 2}):
        asked.say(**answer)
        assert places() == before
    page.battery.choose(answer=False)
    assert places() == before


def test_the_ring_follows_a_row_that_moves(asked: Asked) -> None:
    """Else it lies around nothing, and nobody knows where the keyboard is."""
    page = asked.page
    button = page.company.buttons[False]
    page.activateWindow()
    button.setFocus()
    QTest.qWaitForWindowActive(page)
    before = page.ring.geometry()
    asked.say(SoreSide.LEFT)  # asks where, in a row above
    QApplication.processEvents()
    around = button.rect().translated(button.mapTo(page, button.rect().topLeft()))
    assert page.ring.geometry() != before
    assert page.ring.geometry().center() == around.center()


def test_the_battery_is_asked_once_a_session(asked: Asked) -> None:
    """The cable does not change with the athlete."""
    asked.page.battery.choose(answer=True)
    asked.say(SoreSide.LEFT, SorePlace.HAM, 2, alone=False)
    asked.page.clear()
    assert asked.page.intake() == Intake(on_battery=True)


def test_the_battery_is_not_looked_at_behind_other_pages(asked: Asked) -> None:
    """A timer that runs for ever drains what it looks at."""
    assert asked.page._timer.isActive()
    asked.page.hide()
    assert not asked.page._timer.isActive()


def test_every_answer_has_words() -> None:
    """A code on a button is a riddle."""
    assert set(intake_words.SORE_SIDES) == set(SoreSide)
    assert set(intake_words.SORE_PLACES) == set(SorePlace)
    assert set(intake_words.SIGNS) == set(Flag)
    assert set(intake_words.FOLLOWS) == set(Effort)
