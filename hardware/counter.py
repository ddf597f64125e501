"""What a board's packet counter says: how boards count, and how counter and clock together number samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray

DEFAULT_WRAP: Final = 256
GANGLION_WRAP: Final = 100
"""A Ganglion numbers its packets 0 to 99, or 100 to 199, and each holds two samples."""
CREEP: Final = 0.05
"""A board's clock may be this much slower than it says: the expected arrival gives way so fast."""
REJECT_LIMIT: Final = 20
"""That many more impossible packets than a quarter of the possible ones: the framing is lost."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How a board counts.

    Attributes
    ----------
    step : int
        From one sample to the next: 1, on a Cyton with Daisy 2.
    wrap : int or None
        Number of values; None for a counter that does not start anew.
    pairs : bool
        Whether each number stands on two samples.
    """

    step: int = 1
    wrap: int | None = DEFAULT_WRAP
    pairs: bool = False

    @property
    def samples_per_wrap(self) -> int | None:
        """Samples after which the counter is the same again; None if it never is."""
        if self.wrap is None:
            return None
        return self.wrap * 2 if self.pairs else self.wrap // self.step


class PhaseReader:
    """Turns packet counters into counters of samples; stateful, because a Ganglion's pairs may be cut apart.

    Parameters
    ----------
    counting : Counting
        How the board counts.
    """

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._pair_open = -1

    def __call__(self, counters: FloatArray) -> tuple[BoolArray, IntArray]:
        """Which rows hold samples, and the counters of these in samples.

        Parameters
        ----------
        counters : ndarray of shape (n,), float64
            As the board sent them; NaN where there is none.

        Returns
        -------
        tuple of (ndarray of shape (n,), bool; ndarray of shape (n_usable,), int64)
            The second counts from 0 to ``samples_per_wrap - 1``, or on and on.
        """
        counting = self._counting
        usable = np.isfinite(counters)
        if counting.pairs:
            usable &= counters < 2 * GANGLION_WRAP  # above are the rows of an impedance check
            whole = counters[usable].astype(np.int64) % GANGLION_WRAP
            return usable, 2 * whole + self._second_of_pair(whole)
        usable[usable] &= counters[usable] % counting.step == 0
        return usable, counters[usable].astype(np.int64) // counting.step

    def _second_of_pair(self, numbers: IntArray) -> IntArray:
        """1 where a row is the second sample of its packet."""
        if not len(numbers):
            return numbers
        extended = np.concatenate(([self._pair_open], numbers))
        new_run = np.diff(extended) != 0
        starts = np.maximum.accumulate(np.where(new_run, np.arange(len(numbers)), -1))
        second: IntArray = (np.arange(len(numbers)) - starts) % 2
        self._pair_open = -1 if second[-1] else int(numbers[-1])
        return second


