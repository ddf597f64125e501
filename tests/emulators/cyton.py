"""Emulator of an OpenBCI Cyton and its dongle on a pseudo-terminal, for BrainFlow's real driver.

Run ``python -m tests.emulators.cyton --help`` for one that other programs can connect to.
"""

from __future__ import annotations

import argparse
from typing import Final, Unpack

import numpy as np

from tests.emulators.command import Electrodes, main
from tests.emulators.cyton_firmware import (
    BOARD_OFF_REPLY,
    COUNT_MAX,
    FS_HZ,
    N_CHANNELS,
    PACKET_BYTES,
    REFERENCE_UV,
    CytonFirmware,
    packets,
)
from tests.emulators.cyton_signals import ElectrodeSignal
from tests.emulators.misbehaviour import Counts
from tests.emulators.pty_board import FloatArray, IntArray, Life, PtyBoard

FALSE_PACKET_UV: Final = (0xC0A080 - (1 << 24)) * REFERENCE_UV / COUNT_MAX / 24.0
"""Potential, some -93 mV, that at gain 24 looks like the end of one packet and the start of the next."""

DONGLE: Final = 0xF0
"""First byte of what the host asks the dongle, not the board."""


class CytonEmulator(PtyBoard):
    """A Cyton that streams an electrode signal; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes; with a Daisy 16 channels. It goes on in real time from the first
        ``b``, whether or not the board streams.
    fs_hz : float
        Rate at which packets are sent.
    off : bool
        The dongle answers that the board does not; may be changed at any time.
    counter_start : int
        Counter of the first packet after ``b``; even with a Daisy.
    daisy : bool
        A Daisy is on the board. A sample of 16 channels is then what two packets hold, and it is samples
        that are told of as sent: those of which both packets were.
    **life
        See ``Life``.
    """

    n_columns = N_CHANNELS

    def __init__(
        self,
        signal: ElectrodeSignal,
        *,
        fs_hz: float = FS_HZ,
        off: bool = False,
        counter_start: int = 0,
        daisy: bool = False,
        **life: Unpack[Life],
    ) -> None:
        if daisy and counter_start % 2:
            raise ValueError(f"The counter starts at {counter_start}: give an even one with a Daisy.")
        super().__init__(signal, pace_hz=fs_hz, counter_start=counter_start, **life)
        self.off = off
        self._daisy = daisy
        self._firmware = CytonFirmware(daisy)
        self._dongle_asked = False

    # What the board knows of itself

    @property
    def gains(self) -> tuple[int, ...]:
        """Gain of every channel."""
        with self._lock:
            return tuple(setting.gain for setting in self._firmware.settings)

    @property
    def srb2(self) -> tuple[bool, ...]:
        """Whether each channel's P input is tied to the common SRB2 line."""
        with self._lock:
            return tuple(setting.srb2 for setting in self._firmware.settings)

    @property
    def bias(self) -> tuple[bool, ...]:
        """Whether each channel drives the bias electrode."""
        with self._lock:
            return tuple(setting.bias for setting in self._firmware.settings)

    @property
    def streaming(self) -> bool:
        """Between ``b`` and ``s``."""
        with self._lock:
            return self._firmware.streaming

    def refuse_channel(self, channel: int) -> None:
        """Answer settings of this channel, counted from 1, with a failure."""
        with self._lock:
            self._firmware.refused.add(channel)

    def sent_counts(self) -> Counts:
        """Counts of every sample sent since the last ``b``, shape (n, 8), with a Daisy (n, 16)."""
        with self._lock:
            rows, first = super().sent_counts(), self._first_of_pairs()
            return rows if first is None else np.hstack((rows[first + 1], rows[first]))

    def sent_numbers(self) -> IntArray:
        """Running number of every sample sent since the last ``b``; lost ones are missing."""
        with self._lock:
            numbers, first = super().sent_numbers(), self._first_of_pairs()
            return numbers if first is None else numbers[first] // 2

    def _first_of_pairs(self) -> IntArray | None:
        """Where an even packet is followed by its odd one; None without a Daisy."""
        if not self._firmware.attached:
            return None
        numbers = super().sent_numbers()
        return np.flatnonzero((numbers[:-1] % 2 == 0) & (np.diff(numbers) == 1))

    def _n_whole(self) -> int:
        return len(self.sent_numbers()) if self._firmware.attached else super()._n_whole()

    # What it does

    def _power_on(self, left_streaming: bool) -> None:
        if left_streaming:
            self._firmware.streaming = True
            self._begin_run()

    def _lose_power(self) -> None:
        self._firmware = CytonFirmware(self._daisy)

    def _hear(self, data: bytes) -> None:
        data = self._ask_dongle(data)
        if self.off:
            self._say(BOARD_OFF_REPLY * sum(data.count(command) for command in (b"v", b"d")))
            return
        for command, reply in self._firmware.hear(data):
            self._say(reply, self._banner_delay_s if command == ord("v") else 0.0)
            if command == ord("b"):
                self._begin_run()

    def _ask_dongle(self, data: bytes) -> bytes:
        """Answer what is meant for the dongle, and return the rest."""
        rest = bytearray()
        for byte in data:
            if self._dongle_asked:
                self._dongle_asked = False
                if byte == 7:
                    self._say(b"Failure: System is Down$$$" if self.off else b"Success: System is Up$$$")
            elif byte == DONGLE:
                self._dongle_asked = True
            else:
                rest.append(byte)
        return bytes(rest)

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        return self._firmware.convert(pairs_uv)

    def _as_sent(self, numbers: IntArray, counts: Counts) -> Counts:
        return self._firmware.as_sent(numbers, counts)

    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        data = packets(counters, counts)
        return [data[start : start + PACKET_BYTES] for start in range(0, len(data), PACKET_BYTES)]


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--daisy", action="store_true", help="a Daisy is on the board: 16 channels")
    parser.add_argument("--off", action="store_true", help="the dongle answers, the board does not")


def _make(options: argparse.Namespace, electrodes: Electrodes, life: Life) -> CytonEmulator:
    signal = electrodes(FS_HZ, 2 * N_CHANNELS if options.daisy else N_CHANNELS)
    return CytonEmulator(signal, daisy=options.daisy, off=options.off, **life)


if __name__ == "__main__":
    main("cyton", __doc__, _make, _add_options)
