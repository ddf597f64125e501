"""What the boards' firmware sends for given samples: the wire formats, written from their descriptions.

Values are the converter's counts, shape (n, channels); counters are running numbers, of which a board
sends the lowest byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bytes = NDArray[np.uint8]

OLIMEX_CHANNELS: Final = 6
OLIMEX_BYTES: Final = 17
CYTON_CHANNELS: Final = 8
CYTON_BYTES: Final = 33


def encode_olimex(counters: ArrayLike, values: ArrayLike, switches: int = 1) -> bytes:
    """A5 5A 02, counter, 6 x uint16 big endian (10 bit), switches."""
    table = _table(counters, OLIMEX_BYTES)
    table[:, :3] = (0xA5, 0x5A, 2)
    table[:, 3] = _lowest_bytes(counters)
    table[:, 4:16] = _big_endian(values, ">u2")
    table[:, 16] = switches
    return table.tobytes()


def encode_olimex_hex_text(counters: ArrayLike, values: ArrayLike) -> bytes:
    """What one copy of the Olimex sketch prints: each byte of a packet in hex on its own line."""
    sent = encode_olimex(counters, values)
    packets = (sent[i : i + OLIMEX_BYTES] for i in range(0, len(sent), OLIMEX_BYTES))
    lines = ("".join(f"{byte:X}\r\n" for byte in packet) + "---------\r\n" for packet in packets)
    return "".join(lines).encode("ascii")


def encode_chords(counters: ArrayLike, values: ArrayLike) -> bytes:
    """C7 7C, counter, N x uint16 big endian, 01."""
    words = _big_endian(values, ">u2")
    table = _table(counters, words.shape[1] + 4)
    table[:, :2] = (0xC7, 0x7C)
    table[:, 2] = _lowest_bytes(counters)
    table[:, 3:-1] = words
    table[:, -1] = 1
    return table.tobytes()


def encode_cyton(counters: ArrayLike, values: ArrayLike, end: int = 0xC0) -> bytes:
    """A0, counter, 8 x int24 big endian, 6 bytes of accelerometer, end byte."""
    table = _table(counters, CYTON_BYTES)
    table[:, 0] = 0xA0
    table[:, 1] = _lowest_bytes(counters)
    four = _big_endian(values, ">i4").reshape(-1, CYTON_CHANNELS, 4)
    table[:, 2:26] = four[:, :, 1:].reshape(-1, 3 * CYTON_CHANNELS)
    table[:, 32] = end
    return table.tobytes()


def encode_spikerbox(values: ArrayLike) -> bytes:
    """Two bytes of 7 bits a channel, high one first; only the first byte of a frame has bit 7.

    10-bit and 14-bit boards send the same: the first have three bits in the high byte, the others seven.
    """
    counts = np.atleast_2d(np.asarray(values, dtype=np.int64))
    table = np.empty((len(counts), 2 * counts.shape[1]), dtype=np.uint8)
    table[:, 0::2] = (counts >> 7) & 0x7F
    table[:, 1::2] = counts & 0x7F
    table[:, 0] |= 0x80
    return table.tobytes()


def spikerbox_message(text: str) -> bytes:
    """Between escape sequences, anywhere in the stream, even in the middle of a frame."""
    return b"\xff\xff\x01\x01\x80\xff" + text.encode("ascii") + b"\xff\xff\x01\x01\x81\xff"


def encode_text(
    values: ArrayLike, sep: str = ",", newline: str = "\r\n", labels: Sequence[str] = (), mark: str = ":"
) -> bytes:
    """One line a sample, as ``Serial.print`` gives it; labels come before their value."""
    names = [f"{label}{mark}" for label in labels]
    lines: Iterable[str] = (
        sep.join(f"{names[i] if names else ''}{value:.12g}" for i, value in enumerate(row)) + newline
        for row in np.atleast_2d(np.asarray(values, dtype=np.float64)).tolist()
    )
    return "".join(lines).encode("ascii")


def _table(counters: ArrayLike, width: int) -> Bytes:
    return np.zeros((np.size(np.asarray(counters)), width), dtype=np.uint8)


def _lowest_bytes(counters: ArrayLike) -> NDArray[np.int64]:
    return np.asarray(counters, dtype=np.int64).reshape(-1) % 256


def _big_endian(values: ArrayLike, dtype: str) -> Bytes:
    counts = np.atleast_2d(np.asarray(values, dtype=np.int64))
    return np.ascontiguousarray(counts.astype(dtype)).view(np.uint8).reshape(len(counts), -1)
