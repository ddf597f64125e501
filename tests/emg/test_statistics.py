from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emg.statistics import NEVER, Comparison, Group, compare, geometric_mean_sd, mean_sd, median_iqr

levels = st.lists(st.floats(1.0, 200.0), min_size=2, max_size=8).map(tuple)
errors = st.floats(0.0, 40.0)


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


@given(st.lists(st.floats(-5.0, 30.0), min_size=1, max_size=12))
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
        ([-0.5], -0.5, 0.0),
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


@given(levels, levels, errors, errors)
def test_swapping_the_sides_inverts_value_and_interval(
    left: tuple[float, ...], right: tuple[float, ...], left_cv: float, right_cv: float
) -> None:
    """Else the index favours one side."""
    there = compare(Group(left, left_cv), Group(right, right_cv))
    back = compare(Group(right, right_cv), Group(left, left_cv))
    for one, other in ((there.value, back.value), (there.low, back.high), (there.high, back.low)):
        assert one is not None
        assert other is not None
        assert one == pytest.approx(1.0 / other, rel=1e-9)


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


@given(levels, levels, errors)
def test_an_uncertain_maximum_widens_the_interval_and_never_moves_the_value(
    left: tuple[float, ...], right: tuple[float, ...], cv: float
) -> None:
    """Else a poor calibration is compared as surely as a good one."""
    sharp, wide = (compare(Group(left, e), Group(right, e), 100.0) for e in (cv, cv + 20.0))
    assume(sharp.low is not None and wide.low is not None)
    assert sharp.value == wide.value
    assert wide.low is not None
    assert wide.value is not None
    assert wide.high is not None
    assert wide.low < wide.value < wide.high


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


@pytest.mark.parametrize("other", [(), (0.0, 0.0)])
def test_what_cannot_be_compared_is_empty(other: tuple[float, ...]) -> None:
    """Else a missing side reads as an infinite difference."""
    assert compare(Group((40.0, 41.0), 10.0), Group(other, 10.0)) == Comparison()
    assert compare(Group(other, 10.0), Group((40.0, 41.0), 10.0)) == Comparison()


def test_one_hold_has_a_value_and_no_interval() -> None:
    """Else a single hold claims to know its own scatter."""
    assert compare(Group((40.0,), 10.0), Group((20.0, 21.0), 10.0)) == Comparison(40.0 / 20.5)


@pytest.mark.parametrize(("n_holds", "least_pct"), [(3, 93.0), (5, 93.0)])
def test_the_interval_covers_the_truth_as_often_as_it_says(n_holds: int, least_pct: float) -> None:
    """Else symmetric athletes are told that they are not: scatter alone covers 68 %."""
    rng = np.random.default_rng(5)
    sigma = math.sqrt(math.log1p(0.1**2))
    covered = 0
    for _ in range(2000):
        maxima = np.exp(sigma * rng.standard_normal(2))
        pct = 40.0 * np.exp(sigma * rng.standard_normal((2, n_holds))) * maxima[:, None]
        found = compare(Group(tuple(pct[0]), 10.0), Group(tuple(pct[1]), 10.0))
        covered += bool(found.inside_scatter)
    assert least_pct <= covered / 20.0 <= 98.0
