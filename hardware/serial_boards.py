"""The boards on a serial port: how each is made to stream, and what its stream turns out to hold."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

import numpy as np

from emg.blocks import SourceUnavailable
from emg.said import Said
from hardware.boards import Board, find_board
from hardware.plain_board import PlainBoard
from hardware.plain_boards import PLAIN_BOARDS
from hardware.port_talk import Talk
from hardware.probe import BAUDS_OF_STREAMS, CHORDS_NAME
from hardware.wire.chords import ChordsDecoder
from hardware.wire.decoder import Decoder
from hardware.wire.olimex import HEX_TEXT, HEX_TEXT_FOUND
from hardware.wire.recognise import recognise
from hardware.wire.spikerbox import FIRST_BIT, SpikerBoxDecoder
from hardware.wire.text import TextDecoder

PATIENCE_S: Final = 7.0
"""An Arduino that is started anew by being opened needs 2 s, some boards twice that."""
CERTAIN: Final = 0.9
"""So much of what comes is explained by the board's format at the right speed."""
ROUNDS: Final = 2
"""The first round through all speeds may fall into the words of a board that starts."""
NAMING_S: Final = 0.3
WAKE_AFTER_S: Final = 2.5

CHORDS_ASKS: Final = (0, 0, 1, 0)
"""Which speed to ask at: an Arduino hears nothing for the first 2 s."""
CHORDS_ANSWER_S: Final = 1.9
"""The firmware takes a command after a second of silence; asked before that, it hears one long word."""
CHORDS_SETTLE_S: Final = 1.1
LONGEST_ANSWER: Final = 64
"""Any byte stops a Chords board, so that after a question no more than its answer comes."""
CHORDS_START_S: Final = 2.5
CHORDS_STOP: Final = b"STOP\n"
CHORDS_SYNC: Final = b"\xc7\x7c"

CONVERSIONS_HZ: Final = 10_000.0
"""The channels of a SpikerBox share so many conversions a second."""
CHANGE_S: Final = 2.0
"""Frames of the old kind may be on their way, and some adapters hold them for half a second."""
LOWEST_14_BIT: Final = 1024.0
"""Boards of 14 bits rest at 8192, those of 10 bits end here."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What a board sends.

    Attributes
    ----------
    decoder : Decoder
        Fresh; reads it.
    full_scale : float or None
        Greatest value of its samples; None if only they tell.
    promised_hz : mapping of float to float
        Rates that such boards are known to give, each with the one that they say they give.
    heard : bytes
        What it has sent so far.
    """

    decoder: Decoder
    full_scale: float | None
    promised_hz: Mapping[float, float] = field(default_factory=lambda: MappingProxyType({}))
    heard: bytes = b""


@dataclass(frozen=True, slots=True)
class Search:
    """A board that is looked for on an open port.

    Attributes
    ----------
    talk : Talk
        The port.
    board : Board
        Line of the table.
    port : str
        As people call it.
    bauds : tuple of int
        Speeds to try, the likeliest first.
    n_channels : int
        Channels that are needed; 0 for those that come.
    """

    talk: Talk
    board: Board
    port: str
    bauds: tuple[int, ...]
    n_channels: int = 0


@dataclass(frozen=True, slots=True)
class SerialKind:
    """One kind of serial board.

    Attributes
    ----------
    bauds : tuple of int
        Its speeds.
    find : callable
        Makes it stream, and tells what it sends; raises ``SourceUnavailable``.
    measure_s : float
        Its rate is measured for so long.
    rate_tolerance : float
        A promised rate is believed if the measured one is within this share of it.
    stop : bytes
        What ends its stream.
    """

    bauds: tuple[int, ...]
    find: Callable[[Search], Stream]
    measure_s: float = 2.0
    rate_tolerance: float = 0.02
    stop: bytes = b""


def _kind_of(plain: PlainBoard) -> SerialKind:
    """Tell how a board is read that a file describes: wait for its packets, and ask once if none come."""

    def find(search: Search) -> Stream:
        heard = _hunt(search, 0.4, wake=plain.start)
        return Stream(plain.decoder(), plain.row.full_scale_at_gain_1_uv, plain.rates, heard)

    return SerialKind(plain.bauds, find, rate_tolerance=plain.rate_tolerance, stop=plain.stop)


def find_text(search: Search) -> Stream:
    """Wait for lines of numbers."""
    return Stream(TextDecoder(), None, heard=_hunt(search, 0.7))


