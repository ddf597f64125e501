"""The maximal efforts as an athlete goes through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.draft import TrialQuality, Way
from calibrations.maximum import FULL_TRIALS, QUICK_TRIALS, working_order
from calibrations.measurement import MAX_TRIES
from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.maximum import luck_of_the_best
from emg.quality import RAILED, VERDICTS
from emg.reference import reference_of
from emg.results import Method
from emg.stage import StageStart
from tests.calibrations.pushing import ALL_OUT, SITES, STANDING, cued, details, go, mvc, reasons
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, REST_UV, RESUME, SPAN_UV, Told

TURN = 9 * FS
"""4 s of preparation, 3 s of effort, 2 s to let go."""

LAST = 3 * FS
"""So much longer after the last effort, to answer."""

LUCK = luck_of_the_best(FS, 1.0, 3.0, QUICK_TRIALS)
LEFT_LEG = ("glute_left", "ham_left")


def level(percent: float) -> float:
    return float(np.hypot(percent / 100.0 * SPAN_UV, REST_UV))


def bests(told: Told) -> list[tuple[object, object, bool]]:
    return [(d["site"], d["trial"], d["best_uv"] is not None) for d in details(told, EventKind.TRIAL_DONE)]


# --- the order, and what it takes


def test_each_muscle_works_twice_while_the_others_rest() -> None:
    """Else a tired muscle has a low maximum, or one is never asked for."""
    told = go(mvc())

    cues = [event for event in told.events if event.kind is EventKind.CUE]
    assert [(event.detail["site"], event.detail["trial"]) for event in cues] == [
        (site, trial) for trial in (1, 2) for site in ("glute_left", "glute_right", "ham_left", "ham_right")
    ]
    assert [event.sample for event in cues] == [4 * FS + turn * TURN for turn in range(8)]
    assert told.at(EventKind.RELAX) == [7 * FS + turn * TURN for turn in range(8)]


def test_the_quick_way_takes_seventy_five_seconds_and_eight_more_standing() -> None:
    """Else the maximum alone eats the time that a clinic has."""
    assert go(mvc()).end == 8 * TURN + LAST == 75 * FS
    assert go(mvc(positions=STANDING)).end == 83 * FS, "up and down again, once: 4 s each"


def test_who_has_to_get_up_has_the_time_for_it() -> None:
    """Else the cue comes while the athlete is still on all fours."""
    told = go(mvc(positions=STANDING))
    lengths_s = [
        (cue - prepare) / FS
        for prepare, cue in zip([0, *told.at(EventKind.PREPARE)], told.at(EventKind.CUE), strict=True)
    ]
    assert lengths_s == [8, 4, 4, 4, 8, 4, 4, 4], "all that is done standing comes in one go"
    assert cued(told, "position") == ["standing_squeeze"] * 4 + ["prone_knee_curl"] * 4
    assert cued(told, "site")[:4] == ["glute_left", "glute_right"] * 2


def test_glutes_come_before_hamstrings_and_sides_in_turn() -> None:
    """Else a muscle works twice in a row and tires, or one turns over for every effort."""
    assert working_order(["ham_right", "glute_right", "ham_left", "glute_left"]) == [
        "glute_left",
        "glute_right",
        "ham_left",
        "ham_right",
    ]
    assert working_order(["glute_med_left", "glute_left"])[0] == "glute_left"


def test_the_full_way_gives_every_muscle_its_minute() -> None:
    """Else the third effort of a baseline is that of a tired muscle."""
    told = go(mvc(way=Way.FULL))

    cues, relaxed = told.at(EventKind.CUE), told.at(EventKind.RELAX)
    assert len(cues) == FULL_TRIALS * 4
    assert {relax - cue for cue, relax in zip(cues, relaxed, strict=True)} == {5 * FS}
    by_site: dict[object, list[tuple[int, int]]] = {}
    for site, cue, relax in zip(cued(told), cues, relaxed, strict=True):
        by_site.setdefault(site, []).append((cue, relax))
    waits = [later[0] - before[1] for one in by_site.values() for before, later in pairwise(one)]
    assert min(waits) >= 60 * FS
    assert max(waits) <= 61 * FS, "nor longer than it must be"
    assert told.end <= 178 * FS
    found = reference_of(told.events[-1]).sites["ham_left"]
    assert found.method is Method.MVC
    assert found.mvc_uv == pytest.approx(level(100) / luck_of_the_best(FS, 1.0, 5.0, FULL_TRIALS))


# --- the maximum


def test_the_maximum_is_the_best_window_of_all_efforts_without_its_luck() -> None:
    """Else the best moment is missed, or chance is taken for strength."""

    def push(sample: int) -> Mapping[str, float]:
        peak = 18 * FS + 4 * FS + 300 < sample <= 18 * FS + 4 * FS + 550
        return {"glute_left": 100.0 if peak else 75.0, "ham_left": 70.0}

    stage = mvc(LEFT_LEG)
    told = go(stage, push)
    found = reference_of(told.events[-1]).sites
    assert stage._draft.bests_uv("glute_left") == pytest.approx([level(75), level(100)])
    assert found["glute_left"].mvc_uv == pytest.approx(level(100) / LUCK)
    assert found["ham_left"].mvc_uv == pytest.approx(level(70) / LUCK)
    assert found["glute_left"].rest_uv == REST_UV
    assert found["glute_left"].method is Method.QUICK
    assert found["glute_left"].mvc_cv_pct > found["ham_left"].mvc_cv_pct
    assert told.events[-1].detail["how"] == "measured"
    trial = stage._draft.trials[0]
    assert (trial.site, trial.sample, trial.position) == ("glute_left", 4 * FS, "prone_hip_extension")
    assert (trial.effort_pct, trial.quality) == (100, TrialQuality.GOOD)


def test_who_lets_go_early_keeps_the_maximum() -> None:
    """Else the real effort is called an artefact of the rest after it."""
    stage = mvc(("glute_left",))
    go(stage, lambda s: ALL_OUT if s % TURN < 5.5 * FS else {})
    found = stage._draft.reference
    assert found is not None
    assert found.sites["glute_left"].mvc_uv == pytest.approx(level(100) / LUCK)


@pytest.mark.parametrize("spoilt_by", ["gap", "railed", "motion", "knocks"])
def test_a_spoilt_effort_is_repeated_and_never_counts(spoilt_by: str) -> None:
    """Else a jerk on the cable is the athlete's maximum."""

    def spoil(levels: Activations) -> None:
        span = slice(5 * FS, 7 * FS - 50)
        if spoilt_by == "railed":
            levels.power_uv2[span, 0] = 900.0**2
            levels.verdicts[span, 0] = RAILED
        elif spoilt_by == "motion":
            levels.power_uv2[span, 0] = 300.0**2
            levels.verdicts[span, 0] = VERDICTS.index("motion")
        elif spoilt_by == "knocks":
            levels.power_uv2[slice(5 * FS, 7 * FS, 50), 0] = 5000.0**2

    stage = mvc(LEFT_LEG)
    lost = range(5 * FS, 7 * FS - 50) if spoilt_by == "gap" else ()
    told = go(stage, lost=lost, change=spoil)

    assert bests(told) == [
        ("glute_left", 1, False),
        ("ham_left", 1, True),
        ("glute_left", 2, True),
        ("ham_left", 2, True),
        ("glute_left", 3, True),
    ]
    quality = {"gap": "gap", "railed": "clipped", "motion": "artefact", "knocks": "artefact"}[spoilt_by]
    assert details(told, EventKind.TRIAL_DONE)[0]["quality"] == quality
    reference = stage._draft.reference
    assert reference is not None
    assert reference.sites["glute_left"].mvc_uv == pytest.approx(level(100) / LUCK)


