"""A whole recording analysed: known signals in, the numbers a researcher would sign out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import signal

from emg.activation import Reference, SiteReference
from emg.analysis import (
    Span,
    WorkWindow,
    analyze_blocks,
)
from emg.blocks import FloatArray, Unit
from emg.filters import FilterSettings
from emg.montage import FOUR_SITES, Side
from emg.results import Method
from tests.emg.analysis.analysed import FS, analyse, noise, plan, site
from tests.emg.signals import blocks, muscles_uv, stream


def one_shot(data_uv: FloatArray, fs_hz: float) -> FloatArray:
    """The same filter by SciPy on the whole recording at once."""
    sos = FilterSettings.for_rate(fs_hz).sections(fs_hz)
    filtered, _ = signal.sosfilt(sos, data_uv, axis=0, zi=signal.sosfilt_zi(sos)[:, :, None] * data_uv[0])
    result: FloatArray = filtered
    return result


# --- levels


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0, 2000.0])
def test_the_rms_is_that_of_the_filtered_signal_after_its_beginning(fs_hz: float) -> None:
    """Else the first number of every report is not what the definition says."""
    data_uv = muscles_uv(fs_hz, 8.001, seed=3, n_channels=1) + 30_000.0
    expected = np.sqrt(np.mean(np.square(one_shot(data_uv, fs_hz)[round(0.5 * fs_hz) :])))

    found = site(analyse(data_uv, fs_hz=fs_hz))

    assert found.rms_uv == pytest.approx(expected, rel=1e-12)


def test_zero_phase_is_scipys_and_is_said() -> None:
    """Else the offline number is neither the live one nor the one that other programs give."""
    data_uv = muscles_uv(FS, 20.0, seed=4, n_channels=1)
    sos = FilterSettings.for_rate(FS).sections(FS)
    expected = np.sqrt(np.mean(np.square(signal.sosfiltfilt(sos, data_uv, axis=0)), axis=0))[0]

    report = analyse(data_uv, plan(zero_phase=True, from_s=0.0))

    assert site(report).rms_uv == pytest.approx(expected, rel=1e-9)
    assert report.as_json()["zero_phase"] is True
    assert analyse(data_uv).as_json()["zero_phase"] is False


def test_any_cut_of_the_recording_gives_the_same_report() -> None:
    """Else the same file reads differently on another day, or with another reader."""
    data_uv = np.concatenate([muscles_uv(FS, 30.0, seed=seed) for seed in (1, 2)])
    asked = plan(
        FOUR_SITES,
        rest=Span(1.0, 4.0),
        mvc={name: (Span(20.0, 29.0),) for name in FOUR_SITES.names},
        work=(WorkWindow(Side.LEFT, Span(40.0, 45.0)), WorkWindow(Side.RIGHT, Span(50.0, 55.0))),
    )
    lost = [(2000, 2010), (9000, 9100)]
    whole, *cut = (
        analyse(data_uv, asked, cuts=range(0, len(data_uv), step), lost=lost).as_json()
        for step in (15_000, 250, 7)
    )
    for other in cut:
        alike(whole, other)


def alike(one: Any, other: Any) -> None:
    """The same names, texts and counts, and numbers to 1e-12."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            alike(one[name], other[name])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            alike(first, second)
    else:
        assert other == (pytest.approx(one, rel=1e-12) if isinstance(one, float) else one)


def test_gaps_are_counted_and_leave_the_level_alone() -> None:
    """Else a radio that drops packets makes a weaker muscle."""
    data_uv = noise([(40.0, 20.0)])
    data_uv[-25:] = np.nan  # what is not a number at the end is lost as well

    report = analyse(data_uv, lost=[(3000, 3005), (6000, 6500)])

    assert (report.lost_samples, report.samples) == (530, 10_000 - 530)
    assert report.duration_s == 40.0
    assert site(report).rms_uv == pytest.approx(20.0, rel=0.03)


