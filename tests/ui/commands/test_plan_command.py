"""From the clinic's command to what the home offers and trains by."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emg.montage import Legs, Side
from emg.pain import PainLimits
from emg.protocols import HoldsSet
from emg.results import Feedback
from emg.session.folder import replace_file
from emg.session.plan_file import Dose, PlanFileError, SideAim, read_plan
from hardware.clock_source import ClockSource
from tests.emg.session.past import past_session
from tests.emg.session.test_plan_file import a_plan, fields, with_own_protocol
from tests.ui.commands.home_parts import done, refused, run
from ui.commands.plan import plan_command
from ui.commands.practice import practice_command
from ui.kept.exercises import find_protocol, protocols_folder
from ui.kept.home import athletes_folder, sessions_folder
from ui.kept.home_plan import (
    current_plan,
    keep_plan,
    opening,
    planned_centimetres,
    plans_folder,
)
from ui.kept.recent import Recent, keep_recent, recent_of
from ui.kept.settings import read_settings
from ui.session.plan import Aims, SessionPlan, demo_plan
from ui.session.practice import practice_plan
from ui.session.prescription import by_plan, prescription
from ui.words import home_words

NOW = datetime(2026, 5, 5, 18, 0, tzinfo=UTC)


@pytest.fixture
def clinic(powerhold_home: Path) -> None:
    """One session of athlete P17 with a Cyton."""
    past_session(
        sessions_folder("P17"),
        athlete="P17",
        placement={"id": "20260301T080000Z", "from_landmark_cm": {}, "shown": True},
        plan={"pain_suggest": 2, "pain_stop": 5},
    )


def saved(tmp_path: Path, text: str, name: str = "x.powerhold-plan") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("clinic")
def test_a_plan_takes_from_the_last_session_what_nobody_says(tmp_path: Path) -> None:
    """Else a therapist types the channels of the board a second time, and once wrongly."""
    out = tmp_path / "p.powerhold-plan"
    options = ("--target-left", 40, "--ceiling-right", "auto", "--cm", "glute_left=8.5", "--holds", 6)
    done(plan_command, "make", "--athlete", "P17", *options, "--per-week", 4, "--out", out)
    plan = read_plan(out)
    assert (plan.protocol, plan.own_protocol, plan.board) == ("power_position", None, "cyton")
    assert plan.sites_text == "glute_left=1,ham_left=2,glute_right=3,ham_right=4"
    assert plan.centimetres == {"glute_left": 8.5}
    assert (plan.pain_suggest, plan.pain_stop) == (2, 5)
    assert (plan.aim(Side.LEFT).target_pct, plan.aim(Side.LEFT).ceiling_from_tests) == (40.0, False)
    assert (plan.aim(Side.RIGHT).target_pct, plan.aim(Side.RIGHT).ceiling_from_tests) == (None, True)
    assert (plan.dose.holds, plan.per_week) == (6, 4)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target-left", "75"), "say --over-60 if that is meant"),
        (("--ceiling-left", "much"), "write auto, or a number"),
        (("--pain-limits", "5,4"), "the lower one first"),
        (("--cm", "glute_left=x"), "write SITE=CM"),
        (("--cm", "quad_left=8"), "no site quad_left"),
        (("--cm", "glute_left=99"), "from_landmark_cm"),
        (("--sites", "glute=1"), "is not a site"),
        (("--board", "none"), "none"),
        (("--protocol", "none"), "no protocol 'none'"),
        (("--protocol", "marching_drill", "--holds", "30"), "cannot be done as planned"),
        (("--sentence", "a\x07b"), "one line of plain text"),
        (("--athlete", "Anna B"), "cannot be an athlete's id"),
        (("--athlete", "P18"), "say the exercise with --protocol"),
    ],
)
def test_what_cannot_be_planned_is_said_before_a_file_is_made(
    options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """Else the home gets a file that it cannot open."""
    out = tmp_path / "p.powerhold-plan"
    assert said in refused(2, plan_command, "make", "--athlete", "P17", "--out", out, *options)
    assert not out.exists()


@pytest.mark.usefixtures("clinic")
def test_a_plan_never_overwrites(tmp_path: Path) -> None:
    """Else the plan of another athlete is gone."""
    out = saved(tmp_path, "mine")
    assert "is there already" in refused(2, plan_command, "make", "--athlete", "P17", "--out", out)
    assert out.read_text(encoding="utf-8") == "mine"


def test_opening_shows_what_it_changes_before_it_does(tmp_path: Path) -> None:
    """Else somebody trains by numbers that he never saw."""
    path = saved(tmp_path, a_plan().to_json())
    result = run(plan_command, "open", path, "--athlete", "me")
    assert result.exit_code == 5  # nobody could be asked
    shown = " ".join(result.stderr.split())
    for part in (
        "Power position (power_position)",
        "Left leg: target 40 %, ceiling as the exercise says",
        "Right leg: target 30 %, ceiling 25 %",
        "6 in a set, 2 sets, 12 s rest between",
        "4 times a week",
        "Pain above 3 of 10 suggests to stop, above 4 stops",
        "glute_left=1,ham_left=2",
        "left glute 8.5 cm",
        "Feel the glute before the hamstring.",
        "say --yes to use this plan",
    ):
        assert part in shown
    assert not athletes_folder().exists()
    assert recent_of(read_settings()) == Recent()


def test_an_opened_plan_is_offered_first_and_trained_by(tmp_path: Path) -> None:
    """Else the plan lies in a folder, and the session runs as if there were none."""
    keep_recent(Recent("old", "sliders", "cyton", "COM3", sites="glute_left=7"))
    told = done(plan_command, "open", saved(tmp_path, a_plan().to_json()), "--athlete", "me", "--yes")
    assert told["used"]
    last = recent_of(read_settings())
    assert (last.athlete, last.protocol, last.board, last.port) == ("me", "power_position", "cyton", "COM3")
    assert last.sites == "glute_left=1,ham_left=2"
    assert last.protocols == ("power_position", "sliders")
    found = prescription("me", "power_position")
    assert found is not None
    assert found.aims == {Side.LEFT: Aims(40.0), Side.RIGHT: Aims(30.0, ceiling=True, ceiling_pct=25.0)}
    assert found.common == Aims(30.0, ceiling=True, ceiling_pct=25.0)
    assert (found.limits.suggest, found.limits.stop) == (3, 4)
    assert [getattr(planned, "holds", 0) for planned in found.exercise.sets] == [3, 6, 6]
    assert found.exercise.timing.rest_between_holds_s == 12.0
    assert prescription("me", "sliders") is None
    assert prescription("other", "power_position") is None
    assert planned_centimetres("me") == {"glute_left": 8.5}
    kept = next(plans_folder("me").iterdir())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_session_runs_by_the_plan_unless_somebody_sets_it_today(tmp_path: Path) -> None:
    """Else the plan is shown and the session asks for something else."""
    chosen = replace(
        demo_plan(seed=1, faults=(), speed=0.0, parent=tmp_path),
        athlete="me",
        aims=Aims(feedback=Feedback.FELT),
    )
    assert by_plan(chosen) == chosen
    keep_plan(opening(saved(tmp_path, a_plan(pain_stop=6).to_json()), "me"), NOW)
    found = by_plan(chosen)
    felt = Feedback.FELT
    assert found.aims == Aims(30.0, ceiling=True, ceiling_pct=25.0, feedback=felt), "of both legs at once"
    assert found.aims_of(Side.LEFT) == Aims(40.0, feedback=felt)
    assert found.aims_of(Side.RIGHT) == Aims(30.0, ceiling=True, ceiling_pct=25.0, feedback=felt)
    assert {found.aims_of(legs) for legs in Legs} == {found.aims}
    assert found.limits == PainLimits(3, 6)
    assert found.exercise.timing.rest_between_holds_s == 12.0
    today = replace(chosen, aims=Aims(20.0), limits=PainLimits(1, 2))
    assert (by_plan(today).aims, by_plan(today).limits) == (Aims(20.0), PainLimits(1, 2))
    assert by_plan(today).leg_aims == {}


def test_legs_that_are_asked_for_the_same_have_no_aims_of_their_own(tmp_path: Path) -> None:
    """Else every session of a plan says twice what it says once, and an older program refuses it."""
    alike = dict.fromkeys(("left", "right"), SideAim(target_pct=35.0))
    keep_plan(opening(saved(tmp_path, a_plan(aims=alike).to_json()), "me"), NOW)
    found = by_plan(replace(demo_plan(seed=1, faults=(), speed=0.0, parent=tmp_path), athlete="me"))
    assert (found.aims, found.leg_aims) == (Aims(35.0), {})


def test_only_where_both_legs_work_at_once_the_lower_target_is_said_to_count(tmp_path: Path) -> None:
    """Else the home reads that the stronger leg is asked for less, and it is not."""
    lower = home_words.SAME_FOR_BOTH
    assert lower not in opening(saved(tmp_path, a_plan().to_json()), "me").changes
    both = a_plan(protocol="hip_hinge", dose=Dose())
    assert lower in opening(saved(tmp_path, both.to_json()), "me").changes


def test_a_practice_does_as_much_as_the_plan_says_and_stops_at_its_pain(tmp_path: Path) -> None:
    """Else somebody at home does six holds with a board and three without."""
    keep_plan(opening(saved(tmp_path, a_plan(pain_suggest=1, pain_stop=2).to_json()), "me"), NOW)
    plan = practice_plan(
        find_protocol("power_position"), source=ClockSource(), athlete="me", parent=tmp_path, attended=False
    )
    found = by_plan(plan)
    assert [(planned.kind, planned.holds, planned.times) for planned in _holds(found)] == [("holds", 6, 2)]
    assert found.exercise.timing.rest_between_holds_s == 12.0
    assert (found.limits, found.practice) == (PainLimits(1, 2), True)
    assert "give it a rest today" in refused(
        5, practice_command, "--protocol", "power_position", "--athlete", "me", "--headless", "--pain", 3
    )


def _holds(plan: SessionPlan) -> list[HoldsSet]:
    return [planned for planned in plan.exercise.sets if isinstance(planned, HoldsSet)]


def test_another_board_takes_no_port_of_the_last_one(tmp_path: Path) -> None:
    """Else the first screen opens a Cyton's port as another board."""
    keep_recent(Recent("old", "sliders", "ganglion", "COM3"))
    opened = opening(saved(tmp_path, a_plan().to_json()), "me")
    assert any("prefers the" in line for line in opened.changes)
    keep_plan(opened, NOW)
    last = recent_of(read_settings())
    assert (last.board, last.port) == ("cyton", "")


