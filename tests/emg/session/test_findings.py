"""The three muscles around a sore side, and the two patterns that are looked for alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Reference, SiteReference
from emg.montage import FOUR_SITES, Side
from emg.results import Doubt, HoldResult, Method
from emg.session.evidence import Evidence
from emg.session.findings import Pattern, findings
from emg.session.summary import summarise
from emg.statistics import Group, compare, estimate
from tests.emg.session.parts import hold, muscle

STEADY = SiteReference(2.0, 200.0, Method.QUICK, 5.0)
REFERENCE = Reference(dict.fromkeys(FOUR_SITES.names, STEADY))
MUCH, LITTLE = (40.0, 41.0, 42.0), (20.0, 21.0, 22.0)
SAME = (39.0, 42.0, 41.0)
SILENT = (1.0, 1.2, 0.8)


def session(left: Sequence[float], right: Sequence[float], ham: float = 60.0) -> list[HoldResult]:
    sides = [(Side.LEFT, pct) for pct in left] + [(Side.RIGHT, pct) for pct in right]
    return [
        hold(number, side, glute=muscle(pct), ham=muscle(ham + number))
        for number, (side, pct) in enumerate(sides, start=1)
    ]


def found(
    sore: Sequence[float],
    other: Sequence[float],
    side: Side = Side.LEFT,
    known: Reference = REFERENCE,
    sites: Sequence[str] = FOUR_SITES.names,
) -> dict[str, Any]:
    holds = session(sore, other) if side is Side.LEFT else session(other, sore)
    return findings(Evidence.of(holds, known, sites), side.value)


def shown(told: dict[str, Any]) -> tuple[str, str]:
    """What is said of the sore side, and of the other."""
    one, other = (told["patterns"][pattern.value]["shown"] for pattern in Pattern)
    return one, other


def reasons(told: dict[str, Any]) -> set[str]:
    return {told["patterns"][pattern.value]["reason"] for pattern in Pattern}


def test_three_muscles_stand_side_by_side_each_from_its_own_holds() -> None:
    """Else the sore hamstring is read off while it swings, or with another number than the summary's."""
    told = found(LITTLE, MUCH)
    for name, levels in (("sore_glute", LITTLE), ("other_glute", MUCH), ("sore_ham", (61.0, 62.0, 63.0))):
        wanted = estimate(Group(levels, 5.0, "x"))
        assert (told[name]["value"], told[name]["low"], told[name]["high"]) == (
            wanted.value,
            wanted.low,
            wanted.high,
        )
        assert (told[name]["n"], told[name]["reason"], told[name]["doubts"]) == (3, "", [])
    assert told["reason"] == ""


@pytest.mark.parametrize("side", list(Side))
def test_sore_over_other_is_never_the_other_way_round(side: Side) -> None:
    """Else the side that works less reads as the side that works more, for half of all athletes."""
    told = found(LITTLE, MUCH, side)["glute_sore_over_other"]
    wanted = compare(Group(LITTLE, 5.0, "x"), Group(MUCH, 5.0, "x"), 100.0)
    assert (told["value"], told["low"], told["high"]) == (wanted.value, wanted.low, wanted.high)
    assert told["value"] < 60.0


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize(
    ("sore", "other", "wanted"),
    [
        (LITTLE, MUCH, ("shown", "not_shown")),
        (MUCH, LITTLE, ("not_shown", "shown")),
        (SAME, MUCH, ("cannot_tell", "cannot_tell")),
        (SILENT, MUCH, ("shown", "not_shown")),
        (MUCH, SILENT, ("not_shown", "shown")),
        ((0.0, 0.0), MUCH, ("shown", "not_shown")),
        (MUCH, (0.0, 0.0), ("not_shown", "shown")),
        (SILENT, (0.2, 0.3, 0.25), ("cannot_tell", "cannot_tell")),
        ((0.0, 0.0), (0.0, 0.0), ("cannot_tell", "cannot_tell")),
    ],
)
def test_both_patterns_are_judged_by_one_rule(
    side: Side, sore: Sequence[float], other: Sequence[float], wanted: tuple[str, str]
) -> None:
    """Else the program believes in one of them; or the clearest case, a silent glute, cannot be told."""
    told = found(sore, other, side)
    assert shown(told) == wanted
    assert (reasons(told) == {""}) is ("shown" in wanted)


