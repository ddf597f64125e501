"""What comes before the first hold, by what was said and measured with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from calibrations.contact import ContactStage
from calibrations.draft import Draft, Way
from calibrations.intake import Flag, Intake, SorePlace, SoreSide
from calibrations.maximum import MvcStage
from calibrations.positions import POSITIONS, Resistance, position_for, resistance_for
from calibrations.submax import SubmaxStage
from emg.blocks import Signal, StreamInfo, Unit
from emg.codes import EventKind
from emg.montage import FOUR_SITES, Montage, Site
from emg.stage import Event, StageStart
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import FAKE_INFO
from tests.sessions import plan_of, short_exercise
from ui.session.plan import NOTHING_SAID, SessionPlan
from ui.session.set_up import SetUp, make_set_up

SORE_HAM = Intake(sore_side=SoreSide.LEFT)
GLUTES = ("glute_left", "glute_right")


def plan(intake: Intake = NOTHING_SAID, montage: Montage = FOUR_SITES) -> SessionPlan:
    source = SimulatedSource(Athlete(seed=1), speed=0.0)
    made = plan_of(source, short_exercise(), Path("nowhere"), montage=montage, checks=True)
    return replace(made, intake=intake)


def set_up(of: SessionPlan, info: StreamInfo = FAKE_INFO) -> SetUp:
    return make_set_up(of, info, Draft(rest_uv=dict.fromkeys(of.montage.names, 2.0)))


def codes(of: SessionPlan) -> list[str]:
    return [stage.code for stage in set_up(of).stages]


def first_turns(stage: MvcStage | SubmaxStage) -> list[Event]:
    return list(stage.begin(StageStart(0, "x#1", 250.0)))


def test_a_healthy_athlete_is_checked_and_gives_all() -> None:
    """Else a maximum is measured on an electrode that nobody looked at."""
    assert codes(plan()) == ["contact", "sides", "rest", "mvc"]
    assert [stage.code for stage in set_up(replace(plan(), checks=False)).stages] == ["rest", "mvc"]


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        (Intake(), ["rest", "mvc"]),
        (Intake(sore_side=SoreSide.NONE), ["rest", "mvc"]),
        (SORE_HAM, ["rest", "mvc", "submax"]),
        (Intake(sore_side=SoreSide.BOTH, sore_place=SorePlace.GLUTE), ["rest", "mvc", "submax"]),
        (Intake(sore_side=SoreSide.LEFT, sore_place=SorePlace.OTHER), ["rest", "mvc", "submax"]),
        (replace(SORE_HAM, pain_0_10=4), ["rest", "mvc"]),
        (replace(SORE_HAM, pain_0_10=3), ["rest", "mvc", "submax"]),
        (replace(SORE_HAM, maximal_anyway=True), ["rest", "mvc"]),
        *((Intake(flags=(flag,)), ["rest", "submax"]) for flag in Flag),
    ],
)
def test_what_was_said_decides_how_hard_each_muscle_works(intake: Intake, expected: list[str]) -> None:
    """Else a sore hamstring, or somebody who should see a clinician first, is told to give all."""
    assert [stage.code for stage in set_up(plan(intake)).measuring] == expected


def test_where_everything_hurts_too_much_nothing_is_measured() -> None:
    """Else the session asks for a rest that no percentage is ever built on."""
    hams = Montage.of({"ham_left": 1})
    assert set_up(plan(replace(SORE_HAM, pain_0_10=8), hams)).measuring == ()


def test_a_sore_muscle_never_gives_all_and_the_other_three_do() -> None:
    """Else the one muscle that must not is in the list of efforts."""
    _, mvc, submax = set_up(plan(SORE_HAM)).measuring
    assert isinstance(mvc, MvcStage)
    assert isinstance(submax, SubmaxStage)
    (prepare,) = [event for event in first_turns(mvc) if event.kind is EventKind.PREPARE]
    assert prepare.detail["site"] == "glute_left"
    assert set(mvc._turns) == {"glute_left", "glute_right", "ham_right"}


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        (Intake(), "prone_hip_extension"),
        (Intake(alone=True), "standing_squeeze"),
        (SORE_HAM, "standing_squeeze"),
        (Intake(sore_side=SoreSide.LEFT, sore_place=SorePlace.GLUTE), "prone_hip_extension"),
    ],
)
def test_both_glutes_take_the_position_that_can_be_taken(intake: Intake, expected: str) -> None:
    """Else left and right are compared in two positions, or a sore hamstring lifts the leg."""
    for name in GLUTES:
        assert position_for(Site.parse(name), intake).code == expected
    assert position_for(Site.parse("ham_right"), intake).code == "prone_knee_curl"


def test_the_resistance_is_what_is_there() -> None:
    """Else the record names a hand that nobody held against the ankle."""
    curl, squeeze = POSITIONS["prone_knee_curl"], POSITIONS["standing_squeeze"]
    assert resistance_for(curl, Resistance.STRAP) is Resistance.STRAP
    assert resistance_for(curl, None) is None, "nobody said"
    assert resistance_for(squeeze, Resistance.STRAP) is Resistance.NONE
    assert resistance_for(POSITIONS["double_leg_bridge"], Resistance.HAND) is Resistance.NONE
    assert resistance_for(POSITIONS["free_isometric"], None) is None


def test_of_an_envelope_only_what_can_be_told_is_checked() -> None:
    """Else a board that sends envelopes never gets past the contact check."""
    info = replace(FAKE_INFO, signal=Signal.ENVELOPE, unit=Unit.ARBITRARY)
    contact, *_ = set_up(plan(), info).checks
    assert isinstance(contact, ContactStage)
    assert not contact._can_tell


def test_the_full_way_is_taken_where_it_was_asked_for() -> None:
    """Else a baseline is measured in the time of a quick look."""
    stage = set_up(replace(plan(), way=Way.FULL)).measuring[1]
    assert isinstance(stage, MvcStage)
    first_turns(stage)
    assert stage.effort_s == 5.0
    assert len(stage.view().dots) == 12
