"""Claims about what may be said across sessions."""

from __future__ import annotations

import math
import random
import statistics
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.session.library import Number, SessionDigest
from emg.session.trend import Best, Change, Point, Series, Trend, Typical, best_of, trends
from tests.emg.session.past import digest, series_of

GLUTE = "glute_left_pct_mvc"
LATENCY = "glute_left_latency_s"


def only(digests: list[SessionDigest]) -> Trend:
    (trend,) = trends(digests)
    return trend


def series(name: str, *values: float | None, **facts: object) -> Series:
    return only(series_of(name, *values, **facts)).series[name]


def same_taping(digests: list[SessionDigest], *taped: int) -> list[SessionDigest]:
    return [
        digest(
            day,
            numbers=one.numbers,
            placement=f"taping {taped[day]}",
        )
        for day, one in enumerate(digests)
    ]


def test_each_athlete_is_followed_in_each_protocol_by_itself() -> None:
    """Else one athlete's good day is another's progress."""
    found = trends(
        [
            digest(3, athlete="b02"),
            digest(1),
            digest(2, id="x", protocol="chair_bridge"),
            digest(0, id="first"),
        ]
    )

    assert [(one.athlete, one.protocol, len(one.sessions)) for one in found] == [
        ("a01", "chair_bridge", 1),
        ("a01", "power_position", 2),
        ("b02", "power_position", 1),
    ]
    assert found[1].sessions[0] == "first"


@pytest.mark.parametrize(
    "facts", [{"simulated": True}, {"complete": False}, {"kind": "practice"}, {"kind": "recording"}]
)
def test_only_measured_whole_sessions_of_a_person_enter(facts: dict[str, object]) -> None:
    """Else the simulated athlete, or half a session, is somebody's best."""
    assert trends([digest(0, numbers={GLUTE: Number(90.0)}, **facts)]) == ()


def test_typical_is_the_median_of_the_last_five_and_best_of_all() -> None:
    """Else a first bad month stays typical for ever."""
    found = series(GLUTE, 99.0, 10.0, 20.0, 30.0, 40.0, 50.0)

    assert found.typical == Typical(30.0, 20.0, 5)
    assert found.best is not None
    assert found.best.number.value == 99.0


def test_the_last_session_is_held_against_those_before_it() -> None:
    """Else it is compared with itself, and every change looks smaller than it is."""
    found = series(GLUTE, 40.0, 40.0, 40.0, 50.0)

    assert found.before == Typical(40.0, 0.0, 3)
    assert found.change == Change(pct=25.0)
    assert found.last is not None
    assert found.last.number.value == 50.0


def test_a_first_session_has_nothing_to_be_compared_with() -> None:
    """Else a beginner is told of a change."""
    found = series(GLUTE, 40.0)

    assert (found.before, found.change, found.beyond) == (Typical(None, None, 0), None, None)
    assert found.typical == Typical(40.0, None, 1)


def test_two_sessions_have_no_interquartile_range() -> None:
    """Else a range of two looks as sure as one of five."""
    assert series(GLUTE, 40.0, 44.0).typical == Typical(42.0, None, 2)
    assert series(GLUTE, 40.0, 44.0, 46.0).typical.iqr is not None


def test_an_older_value_is_never_shown_as_the_last() -> None:
    """Else what was not measured today is told as measured."""
    found = series(GLUTE, 40.0, 44.0, None)

    assert (found.last, found.change) == (None, None)
    assert found.typical.n == 2
    assert found.before == found.typical


def test_a_number_that_no_session_has_is_not_followed() -> None:
    """Else the table is full of rows that say nothing."""
    assert only(series_of(GLUTE, None, None)).series == {}


def test_a_change_of_latency_is_in_seconds_also_around_zero() -> None:
    """Else a glute that was there before "set" gives a change of minus infinity percent."""
    found = series(LATENCY, 0.2, 0.1, 0.3, -0.1)

    assert found.change is not None
    assert found.change.pct is None
    assert found.change.s == pytest.approx(-0.3)
    assert found.best is not None
    assert found.best.number.value == -0.1


def test_a_level_of_zero_has_no_change_in_percent() -> None:
    """Else a dead electrode is a change of infinite size."""
    assert series(GLUTE, 0.0, 0.0, 40.0).change is None
    assert series(GLUTE, 40.0, 40.0, 0.0).change is None


def test_a_glute_that_never_came_counts_as_the_latest() -> None:
    """Else the typical latency leaves the worst sessions out."""
    days = [digest(day, numbers={LATENCY: Number(never=True)}) for day in (3, 4)]

    found = only([*series_of(LATENCY, 0.5, 0.6, 0.7), *days]).series[LATENCY]

    assert (found.typical.median, found.typical.iqr) == (0.7, None)
    assert found.last is not None
    assert found.last.number.never
    assert found.change is None
    assert found.best is not None
    assert found.best.number.value == 0.5


