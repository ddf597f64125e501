"""Claims about a session whose disk refuses: it waits in memory, moves whole, and says what is missing."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from emg.codes import EventKind
from emg.session import writer as writer_module
from emg.session.bundle import read_events, read_gaps, read_samples, read_session
from emg.session.folder import MOVED, RecordingError
from emg.session.outbox import NotGivenBack, Outbox
from emg.session.writer import SessionWriter
from emg.stage import Event
from tests.emg.session.parts import STARTED, begin, hold, signal, stream, ticks

INFO = stream()
SENT = signal(INFO, 6000)


def give(writer: SessionWriter, start: int, stop: int) -> None:
    for first in range(start, stop, 50):
        writer.write_block(SENT.cut(first, first + 50))
        writer.write_event(Event(first, EventKind.CUE))


def samples_of(folder: Path) -> np.ndarray:
    return np.concatenate([block.data_uv for block in read_samples(folder)[1]])


def test_nothing_on_the_disk_is_ahead_of_the_samples_it_was_made_of(tmp_path: Path) -> None:
    """Else after a kill an event or a row tells of samples that nobody has, and computing again differs."""
    writer = begin(tmp_path, INFO)
    writer.write_block(SENT.cut(0, 110))
    writer.write_event(Event(105, EventKind.CUE))
    writer.write_hold(hold())
    folder = writer.folder.path
    assert read_events(folder) == [], "the record of samples 100 to 124 has only begun"
    writer.write_block(SENT.cut(110, 130))
    assert [event.sample for event in read_events(folder)] == [105]
    assert len((folder / "holds.csv").read_text().splitlines()) == 2
    writer.abandon()


def test_a_sync_brings_the_record_that_has_begun_as_well(tmp_path: Path) -> None:
    """Else a key pressed while the board is silent is on no disk until the board is back."""
    writer = begin(tmp_path, INFO)
    writer.write_block(SENT.cut(0, 110))
    writer.write_event(Event(109, EventKind.COMMAND))
    writer.sync()
    folder = writer.folder.path
    np.testing.assert_array_equal(samples_of(folder), SENT.data_uv[:110])
    assert len(read_events(folder)) == 1
    again = (folder / "raw.bdf").stat().st_size
    writer.sync()
    assert (folder / "raw.bdf").stat().st_size == again
    writer.write_block(SENT.cut(110, 240))
    writer.close(STARTED)
    np.testing.assert_array_equal(samples_of(folder), SENT.data_uv[:240])
    assert read_session(folder).gaps == ()


@pytest.mark.skipif(os.name != "posix", reason="an open file keeps its folder elsewhere")
def test_a_folder_that_vanished_is_noticed_and_all_of_it_goes_elsewhere(tmp_path: Path) -> None:
    """Else a whole session is written into a file that has no name any more."""
    writer = begin(tmp_path / "stick", INFO)
    give(writer, 0, 1000)
    writer.write_activations(ticks(500))
    writer.sync()
    shutil.rmtree(tmp_path / "stick")
    give(writer, 1000, 1500)
    with pytest.raises(RecordingError, match="the folder is gone"):
        writer.sync()
    assert writer.move(tmp_path / "other") is True
    give(writer, 1500, 2010)
    record = writer.close(STARTED)
    folder = writer.folder.path
    assert folder.parent == tmp_path / "other"
    np.testing.assert_array_equal(samples_of(folder), SENT.data_uv[:2050])
    assert [event.sample for event in read_events(folder)] == list(range(0, 2050, 50))
    assert (record.complete, record.gaps) == (True, ())
    assert {(folder / name).stat().st_mode & 0o777 for name in ("raw.bdf", "holds.csv")} == {0o600}


def test_what_the_old_place_does_not_give_back_is_said_and_all_else_keeps_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else samples after a pulled stick are dated wrong, or its holds are gone from the summary."""
    writer = begin(tmp_path / "stick", INFO)
    give(writer, 0, 1000)
    writer.write_hold(hold())
    writer.sync()

    def dead(self: Outbox, start: int, n_bytes: int) -> bytes:
        raise NotGivenBack

    monkeypatch.setattr(Outbox, "_read", dead)
    assert writer.move(tmp_path / "other") is False
    give(writer, 1000, 2000)
    record = writer.close(STARTED)
    folder = writer.folder.path
    (block,) = list(read_samples(folder, 10_000)[1])
    assert block.first_sample == 1000
    np.testing.assert_array_equal(block.data_uv, SENT.data_uv[1000:2000])
    assert [(gap.first_sample, gap.n_lost) for gap in record.gaps] == [(0, 1000)]
    assert read_gaps(folder)[0] == record.gaps
    events = read_events(folder)
    assert events[0].kind is EventKind.UNRECORDED
    assert [event.sample for event in events[1:]] == list(range(1000, 2000, 50))
    with (folder / "holds.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 1
    assert str(folder) in (tmp_path / "stick" / folder.name / MOVED).read_text()


def test_a_new_place_that_refuses_changes_nothing(tmp_path: Path) -> None:
    """Else the search for a place loses what the old one had."""
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    writer = begin(tmp_path / "here", INFO)
    give(writer, 0, 500)
    with pytest.raises(RecordingError):
        writer.move(blocker / "sessions")
    give(writer, 500, 1000)
    writer.close(STARTED)
    np.testing.assert_array_equal(samples_of(writer.folder.path), SENT.data_uv[:1000])


def test_memory_is_bounded_and_what_did_not_fit_is_a_gap_that_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a full disk fills the memory as well, and takes the whole program with it."""
    monkeypatch.setattr(writer_module, "MEMORY_S", 4.0)
    writer = begin(tmp_path, INFO)
    give(writer, 0, 500)
    refuses = monkeypatch.context()
    with refuses as patched:

        def full(self: Outbox, reached: int = 0) -> None:
            raise OSError(28, "No space left on device")

        patched.setattr(Outbox, "flush", full)
        for first in range(500, 4000, 50):
            with pytest.raises(RecordingError, match="disk is full"):
                writer.write_block(SENT.cut(first, first + 50))
    writer.flush()
    give(writer, 4000, 5000)
    record = writer.close(STARTED)
    (gap,) = record.gaps
    assert gap.first_sample == pytest.approx(500 + 4 * 250, abs=100)
    assert gap.first_sample + gap.n_lost == 4000
    told = [event for event in read_events(writer.folder.path) if event.kind is EventKind.UNRECORDED]
    assert [event.sample for event in told] == [gap.first_sample]
