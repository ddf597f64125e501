"""From the name of a board to its source."""

from __future__ import annotations

from emg.blocks import Source
from emg.montage import Montage
from hardware.boards import Board, Link
from hardware.brainflow_source import BrainFlowSource
from hardware.simulated_athlete import Athlete, SimulatedSource


class SourceChoiceError(ValueError):
    """The board cannot be used as asked; the message says what to write."""


def board_source(
    board: Board, port: str | None, gain: float | None, montage: Montage | None, other: str | None = None
) -> Source:
    """Make the source of a board, closed.

    Parameters
    ----------
    board : Board
        From the table of boards.
    port : str or None
        Serial port, where the board needs one.
    gain : float or None
        Asked gain; None for the board's default.
    montage : Montage or None
        Sites and channels; without it every channel is set up.
    other : str or None
        A network address or serial number, which none of today's boards is found by.

    Raises
    ------
    SourceChoiceError
        If the board needs a port, has no such gain, or is not found in that way.
    """
    if other:
        raise SourceChoiceError(f"{board.title} is found by its --port: leave --address and --serial out.")
    try:
        set_gain = board.check_gain(gain)
    except ValueError as error:
        raise SourceChoiceError(str(error)) from error
    if board.link is Link.SERIAL and not port:
        raise SourceChoiceError(f"{board.title} needs --port; powerhold ports lists them.")
    if board.brainflow_id is None:
        return SimulatedSource(Athlete(seed=1), speed=1.0)
    channels = () if montage is None else tuple(channel for _, channel in montage.channels)
    return BrainFlowSource(board, port=port or "", gain=set_gain, emg_channels=channels)


def performer_of(source: Source) -> Athlete | None:
    """Give the simulated athlete, who does nothing unless he hears the coach; None for a board."""
    return source.athlete if isinstance(source, SimulatedSource) else None
