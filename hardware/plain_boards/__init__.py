"""Boards on a serial port, one file each: what lies in this folder is found, and needs no other line.

``docs/guide/builder.md`` adds one step by step.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from hardware.plain_board import PlainBoard


def _found() -> tuple[PlainBoard, ...]:
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(_board_of(name) for name in names)


def _board_of(name: str) -> PlainBoard:
    board = getattr(import_module(f"{__name__}.{name}"), "BOARD", None)
    if not isinstance(board, PlainBoard):
        raise TypeError(f"{__name__}.{name} has no BOARD, which is to be a PlainBoard.")
    return board


PLAIN_BOARDS: Final = _found()
"""In the order of the names of their files."""
