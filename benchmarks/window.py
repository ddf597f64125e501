"""Measure the windows of a running session: ``python -m benchmarks.window`` prints what it found.

A whole session runs for each size in a process of its own: a board that never tires, the chain, the coach,
the files, both pages in windows of their own, sound, offscreen or on whatever display there is. The times are
those that the therapist's page shows: from a block's arrival to the end of the paint of its view.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from benchmarks.work import BLOCK_S, Stream, Work
from calibrations.calibration import Calibration, SiteRecord
from emg.blocks import SampleBlock, StreamInfo
from emg.montage import FOUR_SITES
from emg.protocols import load_protocol
from emg.results import Method
from ui.reading.latency import Latencies
from ui.session.plan import SessionPlan, chain_settings
from ui.session.records import chain_record

if TYPE_CHECKING:
    from ui.desktop.running import Running

SIZES: Final = (Work(4, 250.0), Work(16, 2000.0))
LIMITS: Final = {"p50_ms": 3.0, "p99_ms": 12.0}
CORE_LIMITS_PCT: Final = {"4 x 250": 15.0, "16 x 2000": 40.0}
BACK_LIMIT_MS: Final = 100.0
WARM_UP_S, STALL_S = 3.0, 5.0


@dataclass(frozen=True)
class Row:
    """One size of board.

    Attributes
    ----------
    p50_ms, p95_ms, p99_ms : float
        From a block's arrival to the end of its paint.
    blocks, paints : int
        Blocks that came while it was measured, and views that were painted.
    core_pct : float
        Share of one core that the whole process took.
    back_ms : float
        After the window stood still for 5 s: how long until a paint shows data no older than usual (p99).
    grown_mb_per_hour : float
        Growth of the memory in use while it was measured, scaled to an hour; in the first minute what has a
        size of its own fills up.
    platform : str
        Qt's platform: offscreen, or that of the display.
    """

    work: str
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    blocks: int
    paints: int
    core_pct: float
    back_ms: float
    grown_mb_per_hour: float
    platform: str

    @property
    def missed(self) -> list[str]:
        """What the row does not reach, in words."""
        found = asdict(self)
        limits = {**LIMITS, "core_pct": CORE_LIMITS_PCT[self.work], "back_ms": BACK_LIMIT_MS}
        return [
            f"{name} {found[name]:.1f} against {limit:g}"
            for name, limit in limits.items()
            if found[name] > limit
        ]


class Tireless:
    """A board that sends the same seconds again and again, in blocks of 20 ms, at its own pace.

    Parameters
    ----------
    work : Work
        Channels and rate.
    """

    paced = True

    def __init__(self, work: Work) -> None:
        self._work = work
        self._stream = Stream(work)
        self._due_s = 0.0

    def open(self) -> StreamInfo:
        """Begin to send."""
        self._due_s = time.monotonic()
        return self._work.info

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Wait for the next block."""
        self._due_s += BLOCK_S
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        return replace(next(self._stream), host_time_s=time.monotonic())

    def close(self) -> None:
        """End."""


def plan_of(work: Work, parent: Path) -> SessionPlan:
    """Plan training holds on the four sites, calibrated: every bar has a percentage."""
    info = work.info
    exercise = load_protocol("power_position")
    trained = exercise.model_copy(update={"sets": exercise.sets[1:2], "timing": _long(exercise.timing)})
    sites = {
        name: SiteRecord(channel=channel, rest_uv=2.0, mvc_uv=200.0, method=Method.QUICK, mvc_cv_pct=10.0)
        for name, channel in FOUR_SITES.as_dict().items()
    }
    calibration = Calibration(
        athlete="bench", board=info.board, source_id=info.source_id, unit=info.unit.value,
        chain=chain_record(info, chain_settings(info, None)), made_at=datetime.now(UTC), software="bench",
        sites=sites,
    )  # fmt: skip
    return SessionPlan(
        source=Tireless(work), exercise=trained, montage=FOUR_SITES, athlete="bench", parent=parent,
        calibration=calibration, checks=False,
    )  # fmt: skip


