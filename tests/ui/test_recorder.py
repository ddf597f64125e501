"""The writer thread: nobody waits for it, nothing is lost in silence, and it always comes to an end."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from emg.codes import EventKind
from emg.session.bundle import read_events, read_samples, read_session
from emg.session.folder import SessionFolder
from emg.session.outbox import Outbox
from emg.session.writer import SessionWriter
from emg.stage import Event
from tests.emg.session.parts import record_of, stream
from tests.fakes import ramp
from ui.recorder import IN_MEMORY, IS_LOST, ITEMS_PER_S, NO_ROOM, QUEUE_S, SAVED_AGAIN, Elsewhere, Recorder

INFO = stream()
LIMIT_S = 60.0


class Desk:
    """Makes the writer of a test, when it is allowed to, and hears complaints."""

    def __init__(self, parent: Path, *, paced: bool = False, places: tuple[Path, ...] = ()) -> None:
        self.places = places
        self.problems: list[str] = []
        self.started_at: datetime | None = None
        self.may_open = threading.Event()
        self.may_open.set()
        self.opened = threading.Event()
        self._parent = parent
        self.recorder = Recorder(
            self._make,
            paced=paced,
            on_problem=self.problems.append,
            elsewhere=Elsewhere(lambda: self.places, self._make),
        )

    def _make(self, started_at: datetime, parent: Path | None = None) -> SessionWriter:
        self.opened.set()
        assert self.may_open.wait(LIMIT_S)
        self.started_at = started_at
        folder = SessionFolder.create(parent or self._parent, "power_position", started_at)
        return SessionWriter(folder, record_of(INFO, folder.name), INFO, None)

    def let_go(self) -> None:
        """End its thread, also in the middle of a test that failed."""
        self.may_open.set()
        self.recorder.close(SessionWriter.abandon)

    def close(self) -> Path:
        self.recorder.close(lambda writer: writer.close(datetime.now(UTC)))
        assert self.recorder.folder is not None
        return self.recorder.folder


Open: TypeAlias = Callable[..., Desk]


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[Open]:
    """Makes desks that are let go of at the end."""
    desks: list[Desk] = []

    def make(parent: Path = tmp_path, *, paced: bool = False, places: tuple[Path, ...] = ()) -> Desk:
        desks.append(Desk(parent, paced=paced, places=places))
        return desks[-1]

    yield make
    for desk in desks:
        desk.let_go()


def event(sample: int) -> Event:
    return Event(sample, EventKind.READY)


@pytest.mark.parametrize("paced", [True, False])
def test_what_is_given_is_on_the_disk_after_close(desk_of: Open, paced: bool) -> None:
    """Else the last seconds of every session are missing."""
    desk = desk_of(paced=paced)
    for n in range(400):
        desk.recorder.block(ramp(25 * n, 25))
        desk.recorder.event(event(25 * n))
    folder = desk.close()

    _, blocks = read_samples(folder)
    assert sum(found.n_samples for found in blocks) == 10_000
    assert [found.sample for found in read_events(folder)] == list(range(0, 10_000, 25))
    assert read_session(folder).complete
    assert (desk.problems, desk.recorder.problem) == ([], "")


def test_events_before_the_first_sample_wait_for_the_files(desk_of: Open) -> None:
    """Else what was pressed while the board was opened is lost."""
    desk = desk_of()
    desk.recorder.event(event(0))
    desk.recorder.amend(sore_side="left")
    assert not desk.opened.is_set(), "without a sample there is no session"
    desk.recorder.block(ramp(0, 25))
    desk.recorder.event(event(7))
    folder = desk.close()

    assert [found.sample for found in read_events(folder)] == [0, 7]
    assert read_session(folder).sore_side == "left"


def test_a_session_without_a_sample_leaves_nothing(desk_of: Open, tmp_path: Path) -> None:
    """Else every board that does not open leaves an empty session in the list."""
    desk = desk_of()
    desk.recorder.event(event(0))
    desk.recorder.close(lambda writer: writer.close(datetime.now(UTC)))

    assert desk.recorder.folder is None
    assert list(tmp_path.iterdir()) == []


def test_a_paced_source_never_waits_for_a_slow_disk(desk_of: Open) -> None:
    """Else a disk that hesitates loses samples of the board."""
    desk = desk_of(paced=True)
    desk.may_open.clear()
    for n in range(1000):
        desk.recorder.block(ramp(25 * n, 25))
    assert desk.opened.wait(LIMIT_S), "the files are not even open yet"
    desk.may_open.set()

    _, blocks = read_samples(desk.close())
    assert sum(found.n_samples for found in blocks) == 25_000


def test_what_no_longer_fits_is_said_once_and_the_rest_is_kept(desk_of: Open) -> None:
    """Else a dead disk fills the memory, or samples are missing and nobody was told."""
    desk = desk_of(paced=True)
    desk.may_open.clear()
    desk.recorder.block(ramp(0, 25))
    assert desk.opened.wait(LIMIT_S)
    room = QUEUE_S * ITEMS_PER_S
    for _ in range(room - 1):
        desk.recorder.event(event(0))
    assert desk.problems == []
    for _ in range(100):
        desk.recorder.event(event(1))
    assert len(desk.problems) == 1
    assert "too slow" in desk.problems[0]
    desk.may_open.set()

    kept = read_events(desk.close())
    assert len(kept) == room
    assert kept[-1].kind is EventKind.UNRECORDED, "the record itself says where it has a hole"


def test_an_unpaced_source_waits(desk_of: Open) -> None:
    """Else a simulation that runs faster than the disk loses samples."""
    desk = desk_of()
    desk.may_open.clear()
    given = threading.Semaphore(0)

    def give() -> None:
        for n in range(200):
            desk.recorder.block(ramp(25 * n, 25))
            given.release()

    giver = threading.Thread(target=give, name="emg-giver")
    giver.start()
    for _ in range(50):
        assert given.acquire(timeout=LIMIT_S)
    assert desk.opened.wait(LIMIT_S)
    assert giver.is_alive(), "it waits, for nothing is written yet"
    desk.may_open.set()
    giver.join(LIMIT_S)

    _, blocks = read_samples(desk.close())
    assert sum(found.n_samples for found in blocks) == 5000


@pytest.mark.parametrize(("paced", "before_s"), [(True, 3.0), (False, 0.0)])
def test_sample_zero_is_dated_back_by_what_came_before(desk_of: Open, paced: bool, before_s: float) -> None:
    """Else events of the day cannot be laid beside the recording of another device."""
    desk = desk_of(paced=paced)
    last_came_s = time.monotonic() - 1.0
    expected = datetime.now(UTC) - timedelta(seconds=before_s)
    desk.recorder.block(replace(ramp(250, 250), host_time_s=last_came_s))
    desk.close()

    assert desk.started_at is not None
    assert abs(desk.started_at - expected) < timedelta(seconds=0.9)


def test_a_folder_that_cannot_be_made_is_one_sentence_and_nobody_hangs(desk_of: Open, tmp_path: Path) -> None:
    """Else a wrong --out ends in a traceback, or a session waits for ever for its disk."""
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    desk = desk_of(blocker / "sessions")
    for n in range(200):
        desk.recorder.block(ramp(25 * n, 25))
    desk.recorder.close(lambda writer: writer.close(datetime.now(UTC)))

    assert [problem.startswith("Nothing can be saved in ") for problem in desk.problems] == [True, True]
    assert desk.problems[0].endswith(IN_MEMORY)
    assert desk.problems[1].endswith(IS_LOST)
    assert desk.recorder.problem == desk.problems[1]
    assert desk.recorder.folder is None


@pytest.mark.parametrize("paced", [True, False])
def test_where_nothing_can_be_made_it_waits_in_memory_until_there_is_a_place(
    desk_of: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paced: bool
) -> None:
    """Else a stick that is put in a minute late has nothing of the session, not even its rest."""
    monkeypatch.setattr("ui.recorder.RETRY_S", 0.0)
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    desk = desk_of(blocker / "sessions", paced=paced)
    for n in range(200):
        desk.recorder.block(ramp(25 * n, 25))
    desk.recorder.event(event(7))
    wait_for(desk, IN_MEMORY)
    blocker.unlink()
    desk.recorder.block(ramp(5000, 25))
    wait_for(desk, SAVED_AGAIN)
    desk.recorder.event(event(5000))
    folder = desk.close()

    assert folder.parent == blocker / "sessions"
    assert all_samples(folder) == 5025
    assert [found.sample for found in read_events(folder)] == [7, 5000]
    assert (read_session(folder).complete, desk.recorder.problem) == (True, "")


def test_what_waits_for_a_place_is_bounded_and_marked(
    desk_of: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a session that can be saved nowhere fills the memory, or has a hole that nobody sees."""
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    desk = desk_of(blocker / "sessions")
    monkeypatch.setattr("ui.recorder.QUEUE_S", 1)  # of what it keeps; its queue is as long as ever
    monkeypatch.setattr("ui.recorder.RETRY_S", 0.0)
    for n in range(2 * ITEMS_PER_S):
        desk.recorder.block(ramp(25 * n, 25))
    wait_for(desk, NO_ROOM)
    over_s = time.monotonic() + LIMIT_S
    while desk.recorder._queue.qsize():
        assert time.monotonic() < over_s
    blocker.unlink()
    folder = desk.close()

    assert len(desk.recorder._homeless) == 0
    assert all_samples(folder) == 25 * (ITEMS_PER_S - 1)
    assert [found.kind for found in read_events(folder)] == [EventKind.UNRECORDED]
    assert desk.recorder.problem == NO_ROOM


