"""What people do in a set: feel, stop, set a foot down, hurt, take up what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.montage import Side
from emg.reference import ReferenceInForce
from emg.results import Feedback, HoldResult, Outcome, Presser, Role, Until
from emg.sets.coach import HoldSet
from emg.sets.hold import HoldPlan
from emg.sets.progress import Progress
from emg.sets.score import ChainDelays
from emg.sets.set_settings import SetSettings
from emg.sets.targets import Origin, TargetRule
from emg.stage import Command, StageStart
from tests.emg.sets.coached import (
    FS,
    HOLD,
    LEAD,
    LEARN,
    PREPARE_TO_SET,
    REFERENCE,
    REST,
    TEST,
    WORKING,
    hold_set,
    run,
    ticks,
    without,
)

FIRST_SET = LEAD + PREPARE_TO_SET
QUIET: Mapping[str, float] = {"ham_right": 20.0}


def settings(**changes: object) -> SetSettings:
    given: dict[str, object] = {
        "code": "holds_right_learn",
        "exercise": "power_position",
        "plan": LEARN,
        "holds": 2,
        "set_number": 2,
        "n_sets": 4,
        "lead_rest_s": LEAD / FS,
        "rest_s": REST / FS,
        "gate_sites": ("glute_right",),
        "working_sites": ("glute_right", "ham_right"),
        "ceiling_sites": ("ham_right",),
    }
    return SetSettings(**(given | changes))  # type: ignore[arg-type]


def stage_of(told: SetSettings, progress: Progress | None = None, next_hold: int = 1) -> HoldSet:
    stage = HoldSet(told, ChainDelays(0.005, 0.050), ReferenceInForce(REFERENCE), progress)
    stage.begin(StageStart(0, f"{told.code}#1", float(FS), next_hold))
    return stage


def fires_at(start: int, level_pct: float = 50.0, **others: float):  # type: ignore[no-untyped-def]
    """The glute comes at a sample, and stays."""

    def at(sample: int) -> Mapping[str, float]:
        return {**WORKING, "glute_right": level_pct if sample >= start else 0.0, **others}

    return at


# --- felt


FELT_PLAN = replace(LEARN, feedback=Feedback.FELT)


def test_in_a_felt_hold_nothing_on_the_screen_tells_before_the_press() -> None:
    """Else the athlete presses when the bar moves, and what was felt is what was seen."""
    stage = hold_set(FELT_PLAN, holds=1)
    run(stage, ticks(range(FIRST_SET + 2 * FS), fires_at(FIRST_SET + 100)))
    shown = stage.view()
    assert (shown.feedback, shown.phase, shown.countdown_s, shown.in_target_s) == (
        False,
        Phase.WAITING,
        None,
        None,
    )

    stage.command(Command(CommandKind.FELT, applied_sample=FIRST_SET + 2 * FS, by=Presser.ATHLETE))
    told = stage.view()
    assert (told.feedback, told.phase) == (True, Phase.HOLDING)
    assert told.countdown_s is not None


def test_the_fired_event_of_a_felt_hold_is_marked_as_withheld() -> None:
    """Else a front sounds it, and the ear tells what the eye may not."""
    for plan, withheld in ((FELT_PLAN, True), (LEARN, None)):
        told = run(hold_set(plan, holds=1), ticks(range(FIRST_SET + 3 * FS), fires_at(FIRST_SET + 100)))
        fired = [event for event in told.events if event.kind is EventKind.FIRED]
        assert [event.detail.get("withheld") for event in fired] == [withheld]


@pytest.mark.parametrize(("plan", "cued"), [(FELT_PLAN, False), (LEARN, True)])
def test_who_felt_and_whether_it_had_been_shown_is_kept(plan: object, cued: bool) -> None:
    """Else a press after the bar had moved counts as a feeling."""
    pressed = FIRST_SET + 400
    told = run(
        hold_set(plan, holds=1),  # type: ignore[arg-type]
        ticks(range(FIRST_SET + 9 * FS), fires_at(FIRST_SET + 100)),
        say={pressed: CommandKind.FELT},
    )
    (hold,) = told.holds
    assert (hold.felt_latency_s, hold.felt_cued) == (400 / FS, cued)
    assert hold.fired_latency_s == 100 / FS
    assert hold.feedback, "from the press on, bars were on"


def test_a_hold_that_is_felt_and_never_fires_is_held_six_seconds_and_censored() -> None:
    """Else who feels it waits thirty seconds for a bar, or is told that he succeeded."""
    told = run(
        hold_set(replace(LEARN, wait_limit_s=30.0), holds=1),
        ticks(range(FIRST_SET + 12 * FS), QUIET),
        say={FIRST_SET + 500: CommandKind.FELT},
    )
    (hold,) = told.holds
    assert (hold.outcome, hold.outcome_reason, hold.valid) == (Outcome.NOT_REACHED, "felt", True)
    assert hold.end_sample == FIRST_SET + 500 + 6 * FS
    assert hold.enters_means


def test_a_press_in_a_rest_is_answered_and_counts_for_nothing() -> None:
    """Else nobody learns why a key that was pressed a moment too late did nothing."""
    stage = hold_set(LEARN, holds=2)
    told = run(stage, ticks(range(FS), WORKING), say={FS // 2: CommandKind.FELT})
    assert (stage.view().phase, stage.view().felt) == (Phase.REST, True)
    assert not told.events
    told = run(stage, ticks(range(FS, FIRST_SET + 7 * FS), WORKING))
    assert told.holds[0].felt_latency_s is None
    assert (stage.view().phase, stage.view().felt) == (Phase.REST, False), "it was about the rest before"


# --- own stop


@pytest.mark.parametrize(
    ("plan", "levels", "repeated"),
    [
        (LEARN, QUIET, False),
        (LEARN, WORKING, False),
        (replace(LEARN, until=Until.SET), WORKING, False),
        (TEST, WORKING, True),
    ],
    ids=["before it fired", "after it fired", "train", "test"],
)
def test_a_hold_ended_by_hand_is_no_failure_and_no_training_is_asked_for_again(
    plan: HoldPlan, levels: Mapping[str, float], repeated: bool
) -> None:
    """Else a therapist's own stop reads as missed, or who holds as long as he can is asked five times."""
    stage = hold_set(plan, holds=1)
    told = run(stage, ticks(range(FIRST_SET + 4 * FS), levels), say={FIRST_SET + 3 * FS: CommandKind.ENOUGH})
    (hold,) = told.holds
    assert (hold.outcome, hold.outcome_reason) == (Outcome.INCOMPLETE, "own_stop")
    assert hold.end_sample == FIRST_SET + 3 * FS
    assert not hold.enters_means
    assert stage.done is not repeated
    assert stage.view().dots == ((DotState.PENDING,) if repeated else (DotState.VOID,))


