"""Whether the computer is on its charger: a fault of the mains must find no way to the electrodes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from emg.said import Said

SUPPLIES: Final = Path("/sys/class/power_supply")
MAINS_TYPES: Final = frozenset({"Mains", "USB", "Wireless"})

CHARGER_ADVICE: Final = Said(
    "While electrodes are on a person, run the computer on its battery with the charger pulled out."
)


def on_charger(supplies: Path = SUPPLIES) -> bool | None:
    """Whether the computer draws from the mains; None where that cannot be told.

    Only Linux says so in files. A desktop computer has no such files, and is on the mains.
    """
    online = [
        _said(supply / "online") for supply in _supplies(supplies) if _said(supply / "type") in MAINS_TYPES
    ]
    if "1" in online:
        return True
    batteries = [
        _said(supply / "status")
        for supply in _supplies(supplies)
        # a mouse or a headset also has a battery; its scope says that it is not the computer's
        if _said(supply / "type") == "Battery" and _said(supply / "scope") != "Device"
    ]
    if "Charging" in batteries:
        return True
    if "Discharging" in batteries:
        return False
    return False if "0" in online and batteries else None


def _supplies(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _said(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
