"""The writer thread: nobody waits for it, nothing is lost in silence, and it always comes to an end."""

from __future__ import annotations

import errno
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emg.codes import EventKind
from emg.session.bundle import read_events, read_samples, read_session
from tests.fakes import ramp
from tests.ui.session.recorder_desk import (
    LIMIT_S,
    Open,
    all_samples,
    event,
    wait_for,
)
from ui.session.recorder import (
    IN_MEMORY,
    IS_LOST,
    ITEMS_PER_S,
    NO_ROOM,
    QUEUE_S,
    SAVED_AGAIN,
)


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
    monkeypatch.setattr("ui.session.recorder.RETRY_S", 0.0)
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
    monkeypatch.setattr("ui.session.recorder.QUEUE_S", 1)  # of what it keeps; its queue is as long as ever
    monkeypatch.setattr("ui.session.recorder.RETRY_S", 0.0)
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
