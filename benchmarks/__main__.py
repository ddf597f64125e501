"""Measure what the chain, a recording and a session's files cost, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import live, offline, peers, report, session
from benchmarks.work import Work

SIZES: Final = (Work(4, 250.0), Work(8, 250.0), Work(16, 2000.0), Work(64, 2000.0))
QUICK_SIZES: Final = (Work(8, 250.0), Work(16, 2000.0))
BIG: Final = Work(64, 2000.0)
SHARED: Final = ("chain", "chain_harmonics")
QUICK_MINUTES: Final = 2.0
DOCS: Final = Path(__file__).resolve().parents[1] / "docs"


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    quick: bool
    _: KW_ONLY
    turns: int
    paced_turns: int
    rounds: int
    minutes: float
    share_s: float

    @classmethod
    def of(cls, *, quick: bool, turns: int | None, minutes: float | None) -> Plan:
        """Give the house's numbers, or those of a quick look."""
        if quick:
            turns, minutes = turns or 20, minutes or QUICK_MINUTES
            share_s = min(2.0, 0.1 * turns)
            return cls(quick, turns=turns, paced_turns=turns, rounds=1, minutes=minutes, share_s=share_s)
        turns, minutes = turns or 40, minutes or offline.MINUTES
        return cls(quick, turns=turns, paced_turns=4 * turns, rounds=3, minutes=minutes, share_s=10.0)


def measure(plan: Plan) -> report.Figures:
    """Measure everything in the plan."""
    ways = peers.QUICK_LIVE if plan.quick else peers.LIVE
    sizes = QUICK_SIZES if plan.quick else SIZES
    at_sizes: dict[str, Sequence[live.Row]] = {}
    for work in sizes:
        say(f"Live, {work.name} Hz ...")
        at_sizes[work.name] = live.compare(work, ways, plan.turns, plan.paced_turns)
    say(f"Share of a core, {BIG.name} Hz ...")
    shares = [live.share_of_core(BIG, way, plan.share_s) for way in ways if way.key in SHARED]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("Sessions ...")
        written = [session.compare(work, plan.turns, folder) for work in (Work(4, 250.0), Work(4, 2000.0))]
        say(f"A recording of {plan.minutes:g} minutes ...")
        recording = offline.write_recording(folder / "recording.f64", plan.minutes)
        whole = offline.compare(recording, peers.QUICK_OFFLINE if plan.quick else peers.OFFLINE, plan.rounds)
    setting = report.Setting.here(
        date=datetime.now(UTC).date().isoformat(), turns=plan.turns, paced_turns=plan.paced_turns,
        rounds=plan.rounds, minutes=plan.minutes,
    )  # fmt: skip
    return report.Figures(setting, at_sizes, shares, whole, written)


def say(text: str) -> None:
    """Tell how far it is; figures go to standard output alone."""
    print(text, file=sys.stderr, flush=True)


def wrong(figures: report.Figures) -> list[str]:
    """Ways that claim the same work and give other numbers: a fast wrong answer is not ahead."""
    of_blocks = {row.name for rows in figures.blocks.values() for row in rows if row.wrong}
    return sorted(of_blocks | {row.name for row in figures.recording if row.wrong})


def main(words: Sequence[str] | None = None) -> int:
    """Measure, and write or print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a short look without other libraries; writes nothing"
    )
    parser.add_argument("--turns", type=int, help="seconds of signal in each comparison (40, quick 20)")
    parser.add_argument("--json", action="store_true", help="print the JSON object instead of the page")
    parser.add_argument("--out", type=Path, default=DOCS, metavar="FOLDER", help="where the page goes (docs)")
    parser.add_argument("--minutes", type=float, help="length of the recording (30, quick 2)")
    given = parser.parse_args(words)
    warnings.simplefilter("ignore")  # other libraries warn of each other
    logging.disable(logging.WARNING)
    figures = measure(Plan.of(quick=given.quick, turns=given.turns, minutes=given.minutes))
    print(figures.to_json() if given.json else report.page(figures))
    if not given.quick:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "benchmarks.json").write_text(figures.to_json(), encoding="utf-8")
        (given.out / "benchmarks.md").write_text(report.page(figures), encoding="utf-8")
    wrongly = wrong(figures)
    if wrongly:
        say(f"These claim the same work and give other numbers: {', '.join(wrongly)}.")
    return 1 if wrongly else 0


if __name__ == "__main__":
    sys.exit(main())
