"""The first page with the real shelf and the real names behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from calibrations.calibration import Calibration, Chain, SiteRecord
from calibrations.placement import Placement
from calibrations.store import save
from emg.montage import FOUR_SITES
from emg.results import Method
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.desktop import planning, shell
from ui.desktop.planning import keep_new_name
from ui.desktop.shell import Desktop
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept.athletes import athletes, keep_name
from ui.kept.home import calibrations_folder
from ui.kept.settings import Settings, keep_settings

CHOICE = StartChoice("runner-07", "cyton", "", "glute_left=1", "power_position", "none", demo=False)


def keep_calibration(athlete: str) -> Path:
    now = datetime.now(UTC)
    record = SiteRecord(channel=1, rest_uv=3.0, mvc_uv=300.0, method=Method.QUICK, mvc_cv_pct=6.0)
    calibration = Calibration(
        athlete=athlete,
        board="cyton",
        source_id="cyton-1",
        unit="uV",
        chain=Chain(fs_hz=250.0, low_hz=20.0, high_hz=115.0, notch_hz=None, gain=24.0),
        placement=Placement(id=Placement.new(now).id, from_landmark_cm={"glute_left": 8.5}),
        made_at=now,
        software="0.1.0",
        sites={
            site: record.model_copy(update={"channel": channel})
            for site, channel in FOUR_SITES.as_dict().items()
        },
    )
    return save(calibration, calibrations_folder(athlete))


@pytest.fixture
def start(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartWindow]:
    """Give the window as the program shows it, a Cyton at its port; an athlete is known."""
    keep_calibration("runner-07")
    keep_name("runner-07", "Anna")
    monkeypatch.setattr(shell, "survey", lambda: [(PortFacts("/dev/ttyUSB0"), Answer("cyton", "A Cyton."))])
    keep_settings(Settings(first_run_seen=True))
    desktop = Desktop()
    desktop.show_start()
    assert desktop.start is not None
    qtbot.addWidget(desktop.start)
    qtbot.waitUntil(desktop.start.fields.look_again.isEnabled, timeout=30_000)
    yield desktop.start
    desktop.start.fields.survey.wait()


def test_who_comes_back_is_known_with_name_electrodes_and_lengths(start: StartWindow) -> None:
    """Coming back must cost two keys, not the first five minutes again."""
    start.first.who.id.setEditText("runner-07")
    assert start.first.who.name.text() == "Anna"
    assert start.first.taped.electrodes.itemText(1).startswith("Still on since ")
    start.first.taped.electrodes.setCurrentIndex(1)
    chosen = start.choice().calibration
    assert chosen is not None
    assert chosen.parent == calibrations_folder("runner-07")
    start.first.taped.electrodes.setCurrentIndex(0)
    start.where.prepare(start.first.montage(), start._last_cm("runner-07"))
    assert start.where.last.text() == "last time 8.5 cm"


def test_a_name_is_kept_at_the_start_and_only_if_there_is_one(powerhold_home: Path) -> None:
    """A name that was typed is expected next time; none must make no file."""
    keep_new_name(CHOICE)
    assert not powerhold_home.exists()
    calibrations_folder("runner-07").mkdir(parents=True)
    keep_new_name(replace(CHOICE, name="Anna"))
    assert [(entry.id, entry.name) for entry in athletes()] == [("runner-07", "Anna")]
    keep_new_name(CHOICE)
    assert [(entry.id, entry.name) for entry in athletes()] == [("runner-07", "")]


def test_broken_names_stop_nobody_who_gives_none(powerhold_home: Path) -> None:
    """A list of names must never stand between an athlete and a session."""
    powerhold_home.mkdir(parents=True)
    (powerhold_home / "names.json").write_text("{", encoding="utf-8")
    keep_new_name(CHOICE)
    with pytest.raises(ValueError, match="names"):
        keep_new_name(replace(CHOICE, name="Anna"))


def test_a_name_that_the_disk_refuses_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A button that does nothing, because of a name, is a program that does not start."""

    def full(athlete: str, name: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(planning, "keep_name", full)
    with pytest.raises(ValueError, match="No space left on device"):
        keep_new_name(replace(CHOICE, name="Anna"))
