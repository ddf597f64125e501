"""OpenBCI Cyton: packets of 33 bytes, read here only to recognise a board that is left streaming."""

from __future__ import annotations

from typing import Final

from hardware.wire.framing import Layout, PacketDecoder

CYTON_LAYOUT: Final = Layout(
    n_bytes=33,
    sync=b"\xa0",
    counter_at=1,
    data_at=2,
    n_channels=8,
    value_bytes=3,
    ends=bytes(range(0xC0, 0xD0)),
    signed=True,
)


class CytonDecoder(PacketDecoder):
    """``A0``, a counter of one byte, eight values of 24 bits, six bytes of others, ``C0`` to ``CF``.

    What damage costs at most is said at ``PacketDecoder``, but does not hold for values that keep up
    the imitation of a sync, which here is one byte: behind damage, an electrode offset of -94 mV on
    the first channel can cost up to sixteen packets.
    """

    def __init__(self) -> None:
        super().__init__(CYTON_LAYOUT)
