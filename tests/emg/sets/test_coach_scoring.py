"""What each hold of a set is worth, and what has no reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from emg.activation import Reference
from emg.codes import EventKind
from emg.results import Method, Outcome, Role, Until
from emg.sets.hold import HoldPlan
from tests.emg.sets.coached import (
    FS,
    LEAD,
    LEARN,
    PREPARE_TO_SET,
    REFERENCE,
    TEST,
    WORKING,
    changed,
    hold_set,
    run,
    ticks,
    without,
)

FIRST_SET = LEAD + PREPARE_TO_SET
LONG = range(120 * FS)


# --- what a hold is worth


def test_a_hold_is_scored_by_its_definitions() -> None:
    """Else the numbers in the export are not what the data dictionary says."""
    hold = run(hold_set(holds=1), ticks(LONG, WORKING)).holds[0]

    assert (hold.outcome, hold.valid, hold.role, hold.until) == (Outcome.SUCCESS, True, Role.TEST, Until.SET)
    assert hold.glute.pct_mvc == pytest.approx(50.0)
    assert hold.ham.pct_mvc == pytest.approx(25.0)
    assert hold.opposite_glute.pct_mvc == pytest.approx(10.0)
    assert hold.opposite_ham.pct_mvc == pytest.approx(20.0)
    assert hold.ratio_same_side == pytest.approx(2.0)
    assert hold.glute_share_pct == pytest.approx(200.0 / 3.0)
    assert hold.ratio_diagonal == pytest.approx(2.5), "stance glute over the other side's hamstring"
    assert (hold.cue_s, hold.set_s, hold.held_s) == ((LEAD + 750) / FS, FIRST_SET / FS, 6.0)
    assert (hold.in_target_s, hold.in_target_pct, hold.target_pct, hold.feedback) == (None, None, None, False)
    assert hold.glute.cv_pct == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("until", "begins"), [(Until.SET, FIRST_SET), (Until.FIRED, FIRST_SET + 500)], ids=["set", "fired"]
)
def test_only_the_scored_span_is_scored(until: Until, begins: int) -> None:
    """Else the second in which the athlete finds his balance is part of his plateau."""
    inside = range(begins + FS, begins + round(5.5 * FS))

    def level(sample: int) -> Mapping[str, float]:
        if sample < FIRST_SET + 500:
            return {**WORKING, "glute_right": 5.0 if until is Until.FIRED else 99.0}
        return {**WORKING, "glute_right": 60.0 if sample in inside else 99.0}

    told = run(hold_set(replace(LEARN, until=until), holds=1), ticks(LONG, level))

    done = next(event for event in told.events if event.kind is EventKind.HOLD_DONE)
    span = (done.detail["scored_from_sample"], done.detail["scored_to_sample"])
    assert span == (inside.start, inside.stop)
    if until is Until.FIRED:
        assert told.holds[0].glute.pct_mvc == pytest.approx(60.0)


def test_a_hold_that_never_fired_is_scored_to_its_end() -> None:
    """Else a glute that stays silent has no number at all."""
    hold = run(hold_set(LEARN, holds=1), ticks(LONG, {**WORKING, "glute_right": 12.0})).holds[0]

    assert (hold.outcome, hold.outcome_reason, hold.valid) == (Outcome.NOT_REACHED, "limit", True)
    assert hold.glute.pct_mvc == pytest.approx(12.0)
    assert (hold.in_target_s, hold.in_target_pct) == (0.0, 0.0)
    assert hold.held_s == 8.0


def test_a_short_hold_is_not_scored_into_the_rest_after_it() -> None:
    """Else an exercise with holds of 4 s is scored while the athlete already relaxes."""
    told = run(hold_set(replace(TEST, hold_s=4.0), holds=1), ticks(LONG, WORKING))

    done = next(event for event in told.events if event.kind is EventKind.HOLD_DONE)
    assert done.detail["scored_to_sample"] == told.holds[0].end_sample
    assert told.holds[0].glute.pct_mvc == pytest.approx(50.0)


@pytest.mark.parametrize(("pct", "outcome"), [(4.9, "not_reached"), (5.1, "success")])
def test_a_test_hold_is_reached_from_five_percent_on(pct: float, outcome: str) -> None:
    """Else the noise of a silent glute passes for an effort."""
    told = run(hold_set(holds=1), ticks(LONG, {**WORKING, "glute_right": pct}))

    hold = told.holds[0]
    assert (hold.outcome, hold.outcome_reason) == (outcome, "" if pct > 5 else "below_floor")
    assert (hold.ratio_same_side is None) is (pct < 5)
    assert hold.glute.pct_mvc == pytest.approx(pct), "it is still a number that enters the mean"
    assert hold.enters_means


@pytest.mark.parametrize("plan", [TEST, LEARN], ids=["test", "learn"])
@pytest.mark.parametrize(("pct", "after_s"), [(50.0, 1.0), (50.0, -0.5), (4.0, 1.0)])
def test_latency_runs_from_set_to_the_rise(plan: HoldPlan, pct: float, after_s: float) -> None:
    """Else an early glute looks late, or a glute that never worked has a latency."""
    on = FIRST_SET + round(after_s * FS)
    levels = ticks(LONG, lambda s: {**WORKING, "glute_right": pct if s >= on else 0.0})
    hold = run(hold_set(plan, holds=1), levels).holds[0]

    if pct < 5.0:
        assert hold.glute.latency_s is None
    else:
        assert hold.glute.latency_s == pytest.approx(after_s, abs=0.06)


# --- what has no reading


@pytest.mark.parametrize("verdict", ["flat", "railed", "no_reading"])
def test_a_loose_wire_on_the_other_leg_gives_no_number(verdict: str) -> None:
    """Else the diagonal is built on an electrode that hangs in the air."""
    bad = {"ham_left": verdict}
    hold = run(hold_set(holds=1), ticks(LONG, WORKING, verdicts=bad)).holds[0]

    assert (hold.outcome, hold.valid) == (Outcome.SUCCESS, True), "it is not a working muscle"
    assert hold.opposite_ham.pct_mvc is None
    assert hold.opposite_ham.plateau_uv is None
    assert hold.ratio_diagonal is None
    assert hold.ratio_same_side == pytest.approx(2.0)


@pytest.mark.parametrize("missing", ["glute_right", "ham_right", "ham_left"])
def test_a_muscle_without_a_reference_has_no_percentage(missing: str) -> None:
    """Else a percentage of nothing is shown."""
    known = without(missing)
    told = run(hold_set(holds=1, reference=known), ticks(LONG, WORKING, reference=known))

    hold = told.holds[0]
    found = {"glute_right": hold.glute, "ham_right": hold.ham, "ham_left": hold.opposite_ham}
    assert found[missing].pct_mvc is None
    assert found[missing].reference is None
    assert all(found[name].pct_mvc is not None for name in found if name != missing)
    assert (hold.ratio_same_side is None) is (missing != "ham_left")
    assert (hold.ratio_diagonal is None) is (missing != "ham_right")


def test_a_submaximal_reference_builds_no_percentage_of_a_maximum() -> None:
    """Else an athlete in pain looks twice as strong as he is."""
    known = changed(method=Method.SUBMAX)
    told = run(hold_set(LEARN, holds=1, reference=known), ticks(LONG, WORKING, reference=known))

    hold = told.holds[0]
    assert hold.glute.pct_mvc is None
    assert hold.glute.pct_submax == pytest.approx(50.0)
    assert (hold.ratio_same_side, hold.glute_share_pct, hold.ratio_diagonal) == (None, None, None)
    assert hold.ham.pct_mvc == pytest.approx(25.0)


def test_an_exercise_whose_muscle_is_not_measured_ends_and_says_nothing() -> None:
    """Else one missing electrode pair hangs the set or earns a success."""
    sites = ("ham_right", "ham_left")
    levels = ticks(LONG, WORKING, sites=sites)

    trained = run(hold_set(LEARN, holds=1), levels).holds[0]
    tested = run(hold_set(TEST, holds=1), levels).holds[0]

    assert (trained.outcome, tested.outcome) == (Outcome.NOT_REACHED, Outcome.NOT_REACHED)
    assert trained.glute.pct_mvc is tested.glute.pct_mvc is tested.opposite_glute.pct_mvc is None
    assert tested.ham.pct_mvc == pytest.approx(25.0)


def test_the_reference_in_force_at_the_end_of_a_hold_scores_it() -> None:
    """Else a hold is scored with a maximum that was measured for other electrodes."""
    assert run(hold_set(holds=1, reference=Reference()), ticks(LONG, WORKING)).holds[0].glute.pct_mvc is None
    assert run(hold_set(holds=1, reference=REFERENCE), ticks(LONG, WORKING)).holds[0].glute.pct_mvc
