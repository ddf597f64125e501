"""The first screen: nothing starts before all is there, and it says what is missing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from calibrations.positions import Resistance
from hardware.boards import BOARDS
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.desktop.gallery.door_scenes import Clock
from ui.desktop.port_survey import Asked
from ui.desktop.windows.source_fields import SourceChoice
from ui.desktop.windows.start_page import DEFAULT_SITES
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.words import start_words

PROTOCOLS = [("power_position", "Power position"), ("hip_extension", "Hip extension")]
USB0, USB1, ACM = "/dev/ttyUSB0", "/dev/ttyUSB1", "/dev/ttyACM0"
CYTON: Asked = (PortFacts(USB0, "FT231X"), Answer("cyton", "An OpenBCI Cyton answers (firmware v3.1.2)."))
OLIMEX: Asked = (PortFacts(ACM), Answer("olimex", "An Olimex shield streams."))
DAISY: Asked = (PortFacts(ACM), Answer("cyton_daisy", "An OpenBCI Cyton with Daisy answers."))
SILENT: Asked = (PortFacts(ACM), Answer(None, "Nothing answers."))
HELD: Asked = (
    PortFacts(
        USB1,
        held_by=("minicom",),
        advice=f"The port {USB1} is in use by minicom: close that program and try again.",
    ),
    None,
)


class Reception:
    """A start screen, what there is at its ports, and a hand on the door of the survey."""

    def __init__(self, qtbot: QtBot, *asked: Asked) -> None:
        self.qtbot = qtbot
        self.asked = list(asked)
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asking_thread = ""
        self.started: list[StartChoice] = []
        self.window = StartWindow(self._look, lambda: PROTOCOLS, self.started.append, clock=Clock())
        self.first = self.window.first
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()

    def _look(self) -> list[Asked]:
        self.asking_thread = threading.current_thread().name
        assert self.may_answer.wait(60.0)
        return list(self.asked)

    def look(self) -> None:
        self.window.look_for_boards()
        self.qtbot.waitUntil(self.window.fields.look_again.isEnabled, timeout=30_000)

    def items(self) -> dict[str, SourceChoice]:
        """What can be chosen."""
        source = self.window.fields.source
        enabled = Qt.ItemFlag.ItemIsEnabled
        return {
            source.itemText(row): source.itemData(row)
            for row in range(source.count())
            if source.model().flags(source.model().index(row, 0)) & enabled
        }

    def texts(self) -> list[str]:
        source = self.window.fields.source
        return [source.itemText(row) for row in range(source.count())]

    def choose(self, text: str) -> None:
        source = self.window.fields.source
        if source.findText(text) < 0:
            self.window.fields.show_all()
        row = source.findText(text)
        assert row >= 0, self.texts()
        source.setCurrentIndex(row)
        source.activated.emit(row)


@pytest.fixture
def reception(qtbot: QtBot) -> Iterator[Reception]:
    here = Reception(qtbot, CYTON, HELD)
    yield here
    here.may_answer.set()
    here.window.fields.survey.wait()


def test_the_demo_starts_with_one_key(qtbot: QtBot, reception: Reception) -> None:
    """Who has no board must see it work at once."""
    with qtbot.waitActive(reception.window):
        reception.window.activateWindow()
    QTest.keyClick(reception.window, Qt.Key.Key_Return)
    assert reception.started == [
        StartChoice("demo", "simulated", "", DEFAULT_SITES, "power_position", "none", demo=True)
    ]


def test_a_board_that_answers_is_found_and_chosen(reception: Reception) -> None:
    """Who has plugged in a board need not know what a port is."""
    reception.look()
    window = reception.window
    assert window.fields.source.currentText() == f"OpenBCI Cyton on {USB0}"
    assert "firmware v3.1.2" in window.fields.about.text()
    assert not window.fields.place.isVisible()
    assert not window.first.next.isEnabled()
    assert window.first.reason.text() == start_words.START_REASONS["athlete_missing"]
    window.go_on()
    assert window.first.isVisible()
    QTest.keyClicks(window.first.who.id, "runner-07")
    assert window.first.reason.text() == ""
    QTest.mouseClick(window.first.next, Qt.MouseButton.LeftButton)
    assert window.before.isVisible()
    choice = window.choice()
    assert (choice.athlete, choice.board, choice.port, choice.demo) == ("runner-07", "cyton", USB0, False)


def test_the_ports_are_asked_on_a_thread_and_the_window_goes_on(reception: Reception) -> None:
    """Probing takes seconds; a window that hangs at its start is closed by its user."""
    reception.may_answer.clear()
    reception.window.look_for_boards()
    fields = reception.window.fields
    assert (fields.look_again.isEnabled(), fields.look_again.text()) == (False, start_words.LOOKING)
    QTest.keyClicks(reception.first.who.id, "x")
    reception.choose("Olimex SHIELD-EKG-EMG")
    fields.place.setEditText(ACM)
    assert reception.first.reason.text() == start_words.START_REASONS["looking"], "the port is in use by us"
    reception.window.look_for_boards()
    reception.may_answer.set()
    reception.qtbot.waitUntil(fields.look_again.isEnabled, timeout=30_000)
    assert reception.asking_thread == "emg-survey"
    assert fields.look_again.text() == start_words.REFRESH


def test_a_survey_that_fails_says_so(qtbot: QtBot, reception: Reception) -> None:
    """A thread that dies silently leaves a button that says "asking" for ever."""

    def fail() -> list[Asked]:
        raise RuntimeError("no bus")

    reception.window.fields.survey._look = fail
    reception.look()
    assert "RuntimeError('no bus')" in reception.window.fields.about.text()
    assert reception.window.fields.look_again.isEnabled()


def test_a_port_that_cannot_be_used_says_why_and_what_to_do(reception: Reception) -> None:
    """A port that is simply missing from the list sends people to the wrong cable."""
    reception.look()
    advice = HELD[0].advice
    assert advice in reception.texts()
    assert advice not in reception.items()
    assert advice in reception.window.fields.about.text()


def test_a_port_where_nothing_answers_is_named(reception: Reception) -> None:
    """A board that is switched off must look like one, and not like no port."""
    reception.asked = [SILENT]
    reception.look()
    assert f"{ACM}: Nothing answers." in reception.texts()
    assert reception.window.choice().demo


def test_boards_are_offered_with_what_they_can_tell(reception: Reception) -> None:
    """Who chooses a board by name must know before the session what its numbers carry."""
    reception.choose("Olimex SHIELD-EKG-EMG")
    about = reception.window.fields.about.text()
    assert start_words.claims_words(BOARDS["olimex"].claims) in about
    assert BOARDS["olimex"].note in about


def test_a_refused_board_cannot_be_chosen_and_says_why(reception: Reception) -> None:
    """A board that is too slow must not be found out after the electrodes are on."""
    reception.asked = [DAISY]
    reception.look()
    reception.window.fields.show_all()
    refused = [board for board in BOARDS.values() if board.refusal]
    assert refused
    for board in refused:
        text = start_words.hindrance_words(board.title, board.refusal)
        assert text in reception.texts()
        assert text not in reception.items()
    found = start_words.FOUND.format(title=BOARDS["cyton_daisy"].title, port=ACM)
    assert not [text for text in reception.items() if found in text]
    assert [text for text in reception.texts() if text.startswith(found)]
    assert reception.window.choice().demo, "it is not taken although it answers"


@pytest.mark.skipif(sys.platform == "win32", reason="there every one of them runs")
def test_a_board_whose_driver_does_not_run_here_says_so(reception: Reception) -> None:
    """A board that cannot open must not cost a quarter of an hour first."""
    reception.window.fields.show_all()
    (text,) = [text for text in reception.texts() if text.startswith("OYMotion gForcePro")]
    assert text.endswith("Its driver runs on Windows only.")
    assert text not in reception.items()


def test_every_board_that_can_be_used_here_is_offered(reception: Reception) -> None:
    """A board without a line in the list cannot be used from the window."""
    reception.window.fields.show_all()
    offered = {choice.board for choice in reception.items().values()}
    linux = {board.name for board in BOARDS.values() if not board.refusal and "linux" in board.platforms}
    if sys.platform == "linux":
        assert offered == linux


@pytest.mark.parametrize(
    ("title", "field", "label"),
    [
        ("Upside Down Labs Chords board", "port", "Port"),
        ("OpenBCI Cyton with WiFi Shield", "address", "Address"),
        ("NeuroMD Callibri, EMG", "serial", "Serial number"),
        ("Lab Streaming Layer stream", "port", "Stream"),
        ("Recording, played again", "port", "File"),
    ],
)
def test_each_board_is_found_in_its_own_way(
    reception: Reception, monkeypatch: pytest.MonkeyPatch, title: str, field: str, label: str
) -> None:
    """A WiFi board has no port, a recording is a file."""
    monkeypatch.setattr(sys, "platform", "darwin")
    reception.look()
    fields = reception.window.fields
    reception.first.who.id.setEditText("anna")
    reception.first.sites.setText("glute_left=1")
    reception.choose(title)
    assert fields.place_label.text() == label
    assert fields.place.isVisible()
    assert bool(fields.missing()) is bool(fields.board.needs)
    fields.place.setEditText(" there ")
    assert fields.missing() == ""
    assert getattr(reception.window.choice(), field) == "there"
    others = {"port", "address", "serial"} - {field}
    assert all(getattr(reception.window.choice(), other) == "" for other in others)


@pytest.mark.parametrize(
    "athlete", ["Anna Müller", "../../etc", "a" * 300, "CON", "run\U0001f3c3", "runner\u202e07"]
)
def test_an_id_that_cannot_name_a_folder_is_refused_in_words(reception: Reception, athlete: str) -> None:
    """A name in a path travels with every file, and some names break the path."""
    reception.look()
    window = reception.window
    window.first.who.id.setEditText(athlete)
    assert not window.first.next.isEnabled()
    assert "letters, digits" in window.first.reason.text()
    window.go_on()
    assert window.page is window.first


@pytest.mark.parametrize(
    ("sites", "word"),
    [("glute_left=1,ham_left=1", "own channel"), ("glute_left=1,ham_left=9", "channel 9")],
)
def test_electrodes_that_make_no_montage_are_refused_in_words(
    reception: Reception, sites: str, word: str
) -> None:
    """Two muscles on one channel would show one signal twice; a Cyton has eight."""
    reception.look()
    window = reception.window
    window.first.who.id.setEditText("runner-07")
    window.first.sites.setText(sites)
    assert not window.first.next.isEnabled()
    assert word in window.first.reason.text()


def test_looking_again_finds_a_new_port_and_keeps_the_choice(reception: Reception) -> None:
    """The dongle is often plugged in after the program was started."""
    reception.look()
    reception.asked.insert(0, OLIMEX)
    QTest.mouseClick(reception.window.fields.look_again, Qt.MouseButton.LeftButton)
    reception.qtbot.waitUntil(lambda: f"Olimex SHIELD-EKG-EMG on {ACM}" in reception.texts(), timeout=30_000)
    assert reception.window.choice().port == USB0
    reception.asked.clear()
    reception.look()
    assert reception.window.choice().demo
    assert start_words.NO_PORT in reception.window.fields.about.text()


def test_what_was_chosen_by_hand_is_not_changed_by_an_answer(reception: Reception) -> None:
    """A choice that jumps while one reads starts the wrong session."""
    reception.choose(start_words.DEMO_SOURCE)
    reception.look()
    assert reception.window.choice().demo


def test_the_list_is_short_and_its_last_line_opens_the_rest_by_keyboard(
    qtbot: QtBot, reception: Reception
) -> None:
    """Else forty boards cover the screen, and the one that is plugged in stands among them."""
    reception.look()
    source = reception.window.fields.source
    common = ["OpenBCI Cyton", "OpenBCI Ganglion with BLED112 dongle", "Olimex SHIELD-EKG-EMG"]
    found = [start_words.DEMO_SOURCE, f"OpenBCI Cyton on {USB0}"]
    assert list(reception.items()) == [*found, *common, "Recording, played again", start_words.MORE_BOARDS]
    before = reception.window.choice()
    source.setFocus()
    for _line in range(source.count()):
        if source.view().isVisible():
            break
        before = reception.window.choice()
        QTest.keyClick(source, Qt.Key.Key_Down)
    assert len(reception.texts()) > len(BOARDS)
    assert start_words.MORE_BOARDS not in reception.texts()
    assert source.view().isVisible()
    assert reception.window.choice() == before, "to look at the others chooses none"
    source.hidePopup()


def test_a_rare_board_that_was_used_last_is_in_the_short_list(reception: Reception) -> None:
    """Else the board somebody has is looked for behind "More boards" every day."""
    fields = reception.window.fields
    fields.prefer(SourceChoice("spikerbox", USB0))
    reception.look()
    assert fields.choice().board == "spikerbox"
    assert BOARDS["spikerbox"].title in reception.texts()
    assert BOARDS["galea"].title not in reception.texts()


@pytest.mark.parametrize("key", [Qt.Key.Key_H, Qt.Key.Key_O])
def test_history_and_settings_open_with_alt_while_the_id_is_typed(
    qtbot: QtBot, reception: Reception, key: Qt.Key
) -> None:
    """Else the keys on the buttons write letters into the athlete's id."""
    first = reception.first
    with qtbot.waitActive(reception.window):
        reception.window.activateWindow()
    first.who.id.setFocus()
    QTest.keyClicks(first.who.id, "oho")
    wanted, button = {
        Qt.Key.Key_H: (first.history_pressed, first.history),
        Qt.Key.Key_O: (first.settings_pressed, first.settings),
    }[key]
    with qtbot.waitSignal(wanted):
        QTest.keyClick(first.who.typed, key, Qt.KeyboardModifier.AltModifier)
    assert first.who.athlete() == "oho"
    assert f"Alt+{chr(key.value)}" in button.text()