def find_spikerbox(search: Search) -> Stream:
    """Wait for frames, and ask for as many channels as are needed."""
    heard = _hunt(search, 0.4, wake=b"start:;\n")
    n_channels = _channels_in(heard)
    if n_channels < search.n_channels:
        search.talk.say(f"conf s:{CONVERSIONS_HZ:.0f};c:{search.n_channels};\n".encode())
        end_s = time.monotonic() + CHANGE_S
        while n_channels < search.n_channels and time.monotonic() < end_s:
            heard = search.talk.listen(0.4).data or heard
            n_channels = _channels_in(heard)
    decoder = SpikerBoxDecoder(max(1, n_channels))
    most = SpikerBoxDecoder(decoder.n_channels).feed(heard).values.max(initial=0.0)
    rates = {CONVERSIONS_HZ / decoder.n_channels, 5000.0, CONVERSIONS_HZ}
    full_scale = LOWEST_14_BIT - 1.0 if most < LOWEST_14_BIT else 16_383.0
    return Stream(decoder, full_scale, {rate: rate for rate in rates}, heard)


@dataclass(frozen=True, slots=True)
class _ChordsBoard:
    fs_hz: float
    n_channels: int
    bits: int


_CHORDS: Final[Mapping[str, _ChordsBoard]] = {
    "UNO-R4*": _ChordsBoard(500.0, 6, 14),
    "*UNO*": _ChordsBoard(250.0, 6, 10),
    "NANO-*": _ChordsBoard(250.0, 8, 10),
    "MEGA-2560-*": _ChordsBoard(250.0, 16, 10),
    "RPI-PICO-RP2040": _ChordsBoard(500.0, 3, 12),
    "STM32F4-BLACK-PILL": _ChordsBoard(500.0, 8, 12),
    "STM32G4-CORE-BOARD": _ChordsBoard(500.0, 16, 12),
    "GIGA-R1": _ChordsBoard(500.0, 6, 16),
    "NPG-LITE": _ChordsBoard(500.0, 3, 12),
}
"""What the firmware gives on each board, by the name it answers to WHORU; the first that fits."""


def find_chords(search: Search) -> Stream:
    """Ask a Chords board for its name, and start it."""
    talk = search.talk
    name = _chords_name(search)
    facts = next((facts for pattern, facts in _CHORDS.items() if fnmatchcase(name, pattern)), None)
    if facts is None:
        raise SourceUnavailable(
            Said(
                "The board on {port} calls itself {name}, whose channels are not known here: "
                "use one of the boards that the Chords firmware names.",
                port=search.port,
                name=name,
            )
        )
    talk.say(b"START\n")
    heard = talk.listen(CHORDS_START_S, end=CHORDS_SYNC).data + talk.listen(NAMING_S).data
    if CHORDS_SYNC not in heard:
        raise SourceUnavailable(
            Said(
                "The {board} on {port} answers but sends no samples: unplug it, plug it in and try again.",
                board=name,
                port=search.port,
            )
        )
    decoder = ChordsDecoder(facts.n_channels, facts.bits)
    return Stream(decoder, float((1 << facts.bits) - 1), {facts.fs_hz: facts.fs_hz}, heard)


def _chords_name(search: Search) -> str:
    """Stop the board if a crashed program left it streaming, and ask who it is."""
    talk = search.talk
    heard = talk.listen(NAMING_S).data
    if heard:
        talk.say(CHORDS_STOP)
        if not talk.drain():
            raise SourceUnavailable(_why_not(search, heard))
        talk.listen(CHORDS_SETTLE_S)
    for which in CHORDS_ASKS:
        if which >= len(search.bauds) or not talk.set_baud(search.bauds[which]):
            continue
        end_s = time.monotonic() + CHORDS_ANSWER_S
        talk.say(b"WHORU\n")
        heard = talk.listen(CHORDS_ANSWER_S, end=b"\n").data
        found = CHORDS_NAME.search(heard)
        if found is not None:
            return found[1].decode("ascii")
        heard += talk.listen(end_s - time.monotonic()).data
        if len(heard) > LONGEST_ANSWER:
            break
    raise SourceUnavailable(_why_not(search, heard))


