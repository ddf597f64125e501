"""What crosses from a board: counts that lose nothing, cuts that keep the clock, holes that are loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from emg.blocks import DIGITAL_MAX_24BIT, FloatArray, SampleBlock, Scale, as_recorded, split_finite
from tests.emg.signals import stream

GAINS = (1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 24.0)
SCALES = st.sampled_from([Scale(4.5e6 / gain) for gain in GAINS])


def _block(data_uv: FloatArray, first_sample: int = 0, *, gap_estimated: bool = False) -> SampleBlock:
    aux = np.arange(len(data_uv), dtype=np.float64)[:, None] + first_sample
    return SampleBlock(
        data_uv, first_sample, fs_hz=250.0, host_time_s=1.5, aux=aux, gap_estimated=gap_estimated
    )


@given(SCALES, hnp.arrays(np.int32, 20, elements=st.integers(-DIGITAL_MAX_24BIT, DIGITAL_MAX_24BIT)))
def test_every_count_of_the_converter_comes_back_as_itself(scale: Scale, counts: np.ndarray) -> None:
    """Else a recording read again is not what the board sent, and the analysis is not the live number."""
    assert np.array_equal(scale.encode(scale.decode(counts)), counts)


@given(SCALES, hnp.arrays(np.float64, 20, elements=st.floats(-1e7, 1e7)))
def test_a_value_is_rounded_to_the_nearest_step_and_clipped_to_full_scale(
    scale: Scale, physical: FloatArray
) -> None:
    """A wrapped value would turn an electrode that came off into a spike of the other sign."""
    back = scale.decode(scale.encode(physical))
    inside = np.clip(physical, -scale.full_scale, scale.full_scale)
    assert np.all(np.abs(back - inside) <= 0.5000001 * scale.step)


def test_one_step_of_a_cyton_at_gain_24_is_the_datasheet_s() -> None:
    """A wrong step scales every microvolt of every session."""
    assert Scale(4.5e6 / 24.0).step == pytest.approx(0.02235174, abs=1e-8)


def test_what_is_processed_is_what_the_file_gives_back() -> None:
    """Else the level on the screen and the level from raw.bdf differ in the last digits."""
    info = stream()
    data_uv = np.random.default_rng(1).normal(0.0, 50.0, (100, 4))
    once = as_recorded(_block(data_uv), info)
    assert not np.array_equal(once.data_uv, data_uv)
    assert np.array_equal(as_recorded(once, info).data_uv, once.data_uv)
    assert (once.first_sample, once.host_time_s) == (0, 1.5)
    assert once.data_uv.dtype == np.float64
    assert once.data_uv.flags.c_contiguous


@given(st.data())
def test_a_cut_keeps_the_clock_and_the_other_channels(data: st.DataObject) -> None:
    """A piece of a block that forgets where it began shifts everything after it."""
    whole = _block(np.arange(60.0).reshape(30, 2), first_sample=1000)
    start = data.draw(st.integers(0, 30))
    stop = data.draw(st.integers(start, 30))
    part = whole.cut(start, stop)
    assert (part.first_sample, part.end_sample, part.n_samples) == (1000 + start, 1000 + stop, stop - start)
    assert np.array_equal(part.data_uv, whole.data_uv[start:stop])
    assert np.array_equal(part.aux[:, 0], np.arange(1000 + start, 1000 + stop))


def test_a_block_without_other_channels_can_be_cut() -> None:
    """Boards without acceleration exist."""
    part = SampleBlock(np.ones((10, 1)), 0, 250.0, 0.0).cut(2, 5)
    assert part.n_samples == 3
    assert part.aux.size == 0


@given(
    hnp.arrays(np.bool_, st.tuples(st.integers(0, 25), st.just(3))),
    st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_what_is_not_finite_is_lost_data(bad: np.ndarray, value: float) -> None:
    """A NaN that gets into a filter stays there for good: the bar would be dead until the next start."""
    data_uv = np.arange(bad.size, dtype=np.float64).reshape(bad.shape)
    data_uv[bad] = value
    parts = list(split_finite(_block(data_uv, first_sample=7)))
    kept = [sample for part in parts for sample in range(part.first_sample, part.end_sample)]
    assert kept == list(7 + np.flatnonzero(~bad.any(axis=1)))
    for part in parts:
        rows = slice(part.first_sample - 7, part.end_sample - 7)
        assert np.array_equal(part.data_uv, data_uv[rows])
        assert np.array_equal(part.aux[:, 0], np.arange(part.first_sample, part.end_sample))


def test_only_the_jump_before_a_re_opened_block_is_estimated() -> None:
    """A sample that is not a number was counted by the board; its gap is not a guess from the clock."""
    data_uv = np.zeros((9, 2))
    data_uv[3:5, 1] = np.nan
    first, second = split_finite(_block(data_uv, gap_estimated=True))
    assert first.gap_estimated
    assert not second.gap_estimated
