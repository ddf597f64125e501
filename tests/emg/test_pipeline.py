"""The chain as a whole: one number whatever the cut, gaps known for what they are, nothing from nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from emg.activation import RATIO_PAIRS, Activations, Reference, SiteReference
from emg.blocks import FloatArray
from emg.filters import BandError, FilterSettings
from emg.montage import FOUR_SITES, Montage
from emg.pipeline import tick_spacing
from emg.quality import NO_READING, VERDICTS
from emg.results import Method
from tests.emg.signals import REFERENCE, block, blocks, column, fields_of, joined, muscles_uv, pipeline, run

RATES = pytest.mark.parametrize("fs_hz", [200.0, 250.0, 500.0, 1000.0, 2000.0])
RECORDINGS_UV = {fs_hz: muscles_uv(fs_hz, 4.0, seed=1) for fs_hz in (250.0, 1000.0)}


def _levels(
    fs_hz: float,
    data_uv: FloatArray,
    reference: Reference = REFERENCE,
    lost: tuple[tuple[int, int], ...] = (),
) -> Activations:
    return run(pipeline(fs_hz, reference=reference), blocks(data_uv, fs_hz, lost=lost))


@settings(max_examples=40)
@given(data=st.data(), fs_hz=st.sampled_from([250.0, 1000.0]))
def test_any_cut_gives_the_same_activations_to_the_last_bit(data: st.DataObject, fs_hz: float) -> None:
    """Live, replay, recovery and export cut differently; a hold would be won in one and lost in another."""
    data_uv = RECORDINGS_UV[fs_hz]
    n = len(data_uv)
    holes = data.draw(
        st.lists(st.tuples(st.integers(1, n - 200), st.sampled_from([1, 3, 12, 13, 50, 51, 120])), max_size=4)
    )
    lost = []
    end = 0
    for start, length in sorted(holes):
        if start > end:
            lost.append((start, start + length))
            end = start + length
    cuts = data.draw(st.lists(st.integers(0, n), max_size=15))
    assert fields_of(run(pipeline(fs_hz, reference=REFERENCE), blocks(data_uv, fs_hz, cuts, lost))) == (
        fields_of(run(pipeline(fs_hz, reference=REFERENCE), blocks(data_uv, fs_hz, (), lost)))
    )


@pytest.mark.parametrize(("fs_hz", "step"), [(250.0, 1), (250.0, 5), (1000.0, 1), (2000.0, 40), (2000.0, 3)])
def test_blocks_as_boards_send_them_give_what_one_piece_gives(fs_hz: float, step: int) -> None:
    """Blocks of one sample, and blocks that hold no tick, are the cuts that break a carried state."""
    data_uv = muscles_uv(fs_hz, 1.5, seed=2)
    cut = run(pipeline(fs_hz, reference=REFERENCE), blocks(data_uv, fs_hz, range(0, len(data_uv), step)))
    assert fields_of(cut) == fields_of(_levels(fs_hz, data_uv))


@RATES
def test_ticks_are_the_multiples_of_the_spacing_from_sample_0_lost_ones_included(fs_hz: float) -> None:
    """Stages count time in ticks: a missing one makes every hold after it late."""
    spacing = tick_spacing(fs_hz)
    assert spacing / fs_hz == pytest.approx(0.004, abs=0.001)
    n = round(3.0 * fs_hz)
    lost = ((round(0.3 * fs_hz) + 1, round(0.32 * fs_hz) + 2), (round(1.001 * fs_hz), round(1.8 * fs_hz)))
    data_uv = muscles_uv(fs_hz, 3.0, seed=3)
    levels = _levels(fs_hz, data_uv, lost=lost)
    assert np.array_equal(levels.samples, np.arange(0, n, spacing))
    inside = (levels.samples >= lost[1][0] + spacing) & (levels.samples < lost[1][1])
    assert np.all(np.isnan(levels.power_uv2[inside]))
    assert np.all(levels.verdicts[inside] == NO_READING)
    assert np.all(levels.lost[inside] == spacing)


@given(first=st.integers(0, 60), holes=st.lists(st.integers(1, 200), max_size=4))
def test_what_was_lost_adds_up(first: int, holes: list[int]) -> None:
    """The count of lost samples in holds.csv is a sum over ticks; it must be the board's own."""
    chain = pipeline(1000.0)
    rng = np.random.default_rng(1)
    at, parts = first, []
    for hole in [*holes, 0]:
        parts.append(chain(block(rng.normal(0.0, 5.0, (101, 4)), at, 1000.0)))
        at += 101 + hole
    end = at
    parts.append(chain(block(rng.normal(0.0, 5.0, (4, 4)), end, 1000.0)))
    assert sum(int(part.lost.sum()) for part in parts) == first + sum(holes)


