"""What a practice came to, in words, where they differ from a session's (``ui/words``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from emg.montage import Side
from ui.language import _
from ui.session.front import SessionEnd
from ui.words import figures, words

DONE: Final = _("{n} practised by the clock")
NONE_DONE: Final = _("Nothing practised this time")
DONE_ROW: Final = _("Practised")
FELT_ROW: Final = _("Felt after")
FELT_TIMES: Final = _("{felt} in {n} of {of}")


def is_practice(summary: Mapping[str, Any]) -> bool:
    """Whether a summary is of a practice: counts, felt latencies and pain, and no level."""
    return summary.get("kind") == "practice"


def end_words(end: SessionEnd) -> str:
    """Say how much was done; of a practice nothing about a signal."""
    if not is_practice(end.summary):
        return words.holds_words(end.holds, end.valid_holds, end.unfinished)
    counts = [side["training"] for side in end.summary["sides"].values()]
    n = sum(told["n_practised"] for told in (*counts, *end.summary["legs"].values()))
    return DONE.format(n=n) if n else NONE_DONE


def rows(summary: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Give the rows of a practice, one column a side: how many, and after how long it was felt.

    There are none where both legs worked, and none about what nobody pressed.
    """
    sides = [summary["sides"][side.value] for side in Side]
    if not any(side["training"]["n_practised"] for side in sides):
        return []
    left, right = (str(side["training"]["n_practised"]) for side in sides)
    found = [(DONE_ROW, left, right)]
    if any(side["felt"]["n"] for side in sides):
        left, right = map(_felt, sides)
        found.append((FELT_ROW, left, right))
    return found


def _felt(side: Mapping[str, Any]) -> str:
    """``1.2 s in 4 of 5``: the median, and in how many of the holds there was a press."""
    median_s, n = side["felt"]["felt_s"]["median"], side["felt"]["n"]
    if median_s is None:
        return figures.NONE
    return FELT_TIMES.format(felt=figures.seconds_words(median_s, 1), n=n, of=side["training"]["n_practised"])
