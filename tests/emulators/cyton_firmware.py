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

CHANNEL_LETTERS: Final = b"12345678QWERTYUI"
"""How a command names a channel; from Q on those of the Daisy."""

_BANNER: Final = (
    b"OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\n%bLIS3DH Device ID: 0x33\n"
    b"Firmware: v3.1.2\n$$$"
)
BANNER: Final = _BANNER % b""
DAISY_BANNER: Final = _BANNER % b"On Daisy ADS1299 Device ID: 0x3E\n"
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
    """Channel settings, replies and packets of one board, with or without a Daisy on it.

    Parameters
    ----------
    daisy : bool
        A Daisy is on the board: 8 more channels, sent in turn with the board's own.

    Attributes
    ----------
    settings : list of ChannelSetting
        One per channel; the default has SRB2 on everywhere.
    streaming : bool
        Between ``b`` and ``s``.
    attached : bool
        The Daisy is in use.
    refused : set of int
        Channels, counted from 1, whose next settings are answered with a failure.
    """

    def __init__(self, daisy: bool = False) -> None:
        self._daisy = daisy
        self.attached = daisy
        self.settings = self._defaults()
        self.streaming = False
        self.refused: set[int] = set()
        self._command = bytearray()
        self._previous: NDArray[np.int32] | None = None

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
                if self._complete(byte):
                    command, self._command = bytes(self._command), bytearray()
                    yield command[0], self._several(command)
            elif byte in b"x~":
                self._command.append(byte)
            else:
                yield byte, self._single(byte)

    def _complete(self, last: int) -> bool:
        return self._command[0] == ord("~") or last == ord("X")

    def _several(self, command: bytes) -> bytes:
        if command[0] == ord("x"):
            return self._set_channel(command)
        # over the radio it stays 250 Hz, whatever was set and is told
        rates = {b"~%d" % code: 16000 >> code for code in range(7)} | {b"~~": 250}
        if command not in rates:
            return b"Failure: invalid sample value$$$"
        return b"" if self.streaming else f"Success: Sample rate is {rates[command]}Hz$$$".encode()

    def _single(self, byte: int) -> bytes:
        if byte == ord("v"):
            self.streaming = False
            self.attached = self._daisy
            self.settings = self._defaults()
            return DAISY_BANNER if self.attached else BANNER
        if byte == ord("d"):
            self.settings = self._defaults()
            return b"" if self.streaming else DEFAULTS_REPLY
        if byte in b"Cc":
            return self._count_channels(byte == ord("C"))
        if byte == ord("b"):
            self.streaming = True
            self._previous = None
        elif byte == ord("s"):
            self.streaming = False
        return b"v3.1.2$$$" if byte == ord("V") and not self.streaming else b""

    def _count_channels(self, sixteen: bool) -> bytes:
        """Attach or remove the Daisy, and answer as the firmware does."""
        before, self.attached = self.attached, sixteen and self._daisy
        if not sixteen:
            return b"daisy removed$$$" if before else b""
        done = b"" if before else b"daisy attached" if self.attached else b"no daisy to attach!"
        return done + (b"16$$$" if self.attached else b"8$$$")

    def _defaults(self) -> list[ChannelSetting]:
        return [ChannelSetting() for _ in range(2 * N_CHANNELS if self._daisy else N_CHANNELS)]

    def _set_channel(self, command: bytes) -> bytes:
        digits = command[2:-1].decode("ascii", "replace")
        if len(digits) != 6 or not digits.isdecimal():
            return b"Failure: the channel command is not complete$$$"
        channel = CHANNEL_LETTERS.find(command[1]) + 1
        off, gain, input_type, bias, srb2, srb1 = (int(digit) for digit in digits)
        if not channel or gain >= len(GAINS) or channel in self.refused:
            return b"Failure: the channel command has a wrong value$$$"
        if channel <= len(self.settings):  # without a Daisy its channels are set with success, too
            self.settings[channel - 1] = ChannelSetting(
                not off, GAINS[gain], input_type, bool(bias), bool(srb2), bool(srb1)
            )
        return b"" if self.streaming else f"Success: Channel set for {channel}$$$".encode()

    def convert(self, pairs_uv: FloatArray) -> NDArray[np.int32]:
        """Measure electrode pairs as the converter does with the present settings.

        Pair i has P_i = +m_i / 2 and N_i = -m_i / 2. SRB2 ties the P inputs of its channels
        together, so that each of them measures mean(P) - N_i: the muscles leak into each other. Each
        converter, the board's and the Daisy's, has an SRB2 of its own.

        Parameters
        ----------
        pairs_uv : ndarray of shape (n_samples, n), n the number of settings
            Potential m between the two electrodes of each pair, in microvolts.

        Returns
        -------
        ndarray of shape (n_samples, n), int32
            Counts of 24 bits; they stop at the rails.
        """
        measured_uv = pairs_uv.copy()
        tied = np.array([setting.srb2 and setting.powered for setting in self.settings])
        for first in range(0, len(tied), N_CHANNELS):
            here = first + np.flatnonzero(tied[first : first + N_CHANNELS])
            if len(here):
                common = pairs_uv[:, here].mean(axis=1, keepdims=True) / 2.0
                measured_uv[:, here] = common + pairs_uv[:, here] / 2.0
        listens = np.array([setting.powered and setting.input_type == 0 for setting in self.settings])
        gains = np.array([setting.gain for setting in self.settings], dtype=np.float64)
        step_uv = REFERENCE_UV / COUNT_MAX / gains
        counts = np.rint(np.where(listens, measured_uv, 0.0) / step_uv)
        return np.clip(counts, COUNT_MIN, COUNT_MAX).astype(np.int32)

    def as_sent(self, counters: NDArray[np.int64], counts: NDArray[np.int32]) -> NDArray[np.int32]:
        """Choose the 8 counts that each packet holds.

        With a Daisy attached even packets hold its channels and odd ones the board's, each the mean of
        this sample and the one before, rounded towards 0. Without one, packets hold the board's.

        Parameters
        ----------
        counters : ndarray of shape (n,)
            Running counter of each packet.
        counts : ndarray of shape (n, channels), int32
            Consecutive samples of the converters.
        """
        if not self.attached:
            return counts[:, :N_CHANNELS]
        before = counts[:1] if self._previous is None else self._previous
        self._previous = counts[-1:]
        total = np.concatenate((before, counts[:-1])).astype(np.int64) + counts
        means = (np.sign(total) * (np.abs(total) // 2)).astype(np.int32)
        even = (counters % 2 == 0)[:, np.newaxis]
        rows: NDArray[np.int32] = np.where(even, means[:, N_CHANNELS:], means[:, :N_CHANNELS])
        return rows


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
