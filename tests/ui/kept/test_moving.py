"""Claims about moving a session to the right athlete."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from calibrations.shelf import shelve
from calibrations.store import save
from emg.session.bundle import read_events, read_session
from tests.emg.session.past import past_session
from tests.ui.kept.kept_library import BEFORE, RIGHT, TAPED, WRONG, calibration, furnish, session
from ui.commands.move import move_command
from ui.kept import moved_files
from ui.kept.carrying_on import alone
from ui.kept.home import UNFINISHED, athletes_folder, calibrations_folder, home, sessions_folder
from ui.kept.keeping import KeepingError
from ui.kept.library import athlete_library, look
from ui.kept.morning_notes import mornings
from ui.kept.moving import move
from ui.kept.placements import current_placement, keep_placement


def call(*words: str) -> Result:
    result = CliRunner().invoke(move_command, words)
    assert not isinstance(result.exception, Exception), result.exception
    return result


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def where(name: str) -> dict[str, int]:
    """How often each athlete is shown a session, and that it is whole wherever it is."""
    shelf = look([WRONG, RIGHT])
    assert shelf.broken == ()
    return {
        athlete: sum(one.id == name and one.athlete == athlete for one in shelf.listed)
        for athlete in (WRONG, RIGHT)
    }


@pytest.fixture
def folder() -> Path:
    found = session()
    session(RIGHT, 3.0)
    return found


def test_a_moved_session_is_the_right_athletes_in_every_file(folder: Path) -> None:
    """Else a table or a calibration still tells of somebody else."""
    before, raw = files(folder), folder.joinpath("raw.bdf").read_bytes()
    moved = move(folder, RIGHT)
    assert moved.folder == sessions_folder(RIGHT) / folder.name
    assert not folder.exists()
    after = files(moved.folder)
    assert set(after) == set(before)
    assert not any(WRONG.encode() in content for content in after.values())
    assert after["raw.bdf"] == raw
    record = read_session(moved.folder)
    assert record.athlete == RIGHT
    assert record.calibration is not None
    assert record.calibration["athlete"] == RIGHT
    rows = list(csv.DictReader(after["holds.csv"].decode().splitlines()))
    assert {row["athlete"] for row in rows} == {RIGHT}
    assert after["holds.csv"] == before["holds.csv"].replace(WRONG.encode(), RIGHT.encode())
    assert after["session.json"] == before["session.json"].replace(WRONG.encode(), RIGHT.encode())
    assert not any(path.name.startswith(".") for path in sessions_folder(WRONG).iterdir())
    assert where(folder.name) == {WRONG: 0, RIGHT: 1}
    assert {path.stat().st_mode & 0o777 for path in moved.folder.iterdir()} == {0o600}


def test_the_move_leaves_a_trace_that_names_nobody(folder: Path) -> None:
    """Else nobody can tell why the session is here; and a name there would outlive its deletion."""
    before = read_events(folder)
    *same, trace = read_events(move(folder, RIGHT).folder)
    assert same == before
    assert trace.detail["question"] == "athlete"
    assert trace.detail["answer"] == "moved"
    assert WRONG not in str(trace.detail)


def test_the_calibration_measured_in_it_goes_along_and_others_stay(folder: Path) -> None:
    """Else the wrong athlete is trained at somebody else's maximum."""
    session(WRONG, 5.0)
    (taken,) = {shelved.path.name for shelved in shelve(calibrations_folder(WRONG))} - {
        "20260306T093215Z.json"
    }
    moved = move(folder, RIGHT)
    assert moved.n_calibrations == 1
    theirs = {shelved.path.name: shelved.calibration for shelved in shelve(calibrations_folder(RIGHT))}
    assert taken in theirs
    assert {one.athlete for one in theirs.values() if one is not None} == {RIGHT}
    assert [shelved.path.name for shelved in shelve(calibrations_folder(WRONG))] == ["20260306T093215Z.json"]


