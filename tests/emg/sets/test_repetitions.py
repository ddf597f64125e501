"""A set of repetitions: found, scored, told once, and ended by what ends it."""

from __future__ import annotations

from functools import cache

import pytest

from emg.activation import Activations, Reference
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.montage import Legs, Side
from emg.results import Feedback, Kind, Method, Outcome, Role, Until
from emg.stage import Command, Event, StageStart
from tests.emg.sets.coached import FS, changed, run, ticks, without
from tests.emg.sets.moving import (
    LEAD,
    PREPARE,
    SET_AT,
    bump,
    in_set,
    of_kind,
    of_sites,
    repetition_set,
    three,
    with_verdict,
)

FOOT_DOWN, ENOUGH, STOP = CommandKind.FOOT_DOWN, CommandKind.ENOUGH, CommandKind.STOP
PAUSE, RESUME, NEXT, BACK = CommandKind.PAUSE, CommandKind.RESUME, CommandKind.NEXT, CommandKind.BACK
FELT = CommandKind.FELT
SECONDS = 30.0


@cache
def done_well() -> Activations:
    """Thirty seconds with three repetitions to 40 %MVC, the last of them over 7 s after "set"."""
    return ticks(range(round(SECONDS * FS)), three())


def kinds(events: list[Event]) -> list[str]:
    return [event.kind.value for event in events]


# --- what it tells


def test_a_set_goes_from_rest_to_its_last_repetition() -> None:
    """Else the athlete is not told when to begin, or goes on for nothing."""
    told = run(stage := repetition_set(), done_well())
    assert stage.done
    assert kinds(told.events) == ["prepare", "cue", "set", *["hold_done"] * 3, "relax"]
    assert [event.sample for event in told.events[:3]] == [LEAD, LEAD + PREPARE, SET_AT]
    assert told.end == told.events[-1].sample
    assert in_set(6.9) < told.end < in_set(7.4), "as soon as the third is over"


def test_the_events_of_the_set_belong_to_no_repetition_and_say_what_is_asked() -> None:
    """Else a front shows a hold that nobody holds, and the simulated athlete does not know what to do."""
    told = run(repetition_set(), done_well())
    for event in told.events:
        assert event.role is Role.TRAIN
        assert event.side is Side.RIGHT
        assert event.run == "repetitions_right#1"
        assert event.detail["exercise"] == "chair_bridge"
    prepare, cue, begun, *_, relax = told.events
    assert [event.hold for event in (prepare, cue, begun, relax)] == [None] * 4
    assert [event.detail["phase"] for event in (prepare, cue, begun, relax)] == [
        "prepare",
        "cue",
        "effort",
        "rest",
    ]
    asked = {"kind": "repetitions", "gate": "glute", "repetitions": 3, "limit_s": 20.0}
    assert {name: begun.detail[name] for name in asked} == asked


def test_every_repetition_is_a_row_and_an_event_of_its_own() -> None:
    """Else a repetition is told that has no row, or the other way round."""
    told = run(repetition_set(next_hold=7), done_well())
    done = of_kind(told.events, EventKind.HOLD_DONE)
    assert [event.hold for event in done] == [hold.hold for hold in told.holds] == [7, 8, 9]
    for event, hold in zip(done, told.holds, strict=True):
        assert event.detail == {
            "exercise": "chair_bridge",
            "kind": "repetition",
            "outcome": "success",
            "reason": "",
            "set_sample": hold.set_sample,
            "end_sample": hold.end_sample,
            "scored_from_sample": hold.set_sample,
            "scored_to_sample": hold.end_sample,
        }
        assert hold.end_sample is not None
        assert event.sample >= hold.end_sample