KINDS: Final[Mapping[str, SerialKind]] = {
    **{plain.row.name: _kind_of(plain) for plain in PLAIN_BOARDS},
    # they do not count, and a clock that is more than 0.5 % off would look like losses
    "spikerbox": SerialKind((230_400, 222_222, 500_000), find_spikerbox, rate_tolerance=0.004, stop=b"h:;\n"),
    "chords": SerialKind((230_400, 115_200), find_chords, stop=CHORDS_STOP),
    "serial-text": SerialKind((115_200, 9_600, 57_600, 230_400), find_text, measure_s=5.0),
}
"""The boards that are read through a serial port, by their names in the table."""


def declares_envelope(heard: bytes) -> bool:
    """Whether the text that a board prints calls its numbers an envelope."""
    return re.search(rb"\benv(elope)?\b", heard, re.IGNORECASE) is not None


def _hunt(search: Search, listen_s: float, wake: bytes = b"") -> bytes:
    """Find the speed at which what comes makes sense, and return what came at it.

    Parameters
    ----------
    search : Search
        Who is looked for.
    listen_s : float
        How long to listen at each speed.
    wake : bytes
        Said once to a board that stays silent.

    Raises
    ------
    SourceUnavailable
        If nothing comes, or something else does.
    """
    start_s = time.monotonic()
    best: tuple[float, int, bytes] = (0.0, 0, b"")
    heard = b""
    n_tried = 0
    while n_tried < ROUNDS * len(search.bauds) and time.monotonic() - start_s < PATIENCE_S:
        baud = search.bauds[n_tried % len(search.bauds)]
        if not search.talk.set_baud(baud):
            n_tried += 1
            continue
        if wake and time.monotonic() - start_s >= WAKE_AFTER_S:
            search.talk.say(wake)
            wake = b""
        came = search.talk.listen(listen_s).data
        if not came:
            continue  # it may be starting
        n_tried += 1
        heard = came
        share = _share(search, came)
        if 0.0 < share < CERTAIN:  # its first words, or damage
            more = search.talk.listen(listen_s).data
            heard += more
            share = max(share, _share(search, more))
        best = max(best, (share, baud, heard))
        if best[0] >= CERTAIN or (best[0] and n_tried >= len(search.bauds)):
            search.talk.set_baud(best[1])
            return best[2]
    raise SourceUnavailable(_why_not(search, heard))


def _share(search: Search, heard: bytes) -> float:
    """Tell how much of what came is the board's; a stream that explains it better ends the search."""
    found = recognise(heard)
    best = found[0][1] if found else 0.0
    is_ours = dict(found).get(search.board.name) == best
    if found and not is_ours and best >= CERTAIN:
        raise SourceUnavailable(_why_not(search, heard))
    return best if is_ours else 0.0


def _why_not(search: Search, heard: bytes) -> Said:
    """Say why the board could not be found, from what came last."""
    title, port = search.board.title, search.port
    if not heard:
        return Said(
            "Nothing answers on {port}: check that the {board} is on that port, has power and the sketch "
            "of its maker, and try again.",
            port=port,
            board=title,
        )
    if HEX_TEXT in heard:
        return HEX_TEXT_FOUND
    name = _name_of(search, heard)
    if name and name != search.board.name:
        return Said(
            "What comes from {port} looks like '{found}' ({title}), not like "
            "'{wanted}': choose that board, or another port.",
            port=port,
            found=name,
            title=find_board(name).title,
            wanted=search.board.name,
        )
    return Said(
        "What comes from {port} does not look like '{wanted}' ({title}): choose another port; "
        "'powerhold ports' tells what answers on each.",
        port=port,
        wanted=search.board.name,
        title=title,
    )


def _name_of(search: Search, heard: bytes) -> str:
    """Recognise whose bytes come, if need be at the speeds that have not been tried; empty if nobody's."""
    found = recognise(heard)
    for baud in () if found else BAUDS_OF_STREAMS:
        if baud not in search.bauds and search.talk.set_baud(baud):
            found = recognise(search.talk.listen(NAMING_S).data)
        if found:
            break
    return found[0][0] if found else ""


def _channels_in(heard: bytes) -> int:
    """Count the channels of a SpikerBox: half the bytes from one first byte of a frame to the next."""
    heads = np.flatnonzero(np.frombuffer(heard, dtype=np.uint8) >= FIRST_BIT)
    spans = np.diff(heads)
    return int(np.bincount(spans).argmax()) // 2 if len(spans) else 0