levels = st.just(0.0) | st.floats(0.01, 120.0)


@settings(max_examples=80, deadline=None)
@given(
    one=st.lists(levels, max_size=4),
    two=st.lists(levels, max_size=4),
)
def test_exchanging_the_two_glutes_exchanges_the_patterns(one: list[float], two: list[float]) -> None:
    """Else one pattern is found more easily than the other."""
    there, back = found(one, two), found(two, one)
    assert shown(there) == shown(back)[::-1]


def test_two_sides_inside_the_scatter_show_neither_pattern() -> None:
    """Else noise picks the story that is told."""
    assert reasons(found(SAME, MUCH)) == {"inside_scatter"}


def test_an_uncertain_maximum_takes_the_answer_away() -> None:
    """Else a shaky maximum makes a pattern as surely as a steady one."""
    shaky = Reference(dict(REFERENCE.sites) | {"glute_right": SiteReference(2.0, 200.0, Method.QUICK, 60.0)})
    assert shown(found(LITTLE, MUCH, known=shaky)) == ("cannot_tell", "cannot_tell")


def test_a_maximum_in_doubt_tells_no_pattern_and_stands_beside_its_number() -> None:
    """Else pain that held a maximum back is told as a pattern of the sport."""
    doubtful = SiteReference(2.0, 200.0, Method.QUICK, 5.0, (Doubt.PAINFUL,))
    told = found(LITTLE, MUCH, known=Reference(dict(REFERENCE.sites) | {"glute_left": doubtful}))
    assert (shown(told), reasons(told)) == (("cannot_tell", "cannot_tell"), {"doubt:glute_left"})
    assert (told["sore_glute"]["doubts"], told["other_glute"]["doubts"]) == (["glute_left"], [])
    told = found(LITTLE, MUCH, known=Reference(dict(REFERENCE.sites) | {"ham_left": doubtful}))
    assert told["sore_ham"]["doubts"] == ["ham_left"]
    assert shown(told) == ("shown", "not_shown"), "a hamstring in doubt is in neither glute"


def test_a_hamstring_in_percent_of_the_bridge_has_no_number_here() -> None:
    """Else a share of a lighter effort reads as a sky-high hamstring."""
    lighter = Reference(dict(REFERENCE.sites) | {"ham_left": SiteReference(2.0, 60.0, Method.SUBMAX)})
    told = found(LITTLE, MUCH, known=lighter)
    assert (told["sore_ham"]["value"], told["sore_ham"]["reason"]) == (None, "submax:ham_left")
    assert told["ham_sore_over_other"]["reason"] == "submax:ham_left"
    assert shown(told) == ("shown", "not_shown")


def test_what_is_not_there_is_said_by_number_and_by_pattern() -> None:
    """Else one glute alone is compared with nothing."""
    told = found(LITTLE, (), known=Reference({"glute_left": STEADY}), sites=("glute_left",))
    assert told["other_glute"]["reason"] == "not_measured:glute_right"
    assert reasons(told) == {"not_measured:glute_right"}
    assert told["sore_glute"]["value"] == pytest.approx(21.0)
    one = found(LITTLE[:1], MUCH)
    assert (one["sore_glute"]["value"], one["sore_glute"]["low"]) == (20.0, None)
    assert reasons(one) == {"one_hold:left"}
    assert reasons(found((), MUCH)) == {"no_holds:left"}


@pytest.mark.parametrize("sore_side", ["none", "both", None])
def test_without_one_sore_side_nothing_is_set_against_another(sore_side: str | None) -> None:
    """Else "other side" means whatever side the program likes."""
    told = summarise(session(LITTLE, MUCH), REFERENCE, sites=FOUR_SITES.names, sore_side=sore_side)[
        "findings"
    ]
    assert (told["sore_side"], told["reason"]) == (sore_side, "no_sore_side")
    numbers = [told[name] for name in told if isinstance(told[name], dict) and "value" in told[name]]
    assert len(numbers) == 5
    assert {(one["value"], one["reason"]) for one in numbers} == {(None, "no_sore_side")}
    assert (shown(told), reasons(told)) == (("cannot_tell", "cannot_tell"), {"no_sore_side"})
    assert {*told} == {*found(LITTLE, MUCH)}, "the same names, whatever is known"