def test_a_row_says_what_the_repetition_was() -> None:
    """Else its level, length or kind is that of something else."""
    first = run(repetition_set(), done_well()).holds[0]
    assert (first.kind, first.role, first.until) == (Kind.REPETITION, Role.TRAIN, Until.RELEASE)
    assert (first.side, first.set_number, first.outcome) == (Side.RIGHT, 2, Outcome.SUCCESS)
    assert first.valid
    assert first.feedback
    assert first.target_pct == 30.0
    assert first.set_sample is not None
    assert first.end_sample is not None
    # half of a raised cosine of 0.4 s is passed in its middle
    assert first.set_sample == pytest.approx(in_set(0.7), abs=5)
    assert first.end_sample == pytest.approx(in_set(1.9), abs=5)
    assert first.set_s == first.set_sample / FS
    assert first.held_s == pytest.approx((first.end_sample - first.set_sample) / FS)
    assert first.glute.pct_mvc == pytest.approx(37.0, abs=1.5), "of its whole length, edges in it"
    assert first.ham.pct_mvc == pytest.approx(18.5, abs=0.8)
    assert first.opposite_glute.pct_mvc == pytest.approx(0.0, abs=0.1)
    assert first.ratio_same_side == pytest.approx(2.0, rel=0.01)
    assert first.glute.latency_s is None
    assert first.glute.onset_latency_s is None
    assert (first.prepare_sample, first.cue_sample, first.fired_sample) == (None, None, None)


def test_a_repetition_reaches_the_target_misses_it_or_stays_away_from_it() -> None:
    """Else a weak repetition is praised, or a good one blamed for its slow edges."""
    levels = ticks(range(round(SECONDS * FS)), three((30.5, 27.0, 20.0)))
    told = run(repetition_set(), levels)
    assert told.outcomes == ["success", "missed", "not_reached"]
    assert [hold.outcome_reason for hold in told.holds] == ["", "below_target", "below_target"]
    assert all(hold.enters_means for hold in told.holds)


def test_a_submaximal_reference_is_held_against_the_target_too() -> None:
    """Else who could not give a maximum never reaches anything, or gets a %MVC that is none."""
    told = run(repetition_set(changed(method=Method.SUBMAX)), done_well())
    assert told.outcomes == ["success"] * 3
    assert told.holds[0].glute.pct_mvc is None
    assert told.holds[0].glute.pct_submax == pytest.approx(37.0, abs=1.5)


# --- both legs


@pytest.mark.parametrize(("left", "right", "outcome"), [(20.0, 44.0, "success"), (20.0, 36.0, "missed")])
def test_both_legs_are_looked_at_as_their_mean(left: float, right: float, outcome: str) -> None:
    """Else one strong leg does the work of two, or a weak one makes it nothing."""
    pct = of_sites(glute_left=[bump(0.5, left)], glute_right=[bump(0.5, right)])
    levels = ticks(range(round(12.0 * FS)), pct)
    (one,) = run(repetition_set(side=Legs.BOTH, repetitions=1), levels).holds
    assert one.outcome == outcome
    assert one.side is Legs.BOTH
    assert {site for site, muscle in one.sites.items() if muscle.pct_mvc} >= {"glute_left", "glute_right"}
    assert (one.ratio_same_side, one.glute_share_pct, one.ratio_diagonal) == (None, None, None)


def test_both_legs_must_be_read() -> None:
    """Else one leg alone is told as both."""
    one_leg = without("glute_left")
    levels = ticks(range(round(28.0 * FS)), three(), reference=one_leg)
    assert run(repetition_set(one_leg, side=Legs.BOTH), levels).holds == []
    assert len(run(repetition_set(one_leg, side=Side.RIGHT), levels).holds) == 3


# --- what does not count


def test_a_void_repetition_is_done_again_and_enters_nothing() -> None:
    """Else a gap costs a repetition, or a level is told that nobody read."""
    gap = range(in_set(1.0), in_set(1.12))
    four = three((40.0, 40.0, 40.0, 40.0))
    levels = ticks(range(round(SECONDS * FS)), four, lost=gap)
    told = run(stage := repetition_set(), levels)
    assert told.outcomes == ["void", "success", "success", "success"]
    assert stage.done
    void = told.holds[0]
    assert (void.valid, void.invalid_reason, void.outcome_reason) == (False, "gap", "gap")
    assert void.lost_samples == len(gap)
    assert not void.enters_means
    assert {muscle.plateau_uv for muscle in void.sites.values()} == {None}
    assert {muscle.pct_mvc for muscle in void.sites.values()} == {None}
    detail = of_kind(told.events, EventKind.HOLD_DONE)[0].detail
    assert (detail["scored_from_sample"], detail["scored_to_sample"]) == (None, None)
    assert [hold.lost_samples for hold in told.holds[1:]] == [0, 0, 0]


