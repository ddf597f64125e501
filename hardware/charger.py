"""Whether the computer is on its charger: a fault of the mains must find no way to the electrodes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psutil

from emg.said import Said
from hardware.port_facts import system_says

SUPPLIES: Final = Path("/sys/class/power_supply")
MAINS_TYPES: Final = frozenset({"Mains", "USB", "Wireless"})

CHARGER_ADVICE: Final = Said(
    "While electrodes are on a person, run the computer on its battery with the charger pulled out."
)


def on_battery(supplies: Path = SUPPLIES) -> bool | None:
    """Tell whether the computer runs on its battery; None where that cannot be told.

    Who sits before a computer that does not say so knows: he is asked, and nothing is guessed.

    Notes
    -----
    Linux says it in files, and these are read here: psutil does not see a charger at a USB-C socket, and
    takes the battery of a mouse for the computer's. Other systems have no such files, and psutil asks them.
    """
    return _by_files(supplies) if supplies.is_dir() else _by_psutil()


def _by_files(folder: Path) -> bool | None:
    supplies = _supplies(folder)
    chargers = [supply for supply in supplies if system_says(supply / "type") in MAINS_TYPES]
    online = [system_says(charger / "online") for charger in chargers]
    if "1" in online:
        return False
    batteries = [
        system_says(supply / "status")
        for supply in supplies
        # a mouse or a headset also has a battery; its scope says that it is not the computer's
        if system_says(supply / "type") == "Battery" and system_says(supply / "scope") != "Device"
    ]
    if "Charging" in batteries:
        return False
    if "Discharging" in batteries:
        return True
    return True if "0" in online and batteries else None


def _supplies(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _by_psutil() -> bool | None:
    try:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    except OSError:  # a Linux without the files, in a container
        return None
    if battery is None or battery.power_plugged is None:
        return None
    return not battery.power_plugged
