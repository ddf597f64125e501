"""Arrays and columns through the live chain: one number in the notebook, on the screen and in the files."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from emg import (
    Burst,
    Chain,
    ChainSettings,
    FilterSettings,
    Pipeline,
    Reference,
    SiteReference,
    as_array,
    detect_bursts,
    filter_emg,
    latency_s,
    levels,
    peak_rms_uv,
    power_spectrum,
    reference_from,
    rms_envelope,
    rms_uv,
)
from emg.activation import Activations
from emg.blocks import FloatArray, split_finite
from emg.bursts import find_bursts, noise_baseline
from emg.maximum import best_of_effort_uv, maximum_of
from emg.montage import FOUR_SITES
from emg.onset import plateau_uv
from hardware.simulated_emg import BICEPS_FEMORIS, BoardNoise, random_for
from tests.emg.signals import REFERENCE, block, blocks, fields_of, joined, muscles_uv, stream
from validation.plain_best import best_uv

FOUR = FOUR_SITES.names
RECORDINGS_UV = {fs_hz: muscles_uv(fs_hz, 5.0, seed=21) for fs_hz in (250.0, 1000.0, 2000.0)}
ONE_UV = RECORDINGS_UV[1000.0][:, 2]


def live(data_uv: FloatArray, fs_hz: float, cuts: list[int], chain: Chain) -> Activations:
    """What a session makes of a stream that is cut at these samples."""
    filters = FilterSettings.for_rate(fs_hz, chain.get("notch_hz"))
    pipeline = Pipeline(
        stream(fs_hz, full_scale_uv=math.inf),
        FOUR_SITES,
        ChainSettings(filters, zero_phase=chain.get("zero_phase", False)),
        REFERENCE,
    )
    whole = block(data_uv, fs_hz=fs_hz)
    edges = sorted({0, len(data_uv), *cuts})
    parts = [whole.cut(start, stop) for start, stop in pairwise(edges)]
    return joined([pipeline(piece) for part in parts for piece in split_finite(part)] + [pipeline.finish()])


def with_holes(data_uv: FloatArray, holes: list[tuple[int, int, int, float]]) -> FloatArray:
    data_uv = data_uv.copy()
    for start, length, column, value in holes:
        data_uv[start : start + length, column] = value
    return data_uv


# --- one number


@settings(max_examples=25)
@given(
    fs_hz=st.sampled_from([250.0, 1000.0, 2000.0]),
    holes=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 200, 611, 900]),
            st.sampled_from([1, 7, 12, 13, 50, 51, 100, 101, 240]),
            st.integers(0, 3),
            st.sampled_from([math.nan, math.inf, -math.inf]),
        ),
        max_size=3,
    ),
    cuts=st.lists(st.integers(0, 1249), max_size=6),
    chain=st.sampled_from([Chain(), Chain(zero_phase=True), Chain(notch_hz=50.0)]),
)
def test_arrays_give_what_the_live_chain_gives_to_the_last_bit(
    fs_hz: float, holes: list[tuple[int, int, int, float]], cuts: list[int], chain: Chain
) -> None:
    """The number in a paper must be the one the athlete saw, gaps, cuts and all."""
    data_uv = with_holes(RECORDINGS_UV[fs_hz], holes)
    there = live(data_uv, fs_hz, cuts, chain)
    here = levels(data_uv, fs_hz, sites=FOUR, reference=REFERENCE, **chain)
    assert fields_of(here) == fields_of(there)
    at = there.samples
    assert filter_emg(data_uv, fs_hz, **chain)[at].tobytes() == there.sample_uv.tobytes()
    for window_s, name in ((0.25, "rms_uv"), (1.0, "slow_uv"), (0.05, "short_uv")):
        envelope_uv = rms_envelope(data_uv, fs_hz, window_s=window_s, **chain)
        assert envelope_uv[at].tobytes() == getattr(there, name).tobytes(), name


def test_a_long_recording_is_cut_inside_and_nobody_can_tell() -> None:
    """The pieces that keep the memory small must not show in the numbers."""
    data_uv = muscles_uv(1000.0, 30.0, seed=3)
    there = live(data_uv, 1000.0, [], Chain())
    assert fields_of(levels(data_uv, 1000.0, sites=FOUR, reference=REFERENCE)) == fields_of(there)
    assert rms_envelope(data_uv, 1000.0)[there.samples].tobytes() == there.rms_uv.tobytes()


def test_the_level_of_a_stretch_is_the_plateau_of_a_hold() -> None:
    """A hold computed again from raw.bdf must have the %MVC that stands in holds.csv."""
    for fs_hz, data_uv in RECORDINGS_UV.items():
        ticks = live(data_uv, fs_hz, [], Chain())
        start, stop = np.searchsorted(ticks.samples, [round(2.0 * fs_hz), round(4.5 * fs_hz)])
        for column in range(4):
            expected = plateau_uv(ticks.power_uv2[start:stop, column], 0.0)
            found = rms_uv(data_uv[:, column], fs_hz, span_s=(2.0, 4.5))
            assert found == pytest.approx(expected, rel=1e-12)


def test_the_level_of_a_stretch_is_the_rms_a_textbook_gives() -> None:
    """Any analyst must be able to repeat it with SciPy."""
    data_uv = RECORDINGS_UV[250.0][:, 1]
    sections = signal.butter(2, (20.0, 115.0), "bandpass", fs=250.0, output="sos")
    steady = signal.sosfilt_zi(sections) * data_uv[0]
    filtered, _ = signal.sosfilt(sections, data_uv, zi=steady)
    assert rms_uv(data_uv, 250.0) == pytest.approx(np.sqrt(np.mean(filtered[125:] ** 2)), rel=1e-9)
    both_ways = signal.sosfiltfilt(sections, data_uv)
    expected = np.sqrt(np.mean(both_ways[500:1000] ** 2))
    assert rms_uv(data_uv, 250.0, span_s=(2.0, 4.0), zero_phase=True) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("fs_hz", "window_s"), [(250.0, 1.0), (1000.0, 0.5), (2000.0, 0.5)])
def test_the_highest_window_is_the_highest_of_all_of_them(fs_hz: float, window_s: float) -> None:
    """Else the peak of a stretch is another one than anybody finds by looking."""
    ticks = live(RECORDINGS_UV[fs_hz], fs_hz, [], Chain())
    start, stop = np.searchsorted(ticks.samples, [round(1.5 * fs_hz), round(4.0 * fs_hz)])
    expected = best_uv(ticks.power_uv2[start:stop], ticks.spacing / fs_hz, window_s)
    for column in range(4):
        found = peak_rms_uv(RECORDINGS_UV[fs_hz][:, column], fs_hz, span_s=(1.5, 4.0))
        assert found == pytest.approx(expected[column], rel=1e-12)


def test_bursts_are_those_of_the_short_envelope_of_the_screen() -> None:
    """An onset in the notebook is the onset of the analysis."""
    rng = np.random.default_rng(4)
    effort = np.where((np.arange(8000) >= 4000) & (np.arange(8000) < 6000), 60.0, 2.0)
    data_uv = effort * rng.standard_normal(8000)
    found = detect_bursts(data_uv, 1000.0, baseline_s=(0.5, 3.5))
    ticks = levels(data_uv, 1000.0, sites=["glute_left"])
    baseline = noise_baseline(ticks.short_uv[125:875, 0])
    assert baseline is not None
    delay_s = FilterSettings.for_rate(1000.0).delay_s(1000.0)
    assert found == find_bursts(ticks.short_uv[:, 0], 0.004, *baseline, window_s=0.05, delay_s=delay_s)
    [burst] = found
    assert isinstance(burst, Burst)
    assert burst.onset_s == pytest.approx(4.0, abs=0.03)
    assert burst.offset_s == pytest.approx(6.0, abs=0.08)


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_latency_runs_from_the_cue_to_three_quarters_of_the_plateau(fs_hz: float) -> None:
    """A late glute is what the tool is for: 40 ms would be seen as a difference between legs."""
    found = []
    for seed in range(8):
        time_s = np.arange(round(12.0 * fs_hz)) / fs_hz
        rise = np.interp(time_s, [4.5, 4.7], [0.0, 1.0])
        noise = np.random.default_rng(seed).standard_normal(len(time_s))
        late_s = latency_s((2.0 + 40.0 * rise) * noise, fs_hz, cue_s=4.0, scored_s=(6.0, 11.0), rest_uv=1.7)
        assert late_s is not None
        found.append(late_s)
    assert np.median(found) == pytest.approx(0.65, abs=0.04)


def test_a_muscle_that_does_not_rise_has_no_latency() -> None:
    """Zero would be the best latency there is."""
    rest_uv = 3.0 * np.random.default_rng(1).standard_normal(12_000)
    assert latency_s(rest_uv, 1000.0, cue_s=4.0, scored_s=(6.0, 11.0), rest_uv=2.7) is None


def test_the_spectrum_is_welch_s_and_leaves_out_what_was_lost() -> None:
    """One NaN must not take the whole spectrum, and must not become a step in it."""
    freq_hz, expected = signal.welch(RECORDINGS_UV[1000.0], 1000.0, nperseg=1000, axis=0)
    found_hz, density = power_spectrum(RECORDINGS_UV[1000.0], 1000.0)
    assert np.array_equal(found_hz, freq_hz)
    assert density == pytest.approx(expected, rel=1e-9)
    holed_uv = with_holes(RECORDINGS_UV[1000.0], [(2300, 1, 0, math.nan)])
    _, holed = power_spectrum(holed_uv[:, 0], 1000.0)
    whole = [start for start in range(0, 4001, 500) if not start <= 2300 < start + 1000]
    segments = [
        signal.welch(RECORDINGS_UV[1000.0][:, 0][start : start + 1000], 1000.0, nperseg=1000)[1]
        for start in whole
    ]
    assert len(whole) == 7
    assert holed == pytest.approx(np.mean(segments, axis=0), rel=1e-9)


@given(power=st.integers(-3, 3), fs_hz=st.sampled_from([250.0, 1000.0]))
@settings(max_examples=10)
def test_twice_the_signal_is_twice_the_microvolts(power: int, fs_hz: float) -> None:
    """Millivolts times 1000 are microvolts, in every function alike."""
    scale, column = 2.0**power, RECORDINGS_UV[fs_hz][:, 0]
    assert np.array_equal(filter_emg(scale * column, fs_hz), scale * filter_emg(column, fs_hz))
    assert rms_uv(scale * column, fs_hz) == scale * rms_uv(column, fs_hz)
    assert peak_rms_uv(scale * column, fs_hz) == scale * peak_rms_uv(column, fs_hz)


# --- lost samples


def test_rows_that_are_missing_at_the_beginning_are_lost_not_zero() -> None:
    """A logger that starts late must not begin with a step from zero to its offset."""
    column = ONE_UV + 30_000.0
    late_uv = np.concatenate((np.full(700, math.nan), column))
    found = filter_emg(late_uv, 1000.0)
    assert np.isnan(found[:700]).all()
    assert found[700:].tobytes() == filter_emg(column, 1000.0).tobytes()
    assert levels(late_uv, 1000.0, sites=["glute_left"]).lost.sum() == 700


def test_rows_that_are_missing_at_the_end_have_no_level() -> None:
    """Row n of the answer is row n of the table, to the last."""
    cut_uv = np.concatenate((ONE_UV, np.full(400, math.nan)))
    found = rms_envelope(cut_uv, 1000.0)
    assert len(found) == len(cut_uv)
    assert np.isnan(filter_emg(cut_uv, 1000.0)[-400:]).all()
    assert np.isnan(found[-300:]).all()
    assert found[: len(ONE_UV)].tobytes() == rms_envelope(ONE_UV, 1000.0).tobytes()


def test_a_stretch_with_more_than_a_fifth_lost_has_no_level() -> None:
    """Half a hold is not a hold."""
    for length, known in ((190, True), (210, False)):
        holed_uv = with_holes(ONE_UV[:, None], [(2000, length, 0, math.nan)])[:, 0]
        assert math.isnan(rms_uv(holed_uv, 1000.0, span_s=(2.0, 3.0))) is not known


def test_a_best_window_never_lies_across_a_gap() -> None:
    """A bad contact that comes back is the loudest moment of an effort."""
    holed_uv = with_holes(ONE_UV[:, None], [(2000, 30, 0, math.nan)])[:, 0]
    assert math.isnan(peak_rms_uv(holed_uv, 1000.0, span_s=(1.7, 2.4)))
    assert peak_rms_uv(holed_uv, 1000.0) > 0.0


def test_blocks_come_back_as_the_array_they_were() -> None:
    """Sample n of a session stays row n, gaps included."""
    data_uv = RECORDINGS_UV[250.0]
    lost = ((0, 40), (300, 420))
    found = as_array(blocks(data_uv, 250.0, cuts=(100, 700), lost=lost))
    expected = data_uv.copy()
    for start, stop in lost:
        expected[start:stop] = math.nan
    assert found.tobytes() == expected.tobytes()


# --- rest and maximum


def test_a_reference_is_made_of_the_same_levels() -> None:
    """Rest, maximum and task through three different filters is how percentages come out wrong."""
    rest_uv, task_uv = 0.05 * ONE_UV, ONE_UV
    chain = Chain(notch_hz=50.0, band_hz=(30.0, 400.0))
    trials = [task_uv[:2500], task_uv[2500:]]
    found = reference_from({"glute_left": rest_uv}, {"glute_left": trials}, 1000.0, **chain)
    site = found.sites["glute_left"]
    assert site.rest_uv == rms_uv(rest_uv, 1000.0, **chain)
    peaks_uv = [peak_rms_uv(trial, 1000.0, **chain) for trial in trials]
    # as a guided session makes it: less the luck of the best window
    assert (site.mvc_uv, site.mvc_cv_pct) == maximum_of(peaks_uv, 1000.0, 2.5)
    assert site.rest_uv != rms_uv(rest_uv, 1000.0)


def trial_uv(fs_hz: float) -> FloatArray:
    """A maximal effort of 4 s after half a second of rest, with a muscle's spectrum."""
    n = round(4.5 * fs_hz)
    levels = np.where(np.arange(n) < 0.5 * fs_hz, 2.0, 60.0)
    return np.asarray(levels * BoardNoise(random_for(5, "trial"), fs_hz, BICEPS_FEMORIS).read(n))


