"""What a set and the stage after the last one ask: pain, and an electrode that was sat on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emg.codes import CommandKind, EventKind, Phase
from emg.pain import ASKS_AFTER, ASKS_WORST, SUGGESTS_STOP, PainLimits
from emg.sets.afterwards import SETTLES_S, WAITS_S, Afterwards
from emg.sets.coach import HoldSet
from emg.sets.phase_clock import ASKED_REST_S, DECIDES_S, OFFER_S
from emg.sets.progress import Progress
from emg.stage import Command, StageStart
from tests.emg.sets.coached import FS, LEAD, WORKING, run, ticks
from tests.emg.sets.test_coach_people import FIRST_SET, OFFERED, learnt, settings, stage_of

# --- pain


def answer(value: int, at: int) -> Command:
    return Command(CommandKind.ANSWER, sample=at, applied_sample=at, value=value)


@pytest.mark.parametrize(
    ("pain", "message", "ends"),
    [(3, "", ""), (4, "pain_suggests_stop", ""), (5, "pain_suggests_stop", "pain")],
)
def test_pain_above_three_suggests_to_stop_and_above_four_stops(pain: int, message: str, ends: str) -> None:
    """Else the program drives somebody on who hurts."""
    progress = learnt(1.0, 1.0)
    stage = stage_of(settings(asks_pain=True), progress, next_hold=3)
    assert stage.view().asks == ASKS_WORST
    step = stage.command(answer(pain, FS))
    assert step.ends == ends
    (event,) = step.events
    assert (event.kind, event.detail["pain_0_10"], event.detail["holds"]) == (EventKind.PAIN, pain, [1, 2])
    assert stage.view().message == message
    assert progress.untold == ()


def key(kind: CommandKind, at: int) -> Command:
    return Command(kind, sample=at, applied_sample=at)


def offered() -> HoldSet:
    """A set that is offered after four fast holds, and asks how much they hurt."""
    return stage_of(replace(OFFERED, asks_pain=True), learnt(1.0, 1.0, 1.0, 1.0), next_hold=5)


def test_much_pain_takes_the_offer_away() -> None:
    """Else a small band says stop while the big title still offers five more holds."""
    stage = offered()
    (told,) = stage.command(answer(4, FS)).events
    assert told.kind is EventKind.PAIN
    assert (stage.view().proposal, stage.view().message) == ("", SUGGESTS_STOP)
    assert (stage.view().phase, stage.view().countdown_s) == (Phase.REST, DECIDES_S)
    after = run(stage, ticks(range(FS, 90 * FS), WORKING))
    assert after.end == FS + round(DECIDES_S * FS)
    (declined,) = after.events
    assert (declined.kind, declined.detail) == (
        EventKind.ANSWERED,
        {"question": "train", "taken": False},
    )
    assert stage.done
    skipped = offered()
    skipped.command(answer(4, FS))
    skipped.command(key(CommandKind.NEXT, 3 * FS))
    assert not run(skipped, ticks(range(3 * FS, 90 * FS), WORKING)).holds, "a key skips the rest, no more"


def test_one_question_is_asked_at_a_time_and_each_with_its_time() -> None:
    """Else a therapist sees two questions and no clock, and which of them a key answers is a guess."""
    stage = offered()
    view = stage.view()
    assert (view.phase, view.asks, view.countdown_s) == (Phase.REST, ASKS_WORST, ASKED_REST_S)
    rest = round(ASKED_REST_S * FS)
    run(stage, ticks(range(rest + 1), WORKING))
    view = stage.view()
    assert (view.phase, view.asks, view.proposal) == (Phase.ASK, "", "train:2")
    assert view.countdown_s == OFFER_S
    assert not stage.command(answer(9, rest + FS)).events, "a number is no answer to the offer"
    told = run(stage, ticks(range(rest + 1, rest + 2 * round(OFFER_S * FS)), WORKING))
    assert stage.done
    assert (told.end, told.holds) == (rest + round(OFFER_S * FS), []), "silence is no"
    assert told.events[-1].detail == {"question": "train", "taken": False}


def test_an_offer_that_is_taken_leaves_time_to_get_into_place() -> None:
    """Else who pressed the key at the computer is cued before he stands."""
    stage = offered()
    rest = round(ASKED_REST_S * FS)
    run(stage, ticks(range(rest + 1), WORKING))
    stage.command(key(CommandKind.NEXT, rest + 2 * FS))
    view = stage.view()
    assert (view.phase, view.asks, view.countdown_s) == (Phase.REST, "", LEAD / FS)
    told = run(stage, ticks(range(rest + 2 * FS, rest + 60 * FS), WORKING))
    assert len(told.holds) == 2


def test_a_gap_takes_no_offer_away() -> None:
    """Else a radio that is silent for a minute says no for the athlete."""
    stage = stage_of(OFFERED, learnt(1.0, 1.0, 1.0, 1.0))
    run(stage, ticks(range(90 * FS), WORKING, lost=range(FS, 80 * FS)))
    assert stage.view().countdown_s == pytest.approx(OFFER_S - 11, abs=0.1)


def test_an_offer_comes_again_after_a_new_calibration() -> None:
    """Else it runs out while the athlete still lies on the front."""
    stage = stage_of(replace(OFFERED, stand_up_s=20.0), learnt(1.0, 1.0, 1.0, 1.0))
    run(stage, ticks(range(50 * FS), WORKING))
    stage.begin(StageStart(200 * FS, "again#1", float(FS), 5, goes_on=True))
    assert (stage.view().phase, stage.view().countdown_s) == (Phase.REST, 20.0)
    run(stage, ticks(range(200 * FS, 221 * FS), WORKING))
    assert (stage.view().phase, stage.view().proposal) == (Phase.ASK, "train:2")


def test_who_tells_much_pain_late_still_has_time_to_stop() -> None:
    """Else the hold begins while the words "better stop" are being read."""
    stage = stage_of(settings(asks_pain=True), learnt(1.0), next_hold=2)
    run(stage, ticks(range(LEAD - FS), WORKING))
    stage.command(answer(4, LEAD - FS))
    told = run(stage, ticks(range(LEAD - FS, LEAD + 15 * FS), WORKING))
    assert not told.at(EventKind.PREPARE)
    assert stage.command(key(CommandKind.BACK, LEAD + 15 * FS)).ends == "pain"


def test_a_key_of_the_clicker_stops_after_much_pain() -> None:
    """Else the one who hurts has to walk to the keyboard to stop."""
    stage = offered()
    stage.command(answer(4, FS))
    assert stage.command(key(CommandKind.BACK, FS + FS // 4)).ends == "", "nobody can have read it yet"
    assert stage.command(key(CommandKind.BACK, 3 * FS)).ends == "pain"
    resting = stage_of(settings(asks_pain=True), learnt(1.0), next_hold=2)
    assert resting.command(key(CommandKind.BACK, FS)).ends == "", "without pain it stops nothing"
    resting.command(answer(4, FS))
    assert resting.command(key(CommandKind.BACK, 3 * FS)).ends == "pain"


@pytest.mark.parametrize(("pain", "proposal", "ends"), [(2, "train:2", ""), (5, "", "pain")])
def test_an_answer_can_still_be_corrected(pain: int, proposal: str, ends: str) -> None:
    """Else a slip of the finger stops the day, or a 5 that was told as 4 drives somebody on."""
    stage = offered()
    stage.command(answer(4, FS))
    assert stage.command(answer(pain, 2 * FS)).ends == ends
    assert (stage.view().proposal, stage.done) == (proposal, False)
    resting = stage_of(settings(asks_pain=True), learnt(1.0), next_hold=2)
    resting.command(answer(4, FS))
    resting.command(answer(pain, 2 * FS))
    assert resting.view().message == (SUGGESTS_STOP if ends else "")


def test_little_pain_leaves_the_offer() -> None:
    """Else nobody who feels his muscles ever trains."""
    stage = offered()
    assert [event.kind for event in stage.command(answer(3, FS)).events] == [EventKind.PAIN]
    assert stage.view().proposal == "train:2"


def test_the_limits_are_settings() -> None:
    """Else a therapist who allows less cannot say so."""
    strict = settings(asks_pain=True, limits=PainLimits(1, 2))
    assert stage_of(strict, learnt(1.0)).command(answer(3, FS)).ends == "pain"
    with pytest.raises(ValueError, match="two numbers from 0 to 10"):
        PainLimits(5, 4)


def test_pain_is_asked_in_the_rest_and_never_in_a_hold() -> None:
    """Else a number typed while standing on one leg ends the session, or nobody is asked at all."""
    progress = learnt(1.0)
    stage = stage_of(settings(asks_pain=True), progress, next_hold=2)
    run(stage, ticks(range(FIRST_SET + FS), WORKING))
    assert stage.view().asks == ""
    assert stage.command(answer(9, FIRST_SET + FS)).ends == ""
    assert progress.untold == (1,), "it is asked again in the next rest that asks"


def afterwards(progress: Progress) -> Afterwards:
    stage = Afterwards(progress, PainLimits())
    stage.begin(StageStart(0, "afterwards#1", float(FS)))
    return stage


def test_afterwards_asks_for_the_worst_and_for_now() -> None:
    """Else nobody knows what the last set did, or how the athlete goes home."""
    stage = afterwards(learnt(1.0, 1.0))
    assert stage.view().asks == ASKS_WORST
    first = stage.command(answer(2, FS)).events
    run(stage, ticks(range(FS, 8 * FS), {}))
    assert stage.view().asks == ASKS_AFTER
    second = stage.command(answer(1, 8 * FS)).events
    run(stage, ticks(range(8 * FS, 15 * FS), {}))
    assert stage.done
    assert [event.detail["asked"] for event in (*first, *second)] == [ASKS_WORST, ASKS_AFTER]
    assert [event.detail["holds"] for event in (*first, *second)] == [[1, 2], []]


def test_the_second_question_knows_the_first_answer_and_how_long_it_waits() -> None:
    """Else an almost equal screen looks as if the answer had not been heard."""
    stage = afterwards(learnt(1.0))
    assert (dict(stage.view().findings), stage.view().countdown_s) == ({}, WAITS_S)
    run(stage, ticks(range(10 * FS), {}))
    assert stage.view().countdown_s == pytest.approx(WAITS_S - 10, abs=0.1)
    stage.command(answer(2, 10 * FS))
    assert stage.view().countdown_s == pytest.approx(SETTLES_S)
    run(stage, ticks(range(10 * FS, 17 * FS), {}))
    assert stage.view().asks == ASKS_AFTER
    assert dict(stage.view().findings) == {ASKS_WORST: "2"}
    silent = afterwards(learnt(1.0))
    silent.command(key(CommandKind.NEXT, FS))
    assert dict(silent.view().findings) == {ASKS_WORST: ""}


def test_a_ten_is_no_one_and_no_second_answer() -> None:
    """Else the worst pain there is reads as 1, and the pain afterwards as 10."""
    stage = afterwards(learnt(1.0))
    told = [*stage.command(answer(1, FS)).events, *stage.command(answer(10, FS + FS // 2)).events]
    assert [(event.detail["asked"], event.detail["pain_0_10"]) for event in told] == [
        (ASKS_WORST, 1),
        (ASKS_WORST, 10),
    ]
    assert stage.view().answer == 10


def test_the_last_answer_can_be_corrected_without_hurry() -> None:
    """Else a slip of the finger is the pain that the athlete goes home with: to see it takes its time."""
    stage = afterwards(Progress())
    assert stage.view().asks == ASKS_AFTER
    stage.command(answer(7, FS))
    run(stage, ticks(range(FS, 6 * FS), {}))
    (told,) = stage.command(answer(1, 6 * FS)).events
    assert (told.detail["asked"], told.detail["pain_0_10"]) == (ASKS_AFTER, 1)
    run(stage, ticks(range(6 * FS, 6 * FS + round(SETTLES_S * FS) - 1), {}))
    assert not stage.done, "and the correction can be corrected"
    stage.command(key(CommandKind.NEXT, 12 * FS))
    assert stage.done


def test_a_gap_takes_no_question_away() -> None:
    """Else a radio that is silent for half a minute answers for the athlete."""
    stage = afterwards(learnt(1.0))
    run(stage, ticks(range(40 * FS), {}, lost=range(FS, 39 * FS)))
    assert stage.view().asks == ASKS_WORST


@pytest.mark.parametrize("value", [-1, 11, None])
def test_what_is_no_number_on_the_scale_is_no_answer(value: int | None) -> None:
    """Else a slip of the finger keeps the session from being closed."""
    stage = afterwards(learnt(1.0))
    said = Command(CommandKind.ANSWER, sample=FS, applied_sample=FS, value=value)
    assert not stage.command(said).events
    resting = stage_of(settings(asks_pain=True), learnt(1.0), next_hold=2)
    assert not resting.command(said).events


def test_nobody_is_kept_by_a_question() -> None:
    """Else the board records an empty room until somebody comes back."""
    stage = afterwards(learnt(1.0))
    told = run(stage, ticks(range(round(2.5 * WAITS_S * FS)), {}))
    assert stage.done
    assert told.end == 2 * round(WAITS_S * FS) - 1
    quick = afterwards(learnt(1.0))
    for at in (FS, 2 * FS):
        quick.command(Command(CommandKind.NEXT, sample=at, applied_sample=at))
    assert quick.done


# --- contact after a rest


def test_a_set_waits_for_an_electrode_that_was_sat_on() -> None:
    """Else the first hold after a rest is held for nothing, and void."""
    stage = stage_of(settings(rechecks=True))
    bad = ticks(range(LEAD + FS), WORKING, verdicts={"glute_right": "railed"})
    told = run(stage, bad)
    assert not told.at(EventKind.PREPARE)
    assert stage.view().message == "check_electrode:railed:glute_right"
    good = run(stage, ticks(range(LEAD + FS, LEAD + 4 * FS), WORKING))
    assert good.at(EventKind.PREPARE) == [LEAD + 3 * FS - 1]


def test_a_broken_wire_traps_nobody() -> None:
    """Else an athlete alone stands before a screen that waits for ever."""
    stage = stage_of(settings(rechecks=True))
    told = run(stage, ticks(range(LEAD + 12 * FS), WORKING, verdicts={"glute_right": "railed"}))
    assert told.at(EventKind.PREPARE)[0] == LEAD + 10 * FS


def test_a_key_goes_on_without_an_electrode_and_only_once_it_was_named() -> None:
    """Else "Space goes on without" is no truth, or a skipped rest skips the check unseen."""
    bad = {"glute_right": "railed"}
    stage = stage_of(settings(rechecks=True))
    skipped = run(stage, ticks(range(LEAD - FS), WORKING, verdicts=bad), say={FS: CommandKind.NEXT})
    assert not skipped.at(EventKind.PREPARE), "nobody had been told of it yet"
    stage.command(key(CommandKind.NEXT, LEAD - FS))
    told = run(stage, ticks(range(LEAD - FS, LEAD), WORKING, verdicts=bad))
    assert told.at(EventKind.PREPARE) == [LEAD - FS]
