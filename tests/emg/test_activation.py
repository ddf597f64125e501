"""What a level means: rest removed in power, %MVC, and the gates in front of every quotient."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.activation import (
    Reference,
    SiteReference,
    can_compare,
    glute_share_pct,
    limb_symmetry_index_pct,
    percent_mvc,
    ratio,
    reading,
    remove_rest,
)
from emg.results import Method
from tests.emg.signals import REFERENCE, muscles_uv, pipeline, run
from tests.emg.signals import blocks as cut_blocks

MICROVOLTS = st.floats(1e-3, 1e6)
PERCENT = st.floats(0.0, 1e4)


@pytest.mark.parametrize(
    ("rest_uv", "mvc_uv"),
    [(2.0, 2.0), (2.0, 1.0), (-0.1, 50.0), (math.nan, 50.0), (2.0, math.nan), (2.0, math.inf)],
)
def test_a_maximum_that_is_not_above_the_rest_is_refused(rest_uv: float, mvc_uv: float) -> None:
    """Every percentage of the session would be infinite, negative or nothing."""
    with pytest.raises(ValueError, match="maximum"):
        SiteReference(rest_uv, mvc_uv)


def test_independent_noise_is_removed_in_power() -> None:
    """Rest taken off in microvolts halves a weak glute: 5 µV over a rest of 3 is 4 µV of muscle, not 2."""
    assert remove_rest(5.0, 3.0) == 4.0
    assert remove_rest(3.0, 5.0) == 0.0
    assert SiteReference(3.0, 5.0).span_uv == 4.0


@given(rms_uv=MICROVOLTS, rest_uv=st.floats(0.0, 1e3), above_uv=MICROVOLTS)
def test_a_percentage_is_finite_never_negative_and_never_capped(
    rms_uv: float, rest_uv: float, above_uv: float
) -> None:
    """An athlete who beats the maximum must see it, and the maximum must read as 100."""
    site = SiteReference(rest_uv, rest_uv + above_uv)
    levels = np.array([[rms_uv], [site.mvc_uv], [site.rest_uv], [2.0 * site.mvc_uv]])
    pct = percent_mvc(levels, site.rest_uv, site.span_uv)[:, 0]
    assert np.all(np.isfinite(pct))
    assert np.all(pct >= 0.0)
    assert pct[1] == pytest.approx(100.0, rel=1e-12)
    assert pct[2] == 0.0
    assert pct[3] >= 200.0 - 1e-9


@given(st.floats(0.01, 100.0), MICROVOLTS)
def test_percentages_do_not_depend_on_the_unit(scale: float, rms_uv: float) -> None:
    """A board with another gain, or arbitrary units, must give the same percentages."""
    one, other = (
        percent_mvc(np.array([[rms_uv * k]]), 2.0 * k, SiteReference(2.0 * k, 90.0 * k).span_uv)
        for k in (1.0, scale)
    )
    # near the rest the difference of two squares keeps fewer digits
    assert other[0, 0] == pytest.approx(one[0, 0], rel=1e-9, abs=1e-4)


@pytest.mark.parametrize(
    ("pct", "rms_uv", "rest_uv", "passes"),
    [
        (5.0, 4.0, 2.0, True),
        (np.nextafter(5.0, 0.0), 4.0, 2.0, False),
        (5.0, np.nextafter(4.0, 0.0), 2.0, False),
        (80.0, 3.9, 2.0, False),
        (4.9, 400.0, 2.0, False),
        (5.0, 1e-9, 0.0, True),
        (math.nan, 40.0, 2.0, False),
        (50.0, math.nan, 2.0, False),
        (50.0, 40.0, math.nan, False),
    ],
)
def test_a_muscle_is_compared_only_at_5_percent_and_twice_its_rest(
    pct: float, rms_uv: float, rest_uv: float, passes: bool
) -> None:
    """A quotient of two noises is any number at all, and looks like a finding."""
    assert bool(can_compare(pct, rms_uv, rest_uv)) is passes


@given(st.none() | PERCENT, st.none() | PERCENT, st.booleans(), st.booleans())
def test_a_ratio_is_a_number_only_if_both_muscles_pass(
    over: float | None, under: float | None, over_passes: bool, under_passes: bool
) -> None:
    """One silent hamstring makes the best ratio of the session, if nobody stops it."""
    over_passes &= over is not None and over >= 5.0
    under_passes &= under is not None and under >= 5.0
    found = ratio(over, under, over_passes, under_passes)
    assert (found is not None) == (over_passes and under_passes)
    if found is not None and over is not None and under is not None:
        assert math.isfinite(found)
        assert found == over / under


@given(st.none() | PERCENT, st.none() | PERCENT)
def test_the_share_needs_one_muscle_at_10_percent_and_lies_within_0_to_100(
    glute: float | None, ham: float | None
) -> None:
    """At rest the share swings from 0 to 100 on noise alone."""
    share = glute_share_pct(glute, ham)
    if glute is None or ham is None or (glute < 10.0 and ham < 10.0):
        assert share is None
    else:
        assert share is not None
        assert 0.0 <= share <= 100.0
        other = glute_share_pct(ham, glute)
        assert other is not None
        assert share + other == pytest.approx(100.0)


def test_the_share_at_its_gate() -> None:
    """The gate is part of the definition: 10 counts, a hair below does not."""
    assert glute_share_pct(10.0, 0.0) == 100.0
    assert glute_share_pct(0.0, 10.0) == 0.0
    assert glute_share_pct(np.nextafter(10.0, 0.0), 9.0) is None
    assert glute_share_pct(30.0, 10.0) == 75.0


@pytest.mark.parametrize(
    ("left", "right", "index"),
    [
        (40.0, 50.0, 80.0),
        (50.0, 40.0, 125.0),
        (0.0, 50.0, 0.0),
        (50.0, 0.0, None),
        (0.0, 0.0, None),
        (None, 50.0, None),
        (50.0, None, None),
        (math.nan, 50.0, math.nan),
    ],
)
def test_symmetry_is_left_over_right_and_never_folded(
    left: float | None, right: float | None, index: float | None
) -> None:
    """Weaker over stronger reads 95 % for an athlete who is perfectly even, and hides the side."""
    found = limb_symmetry_index_pct(left, right)
    assert found == (index if index is None else pytest.approx(index, nan_ok=True))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan"), np.float32("inf")])
def test_what_is_not_a_number_is_none_at_every_boundary(value: float) -> None:
    """NaN in a JSON file is refused by most readers; in a CSV it becomes a word in a column of numbers."""
    assert reading(value) is None


def test_zero_is_a_reading() -> None:
    """A relaxed muscle has a level, and it is 0; that is not the same as no electrode."""
    assert reading(np.float64(0.0)) == 0.0
    assert type(reading(np.float64(1.5))) is float


def test_a_site_without_reference_has_no_percentages() -> None:
    """A percentage of nothing must not look like a percentage."""
    reference = Reference({"glute_left": SiteReference(2.0, 80.0)})
    sites = ("glute_left", "ham_left")
    assert np.isnan(reference.rest_uv(sites)).tolist() == [False, True]
    assert np.isnan(reference.span_uv(sites)).tolist() == [False, True]
    assert np.isnan(
        percent_mvc(np.full((3, 2), 40.0), reference.rest_uv(sites), reference.span_uv(sites))
    ).all(axis=0).tolist() == [False, True]


def test_submaximal_sites_are_known_by_their_method() -> None:
    """A submaximal level is not a maximum: nothing between muscles may be built on it."""
    reference = Reference(
        {
            "glute_left": SiteReference(2.0, 80.0, Method.SUBMAX),
            "ham_left": SiteReference(2.0, 80.0, Method.MVC),
        }
    )
    assert reference.submaximal(("glute_left", "ham_left", "calf_left")).tolist() == [True, False, False]


def test_a_reference_cannot_change_under_the_chain() -> None:
    """100 % that moves in the middle of a hold makes two halves that cannot be compared."""
    sites = {"glute_left": SiteReference(2.0, 80.0)}
    reference = Reference(sites)
    sites["glute_left"] = SiteReference(1.0, 10.0)
    assert reference.sites["glute_left"].mvc_uv == 80.0
    with pytest.raises(TypeError):
        reference.sites["glute_left"] = SiteReference(1.0, 10.0)  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        reference.sites = {}  # type: ignore[misc]


def test_a_part_of_activations_is_that_part_of_every_field() -> None:
    """A field that is forgotten in a cut shifts the ratio against the bars."""
    levels = run(pipeline(reference=REFERENCE), cut_blocks(muscles_uv(250.0, 2.0, seed=1), 250.0))
    levels = dataclasses.replace(levels, submaximal=frozenset({"ham_left"}))
    part = levels.cut(100, 300)
    assert len(part) == 200
    for name in levels.__dataclass_fields__:
        value = getattr(levels, name)
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(part, name), value[100:300], equal_nan=True), name
        elif name != "ratios":
            assert getattr(part, name) == value, name
    for name, values in levels.ratios.items():
        assert np.array_equal(part.ratios[name], values[100:300], equal_nan=True)
    assert len(levels.cut(450)) == 50