@pytest.mark.parametrize("chain", [Chain(), Chain(zero_phase=True)])
@pytest.mark.parametrize("fs_hz", [250.0, 1000.0, 2000.0])
def test_a_knock_in_a_trial_does_not_raise_the_maximum(fs_hz: float, chain: Chain) -> None:
    """Else one tug at the cable is 100 % in the notebook, and was left out on the screen."""
    clean_uv, rest_uv = trial_uv(fs_hz), {"ham_left": 0.02 * trial_uv(fs_hz)}
    knocked_uv = clean_uv.copy()
    knocked_uv[round(2.3 * fs_hz)] += 20_000.0
    clean, knocked = (
        reference_from(rest_uv, {"ham_left": [trial]}, fs_hz, **chain).sites["ham_left"].mvc_uv
        for trial in (clean_uv, knocked_uv)
    )
    highest_uv = peak_rms_uv(clean_uv, fs_hz, **chain)
    assert clean == pytest.approx(maximum_of([highest_uv], fs_hz, 4.5)[0], rel=1e-12)
    assert peak_rms_uv(knocked_uv, fs_hz, **chain) > 2.0 * highest_uv
    assert knocked == pytest.approx(clean, rel=0.05)


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_a_maximum_in_the_notebook_is_that_of_a_guided_effort(fs_hz: float) -> None:
    """Else 100 % in the notebook is not 100 % on the screen."""
    knocked_uv = trial_uv(fs_hz)
    knocked_uv[round(2.3 * fs_hz)] += 5_000.0
    columns = np.stack([knocked_uv, *[trial_uv(fs_hz)] * 3], axis=1)
    ticks = live(columns, fs_hz, [], Chain())
    effort = slice(int(np.searchsorted(ticks.samples, round(0.5 * fs_hz))), None)
    expected = best_of_effort_uv(
        ticks.power_uv2[effort, 0], ticks.spacing / fs_hz, fs_hz, ticks.sample_uv[effort, 0]
    )
    assert expected is not None
    found = reference_from({"ham_left": 0.02 * trial_uv(fs_hz)}, {"ham_left": [knocked_uv]}, fs_hz)
    assert found.sites["ham_left"].mvc_uv == pytest.approx(maximum_of([expected], fs_hz, 4.5)[0], rel=1e-9)


