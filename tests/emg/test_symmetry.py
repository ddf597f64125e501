"""Left against right: values that can be checked with a pencil, and no index without both sides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.symmetry import symmetry_angle_pct, symmetry_index_pct

LEVELS = st.floats(0.01, 1e4)


@pytest.mark.parametrize(
    ("left", "right", "index_pct", "angle_pct"),
    [
        (30.0, 60.0, 200.0 / 3.0, 20.4833),
        (100.0, 115.0, 13.9535, 4.4343),
        (40.0, 40.0, 0.0, 0.0),
        (0.0, 10.0, 200.0, 50.0),
        (10.0, 0.0, -200.0, -50.0),
    ],
)
def test_the_published_check_values_are_met(
    left: float, right: float, index_pct: float, angle_pct: float
) -> None:
    """A routine that divides by 45 instead of 90 degrees tells everyone twice their asymmetry."""
    assert symmetry_index_pct(left, right) == pytest.approx(index_pct, abs=1e-4)
    assert symmetry_angle_pct(left, right) == pytest.approx(angle_pct, abs=1e-4)


@given(LEVELS, LEVELS)
def test_swapping_the_sides_swaps_the_sign_and_nothing_else(left: float, right: float) -> None:
    """Else the sore side looks worse or better than it is by the order in which it was typed."""
    for index in (symmetry_index_pct, symmetry_angle_pct):
        there, back = index(left, right), index(right, left)
        assert there is not None
        assert back is not None
        assert there == pytest.approx(-back, abs=1e-9)
        assert math.copysign(1.0, there) == math.copysign(1.0, right - left) or abs(there) < 1e-9


@given(LEVELS, LEVELS, st.floats(1e-3, 1e3))
def test_an_index_has_no_unit(left: float, right: float, scale: float) -> None:
    """The same athlete in %MVC and in its hundredth part is as symmetric."""
    for index, limit in ((symmetry_index_pct, 200.0), (symmetry_angle_pct, 50.0)):
        found = index(scale * left, scale * right)
        assert found == pytest.approx(index(left, right), abs=1e-9)
        assert found is not None
        assert abs(found) <= limit + 1e-9


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (None, 10.0),
        (10.0, None),
        (None, None),
        (0.0, 0.0),
        (-1.0, 10.0),
        (10.0, -1.0),
        (math.nan, 10.0),
        (10.0, math.nan),
        (math.inf, 10.0),
    ],
)
def test_without_both_sides_there_is_no_index(left: float | None, right: float | None) -> None:
    """A missing side that reads 200 % asymmetric would be the finding of the day."""
    assert symmetry_index_pct(left, right) is None
    assert symmetry_angle_pct(left, right) is None