def test_a_foot_that_comes_down_is_repeated_and_enters_no_mean() -> None:
    """Else a wobble counts as a weak glute."""
    told = run(
        hold_set(LEARN, holds=1),
        ticks(range(FIRST_SET + 2 * HOLD + 2 * REST), WORKING),
        say={FIRST_SET + 2 * FS: CommandKind.FOOT_DOWN},
    )
    assert told.outcomes == ["lost_balance", "success"]
    assert not told.holds[0].enters_means


def test_who_says_enough_in_every_test_hold_is_not_asked_for_ever() -> None:
    """Else an athlete who cannot stand six seconds stands all evening."""
    told = run(
        hold_set(TEST, holds=2),
        ticks(range(LEAD + 10 * (PREPARE_TO_SET + FS + REST)), WORKING),
        say={FIRST_SET + FS + k * (PREPARE_TO_SET + FS + REST): CommandKind.ENOUGH for k in range(10)},
    )
    assert told.outcomes == ["incomplete"] * 6


def test_a_next_meant_for_the_position_is_no_feeling() -> None:
    """Else the clicker pressed a moment after the clock said "set" counts as felt within 50 ms."""
    for at, felt in ((FIRST_SET + 12, None), (FIRST_SET + FS, 1.0)):
        (hold,) = run(
            hold_set(LEARN, holds=1),
            ticks(range(FIRST_SET + 9 * FS), WORKING),
            say={at: CommandKind.NEXT},
        ).holds
        assert hold.felt_latency_s == felt


def test_without_a_maximum_a_training_hold_is_practised_and_nothing_is_claimed() -> None:
    """Else a muscle that nobody could calibrate is told, five times, that it was not reached."""
    stage = hold_set(LEARN, holds=1, reference=without("glute_right"))
    (hold,) = run(stage, ticks(range(FIRST_SET + 9 * FS), WORKING, reference=without("glute_right"))).holds
    assert (hold.outcome, hold.held_s, hold.target_pct) == (Outcome.PRACTISED, 6.0, None)
    assert not hold.enters_means


