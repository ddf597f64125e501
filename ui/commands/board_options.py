"""How a board is named on the command line: the same for every command that reads one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from hardware.boards import find_board
from ui.commands.shared import check_number
from ui.session.sources import BoardChoice

_OPTIONS: Final = (
    click.option("--board", required=True, metavar="NAME", help="As in 'powerhold boards'."),
    click.option("--port", default="", metavar="P", help="Serial port, file of a replay, or LSL stream."),
    click.option("--address", default="", metavar="A", help="Network or radio address of a wireless board."),
    click.option("--serial", default="", metavar="S", help="Serial number of a wireless board."),
    click.option("--gain", type=float, metavar="G", help="Gain of all channels."),
    click.option(
        "--speed", type=click.FloatRange(0.0, 1000.0), default=1.0, metavar="X", help="Of a replay."
    ),
    click.option("--fs", "fs_hz", type=float, metavar="HZ", help="Rate of a replay whose file has none."),
    click.option(
        "--unit",
        type=click.Choice(["uV", "mV", "V", "arbitrary"]),
        help="Unit of a replay whose file has none.",
    ),
)
_NUMBERS: Final = {"speed": "--speed", "fs_hz": "--fs"}
_NAMES: Final = ("port", "address", "serial", "gain", "speed", "fs_hz", "unit")


def board_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name a board to a command, which gets them as one ``choose()``.

    ``choose`` returns the ``BoardChoice``; it raises ``UnknownBoard``, where the command can say it.
    """

    @wraps(command)
    def with_choice(board: str, **options: Any) -> None:
        said = {name: options.pop(name) for name in _NAMES}
        for name, option in _NUMBERS.items():
            if said[name] is not None:
                check_number(said[name], option)
        command(choose=lambda: BoardChoice(find_board(board), **said), **options)

    decorated: Callable[..., None] = with_choice
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
