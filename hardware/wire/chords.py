"""Upside Down Labs Chords boards: packets of 2 N + 4 bytes with a counter (Chords-Arduino-Firmware)."""

from __future__ import annotations

from hardware.wire.framing import Layout, PacketDecoder


class ChordsDecoder(PacketDecoder):
    """``C7 7C``, a counter of one byte, N values of up to 16 bits, ``01``.

    What damage costs at most is said at ``PacketDecoder``. Up to 14 bits a sync cannot occur inside
    the values. With 16 bits it can, and behind damage it is taken for one if an end and another sync
    stand where they should; such false packets go on only while the values keep up the imitation,
    which their noise does not.

    Parameters
    ----------
    n_channels : int
        Values in a packet, at least 1.
    bits : int
        Bits of the converter, 8 to 16.

    Raises
    ------
    ValueError
        If there is no such packet.
    """

    def __init__(self, n_channels: int, bits: int) -> None:
        if n_channels < 1:
            raise ValueError(f"A packet cannot have {n_channels} channels: say how many the board sends.")
        if not 8 <= bits <= 16:
            raise ValueError(f"A value of {bits} bits does not fit two bytes: choose 8 to 16.")
        super().__init__(
            Layout(
                n_bytes=2 * n_channels + 4,
                sync=b"\xc7\x7c",
                counter_at=2,
                data_at=3,
                n_channels=n_channels,
                value_bytes=2,
                ends=b"\x01",
                highest=(1 << (bits - 8)) - 1,
            )
        )
