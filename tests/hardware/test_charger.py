"""Claims about the charger: it is noticed on every system, never guessed, and asked about in one way."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from hardware.charger import on_battery

ROOT = Path(__file__).resolve().parents[2]
AC_ON = {"type": "Mains", "online": "1"}
AC_OFF = {"type": "Mains", "online": "0"}
FULL = {"type": "Battery", "status": "Full"}
EMPTYING = {"type": "Battery", "status": "Discharging"}
FILLING = {"type": "Battery", "status": "Charging"}
MOUSE = {"type": "Battery", "status": "Discharging", "scope": "Device"}
USB_C = {"type": "USB", "online": "1"}


def supplies(folder: Path, **kinds: dict[str, str]) -> Path:
    folder.mkdir()
    for name, facts in kinds.items():
        (folder / name).mkdir()
        for key, text in facts.items():
            (folder / name / key).write_text(f"{text}\n", encoding="ascii")
    return folder


@pytest.mark.parametrize(
    ("kinds", "answer"),
    [
        ({"AC": AC_ON, "BAT0": FULL}, False),
        ({"AC": AC_OFF, "BAT0": EMPTYING}, True),
        ({"AC": AC_OFF, "BAT0": FULL}, True),
        ({"BAT0": FILLING}, False),
        ({"BAT0": EMPTYING}, True),
        ({"BAT0": FULL}, None),
        ({"ucsi0": USB_C, "BAT0": FILLING}, False),
        ({"AC": AC_OFF, "ucsi0": USB_C, "BAT0": FULL}, False),
        ({"hid-mouse-battery": MOUSE}, None),
        ({"AC": AC_ON, "hid-mouse-battery": MOUSE}, False),
        ({"ucsi0": {"type": "USB", "online": "0"}}, None),
        ({}, None),
    ],
)
def test_a_charger_is_noticed_and_never_guessed(
    kinds: dict[str, dict[str, str]],
    answer: bool | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a laptop on its charger passes for one on battery, with electrodes on a person."""
    # psutil's own answer to the last laptop with a USB-C charger, and to a desktop with such a mouse
    monkeypatch.setattr(
        psutil, "sensors_battery", lambda: SimpleNamespace(power_plugged=False), raising=False
    )
    assert on_battery(supplies(tmp_path / "power", **kinds)) is answer


@pytest.mark.parametrize(
    ("battery", "answer"),
    [
        (SimpleNamespace(power_plugged=True), False),
        (SimpleNamespace(power_plugged=False), True),
        (SimpleNamespace(power_plugged=None), None),
        (None, None),
    ],
)
def test_a_system_without_those_files_is_asked(
    battery: SimpleNamespace | None, answer: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the doctor of a Mac cannot tell what the page before the session tells."""
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    assert on_battery(tmp_path / "none") is answer


def test_a_system_that_says_nothing_ends_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Linux without the folder makes psutil fail; other systems have psutil without the function."""

    def no_folder() -> None:
        raise FileNotFoundError("/sys/class/power_supply")

    monkeypatch.setattr(psutil, "sensors_battery", no_folder, raising=False)
    assert on_battery(tmp_path / "none") is None
    monkeypatch.delattr(psutil, "sensors_battery")
    assert on_battery(tmp_path / "none") is None


def test_this_computer_can_be_asked() -> None:
    """A computer without a battery must not end the program."""
    assert on_battery() in (None, True, False)


def test_there_is_one_way_to_ask() -> None:
    """Else the doctor and the page before a session contradict each other in front of a person."""
    asking = [
        path.name
        for room in ("emg", "hardware", "calibrations", "ui")
        for path in (ROOT / room).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("sensors_battery", "power_supply"))
    ]
    assert asking == ["charger.py"]
