"""What follows from what a session is told: its stages, its first side, the facts that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emg.activation import NO_REFERENCE
from emg.filters import BandError
from emg.montage import FOUR_SITES, Montage, Side
from emg.protocols import Protocol as Exercise
from emg.protocols import load_protocol
from emg.reference import ReferenceInForce
from emg.results import Feedback, Role, Until
from emg.sets.coach import HoldSet
from emg.sets.targets import HOME_LIMIT_PCT
from hardware.boards import find_board
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import FAKE_INFO
from tests.sessions import RIGHT_LEG, plan_of, short_exercise
from ui.kept.home import (
    AthleteError,
    calibrations_folder,
    check_athlete,
    home,
    recordings_folder,
    sessions_folder,
)
from ui.session.plan import NOTHING_SET, Aims, SessionPlan, chain_settings, demo_plan, first_side
from ui.session.sources import BoardChoice, performer_of
from ui.session.stages import make_stages, nothing_to_do, planned_sets

POWER = load_protocol("power_position")
CHAIN = chain_settings(FAKE_INFO, None)


def plan(exercise: Exercise = POWER, montage: Montage = FOUR_SITES) -> SessionPlan:
    source = SimulatedSource(Athlete(seed=1), speed=0.0)
    return plan_of(source, exercise, Path("nowhere"), montage=montage)


def stages(of: SessionPlan) -> list[str]:
    made = make_stages(of, FAKE_INFO, CHAIN, (), ReferenceInForce(NO_REFERENCE))
    return [stage.code for stage in made]


# --- stages


def test_the_first_side_begins_and_the_other_follows() -> None:
    """Else the sore leg is loaded first, or one leg is left out."""
    left_first = stages(replace(plan(), first_side=Side.LEFT))
    assert left_first == ["holds_left_test", "holds_left_learn", "holds_right_test", "holds_right_learn"]
    one_leg = short_exercise(sides=(Side.LEFT,))
    assert stages(replace(plan(one_leg), first_side=Side.RIGHT)) == [
        "holds_left_test",
        "holds_left_learn",
    ]


def test_rests_are_where_they_belong() -> None:
    """Else the athlete changes legs in eight seconds, or waits a minute within a set."""
    made = make_stages(plan(), FAKE_INFO, CHAIN, (), ReferenceInForce(NO_REFERENCE))
    sets = [stage._settings for stage in made if isinstance(stage, HoldSet)]

    assert [of.lead_rest_s for of in sets] == [20.0, 8.0, 60.0, 8.0]
    assert [of.rest_s for of in sets] == [8.0] * 4
    assert [(of.set_number, of.n_sets) for of in sets] == [(n, 4) for n in (1, 2, 3, 4)]
    assert [(of.plan.role, of.plan.until, of.holds) for of in sets] == [
        (Role.TEST, Until.SET, 3),
        (Role.TRAIN, Until.FIRED, 5),
    ] * 2
    assert sets[0].gate_sites == ("glute_right",)
    assert sets[0].working_sites == ("glute_right", "ham_right")
    assert sets[2].working_sites == ("glute_left", "ham_left")


def test_any_sites_make_a_session_and_none_waits_for_a_muscle_that_is_not_there() -> None:
    """Else somebody with one electrode pair cannot train, or waits thirty seconds for nothing."""
    right = ["holds_right_test", "holds_right_learn"]
    assert stages(plan(montage=RIGHT_LEG)) == right
    assert stages(plan(montage=Montage.of({"glute_right": 1, "ham_left": 2}))) == right
    assert stages(plan(montage=Montage.of({"ham_left": 2}))) == ["holds_right_test", "holds_left_test"]
    of_one = replace(plan(montage=RIGHT_LEG), first_side=Side.LEFT)
    assert stages(of_one) == right, "the side that is asked for first is not measured"


def made(exercise: Exercise, aims: Aims = NOTHING_SET, montage: Montage = FOUR_SITES) -> list[Any]:
    """Settings of the sets of a session."""
    of = replace(plan(exercise, montage), aims=aims)
    return [
        getattr(stage, "_settings")  # noqa: B009 - of every kind of set
        for stage in make_stages(of, FAKE_INFO, CHAIN, (), ReferenceInForce(NO_REFERENCE))
    ]


@pytest.mark.parametrize("code", ["ham_isometric_supine", "hip_hinge", "marching_drill"])
def test_both_legs_work_only_where_both_are_measured(code: str) -> None:
    """Else the set waits for a muscle without electrodes, and nothing counts."""
    exercise = load_protocol(code)
    gate = exercise.gate_muscle
    one = Montage.of({f"{gate}_left": 1, "quad_left": 2})
    both = Montage.of({f"{gate}_left": 1, f"{gate}_right": 2})
    assert planned_sets(exercise, one, Side.LEFT, attended=True) == []
    assert nothing_to_do(exercise, one).endswith(f"needs {gate}_right: add it to the sites.")
    assert planned_sets(exercise, both, Side.LEFT, attended=True)
    assert nothing_to_do(exercise, both) == ""


def test_what_is_felt_is_only_asked_where_the_hold_waits_for_the_muscle() -> None:
    """Else a hold by the clock is dark from end to end, and nobody asked for that."""
    felt = Aims(feedback=Feedback.FELT)
    power = made(short_exercise(test=1, train=1, offered=1), felt)
    assert [(of.plan.until, of.plan.feedback) for of in power] == [
        (Until.SET, Feedback.OFF),
        (Until.FIRED, Feedback.FELT),
    ]
    assert [of.plan.feedback for of in made(load_protocol("chair_bridge"), felt)] == [Feedback.ON] * 2
    assert [of.feedback for of in made(load_protocol("hip_hinge"), felt)] == [Feedback.ON]
    faded = Aims(feedback=Feedback.FADED)
    assert [of.plan.feedback for of in made(load_protocol("chair_bridge"), faded)] == [Feedback.FADED] * 2
    assert [of.feedback for of in made(load_protocol("hip_hinge"), faded)] == [Feedback.FADED]
    assert [of.plan.feedback for of in made(short_exercise(), faded)] == [Feedback.OFF, Feedback.FADED]


def test_no_two_bouts_have_one_number() -> None:
    """Else two bouts of holds.csv fall together in every table that is made of it."""
    drill = load_protocol("marching_drill")
    twice = drill.model_copy(update={"sets": drill.sets * 2})
    assert [(of.set_number, of.n_sets) for of in made(drill)] == [(1, made(drill)[0].bouts)]
    assert [of.set_number for of in made(twice)] == [1, 1 + made(drill)[0].bouts]


def test_a_file_asks_no_repetition_for_more_than_is_safe_alone() -> None:
    """Else a slip in an own file asks a sore muscle for nearly all it has, fifteen times."""
    hinge = load_protocol("hip_hinge")
    high = hinge.model_copy(update={"target": hinge.target.model_copy(update={"target_pct": 95.0})})
    assert [of.target_pct for of in made(hinge)] == [hinge.target.target_pct]
    assert [of.target_pct for of in made(high)] == [HOME_LIMIT_PCT]
    assert [of.target_pct for of in made(high, Aims(target_pct=80.0))] == [80.0]


def test_no_ceiling_is_shown_over_a_muscle_that_is_not_measured() -> None:
    """Else there is a line on the screen that nothing can cross."""
    gates = Montage.of({"glute_left": 1, "glute_right": 2, "ham_left": 3})
    for of in made(POWER, Aims(ceiling=True, ceiling_pct=40.0), gates):
        assert of.rule.ceiling == (of.plan.side is Side.LEFT)
    own = POWER.model_copy(update={"target": POWER.target.model_copy(update={"ceiling_pct": 40.0})})
    for of in made(own, montage=gates):
        assert of.rule.ceiling == (of.plan.side is Side.LEFT)
        if of.plan.side is Side.RIGHT:
            assert of.plan.ceiling_pct is None


def test_each_leg_is_asked_for_its_own() -> None:
    """Else the sore leg is asked for as much as the other one, or the other one for as little."""
    legs = {Side.LEFT: Aims(20.0), Side.RIGHT: Aims(45.0, ceiling=True, ceiling_pct=30.0)}
    for exercise, wanted in ((POWER, [45.0, 45.0, 20.0, 20.0]), (load_protocol("hip_hinge"), [15.0])):
        of = replace(plan(exercise), aims=Aims(15.0), leg_aims=legs)
        stages = make_stages(of, FAKE_INFO, CHAIN, (), ReferenceInForce(NO_REFERENCE))
        settings: list[Any] = [getattr(stage, "_settings") for stage in stages]  # noqa: B009
        asked = [one.rule.own_pct if hasattr(one, "rule") else one.target_pct for one in settings]
        assert asked == wanted
        ceilings = [one.rule.ceiling_pct for one in settings if hasattr(one, "rule")]
        assert ceilings == [30.0, 30.0, None, None][: len(ceilings)]


def test_a_board_that_is_too_slow_is_refused() -> None:
    """Else half of the EMG is missing and nobody knows."""
    with pytest.raises(BandError, match=r"use a board with 200 or more"):
        chain_settings(replace(FAKE_INFO, fs_hz=125.0), None)


# --- the first side


def make(parent: Path, names: Sequence[str], rows: str = "hold\n1\n") -> Path:
    for name in names:
        (parent / name).mkdir(parents=True)
        (parent / name / "holds.csv").write_text(rows)
    return parent


@pytest.mark.parametrize(("sore_side", "expected"), [(None, "right"), ("none", "right"), ("both", "right")])
def test_the_sides_take_turns(tmp_path: Path, sore_side: str | None, expected: str) -> None:
    """Else the same side is always the tired one."""
    parent = tmp_path / "sessions"
    for n in range(4):
        assert first_side(POWER, sore_side, parent) == (expected if n % 2 == 0 else Side(expected).other)
        make(parent, [f"2026030{n + 1}T093015Z-power_position"])


@pytest.mark.parametrize(("sore_side", "expected"), [("left", "right"), ("right", "left")])
def test_the_sore_leg_never_goes_first(tmp_path: Path, sore_side: str, expected: str) -> None:
    """Else the leg that hurts shows the other one how it is done."""
    for n in range(3):
        assert first_side(POWER, sore_side, make(tmp_path, [f"2026030{n + 1}T093015Z-power_position"])) == (
            expected
        )


def test_a_session_that_came_to_no_hold_is_nobodys_turn(tmp_path: Path) -> None:
    """Else a loose electrode in the set-up changes the side that begins."""
    name = "20260301T093015Z-power_position"
    assert first_side(POWER, None, make(tmp_path / "a", [name], rows="hold\n")) is Side.RIGHT
    (tmp_path / "b" / name).mkdir(parents=True)
    assert first_side(POWER, None, tmp_path / "b") is Side.RIGHT


def test_only_sessions_of_this_exercise_count(tmp_path: Path) -> None:
    """Else a recording, or another exercise, changes the side that begins."""
    others = [
        "20260301T093015Z-hip_extension",
        "20260301T093015Z-power_position_2",
        "20260301T093015Z-recording",
        "notes",
        "power_position",
    ]
    assert first_side(POWER, None, make(tmp_path / "a", others)) is Side.RIGHT
    twice = ["20260301T093015Z-power_position", "20260301T093015Z-power_position-2"]
    assert first_side(POWER, None, make(tmp_path / "b", twice)) is Side.RIGHT
    assert first_side(POWER, None, make(tmp_path / "c", twice[1:])) is Side.LEFT


@pytest.mark.parametrize("speed", [0.0, 1.0, 20.0])
def test_the_demo_is_the_whole_power_position(tmp_path: Path, speed: float) -> None:
    """Else the first thing people see is not what the program does."""
    found = demo_plan(seed=3, faults=("late-right-glute",), speed=speed, parent=tmp_path)

    assert (found.athlete, found.first_side, found.attended) == ("demo", Side.RIGHT, False)
    assert found.performer is not None
    assert found.source.open().simulated
    sets = planned_sets(found.exercise, found.montage, found.first_side, attended=found.attended)
    assert sum(item.planned.holds for item in sets if item.planned.kind == "holds") == 16
    with pytest.raises(ValueError, match=r"no fault"):
        demo_plan(seed=3, faults=("headache",), speed=speed, parent=tmp_path)


# --- home and names


def test_everything_lies_in_the_chosen_home(powerhold_home: Path) -> None:
    """Else the data of a study lands in the private folder of whoever is logged in."""
    assert home() == powerhold_home
    assert sessions_folder("anna") == powerhold_home / "athletes" / "anna" / "sessions"
    assert calibrations_folder("anna") == powerhold_home / "athletes" / "anna" / "calibrations"
    assert recordings_folder() == powerhold_home / "recordings"


def test_without_a_choice_it_is_the_platforms_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else data lands in whatever folder the command was typed in."""
    for chosen in (None, ""):
        monkeypatch.delenv("POWERHOLD_HOME", raising=False)
        if chosen is not None:
            monkeypatch.setenv("POWERHOLD_HOME", chosen)
        assert home().is_absolute()
        assert home().name == "powerhold"


