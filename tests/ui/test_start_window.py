"""The first screen: nothing starts before all is there, and it says what is missing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui import words
from ui.desktop.windows.start_window import DEFAULT_SITES, StartChoice, StartWindow

PROTOCOLS = [("power_position", "Power position"), ("hip_extension", "Hip extension")]


class Reception:
    """A start screen with a list of ports that can change."""

    def __init__(self, qtbot: QtBot) -> None:
        self.ports = [("/dev/ttyUSB0", "FT231X USB UART")]
        self.started: list[StartChoice] = []
        self.window = StartWindow(lambda: self.ports, lambda: PROTOCOLS, self.started.append)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()


@pytest.fixture
def reception(qtbot: QtBot) -> Reception:
    return Reception(qtbot)


def test_the_demo_starts_with_one_key(qtbot: QtBot, reception: Reception) -> None:
    """Who has no board must see it work at once."""
    with qtbot.waitActive(reception.window):
        reception.window.activateWindow()
    QTest.keyClick(reception.window, Qt.Key.Key_Return)
    assert reception.started == [
        StartChoice("demo", "simulated", "", DEFAULT_SITES, "power_position", "none", demo=True)
    ]


def test_a_board_needs_an_athlete(qtbot: QtBot, reception: Reception) -> None:
    """A session of nobody cannot be found again."""
    window = reception.window
    window.source.setCurrentIndex(1)
    assert not window.start.isEnabled()
    assert window.reason.text() == words.START_REASONS["athlete_missing"]
    window.begin()
    assert reception.started == []
    QTest.keyClicks(window.athlete, "runner-07")
    assert window.start.isEnabled()
    assert window.reason.text() == ""
    QTest.mouseClick(window.start, Qt.MouseButton.LeftButton)
    choice = reception.started[0]
    assert (choice.athlete, choice.board, choice.port, choice.demo) == (
        "runner-07",
        "cyton",
        "/dev/ttyUSB0",
        False,
    )


@pytest.mark.parametrize("athlete", ["Anna Müller", "../../etc", "a" * 65, "CON"])
def test_an_id_that_cannot_name_a_folder_is_refused_in_words(reception: Reception, athlete: str) -> None:
    """A name in a path travels with every file, and some names break the path."""
    window = reception.window
    window.source.setCurrentIndex(1)
    window.athlete.setText(athlete)
    assert not window.start.isEnabled()
    assert "letters, digits" in window.reason.text()


def test_electrodes_that_make_no_montage_are_refused_in_words(reception: Reception) -> None:
    """Two muscles on one channel would show one signal twice."""
    window = reception.window
    window.source.setCurrentIndex(1)
    window.athlete.setText("runner-07")
    window.sites.setText("glute_left=1,ham_left=1")
    assert not window.start.isEnabled()
    assert "own channel" in window.reason.text()


def test_looking_again_finds_a_new_port_and_keeps_the_choice(qtbot: QtBot, reception: Reception) -> None:
    """The dongle is often plugged in after the program was started."""
    window = reception.window
    window.source.setCurrentIndex(1)
    reception.ports.insert(0, ("/dev/ttyACM0", ""))
    QTest.mouseClick(window.look_again, Qt.MouseButton.LeftButton)
    assert [window.source.itemData(row) for row in range(3)] == ["", "/dev/ttyACM0", "/dev/ttyUSB0"]
    assert window.choice().port == "/dev/ttyUSB0"
    reception.ports.clear()
    window.refresh_ports()
    assert window.choice().demo


def test_f5_looks_again(qtbot: QtBot, reception: Reception) -> None:
    """Everything goes by keyboard."""
    with qtbot.waitActive(reception.window):
        reception.window.activateWindow()
    reception.ports.append(("/dev/ttyACM0", ""))
    QTest.keyClick(reception.window, Qt.Key.Key_F5)
    assert reception.window.source.count() == 3


def test_every_field_has_a_name_for_a_screen_reader(reception: Reception) -> None:
    """A field without a name is a riddle."""
    window = reception.window
    fields = (window.athlete, window.source, window.sites, window.protocol, window.sore_side)
    assert [field.accessibleName() for field in fields] == list(words.START_LABELS.values())


def test_without_an_exercise_it_says_so(qtbot: QtBot) -> None:
    """A folder of protocols that is empty must not end in a traceback."""
    window = StartWindow(list, list, lambda choice: None)
    qtbot.addWidget(window)
    assert window.reason.text() == words.START_REASONS["protocol_missing"]
