"""What goes wrong between an emulated board and the computer, without a port, a thread or a clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int32]

QUEUE_LIMIT_BYTES: Final = 1 << 20
"""What a reader that does not read leaves behind; of more than that the oldest is lost."""
PIECE_BYTES: Final = 1 << 14


class Parcel(NamedTuple):
    """Bytes on their way to the computer: one packet, or a reply.

    Attributes
    ----------
    data : bytes
        As they go through the air.
    number : int
        Running number of the packet; -1 for what is no packet.
    row : ndarray of shape (n_channels,) or None
        Counts in the packet.
    whole : bool
        An undamaged packet.
    run : int
        Which start of the stream it belongs to.
    """

    data: bytes
    number: int = -1
    row: Counts | None = None
    whole: bool = False
    run: int = 0


class Air:
    """Loses packets, loses bytes inside them, and flips bytes.

    Attributes
    ----------
    radio_on : bool
        Whether anything gets through.
    """

    def __init__(self) -> None:
        self.radio_on = True
        self._rng = np.random.default_rng(7)
        self._n_to_drop = 0
        self._n_to_corrupt = 0
        self._corrupt_at: int | None = None
        self._n_to_lose = 0
        self._lose_at: int | None = None

    def drop(self, n: int) -> None:
        """Lose the next ``n`` packets."""
        self._n_to_drop += n

    def corrupt(self, n: int, at: int | None) -> None:
        """Flip one byte in each of the next ``n`` packets, the one at ``at`` or any but the first."""
        self._n_to_corrupt += n
        self._corrupt_at = at

    def lose_bytes(self, n: int, at: int | None) -> None:
        """Lose ``n`` bytes in a row, from ``at`` in the next packet on or anywhere inside it."""
        self._n_to_lose += n
        self._lose_at = at

    def noise(self, n: int) -> bytes:
        """Give ``n`` random bytes."""
        return self._rng.bytes(n)

    def carry(self, parcels: Iterable[Parcel]) -> list[Parcel]:
        """Take packets at the board and give what arrives of them."""
        arrived: list[Parcel] = []
        for parcel in parcels:
            if not self.radio_on:
                continue
            if self._n_to_drop:
                self._n_to_drop -= 1
                continue
            if self._n_to_lose:
                parcel = self._shortened(parcel)
            if self._n_to_corrupt and parcel.data:
                parcel = self._corrupted(parcel)
            if parcel.data:
                arrived.append(parcel)
        return arrived

    def _shortened(self, parcel: Parcel) -> Parcel:
        start = self._place(len(parcel.data), self._lose_at, self._n_to_lose)
        end = min(len(parcel.data), start + self._n_to_lose)
        self._n_to_lose -= end - start
        self._lose_at = 0 if self._n_to_lose else None  # what is left to lose follows at once
        return parcel._replace(data=parcel.data[:start] + parcel.data[end:], whole=False)

    def _corrupted(self, parcel: Parcel) -> Parcel:
        self._n_to_corrupt -= 1
        place = self._place(len(parcel.data), self._corrupt_at, 1)
        flipped = parcel.data[place] ^ int(self._rng.integers(1, 256))
        data = parcel.data[:place] + bytes([flipped]) + parcel.data[place + 1 :]
        return parcel._replace(data=data, whole=False)

    def _place(self, size: int, at: int | None, n: int) -> int:
        """Where ``n`` bytes are hit: where it was said, else inside the packet if they fit into it."""
        if at is not None:
            return min(at, size - 1)
        return int(self._rng.integers(1, max(2, size - n + 1))) if size > 1 else 0


class Outbox:
    """The queue to the port, with an adapter that may hold data back.

    Attributes
    ----------
    chunk_s : float
        The adapter hands on what it has so often; 0 at once.
    held_until_s : float
        Nothing leaves before; then all in one burst.
    """

    def __init__(self) -> None:
        self.chunk_s = 0.0
        self.held_until_s = 0.0
        self._parcels: deque[Parcel] = deque()
        self._n_bytes = 0
        self._n_done = 0
        self._n_free = 0
        self._next_chunk_s = 0.0

    def put(self, parcels: Iterable[Parcel]) -> None:
        """Queue parcels; if nobody has read for long, the oldest are lost whole."""
        for parcel in parcels:
            self._parcels.append(parcel)
            self._n_bytes += len(parcel.data)
        while self._n_bytes > QUEUE_LIMIT_BYTES:
            begun = self._parcels.popleft() if self._n_done else None
            lost = self._parcels.popleft()
            self._n_bytes -= len(lost.data)
            self._n_free = max(0, self._n_free - len(lost.data))
            if begun is not None:
                self._parcels.appendleft(begun)

    def ready(self, now_s: float) -> bytes:
        """Return the next bytes that may leave now, at most some 16 kB."""
        if now_s >= max(self.held_until_s, self._next_chunk_s):
            self._n_free = self._n_bytes
            if self.chunk_s > 0.0:
                self._next_chunk_s = (now_s // self.chunk_s + 1.0) * self.chunk_s
        pieces: list[bytes] = []
        n = -self._n_done
        for parcel in self._parcels:
            if n >= min(PIECE_BYTES, self._n_free):
                break
            pieces.append(parcel.data)
            n += len(parcel.data)
        return b"".join(pieces)[self._n_done :][: self._n_free]

    def left(self, n: int) -> list[Parcel]:
        """Note that ``n`` bytes have left, and return the parcels of which that was the last byte."""
        self._n_done += n
        self._n_bytes -= n
        self._n_free -= n
        gone: list[Parcel] = []
        while self._parcels and self._n_done >= len(self._parcels[0].data):
            gone.append(self._parcels.popleft())
            self._n_done -= len(gone[-1].data)
        return gone

    def clear(self) -> None:
        """Forget what has not left."""
        self._parcels.clear()
        self._n_bytes = self._n_done = self._n_free = 0
