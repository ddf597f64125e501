"""A fault that set-up lets through is in the summary as a PT would want to read it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from emg.montage import Side
from tests.holds.parts import LATENCY_LIMIT_S, LEVEL_LIMIT, Session, exercise, run

HEALTHY: tuple[str, ...] = ()
LATE = ("late-right-glute",)
WEAK = ("weak-right-glute",)
DOMINANT = ("dominant-left-ham",)
INHIBITED = ("inhibited-mvc-glute-right",)
WEAK_AND_INHIBITED = (*WEAK, *INHIBITED)

HONEST = (HEALTHY, LATE, WEAK, DOMINANT)
"""Every maximum is one."""

HELD_BACK = (INHIBITED, WEAK_AND_INHIBITED)
"""The right glute's maximum is 40 % of one."""

WEAK_SHARE = 0.3
LATER_S = 1.0
DOMINANT_SHARE = 1.7
SIX = ["success"] * 6


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Three test holds a side after a set-up with that fault in it; each is run once."""

    @cache
    def session(faults: tuple[str, ...]) -> Session:
        what = exercise(test=3, sides=("right", "left"))
        return run(tmp_path_factory.mktemp("lasting"), what, *faults)

    return session


def comparisons(session: Session) -> dict[str, tuple[dict[str, Any], float, tuple[str, str]]]:
    """Each comparison of the summary, the truth of it, and the sites it is of."""
    found = {}
    for muscle in ("glute", "ham"):
        true = 100.0 * session.true_mean(muscle, "left") / session.true_mean(muscle, "right")
        told = session.summary[f"{muscle}_lsi_pct"]
        found[f"{muscle}_lsi_pct"] = (told, true, (f"{muscle}_left", f"{muscle}_right"))
    for side in Side:
        name = f"{side}_glute_{side.other}_ham"
        true = session.true_mean("glute", side) / session.true_mean("ham", side.other)
        found[name] = (session.summary["diagonal"][name], true, (f"glute_{side}", f"ham_{side.other}"))
    return found


@pytest.mark.parametrize("faults", [*HONEST, *HELD_BACK])
def test_no_lasting_fault_costs_a_hold(measured: Any, faults: tuple[str, ...]) -> None:
    """Else the weak glute, which is what they came for, is told that its signal is bad."""
    assert [row["outcome"] for row in measured(faults).holds] == SIX
    assert all(row["valid"] == "true" for row in measured(faults).holds)


@pytest.mark.parametrize("faults", HONEST)
@pytest.mark.parametrize("side", list(Side))
def test_levels_and_latencies_are_those_of_the_muscles(
    measured: Any, faults: tuple[str, ...], side: Side
) -> None:
    """Else what is wrong with the muscle is another thing than what the page says."""
    session = measured(faults)
    told = session.summary["sides"][side]
    assert (told["n_test"], told["n_not_reached"]) == (3, 0)
    off_s = told["glute_latency_s"]["median"] - session.true_latency_s(side)
    assert abs(off_s) <= LATENCY_LIMIT_S
    for muscle in ("glute", "ham"):
        share = told[f"{muscle}_pct_mvc"]["mean"] / session.true_mean(muscle, side)
        assert abs(share - 1.0) <= LEVEL_LIMIT, (muscle, share)


@pytest.mark.parametrize("faults", HONEST)
def test_every_interval_has_the_truth_in_it(measured: Any, faults: tuple[str, ...]) -> None:
    """Else a side is called weaker than it is, with certainty."""
    for name, (told, true, _) in comparisons(measured(faults)).items():
        assert told["low"] <= true <= told["high"], name
        assert told["doubts"] == [], name


def test_a_healthy_athlete_is_as_strong_on_both_sides(measured: Any) -> None:
    """Else everybody goes home with a weak side."""
    summary = measured(HEALTHY).summary
    assert summary["glute_lsi_pct"]["inside_scatter"] is True
    assert summary["ham_lsi_pct"]["inside_scatter"] is True
    assert summary["warnings"] == []


def test_a_late_glute_reads_late_and_not_weak(measured: Any) -> None:
    """Else the one thing that this glute cannot do is not in the summary, or is called weakness."""
    late, healthy = measured(LATE).summary, measured(HEALTHY).summary
    latencies = [of["sides"]["right"]["glute_latency_s"]["median"] for of in (late, healthy)]
    assert latencies[0] - latencies[1] == pytest.approx(LATER_S, abs=2.0 * LATENCY_LIMIT_S)
    assert late["sides"]["left"] == healthy["sides"]["left"], "only what the fault names has changed"
    assert late["glute_lsi_pct"]["inside_scatter"] is True


def test_a_weak_glute_reads_weak_on_its_own_side_and_in_its_own_diagonal(measured: Any) -> None:
    """Else the finding that the tool is for is inside the scatter, or on the other leg."""
    weak, healthy = measured(WEAK).summary, measured(HEALTHY).summary
    assert weak["glute_lsi_pct"]["inside_scatter"] is False
    assert weak["glute_lsi_pct"]["low"] > 200.0
    share = weak["glute_lsi_pct"]["value"] / healthy["glute_lsi_pct"]["value"]
    assert share == pytest.approx(1.0 / WEAK_SHARE, rel=0.1)
    assert weak["diagonal"]["right_glute_left_ham"]["high"] < 1.0
    assert weak["sides"]["right"]["ratio_same_side"]["mean"] < 1.0
    assert weak["diagonal"]["left_glute_right_ham"] == healthy["diagonal"]["left_glute_right_ham"]
    assert weak["ham_lsi_pct"] == healthy["ham_lsi_pct"]
    assert not [warning for warning in weak["warnings"] if warning.startswith("inhibited")]


def test_a_hamstring_that_takes_over_reads_so_in_both_pairs_it_is_in(measured: Any) -> None:
    """Else the muscle that hurts later is not seen to do the other one's work."""
    session, healthy = measured(DOMINANT), measured(HEALTHY).summary
    found = session.summary
    assert found["ham_lsi_pct"]["inside_scatter"] is False
    assert found["ham_lsi_pct"]["low"] > 100.0
    share = found["ham_lsi_pct"]["value"] / healthy["ham_lsi_pct"]["value"]
    assert share == pytest.approx(DOMINANT_SHARE, rel=0.05)
    for name in ("left_glute_right_ham", "right_glute_left_ham"):
        ours, theirs = found["diagonal"][name]["value"], healthy["diagonal"][name]["value"]
        share = DOMINANT_SHARE if name == "right_glute_left_ham" else 1.0
        assert ours == pytest.approx(theirs / share, rel=0.05)
    assert found["sides"]["left"]["ratio_same_side"]["mean"] < 1.0
    assert found["glute_lsi_pct"] == healthy["glute_lsi_pct"]


