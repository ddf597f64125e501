"""Record for hours at full speed: ``python -m benchmarks.hours`` prints what memory and disk it took.

A session of 8 channels at 1 kHz that nobody starts: chain, contact, coach, traces and files run, and nothing
waits for a clock. Memory is read every half hour of the session; the first hour fills what has a size of its
own (ten seconds of traces, a minute of latencies, pools of the allocator).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import psutil

from benchmarks.window import Tireless, plan_of
from benchmarks.work import Work
from emg.blocks import EndOfSource, SampleBlock
from emg.live_view import LiveView
from emg.stage import Event
from ui.assembly import SessionRunner
from ui.session.course_making import Courses
from ui.session.front import SessionEnd
from ui.session.standing import Standing
from ui.session.traces import Traces

WORK: Final = Work(8, 1000.0)
EVERY_S: Final = 1800.0
SETTLED_S: Final = 3600.0


class Hours(Tireless):
    """A board that waits for nobody, and ends."""

    paced = False

    def __init__(self, work: Work, hours: float) -> None:
        super().__init__(work)
        self._end_sample = round(3600.0 * hours * work.fs_hz)

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Give the next block at once."""
        block = next(self._stream)
        if block.end_sample > self._end_sample:
            raise EndOfSource("")
        return replace(block, host_time_s=time.monotonic())


class Memory:
    """A front that reads the memory in use as the session goes on."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.rows: list[tuple[float, float]] = []

    def post_view(self, view: LiveView) -> None:
        """Read it every half hour of the session."""
        if view.time_s >= EVERY_S * (len(self.rows) + 1):
            self.rows.append((view.time_s / 3600.0, self._process.memory_info().rss / 1e6))

    def post_event(self, event: Event) -> None:
        """Let it be."""

    def post_end(self, end: SessionEnd) -> None:
        """Let it be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hours", description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, help="length of the session")
    hours: float = parser.parse_args(arguments).hours
    with tempfile.TemporaryDirectory() as name:
        plan = replace(plan_of(WORK, Path(name)), source=Hours(WORK, hours), attended=True)
        memory = Memory()
        watchers = (Traces(), Standing(), Courses(plan.exercise))
        runner = SessionRunner(plan, memory, watchers)
        began_s, cpu_s = time.monotonic(), time.process_time()
        runner.start()
        end = runner.wait()
        took_s, cpu_s = time.monotonic() - began_s, time.process_time() - cpu_s
        assert end is not None
        assert end.folder is not None
        sizes_mb = {path.name: path.stat().st_size / 1e6 / hours for path in end.folder.iterdir()}
    settled = np.array([row for row in memory.rows if row[0] * 3600.0 >= SETTLED_S])
    slope = float(np.polyfit(settled[:, 0], settled[:, 1], 1)[0]) if len(settled) > 1 else None
    found = {
        "work": WORK.name,
        "hours": hours,
        "took_s": took_s,
        "cpu_ms_per_second": 1000.0 * cpu_s / (3600.0 * hours),
        "memory_mb": {f"{at_h:g} h": round(mb, 1) for at_h, mb in memory.rows},
        "grown_mb_per_hour": slope,
        "mb_per_hour": {name: round(mb, 2) for name, mb in sorted(sizes_mb.items())},
        "end": end.message,
    }
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
