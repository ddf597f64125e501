"""What a maximum may hide, from the holds to the words: scored, summarised and told as in a session."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emg.activation import Reference, SiteReference
from emg.montage import FOUR_SITES, Side
from emg.reference import MEASURED, reference_event, reference_of
from emg.results import Doubt, HoldResult, Method, Outcome
from emg.session.summary import summarise
from emg.session.tables import HOLD_COLUMNS, HoldTable
from emg.sets.coach import HoldSet
from emg.sets.hold import HoldPlan
from tests.emg.sets.coached import FS, LEARN, REST_UV, TEST, hold_set, run, ticks
from ui.reading.summary_table import findings, table

LONG = range(45 * FS)
DOUBT = "its maximum may be held back"

LEVELS_UV: Mapping[Side, Mapping[str, float]] = {
    Side.LEFT: {"glute_left": 50.0, "ham_left": 25.0, "glute_right": 5.0, "ham_right": 20.0},
    Side.RIGHT: {"glute_right": 20.0, "ham_right": 25.0, "glute_left": 5.0, "ham_left": 20.0},
}
"""What the muscles do, by working side: the right glute works at two fifths of the left one."""


def site(
    span_uv: float = 100.0, *, method: Method = Method.QUICK, doubts: tuple[Doubt, ...] = ()
) -> SiteReference:
    return SiteReference(REST_UV, float(np.hypot(span_uv, REST_UV)), method, 10.0, doubts)


def reference(**changed: SiteReference | None) -> Reference:
    """Maxima of 100 µV but for some sites, as they come out of the event that keeps them."""
    sites = dict.fromkeys(FOUR_SITES.names, site()) | changed
    measured = Reference({name: found for name, found in sites.items() if found is not None})
    return reference_of(reference_event(0, measured, MEASURED))


def stage(side: Side, known: Reference, plan: HoldPlan = TEST, first: int = 1) -> HoldSet:
    return hold_set(replace(plan, side=side), holds=3, reference=known, next_hold=first, gate=f"glute_{side}")


def session(known: Reference) -> list[HoldResult]:
    """Three test holds a side, no two of them quite alike."""
    holds: list[HoldResult] = []
    for side in Side:

        def levels(sample: int, of: Mapping[str, float] = LEVELS_UV[side]) -> Mapping[str, float]:
            return {name: level * (1.0 + 0.02 * (sample // (12 * FS) % 3)) for name, level in of.items()}

        holds += run(stage(side, known, first=len(holds) + 1), ticks(LONG, levels, reference=known)).holds
    return holds


def told(known: Reference) -> tuple[dict[str, Any], str, dict[str, tuple[str, str]], list[dict[str, str]]]:
    """Summary, its sentences, its table by row, and holds.csv."""
    holds = session(known)
    assert [hold.outcome for hold in holds] == [Outcome.SUCCESS] * 6
    summary = summarise(holds, known, sites=FOUR_SITES.names)
    lines = HoldTable("a", "s", "p")
    rows = list(csv.DictReader(io.StringIO(lines.header + "".join(lines.row(hold) for hold in holds))))
    assert list(rows[0]) == list(HOLD_COLUMNS)
    return summary, "\n".join(findings(summary)), {row[0]: row[1:] for row in table(summary)}, rows


# --- a maximum that may be too low


def test_a_weak_glute_behind_an_inhibited_maximum_never_ends_as_symmetric() -> None:
    """Else the very athlete the tool is for, whose glute is held back, is told that both sides are alike."""
    summary, sentences, rows, holds = told(
        reference(glute_right=site(40.0, doubts=(Doubt.SIDES_DIFFER,))),
    )
    lsi = summary["glute_lsi_pct"]
    assert lsi["value"] == pytest.approx(100.0, abs=2.0), "so it would read"
    assert (lsi["inside_scatter"], lsi["doubts"]) == (None, ["glute_right"])
    assert summary["diagonal"]["right_glute_left_ham"]["doubts"] == ["glute_right"]
    assert summary["diagonal"]["right_glute_left_ham"]["inside_scatter"] is None
    assert summary["diagonal"]["left_glute_right_ham"]["doubts"] == []
    assert summary["ham_lsi_pct"]["inside_scatter"] is True
    ratios = {side: summary["sides"][side]["ratio_same_side"]["doubts"] for side in ("left", "right")}
    assert ratios == {"left": [], "right": ["glute_right"]}
    assert summary["warnings"] == ["inhibited:glute_right"]
    assert summary["references"]["glute_right"]["doubts"] == ["sides_differ"]

    first = next(line for line in sentences.splitlines() if line.startswith("The left glute"))
    assert first.endswith(f"; right glute: {DOUBT}.")
    assert "no difference" not in first
    assert "The left hamstring worked at 100 %" in sentences
    assert "no difference beyond the scatter" in sentences, "the hamstrings are in no doubt"
    assert DOUBT in rows["Glute : hamstring"][1]
    assert DOUBT not in rows["Glute : hamstring"][0]

    # the opposite hamstring alone enters the diagonal, the opposite glute enters nothing
    assert [row["doubtful_references"] for row in holds] == [""] * 3 + ["glute_right"] * 3


def test_a_painful_hamstring_trial_never_ends_as_a_loud_hamstring() -> None:
    """Else pain in one trial turns into a number that says: this hamstring does all the work."""
    summary, sentences, rows, holds = told(reference(ham_left=site(40.0, doubts=(Doubt.PAINFUL,))))

    assert summary["sides"]["left"]["ratio_same_side"]["mean"] == pytest.approx(0.8, abs=0.02)
    assert summary["sides"]["left"]["ratio_same_side"]["doubts"] == ["ham_left"]
    assert summary["ham_lsi_pct"]["inside_scatter"] is None, "a difference is in as much doubt as none"
    assert f"left hamstring: {DOUBT}" in rows["Glute : hamstring"][0]
    for start in ("The right hamstring", "Right glute over left hamstring"):
        (line,) = [line for line in sentences.splitlines() if line.startswith(start)]
        assert line.endswith(f"; left hamstring: {DOUBT}.")
    assert [row["doubtful_references"] for row in holds] == ["ham_left"] * 6, "working, then in the diagonal"


def test_two_doubts_are_both_told() -> None:
    """Else the second one is thought to be sound."""
    doubtful = site(doubts=(Doubt.PAINFUL, Doubt.SIDES_DIFFER))
    summary, sentences, _, holds = told(reference(glute_left=doubtful, ham_right=doubtful))

    assert summary["warnings"] == ["inhibited:glute_left", "inhibited:ham_right"], "once a site"
    assert summary["diagonal"]["left_glute_right_ham"]["doubts"] == ["glute_left", "ham_right"]
    assert f"; left glute: {DOUBT}; right hamstring: {DOUBT}." in sentences
    assert holds[0]["doubtful_references"] == "glute_left ham_right"


def test_a_doubt_outlives_a_maximum_that_was_measured_again() -> None:
    """Else the mean of a session hides that half of its holds stand on the old maximum."""
    before = session(reference(glute_right=site(40.0, doubts=(Doubt.SIDES_DIFFER,))))
    summary = summarise(before, reference(), sites=FOUR_SITES.names)

    assert summary["glute_lsi_pct"]["doubts"] == ["glute_right"]
    assert summary["warnings"] == ["inhibited:glute_right"]


# --- a muscle that may not give all it has


def test_a_sore_hamstring_keeps_its_numbers_in_percent_of_the_bridge() -> None:
    """Else it has none at all, or one that is taken for a share of its maximum."""
    summary, sentences, rows, holds = told(reference(ham_left=site(31.25, method=Method.SUBMAX)))

    left = summary["sides"]["left"]
    assert left["ham_pct_submax"]["mean"] == pytest.approx(80.0, abs=2.0)
    assert left["ham_pct_submax"]["sd"] > 0.0
    assert left["ham_pct_mvc"] == {"mean": None, "sd": None}
    assert summary["sides"]["right"]["ham_pct_submax"] == {"mean": None, "sd": None}
    assert left["glute_pct_mvc"]["mean"] == pytest.approx(50.0, abs=2.0)
    assert left["glute_latency_s"]["median"] is not None
    assert rows["Hamstring, % of the bridge"][0].startswith("8")
    assert rows["Hamstring, % of the bridge"][0].endswith("% of 31.3 µV")
    assert rows["Hamstring, % of your best"][0] == "--"
    assert {row["ham_reference"] for row in holds[:3]} == {"submax"}
    assert {row["ham_pct_mvc"] for row in holds[:3]} == {""}
    assert all(row["ham_latency_s"] and row["ham_pct_submax"] for row in holds[:3])

    # and nothing is compared with it, with the reason where the number would stand
    reason = "left hamstring is in % of the bridge"
    assert left["ratio_same_side"]["mean"] is summary["ham_lsi_pct"]["value"] is None
    assert rows["Glute : hamstring"][0] == f"withheld: {reason}"
    assert rows["Glute : hamstring"][1] != f"withheld: {reason}"
    both = "Left hamstring against the right one and right glute over left hamstring"
    assert f"{both}: withheld, {reason}." in sentences.splitlines(), "one sentence for one reason"
    assert "Left glute over right hamstring: 2." in sentences
    assert {row["ratio_same_side"] + row["glute_share_pct"] for row in holds[:3]} == {""}
    assert {row["ratio_diagonal"] for row in holds[3:]} == {""}


def test_a_pain_in_the_bridge_is_no_doubt_in_a_maximum() -> None:
    """Else a comparison that does not exist is called doubtful."""
    summary, _, _, holds = told(
        reference(ham_left=site(31.25, method=Method.SUBMAX, doubts=(Doubt.PAINFUL,))),
    )
    assert "inhibited:ham_left" not in summary["warnings"]
    assert {row["doubtful_references"] for row in holds} == {""}


@pytest.mark.parametrize(
    ("level_uv", "span_uv", "outcome"),
    [(6.0, 100.0, "success"), (4.0, 100.0, "not_reached"), (3.9, 50.0, "not_reached")],
    ids=["both gates", "below 5 %", "below twice the rest"],
)
def test_a_test_hold_of_a_submaximal_glute_is_judged_by_the_same_gates(
    level_uv: float, span_uv: float, outcome: str
) -> None:
    """Else an athlete in pain can only fail, or passes with a silent glute."""
    known = reference(glute_right=site(span_uv, method=Method.SUBMAX))
    levels = ticks(LONG, {**LEVELS_UV[Side.RIGHT], "glute_right": level_uv}, reference=known)
    hold = run(stage(Side.RIGHT, known), levels).holds[0]

    assert hold.glute.pct_submax == pytest.approx(100.0 * level_uv / span_uv)
    assert (hold.outcome, hold.outcome_reason) == (outcome, "" if outcome == "success" else "below_floor")
    assert (hold.glute.latency_s is None) is (outcome == "not_reached")


def test_a_submaximal_glute_can_be_trained_to_its_target() -> None:
    """Else the athlete who needs it most has no target to train to."""
    known = reference(glute_right=site(100.0, method=Method.SUBMAX))
    levels = ticks(LONG, {**LEVELS_UV[Side.RIGHT], "glute_right": 35.0}, reference=known)
    hold = run(stage(Side.RIGHT, known, LEARN), levels).holds[0]

    assert (hold.outcome, hold.in_target_s) == (Outcome.SUCCESS, 6.0)
    assert hold.glute.pct_mvc is None
    assert hold.glute.pct_submax == pytest.approx(35.0)


# --- a muscle without any maximum


def test_a_site_without_a_maximum_has_no_percentage_and_says_why() -> None:
    """Else its place is empty and nobody knows whether the electrode or the maximum is missing."""
    known = reference(glute_right=None)
    holds = session(known)
    summary = summarise(holds, known, sites=FOUR_SITES.names)
    rows = {row[0]: row[1:] for row in table(summary)}

    assert {hold.outcome_reason for hold in holds if hold.side is Side.RIGHT} == {"no_maximum"}
    assert rows["Glute, % of your best"][1] == "no maximum"
    assert rows["Glute : hamstring"][1] == "withheld: right glute has no maximum"
    both = "Left glute against the right one and right glute over left hamstring"
    assert f"{both}: withheld, right glute has no maximum." in findings(summary)
    assert "glute_right" not in summary["references"]


def test_each_percentage_stands_beside_its_maximum_left_and_right() -> None:
    """Else 60 % of a third of the muscle looks like 60 % of all of it."""
    _, _, rows, _ = told(reference(glute_left=site(312.0), glute_right=site(20.0 / 0.45)))

    left, right = rows["Glute, % of your best"]
    assert left.endswith("% of 312 µV")
    assert right.endswith("% of 44.5 µV")
