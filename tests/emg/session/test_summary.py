from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Reference, SiteReference
from emg.blocks import Unit
from emg.codes import EventKind
from emg.montage import FOUR_SITES, Side
from emg.pain import ASKS_AFTER, ASKS_WORST, pain_event
from emg.results import MISSING, Doubt, HoldResult, Method, Outcome, Role
from emg.session.outcome import summary_of
from emg.session.summary import summarise, summary_to_json
from emg.stage import Event
from tests.emg.session.parts import hold, muscle, record_of, stream

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
        {"outcome": Outcome.PRACTISED},
    ],
)
def test_a_hold_that_does_not_count_changes_nothing(facts: dict[str, Any]) -> None:
    """Else a stumble, or a hold with the bars on, enters the comparison of the sides."""
    holds = session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0])
    extra = hold(7, Side.LEFT, **({"role": Role.TEST} | facts), glute=muscle(99.0), ham=muscle(99.0))
    found, alone = summarise([*holds, extra], REFERENCE), summarise(holds, REFERENCE)
    if facts.get("role") is Role.TRAIN:
        assert found["sides"]["left"].pop("training")["n_success"] == 1
        assert alone["sides"]["left"].pop("training")["n_success"] == 0
    assert found == alone


def test_a_hold_that_was_taken_out_by_hand_is_listed_and_in_no_number() -> None:
    """Else a slip stays in the means, or vanishes without a trace."""
    holds = session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0])
    extra = hold(7, Side.LEFT, glute=muscle(99.0), ham=muscle(99.0), excluded="slipped", felt_latency_s=1.0)
    trained = hold(8, Side.LEFT, Role.TRAIN, excluded="cough", felt_latency_s=1.0)
    found, alone = summarise([*holds, extra, trained], REFERENCE), summarise(holds, REFERENCE)
    assert found.pop("excluded") == [{"hold": 7, "reason": "slipped"}, {"hold": 8, "reason": "cough"}]
    assert alone.pop("excluded") == []
    assert found == alone


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
    for empty in (found["ham_lsi_pct"], found["diagonal"]["right_glute_left_ham"]):
        assert {empty[name] for name in ("value", "low", "high", "inside_scatter")} == {None}
        assert empty["reason"] == "submax:ham_left"
    assert found["diagonal"]["left_glute_right_ham"]["value"] == pytest.approx(2.2)
    assert "submax:ham_left" in found["warnings"]


def test_a_diagonal_near_rest_is_empty() -> None:
    """Else noise over noise is shown as coordination."""
    for ham in (4.9, 1.0):
        found = summarise(session([40.0, 40.0], [40.0, 40.0], ham), REFERENCE)
        told = found["diagonal"]["left_glute_right_ham"]
        assert (told["value"], told["reason"]) == (None, "below_floor:ham_right")
    loud_rest = Reference(dict.fromkeys(FOUR_SITES.names, SiteReference(50.0, 300.0)))
    told = summarise(session([40.0, 40.0], [40.0, 40.0]), loud_rest)["diagonal"]["left_glute_right_ham"]
    assert (told["value"], told["reason"]) == (None, "below_floor:glute_left")


def test_nothing_is_divided_by_a_muscle_that_hardly_works() -> None:
    """Else a glute that is nearly silent makes an index of thousands of percent."""
    found = summarise(session([40.0, 44.0], [2.0, 2.2]), REFERENCE)["glute_lsi_pct"]
    assert (found["value"], found["reason"]) == (None, "below_floor:glute_right")
    found = summarise(session([2.0, 2.2], [40.0, 44.0]), REFERENCE)["glute_lsi_pct"]
    assert found["value"] == pytest.approx(5.0)
    assert found["reason"] == ""


def test_the_swinging_leg_enters_no_comparison() -> None:
    """Else one leg's push is weighed against the other's swing, and everybody is lopsided."""
    plain = session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0])
    swung = [
        replace(one, sites={**one.sites, f"{name}_{one.side.other}": muscle(90.0)})
        for one in plain
        for name in ("glute",)
        if isinstance(one.side, Side)
    ]
    found, alone = (
        summarise(swung, REFERENCE, sore_side="left"),
        summarise(plain, REFERENCE, sore_side="left"),
    )
    assert found == alone


def test_each_comparison_says_of_how_many_holds_it_is_and_how_they_spread() -> None:
    """Else a number from two shaky holds weighs as much as one from five steady ones."""
    found = summarise(session([40.0, 44.0, 48.0], [20.0, 24.0]), REFERENCE)
    assert found["glute_lsi_pct"]["n"] == [3, 2]
    assert found["glute_lsi_pct"]["spread_pct"] == pytest.approx([100 * 4 / 44, 100 * 8**0.5 / 22])
    assert found["diagonal"]["right_glute_left_ham"]["n"] == [2, 3]
    assert found["diagonal"]["right_glute_left_ham"]["reason"] == ""
    one = summarise(session([40.0, 44.0], [20.0]), REFERENCE)["glute_lsi_pct"]
    assert one["value"] == pytest.approx(210.0)
    assert (one["low"], one["high"], one["inside_scatter"]) == (None, None, None)
    assert one["reason"] == "one_hold:right"