def test_a_trial_of_a_minute_may_be_rest_for_the_most_of_it() -> None:
    """Else a recording that was not cut to its effort has its rest for a maximum."""
    effort_uv = trial_uv(250.0)
    quiet_uv = 0.02 * np.tile(effort_uv, 7)
    whole_uv = np.concatenate((quiet_uv, effort_uv, quiet_uv))
    found = reference_from({"ham_left": quiet_uv}, {"ham_left": [whole_uv]}, 250.0).sites["ham_left"]
    assert found.mvc_uv == maximum_of([peak_rms_uv(whole_uv, 250.0)], 250.0, len(whole_uv) / 250.0)[0]


def test_a_trial_above_three_millivolts_is_no_muscle() -> None:
    """Else volts that were taken for millivolts become a maximum."""
    with pytest.raises(ValueError, match="more than 3000 µV"):
        reference_from({"ham_left": trial_uv(250.0)}, {"ham_left": [100.0 * trial_uv(250.0)]}, 250.0)


def test_a_spoilt_trial_leaves_the_others() -> None:
    """One pulled cable must not cost the maximum."""
    spoilt_uv = ONE_UV.copy()
    spoilt_uv.reshape(-1, 100)[:, :30] = math.nan
    rest_uv = 0.05 * ONE_UV
    both = reference_from({"ham_left": rest_uv}, {"ham_left": [spoilt_uv, ONE_UV]}, 1000.0)
    alone = reference_from({"ham_left": rest_uv}, {"ham_left": [ONE_UV]}, 1000.0)
    assert both.sites["ham_left"] == alone.sites["ham_left"]
    with pytest.raises(ValueError, match="No trial of ham_left"):
        reference_from({"ham_left": rest_uv}, {"ham_left": [spoilt_uv]}, 1000.0)


