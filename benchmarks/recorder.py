"""What the files cost while a board sends: ``python -m benchmarks.recorder`` prints one JSON object.

Eight channels at 1000 Hz in blocks of 20 ms go to the recorder as a board would send them, one block at a
time; beside it the same loop runs without files, and its processor time is taken away.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.spread import Spread
from emg.blocks import SampleBlock, StreamInfo
from emg.session.folder import SessionFolder
from emg.session.model import SessionRecord
from emg.session.writer import SessionWriter
from ui.session.recorder import Recorder
from ui.session.records import software

FS_HZ: Final = 1000.0
CHANNELS: Final = 8
BLOCK: Final = 20
INFO: Final = StreamInfo("benchmark", "benchmark", FS_HZ, FS_HZ, CHANNELS, 187_500.0, 262.0)


def main(words: Sequence[str] | None = None) -> int:
    """Record for so many seconds, and print what it cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorder", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args(words)
    sys.stdout.write(json.dumps(measure(given.seconds), indent=1) + "\n")
    return 0


def measure(seconds: float) -> dict[str, Any]:
    """Send the blocks with and without files."""
    blocks = made(round(seconds * FS_HZ / BLOCK))
    bare_s, _ = sent(blocks, lambda block: None)
    with tempfile.TemporaryDirectory() as name:
        recorder, folder = recorder_in(Path(name))
        before_s = time.process_time()
        _, waited_s = sent(blocks, recorder.block)
        recorder.close(lambda writer: writer.close(datetime.now(UTC)))
        took_s = time.process_time() - before_s
        bytes_written = sum(path.stat().st_size for path in folder().iterdir())
    waited = Spread.of(waited_s)
    return {
        "work": f"{CHANNELS} x {FS_HZ:g}",
        "seconds": seconds,
        "cpu_ms_per_second": 1e3 * (took_s - bare_s) / seconds,
        "caller_p50_ms": 1e3 * waited.median,
        "caller_p95_ms": 1e3 * waited.p95,
        "caller_longest_ms": 1e3 * max(waited_s),
        "mb_per_hour": bytes_written / seconds * 3600.0 / 1e6,
    }


def made(n_blocks: int) -> list[SampleBlock]:
    """Noise of every channel, in microvolts."""
    random = np.random.default_rng(1)
    return [
        SampleBlock(
            random.normal(0.0, 50.0, (BLOCK, CHANNELS)), number * BLOCK, FS_HZ, 0.0, np.empty((BLOCK, 0))
        )
        for number in range(n_blocks)
    ]


def sent(blocks: Sequence[SampleBlock], give: Callable[[SampleBlock], None]) -> tuple[float, list[float]]:
    """Give each block when its last sample is due; processor time of all, and how long each call took."""
    waited_s = []
    before_s, begun_s = time.process_time(), time.monotonic()
    for block in blocks:
        time.sleep(max(0.0, begun_s + block.end_sample / FS_HZ - time.monotonic()))
        called_s = time.monotonic()
        give(block)
        waited_s.append(time.monotonic() - called_s)
    return time.process_time() - before_s, waited_s


def recorder_in(parent: Path) -> tuple[Recorder, Callable[[], Path]]:
    """Make a recorder, and a way to ask where it writes."""
    folders: list[SessionFolder] = []

    def make(started_at: datetime) -> SessionWriter:
        folders.append(SessionFolder.create(parent, "recording", started_at))
        record = SessionRecord.of_stream(
            INFO,
            None,
            session_id=folders[0].name,
            kind="recording",
            athlete="benchmark",
            protocol="recording",
            started_at=started_at,
            software=software(),
        )
        return SessionWriter(folders[0], record, INFO, None)

    return Recorder(make, paced=True, on_problem=sys.exit), lambda: folders[0].path


if __name__ == "__main__":
    sys.exit(main())
