"""Rest and quick MVC as an athlete goes through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.stages import MAX_TRIES, QUICK_TRIALS, Draft, QuickMvcStage, RestStage, working_order
from emg.blocks import Unit
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.maximum import luck_of_the_best
from emg.montage import FOUR_SITES
from emg.reference import reference_of
from emg.results import Method
from emg.stage import Command, Stage, StageStart
from tests.emg.coached import FS, REST_UV, SPAN_UV, Told, run, ticks

PAUSE, RESUME, NEXT, BACK = (
    CommandKind.PAUSE,
    CommandKind.RESUME,
    CommandKind.NEXT,
    CommandKind.BACK,
)
SITES = FOUR_SITES.names
TURN = 9 * FS
"""4 s of preparation, 3 s of effort, 2 s to let go."""

REST = 15 * FS
LUCK = luck_of_the_best(FS, 1.0, 3.0, QUICK_TRIALS)
ALL_OUT = dict.fromkeys(SITES, 100.0)
LOUD = {"ham_left": 25.0}


def rest(unit: Unit = Unit.MICROVOLT) -> RestStage:
    stage = RestStage(SITES, Draft(), unit)
    stage.begin(StageStart(0, "rest#1", float(FS)))
    return stage


def mvc(
    sites: tuple[str, ...] = SITES, unit: Unit = Unit.MICROVOLT, rest_uv: float = REST_UV
) -> QuickMvcStage:
    stage = QuickMvcStage(sites, Draft(rest_uv=dict.fromkeys(sites, rest_uv)), unit)
    stage.begin(StageStart(0, "mvc#1", float(FS)))
    return stage


def draft_of(stage: RestStage | QuickMvcStage) -> Draft:
    return stage._draft


def reasons(told: Told) -> list[object]:
    return [event.detail["reason"] for event in told.events if event.kind is EventKind.REFUSED]


# --- rest


def test_rest_takes_fifteen_seconds_and_no_key() -> None:
    """Else somebody who lies with electrodes on both legs has to get up and press something."""
    stage = rest()

    told = run(stage, ticks(range(60 * FS), {}))

    assert told.at(EventKind.CUE) == [5 * FS]
    assert told.end == REST
    assert draft_of(stage).rest_uv == pytest.approx(dict.fromkeys(SITES, REST_UV))


def test_a_cough_during_rest_does_not_matter() -> None:
    """Else rest is measured three times because of a cough."""
    stage = rest()
    told = run(stage, ticks(range(60 * FS), lambda s: LOUD if 5 * FS < s < 9 * FS else {}))

    assert told.end == REST
    assert draft_of(stage).rest_uv["ham_left"] == pytest.approx(REST_UV)


def test_rest_that_is_too_loud_is_asked_for_again_then_refused() -> None:
    """Else tense muscles become the floor, and every later percentage is too small."""
    stage = rest()
    told = run(stage, ticks(range(90 * FS), LOUD))

    assert told.at(EventKind.CUE) == [5 * FS, 20 * FS, 35 * FS]
    assert reasons(told) == ["rest_too_loud"]
    assert told.end == MAX_TRIES * REST
    assert draft_of(stage).rest_uv == {}

    second = rest()
    told = run(second, ticks(range(90 * FS), lambda s: LOUD if s < REST else {}))
    assert (reasons(told), told.end) == ([], 2 * REST)


def test_the_reason_for_another_rest_is_on_the_screen() -> None:
    """Else the measurement just begins again and nobody knows why."""
    stage = rest()
    run(stage, ticks(range(REST + 10), LOUD))
    assert (stage.view().message, stage.view().phase) == ("rest_too_loud", Phase.PREPARE)


@pytest.mark.parametrize(
    ("lost", "again"), [(range(6 * FS, 6 * FS + 60), False), (range(10 * FS - 9, 10 * FS + 9), True)]
)
def test_rest_needs_five_seconds_without_a_gap(lost: range, again: bool) -> None:
    """Else lost samples count as silence."""
    told = run(rest(), ticks(range(60 * FS), {}, lost=lost))
    assert told.end == (2 * REST if again else REST)


def test_a_board_that_was_away_costs_one_measurement() -> None:
    """Else a radio that is away for a minute uses up all tries, and the athlete is sent home."""
    away = range(8 * FS, 100 * FS)
    told = run(rest(), ticks(range(200 * FS), {}, lost=away))
    assert told.at(EventKind.PREPARE) == [100 * FS]
    assert (reasons(told), told.end) == ([], 115 * FS)

    stage = mvc()
    told = run(stage, ticks(range(300 * FS), ALL_OUT, lost=range(5 * FS, 100 * FS)))
    assert reasons(told) == []
    assert [trial.best_uv is None for trial in draft_of(stage).trials].count(True) == 1


def test_a_wire_that_hangs_in_the_air_is_no_rest() -> None:
    """Else a loose electrode is the quietest muscle of all."""
    told = run(rest(), ticks(range(90 * FS), {}, verdicts={"ham_left": "flat"}))
    assert reasons(told) == ["rest_gap"]


def test_no_rule_in_microvolts_applies_to_arbitrary_units() -> None:
    """Else a board that sends plain numbers can never be calibrated."""
    assert run(rest(Unit.ARBITRARY), ticks(range(90 * FS), LOUD)).end == REST
    told = run(mvc(unit=Unit.ARBITRARY), ticks(range(90 * FS), dict.fromkeys(SITES, 15.0)))
    assert reasons(told) == []
    assert reasons(run(mvc(), ticks(range(400 * FS), dict.fromkeys(SITES, 15.0)))) == ["mvc_too_small"]


# --- keys


def test_pause_measures_anew_and_next_skips_only_the_preparation() -> None:
    """Else an interrupted rest is made of two halves, or a clicker cuts a measurement short."""
    paused = run(rest(), ticks(range(90 * FS), {}), say={8 * FS: PAUSE, 20 * FS: RESUME})
    assert paused.at(EventKind.PREPARE) == [20 * FS]
    assert paused.end == 20 * FS + REST

    skipped = run(rest(), ticks(range(90 * FS), {}), say={2 * FS: NEXT, 5 * FS: NEXT})
    assert (skipped.at(EventKind.CUE), skipped.end) == ([2 * FS], 12 * FS)

    back = run(rest(), ticks(range(90 * FS), {}), say={12 * FS: BACK})
    assert back.end == 12 * FS + REST


def test_a_key_out_of_place_does_not_begin_a_measurement_again() -> None:
    """Else "resume" from a bouncing key throws away nine seconds of rest."""
    told = run(rest(), ticks(range(90 * FS), {}), say={12 * FS: RESUME, 13 * FS: CommandKind.FELT})
    assert told.end == REST


def test_a_pause_during_an_effort_repeats_that_effort() -> None:
    """Else half an effort counts as a maximum."""
    stage = mvc()
    told = run(stage, ticks(range(200 * FS), ALL_OUT), say={5 * FS: PAUSE, 30 * FS: RESUME})

    assert len(told.at(EventKind.TRIAL_DONE)) == 8
    assert told.end == 30 * FS + 8 * TURN
    assert draft_of(stage).reference is not None


# --- maximum


def test_each_muscle_works_twice_while_the_others_rest() -> None:
    """Else a tired muscle has a low maximum, or one is never asked for."""
    told = run(mvc(), ticks(range(200 * FS), ALL_OUT))

    cues = [event for event in told.events if event.kind is EventKind.CUE]
    assert [(event.detail["site"], event.detail["trial"]) for event in cues] == [
        (site, trial) for trial in (1, 2) for site in ("glute_left", "glute_right", "ham_left", "ham_right")
    ]
    assert [event.sample for event in cues] == [4 * FS + turn * TURN for turn in range(8)]
    assert told.at(EventKind.RELAX) == [7 * FS + turn * TURN for turn in range(8)]
    assert told.end == 8 * TURN


def test_the_maximum_is_the_best_window_of_all_efforts_without_its_luck() -> None:
    """Else the best moment is missed, or chance is taken for strength."""

    def level(sample: int) -> Mapping[str, float]:
        peak = 18 * FS + 4 * FS + 300 < sample <= 18 * FS + 4 * FS + 550
        return {"glute_left": 100.0 if peak else 60.0}

    stage = mvc(("glute_left", "ham_left"))
    told = run(stage, ticks(range(60 * FS), lambda s: {**level(s), "ham_left": 70.0}))
    found = reference_of(told.events[-1]).sites
    assert draft_of(stage).bests_uv("glute_left") == pytest.approx(
        [np.hypot(60, REST_UV), np.hypot(100, REST_UV)]
    )
    assert found["glute_left"].mvc_uv == pytest.approx(np.hypot(SPAN_UV, REST_UV) / LUCK)
    assert found["ham_left"].mvc_uv == pytest.approx(np.hypot(70.0, REST_UV) / LUCK)
    assert found["glute_left"].rest_uv == REST_UV
    assert found["glute_left"].method is Method.QUICK
    assert found["glute_left"].mvc_cv_pct > found["ham_left"].mvc_cv_pct
    assert told.events[-1].detail["how"] == "measured"


@pytest.mark.parametrize("spoilt_by", ["gap", "railed"])
def test_a_spoilt_effort_is_repeated_and_never_counts(spoilt_by: str) -> None:
    """Else a jerk on the cable is the athlete's maximum."""
    stage = mvc(("glute_left", "ham_left"))
    if spoilt_by == "gap":
        levels = ticks(range(100 * FS), ALL_OUT, lost=[5 * FS])
    else:
        levels = ticks(range(100 * FS), lambda s: {**ALL_OUT, "glute_left": 900.0 if s == 5 * FS else 100.0})
        levels.verdicts[5 * FS, 0] = 3
    told = run(stage, levels)

    done = [event for event in told.events if event.kind is EventKind.TRIAL_DONE]
    bests = [(event.detail["site"], event.detail["trial"], event.detail["best_uv"] is None) for event in done]
    assert bests == [
        ("glute_left", 1, True),
        ("ham_left", 1, False),
        ("glute_left", 2, False),
        ("ham_left", 2, False),
        ("glute_left", 3, False),
    ]
    reference = draft_of(stage).reference
    assert reference is not None
    assert reference.sites["glute_left"].mvc_uv == pytest.approx(np.hypot(SPAN_UV, REST_UV) / LUCK)


