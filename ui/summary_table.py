"""What a session came to, as rows and sentences; the summary page and the terminal show the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from emg.montage import Side
from ui import figures, words

Summary: TypeAlias = Mapping[str, Any]
"""The content of summary.json."""

Row: TypeAlias = tuple[str, str, str]
"""What, left leg, right leg."""

HEADINGS: Final[Row] = ("", words.LEGS[Side.LEFT], words.LEGS[Side.RIGHT])


def table(summary: Summary) -> list[Row]:
    """Rows of the table: from test holds, one column a side."""
    left, right = (_part(summary, "sides", side.value) for side in Side)
    return [
        (words.SUMMARY_ROWS["n_test"], _count(left, "n_test"), _count(right, "n_test")),
        (words.SUMMARY_ROWS["glute"], _mean(left, "glute_pct_mvc"), _mean(right, "glute_pct_mvc")),
        (words.SUMMARY_ROWS["ham"], _mean(left, "ham_pct_mvc"), _mean(right, "ham_pct_mvc")),
        (words.SUMMARY_ROWS["ratio"], _ratio(left), _ratio(right)),
        (words.SUMMARY_ROWS["latency"], _latency(left), _latency(right)),
    ]


def findings(summary: Summary) -> list[str]:
    """One sentence a comparison, with its interval; then the session's own warnings."""
    sentences = []
    for name, sentence in words.FINDINGS.items():
        number = _part(summary, *name.split("."))
        value, low, high = (number.get(key) for key in ("value", "low", "high"))
        if value is None:
            continue
        form = figures.percent_words if name.endswith("_pct") else figures.ratio_words
        between = f" ({form(low)} to {form(high)})" if low is not None and high is not None else ""
        scatter = f", {words.INSIDE_SCATTER}" if number.get("inside_scatter") else ""
        sentences.append(f"{sentence.format(value=form(value))}{between}{scatter}.")
    warnings: Sequence[Any] = summary.get("warnings") or ()
    return sentences + [words.warning_words(str(warning)).rstrip(".") + "." for warning in warnings]


def _part(summary: Summary, *path: str) -> Summary:
    part: Any = summary
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _count(side: Summary, name: str) -> str:
    value = side.get(name)
    return words.NONE if value is None else str(value)


def _mean(side: Summary, name: str) -> str:
    number = _part(side, name)
    mean, sd = number.get("mean"), number.get("sd")
    if mean is None or sd is None:
        return figures.percent_words(mean)
    return f"{mean:.0f} ± {sd:.0f} %"


def _ratio(side: Summary) -> str:
    return figures.ratio_words(_part(side, "ratio_same_side").get("mean"))


def _latency(side: Summary) -> str:
    median = _part(side, "glute_latency_s").get("median")
    return words.NONE if median is None else f"{median:.2f} s"
