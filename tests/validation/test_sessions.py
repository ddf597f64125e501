"""The chapter of whole sessions, on fewer athletes than the page has."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from calibrations.draft import Way
from emg.blocks import FloatArray
from emg.montage import Side
from emg.results import MISSING, HoldResult, Outcome
from emg.sets.score import score, scored_span
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, Effort, Spectrum
from validation import session_runs, session_truth
from validation.results import Chapter, Claim, Claims, Table
from validation.session_runs import BATCH, Found, sessions
from validation.session_truth import Truth, board_noise, draw, efforts_uv, holds_uv, scored_share
from validation.sessions import Coverage, chapter
from validation.simulation import noise, theory

RATES_HZ = (250.0, 1000.0)


@pytest.fixture(scope="module")
def few() -> Found:
    return sessions(250.0, 24, seed=3)


@pytest.fixture(scope="module")
def written() -> Chapter:
    return chapter(n_sessions=8, n_ceiling=8, seed=2, n_processes=1)


def drawn(fs_hz: float = 250.0, n_sessions: int = 2000, *, ceiling: bool = False) -> Truth:
    return draw(fs_hz, Way.QUICK, n_sessions, np.random.default_rng(5), ceiling=ceiling)


def in_band(raw_uv: FloatArray, fs_hz: float) -> FloatArray:
    """RMS of every column as the product's chain sees it, filters settled."""
    levels = session_runs._run(fs_hz, raw_uv)
    return np.asarray(np.sqrt(levels.power_uv2.mean(axis=0)))


