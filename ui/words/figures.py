"""Numbers as people read them: always with their unit, and a sign where there is no reading.

They are for screens only: what is kept in a file is written by Python, with a point in every language.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from emg.blocks import Unit
from ui.language import _, _p
from ui.words.body_words import all_of

NONE: Final = "--"
"""Shown where there is no reading."""

DECIMAL: Final = _p("decimal sign", ".")
RANGE: Final = _("{low} to {high}")
RANGE_PCT: Final = _("{low} to {high} %")
OF_SECONDS: Final = _("of {seconds} s")
IN_TARGET: Final = _("in target {seconds} s")


UNITS: Final = re.compile(r"(?<=\d) (?=(?:%|s|ms|min|µV|Hz|cm|mm|±)(?!\w))|(?<=\bn) (?=\d)|(?<=±) (?=\d)")
"""Space between a number and its unit or sign, which are not parted at the end of a line."""


@lru_cache(maxsize=512)
def unbroken(text: str) -> str:
    """Keep every number on one line with its unit or sign: ``12 %``, ``n 3``, ``42 ± 3 %``."""
    return UNITS.sub("\u00a0", text)


def number(value: float, form: str) -> str:
    """Write a number as ``form`` says (``.2f``), with the decimal sign of the language."""
    return format(value, form).replace(".", DECIMAL)


def seconds_number(seconds: float) -> str:
    """Whole seconds still to go, so that a countdown ends on 1 and never shows 0 too early."""
    return str(max(0, math.ceil(seconds - 1e-6)))


def clock_words(seconds: float) -> str:
    """``3.4``, the running clock of a hold; cut, not rounded: 6.0 shows only once it is reached."""
    return number(math.floor(seconds * 10 + 1e-6) / 10, ".1f")


def seconds_words(seconds: float, decimals: int = 2) -> str:
    """``0.62 s``."""
    return f"{number(seconds, f'.{decimals}f')} s"


def of_seconds_words(duration_s: float) -> str:
    """``of 6 s``."""
    return OF_SECONDS.format(seconds=number(duration_s, "g"))


def in_target_words(in_target_s: float) -> str:
    """``in target 2.1 s``."""
    return IN_TARGET.format(seconds=clock_words(in_target_s))


def percent_words(level_pct: float | None) -> str:
    """``64 %``, or the sign for no reading."""
    return NONE if level_pct is None else f"{level_pct:.0f} %"


def microvolt_words(level_uv: float | None) -> str:
    """``12.3 µV``, or the sign for no reading."""
    if level_uv is None:
        return NONE
    return f"{number(level_uv, '.1f' if level_uv < 100.0 else '.0f')} µV"


def level_words(level: float | None, unit: Unit) -> str:
    """``12.3 µV``; a board's own numbers have no unit: ``512``, ``12.3``, ``0.123``."""
    if unit is Unit.MICROVOLT or level is None:
        return microvolt_words(level)
    if level == 0.0:
        return "0"
    decimals = min(6, max(0, 2 - math.floor(math.log10(abs(level)))))
    return number(level, f".{decimals}f")


def waited_words(seconds: float) -> str:
    """``12 s``, ``2 min 05 s``: how long something has been going on, never ahead of it."""
    minutes, rest = divmod(max(0, math.floor(seconds)), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def ratio_words(value: float | None) -> str:
    """``1.24``, or the sign for no reading."""
    return NONE if value is None else number(value, ".2f")


def range_words(low: float | None, high: float | None) -> str:
    """``33 to 44 %``: an interval in percent; empty without one."""
    return "" if low is None or high is None else RANGE_PCT.format(low=f"{low:.0f}", high=f"{high:.0f}")


def ratio_range_words(low: float | None, high: float | None) -> str:
    """``0.71 to 1.06``: an interval of a ratio; empty without one."""
    return "" if low is None or high is None else RANGE.format(low=ratio_words(low), high=ratio_words(high))


def mean_words(mean: float | None, sd: float | None, n: int | None = None) -> str:
    """``42 ± 3 %``, ``42 %, n 1``: a mean level with its scatter from hold to hold."""
    level = percent_words(mean) if mean is None or sd is None else f"{mean:.0f} ± {sd:.0f} %"
    return level if mean is None or n is None else f"{level}, {count_words(n)}"


def target_words(low: float, high: float) -> str:
    """``14 to 15 %``; ``15 %`` where both ends read alike."""
    one = percent_words(low)
    return one if one == percent_words(high) else range_words(low, high)


def median_words(median_s: float, iqr_s: float | None) -> str:
    """``0.62 s (IQR 0.11)``."""
    median = f"{number(median_s, 'z.2f')} s"
    return median if iqr_s is None else f"{median} (IQR {number(iqr_s, '.2f')})"


def count_words(n: int | None) -> str:
    """``n 3``; empty where it is not known."""
    return "" if n is None else f"n {n}"


def counts_words(n: Sequence[int] | None) -> str:
    """``n 3 and 2``, of the two that are compared; empty where it is not known."""
    return "" if n is None else f"n {all_of(map(str, n))}"
