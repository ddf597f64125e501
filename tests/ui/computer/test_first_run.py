"""The page of the first start: five true sentences, whatever this computer is like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hardware.ports import PortFacts
from hardware.probe import Answer
from tests.fakes import ManualClock
from ui.computer.first_run import Asked, Facts, Hearing, Mark, lines, look, shown_folder
from ui.desktop import shell
from ui.desktop.entrance import start_window
from ui.desktop.gallery.first_run_scenes import FOLDER, REFUSED, WELL, first_run_scenes
from ui.desktop.gallery.fits import misfits
from ui.desktop.shell import Desktop
from ui.desktop.theme import DARK
from ui.desktop.windows.first_run_page import FirstRunPage
from ui.kept.settings import Settings, keep_settings, read_settings
from ui.words import first_run_words

FACTS = Facts(Hearing.GOOD, FOLDER)
SIZES = [(800, 600), (1280, 800), (1920, 1080)]
NOTHING_ANSWERS: Asked = ((PortFacts("/dev/ttyS0"), Answer(None, "Nothing answers.")),)


class Room:
    """A page before somebody who can pull the plug."""

    def __init__(self, qtbot: QtBot) -> None:
        self.on_battery: bool | None = False
        self.page = FirstRunPage(lambda: FACTS, lambda: self.on_battery)
        qtbot.addWidget(self.page)
        self.page.resize(1280, 800)
        with qtbot.waitActive(self.page):
            self.page.show()
            self.page.activateWindow()
        self.page.take_focus()


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    here = Room(qtbot)
    yield here
    here.page.hide()


def marks(facts: Facts = FACTS, battery: bool | None = True, asked: Asked | None = WELL) -> dict[str, Mark]:
    return {line.name: line.mark for line in lines(facts, battery, asked)}


# --- the sentences


def test_all_is_well() -> None:
    """Else a computer that is ready is said not to be."""
    assert set(marks().values()) == {Mark.GOOD}
    assert list(marks()) == list(first_run_words.NAMES)


@pytest.mark.parametrize(
    ("name", "mark", "said"),
    [
        ("battery", Mark.LOOK, marks(battery=False)),
        ("battery", Mark.OPEN, marks(battery=None)),
        ("board", Mark.OPEN, marks(asked=None)),
        ("board", Mark.OPEN, marks(asked=())),
        ("board", Mark.OPEN, marks(asked=NOTHING_ANSWERS)),
        ("board", Mark.OPEN, marks(asked=((PortFacts("/dev/ttyUSB0"), Answer("of_tomorrow", "")),))),
        ("permission", Mark.LOOK, marks(asked=(*WELL, *REFUSED))),
        ("permission", Mark.OPEN, marks(asked=())),
        ("permission", Mark.GOOD, marks(asked=NOTHING_ANSWERS)),
        ("sound", Mark.LOOK, marks(Facts(Hearing.NO_LIBRARY, FOLDER))),
        ("sound", Mark.LOOK, marks(Facts(Hearing.NO_OUTPUT, FOLDER))),
        ("sound", Mark.OPEN, marks(Facts(Hearing.UNKNOWN, FOLDER))),
        ("files", Mark.LOOK, marks(Facts(Hearing.GOOD, FOLDER, "No space left on device"))),
    ],
)
def test_what_is_not_good_is_never_ticked(name: str, mark: Mark, said: dict[str, Mark]) -> None:
    """Else somebody tapes electrodes on beside a charger, because there was a tick."""
    assert said[name] is mark


def test_where_the_sessions_go_is_told_and_looked_at(powerhold_home: Path) -> None:
    """Else they are searched for, or the first session finds a folder that takes nothing."""
    facts = look()
    assert facts.refusal == ""
    assert facts.folder.endswith(powerhold_home.name)
    assert not powerhold_home.exists(), "looking makes nothing"


def test_a_folder_that_takes_nothing_is_named_with_the_reason(
    powerhold_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the page promises what the first session cannot keep."""
    monkeypatch.setenv("POWERHOLD_HOME", "/proc/powerhold")
    facts = look()
    assert facts.refusal
    (files,) = [line for line in lines(facts, True, WELL) if line.name == "files"]
    assert files.mark is Mark.LOOK
    assert facts.refusal in files.sentence