def test_the_first_click_beside_the_suggestions_counts(qtbot: QtBot) -> None:
    """Else History must be clicked twice, and whoever clicked once thinks that it is broken."""
    window = StartWindow(list, lambda: PROTOCOLS, print, athletes=lambda: [("anna-1", "Anna")])
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    who, history = window.first.who, window.first.history
    who.typed.setFocus()
    QTest.keyClicks(who.typed, "an")
    completer = who.id.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    assert popup.font().pixelSize() == who.id.font().pixelSize(), "as large as the field"
    there = popup.mapFromGlobal(history.mapToGlobal(history.rect().center()))
    with qtbot.waitSignal(window.history_wanted):
        QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=there)
    assert not popup.isVisible()


def test_f5_looks_again(qtbot: QtBot, reception: Reception) -> None:
    """Everything goes by keyboard."""
    with qtbot.waitActive(reception.window):
        reception.window.activateWindow()
    QTest.keyClick(reception.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: reception.window.choice().port == USB0, timeout=30_000)


def test_a_choice_that_does_not_hold_together_is_said_and_nothing_starts(qtbot: QtBot) -> None:
    """An exception in a slot leaves a button that does nothing."""

    def refuse(choice: StartChoice) -> None:
        raise ValueError("This board needs a gain.")

    window = StartWindow(list, lambda: PROTOCOLS, refuse)
    qtbot.addWidget(window)
    window.go_on()
    assert window.first.reason.text() == "This board needs a gain."


