"""The commands, each a module of its own that is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "analyze": "ui.commands.analyze",
        "boards": "ui.commands.boards",
        "calibrations": "ui.commands.calibrations",
        "cohort": "ui.commands.cohort",
        "delete": "ui.commands.delete",
        "demo": "ui.commands.demo",
        "doctor": "ui.commands.doctor",
        "exclude": "ui.commands.exclude",
        "export": "ui.commands.export",
        "import": "ui.commands.import_file",
        "live": "ui.commands.live",
        "move": "ui.commands.move",
        "note": "ui.commands.note",
        "plan": "ui.commands.plan",
        "ports": "ui.commands.ports",
        "practice": "ui.commands.practice",
        "protocols": "ui.commands.protocols",
        "receive": "ui.commands.receive",
        "record": "ui.commands.record",
        "report": "ui.commands.report",
        "returns": "ui.commands.returns",
        "send": "ui.commands.send",
        "sessions": "ui.commands.sessions",
        "unseal": "ui.commands.export",
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
