"""The simulated athlete and his board: what he does, when, and that only the seed decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import FloatArray
from emg.codes import EventKind
from emg.montage import Side
from emg.results import Role
from emg.stage import Event, JsonValue, Performer
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import Fault
from hardware.simulated_muscle import MVC_UV
from hardware.simulated_truth import TruthRow, write_truth
from tests.hardware.scripted_coach import FS, SECONDS_BEFORE_SET, hold, mvc, play

LATE = (Fault("late-right-glute"),)
COLUMN = {"glute_left": 0, "ham_left": 1, "glute_right": 2, "ham_right": 3}
SIDES = pytest.mark.parametrize("side", list(Side))


def _rms(data_uv: FloatArray, start_s: float, stop_s: float) -> FloatArray:
    return np.asarray(np.sqrt(np.mean(np.square(data_uv[round(FS * start_s) : round(FS * stop_s)]), axis=0)))


def _truths(seed: int, side: Side, n: int = 4, faults: Sequence[Fault] = ()) -> list[TruthRow]:
    athlete = Athlete(seed=seed, faults=faults)
    events = [event for k in range(n) for event in hold(1.0 + 20.0 * k, side, number=k + 1)]
    play(athlete, events, 20.0 * n)
    return athlete.truth


def test_he_is_a_performer_with_the_four_sites_of_the_main_view() -> None:
    """Otherwise a session cannot be composed with him."""
    athlete = Athlete(seed=1)
    performer: Performer = athlete
    assert performer is athlete
    assert athlete.sites == ("glute_left", "ham_left", "glute_right", "ham_right")


@settings(max_examples=10)
@given(blocks=st.lists(st.integers(1, 25), min_size=1, max_size=8))
def test_any_blocks_of_up_to_a_tenth_of_a_second_give_the_same_session(blocks: list[int]) -> None:
    """The same seed at another speed must give the same rows."""
    events = mvc(0.5, "glute_left", effort_s=2.0) + hold(8.0, Side.RIGHT, held_s=3.0, scored_s=(1.0, 2.5))
    whole, cut = Athlete(seed=7, faults=LATE), Athlete(seed=7, faults=LATE)
    expected = play(whole, events, 18.0, [25])
    assert np.array_equal(play(cut, events, 18.0, blocks), expected)
    assert cut.truth == whole.truth
    assert len(whole.truth) == 1


def test_another_seed_is_another_athlete() -> None:
    """Tests over many seeds would otherwise test one athlete many times."""
    assert not np.array_equal(Athlete(seed=1).samples(500), Athlete(seed=2).samples(500))
    assert _truths(1, Side.RIGHT) != _truths(2, Side.RIGHT)


def test_every_hold_and_every_muscle_has_noise_of_its_own() -> None:
    """The same noise in each hold would make their scatter, and every interval built on it, vanish."""
    events = hold(1.0, Side.RIGHT) + hold(21.0, Side.RIGHT, number=2)
    data_uv = play(Athlete(seed=8), events, 33.0)
    first, second = (data_uv[round(FS * at_s) :][: FS * 4] for at_s in (7.0, 27.0))
    alike = np.corrcoef(np.hstack([first, second]).T) - np.eye(8)
    assert np.abs(alike).max() < 0.2


@SIDES
def test_stance_and_swing_leg_differ_as_in_life(side: Side) -> None:
    """A demo in which the wrong leg works teaches the wrong position."""
    for seed in range(6):
        for row in _truths(seed, side):
            assert row.side is side
            pct = {name: row.pct_mvc[name] or 0.0 for name in COLUMN}
            assert 45.0 <= pct[f"glute_{side}"] <= 60.0
            assert 25.0 <= pct[f"ham_{side}"] <= 35.0
            assert 20.0 <= pct[f"ham_{side.other}"] <= 30.0, "the swing hamstring lifts the heel"
            assert 2.0 <= pct[f"glute_{side.other}"] <= 4.0


@SIDES
def test_the_swing_leg_lifts_the_heel_before_the_position_is_taken(side: Side) -> None:
    """The heel is up when the coach says set; a leg that lifts later is not in the power position."""
    data_uv = play(Athlete(seed=4), hold(1.0, side), 8.0)
    before_set_uv = _rms(data_uv, 1.0 + SECONDS_BEFORE_SET - 0.8, 1.0 + SECONDS_BEFORE_SET)
    resting_uv = _rms(data_uv, 0.0, 4.0)
    swing_ham, stance_ham = COLUMN[f"ham_{side.other}"], COLUMN[f"ham_{side}"]
    assert before_set_uv[swing_ham] > 4.0 * resting_uv[swing_ham]
    assert before_set_uv[stance_ham] < 3.0 * resting_uv[stance_ham]


def test_latencies_are_those_of_healthy_people() -> None:
    """Hamstring first, glute within a second, neither before a person can react."""
    for seed in range(6):
        for row in _truths(seed, Side.LEFT):
            assert row.ham_latency_s is not None
            assert row.glute_latency_s is not None
            assert 0.25 <= row.ham_latency_s <= 0.52
            assert 0.48 <= row.glute_latency_s <= 0.92
            assert row.ham_latency_s < row.glute_latency_s


@pytest.mark.parametrize("kind", [EventKind.CUE, EventKind.SET, EventKind.RELAX])
def test_he_never_reacts_faster_than_a_fifth_of_a_second(kind: EventKind) -> None:
    """A faster reaction would make the result depend on when a block happens to end."""
    for seed in range(10):
        events = hold(1.0, Side.RIGHT)
        deaf = [event for event in events if event.sample < events[3].sample or kind is EventKind.RELAX]
        deaf = [event for event in deaf if event.kind not in (kind, EventKind.HOLD_DONE, EventKind.REST)]
        at = next(event.sample for event in events if event.kind is kind)
        heard_uv = play(Athlete(seed=seed), [e for e in events if e.sample <= at], 16.0)
        deaf_uv = play(Athlete(seed=seed), [e for e in deaf if e.sample < at], 16.0)
        differs = np.flatnonzero((heard_uv != deaf_uv).any(axis=1))
        assert at + 0.2 * FS <= differs[0] <= at + 0.4 * FS


def test_the_maximum_is_that_muscle_s_and_the_same_every_time() -> None:
    """100 % must mean one thing: neighbours help a little, and two trials agree within their scatter."""
    for site, column in COLUMN.items():
        events = mvc(1.0, site, effort_s=40.0) + mvc(60.0, site, effort_s=40.0, trial=2)
        athlete = Athlete(seed=11)
        data_uv = play(athlete, events, 110.0)
        first_uv, second_uv = _rms(data_uv, 5.0, 44.0), _rms(data_uv, 64.0, 103.0)
        assert first_uv[column] == pytest.approx(second_uv[column], rel=0.07)
        kept = 0.71 if site.startswith("glute") else 0.54
        low, high = MVC_UV[site.partition("_")[0]]
        # either side is within 5 % of what the two have in common
        assert 0.88 * low * kept < first_uv[column] < 1.09 * high * kept
        same_side = COLUMN[("ham" if site.startswith("glute") else "glute") + site[site.index("_") :]]
        rest_uv = _rms(data_uv, 0.0, 4.0)
        for other in set(COLUMN.values()) - {column}:
            assert bool(first_uv[other] > 2.0 * rest_uv[other]) is (other == same_side)


def test_levels_of_the_signal_are_the_levels_of_the_truth() -> None:
    """truth.csv is what the session is judged by: it must be about the samples that were given."""
    sites = list(COLUMN)
    for seed in (1, 2):
        events = [e for k, site in enumerate(sites) for e in mvc(1.0 + 60.0 * k, site, effort_s=45.0)]
        events += hold(250.0, Side.RIGHT, held_s=60.0, scored_s=(2.0, 59.0))
        athlete = Athlete(seed=seed)
        data_uv = play(athlete, events, 330.0)
        rest_uv = _rms(data_uv, 0.0, 4.0)
        hold_uv = _rms(data_uv, 250.0 + SECONDS_BEFORE_SET + 2.0, 250.0 + SECONDS_BEFORE_SET + 59.0)
        for k, site in enumerate(sites):
            mvc_uv = _rms(data_uv, 5.0 + 60.0 * k, 49.0 + 60.0 * k)[k]
            pct = 98.5 * np.sqrt(hold_uv[k] ** 2 - rest_uv[k] ** 2) / mvc_uv
            assert pct == pytest.approx(athlete.truth[0].pct_mvc[site], rel=0.06, abs=0.3)


def test_rest_is_rest() -> None:
    """He lies still while rest is measured: 1.5 to 3 µV at the board, and nothing else."""
    detail: Mapping[str, JsonValue] = {"exercise": "rest"}
    events = [
        Event(0, EventKind.PREPARE, "rest#1", detail=detail),
        Event(750, EventKind.CUE, "rest#1", detail=detail),
    ]
    for seed in range(4):
        data_uv = play(Athlete(seed=seed), events, 40.0)
        assert (_rms(data_uv, 0.0, 40.0) > 1.4).all()
        assert (_rms(data_uv, 0.0, 40.0) < 3.1).all()


@pytest.mark.parametrize(
    "kind", [EventKind.RELAX, EventKind.PAUSED, EventKind.HOLD_DONE, EventKind.SESSION_ENDED]
)
def test_he_lets_go_when_the_coach_lets_him(kind: EventKind) -> None:
    """Muscles that go on through a pause tire the demo's rest and spoil the next hold."""
    events = [
        event
        for event in hold(1.0, Side.RIGHT)
        if event.kind in (EventKind.PREPARE, EventKind.CUE, EventKind.SET)
    ]
    stop_s = 9.0
    events.append(Event(round(FS * stop_s), kind))
    data_uv = play(Athlete(seed=3), events, 20.0)
    assert (_rms(data_uv, stop_s - 2.0, stop_s)[[1, 2, 3]] > 8.0).all()
    assert (_rms(data_uv, stop_s + 0.7, 20.0) < 3.2).all()