def test_no_ratio_is_built_on_a_submaximal_reference() -> None:
    """Its level differs between muscles."""
    sides = {name: 0.05 * RECORDINGS_UV[250.0][:, place] for place, name in enumerate(FOUR)}
    efforts = {name: [RECORDINGS_UV[250.0][:, place]] for place, name in enumerate(FOUR)}
    ratios = [
        levels(
            RECORDINGS_UV[250.0],
            250.0,
            sites=FOUR,
            reference=reference_from(sides, efforts, 250.0, method=method),
        ).ratios["left"]
        for method in ("mvc", "submax")
    ]
    assert np.isfinite(ratios[0][-1])
    assert np.isnan(ratios[1]).all()


def test_clipping_is_found_where_the_rail_is_known() -> None:
    """A clipped contraction reads low, and looks like a weak muscle."""
    clipped_uv = np.clip(20.0 * ONE_UV, -200.0, 200.0)
    verdicts = [
        set(levels(clipped_uv, 1000.0, sites=["glute_left"], full_scale_uv=rail).verdicts[1000:, 0].tolist())
        for rail in (200.0, math.inf)
    ]
    assert 3 in verdicts[0]
    assert 3 not in verdicts[1]


def test_a_reference_by_hand_is_as_good() -> None:
    """Whoever has rest and maximum from elsewhere needs no recordings of them."""
    reference = Reference({"glute_left": SiteReference(2.0, 80.0)})
    found = levels(RECORDINGS_UV[250.0][:, 0], 250.0, sites=["glute_left"], reference=reference)
    expected = live(RECORDINGS_UV[250.0], 250.0, [], Chain())
    # one column or four: the same to rounding
    assert found.pct_mvc[:, 0] == pytest.approx(expected.pct_mvc[:, 0], rel=1e-9, nan_ok=True)
