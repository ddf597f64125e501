"""Rest as an athlete goes through it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.draft import Draft
from calibrations.measurement import MAX_TRIES
from calibrations.rest import RestStage
from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import CommandKind, EventKind, Phase
from emg.quality import MOTION
from emg.stage import Command, StageStart
from tests.calibrations.pushing import SITES, details, go, reasons
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, REST_UV, RESUME

REST = 15 * FS
LOUD = {"ham_left": 25.0}
ALL_LOUD = dict.fromkeys(SITES, 25.0)
OTHERS = set(SITES) - {"ham_left"}


def rest(unit: Unit = Unit.MICROVOLT) -> RestStage:
    stage = RestStage(SITES, Draft(), unit)
    stage.begin(StageStart(0, "rest#1", float(FS)))
    return stage


def rests_uv(stage: RestStage) -> dict[str, float]:
    return stage._draft.rest_uv


def test_rest_takes_fifteen_seconds_and_no_key() -> None:
    """Else somebody who lies with electrodes on both legs has to get up and press something."""
    stage = rest()
    told = go(stage, {}, 60)

    assert told.at(EventKind.CUE) == [5 * FS]
    assert told.end == REST
    assert rests_uv(stage) == pytest.approx(dict.fromkeys(SITES, REST_UV))
    assert (stage.view().stage, stage.view().task) == ("rest", "relax")


def test_a_cough_during_rest_does_not_matter() -> None:
    """Else rest is measured three times because of a cough."""
    stage = rest()
    assert go(stage, lambda s: LOUD if 5 * FS < s < 9 * FS else {}, 60).end == REST
    assert rests_uv(stage)["ham_left"] == pytest.approx(REST_UV)


def test_rest_that_is_too_loud_is_asked_for_again_then_refused() -> None:
    """Else tense muscles become the floor, and every later percentage is too small."""
    stage = rest()
    told = go(stage, ALL_LOUD, 90)

    assert told.at(EventKind.CUE) == [5 * FS, 20 * FS, 35 * FS]
    assert reasons(told) == ["rest_too_loud"]
    assert told.end == MAX_TRIES * REST
    assert rests_uv(stage) == {}

    told = go(rest(), lambda s: LOUD if s < REST else {}, 90)
    assert (reasons(told), told.end) == ([], 2 * REST)


def test_the_reason_for_another_rest_is_on_the_screen() -> None:
    """Else the measurement just begins again and nobody knows why."""
    stage = rest()
    go(stage, LOUD, 15.5)
    assert (stage.view().message, stage.view().phase) == ("rest_too_loud", Phase.PREPARE)


@pytest.mark.parametrize(
    ("lost", "again"), [(range(6 * FS, 6 * FS + 60), False), (range(10 * FS - 9, 10 * FS + 9), True)]
)
def test_rest_needs_five_seconds_without_a_gap(lost: range, again: bool) -> None:
    """Else lost samples count as silence."""
    assert go(rest(), {}, 60, lost=lost).end == (2 * REST if again else REST)


def test_a_board_that_was_away_costs_one_measurement() -> None:
    """Else a radio that is away for a minute uses up all tries, and the athlete is sent home."""
    told = go(rest(), {}, 200, lost=range(8 * FS, 100 * FS))
    assert told.at(EventKind.PREPARE) == [100 * FS]
    assert (reasons(told), told.end) == ([], 115 * FS)


def test_a_wire_that_hangs_in_the_air_is_no_rest() -> None:
    """Else a loose electrode is the quietest muscle of all."""
    assert reasons(go(rest(), {}, 90, verdicts=dict.fromkeys(SITES, "flat"))) == ["rest_gap"]
    stage = rest()
    told = go(stage, {}, 90, verdicts={"ham_left": "flat"})
    assert (reasons(told), told.end, set(rests_uv(stage))) == ([], REST, OTHERS), (
        "the others wait for nothing"
    )
    assert details(told, EventKind.NOTICE) == [{"code": "no_rest", "message": "ham_left"}]


@pytest.mark.parametrize("fault", ["loud", "motion", "gap"])
def test_one_muscle_without_a_rest_is_left_out_after_its_tries(fault: str) -> None:
    """Else one tense muscle, or one bad wire, ends the session of three good ones."""

    def gaps(levels: Activations) -> None:
        if fault == "gap":
            levels.power_uv2[np.arange(len(levels)) % FS < 90, 1] = np.nan

    stage = rest()
    verdicts = {"ham_left": "motion"} if fault == "motion" else None
    told = go(stage, LOUD if fault == "loud" else {}, 90, verdicts=verdicts, change=gaps)
    assert (reasons(told), told.end, set(rests_uv(stage))) == ([], MAX_TRIES * REST, OTHERS)
    assert details(told, EventKind.NOTICE) == [{"code": "no_rest", "message": "ham_left"}]
    assert (stage.view().message, stage.done) == ("no_rest:ham_left", True)


def test_a_rest_that_was_good_once_is_kept_where_another_spoils_the_tries() -> None:
    """Else a muscle that was quiet is left out because it was not quiet at the same time as another."""
    stage = rest()
    go(stage, lambda s: LOUD if s < 2 * REST else {"glute_left": 25.0}, 90)
    assert rests_uv(stage) == pytest.approx(dict.fromkeys(SITES, REST_UV))


def test_a_leg_that_moves_is_no_rest() -> None:
    """Else cables that swing become the floor of every percentage."""
    told = go(rest(), {}, 90, verdicts=dict.fromkeys(SITES, "motion"))
    assert reasons(told) == ["rest_motion"]

    def for_a_while(levels: Activations) -> None:
        levels.verdicts[6 * FS : 9 * FS, 1] = MOTION

    assert go(rest(), {}, 90, change=for_a_while).end == REST, "six quiet seconds are left"


def test_no_rule_in_microvolts_applies_to_arbitrary_units() -> None:
    """Else a board that sends plain numbers can never be calibrated."""
    assert go(rest(Unit.ARBITRARY), LOUD, 90).end == REST


def test_pause_measures_anew_and_next_skips_only_the_preparation() -> None:
    """Else an interrupted rest is made of two halves, or a clicker cuts a measurement short."""
    paused = go(rest(), {}, 90, say={8 * FS: PAUSE, 20 * FS: RESUME})
    assert paused.at(EventKind.PREPARE) == [20 * FS]
    assert paused.end == 20 * FS + REST

    skipped = go(rest(), {}, 90, say={2 * FS: NEXT, 5 * FS: NEXT})
    assert (skipped.at(EventKind.CUE), skipped.end) == ([2 * FS], 12 * FS)

    assert go(rest(), {}, 90, say={12 * FS: BACK}).end == 12 * FS + REST


def test_a_key_out_of_place_does_not_begin_a_measurement_again() -> None:
    """Else "resume" from a bouncing key throws away nine seconds of rest."""
    told = go(rest(), {}, 90, say={12 * FS: RESUME, 13 * FS: CommandKind.FELT})
    assert told.end == REST


def test_a_rest_that_was_left_in_a_pause_begins_anew_without_it() -> None:
    """Else the screen says "paused" all through a rest that is being measured again."""
    stage = rest()
    stage.command(Command(PAUSE, applied_sample=100))
    assert stage.view().phase is Phase.PAUSED
    assert stage.view().countdown_s is None
    stage.begin(StageStart(5 * FS, "again#2", float(FS)))
    assert stage.view().phase is Phase.PREPARE


@given(
    st.lists(st.integers(1, 50 * FS), max_size=15),
    st.dictionaries(st.integers(0, 40 * FS), st.sampled_from([PAUSE, RESUME, NEXT, BACK]), max_size=4),
)
@settings(max_examples=12, deadline=None)
def test_any_cut_of_the_ticks_gives_the_same_rest(cuts: list[int], say: dict[int, CommandKind]) -> None:
    """Else the floor depends on how the radio bundled its packets."""
    assert go(rest(), LOUD, 50, say=say, cuts=cuts) == go(rest(), LOUD, 50, say=say)
