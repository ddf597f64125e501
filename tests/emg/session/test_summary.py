from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Reference, SiteReference
from emg.blocks import Unit
from emg.montage import FOUR_SITES, Side
from emg.results import Doubt, HoldResult, Method, Outcome, Role
from emg.session.summary import summarise, summary_to_json
from tests.emg.session.parts import hold, muscle

REFERENCE = Reference({name: SiteReference(5.0, 300.0, Method.QUICK, 10.0) for name in FOUR_SITES.names})


def session(left: list[float], right: list[float], ham: float = 20.0) -> list[HoldResult]:
    sides = [(Side.LEFT, pct) for pct in left] + [(Side.RIGHT, pct) for pct in right]
    return [
        hold(number, side, glute=muscle(pct), ham=muscle(ham), ratio_same_side=pct / ham)
        for number, (side, pct) in enumerate(sides, start=1)
    ]


def test_the_summary_has_every_name_of_the_contract() -> None:
    """Else a program that reads summary.json finds nothing."""
    found = summarise(session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0]), REFERENCE, sites=FOUR_SITES.names)
    right = found["sides"]["right"]
    assert right["n_test"] == 3
    assert right["n_not_reached"] == 0
    assert right["glute_pct_mvc"] == {"mean": 22.0, "sd": 2.0}
    assert right["ham_pct_mvc"] == {"mean": 20.0, "sd": 0.0}
    assert right["ratio_same_side"]["mean"] == pytest.approx((1.0 * 1.1 * 1.2) ** (1 / 3))
    assert right["ratio_same_side"]["sd_factor"] == pytest.approx(1.0955, abs=1e-4)
    assert right["glute_latency_s"] == {"median": 0.2, "iqr": 0.0}
    assert found["glute_lsi_pct"]["value"] == pytest.approx(200.0)
    assert found["glute_lsi_pct"]["inside_scatter"] is False
    assert found["ham_lsi_pct"]["value"] == pytest.approx(100.0)
    assert found["ham_lsi_pct"]["inside_scatter"] is True
    assert found["diagonal"]["left_glute_right_ham"]["value"] == pytest.approx(2.2)
    assert found["diagonal"]["right_glute_left_ham"]["value"] == pytest.approx(1.1)
    assert found["mvc_uv"] == dict.fromkeys(FOUR_SITES.names, 300.0)
    assert found["warnings"] == []
    assert right["glute_pct_submax"] == right["ham_pct_submax"] == {"mean": None, "sd": None}
    assert right["ratio_same_side"]["doubts"] == found["ham_lsi_pct"]["doubts"] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"role": Role.TRAIN},
        {"valid": False},
        {"outcome": Outcome.VOID},
        {"outcome": Outcome.LOST_BALANCE},
        {"outcome": Outcome.INCOMPLETE},
    ],
)
def test_a_hold_that_does_not_count_changes_nothing(facts: dict[str, Any]) -> None:
    """Else a stumble, or a hold with the bars on, enters the comparison of the sides."""
    holds = session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0])
    extra = hold(7, Side.LEFT, **({"role": Role.TEST} | facts), glute=muscle(99.0), ham=muscle(99.0))
    assert summarise([*holds, extra], REFERENCE) == summarise(holds, REFERENCE)


def test_a_hold_that_did_not_reach_the_target_counts_and_its_latency_is_longer_than_any() -> None:
    """Else the weak side looks strong because its weak holds drop out."""
    weak = hold(7, Side.LEFT, outcome=Outcome.NOT_REACHED, glute=muscle(4.0, None), ratio_same_side=None)
    found = summarise([*session([40.0, 40.0], [40.0]), weak], REFERENCE)["sides"]["left"]
    assert (found["n_test"], found["n_not_reached"]) == (3, 1)
    assert found["glute_pct_mvc"]["mean"] == pytest.approx(28.0)
    assert found["glute_latency_s"] == {"median": 0.2, "iqr": None}
    found = summarise([*session([40.0], []), weak, weak], REFERENCE)["sides"]["left"]
    assert found["glute_latency_s"] == {"median": None, "iqr": None}


def test_a_muscle_that_was_not_measured_has_no_latency_rather_than_a_long_one() -> None:
    """Else two electrodes too few read as a glute that never fires."""
    found = summarise([hold(glute=muscle(None, None))], Reference())["sides"]["right"]
    assert found["glute_latency_s"] == {"median": None, "iqr": None}
    assert found["glute_pct_mvc"] == {"mean": None, "sd": None}


def test_nothing_is_compared_on_a_submaximal_reference() -> None:
    """Else a painful, held-back maximum makes the sore side look strong."""
    sites = dict(REFERENCE.sites) | {"ham_left": SiteReference(5.0, 100.0, Method.SUBMAX)}
    found = summarise(session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0]), Reference(sites))
    empty: dict[str, Any] = {"value": None, "low": None, "high": None, "inside_scatter": None, "doubts": []}
    assert found["ham_lsi_pct"] == empty
    assert found["diagonal"]["right_glute_left_ham"] == empty
    assert found["diagonal"]["left_glute_right_ham"]["value"] == pytest.approx(2.2)
    assert "submax:ham_left" in found["warnings"]


