"""Claims about a folder that a session has to leave: both stay whole, and neither takes the other's name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emg.codes import EventKind
from emg.session.bundle import read_events, read_samples, read_session
from emg.session.folder import MOVED, RecordingError, SessionFolder
from emg.session.outbox import Outbox
from emg.session.writer import SessionWriter
from emg.stage import Event
from tests.emg.session.parts import record_of, stream
from tests.fakes import ramp
from ui.session.recorder import Elsewhere, Recorder

INFO = stream()
STARTED = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)


def writer_in(parent: Path) -> SessionWriter:
    folder = SessionFolder.create(parent, "power_position", STARTED)
    return SessionWriter(folder, record_of(INFO, folder.name, started_at=STARTED), INFO, None)


def test_a_folder_that_comes_back_finds_its_name_free_and_is_told_where_to_look(tmp_path: Path) -> None:
    """Else a stick that is put back meets its heir, or the heir says that it goes on in itself."""
    parent, pulled = tmp_path / "sessions", tmp_path / "pulled"
    writer = writer_in(parent)
    writer.write_block(ramp(0, 260))
    writer.sync()
    old = writer.folder.path
    old.rename(pulled)
    with pytest.raises(RecordingError, match="the folder is gone"):
        writer.sync()
    assert writer.move(parent)
    new = writer.folder.path
    assert new.name == f"{old.name}-2"
    assert sorted(parent.iterdir()) == [new]
    pulled.rename(old)
    writer.write_block(ramp(260, 240))
    writer.close(STARTED)
    assert str(new) in (old / MOVED).read_text(encoding="utf-8")
    assert not (new / MOVED).exists()
    assert [sum(one.n_samples for one in read_samples(path)[1]) for path in (old, new)] == [260, 500]


def test_what_goes_into_files_without_a_folder_is_not_safe(tmp_path: Path) -> None:
    """Else "nothing was lost" is said every second of a folder that is still gone."""
    writer = writer_in(tmp_path / "sessions")
    writer.write_block(ramp(0, 250))
    writer.folder.path.rename(tmp_path / "pulled")
    with pytest.raises(RecordingError):
        writer.sync()
    writer.write_block(ramp(250, 250))
    waited = [writer.waits]
    (tmp_path / "pulled").rename(writer.folder.path)
    writer.sync()
    assert [*waited, writer.waits] == [True, False]
    writer.abandon()


def test_a_folder_that_is_gone_at_the_very_end_is_made_again_and_finished(tmp_path: Path) -> None:
    """Else the last thing a session does is to leave itself unfinished, and say that all is saved."""
    parent = tmp_path / "sessions"
    recorder = Recorder(
        lambda _: writer_in(parent),
        paced=False,
        on_problem=lambda _: None,
        elsewhere=Elsewhere(lambda: [parent], lambda _, place: writer_in(place)),
    )

    def end(writer: SessionWriter) -> None:
        if not (tmp_path / "pulled").exists():
            writer.folder.path.rename(tmp_path / "pulled")
        writer.close(datetime.now(UTC))

    recorder.block(ramp(0, 510))
    recorder.event(Event(500, EventKind.READY))
    recorder.close(end)
    assert recorder.folder is not None
    assert read_session(recorder.folder).complete
    assert sum(one.n_samples for one in read_samples(recorder.folder)[1]) == 510
    assert (recorder.problem, bool(recorder.moved)) == ("", True)


@pytest.mark.skipif(sys.platform == "win32", reason="files are bounded by POSIX")
def test_what_was_foreseen_stands_when_the_rest_is_refused(tmp_path: Path) -> None:
    """Else an event is on the disk whose samples were taken away again, and the session is not recovered."""
    file = Outbox(tmp_path / "raw")
    file.append(b"N=0 ")
    file.flush()
    file.foresee(b"half....", {2: b"1"})
    file.append(b"whole record")
    with bounded(12), pytest.raises(OSError, match="too large"):
        file.flush()
    assert (tmp_path / "raw").read_bytes() == b"N=1 half...."
    file.flush()
    assert (tmp_path / "raw").read_bytes() == b"N=1 whole record"
    file.close()


def test_a_copy_has_the_record_that_had_begun(tmp_path: Path) -> None:
    """Else what was made of it is ahead of the samples in the new place."""
    writer = writer_in(tmp_path / "a")
    writer.write_block(ramp(0, 260))
    writer.write_event(Event(255, EventKind.READY))
    writer.sync()
    writer.move(tmp_path / "b")
    assert sum(one.n_samples for one in read_samples(writer.folder.path)[1]) == 260
    assert [one.sample for one in read_events(writer.folder.path)] == [255]
    writer.abandon()


@contextmanager
def bounded(n_bytes: int) -> Iterator[None]:
    """Let no file of this process grow longer."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
