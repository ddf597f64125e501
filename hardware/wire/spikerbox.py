"""Backyard Brains' SpikerBox family: frames marked by their first bit, messages between them.

Formats: SpikerShield V1_1, Muscle SpikerBox, Human-Human-Interface and the USB communication guide R7.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import FloatArray, IntArray
from hardware.wire.decoder import Decoded
from hardware.wire.framing import packets_in

START: Final = b"\xff\xff\x01\x01\x80\xff"
END: Final = b"\xff\xff\x01\x01\x81\xff"
LONGEST_MESSAGE: Final = 128
"""Bytes; Spike Recorder itself keeps 64."""
FIRST_BIT: Final = 0x80
_HIGH_BYTE: Final = re.compile(rb"[\x80-\xff]")


class MessageCutter:
    """Cuts the board's messages out of its stream, wherever they are, even inside a frame.

    A message is text of 7 bits between two marks. One that is broken off by another byte, or too
    long, is thrown away; what follows is frames again. The last byte of the end mark may be missing
    if a frame begins there: the Human-Human-Interface does not send it.
    """

    def __init__(self) -> None:
        self._held = b""

    @property
    def n_waiting(self) -> int:
        """Bytes of a message that has begun."""
        return len(self._held)

    def cut(self, data: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Take the next bytes; return those of frames, and the messages that are whole now."""
        stream = self._held + data
        kept: list[bytes] = []
        messages: list[str] = []
        at = 0
        while (start := stream.find(START, at)) >= 0:
            kept.append(stream[at:start])
            at = start
            found = self._message(stream, start + len(START))
            if found is None:
                break
            at, text = found
            if text:
                messages.append(text)
        if start < 0:
            begun = (n for n in range(len(START) - 1, 0, -1) if stream.endswith(START[:n], at))
            stop = len(stream) - next(begun, 0)
            kept.append(stream[at:stop])
            at = stop
        self._held = stream[at:]
        return b"".join(kept), tuple(messages)

    @staticmethod
    def _message(stream: bytes, begin: int) -> tuple[int, str] | None:
        """Position after the message, and its text if it is whole; None while more must come."""
        limit = begin + LONGEST_MESSAGE
        high = _HIGH_BYTE.search(stream, begin, limit + 1)
        if high is None:
            return (limit, "") if len(stream) > limit else None
        stop = high.start()
        mark = stream[stop : stop + len(END)]
        if mark.startswith(END[:-1]) and mark[-1] >= FIRST_BIT and len(mark) == len(END):
            after = stop + len(END) - (mark != END)
            text = stream[begin:stop].decode("ascii")
            return after, "".join(filter(str.isprintable, text))
        return None if END.startswith(mark) and mark != END else (stop, "")


class SpikerBoxDecoder:
    """Frames of two bytes a channel, seven bits in each; only the first byte of a frame has bit 7.

    A frame is right if it has its length and the next begins behind it, so that the last one waits
    for one byte more. A damaged stretch costs the frames that it touches and at most the one before
    it. Nothing in a frame tells it from noise: of what is left of damaged frames at most one false
    frame is made, but of random bytes that come in between as many as look like frames.

    ``n_bad`` counts the frames that would fill the bytes thrown away, each stretch rounded up. There
    is no break before the first sample: nothing is missing there. There is no counter either: whole
    frames that are lost show in the clock only.

    Parameters
    ----------
    n_channels : int
        Values in a frame, at least 1.
    bits : int
        Bits of the converter, 8 to 14; greater values are damage.

    Raises
    ------
    ValueError
        If there is no such frame.
    """

    def __init__(self, n_channels: int, bits: int = 14) -> None:
        if n_channels < 1:
            raise ValueError(f"A frame cannot have {n_channels} channels: say how many the board sends.")
        if not 8 <= bits <= 14:
            raise ValueError(f"A value of {bits} bits does not fit two times seven: choose 8 to 14.")
        self._n_channels = n_channels
        self._size = 2 * n_channels
        self._limit = float(1 << bits)
        self._columns = np.arange(self._size)
        self._messages = MessageCutter()
        self._rest = b""
        self._begun = False
        self._n_thrown = 0

    @property
    def n_channels(self) -> int:
        """Channels of the samples."""
        return self._n_channels

    @property
    def n_waiting(self) -> int:
        """Bytes kept until the rest of their frame or message comes: a frame and a message at most."""
        return len(self._rest) + self._messages.n_waiting

    def feed(self, data: bytes) -> Decoded:
        """Take the next bytes, and return the samples that are whole now."""
        frames, messages = self._messages.cut(data)
        stream = self._rest + frames
        table = np.frombuffer(stream, dtype=np.uint8)
        heads = np.flatnonzero(table >= FIRST_BIT)
        stop = len(stream)
        if heads.size and stop - heads[-1] <= self._size:
            stop = int(heads[-1])
        self._rest = stream[stop:]
        starts = heads[:-1][heads[1:] - heads[:-1] == self._size]
        values = self._read(table, starts)
        possible = values.max(axis=1, initial=0.0) < self._limit
        if not possible.all():
            starts, values = starts[possible], values[possible]
        breaks, n_bad = self._account(starts, stop)
        return Decoded(values, None, breaks, n_bad, messages)

    def _read(self, table: NDArray[np.uint8], starts: IntArray) -> FloatArray:
        halves = (table[starts[:, np.newaxis] + self._columns] & 0x7F).astype(np.float64)
        values: FloatArray = halves[:, 0::2] * 128.0 + halves[:, 1::2]
        return values

    def _account(self, starts: IntArray, stop: int) -> tuple[IntArray, int]:
        """Find what was thrown away before each frame; return the breaks, and the frames lost in them."""
        if not self._n_thrown and len(starts) * self._size == stop:
            self._begun = self._begun or bool(stop)
            return np.empty(0, dtype=np.int64), 0
        thrown = np.append(starts, stop)
        thrown[1:] -= starts + self._size
        thrown[0] += self._n_thrown
        n_bad = int(np.sum(-(-thrown // self._size))) - packets_in(self._n_thrown, self._size)
        self._n_thrown = int(thrown[-1])
        breaks = np.flatnonzero(thrown[:-1]).astype(np.int64)
        if not self._begun:
            breaks = breaks[breaks > 0]
            self._begun = bool(len(starts))
        return breaks, n_bad
