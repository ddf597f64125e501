"""Emulator of the Backyard Brains SpikerBox family: 10 kHz shared by the channels, no counter.

Run ``python -m tests.emulators.spikerbox --help`` for one that other programs can connect to.
"""

from __future__ import annotations

import argparse
from typing import Unpack

from tests.emulators.command import Electrodes, main
from tests.emulators.cyton_signals import ElectrodeSignal
from tests.emulators.free_running import FreeRunningBoard
from tests.emulators.front_end import EveryNth, FrontEnd
from tests.emulators.misbehaviour import Counts, Parcel
from tests.emulators.pty_board import FloatArray, IntArray, Life
from tests.emulators.spikerbox_firmware import CONVERTER_HZ, MODELS, SpikerBoxFirmware
from tests.hardware.wire.encode import encode_spikerbox, spikerbox_message


class SpikerBoxEmulator(FreeRunningBoard):
    """A SpikerBox that streams an electrode signal; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes, read at 10 kHz whatever is sent; as many channels as the model
        has, or more.
    channels : int
        Channels that it sends until it is told otherwise; a change is a new start.
    hardware : str
        Its type, one of ``spikerbox_firmware.MODELS``.
    fs_hz : float
        Rate of its converter, which the channels share.
    **life
        See ``Life``.
    """

    def __init__(
        self,
        signal: ElectrodeSignal,
        *,
        channels: int = 1,
        hardware: str = "MUSCLESS",
        fs_hz: float = CONVERTER_HZ,
        **life: Unpack[Life],
    ) -> None:
        super().__init__(signal, pace_hz=fs_hz, **life)
        self._model = MODELS[hardware]
        self._hardware = hardware
        self._at_start = channels
        self.n_columns = channels
        self.banner = self._model.banner
        self._resets = self._resets and self._model.resets_on_open
        # a sixth of the range for 300 µV
        front_end = FrontEnd(gain=2800.0, reference_v=5.0, bits=self._model.bits, band_hz=(70.0, 1000.0))
        self._convert = front_end.converter(fs_hz, max(self._model.spacing))
        self._firmware = SpikerBoxFirmware(hardware, channels)
        self._inserted = b""
        self._choose = EveryNth()

    def say(self, text: str, *, inside_frame: bool = False) -> None:
        """Send a message, ``EVNT:1;`` for one, between two frames or inside the next."""
        with self._lock:
            self._advance()
            message = spikerbox_message(text)
            if inside_frame:
                self._inserted += message
            else:
                self._outbox.put([Parcel(message)])

    def _lose_power(self) -> None:
        super()._lose_power()
        self._firmware = SpikerBoxFirmware(self._hardware, self._at_start)
        self.n_columns = self._at_start

    def _hear(self, data: bytes) -> None:
        if not self._streams:
            return  # the boot loader gets it
        self._say(self._firmware.hear(data))
        if self._firmware.n_channels != self.n_columns:
            self.n_columns = self._firmware.n_channels
            self._begin_run()

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        counts = self._convert(pairs_uv)[:, : self.n_columns]
        return self._choose(counts, self._model.spacing[self.n_columns])

    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        data = encode_spikerbox(counts)
        size = 2 * self.n_columns
        frames = [data[start : start + size] for start in range(0, len(data), size)]
        if self._inserted:
            frames[0] = frames[0][:1] + self._inserted + frames[0][1:]
            self._inserted = b""
        return frames


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channels", type=int, default=4, help="until the host says otherwise")
    parser.add_argument("--hardware", choices=sorted(MODELS), default="MUSCLESS")


def _make(options: argparse.Namespace, electrodes: Electrodes, life: Life) -> SpikerBoxEmulator:
    n_channels = max(4, *MODELS[options.hardware].spacing)
    signal = electrodes(CONVERTER_HZ, n_channels, on_session_clock=False)
    return SpikerBoxEmulator(signal, channels=options.channels, hardware=options.hardware, **life)


if __name__ == "__main__":
    main("spikerbox", __doc__, _make, _add_options)
