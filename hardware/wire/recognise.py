"""Which board's format some raw bytes are in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import FloatArray
from hardware.plain_boards import PLAIN_BOARDS
from hardware.wire.chords import ChordsDecoder
from hardware.wire.cyton import CYTON_LAYOUT, CytonDecoder
from hardware.wire.decoder import Decoder
from hardware.wire.olimex import HEX_TEXT
from hardware.wire.spikerbox import FIRST_BIT, SpikerBoxDecoder
from hardware.wire.text import LINES_THAT_AGREE, read_numbers

LEAST_SHARE: Final = 0.5
"""Of random bytes a SpikerBox's frames explain a quarter, every other format next to nothing."""
FEWEST_PACKETS: Final = 3
FEWEST_FRAMES: Final = 50
MOST_CHANNELS: Final = 16
GREATEST_STEP: Final = 1000.0
"""From sample to sample, usually. Boards of 10 bits cannot step so far; those of 14 bits take 5000
samples a second or more, so that EMG steps less."""


def recognise(data: bytes) -> list[tuple[str, float]]:
    """Tell which boards could have sent these bytes.

    Parameters
    ----------
    data : bytes
        What came in about a second, from anywhere in the stream.

    Returns
    -------
    list of tuple of (str, float)
        Board and the share of the bytes that its format explains, 0.5 to 1, the best first; empty
        for silence, noise, and whatever else no board sends. Of text, whole lines are looked at. Of two
        boards that explain as much, the one with a file of its own comes before plain text.
    """
    shares = sorted(_shares(data), key=lambda found: -found[1])
    return [(board, share) for board, share in shares if share >= LEAST_SHARE]


def _shares(data: bytes) -> Iterator[tuple[str, float]]:
    yield "cyton", _share(CytonDecoder(), data, CYTON_LAYOUT.n_bytes, FEWEST_PACKETS)
    for plain in PLAIN_BOARDS:
        yield plain.row.name, plain.share(data)
    table = np.frombuffer(data, dtype=np.uint8)
    syncs = np.flatnonzero((table[:-1] == 0xC7) & (table[1:] == 0x7C))
    if n_channels := _channels(np.diff(syncs) - 4):
        yield "chords", _share(ChordsDecoder(n_channels, 16), data, 2 * n_channels + 4, FEWEST_PACKETS)
    n_channels = _channels(np.diff(np.flatnonzero(table >= FIRST_BIT)))
    if n_channels and _moves_like_emg(SpikerBoxDecoder(n_channels).feed(data).values):
        yield "spikerbox", _share(SpikerBoxDecoder(n_channels), data, 2 * n_channels, FEWEST_FRAMES)
    yield "serial-text", _share_of_numbers(data)


def _channels(spans: NDArray[np.intp]) -> int:
    """Channels of two bytes each, if the span that occurs most often is so many; else 0."""
    spans = spans[(spans > 0) & (spans <= 2 * MOST_CHANNELS)]
    likeliest = int(np.bincount(spans).argmax()) if spans.size else 1
    return 0 if likeliest % 2 else likeliest // 2


def _moves_like_emg(values: FloatArray) -> bool:
    """Tell frames of a SpikerBox from those that other boards' packets make when read too slowly.

    A Chords board read at half its baud rate gives frames without a fault: two bits of its sync
    become the first bit, and all other bytes miss it. But their values leap.
    """
    steps = np.abs(np.diff(values, axis=0))
    return len(steps) > 0 and bool(np.median(steps, axis=0).max() < GREATEST_STEP)


def _share(decoder: Decoder, data: bytes, n_bytes: int, fewest: int) -> float:
    n_found = len(decoder.feed(data).values)
    return n_found * n_bytes / len(data) if n_found >= fewest else 0.0


def _share_of_numbers(data: bytes) -> float:
    if HEX_TEXT in data:
        return 0.0
    lines = [line for line in data.replace(b"\r", b"\n").split(b"\n")[1:-1] if line.strip()]
    columns = [len(read_numbers(line) or ()) for line in lines]
    usual = max(set(filter(None, columns)), key=columns.count, default=0)
    if columns.count(usual) < LINES_THAT_AGREE or not usual:
        return 0.0
    explained = (len(line) for line, n in zip(lines, columns, strict=True) if n == usual)
    return sum(explained) / sum(map(len, lines))