def test_a_plan_that_is_called_off_never_comes() -> None:
    """Foot down right after set: a glute that fires into the rest would be a ghost."""
    events = hold(1.0, Side.RIGHT, held_s=0.1, scored_s=None)
    data_uv = play(Athlete(seed=3, faults=LATE), events, 14.0)
    assert (_rms(data_uv, 6.5, 14.0) < 3.2).all()


def test_an_event_heard_late_starts_him_late_and_rewrites_nothing() -> None:
    """Over files he hears late; the samples that are gone are gone, and the truth says what they were."""
    events = hold(1.0, Side.RIGHT)
    before = [event for event in events if event.kind in (EventKind.PREPARE, EventKind.CUE)]
    deaf, late = Athlete(seed=5), Athlete(seed=5)
    expected_uv = play(deaf, before, 8.0)
    assert np.array_equal(play(late, before, 8.0), expected_uv)
    for event in events[2:3]:
        late.hear(event)
    late_uv, deaf_uv = late.samples(500), deaf.samples(500)
    assert np.flatnonzero((late_uv != deaf_uv).any(axis=1))[0] <= 2
    late.hear(events[4])
    row = late.truth[0]
    assert row.glute_latency_s is not None
    assert row.glute_latency_s > 8.0 - 1.0 - SECONDS_BEFORE_SET


