"""What a maximum may hide: sides that differ, and pain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrations.doubts import doubts_of
from calibrations.draft import Draft
from calibrations.efforts import reference_from
from emg.activation import SiteReference
from emg.montage import FOUR_SITES
from emg.results import Doubt, Method
from tests.calibrations.pushing import ALL_OUT, go, mvc


@pytest.mark.parametrize(("lower_uv", "doubted"), [(61.0, False), (60.0, False), (59.0, True), (20.0, True)])
def test_only_the_lower_side_of_a_pair_that_differs_is_doubted(lower_uv: float, doubted: bool) -> None:
    """Else an inhibited glute ends as "symmetric", or the sound side is doubted with it."""
    maxima_uv = {"glute_left": 100.0, "glute_right": lower_uv, "ham_left": 100.0, "ham_right": 95.0}
    found = doubts_of(maxima_uv, {})
    expected = {**dict.fromkeys(maxima_uv, ()), "glute_right": (Doubt.SIDES_DIFFER,) if doubted else ()}
    assert found == expected


def test_the_limit_is_a_setting() -> None:
    """Else a clinic that trusts its electrodes less, or more, cannot say so."""
    maxima_uv = {"ham_left": 100.0, "ham_right": 75.0}
    assert doubts_of(maxima_uv, {}, max_side_difference_pct=20.0)["ham_right"] == (Doubt.SIDES_DIFFER,)
    assert doubts_of(maxima_uv, {}, max_side_difference_pct=30.0)["ham_right"] == ()


@pytest.mark.parametrize(("pain", "doubted"), [(None, False), (0, False), (2, False), (3, True), (10, True)])
def test_a_maximum_that_hurt_is_doubted(pain: int | None, doubted: bool) -> None:
    """Else a hamstring held back by pain ends as a loud hamstring."""
    found = doubts_of({"ham_left": 100.0}, {"ham_left": pain})
    assert found["ham_left"] == ((Doubt.PAINFUL,) if doubted else ())


def test_muscles_are_compared_with_themselves_only() -> None:
    """Else a glute is doubted because a hamstring gives more microvolts."""
    assert set(doubts_of({"glute_left": 20.0, "ham_right": 200.0}, {}).values()) == {()}
    found = doubts_of({"glute_med_left": 20.0, "glute_right": 200.0}, {})
    assert set(found.values()) == {()}


@given(st.floats(1.0, 1e4), st.floats(1.0, 1e4), st.floats(0.01, 100.0))
def test_sides_and_units_are_alike(left_uv: float, right_uv: float, scale: float) -> None:
    """Else which leg is doubted depends on its name, or on the gain of the board."""
    found = doubts_of({"ham_left": left_uv, "ham_right": right_uv}, {})
    mirrored = doubts_of({"ham_left": right_uv, "ham_right": left_uv}, {})
    assert (found["ham_left"], found["ham_right"]) == (mirrored["ham_right"], mirrored["ham_left"])
    assert not (found["ham_left"] and found["ham_right"])
    if abs(min(left_uv, right_uv) / max(left_uv, right_uv) - 0.6) > 1e-9:
        assert found == doubts_of({"ham_left": scale * left_uv, "ham_right": scale * right_uv}, {})


def test_an_inhibited_glute_is_doubted_in_the_reference_that_comes_into_force() -> None:
    """Else every ratio built on 40 % of a maximum looks like strength."""
    told = go(stage := mvc(), {**ALL_OUT, "glute_right": 40.0})
    reference = stage._draft.reference
    assert reference is not None
    assert {site: found.doubts for site, found in reference.sites.items()} == {
        **dict.fromkeys(FOUR_SITES.names, ()),
        "glute_right": (Doubt.SIDES_DIFFER,),
    }
    sites = told.events[-1].detail["sites"]
    assert isinstance(sites, dict)
    assert sites["glute_right"]["doubts"] == ["sides_differ"]
    assert {found.method for found in reference.sites.values()} == {Method.QUICK}


def test_a_bridge_is_not_compared_with_a_maximum() -> None:
    """Else every hamstring that makes a bridge is called inhibited beside its sound neighbour."""
    draft = Draft(
        maxima={
            "ham_left": SiteReference(2.0, 20.0, Method.SUBMAX),
            "ham_right": SiteReference(2.0, 150.0, Method.QUICK),
        }
    )
    assert {found.doubts for found in reference_from(draft, 40.0).sites.values()} == {()}


def test_a_healthy_pair_is_not_doubted() -> None:
    """Else everybody's ratios carry a warning, and nobody reads it any more."""
    go(stage := mvc(), {**ALL_OUT, "glute_right": 85.0})
    assert stage._draft.reference is not None
    assert {found.doubts for found in stage._draft.reference.sites.values()} == {()}
