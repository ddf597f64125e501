from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emg.statistics import (
    NEVER,
    Comparison,
    Estimate,
    Group,
    compare,
    estimate,
    geometric_mean_sd,
    mean_sd,
    median_iqr,
)

levels = st.lists(st.floats(1.0, 200.0), min_size=2, max_size=8).map(tuple)
errors = st.floats(0.0, 40.0)
anything = st.lists(st.just(0.0) | st.floats(1e-3, 300.0), max_size=5).map(tuple)


def ends(found: Comparison | Estimate) -> tuple[float, float, float]:
    """Low end, value and high end, all of which must be there."""
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    return found.low, found.value, found.high


def test_means_have_their_textbook_values() -> None:
    """Else every number of the summary is off."""
    assert mean_sd([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).mean == 5.0
    assert mean_sd([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).sd == pytest.approx(math.sqrt(32 / 7))
    assert (mean_sd([3.0]).mean, mean_sd([3.0]).sd) == (3.0, None)
    assert (mean_sd([]).mean, mean_sd([]).sd) == (None, None)


def test_a_ratio_and_its_inverse_average_to_one() -> None:
    """Else a single hold at 4:1 outweighs one at 1:4."""
    found = geometric_mean_sd([0.25, 4.0])
    assert found.mean == pytest.approx(1.0)
    assert found.sd == pytest.approx(math.exp(math.log(4.0) * math.sqrt(2.0)))
    assert (geometric_mean_sd([]).mean, geometric_mean_sd([]).sd) == (None, None)


@given(st.lists(st.floats(-5.0, 30.0), min_size=2, max_size=12))
def test_median_and_quartiles_are_those_of_numpy(values: list[float]) -> None:
    """Else our median latency is nobody else's."""
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
    found = median_iqr(values)
    assert found.median == pytest.approx(median, abs=1e-12)
    assert found.iqr == pytest.approx(high - low, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "median", "iqr"),
    [
        ([0.3, NEVER, 0.1], 0.3, None),
        ([0.1, 0.2, 0.3, 0.4, NEVER], 0.3, pytest.approx(0.2)),
        ([0.1, NEVER], None, None),
        ([0.1, NEVER, NEVER], None, None),
        ([NEVER], None, None),
        ([], None, None),
        ([-0.5], -0.5, None),  # a range of 0.00 would look like certainty
    ],
)
def test_a_muscle_that_never_fired_is_later_than_all_others(
    values: list[float], median: float | None, iqr: float | None
) -> None:
    """Else leaving out the holds in which it failed makes it look fast."""
    found = median_iqr(values)
    assert found.median == median
    assert found.iqr == iqr


def test_the_interval_has_its_hand_computed_value() -> None:
    """Else an interval is a number nobody can check: t(4) = 2.776445 for two groups alike."""
    group = Group((36.0, 40.0, 44.0), mvc_cv_pct=0.0)
    reach = math.exp(2.776445 * math.sqrt(2 * math.log(1 + 0.01 / 3)))
    found = compare(group, group, scale=100.0)
    assert found.value == 100.0
    assert found.low == pytest.approx(100.0 / reach, rel=1e-6)
    assert found.high == pytest.approx(100.0 * reach, rel=1e-6)
    assert found.inside_scatter is True


def test_with_no_scatter_the_error_of_the_maxima_alone_makes_the_interval() -> None:
    """Else three identical holds claim a certainty that no maximum has: z = 1.959964."""
    group = Group((40.0, 40.0, 40.0), mvc_cv_pct=10.0)
    reach = math.exp(1.959964 * math.sqrt(2 * math.log(1.01)))
    assert compare(group, group).high == pytest.approx(reach, rel=1e-6)
    assert estimate(group).high == pytest.approx(
        40.0 * math.exp(1.959964 * math.sqrt(math.log(1.01))), rel=1e-6
    )


def test_the_interval_of_one_muscle_has_its_hand_computed_value() -> None:
    """Else an interval is a number nobody can check: t(2) = 4.302653 for three holds."""
    reach = math.exp(math.sqrt(4.302653**2 * math.log(1 + 0.01 / 3) + 1.959964**2 * math.log(1 + 0.2**2)))
    found = estimate(Group((36.0, 40.0, 44.0), mvc_cv_pct=20.0))
    assert ends(found) == pytest.approx((40.0 / reach, 40.0, 40.0 * reach), rel=1e-6)
    assert found.sd == pytest.approx(4.0)
    assert (found.n, found.reason) == (3, "")


def test_scatter_and_error_of_unequal_groups_add_in_squares() -> None:
    """Else a side with two holds is taken for as sure as one with four."""
    over, under = Group((18.0, 20.0, 20.0, 22.0), 5.0), Group((9.0, 11.0), 15.0)
    pooled = (3 * (8.0 / 3.0) / 20.0**2 + 2.0 / 10.0**2) / 4
    scatter = math.log(1 + pooled / 4) + math.log(1 + pooled / 2)
    maxima = math.log(1 + 0.05**2) + math.log(1 + 0.15**2)
    reach = math.exp(math.sqrt(2.776445**2 * scatter + 1.959964**2 * maxima))
    found = compare(over, under)
    assert ends(found) == pytest.approx((2.0 / reach, 2.0, 2.0 * reach), rel=1e-6)
    assert found.n == (4, 2)
    assert found.spread_pct == pytest.approx(
        (100.0 * math.sqrt(8.0 / 3.0) / 20.0, 100.0 * math.sqrt(2.0) / 10.0)
    )


@given(levels, levels, errors, errors)
def test_swapping_the_sides_inverts_value_and_interval(
    left: tuple[float, ...], right: tuple[float, ...], left_cv: float, right_cv: float
) -> None:
    """Else the index favours one side."""
    there = compare(Group(left, left_cv), Group(right, right_cv))
    back = compare(Group(right, right_cv), Group(left, left_cv))
    assert ends(there) == pytest.approx([1.0 / end for end in reversed(ends(back))], rel=1e-9)
    assert there.n == (len(left), len(right))
    assert there.n[::-1] == back.n
    assert there.spread_pct[::-1] == back.spread_pct


@given(levels, levels, errors, st.floats(0.01, 100.0))
def test_a_scale_stretches_value_and_interval_and_moves_no_difference_with_them(
    left: tuple[float, ...], right: tuple[float, ...], cv: float, scale: float
) -> None:
    """Else a symmetric athlete is so as a fraction and not so in percent."""
    plain = compare(Group(left, cv), Group(right, cv))
    scaled = compare(Group(left, cv), Group(right, cv), scale)
    assert ends(scaled) == pytest.approx([scale * end for end in ends(plain)], rel=1e-9)
    assume(not any(end == pytest.approx(1.0, rel=1e-9) for end in ends(plain)))
    assert scaled.inside_scatter is plain.inside_scatter is (ends(plain)[0] <= 1.0 <= ends(plain)[2])


@given(levels, levels, errors, st.floats(0.01, 100.0))
def test_a_factor_on_both_sides_changes_nothing(
    left: tuple[float, ...], right: tuple[float, ...], cv: float, factor: float
) -> None:
    """Else the index depends on the gain of the amplifier."""
    plain = compare(Group(left, cv), Group(right, cv))
    scaled = compare(Group(tuple(factor * x for x in left), cv), Group(tuple(factor * x for x in right), cv))
    assert plain.value is not None
    assert plain.low is not None
    assert scaled.value == pytest.approx(plain.value)
    assert scaled.low == pytest.approx(plain.low)


@given(levels, levels, errors, errors, st.floats(0.0, 160.0))
def test_more_error_of_a_maximum_never_narrows_an_interval_nor_moves_a_value(
    left: tuple[float, ...], right: tuple[float, ...], left_cv: float, right_cv: float, more: float
) -> None:
    """Else who calibrates badly is told of differences that who calibrates well is not."""
    sharp = compare(Group(left, left_cv), Group(right, right_cv))
    for wide in (
        compare(Group(left, left_cv + more), Group(right, right_cv)),
        compare(Group(left, left_cv), Group(right, right_cv + more)),
    ):
        assert wide.value == sharp.value
        assert ends(wide)[0] <= ends(sharp)[0] * (1.0 + 1e-12)
        assert ends(wide)[2] >= ends(sharp)[2] * (1.0 - 1e-12)
    alone = [ends(estimate(Group(left, cv))) for cv in (left_cv, left_cv + more)]
    assert alone[0][1] == alone[1][1]
    assert alone[1][0] <= alone[0][0] * (1.0 + 1e-12)
    assert alone[1][2] >= alone[0][2] * (1.0 - 1e-12)


@given(st.floats(1.0, 90.0), st.floats(0.0, 0.9), st.floats(0.0, 1.0), errors)
def test_more_scatter_of_the_holds_never_narrows_an_interval(
    level: float, scatter: float, more: float, cv: float
) -> None:
    """Else an athlete who wavers is the surer for it."""
    wider = scatter + more * (0.9 - scatter)
    sharp, wide = (
        Group((level * (1.0 - share), level, level * (1.0 + share)), cv) for share in (scatter, wider)
    )
    steady = Group((20.0, 21.0, 22.0), cv)
    assert ends(estimate(wide))[2] >= ends(estimate(sharp))[2] * (1.0 - 1e-9)
    assert ends(compare(wide, steady))[2] >= ends(compare(sharp, steady))[2] * (1.0 - 1e-9)


def test_a_hold_in_which_nothing_worked_is_in_the_mean_and_widens_the_interval() -> None:
    """Else two good holds of five pass for what the muscle does, or one zero for all five."""
    failed = compare(Group((40.0, 40.0, 0.0), 10.0), Group((40.0, 41.0, 39.0), 10.0), 100.0)
    low, value, high = ends(failed)
    assert value == pytest.approx(100.0 * 2.0 / 3.0)
    assert low < 30.0
    assert high > 100.0
    assert failed.inside_scatter is True
    assert failed.spread_pct[0] == pytest.approx(100.0 * math.sqrt(0.75))


def test_an_index_is_never_folded() -> None:
    """Else nobody can tell which side is the weaker, and a symmetric athlete reads 95 %."""
    strong, weak = Group((50.0, 50.0), 10.0), Group((25.0, 25.0), 10.0)
    assert compare(strong, weak, scale=100.0).value == 200.0
    assert compare(weak, strong, scale=100.0).value == 50.0


@pytest.mark.parametrize("other", [41.0, 4.0])
def test_a_comparison_in_doubt_claims_neither_a_difference_nor_none(other: float) -> None:
    """Else a maximum that was held back decides what scatter cannot know."""
    plain = compare(Group((40.0, 41.0), 10.0), Group((other, other), 10.0))
    found = plain.doubting(["glute_right"])
    assert plain.inside_scatter is (other == 41.0)
    assert (found.inside_scatter, found.doubts) == (None, ("glute_right",))
    assert (found.value, found.low, found.high) == (plain.value, plain.low, plain.high)
    assert plain.doubting([]) == plain


@given(anything, anything, errors)
def test_a_number_is_there_or_a_reason_why_not(
    over: tuple[float, ...], under: tuple[float, ...], cv: float
) -> None:
    """Else a missing side reads as an infinite difference, or a cell is empty and nobody knows why."""
    found = compare(Group(over, cv, "glute_left"), Group(under, cv, "ham_right"))
    works = [bool(side) and sum(side) > 0.0 for side in (over, under)]
    several = [len(side) > 1 for side in (over, under)]
    assert (found.value is not None) is all(works)
    assert (found.reason == "") is (all(works) and all(several))
    for one in (found.low, found.high, found.inside_scatter):
        assert (one is not None) is (found.reason == "")
    assert found.n == (len(over), len(under))
    alone = estimate(Group(over, cv, "glute_left"))
    assert (alone.value is not None) is bool(over)
    assert (
        (alone.low is not None)
        is (alone.high is not None)
        is (alone.reason == "")
        is (works[0] and several[0])
    )
    for number in (found.value, found.low, found.high, alone.value, alone.low, alone.high):
        assert number is None or math.isfinite(number)


@pytest.mark.parametrize(
    ("over", "under", "reason"),
    [
        (Group((), 10.0, "glute_left"), Group((40.0, 41.0), 10.0, "glute_right"), "no_holds:left"),
        (Group((40.0, 41.0), 10.0, "glute_left"), Group((), 10.0, "ham_right"), "no_holds:right"),
        (Group((0.0, 0.0), 10.0, "glute_left"), Group((), 10.0, "ham_right"), "below_floor:glute_left"),
        (Group((), 10.0), Group((), 10.0), "no_holds"),
        (Group((40.0, 41.0), 10.0), Group((0.0,), 10.0), "below_floor"),
        (
            Group((40.0, 41.0), 10.0, "ham_left", "submax:ham_left"),
            Group((), 10.0, "ham_right"),
            "submax:ham_left",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(over: Group, under: Group, reason: str) -> None:
    """Else the person sees a dash, and tapes the electrodes anew for nothing."""
    found = compare(over, under)
    n, spread_pct = (len(over.pct), len(under.pct)), found.spread_pct
    assert found == Comparison(n=n, spread_pct=spread_pct, reason=reason)


def test_one_hold_has_a_value_and_no_interval() -> None:
    """Else a single hold claims to know its own scatter."""
    one, two = Group((40.0,), 10.0, "glute_left"), Group((20.0, 21.0), 10.0, "glute_right")
    there, back = compare(one, two), compare(two, one)
    assert (there.value, there.low, there.high, there.inside_scatter) == (40.0 / 20.5, None, None, None)
    assert there.reason == back.reason == "one_hold:left"
    assert (there.n, there.spread_pct[0]) == ((1, 2), None)
    assert there.spread_pct[1] == pytest.approx(100.0 * math.sqrt(0.5) / 20.5)
    assert estimate(one) == Estimate(40.0, n=1, reason="one_hold:left")


def test_a_level_that_may_not_be_told_is_not_told() -> None:
    """Else a percentage of a submaximal effort passes for one of a maximum."""
    barred = Group((40.0, 41.0), 10.0, "ham_left", "submax:ham_left")
    assert estimate(barred) == Estimate(n=2, reason="submax:ham_left")
    assert estimate(Group((), 10.0, "ham_left")) == Estimate(reason="no_holds:left")
    assert estimate(Group((0.0, 0.0), 10.0, "ham_left")) == Estimate(
        0.0, n=2, sd=0.0, reason="below_floor:ham_left"
    )


@pytest.mark.parametrize(("n_holds", "least_pct"), [(3, 93.0), (5, 93.0)])
def test_the_interval_covers_the_truth_as_often_as_it_says(n_holds: int, least_pct: float) -> None:
    """Else symmetric athletes are told that they are not: scatter alone covers 68 %."""
    rng = np.random.default_rng(5)
    sigma = math.sqrt(math.log1p(0.1**2))
    covered = alone = 0
    for _ in range(2000):
        maxima = np.exp(sigma * rng.standard_normal(2))
        pct = 40.0 * np.exp(sigma * rng.standard_normal((2, n_holds))) * maxima[:, None]
        found = compare(Group(tuple(pct[0]), 10.0), Group(tuple(pct[1]), 10.0))
        covered += bool(found.inside_scatter)
        low, _, high = ends(estimate(Group(tuple(pct[0]), 10.0)))
        alone += low <= 40.0 * math.exp(sigma**2 / 2.0) <= high
    assert least_pct <= covered / 20.0 <= 98.0
    assert least_pct <= alone / 20.0 <= 98.0
