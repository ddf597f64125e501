"""The writer thread when its folder refuses: another place, memory until there is one, and what is said."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from emg.session.bundle import read_events, read_session
from emg.session.outbox import Outbox
from emg.stage import Event
from tests.fakes import ramp
from tests.ui.session.recorder_desk import (
    LIMIT_S,
    Open,
    all_samples,
    event,
    wait_for,
    wait_until_open,
)
from ui.session.recorder import (
    IN_MEMORY,
    IS_LOST,
    SAVED_AGAIN,
)


def test_a_folder_that_cannot_be_made_is_made_elsewhere(desk_of: Open, tmp_path: Path) -> None:
    """Else a wrong --out costs the session."""
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    desk = desk_of(blocker / "a", places=(blocker / "b", tmp_path / "c"))
    desk.recorder.block(ramp(0, 250))
    folder = desk.close()
    assert folder.parent == tmp_path / "c"
    assert desk.recorder.problem == ""
    assert desk.problems == [desk.recorder.moved]
    assert f"All of it is saved in {folder} instead." in desk.recorder.moved
    assert all_samples(folder) == 250


@pytest.mark.skipif(os.name != "posix", reason="an open file keeps its folder elsewhere")
def test_a_folder_that_vanishes_is_left_for_another_with_all_of_the_session(
    desk_of: Open, tmp_path: Path
) -> None:
    """Else a stick that is pulled takes the whole session with it."""
    desk = desk_of(tmp_path / "stick", paced=True, places=(tmp_path / "home",))
    desk.recorder.block(ramp(0, 250))
    desk.recorder.event(event(7))
    over_s = time.monotonic() + LIMIT_S
    while desk.recorder.folder is None or not read_events_or_none(desk.recorder.folder):
        assert time.monotonic() < over_s
    shutil.rmtree(tmp_path / "stick")
    wait_for(desk, "the folder is gone")
    desk.recorder.block(ramp(250, 250))
    folder = desk.close()
    assert folder.parent == tmp_path / "home"
    assert all_samples(folder) == 500
    assert [found.sample for found in read_events(folder)] == [7]
    assert (read_session(folder).complete, desk.recorder.problem) == (True, "")


def read_events_or_none(folder: Path) -> list[Event]:
    return read_events(folder) if (folder / "events.jsonl").exists() else []


def test_with_no_place_it_waits_in_memory_and_follows_once_there_is_one(
    desk_of: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what was done while the disk was full is lost although somebody made room."""
    monkeypatch.setattr("ui.session.recorder.RETRY_S", 0.0)
    desk = desk_of()
    desk.recorder.block(ramp(0, 250))
    wait_until_open(desk)
    full = threading.Event()
    whole = Outbox.flush

    def flush(self: Outbox, *reached: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(self, *reached)

    monkeypatch.setattr(Outbox, "flush", flush)
    full.set()
    for n in range(10, 70):
        desk.recorder.block(ramp(25 * n, 25))
    wait_for(desk, IN_MEMORY)
    assert desk.recorder.problem.startswith("The disk is full")
    full.clear()
    wait_for(desk, SAVED_AGAIN)
    assert desk.recorder.problem == ""
    assert all_samples(desk.close()) == 1750


def test_what_is_in_memory_alone_at_the_end_is_said_to_be_lost(
    desk_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a session ends with "saved" and its last part is nowhere."""
    desk = desk_of()
    desk.recorder.block(ramp(0, 250))
    wait_until_open(desk)

    def flush(self: Outbox, *reached: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Outbox, "flush", flush)
    desk.recorder.block(ramp(250, 250))
    desk.close()
    assert desk.recorder.problem.startswith("The disk is full")
    assert desk.recorder.problem.endswith(IS_LOST)


def on_a_small_disk(folder: Path, size: str) -> bool:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return sys.platform == "linux" and subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("pulled", [False, True])
def test_a_disk_that_really_is_full_or_pulled_loses_nothing(
    desk_of: Open, tmp_path: Path, pulled: bool
) -> None:
    """Else all this holds of a disk that only a test can think of."""
    disk = tmp_path / "disk"
    if not on_a_small_disk(disk, "64m" if pulled else "256k"):
        pytest.skip("no file system can be mounted here")
    desk = desk_of(disk, paced=True, places=(disk, tmp_path / "home"))
    try:
        for n in range(2000):
            desk.recorder.block(ramp(25 * n, 25))
            desk.recorder.event(event(25 * n))
            if pulled and n == 1000:
                subprocess.run(["umount", "-l", str(disk)], check=True)
        if pulled:
            wait_for(desk, "All of it is saved in")
        folder = desk.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], capture_output=True, check=False)
    if not pulled:
        assert folder.parent == tmp_path / "home"
    assert all_samples(folder) == 50_000
    assert [found.sample for found in read_events(folder)] == list(range(0, 50_000, 25))
    assert (read_session(folder).complete, desk.recorder.problem) == (True, "")
