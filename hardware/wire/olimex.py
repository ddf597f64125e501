"""Olimex SHIELD-EKG-EMG: packets of 17 bytes with a counter (ShieldEkgEmgDemo.ino, packet version 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import BoolArray
from emg.said import Said
from hardware.wire.decoder import Decoded
from hardware.wire.framing import Layout, PacketDecoder

OLIMEX_LAYOUT: Final = Layout(
    n_bytes=17,
    sync=b"\xa5\x5a\x02",
    counter_at=3,
    data_at=4,
    n_channels=6,
    value_bytes=2,
    # the last byte is the state of four switches
    ends=bytes(range(16)),
    highest=0x03,
)
RESTART_PACKET: Final = b"\xa5\x5a\x02\x00" + 6 * b"\x02\x00" + b"\x02"
"""One variant of the sketch sends this for a second when it starts: not samples, and not counted."""
_RESTART_ROW: Final = np.frombuffer(RESTART_PACKET, dtype=np.uint8)
HEX_TEXT: Final = b"A5\r\n5A\r\n2\r\n"
"""How a packet begins when the sketch prints its bytes as text."""

RESTARTED: Final = Said("The board has started anew.")
HEX_TEXT_FOUND: Final = Said(
    "This sketch prints its packets as text, which is too slow for EMG: load the sketch with Serial.write "
    "instead of Serial.print(..., HEX)."
)


class OlimexDecoder(PacketDecoder):
    """``A5 5A 02``, a counter of one byte, six values of 10 bits, the switches.

    What damage costs at most is said at ``PacketDecoder``. A sync cannot occur inside the values.
    The variant of the sketch that prints hexadecimal text is told in a message, not decoded.
    """

    def __init__(self) -> None:
        super().__init__(OLIMEX_LAYOUT)
        self._messages: list[str] = []
        self._restarting = False
        self._tail: bytes | None = b""

    def feed(self, data: bytes) -> Decoded:
        """Take the next bytes, and return the samples that are whole now."""
        self._look_for_text(data)
        decoded = super().feed(data)
        if not self._messages:
            return decoded
        messages, self._messages = tuple(self._messages), []
        return replace(decoded, messages=messages)

    def _samples(self, table: NDArray[np.uint8]) -> BoolArray:
        restarting: BoolArray = (table == _RESTART_ROW).all(axis=1)
        if restarting.any():
            was = np.append(self._restarting, restarting[:-1])
            self._messages += int(np.count_nonzero(restarting & ~was)) * [RESTARTED]
        if len(restarting):
            self._restarting = bool(restarting[-1])
        return ~restarting

    def _look_for_text(self, data: bytes) -> None:
        if self._tail is None:
            return
        seen = self._tail + data
        self._tail = seen[1 - len(HEX_TEXT) :]
        if HEX_TEXT in seen:
            self._messages.append(HEX_TEXT_FOUND)
            self._tail = None
