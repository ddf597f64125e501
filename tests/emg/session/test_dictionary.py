"""The data dictionary and the files say the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emg.activation import Reference, SiteReference
from emg.blocks import Unit
from emg.montage import FOUR_SITES, Legs
from emg.results import Role
from emg.session.summary import summarise
from emg.session.tables import HOLD_COLUMNS, ActivationTable, HoldTable
from tests.emg.session.parts import INVALID, VERDICTS, hold
from ui.words.finding_words import REASONS

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


def test_the_levels_of_every_site_stand_after_the_named_columns() -> None:
    """Else nobody finds the levels of a hold in which both legs work."""
    header = HoldTable("a", "s", "p", ("glute_left", "quad_right")).header.strip().split(",")
    added = ["glute_left_pct_mvc", "glute_left_pct_submax", "quad_right_pct_mvc", "quad_right_pct_submax"]
    assert header == [*HOLD_COLUMNS, *added]
    section = PAGE.split("### holds.csv\n", 1)[1].split("\n#", 1)[0]
    assert "`SITE_pct_mvc` and `SITE_pct_submax`" in section.rsplit("|", 1)[1]


def test_every_reason_is_in_the_dictionary() -> None:
    """Else an empty number comes with a code that nobody can look up."""
    section = PAGE.split("\nReasons:\n", 1)[1].split("\n#", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert [re.match(r"\| `([a-z_]+)", row)[1] for row in rows] == list(REASONS)  # type: ignore[index]


def test_every_name_of_the_summary_is_in_the_dictionary() -> None:
    """Else summary.json grows a number that nobody can look up."""
    known = Reference(dict.fromkeys(FOUR_SITES.names, SiteReference(2.0, 100.0)))
    section = PAGE.split("### summary.json\n", 1)[1].split("\n#", 1)[0]
    both = replace(hold(1), side=Legs.BOTH, role=Role.TRAIN)
    told = summarise(
        [both, hold(2, excluded="slipped")],
        known,
        sites=FOUR_SITES.names,
        sore_side="left",
        reports=("order", "share"),
        order_resolution_s=0.1,
    )
    assert told["legs"]
    assert told["excluded"]
    for path in paths(told):
        name = path.rsplit(".", 1)[-1]
        if name in ("left", "right", *FOUR_SITES.names):
            continue  # a key by side or site
        assert re.search(rf"`([A-Za-z_.]+\.)?{name}(\.[A-Za-z_.]+)?`", section), path