def test_a_diagonal_near_rest_is_empty() -> None:
    """Else noise over noise is shown as coordination."""
    for ham in (4.9, 1.0):
        found = summarise(session([40.0, 40.0], [40.0, 40.0], ham), REFERENCE)
        assert found["diagonal"]["left_glute_right_ham"]["value"] is None
    loud_rest = Reference(dict.fromkeys(FOUR_SITES.names, SiteReference(50.0, 300.0)))
    assert (
        summarise(session([40.0, 40.0], [40.0, 40.0]), loud_rest)["diagonal"]["left_glute_right_ham"]["value"]
        is None
    )


def test_warnings_say_what_the_numbers_cannot_bear() -> None:
    """Else two holds and an unlisted muscle look as sure as ten and a glute."""
    holds = [*session([40.0, 44.0], [20.0, 22.0, 24.0]), hold(9, role=Role.TRAIN, lost_samples=3)]
    found = summarise(holds, REFERENCE, sites=(*FOUR_SITES.names, "sartorius_left"))
    assert found["warnings"] == [
        "few_test_holds:left",
        "no_reference:sartorius_left",
        "unlisted_site:sartorius_left",
        "lost_samples",
    ]


def test_arbitrary_units_are_never_called_microvolts() -> None:
    """Else an envelope board's maximum is read as a voltage."""
    found = summarise([], REFERENCE, unit=Unit.ARBITRARY)
    assert set(found["mvc_uv"].values()) == {None}
    assert set(found["mvc_au"].values()) == {300.0}
    told = found["references"]["ham_left"]
    assert (told["mvc_uv"], told["rest_uv"], told["mvc_au"], told["rest_au"]) == (None, None, 300.0, 5.0)


def test_the_summary_says_what_its_percentages_are_of() -> None:
    """Else nobody can tell later how sure a percentage was, or what 100 % meant."""
    sites = dict(REFERENCE.sites) | {
        "ham_left": SiteReference(5.0, 100.0, Method.SUBMAX, 12.5, (Doubt.PAINFUL,)),
        "glute_right": SiteReference(4.0, 90.0, Method.MVC, 6.0, (Doubt.SIDES_DIFFER, Doubt.PAINFUL)),
    }
    found = summarise([], Reference(sites))
    assert found["references"]["ham_left"] == {
        "method": "submax",
        "mvc_uv": 100.0,
        "rest_uv": 5.0,
        "cv_pct": 12.5,
        "doubts": ["painful"],
    }
    assert found["references"]["glute_right"]["doubts"] == ["sides_differ", "painful"]
    assert [warning for warning in found["warnings"] if "inhibited" in warning] == ["inhibited:glute_right"]
    assert json.loads(summary_to_json(found)) == found


@pytest.mark.parametrize("site", ["glute_left", "ham_left", "glute_right", "ham_right"])
def test_the_repeatability_of_either_maximum_widens_every_comparison_with_it(site: str) -> None:
    """Else a maximum from one shaky trial compares as surely as one from three."""
    holds = session([40.0, 44.0, 48.0], [38.0, 42.0, 46.0])
    shaky = Reference(dict(REFERENCE.sites) | {site: SiteReference(5.0, 300.0, Method.QUICK, 40.0)})
    plain, wide = summarise(holds, REFERENCE), summarise(holds, shaky)
    pairs = {
        "glute_lsi_pct": ("glute_left", "glute_right"),
        "ham_lsi_pct": ("ham_left", "ham_right"),
        "left_glute_right_ham": ("glute_left", "ham_right"),
        "right_glute_left_ham": ("glute_right", "ham_left"),
    }
    for name, pair in pairs.items():
        one, other = ((found | found["diagonal"])[name] for found in (plain, wide))
        assert one["value"] == other["value"]
        assert (other["high"] > one["high"]) is (site in pair), name


percentages = st.lists(st.none() | st.floats(0.0, 1e6), max_size=5)


@settings(max_examples=60, deadline=None)
@given(left=percentages, right=percentages)
def test_the_summary_is_always_plain_json(left: list[float | None], right: list[float | None]) -> None:
    """Else one odd hold makes the summary unreadable."""
    holds = [
        hold(number, side, glute=muscle(pct, None), ham=muscle(pct), ratio_same_side=None)
        for side, given_pct in ((Side.LEFT, left), (Side.RIGHT, right))
        for number, pct in enumerate(given_pct, start=1)
    ]
    text = summary_to_json(summarise(holds, REFERENCE))
    assert json.loads(text)["sides"]["left"]["n_test"] == len(left)
