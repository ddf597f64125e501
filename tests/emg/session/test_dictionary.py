"""The data dictionary and the files say the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from emg.activation import Reference, SiteReference
from emg.blocks import Unit
from emg.montage import FOUR_SITES
from emg.session.summary import summarise
from emg.session.tables import HOLD_COLUMNS, ActivationTable
from tests.emg.session.parts import INVALID, VERDICTS

PAGE = (Path(__file__).parents[3] / "docs" / "data-dictionary.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """First cells of the table below a heading."""
    section = PAGE.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [line.split(" | ")[0] for line in lines]


def named(heading: str) -> list[str]:
    """Every name in these cells, in order."""
    return [name for cell in rows(heading) for name in re.findall(r"`([^`]+)`", cell)]


def test_every_column_of_holds_csv_is_defined_in_its_order() -> None:
    """Else a researcher has a number and no definition, or a definition of nothing."""
    assert named("holds.csv") == list(HOLD_COLUMNS)


@pytest.mark.parametrize("unit", list(Unit))
def test_every_column_of_activation_csv_is_defined(unit: Unit) -> None:
    """Else two percentages in one row cannot be told apart."""
    header = ActivationTable(FOUR_SITES.names, 250.0, VERDICTS, INVALID, unit).header.strip().split(",")
    kinds = list(
        dict.fromkeys(
            re.sub("|".join(FOUR_SITES.names), "SITE", name, count=1)
            if not name.startswith("ratio")
            else name
            for name in header
        )
    )
    defined = named("activation.csv of a session")
    assert {*kinds} == {*defined} - (set() if unit is Unit.ARBITRARY else {"SITE_au"})
    assert kinds[-1] == defined[-1] == "SITE_pct_submax"


def paths(found: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, value in found.items():
        yield f"{before}{name}"
        if isinstance(value, dict):
            yield from paths(value, f"{before}{name}.")


def test_every_name_of_the_summary_is_in_the_dictionary() -> None:
    """Else summary.json grows a number that nobody can look up."""
    known = Reference(dict.fromkeys(FOUR_SITES.names, SiteReference(2.0, 100.0)))
    section = PAGE.split("### summary.json\n", 1)[1].split("\n#", 1)[0]
    for path in paths(summarise([], known, sites=FOUR_SITES.names)):
        name = path.rsplit(".", 1)[-1]
        if name in ("left", "right", *FOUR_SITES.names):
            continue  # a key by side or site
        assert re.search(rf"`([A-Za-z_.]+\.)?{name}(\.[A-Za-z_.]+)?`", section), path
