"""Time in Lab Streaming Layer: sample numbers from a sender's stamps, and stamps for our own samples."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from emg.blocks import FloatArray, IntArray
from hardware.counter import Counting
from hardware.sequence import CountedSequence, Stretch
from hardware.sequence_by_clock import TimedSequence
from hardware.watch import EarliestLine

STEADY: Final = 0.25
"""Stamps that are never further than this from a whole number of samples come from a sample clock."""
FOLLOW: Final = 0.1
"""Share of its deviation by which a stamp moves the line: a clock 2 % off is 0.2 samples off the line."""
CREEP: Final = 0.02
"""A clock may be this much slower or faster than it says; by more, the acquisition says so."""
_KNOTS: Final = 256


class StampSequence(Protocol):
    """Gives numbers to stamped rows."""

    @property
    def out_of_step(self) -> bool:
        """Whether the stamps make no sense any more, and the stream must be opened again."""
        ...

    def take(self, rows: FloatArray, stamps_s: FloatArray) -> list[Stretch]:
        """Give numbers to the rows that came in one go; ``host_time_s`` of a stretch is its last stamp."""
        ...


def is_steady(stamps_s: FloatArray, fs_hz: float) -> bool:
    """Tell whether stamps come from a sample clock, so that a single lost sample can be seen in them.

    Parameters
    ----------
    stamps_s : ndarray of shape (n,), float64
        Stamps of rows in the order in which they came.
    fs_hz : float
        Sampling rate.
    """
    steps = np.diff(stamps_s) * fs_hz
    whole = np.rint(steps)
    return len(steps) > 1 and bool(np.all((np.abs(steps - whole) < STEADY) & (whole >= 1.0)))


class SteadyStamps:
    """Number rows whose stamps come from a sample clock; every loss is seen, to the sample.

    Each stamp is put on the nearest whole sample of a line that slowly follows the stamps. The result is
    as good as a packet counter and is treated as one: a jump is believed when three more rows have
    followed it in order, a repeated stamp is thrown away.

    Parameters
    ----------
    fs_hz : float
        Sampling rate, within ``CREEP``.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._counted = CountedSequence(Counting(step=1, wrap=None), fs_hz)
        self._count = -1
        self._line_s: float | None = None
        self._end: int | None = None

    @property
    def out_of_step(self) -> bool:
        """Whether the stamps went back, or became unsteady."""
        return self._counted.out_of_step

    def take(self, rows: FloatArray, stamps_s: FloatArray) -> list[Stretch]:
        """Give numbers to the rows that came in one go."""
        before = self._count
        counts = self._counts(stamps_s)
        new = np.diff(counts, prepend=before) != 0
        stretches = []
        for stretch in self._counted.take(rows[new], stamps_s[new], counts[new]):
            jumped = self._end is not None and stretch.first_sample != self._end
            self._end = stretch.first_sample + len(stretch.rows)
            stretches.append(replace(stretch, estimated=jumped))
        return stretches

    def _counts(self, stamps_s: FloatArray) -> IntArray:
        """Put each stamp on the nearest sample of the line, and let the line follow."""
        counts = np.empty(len(stamps_s), dtype=np.int64)
        for position, stamp_s in enumerate(stamps_s.tolist()):
            if self._line_s is None:
                self._line_s = stamp_s - 1.0 / self._fs_hz
            steps = (stamp_s - self._line_s) * self._fs_hz
            whole = round(steps)
            self._count += whole
            # a sender that begins anew after a loss keeps no phase
            share = FOLLOW if whole == 1 else 1.0
            self._line_s = stamp_s - (1.0 - share) * (steps - whole) / self._fs_hz
            counts[position] = self._count
        return counts


class ScatteredStamps:
    """Number rows that were stamped when they were sent: late, in bursts, but never early.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    """

    def __init__(self, fs_hz: float) -> None:
        self._timed = TimedSequence(fs_hz)
        self._newest_s = -np.inf

    @property
    def out_of_step(self) -> bool:
        """Never: every order of such stamps is possible."""
        return False

    def take(self, rows: FloatArray, stamps_s: FloatArray) -> list[Stretch]:
        """Give numbers to the rows that came in one go."""
        if not len(stamps_s):
            return []
        # a sender that stamps whole chunks may let them overlap; the rows are in order all the same
        ascending_s = np.maximum.accumulate(np.maximum(stamps_s, self._newest_s))
        self._newest_s = float(ascending_s[-1])
        return self._timed.take(rows, ascending_s, np.empty(0, dtype=np.int64))


class SampleTimes:
    """When each sample was measured, from the sample clock and the earliest arrivals.

    The time of a sample is settled once, so that whatever is published of it carries the same stamp, and
    times always ascend: the line bends by at most ``CREEP``.

    Parameters
    ----------
    fs_hz : float
        Rate of the sample clock.

    Attributes
    ----------
    settled : bool
        Whether any sample has a time.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._line = EarliestLine(CREEP)
        self._samples = np.empty(_KNOTS, dtype=np.int64)
        self._times_s = np.empty(_KNOTS)
        self.settled = False

    def arrived(self, first_sample: int, end_sample: int, time_s: float) -> None:
        """Settle the times of samples that came.

        Parameters
        ----------
        first_sample, end_sample : int
            The first, and one past the last.
        time_s : float
            When the last one came.
        """
        last = end_sample - 1
        target_s = self._line.take(last / self._fs_hz, time_s) + last / self._fs_hz
        if not self.settled:
            self._samples[:] = first_sample
            self._times_s[:] = target_s - (last - first_sample) / self._fs_hz
            self.settled = True
        settled_s = float(self._times_s[-1])
        usual_s = (last - int(self._samples[-1])) / self._fs_hz
        bend_s = target_s - settled_s - usual_s
        self._knot(last, settled_s + usual_s + min(max(bend_s, -CREEP * usual_s), CREEP * usual_s))

    def settle(self, sample: int) -> None:
        """Settle the times up to a sample that has not come and, being lost, never will."""
        self._knot(sample, float(self._times_s[-1]) + (sample - int(self._samples[-1])) / self._fs_hz)

    def at(self, samples: IntArray) -> FloatArray:
        """Give the times of samples; those outside of what is settled follow the sample clock.

        Parameters
        ----------
        samples : ndarray of shape (n,), int64
            Sample numbers.

        Returns
        -------
        ndarray of shape (n,), float64
            Seconds, on the clock of ``arrived``.
        """
        inside = np.clip(samples, self._samples[0], self._samples[-1])
        beyond_s = (samples - inside) / self._fs_hz
        times_s: FloatArray = np.interp(inside, self._samples, self._times_s) + beyond_s
        return times_s

    def _knot(self, sample: int, time_s: float) -> None:
        """Settle the line up to a sample; what is settled already stays."""
        if sample > self._samples[-1]:
            for knots, newest in ((self._samples, sample), (self._times_s, time_s)):
                knots[:-1] = knots[1:]
                knots[-1] = newest
