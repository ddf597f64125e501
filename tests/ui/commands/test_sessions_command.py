"""Claims about `powerhold sessions`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result

from emg.montage import Side
from emg.results import Outcome, Role
from emg.session.library import SessionPain, read_digest
from emg.session.small_files import Kind
from emg.session.trend import TYPICAL_OF
from tests.emg.session.parts import hold, muscle
from tests.emg.session.past import digest, glute_holds, past_practice, past_session
from tests.emg.session.test_plan_file import a_plan
from ui.commands.returns import returns_command
from ui.commands.sessions import sessions_command
from ui.kept.home import athletes_folder, sessions_folder
from ui.kept.home_plan import keep_plan, opening
from ui.kept.morning import note_morning
from ui.words import trend_words

NOON = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)
"""Of today: whatever the hour of this run is, what was so many days ago was on that day."""


def did(days_ago: int, athlete: str = "anna-1", left: float = 40.0, **facts: Any) -> Path:
    started_at = NOON - timedelta(days=days_ago, minutes=1)
    trained = [
        hold(7, role=Role.TRAIN),
        hold(8, role=Role.TRAIN, outcome=Outcome.MISSED),
    ]
    tested = glute_holds((left, 1.02 * left, 1.05 * left), (50.0, 52.0, 51.0))
    taped = {"id": f"{started_at:%Y%m%dT%H%M%SZ}", "from_landmark_cm": {}, "shown": True}
    return past_session(
        sessions_folder(athlete),
        started_at,
        [*tested, *trained],
        **{"athlete": athlete, "placement": taped, **facts},
    )


def call(*arguments: str, columns: int = 80) -> Result:
    result = CliRunner().invoke(sessions_command, arguments, env={"COLUMNS": str(columns)})
    assert not isinstance(result.exception, Exception), result.exception
    return result


def told(*arguments: str) -> dict[str, Any]:
    result = call("--json", *arguments)
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def lines(*arguments: str) -> str:
    """Words of a wide screen, in one line."""
    result = call(*arguments, columns=160)
    assert result.exit_code == 0
    return " ".join(result.stdout.split())


def days_of(sessions: Sequence[dict[str, Any]]) -> list[str]:
    return [session["started_at"][:10] for session in sessions]


def test_programs_are_told_all_of_a_session() -> None:
    """Else a script has to read the files itself; names that were there stay."""
    path = did(1, sore_side="left", intake={"pain_0_10": 2})

    (found,) = told()["sessions"]

    numbers = found.pop("numbers")
    assert found == {
        "id": path.name,
        "path": str(path),
        "athlete": "anna-1",
        "protocol": "power_position",
        "kind": "session",
        "started_at": (NOON - timedelta(days=1, minutes=1)).isoformat(),
        "complete": True,
        "recovered": False,
        "simulated": False,
        "board": "cyton",
        "sore_side": "left",
        "placement": f"{NOON - timedelta(days=1, minutes=1):%Y%m%dT%H%M%SZ}",
        "way": None,
        "methods": dict.fromkeys(("glute_left", "ham_left", "glute_right", "ham_right"), "quick"),
        "holds": {"test": {"success": 6}, "train": {"success": 1, "missed": 1}},
        "n_holds": 8,
        "n_excluded": 0,
        "training": {"n_success": 1, "n": 2},
        "pain": {"before": 2, "worst": None, "after": None, "next_morning": None},
    }
    assert list(numbers["glute_lsi_pct"]) == ["value", "low", "high", "spread", "never", "doubts", "reason"]
    lsi = numbers["glute_lsi_pct"]
    assert lsi["low"] < lsi["value"] < lsi["high"]


def test_sessions_of_everybody_come_newest_first() -> None:
    """Else the session that was just done is at the bottom of a long list."""
    for athlete, days_ago in (("anna-1", 3), ("b02", 2), ("anna-1", 1)):
        did(days_ago, athlete)

    found = told()

    assert [session["athlete"] for session in found["sessions"]] == ["anna-1", "b02", "anna-1"]
    assert days_of(found["sessions"]) == sorted(days_of(found["sessions"]), reverse=True)
    assert list(found) == ["sessions", "broken"]


def test_of_one_athlete_trend_adherence_and_returns_are_told_too() -> None:
    """Else nobody can follow an athlete by a script."""
    for days_ago, left in ((9, 40.0), (6, 42.0), (3, 60.0)):
        did(days_ago, left=left)
    did(1, "b02")

    found = told("--athlete", "anna-1", "--per-day", "2")

    assert len(found["sessions"]) == 3
    (trend,) = found["trends"]
    assert (trend["athlete"], trend["protocol"], trend["n_fresh"]) == ("anna-1", "power_position", 3)
    glute = trend["numbers"]["glute_left_pct_mvc"]
    assert [len(glute["points"]), glute["before"]["n"], glute["typical"]["n"]] == [3, 2, 3]
    assert glute["change"]["pct"] == pytest.approx(100.0 * (60.0 / 41.0 - 1.0))
    assert (glute["detectable"], glute["detectable_reason"]) == (None, "sdc_needs_sessions:2")
    assert (glute["beyond"], glute["best_is"]) == (None, "highest")
    assert glute["best"]["session"] == glute["last"]["session"] == found["sessions"][0]["id"]
    assert found["adherence"]["plan"] == {"per_day": 2, "measured_per_week": 1, "per_week": None}
    assert [week["days_done"] for week in found["adherence"]["weeks"]] == [1, 2]
    assert found["returns"] == []


def test_adherence_is_held_against_the_plan_of_the_therapist(tmp_path: Path) -> None:
    """Else a plan of three times a week reads as four days missed."""
    for days_ago in (5, 3, 1):
        did(days_ago)
    path = tmp_path / "x.powerhold-plan"
    path.write_text(a_plan(per_week=3).to_json(), encoding="utf-8")
    keep_plan(opening(path, "anna-1"), datetime.now(UTC))
    found = told("--athlete", "anna-1")["adherence"]
    assert found["plan"]["per_week"] == 3
    assert [week["times_counted"] for week in found["weeks"]] == [3]
    assert [week["times_planned"] for week in found["weeks"]] == [3]
    assert "planned: 3 times a week, measured once a week" in lines("--athlete", "anna-1")
    assert told("--athlete", "anna-1", "--per-day", "2")["adherence"]["plan"]["per_week"] is None


def test_the_table_shows_a_session_as_people_read_it() -> None:
    """Else a PT sees codes."""
    did(1, intake={"pain_0_10": 2})

    said = lines()

    assert "power position 41 % 51 %" in said
    assert "1 of 2 2/-/-/-" in said
    assert trend_words.PAIN_ORDER in said
    assert "80 % (" in said


def test_a_list_without_pain_does_not_explain_it() -> None:
    """Else there is a legend for nothing."""
    did(1)

    assert trend_words.PAIN_ORDER not in lines()


def test_a_killed_session_is_shown_as_not_complete() -> None:
    """Else a crash loses the session from the list."""
    did(1, killed=True)

    assert "not complete" in lines()
    assert trend_words.NO_TREND in lines("--athlete", "anna-1")


def test_simulated_sessions_are_listed_as_such_and_enter_nothing() -> None:
    """Else the demo is somebody's best."""
    did(1, "demo", simulated=True)

    assert "power position, simulated" in lines()
    found = told("--athlete", "demo")
    assert (found["trends"], found["adherence"]["weeks"]) == ([], [])


