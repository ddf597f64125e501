"""How a file of another tool is to be read: what every command that takes one can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., None])

_OPTIONS: Final = (
    click.option("--fs", "fs_hz", type=float, metavar="HZ", help="Sampling rate, where the file has none."),
    click.option("--unit", type=click.Choice(["uV", "mV", "V", "arbitrary"]), help="What its numbers are."),
    click.option("--scale", type=float, default=1.0, metavar="K", help="Number times K is in that unit."),
    click.option("--no-header", is_flag=True, help="The first row is numbers already."),
    click.option("--skip", type=click.IntRange(min=0), default=0, metavar="N", help="Lines to pass over."),
)


def file_options(command: Command) -> Command:
    """Give a command ``fs_hz``, ``unit``, ``scale``, ``no_header`` and ``skip``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
