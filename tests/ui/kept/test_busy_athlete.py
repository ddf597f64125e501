"""While a session of an athlete runs, nothing of theirs is moved, deleted, received or imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from tests.emg.session.past import past_session
from tests.sessions import KeptFront
from tests.ui.analysis.analysing import two_muscles
from tests.ui.commands.home_parts import done, run
from tests.ui.kept.kept_library import RIGHT, WRONG, session
from ui.assembly import SessionRunner
from ui.commands.delete import delete_command
from ui.commands.import_file import import_command
from ui.commands.move import move_command
from ui.commands.receive import receive_command
from ui.commands.send import send_command
from ui.kept import moving, removing
from ui.kept.athlete_lock import NAME, AthleteBusy, AthleteLock
from ui.kept.carrying_on import alone
from ui.kept.home import UNFINISHED, athletes_folder, home, sessions_folder
from ui.kept.keeping import KeepingError, Task, begin
from ui.kept.library import end_unfinished, look
from ui.session.plan import SessionPlan, demo_plan

BUSY = "Another PowerHold works with athlete {who}: end the session there first."
READ = ("--sites", "glute_left=GM_uV,ham_left=2", "--fs", "250", "--date", "2026-03-02")


@pytest.fixture
def folder() -> Path:
    session(RIGHT, 3.0)
    return session()


@pytest.fixture
def running(folder: Path) -> Iterator[str]:
    """A session of the athlete runs: what another program sees of it is its lock."""
    lock = AthleteLock(WRONG)
    lock.take()
    yield WRONG
    lock.release()


def state() -> dict[str, int]:
    """All that is kept of athletes, and when it was last written."""
    files = (path for path in athletes_folder().rglob("*") if path.is_file() and path.name != NAME)
    return {str(path): path.stat().st_mtime_ns for path in files}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (move_command, ("{session}", "--to", RIGHT)),
        (move_command, ("{other}", "--to", WRONG)),
        (delete_command, ("{session}", "--yes")),
        (delete_command, ("--athlete", WRONG, "--yes")),
        (receive_command, ("{parcel}", "--athlete", WRONG)),
        (import_command, ("{file}", "--athlete", WRONG, *READ)),
    ],
    ids=["move away", "move here", "delete a session", "delete all", "receive", "import"],
)
def test_a_session_that_runs_is_left_alone_by_one_sentence(
    folder: Path, tmp_path: Path, running: str, command: click.Command, words: tuple[str, ...]
) -> None:
    """Else its calibration goes while it is measured by it, or its folder while it is written."""
    elsewhere = past_session(tmp_path / "elsewhere", athlete="x")
    done(send_command, elsewhere, "--out", tmp_path / "s.powerhold")
    (other,) = sessions_folder(RIGHT).glob("*Z-*")
    told = {
        "session": folder,
        "other": other,
        "parcel": tmp_path / "s.powerhold",
        "file": two_muscles(tmp_path),
    }
    before = state()
    result = [word.format(**told) for word in words]
    found = run(command, *result)
    assert (found.exit_code, found.stdout) == (5, "")
    said = [line for line in found.stderr.splitlines() if line.strip()]
    if command is delete_command:  # it says first what would go
        del said[:-1]
    assert said == [BUSY.format(who=running)]
    assert state() == before


def test_of_others_all_goes_on(running: str, tmp_path: Path) -> None:
    """Else one athlete on the mat stops the office."""
    elsewhere = past_session(tmp_path / "elsewhere", athlete="x")
    done(send_command, elsewhere, "--out", tmp_path / "s.powerhold")
    assert done(receive_command, tmp_path / "s.powerhold", "--athlete", RIGHT)["new"] == [elsewhere.name]
    file = two_muscles(tmp_path)
    assert done(import_command, file, "--athlete", RIGHT, *READ)["session"]
    assert done(import_command, file, "--athlete", running, *READ, "--out", tmp_path / "out")["session"]
    (first, *_rest) = sorted(sessions_folder(RIGHT).glob("*Z-*"))
    moving.move(first, "somebody-new", new=True)
    removing.remove_athlete(RIGHT)
    assert not (athletes_folder() / RIGHT).exists()


def test_who_is_new_here_can_be_received_and_leaves_a_free_folder(tmp_path: Path) -> None:
    """Else the first session of an athlete needs a folder that somebody makes by hand, or stays locked."""
    elsewhere = past_session(tmp_path / "elsewhere", athlete="x")
    done(send_command, elsewhere, "--out", tmp_path / "s.powerhold")
    done(receive_command, tmp_path / "s.powerhold", "--athlete", "new")
    with AthleteLock("new"):
        pass


@pytest.mark.parametrize("work", [moving.move, removing.remove_athlete])
def test_no_session_begins_in_the_middle_of_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, work: object
) -> None:
    """Else a session begins in a folder that is on its way out."""
    if os.name == "nt":
        pytest.skip("there a folder with an open file cannot be renamed")
    seen: list[bool] = []
    module = moving if work is moving.move else removing

    def killed(task: Task) -> None:
        with pytest.raises(AthleteBusy):
            AthleteLock(WRONG).take()
        seen.append(True)

    monkeypatch.setattr(module, "carry_on", killed)
    moving.move(folder, RIGHT) if work is moving.move else removing.remove_athlete(WRONG)
    assert seen
    with AthleteLock(WRONG):
        pass


def plan_of(athlete: str) -> SessionPlan:
    plan = demo_plan(seed=1, faults=(), speed=0.0, parent=sessions_folder(athlete))
    return replace(plan, athlete=athlete)


def test_a_deletion_that_was_broken_off_ends_before_a_session_begins(folder: Path) -> None:
    """Else the next look at the list deletes the new session with the old ones."""
    begin(Task(work="delete", athlete=WRONG))  # and then the power went
    runner = SessionRunner(plan_of(WRONG), KeptFront())
    runner.start()
    while runner.folder is None:
        assert runner.wait(0.01) is None
    runner.stop()
    end = runner.wait(60.0)
    assert end is not None
    assert end.folder is not None
    assert not (home() / UNFINISHED).exists()
    assert not folder.exists()
    assert [one.id for one in look([WRONG]).listed] == [end.folder.name]


def test_what_was_broken_off_waits_for_a_session_that_runs(folder: Path) -> None:
    """Else a list in another window ends a deletion under the session that has begun."""
    with AthleteLock(WRONG):
        begin(Task(work="delete", athlete=WRONG))
        end_unfinished()
        assert folder.exists()
        with pytest.raises(KeepingError, match="Another PowerHold works"), alone():
            pass
    look([WRONG])
    assert not folder.exists()
    assert not (home() / UNFINISHED).exists()


def test_of_the_demo_there_may_be_several_and_of_nobody_else() -> None:
    """Else a demo beside another one is refused, or two sessions of one athlete are not."""
    for athlete, exit_code in (("demo", 0), ("anna", 5)):
        with AthleteLock(athlete):
            runner = SessionRunner(plan_of(athlete), KeptFront())
            runner.start()
            while runner.folder is None and runner.wait(0.01) is None:
                pass
            runner.stop()
            end = runner.wait(60.0)
        assert end is not None
        assert end.exit_code == exit_code, end.message
        if exit_code:
            assert end.message == BUSY.format(who=athlete)
            assert not sessions_folder(athlete).exists()
