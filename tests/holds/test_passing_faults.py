"""A fault that passes costs the hold it is in, and nothing else."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

import pytest

from calibrations.calibration import Calibration
from tests.holds.conftest import Clean
from tests.holds.parts import COUNTED, MEASURED, Row, Session, check_against_truth, exercise, run

WHEN: dict[str, float] = {"just after the cue": -1.3, "at set": 0.0, "while it is scored": 2.5}
"""Start of the fault, seconds from set."""

CELLS = [*(("test", when) for when in WHEN), ("train", "at set"), ("train", "while it is scored")]

LATE_S = 0.5
"""Before the end of a hold: it is no longer scored."""

WORKING = [
    ("loose-glute-left", "left", "railed"),
    ("saturated-ham-right", "right", "railed"),
    ("cable-pull", "right", "gap"),
    ("motion", "left", "motion"),
]
"""Fault, a side whose working muscle has it, and the reason."""

OTHER_LEG = [
    ("loose-glute-left", "right", "opposite_glute_pct_mvc"),
    ("saturated-ham-right", "left", "opposite_ham_pct_mvc"),
]
"""Fault, the side whose other leg has it, and the column that it spoils."""


def at(hold: Row, after_set_s: float) -> float:
    return float(hold["set_s"]) + after_set_s


def with_fault(
    parent: Path, clean: Clean, side: str, role: str, fault: str, after_set_s: float, length_s: float = 3.0
) -> Session:
    """The clean session with a fault in its first hold."""
    usual = clean(side, role)
    what = exercise(sides=(side,), **{role: 2})
    start_s = at(usual.holds[0], after_set_s)
    return run(parent, what, f"{fault}@{start_s:.3f}+{length_s:g}", calibration=usual.calibration)


def check_void_and_alone(session: Session, usual: Session, reasons: tuple[str, ...]) -> None:
    """The first hold is void and says why; the two that count are what they would have been."""
    void, *rest = session.holds
    assert (void["valid"], void["outcome"]) == ("false", "void")
    assert void["invalid_reason"] in reasons
    assert void["outcome_reason"] == void["invalid_reason"]
    assert {column: void[column] for column in MEASURED if void[column]} == {}
    assert [row["valid"] for row in rest] == ["true", "true"]
    assert [row["hold"] for row in session.holds] == ["1", "2", "3"]
    assert len(session.counted) == 2, "the set still has its holds"
    check_the_same(rest[0], usual.holds[1])
    for row in rest:
        check_against_truth(session, row)


def check_the_same(row: Row, usual: Row, but: tuple[str, ...] = ()) -> None:
    """Draws belong to the number of a hold: without the fault in it, it is the same hold.

    In a training hold the target, and with it the scored span, depends on the holds before.
    """
    for column in MEASURED:
        if column in but:
            continue
        if row["role"] == "test":
            assert row[column] == usual[column], column
        elif "onset" not in column and "cv" not in column:
            near = 0.05 if column.endswith("_s") else 0.05 * float(usual[column])
            assert float(row[column]) == pytest.approx(float(usual[column]), abs=near), column


def check_means(session: Session, side: str) -> None:
    """The summary's numbers, computed anew from the rows that count."""
    told, rows = session.summary["sides"][side], session.of(side)
    assert told["n_test"] == len(rows)
    if not rows:
        assert told["glute_pct_mvc"]["mean"] is None
        return
    for muscle in ("glute", "ham"):
        values = [float(row[f"{muscle}_pct_mvc"]) for row in rows]
        assert told[f"{muscle}_pct_mvc"]["mean"] == pytest.approx(statistics.fmean(values), abs=0.01)
    ratios = [math.log(float(row["ratio_same_side"])) for row in rows]
    mean = math.exp(statistics.fmean(ratios))
    assert told["ratio_same_side"]["mean"] == pytest.approx(mean, abs=0.001)
    latencies = [float(row["glute_latency_s"]) for row in rows]
    assert told["glute_latency_s"]["median"] == pytest.approx(statistics.median(latencies), abs=0.001)


@pytest.mark.parametrize(("role", "when"), CELLS)
@pytest.mark.parametrize(("fault", "side", "reason"), WORKING)
def test_a_fault_in_a_working_muscle_voids_its_hold_and_no_other(
    tmp_path: Path, clean: Clean, fault: str, side: str, reason: str, role: str, when: str
) -> None:
    """Else three seconds of a loose wire read 2,900 % of the maximum, and are the athlete's mean."""
    session = with_fault(tmp_path, clean, side, role, fault, WHEN[when])
    # an electrode that slips without coming near a rail is known only by how it moves
    reasons = (reason, "motion") if fault == "loose-glute-left" else (reason,)
    check_void_and_alone(session, clean(side, role), reasons)
    check_means(session, side)


@pytest.mark.parametrize(
    ("fault", "side", "reason", "role"),
    [(*case, "test") for case in WORKING] + [(*WORKING[0], "train"), (*WORKING[-1], "train")],
)
def test_a_fault_in_the_last_half_second_voids_the_hold_or_leaves_it_as_it_is(
    tmp_path: Path, clean: Clean, fault: str, side: str, reason: str, role: str
) -> None:
    """Else what is no longer scored still moves the score."""
    usual = clean(side, role)
    last = float(usual.holds[0]["held_s"]) - LATE_S
    session = with_fault(tmp_path, clean, side, role, fault, last)
    if session.holds[0]["outcome"] == "void":
        check_void_and_alone(session, usual, (reason, "motion"))
    else:
        check_the_same(session.holds[0], usual.holds[0])
        assert len(session.holds) == len(session.counted) == 2
    check_means(session, side)