def test_gaps_that_add_up_leave_no_result() -> None:
    """Else a muscle that worked is told as silent, because a quarter of it was lost in small pieces."""
    lost = [at for start in range(FIRST_SET, FIRST_SET + 6 * FS, 40) for at in range(start, start + 10)]
    power = ticks(range(FIRST_SET + 7 * FS), WORKING, lost=lost)
    spoilt = replace(power, power_uv2=power.power_uv2.copy())
    spoilt.power_uv2[FIRST_SET + FS : FIRST_SET + 6 * FS, 2] = float("nan")
    (hold,) = run(hold_set(TEST, holds=1), spoilt).holds
    assert (hold.outcome, hold.invalid_reason, hold.valid) == (Outcome.VOID, "gap", False)


# --- the ceiling


def test_over_the_ceiling_is_not_in_target() -> None:
    """Else a hamstring that takes over is praised."""
    plan = replace(LEARN, ceiling_pct=40.0)
    over = fires_at(FIRST_SET, ham_right=60.0)
    told = run(stage_of(settings(plan=plan, holds=1)), ticks(range(FIRST_SET + 9 * FS), over))
    (hold,) = told.holds
    assert (hold.outcome, hold.outcome_reason, hold.in_target_s) == (Outcome.MISSED, "over_ceiling", 0.0)
    assert told.at(EventKind.OVER_CEILING)


def test_what_counts_now_is_shown_as_it_is_judged() -> None:
    """Else the bar and the time in target contradict each other on the screen."""
    plan = replace(LEARN, ceiling_pct=40.0)
    stage = stage_of(settings(plan=plan, holds=1))
    before, on = FIRST_SET + FS // 4, FIRST_SET + 2 * FS

    def edges_after(start: int, stop: int, **levels: float) -> tuple[float | None, float | None]:
        run(stage, ticks(range(start, stop), fires_at(before, **levels)))
        shown = stage.view()
        return shown.counts_from_pct, shown.counts_to_pct

    assert edges_after(0, before) == (30.0, 40.0)
    assert edges_after(before, on) == (24.0, 40.0)
    assert edges_after(on, on + FS, ham_right=60.0) == (24.0, 36.0)
    felt = stage_of(settings(plan=replace(plan, feedback=Feedback.FELT), holds=1))
    run(felt, ticks(range(on), fires_at(before)))
    assert felt.view().counts_from_pct is None, "what is still to be felt is not told"


def test_the_ceiling_is_of_the_standing_leg_alone() -> None:
    """Else the swing leg's hamstring, which lifts the heel, spoils every hold."""
    plan = replace(LEARN, ceiling_pct=40.0)
    swing = fires_at(FIRST_SET, ham_left=90.0)
    told = run(stage_of(settings(plan=plan, holds=1)), ticks(range(FIRST_SET + 9 * FS), swing))
    assert told.outcomes == ["success"]


def test_a_moment_over_the_ceiling_stops_the_clock_for_that_moment() -> None:
    """Else one twitch costs the hold, or a second of hamstring costs nothing."""
    plan = replace(LEARN, ceiling_pct=40.0)

    def at(sample: int) -> Mapping[str, float]:
        over = FIRST_SET + 2 * FS <= sample < FIRST_SET + 3 * FS
        return {**WORKING, "ham_right": 60.0 if over else 25.0}

    (hold,) = run(stage_of(settings(plan=plan, holds=1)), ticks(range(FIRST_SET + 9 * FS), at)).holds
    assert (hold.outcome, hold.outcome_reason, hold.in_target_s) == (Outcome.MISSED, "over_ceiling", 5.0)


# --- targets that move


RULE = TargetRule(default_pct=30.0)


def test_a_training_set_aims_at_what_the_test_holds_showed_and_says_so() -> None:
    """Else the line on the screen is somebody else's."""
    progress = Progress()
    run(
        stage_of(settings(plan=TEST, code="holds_right_test", rule=RULE), progress),
        ticks(range(20 * FS), WORKING),
    )
    stage = stage_of(settings(rule=RULE), progress, next_hold=3)
    shown = stage.view()
    assert shown.target_pct == pytest.approx(40.0, abs=0.1), "0.8 of 50 %"
    assert shown.message.startswith("target_test_holds:40")
    told = run(stage, ticks(range(40 * FS), WORKING))
    assert [hold.target_pct for hold in told.holds] == pytest.approx([40.0, 40.8], abs=0.1)


