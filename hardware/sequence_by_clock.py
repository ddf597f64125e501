"""Number the samples of a board that does not count: those received, and those the clock says are missing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray
from hardware.sequence import Stretch

CREEP: Final = 0.005
"""A board's clock may be this much slower than it says: the expected arrival gives way so fast."""
TOLERANCE_S: Final = 0.02
"""Freshly sent samples arrive with so much scatter: computers look at a port every 1 to 16 ms."""
MOST_SCATTER_S: Final = 0.1
"""A stream may prove a greater scatter, but one of more than this hides losses of 1 % of 10 s."""
SETTLED_S: Final = 0.1
"""What was only held back has come so long after its first part; then what is missing is lost."""
PATIENCE_S: Final = 1.0
"""After so long it is decided, even if what was held back still comes in."""
MOST_CHUNK_S: Final = 0.6
"""USB adapters give up to half a second in one go; what is longer was held back."""
MEMORY_S: Final = 10.0
"""From the chunks of so long the usual one is told."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Rows that came, but have no number yet; ``breaks`` as positions among them."""

    rows: FloatArray
    times_s: FloatArray
    breaks: IntArray

    def __len__(self) -> int:
        return len(self.rows)

    def since(self, position: int) -> _Waiting:
        later = self.breaks[self.breaks >= position] - position
        return _Waiting(self.rows[position:], self.times_s[position:], later)

    def without_break_at_start(self) -> _Waiting:
        return _Waiting(self.rows, self.times_s, self.breaks[self.breaks > 0])

    def followed_by(self, later: _Waiting) -> _Waiting:
        if not len(self) and not len(self.breaks):
            return later
        return _Waiting(
            np.concatenate((self.rows, later.rows)) if len(self) else later.rows,
            np.concatenate((self.times_s, later.times_s)),
            np.concatenate((self.breaks, later.breaks + len(self))),
        )