def test_prepare_heard_late_joins_the_noise_where_it_would_be() -> None:
    """The emulated board's athlete then has the hold of the demo, whatever the delay of the file."""
    events = hold(1.0, Side.LEFT)
    expected_uv = play(Athlete(seed=5), events, 12.0)
    late = Athlete(seed=5)
    first_uv = late.samples(round(FS * 1.9))
    late.hear(events[0])
    rest_uv = np.concatenate([first_uv, late.samples(round(FS * 2.0))])
    assert np.array_equal(rest_uv[475:], expected_uv[475:975])
    assert not np.array_equal(rest_uv[400:475], expected_uv[400:475])


def test_a_late_right_glute_is_one_second_late_and_changes_nothing_else() -> None:
    """A fault that leaks into the left side makes every comparison of the two worthless."""
    n = round(FS * 13.0)
    right = hold(1.0, Side.RIGHT, scored_s=(2.5, 5.5))
    late_right = hold(1.0, Side.RIGHT, held_s=7.0, scored_s=(2.5, 5.5))
    well, sick = Athlete(seed=9), Athlete(seed=9, faults=LATE)
    well_uv = play(well, right + hold(20.0, Side.LEFT, number=2), 40.0)
    # the right hold takes longer, so all that follows comes later
    sick_uv = play(sick, late_right + hold(21.3, Side.LEFT, number=2), 41.3)
    before_relax = round(FS * (1.0 + SECONDS_BEFORE_SET + 6.0))
    others = [0, 1, 3]
    assert np.array_equal(sick_uv[:before_relax, others], well_uv[:before_relax, others])
    start, later = round(FS * 20.3), round(FS * 21.6)
    assert np.array_equal(sick_uv[later : later + n], well_uv[start : start + n])
    assert sick.truth[1] == well.truth[1]
    assert sick.truth[0].ham_latency_s == well.truth[0].ham_latency_s
    delay_s = (sick.truth[0].glute_latency_s or 0.0) - (well.truth[0].glute_latency_s or 0.0)
    assert delay_s == pytest.approx(1.0, abs=0.025), "a drift of 3 % moves the 75 % crossing a little"


