"""Bursts: the rule tick by tick, any cut the same, edges that were not seen, and the documented bias."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg import onset
from emg.blocks import FloatArray
from emg.bursts import (
    MIN_PRESENT,
    OFFSET_DWELL_S,
    OFFSET_SD,
    ONSET_DWELL_S,
    ONSET_SD,
    Burst,
    BurstFinder,
    find_bursts,
    noise_baseline,
)
from emg.montage import FOUR_SITES
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Effort, Spectrum, random_for
from tests.emg.signals import block, pipeline

TICK_S = 0.004
MEAN, SD = 10.0, 1.0
ON, OFF = round(ONSET_DWELL_S / TICK_S), round(OFFSET_DWELL_S / TICK_S)
QUIET, LOUD, HALF = 10.0, 16.0, 13.0
"""Levels at rest, well above the onset's threshold, and between the two thresholds."""


def _found(short_uv: FloatArray, start_s: float = 0.0) -> list[Burst]:
    return find_bursts(short_uv, TICK_S, MEAN, SD, window_s=0.05, delay_s=0.005, start_s=start_s)


def _levels(*parts: tuple[float, int]) -> FloatArray:
    return np.concatenate([np.full(n, level) for level, n in parts])


def _time_s(tick: int) -> float:
    return tick * TICK_S - 0.025 - 0.005


def _by_hand(short_uv: FloatArray) -> list[Burst]:
    """The rule told tick by tick, as slowly as it can be."""
    found: list[Burst] = []
    start: int | None = None
    above = below = 0
    quiet_seen = begun_seen = start_seen = False
    for tick, level in enumerate(short_uv):
        if math.isnan(level):
            if start is not None:
                found.append(Burst(_time_s(start) if start_seen else None, None, start, tick))
            start, above, below, quiet_seen = None, 0, 0, False
            continue
        if level > MEAN + ONSET_SD * SD and above == 0:
            begun_seen = quiet_seen
        above = above + 1 if level > MEAN + ONSET_SD * SD else 0
        below = below + 1 if level <= MEAN + OFFSET_SD * SD else 0
        quiet_seen = quiet_seen or below > 0
        if start is None and above == ON:
            start, start_seen = tick - ON + 1, begun_seen
        if start is not None and below == OFF:
            stop = tick - OFF + 1
            found.append(Burst(_time_s(start) if start_seen else None, _time_s(stop), start, stop))
            start = None
    if start is not None:
        found.append(Burst(_time_s(start) if start_seen else None, None, start, len(short_uv)))
    return found


RUNS = st.lists(
    st.tuples(
        st.sampled_from([QUIET, LOUD, HALF, np.nan, MEAN + ONSET_SD * SD, MEAN + OFFSET_SD * SD]),
        st.one_of(st.integers(1, 60), st.sampled_from([ON - 1, ON, ON + 1, OFF - 1, OFF, OFF + 1])),
    ),
    max_size=20,
)