def test_a_calibration_measured_before_it_stays_and_that_is_said() -> None:
    """Else an athlete loses a maximum of their own, or nobody learns whose maximum the numbers are of."""
    folder = session(measured=False)
    past_session(sessions_folder(RIGHT), athlete=RIGHT)
    assert "several sessions" in call(folder.name, "--to", RIGHT).stderr
    result = call(str(folder), "--to", RIGHT)
    assert result.exit_code == 0
    assert f"measured before it, as {WRONG}'s" in result.stderr
    assert len(shelve(calibrations_folder(WRONG))) == 1
    assert shelve(calibrations_folder(RIGHT)) == []


def test_the_answer_of_the_morning_after_goes_along(folder: Path) -> None:
    """Else the pain of one is read as another's."""
    other = session(WRONG, 5.0)
    furnish(WRONG, folder, other)
    move(folder, RIGHT)
    assert set(mornings(RIGHT)) == {folder.name}
    assert set(mornings(WRONG)) == {other.name}


def test_the_present_taping_goes_along_and_the_one_before_is_back(folder: Path) -> None:
    """Else the next session of the wrong athlete begins with somebody else's centimetres."""
    keep_placement(WRONG, TAPED)
    earlier = datetime(2026, 2, 20, 9, tzinfo=UTC)
    save(calibration(earlier, placement=BEFORE), calibrations_folder(WRONG))
    move(folder, RIGHT)
    assert current_placement(RIGHT) == TAPED
    assert current_placement(WRONG) == BEFORE


def test_a_taping_that_another_session_wears_stays(folder: Path) -> None:
    """Else the electrodes of an athlete are forgotten, who wears them."""
    session(WRONG, 0.1)
    keep_placement(WRONG, TAPED)
    move(folder, RIGHT)
    assert current_placement(WRONG) == TAPED


def test_a_name_that_is_taken_there_gets_a_number(folder: Path) -> None:
    """Else one of two sessions is overwritten."""
    there = past_session(sessions_folder(RIGHT), athlete=RIGHT)
    assert there.name == folder.name
    kept = files(there)
    moved = move(folder, RIGHT)
    assert moved.folder.name == f"{folder.name}-2"
    assert read_session(moved.folder).id == moved.folder.name
    assert f",{moved.folder.name}," in (moved.folder / "holds.csv").read_text()
    assert files(there) == kept


class Killed(BaseException):
    """What no handler of errors catches, as nobody catches a kill."""


