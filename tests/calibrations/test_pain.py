"""Whether it hurt: asked while all goes on, answered by a number or a clicker, never waited for."""

from __future__ import annotations

import pytest

from calibrations.draft import Draft
from emg.codes import CommandKind, EventKind, Phase
from emg.results import Doubt
from emg.stage import Command, Event
from tests.calibrations.pushing import cued, details, go, mvc, says
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, RESUME, Told

TURN = 9 * FS
DONE = 7 * FS
"""End of the first effort."""

LEFT_LEG = ("glute_left", "ham_left")


def pains(told: Told) -> list[tuple[object, object, object]]:
    return [(d["site"], d["trial"], d["pain_0_10"]) for d in details(told, EventKind.PAIN)]


def kept(draft: Draft) -> list[tuple[str, int | None]]:
    return [(trial.site, trial.pain_0_10) for trial in draft.trials]


def test_pain_is_asked_from_the_end_of_an_effort_until_the_next_cue() -> None:
    """Else an answer is given before it hurts, or is taken for another muscle's."""
    stage = mvc(LEFT_LEG)
    seen = []
    for until_s in (5.0, 8.0, 12.9, 14.0):
        go(stage := mvc(LEFT_LEG), seconds=until_s)
        seen.append((stage.view().phase, stage.view().asks))
    assert seen == [(Phase.EFFORT, ""), (Phase.REST, "pain"), (Phase.PREPARE, "pain"), (Phase.EFFORT, "")]


def test_the_latest_answer_counts_and_is_settled_at_the_next_cue() -> None:
    """Else a slip of the finger stays in the record."""
    say = {
        5 * FS: says(9),
        DONE + 100: says(3),
        DONE + 200: says(2),
        13 * FS + 10: says(8),
        16 * FS + 10: says(0),
    }
    stage = mvc(LEFT_LEG)
    told = go(stage, say=say)
    assert pains(told) == [("glute_left", 1, 2), ("ham_left", 1, 0)]
    assert told.at(EventKind.PAIN) == [told.at(EventKind.CUE)[1], told.at(EventKind.CUE)[2]]
    assert kept(stage._draft) == [
        ("glute_left", 2),
        ("ham_left", 0),
        ("glute_left", None),
        ("ham_left", None),
    ]


def test_silence_is_not_said_and_costs_nothing() -> None:
    """Else who says nothing has no pain, or is waited for."""
    told = go(stage := mvc(LEFT_LEG))
    assert (pains(told), {pain for _, pain in kept(stage._draft)}) == ([], {None})
    assert told.end == 4 * TURN + 3 * FS


@pytest.mark.parametrize(("presses", "pain"), [(1, 0), (4, 3), (11, 10), (12, None), (13, 0)])
def test_a_clicker_counts_the_answer_up(presses: int, pain: int | None) -> None:
    """Else a therapist with a clicker, or hands at an ankle, cannot say anything."""
    say = {DONE + 10 + 20 * press: NEXT for press in range(presses)}
    told = go(stage := mvc(LEFT_LEG), say=say)
    assert stage._draft.trials[0].pain_0_10 == pain
    assert told.at(EventKind.CUE)[1] == 13 * FS, "and skips no preparation meanwhile"


@pytest.mark.parametrize(
    ("downs", "pain", "again"), [(1, 1, False), (2, 0, False), (3, None, False), (4, None, True)]
)
def test_a_clicker_counts_what_it_counted_up_down_again(downs: int, pain: int | None, again: bool) -> None:
    """Else who meant one less has the painful effort repeated."""
    keys = [NEXT] * 3 + [BACK] * downs
    say = {DONE + 10 + 20 * place: key for place, key in enumerate(keys)}
    told = go(stage := mvc(LEFT_LEG), say=say)
    assert stage._draft.trials[0].pain_0_10 == pain
    assert (cued(told)[:2] == ["glute_left", "glute_left"]) is again, "below none the effort is made anew"


def test_the_question_names_its_muscle() -> None:
    """Else, under the next muscle's name, the pain is said of that one."""
    go(stage := mvc(LEFT_LEG), seconds=10)
    assert (stage.view().phase, stage.view().site) == (Phase.PREPARE, "ham_left")
    assert stage.view().asks_site == "glute_left"


def test_the_count_is_shown() -> None:
    """Else nobody knows what the clicker has said."""
    go(stage := mvc(LEFT_LEG), seconds=9, say={DONE + 10: NEXT, DONE + 30: NEXT})
    assert (stage.view().asks, stage.view().answer) == ("pain", 1)


@pytest.mark.parametrize("value", [-1, 11, None])
def test_what_is_no_answer_is_not_taken_for_one(value: int | None) -> None:
    """Else eleven of ten stands in the record."""
    go(stage := mvc(LEFT_LEG), say={DONE + 10: Command(CommandKind.ANSWER, value=value)})
    assert stage._draft.trials[0].pain_0_10 is None


def test_the_last_answer_has_five_seconds() -> None:
    """Else the last effort is never asked about."""
    end = 4 * TURN + 3 * FS
    told = go(mvc(LEFT_LEG), say={end - 20: says(1)})
    assert pains(told) == [("ham_left", 2, 1)]
    assert (told.end, [event.kind for event in told.events[-2:]]) == (
        end,
        [EventKind.PAIN, EventKind.REFERENCE_SET],
    )