def _long(timing: object) -> object:
    """Rests so short that nearly all of the time is holds, in which everything moves."""
    changes = {"stand_up_s": 1.0, "prepare_s": 1.0, "quiet_s": 0.5, "rest_between_holds_s": 1.0}
    return timing.model_copy(update=changes)  # type: ignore[attr-defined]


def measure(work: Work, seconds: float) -> Row:
    """Run a session in its windows, and measure it."""
    from PySide6.QtWidgets import QApplication

    from ui.desktop.app import make_application
    from ui.desktop.problems import Problems
    from ui.desktop.running import Running
    from ui.kept.settings import Settings

    with tempfile.TemporaryDirectory() as name:
        problems = Problems()
        app = make_application(["powerhold"], problems, on_warning=lambda *_warned: None)
        running = Running(plan_of(work, Path(name)), problems, Settings(), again=False)
        _open_both(running)
        running.start()
        meter = _Meter(running, seconds)
        try:
            return meter.run(app, work)
        finally:
            running.finish()
            QApplication.closeAllWindows()


def _open_both(running: Running) -> None:
    """Give the therapist's page its own window, as beside a second screen."""
    screens = running.screens
    screens._part(running.athlete.screen())


class _Meter:
    """Lets the session run, and reads off times, processor and memory."""

    def __init__(self, running: Running, seconds: float) -> None:
        self._running, self._seconds = running, seconds
        self._process = psutil.Process()

    def run(self, app: object, work: Work) -> Row:
        """Warm up, measure, stall, and measure again."""
        from PySide6.QtWidgets import QApplication

        self._spin(WARM_UP_S)
        self._forget()
        rss, cpu_s, began_s = self._process.memory_info().rss, time.process_time(), time.monotonic()
        self._spin(self._seconds)
        took_s = time.monotonic() - began_s
        core_pct = 100.0 * (time.process_time() - cpu_s) / took_s
        grown_mb = (self._process.memory_info().rss - rss) / 1e6
        found = self._running.latencies.percentiles()
        if found is None or self._running.controls.view.paused:
            raise RuntimeError("nothing was painted, or the session was paused: that measures something else")
        back_ms = self._back_after_stall(found.p99_ms)
        return Row(
            work.name, took_s, found.p50_ms, found.p95_ms, found.p99_ms, round(took_s / BLOCK_S), found.n,
            core_pct, back_ms, grown_mb * 3600.0 / took_s, QApplication.platformName(),
        )  # fmt: skip

    def _back_after_stall(self, usual_ms: float) -> float:
        """Let the window's thread stand still, then wait for a paint that is as fresh as usual."""
        time.sleep(STALL_S)
        began_s = time.monotonic()
        self._forget()
        while time.monotonic() - began_s < STALL_S:
            self._spin(0.005)
            newest = self._running.latencies.recent(time.monotonic())
            if newest is not None and newest.n >= 2 and newest.p50_ms <= max(usual_ms, LIMITS["p99_ms"]):
                break
        return 1000.0 * (time.monotonic() - began_s)

    def _forget(self) -> None:
        """Begin to count anew."""
        vars(self._running.latencies).update(vars(Latencies()))

    def _spin(self, seconds: float) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(1000.0 * seconds), loop.quit)
        loop.exec()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a JSON object with a row for each size, measured in processes of their own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.window", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each size is measured")
    parser.add_argument("--size", type=int, choices=range(len(SIZES)), help="only this one, in this process")
    chosen = parser.parse_args(arguments)
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if chosen.size is not None:
        print(json.dumps(asdict(measure(SIZES[chosen.size], chosen.seconds))))
        return 0
    rows = []
    for number in range(len(SIZES)):
        command = [sys.executable, "-m", "benchmarks.window", "--size", str(number)]
        command += ["--seconds", str(chosen.seconds)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows.append(Row(**json.loads(told.splitlines()[-1])))
    print(json.dumps([{**asdict(row), "missed": row.missed} for row in rows], indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
