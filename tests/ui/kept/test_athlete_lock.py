"""Claims about the lock of an athlete's folder: one program at a time, and a killed one keeps nobody out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ui.kept.athlete_lock import AthleteBusy, AthleteLock

REPOSITORY = Path(__file__).parents[3]
HOLD_IT = """
import sys
from ui.kept.athlete_lock import AthleteLock
lock = AthleteLock("anna")
lock.take()
print("has it", flush=True)
sys.stdin.read()
"""


def test_another_program_is_one_sentence_and_a_killed_one_keeps_nobody_out(powerhold_home: Path) -> None:
    """Else two programs write one athlete's calibrations, or a crash locks an athlete out for ever."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD_IT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "has it"
        with pytest.raises(AthleteBusy, match="Another PowerHold works with athlete anna: end"):
            AthleteLock("anna").take()
        other = AthleteLock("ben")
        assert other.take()
        other.release()
        child.kill()
        child.wait()
    mine = AthleteLock("anna")
    assert mine.take()
    with pytest.raises(AthleteBusy):
        AthleteLock("anna").take()
    mine.release()
    mine.release()
    assert AthleteLock("anna").take()
    assert (powerhold_home / "athletes" / "anna").stat().st_mode & 0o777 == 0o700


def test_an_athlete_of_whom_there_is_nothing_leaves_nothing(powerhold_home: Path) -> None:
    """Else every slip in an id is an athlete in the list for ever."""
    lock = AthleteLock("ana")
    lock.take()
    lock.release()
    assert not powerhold_home.exists()
    (powerhold_home / "athletes" / "ben").mkdir(parents=True)
    lock.take()
    (powerhold_home / "athletes" / "ana" / "note.txt").write_text("here", encoding="utf-8")
    lock.release()
    lock.take()
    lock.release()
    assert sorted(path.name for path in (powerhold_home / "athletes").iterdir()) == ["ana", "ben"]


def test_a_disk_that_refuses_keeps_nobody_from_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a full disk ends a session before it began."""
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    monkeypatch.setenv("POWERHOLD_HOME", str(blocker))
    lock = AthleteLock("anna")
    assert lock.take() is False
    lock.release()