def test_a_muscle_that_hurts_is_not_asked_again_and_what_there_is_counts() -> None:
    """Else a sore hamstring is pushed until it tears."""

    def hurts(event: Event) -> int | None:
        return 5 if event.detail["site"] == "ham_left" else 0

    told = go(stage := mvc(LEFT_LEG), answer=hurts)
    assert cued(told) == ["glute_left", "ham_left", "glute_left"]
    assert stage._draft.reference is not None
    assert stage._draft.reference.sites["ham_left"].doubts == (Doubt.PAINFUL,)
    assert stage._draft.reference.sites["glute_left"].doubts == ()
    assert len(stage.view().dots) == 3


def test_an_answer_in_the_very_preparation_stops_the_cue() -> None:
    """Else who has only one muscle measured says 7 and is told to push."""
    told = go(mvc(("ham_left",)), say={DONE + 3 * FS: says(7)})
    assert (cued(told), told.at(EventKind.REFERENCE_SET)) == (["ham_left"], [13 * FS])


def test_pain_of_three_is_doubted_and_goes_on() -> None:
    """Else every little twinge ends the measurement, or a held-back maximum passes for whole."""
    told = go(stage := mvc(LEFT_LEG), answer=lambda _: 3)
    assert len(cued(told)) == 4
    assert stage._draft.reference is not None
    assert {site.doubts for site in stage._draft.reference.sites.values()} == {(Doubt.PAINFUL,)}


# --- what was broken never counts


def test_a_pause_in_an_effort_repeats_it_and_the_half_never_counts() -> None:
    """Else half an effort counts as a maximum."""
    told = go(
        stage := mvc(LEFT_LEG),
        lambda s: {"glute_left": 300.0 if s < 6 * FS else 100.0, "ham_left": 80.0},
        say={6 * FS: PAUSE, 30 * FS: RESUME},
    )
    assert len(details(told, EventKind.TRIAL_DONE)) == 4
    assert told.end == 30 * FS + 4 * TURN + 3 * FS
    assert max(stage._draft.bests_uv("glute_left")) < 110.0


def test_a_pause_after_an_effort_keeps_it_and_asks_for_no_other() -> None:
    """Else the phone rings and the athlete has to push once more for it, with two efforts in the record."""
    told = go(stage := mvc(LEFT_LEG), say={10 * FS: PAUSE, 30 * FS: RESUME, 31 * FS: says(1)})
    assert cued(told) == ["glute_left", "ham_left"] * 2
    assert len(stage._draft.trials) == 4
    assert stage._draft.trials[0].pain_0_10 == 1
    assert told.at(EventKind.CUE)[1] == 34 * FS, "4 s of preparation"


@pytest.mark.parametrize("at_s", [8, 10])
def test_back_drops_the_last_effort_and_makes_it_again(at_s: int) -> None:
    """Else an effort that was disowned is the maximum all the same."""
    told = go(
        stage := mvc(LEFT_LEG),
        lambda s: {"glute_left": 300.0 if s < 7 * FS else 100.0, "ham_left": 80.0},
        say={7 * FS + 50: says(3), at_s * FS: BACK},
    )
    assert cued(told) == ["glute_left", "glute_left", "ham_left", "glute_left", "ham_left"]
    assert kept(stage._draft) == [(site, None) for site in LEFT_LEG * 2]
    assert max(stage._draft.bests_uv("glute_left")) < 110.0
    assert pains(told) == [("glute_left", 1, 3)], "but that it hurt is in the record"
    assert stage._draft.reference is not None
    assert stage._draft.reference.sites["glute_left"].doubts == ()


def test_back_in_an_effort_drops_that_one_and_twice_is_not_two() -> None:
    """Else a bouncing clicker throws away an effort that was good."""
    told = go(stage := mvc(LEFT_LEG), say={14 * FS: BACK, 14 * FS + 20: BACK})
    assert cued(told) == ["glute_left", "ham_left", "ham_left", "glute_left", "ham_left"]
    assert [trial.site for trial in stage._draft.trials] == list(LEFT_LEG * 2)


def test_back_after_an_extra_effort_was_asked_for_decides_anew() -> None:
    """Else the efforts asked for because of one that is dropped are made all the same."""
    stage = mvc(LEFT_LEG)
    told = go(stage, lost=range(31 * FS + 100, 33 * FS + 100), say={4 * TURN + 4 * FS: BACK})
    assert cued(told) == ["glute_left", "ham_left", "glute_left", "ham_left", "ham_left"]
    assert [trial.site for trial in stage._draft.trials] == list(LEFT_LEG * 2)


def test_keys_in_a_pause_do_nothing() -> None:
    """Else a key that was pressed by mistake while all stands still changes the plan."""
    told = go(stage := mvc(LEFT_LEG), say={10 * FS: PAUSE, 11 * FS: [BACK, NEXT, PAUSE], 30 * FS: RESUME})
    assert cued(told) == ["glute_left", "ham_left"] * 2
    assert stage._draft.trials[0].pain_0_10 is None