@pytest.mark.parametrize("before_end_s", [1.0, 0.55])
@pytest.mark.parametrize("fault", ["loose-glute-left", "motion"])
def test_a_fault_at_the_end_of_the_scored_span_is_seen(
    tmp_path: Path, clean: Clean, fault: str, before_end_s: float
) -> None:
    """Else a twentieth of a second of it is a tenfold level: its power is that of ten thousand holds."""
    usual = clean("left", "test")
    session = with_fault(tmp_path, clean, "left", "test", fault, 6.0 - before_end_s)
    check_void_and_alone(session, usual, ("railed", "motion"))


@pytest.mark.parametrize("after_set_s", [-0.4, 0.0, 2.5])
def test_a_jerk_of_a_cable_voids_the_hold_however_short(
    tmp_path: Path, clean: Clean, after_set_s: float
) -> None:
    """Else a twentieth of a second before the muscle is its latency, and in it a fifth of its level."""
    session = with_fault(tmp_path, clean, "right", "test", "motion", after_set_s, 0.05)
    check_void_and_alone(session, clean("right", "test"), ("motion",))


@pytest.mark.parametrize("after_set_s", [0.0, 2.5, 5.45])
@pytest.mark.parametrize(("fault", "side", "spoilt"), OTHER_LEG)
def test_a_fault_in_the_other_leg_costs_its_own_columns_alone(
    tmp_path: Path, clean: Clean, fault: str, side: str, spoilt: str, after_set_s: float
) -> None:
    """Else a hold is lost for a muscle that it does not need, or that muscle has a number of a wire."""
    usual = clean(side, "test")
    session = with_fault(tmp_path, clean, side, "test", fault, after_set_s)
    first, second = session.holds
    assert (first["valid"], first["outcome"]) == ("true", "success")
    if after_set_s < 5.0:
        assert first[spoilt] == "", "no reading, and not the reading of a wire"
    elif first[spoilt]:
        assert float(first[spoilt]) == pytest.approx(float(usual.holds[0][spoilt]), rel=0.03)
    lost = (spoilt, "ratio_diagonal") if spoilt.startswith("opposite_ham") else (spoilt,)
    assert len({first[column] == "" for column in lost}) == 1, "what is built on it goes with it"
    check_the_same(first, usual.holds[0], but=lost)
    check_the_same(second, usual.holds[1])
    check_means(session, side)


@pytest.mark.parametrize("when", WHEN)
def test_lost_packets_cost_neither_the_hold_nor_its_numbers(tmp_path: Path, clean: Clean, when: str) -> None:
    """Else a radio at its limit ends every session; a twentieth of the samples says the same."""
    usual = clean("right", "test")
    session = with_fault(tmp_path, clean, "right", "test", "dropped-packets", WHEN[when])
    first, second = session.holds
    assert (first["valid"], first["outcome"]) == ("true", "success")
    assert int(first["lost_samples"]) > 10
    for column in ("glute_pct_mvc", "ham_pct_mvc", "opposite_ham_pct_mvc", "ratio_same_side"):
        assert float(first[column]) == pytest.approx(float(usual.holds[0][column]), rel=0.03), column
    check_against_truth(session, first)
    check_the_same(second, usual.holds[1])
    check_means(session, "right")
    assert "lost_samples" in session.summary["warnings"]


@pytest.mark.parametrize(("length_s", "void"), [(0.04, False), (0.096, False), (0.104, True), (0.5, True)])
def test_a_gap_up_to_a_tenth_of_a_second_is_borne_and_a_longer_one_is_not(
    tmp_path: Path, clean: Clean, length_s: float, void: bool
) -> None:
    """Else a hiccup of the radio repeats a hold, or a level is made of half a hold."""
    usual = clean("right", "test")
    session = with_fault(tmp_path, clean, "right", "test", "cable-pull", 2.5, length_s)
    if void:
        check_void_and_alone(session, usual, ("gap",))
    else:
        assert [row["outcome"] for row in session.holds] == ["success", "success"]
        assert int(session.holds[0]["lost_samples"]) == round(250 * length_s)
        level = float(usual.holds[0]["glute_pct_mvc"])
        assert float(session.holds[0]["glute_pct_mvc"]) == pytest.approx(level, rel=0.03)


def test_a_void_hold_is_in_no_number_of_the_summary(tmp_path: Path, calibration: Calibration) -> None:
    """Else one loose wire is in the left-right number for good, and nobody sees where it came from."""
    what = exercise(test=2, train=1, sides=("right", "left"))
    whole = run(tmp_path / "whole", what, calibration=calibration)
    second = whole.of("right")[1]
    fault = f"motion@{at(second, 2.0):.3f}+3"
    session = run(tmp_path / "faulty", what, fault, calibration=calibration)
    assert [row["outcome"] == "void" for row in session.holds].index(True) == 1
    assert len(session.holds) == len(whole.holds) + 1
    sets = [[row["outcome"] in COUNTED for row in session.holds if row["set"] == n] for n in "1234"]
    assert [sum(counts) for counts in sets] == [2, 1, 2, 1]
    for side in ("right", "left"):
        check_means(session, side)
    lsi = 100.0 * session.mean("glute_pct_mvc", "left") / session.mean("glute_pct_mvc", "right")
    assert session.summary["glute_lsi_pct"]["value"] == pytest.approx(lsi, abs=0.05)
    diagonal = session.mean("glute_pct_mvc", "right") / session.mean("ham_pct_mvc", "left")
    told = session.summary["diagonal"]["right_glute_left_ham"]["value"]
    assert told == pytest.approx(diagonal, abs=0.001)