def test_the_plan_before_is_kept_and_named(tmp_path: Path) -> None:
    """Else nobody can see what he trained by in March."""
    first = saved(tmp_path, a_plan().to_json())
    later = a_plan(made_at=a_plan().made_at + timedelta(days=7), per_week=2)
    second = saved(tmp_path, later.to_json(), "y.powerhold-plan")
    keep_plan(opening(first, "me"), NOW)
    assert "This very plan is in use already" in opening(first, "me").changes
    assert "It replaces the plan of 2026-05-04, which is kept" in opening(second, "me").changes
    keep_plan(opening(second, "me"), NOW)  # within the same second
    assert current_plan("me") == later
    assert "It is older than the plan in use" in opening(first, "me").changes[-1]
    for minute in range(9):
        keep_plan(opening(first, "me"), NOW + timedelta(minutes=minute // 9))
    assert len(list(plans_folder("me").iterdir())) == 11
    assert current_plan("me") == a_plan()  # -11 comes after -9


def test_an_own_exercise_comes_along_and_replaces_none_unseen(tmp_path: Path) -> None:
    """Else the plan names an exercise that is not there, or one of the user's own is gone."""
    path = saved(tmp_path, with_own_protocol().to_json())
    assert any("is new here" in line for line in opening(path, "me").changes)
    keep_plan(opening(path, "me"), NOW)
    mine = find_protocol("my_bridge")
    assert mine == with_own_protocol().own_protocol
    assert not any("own" in line for line in opening(path, "me").changes)
    file = protocols_folder() / "my_bridge.toml"
    edited = file.read_text(encoding="utf-8").replace(mine.title, "Another")
    replace_file(file, edited)
    assert any("my_bridge.toml.before-1" in line for line in opening(path, "me").changes)
    keep_plan(opening(path, "me"), NOW)
    assert find_protocol("my_bridge") == mine
    assert (protocols_folder() / "my_bridge.toml.before-1").read_text(encoding="utf-8") == edited


def test_what_this_version_does_not_know_is_refused_whole(tmp_path: Path) -> None:
    """Else a plan is half used."""
    own = with_own_protocol().own_protocol
    assert own is not None
    taken = own.model_copy(update={"code": "sliders"})
    for plan, said in (
        (a_plan(protocol="of_tomorrow"), "exercise of_tomorrow is not known"),
        (a_plan(board="of_tomorrow"), "board of_tomorrow is not known"),
        (a_plan(protocol="sliders", own_protocol=taken), "of one that comes with the program"),
    ):
        path = saved(tmp_path, plan.to_json())
        assert said in refused(4, plan_command, "open", path, "--athlete", "me", "--yes")
    assert not athletes_folder().exists()


def test_a_broken_file_ends_with_4_and_changes_nothing(tmp_path: Path, powerhold_home: Path) -> None:
    """Else a plan that arrived damaged is followed."""
    for text in ("", "{}", json.dumps(fields(pain_stop=11)), json.dumps(fields(schema=2))):
        refused(4, plan_command, "open", saved(tmp_path, text), "--athlete", "me", "--yes")
    refused(4, plan_command, "open", tmp_path / "none", "--yes")
    assert not powerhold_home.exists()


def test_whose_it_is_here_is_asked(tmp_path: Path) -> None:
    """Else the clinic's number becomes a second athlete at home."""
    path = saved(tmp_path, a_plan().to_json())
    assert "say with --athlete who uses it here" in refused(2, plan_command, "open", path, "--yes")
    sessions_folder("P17").mkdir(parents=True)
    assert done(plan_command, "open", path, "--yes")["athlete"] == "P17"


def test_a_plan_that_was_damaged_here_is_said_and_offers_nothing(tmp_path: Path) -> None:
    """Else a session runs by an older plan without a word."""
    keep_plan(opening(saved(tmp_path, a_plan().to_json()), "me"), NOW)
    keep_plan(opening(saved(tmp_path, a_plan(per_week=1).to_json()), "me"), NOW + timedelta(minutes=1))
    newest = max(plans_folder("me").iterdir())
    newest.write_text("{", encoding="utf-8")
    with pytest.raises(PlanFileError):
        prescription("me", "power_position")
    assert planned_centimetres("me") == {}
    assert opening(saved(tmp_path, a_plan().to_json()), "me").changes
