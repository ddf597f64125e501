"""Packets of one length with a sync at the front: the decoder that Olimex, Chords and Cyton share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import BoolArray
from hardware.wire.decoder import Decoded

ANY_BYTE: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are in a packet; numbers are big endian.

    Attributes
    ----------
    n_bytes : int
        Length of a packet.
    sync : bytes
        How it begins.
    counter_at, data_at : int
        Positions of the counter and of the first value.
    n_channels, value_bytes : int
        How many values, and how long each is.
    ends : bytes
        What its last byte may be.
    highest : int
        Greatest first byte of a value, from the bits of the converter.
    signed : bool
        Whether values are in two's complement.
    """

    n_bytes: int
    sync: bytes
    counter_at: int
    data_at: int
    n_channels: int
    value_bytes: int
    ends: bytes
    highest: int = ANY_BYTE
    signed: bool = False

    @property
    def data(self) -> slice:
        """Where the values are."""
        return slice(self.data_at, self.data_at + self.n_channels * self.value_bytes)

    @property
    def pattern(self) -> bytes:
        """Regular expression of a packet; every match is ``n_bytes`` long."""
        value = b"[\\x00-\\x%02x]" % self.highest + b"." * (self.value_bytes - 1)
        before = b"." * (self.data_at - len(self.sync))
        behind = b"." * (self.n_bytes - 1 - self.data_at - self.n_channels * self.value_bytes)
        end = b"[" + re.escape(self.ends) + b"]"
        return b"(?s:" + re.escape(self.sync) + before + self.n_channels * value + behind + end + b")"


class PacketDecoder:
    """Find packets in a stream, and read their counters and values.

    A packet directly behind an accepted one is given at once if its sync, its end and the range of
    its values are right, so that nothing waits for the next one. Elsewhere, which is at the start
    and behind damage, the sync of the following packet must agree too; until that has come the
    packet is held. What is decided depends on the bytes alone, never on how they were cut.

    A damaged stretch costs the packets that it touches and at most one whole neighbour. ``n_bad``
    counts the packets that would fill the bytes thrown away, each stretch rounded up. There is no
    break before the first sample: nothing is missing there.

    Parameters
    ----------
    layout : Layout
        The format of a packet.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._weights = 256.0 ** np.arange(layout.value_bytes - 1, -1, -1)
        self._first = re.compile(layout.pattern + b"(?=" + re.escape(layout.sync) + b")")
        self._run = re.compile(b"(?:" + layout.pattern + b")*+")
        self._rest = b""
        self._in_step = False
        self._begun = False
        self._n_thrown = 0

    @property
    def n_channels(self) -> int:
        """Channels of the samples."""
        return self._layout.n_channels

    @property
    def n_waiting(self) -> int:
        """Bytes kept until the rest of their packet comes, less than a packet and a sync."""
        return len(self._rest)

    def feed(self, data: bytes) -> Decoded:
        """Take the next bytes, and return the samples that are whole now."""
        size = self._layout.n_bytes
        stream = self._rest + data
        runs: list[bytes] = []
        breaks: list[int] = []
        at = n_packets = n_bad = 0
        while self._in_step or at < len(stream):
            if not self._in_step:
                start = self._find(stream, at)
                n_bad += self._throw(start - at)
                at = start
                if not self._in_step:
                    break
            stop = self._end_of_run(stream, at)
            if stop > at:
                if self._n_thrown:
                    breaks.append(n_packets)
                self._n_thrown = 0
                runs.append(stream[at:stop])
                n_packets += (stop - at) // size
                at = stop
            if len(stream) - at < size:
                break
            self._in_step = False
            n_bad += self._throw(1)
            at += 1
        self._rest = stream[at:]
        table = np.frombuffer(b"".join(runs), dtype=np.uint8).reshape(-1, size)
        return self._decoded(table, breaks, n_bad)

    def _samples(self, table: NDArray[np.uint8]) -> BoolArray:
        """Tell which of the packets, one a row, carry a sample."""
        return np.ones(len(table), dtype=np.bool_)

    def _find(self, stream: bytes, at: int) -> int:
        """Find the first packet with a sync behind it; else the first place where one may yet come."""
        if match := self._first.search(stream, at):
            self._in_step = True
            return match.start()
        sync = self._layout.sync
        undecided = max(at, len(stream) + 1 - self._layout.n_bytes - len(sync))
        if (start := stream.find(sync, undecided)) >= 0:
            return start
        begun = (n for n in range(len(sync) - 1, 0, -1) if stream.endswith(sync[:n], undecided))
        return len(stream) - next(begun, 0)

    def _end_of_run(self, stream: bytes, at: int) -> int:
        match = self._run.match(stream, at)
        assert match is not None, "a run may be empty"
        return match.end()

    def _throw(self, n_bytes: int) -> int:
        """Note bytes that are thrown away; return the packets that they add to those lost."""
        before = packets_in(self._n_thrown, self._layout.n_bytes)
        self._n_thrown += n_bytes
        return packets_in(self._n_thrown, self._layout.n_bytes) - before

    def _decoded(self, table: NDArray[np.uint8], breaks: list[int], n_bad: int) -> Decoded:
        layout = self._layout
        places = np.array(breaks, dtype=np.int64)
        kept = self._samples(table)
        if not kept.all():
            places = np.append(0, np.cumsum(kept))[places]
            table = table[kept]
        if not self._begun:
            places = places[places > 0]
            self._begun = bool(len(table))
        values = table[:, layout.data].reshape(-1, layout.n_channels, layout.value_bytes) @ self._weights
        if layout.signed:
            span = 256.0**layout.value_bytes
            values[values >= span / 2.0] -= span
        return Decoded(values, table[:, layout.counter_at].astype(np.int64), places, n_bad)


def packets_in(n_bytes: int, size: int) -> int:
    """Packets of a size that would fill so many bytes, rounded up."""
    return -(-n_bytes // size)