@pytest.mark.parametrize(
    ("name", "kind", "values", "best"),
    [
        (GLUTE, Best.HIGHEST, (40.0, 60.0, 50.0), 60.0),
        ("ratio_right", Best.HIGHEST, (1.0, 2.0, 1.5), 2.0),
        (LATENCY, Best.LOWEST, (0.4, 0.2, 0.3), 0.2),
        ("glute_lsi_pct", Best.NEAREST_100, (60.0, 120.0, 160.0), 120.0),
        ("ham_lsi_pct", Best.NEAREST_100, (50.0, 190.0), 190.0),
        ("ham_left_pct_mvc", Best.NONE, (10.0, 20.0), None),
        ("left_glute_right_ham", Best.NONE, (1.0, 2.0), None),
    ],
)
def test_best_is_what_each_number_means_by_it(
    name: str, kind: Best, values: tuple[float, ...], best: float | None
) -> None:
    """Else the slowest glute, or the most lopsided day, is praised."""
    found = series(name, *values).best

    assert best_of(name) is kind
    assert (None if found is None else found.number.value) == best


def test_a_doubtful_maximum_is_best_only_where_there_is_no_other() -> None:
    """Else the session whose maximum was held back wins every time."""
    doubtful = digest(5, numbers={GLUTE: Number(95.0, doubts=("glute_left",))})

    among_others = only([*series_of(GLUTE, 40.0, 44.0), doubtful]).series[GLUTE].best
    alone = only([doubtful]).series[GLUTE].best

    assert among_others is not None
    assert among_others.number.value == 44.0
    assert alone is not None
    assert alone.number.doubts == ("glute_left",)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_nothing_is_called_detectable_before_five_sessions_with_fresh_electrodes(n: int) -> None:
    """Else scatter between tapings is sold as progress."""
    found = series(GLUTE, *(40.0 + day for day in range(n)))

    assert (found.detectable, found.detectable_reason) == (None, f"sdc_needs_sessions:{5 - n}")
    assert found.beyond is None


def test_sessions_with_the_same_taping_count_once() -> None:
    """Else ten sessions under one tape look like ten tapings, and almost anything is detectable."""
    values = series_of(GLUTE, 40.0, 41.0, 40.5, 40.2, 40.1, 50.0, 50.1)

    found = only(same_taping(values, 1, 1, 1, 1, 1, 2, 2))

    assert found.n_fresh == 2
    assert found.series[GLUTE].detectable is None
    assert found.series[GLUTE].detectable_reason == "sdc_needs_sessions:3"


def test_of_each_taping_the_first_session_counts() -> None:
    """Else means of many sessions make a single one look more precise than it is."""
    values = (40.0, 90.0, 44.0, 38.0, 42.0, 47.0, 41.0)
    found = only(same_taping(series_of(GLUTE, *values), 1, 1, 2, 3, 4, 5, 6)).series[GLUTE]

    sem = statistics.stdev(math.log(value) for value in (40.0, 44.0, 38.0, 42.0, 47.0))
    assert found.detectable is not None
    assert (found.detectable.n, found.detectable.with_last) == (5, False)
    assert found.detectable.rise_pct == pytest.approx(100.0 * (math.exp(1.96 * math.sqrt(2.0) * sem) - 1.0))


def test_tapings_that_nobody_knows_do_not_count() -> None:
    """Else sessions of one taping pass as five because its name was lost."""
    found = series(GLUTE, 40.0, 44.0, 38.0, 42.0, 47.0, placement=None)

    assert found.detectable_reason == "sdc_needs_sessions:5"


def test_the_detectable_change_is_weirs_formula_on_the_log_scale() -> None:
    """Else it is another number than the source says: 1.96 * sqrt(2) * SEM (Weir 2005)."""
    values = (30.0, 40.0, 35.0, 45.0, 33.0, 39.0)
    reach = 1.96 * math.sqrt(2.0) * statistics.stdev(map(math.log, values[:-1]))

    found = series(GLUTE, *values).detectable

    assert found is not None
    assert found.rise_pct is not None
    assert found.fall_pct is not None
    assert found.rise_pct == pytest.approx(100.0 * (math.exp(reach) - 1.0))
    assert found.fall_pct == pytest.approx(100.0 * (1.0 - math.exp(-reach)))
    assert (1.0 + found.rise_pct / 100.0) * (1.0 - found.fall_pct / 100.0) == pytest.approx(1.0)
    assert found.s is None


def test_the_detectable_change_of_a_latency_is_in_seconds() -> None:
    """Else a latency below zero has no logarithm and the whole trend falls over."""
    values = (0.2, -0.1, 0.3, 0.1, 0.15, 0.9)

    found = series(LATENCY, *values)

    assert found.detectable is not None
    assert found.detectable.s == pytest.approx(1.96 * math.sqrt(2.0) * statistics.stdev(values[:-1]))
    assert found.detectable.rise_pct is None
    assert found.beyond is True


