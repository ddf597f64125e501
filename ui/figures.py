"""Numbers as people read them: always with their unit, and a sign where there is no reading."""

from __future__ import annotations

import math
from typing import Final

from emg.blocks import Unit

NONE: Final = "--"
"""Shown where there is no reading."""


def seconds_number(seconds: float) -> str:
    """Whole seconds still to go, so that a countdown ends on 1 and never shows 0 too early."""
    return str(max(0, math.ceil(seconds - 1e-6)))


def clock_words(seconds: float) -> str:
    """``3.4``, the running clock of a hold; cut, not rounded: 6.0 shows only once it is reached."""
    return f"{math.floor(seconds * 10 + 1e-6) / 10:.1f}"


def of_seconds_words(duration_s: float) -> str:
    """``of 6 s``."""
    return f"of {duration_s:g} s"


def in_target_words(in_target_s: float) -> str:
    """``in target 2.1 s``."""
    return f"in target {clock_words(in_target_s)} s"


def percent_words(level_pct: float | None) -> str:
    """``64 %``, or the sign for no reading."""
    return NONE if level_pct is None else f"{level_pct:.0f} %"


def microvolt_words(level_uv: float | None) -> str:
    """``12.3 µV``, or the sign for no reading."""
    if level_uv is None:
        return NONE
    return f"{level_uv:.1f} µV" if level_uv < 100.0 else f"{level_uv:.0f} µV"


def level_words(level: float | None, unit: Unit) -> str:
    """``12.3 µV``; a board's own numbers have no unit: ``512``, ``12.3``, ``0.123``."""
    if unit is Unit.MICROVOLT or level is None:
        return microvolt_words(level)
    if level == 0.0:
        return "0"
    decimals = min(6, max(0, 2 - math.floor(math.log10(abs(level)))))
    return f"{level:.{decimals}f}"


def waited_words(seconds: float) -> str:
    """``12 s``, ``2 min 05 s``: how long something has been going on, never ahead of it."""
    minutes, rest = divmod(max(0, math.floor(seconds)), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def ratio_words(value: float | None) -> str:
    """``1.24``, or the sign for no reading."""
    return NONE if value is None else f"{value:.2f}"