def test_each_mean_says_of_how_many_holds_it_is() -> None:
    """Else a ratio that only one hold of three allowed looks as good as a level from all of them."""
    holds = session([40.0, 44.0, 48.0], [20.0, 22.0, 24.0])
    holds[0] = replace(holds[0], ratio_same_side=None)
    holds[1] = replace(holds[1], sites={**holds[1].sites, "ham_left": muscle(None, None)})
    assert summarise(holds, REFERENCE)["sides"]["left"]["n"] == {
        "glute_pct_mvc": 3,
        "ham_pct_mvc": 2,
        "glute_pct_submax": 0,
        "ham_pct_submax": 0,
        "ratio_same_side": 2,
        "glute_latency_s": 3,
    }


@pytest.mark.parametrize(
    ("sites", "known", "holds", "reason"),
    [
        (("glute_right",), ("glute_right",), 2, "not_measured:glute_left"),
        (("glute_left", "glute_right"), ("glute_right",), 2, "no_reference:glute_left"),
        (FOUR_SITES.names, FOUR_SITES.names, 0, "no_holds:left"),
        (FOUR_SITES.names, FOUR_SITES.names, -1, "no_reading:glute_left"),
    ],
)
def test_what_is_not_licensed_is_not_computed_and_says_why(
    sites: tuple[str, ...], known: tuple[str, ...], holds: int, reason: str
) -> None:
    """Else an empty number leaves everybody to guess whether to tape, to measure or to hold again."""
    reference = Reference({name: REFERENCE.sites[name] for name in known})
    done = [
        hold(number, side, glute=muscle(40.0) if f"glute_{side}" in known else MISSING, ham=MISSING)
        for number, side in enumerate([Side.LEFT] * max(0, holds) + [Side.RIGHT] * 2, start=1)
    ]
    if holds < 0:
        done += [hold(9, Side.LEFT, glute=muscle(None, None))]
    found = summarise(done, reference, sites=sites)["glute_lsi_pct"]
    assert (found["value"], found["reason"]) == (None, reason)


def test_pain_stands_as_it_was_said_with_the_worst_of_all_holds() -> None:
    """Else a session that hurt reads like any other."""
    holds = [hold(1, pain_0_10=2), hold(2, pain_0_10=None), hold(3, pain_0_10=5, outcome=Outcome.VOID)]
    told = summarise(holds, REFERENCE, pain_before=0, pain_after=3, pain_efforts=7)["pain"]
    assert told == {"before": 0, "efforts": 7, "worst": 5, "after": 3}
    assert set(summarise([], REFERENCE)["pain"].values()) == {None}


def test_the_pain_of_the_set_up_is_the_worst_that_was_said_of_any_effort() -> None:
    """Else a maximum that hurt 6 stands in no summary, and a therapist reads 2 as the worst of the day."""
    said = [
        Event(1, EventKind.PAIN, detail={"site": "ham_left", "exercise": "mvc", "pain_0_10": 6}),
        Event(2, EventKind.PAIN, detail={"site": "ham_right", "exercise": "mvc", "pain_0_10": 1}),
        pain_event(3, ASKS_WORST, 2, [1]),
        pain_event(4, ASKS_AFTER, 7, []),
    ]
    record = record_of(stream(), "s1")
    told = summary_of(record, [hold(1, pain_0_10=2)], said, REFERENCE)["pain"]
    assert told == {"before": None, "efforts": 6, "worst": 2, "after": 7}
    assert summary_of(record, [], said[2:], REFERENCE)["pain"]["efforts"] is None


def test_share_and_order_are_told_only_where_the_exercise_reports_them() -> None:
    """Else an order that means nothing in this position is read as one that does."""
    holds = session([40.0, 44.0], [20.0, 22.0])
    for reports in ((), ("order",), ("share", "order")):
        found = summarise(holds, REFERENCE, reports=reports, order_resolution_s=0.1)["sides"]["left"]
        assert (found["order"] is not None) is ("order" in reports)
        assert (found["glute_share_pct"] is not None) is ("share" in reports)


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
    text = summary_to_json(summarise(holds, REFERENCE, sore_side="left", reports=("order", "share")))
    assert json.loads(text)["sides"]["left"]["n_test"] == len(left)


@pytest.mark.parametrize(("reason", "n"), [("below_floor", 1), ("no_maximum", 0), ("not_measured", 0)])
def test_a_glute_of_which_nothing_is_known_is_not_told_as_silent(reason: str, n: int) -> None:
    """Else a muscle that nobody could calibrate counts as one that does not fire."""
    quiet = hold(3, glute=muscle(None, None), outcome=Outcome.NOT_REACHED, outcome_reason=reason)
    found = summarise([hold(1), hold(2), quiet], REFERENCE)["sides"]["right"]
    assert (found["n_test"], found["n_not_reached"]) == (3, n)
