"""Bouts by the clock, looked at stride by stride."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Activations, Reference
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.montage import Legs, Side
from emg.results import HoldResult, Kind, Outcome, Role, Until
from emg.sets.set_settings import MAX_REPEATS
from emg.stage import StageStart
from hardware.simulated_athlete import Athlete
from tests.emg.sets.coached import FS, Pct, Told, run, ticks, without
from tests.emg.sets.moving import (
    LEAD,
    PREPARE,
    REST,
    SET_AFTER,
    SET_AT,
    bout_set,
    bump,
    faulty,
    in_set,
    of_kind,
    of_sites,
    own_reference,
    performed,
    with_verdict,
)

FOOT_DOWN, ENOUGH, STOP = CommandKind.FOOT_DOWN, CommandKind.ENOUGH, CommandKind.STOP
PAUSE, RESUME, NEXT, BACK = CommandKind.PAUSE, CommandKind.RESUME, CommandKind.NEXT, CommandKind.BACK
FELT = CommandKind.FELT

BOUT = 4 * FS
NEXT_SET = BOUT + REST + PREPARE + SET_AFTER
"""From one "set" to the next, where nothing is repeated."""

SECONDS = 24.0


def strides(tops_pct: Sequence[float] = (40.0,), *, until_s: float = 60.0) -> Pct:
    """Left and right in turn, a second from one left stride to the next, from 0.2 s after "set" on."""
    turns = round(until_s)
    left = [bump(0.2 + k, tops_pct[k % len(tops_pct)], 0.1, 0.25) for k in range(turns)]
    right = [bump(0.7 + k, tops_pct[k % len(tops_pct)], 0.1, 0.25) for k in range(turns)]
    return of_sites(glute_left=left, glute_right=right)


@cache
def drill() -> Activations:
    """Twenty-four seconds of it."""
    return ticks(range(round(SECONDS * FS)), strides(until_s=24.0))


def kinds(told: Told) -> list[str]:
    return [event.kind.value for event in told.events if event.kind is not EventKind.HOLD_DONE]


ONE_BOUT = ["prepare", "cue", "set", "relax"]


def test_a_set_is_so_many_bouts_with_rest_between() -> None:
    """Else a drill has no end, or no pause in it."""
    told = run(stage := bout_set(), drill())
    assert stage.done
    assert kinds(told) == [*ONE_BOUT, "rest", *ONE_BOUT]
    assert told.at(EventKind.SET) == [SET_AT, SET_AT + NEXT_SET]
    assert told.at(EventKind.RELAX) == [SET_AT + BOUT, SET_AT + NEXT_SET + BOUT]
    assert told.end == SET_AT + NEXT_SET + BOUT
    rest = of_kind(told.events, EventKind.REST)[0]
    assert rest.detail == {"phase": "rest", "rest_s": REST / FS}


def test_the_events_of_a_bout_say_what_is_asked() -> None:
    """Else the simulated athlete does not know what to do, or makes the same noise in every bout."""
    told = run(bout_set(), drill())
    asked = {"kind": "bouts", "gate": "glute", "bout_s": 4.0, "exercise": "chair_bridge", "phase": "effort"}
    for number, event in enumerate(of_kind(told.events, EventKind.SET), start=1):
        assert {name: event.detail[name] for name in asked} == asked
        assert event.detail["attempt"] == number
        assert (event.side, event.role, event.hold) == (Legs.ALTERNATING, Role.TRAIN, None)


def test_every_stride_is_a_row_of_its_own_leg_in_order() -> None:
    """Else left and right cannot be told apart, which is what the drill is looked at for."""
    told = run(bout_set(next_hold=3), drill())
    first = [hold for hold in told.holds if hold.set_number == 2]
    whole = [hold for hold in first if hold.outcome is Outcome.SUCCESS]
    assert [hold.side for hold in whole] == [Side.LEFT, Side.RIGHT] * 3 + [Side.LEFT]
    assert [hold.set_sample for hold in whole] == pytest.approx(
        [in_set(0.25 + 0.5 * k) for k in range(7)], abs=4
    )
    for hold in whole:
        assert (hold.kind, hold.role, hold.until) == (Kind.STRIDE, Role.TRAIN, Until.RELEASE)
        assert hold.held_s == pytest.approx(0.35, abs=0.03)
        assert hold.glute.pct_mvc == pytest.approx(38.0, abs=1.5)
        assert hold.opposite_glute.pct_mvc == pytest.approx(0.0, abs=3.0)
        assert (hold.glute.latency_s, hold.cue_sample) == (None, None)
    assert [hold.hold for hold in told.holds] == list(range(3, 3 + len(told.holds)))
    done = of_kind(told.events, EventKind.HOLD_DONE)
    assert [(event.hold, event.side, event.detail["kind"]) for event in done] == [
        (hold.hold, hold.side, "stride") for hold in told.holds
    ]
    assert {hold.set_number for hold in told.holds} == {2, 3}, "the number of its bout"


def test_the_stride_under_way_at_the_end_of_a_bout_is_incomplete() -> None:
    """Else half a stride is told as a short one."""
    last = [hold for hold in run(bout_set(), drill()).holds if hold.set_number == 2][-1]
    assert (last.outcome, last.outcome_reason) == (Outcome.INCOMPLETE, "limit")
    assert last.end_sample == SET_AT + BOUT
    assert last.glute.pct_mvc is None


def test_a_stride_is_held_against_the_target_on_its_own() -> None:
    """Else one good stride makes a bout, or one weak one breaks it."""
    levels = ticks(range(round(12.0 * FS)), strides((40.0, 26.0, 15.0), until_s=5.0))
    told = run(bout_set(bouts=1), levels)
    left = [hold.outcome.value for hold in told.holds if hold.side is Side.LEFT]
    assert left == ["success", "missed", "not_reached", "success"]


def test_a_weak_leg_s_strides_are_found_beside_a_strong_one_s() -> None:
    """Else the weaker leg seems not to move at all."""
    pct = of_sites(
        glute_left=[bump(0.2 + k, 60.0, 0.1, 0.25) for k in range(4)],
        glute_right=[bump(0.7 + k, 9.0, 0.1, 0.25) for k in range(4)],
    )
    told = run(bout_set(bouts=1), ticks(range(round(12.0 * FS)), pct))
    sides = [hold.side for hold in told.holds if hold.outcome.counts]
    assert sides.count(Side.LEFT) == 4
    assert sides.count(Side.RIGHT) == 3


def test_strides_are_told_in_the_order_in_which_they_began() -> None:
    """Else a long stride of one leg comes behind the other leg's next, and left and right seem exchanged."""
    pct = of_sites(glute_left=[bump(0.5, 40.0, 0.1, 2.0)], glute_right=[bump(1.0, 40.0, 0.1, 0.3)])
    told = run(bout_set(bouts=1), ticks(range(round(12.0 * FS)), pct))
    assert [hold.side for hold in told.holds] == [Side.LEFT, Side.RIGHT]