def test_a_session_is_not_judged_by_a_scatter_that_it_widened_itself() -> None:
    """Else, with five, no change whatever could ever be beyond."""
    five = series(GLUTE, 40.0, 41.0, 39.0, 40.0, 400.0)
    six = series(GLUTE, 40.0, 41.0, 39.0, 40.0, 40.5, 400.0)

    assert five.detectable is not None
    assert (five.detectable.n, five.detectable.with_last, five.beyond) == (5, True, None)
    assert six.detectable is not None
    assert (six.detectable.n, six.detectable.with_last, six.beyond) == (5, False, True)


def test_a_second_session_of_the_same_taping_is_judged_by_the_other_tapings() -> None:
    """Else its own first session is half of the proof."""
    values = (40.0, 44.0, 38.0, 42.0, 47.0, 80.0, 80.0)

    found = only(same_taping(series_of(GLUTE, *values), 1, 2, 3, 4, 5, 6, 6)).series[GLUTE]

    assert found.detectable is not None
    assert (found.detectable.n, found.beyond) == (5, True)


def test_a_small_change_is_within_the_scatter_and_a_fall_is_judged_like_a_rise() -> None:
    """Else only good news can be beyond chance."""
    scatter = (40.0, 44.0, 38.0, 42.0, 47.0)
    detectable = series(GLUTE, *scatter, 42.0).detectable
    assert detectable is not None
    assert detectable.rise_pct is not None
    assert detectable.fall_pct is not None
    up = 42.0 * (1.0 + detectable.rise_pct / 100.0)
    down = 42.0 * (1.0 - detectable.fall_pct / 100.0)

    assert [series(GLUTE, *scatter, up * by).beyond for by in (0.99, 1.01)] == [False, True]
    assert [series(GLUTE, *scatter, down * by).beyond for by in (1.01, 0.99)] == [False, True]


def test_a_glute_that_never_came_leaves_no_detectable_latency() -> None:
    """Else its scatter is reckoned without its worst days."""
    digests = series_of(LATENCY, 0.2, 0.3, 0.25, 0.35, 0.3, 0.2)
    digests[2] = digest(2, numbers={LATENCY: Number(never=True)})

    found = only(digests).series[LATENCY]

    assert (found.detectable, found.detectable_reason) == (None, "sdc_never_fired")


def test_chance_alone_is_called_beyond_about_as_often_as_it_says() -> None:
    """Else "more than scatter" is said of nothing at all: 5 to 9 % at five tapings, less with more."""
    rng = np.random.default_rng(6)

    def said(n: int, runs: int = 1000) -> float:
        values = np.exp(rng.normal(math.log(40.0), 0.2, (runs, n + 1)))
        return float(np.mean([series(GLUTE, *row.tolist()).beyond is True for row in values]))

    assert 0.05 < said(5) < 0.09
    assert said(15) < 0.05


def test_what_differs_between_the_compared_sessions_is_said() -> None:
    """Else a new board, or a fuller maximum, passes for training."""
    old = [digest(day, board="ganglion", methods={"glute_left": "quick"}) for day in range(3)]
    new = digest(9, methods={"glute_left": "mvc", "ham_left": "submax"})
    recent = [digest(10 + day, methods={"glute_left": "mvc"}) for day in range(6)]

    assert only([*old, new]).caveats == ("mixed_ways", "mixed_boards")
    assert only([*old, new, *recent]).caveats == ()


@given(
    values=st.lists(st.none() | st.floats(-1.0, 200.0, allow_subnormal=False), min_size=1, max_size=9),
    tapings=st.lists(st.integers(0, 9) | st.none(), min_size=9, max_size=9),
    name=st.sampled_from([GLUTE, LATENCY, "glute_lsi_pct", "left_glute_right_ham"]),
    seed=st.randoms(),
)
def test_no_history_breaks_a_trend_and_its_order_does_not_matter(
    values: list[float | None], tapings: list[int | None], name: str, seed: random.Random
) -> None:
    """Else one strange session takes the page away, or a copied folder changes the numbers."""
    digests = [
        digest(
            day,
            numbers={name: Number(value, never=value is None and name == LATENCY)},
            placement=None if tapings[day] is None else str(tapings[day]),
        )
        for day, value in enumerate(values)
    ]
    (found,) = trends(digests)
    seed.shuffle(digests)

    assert trends(digests) == (found,)
    for one in found.series.values():
        assert one.beyond is None or one.detectable is not None
        assert (one.detectable is None) == bool(one.detectable_reason)
        assert one.detectable is None or one.detectable.n >= 5
        assert all(map(math.isfinite, _numbers(one)))


def _numbers(one: Series) -> list[float]:
    found = [one.typical.median, one.typical.iqr, one.before.median, one.before.iqr]
    if one.change is not None:
        found += [one.change.pct, one.change.s]
    if one.detectable is not None:
        found += [one.detectable.rise_pct, one.detectable.fall_pct, one.detectable.s]
    return [value for value in found if value is not None]


def test_a_point_says_never_as_later_than_any() -> None:
    """Else a muscle that never came is drawn as if it had not been asked."""
    point = Point("x", datetime(2026, 3, 1, tzinfo=UTC), None, Number(never=True))

    assert point.value == math.inf
