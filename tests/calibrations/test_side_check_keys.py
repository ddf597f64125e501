"""The side check with keys, pauses, gaps and any cut: what people and radios do to it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.montage import FOUR_SITES, Montage, Side
from emg.stage import Command, Event, StageStart
from tests.calibrations.leads import (
    Person,
    accepted,
    check,
    coach,
    of_kind,
    outcome,
    questions,
    refusals,
    right,
    swapped,
)
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, RESUME

GL, HL, GR, HR = FOUR_SITES.names
SIDES = swapped((GL, GR), (HL, HR))
ALL_OK = dict.fromkeys(FOUR_SITES.names, "ok")


def test_a_pause_begins_the_present_turn_anew() -> None:
    """Else taps from before and after a pause are put together."""
    told = coach(check(), right(), say={4 * FS: PAUSE, 20 * FS: RESUME})
    prepared = [event for event in of_kind(told, EventKind.PREPARE) if event.detail.get("site") == GL]
    assert [event.sample for event in prepared] == [0, 20 * FS]
    assert outcome(told)["findings"] == ALL_OK


def test_a_pause_in_a_question_asks_again() -> None:
    """Else a pause answers for you."""
    stage = check()
    told = coach(stage, Person(SIDES), say={40 * FS: PAUSE, 45 * FS: RESUME}, seconds=60.0)
    assert len(questions(told)) == 2
    assert stage.view().phase is Phase.ASK


@pytest.mark.parametrize("key", [NEXT, BACK])
def test_a_key_pressed_before_the_question_could_be_read_is_no_answer(key: CommandKind) -> None:
    """Else who leaves out a tap mends the map, or goes on with leads that are mixed up."""
    for plugged in (SIDES, {**FOUR_SITES.as_dict(), HL: 1}):
        stage = check()
        told = coach(stage, Person(plugged), seconds=40.0)
        (asked,) = [event.sample for event in told.events if event.detail.get("phase") == "ask"]
        for pressed in (asked - 1, asked + round(0.7 * FS) - 1):
            assert stage.command(Command(key, pressed, told.end)).events == ()
            assert stage.view().phase is Phase.ASK
        assert stage.command(Command(key, asked + round(0.7 * FS), told.end)).events != ()
        assert stage.view().phase is Phase.PREPARE


def test_a_fault_that_was_gone_on_with_and_then_mended_leaves_no_trace() -> None:
    """Else the summary warns of leads that were put right in the next minute."""

    class Replugs(Person):
        def hear(self, event: Event) -> None:
            super().hear(event)
            if event.kind is EventKind.PREPARE and event.detail.get("exercise") == "lift":
                self.plugged = FOUR_SITES.as_dict()

    plugged = {**FOUR_SITES.as_dict(), HL: 1}
    asked = coach(check(), Person(plugged), answer=NEXT)
    (at,) = [event.sample for event in asked.events if event.detail.get("phase") == "ask"]
    told = coach(check(), Replugs(plugged), say={at + FS: NEXT, at + 2 * FS: BACK, at + 3 * FS: [BACK] * 3})
    assert outcome(told)["findings"] == ALL_OK
    assert accepted(told) == []


def test_while_paused_no_key_but_resume_is_heard() -> None:
    """Else a map is mended behind a screen that says "paused"."""
    told = coach(check(), Person(SIDES), say={40 * FS: [PAUSE, NEXT, BACK]}, seconds=60.0)
    assert of_kind(told, EventKind.MONTAGE_SET) == []
    assert len(questions(told)) == 1


def test_next_leaves_out_a_tap_that_nobody_can_reach() -> None:
    """Else who lies alone with an electrode out of reach waits twice six seconds for each."""
    told = coach(check(), right(seen=()), say={4 * FS: NEXT})
    seen = outcome(told)["taps_seen_on"]
    cues = of_kind(told, EventKind.CUE)
    assert [cue.detail.get("site") for cue in cues][:3] == [GL, HL, HL]
    assert seen == dict.fromkeys(FOUR_SITES.names)


@pytest.mark.parametrize("at_s", [1.0, 25.0])
def test_next_skips_no_preparation_and_no_lift(at_s: float) -> None:
    """Else the rest that a rise is counted from is never measured."""
    told = coach(check(), right(), say={round(at_s * FS): NEXT})
    assert told == coach(check(), right())


def test_back_does_the_present_tap_again_or_the_one_before() -> None:
    """Else a tap on the wrong electrode can only be undone by the whole check."""
    present = coach(check(), right(), say={round(3.5 * FS): BACK})
    assert [event.detail.get("site") for event in of_kind(present, EventKind.CUE)][:3] == [GL, GL, HL]

    first = of_kind(coach(check(), right()), EventKind.PREPARE)[1].sample
    before = coach(check(), right(), say={first + FS // 2: BACK})
    assert [event.detail.get("site") for event in of_kind(before, EventKind.CUE)][:3] == [GL, GL, HL]
    assert outcome(before)["findings"] == ALL_OK


def test_other_keys_and_a_late_one_mean_nothing() -> None:
    """Else a finished check begins again because somebody leans on a key."""
    stage = check()
    told = coach(stage, right(), say={4 * FS: CommandKind.FELT, 5 * FS: RESUME})
    assert told == coach(check(), right())
    assert stage.command(Command(BACK, applied_sample=told.end)).events == ()
    assert stage.done


def test_a_board_that_was_away_costs_one_try() -> None:
    """Else a radio that is away for a minute uses up every tap."""
    away = range(4 * FS, 60 * FS)
    told = coach(check(attended=False), right(lost=away, seconds=200), seconds=180.0)
    assert outcome(told)["findings"] == ALL_OK
    lifting = range(22 * FS, 60 * FS)
    told = coach(check(attended=False), right(lost=lifting, seconds=200), seconds=180.0)
    assert outcome(told)["findings"] == ALL_OK


@pytest.mark.parametrize("every", [10, 40, 100])
def test_packets_that_are_lost_now_and_then_do_not_hide_a_tap(every: int) -> None:
    """Else with a radio in the room nothing can be told."""
    told = coach(check(), right(lost=range(0, 150 * FS, every)))
    assert outcome(told)["findings"] == ALL_OK


def test_a_signal_that_always_breaks_off_traps_nobody() -> None:
    """Else the check asks for taps for ever."""
    lost = {sample for sample in range(150 * FS) if sample % 10 < 8}
    stage = check(attended=False)
    told = coach(stage, right(lost=lost), seconds=140.0)
    assert stage.done
    assert refusals(told) == []
    assert "ok" not in set(dict(outcome(told)["findings"]).values())  # type: ignore[call-overload]


def test_a_wire_in_the_air_is_no_muscle_that_rose() -> None:
    """Else a loose electrode is found on the right side."""
    told = coach(check(), right(seen=(), verdicts={HL: "railed"}))
    found = outcome(told)["findings"]
    assert isinstance(found, Mapping)
    assert (found[HL], found[HR]) == ("cannot_tell", "ok")


def test_a_second_run_begins_with_the_mended_map() -> None:
    """Else after a new calibration the same question is asked again, and answered wrongly."""
    stage = check()
    coach(stage, Person(SIDES), answer=NEXT)
    again = Person(SIDES, Montage.of(SIDES))
    told = coach(stage, again)
    assert (questions(told), outcome(told)["findings"]) == ([], ALL_OK)
    assert (outcome(told)["mended"], outcome(told)["channels"]) == (False, SIDES)


def test_the_screen_shows_whose_turn_it_is() -> None:
    """Else nobody knows which electrode is meant."""
    stage = check()
    coach(stage, right(seen=()), seconds=4.0)
    shown = stage.view()
    assert (shown.task, shown.site, shown.side, shown.phase) == ("tap", GL, None, Phase.EFFORT)
    assert (shown.countdown_s, shown.duration_s) == (None, 6.0)
    assert shown.dots == (DotState.CURRENT, *[DotState.PENDING] * 5)

    coach(stage, right(), seconds=18.0)
    shown = stage.view()
    assert (shown.task, shown.site, shown.side) == ("lift", None, Side.LEFT)
    assert shown.findings == ALL_OK
    assert shown.countdown_s is not None
    assert shown.dots[:5] == (*[DotState.DONE] * 4, DotState.CURRENT)

    stage.begin(StageStart(0, "sides#2", float(FS)))
    assert stage.view().findings == {}
    assert stage.view().countdown_s == pytest.approx(3.0)


CUTS = st.lists(st.integers(1, 60 * FS), max_size=20)
SAY = st.dictionaries(st.integers(0, 50 * FS), st.sampled_from([PAUSE, RESUME, NEXT, BACK]), max_size=4)


@given(CUTS, SAY, st.sampled_from([FOUR_SITES.as_dict(), SIDES]), st.sets(st.sampled_from(FOUR_SITES.names)))
@settings(max_examples=6)
def test_any_cut_of_the_ticks_gives_the_same_check(
    cuts: list[int], say: dict[int, CommandKind], plugged: dict[str, int], seen: set[str]
) -> None:
    """Else whether leads are called swapped depends on how the radio bundled its packets."""
    told = [
        coach(check(), Person(plugged, seen=seen), say=dict(say), cuts=edges, seconds=60.0, answer=NEXT)
        for edges in ((), cuts)
    ]
    assert told[0] == told[1]
