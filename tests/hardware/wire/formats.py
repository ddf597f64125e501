"""Every format that is decoded: its decoder, streams of it in pieces, and what waits at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import FloatArray
from hardware.wire.chords import ChordsDecoder
from hardware.wire.cyton import CytonDecoder
from hardware.wire.decoder import Decoded, Decoder
from hardware.wire.olimex import OlimexDecoder
from hardware.wire.spikerbox import SpikerBoxDecoder
from hardware.wire.text import TextDecoder
from tests.hardware.wire.encode import (
    encode_chords,
    encode_cyton,
    encode_olimex,
    encode_spikerbox,
    encode_text,
    spikerbox_message,
)

Row = tuple[float, ...]
Counts = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Format:
    """One decoder and what it is fed.

    ``draw(rng, n)`` gives counts of shape (n, channels), ``encode(counters, counts)`` their bytes,
    ``most_waiting`` is what the decoder may keep, ``hostile`` what is hardest for it, ``n_joining``
    the pieces that it needs before it promises anything, ``noise_bytes`` the length of a packet that
    nothing tells from noise.
    """

    name: str
    decoder: Callable[[], Decoder]
    draw: Callable[[np.random.Generator, int], Counts]
    encode: Callable[[Counts, Counts], bytes]
    most_waiting: int
    hostile: tuple[bytes, ...]
    counts: bool = True
    n_joining: int = 0
    noise_bytes: int = 0
    message: bytes = b""

    def pieces(self, rng: np.random.Generator, n: int) -> tuple[list[bytes], list[Row | None]]:
        """Draw a stream: its packets, and for each the row it stands for (None for a message)."""
        counts = self.draw(rng, n)
        counters = np.arange(n) + rng.integers(0, 256)
        pieces = [self.encode(counters[i : i + 1], counts[i : i + 1]) for i in range(n)]
        rows: list[Row | None] = [self.row(counters[i] % 256, counts[i].astype(np.float64)) for i in range(n)]
        if self.message:
            place = int(rng.integers(0, n))
            pieces.insert(place, self.message)
            rows.insert(place, None)
        return pieces, rows

    def row(self, counter: int, values: FloatArray) -> Row:
        """What is compared: the values, behind the counter if there is one."""
        return (*((float(counter),) if self.counts else ()), *values.tolist())

    def rows(self, decoded: Decoded) -> list[Row]:
        """Give the rows of what was decoded."""
        assert (decoded.counters is not None) == self.counts
        counters = decoded.counters if decoded.counters is not None else np.zeros(len(decoded.values))
        return [self.row(*pair) for pair in zip(counters, decoded.values, strict=True)]


def cut_evenly(data: bytes, size: int) -> list[bytes]:
    """Cut into pieces of one size."""
    return [data[i : i + size] for i in range(0, len(data), size)]


def _unequal(high: int, channels: int) -> Callable[[np.random.Generator, int], Counts]:
    """Draw rows whose first value is never the same, so that a row can be told from the others."""

    def draw(rng: np.random.Generator, n: int) -> Counts:
        counts = rng.integers(0, high, (n, channels))
        counts[:, 0] = rng.choice(high, n, replace=False)
        return counts

    return draw


def _with_syncs(rng: np.random.Generator, n: int) -> Counts:
    """Draw 16-bit values, a tenth of them the two sync bytes."""
    counts = _unequal(1 << 16, 6)(rng, n)
    counts[rng.random(counts.shape) < 0.1] = 0xC77C
    return counts


def _signed(rng: np.random.Generator, n: int) -> Counts:
    """Draw 24-bit values; one byte in 256 is a sync."""
    return rng.integers(-(1 << 23), 1 << 23, (n, 8))


def _eighths(rng: np.random.Generator, n: int) -> Counts:
    """Draw numbers with a sign and a decimal point."""
    return _unequal(1024, 2)(rng, n) / 8.0 - 64.0


def _labelled(counters: Counts, counts: Counts) -> bytes:
    return encode_text(counts, sep="\t", newline="\n", labels=("left glute", "right"))


FORMATS: Final = (
    Format(
        "olimex",
        OlimexDecoder,
        _unequal(1024, 6),
        encode_olimex,
        19,
        (b"\xa5\x5a\x02", b"\xa5", b"\xa5\x5a\x02" + bytes(15)),
    ),
    Format(
        "chords 6 x 10 bits",
        lambda: ChordsDecoder(6, 10),
        _unequal(1024, 6),
        encode_chords,
        17,
        (b"\xc7\x7c", b"\xc7", b"\xc7\x7c" + bytes(13) + b"\x01\x00"),
    ),
    Format(
        "chords 6 x 16 bits",
        lambda: ChordsDecoder(6, 16),
        _with_syncs,
        encode_chords,
        17,
        (b"\xc7\x7c", b"\xc7\x7c\x01"),
    ),
    Format(
        "cyton",
        CytonDecoder,
        _signed,
        encode_cyton,
        33,
        (b"\xa0", b"\xa0\xc0", b"\xa0" + bytes(31) + b"\xc0\x00"),
    ),
    Format(
        "spikerbox 1 x 10 bits",
        lambda: SpikerBoxDecoder(1, bits=10),
        _unequal(1024, 1),
        lambda _, counts: encode_spikerbox(counts),
        2 + 140,
        (b"\xff", b"\x00", b"\xff\xff\x01\x01\x80\xff", spikerbox_message(""), b"\x80\x00\x00"),
        counts=False,
        noise_bytes=2,
        message=spikerbox_message("HWT:MUSCLESS;"),
    ),
    Format(
        "spikerbox 4 x 14 bits",
        lambda: SpikerBoxDecoder(4),
        _unequal(1 << 14, 4),
        lambda _, counts: encode_spikerbox(counts),
        8 + 140,
        (b"\xff", b"\x80", b"\xff\xff\x01\x01\x80\xff" + 40 * b"A", b"\x80" + bytes(6)),
        counts=False,
        noise_bytes=8,
        message=spikerbox_message("HWT:HUMANSB;"),
    ),
    Format(
        "text, 3 columns",
        TextDecoder,
        _unequal(4096, 3),
        lambda _, counts: encode_text(counts),
        1024,
        (b"1", b"\n", b"\r\n", b",", b"1\n", b"a:", b"a:1 "),
        counts=False,
        n_joining=6,
    ),
    Format(
        "text, labels",
        TextDecoder,
        _eighths,
        _labelled,
        1024,
        (b"=", b"a: ", b"left:", b"nan\n", b"-inf,"),
        counts=False,
        n_joining=6,
    ),
)