class CounterClock:
    """The last packet that is believed, and what its counter and the clock allow the next one to be.

    The counter alone cannot see a loss of exactly one wrap, and the clock alone is too rough:
    packets come in bursts, and a USB adapter may hold them back for half a second. Together they
    are certain, because a packet may be late but never early. Of all numbers that the counter
    allows, a packet gets the greatest that it, and what came in one go with it, could have by now.

    Parameters
    ----------
    fs_hz : float
        Nominal sampling rate.
    wrap : int or None
        Number of values of the counter; None if it never starts anew.

    Notes
    -----
    Up to three quarters of a wrap of lateness are understood (0.77 s for a Cyton), and a clock
    that runs up to a quarter of a wrap ahead over one loss.
    """

    def __init__(self, fs_hz: float, wrap: int | None) -> None:
        self._fs_hz = fs_hz
        self._wrap = wrap
        self._counter = 0
        self._earliest_s = 0.0
        self.started = False
        self.index = 0

    def start(self, counter: int, time_s: float) -> None:
        """Believe the very first packet: it is sample 0."""
        self._counter, self._earliest_s, self.started = counter, time_s, True

    def steps(self, counters: IntArray) -> IntArray:
        """Count from each of these packets to the next, as the counter tells it."""
        steps: IntArray = np.diff(counters)
        return steps if self._wrap is None else steps % self._wrap

    def bare_step(self, counter: int) -> int:
        """Step from the last believed packet to this one, as the counter tells it."""
        step = counter - self._counter
        return step if self._wrap is None else step % self._wrap

    def lateness(self, times_s: FloatArray) -> FloatArray:
        """Return how many samples each of the next packets comes later than the earliest did so far.

        Parameters
        ----------
        times_s : ndarray of shape (n,), float64
            Arrival times of packets that follow the last one without a loss.
        """
        ahead_s = np.arange(1, len(times_s) + 1) * (1.0 + CREEP) / self._fs_hz
        line_s = np.minimum(self._earliest_s, np.minimum.accumulate(times_s - ahead_s)) + ahead_s
        late: FloatArray = (times_s - line_s) * self._fs_hz
        return late

    def wraps_possible(self, step: int, following: IntArray, times_s: FloatArray) -> int:
        """Count the whole wraps that may be lost before the first of these packets; -1 if it is too early.

        Parameters
        ----------
        step : int
            Its bare step.
        following : ndarray of shape (n,), int64
            Steps from it to each of these packets, its own 0 first.
        times_s : ndarray of shape (n,), float64
            Arrival times of these packets.
        """
        if self._wrap is None:
            return 0
        room = self._wrap / 4.0 + (times_s - self._earliest_s) * self._fs_hz - step
        n_wraps = int(room[0] // self._wrap)
        if n_wraps > 0:
            # What was only held back comes in a burst, which leaves no room for a loss.
            n_wraps = min(n_wraps, max(0, int(np.min(room - following) // self._wrap)))
        return max(-1, n_wraps)

    def believe(self, counter: int, time_s: float, step: int) -> None:
        """Go on to a packet that is ``step`` samples after the last one."""
        self.index += step
        self._counter = counter
        self._earliest_s = min(time_s, self._earliest_s + step * (1.0 + CREEP) / self._fs_hz)

    def believe_run(self, counters: IntArray, times_s: FloatArray) -> None:
        """Go on over packets that follow one another without a loss."""
        n = len(counters)
        ahead_s = np.arange(n, 0, -1) * (1.0 + CREEP) / self._fs_hz
        self._earliest_s = min(
            self._earliest_s + ahead_s[0],
            float(np.min(times_s + ahead_s - (1.0 + CREEP) / self._fs_hz)),
        )
        self.index += n
        self._counter = int(counters[-1])


class CounterUnwrapper:
    """Number packets one by one, each at once; for records, where nothing waits for what comes next.

    Parameters
    ----------
    fs_hz : float
        Nominal sampling rate.
    wrap : int
        Number of values of the counter.
    """

    def __init__(self, fs_hz: float, wrap: int = DEFAULT_WRAP) -> None:
        self._clock = CounterClock(fs_hz, wrap)
        self._wrap = wrap
        self._suspicion = 0.0

    @property
    def out_of_step(self) -> bool:
        """Whether the counters have been impossible for so long that they make no sense."""
        return self._suspicion > REJECT_LIMIT

    def unwrap(self, counters: IntArray, times_s: FloatArray) -> IntArray:
        """Give sample numbers to the packets that came in one go.

        Parameters
        ----------
        counters : ndarray of shape (n,), int64
            Packet counters, 0 to wrap - 1.
        times_s : ndarray of shape (n,), float64
            Monotonic host time at which each packet came.

        Returns
        -------
        ndarray of shape (n,), int64
            Sample numbers, ascending, the very first 0; -1 for a packet whose counter is
            impossible, which is to be thrown away.
        """
        clock = self._clock
        indices = np.full(len(counters), -1, dtype=np.int64)
        for position in range(len(counters)):
            counter, time_s = int(counters[position]), float(times_s[position])
            if not clock.started:
                clock.start(counter, time_s)
            else:
                step = self._step(counters[position:], times_s[position:])
                if step <= 0:
                    self._suspicion += 1.0
                    continue
                self._suspicion = max(0.0, self._suspicion - 0.25)
                clock.believe(counter, time_s, step)
            indices[position] = clock.index
        return indices

    def _step(self, counters: IntArray, times_s: FloatArray) -> int:
        """Count the steps from the last packet to the first of these; 0 or less if none is possible."""
        step = self._clock.bare_step(int(counters[0]))
        following = np.concatenate(([0], np.cumsum(self._clock.steps(counters))))
        return step + self._clock.wraps_possible(step, following, times_s) * self._wrap