def test_a_tenth_of_a_second_is_borne() -> None:
    """Else every lost packet costs a repetition."""
    gap = range(in_set(1.0), in_set(1.1))
    told = run(repetition_set(), ticks(range(round(SECONDS * FS)), three(), lost=gap))
    assert told.outcomes == ["success"] * 3
    assert told.holds[0].lost_samples == len(gap) == 25


def test_short_losses_that_add_up_are_a_gap() -> None:
    """Else a level is told of the half of a repetition that came through."""
    gaps = [at for start in range(in_set(0.8), in_set(1.9), 40) for at in range(start, start + 20)]
    told = run(repetition_set(), ticks(range(round(SECONDS * FS)), three(), lost=gaps))
    assert (told.outcomes[0], told.holds[0].invalid_reason) == ("void", "gap")


@pytest.mark.parametrize("site", ["glute_right", "ham_right"])
@pytest.mark.parametrize("verdict", ["railed", "flat", "no_reading"])
def test_a_working_muscle_without_contact_makes_a_repetition_void(site: str, verdict: str) -> None:
    """Else an electrode that came off gives a level."""
    levels = with_verdict(done_well(), site, verdict, in_set(1.0), in_set(1.2))
    told = run(repetition_set(), levels)
    assert told.outcomes == ["void", "success", "success"]
    assert told.holds[0].invalid_reason == verdict


def test_the_contact_of_the_leg_that_rests_is_no_matter() -> None:
    """Else an electrode on the other leg stops this one."""
    levels = with_verdict(done_well(), "glute_left", "railed", 0, len(done_well()))
    assert run(repetition_set(), levels).outcomes == ["success"] * 3


@pytest.mark.parametrize("key", [FOOT_DOWN, BACK])
def test_a_foot_that_comes_down_costs_the_repetition_and_no_more(key: CommandKind) -> None:
    """Else what is left of it is counted, or the set is over."""
    told = run(repetition_set(), done_well(), say={in_set(1.3): key})
    assert told.outcomes == ["lost_balance", "success", "success"]
    assert told.holds[0].end_sample == in_set(1.3)
    assert told.holds[0].glute.pct_mvc is None
    assert told.end == in_set(20.0), "it waits for the third until its limit"
    between = run(repetition_set(), done_well(), say={in_set(2.6): key})
    assert between.outcomes == ["success"] * 3, "no repetition is under way"


# --- what ends it


def test_the_limit_ends_the_set_with_what_was_found() -> None:
    """Else who cannot do them all never gets on."""
    told = run(stage := repetition_set(limit_s=6.5), done_well())
    assert stage.done
    assert told.outcomes == ["success", "success", "incomplete"]
    assert told.holds[2].outcome_reason == "limit"
    assert told.holds[2].end_sample == told.end == in_set(6.5)
    assert kinds(told.events)[-1] == "relax"


@pytest.mark.parametrize("key", [NEXT, ENOUGH])
def test_an_own_stop_ends_the_set_and_keeps_what_was_found(key: CommandKind) -> None:
    """Else who has had enough is held there, or loses what is done."""
    told = run(stage := repetition_set(), done_well(), say={in_set(4.0): key})
    assert stage.done
    assert told.outcomes == ["success", "incomplete"]
    assert told.holds[1].outcome_reason == "own_stop"
    assert told.events[-1].sample == in_set(4.0)
    early = run(early_stage := repetition_set(), done_well(), say={in_set(0.8): key})
    assert early_stage.done
    assert early.holds == []
    assert kinds(early.events)[-1] == "relax"


def test_a_session_that_stops_keeps_the_repetition_under_way_as_incomplete() -> None:
    """Else work is lost, or half a repetition is told as one."""
    told = run(repetition_set(), done_well(), say={in_set(1.3): STOP})
    assert told.outcomes == ["incomplete"]
    assert told.holds[0].outcome_reason == "stopped"
    assert kinds(told.events)[-1] == "relax"


def test_a_key_that_says_felt_is_no_end() -> None:
    """Else a press that belongs to holds ends a set."""
    assert run(repetition_set(), done_well(), say={in_set(1.3): FELT}).outcomes == ["success"] * 3