@pytest.mark.parametrize("athlete", ["anna", "A-1", "_", "0", "x" * 64, "CONRAD", "com10", "nul_1"])
def test_ordinary_ids_are_taken(athlete: str) -> None:
    """Else people cannot use the ids of their study."""
    assert check_athlete(athlete) == athlete


BAD_IDS = [
    "",
    ".",
    "..",
    "../../x",
    "a/b",
    "a\\b",
    "C:anna",
    "anna ",
    " anna",
    "anna\n",
    "anna\x00",
    "x" * 65,
    "x" * 300,
    "Änne",
    "🏃",
    "\u202eanna",
    "an\u200fna",
    "\uff21nna",
    "٣",
    "anna.json",
    "CON",
    "con",
    "Nul",
    "COM1",
    "lpt9",
    "anna*",
    "=anna",
    "'anna",
    "\udcff",
]


@pytest.mark.parametrize("athlete", BAD_IDS, ids=ascii)
def test_ids_that_no_folder_may_have_are_refused(athlete: str) -> None:
    """Else an id reaches out of the folder, or cannot be opened on another system."""
    with pytest.raises(AthleteError, match=r"cannot be an athlete's id: use 1 to 64 letters"):
        check_athlete(athlete)


def test_the_simulated_athlete_is_told_what_the_coach_says() -> None:
    """Else `live --board simulated` waits for an athlete who never hears his cue."""
    source = BoardChoice(find_board("simulated")).source(FOUR_SITES)
    performer = performer_of(source)

    assert isinstance(source, SimulatedSource)
    assert performer is source.athlete
    assert performer_of(BoardChoice(find_board("synthetic")).source(FOUR_SITES)) is None
