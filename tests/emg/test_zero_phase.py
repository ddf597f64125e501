"""Filtering forwards and backwards: SciPy's own numbers, in bounded memory, and no shift in time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from emg.blocks import FloatArray
from emg.filters import FilterSettings, ZeroPhaseFilter
from emg.montage import FOUR_SITES
from emg.pipeline import ChainSettings, Pipeline
from tests.emg.signals import REFERENCE, block, blocks, fields_of, joined, muscles_uv, stream

RATES = pytest.mark.parametrize("fs_hz", [200.0, 250.0, 1000.0, 2000.0])


def _filtered(settings: FilterSettings, fs_hz: float, data_uv: FloatArray, cuts: list[int]) -> FloatArray:
    chain = ZeroPhaseFilter(settings, fs_hz)
    edges = sorted({0, len(data_uv), *cuts})
    parts = [chain(data_uv[start:stop]) for start, stop in pairwise(edges)]
    rest = chain.restart()
    assert rest is not None
    return np.concatenate((*parts, rest))


@pytest.mark.parametrize("notch_hz", [None, 50.0])
@pytest.mark.parametrize("n", [60, 400, 5001, 40_000])
@RATES
def test_it_gives_what_scipy_gives_for_the_whole_recording(
    fs_hz: float, n: int, notch_hz: float | None
) -> None:
    """A reader repeats an analysis with sosfiltfilt: the microvolts must be those of the report."""
    settings_ = FilterSettings.for_rate(fs_hz, notch_hz)
    data_uv = 5000.0 + np.random.default_rng(1).normal(0.0, 40.0, (n, 2))
    sections = settings_.sections(fs_hz)
    pad = 3 * (2 * len(sections) + 1 - min((sections[:, 2] == 0).sum(), (sections[:, 5] == 0).sum()))
    expected = signal.sosfiltfilt(sections, data_uv, axis=0, padlen=min(pad, n - 1))
    found = _filtered(settings_, fs_hz, data_uv, [n // 3, n // 2])
    assert np.abs(found - expected).max() < 1e-9


@given(cuts=st.lists(st.integers(0, 6000), max_size=12))
@settings(max_examples=30)
def test_any_cut_gives_the_same_to_the_last_bit(cuts: list[int]) -> None:
    """The blocks of a reader are its own business; two readers of one file must agree."""
    data_uv = np.random.default_rng(2).normal(900.0, 40.0, (6000, 2))
    chosen = FilterSettings.for_rate(250.0)
    whole = _filtered(chosen, 250.0, data_uv, [])
    assert _filtered(chosen, 250.0, data_uv, cuts).tobytes() == whole.tobytes()


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_handful_of_samples_is_no_reason_to_fail(n: int) -> None:
    """Between two gaps there may be three samples."""
    found = _filtered(FilterSettings.for_rate(250.0), 250.0, np.full((n, 2), 70_000.0), [])
    assert found.shape == (n, 2)
    assert np.abs(found).max() < 1e-3


def test_nothing_held_back_is_nothing() -> None:
    """The end of an empty recording is no error."""
    chain = ZeroPhaseFilter(FilterSettings.for_rate(250.0), 250.0)
    assert chain.restart() is None
    assert chain(np.empty((0, 3))).shape == (0, 3)


def _chain(fs_hz: float, *, zero_phase: bool = True) -> Pipeline:
    chain_settings = ChainSettings(FilterSettings.for_rate(fs_hz), zero_phase=zero_phase)
    return Pipeline(stream(fs_hz), FOUR_SITES, chain_settings, REFERENCE)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_the_chain_gives_every_tick_once_in_order_whatever_the_cut_and_the_gaps(data: st.DataObject) -> None:
    """The rows held back for the pass backwards must come out beside their own raw samples and verdicts."""
    fs_hz = 250.0
    data_uv = muscles_uv(fs_hz, 8.0, seed=5)
    n = len(data_uv)
    lost = ((300, 309), (700, 840)) if data.draw(st.booleans()) else ()
    cuts = data.draw(st.lists(st.integers(0, n), max_size=10))
    found = []
    for some in ((), cuts):
        chain = _chain(fs_hz)
        parts = [chain(part) for part in blocks(data_uv, fs_hz, some, lost)]
        found.append(joined([*parts, chain.finish()]))
    whole, cut = found
    assert np.array_equal(whole.samples, np.arange(0, n, whole.spacing))
    assert fields_of(cut) == fields_of(whole)
    inside = np.zeros(n, dtype=np.bool_)
    for start, stop in lost:
        inside[start:stop] = True
    assert np.array_equal(np.isnan(whole.sample_uv[:, 0]), inside)
    assert int(whole.lost.sum()) == int(inside.sum())


def test_a_burst_begins_where_it_begins() -> None:
    """The causal filter delays what it passes; offline nothing is late and nothing is corrected."""
    fs_hz = 250.0
    impulse = np.zeros((1000, 4))
    impulse[500] = 1000.0
    causal, zero = (_chain(fs_hz, zero_phase=zero_phase) for zero_phase in (False, True))
    settings_ = [chain.settings for chain in (causal, zero)]
    assert settings_[0].delay_s(stream(fs_hz)) == pytest.approx(0.0049, abs=0.001)
    assert settings_[1].delay_s(stream(fs_hz)) == 0.0
    levels = joined([zero(block(impulse)), zero.finish()])
    power = np.square(levels.sample_uv[:, 0])
    centre = float(np.sum(power * levels.samples) / np.sum(power))
    assert centre == pytest.approx(500.0, abs=0.01)


def test_the_causal_chain_holds_nothing_back() -> None:
    """Live there is no later: what has come is shown."""
    chain = _chain(250.0, zero_phase=False)
    assert len(chain(block(np.zeros((100, 4))))) == 100
    assert len(chain.finish()) == 0
