"""Parts of summary.json, also of one that has fewer of them: what is not there is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from emg.montage import Side
from emg.results import Method

Summary: TypeAlias = Mapping[str, Any]
"""The content of summary.json, or a part of it."""


def untested(summary: Summary) -> bool:
    """Whether no test hold counts, on neither side."""
    sides = [side_of(summary, side) for side in Side]
    return any(sides) and not any(side.get("n_test") for side in sides)


def trained(summary: Summary) -> bool:
    """Whether anything was trained."""
    sides = (part(summary, "sides", side.value, "training") for side in Side)
    return any(value for told in sides for value in told.values()) or bool(part(summary, "legs"))


def without_tests(summary: Summary) -> bool:
    """Whether it was training alone: a side with test holds of which none counts leaves a warning."""
    tried = any(warning.startswith("few_test_holds") for warning in warnings_of(summary))
    return trained(summary) and untested(summary) and not tried


def nowhere_measured(summary: Summary, muscle: str) -> bool:
    """Whether there was no electrode on this muscle, on neither side; False where it is not known."""
    known = {*part(summary, "references")}
    known |= {warning.partition(":")[2] for warning in warnings_of(summary)}
    return bool(part(summary, "references")) and not known & {f"{muscle}_{side}" for side in Side}


def methods(summary: Summary, sites: Sequence[str]) -> dict[str, Method | None]:
    """How the 100 % of these sites was got; empty without any, or if one of them is not measured."""
    known: dict[str, Method | None] = {
        site: Method(told["method"]) for site, told in part(summary, "references").items()
    }
    if not known:
        return {}
    measured = known | {
        warning.removeprefix("no_reference:"): None
        for warning in warnings_of(summary)
        if warning.startswith("no_reference:")
    }
    return {site: measured[site] for site in sites} if {*sites} <= {*measured} else {}


def warnings_of(summary: Summary) -> list[str]:
    """Give the codes of its warnings."""
    return [str(warning) for warning in summary.get("warnings") or ()]


def part(summary: Summary, *path: str) -> Summary:
    """Go down by these names; empty where one of them leads nowhere."""
    part: Any = summary
    for name in path:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def side_of(summary: Summary, side: Side) -> Summary:
    """All about one side."""
    return part(summary, "sides", side.value)


def of_side(summary: Summary, side: Side, name: str) -> Summary:
    """One thing of one side."""
    return part(summary, "sides", side.value, name)