def test_twice_the_signal_is_twice_the_microvolts_and_the_same_percentages() -> None:
    """Else a scale stands hidden somewhere in the chain."""
    data_uv = muscles_uv(FS, 40.0, seed=5)
    asked = plan(
        FOUR_SITES,
        rest=Span(1.0, 3.0),
        mvc={name: (Span(30.0, 38.0),) for name in FOUR_SITES.names},
        work=(WorkWindow(Side.LEFT, Span(20.0, 25.0)), WorkWindow(Side.RIGHT, Span(26.0, 29.0))),
    )
    once, twice = (analyse(factor * data_uv, asked) for factor in (1.0, 2.0))

    for name in FOUR_SITES.names:
        low, high = site(once, name), site(twice, name)
        for field in ("rms_uv", "envelope_max_uv", "rest_uv", "mvc_uv"):
            assert getattr(high, field) == pytest.approx(2.0 * getattr(low, field), rel=1e-9)
        assert [b.pct_mvc for b in high.bursts] == pytest.approx([b.pct_mvc for b in low.bursts])
        assert high.mains_ratio == pytest.approx(low.mains_ratio)
    assert once.sides is not None
    assert twice.sides is not None
    assert twice.sides.glute.lsi_pct.value == pytest.approx(once.sides.glute.lsi_pct.value)
    assert twice.sides.sides["left"].ratio == pytest.approx(once.sides.sides["left"].ratio)


def test_the_error_of_a_level_is_the_scatter_of_many() -> None:
    """Else the error bar promises what a repetition does not keep."""
    draws = (np.random.default_rng(seed).standard_normal((1125, 1)) for seed in range(60))
    found = [site(analyse(20.0 * draw)) for draw in draws]
    levels = np.array([one.rms_uv for one in found])
    told = np.mean([one.rms_cv_pct for one in found])

    assert 100.0 * levels.std(ddof=1) / levels.mean() == pytest.approx(told, rel=0.35)


@pytest.mark.parametrize("zero_phase", [False, True])
def test_the_error_follows_from_the_filter_that_was_used(zero_phase: bool) -> None:
    """Else the narrower band of zero-phase filtering is taken for the wider one, or no band at all."""
    found = site(analyse(noise([(120.5, 20.0)]), plan(zero_phase=zero_phase)))

    freq_hz = np.linspace(0.0, 125.0, 4001)
    gain = np.abs(signal.sosfreqz(FilterSettings.for_rate(FS).sections(FS), worN=freq_hz, fs=FS)[1])
    power = gain ** (4 if zero_phase else 2)
    bandwidth_hz = power.sum() ** 2 / np.square(power).sum() * (freq_hz[1] - freq_hz[0])
    assert found.rms_cv_pct == pytest.approx(100.0 / (2.0 * np.sqrt(bandwidth_hz * 120.0)), rel=0.02)


def test_rest_between_bursts_does_not_make_a_level_surer() -> None:
    """Else a long quiet recording with one burst pretends to know its level to a percent."""
    burst = site(analyse(noise([(2.0, 0.1), (4.0, 30.0), (2.0, 0.1)])))
    mostly_rest = site(analyse(noise([(60.0, 0.1), (4.0, 30.0), (60.0, 0.1)])))

    assert burst.rms_cv_pct is not None
    assert mostly_rest.rms_cv_pct == pytest.approx(burst.rms_cv_pct, rel=0.15)


# --- rest, maximum, bursts


BURSTS = [(6.0, 2.0), (2.0, 40.0), (5.0, 2.0), (3.0, 20.0), (4.0, 2.0)]


def test_bursts_have_their_times_their_level_and_their_share_of_the_maximum() -> None:
    """Else neither a contraction nor its strength is where the muscle was."""
    asked = plan(rest=Span(1.0, 5.0), mvc={"glute_left": (Span(6.0, 8.0),)}, from_s=0.5)
    found = site(analyse(noise(BURSTS), asked))

    assert [b.onset_s for b in found.bursts] == pytest.approx([6.0, 13.0], abs=0.03)
    assert [b.offset_s for b in found.bursts] == pytest.approx([8.0, 16.0], abs=0.12)
    assert [b.rms_uv for b in found.bursts] == pytest.approx([40.0, 20.0], rel=0.12)
    assert found.bursts[0].pct_mvc == pytest.approx(100.0, rel=0.12)
    assert found.bursts[1].pct_mvc == pytest.approx(50.0, rel=0.15)
    assert (found.rest_from, found.mvc_from) == ("window", "window")
    assert found.rest_uv == pytest.approx(2.0, rel=0.06)
    assert found.snr_db == pytest.approx(20.0 * np.log10(15.0), abs=2.0)
    assert all(b.rms_cv_pct is not None and 1.0 < b.rms_cv_pct < 6.0 for b in found.bursts)


