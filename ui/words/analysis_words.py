"""Words of ``powerhold analyze``: part of the catalogue in ``ui/words``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ui.language import _, _p
from ui.words import words

SITE_HEADINGS: Final = (
    "",
    _p("column, of an analysis", "RMS"),
    _p("column, of an analysis", "error"),
    _p("column, of an analysis", "highest"),
    _p("column, of an analysis", "rest"),
    _p("column, of an analysis", "MVC"),
    _p("column, of an analysis", "bursts"),
    _p("column, of an analysis", "contact"),
)
SIDE_ROWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "n_windows": _("Work windows"),
        "glute": words.SUMMARY_ROWS["glute"],
        "ham": words.SUMMARY_ROWS["ham"],
        "ratio": words.SUMMARY_ROWS["ratio"],
        "share": _("Glute's share"),
    }
)
ZERO_PHASE: Final = _("zero-phase: filtered forwards and backwards, so it differs from the live numbers")
CAUSAL: Final = _("causal: filtered as live")
QUIETEST: Final = _("Rest is the quietest stretch that was found: say where it is with --rest.")
LENGTH_AND_RATE: Final = _("{length} s at {rate} Hz")
SAMPLES_LOST: Final = _("{n} samples lost")
NOTCH: Final = _("notch {frequency} Hz")
ANALYSING: Final = _("Analysing")
INTERRUPTED: Final = _("Interrupted: nothing was written.")