# --- a bout that is done again


@pytest.mark.parametrize("key", [FOOT_DOWN, BACK])
def test_a_foot_that_comes_down_ends_the_bout_and_it_is_done_again(key: CommandKind) -> None:
    """Else a stumble is in the mean, or the bout is lost."""
    told = run(stage := bout_set(), drill(), say={in_set(2.6): key})
    assert told.at(EventKind.RELAX)[0] == in_set(2.6)
    lost = [hold for hold in told.holds if (hold.set_sample or 0) < in_set(2.6)]
    assert {hold.outcome for hold in lost} == {Outcome.LOST_BALANCE}
    assert {hold.outcome_reason for hold in lost} == {"foot_down"}
    assert len(lost) == 5
    assert not any(hold.enters_means or hold.glute.pct_mvc for hold in lost)
    assert kinds(told) == [*ONE_BOUT, "rest", *ONE_BOUT, "rest", *ONE_BOUT]
    assert {hold.set_number for hold in lost} == {2}
    assert sum(hold.set_number == 2 for hold in told.holds) > len(lost), "the same bout, again"
    assert stage.done


def test_a_drill_that_is_lost_again_and_again_ends() -> None:
    """Else somebody who cannot do it is held there for ever."""
    stage = bout_set(rest_s=0.2, prepare_s=0.2, set_after_s=0.2)
    levels = ticks(range(8000), strides(until_s=30.0))
    say = dict.fromkeys(range(100, 8000, 50), FOOT_DOWN)
    told = run(stage, levels, say=say)
    assert stage.done
    assert len(told.at(EventKind.SET)) == MAX_REPEATS + 1


