"""What the Cyton's firmware does with bytes and volts, without a port, a thread or a clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

FS_HZ: Final = 250.0
N_CHANNELS: Final = 8
GAINS: Final = (1, 2, 4, 6, 8, 12, 24)
COUNT_MAX: Final = 8_388_607
COUNT_MIN: Final = -8_388_608
REFERENCE_UV: Final = 4.5e6
PACKET_BYTES: Final = 33
ACCEL_AT_REST: Final = (400, -800, 8000)
"""Counts of 0.000125 g: the board lies nearly flat. The driver takes none whose first is zero."""

BANNER: Final = (
    b"OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\n"
    b"LIS3DH Device ID: 0x33\nFirmware: v3.1.2\n$$$"
)
DEFAULTS_REPLY: Final = b"updating channel settings to default$$$"
BOARD_OFF_REPLY: Final = b"Failure: Communications timeout - Device failed to poll Host$$$"


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """One ``x`` command. SRB1 is remembered, not modelled."""

    powered: bool = True
    gain: int = 24
    input_type: int = 0
    bias: bool = True
    srb2: bool = True
    srb1: bool = False


class CytonFirmware:
    """Channel settings, replies and packets of one board.

    Attributes
    ----------
    settings : list of ChannelSetting
        One per channel; the default has SRB2 on everywhere.
    streaming : bool
        Between ``b`` and ``s``.
    refused : set of int
        Channels, counted from 1, whose next settings are answered with a failure.
    """

    def __init__(self) -> None:
        self.settings = [ChannelSetting() for _ in range(N_CHANNELS)]
        self.streaming = False
        self.refused: set[int] = set()
        self._command = bytearray()

    def hear(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Take bytes from the host.

        Yields
        ------
        tuple of (int, bytes)
            Command byte that has just been completed, and its reply (may be empty).
        """
        for byte in data:
            if self._command:
                self._command.append(byte)
                if byte == ord("X"):
                    command, self._command = bytes(self._command), bytearray()
                    yield ord("x"), self._set_channel(command)
            elif byte == ord("x"):
                self._command.append(byte)
            else:
                yield byte, self._single(byte)

    def _single(self, byte: int) -> bytes:
        if byte == ord("v"):
            self.streaming = False
            self.settings = [ChannelSetting() for _ in range(N_CHANNELS)]
            return BANNER
        if byte == ord("d"):
            self.settings = [ChannelSetting() for _ in range(N_CHANNELS)]
            return b"" if self.streaming else DEFAULTS_REPLY
        if byte == ord("b"):
            self.streaming = True
        elif byte == ord("s"):
            self.streaming = False
        return b""

    def _set_channel(self, command: bytes) -> bytes:
        digits = command[1:-1].decode("ascii", "replace")
        if len(digits) != 7 or not digits.isdecimal():
            return b"Failure: the channel command is not complete$$$"
        channel, off, gain, input_type, bias, srb2, srb1 = (int(digit) for digit in digits)
        if not 1 <= channel <= N_CHANNELS or gain >= len(GAINS) or channel in self.refused:
            return b"Failure: the channel command has a wrong value$$$"
        self.settings[channel - 1] = ChannelSetting(
            not off, GAINS[gain], input_type, bool(bias), bool(srb2), bool(srb1)
        )
        return b"" if self.streaming else f"Success: Channel set for {channel}$$$".encode()

    def convert(self, pairs_uv: FloatArray) -> NDArray[np.int32]:
        """Measure electrode pairs as the converter does with the present settings.

        Pair i has P_i = +m_i / 2 and N_i = -m_i / 2. SRB2 ties the P inputs of its channels
        together, so that each of them measures mean(P) - N_i: the muscles leak into each other.

        Parameters
        ----------
        pairs_uv : ndarray of shape (n_samples, 8)
            Potential m between the two electrodes of each pair, in microvolts.

        Returns
        -------
        ndarray of shape (n_samples, 8), int32
            Counts of 24 bits; they stop at the rails.
        """
        measured_uv = pairs_uv.copy()
        tied = np.array([setting.srb2 and setting.powered for setting in self.settings])
        if tied.any():
            common = pairs_uv[:, tied].mean(axis=1, keepdims=True) / 2.0
            measured_uv[:, tied] = common + pairs_uv[:, tied] / 2.0
        listens = np.array([setting.powered and setting.input_type == 0 for setting in self.settings])
        gains = np.array([setting.gain for setting in self.settings], dtype=np.float64)
        step_uv = REFERENCE_UV / COUNT_MAX / gains
        counts = np.rint(np.where(listens, measured_uv, 0.0) / step_uv)
        return np.clip(counts, COUNT_MIN, COUNT_MAX).astype(np.int32)


def packets(counters: NDArray[np.int64], counts: NDArray[np.int32]) -> bytes:
    """Pack samples as the radio gives them: A0, counter, 8 x int24, 3 x int16, C0; big endian.

    Parameters
    ----------
    counters : ndarray of shape (n,)
        Running number of each sample; its lowest byte is sent.
    counts : ndarray of shape (n, 8), int32
        Counts of the converter.
    """
    table = np.zeros((len(counts), PACKET_BYTES), dtype=np.uint8)
    table[:, 0] = 0xA0
    table[:, 1] = counters % 256
    four_bytes = np.ascontiguousarray(counts.astype(">i4")).view(np.uint8)
    table[:, 2:26] = four_bytes.reshape(-1, N_CHANNELS, 4)[:, :, 1:].reshape(-1, 3 * N_CHANNELS)
    table[:, 26:32] = np.array(ACCEL_AT_REST, dtype=">i2").view(np.uint8)
    table[:, 32] = 0xC0
    return table.tobytes()