def test_the_level_of_a_burst_is_taken_from_its_onset_to_its_offset() -> None:
    """Else the rise is left out, or rest is counted in."""
    data_uv = noise(BURSTS)
    filtered = one_shot(data_uv, FS)[:, 0]
    for burst in site(analyse(data_uv, plan(rest=Span(1.0, 5.0)))).bursts:
        assert burst.onset_s is not None
        assert burst.offset_s is not None
        start, stop = (int(np.ceil(edge * FS - 1e-9)) for edge in (burst.onset_s, burst.offset_s))
        inside = np.sqrt(np.mean(np.square(filtered[start:stop])))
        assert burst.rms_uv == pytest.approx(inside, rel=1e-9)


def test_zero_phase_bursts_are_not_late() -> None:
    """Else the delay of the causal filter is taken off where there is none."""
    causal, zero = (
        site(analyse(noise(BURSTS), plan(rest=Span(1.0, 5.0), zero_phase=way))).bursts[0].onset_s
        for way in (False, True)
    )
    assert causal == pytest.approx(6.0, abs=0.03)
    assert zero == pytest.approx(6.0, abs=0.05)


def test_without_a_window_rest_is_the_quietest_stretch() -> None:
    """Else a recording that begins in the middle of the work has no bursts, or wrong ones."""
    found = site(analyse(noise([(4.0, 30.0), (6.0, 2.0), (10.0, 30.0)])))

    assert found.rest_from == "quietest"
    assert found.rest_uv == pytest.approx(2.0, rel=0.12)
    assert found.mvc_uv is None
    assert len(found.bursts) == 2
    assert found.bursts[0].onset_s is None  # it was on before the beginning
    assert found.bursts[0].offset_s == pytest.approx(4.0, abs=0.12)
    assert found.bursts[1].onset_s == pytest.approx(10.0, abs=0.03)
    assert found.bursts[1].offset_s is None
    assert all(burst.pct_mvc is None for burst in found.bursts)


def test_a_silence_of_zeros_does_not_make_rounding_a_burst() -> None:
    """Else a made-up signal, or a board that gates its noise, has bursts without end."""
    data_uv = noise([(5.0, 0.0), (2.0, 30.0), (5.0, 0.0)])
    found = site(analyse(data_uv, plan(rest=Span(1.0, 4.5))))

    assert found.rest_uv == 0.0
    assert len(found.bursts) == 1
    assert found.bursts[0].onset_s == pytest.approx(5.0, abs=0.03)
    assert found.bursts[0].offset_s == pytest.approx(7.0, abs=0.2)


def test_a_calibration_gives_the_percentages_and_a_lighter_effort_none() -> None:
    """Else a reference that was no maximum is read as one."""
    data_uv = noise(BURSTS)
    known = {
        method: Reference({"glute_left": SiteReference(2.0, 80.0, method)})
        for method in (Method.MVC, Method.SUBMAX)
    }
    full, submax = (site(analyse(data_uv, plan(reference=reference))) for reference in known.values())

    assert full.bursts[0].pct_mvc == pytest.approx(50.0, rel=0.12)
    assert (full.rest_from, full.mvc_from, full.rest_uv, full.mvc_uv) == ("calibration", "mvc", 2.0, 80.0)
    assert submax.mvc_from == "submax"
    assert [burst.pct_mvc for burst in submax.bursts] == [None, None]


# --- quality


