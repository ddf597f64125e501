"""Measure the whole program and write docs/program-speed.md: ``python -m benchmarks.whole``.

Start, a running session in both windows, the files, the library and, where it is asked for, hours of
recording, each in processes of their own. What one run leaves out stands in the page as it was last
measured, with its date.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
FACTS: Final = DOCS / "program-speed.json"
PAGE: Final = DOCS / "program-speed.md"

PARTS: Final = ("start", "window", "hours", "recorder", "library")

HEAD: Final = """# How fast the whole program is

Made by `make bench` (`python -m benchmarks.whole`). Ways of computing are compared in
[benchmarks.md](benchmarks.md).
"""

START: Final = """
## From the command to a window that takes keys

{when}. Best of {turns} starts in an empty home, files compiled; "x Qt" is beside
`import PySide6.QtWidgets` alone.

| mark | best, s | median, s | x Qt | asked, s |
|---|---|---|---|---|
"""

WINDOW: Final = """
## From a block to the end of its paint

{when}. A board that never tires, blocks of 20 ms; chain, coach, files and both pages
in windows of their own, {platform}.
"Back" is how long after a stop of the window of 5 s its paints are as fresh as usual.

| channels x Hz | s | p50, ms | p95 | p99 | blocks | painted | % of a core | back, ms | missed |
|---|---|---|---|---|---|---|---|---|---|
"""

HOURS: Final = """
## Hours at full speed

{when}. {work}, {hours:g} hours of a session in {took_s:.0f} s;
{cpu_ms_per_second:.1f} ms of processor for a second of it.

Memory in use, MB: {memory}. Grown after the first hour: {grown} MB an hour.

On disk, MB an hour: {sizes}.
"""

RECORDER: Final = """
## What the files cost

{when}. {work}, {seconds:g} s as a board sends: {cpu_ms_per_second:.1f} ms of processor for a second;
{mb_per_hour:.0f} MB an hour. The thread of the board is held up for {caller_p50_ms:.3f} ms a block (median),
{caller_p95_ms:.3f} ms (95 %), {caller_longest_ms:.2f} ms (longest).
"""

LIBRARY: Final = """
## To find a session

{when}. 5,000 sessions of 300 athletes. Best and median of many looks.

| what | best, ms | median, ms | asked, ms |
|---|---|---|---|
"""


def told(module: str, *words: str) -> Any:
    """Run a benchmark of its own and read what it printed."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    # some end with 1 where a limit was missed: the page says so
    return json.loads(subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout)


def page(facts: dict[str, Any]) -> str:
    """Write the page from what was measured."""
    text = HEAD
    if start := facts.get("start"):
        text += START.format(**start)
        for row in start["rows"]:
            asked = "" if row["limit_s"] is None else f"{row['limit_s']:g}"
            text += f"| {row['mark'].replace('_', ' ')} | {row['best_s']:.2f} | {row['median_s']:.2f} "
            text += f"| {row['times_qt']:.1f} | {asked} |\n"
    if window := facts.get("window"):
        text += WINDOW.format(**window)
        for row in window["rows"]:
            text += f"| {row['work']} | {row['seconds']:.0f} | {row['p50_ms']:.1f} | {row['p95_ms']:.1f} "
            text += f"| {row['p99_ms']:.1f} | {row['blocks']} | {row['paints']} | {row['core_pct']:.0f} "
            text += f"| {row['back_ms']:.0f} | {', '.join(row['missed']) or 'nothing'} |\n"
    if hours := facts.get("hours"):
        memory = ", ".join(f"{at} {mb:g}" for at, mb in hours["memory_mb"].items())
        sizes = ", ".join(f"{name} {mb:g}" for name, mb in hours["mb_per_hour"].items())
        slope = hours["grown_mb_per_hour"]
        grown = "not told by so short a run" if slope is None else f"{slope:.2f}"
        text += HOURS.format(**{**hours, "memory": memory, "sizes": sizes, "grown": grown})
    if recorder := facts.get("recorder"):
        text += RECORDER.format(**recorder)
    if library := facts.get("library"):
        text += LIBRARY.format(**library)
        for row in library["rows"]:
            asked = "" if row["limit_ms"] is None else f"{row['limit_ms']:g}"
            text += f"| {row['what']} | {row['best_ms']:.1f} | {row['median_ms']:.1f} | {asked} |\n"
    return text


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked for, and write facts and page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each size of board is measured")
    parser.add_argument("--turns", type=int, default=7, help="starts of the program")
    parser.add_argument("--hours", type=float, default=0.0, help="also record so many hours at full speed")
    parser.add_argument(
        "--only", choices=["start", "window", "hours", "recorder", "library"], help="only this part"
    )
    given = parser.parse_args(words)
    facts: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8")) if FACTS.exists() else {}
    cores, version = psutil.cpu_count(), platform.python_version()
    when = f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, {platform.system()}, Python {version}"
    if given.only in (None, "start"):
        rows = told("start", "--json", "--turns", str(given.turns))
        facts["start"] = {"when": when, "turns": given.turns, "rows": rows}
    if given.only in (None, "window"):
        rows = told("window", "--seconds", str(given.seconds))
        facts["window"] = {"when": when, "platform": rows[0]["platform"], "rows": rows}
    if given.hours and given.only in (None, "hours"):
        facts["hours"] = {"when": when, **told("hours", "--hours", str(given.hours))}
    if given.only in (None, "recorder"):
        facts["recorder"] = {"when": when, **told("recorder")}
    if given.only in (None, "library"):
        facts["library"] = {"when": when, "rows": told("library", "--json")}
    FACTS.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(facts), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
