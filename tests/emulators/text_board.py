"""Emulator of an Arduino that prints numbers: the MyoWare example, and what people write themselves.

Run ``python -m tests.emulators.text_board --help`` for one that other programs can connect to.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Final, Unpack

from tests.emulators.command import Electrodes, main
from tests.emulators.cyton_signals import ElectrodeSignal
from tests.emulators.free_running import FreeRunningBoard
from tests.emulators.front_end import EveryNth, FrontEnd
from tests.emulators.misbehaviour import Counts
from tests.emulators.pty_board import FloatArray, IntArray, Life
from tests.hardware.wire.encode import encode_text

RAW: Final = FrontEnd(gain=2000.0, reference_v=5.0, bits=10, band_hz=(20.0, 500.0))
ENVELOPE: Final = FrontEnd(gain=10_000.0, reference_v=5.0, bits=10, band_hz=(20.0, 500.0), envelope_hz=3.6)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A program that prints.

    Attributes
    ----------
    fs_hz : float
        Lines a second.
    front_end : FrontEnd
        What is before its converter.
    n_channels : int
        Numbers on a line.
    labels : tuple of str
        Before each number, with a colon; or none.
    separator, newline : str
        Between the numbers, and after each line.
    banner : bytes
        What it prints first.
    n_readings : int
        The electrodes are emulated so many times finer than lines come: the envelope is made of these.
    """

    fs_hz: float
    front_end: FrontEnd
    n_channels: int
    labels: tuple[str, ...] = ()
    separator: str = ","
    newline: str = "\r\n"
    banner: bytes = b""
    n_readings: int = 1

    @property
    def electrodes_hz(self) -> float:
        """Rate at which the electrodes are emulated."""
        return self.fs_hz * self.n_readings


SKETCHES: Final = {
    "myoware": Sketch(20.0, ENVELOPE, 1, banner=b"MyoWare Example_01_analogRead_SINGLE\r\n", n_readings=50),
    "two-envelopes": Sketch(20.0, ENVELOPE, 2, n_readings=50),
    "two-values": Sketch(500.0, RAW, 2),
    "four-values": Sketch(500.0, RAW, 4, separator=" ", newline="\n"),
    "labels": Sketch(200.0, RAW, 2, labels=("glute", "ham"), separator="\t"),
}


class TextEmulator(FreeRunningBoard):
    """An Arduino that prints an electrode signal; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes, at ``sketch.electrodes_hz``; as many channels as the sketch
        prints, or more.
    sketch : Sketch
        Its program.
    fs_hz : float or None
        Lines a second; None for what the sketch promises.
    **life
        See ``Life``.
    """

    def __init__(
        self,
        signal: ElectrodeSignal,
        sketch: Sketch = SKETCHES["myoware"],
        *,
        fs_hz: float | None = None,
        **life: Unpack[Life],
    ) -> None:
        pace_hz = (sketch.fs_hz if fs_hz is None else fs_hz) * sketch.n_readings
        super().__init__(signal, pace_hz=pace_hz, **life)
        self.n_columns = sketch.n_channels
        self.banner = sketch.banner
        self._sketch = sketch
        self._convert = sketch.front_end.converter(pace_hz, sketch.n_channels)
        self._choose = EveryNth()

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        return self._choose(self._convert(pairs_uv), self._sketch.n_readings)

    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        sketch = self._sketch
        text = encode_text(counts, sketch.separator, sketch.newline, sketch.labels)
        return text.splitlines(keepends=True)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sketch", choices=sorted(SKETCHES), default="myoware")


def _make(options: argparse.Namespace, electrodes: Electrodes, life: Life) -> TextEmulator:
    sketch = SKETCHES[options.sketch]
    signal = electrodes(sketch.electrodes_hz, max(4, sketch.n_channels), on_session_clock=False)
    return TextEmulator(signal, sketch, **life)


if __name__ == "__main__":
    main("text_board", __doc__, _make, _add_options)
