"""The commands that have a module of their own; each is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "analyze": "ui.analysis.command",
        "boards": "ui.boards_command",
        "calibrations": "ui.calibrations_command",
        "cohort": "ui.cohort_command",
        "doctor": "ui.doctor_command",
        "delete": "ui.delete_command",
        "exclude": "ui.exclude_command",
        "export": "ui.export_command",
        "import": "ui.import_command",
        "move": "ui.move_command",
        "note": "ui.note_command",
        "plan": "ui.plan_command",
        "ports": "ui.ports_command",
        "practice": "ui.practice_command",
        "protocols": "ui.protocols_command",
        "receive": "ui.receive_command",
        "report": "ui.report_command",
        "returns": "ui.returns_command",
        "send": "ui.send_command",
        "sessions": "ui.sessions_command",
        "unseal": "ui.export_command",
    }
)
"""Each holds a click command ``NAME_command``."""


class Commands(click.Group):
    """A group that knows the names of its commands, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *MODULES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of that name."""
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        found = getattr(import_module(MODULES[cmd_name]), f"{cmd_name}_command")
        assert isinstance(found, click.Command)
        return found
