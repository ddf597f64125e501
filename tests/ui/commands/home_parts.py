"""Calls of the commands between clinic and home."""

from __future__ import annotations

import json
from typing import Any

import click
from click.testing import CliRunner, Result


def run(command: click.Command, *arguments: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)], input=typed)


def done(command: click.Command, *arguments: object) -> dict[str, Any]:
    """The object of --json, which must be all there is on stdout."""
    result = run(command, *arguments, "--json")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(exit_code: int, command: click.Command, *arguments: object) -> str:
    """The one sentence that a user gets."""
    result = run(command, *arguments)
    assert result.exit_code == exit_code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    assert lines[0].endswith(".")
    return lines[0]