def test_a_paused_bout_is_done_again_and_costs_nothing() -> None:
    """Else a telephone is a stumble, or half a bout is one."""
    told = run(stage := bout_set(), drill(), say={in_set(2.6): PAUSE, in_set(4.0): RESUME})
    before = [hold for hold in told.holds if (hold.set_sample or 0) < in_set(2.6)]
    assert {(hold.outcome, hold.outcome_reason) for hold in before} == {(Outcome.INCOMPLETE, "paused")}
    assert told.at(EventKind.PREPARE) == [LEAD, in_set(4.0), in_set(4.0) + NEXT_SET]
    assert len(told.at(EventKind.SET)) == 3
    assert stage.done
    again = SET_AT - LEAD + 20
    pauses = {SET_AT + 10 + again * k: PAUSE for k in range(MAX_REPEATS + 2)}
    back = {at + 10: RESUME for at in pauses}
    assert len(run(bout_set(), drill(), say={**pauses, **back}).at(EventKind.SET)) >= MAX_REPEATS + 3


# --- what ends it


@pytest.mark.parametrize("key", [NEXT, ENOUGH])
def test_an_own_stop_ends_the_bout_and_keeps_its_strides(key: CommandKind) -> None:
    """Else who has had enough is held there, or loses what is done."""
    told = run(bout_set(), drill(), say={in_set(2.6): key})
    assert told.at(EventKind.RELAX)[0] == in_set(2.6)
    assert [hold.outcome.value for hold in told.holds if hold.set_number == 2] == ["success"] * 4 + [
        "incomplete"
    ]
    assert len(told.at(EventKind.SET)) == 2, "the next bout follows"


def test_a_session_that_stops_keeps_the_strides_of_its_bout() -> None:
    """Else the end of a session takes strides with it that were whole."""
    told = run(bout_set(), drill(), say={in_set(2.6): STOP})
    assert told.outcomes[:5] == ["success"] * 4 + ["incomplete"]
    assert told.holds[4].outcome_reason == "stopped"


def test_next_skips_the_rest_between_bouts() -> None:
    """Else somebody who is ready has to wait."""
    told = run(bout_set(), drill(), say={SET_AT + BOUT + 50: NEXT})
    assert told.at(EventKind.PREPARE)[1] == SET_AT + BOUT + 50


# --- what does not count


def test_a_gap_makes_void_what_it_lies_in_and_nothing_else() -> None:
    """Else a lost packet costs the bout, or a stride has a level that nobody read."""
    gap = range(in_set(1.3), in_set(1.42))
    told = run(bout_set(bouts=1), ticks(range(round(12.0 * FS)), strides(until_s=5.0), lost=gap))
    void = [hold for hold in told.holds if hold.outcome is Outcome.VOID]
    assert [(hold.side, hold.invalid_reason) for hold in void] == [(Side.LEFT, "gap")]
    assert void[0].lost_samples == len(gap)
    assert sum(hold.outcome.counts for hold in told.holds) == 6


def test_the_contact_of_one_leg_costs_the_other_nothing() -> None:
    """Else an electrode on the left hamstring takes the right leg's strides."""
    levels = with_verdict(drill(), "ham_left", "railed", in_set(0.0), in_set(3.0))
    told = run(bout_set(bouts=1), levels)
    left = [hold.outcome.value for hold in told.holds if hold.side is Side.LEFT]
    right = [hold.outcome.value for hold in told.holds if hold.side is Side.RIGHT]
    assert left == ["void", "void", "void", "success"]
    assert right == ["success"] * 3 + ["incomplete"]


@pytest.mark.parametrize("reference", [Reference(), without("glute_left", "glute_right")])
def test_without_a_reference_the_bouts_are_done_and_nothing_is_claimed(reference: Reference) -> None:
    """Else somebody without a calibration cannot do the drill."""
    levels = ticks(range(round(SECONDS * FS)), strides(until_s=24.0), reference=reference)
    told = run(stage := bout_set(reference), levels)
    assert stage.done
    assert told.holds == []
    assert told.at(EventKind.RELAX) == [SET_AT + BOUT, SET_AT + NEXT_SET + BOUT]