@pytest.mark.parametrize("height_uv", [300.0, 3000.0, 180_000.0])
@pytest.mark.parametrize("at_s", [0.0, 0.8, 1.6, 2.4, 2.99])
@pytest.mark.parametrize("kind", ["spike", "railed"])
def test_one_spike_costs_neither_the_maximum_nor_the_effort(height_uv: float, at_s: float, kind: str) -> None:
    """Else one knock is 100 %, or the athlete has to push again for it."""

    def knock(levels: Activations) -> None:
        at = round((4 + at_s) * FS)
        levels.power_uv2[at, 0] = height_uv**2
        if kind == "railed":
            levels.verdicts[at, 0] = RAILED

    stage = mvc(("glute_left",))
    told = go(stage, change=knock)
    assert len(details(told, EventKind.TRIAL_DONE)) == QUICK_TRIALS
    assert stage._draft.bests_uv("glute_left") == pytest.approx([level(100)] * 2, rel=0.02)


@pytest.mark.parametrize(("after_s", "spoilt"), [(0.4, True), (1.6, True), (2.5, False)])
@pytest.mark.parametrize("cuts", [(), (1801, 1802, 1900)])
def test_motion_that_is_called_right_after_an_effort_was_in_it(
    after_s: float, spoilt: bool, cuts: tuple[int, ...]
) -> None:
    """Else a swinging cable is the maximum, because the verdict on it comes when all is over."""

    def moved(levels: Activations) -> None:
        at = round((7 + after_s) * FS)
        levels.verdicts[at : at + FS // 2, 0] = VERDICTS.index("motion")

    stage = mvc(("glute_left",))
    told = go(stage, change=moved, cuts=[*cuts, *range(2000, 60_000, 125)] if cuts else ())
    again = [("glute_left", 1, False), ("glute_left", 2, True), ("glute_left", 3, True)]
    expected = [("glute_left", 1, True), ("glute_left", 2, True)]
    assert bests(told) == ([expected[0], *again] if spoilt else expected)
    assert [trial.best_uv is None for trial in stage._draft.trials].count(True) == int(spoilt)
    assert stage.view().dots.count(DotState.VOID) == int(spoilt)


def test_a_bad_contact_of_another_muscle_spoils_nothing() -> None:
    """Else one loose wire makes every effort worthless, also of muscles that read well."""

    def loose(levels: Activations) -> None:
        levels.verdicts[:TURN, 1] = RAILED

    assert go(mvc(), change=loose).end == 75 * FS


def test_a_board_that_was_away_costs_one_effort() -> None:
    """Else a radio that is away for a minute sends the athlete home."""
    stage = mvc()
    told = go(stage, lost=range(5 * FS, 100 * FS))
    assert reasons(told) == []
    assert [trial.best_uv is None for trial in stage._draft.trials].count(True) == 1


# --- too little


def test_a_muscle_that_gives_too_little_is_left_out_and_the_others_go_on() -> None:
    """Else the athlete with the weak glute, whom this is for, is sent home."""
    stage = mvc()
    told = go(stage, {**ALL_OUT, "ham_right": 9.0})

    assert cued(told)[8:] == ["ham_right"], "who has a maximum need not push again"
    assert reasons(told) == []
    reference = stage._draft.reference
    assert reference is not None
    assert set(reference.sites) == set(SITES) - {"ham_right"}
    (notice,) = details(told, EventKind.NOTICE)
    assert (notice["code"], notice["message"]) == ("no_maximum", "ham_right")


def test_that_a_muscle_is_left_out_is_on_the_screen() -> None:
    """Else its bar is empty all session and nobody has said why."""
    stage = mvc(LEFT_LEG)
    go(stage, {"glute_left": 100.0, "ham_left": 9.0}, 52)
    assert (stage.view().message, stage.done) == ("no_maximum:ham_left", False)
    assert stage.view().asks == ""

    paused = go(stage := mvc(LEFT_LEG), {"glute_left": 100.0}, 90, say={52 * FS: PAUSE, 60 * FS: RESUME})
    assert (paused.end, stage.done) == (64 * FS, True), "a pause there asks for no effort again"


def test_next_goes_on_from_that_sentence_and_back_asks_for_nothing() -> None:
    """Else who has read it has to wait, or a slip begins the whole measurement anew."""
    told = go(stage := mvc(LEFT_LEG), {"glute_left": 100.0}, 90, say={52 * FS: BACK, 53 * FS: NEXT})
    assert (told.end, stage.done) == (53 * FS, True)
    assert told.at(EventKind.PREPARE)[-1] < 50 * FS


def test_nobody_with_any_maximum_ends_the_session() -> None:
    """Else percentages of noise are shown to somebody who did not push."""
    told = go(mvc(), dict.fromkeys(SITES, 9.0))
    assert reasons(told) == ["mvc_too_small"]
    assert told.at(EventKind.REFERENCE_SET) == []


def test_a_stage_that_does_not_conclude_leaves_that_to_the_next() -> None:
    """Else the sore muscle's own reference is never measured, or in force before it is whole."""
    stage = mvc(("glute_left",), concludes=False)
    told = go(stage, {})
    assert (reasons(told), stage.done, told.at(EventKind.REFERENCE_SET)) == ([], True, [])
    told = go(stage := mvc(("glute_left",), concludes=False))
    assert (told.at(EventKind.REFERENCE_SET), set(stage._draft.maxima)) == ([], {"glute_left"})


def test_no_rule_in_microvolts_applies_to_arbitrary_units() -> None:
    """Else a board that sends plain numbers can never be calibrated."""
    assert reasons(go(mvc(unit=Unit.ARBITRARY), dict.fromkeys(SITES, 15.0))) == []
    assert reasons(go(mvc(), dict.fromkeys(SITES, 15.0))) == ["mvc_too_small"]


def test_a_second_wind_saves_the_maximum() -> None:
    """Else an athlete who held back at first has none."""
    stage = mvc(("glute_left",))
    told = go(stage, lambda s: {"glute_left": 9.0 if s < 2 * TURN else 100.0})
    assert reasons(told) == []
    assert stage._draft.reference is not None


@pytest.mark.parametrize(("rest_uv", "refused"), [(2.0, []), (19.0, ["mvc_too_small"])])
def test_a_maximum_must_stand_out_of_the_rest(rest_uv: float, refused: list[str]) -> None:
    """Else with a noisy contact 100 % is hardly more than nothing."""
    assert reasons(go(mvc(("glute_left",), rest_uv=rest_uv), {"glute_left": 60.0})) == refused


def test_a_signal_that_always_breaks_off_is_not_called_weak_and_traps_nobody() -> None:
    """Else the athlete is told to push harder while the cable is broken, for ever."""
    stage = mvc(("glute_left",))
    told = go(stage, lost=[s for s in range(400 * FS) if s % FS < 100])

    assert reasons(told) == ["mvc_spoilt"]
    assert stage.view().message == "mvc_spoilt"
    assert len(details(told, EventKind.TRIAL_DONE)) == QUICK_TRIALS + MAX_TRIES - 1


# --- the fourth effort


def fourth(say: Mapping[int, CommandKind] | None = None) -> tuple[Told, list[float]]:
    """Full way of one muscle whose efforts come to 60, 100, 75 and then 90."""
    stage = mvc(("glute_left",), way=Way.FULL)

    told = go(stage, lambda s: {"glute_left": (60.0, 100.0, 75.0, 90.0)[min(3, s // (65 * FS))]}, say=say)
    return told, stage._draft.bests_uv("glute_left")


def test_a_fourth_effort_is_only_offered_and_silence_is_no() -> None:
    """Else a tired athlete is made to push again, or waits for a key that nobody presses."""
    told, found = fourth()
    assert found == pytest.approx([level(60), level(100), level(75)])
    (offer,) = details(told, EventKind.READY)
    assert (offer["proposal"], offer["phase"]) == ("fourth:glute_left", "ask")
    assert told.end - told.at(EventKind.READY)[0] == 15 * FS


def test_next_makes_the_fourth_and_back_does_not() -> None:
    """Else two efforts that disagree stay the baseline of a whole rehabilitation."""
    asked = fourth()[0].at(EventKind.READY)[0]
    told, found = fourth({asked + 2 * FS: NEXT})
    assert found == pytest.approx([level(60), level(100), level(75), level(90)])
    relaxed, cues = told.at(EventKind.RELAX), told.at(EventKind.CUE)
    assert 60 * FS <= cues[3] - relaxed[2] <= 61 * FS, "it has its minute too"
    assert len(told.at(EventKind.READY)) == 1, "and is offered once"

    told, found = fourth({asked + 2 * FS: BACK})
    assert (len(found), told.end) == (3, asked + 2 * FS)
    told, _ = fourth({asked + 2 * FS: PAUSE, asked + 60 * FS: RESUME})
    assert told.end == asked + 75 * FS, "a pause lets nobody miss the offer"


def test_efforts_that_agree_need_no_fourth() -> None:
    """Else everybody pushes four times for nothing."""
    assert details(go(mvc(("glute_left",), way=Way.FULL)), EventKind.READY) == []


# --- again


def test_a_second_run_forgets_the_first() -> None:
    """Else the maximum of electrodes that were moved since is still in force."""
    stage = mvc(("glute_left",))
    go(stage, {"glute_left": 100.0})
    stage.begin(StageStart(0, "mvc#2", float(FS)))
    assert stage._draft.maxima == {}
    go(stage, {"glute_left": 50.0})

    found = stage._draft.reference
    assert found is not None
    assert found.sites["glute_left"].mvc_uv == pytest.approx(level(50) / LUCK)
    assert len(stage._draft.trials) == QUICK_TRIALS


def test_the_dots_follow_the_efforts() -> None:
    """Else the athlete does not know how many are still to come."""
    stage = mvc(LEFT_LEG)
    go(stage, seconds=14, lost=range(5 * FS, 7 * FS - 50))

    shown = stage.view()
    assert shown.dots == (DotState.VOID, DotState.CURRENT, DotState.PENDING, DotState.PENDING)
    assert (shown.phase, shown.site, shown.task) == (Phase.EFFORT, "ham_left", "prone_knee_curl")
    assert (shown.effort_pct, shown.stage) == (100, "mvc")
    assert shown.countdown_s == pytest.approx(2.0, abs=0.01)


CUTS = st.lists(st.integers(1, 60 * FS), max_size=12)
KEYS = st.dictionaries(st.integers(0, 45 * FS), st.sampled_from([PAUSE, RESUME, NEXT, BACK]), max_size=4)


@given(CUTS, KEYS)
@settings(max_examples=10, deadline=None)
def test_any_cut_of_the_ticks_gives_the_same_maximum(cuts: list[int], say: dict[int, CommandKind]) -> None:
    """Else the maximum depends on how the radio bundled its packets."""

    def push(sample: int) -> Mapping[str, float]:
        return {"glute_left": 60.0 + 30.0 * np.sin(sample / 170.0), "ham_left": 80.0}

    assert go(mvc(LEFT_LEG), push, 60, say=say, cuts=cuts) == go(mvc(LEFT_LEG), push, 60, say=say)


def test_what_rings_in_a_notch_after_a_knock_is_no_maximum() -> None:
    """Else who has hum is told too high a best, and every percentage of the day is too low."""

    def knock(levels: Activations) -> None:
        at = 6 * FS
        levels.power_uv2[at : at + FS // 25, 0] *= 1e4
        levels.power_uv2[at + FS // 25 : at + 2 * FS // 5, 0] *= 1.7

    def first_best(*, notched: bool, change: Callable[[Activations], None] | None) -> float:
        stage = mvc()
        stage.begin(StageStart(0, "mvc#1", float(FS), notched=notched))
        best_uv = details(go(stage, change=change), EventKind.TRIAL_DONE)[0]["best_uv"]
        assert isinstance(best_uv, float)
        return best_uv

    clean = first_best(notched=False, change=None)
    assert first_best(notched=True, change=knock) == pytest.approx(clean, rel=0.02)
    assert first_best(notched=False, change=knock) > 1.05 * clean, "without a notch nothing rings so long"
