"""Sample numbers of rows that carry a board's packet counter and the time at which packets came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray
from emg.said import Said
from hardware.counter import DEFAULT_WRAP, GANGLION_WRAP, CounterUnwrapper, Counting, PhaseReader
from hardware.file_formats.recording import FileUnreadable

_MEMORY: Final = 64
"""So many rows are kept from one piece to the next, that one late packet does not date all that follow."""


def find_counting(counters: Sequence[float]) -> Counting | None:
    """See how the counter in the head of a file counts; None if it does not."""
    values = np.asarray(counters)
    values = values[np.isfinite(values)]
    if len(values) < 3:
        return Counting()
    steps = np.diff(values)
    share = {step: float(np.mean(steps == step)) for step in (0, 1, 2)}
    if values.max() >= DEFAULT_WRAP:
        return Counting(wrap=None) if share[1] > 0.5 else None
    if share[0] > 0.3 and share[1] > 0.3:
        return Counting(wrap=GANGLION_WRAP, pairs=True)
    return next((Counting(step=step) for step in (1, 2) if share[step] > 0.5), None)


class PacketNumbers:
    """Number the rows of a file, piece by piece.

    Where all counters follow one another and the clock agrees there is nothing to decide. Elsewhere
    ``hardware.counter`` decides, as it does live: the counter tells what was lost, and the clock, which is
    far too rough for anything else, how often the counter went round meanwhile.

    Parameters
    ----------
    counting : Counting or None
        How the board counts; None numbers the rows as they stand.
    fs_hz : float
        Sampling rate.
    """

    def __init__(self, counting: Counting | None, fs_hz: float) -> None:
        self._counting = counting
        self._fs_hz = fs_hz
        self._next = 0
        self._offset: int | None = None
        self._phases: IntArray = np.empty(0, dtype=np.int64)
        self._times_s: FloatArray = np.empty(0)
        self._phases_of = PhaseReader(counting or Counting())

    def number(self, counters: FloatArray, times_s: FloatArray) -> IntArray:
        """Sample numbers of the next rows; -1 for a row whose counter is impossible.

        Parameters
        ----------
        counters, times_s : ndarray of shape (n,), float64
            As the file has them; the time may be NaN throughout.

        Raises
        ------
        FileUnreadable
            If the counters make no sense any more: then the channels do not either.
        """
        indices = np.full(len(counters), -1, dtype=np.int64)
        if self._counting is None:
            indices[:] = self._next + np.arange(len(counters))
            self._next += len(counters)
            return indices
        usable, phases = self._phases_of(counters)
        if not usable.any():
            return indices
        if self._counting.wrap is None:
            found = self._plain(phases)
        else:
            found = self._unwrapped(phases, times_s[usable])
        indices[usable] = found
        known = found >= 0
        if known.any():
            self._next = int(found[known][-1]) + 1
        return indices

    def _plain(self, phases: IntArray) -> IntArray:
        if self._offset is None:
            self._offset = int(phases[0])
        found = phases - self._offset
        newest = np.maximum.accumulate(np.concatenate(([self._next - 1], found[:-1])))
        found[found <= newest] = -1
        return found

    def _unwrapped(self, phases: IntArray, times_s: FloatArray) -> IntArray:
        assert self._counting is not None
        wrap = self._counting.samples_per_wrap
        assert wrap is not None
        n_known = len(self._phases)
        all_phases = np.concatenate((self._phases, phases))
        times = np.concatenate((self._times_s, times_s))
        dated = bool(np.isfinite(times).all())
        calm = bool((np.diff(all_phases) % wrap == 1).all())
        if dated:
            calm = calm and bool((np.diff(times) * self._fs_hz < wrap / 4).all())
        else:
            # without a clock a loss of whole wraps cannot be seen
            times = np.cumsum(np.diff(all_phases, prepend=all_phases[0]) % wrap) / self._fs_hz
        if calm:
            found: IntArray = self._next + np.arange(len(phases))
        else:
            unwrapper = CounterUnwrapper(self._fs_hz, wrap)
            relative = unwrapper.unwrap(all_phases, times)
            if unwrapper.out_of_step:
                raise FileUnreadable(Said("its packet numbers make no sense there"))
            base = self._next - 1 - int(relative[n_known - 1]) if n_known else 0
            relative[relative >= 0] += base
            found = relative[n_known:]
        good = np.concatenate((np.ones(n_known, dtype=np.bool_), found >= 0))
        self._phases = all_phases[good][-_MEMORY:]
        self._times_s = times[good][-_MEMORY:] if dated else np.full(len(self._phases), np.nan)
        return found
