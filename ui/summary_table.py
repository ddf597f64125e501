"""What a session came to, as rows and sentences; the summary page and the terminal show the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from emg.activation import RATIO_PAIRS
from emg.blocks import Unit
from emg.montage import Side
from emg.results import Method
from ui import figures, words
from ui.body_words import LEGS
from ui.reference_words import (
    BRIDGE_ROWS,
    COMPARED,
    NO_MAXIMUM,
    WITHHELD,
    with_doubts,
    withheld_words,
)

Summary: TypeAlias = Mapping[str, Any]
"""The content of summary.json."""

Row: TypeAlias = tuple[str, str, str]
"""What, left leg, right leg."""

HEADINGS: Final[Row] = ("", LEGS[Side.LEFT], LEGS[Side.RIGHT])
MUSCLES: Final = ("glute", "ham")

SITES_OF: Final[Mapping[str, tuple[str, str]]] = {
    **{f"{muscle}_lsi_pct": (f"{muscle}_left", f"{muscle}_right") for muscle in MUSCLES},
    **{f"diagonal.{name}": pair for name, pair in RATIO_PAIRS.items() if name not in set(Side)},
}
"""The two sites of each comparison."""


def table(summary: Summary) -> list[Row]:
    """Rows of the table: from test holds, one column a side; a percentage stands beside what it is of."""
    return [
        _row(words.SUMMARY_ROWS["n_test"], [_count(_side(summary, side)) for side in Side]),
        *(
            _row(words.SUMMARY_ROWS[muscle], [_level(summary, side, muscle, "mvc") for side in Side])
            for muscle in MUSCLES
        ),
        *(
            _row(BRIDGE_ROWS[muscle], [_level(summary, side, muscle, "submax") for side in Side])
            for muscle in MUSCLES
            if any(_mean(summary, side, f"{muscle}_pct_submax").get("mean") is not None for side in Side)
        ),
        _row(words.SUMMARY_ROWS["ratio"], [_ratio(summary, side) for side in Side]),
        _row(words.SUMMARY_ROWS["latency"], [_latency(_side(summary, side)) for side in Side]),
    ]


def findings(summary: Summary) -> list[str]:
    """One sentence a comparison, with its interval and doubts, or why there is none; then the warnings."""
    sentences = [_finding(summary, name) for name in words.FINDINGS]
    told = [words.warning_words(warning) for warning in _warnings(summary)]
    return [f"{sentence.rstrip('.')}." for sentence in (*sentences, *told) if sentence]


def _finding(summary: Summary, name: str) -> str:
    """Tell one comparison; scatter decides nothing where a maximum is in doubt."""
    number = _part(summary, *name.split("."))
    value, low, high = (number.get(key) for key in ("value", "low", "high"))
    if value is None:
        reason = withheld_words(_methods(summary, SITES_OF[name]))
        return f"{COMPARED[name]}: {WITHHELD}, {reason}" if reason else ""
    form = figures.percent_words if name.endswith("_pct") else figures.ratio_words
    sentence = words.FINDINGS[name].format(value=form(value))
    between = f" ({form(low)} to {form(high)})" if low is not None and high is not None else ""
    doubts = number.get("doubts") or ()
    scatter = f", {words.INSIDE_SCATTER}" if number.get("inside_scatter") and not doubts else ""
    return with_doubts(f"{sentence}{between}{scatter}", doubts)


def _methods(summary: Summary, sites: Sequence[str]) -> dict[str, Method | None]:
    """How the 100 % of these sites was got; empty without any, or if one of them is not measured."""
    known: dict[str, Method | None] = {
        site: Method(told["method"]) for site, told in _part(summary, "references").items()
    }
    if not known:
        return {}
    measured = known | {
        warning.removeprefix("no_reference:"): None
        for warning in _warnings(summary)
        if warning.startswith("no_reference:")
    }
    return {site: measured[site] for site in sites} if {*sites} <= {*measured} else {}


def _warnings(summary: Summary) -> list[str]:
    return [str(warning) for warning in summary.get("warnings") or ()]


def _part(summary: Summary, *path: str) -> Summary:
    part: Any = summary
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _side(summary: Summary, side: Side) -> Summary:
    return _part(summary, "sides", side.value)


def _mean(summary: Summary, side: Side, name: str) -> Summary:
    return _part(summary, "sides", side.value, name)


def _row(title: str, cells: Sequence[str]) -> Row:
    left, right = cells
    return title, left, right


def _count(side: Summary) -> str:
    value = side.get("n_test")
    return words.NONE if value is None else str(value)


def _level(summary: Summary, side: Side, muscle: str, of: str) -> str:
    """``42 ± 3 % of 312 µV``: what a percentage is of stands beside it, left and right."""
    number = _mean(summary, side, f"{muscle}_pct_{of}")
    mean, sd = number.get("mean"), number.get("sd")
    site = f"{muscle}_{side}"
    if mean is None:
        none_known = of == "mvc" and _methods(summary, (site,)).get(site, Method.MVC) is None
        return NO_MAXIMUM if none_known else words.NONE
    level = figures.percent_words(mean) if sd is None else f"{mean:.0f} ± {sd:.0f} %"
    whole = _part(summary, "references", site)
    unit = Unit.ARBITRARY if "mvc_au" in whole else Unit.MICROVOLT
    maximum = whole.get("mvc_au" if unit is Unit.ARBITRARY else "mvc_uv")
    return level if maximum is None else f"{level} of {figures.level_words(maximum, unit)}"


def _ratio(summary: Summary, side: Side) -> str:
    """Glute over hamstring with the doubts in it, or why it is withheld."""
    number = _mean(summary, side, "ratio_same_side")
    value = number.get("mean")
    if value is None:
        reason = withheld_words(_methods(summary, RATIO_PAIRS[side.value]))
        return f"{WITHHELD}: {reason}" if reason else words.NONE
    return with_doubts(figures.ratio_words(value), number.get("doubts") or ())


def _latency(side: Summary) -> str:
    median = _part(side, "glute_latency_s").get("median")
    return words.NONE if median is None else f"{median:.2f} s"