def test_killed_anywhere_it_is_here_or_there_and_whole(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Else an hour of a patient's work is in two places, in none, or in pieces."""
    furnish(WRONG, folder)
    whole = files(folder)
    steps, seen = 0, set()
    saved = home().with_name("saved")
    shutil.copytree(home(), saved)
    while True:
        steps += 1
        with monkeypatch.context() as patch:
            die_at(patch, steps)
            try:
                move(sessions_folder(WRONG) / folder.name, RIGHT)
            except Killed:
                pass
            else:
                break
        found = where(folder.name)
        assert sorted(found.values()) == [0, 1], (steps, found)
        owner = WRONG if found[WRONG] else RIGHT
        seen.add(owner)
        assert set(files(sessions_folder(owner) / folder.name)) == set(whole)
        assert folder.name in mornings(owner)
        assert not (home() / UNFINISHED).exists()
        assert [path.name for path in athletes_folder().glob("*/sessions/.*")] == []
        owned = [shelved.path.name for shelved in shelve(calibrations_folder(owner))]
        assert len(owned) == (1 if owner == WRONG else 2)
        shutil.rmtree(home())
        shutil.copytree(saved, home())
    assert seen == {WRONG, RIGHT}
    assert steps > 12


def die_at(patch: pytest.MonkeyPatch, step: int) -> None:
    """Let the program die at its n-th change to the disk; all that comes after is dead too."""
    made = [0]

    def dying(name: str) -> None:
        real = getattr(os, name)

        def one(*given: Any, **facts: Any) -> Any:
            made[0] += 1
            if made[0] >= step:
                raise Killed
            return real(*given, **facts)

        patch.setattr(os, name, one)

    for name in ("link", "rename", "replace", "unlink", "rmdir", "mkdir"):
        dying(name)


def test_where_the_disk_has_no_second_names_files_are_copied(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """Else nothing can be moved on a stick."""

    def none(*_given: Any, **_facts: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    raw = (folder / "raw.bdf").read_bytes()
    monkeypatch.setattr(os, "link", none)
    assert (move(folder, RIGHT).folder / "raw.bdf").read_bytes() == raw


def test_a_disk_that_refuses_leaves_it_where_it_was(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Else half a session lies beside the whole one."""
    before = files(folder)

    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(moved_files, "sync_folder", full)
    result = call(folder.name, "--to", RIGHT)
    assert result.exit_code == 4
    assert "No space left on device" in result.stderr
    assert files(folder) == before
    assert where(folder.name) == {WRONG: 1, RIGHT: 0}


def test_a_hold_that_a_kill_cut_short_changes_its_name_too(folder: Path) -> None:
    """Else the last line names the wrong athlete for ever."""
    with (folder / "holds.csv").open("a") as file:
        file.write(f"{WRONG},{folder.name},power_po")
    moved = move(folder, RIGHT).folder
    assert (moved / "holds.csv").read_text().endswith(f"\n{RIGHT},{folder.name},power_po")


@pytest.mark.parametrize(
    ("to", "words", "exit_code", "said"),
    [
        ("nobody-1", (), 5, "There is no athlete nobody-1 here"),
        (WRONG, (), 5, f"is {WRONG}'s already"),
        ("../x", (), 2, "cannot be an athlete's id"),
        ("nobody-1", ("--new",), 0, "is nobody-1's now"),
    ],
)
def test_the_right_athlete_must_be_one(
    folder: Path, to: str, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    """Else a slip of the finger makes a new athlete, or a folder somewhere."""
    result = call(str(folder), "--to", to, *words)
    assert result.exit_code == exit_code
    assert said in result.stderr
    assert folder.exists() is (exit_code != 0)


def test_a_session_that_runs_or_lies_elsewhere_is_not_moved(tmp_path: Path) -> None:
    """Else its writer goes on into a folder that is gone."""
    session(RIGHT)
    running = past_session(sessions_folder(WRONG), athlete=WRONG, killed=True)
    with pytest.raises(KeepingError, match="still being recorded"):
        move(running, RIGHT)
    elsewhere = past_session(tmp_path / "elsewhere")
    with pytest.raises(KeepingError, match="in no athlete's folder"):
        move(elsewhere, RIGHT)
    assert running.exists()
    assert elsewhere.exists()


def test_a_session_in_the_wrong_folder_is_set_right(folder: Path) -> None:
    """Else a folder that was dragged there by hand is broken for ever."""
    dragged = sessions_folder(WRONG) / "dragged"
    theirs = past_session(sessions_folder(RIGHT), athlete=RIGHT)
    theirs.rename(dragged)
    assert len(look([WRONG]).broken) == 1
    move(dragged, RIGHT)
    assert look([WRONG]).broken == ()
    assert len(athlete_library(RIGHT).digests) == 2


def test_a_report_made_before_is_named(folder: Path) -> None:
    """Else a page with the wrong id is handed out."""
    (folder / "report.pdf").write_bytes(b"%PDF")
    result = call(folder.name, "--to", RIGHT, "--json")
    assert json.loads(result.stdout)["made_before"] == ["report.pdf"]
    assert "report.pdf. Make them again." in result.stderr


@pytest.mark.parametrize(
    "note",
    [
        "",
        "{}",
        '{"work": "delete", "athlete": "../../x"}',
        '{"work": "delete", "athlete": "runner-07", "session": "../../runner-08"}',
        '{"work": "move", "athlete": "runner-07", "session": "..", "to": "runner-08", "name": "x"}',
    ],
)
def test_a_note_of_unfinished_work_that_says_nonsense_harms_nobody(folder: Path, note: str) -> None:
    """Else a file that somebody wrote deletes what it points at."""
    (home() / UNFINISHED).write_text(note)
    assert where(folder.name) == {WRONG: 1, RIGHT: 0}
    assert not (home() / UNFINISHED).exists()


def test_two_programs_do_not_move_at_once(folder: Path) -> None:
    """Else one undoes what the other is in the middle of."""
    with alone(), pytest.raises(KeepingError, match="Another PowerHold"):
        move(folder, RIGHT)
    assert where(folder.name) == {WRONG: 1, RIGHT: 0}
