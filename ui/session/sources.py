"""From what the user says of a board to its source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emg.blocks import Source
from emg.montage import Montage
from emg.said import Said, said_by
from hardware.boards import Board, Link
from hardware.brainflow_source import BrainFlowSource
from hardware.lsl import LslSource
from hardware.replay import ReplaySource
from hardware.serial_source import SerialSource
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource

_OPTIONS: Final = ("port", "address", "serial")
_HOW_TO_FIND: Final = {
    "port": Said("powerhold ports lists them"),
    "address": Said("its guide, or the settings of the network, show it"),
    "serial": Said("it is printed on the board"),
}


class SourceChoiceError(ValueError):
    """The board cannot be used as asked; the message says what to write."""


class BoardRefused(ValueError):
    """The board is no board for EMG; the message is the reason."""


@dataclass(frozen=True, slots=True)
class BoardChoice:
    """A board, and how it is found.

    Attributes
    ----------
    board : Board
        From the table of boards.
    port : str
        Serial port; the file of a replay; name or type of a stream of the Lab Streaming Layer.
    address, serial : str
        Network or radio address, and serial number, of a board that is found by them.
    gain : float or None
        Asked gain; None for the board's default.
    speed : float
        Of a replay.
    fs_hz, unit : float or None, str or None
        What the file of a replay does not say of itself.
    """

    board: Board
    port: str = ""
    address: str = ""
    serial: str = ""
    gain: float | None = None
    speed: float = 1.0
    fs_hz: float | None = None
    unit: str | None = None

    def source(self, montage: Montage | None = None) -> Source:
        """Make the source, closed.

        Parameters
        ----------
        montage : Montage or None
            Sites and channels; without it every channel is set up.

        Raises
        ------
        BoardRefused
            If the board cannot measure EMG.
        SourceChoiceError
            If something is missing, or is said that this board does not know.
        MontageError
            If the board has no such channel.
        FileUnreadable
            If the file of a replay cannot be read.
        """
        board = self.board
        if board.refusal:
            raise BoardRefused(
                Said("{board} cannot measure EMG. {reason}", board=board.title, reason=board.refusal)
            )
        if montage is not None and board.n_channels:
            montage.check_fits(board.n_channels, board.name)
        self._check()
        channels = () if montage is None else tuple(channel for _, channel in montage.channels)
        if board.brainflow_id is not None:
            return BrainFlowSource(
                board,
                port=self.port,
                gain=self.gain,
                emg_channels=channels,
                address=self.address,
                serial=self.serial,
            )
        if board.link is Link.SERIAL:
            return SerialSource(board, port=self.port, channels=max(channels, default=None))
        if board.link is Link.NETWORK:
            return LslSource(self.port)
        if board.link is Link.FILE:
            return self._replay(channels)
        return SimulatedSource(Athlete(seed=1), speed=1.0)

    def _check(self) -> None:
        """Refuse what is missing, and what this board does not know."""
        board = self.board
        try:
            board.check_gain(self.gain)
        except ValueError as error:
            raise SourceChoiceError(said_by(error)) from error
        if board.link is Link.FILE and not self.port:
            raise SourceChoiceError(
                Said("A replay needs --port FILE: a recording, or the folder of a session.")
            )
        for option in _OPTIONS:
            said = getattr(self, option)
            if option in board.needs and not said:
                raise SourceChoiceError(
                    Said(
                        "{board} needs --{option}; {how}.",
                        board=board.title,
                        option=option,
                        how=_HOW_TO_FIND[option],
                    )
                )
            if said and option not in (*board.needs, *board.takes):
                found_by = " and ".join(f"--{known}" for known in (*board.needs, *board.takes)) or Said(
                    "itself"
                )
                raise SourceChoiceError(
                    Said(
                        "{board} is found by {found_by}: leave --{option} out.",
                        board=board.title,
                        found_by=found_by,
                        option=option,
                    )
                )
        if board.link is not Link.FILE and (self.speed != 1.0 or self.fs_hz or self.unit):
            raise SourceChoiceError(Said("--speed, --fs and --unit are for --board replay: leave them out."))

    def _replay(self, channels: tuple[int, ...]) -> ReplaySource:
        """Look at the file at once: what is wrong with it is no fault of a board."""
        source = ReplaySource(
            Path(self.port),
            speed=self.speed,
            n_columns=max(channels, default=None),
            fs_hz=self.fs_hz,
            unit=self.unit,
        )
        source.file()
        return source


def performer_of(source: Source) -> Athlete | None:
    """Give the simulated athlete, who does nothing unless he hears the coach; None for a board."""
    return source.athlete if isinstance(source, SimulatedSource) else None