def test_a_disk_that_refuses_is_said_once_and_writing_goes_on(desk_of: Open, tmp_path: Path) -> None:
    """Else a full disk ends the training, or shows the same sentence fifty times a second."""
    desk = desk_of()
    refusals = iter([OSError(errno.ENOSPC, "No space left on device")] * 20)

    def job() -> None:
        for refusal in refusals:
            raise refusal
        (tmp_path / "more.json").write_text("{}", encoding="utf-8")

    desk.recorder.block(ramp(0, 25))
    for _ in range(21):
        desk.recorder.also(tmp_path, job)
    desk.recorder.event(event(3))
    folder = desk.close()

    assert len(desk.problems) == 1
    assert desk.problems[0].startswith("The disk is full")
    assert [found.sample for found in read_events(folder)] == [3]
    assert (tmp_path / "more.json").exists()


def test_the_sentence_tells_a_full_disk_from_a_fault_of_the_program(desk_of: Open, tmp_path: Path) -> None:
    """Else the user is asked to report a bug when he should free some space."""
    desk = desk_of()

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fault() -> None:
        raise KeyError("oops")

    desk.recorder.block(ramp(0, 25))
    desk.recorder.also(tmp_path, full)
    desk.recorder.also(tmp_path, fault)
    desk.close()

    assert len(desk.problems) == 2
    assert desk.problems[0].startswith("The disk is full")
    assert "fault in the program" in desk.problems[1]
    assert desk.recorder.problem == desk.problems[1]


# --- another place


def wait_for(desk: Desk, said: str) -> None:
    """Give nothing for as long as the writer thread needs to notice by itself."""
    over_s = time.monotonic() + LIMIT_S
    while not any(said in problem for problem in desk.problems):
        assert time.monotonic() < over_s, desk.problems
        threading.Event().wait(0.02)


def wait_until_open(desk: Desk) -> None:
    """Wait for the files, so that what happens to the disk happens after them."""
    over_s = time.monotonic() + LIMIT_S
    while desk.recorder.folder is None:
        assert time.monotonic() < over_s
        threading.Event().wait(0.01)


def all_samples(folder: Path) -> int:
    return sum(found.n_samples for found in read_samples(folder)[1])


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
    monkeypatch.setattr("ui.recorder.RETRY_S", 0.0)
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