def test_no_target_is_ever_raised_unseen() -> None:
    """Else the athlete fails at a line that moved behind his back."""
    stage = stage_of(settings(rule=RULE, holds=3))
    first = ticks(range(LEAD + HOLD + REST // 2), WORKING)
    run(stage, first)
    before = stage.view().target_pct
    assert before is not None
    assert before == pytest.approx(40.0, abs=0.1), "a default is left for what the first hold shows"
    assert stage.view().message == "target_first_hold:40.0"
    told = run(stage, ticks(range(len(first), len(first) + HOLD + REST), WORKING))
    shown = stage.view()
    assert shown.phase is Phase.REST
    assert shown.target_pct == pytest.approx(1.02 * before)
    assert shown.message == f"target_raised:{shown.target_pct:.1f}"
    raised = [event for event in told.events if event.kind is EventKind.TARGET_SET][-1]
    assert raised.detail["origin"] == Origin.RAISED.value


def test_a_hold_ended_by_hand_leaves_the_target_where_it_was() -> None:
    """Else an early end, for whatever reason, makes the next hold another one."""
    stage = stage_of(settings(rule=RULE, holds=3))
    first = LEAD + HOLD + REST
    run(stage, ticks(range(first), WORKING))
    before = stage.view().target_pct
    ended = {first + PREPARE_TO_SET + 3 * FS: CommandKind.ENOUGH}
    told = run(stage, ticks(range(first, first + HOLD), WORKING), say=ended)
    assert [hold.outcome_reason for hold in told.holds] == ["own_stop"]
    assert stage.view().target_pct == before


def test_feedback_fades_from_hold_to_hold() -> None:
    """Else an athlete who looks at the bars for ever learns to look at bars."""
    plan = replace(LEARN, until=Until.SET, feedback=Feedback.FADED)
    told = run(hold_set(plan, holds=6), ticks(range(LEAD + 7 * (HOLD + REST)), WORKING))
    assert [hold.feedback for hold in told.holds] == [True, True, False, True, False, False]


# --- the train stage


def learnt(*fired_s: float | None) -> Progress:
    progress = Progress()
    for number, at in enumerate(fired_s, start=1):
        progress.add(
            HoldResult(
                hold=number,
                set_number=2,
                role=Role.TRAIN,
                until=Until.FIRED,
                side=Side.RIGHT,
                valid=True,
                outcome=Outcome.NOT_REACHED if at is None else Outcome.SUCCESS,
                fired_latency_s=at,
            )
        )
    return progress


OFFERED = settings(plan=replace(LEARN, until=Until.SET), code="holds_right_train", offered=True)


@pytest.mark.parametrize(
    ("fired_s", "earned"),
    [
        ((1.0, 1.5, 2.0, 9.0), True),
        ((9.0, 1.0, None, 1.5, 2.0), True),
        ((1.0, 1.5, 2.1, 9.0), False),
        ((1.0, 1.0, 1.0), False),
        ((1.0, 1.0, 1.0, None, None), False),
        ((), False),
    ],
)
def test_training_is_offered_once_three_of_the_last_four_fire_within_two_seconds(
    fired_s: tuple[float | None, ...], earned: bool
) -> None:
    """Else a glute that sleeps is sent to six seconds by the clock, or one that is awake stays a beginner."""
    stage = stage_of(OFFERED, learnt(*fired_s))
    assert stage.done is not earned
    assert (stage.view().phase is Phase.ASK) is earned


@pytest.mark.parametrize(("key", "taken"), [(CommandKind.NEXT, True), (CommandKind.BACK, False)])
def test_an_offer_is_an_offer(key: CommandKind, taken: bool) -> None:
    """Else a tired athlete is made to hold on, or nobody ever trains."""
    stage = stage_of(OFFERED, learnt(1.0, 1.0, 1.0, 1.0))
    run(stage, ticks(range(10 * FS), WORKING))
    assert stage.view().proposal == "train:2", "it waits for a word"
    told = run(stage, ticks(range(10 * FS, 50 * FS), WORKING), say={12 * FS: key})
    assert len(told.holds) == (2 if taken else 0)
    assert stage.done


def test_a_key_pressed_before_anybody_can_have_read_is_no_answer() -> None:
    """Else the last press of the set before takes up, or throws away, the offer."""
    stage = stage_of(OFFERED, learnt(1.0, 1.0, 1.0, 1.0))
    stage.command(Command(CommandKind.BACK, sample=FS // 2, applied_sample=FS))
    assert not stage.done
    stage.command(Command(CommandKind.BACK, sample=FS, applied_sample=FS + 5))
    assert stage.done