def test_one_leg_alone_has_its_strides() -> None:
    """Else two electrodes are of no use in a drill."""
    one_leg = without("glute_left")
    levels = ticks(range(round(12.0 * FS)), strides(until_s=5.0), reference=one_leg)
    told = run(bout_set(one_leg, bouts=1), levels)
    assert {hold.side for hold in told.holds} == {Side.RIGHT}


# --- what is shown, and going on


def test_the_view_counts_the_bout_down() -> None:
    """Else nobody knows how long it still takes."""
    stage = bout_set()
    run(stage, drill().cut(0, in_set(1.0)))
    view = stage.view()
    assert (view.phase, view.side, view.stage) == (Phase.EFFORT, Legs.ALTERNATING, "holds")
    assert view.countdown_s == pytest.approx(3.0 + 1 / FS)
    assert view.dots == (DotState.CURRENT, DotState.PENDING)
    run(stage, drill().cut(in_set(1.0), SET_AT + BOUT + 10))
    assert stage.view().phase is Phase.REST
    assert stage.view().dots == (DotState.DONE, DotState.PENDING)


def test_it_goes_on_after_a_new_calibration_with_the_bouts_that_are_left() -> None:
    """Else what was done is done again, or a number is given twice."""
    stage = bout_set()
    here = SET_AT + BOUT + 20
    first = run(stage, drill().cut(0, here))
    stage.begin(StageStart(here, "bouts#2", float(FS), 1 + len(first.holds), goes_on=True))
    assert stage.view().dots == (DotState.DONE, DotState.PENDING)
    told = run(stage, ticks(range(here, here + 12 * FS), strides(until_s=24.0)))
    assert stage.done
    assert told.at(EventKind.PREPARE) == [here + 3 * FS]
    numbers = [hold.hold for hold in [*first.holds, *told.holds]]
    assert numbers == list(range(1, 1 + len(numbers)))
    assert {hold.set_number for hold in told.holds} == {3}


# --- any cut


GAPS = [*range(in_set(1.3), in_set(1.45)), *range(in_set(9.0), in_set(9.06))]
HARD = with_verdict(
    ticks(range(round(SECONDS * FS)), strides((40.0, 26.0, 9.0, 60.0), until_s=24.0), lost=GAPS),
    "ham_left",
    "flat",
    in_set(7.0),
    in_set(7.4),
)
HARD_KEYS = {300: NEXT, in_set(2.6): FOOT_DOWN, in_set(9.6): PAUSE, in_set(9.9): RESUME}


@cache
def uncut() -> Told:
    return run(bout_set(), HARD, say=HARD_KEYS)


def test_the_hard_session_is_hard() -> None:
    """Else the comparison of cuts compares nothing."""
    assert {"void", "lost_balance", "incomplete", "success", "not_reached"} <= set(uncut().outcomes)


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, len(HARD)), max_size=60))
def test_any_cut_gives_the_same_events_and_rows(cuts: list[int]) -> None:
    """Else the same session is another one when it is replayed."""
    told = run(bout_set(), HARD, say=HARD_KEYS, cuts=cuts)
    assert (told.events, told.holds, told.end) == (uncut().events, uncut().holds, uncut().end)


def test_single_ticks_give_the_same_events_and_rows() -> None:
    """Else the smallest block of all is another session."""
    told = run(bout_set(), HARD, say=HARD_KEYS, cuts=range(len(HARD)))
    assert (told.events, told.holds) == (uncut().events, uncut().holds)