def _same(found: list[Burst], expected: list[Burst]) -> None:
    assert [(b.start_tick, b.stop_tick) for b in found] == [(b.start_tick, b.stop_tick) for b in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.onset_s == (None if other.onset_s is None else pytest.approx(other.onset_s))
        assert one.offset_s == (None if other.offset_s is None else pytest.approx(other.offset_s))


@given(RUNS)
def test_it_is_the_rule_told_tick_by_tick(runs: list[tuple[float, int]]) -> None:
    """Fast and wrong at one border in a thousand would be found by nobody."""
    short_uv = _levels(*runs) if runs else np.empty(0)
    _same(_found(short_uv), _by_hand(short_uv))


@given(RUNS, st.lists(st.integers(0, 1200), max_size=40))
def test_any_cut_gives_the_same_bursts(runs: list[tuple[float, int]], cuts: list[int]) -> None:
    """The report of a recording must not depend on how it was read."""
    short_uv = _levels(*runs) if runs else np.empty(0)
    finder = BurstFinder(TICK_S, MEAN, SD, window_s=0.05, delay_s=0.005)
    edges = sorted({0, len(short_uv), *(cut for cut in cuts if cut < len(short_uv))})
    found = [burst for start, stop in pairwise(edges) for burst in finder.push(short_uv[start:stop])]
    assert found + finder.push(np.empty(0)) + finder.finish() == _found(short_uv)


@given(RUNS, st.floats(1e-6, 1e6), st.floats(-1e3, 1e5))
def test_neither_the_unit_nor_the_clock_matters(
    runs: list[tuple[float, int]], scale: float, start_s: float
) -> None:
    """A rule with microvolts in it finds other bursts in millivolts."""
    short_uv = _levels(*runs) if runs else np.empty(0)
    short_uv = short_uv + np.where(
        short_uv == LOUD, 0.1, -0.1
    )  # no level on a threshold: rounding decides there
    plain = _found(short_uv)
    scaled = find_bursts(scale * short_uv, TICK_S, scale * MEAN, scale * SD, window_s=0.05, delay_s=0.005)
    later = _found(short_uv, start_s)
    assert scaled == plain
    for one, other in zip(later, plain, strict=True):
        assert (one.start_tick, one.stop_tick) == (other.start_tick, other.stop_tick)
        assert one.onset_s == (None if other.onset_s is None else pytest.approx(other.onset_s + start_s))
        assert one.offset_s == (None if other.offset_s is None else pytest.approx(other.offset_s + start_s))


def test_both_ends_are_corrected_for_half_the_window_and_the_filter() -> None:
    """Uncorrected, every muscle is 30 ms late at 250 Hz, and by another amount at 1 kHz."""
    (burst,) = _found(_levels((QUIET, 500), (LOUD, 300), (QUIET, 200)), start_s=7.0)
    assert burst.onset_s == pytest.approx(7.0 + 500 * TICK_S - 0.030)
    assert burst.offset_s == pytest.approx(7.0 + 800 * TICK_S - 0.030)
    assert (burst.start_tick, burst.stop_tick) == (500, 800)


@pytest.mark.parametrize(("n", "n_bursts"), [(ON - 1, 0), (ON, 1)])
def test_a_knock_on_the_cable_is_no_burst(n: int, n_bursts: int) -> None:
    """It lasts 20 ms, and muscles do not."""
    assert len(_found(_levels((QUIET, 100), (LOUD, n), (QUIET, 100)))) == n_bursts


@pytest.mark.parametrize(("n", "n_bursts"), [(OFF - 1, 1), (OFF, 2)])
def test_a_dip_shorter_than_100_ms_does_not_cut_a_burst_in_two(n: int, n_bursts: int) -> None:
    """Noise makes a steady envelope dip; one squeeze would be counted as three."""
    assert len(_found(_levels((QUIET, 100), (LOUD, 50), (QUIET, n), (LOUD, 50), (QUIET, 100)))) == n_bursts


@pytest.mark.parametrize(
    ("parts", "onset_seen", "offset_seen"),
    [
        (((QUIET, 100), (LOUD, 100), (QUIET, 100)), True, True),
        (((LOUD, 100), (QUIET, 100)), False, True),
        (((HALF, 100), (LOUD, 100), (QUIET, 100)), False, True),
        (((np.nan, 30), (LOUD, 100), (QUIET, 100)), False, True),
        (((QUIET, 100), (np.nan, 1), (LOUD, 100), (QUIET, 100)), False, True),
        (((QUIET, 100), (np.nan, 9), (QUIET, 1), (LOUD, 100), (QUIET, 100)), True, True),
        (((QUIET, 100), (LOUD, 100)), True, False),
        (((QUIET, 100), (LOUD, 100), (QUIET, OFF - 1)), True, False),
        (((QUIET, 100), (LOUD, 100), (np.nan, 1), (QUIET, 100)), True, False),
    ],
)
def test_an_edge_that_was_not_seen_has_no_time(
    parts: tuple[tuple[float, int], ...], onset_seen: bool, offset_seen: bool
) -> None:
    """The time at which a recorder was switched on is not the time at which a muscle was."""
    (burst,) = _found(_levels(*parts))
    assert (burst.onset_s is not None) is onset_seen
    assert (burst.offset_s is not None) is offset_seen


def test_a_gap_ends_a_burst_and_what_follows_is_another() -> None:
    """What the muscle did in between is not known."""
    before, after = _found(_levels((QUIET, 50), (LOUD, 100), (np.nan, 20), (LOUD, 100), (QUIET, 50)))
    assert (before.start_tick, before.stop_tick, before.offset_s) == (50, 150, None)
    assert (after.start_tick, after.stop_tick, after.onset_s) == (170, 270, None)


def test_a_baseline_without_any_noise_still_ends_a_burst() -> None:
    """Recordings with exact zeros at rest exist; a burst that never ends hides all others."""
    short_uv = _levels((0.0, 100), (5.0, 100), (0.0, 100), (5.0, 100), (0.0, 100))
    assert len(find_bursts(short_uv, TICK_S, 0.0, 0.0, window_s=0.05, delay_s=0.0)) == 2


def test_a_finder_that_is_done_says_so_once() -> None:
    """The last burst of a file must not be there twice."""
    finder = BurstFinder(TICK_S, MEAN, SD, window_s=0.05, delay_s=0.0)
    assert finder.push(_levels((QUIET, 50), (LOUD, 50))) == []
    assert len(finder.finish()) == 1
    assert finder.finish() == []


@pytest.mark.parametrize(
    ("mean", "sd"), [(math.nan, 1.0), (1.0, math.nan), (math.inf, 1.0), (-1.0, 1.0), (1.0, -1.0)]
)
def test_a_baseline_that_is_none_is_refused(mean: float, sd: float) -> None:
    """With NaN as the threshold no muscle ever fires, and that looks like a result."""
    with pytest.raises(ValueError, match="no baseline"):
        BurstFinder(TICK_S, mean, sd, window_s=0.05, delay_s=0.0)


def test_the_baseline_is_a_mean_and_a_sample_deviation() -> None:
    """The definition of the paper: of the rectified, smoothed signal, not of the raw one."""
    assert noise_baseline(np.array([1.0, 2.0, 3.0, np.nan, 6.0])) == pytest.approx(
        (3.0, math.sqrt(14.0 / 3.0))
    )


@pytest.mark.parametrize(
    ("n", "n_lost", "reads"), [(0, 0, False), (1, 0, False), (2, 0, True), (100, 21, False)]
)
def test_too_little_is_no_baseline(n: int, n_lost: int, reads: bool) -> None:
    """A threshold from two ticks fires on everything."""
    short_uv = np.arange(float(n))
    short_uv[:n_lost] = np.nan
    assert (noise_baseline(short_uv) is not None) is reads
    assert MIN_PRESENT * 100 == 80.0


def test_they_are_found_where_the_contract_says() -> None:
    """Others import them from emg.onset."""
    assert onset.find_bursts is find_bursts
    assert onset.Burst is Burst
    assert onset.BurstFinder is BurstFinder


# --- on simulated muscles


def _squeezes_uv(fs_hz: float, spectrum: Spectrum, ramp_s: float, n: int) -> tuple[FloatArray, FloatArray]:
    """Twelve seconds of squeezes to 8 times rest, 4 at a time, and the true start of each."""
    length = round(12.0 * fs_hz)
    emg, rest = BoardNoise(random_for(1, "emg"), fs_hz, spectrum), BoardNoise(random_for(1, "rest"), fs_hz)
    when = random_for(1, "start")
    # what the band keeps of both: the plateau is to be 8 times what rest is after the filter
    kept = [
        float(np.sqrt(np.nanmean(pipeline(fs_hz)(block(np.outer(noise, np.ones(4)), 0, fs_hz)).power_uv2)))
        for noise in (emg.read(length), rest.read(length))
    ]
    data_uv, start_s = np.empty((length, n)), np.empty(n)
    for column in range(n):
        start = round((6.0 + when.uniform(0.0, 0.5)) * fs_hz)
        effort = Effort()
        effort.move_to(1.0, start=start, ramp=round(ramp_s * fs_hz))
        effort.move_to(0.0, start=start + round(3.0 * fs_hz), ramp=round(ramp_s * fs_hz))
        gain = math.sqrt(63.0) * kept[1] / kept[0]
        data_uv[:, column] = gain * effort.levels(0, length) * emg.read(length) + rest.read(length)
        start_s[column] = start / fs_hz
    return data_uv, start_s


@pytest.mark.parametrize("spectrum", [GLUTEUS_MAXIMUS, BICEPS_FEMORIS])
@pytest.mark.parametrize(
    ("fs_hz", "ramp_s", "onset_ms", "offset_ms"),
    [(250.0, 0.1, 28, -16), (250.0, 0.4, 137, -90), (1000.0, 0.1, 20, -4), (1000.0, 0.4, 110, -68)],
)
def test_the_bias_is_the_documented_one(
    fs_hz: float, spectrum: Spectrum, ramp_s: float, onset_ms: float, offset_ms: float
) -> None:
    """Who compares two muscles in time must be able to look up what the rule alone makes of them."""
    data_uv, start_s = _squeezes_uv(fs_hz, spectrum, ramp_s, n=24)
    late_ms, over_ms = [], []
    for first in range(0, len(start_s), 4):
        chain = pipeline(fs_hz, montage=FOUR_SITES)
        levels = chain(block(np.ascontiguousarray(data_uv[:, first : first + 4]), 0, fs_hz))
        tick_s = levels.spacing / fs_hz
        for column in range(4):
            short_uv = levels.short_uv[:, column]
            quiet = noise_baseline(short_uv[round(0.5 / tick_s) : round(6.0 / tick_s)])
            assert quiet is not None
            (burst,) = find_bursts(
                short_uv, tick_s, *quiet, window_s=0.05, delay_s=chain.settings.filters.delay_s(fs_hz)
            )
            assert burst.onset_s is not None
            assert burst.offset_s is not None
            late_ms.append(1e3 * (burst.onset_s - start_s[first + column]))
            over_ms.append(1e3 * (burst.offset_s - start_s[first + column] - 3.0 - ramp_s))
    assert np.median(late_ms) == pytest.approx(onset_ms, abs=20.0)
    assert np.median(over_ms) == pytest.approx(offset_ms, abs=25.0)


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("spectrum", [None, GLUTEUS_MAXIMUS], ids=["amplifier", "muscle"])
def test_ten_minutes_of_rest_have_no_burst(fs_hz: float, spectrum: Spectrum | None) -> None:
    """Bursts that nobody made fill a report."""
    n = round(150.0 * fs_hz)
    noise_uv = 2.0 * BoardNoise(random_for(7, "rest"), fs_hz, spectrum).read(4 * n).reshape(n, 4, order="F")
    levels = pipeline(fs_hz)(block(np.ascontiguousarray(noise_uv), 0, fs_hz))
    tick_s = levels.spacing / fs_hz
    for column in range(4):
        short_uv = levels.short_uv[round(0.5 / tick_s) :, column]
        quiet = noise_baseline(short_uv[: round(10.0 / tick_s)])
        assert quiet is not None
        assert find_bursts(short_uv, tick_s, *quiet, window_s=0.05, delay_s=0.0) == []