def test_the_truth_is_by_the_definitions_of_the_session() -> None:
    """A rise within the scored span lowers the plateau, in the truth as in the result."""
    late = _truths(9, Side.RIGHT, faults=LATE)
    well = _truths(9, Side.RIGHT)
    for sick_row, well_row in zip(late, well, strict=True):
        assert (sick_row.pct_mvc["glute_right"] or 0.0) < 0.97 * (well_row.pct_mvc["glute_right"] or 0.0)
        assert sick_row.pct_mvc["ham_right"] == well_row.pct_mvc["ham_right"]
        assert 0.9 < (sick_row.glute_latency_s or 0.0) - (well_row.glute_latency_s or 0.0) <= 1.02


def test_a_hold_that_was_not_scored_has_no_truth_to_compare_with() -> None:
    """A zero for a hold that was broken off would look like a muscle that did nothing."""
    athlete = Athlete(seed=1)
    play(athlete, hold(1.0, Side.LEFT, held_s=0.5, scored_s=None), 10.0)
    (row,) = athlete.truth
    assert (row.glute_latency_s, row.ham_latency_s) == (None, None)
    assert set(row.pct_mvc.values()) == {None}


def test_a_muscle_that_never_crosses_has_no_latency() -> None:
    """Never is empty, not the last sample."""
    athlete = Athlete(seed=1, faults=LATE)
    play(athlete, hold(1.0, Side.RIGHT, held_s=1.75, scored_s=(1.0, 1.7)), 10.0)
    assert athlete.truth[0].glute_latency_s is None
    assert athlete.truth[0].ham_latency_s is not None


def test_a_maximum_of_a_muscle_that_he_has_not_leaves_him_at_rest() -> None:
    """A session with another muscle must go on; nothing else may fill in for it."""
    athlete = Athlete(seed=2)
    data_uv = play(athlete, mvc(1.0, "glute_med_left"), 10.0)
    assert (_rms(data_uv, 0.0, 10.0) < 3.2).all()
    assert athlete.truth == []


def test_truth_csv_is_what_other_programs_expect(tmp_path: Path) -> None:
    """Decimal points, line feeds, empty cells for what is not known."""
    path = tmp_path / "truth.csv"
    rows = [
        TruthRow(1, Role.TEST, Side.RIGHT, 0.712, None, {"glute_right": 51.23456, "ham_right": None}),
        TruthRow(2, Role.TRAIN, Side.LEFT, None, -0.004, {"glute_right": 3.0, "ham_right": 25.0}),
    ]
    write_truth(path, rows, ["glute_right", "ham_right"])
    assert path.read_bytes() == (
        b"hold,role,side,glute_latency_s,ham_latency_s,glute_right_pct_mvc,ham_right_pct_mvc\n"
        b"1,test,right,0.7120,,51.2346,\n"
        b"2,train,left,,-0.0040,3.0000,25.0000\n"
    )


def test_a_seed_below_zero_is_refused_in_a_sentence() -> None:
    """A traceback of the random numbers tells nobody what to type."""
    with pytest.raises(ValueError, match="give a whole number that is 0 or more"):
        Athlete(seed=-1)
