"""Half an hour of eight channels: every way in a process of its own, because peak memory only ever rises.

``python -m benchmarks.offline WAY FILE CHANNELS RATE SAMPLES`` does one way and prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.live import rotated
from benchmarks.peers import OFFLINE, SOSFILT
from benchmarks.spread import Spread, ratio
from benchmarks.ways import OfflineWay, Recording, Stopwatch, why_not
from benchmarks.work import HUM_UV, MAINS_HZ, OFFSET_UV, Work

WORK: Final = Work(8, 1000.0)
MINUTES: Final = 30.0
PERIOD_S: Final = 6.0
BURST_FROM_S, BURST_TO_S = 3.0, 5.5
REST_UV, BURST_UV = 3.0, 60.0
COMPARED_TO: Final = "scipy_loop"
"""Levels are compared with this way's, over the whole recording."""

SLOW_S: Final = 10.0
"""A way that takes longer is not run again."""

LIMIT_S: Final = 1800.0
ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """One way over the recording; ``problem`` says why there is nothing else.

    Attributes
    ----------
    seconds : Spread
        Of the work, scaled up where only a piece was done; reading the samples is not counted.
    processor_s : Spread
        What the processor spent on it, all threads together.
    real_time : float
        Length of the recording over ``seconds.median``.
    to_sosfilt : Spread
        Its time over that of ``sosfilt`` alone, round by round.
    peak_mb : float or None
        Of the whole process, interpreter and libraries included; None where the system does not say.
    level_pct : float or None
        By how much its mean envelope is above that of SciPy channel by channel.
    bursts : int or None
        Found in all channels.
    """

    key: str
    name: str
    note: str
    tolerance: float | None
    problem: str = ""
    seconds: Spread | None = None
    processor_s: Spread | None = None
    real_time: float | None = None
    to_sosfilt: Spread | None = None
    peak_mb: float | None = None
    level_pct: float | None = None
    bursts: int | None = None

    @property
    def wrong(self) -> bool:
        """Whether it claims the same levels and gives others."""
        claims = self.tolerance is not None and self.level_pct is not None
        return claims and not (abs(self.level_pct) <= 100.0 * self.tolerance)  # type: ignore[arg-type, operator]


@dataclass(frozen=True)
class Run:
    """What one process says of one way."""

    seconds: float = 0.0
    processor_s: float = 0.0
    peak_mb: float | None = None
    level_uv: float | None = None
    bursts: int | None = None
    problem: str = ""


def true_bursts(minutes: float) -> int:
    """Bursts in the recording, all channels."""
    return int(60.0 * minutes / PERIOD_S) * WORK.n_channels


def write_recording(path: Path, minutes: float) -> Recording:
    """Write noise at rest and in bursts, with hum and an offset, a minute at a time."""
    rng = np.random.default_rng(2)
    n_minute = round(60.0 * WORK.fs_hz)
    time_s = np.arange(n_minute) / WORK.fs_hz
    phase_s = time_s % PERIOD_S
    sd_uv = np.where((phase_s >= BURST_FROM_S) & (phase_s < BURST_TO_S), BURST_UV, REST_UV)
    still_uv = OFFSET_UV + HUM_UV * np.sin(2.0 * np.pi * MAINS_HZ * time_s)
    n_samples = round(minutes * n_minute)
    with path.open("wb") as file:
        for first in range(0, n_samples, n_minute):
            n = min(n_minute, n_samples - first)
            noise = rng.standard_normal((n, WORK.n_channels))
            (still_uv[:n, None] + sd_uv[:n, None] * noise).tofile(file)
    return Recording(path, WORK, n_samples)


def compare(recording: Recording, ways: Sequence[OfflineWay], rounds: int) -> list[Row]:
    """Run every way in every round; who is first changes from round to round."""
    runs: dict[str, list[Run]] = {way.key: [] for way in ways}
    for turn in range(rounds):
        for way in rotated(ways, turn):
            done = runs[way.key]
            if not done or (not done[0].problem and done[0].seconds <= SLOW_S):
                done.append(run_apart(way, recording))
    return [_row(way, runs, recording) for way in ways]


def _row(way: OfflineWay, runs: dict[str, list[Run]], recording: Recording) -> Row:
    done = runs[way.key]
    if done[0].problem:
        return Row(way.key, way.name, way.note, way.tolerance, problem=done[0].problem)
    seconds = Spread.of([run.seconds for run in done])
    beside = [run.seconds for run in runs[SOSFILT]]
    peaks = [run.peak_mb for run in done if run.peak_mb is not None]
    level_uv, compared = done[0].level_uv, runs[COMPARED_TO][0].level_uv
    return Row(
        way.key, way.name, way.note, way.tolerance,
        seconds=seconds,
        processor_s=Spread.of([run.processor_s for run in done]),
        real_time=recording.seconds / seconds.median,
        to_sosfilt=ratio([run.seconds for run in done], beside[: len(done)]),
        peak_mb=float(np.median(peaks)) if peaks else None,
        level_pct=None if level_uv is None or compared is None else 100.0 * (level_uv / compared - 1.0),
        bursts=done[0].bursts,
    )  # fmt: skip


def run_apart(way: OfflineWay, recording: Recording) -> Run:
    """Run one way in a process of its own."""
    work = recording.work
    words = [str(recording.path), str(work.n_channels), str(work.fs_hz), str(recording.n_samples)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.offline", way.key, *words],
            cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Run(problem=f"not done after {LIMIT_S / 60.0:.0f} minutes")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Run(problem=f"does not run here ({last[:100]})")
    return Run(**json.loads(done.stdout.strip().splitlines()[-1]))


def run_here(way: OfflineWay, recording: Recording) -> Run:
    """Run one way in this process."""
    clock = Stopwatch()
    try:
        found = way.run(recording, clock)
    except Exception as error:  # other people's code: whatever it raises belongs into its row
        return Run(problem=why_not(error, way.package))
    return Run(
        seconds=clock.seconds / found.share, processor_s=clock.processor_s / found.share,
        peak_mb=peak_mb(), level_uv=found.level_uv, bursts=found.bursts,
    )  # fmt: skip


def peak_mb() -> float | None:
    """Most memory that this process has held.

    Linux hands the peak of the process that started this one down in ``getrusage``, so its own account is
    asked first.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024.0
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def main(words: Sequence[str]) -> None:
    """Do one way and print what it took."""
    key, path, n_channels, fs_hz, n_samples = words
    recording = Recording(Path(path), Work(int(n_channels), float(fs_hz)), int(n_samples))
    way = next(way for way in OFFLINE if way.key == key)
    warnings.simplefilter("ignore")
    print(json.dumps(asdict(run_here(way, recording))))


if __name__ == "__main__":
    main(sys.argv[1:])