@pytest.mark.parametrize("spectrum", [None, GLUTEUS_MAXIMUS, BICEPS_FEMORIS])
@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_noise_made_at_once_is_that_of_the_simulated_board(fs_hz: float, spectrum: Spectrum | None) -> None:
    """Else this chapter's muscles are not those of all the others."""
    n = round(20.0 * fs_hz)
    ours = board_noise(np.random.default_rng(1), fs_hz, spectrum, (n, 40)) * theory(fs_hz, spectrum).rms
    theirs = noise(1, "board", fs_hz, n, 12, spectrum)
    assert in_band(ours, fs_hz).mean() == pytest.approx(theory(fs_hz, spectrum).rms, rel=0.01)
    lines = [np.square(np.abs(np.fft.rfft(one, axis=0))).mean(axis=1) for one in (ours, theirs)]
    octaves = np.split(np.arange(len(lines[0])), [len(lines[0]) // 2**k for k in (5, 4, 3, 2, 1)])
    assert [lines[0][band].mean() for band in octaves] == pytest.approx(
        [lines[1][band].mean() for band in octaves], rel=0.06
    )


def test_columns_of_noise_and_its_two_ends_know_nothing_of_each_other() -> None:
    """Else holds are more alike than they are, and every interval looks better than it is."""
    made = board_noise(np.random.default_rng(1), 250.0, GLUTEUS_MAXIMUS, (500, 400))
    apart = [float(np.mean(made[:, 0::2] * made[:, 1::2])), float(np.mean(made[0] * made[-1]))]
    assert apart == pytest.approx([0.0, 0.0], abs=0.15)
    assert float(np.mean(made[0] * made[1])) > 0.15


@pytest.mark.parametrize(
    ("start_s", "ramp_s"), [(0.2, 0.3), (0.9, 0.4), (1.0, 0.2), (1.45, 0.05), (0.7, 0.3)]
)
def test_the_share_of_the_scored_span_is_that_of_the_simulated_effort(start_s: float, ramp_s: float) -> None:
    """Else the truth of a late muscle is not what it does."""
    effort, fs_hz = Effort(), 10_000.0
    effort.move_to(1.0, start=round(start_s * fs_hz), ramp=round(ramp_s * fs_hz))
    levels = effort.levels(round(1.0 * fs_hz), round(5.5 * fs_hz))
    found = scored_share(np.array([start_s]), np.array([ramp_s]))
    assert found == pytest.approx(math.sqrt(float(np.mean(np.square(levels)))), abs=1e-4)


def test_truths_fill_their_ranges_and_none_is_refused_by_set_up() -> None:
    """Else the page says of all athletes what holds for some."""
    truth = drawn()
    for found, (low, high) in (
        (truth.mean_pct, session_truth.LEVEL_PCT),
        (truth.rep_cv, session_truth.REP_CV),
        (truth.effort_cv, session_truth.EFFORT_CV),
        (truth.strength, session_truth.STRENGTH),
        (truth.ramp_s, session_truth.RAMP_S),
    ):
        assert low - 0.003 <= found.min() <= 1.1 * low
        assert 0.9 * high <= found.max() <= high + 0.003
    # the board's samples are 4 ms apart
    assert session_truth.LATENCY_S[0] <= truth.latency_s.min() < 0.02
    assert 1.48 < truth.latency_s.max() <= session_truth.LATENCY_S[1] + 0.004
    assert truth.rest_uv.max() <= 12.0
    assert (truth.full_uv / truth.rest_uv).min() > 8.0
    left_over_right = truth.mean_pct[:, 0] / truth.mean_pct[:, 2]
    assert np.median(left_over_right) == pytest.approx(1.0, abs=0.05)
    assert truth.held.mean() == pytest.approx(1.0, abs=0.002)


def test_a_muscle_that_comes_late_has_the_lower_true_level() -> None:
    """Else the product, which scores from 1.0 s on whatever is there, is told to be wrong."""
    truth = drawn()
    share = truth.level_pct / truth.mean_pct
    of_holds = scored_share(truth.start_s, truth.ramp_s[..., None]).mean(axis=-1)
    late = truth.start_s.mean(axis=-1) > 1.2
    assert share[late].mean() == pytest.approx(of_holds[late].mean(), abs=0.002)
    assert share[late].max() < 0.985
    assert np.all(share[truth.start_s.max(axis=-1) < 0.3] > 0.999)


@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_what_the_board_samples_has_the_true_levels(fs_hz: float) -> None:
    """Else errors of the simulation pass for errors of the product."""
    truth = replace(drawn(fs_hz, 20), start_s=np.full((20, 4, 3), 0.2))
    steady_uv = in_band(holds_uv(truth, np.random.default_rng(2))[round(4.5 * fs_hz) :], fs_hz)
    muscle_uv = (truth.full_uv * truth.mean_pct / 100.0)[..., None] * truth.held
    true_uv = np.hypot(muscle_uv, truth.rest_uv[..., None]).ravel()
    assert np.mean(steady_uv / true_uv) == pytest.approx(1.0, abs=0.01)


def test_efforts_average_to_what_is_called_100_pct() -> None:
    """Else the maximum's bias on the page is that of the simulation."""
    for way, n_efforts in session_truth.N_EFFORTS.items():
        truth = replace(drawn(n_sessions=60), way=way)
        each = np.arange(truth.full_uv.size)
        random = np.random.default_rng(3)
        efforts = [in_band(efforts_uv(truth, each, random)[400:], 250.0) for _ in range(n_efforts)]
        best = np.max(efforts, axis=0) / np.hypot(truth.full_uv, truth.rest_uv).ravel()
        # the best of noisy windows is a little above the best of the efforts
        assert 1.0 < np.exp(np.log(best).mean()) < 1.06


def test_no_effort_exceeds_a_ceiling() -> None:
    """Else the table of the other model shows the first one again."""
    truth = drawn(n_sessions=60, ceiling=True)
    muscles = np.arange(truth.full_uv.size)
    found = in_band(efforts_uv(truth, muscles, np.random.default_rng(3))[400:], 250.0)
    share = found / np.hypot(truth.full_uv, truth.rest_uv).ravel()
    assert np.quantile(share, 0.98) < 1.06
    assert np.median(share) < 0.97


def test_found_is_close_to_the_truth_on_average(few: Found) -> None:
    """Else the chapter measures its own mistakes: bias within the spread of 24 sessions."""
    for found, truth, tolerance in (
        (few.maximum, 1.0, 0.04),
        (few.rest, 1.0, 0.04),
        (few.level, few.level_true, 0.05),
        (few.ratio, few.ratio_true, 0.12),
        (few.compared, few.compared_true, 0.12),
    ):
        assert float(np.nanmedian(found / truth)) == pytest.approx(1.0, abs=tolerance)
        assert np.isnan(found).mean() < 0.15
        # no muscle, pair or hold is taken for another
        assert np.nanstd(np.log(found / truth), axis=0).max() < 0.3
    errors_ms = np.abs(few.latency_ms - few.true_latency_ms)
    assert abs(np.nanmedian(few.latency_ms - few.true_latency_ms)) < 15.0
    assert np.nanquantile(errors_ms, 0.75) < 35.0
    assert 0.0 < np.nanmedian(few.onset_ms - few.true_start_ms) < 200.0
    assert few.target_fires.sum() == 0.0
    assert few.void.sum() == 0.0


def test_intervals_hold_most_truths_and_are_no_wider_than_they_need_be(few: Found) -> None:
    """Else coverage could be had by an interval from nothing to infinity."""
    compared = Coverage.of(few.compared_low, few.compared_high, few.compared_true)
    assert compared.n == few.compared.size - int(np.isnan(few.compared_low).sum())
    assert 85.0 <= compared.pct <= 100.0
    assert np.nanmedian(few.compared_high / few.compared) < 1.6
    assert np.nanmedian(few.level_high / few.level) < 1.45


def test_a_session_depends_on_the_seed_alone_never_on_the_processes() -> None:
    """Else the page changes from machine to machine."""
    n_sessions = 4
    one, other = (sessions(250.0, n_sessions, seed=5, n_processes=n) for n in (1, 2))
    for field in fields(Found):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
    assert one.full.tolist() == [0.0, 0.0, 1.0, 1.0]
    assert not np.array_equal(one.level, sessions(250.0, n_sessions, seed=6).level)
    assert n_sessions // 2 < BATCH


def test_an_effort_that_stands_alone_is_asked_for_again_and_then_left_out() -> None:
    """Else the maximum here is not the product's."""
    assert session_runs._asked([100.0], 1, Way.QUICK)
    assert not session_runs._asked([100.0, 80.0], 2, Way.QUICK)
    assert session_runs._asked([150.0, 100.0], 2, Way.QUICK)
    assert session_runs._asked([100.0, 100.0], 2, Way.FULL)
    assert session_runs._supported([150.0, 100.0, 90.0]) == [100.0, 90.0]
    assert session_runs._supported([150.0, 140.0, 90.0]) == [150.0, 140.0, 90.0]
    assert session_runs._supported([300.0, 150.0, 80.0]) == [80.0]


def test_a_hold_here_has_the_times_of_the_product() -> None:
    """Else the quiet baseline has the rise in it, or the wrong seconds are scored."""
    hold = session_runs._hold(Side.LEFT, 250.0)
    assert hold.cue_sample == round((0.5 + 1.5) * 250.0), "0.5 s for the filters, then the baseline"
    assert hold.set_sample == round(3.5 * 250.0)
    assert scored_span(hold) == (round(4.5 * 250.0), round(9.0 * 250.0))
    assert hold.end_sample == round(9.5 * 250.0)


def test_a_hold_that_is_void_keeps_its_place_and_has_no_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one hold that is not scored stops the whole page, or moves the truths of the next ones."""
    whole = sessions(250.0, 2, seed=5)

    def without_the_second(*arguments: Any, number: int, **more: Any) -> HoldResult:
        found = score(*arguments, number=number, **more)
        nothing = dict.fromkeys(found.sites, MISSING)
        return replace(found, valid=False, outcome=Outcome.VOID, sites=nothing) if number == 2 else found

    monkeypatch.setattr(session_runs, "score", without_the_second)
    less = sessions(250.0, 2, seed=5)
    assert less.void.tolist() == [[0.0, 1.0, 0.0, 0.0, 0.0, 0.0]] * 2
    assert np.isnan(less.latency_ms[:, :2, 1]).all()
    there = [(0, 0), (0, 2), (2, 0), (2, 1), (2, 2)]
    for site, hold in there:
        assert np.array_equal(less.latency_ms[:, site, hold], whole.latency_ms[:, site, hold], equal_nan=True)
    assert not np.isnan(less.level_low).any(), "two holds have an interval"


@pytest.mark.parametrize(("n_held", "n"), [(95, 100), (0, 10), (10, 10), (1897, 2000)])
def test_the_range_of_a_share_is_clopper_and_pearsons(n_held: int, n: int) -> None:
    """Else a share of a few sessions passes for that of all."""
    found = binomtest(n_held, n).proportion_ci(0.95, method="exact")
    assert Coverage(n_held, n).range_pct == pytest.approx((100.0 * found.low, 100.0 * found.high), abs=1e-9)


def test_the_far_end_of_the_range_is_held_against_the_claim() -> None:
    """Else a lucky share of few sessions meets it."""
    assert Coverage(95, 100).far_end_pct == pytest.approx(88.72, abs=0.01)
    assert Coverage(1980, 2000).far_end_pct == pytest.approx(99.39, abs=0.01)
    assert math.isnan(Coverage(0, 0).far_end_pct)
    assert str(Coverage(0, 0)) == "–"
    assert str(Coverage(95, 100)) == "95.0 (88.7 to 98.4)"


def test_where_there_is_no_interval_nothing_is_counted() -> None:
    """Else what is refused counts as covered, or as missed."""
    low = np.array([[0.5, np.nan], [1.5, 0.5]])
    found = Coverage.of(low, low + 1.0, np.ones((2, 2)))
    assert (found.n_held, found.n) == (2, 3)
    some = Coverage.of(low, low + 1.0, np.ones((2, 2)), np.array([[True, True], [True, False]]))
    assert (some.n_held, some.n) == (1, 2)


def claims_of(written: Chapter, title: str) -> tuple[Claim, ...]:
    (found,) = [part for part in written.parts if isinstance(part, Claims) and title in part.title]
    return found.rows


def table_of(written: Chapter, title: str) -> Table:
    (found,) = [part for part in written.parts if isinstance(part, Table) and title in part.title]
    return found


def test_the_page_claims_every_interval_at_both_rates(written: Chapter) -> None:
    """Else an aim that is missed is not on the page."""
    names = {
        "glute LSI",
        "ham LSI",
        "left glute : right ham",
        "right glute : left ham",
        "level of one muscle",
    }
    rows = claims_of(written, "95 % intervals")
    assert len(rows) == 2 * len(names)
    assert all(any(name in row.what for name in names) for row in rows)
    assert all((row.reference, row.tolerance) == (95.0, 2.0) for row in rows)
    assert not any(row.met for row in rows), "eight sessions prove nothing, and must not meet a claim"
    latency = claims_of(written, "Plateau latency")
    assert [row.tolerance for row in latency] == [50.0, 50.0]
    assert [row.tolerance for row in claims_of(written, "Clean holds")] == [0.1] * 2
    fires = claims_of(written, "False fires")
    assert [row.tolerance for row in fires] == [1.0] * 4


def test_the_tables_of_the_page_are_whole(written: Chapter) -> None:
    """Else a subgroup in which intervals fail is not seen."""
    for title in ("Plateau latency, error", "Noise-based onset, error"):
        table = table_of(written, title)
        assert [row[:2] for row in table.rows][:3] == [
            ("50 to 100", "2 to 4"),
            ("50 to 100", "4 to 8"),
            ("50 to 100", "8 to 20"),
        ]
        assert len(table.rows) == 9
    groups = table_of(written, "by what the athlete is like")
    assert len(groups.rows) == 11
    assert {len(row) for row in groups.rows} == {5}
    assert len(table_of(written, "bias and spread").rows) == 18
    assert len(table_of(written, "Where efforts only fall short").rows) == 4