@settings(max_examples=40)
@given(
    said=st.dictionaries(
        st.integers(0, len(HARD) - 1),
        st.sampled_from([FOOT_DOWN, BACK, PAUSE, RESUME, NEXT, ENOUGH, FELT]),
        max_size=12,
    )
)
def test_whatever_is_pressed_a_stride_is_told_once(said: dict[int, CommandKind]) -> None:
    """Else a press at the wrong moment counts a stride twice, or loses one."""
    told = run(stage := bout_set(next_hold=5), HARD, say=said)
    done = of_kind(told.events, EventKind.HOLD_DONE)
    assert [event.hold for event in done] == [hold.hold for hold in told.holds]
    assert [hold.hold for hold in told.holds] == list(range(5, 5 + len(told.holds)))
    begins, ends = (len(of_kind(told.events, kind)) for kind in (EventKind.SET, EventKind.RELAX))
    assert ends <= begins <= ends + 1
    assert not (stage.done and begins != ends)
    for side in Side:
        edges = [
            edge
            for hold in told.holds
            if hold.side is side
            for edge in (hold.set_sample or 0, hold.end_sample or 0)
        ]
        assert edges == sorted(edges)
    for hold in told.holds:
        assert hold.outcome.counts or {muscle.pct_mvc for muscle in hold.sites.values()} == {None}


# --- the simulated athlete, on the real chain


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_the_athlete_s_strides_are_found_left_and_right_in_turn(fs_hz: float) -> None:
    """Else the count of a drill is not what was done."""
    athlete = Athlete(seed=3, fs_hz=fs_hz)
    kept = performed(bout_set, athlete, own_reference(3, fs_hz), bouts=2, bout_s=8.0)
    for bout in (2, 3):
        whole = [hold for hold in kept.holds if hold.set_number == bout and hold.outcome.counts]
        assert len(whole) in (14, 15)
        assert all(one.side is not other.side for one, other in pairwise(whole))
    assert sum(hold.outcome is Outcome.SUCCESS for hold in kept.holds) >= 27
    assert [row.hold for row in athlete.truth] == [hold.hold for hold in kept.holds]


def test_strides_measure_what_the_athlete_did_and_no_bout_repeats_another() -> None:
    """Else truth.csv and holds.csv tell two stories, or every bout has the same noise."""
    athlete = Athlete(seed=5)
    kept = performed(bout_set, athlete, own_reference(5, 250.0), bouts=2, bout_s=10.0)
    errors, levels = [], _levels_by_bout(kept.holds)
    for row, hold in zip(athlete.truth, kept.holds, strict=True):
        assert (row.glute_latency_s, row.ham_latency_s) == (None, None)
        if hold.outcome.counts:
            true_pct = row.pct_mvc[f"glute_{hold.side}"]
            assert true_pct is not None
            errors.append(100.0 * (hold.glute.pct_mvc or 0.0) / true_pct - 100.0)
    assert abs(np.mean(errors)) < 6.0
    assert len(set(levels[2]) & set(levels[3])) == 0


def _levels_by_bout(holds: list[HoldResult]) -> dict[int, list[float | None]]:
    found: dict[int, list[float | None]] = {}
    for hold in holds:
        if hold.outcome.counts:
            found.setdefault(hold.set_number, []).append(hold.glute.pct_mvc)
    return found


def test_a_weak_right_glute_shows_in_the_right_leg_s_strides_only() -> None:
    """Else the drill cannot show what it is done for."""
    athlete = Athlete(seed=2, faults=faulty("weak-right-glute"))
    kept = performed(bout_set, athlete, own_reference(2, 250.0), bouts=1, bout_s=8.0)
    outcomes = {
        side: {hold.outcome.value for hold in kept.holds if hold.side is side and hold.outcome.counts}
        for side in Side
    }
    assert outcomes == {Side.LEFT: {"success"}, Side.RIGHT: {"not_reached"}}


@pytest.mark.parametrize("sizes", [(1, 25), (7, 13, 25)])
def test_the_session_does_not_depend_on_its_blocks(sizes: tuple[int, ...]) -> None:
    """Else the demo is another one on a slow machine."""
    told = []
    for cut in ((25,), sizes):
        athlete = Athlete(seed=6)
        say = {in_set(5.0): FOOT_DOWN}
        kept = performed(bout_set, athlete, own_reference(6, 250.0), blocks=cut, say=say, bout_s=6.0)
        told.append((kept.told, athlete.truth))
    assert told[0] == told[1]
    assert any(hold.outcome is Outcome.LOST_BALANCE for hold in told[0][0][1])
