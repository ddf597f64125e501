"""Whether the computer runs on its battery."""

from __future__ import annotations

import psutil


def on_battery() -> bool | None:
    """Tell whether the computer runs on its battery; None where the system does not say.

    A computer without a battery says nothing either: who sits before it knows.
    """
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is None or battery.power_plugged is None:
        return None
    return not battery.power_plugged