# --- keys before it begins


def test_a_next_meant_for_the_position_ends_no_set() -> None:
    """Else the clicker pressed a moment after the clock said "go" leaves a set of nothing behind."""
    told = run(repetition_set(), done_well(), say={in_set(0.1): NEXT})
    assert "success" in told.outcomes


def test_next_skips_the_rest_and_takes_the_position() -> None:
    """Else somebody who is ready has to wait."""
    told = run(repetition_set(), done_well(), say={100: NEXT, 400: NEXT})
    assert told.at(EventKind.PREPARE) == [100]
    assert told.at(EventKind.CUE) == [100 + PREPARE]
    assert told.at(EventKind.SET) == [400]


def test_other_keys_before_the_set_do_nothing() -> None:
    """Else a press too early loses a repetition that nobody began."""
    say = {100: ENOUGH, 300: FOOT_DOWN, LEAD + 5: NEXT, LEAD + 9: STOP, LEAD + PREPARE + 4: ENOUGH}
    assert kinds(run(repetition_set(), done_well(), say=say).events) == kinds(
        run(repetition_set(), done_well()).events
    )


def test_nobody_hears_a_cue_in_a_gap() -> None:
    """Else the athlete begins where nothing is read."""
    gap = range(LEAD - 10, LEAD + 30)
    cue_gap = range(LEAD + 30 + PREPARE - 5, LEAD + 30 + PREPARE + 20)
    told = run(repetition_set(), ticks(range(5000), three(), lost=[*gap, *cue_gap]))
    assert told.at(EventKind.PREPARE) == [gap.stop]
    assert told.at(EventKind.CUE) == [cue_gap.stop]


# --- pause, and going on


def test_a_pause_keeps_what_counts_and_begins_the_rest_anew() -> None:
    """Else a telephone costs the set, or a repetition is counted that was broken off."""
    say = {in_set(3.6): PAUSE, in_set(4.4): RESUME}
    told = run(stage := repetition_set(repetitions=2), done_well(), say=say)
    assert told.outcomes == ["success", "incomplete", "success"]
    assert told.holds[1].outcome_reason == "paused"
    assert stage.done
    assert told.at(EventKind.PREPARE) == [LEAD, in_set(4.4)]
    assert told.at(EventKind.RELAX)[0] == in_set(3.6)
    assert [event.detail["attempt"] for event in of_kind(told.events, EventKind.SET)] == [1, 2]


def test_a_pause_does_not_use_up_the_limit() -> None:
    """Else a set is over because somebody was called away."""
    say = {in_set(4.0): PAUSE, in_set(14.0): RESUME}
    told = run(repetition_set(limit_s=6.0, repetitions=9), done_well(), say=say)
    again = told.at(EventKind.SET)[1]
    assert told.end == again + 2 * FS
    assert of_kind(told.events, EventKind.SET)[1].detail["limit_s"] == pytest.approx(2.0)


def test_a_pause_freezes_the_rest_and_takes_back_a_cue() -> None:
    """Else the cue comes the moment somebody is back, or the set begins behind a pause."""
    rest = run(repetition_set(), done_well(), say={200: PAUSE, 700: RESUME})
    assert rest.at(EventKind.PREPARE) == [LEAD + 500]
    cued = run(repetition_set(), done_well(), say={LEAD + PREPARE + 10: PAUSE, 1500: RESUME, 1501: PAUSE})
    assert cued.at(EventKind.PREPARE) == [LEAD, 1500]
    assert cued.at(EventKind.SET) == []


def test_it_goes_on_after_a_new_calibration_with_what_is_left() -> None:
    """Else what was done is done again, or a number is given twice."""
    stage = repetition_set(next_hold=4)
    first = run(stage, done_well(), say={in_set(4.0): PAUSE})
    begun = stage.begin(StageStart(in_set(4.0), "repetitions_right#2", float(FS), 6, goes_on=True))
    assert [(event.kind, event.detail["rest_s"]) for event in begun] == [(EventKind.REST, 3.0)]
    assert stage.view().message == "set_goes_on"
    later = ticks(range(in_set(4.0), in_set(16.0)), three((40.0, 40.0, 40.0, 40.0, 40.0)))
    told = run(stage, later)
    assert [hold.hold for hold in first.holds] == [4, 5]
    assert [hold.hold for hold in told.holds] == [6, 7]
    assert [*first.outcomes, *told.outcomes] == ["success", "incomplete", "success", "success"]
    assert told.at(EventKind.PREPARE) == [in_set(4.0) + 3 * FS]
    assert stage.done


