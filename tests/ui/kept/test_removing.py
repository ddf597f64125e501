"""Claims about deleting: said plainly before, and true after."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from calibrations.shelf import shelve
from emg.session.index import SessionIndex
from tests.emg.session.past import past_session
from tests.ui.kept.kept_library import RIGHT, WRONG, furnish, session
from ui.commands.delete import delete_command
from ui.kept import carrying_on
from ui.kept.athletes import athletes, keep_name, name_of
from ui.kept.home import UNFINISHED, athletes_folder, calibrations_folder, home, sessions_folder
from ui.kept.index import INDEX
from ui.kept.library import look
from ui.kept.morning_notes import mornings
from ui.kept.recent import recent_of
from ui.kept.removing import athlete_going, remove_athlete
from ui.kept.settings import read_settings
from ui.words import library_words


def call(*words: str, typed: str | None = None) -> Result:
    result = CliRunner().invoke(delete_command, words, input=typed)
    assert not isinstance(result.exception, Exception), result.exception
    return result


def mentions(text: str) -> list[str]:
    """Name everything in the home that has a text in it, or in its own name."""
    return [
        str(path.relative_to(home()))
        for path in home().rglob("*")
        if text in str(path.relative_to(home())) or (path.is_file() and text.encode() in path.read_bytes())
    ]


@pytest.fixture
def folders() -> tuple[Path, Path]:
    found = session(), session(WRONG, 30.0)
    furnish(WRONG, *found)
    session(RIGHT, 3.0)
    parents = {athlete: sessions_folder(athlete) for athlete in (WRONG, RIGHT)}
    SessionIndex(home() / INDEX, lambda: time.time_ns() + 10**10).look(parents)
    return found


def test_before_it_is_said_what_goes_how_much_from_when_to_when_and_what_does_not(
    folders: tuple[Path, Path],
) -> None:
    """Else somebody says yes to more than they know."""
    result = call("--athlete", WRONG, typed="\n")
    said = result.stderr
    assert f"All of {WRONG} will be deleted: 2 sessions from 2026-03-01 to 2026-03-31, 2 calibrations" in said
    assert "2 files of notes, the name, " in said
    assert "kB." in said
    assert "no undo" in said
    assert "exported, saved elsewhere with --out, or is in a backup is not deleted" in said
    assert f"To delete it, type {WRONG}" in said


@pytest.mark.parametrize(("typed", "exit_code"), [("yes\n", 5), ("\n", 5), ("RUNNER-07\n", 5), (None, 2)])
def test_nothing_goes_unless_the_id_is_typed(
    folders: tuple[Path, Path], typed: str | None, exit_code: int
) -> None:
    """Else a habit of saying yes deletes a patient."""
    before = mentions(WRONG)
    for words in (("--athlete", WRONG), (folders[0].name,)):
        result = call(*words, typed=typed)
        assert result.exit_code == exit_code
        assert "nothing was deleted" in result.stderr
    assert mentions(WRONG) == before


@pytest.mark.parametrize("yes", [True, False])
def test_after_it_nothing_in_this_home_knows_the_athlete(folders: tuple[Path, Path], *, yes: bool) -> None:
    """Else deleted means hidden."""
    assert INDEX in mentions(WRONG)
    words = ("--athlete", WRONG, *(("--yes",) if yes else ()))
    result = call(*words, "--json", typed=None if yes else f"{WRONG}\n")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["sessions"] == 2
    assert mentions(WRONG) == []
    assert mentions("Müller") == []
    assert [path.name for path in athletes_folder().iterdir()] == [RIGHT]
    assert [entry.id for entry in athletes()] == [RIGHT]
    recent = recent_of(read_settings())
    assert (recent.athlete, recent.athletes) == ("", (RIGHT,))
    assert recent.protocol == "power_position"
    assert not (home() / UNFINISHED).exists()
    assert len(look([RIGHT]).listed) == 1
    assert INDEX in mentions(RIGHT)


def test_a_name_alone_is_deleted_too(powerhold_home: Path) -> None:
    """Else a name stays for ever, whose folder somebody has deleted by hand."""
    keep_name("runner-09", "Zoë")
    assert call("--athlete", "runner-09", "--yes").exit_code == 0
    assert name_of("runner-09") == ""
    again = call("--athlete", "runner-09", "--yes")
    assert again.exit_code == 5
    assert "Nothing is kept of runner-09 here." in again.stderr


def test_one_session_goes_with_its_calibration_and_its_morning(folders: tuple[Path, Path]) -> None:
    """Else what a patient took back is still there in part; or more goes than was said."""
    first, other = folders
    result = call(first.name, typed=f"{WRONG}\n")
    assert result.exit_code == 0
    assert "1 session of 2026-03-01, 1 calibration, 1 file of notes" in result.stderr
    assert not first.exists()
    assert other.exists()
    assert [one.path.name for one in shelve(calibrations_folder(WRONG))] == ["20260331T093215Z.json"]
    assert set(mornings(WRONG)) == {other.name}
    assert mentions(first.name) == []
    assert name_of(WRONG) == "Änne Müller"


class Killed(BaseException):
    """What no handler of errors catches."""


def test_a_deletion_that_is_killed_is_ended_at_the_next_look(
    monkeypatch: pytest.MonkeyPatch, folders: tuple[Path, Path]
) -> None:
    """Else half of a patient stays where nobody looks."""

    def killed(_folder: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carrying_on, "_emptied", killed)
        with pytest.raises(Killed):
            remove_athlete(WRONG)
    assert not (athletes_folder() / WRONG).exists()
    assert mentions("Müller") != []
    assert look([RIGHT]).broken == ()
    assert mentions(WRONG) == []
    assert mentions("Müller") == []


def test_a_read_only_folder_goes_too(folders: tuple[Path, Path]) -> None:
    """Else a copy from a camera card cannot be deleted."""
    folders[0].chmod(0o500)
    remove_athlete(WRONG)
    assert mentions(WRONG) == []


def test_a_disk_that_refuses_is_said_and_it_goes_with_the_next_try(
    monkeypatch: pytest.MonkeyPatch, folders: tuple[Path, Path]
) -> None:
    """Else "deleted" is said of what is still there."""

    def refused(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(carrying_on, "_emptied", refused)
        result = call("--athlete", WRONG, "--yes")
        assert result.exit_code == 4
        assert "Not all could be deleted (Permission denied)" in result.stderr
        assert "Deleted:" not in result.stderr
    look([RIGHT])
    assert mentions(WRONG) == []


def test_what_runs_is_not_deleted(folders: tuple[Path, Path]) -> None:
    """Else the writer makes it anew, in part."""
    past_session(sessions_folder(WRONG), athlete=WRONG, killed=True)
    result = call("--athlete", WRONG, "--yes")
    assert result.exit_code == 5
    assert "still being recorded" in result.stderr
    assert folders[0].exists()


def test_names_that_cannot_be_read_stop_it_before_anything_goes(folders: tuple[Path, Path]) -> None:
    """Else all is gone but the name."""
    (home() / "names.json").write_text("{")
    result = call("--athlete", WRONG, "--yes")
    assert result.exit_code == 4
    assert folders[0].exists()


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [((), 2), (("x", "--athlete", "y"), 2), (("--athlete", "../x"), 2), (("nothing-there",), 4)],
)
def test_it_must_be_clear_what_is_meant(words: tuple[str, ...], exit_code: int) -> None:
    """Else something else is deleted."""
    result = call(*words, "--yes")
    assert result.exit_code == exit_code
    assert "Traceback" not in result.stderr


def test_a_session_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """Else the command deletes any folder it is pointed at."""
    elsewhere = past_session(tmp_path / "elsewhere")
    result = call(str(elsewhere), "--yes")
    assert result.exit_code == 5
    assert elsewhere.exists()
    assert call(str(tmp_path), "--yes").exit_code == 5


def test_what_a_link_points_at_goes_with_it(tmp_path: Path) -> None:
    """Else an athlete kept on another disk is only hidden."""
    session()
    real = tmp_path / "other-disk"
    (athletes_folder() / WRONG).rename(real)
    (athletes_folder() / WRONG).symlink_to(real)
    remove_athlete(WRONG)
    assert not real.exists()
    assert not os.path.lexists(athletes_folder() / WRONG)


def test_counting_changes_nothing(folders: tuple[Path, Path]) -> None:
    """Else asking is already half of it."""

    def state() -> dict[str, Any]:
        return {str(path): path.stat().st_mtime_ns for path in athletes_folder().rglob("*")}

    before = state()
    going = athlete_going(WRONG)
    assert state() == before
    assert going.n_sessions == 2
    assert library_words.size_words(going.n_bytes).endswith("kB")
    assert [library_words.size_words(n) for n in (5, 1_250_000, 3_000_000_000)] == ["5 B", "1.2 MB", "3.0 GB"]
