"""The boards that can be used, by name: rate, channels, scale, true bandwidth, and what to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from emg.said import Said
from hardware.board import Board, Link
from hardware.brainflow_boards import BRAINFLOW_ROWS
from hardware.other_boards import OTHER_ROWS
from hardware.plain_boards import PLAIN_BOARDS

__all__ = ["BOARDS", "Board", "Link", "UnknownBoard", "find_board"]


class UnknownBoard(ValueError):
    """No board of this name; the message lists those that there are."""


PLAIN_ROWS: Final = tuple(plain.row for plain in PLAIN_BOARDS)
"""Those that are described in one file each."""

BOARDS: Final[Mapping[str, Board]] = {
    board.name: board for board in (*BRAINFLOW_ROWS, *PLAIN_ROWS, *OTHER_ROWS)
}
"""All boards, by name; those that are refused for EMG too, with the reason."""


def find_board(name: str) -> Board:
    """Look a board up; BrainFlow's own spelling of a name, as ``CYTON_BOARD``, is understood.

    Raises
    ------
    UnknownBoard
        If there is none of this name.
    """
    board = BOARDS.get(name) or BOARDS.get(name.lower().removesuffix("_board"))
    if board is None:
        usable = ", ".join(board.name for board in BOARDS.values() if not board.refusal)
        raise UnknownBoard(
            Said("There is no board '{name}': choose one of {boards}.", name=name, boards=usable)
        )
    return board