def test_every_field_has_a_name_for_a_screen_reader(reception: Reception) -> None:
    """A field without a name is a riddle."""
    first = reception.first
    fields = {
        "athlete": first.who.id,
        "name": first.who.name,
        "source": first.fields.source,
        "sites": first.sites,
        "electrodes": first.taped.electrodes,
        "way": first.taped.way,
        "against": first.taped.against,
        "protocol": first.protocol,
    }
    said = {name: field.accessibleName() for name, field in fields.items()}
    assert said == start_words.START_LABELS


def test_without_an_exercise_it_says_so(qtbot: QtBot) -> None:
    """A folder of protocols that is empty must not end in a traceback."""
    window = StartWindow(list, list, lambda choice: None)
    qtbot.addWidget(window)
    assert window.first.reason.text() == start_words.START_REASONS["protocol_missing"]


def test_closing_the_window_while_it_asks_harms_nobody(qtbot: QtBot) -> None:
    """The answers of a window that is gone must not end the program."""
    here = Reception(qtbot, CYTON)
    here.may_answer.clear()
    here.window.look_for_boards()
    here.window.close()
    here.may_answer.set()
    here.window.fields.survey.wait()
    assert not here.window.fields.survey.running


def test_who_comes_can_be_typed_before_the_board_is_there(qtbot: QtBot, reception: Reception) -> None:
    """Else the id goes into the list of boards, and Enter starts a demo with a patient on the couch."""
    window = reception.window
    with qtbot.waitActive(window):
        window.activateWindow()
    assert window.fields.demo
    assert window.first.who.typed.isEnabled()
    assert window.first.who.id.hasFocus() or window.first.who.typed.hasFocus()
    QTest.keyClicks(window.first.who.id, "runner-07")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert reception.started == []
    assert window.first.missing() == start_words.START_REASONS["demo_is_nobodys"]


def test_what_a_maximum_pushes_against_is_written_down_only_if_it_was_said(reception: Reception) -> None:
    """Else the record names a hand that nobody held against the ankle."""
    taped = reception.first.taped
    assert reception.window.choice().resistance is None
    taped.against.setCurrentIndex(taped.against.findText("A strap"))
    assert taped.resistance() is Resistance.STRAP
