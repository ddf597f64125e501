"""What commands that read a board share: how it is named, what is said of it, and how it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

import click

from calibrations.intake import IntakeError
from calibrations.store import CalibrationUnreadable
from emg.blocks import SourceUnavailable
from emg.montage import MontageError
from emg.protocols import ProtocolError
from emg.session.plan_file import PlanFileError
from hardware.board import Link
from hardware.boards import UnknownBoard, find_board
from hardware.charger import on_battery
from hardware.files import FileUnreadable
from ui.commands.shared import check_number, fail, say
from ui.exit_codes import EXIT_BOARD, EXIT_FILE, EXIT_USAGE
from ui.kept.athlete_files import NotesUnreadable
from ui.kept.home import AthleteError
from ui.kept.morning import MorningError
from ui.session.aims import AimError
from ui.session.sources import BoardChoice, BoardRefused, SourceChoiceError
from ui.words import intake_words
from ui.words.told import told

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


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn what the user can mend on the command line into a sentence and exit 2."""
    try:
        yield
    except (
        *(MontageError, UnknownBoard, ProtocolError, AthleteError, IntakeError),
        *(SourceChoiceError, SourceUnavailable, AimError, MorningError),
    ) as error:
        fail(told(error), EXIT_USAGE)
    except BoardRefused as error:
        fail(told(error), EXIT_BOARD)
    except (CalibrationUnreadable, FileUnreadable, NotesUnreadable, PlanFileError) as error:
        fail(told(error), EXIT_FILE)


def say_plugged_in(chosen: BoardChoice) -> None:
    """Say that the computer hangs on the mains, where somebody is about to hang on the computer."""
    if chosen.board.link not in (Link.FILE, Link.NONE) and on_battery() is False:
        say(intake_words.ON_MAINS)