def test_a_long_folder_keeps_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the end, which tells one folder from another, is what is lost."""
    deep = Path("/clinic") / "very-long-name" / "another-long-name" / "and-one-more" / "powerhold"
    assert shown_folder(deep).endswith("and-one-more/powerhold")
    assert len(shown_folder(deep)) < len(str(deep))
    assert shown_folder(Path.home() / "data") == "~/data"


# --- the page


def test_one_key_ends_it(room: Room, qtbot: QtBot) -> None:
    """Else a page that asks nothing stands in the way."""
    for key in (Qt.Key.Key_Return, Qt.Key.Key_PageDown, Qt.Key.Key_Escape, Qt.Key.Key_Space):
        with qtbot.waitSignal(room.page.over):
            QTest.keyClick(room.page.focusWidget(), key)


def test_who_pulls_the_plug_sees_it_said(room: Room, qtbot: QtBot) -> None:
    """Else the page goes on saying what is not so any more."""
    assert room.page.mark("battery") is Mark.LOOK
    room.on_battery = True
    qtbot.waitUntil(lambda: room.page.mark("battery") is Mark.GOOD)


def test_the_board_is_looked_for_again(room: Room, qtbot: QtBot) -> None:
    """Else who plugs it in now reads that there is none."""
    room.page.show_ports(NOTHING_ANSWERS)
    assert room.page.sentences["board"].text() == first_run_words.BOARD_NONE
    with qtbot.waitSignal(room.page.ports_wanted):
        QTest.keyClick(room.page.focusWidget(), Qt.Key.Key_F5)
    assert room.page.sentences["board"].text() == first_run_words.BOARD_ASKING
    room.page.show_ports(WELL)
    assert room.page.mark("board") is Mark.GOOD


def test_a_mark_is_also_words(room: Room) -> None:
    """Else who cannot see the shapes hears five sentences without knowing which one matters."""
    room.page.show_ports(WELL)
    assert room.page.sentences["battery"].accessibleName().startswith("Battery: Look at this.")
    assert room.page.sentences["board"].accessibleName().startswith("Board: Good.")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_word_fits(qtbot: QtBot, size: tuple[int, int]) -> None:
    """Else the sentence that matters has lost its end."""
    for name, window in first_run_scenes(DARK):
        assert _cut(qtbot, window, size) == [], name


# --- in the first window


class Start:
    """The first window as the program shows it at its first start, a Cyton at its port."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shell, "survey", lambda: WELL)
        self.desktop = Desktop()
        self.desktop.show_start()
        assert self.desktop.start is not None
        self.window = self.desktop.start
        qtbot.addWidget(self.window)
        qtbot.waitUntil(self.window.isActiveWindow)
        qtbot.waitUntil(self.window.fields.look_again.isEnabled)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.focusWidget(), key)


@pytest.fixture
def start(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    here = Start(qtbot, monkeypatch)
    yield here
    here.window.fields.survey.wait()


def test_the_first_start_shows_it_once(start: Start, qtbot: QtBot) -> None:
    """Else nobody sees it, or everybody every day."""
    page = start.window.page
    assert isinstance(page, FirstRunPage)
    assert page.mark("board") is Mark.GOOD
    start.press(Qt.Key.Key_Return)
    assert start.window.page is start.window.first
    assert read_settings().first_run_seen
    again = start_window(lambda choice: None, look=list)
    qtbot.addWidget(again)
    assert again.page is again.first


def test_a_key_that_bounces_does_not_start_the_demo(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first thing a new user sees is a session that nobody asked for."""
    begun: list[object] = []
    monkeypatch.setattr(start.desktop, "show_session", begun.append)
    monkeypatch.setattr(start.window, "_clock", ManualClock(100.0))
    start.window.fields.source.setCurrentIndex(0)
    start.press(Qt.Key.Key_Return)
    start.press(Qt.Key.Key_Return)
    assert begun == []
    assert start.window.page is start.window.first


def test_who_has_trained_here_before_does_not_see_it(qtbot: QtBot) -> None:
    """Else a new version takes everybody for a beginner."""
    keep_settings(Settings(last={"athlete": "runner-07"}))
    window = start_window(lambda choice: None, look=list)
    qtbot.addWidget(window)
    assert window.page is window.first


def _cut(qtbot: QtBot, window: QWidget, size: tuple[int, int]) -> list[str]:
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    return [str(found) for found in misfits(window)]
