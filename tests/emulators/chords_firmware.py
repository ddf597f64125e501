"""What the Chords firmware does with bytes, without a port, a thread or a clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COMMAND_TIMEOUT_S: Final = 1.0
"""The firmware reads a command until nothing has come for so long, whatever ends its line."""


@dataclass(frozen=True, slots=True)
class ChordsBoard:
    """A board that the firmware runs on: samples per second, channels, and bits of its converter."""

    fs_hz: float
    n_channels: int
    bits: int


BOARDS: Final = {
    "UNO-R3": ChordsBoard(250.0, 6, 10),
    "UNO-CLONE": ChordsBoard(250.0, 6, 10),
    "NANO-CLASSIC": ChordsBoard(250.0, 8, 10),
    "MEGA-2560-R3": ChordsBoard(250.0, 16, 10),
    "UNO-R4": ChordsBoard(500.0, 6, 14),
    "RPI-PICO-RP2040": ChordsBoard(500.0, 3, 12),
    "STM32F4-BLACK-PILL": ChordsBoard(500.0, 8, 12),
    "GIGA-R1": ChordsBoard(500.0, 6, 16),
    "NPG-LITE": ChordsBoard(500.0, 3, 12),
}


class ChordsFirmware:
    """Commands of one board.

    Parameters
    ----------
    name : str
        What it answers to WHORU.

    Attributes
    ----------
    streaming : bool
        From START to the next byte that comes, whatever it is.
    """

    def __init__(self, name: str) -> None:
        self.streaming = False
        self._name = name
        self._heard = bytearray()
        self._last_s = 0.0

    def hear(self, data: bytes, now_s: float) -> float:
        """Take bytes from the host, and return when ``act`` is due."""
        self.streaming = False
        self._heard += data
        self._last_s = now_s
        return now_s + COMMAND_TIMEOUT_S

    def act(self, now_s: float) -> bytes:
        """Carry out the command if nothing has come for long enough, and return the reply."""
        if not self._heard or now_s < self._last_s + COMMAND_TIMEOUT_S:
            return b""
        command, self._heard = bytes(self._heard).strip(), bytearray()
        if command == b"WHORU":
            return self._name.encode("ascii") + b"\r\n"
        if command == b"STATUS":
            return b"STOP\r\n"  # the question itself has stopped it
        self.streaming = command == b"START"
        return b""
