"""How a file is named on the command line: the same for every command that takes one of another tool."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from ui.analysis.file_choice import FileChoice
from ui.commands.shared import check_number

_OPTIONS: Final = (
    click.option("--fs", "fs_hz", type=float, metavar="HZ", help="Sampling rate, where the file has none."),
    click.option("--unit", type=click.Choice(["uV", "mV", "V", "arbitrary"]), help="What its numbers are."),
    click.option("--scale", type=float, default=1.0, metavar="K", help="Number times K is in that unit."),
    click.option("--no-header", is_flag=True, help="The first row is numbers already."),
    click.option("--skip", type=click.IntRange(min=0), default=0, metavar="N", help="Lines to pass over."),
    click.option("--sites", metavar="SITE=COLUMN,...", help="A header name, or a signal column from 1."),
)
_NAMES: Final = ("sites", "fs_hz", "unit", "scale", "skip")


def file_options(metavar: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the argument and the options that name a file to a command, which gets them as one ``file``.

    Parameters
    ----------
    metavar : str
        What the argument is called in the help.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_file(path: Path, no_header: bool, **options: Any) -> None:
            said = {name: options.pop(name) for name in _NAMES}
            for value, option in ((said["fs_hz"] or 0.0, "--fs"), (said["scale"], "--scale")):
                check_number(value, option)
            command(file=FileChoice(path, header=not no_header, **said), **options)

        decorated: Callable[..., None] = with_file
        for option in reversed(_OPTIONS):
            decorated = option(decorated)
        return click.argument("path", type=click.Path(path_type=Path), metavar=metavar)(decorated)

    return decorate
