"""How hard each muscle may work, and in which position: pain and signs come before every wish."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calibrations.draft import Draft
from calibrations.intake import Effort, Flag, Intake, IntakeError, SorePlace, SoreSide
from calibrations.positions import POSITIONS, position_for, resistance_for
from calibrations.submax import STEPS_PCT, SubmaxStage
from emg.blocks import Unit
from emg.montage import BDF_NAMES, Site

HAM = Intake(SoreSide.LEFT, SorePlace.HAM, pain_0_10=2)
GLUTE = replace(HAM, sore_place=SorePlace.GLUTE)
OTHER = replace(HAM, sore_place=SorePlace.OTHER)
TOO_MUCH = 4
UNLISTED = ("biceps_femoris", "semitendinosus", "piriformis")


def sore(intake: Intake, *muscles: str, side: str = "left") -> list[str]:
    return [muscle for muscle in muscles if intake.is_sore(Site.parse(f"{muscle}_{side}"))]


@pytest.mark.parametrize(
    ("intake", "family"),
    [
        (HAM, ["ham", "ham_medial", "ham_lateral"]),
        (replace(HAM, sore_place=None), ["ham", "ham_medial", "ham_lateral"]),
        (GLUTE, ["glute", "glute_med", "glute_upper", "glute_lower"]),
        (OTHER, list(BDF_NAMES)),
    ],
)
def test_a_place_is_sore_with_its_whole_family(intake: Intake, family: list[str]) -> None:
    """Else the inner hamstring gives all it has beside a torn outer one."""
    assert sorted(sore(intake, *BDF_NAMES)) == sorted(family)
    assert sore(intake, *BDF_NAMES, *UNLISTED, side="right") == []


@pytest.mark.parametrize("intake", [HAM, GLUTE, OTHER])
def test_a_muscle_that_nobody_lists_may_be_the_sore_one(intake: Intake) -> None:
    """``biceps_femoris_left`` is a hamstring, whatever this program calls one."""
    assert sore(intake, *UNLISTED) == list(UNLISTED)


@pytest.mark.parametrize("side", [None, SoreSide.NONE])
def test_where_nothing_is_sore_nothing_is(side: SoreSide | None) -> None:
    """Else an unlisted muscle of a healthy athlete never has a maximum."""
    assert sore(replace(OTHER, sore_side=side), *BDF_NAMES, *UNLISTED) == []


@pytest.mark.parametrize(
    ("change", "of_the_sore", "of_the_others"),
    [
        ({}, Effort.GRADED, Effort.MAXIMAL),
        ({"maximal_anyway": True}, Effort.MAXIMAL, Effort.MAXIMAL),
        ({"maximal_anyway": True, "alone": True}, Effort.GRADED, Effort.MAXIMAL),
        ({"maximal_anyway": True, "pain_0_10": TOO_MUCH}, Effort.NONE, Effort.MAXIMAL),
        ({"maximal_anyway": True, "flags": (Flag.TINGLING,)}, Effort.BRIDGE, Effort.BRIDGE),
        ({"flags": (Flag.POP_OR_BRUISE,), "pain_0_10": TOO_MUCH}, Effort.NONE, Effort.BRIDGE),
        ({"pain_0_10": TOO_MUCH}, Effort.NONE, Effort.MAXIMAL),
    ],
)
def test_pain_comes_first_then_signs_then_what_a_therapist_decides(
    change: dict[str, object], of_the_sore: Effort, of_the_others: Effort
) -> None:
    """Else a hamstring with pain 9 and a bruise lifts the hips, because a bruise was ticked."""
    intake = replace(HAM, **change)  # type: ignore[arg-type]
    efforts = [intake.effort_of(Site.parse(name)) for name in ("ham_left", "glute_left", "ham_right")]
    assert efforts == [of_the_sore, of_the_others, of_the_others]


@pytest.mark.parametrize("intake", [HAM, replace(HAM, sore_place=None), OTHER])
def test_a_sore_hamstring_decides_the_position_whether_it_is_measured_or_not(intake: Intake) -> None:
    """Else a session of two glutes lifts the leg against a hand with the hamstring that is torn."""
    assert position_for(Site.parse("glute_right"), intake).code == "standing_squeeze"
    assert position_for(Site.parse("glute_right"), GLUTE).code == "prone_hip_extension"


@pytest.mark.parametrize("muscle", ["quad", "adductor", "calf", "erector", *UNLISTED])
def test_another_muscle_takes_no_position_of_a_hamstring(muscle: str) -> None:
    """A knee curl measures nothing of a quadriceps but its antagonist."""
    position = position_for(Site.parse(f"{muscle}_left"), Intake())
    assert (position.code, position.hip_deg, position.knee_deg) == ("free_isometric", None, None)
    assert resistance_for(position, None) is None, "what it was nobody has said"


@pytest.mark.parametrize(
    ("site", "position"),
    [
        ("quad_left", "free_isometric"),
        ("ham_left", "prone_knee_curl"),
        ("ham_medial_left", "prone_knee_curl"),
        ("glute_left", "standing_squeeze"),
    ],
)
def test_its_lighter_steps_are_made_where_the_whole_effort_would_be(site: str, position: str) -> None:
    """Else the sore quadriceps is asked for a quarter of a knee curl."""
    stage = SubmaxStage({site: Effort.GRADED}, Draft(rest_uv={site: 2.0}), Unit.MICROVOLT, concludes=True)
    steps = [planned.position for planned in stage._planned() if planned.exercise == "graded"]
    assert steps == [position] * len(STEPS_PCT)


def test_every_position_is_for_one_family_or_for_all() -> None:
    """Else a position is given to a muscle that it was not made for."""
    for muscle in BDF_NAMES:
        position = position_for(Site.parse(f"{muscle}_left"), Intake())
        assert position.muscle == "" or muscle.startswith(position.muscle)
    assert {position.muscle for position in POSITIONS.values()} == {"glute", "ham", ""}


@pytest.mark.parametrize("pain", [-1, 11])
def test_pain_is_from_0_to_10(pain: int) -> None:
    """Else a typing error decides whether a muscle may work."""
    with pytest.raises(IntakeError, match="from 0 to 10"):
        Intake(pain_0_10=pain)