class TimedSequence:
    """Give numbers to the rows of a board without a packet counter.

    A sample may come late but never early. So there is an earliest line: sample n cannot come before
    ``t0 + n / fs``, and in each chunk the freshest sample comes close to it. A chunk that is late as a
    whole was either held back, and then the rest follows in a burst that reaches the line again; or
    something was lost, and then all that follows stays late by as much. Rows that are late are held until
    that is clear.

    Parameters
    ----------
    fs_hz : float
        Real sampling rate, within 0.5 %.

    Notes
    -----
    The number of a sample is right within two usual chunks and 20 ms, and 1 % of the time since the open:
    losses of less than the scatter of arrivals cannot be seen until they add up, and losses of less than
    0.5 % cannot be told from a slow clock. A small loss is placed where the board's decoder threw bytes
    away, if it did. A greater one may be anywhere in what came first after it; that is thrown away too,
    because its samples could get the time of others.

    A constant backlog of more than the scatter that builds up suddenly looks like a loss; what is invented
    so is taken off the next loss. So it is, rarely, where an adapter gives half a second at once and the
    computer hesitates several times within two seconds.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._next = 0
        self._t0_s: float | None = None
        self._seen_s = 0.0
        # a sample may just miss the look at the port that takes the one before it
        self._least_scatter_s = self._scatter_s = TOLERANCE_S + 1.0 / fs_hz
        self._guessed_s = 0.0
        self._held = _Waiting(np.empty((0, 0)), np.empty(0), np.empty(0, dtype=np.int64))
        self._chunks: deque[int] = deque([1])
        self._n_remembered = 1
        self._estimated = False
        self._out: list[Stretch] = []

    def take(self, rows: FloatArray, times_s: FloatArray, breaks: IntArray) -> list[Stretch]:
        """Give numbers to the rows that came in one go.

        Parameters
        ----------
        rows : ndarray of shape (n, n_columns), float64
            One row a sample.
        times_s : ndarray of shape (n,), float64
            Monotonic host time at which each came, ascending.
        breaks : ndarray of shape (k,), int64
            Ascending positions in ``rows``, 0 to n, before which the decoder threw bytes away.

        Returns
        -------
        list of Stretch
            What is certain now; a jump between two of them is lost data, estimated by the clock.
        """
        self._held = self._held.followed_by(_Waiting(rows, times_s, breaks))
        while len(self._held) and self._advance():
            pass
        out, self._out = self._out, []
        return out

    def _advance(self) -> bool:
        """Give numbers up to the last row that is not late; return whether more can be done."""
        held = self._held
        late_s = self._lateness(held.times_s)
        n = self._n_in_time(late_s)
        if n:
            self._follow(late_s[:n], float(held.times_s[n - 1]))
            self._remember_chunk(n)
            self._give(n)
            return False
        lowest_s = float(late_s.min())
        usual_s = self._usual_chunk() / self._fs_hz
        # the first that is as little late as any, and what came with it: there a burst is over
        end_s = held.times_s[int(np.argmax(late_s <= lowest_s + 0.5 * TOLERANCE_S))]
        end = int(np.searchsorted(held.times_s, end_s, side="right"))
        settle_s = SETTLED_S + usual_s
        pauses = np.flatnonzero(np.diff(held.times_s) >= settle_s) + 1
        start_s = float(held.times_s[pauses[-1] if len(pauses) else 0])
        newest_s = float(held.times_s[-1])
        if newest_s < max(end_s, start_s) + settle_s and newest_s < start_s + PATIENCE_S + usual_s:
            return False
        if end_s < start_s:  # nothing followed that could have reached the line: all of it is in doubt
            end = int(pauses[np.searchsorted(pauses, end)])
        first, last = self._place(lowest_s, end, 1.5 * usual_s + TOLERANCE_S)
        self._lose(round(lowest_s * self._fs_hz), first, last)
        return True

    def _n_in_time(self, late_s: FloatArray) -> int:
        """Count the rows up to the last one that is not late."""
        if late_s[-1] <= self._scatter_s:
            return len(late_s)
        fresh = np.flatnonzero(late_s <= self._scatter_s)
        return int(fresh[-1]) + 1 if len(fresh) else 0

    def _lateness(self, times_s: FloatArray) -> FloatArray:
        ahead_s = (self._next + np.arange(len(times_s))) / self._fs_hz
        if self._t0_s is None:
            self._t0_s = float((times_s - ahead_s).min())
            self._seen_s = float(times_s[0])
        late_s: FloatArray = times_s - self._t0_s - ahead_s
        return late_s

    def _follow(self, late_s: FloatArray, time_s: float) -> None:
        """Let the earliest line give way to a slow clock, and go back for what comes earlier than it."""
        assert self._t0_s is not None
        creep_s = CREEP * (time_s - self._seen_s)
        self._seen_s = time_s
        self._scatter_s = max(self._least_scatter_s, self._scatter_s - 0.1 * creep_s)
        lowest_s = float(late_s.min())
        if lowest_s >= 0.0:
            self._t0_s += min(lowest_s, creep_s)
            return
        # Too early. Either the line was wrong, or a gap was that was guessed from the clock: then the line
        # stays, and the samples that were too many are taken off the next loss.
        guess_s = min(-lowest_s, self._guessed_s)
        taken_back_s = min(guess_s, creep_s)
        self._guessed_s -= taken_back_s
        self._t0_s += lowest_s + guess_s - taken_back_s
        self._scatter_s = max(self._scatter_s, min(MOST_SCATTER_S, TOLERANCE_S + guess_s))

    def _place(self, lost_s: float, end: int, near_s: float) -> tuple[int, int]:
        """Find the rows that are to be thrown away because the loss may be anywhere among them.

        Returns
        -------
        tuple of (int, int)
            Rows of those that are held, from and to; twice the same if the loss is so small that the
            likeliest place will do.
        """
        if lost_s > near_s:
            return 0, end
        breaks = self._held.breaks
        first = int(breaks[0]) if len(breaks) and breaks[0] <= end else 0
        return first, first

    def _lose(self, n_lost: int, first: int, last: int) -> None:
        """Leave a gap, and throw away the rows from ``first`` to ``last`` that are held."""
        self._give(first)
        self._held = self._held.since(last - first).without_break_at_start()
        self._next += last - first + n_lost
        self._guessed_s += n_lost / self._fs_hz
        self._estimated = True

    def _remember_chunk(self, n: int) -> None:
        n = min(n, max(1, round(MOST_CHUNK_S * self._fs_hz)))
        self._chunks.append(n)
        self._n_remembered += n
        while self._n_remembered > MEMORY_S * self._fs_hz and len(self._chunks) > 1:
            self._n_remembered -= self._chunks.popleft()

    def _usual_chunk(self) -> int:
        """Half of the samples came in chunks of so many or fewer."""
        chunks = np.sort(np.array(self._chunks))
        return int(chunks[np.searchsorted(np.cumsum(chunks), 0.5 * chunks.sum())])

    def _give(self, n: int) -> None:
        """Give numbers to the next ``n`` rows that are held, and hand them out."""
        if n:
            rows, time_s = self._held.rows[:n], float(self._held.times_s[n - 1])
            self._out.append(Stretch(self._next, rows, time_s, self._estimated))
            self._estimated = False
            self._next += n
            self._held = self._held.since(n)
