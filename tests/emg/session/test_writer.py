from __future__ import annotations

import csv
import json
import os
import signal as signals
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import edfio
import numpy as np
import pytest

from emg.activation import Reference, SiteReference
from emg.codes import EventKind, Phase
from emg.montage import Montage, Side
from emg.results import Role
from emg.session.bundle import read_events, read_samples, read_session
from emg.stage import Event, RowContext
from tests.emg.session.parts import STARTED, begin, hold, signal, stream, ticks

REPOSITORY = Path(__file__).parents[3]
REFERENCE = Reference({"glute_left": SiteReference(5.0, 300.0), "ham_left": SiteReference(5.0, 200.0)})


def test_a_session_leaves_all_its_files_and_they_say_the_same(tmp_path: Path) -> None:
    """Else the tables, the raw file and the events of one session tell different stories."""
    info = stream()
    whole, writer = signal(info, 1000), begin(tmp_path, stream())
    writer.write_event(Event(0, EventKind.SESSION_STARTED))
    writer.write_block(whole.cut(0, 400))
    writer.write_block(whole.cut(410, 1000))
    writer.write_activations(ticks(1000), [RowContext(500, Phase.HOLDING, Role.TEST, Side.RIGHT, 1)])
    writer.write_hold(hold())
    writer.sync()
    ended = STARTED + timedelta(seconds=4)
    final = writer.close(ended, reference=REFERENCE, sore_side="left")
    folder = writer.folder.path
    assert sorted(path.name for path in folder.iterdir()) == [
        "activation.csv",
        "events.jsonl",
        "holds.csv",
        "raw.bdf",
        "session.json",
        "summary.json",
    ]
    assert read_session(folder) == final
    assert (final.complete, final.ended_at, final.lost_samples, final.sore_side) == (True, ended, 10, "left")
    assert [(gap.first_sample, gap.n_lost) for gap in final.gaps] == [(400, 10)]
    assert [event.kind for event in read_events(folder)] == [EventKind.SESSION_STARTED]
    assert sum(block.n_samples for block in read_samples(folder)[1]) == 990
    with (folder / "activation.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    assert [row["phase"] for row in rows] == ["idle"] * 40 + ["holding"] * 40
    with (folder / "holds.csv").open(newline="") as file:
        assert [(row["session"], row["glute_pct_mvc"]) for row in csv.DictReader(file)] == [
            (folder.name, "40.00")
        ]
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["sides"]["right"]["n_test"] == 1
    assert summary["mvc_uv"] == {"glute_left": 300.0, "ham_left": 200.0}
    assert writer.close(ended) == final


def test_a_recording_has_no_tables_and_no_summary(tmp_path: Path) -> None:
    """Else a bare recording looks like a session in which nothing was held."""
    writer = begin(tmp_path, stream(), kind="recording")
    with pytest.raises(ValueError, match=r"no holds\.csv"):
        writer.write_hold(hold())
    writer.close(STARTED)
    names = sorted(path.name for path in writer.folder.path.iterdir())
    assert names == ["events.jsonl", "raw.bdf", "session.json"]


def test_session_json_is_there_from_the_start_and_says_it_is_not_complete(tmp_path: Path) -> None:
    """Else samples that survive a crash cannot be read for want of sites, rate and gain."""
    writer = begin(tmp_path, stream())
    assert not read_session(writer.folder.path).complete
    writer.amend(calibration={"id": "c1"})
    writer.abandon()
    found = read_session(writer.folder.path)
    assert (found.complete, found.calibration) == (False, {"id": "c1"})


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_every_file_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """Else health data is open to everybody on the computer."""
    before = os.umask(umask)
    try:
        writer = begin(tmp_path / "new", stream())
        writer.close(STARTED)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in writer.folder.path.iterdir()} == {0o600}
    assert stat.S_IMODE(writer.folder.path.stat().st_mode) == 0o700


def test_a_new_session_never_touches_an_old_one(tmp_path: Path) -> None:
    """Else a restart within a second erases what was just held."""
    first, second = begin(tmp_path, stream()), begin(tmp_path, stream())
    assert first.folder.path != second.folder.path
    with pytest.raises(Exception, match="File exists"):
        type(first)(first.folder, first.record, stream(), None)
    first.close(STARTED)
    second.close(STARTED)