def test_a_block_that_comes_twice_is_refused() -> None:
    """Samples that are counted twice shift the clock against the cue."""
    chain = pipeline()
    chain(block(np.zeros((10, 4)), 0))
    with pytest.raises(ValueError, match="comes after"):
        chain(block(np.zeros((10, 4)), 9))


def test_an_empty_block_changes_nothing() -> None:
    """A board that was asked too early has nothing to say."""
    data_uv = RECORDINGS_UV[250.0][:200]
    chain = pipeline(reference=REFERENCE)
    empty = chain(block(np.empty((0, 4)), 0))
    assert len(empty) == 0
    head = chain(block(data_uv[:90], 0))
    assert len(chain(block(np.empty((0, 4)), 95))) == 0
    rest = chain(block(data_uv[90:], 90))
    whole = _levels(250.0, data_uv)
    assert np.array_equal(np.concatenate((head.rms_uv, rest.rms_uv)), whole.rms_uv, equal_nan=True)


@RATES
def test_the_levels_are_the_rms_of_scipy_s_filter_over_their_windows(fs_hz: float) -> None:
    """The microvolts are the ones a textbook chain gives: any analyst must be able to repeat them."""
    data_uv = muscles_uv(fs_hz, 3.0, seed=4)
    levels = _levels(fs_hz, data_uv)
    sections = FilterSettings.for_rate(fs_hz).sections(fs_hz)
    steady = signal.sosfilt_zi(sections)[:, :, None] * data_uv[0]
    filtered, _ = signal.sosfilt(sections, data_uv, axis=0, zi=steady)
    for name, seconds in (("rms_uv", 0.25), ("slow_uv", 1.0), ("short_uv", 0.05)):
        window = round(seconds * fs_hz)
        found = getattr(levels, name)
        for tick in (len(levels) // 2, len(levels) - 1):
            end = int(levels.samples[tick]) + 1
            expected = np.sqrt(np.mean(np.square(filtered[end - window : end]), axis=0))
            assert found[tick] == pytest.approx(expected, rel=1e-4)
    spacing = tick_spacing(fs_hz)
    end = int(levels.samples[-1]) + 1
    expected = np.mean(np.square(filtered[end - spacing : end]), axis=0)
    assert levels.power_uv2[-1] == pytest.approx(expected, rel=1e-3)


@RATES
def test_an_offset_of_60_millivolts_leaves_no_level(fs_hz: float) -> None:
    """The first bars of a session would be hundreds of percent, and the calibration's rest would hold it."""
    offsets_uv = np.full((round(2.0 * fs_hz), 4), [60_000.0, -60_000.0, 20_000.0, 0.0])
    levels = _levels(fs_hz, offsets_uv)
    for name in ("rms_uv", "slow_uv", "short_uv"):
        assert np.nanmax(getattr(levels, name)) < 0.01


def test_no_level_before_four_fifths_of_its_window_have_come() -> None:
    """A bar from three samples jumps to any height when the stream starts."""
    levels = _levels(250.0, RECORDINGS_UV[250.0])
    for name, window in (("short_uv", 12), ("rms_uv", 62), ("slow_uv", 250)):
        known = ~np.isnan(getattr(levels, name)[:, 0])
        assert np.argmax(known) == np.ceil(0.8 * window) - 1
        assert np.all(known[np.argmax(known) :])


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_a_gap_of_50_ms_is_bridged_and_stays_out_of_every_level(fs_hz: float) -> None:
    """A lost packet must neither dent the bar nor, at a steep offset, kick it."""
    n, gap = round(3.0 * fs_hz), int(0.05 * fs_hz)
    drift_uv = np.linspace(-50_000.0, 50_000.0, n)[:, None] * np.ones(4)
    rest_uv = np.random.default_rng(1).normal(0.0, 0.5, (n, 4))
    start = n // 2
    bridged = _levels(fs_hz, drift_uv + rest_uv, lost=((start, start + gap),))
    whole = _levels(fs_hz, drift_uv + rest_uv)
    later = bridged.samples > start + gap
    assert np.nanmax(bridged.rms_uv[later]) < 1.3 * np.nanmax(whole.rms_uv)
    inside = (bridged.samples >= start + bridged.spacing) & (bridged.samples < start + gap)
    assert np.all(np.isnan(bridged.power_uv2[inside]))
    # the samples that are missing are not zeros: a steady level stays where it is
    steady_uv = np.random.default_rng(2).normal(0.0, 40.0, (n, 4))
    before = _levels(fs_hz, steady_uv)
    after = _levels(fs_hz, steady_uv, lost=((start, start + gap),))
    tick = int(np.searchsorted(after.samples, start + gap + round(0.15 * fs_hz)))
    assert after.rms_uv[tick] == pytest.approx(before.rms_uv[tick], rel=0.15)


def test_a_longer_gap_starts_the_filter_anew() -> None:
    """A cable that was plugged in again comes back at another offset: that step is not a contraction."""
    rest_uv = np.random.default_rng(1).normal(0.0, 1.0, (1500, 4))
    step_uv = np.where(np.arange(1500) < 700, 0.0, 40_000.0)[:, None]
    short, long = (
        _levels(250.0, rest_uv + step_uv, lost=((700, 700 + length),)).rms_uv[714:] for length in (12, 13)
    )
    assert np.nanmax(short) > 100.0
    assert np.nanmax(long) < 2.0


def test_a_stream_that_begins_late_has_lost_its_beginning() -> None:
    """Samples before the first block are a gap like any other, and no bridge leads out of nothing."""
    data_uv = RECORDINGS_UV[250.0][:300] + 30_000.0
    levels = run(pipeline(), [block(data_uv, 5)])
    assert levels.lost[:5].tolist() == [1] * 5
    assert levels.lost[5:].sum() == 0
    assert np.nanmax(levels.rms_uv) < 20.0


@given(
    order=st.permutations(list(FOUR_SITES.names)),
    channels=st.permutations([0, 1, 2, 3, 4, 5, 6, 7]),
    n=st.integers(2, 4),
)
@settings(max_examples=15)
def test_sites_mean_the_same_on_any_channels_in_any_order(
    order: list[str], channels: list[int], n: int
) -> None:
    """Whoever plugs the left ham into channel 7 gets the left ham, and the same ratio."""
    plain = RECORDINGS_UV[250.0]
    board_uv = np.random.default_rng(9).normal(0.0, 500.0, (len(plain), 8))
    used = order[:n]
    montage = Montage.of({name: channels[place] + 1 for place, name in enumerate(used)})
    for place, name in enumerate(used):
        board_uv[:, channels[place]] = plain[:, FOUR_SITES.names.index(name)]
    chain = pipeline(reference=REFERENCE, montage=montage, n_channels=8)
    levels = run(chain, blocks(board_uv, 250.0))
    expected = _levels(250.0, plain)
    for name in used:
        here, there = column(levels, name), column(expected, name)
        for field in ("power_uv2", "rms_uv", "slow_uv", "short_uv", "pct_mvc", "slow_pct", "verdicts"):
            found, wanted = getattr(levels, field)[:, here], getattr(expected, field)[:, there]
            assert found.tobytes() == wanted.tobytes(), (name, field)
    for name, pair in RATIO_PAIRS.items():
        if set(pair) <= set(used):
            assert levels.ratios[name].tobytes() == expected.ratios[name].tobytes()
        else:
            assert np.all(np.isnan(levels.ratios[name]))


def test_twice_the_signal_is_twice_the_microvolts_and_the_same_percentages() -> None:
    """Gain must cancel out of everything that is compared between muscles."""
    data_uv = RECORDINGS_UV[250.0]
    doubled = Reference(
        {name: SiteReference(2.0 * s.rest_uv, 2.0 * s.mvc_uv) for name, s in REFERENCE.sites.items()}
    )
    one, two = _levels(250.0, data_uv), _levels(250.0, 2.0 * data_uv, doubled)
    assert two.rms_uv == pytest.approx(2.0 * one.rms_uv, rel=1e-4, nan_ok=True)
    assert two.power_uv2 == pytest.approx(4.0 * one.power_uv2, rel=1e-4, abs=1e-3, nan_ok=True)
    assert two.pct_mvc == pytest.approx(one.pct_mvc, rel=1e-3, abs=0.05, nan_ok=True)
    for name in RATIO_PAIRS:
        assert two.ratios[name] == pytest.approx(one.ratios[name], rel=1e-3, nan_ok=True)


def test_without_a_reference_there_are_microvolts_and_no_percentages() -> None:
    """It never shows a percentage of nothing."""
    levels = run(pipeline(), blocks(RECORDINGS_UV[250.0], 250.0))
    assert not np.isnan(levels.rms_uv[300:]).any()
    assert np.isnan(levels.pct_mvc).all()
    assert np.isnan(levels.slow_pct).all()
    assert all(np.isnan(values).all() for values in levels.ratios.values())


def test_the_ratio_is_that_of_the_one_second_levels_of_the_named_muscles() -> None:
    """A glute over the wrong hamstring is a diagnosis of the wrong leg."""
    levels = _levels(250.0, RECORDINGS_UV[250.0] * 2.0)
    tick = len(levels) - 1
    for name, (over, under) in RATIO_PAIRS.items():
        expected = levels.slow_pct[tick, column(levels, over)] / levels.slow_pct[tick, column(levels, under)]
        assert levels.ratios[name][tick] == expected


@pytest.mark.parametrize(
    ("rest_uv", "mvc_uv", "reads"),
    [(2.0, 100.0, True), (2.0, 2000.0, False), (18.0, 100.0, False), (1.0, 600.0, False)],
    ids=["both", "below 5 %", "below twice the rest", "above the rest, below 5 %"],
)
def test_a_ratio_needs_both_muscles_above_both_floors(rest_uv: float, mvc_uv: float, reads: bool) -> None:
    """A quotient of noise jumps between 0.1 and 10 and looks like an athlete out of balance."""
    data_uv = np.random.default_rng(1).normal(0.0, 30.0, (1000, 4))
    sites = dict(REFERENCE.sites)
    for name in ("glute_left", "ham_left"):
        spoiled = Reference(sites | {name: SiteReference(rest_uv, mvc_uv)})
        levels = _levels(250.0, data_uv, spoiled)
        assert bool(np.all(~np.isnan(levels.ratios["left"][300:]))) is reads
        assert bool(np.all(np.isnan(levels.ratios["left"]))) is not reads
        assert not np.isnan(levels.ratios["right"][300:]).any()


def test_a_railed_or_flat_muscle_stands_in_no_ratio() -> None:
    """A clipped hamstring reads low and makes the glute shine."""
    data_uv = np.random.default_rng(1).normal(0.0, 30.0, (1000, 4))
    data_uv[600, FOUR_SITES.names.index("ham_left")] = 187_500.0
    data_uv[500:, FOUR_SITES.names.index("glute_right")] = 3.0
    levels = _levels(250.0, data_uv)
    railed = levels.verdicts[:, column(levels, "ham_left")] == VERDICTS.index("railed")
    flat = levels.verdicts[:, column(levels, "glute_right")] == VERDICTS.index("flat")
    assert railed.sum() > 100
    assert flat.sum() > 100
    for bad, names in ((railed, ("left", "right_glute_left_ham")), (flat, ("right", "right_glute_left_ham"))):
        for name in names:
            assert np.all(np.isnan(levels.ratios[name][bad]))
    assert not np.isnan(levels.ratios["left_glute_right_ham"][300:]).any()


def test_a_submaximal_reference_stands_in_no_ratio() -> None:
    """Its level differs between muscles: a quotient of two of them means nothing."""
    sites = dict(REFERENCE.sites)
    sites["glute_left"] = SiteReference(2.0, 40.0, Method.SUBMAX)
    levels = _levels(250.0, RECORDINGS_UV[250.0] * 2.0, Reference(sites))
    assert not np.isnan(levels.pct_mvc[300:, column(levels, "glute_left")]).any()
    assert np.isnan(levels.slow_pct[:, column(levels, "glute_left")]).all()
    assert np.isnan(levels.ratios["left"]).all()
    assert np.isnan(levels.ratios["left_glute_right_ham"]).all()
    assert not np.isnan(levels.ratios["right"][-1])


def test_a_new_reference_counts_from_the_tick_it_is_set_and_changes_no_microvolts() -> None:
    """The MVC ends in the middle of a block: the rest of that block already has percentages."""
    chain = pipeline()
    levels = run(chain, blocks(RECORDINGS_UV[250.0], 250.0))
    chain.reference = REFERENCE
    late = fields_of(chain.normalise(levels.cut(400)))
    assert late == fields_of(_levels(250.0, RECORDINGS_UV[250.0]).cut(400))


@given(
    scale=st.sampled_from([0.0, 1e-3, 1.0, 1e3, 1e5]),
    rest_uv=st.sampled_from([0.0, 1e-3, 3.0, 1e3]),
    over_uv=st.sampled_from([1e-3, 1.0, 1e5]),
)
def test_no_level_and_no_ratio_is_ever_infinite(scale: float, rest_uv: float, over_uv: float) -> None:
    """Infinity goes through every comparison as "reached"."""
    reference = Reference({name: SiteReference(rest_uv, rest_uv + over_uv) for name in FOUR_SITES.names})
    data_uv = np.clip(RECORDINGS_UV[250.0][:400] * scale, -187_500.0, 187_500.0)
    levels = _levels(250.0, data_uv, reference)
    for name in ("rms_uv", "slow_uv", "short_uv", "pct_mvc", "slow_pct", "power_uv2"):
        assert not np.isinf(getattr(levels, name)).any()
        assert np.isfinite(getattr(levels, name)[250:]).all()
    assert not any(np.isinf(values).any() for values in levels.ratios.values())


def test_the_mains_notch_takes_the_hum_out_of_the_level() -> None:
    """Switched on it must act: 100 µV of hum are more than most glutes."""
    hum_uv = 100.0 * np.sqrt(2.0) * np.sin(2.0 * np.pi * 60.0 * np.arange(1500) / 250.0)
    data_uv = np.random.default_rng(1).normal(0.0, 2.0, (1500, 4)) + hum_uv[:, None]
    with_hum, without = (
        run(pipeline(notch_hz=notch_hz), blocks(data_uv, 250.0)).rms_uv[-1, 0] for notch_hz in (None, 60.0)
    )
    assert with_hum > 90.0
    assert without < 3.0


def test_a_rate_that_cannot_carry_the_band_never_becomes_a_chain() -> None:
    """A settings file from a 1 kHz board must not be bent to fit a Cyton."""
    with pytest.raises(BandError):
        pipeline(125.0)


@pytest.mark.parametrize("gap", [2, 12, 600, 2500, 2501, 7777, 20_000])
def test_a_gap_gone_through_in_pieces_gives_the_same_ticks(gap: int) -> None:
    """A board that was off over lunch must not need a gigabyte when it is back, nor read differently."""
    data_uv = RECORDINGS_UV[250.0][:600]
    at_once, in_pieces = (pipeline(reference=REFERENCE) for _ in range(2))
    after = block(data_uv[300:], 300 + gap)
    expected = [at_once(block(data_uv[:300])), at_once(after)]
    found = [in_pieces(block(data_uv[:300])), *in_pieces.skip_to(after.first_sample), in_pieces(after)]
    assert max(len(part) for part in found) <= 2500 + 300
    assert fields_of(joined(found)) == fields_of(joined(expected))
