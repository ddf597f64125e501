"""Run every chapter and write the page: ``python -m validation``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from validation import (
    amplitude,
    contact,
    data,
    definitions,
    droop,
    force,
    golden,
    maxima,
    onset,
    recordings,
    sessions,
)
from validation.page import page
from validation.results import Chapter

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "validation.md"

CHAPTERS: Final[Mapping[str, Callable[[Path], Chapter]]] = {
    "golden": golden.chapter,
    "droop": lambda _: droop.chapter(),
    "definitions": lambda _: definitions.chapter(),
    "onset": lambda _: onset.chapter(),
    "amplitude": lambda _: amplitude.chapter(),
    "recordings": recordings.chapter,
    "maxima": lambda _: maxima.chapter(),
    "contact": contact.chapter,
    "sessions": lambda _: sessions.chapter(),
    "force": force.chapter,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; a missed tolerance is said in it and on the way, and is no error of the run."""
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--data", type=Path, default=data.SHARED, help="folder of the real recordings")
    parser.add_argument("--out", type=Path, default=PAGE, help="the page to write")
    parser.add_argument(
        "--only", nargs="+", choices=tuple(CHAPTERS), default=tuple(CHAPTERS), help="chapters"
    )
    chosen = parser.parse_args(arguments)
    chapters = []
    for name in chosen.only:
        began_s = time.monotonic()
        chapter = CHAPTERS[name](chosen.data)
        chapters.append(chapter)
        click.echo(f"{name}: {_outcome(chapter)}, {time.monotonic() - began_s:.0f} s", err=True)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(chapters), encoding="utf-8", newline="\n")
    click.echo(f"written: {chosen.out}", err=True)
    return 0


def _outcome(chapter: Chapter) -> str:
    if chapter.absent:
        return f"not run: data absent ({chapter.absent})"
    missed = [claim.what for claim in chapter.claims if not claim.met]
    return "every tolerance met" if not missed else f"missed: {'; '.join(missed)}"


if __name__ == "__main__":
    sys.exit(main())