@pytest.mark.parametrize("faults", HELD_BACK)
def test_a_maximum_that_was_held_back_is_doubted_wherever_it_counts(
    measured: Any, faults: tuple[str, ...]
) -> None:
    """Else an inhibited glute reads two and a half times as strong as it is, and nothing says so."""
    session = measured(faults)
    assert session.summary["warnings"] == ["inhibited:glute_right"]
    for name, (told, true, sites) in comparisons(session).items():
        if "glute_right" in sites:
            assert told["doubts"] == ["glute_right"], name
            assert told["inside_scatter"] is None, f"{name}: the same and not the same are both unknown"
            assert not told["low"] <= true <= told["high"], f"{name}: the interval cannot know it"
        else:
            assert told["doubts"] == [], name
            assert told["low"] <= true <= told["high"], name
    assert session.summary["sides"]["right"]["ratio_same_side"]["doubts"] == ["glute_right"]
    assert session.summary["sides"]["left"]["ratio_same_side"]["doubts"] == []
    for row in session.holds:
        doubted = {"right": "glute_right", "left": ""}[row["side"]]
        assert row["doubtful_references"] == doubted
    # a latency is to the muscle's own plateau: no maximum is in it
    for side in Side:
        median = session.summary["sides"][side]["glute_latency_s"]["median"]
        assert abs(median - session.true_latency_s(side)) <= LATENCY_LIMIT_S


def test_a_weak_glute_with_a_held_back_maximum_is_never_called_symmetric(measured: Any) -> None:
    """Else two faults that hide each other are a clean bill of health."""
    session = measured(WEAK_AND_INHIBITED)
    told, true, _ = comparisons(session)["glute_lsi_pct"]
    assert true > 200.0
    assert told["value"] < 150.0, "the numbers alone would say: hardly weaker"
    assert told["inside_scatter"] is None
