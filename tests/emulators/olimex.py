"""Emulator of an Arduino with an Olimex SHIELD-EKG-EMG: streams from its reset on, and hears nothing.

Run ``python -m tests.emulators.olimex --help`` for one that other programs can connect to.
"""

from __future__ import annotations

import argparse
from typing import Final, Unpack

from tests.emulators.command import Electrodes, main
from tests.emulators.cyton_signals import ElectrodeSignal
from tests.emulators.free_running import FreeRunningBoard
from tests.emulators.front_end import FrontEnd
from tests.emulators.misbehaviour import Counts
from tests.emulators.pty_board import FloatArray, IntArray, Life
from tests.hardware.wire.encode import OLIMEX_BYTES, OLIMEX_CHANNELS, encode_olimex

FS_HZ: Final = 250.0
"""What the sketch's timer gives; the sketch itself says 256."""

FRONT_END: Final = FrontEnd(gain=2848.0, reference_v=5.0, bits=10, band_hz=(0.16, 40.0))
"""Gain as delivered; 1.7 µV a count."""


class OlimexEmulator(FreeRunningBoard):
    """An Olimex shield that streams an electrode signal; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes: 6 channels or more, of which the first 6 are read.
    fs_hz : float
        Rate at which packets are sent: 250 Hz as the sketch really does, 256 or 125 Hz for its copies.
    counter_start : int
        Counter of the first packet after a reset.
    **life
        See ``Life``.
    """

    n_columns = OLIMEX_CHANNELS

    def __init__(
        self, signal: ElectrodeSignal, *, fs_hz: float = FS_HZ, counter_start: int = 0, **life: Unpack[Life]
    ) -> None:
        super().__init__(signal, pace_hz=fs_hz, counter_start=counter_start, **life)
        self._convert = FRONT_END.converter(fs_hz, OLIMEX_CHANNELS)

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        return self._convert(pairs_uv)

    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        data = encode_olimex(counters, counts)
        return [data[start : start + OLIMEX_BYTES] for start in range(0, len(data), OLIMEX_BYTES)]


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fs", type=float, default=FS_HZ, help="250, 256 or 125, by the copy of the sketch")


def _make(options: argparse.Namespace, electrodes: Electrodes, life: Life) -> OlimexEmulator:
    signal = electrodes(options.fs, OLIMEX_CHANNELS, on_session_clock=False)
    return OlimexEmulator(signal, fs_hz=options.fs, **life)


if __name__ == "__main__":
    main("olimex", __doc__, _make, _add_options)
