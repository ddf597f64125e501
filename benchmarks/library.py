"""Find 5,000 sessions of 300 athletes: ``python -m benchmarks.library`` prints what a look costs.

One session of the simulated athlete is run; its small files are copied under other ids and dates, with one
number changed in each. A cold look reads every folder and makes the index; a warm one believes it; beside
both stands reading the folders without an index. ``--json`` prints one object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.spread import Spread
from emg.session.folder import SessionFolder
from emg.session.library import digests
from emg.session.trend import trends
from ui.kept.athletes import athletes
from ui.kept.home import sessions_folder
from ui.kept.index import session_index
from ui.kept.library import look
from ui.reading.history import read_history

ATHLETES: Final = 300
SESSIONS: Final = 5000
TURNS: Final = 15
LIMIT_S: Final = 0.2
FIRST: Final = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
COPIED: Final = ("session.json", "summary.json", "holds.csv", "events.jsonl")
ASK: Final = "from ui.commands.sessions import sessions_command; sessions_command({words!r})"
NOTHING: Final = "import ui.commands.sessions"


@dataclass(frozen=True)
class Row:
    """What one way to look takes, in milliseconds; ``times`` is beside the other way."""

    what: str
    best_ms: float
    median_ms: float
    p95_ms: float
    times: float | None = None
    limit_ms: float | None = None


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 where the promise is missed by the best turn."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.library", description=__doc__)
    parser.add_argument("--athletes", type=int, default=ATHLETES)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--home", type=Path, help="keep the made library here")
    parser.add_argument("--json", action="store_true", help="print the JSON object instead of lines")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        home = given.home or Path(name) / "home"
        os.environ["POWERHOLD_HOME"] = str(home)
        if not (home / "athletes").exists():
            make_library(given.athletes, given.sessions, Path(name))
        rows = measure(given.turns)
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        for row in rows:
            beside = "" if row.times is None else f"{row.times:7.3f} x"
            limit = "" if row.limit_ms is None else f"   at most {row.limit_ms:.0f} ms"
            took = f"{row.best_ms:8.1f}  {row.median_ms:8.1f}  {row.p95_ms:8.1f} ms"
            print(f"{row.what:42} {took}  {beside}{limit}")
    return int(any(row.limit_ms is not None and row.best_ms > row.limit_ms for row in rows))


def make_library(n_athletes: int, n_sessions: int, scratch: Path) -> None:
    """Fill the home with copies of one session of the simulated athlete."""
    small = small_files(scratch)
    session, summary = json.loads(small["session.json"]), json.loads(small["summary.json"])
    for number in range(n_sessions):
        athlete, turn = f"athlete-{number % n_athletes:03}", number // n_athletes
        started_at = FIRST + timedelta(days=3 * turn, minutes=number % n_athletes)
        folder = SessionFolder.create(sessions_folder(athlete), "power_position", started_at)
        left = summary["sides"]["left"]["glute_pct_mvc"]
        left["mean"] = None if left["mean"] is None else 30.0 + number % 41
        facts: dict[str, Any] = {
            "id": folder.name,
            "athlete": athlete,
            "simulated": False,
            "started_at": started_at.isoformat(),
            "placement": {"id": f"{started_at:%Y%m%dT%H%M%SZ}", "from_landmark_cm": {}, "shown": True},
        }
        texts = {
            "session.json": json.dumps(session | facts, indent=2),
            "summary.json": json.dumps(summary, indent=2),
            "holds.csv": small["holds.csv"],
            "events.jsonl": small["events.jsonl"],
        }
        for name, text in texts.items():
            (folder.path / name).write_text(text, encoding="utf-8")


def small_files(scratch: Path) -> dict[str, str]:
    """Run a session and give its small files."""
    words = ["demo", "--headless", "--speed", "0", "--seed", "1", "--out", str(scratch / "one")]
    run = [sys.executable, "-c", "from ui.cli import main; main()", *words]
    subprocess.run(run, check=True, capture_output=True)
    [folder] = (scratch / "one").iterdir()
    return {name: (folder / name).read_text(encoding="utf-8") for name in COPIED}


def measure(turns: int) -> list[Row]:
    """Look in every way."""
    ids = [entry.id for entry in athletes()]
    one = ids[0]
    n = len(look(ids, everybody=True).listed)
    without = timed(lambda: [digests(sessions_folder(athlete)) for athlete in ids], 2)
    settle(ids)
    cold = timed(lambda: look(ids, everybody=True), 2, before=session_index().discard)
    warm = timed(lambda: look([entry.id for entry in athletes()], everybody=True), turns)
    every = timed(lambda: look(ids, everybody=True).library(), turns)
    plain = timed(lambda: trends(digests(sessions_folder(one)).digests), turns)
    trend = timed(lambda: trends(look([one]).library().digests), turns)
    history = timed(lambda: read_history(one), turns)
    command = process(ASK.format(words=[]), turns)
    start = process(NOTHING, turns)
    return [
        Row(f"folders of {n} sessions, without an index", *ms(without)),
        Row("cold: folders read and index made", *ms(cold), times(cold, without)),
        Row("warm: all found and in order", *ms(warm), times(warm, without), 1e3 * LIMIT_S),
        Row("warm: all of every one of them", *ms(every), times(every, without)),
        Row("powerhold sessions, a whole process", *ms(command), times(command, start)),
        Row("of that python and imports", *ms(start)),
        Row("one athlete's trends", *ms(trend), times(trend, plain), 1e3 * LIMIT_S),
        Row("the history page's data", *ms(history), limit_ms=1e3 * LIMIT_S),
    ]


def settle(ids: Sequence[str]) -> None:
    """Let the index believe what was written: not before it is quiet for three seconds."""
    newest_s = max(path.stat().st_mtime for path in sessions_folder(ids[-1]).iterdir())
    time.sleep(max(0.0, newest_s + 3.5 - time.time()))
    look(ids, everybody=True)


def timed(work: Callable[[], object], turns: int, before: Callable[[], None] | None = None) -> list[float]:
    """Do it so many times; seconds each."""
    took_s = []
    for _ in range(turns):
        if before is not None:
            before()
        begun_s = time.perf_counter()
        work()
        took_s.append(time.perf_counter() - begun_s)
    return took_s


def process(code: str, turns: int) -> list[float]:
    """Do it in processes of their own."""

    def run() -> None:
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    run()
    return timed(run, max(3, turns // 3))


def ms(took_s: Sequence[float]) -> tuple[float, float, float]:
    """Best, median and 95th percentile in milliseconds."""
    spread = Spread.of(took_s)
    return 1e3 * min(took_s), 1e3 * spread.median, 1e3 * spread.p95


def times(took_s: Sequence[float], beside_s: Sequence[float]) -> float:
    """How many times longer than the other way, best against best."""
    return min(took_s) / min(beside_s)


if __name__ == "__main__":
    sys.exit(main())
