"""The command ``powerhold``; stdout carries the JSON object of ``--json`` and nothing else."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from io import TextIOWrapper

import click

from ui.commands import Commands
from ui.opening import open_window


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(metadata.version("powerhold"), prog_name="powerhold")
@click.pass_context
def main(context: click.Context) -> None:
    """Live EMG biofeedback of glute against hamstring in the power position.

    Without a command it opens the desktop app. Not a medical device.
    """
    os.umask(0o077)  # whatever a library writes is the user's alone
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a table for an old terminal, rather than none
    if context.invoked_subcommand is None:
        raise click.exceptions.Exit(open_window())
