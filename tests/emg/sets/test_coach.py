"""A set of holds: rest, repeats, keys, numbers, and what each hold is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Activations
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.results import Feedback, Outcome, Role, Until
from emg.sets.hold import HoldPlan
from emg.sets.set_settings import MAX_REPEATS
from emg.stage import Command, StageStart
from tests.emg.sets.coached import (
    FS,
    HOLD,
    LEAD,
    LEARN,
    PREPARE_TO_SET,
    REST,
    TEST,
    WORKING,
    Told,
    hold_set,
    run,
    ticks,
)

NEXT, BACK, FELT = CommandKind.NEXT, CommandKind.BACK, CommandKind.FELT
PAUSE, RESUME, STOP, FOOT = (
    CommandKind.PAUSE,
    CommandKind.RESUME,
    CommandKind.STOP,
    CommandKind.FOOT_DOWN,
)
FIRST_SET = LEAD + PREPARE_TO_SET
FIRST_END = LEAD + HOLD
SECOND = FIRST_END + REST
LONG = range(120 * FS)


# --- one after the other


def test_a_set_rests_holds_and_ends_with_its_last_hold() -> None:
    """Else the athlete stands too long, or rests after the last hold of a set for nothing."""
    told = run(hold_set(), ticks(LONG, WORKING))

    assert told.at(EventKind.PREPARE) == [LEAD, SECOND]
    assert told.at(EventKind.SET) == [FIRST_SET, SECOND + PREPARE_TO_SET]
    assert told.at(EventKind.HOLD_DONE) == [FIRST_END, SECOND + HOLD]
    assert told.at(EventKind.REST) == [FIRST_END], "no rest is announced after the last hold"
    assert told.end == SECOND + HOLD
    assert [(hold.hold, hold.set_number, hold.side) for hold in told.holds] == [
        (1, 2, "right"),
        (2, 2, "right"),
    ]


@cache
def uneven_levels() -> Activations:
    return ticks(range(60 * FS), uneven, lost=range(FIRST_SET + 300, FIRST_SET + 315))


@pytest.mark.parametrize("plan", [TEST, LEARN], ids=["test", "learn"])
@given(st.lists(st.integers(1, 60 * FS), max_size=12))
@settings(max_examples=10)
def test_any_cut_of_the_ticks_gives_the_same_set(plan: HoldPlan, cuts: list[int]) -> None:
    """Else the result depends on how the radio bundled its packets."""
    levels = uneven_levels()
    say: Mapping[int, CommandKind] = {FIRST_SET + 200: FELT, SECOND + 900: PAUSE, SECOND + 1100: RESUME}

    whole, cut = run(hold_set(plan), levels, say=say), run(hold_set(plan), levels, say=say, cuts=cuts)

    assert cut == whole
    assert len(whole.holds) == 3, "two that count, and the paused one"


def uneven(sample: int) -> Mapping[str, float]:
    """The glute comes late and leaves its target for a while."""
    since = (sample - LEAD) % (HOLD + REST)
    on = since > PREPARE_TO_SET + 100 and not 2000 < since < 2100
    return {**WORKING, "glute_right": 50.0 if on else 8.0}


def test_a_second_run_of_a_set_begins_anew_with_the_next_number() -> None:
    """Else a redone set ends at once, or two holds of a session carry one number."""
    stage = hold_set(holds=1)
    assert run(stage, ticks(LONG, WORKING)).holds[0].hold == 1

    began = 100 * FS
    stage.begin(StageStart(began, "holds_right_test#2", float(FS), 2))
    assert not stage.done
    told = run(stage, ticks(range(began, began + 60 * FS), WORKING))

    assert [hold.hold for hold in told.holds] == [2]
    assert told.at(EventKind.PREPARE) == [began + LEAD]
    assert {event.run for event in told.events} == {"holds_right_test#2"}


# --- what is repeated


def test_void_and_lost_holds_are_repeated_until_enough_count() -> None:
    """Else a loose wire or a wobble costs one of the three holds that measure."""
    gap = range(FIRST_SET + 100, FIRST_SET + 140)
    say = {SECOND - 500 + PREPARE_TO_SET: FOOT}
    told = run(hold_set(next_hold=4), ticks(LONG, WORKING, lost=gap), say=say)

    assert told.outcomes == ["void", "lost_balance", "success", "success"]
    assert [hold.hold for hold in told.holds] == [4, 5, 6, 7]
    assert [hold.valid for hold in told.holds] == [False, True, True, True]
    assert [hold.invalid_reason for hold in told.holds] == ["gap", "", "", ""]
    assert told.holds[0].glute.pct_mvc is None, "a void hold has no level"


@pytest.mark.parametrize("why", ["void", "lost_balance"])
def test_repeats_have_an_end(why: str) -> None:
    """Else a broken wire keeps the athlete on one leg until somebody finds the key that ends it."""
    flat = {"glute_right": "flat"} if why == "void" else None
    say = {} if why == "void" else dict.fromkeys(range(0, 120 * FS, 50), FOOT)

    told = run(hold_set(), ticks(LONG, WORKING, verdicts=flat), say=say)

    assert told.outcomes == [why] * (MAX_REPEATS + 1)
    assert told.end < LONG[-1]
    assert all(hold.outcome_reason == ("flat" if why == "void" else "foot_down") for hold in told.holds)


def test_a_board_that_was_away_costs_one_hold_and_not_the_set() -> None:
    """Else a radio that is away for a minute uses up all repeats on cues that nobody heard."""
    away = range(FIRST_SET + 100, FIRST_SET + 80 * FS)
    told = run(hold_set(), ticks(LONG, WORKING, lost=away))

    assert told.outcomes == ["void", "success", "success"]
    assert told.at(EventKind.PREPARE)[1] == away.stop, "the rest was long enough"


def test_back_after_set_is_a_foot_on_the_ground() -> None:
    """Else the only key of a clicker that says "that was nothing" does nothing."""
    told = run(hold_set(), ticks(LONG, WORKING), say={LEAD + 10: BACK, FIRST_SET + 500: BACK})

    assert told.outcomes[0] == "lost_balance"
    assert told.holds[0].end_sample == FIRST_SET + 500
    assert told.at(EventKind.PREPARE)[:2] == [LEAD, FIRST_SET + 500 + REST]


def test_stop_keeps_the_hold_as_incomplete() -> None:
    """Else what was held until the session was broken off is gone, or counts as a hold."""
    told = run(hold_set(), ticks(LONG, WORKING), say={FIRST_SET + 500: STOP})

    assert told.outcomes[0] == "incomplete"
    assert told.holds[0].outcome_reason == "stopped"
    assert told.holds[0].held_s == 2.0
    assert not told.holds[0].enters_means
    before_the_cue = run(hold_set(), ticks(range(LEAD + 100), WORKING), say={LEAD + 50: STOP})
    assert before_the_cue.holds == [], "before the cue there is no hold to keep"


# --- pause


@pytest.mark.parametrize(
    ("at", "resumes", "outcomes", "prepares"),
    [
        (100, 400, ["success"] * 2, [LEAD + 300, SECOND + 300]),
        (LEAD + 200, LEAD + 900, ["success"] * 2, [LEAD, LEAD + 900, LEAD + 900 + HOLD + REST]),
        (LEAD + 800, LEAD + 900, ["incomplete"] + ["success"] * 2, [LEAD, LEAD + 900 + REST]),
        (
            FIRST_SET + 700,
            FIRST_SET + 9000,
            ["incomplete"] + ["success"] * 2,
            [LEAD, FIRST_SET + 9000 + REST],
        ),
        (FIRST_END + 100, FIRST_END + 6000, ["success"] * 2, [LEAD, SECOND + 5900]),
    ],
    ids=["rest", "prepare", "cue", "hold", "between"],
)
def test_a_pause_anywhere_costs_nothing(
    at: int, resumes: int, outcomes: list[str], prepares: list[int]
) -> None:
    """Else a phone call in the middle of a set takes a hold away, or the rest before the next one."""
    told = run(hold_set(), ticks(LONG, WORKING), say={at: PAUSE, resumes: RESUME})

    assert told.outcomes == outcomes
    assert told.at(EventKind.PREPARE)[: len(prepares)] == prepares
    assert told.end < LONG[-1]


def test_who_pauses_often_still_gets_all_holds() -> None:
    """Else the set ends after a few pauses with fewer test holds than the summary needs."""
    say: dict[int, CommandKind] = {}
    at = 0
    for _ in range(MAX_REPEATS + 3):
        say[at := at + 2000 if at else FIRST_SET + 50] = PAUSE
        say[at := at + 100] = RESUME
    told = run(hold_set(), ticks(LONG, WORKING), say=say)

    assert told.outcomes.count("success") == 2
    assert told.outcomes.count("incomplete") > MAX_REPEATS


def test_a_second_pause_and_a_resume_out_of_place_change_nothing() -> None:
    """Else a bouncing key moves the rest of the whole set."""
    levels = ticks(LONG, WORKING)
    once = run(hold_set(), levels, say={100: PAUSE, 400: RESUME})
    twice = run(hold_set(), levels, say={50: RESUME, 100: (PAUSE, PAUSE), 400: (RESUME, RESUME), 900: RESUME})

    assert twice == once


# --- next and felt


def test_next_skips_the_rest_and_takes_the_position() -> None:
    """Else the athlete who is ready has to wait, and his helper cannot say when he stands."""
    told = run(
        hold_set(),
        ticks(LONG, WORKING),
        say={200: NEXT, 300: NEXT, 200 + 3 * FS + 90: NEXT, 200 + 3 * FS + 100: NEXT},
    )

    assert told.at(EventKind.PREPARE)[0] == 200
    assert told.at(EventKind.CUE)[0] == 200 + 3 * FS, "next does not shorten the quiet baseline"
    assert told.at(EventKind.SET)[0] == 200 + 3 * FS + 90
    assert told.holds[0].set_s == (200 + 3 * FS + 90) / FS
    assert told.holds[0].felt_latency_s == 10 / FS, "after set, next means that it is felt"


@pytest.mark.parametrize("key", [FELT, NEXT])
def test_felt_is_told_once(key: CommandKind) -> None:
    """Else leaning on a key fills the record with moments at which nothing was felt."""
    say = dict.fromkeys([FIRST_SET + 200, FIRST_SET + 300, FIRST_SET + 900], key)
    told = run(hold_set(), ticks(LONG, WORKING), say=say)

    felt = [event for event in told.events if event.kind is EventKind.COMMAND]
    assert [(event.sample, event.detail["felt"], event.hold) for event in felt] == [
        (FIRST_SET + 200, True, 1)
    ]
    assert told.holds[0].felt_latency_s == 200 / FS
    assert told.holds[1].felt_latency_s is None


@pytest.mark.parametrize("key", [FELT, BACK, FOOT, STOP, CommandKind.START])
def test_keys_that_mean_nothing_in_a_rest_do_nothing(key: CommandKind) -> None:
    """Else a key that is pressed too early spoils the next hold."""
    levels = ticks(LONG, WORKING)
    assert run(hold_set(), levels, say={50: key, LEAD + 20: key}) == run(hold_set(), levels)


# --- what is shown


def test_the_view_counts_down_but_never_races_the_glute() -> None:
    """Else the screen hurries the athlete to fire, which is what he must not do."""
    stage = hold_set(LEARN)

    def view_after(start: int, stop: int) -> tuple[Phase, float | None, float | None]:
        run(stage, ticks(range(start, stop), lambda s: WORKING if s >= FIRST_SET + 500 else {}))
        shown = stage.view()
        return shown.phase, shown.countdown_s, shown.elapsed_s

    assert view_after(0, 251) == (Phase.REST, 4.0, 1.0)
    assert view_after(251, LEAD + 126) == (Phase.PREPARE, 2.5, 0.5)
    assert view_after(LEAD + 126, LEAD + 751) == (Phase.CUE, 1.5, 0.0)
    phase, countdown_s, elapsed_s = view_after(LEAD + 751, FIRST_SET + 251)
    assert (phase, countdown_s, elapsed_s) == (Phase.WAITING, None, 1.0)
    assert view_after(FIRST_SET + 251, FIRST_SET + 751) == (Phase.HOLDING, 5.0, 1.0)
    assert stage.view().in_target_s == 1.0
    assert stage.view().target_pct == 30.0
    assert (stage.view().counts_from_pct, stage.view().counts_to_pct) == (24.0, None), (
        "once there, it is kept"
    )
    stage.command(Command(PAUSE, applied_sample=FIRST_SET + 751))
    assert (stage.view().phase, stage.view().countdown_s) == (Phase.PAUSED, None)


def test_the_dots_tell_training_from_test() -> None:
    """Else a test hold is praised, or a void one looks like one that is done."""
    gap = range(FIRST_SET + 100, FIRST_SET + 140)
    expected = {
        Role.TEST: (DotState.DONE, DotState.CURRENT, DotState.PENDING),
        Role.TRAIN: (DotState.SUCCESS, DotState.CURRENT, DotState.PENDING),
    }
    for plan in (TEST, replace(LEARN, until=Until.SET)):
        stage = hold_set(plan, holds=3)
        repeated = gap.start + 25 + REST
        run(stage, ticks(range(repeated + HOLD + REST + 5), WORKING, lost=gap))
        shown = stage.view()
        assert shown.dots == expected[plan.role]
        assert shown.hold == 3
        assert shown.last_result is not None
        assert shown.feedback is (plan.feedback is Feedback.ON)


def test_nobody_who_does_nothing_is_ever_praised() -> None:
    """Else lying on the couch is a session of successful holds."""
    for plan in (TEST, LEARN, replace(LEARN, until=Until.SET)):
        told: Told = run(hold_set(plan), ticks(LONG, {}))
        assert told.outcomes == ["not_reached"] * 2


# --- whatever people press

QUICK = replace(LEARN, prepare_s=1.0, quiet_s=0.5, set_after_s=0.5, wait_limit_s=2.0, hold_s=2.0)
KEYS = st.dictionaries(st.integers(0, 20 * FS), st.sampled_from(list(CommandKind)), max_size=25)


@given(KEYS, st.lists(st.tuples(st.integers(0, 20 * FS), st.integers(1, 60)), max_size=6), st.booleans())
@settings(max_examples=40)
def test_whatever_is_pressed_and_lost_every_hold_is_counted_once(
    say: dict[int, CommandKind], gaps: list[tuple[int, int]], learning: bool
) -> None:
    """Else some order of keys and gaps loses a hold, doubles one, or never comes to an end."""
    plan = QUICK if learning else replace(QUICK, role=Role.TEST, until=Until.SET, target_pct=None)
    lost = [start + i for start, n in gaps for i in range(n)]
    stage = hold_set(plan)

    told = run(stage, ticks(range(60 * FS), WORKING, lost=lost), say={**say, 21 * FS: RESUME})

    assert stage.done
    assert [hold.hold for hold in told.holds] == list(range(1, len(told.holds) + 1))
    done = [event for event in told.events if event.kind is EventKind.HOLD_DONE]
    assert [(event.hold, event.detail["outcome"]) for event in done] == [
        (hold.hold, hold.outcome.value) for hold in told.holds
    ]
    assert len(told.at(EventKind.CUE)) == len(told.holds)
    assert [event.sample for event in told.events] == sorted(event.sample for event in told.events)
    for hold in told.holds:
        assert hold.valid is (hold.outcome is not Outcome.VOID)
        if not hold.outcome.counts:
            assert hold.glute.pct_mvc is None
        if hold.in_target_pct is not None:
            assert 0.0 <= hold.in_target_pct <= 100.0
