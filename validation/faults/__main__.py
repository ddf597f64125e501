"""Try every fault on every kind of board and write docs/faults.md: ``python -m validation.faults``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from validation.faults.catalogue import FAULTS, find_fault
from validation.faults.kinds import KINDS, find_kind
from validation.faults.matrix import run_matrix
from validation.faults.report import all_together, of_board, of_soak
from validation.faults.soak import Soak, run_soak
from validation.faults.trials import Trial
from validation.page import page
from validation.results import Chapter

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
REPEATS: Final = 5
JOBS: Final = 6
"""Boards mostly wait: so many at a time leave two cores idle enough for their timing to be true."""

INTRO: Final = """# Faults

Written by `make faults` from real runs (`docs/faults.json`); no number on this page was typed by hand.
Emulated boards on pseudo-terminals speak their wire formats to the real drivers, BrainFlow's and pyserial's,
under the whole session: acquisition, signal chain, holds, disk. Every sample carries its own number, so that
a lost, a shifted or an invented one shows. A fault strikes in the middle of a hold, unless the table says
otherwise.

Not here, for want of an emulator: boards on Bluetooth, WiFi and USB, whose samples go through the same
numbering. BrainFlow's synthetic board and a replayed recording have no link that could fail."""

PACKAGES: Final = ("brainflow", "pyserial", "numpy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, keep the results, and write the page from all that are kept."""
    chosen = _parser().parse_args(arguments)
    kept = _read(chosen.out)
    if chosen.what == "matrix":
        _matrix(chosen, kept)
    elif chosen.what == "soak":
        kept["soak"] = run_soak(chosen.minutes, chosen.seed).as_json()
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept, indent=1, sort_keys=True)
    (chosen.out / "faults.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    written = chosen.out / "faults.md"
    text = page(_chapters(kept), f"{INTRO}{_circumstances(kept)}", PACKAGES)
    written.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"written: {written}", err=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m validation.faults", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=("matrix", "soak", "page"),
        default="matrix",
        help="page only writes it anew",
    )
    parser.add_argument("--boards", nargs="+", choices=[kind.name for kind in KINDS], help="default: all")
    parser.add_argument("--faults", nargs="+", choices=[fault.name for fault in FAULTS], help="default: all")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="times each")
    parser.add_argument("--jobs", type=int, default=JOBS, help="boards at a time")
    parser.add_argument("--minutes", type=float, default=30.0, help="length of the soak")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of faults.json and faults.md")
    return parser


def _read(folder: Path) -> dict[str, Any]:
    path = folder / "faults.json"
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"matrix": {}, "soak": None, **kept}


def _matrix(chosen: argparse.Namespace, kept: dict[str, Any]) -> None:
    """Try what is chosen; what is not keeps its old results."""
    kinds = [find_kind(name) for name in chosen.boards or [kind.name for kind in KINDS]]
    faults = [find_fault(name) for name in chosen.faults or [fault.name for fault in FAULTS]]
    kept |= {"load_before": os.getloadavg()[0], "cores": os.cpu_count(), "jobs": chosen.jobs}
    began_s = time.monotonic()
    done = run_matrix(kinds, faults, repeats=chosen.repeats, seed=chosen.seed, jobs=chosen.jobs)
    for kind, fault, found in done:
        kept["matrix"].setdefault(kind.name, {})[fault.name] = found
        told = [f"{one['detected_ms']:.0f}" for one in found["trials"] if one["detected_ms"] is not None]
        outcome = found["error"] or f"told after {', '.join(told) or '-'} ms"
        click.echo(f"{time.monotonic() - began_s:4.0f} s  {kind.name}, {fault.title}: {outcome}", err=True)


def _circumstances(kept: dict[str, Any]) -> str:
    """Say how busy the computer was: timing on a busy one says little."""
    if "cores" not in kept:
        return ""
    return (
        f"\n\nLoad of the computer before the matrix was run: {kept['load_before']:.2f} on {kept['cores']} "
        f"cores; {kept['jobs']} boards at a time."
    )


def _chapters(kept: dict[str, Any]) -> list[Chapter]:
    """Make the chapters from what is kept."""
    cells = [cell for by_fault in kept["matrix"].values() for cell in by_fault.values()]
    trials = [Trial.of_json(one) for cell in cells for one in cell["trials"]]
    errors = [cell["error"] for cell in cells if cell["error"]]
    chapters = [all_together(trials, errors)] if cells else []
    for kind in KINDS:
        ours = [one for one in trials if one.board == kind.name]
        if ours:
            chapters.append(of_board(kind, ours))
    if kept["soak"] is not None:
        chapters.append(of_soak(Soak(**kept["soak"])))
    return chapters


if __name__ == "__main__":
    sys.exit(main())