def test_a_bad_contact_of_another_muscle_spoils_nothing() -> None:
    """Else one loose wire makes every effort worthless, also of muscles that read well."""
    stage = mvc()
    levels = ticks(range(200 * FS), ALL_OUT)
    levels.verdicts[:TURN, 1] = 3
    assert run(stage, levels).end == 8 * TURN


def test_efforts_that_are_too_small_are_asked_for_again_then_refused() -> None:
    """Else percentages of noise are shown to somebody who did not push."""
    stage = mvc()
    told = run(stage, ticks(range(300 * FS), {**ALL_OUT, "ham_right": 9.0}))

    sites = [event.detail["site"] for event in told.events if event.kind is EventKind.CUE]
    assert sites[8:] == ["ham_right"] * (MAX_TRIES - 1), "who has a maximum need not push again"
    assert reasons(told) == ["mvc_too_small"]
    assert draft_of(stage).reference is None
    assert told.at(EventKind.REFERENCE_SET) == []


def test_a_second_wind_saves_the_session() -> None:
    """Else an athlete who held back at first is sent home."""
    stage = mvc(("glute_left",))
    told = run(stage, ticks(range(300 * FS), lambda s: {"glute_left": 9.0 if s < 2 * TURN else 100.0}))

    assert reasons(told) == []
    assert told.end == 3 * TURN
    assert draft_of(stage).reference is not None