def test_a_practice_is_listed_and_counted_and_has_no_trend() -> None:
    """Else training without a board is forgotten."""
    past_practice(sessions_folder("anna-1"), NOON - timedelta(days=1), "anna-1")

    said = lines("--athlete", "anna-1")

    assert "power position, practice -- -- -- 8 done" in said
    assert "not complete" not in said
    assert "1 of 2 days, 1 of 2 times, measured 0 of 1" in said


def test_what_cannot_be_read_is_said_beside_the_others() -> None:
    """Else one broken folder ends the list with a traceback."""
    did(1)
    (sessions_folder("anna-1") / "empty").mkdir()

    assert [one["reason"] for one in told()["broken"]] == [
        f"{sessions_folder('anna-1') / 'empty'} has no session.json, so it is not a session."
    ]
    assert trend_words.BROKEN_TITLE in lines()


def test_a_session_in_somebody_elses_folder_is_not_theirs() -> None:
    """Else a copied folder becomes another athlete's progress."""
    path = did(1, "b02")
    shutil.copytree(path, sessions_folder("anna-1") / path.name)

    found = told("--athlete", "anna-1")

    assert (found["sessions"], found["trends"]) == ([], [])
    (broken,) = found["broken"]
    assert broken["reason"].endswith("is of athlete b02, and lies in the wrong folder.")


def test_nothing_yet_is_said_with_what_to_do() -> None:
    """Else an empty screen looks like a failure."""
    assert lines() == trend_words.NO_SESSIONS
    assert told() == {"sessions": [], "broken": []}


@pytest.mark.parametrize("athlete", ["Anna Smith", "../b02", ""])
def test_a_name_or_a_path_is_no_athlete(athlete: str) -> None:
    """Else a list reads folders that are not its own."""
    result = call("--athlete", athlete)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_the_trend_says_how_many_fresh_electrodes_are_still_needed() -> None:
    """Else two sessions look like a result."""
    did(3)
    did(1, left=60.0)

    said = lines("--athlete", "anna-1")

    assert "power position: 2 sessions, 2 with fresh electrodes known" in said
    assert trend_words.NEEDS_SESSIONS.format(n=2) in said
    assert "Left glute, % of best 41 % -- 61 % +50 % -- 61 %" in said
    assert trend_words.BEYOND_LEGEND not in said


