"""A home that cannot be written: the session is trained all the same, is saved elsewhere, and says so."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from emg.blocks import StreamInfo
from emg.session.bundle import read_session
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import RIGHT_LEG, KeptFront, calibration_for, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.exit_codes import EXIT_OK, EXIT_USAGE
from ui.kept.home import sessions_folder
from ui.kept.refuge import NAME
from ui.session.front import SessionEnd
from ui.session.recorder import IN_MEMORY, IS_LOST

LIMIT_S = 120.0
EXERCISE = short_exercise(test=1, train=0)


class Board(SimulatedSource):
    """The simulated board, passed off as a real one: its calibration and its electrodes are kept too."""

    def open(self) -> StreamInfo:
        return replace(super().open(), simulated=False)


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, in which there is room."""
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    return folder


@pytest.fixture(params=["below a file", "the kernel's", "read only", "full"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home into which nobody can write, root neither."""
    found, disk = tmp_path / "home", None
    if request.param == "below a file":
        found.write_text("", encoding="utf-8")
        found /= "powerhold"
    elif request.param == "the kernel's":
        found = Path("/proc/powerhold")
        if not found.parent.is_dir():
            pytest.skip("there is no /proc here")
    else:
        disk = found
        mount(disk, *(("-o", "ro") if request.param == "read only" else ("-o", "size=4k,nr_inodes=2")))
    monkeypatch.setenv("POWERHOLD_HOME", str(found))
    yield found
    if disk is not None:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def mount(disk: Path, *options: str) -> None:
    disk.mkdir()
    made = ["mount", "-t", "tmpfs", *options, "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")


def run(source: SimulatedSource, performer: Athlete, *, calibrated: bool) -> tuple[SessionEnd, KeptFront]:
    """A session with one hold, saved where the athlete's sessions belong."""
    info = source.open()
    source.close()
    calibration = calibration_for(info, RIGHT_LEG) if calibrated else None
    plan = plan_of(
        *(source, EXERCISE, sessions_folder("demo")),
        montage=RIGHT_LEG,
        performer=performer,
        calibration=calibration,
    )
    front = KeptFront()
    runner = SessionRunner(plan, front)
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    return end, front


def test_it_is_saved_in_the_next_best_place_and_says_where(home: Path, user: Path) -> None:
    """Else a wrong home, a full disk or a stick behind a switch costs the session, or is a traceback."""
    athlete = Athlete(seed=4)
    end, front = run(SimulatedSource(athlete, speed=0.0), athlete, calibrated=True)

    assert end.folder is not None
    assert end.folder.parent == user / NAME
    assert (end.exit_code, end.holds) == (EXIT_OK, 1)
    assert end.message.endswith(f"All of it is saved in {end.folder} instead.")
    assert str(home) in end.message
    assert any(view.unsaved == end.message for view in front.views), "said while it runs, not at its end"
    record = read_session(end.folder)
    assert record.complete
    assert {path.name for path in end.folder.iterdir()} >= {"raw.bdf", "events.jsonl", "holds.csv"}
    if os.name == "posix":
        assert (user / NAME).stat().st_mode & 0o777 == 0o700


def test_what_of_it_belongs_to_the_athlete_is_said_to_be_lost(
    tmp_path: Path, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next session looks for a calibration that nobody was told is not there."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("POWERHOLD_HOME", str(tmp_path / "file" / "home"))
    athlete = Athlete(seed=4)
    end, _ = run(Board(athlete, speed=0.0), athlete, calibrated=False)

    assert end.folder is not None
    assert end.folder.parent == user / NAME
    assert end.exit_code == EXIT_USAGE
    assert end.message.startswith(
        f"Nothing can be saved in {tmp_path / 'file' / 'home' / 'athletes' / 'demo'}"
    )
    assert read_session(end.folder).calibration is not None, "the session itself has it"


def test_with_no_place_at_all_it_goes_on_in_memory_and_ends_with_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the athlete stands there with a board that stopped, or is told "saved" at the end."""
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    for name in ("POWERHOLD_HOME", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(blocker / "x"))
    monkeypatch.setattr(tempfile, "tempdir", str(blocker / "tmp"))
    athlete = Athlete(seed=4)
    end, front = run(SimulatedSource(athlete, speed=0.0), athlete, calibrated=True)

    assert (end.exit_code, end.folder, end.holds) == (EXIT_USAGE, None, 1)
    assert end.message.startswith("Nothing can be saved in ")
    assert end.message.endswith(IS_LOST)
    assert any(view.unsaved.endswith(IN_MEMORY) for view in front.views)
