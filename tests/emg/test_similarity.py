"""How alike two muscles work: identities, a sum by hand, and no number for two channels of noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emg.blocks import FloatArray
from emg.similarity import SIMILARITY_FLOOR_PCT, falconer_winter_pct, rudolph

LEVELS = arrays(np.float64, 50, elements=st.floats(5.0, 200.0))
Index = Callable[[FloatArray, FloatArray], float | None]
INDICES = pytest.mark.parametrize("index", [falconer_winter_pct, rudolph])


@given(LEVELS)
def test_a_muscle_is_wholly_like_itself(level: FloatArray) -> None:
    """The identities by which both indices are known."""
    assert falconer_winter_pct(level, level) == pytest.approx(100.0)
    assert rudolph(level, level) == pytest.approx(2.0 * level.mean())


@given(LEVELS, LEVELS)
def test_both_indices_stay_in_their_range_and_know_no_order(a: FloatArray, b: FloatArray) -> None:
    """Glute against hamstring and hamstring against glute are one thing."""
    share, strength = falconer_winter_pct(a, b), rudolph(a, b)
    assert share is not None
    assert strength is not None
    assert 0.0 <= share <= 100.0 + 1e-9
    assert 0.0 <= strength <= 2.0 * float(np.minimum(a, b).max()) + 1e-9
    assert (share, strength) == (falconer_winter_pct(b, a), rudolph(b, a))


def test_the_sums_are_those_of_the_papers() -> None:
    """Three ticks by hand; a matrix division in place of one by one is a known slip here."""
    a, b = np.array([10.0, 40.0, 30.0]), np.array([20.0, 10.0, 30.0])
    assert falconer_winter_pct(a, b) == pytest.approx(100.0 * 2.0 * (10 + 10 + 30) / (30 + 50 + 60))
    assert rudolph(a, b) == pytest.approx((0.5 * 30.0 + 0.25 * 50.0 + 1.0 * 60.0) / 3.0)


def test_only_the_strength_tells_them_apart() -> None:
    """Falconer and Winter's is about the shape; Rudolph's grows with the effort."""
    a, b = np.array([10.0, 40.0, 30.0]), np.array([20.0, 10.0, 30.0])
    share, strength = falconer_winter_pct(a, b), rudolph(a, b)
    assert share is not None
    assert strength is not None
    assert falconer_winter_pct(2.0 * a, 2.0 * b) == pytest.approx(share)
    assert rudolph(2.0 * a, 2.0 * b) == pytest.approx(2.0 * strength)


def test_muscles_that_take_turns_are_not_alike() -> None:
    """0 / 0 at a tick at which both rest is nothing in common, and not NaN for the whole hold."""
    a, b = np.array([40.0, 0.0, 0.0, 40.0]), np.array([0.0, 40.0, 0.0, 0.0])
    assert falconer_winter_pct(a, b) == 0.0
    assert rudolph(a, b) == 0.0


@INDICES
@pytest.mark.parametrize(("level", "reads"), [(SIMILARITY_FLOOR_PCT, True), (4.99, False), (0.0, False)])
def test_below_the_floor_there_is_no_similarity(index: Index, level: float, reads: bool) -> None:
    """Two resting muscles would read 100 % alike."""
    strong, weak = np.full(10, 50.0), np.full(10, level)
    assert (index(strong, weak) is not None) is reads
    assert (index(weak, strong) is not None) is reads
    assert (index(weak, weak) is not None) is reads


@INDICES
@pytest.mark.parametrize(("n_lost", "reads"), [(0, True), (20, True), (21, False), (100, False)])
def test_lost_ticks_are_left_out_of_both_muscles(index: Index, n_lost: int, reads: bool) -> None:
    """A gap in one channel is no rest in it, and most of a hold is not a hold."""
    rng = np.random.default_rng(1)
    a, b = rng.uniform(10.0, 60.0, (2, 100))
    expected = index(a[n_lost:], b[n_lost:]) if reads else None
    a[: n_lost // 2] = np.nan
    b[n_lost // 2 : n_lost] = np.nan
    assert index(a, b) == (pytest.approx(expected) if reads else None)


@INDICES
def test_no_ticks_are_no_reading(index: Index) -> None:
    """A hold that was void leaves an empty span."""
    assert index(np.empty(0), np.empty(0)) is None


@INDICES
def test_what_cannot_be_compared_is_refused(index: Index) -> None:
    """A filtered signal in place of an envelope gives a number, and it means nothing."""
    level = np.full(10, 50.0)
    with pytest.raises(ValueError, match="same ticks"):
        index(level, level[:9])
    with pytest.raises(ValueError, match="envelopes"):
        index(level, np.where(np.arange(10) == 3, -1.0, 50.0))
