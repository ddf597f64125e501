"""The settings: kept whole, and their page writes every change at once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.desktop.gallery.door_scenes import Clock
from ui.desktop.windows.settings_page import SettingsPage
from ui.desktop.windows.start_window import StartWindow
from ui.kept.settings import Settings, keep_settings, read_settings, settings_path
from ui.words import look_words


def test_settings_come_back_as_they_were_kept(powerhold_home: Path) -> None:
    """Else the program forgets what was chosen."""
    chosen = Settings(language="de", theme="light", sound=False, tone=True, speech=False, volume_pct=35)
    keep_settings(chosen)
    assert read_settings() == chosen
    assert stat.S_IMODE(settings_path().stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("text", ["", "[]", '{"theme": "pink"}', '{"volume_pct": 101}', "\0"])
def test_what_cannot_be_read_is_as_if_nothing_had_been_chosen(powerhold_home: Path, text: str) -> None:
    """Else a file that somebody edited keeps the window from opening."""
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(text, encoding="utf-8")
    assert read_settings() == Settings()


def test_one_bad_value_harms_no_other(powerhold_home: Path) -> None:
    """Else a colour that a newer version knows makes the program forget who trained here last."""
    settings_path().parent.mkdir(parents=True)
    text = '{"language": "de", "theme": "sepia", "volume_pct": "loud", "last": {"athlete": "runner-07"}}'
    settings_path().write_text(text, encoding="utf-8")
    assert read_settings() == Settings(language="de", last={"athlete": "runner-07"})


def test_what_only_a_newer_version_knows_survives_a_write(powerhold_home: Path) -> None:
    """Else one start of an old version undoes what was chosen in the new one."""
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('{"contrast": {"high": true}, "tone": false}', encoding="utf-8")
    keep_settings(read_settings().model_copy(update={"tone": True}))
    kept = json.loads(settings_path().read_text(encoding="utf-8"))
    assert (kept["contrast"], kept["tone"]) == ({"high": True}, True)


@pytest.fixture
def page(qtbot: QtBot, powerhold_home: Path) -> SettingsPage:
    keep_settings(Settings(language="de", last={"athlete": "runner-07"}))
    made = SettingsPage(read_settings, keep_settings)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_the_page_shows_what_is_chosen_and_writes_nothing_by_itself(page: SettingsPage) -> None:
    """Else looking at the settings changes them."""
    before = settings_path().stat().st_mtime_ns
    assert page.language.currentData() == "de"
    assert page.theme.value() == "dark"
    assert (page.sound.value(), page.tone.value(), page.speech.value()) == (True, False, True)
    assert page.volume_said.text() == look_words.PERCENT.format(value=70)
    assert settings_path().stat().st_mtime_ns == before


def test_every_change_is_kept_at_once_and_the_rest_stays(page: SettingsPage) -> None:
    """Else who closes the window instead of pressing Done has chosen nothing."""
    page.language.setCurrentIndex(page.language.findData("en"))
    page.theme.choose("light")
    page.sound.choose(False)
    page.tone.choose(True)
    page.speech.choose(False)
    page.volume.setValue(15)
    assert read_settings() == Settings(
        language="en",
        theme="light",
        sound=False,
        tone=True,
        speech=False,
        volume_pct=15,
        last={"athlete": "runner-07"},
    )
    assert page.volume_said.text() == look_words.PERCENT.format(value=15)


def test_a_disk_that_refuses_is_said(qtbot: QtBot) -> None:
    """Else the choice is gone tomorrow and nobody knows why."""

    def refuse(settings: Settings) -> None:
        raise OSError(28, "No space left on device")

    page = SettingsPage(Settings, refuse)
    qtbot.addWidget(page)
    page.theme.choose("light")
    assert "No space left on device" in page.reason.text()
    assert "Errno" not in page.reason.text()


def test_the_settings_are_two_keys_from_the_first_page_and_back(qtbot: QtBot) -> None:
    """Else the sound cannot be turned off with a patient on the couch."""
    window = StartWindow(list, lambda: [("p", "P")], lambda choice: None, clock=Clock())
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.first.next.setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_O)
    assert window.settings.isVisible()
    assert window.settings.language.hasFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.first.isVisible()
    QTest.mouseClick(window.first.settings, Qt.MouseButton.LeftButton)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.first.isVisible()