FILL_THE_DISK = """
import json, resource, sys
from pathlib import Path
from emg.session.folder import RecordingError
from emg.codes import (EventKind)
from emg.stage import (Event)
from tests.emg.session.parts import STARTED, begin, signal, stream, ticks
limit = int(sys.argv[2])
info = stream()
writer, block, levels = begin(Path(sys.argv[1]), info), signal(info, 8_000), ticks(8_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
said = []
for start in range(0, 8_000, 10):
    for write in (
        lambda: writer.write_block(block.cut(start, start + 10)),
        lambda: writer.write_event(Event(start, EventKind.GAP)),
        lambda: writer.write_activations(levels.cut(start, start + 10)),
    ):
        try:
            write()
        except RecordingError as error:
            said.append(str(error))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
on_disk = {path.name: path.stat().st_size for path in writer.folder.path.iterdir()}
late = signal(info, 8_100).cut(8_000, 8_100)
writer.write_block(late)
final = writer.close(STARTED)
found = {"folder": str(writer.folder.path), "said": sorted(set(said)), "lost": final.lost_samples}
print(json.dumps(found | {"on_disk": on_disk}))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on file sizes are of POSIX")
@pytest.mark.parametrize("limit", [5_000, 20_001, 60_000])
def test_a_full_disk_is_a_sentence_and_leaves_whole_records_and_rows(tmp_path: Path, limit: int) -> None:
    """Else a full disk ends in a traceback and half a row; once there is room, what waited follows."""
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(tmp_path), str(limit)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    folder = Path(found["folder"])
    assert len(found["said"]) == 1
    assert found["said"][0].startswith("The disk is full")
    assert max(size for name, size in found["on_disk"].items() if name != "session.json") <= limit
    assert [event.sample for event in read_events(folder)] == list(range(0, 8_000, 10))
    with (folder / "activation.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {30}
    assert len(rows) == 1 + 8_000 * 20 // 250
    sent = signal(stream(), 8_100).data_uv
    blocks = list(read_samples(folder)[1])
    np.testing.assert_array_equal(np.concatenate([block.data_uv for block in blocks]), sent)
    assert found["lost"] == 0


RUN_FOR_EVER = """
import sys
from pathlib import Path
from emg.codes import (EventKind)
from emg.stage import (Event)
from tests.emg.session.parts import begin, hold, signal, stream, ticks
info = stream()
writer, block, levels = begin(Path(sys.argv[1]), info), signal(info, 100_000), ticks(100_000)
print(writer.folder.path, flush=True)
for start in range(0, 100_000, 10):
    writer.write_block(block.cut(start, start + 10))
    writer.write_activations(levels.cut(start, start + 10))
    writer.write_hold(hold(start + 1))
    writer.write_event(Event(start, EventKind.HOLD_DONE))
    print(start + 10, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("after_lines", [1, 57, 400])
def test_a_killed_session_keeps_every_row_event_and_record_it_had_written(
    tmp_path: Path, after_lines: int
) -> None:
    """Else a crash costs the athlete the session, or leaves half a row that reads as another number."""
    child = subprocess.Popen(
        [sys.executable, "-c", RUN_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    assert child.stdout is not None
    with child:
        folder = Path(child.stdout.readline().strip())
        for _ in range(after_lines):
            confirmed = int(child.stdout.readline())
        child.send_signal(signals.SIGKILL)
        assert child.wait() == -signals.SIGKILL
    assert not read_session(folder).complete
    assert len(read_events(folder)) >= (confirmed - 25) // 10
    for name, at_least in (
        ("holds.csv", (confirmed - 25) // 10),
        ("activation.csv", (confirmed - 50) * 20 // 250),
    ):
        with (folder / name).open(newline="") as file:
            header, *rows = csv.reader(file)
        assert {len(row) for row in rows} <= {len(header)}
        assert len(rows) >= at_least
    blocks = list(read_samples(folder)[1])
    assert sum(block.n_samples for block in blocks) >= confirmed - 25
    sent = signal(stream(), 100_000).data_uv
    for block in blocks:
        np.testing.assert_array_equal(block.data_uv, sent[block.first_sample : block.end_sample])


def test_a_mended_map_is_in_the_files_at_once_and_no_sample_moves(tmp_path: Path) -> None:
    """Else after a crash the left glute is read from the right one's channel."""
    info = stream()
    whole, writer = signal(info, 500), begin(tmp_path, info)
    writer.write_block(whole.cut(0, 250))
    writer.remap(Montage.of({"glute_left": 3, "ham_left": 2, "glute_right": 1, "ham_right": 4}))
    writer.write_block(whole.cut(250, 500))
    writer.abandon()

    folder = writer.folder.path
    file = edfio.read_bdf(folder / "raw.bdf")
    assert [found.label for found in file.signals] == [
        *("EMG GLUTE_R", "EMG HAM_L", "EMG GLUTE_L", "EMG HAM_R")
    ]
    np.testing.assert_allclose(file.signals[0].data[:500], whole.data_uv[:500, 0], atol=0.02)
    record = read_session(folder)
    assert record.montage == {"glute_left": 3, "ham_left": 2, "glute_right": 1, "ham_right": 4}
    assert record.channel_names[:4] == ("glute_right", "ham_left", "glute_left", "ham_right")