def test_a_stage_that_begins_again_knows_nothing_of_before() -> None:
    """Else a set done twice is half done when it begins."""
    stage = repetition_set()
    once = run(stage, done_well())
    stage.begin(StageStart(0, "repetitions_right#1", float(FS)))
    assert not stage.done
    again = run(stage, done_well())
    assert (again.events, again.holds) == (once.events, once.holds)


# --- without what it needs


@pytest.mark.parametrize("reference", [Reference(), without("glute_right")])
def test_without_a_reference_the_limit_ends_it_and_nothing_is_claimed(reference: Reference) -> None:
    """Else somebody without a calibration cannot train, or is told a number that means nothing."""
    levels = ticks(range(round(28.0 * FS)), three(), reference=reference)
    told = run(stage := repetition_set(reference), levels)
    assert stage.done
    assert told.holds == []
    assert kinds(told.events) == ["prepare", "cue", "set", "relax"]
    assert told.end == in_set(20.0)


def test_a_gate_that_is_not_measured_finds_nothing() -> None:
    """Else another muscle is counted in its place."""
    levels = ticks(range(round(28.0 * FS)), three(), sites=("ham_right", "glute_left"))
    assert run(repetition_set(), levels).holds == []


# --- what is shown


def test_the_view_shows_what_counts_and_no_countdown_to_race() -> None:
    """Else the athlete hurries after a clock, or does not see how far he is."""
    stage = repetition_set()
    seen = {}
    for at in (100, LEAD + 10, LEAD + PREPARE + 10, in_set(1.0), in_set(2.6)):
        fresh = repetition_set()
        run(fresh, done_well().cut(0, at))
        seen[at] = fresh.view()
    rest, prepare, cue, first, second = seen.values()
    assert [view.phase for view in (rest, prepare, cue, first)] == [
        Phase.REST,
        Phase.PREPARE,
        Phase.CUE,
        Phase.EFFORT,
    ]
    assert rest.countdown_s == pytest.approx((LEAD - 99) / FS)
    assert cue.countdown_s == pytest.approx(0.5 - 9 / FS)
    assert (first.countdown_s, first.duration_s) == (None, 20.0)
    assert first.elapsed_s == pytest.approx(1.0 - 1 / FS)
    assert first.dots == (DotState.CURRENT, DotState.PENDING, DotState.PENDING)
    assert second.dots == (DotState.SUCCESS, DotState.CURRENT, DotState.PENDING)
    assert second.last_result is not None
    assert (second.hold, second.set_number, second.n_sets) == (2, 2, 4)
    assert (second.stage, second.side, second.role, second.target_pct) == (
        "holds",
        Side.RIGHT,
        Role.TRAIN,
        30.0,
    )
    run(stage, done_well())
    assert stage.view().dots == (DotState.SUCCESS,) * 3


def test_a_paused_set_shows_that_it_is_paused() -> None:
    """Else a clock seems to run that stands."""
    stage = repetition_set()
    run(stage, done_well().cut(0, in_set(1.0)))
    stage.command(Command(PAUSE, applied_sample=in_set(1.0)))
    assert (stage.view().phase, stage.view().countdown_s) == (Phase.PAUSED, None)


@pytest.mark.parametrize(
    ("feedback", "shown"),
    [
        (Feedback.ON, [True] * 3),
        (Feedback.OFF, [False] * 3),
        (Feedback.FELT, [False] * 3),
        (Feedback.FADED, [True, True, False]),
    ],
)
def test_bars_are_shown_as_the_protocol_says(feedback: Feedback, shown: list[bool]) -> None:
    """Else an athlete who is to do it by feeling looks at the bars."""
    stage = repetition_set(feedback=feedback)
    assert stage.view().feedback is shown[0]
    assert [hold.feedback for hold in run(stage, done_well()).holds] == shown
