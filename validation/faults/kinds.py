"""The kinds of board, one line each: its emulator, its real source, and what its format can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Unpack

from emg.blocks import Source
from hardware.boards import find_board
from hardware.brainflow_source import BrainFlowSource
from hardware.lsl import LslSource
from hardware.serial_source import SerialSource
from tests.emulators.cyton import FALSE_PACKET_UV
from tests.emulators.cyton_signals import ElectrodeSignal, SteadyElectrode, TestSignal
from tests.emulators.pty_board import Life
from tests.emulators.text_board import ENVELOPE, RAW, Sketch
from validation.faults.lsl_sender import PROMISED_HZ, NumberedSender
from validation.faults.numbered import (
    Code,
    NumberedBoard,
    NumberedChords,
    NumberedCyton,
    NumberedOlimex,
    NumberedSpikerBox,
    NumberedText,
    SplitCode,
    WideCode,
)

LOOSE_CHANNEL: Final = 6
"""An open input of the Cyton, whose constant potential can pass for the end and start of packets."""

SPIKERBOX_CHANNELS: Final = 3
RAW_TEXT: Final = Sketch(500.0, RAW, 4, separator=" ")
SLOW_TEXT: Final = Sketch(20.0, ENVELOPE, 3, n_readings=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of board.

    Attributes
    ----------
    name : str
        Its name on the page and after ``--boards``.
    emulator : callable
        Makes one; takes the share of its rate at which it really runs, and what every board may be told.
        It need not be able to do what stands in ``without``.
    source : callable
        Makes the real source for a port.
    fs_hz : float
        Samples a second that it is to send.
    code : Code
        How its samples are numbered.
    counts : bool
        Whether its format has a packet counter.
    told_by : str
        What tells that samples are lost.
    driver_only : bool
        Too slow for EMG, so that no session takes it: the acquisition is tried alone.
    without : mapping of str to str
        Faults that it cannot have, and why.
    """

    name: str
    emulator: Callable[..., Any]
    source: Callable[[str], Source]
    fs_hz: float
    code: Code
    counts: bool
    told_by: str = "the clock alone, estimated"
    driver_only: bool = False
    without: Mapping[str, str] = field(default_factory=dict)


def _brainflow(name: str) -> Callable[[str], Source]:
    board = find_board(name)
    return lambda port: BrainFlowSource(board, port=port)


def _serial(name: str, channels: int | None = None) -> Callable[[str], Source]:
    board = find_board(name)
    return lambda port: SerialSource(board, port=port, channels=channels)


def _cyton(share: float, **life: Unpack[Life]) -> NumberedBoard:
    signal: ElectrodeSignal = SteadyElectrode(TestSignal(), LOOSE_CHANNEL, FALSE_PACKET_UV)
    return NumberedCyton(signal, fs_hz=250.0 * share, **life)


def _daisy(share: float, **life: Unpack[Life]) -> NumberedBoard:
    return NumberedCyton(TestSignal(n_channels=16), fs_hz=250.0 * share, daisy=True, **life)


def _olimex(share: float, **life: Unpack[Life]) -> NumberedBoard:
    return NumberedOlimex(TestSignal(), fs_hz=250.0 * share, **life)


def _spikerbox(share: float, **life: Unpack[Life]) -> NumberedBoard:
    fs_hz = 10_000.0 * share
    signal = TestSignal(fs_hz=fs_hz)
    return NumberedSpikerBox(signal, channels=SPIKERBOX_CHANNELS, fs_hz=fs_hz, **life)


def _chords(share: float, **life: Unpack[Life]) -> NumberedBoard:
    return NumberedChords(TestSignal(), fs_hz=250.0 * share, **life)


def _lsl(share: float, **life: Unpack[Life]) -> NumberedSender:
    return NumberedSender(share)


def _text(sketch: Sketch) -> Callable[..., NumberedBoard]:
    def make(share: float, **life: Unpack[Life]) -> NumberedBoard:
        signal = TestSignal(fs_hz=sketch.electrodes_hz)
        return NumberedText(signal, sketch, fs_hz=sketch.fs_hz * share, **life)

    return make


NO_GO_ROUND: Final = "it has no counter that could go round"
NO_COUNTER: Final = {
    "drop-255": NO_GO_ROUND,
    "drop-256": NO_GO_ROUND,
    "drop-257": NO_GO_ROUND,
    "stuck-counter": "it has no counter",
}
NO_BYTES: Final = dict.fromkeys(
    ("garbage-100", "garbage-500", "lost-bytes", "corrupt"), "the network delivers bytes whole or not at all"
)
NO_START: Final = dict.fromkeys(
    ("slow-banner", "left-streaming", "silent"), "it is found by its name, running or not at all"
)
COUNTER: Final = "its packet counter, exactly"
NO_RATE: Final = {"rate": "its rate is measured, whatever it is"}

KINDS: Final = (
    Kind(
        name="cyton",
        emulator=_cyton,
        source=_brainflow("cyton"),
        fs_hz=250.0,
        code=WideCode(),
        counts=True,
        told_by=COUNTER,
    ),
    Kind(
        name="cyton_daisy",
        emulator=_daisy,
        source=_brainflow("cyton_daisy"),
        fs_hz=125.0,
        code=WideCode(daisy=True),
        counts=True,
        told_by=COUNTER,
        driver_only=True,
    ),
    Kind(
        name="olimex",
        emulator=_olimex,
        source=_serial("olimex"),
        fs_hz=250.0,
        code=SplitCode(),
        counts=True,
        told_by=COUNTER,
    ),
    Kind(
        name="chords",
        emulator=_chords,
        source=_serial("chords"),
        fs_hz=250.0,
        code=SplitCode(),
        counts=True,
        told_by=COUNTER,
    ),
    Kind(
        name="spikerbox",
        emulator=_spikerbox,
        source=_serial("spikerbox", SPIKERBOX_CHANNELS),
        fs_hz=10_000.0 / SPIKERBOX_CHANNELS,
        code=SplitCode(),
        counts=False,
        without=NO_COUNTER,
    ),
    Kind(
        name="serial-text",
        emulator=_text(RAW_TEXT),
        source=_serial("serial-text"),
        fs_hz=RAW_TEXT.fs_hz,
        code=SplitCode(),
        counts=False,
        without=NO_COUNTER | NO_RATE,
    ),
    Kind(
        name="serial-text, envelope",
        emulator=_text(SLOW_TEXT),
        source=_serial("serial-text"),
        fs_hz=SLOW_TEXT.fs_hz,
        code=SplitCode(),
        counts=False,
        without=NO_COUNTER | NO_RATE,
    ),
    Kind(
        name="lsl",
        emulator=_lsl,
        source=LslSource,
        fs_hz=PROMISED_HZ,
        code=SplitCode(),
        counts=False,
        told_by="the sender's stamps",
        without=NO_COUNTER | NO_BYTES | NO_START,
    ),
)
"""All of them; a new one is one more line."""


def find_kind(name: str) -> Kind:
    """Look a kind up by its name."""
    return next(kind for kind in KINDS if kind.name == name)