def test_hum_is_the_verdict_of_the_whole_recording_and_its_ratio_is_told() -> None:
    """Else a recording full of mains is signed as a strong muscle."""
    data_uv = noise([(20.0, 5.0)])
    hum = 80.0 * np.sin(2.0 * np.pi * 60.0 * np.arange(len(data_uv)) / FS)[:, None]
    clean, bad = site(analyse(data_uv)), site(analyse(data_uv + hum))

    assert (clean.verdict, bad.verdict) == ("ok", "mains")
    assert clean.mains_ratio is not None
    assert bad.mains_ratio is not None
    assert clean.mains_ratio < 2.0
    assert bad.mains_ratio > 50.0


def test_a_short_complaint_is_told_but_is_not_the_verdict() -> None:
    """Else one loose second calls an hour bad, or nobody hears of it."""
    data_uv = noise([(60.0, 5.0)])
    short, long = data_uv.copy(), data_uv.copy()
    short[5000:5250] = 0.0
    long[5000:7500] = 0.0

    assert site(analyse(short)).verdict == "ok"
    assert 0.0 < site(analyse(short)).verdict_shares["flat"] < 0.05
    assert site(analyse(long)).verdict == "flat"


def test_a_channel_that_never_moves_is_flat_and_not_clipped() -> None:
    """Else an unplugged electrode is told as too strong a signal."""
    found = site(analyse(np.full((2500, 1), 12.5)))

    assert (found.verdict, found.saturated_samples, found.envelope_max_uv) == ("flat", 0, None)
    assert found.bursts == ()


def test_clipped_samples_are_counted_at_a_rail_that_nobody_named() -> None:
    """Else a converter that is too small cuts the strongest contractions unseen."""
    data_uv = noise([(60.0, 30.0)], seed=8)
    limit = 75.0
    clipped = np.clip(data_uv, -limit, limit)

    assert site(analyse(data_uv)).saturated_samples == 0
    assert site(analyse(np.round(data_uv))).saturated_samples == 0
    assert site(analyse(clipped)).saturated_samples == int((np.abs(data_uv) >= limit).sum())


def test_clipped_samples_are_counted_at_the_known_rail() -> None:
    """Else the rail that the board states is not believed."""
    data_uv = noise([(20.0, 5.0)])
    data_uv[1000:1007] = 200.0
    info = stream(FS, 1, full_scale_uv=200.0)

    report = analyze_blocks(info, blocks(data_uv, FS, range(0, 5000, 99)), plan())

    assert site(report).saturated_samples == 7


def test_a_median_frequency_needs_the_rate_and_the_board_for_it() -> None:
    """Else a slow board's filter is read as fatigue."""
    slow, fast = (
        site(analyse(noise([(10.0, 10.0)], fs_hz=fs_hz), fs_hz=fs_hz)).median_frequency_hz
        for fs_hz in (250.0, 1000.0)
    )
    narrow = replace(stream(1000.0, 1), bandwidth_hz=65.0)
    data_uv = noise([(10.0, 10.0)], fs_hz=1000.0)
    on_cyton = analyze_blocks(narrow, blocks(data_uv, 1000.0), plan(fs_hz=1000.0))

    assert slow is None
    assert fast == pytest.approx(235.0, rel=0.05)
    assert site(on_cyton).median_frequency_hz is None


def test_arbitrary_units_never_become_microvolts() -> None:
    """Else an Arduino's counts are compared with somebody's microvolts."""
    told = analyse(noise(BURSTS), unit=Unit.ARBITRARY).as_json()

    def names(value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield name, item
                yield from names(item)
        if isinstance(value, list):
            for item in value:
                yield from names(item)

    levels = [(name, value) for name, value in names(told) if name.endswith(("_uv", "_au"))]
    assert {value for name, value in levels if name.endswith("_uv")} == {None}
    found = told["sites"]["glute_left"]
    assert found["rms_au"] > 5.0
    assert found["bursts"][0]["rms_au"] == pytest.approx(40.0, rel=0.12)
    assert {name for name, _ in levels} >= {"rms_au", "rest_au", "envelope_max_au", "mvc_au"}
