"""Emulator of a board with the Chords firmware, for example an Arduino Uno under a BioAmp shield.

Run ``python -m tests.emulators.chords --help`` for one that other programs can connect to.
"""

from __future__ import annotations

import argparse
import time
from typing import Unpack

from tests.emulators.chords_firmware import BOARDS, ChordsFirmware
from tests.emulators.command import Electrodes, main
from tests.emulators.cyton_signals import ElectrodeSignal
from tests.emulators.front_end import FrontEnd
from tests.emulators.misbehaviour import Counts
from tests.emulators.pty_board import BOOT_S, FloatArray, IntArray, Life, PtyBoard
from tests.hardware.wire.encode import encode_chords


class ChordsEmulator(PtyBoard):
    """A Chords board that streams an electrode signal from START on; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes; at least as many channels as the board has.
    board : str
        Its name: one of ``chords_firmware.BOARDS``.
    fs_hz : float or None
        Rate at which packets are sent; None for what this board promises.
    counter_start : int
        Counter of the first packet after a reset. It goes on from one START to the next.
    **life
        See ``Life``.
    """

    resets_on_open = True

    def __init__(
        self,
        signal: ElectrodeSignal,
        *,
        board: str = "UNO-R3",
        fs_hz: float | None = None,
        counter_start: int = 0,
        **life: Unpack[Life],
    ) -> None:
        facts = BOARDS[board]
        pace_hz = facts.fs_hz if fs_hz is None else fs_hz
        super().__init__(signal, pace_hz=pace_hz, counter_start=counter_start, **life)
        self.n_columns = facts.n_channels
        self._board = board
        self._first_counter = counter_start
        # 50 counts of a Uno's ten bits for 100 µV
        front_end = FrontEnd(gain=2400.0, reference_v=5.0, bits=facts.bits, band_hz=(1.0, 500.0))
        self._convert = front_end.converter(pace_hz, facts.n_channels)
        self._firmware = ChordsFirmware(board)
        self._boots_until_s = 0.0

    @property
    def streaming(self) -> bool:
        """From START to the next byte."""
        with self._lock:
            return self._firmware.streaming

    def _power_on(self, left_streaming: bool) -> None:
        self._counter_start = self._first_counter
        if left_streaming:
            self._firmware.streaming = True
            self._begin_run()
        else:
            self._boots_until_s = time.monotonic() + BOOT_S + self._banner_delay_s

    def _lose_power(self) -> None:
        self._firmware = ChordsFirmware(self._board)

    def _hear(self, data: bytes) -> None:
        now_s = time.monotonic()
        if now_s >= self._boots_until_s:  # before, the boot loader gets it
            self._do_later(self._act, self._firmware.hear(data, now_s))

    def _act(self) -> None:
        self._say(self._firmware.act(time.monotonic()))
        if self._firmware.streaming:
            self._begin_run(self._counter_start + self._n_numbered)

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        return self._convert(pairs_uv)

    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        data = encode_chords(counters, counts)
        size = len(data) // len(counts)
        return [data[start : start + size] for start in range(0, len(data), size)]


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--board", choices=sorted(BOARDS), default="UNO-R3")


def _make(options: argparse.Namespace, electrodes: Electrodes, life: Life) -> ChordsEmulator:
    facts = BOARDS[options.board]
    signal = electrodes(facts.fs_hz, max(4, facts.n_channels), on_session_clock=False)
    return ChordsEmulator(signal, board=options.board, **life)


if __name__ == "__main__":
    main("chords", __doc__, _make, _add_options)
