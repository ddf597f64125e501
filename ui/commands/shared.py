"""What all commands share: how they speak, how they fail, and how they are interrupted."""

from __future__ import annotations

import json
import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

import click

from emg.pain import WORST_PAIN
from emg.sets.targets import HIGHEST_PCT
from ui.words import command_words

PAIN_0_10: Final = click.IntRange(0, WORST_PAIN)
PERCENT: Final = click.FloatRange(1.0, HIGHEST_PCT)
"""Of a maximum: a target or a ceiling."""

OUT_OPTION: Final = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the new folder."
)
JSON_OPTION: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


def say(sentence: str) -> None:
    """Tell people something, on stderr."""
    click.echo(sentence, err=True)


def fail(sentence: str, exit_code: int) -> NoReturn:
    """End with one sentence that says what to do."""
    say(sentence)
    raise click.exceptions.Exit(exit_code)


def print_json(report: dict[str, Any]) -> None:
    """Print the object of ``--json``, in ASCII: a path may hold what the terminal's encoding cannot."""
    click.echo(json.dumps(report, allow_nan=False))


def check_number(value: float, name: str) -> None:
    """Refuse what click takes for a number and nobody else does."""
    if not math.isfinite(value):
        raise click.UsageError(command_words.NO_NUMBER.format(option=name))


@contextmanager
def interrupted_by_signals(interrupt: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and a polite kill end the work in order."""

    def handle(number: int, frame: FrameType | None) -> None:
        interrupt()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
