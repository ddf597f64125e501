"""What every decoder gives: samples, the board's own counter where it has one, and what was damaged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from emg.blocks import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What some bytes held.

    Attributes
    ----------
    values : ndarray of shape (n, n_channels), float64
        The converter's counts, or the numbers of a text line, as the board wrote them.
    counters : ndarray of shape (n,), int64, or None
        The board's packet counter; None for a board that does not count.
    breaks : ndarray of shape (k,), int64
        Ascending positions in ``values``, 0 to n, before which bytes were thrown away: there something
        is missing.
    n_bad : int
        Packets, frames or lines that were thrown away.
    messages : tuple of str
        What the board said between its samples, printable characters only.
    """

    values: FloatArray
    counters: IntArray | None = None
    breaks: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    n_bad: int = 0
    messages: tuple[str, ...] = ()


class Decoder(Protocol):
    """Turns a stream of bytes into samples, however the stream is cut.

    Whatever it is fed it raises nothing, keeps a bounded number of bytes, and loses no more than the
    packets that were hit.
    """

    @property
    def n_channels(self) -> int:
        """Channels of ``Decoded.values``; 0 while that is not known yet."""
        ...

    @property
    def n_waiting(self) -> int:
        """Bytes kept until the rest of their packet comes."""
        ...

    def feed(self, data: bytes) -> Decoded:
        """Take the next bytes, and return the samples that are whole now."""
        ...