@pytest.mark.parametrize(("rest_uv", "refused"), [(2.0, []), (19.0, ["mvc_too_small"])])
def test_a_maximum_must_stand_out_of_the_rest(rest_uv: float, refused: list[str]) -> None:
    """Else with a noisy contact 100 % is hardly more than nothing."""
    stage = mvc(("glute_left",), rest_uv=rest_uv)
    assert reasons(run(stage, ticks(range(300 * FS), {"glute_left": 60.0}))) == refused


def test_a_signal_that_always_breaks_off_is_not_called_weak() -> None:
    """Else the athlete is told to push harder while the cable is broken."""
    stage = mvc(("glute_left",))
    told = run(stage, ticks(range(300 * FS), ALL_OUT, lost=range(0, 300 * FS, FS)))

    assert reasons(told) == ["mvc_spoilt"]
    assert stage.view().message == "mvc_spoilt"


def test_a_second_run_forgets_the_first() -> None:
    """Else the maximum of electrodes that were moved since is still in force."""
    stage = mvc(("glute_left",))
    run(stage, ticks(range(60 * FS), {"glute_left": 100.0}))
    stage.begin(StageStart(100 * FS, "mvc#2", float(FS)))
    run(stage, ticks(range(100 * FS, 160 * FS), {"glute_left": 50.0}))

    found = draft_of(stage).reference
    assert found is not None
    assert found.sites["glute_left"].mvc_uv == pytest.approx(np.hypot(50.0, REST_UV) / LUCK)