def test_a_change_beyond_the_own_scatter_is_marked_and_explained() -> None:
    """Else nobody finds the one number that really changed, or takes the mark for a diagnosis."""
    for days_ago, left in ((18, 40.0), (15, 44.0), (12, 39.0), (9, 43.0), (6, 41.0), (3, 80.0)):
        did(days_ago, left=left)

    said = lines("--athlete", "anna-1")

    assert "+95 % *" in said
    assert trend_words.BEYOND_LEGEND in said
    assert trend_words.NEEDS_SESSIONS[:30] not in said
    assert f"up to {TYPICAL_OF} sessions" in said


def test_five_tapings_judge_from_the_next_one_on() -> None:
    """Else a change is shown beside a scatter that it made itself, without a word."""
    for days_ago, left in ((15, 40.0), (12, 44.0), (9, 39.0), (6, 43.0), (3, 80.0)):
        did(days_ago, left=left)

    said = lines("--athlete", "anna-1")

    assert trend_words.FROM_NEXT_ON in said
    assert trend_words.BEYOND_LEGEND not in said


def test_symmetry_is_never_shown_as_strength() -> None:
    """Else an athlete goes back to sprinting on a number that says nothing of it."""
    did(1)

    assert trend_words.NOT_STRENGTH in lines("--athlete", "anna-1")


def test_the_morning_after_stands_beside_its_session() -> None:
    """Else the pain that matters most is nowhere to be seen."""
    did(1, intake={"pain_0_10": 1})

    note_morning("anna-1", 3, NOON)

    assert told()["sessions"][0]["pain"]["next_morning"] == 3
    assert "1/-/-/3" in lines()


def test_broken_notes_leave_the_list_as_it_is() -> None:
    """Else one small file hides all sessions."""
    did(1)
    for name in ("mornings.json", "returns.json"):
        (athletes_folder() / "anna-1" / name).write_text("{")

    result = call("--athlete", "anna-1")
    json_result = call("--athlete", "anna-1", "--json")

    assert (result.exit_code, json_result.exit_code) == (0, 0)
    assert "power position" in result.stdout
    assert len(json.loads(json_result.stdout)["sessions"]) == 1
    assert result.stderr.count("cannot be read") == json_result.stderr.count("cannot be read") == 2


def test_what_was_noted_of_coming_back_stands_beside_the_trend() -> None:
    """Else feeling and strength are looked up elsewhere, and EMG is taken for them."""
    did(1)
    CliRunner().invoke(
        returns_command, ["add", "--athlete", "anna-1", "--feels-left", "8", "--bridges-left", "22"]
    )

    assert trend_words.RETURNS_TITLE in lines("--athlete", "anna-1")
    assert told("--athlete", "anna-1")["returns"][0]["feels_left_0_10"] == 8


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    """Else a table is torn where it is read most."""
    did(2, intake={"pain_0_10": 10}, protocol="my_own_protocol_with_a_very_long_name")
    did(1, "a-second-athlete-with-a-long-id", killed=True)

    for arguments in ((), ("--athlete", "anna-1")):
        said = call(*arguments, columns=columns).stdout.splitlines()
        assert max(map(len, said)) <= columns


def test_a_muscle_that_never_came_is_told_as_never() -> None:
    """Else the worst result looks like a missing one."""
    late = [hold(n, Side.LEFT, glute=muscle(6.0, None), ham=muscle()) for n in (1, 2, 3)]
    past_session(sessions_folder("anna-1"), NOON - timedelta(days=1), late, athlete="anna-1")

    assert "Left glute is there after -- -- never" in lines("--athlete", "anna-1")


def test_a_doubtful_maximum_is_marked_and_explained() -> None:
    """Else a percentage of half a maximum is read as it stands."""
    path = did(1)
    summary = json.loads((path / "summary.json").read_text())
    summary["references"]["glute_left"]["doubts"] = ["painful"]
    (path / "summary.json").write_text(json.dumps(summary))

    assert "41 % ?" in lines()
    assert trend_words.DOUBT_LEGEND in lines("--athlete", "anna-1")


def test_every_number_and_kind_has_its_words() -> None:
    """Else a row of the trend is missing without anybody noticing."""
    numbers = read_digest(did(1)).numbers

    assert set(numbers) == set(trend_words.NUMBERS)
    assert {trend_words.state_words(digest(0, kind=kind)) for kind in get_args(Kind)} == {
        "power position",
        "power position, practice",
        "power position, recording",
    }
    assert trend_words.pain_words(SessionPain(), None) == "--"
