"""What was started last: the first screen opens with it, last used first."""

from __future__ import annotations

from pathlib import Path

from ui.kept.recent import MOST, NOTHING_YET, Recent, keep_recent, recent_first, recent_of, remembered
from ui.kept.settings import Settings, keep_settings, read_settings, settings_path

START = Recent("runner-07", "power_position", "cyton", "/dev/ttyUSB0", sites="glute_left=1")


def test_nothing_is_remembered_at_first(powerhold_home: Path) -> None:
    """Else a new computer opens with somebody."""
    assert recent_of(read_settings()) == NOTHING_YET


def test_what_was_started_comes_back(powerhold_home: Path) -> None:
    """Else everything is typed every day."""
    keep_recent(START)
    found = recent_of(read_settings())
    assert (found.athlete, found.board, found.port) == ("runner-07", "cyton", "/dev/ttyUSB0")
    assert (found.sites, found.protocol) == ("glute_left=1", "power_position")


def test_the_last_ones_come_first_and_once(powerhold_home: Path) -> None:
    """Else a PT looks for today's athletes in a list of two hundred."""
    for athlete in ("a", "b", "a", "c"):
        keep_recent(Recent(athlete, "power_position"))
    assert recent_of(read_settings()).athletes == ("c", "a", "b")
    assert recent_of(read_settings()).protocols == ("power_position",)
    choices = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]
    assert [code for code, _ in recent_first(choices, ("c", "gone", "a"))] == ["c", "a", "b", "d"]


def test_the_list_does_not_grow_for_ever() -> None:
    """Else the settings file reaches its limit and all settings are lost."""
    settings = Settings()
    for number in range(MOST + 5):
        settings = remembered(settings, Recent(f"a{number}", "p"))
    assert len(recent_of(settings).athletes) == MOST
    assert recent_of(settings).athletes[0] == f"a{MOST + 4}"


def test_remembering_leaves_the_other_settings_alone(powerhold_home: Path) -> None:
    """Else who starts a session loses the language."""
    keep_settings(Settings(language="de", theme="light", volume_pct=20))
    keep_recent(START)
    kept = read_settings()
    assert (kept.language, kept.theme, kept.volume_pct) == ("de", "light", 20)


def test_a_strange_file_is_as_if_nothing_had_been_started(powerhold_home: Path) -> None:
    """Else a broken file keeps the program from opening."""
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('{"last": {"athlete": 7}}', encoding="utf-8")
    assert recent_of(read_settings()) == NOTHING_YET
    assert recent_of(Settings(last={"colour": "red", "athletes": "\n\n"})) == NOTHING_YET
