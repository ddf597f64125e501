"""The boards that can be used: rate, channels, scale, true bandwidth, and what to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Link(StrEnum):
    """How a board is connected."""

    SERIAL = "serial"
    NONE = "none"


class UnknownBoard(ValueError):
    """No board of this name; the message lists those that there are."""


@dataclass(frozen=True, slots=True)
class Board:
    """One line of the table of boards.

    Attributes
    ----------
    name : str
        As written after ``--board``.
    title : str
        As people call it.
    link : Link
        How it is connected; a serial one needs a port.
    fs_hz : float
        Sampling rate.
    n_channels : int
        EMG channels.
    bandwidth_hz : float
        Upper -3 dB corner of the board itself.
    full_scale_at_gain_1_uv : float
        Greatest absolute value at gain 1, or of a board without a gain.
    gains : tuple of int
        Gains that can be set, in the order of the board's own codes; empty if there are none.
    default_gain : int or None
        The gain used unless another is asked for.
    brainflow_id : int or None
        BrainFlow's number of the board; None if it does not come through BrainFlow.
    note : str
        What to know before believing its numbers.
    """

    name: str
    title: str
    link: Link
    fs_hz: float
    n_channels: int
    bandwidth_hz: float
    full_scale_at_gain_1_uv: float
    gains: tuple[int, ...] = ()
    default_gain: int | None = None
    brainflow_id: int | None = None
    note: str = ""

    def full_scale_uv(self, gain: float | None = None) -> float:
        """Greatest absolute value of a channel at a gain, the default gain unless given."""
        return self.full_scale_at_gain_1_uv / (gain or self.default_gain or 1)

    def check_gain(self, gain: float | None) -> int | None:
        """Return the gain to be set: the one asked for, or the board's default.

        Raises
        ------
        ValueError
            If the board cannot be set to it; the message lists what it can.
        """
        if gain is None:
            return self.default_gain
        if gain not in self.gains:
            choice = ", ".join(map(str, self.gains))
            advice = f"choose one of {choice}" if choice else "leave the gain out"
            raise ValueError(f"{self.title} has no gain {gain:g}: {advice}.")
        return int(gain)


_ADS1299_FULL_SCALE_UV: Final = 4.5e6
"""Reference of the ADS1299, 4.5 V at gain 1 (datasheet SBAS499)."""

_TABLE: Final = (
    Board(
        name="cyton",
        title="OpenBCI Cyton",
        link=Link.SERIAL,
        fs_hz=250.0,
        n_channels=8,
        # sinc3 filter at 250 SPS, SBAS499 table 1
        bandwidth_hz=65.0,
        full_scale_at_gain_1_uv=_ADS1299_FULL_SCALE_UV,
        gains=(1, 2, 4, 6, 8, 12, 24),
        default_gain=24,
        brainflow_id=0,
        note="Amplitude of EMG between 20 and about 110 Hz; too slow for median frequency.",
    ),
    Board(
        name="synthetic",
        title="BrainFlow synthetic board",
        link=Link.NONE,
        fs_hz=250.0,
        n_channels=16,
        bandwidth_hz=125.0,
        full_scale_at_gain_1_uv=_ADS1299_FULL_SCALE_UV / 24.0,
        brainflow_id=-1,
        note="Sine waves of a few hertz, to try the connection; not EMG.",
    ),
    Board(
        name="simulated",
        title="Simulated athlete",
        link=Link.NONE,
        fs_hz=250.0,
        n_channels=4,
        bandwidth_hz=65.0,
        full_scale_at_gain_1_uv=_ADS1299_FULL_SCALE_UV,
        gains=(24,),
        default_gain=24,
        note="An athlete who hears the coach, measured as by a Cyton; needs no hardware.",
    ),
)

BOARDS: Final[Mapping[str, Board]] = {board.name: board for board in _TABLE}
"""All boards, by name."""


def find_board(name: str) -> Board:
    """Look a board up.

    Raises
    ------
    UnknownBoard
        If there is none of this name.
    """
    board = BOARDS.get(name)
    if board is None:
        raise UnknownBoard(f"There is no board '{name}': choose one of {', '.join(BOARDS)}.")
    return board
