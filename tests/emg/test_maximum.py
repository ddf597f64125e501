"""Rest and maximum out of tick powers."""

from __future__ import annotations

import numpy as np
import pytest

from emg.blocks import FloatArray
from emg.maximum import (
    EFFORT_RISE_S,
    PRIOR_CV_PCT,
    best_of_effort_uv,
    best_window_s,
    luck_of_the_best,
    quietest_uv,
    repeatability_pct,
    window_cv,
)

TICK_S = 0.004


def powers(*stretches: tuple[float, float]) -> FloatArray:
    """One column of tick powers: ``(seconds, rms_uv)`` in turn."""
    return np.concatenate([np.full(round(s / TICK_S), rms**2) for s, rms in stretches])[:, None]


def test_rest_is_the_quietest_five_seconds_in_a_row() -> None:
    """Else a cough, or quiet moments between coughs put together, sets the floor of every percentage."""
    cough = powers((2.0, 9.0), (5.0, 2.0), (3.0, 9.0))
    broken = powers((3.0, 2.0), (1.0, 9.0), (3.0, 2.0), (3.0, 9.0))

    assert quietest_uv(cough, TICK_S) == pytest.approx([2.0])
    assert quietest_uv(broken, TICK_S) == pytest.approx([np.sqrt((4 * 2.0**2 + 1 * 9.0**2) / 5)])


def test_each_muscle_has_its_own_rest() -> None:
    """Else the quiet of one muscle is taken for that of another."""
    two = np.hstack([powers((5.0, 2.0), (5.0, 8.0)), powers((5.0, 7.0), (5.0, 3.0))])

    assert quietest_uv(two, TICK_S) == pytest.approx([2.0, 3.0])


def test_a_gap_leaves_what_is_whole_and_nothing_else() -> None:
    """Else lost samples count as silence, and rest is lower than it ever was."""
    early, late = powers((10.0, 2.0)), powers((10.0, 2.0))
    early[1000:1015] = late[1200:1215] = np.nan

    assert quietest_uv(early, TICK_S) == pytest.approx([2.0]), "6 s after the gap are whole"
    assert np.isnan(quietest_uv(late, TICK_S)).tolist() == [False], "4.8 s before it, 5.1 s after it"
    late[2380:2395] = np.nan
    assert np.isnan(quietest_uv(late, TICK_S)).tolist() == [True]
    assert np.isnan(quietest_uv(powers((4.9, 2.0)), TICK_S)).tolist() == [True], "too short"


def test_lost_packets_are_kept_out_of_the_rest_and_do_not_prevent_it() -> None:
    """Else a radio that loses one packet in twenty has no rest, or one that is lower than it was."""
    lossy = powers((10.0, 2.0))
    lossy[::20] = np.nan
    assert quietest_uv(lossy, TICK_S) == pytest.approx([2.0])
    lossy[np.arange(len(lossy)) % 20 < 5] = np.nan
    assert np.isnan(quietest_uv(lossy, TICK_S)).tolist() == [True], "more than a fifth is missing"


def test_the_maximum_is_the_best_window_wherever_it_lies() -> None:
    """Else who peaks late has a maximum that is too low, and all his holds look strong."""
    for fs_hz, effort in (
        (250.0, powers((1.3, 20.0), (1.0, 80.0), (0.7, 30.0))),
        (250.0, powers((2.0, 20.0), (1.0, 80.0))),
        (1000.0, powers((2.4, 20.0), (0.6, 80.0))),
    ):
        assert best_of_effort_uv(effort[:, 0], TICK_S, fs_hz) == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("fs_hz", "window_s"), [(200.0, 1.0), (250.0, 1.0), (256.0, 1.0), (500.0, 0.5), (2000.0, 0.5)]
)
def test_slow_boards_need_a_longer_window(fs_hz: float, window_s: float) -> None:
    """Else the best of the noisy half-second windows of a slow board is mostly luck."""
    assert best_window_s(fs_hz) == window_s


def test_the_scatter_of_a_window_is_what_steady_holds_showed() -> None:
    """Else the correction for luck is made for another signal."""
    assert window_cv(250.0, 1.0) == pytest.approx(0.058, abs=0.0005)
    assert window_cv(1000.0, 0.5) == pytest.approx(0.061, abs=0.0005)
    assert window_cv(512.0, 0.5) == pytest.approx(0.067, abs=0.002)


@pytest.mark.parametrize(("fs_hz", "bandwidth_hz"), [(250.0, 74), (1000.0, 134)])
@pytest.mark.parametrize(("n_trials", "effort_s"), [(1, 3.0), (2, 3.0), (3, 3.0), (2, 5.0)])
def test_the_luck_of_the_best_is_taken_off_to_one_percent(
    fs_hz: float, bandwidth_hz: int, n_trials: int, effort_s: float
) -> None:
    """Else a maximum is 6 to 14 % too high by chance alone, and every percentage too low."""
    random = np.random.default_rng(20)
    window_s = best_window_s(fs_hz)
    rate = 2 * bandwidth_hz  # white noise at this rate has just this bandwidth
    steady = round((effort_s - EFFORT_RISE_S) * rate)
    window = round(window_s * rate)

    trials = np.square(random.standard_normal((800 * n_trials, steady)))
    total = np.cumsum(np.pad(trials, ((0, 0), (1, 0))), axis=1)
    best = np.sqrt((total[:, window:] - total[:, :-window]).max(axis=1) / window)
    best_of_all = best.reshape(800, n_trials).max(axis=1)

    assert luck_of_the_best(fs_hz, window_s, effort_s, n_trials) == pytest.approx(
        best_of_all.mean(), rel=0.012
    )


def test_one_window_has_no_luck() -> None:
    """Else an effort that is just one window long is made smaller for nothing."""
    assert luck_of_the_best(250.0, 1.0, 1.7, 1) == 1.0
    assert luck_of_the_best(250.0, 1.0, 0.5, 1) == 1.0


def test_repeatability_is_drawn_towards_the_prior() -> None:
    """Else two efforts that happen to agree pass for a perfect maximum, and intervals are too narrow."""
    assert repeatability_pct([]) == repeatability_pct([80.0]) == PRIOR_CV_PCT
    of_the_best = np.sqrt(1.0 - 1.0 / np.pi)  # of two normal numbers
    assert repeatability_pct([80.0, 80.0]) == pytest.approx(of_the_best * PRIOR_CV_PCT / np.sqrt(2), rel=1e-4)
    twenty = repeatability_pct([70.0, 93.0])  # 20 % by themselves
    assert PRIOR_CV_PCT < twenty < 20.0
    assert repeatability_pct([60.0, 80.0, 100.0]) > repeatability_pct([75.0, 80.0, 85.0])


@pytest.mark.parametrize("n_trials", [2, 3, 4, 5, 6, 8])
def test_the_best_of_several_efforts_scatters_less_than_one(n_trials: int) -> None:
    """Else the error of a maximum is taken for that of a single effort, and intervals are too wide."""
    bests = np.random.default_rng(8).normal(100.0, PRIOR_CV_PCT, (20_000, n_trials)).max(axis=1)
    off = PRIOR_CV_PCT * np.sqrt((n_trials - 1) / 2.0)
    like_the_prior = [100.0 - off, 100.0 + off]
    said_pct = repeatability_pct([*like_the_prior, *[100.0] * (n_trials - 2)])
    assert said_pct == pytest.approx(bests.std(), rel=0.02 if n_trials <= 6 else 0.08)
