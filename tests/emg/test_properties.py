"""What must hold for every signal: scale, sides, channels, time. Ticks in, numbers out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Activations, Reference, SiteReference
from emg.blocks import FloatArray
from emg.montage import FOUR_SITES, Montage
from emg.quality import MAINS_50, OK
from tests.emg.signals import REFERENCE, block, blocks, muscles_uv, pipeline, run

LEVELS = ("power_uv2", "rms_uv", "slow_uv", "short_uv")
WORKING = muscles_uv(250.0, 4.0, seed=11)
MIRROR = {"left": "right", "right": "left"}


def _scaled(reference: Reference, by: float) -> Reference:
    return Reference(
        {name: SiteReference(by * s.rest_uv, by * s.mvc_uv, s.method) for name, s in reference.sites.items()}
    )


def _levels(data_uv: FloatArray, reference: Reference = REFERENCE) -> Activations:
    return run(pipeline(reference=reference), [block(data_uv)])


@given(exponent=st.integers(-3, 3))
def test_twice_the_input_is_twice_the_microvolts_and_the_same_percentages(exponent: int) -> None:
    """A gain that is known must cancel: two boards at 12 and 24 show one athlete."""
    by = 2.0**exponent
    one, other = _levels(WORKING), _levels(by * WORKING, _scaled(REFERENCE, by))
    for name in LEVELS:
        power = 2 if name == "power_uv2" else 1
        assert np.array_equal(getattr(other, name), by**power * getattr(one, name), equal_nan=True)
    known = ~np.isnan(one.pct_mvc)
    assert np.array_equal(known, ~np.isnan(other.pct_mvc))
    assert other.pct_mvc[known] == pytest.approx(one.pct_mvc[known], rel=1e-12)
    for name, values in one.ratios.items():
        assert other.ratios[name] == pytest.approx(values, rel=1e-12, nan_ok=True)


@given(by=st.floats(0.013, 70.0))
@settings(max_examples=20)
def test_any_gain_changes_the_microvolts_and_not_the_percentages(by: float) -> None:
    """The same, for gains that are no power of two: to rounding."""
    one, other = _levels(WORKING), _levels(by * WORKING, _scaled(REFERENCE, by))
    for name, power in (("power_uv2", 2), ("rms_uv", 1), ("slow_uv", 1), ("short_uv", 1)):
        # a filter's rounding of an offset of millivolts lies below a nanovolt
        expected = by**power * getattr(one, name)
        assert getattr(other, name) == pytest.approx(expected, rel=1e-6, abs=1e-8, nan_ok=True)
    assert other.pct_mvc == pytest.approx(one.pct_mvc, rel=1e-6, abs=1e-6, nan_ok=True)


def test_left_and_right_exchanged_are_the_same_numbers_exchanged() -> None:
    """A chain that favours a side would make the very finding that people look for."""
    swapped = Montage.of({"glute_right": 1, "ham_right": 2, "glute_left": 3, "ham_left": 4})
    mirrored = Reference(
        {f"{n.rsplit('_', 1)[0]}_{MIRROR[n.rsplit('_', 1)[1]]}": s for n, s in REFERENCE.sites.items()}
    )
    one = _levels(WORKING)
    other = run(pipeline(reference=mirrored, montage=swapped), [block(WORKING)])
    assert other.pct_mvc.tobytes() == one.pct_mvc.tobytes()
    for name, mirror in (("left", "right"), ("left_glute_right_ham", "right_glute_left_ham")):
        assert other.ratios[mirror].tobytes() == one.ratios[name].tobytes()
        assert other.ratios[name].tobytes() == one.ratios[mirror].tobytes()


@given(order=st.permutations(range(4)))
@settings(max_examples=24)
def test_the_order_of_the_sites_is_a_matter_of_taste(order: list[int]) -> None:
    """--sites may be written in any order."""
    montage = Montage(tuple(FOUR_SITES.channels[place] for place in order))
    one, other = _levels(WORKING), run(pipeline(reference=REFERENCE, montage=montage), [block(WORKING)])
    for name in (*LEVELS, "pct_mvc", "slow_pct", "verdicts", "sample_uv"):
        assert np.array_equal(getattr(other, name), getattr(one, name)[:, order], equal_nan=True)
    for name, values in one.ratios.items():
        assert other.ratios[name].tobytes() == values.tobytes()


@given(shift=st.integers(0, 700))
@settings(max_examples=20)
def test_a_later_start_changes_the_time_and_nothing_else(shift: int) -> None:
    """Samples lost before the first one move the clock; the muscle does not know."""
    one = run(pipeline(reference=REFERENCE), [block(WORKING)])
    other = run(pipeline(reference=REFERENCE), [block(WORKING, shift)]).cut(shift)
    assert np.array_equal(other.samples - shift, one.samples)
    for name in LEVELS:
        # the running sums begin anew on the grid of the clock: equal to their rounding
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9, abs=1e-9, nan_ok=True)


@given(start=st.integers(100, 400), length=st.integers(1, 200), seed=st.integers(0, 3))
@settings(max_examples=30)
def test_what_lies_a_window_behind_a_gap_is_as_if_there_had_been_none(
    start: int, length: int, seed: int
) -> None:
    """A lost packet must be forgotten when its window is over."""
    data_uv = muscles_uv(250.0, 6.0, seed=seed)
    whole = _levels(data_uv)
    holed = run(pipeline(reference=REFERENCE), blocks(data_uv, 250.0, lost=((start, start + length),)))
    later = whole.samples > start + length + 2 * 250
    for name in ("rms_uv", "slow_uv", "short_uv"):
        assert getattr(holed, name)[later] == pytest.approx(getattr(whole, name)[later], rel=0.02)
    assert int(holed.lost.sum()) == length


@pytest.mark.parametrize("n_lost_a_second", [0, 2, 12])
def test_hum_is_heard_through_a_radio_that_loses_packets(n_lost_a_second: int) -> None:
    """One lost packet a second is a usual day: a warning that needs three whole seconds never came."""
    n = 250 * 8
    hum = 40.0 * np.sin(2.0 * np.pi * 50.0 * np.arange(n) / 250.0)[:, None]
    data_uv = hum + np.random.default_rng(4).normal(0.0, 3.0, (n, 4))
    lost = tuple((at, at + n_lost_a_second) for at in range(100, n, 250)) if n_lost_a_second else ()
    levels = run(pipeline(), blocks(data_uv, 250.0, lost=lost))
    assert np.all(levels.verdicts[-1] == MAINS_50)
    quiet = run(pipeline(), blocks(data_uv - hum, 250.0, lost=lost))
    assert np.all(quiet.verdicts[-1] == OK)
