"""What the firmware of the SpikerBox family does with bytes, without a port, a thread or a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tests.hardware.wire.encode import spikerbox_message

CONVERTER_HZ: Final = 10_000
"""Rate at which the first channel alone is read."""

COMMAND_LIMIT: Final = 64


@dataclass(frozen=True, slots=True)
class SpikerBox:
    """A model.

    Attributes
    ----------
    bits : int
        Of its converter.
    spacing : mapping from int to int
        For each number of channels that it can send: every how many readings of ``CONVERTER_HZ``.
    banner : bytes
        Text after its start.
    resets_on_open : bool
        It is an Arduino.
    """

    bits: int
    spacing: Mapping[int, int]
    banner: bytes = b""
    resets_on_open: bool = False


MODELS: Final = {
    # the Muscle SpikerBox: one channel, and nothing can be set
    "MUSCUSB1": SpikerBox(10, MappingProxyType({1: 1})),
    # the shield: the channels share the converter
    "MUSCLESS": SpikerBox(10, MappingProxyType({n: n for n in range(1, 7)}), b"StartUp!\r\n", True),
    "HUMANSB": SpikerBox(14, MappingProxyType(dict.fromkeys((2, 3, 4), 2))),
}


class SpikerBoxFirmware:
    """Commands of one box.

    Parameters
    ----------
    hardware : str
        Its type, one of ``MODELS``.
    n_channels : int
        Channels that it sends until it is told otherwise.

    Attributes
    ----------
    n_channels : int
        Channels that it sends now.

    Raises
    ------
    ValueError
        If the model cannot send so many.
    """

    def __init__(self, hardware: str, n_channels: int) -> None:
        if n_channels not in MODELS[hardware].spacing:
            raise ValueError(f"{hardware} sends {sorted(MODELS[hardware].spacing)} channels.")
        self.n_channels = n_channels
        self._hardware = hardware
        self._line = bytearray()

    def hear(self, data: bytes) -> bytes:
        """Take bytes from the host, and return the messages to be put into the stream."""
        if self._hardware == "MUSCUSB1":  # it knows one letter
            return spikerbox_message("HWT:MUSCUSB1;") * data.count(b"b")
        self._line += data
        *lines, rest = bytes(self._line).split(b"\n")
        self._line = bytearray(rest[-COMMAND_LIMIT:])
        return b"".join(self._obey(command) for line in lines for command in line.split(b";"))

    def _obey(self, command: bytes) -> bytes:
        name, colon, value = command.strip().rpartition(b":")
        if not colon:
            return b""
        if name.endswith(b"c") and value.isdigit() and int(value) in MODELS[self._hardware].spacing:
            self.n_channels = int(value)
        if name.endswith(b"b"):
            return spikerbox_message(f"HWT:{self._hardware};")
        if name.endswith(b"?"):
            return spikerbox_message(f"FWV:1.0;HWT:{self._hardware};HWV:1.0;")
        return b""