def test_the_dots_follow_the_efforts() -> None:
    """Else the athlete does not know how many are still to come."""
    stage = mvc(("glute_left", "ham_left"))
    run(stage, ticks(range(TURN + 5 * FS), ALL_OUT, lost=[5 * FS]))

    shown = stage.view()
    assert shown.dots == (DotState.VOID, DotState.CURRENT, DotState.PENDING, DotState.PENDING)
    assert (shown.phase, shown.site) == (Phase.EFFORT, "ham_left")
    assert shown.countdown_s == pytest.approx(2.0, abs=0.01)


def test_glutes_come_before_hamstrings_and_sides_in_turn() -> None:
    """Else a muscle works twice in a row and tires."""
    assert working_order(["ham_right", "glute_right", "ham_left", "glute_left"]) == [
        "glute_left",
        "glute_right",
        "ham_left",
        "ham_right",
    ]
    assert working_order(["glute_med_left", "glute_left"])[0] == "glute_left"


CUTS = st.lists(st.integers(1, 70 * FS), max_size=15)
SAY = st.dictionaries(st.integers(0, 50 * FS), st.sampled_from([PAUSE, RESUME, NEXT, BACK]), max_size=4)


@given(CUTS, SAY, st.booleans())
@settings(max_examples=12)
def test_any_cut_of_the_ticks_gives_the_same_calibration(
    cuts: list[int], say: dict[int, CommandKind], resting: bool
) -> None:
    """Else the maximum depends on how the radio bundled its packets."""

    def level(sample: int) -> Mapping[str, float]:
        return {"glute_left": 60.0 + 30.0 * np.sin(sample / 170.0), "ham_left": 8.0 if resting else 80.0}

    def stage() -> Stage:
        return rest() if resting else mvc(("glute_left", "ham_left"))

    levels = ticks(range(70 * FS), level if not resting else LOUD)
    assert run(stage(), levels, say=say, cuts=cuts) == run(stage(), levels, say=say)


@pytest.mark.parametrize("make", [rest, mvc])
def test_a_stage_that_was_left_in_a_pause_begins_anew_without_it(make: Callable[[], Stage]) -> None:
    """Else the screen says "paused" all through a rest that is being measured again."""
    stage = make()
    stage.command(Command(PAUSE, applied_sample=100))
    assert stage.view().phase is Phase.PAUSED
    stage.begin(StageStart(5 * FS, "again#2", float(FS)))
    assert stage.view().phase is Phase.PREPARE
