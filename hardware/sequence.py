"""Number the samples of a board that counts: nothing is believed that the next packets do not confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray
from hardware.counter import CounterClock, Counting, PhaseReader

CONFIRM: Final = 3
"""So many packets must follow a jump in order before it is believed."""
NEAR: Final = 8
"""A packet follows in order if its counter is at most so much further on: poor radios lose a few in a row."""
SETTLED_S: Final = 0.25
"""What was only held back has come so long after its first packet; then what is missing is lost."""
OUT_OF_STEP: Final = 40
"""So many packets in a row that no order can be found in: the framing is lost."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Samples without a jump.

    Attributes
    ----------
    first_sample : int
        Number of the first, counted from the open.
    rows : ndarray of shape (n, n_columns), float64
        One row a sample.
    host_time_s : float
        Monotonic time at which the last one came.
    estimated : bool
        Whether the jump before it was taken from the clock alone.
    """

    first_sample: int
    rows: FloatArray
    host_time_s: float
    estimated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Packets as they came: their rows, arrival times, and counters in samples."""

    rows: FloatArray
    times_s: FloatArray
    phases: IntArray

    def since(self, position: int) -> _Rows:
        return _Rows(self.rows[position:], self.times_s[position:], self.phases[position:])

    def followed_by(self, later: _Rows) -> _Rows:
        return _Rows(
            np.concatenate((self.rows, later.rows)),
            np.concatenate((self.times_s, later.times_s)),
            np.concatenate((self.phases, later.phases)),
        )


class CountedSequence:
    """Give numbers to the rows of a board with a packet counter, and throw away what is no packet.

    A row that follows the last one is believed at once. After a jump, and at the start, rows are held
    until three more have followed in order: a driver that has locked on to a wrong byte, or a packet
    with a damaged counter, gives rows that look like samples and are none.

    Parameters
    ----------
    counting : Counting
        How the board counts.
    fs_hz : float
        Nominal sampling rate.
    """

    def __init__(self, counting: Counting, fs_hz: float) -> None:
        self._phases = PhaseReader(counting)
        self._fs_hz = fs_hz
        self._halves = counting.step > 1
        self._wrap = counting.samples_per_wrap
        self._clock = CounterClock(fs_hz, self._wrap)
        self._held: _Rows | None = None
        self._doubt = False
        self._out: list[tuple[int, FloatArray, float]] = []

    @property
    def out_of_step(self) -> bool:
        """Whether the framing is lost: only a full re-open finds it again."""
        return self._held is not None and not self._doubt and len(self._held.phases) > OUT_OF_STEP

    def take(self, rows: FloatArray, times_s: FloatArray, counters: FloatArray | IntArray) -> list[Stretch]:
        """Give numbers to the rows that came in one go.

        Parameters
        ----------
        rows : ndarray of shape (n, n_columns), float64
            One row a packet.
        times_s : ndarray of shape (n,), float64
            Monotonic host time at which each came.
        counters : ndarray of shape (n,)
            Packet counters as the board sent them.

        Returns
        -------
        list of Stretch
            What is certain now; a jump between two of them is lost data.
        """
        usable, phases = self._phases(np.asarray(counters, dtype=np.float64))
        packets = _Rows(rows[usable], times_s[usable], phases)
        if self._held is not None:
            packets = self._held.followed_by(packets)
        position: int | None = 0
        while position is not None and position < len(packets.phases):
            self._held = packets.since(position)
            position = self._believe(packets, position)
        if position is not None:
            self._held = None
        return self._stretches()

    def _believe(self, packets: _Rows, position: int) -> int | None:
        """Believe the next packets and return the position after them; None to hold all that is left."""
        times_s, phases = packets.times_s, packets.phases
        run = self._plain_run(times_s[position:], phases[position:])
        if run:
            self._clock.believe_run(phases[position : position + run], times_s[position : position + run])
            self._keep(self._clock.index - run + 1, packets, position, run)
            return position + run
        found = self._next_in_order(times_s, phases, position)
        if found is None:
            return None
        start, step = found
        for place in range(start, start + CONFIRM + 1):
            self._go_to(int(phases[place]), float(times_s[place]), step)
            # of a sample that comes in halves the first after a loss may be of two moments
            if step <= 1 or not self._halves:
                self._keep(self._clock.index, packets, place, 1)
            step = self._clock.bare_step(int(phases[min(place + 1, len(phases) - 1)]))
        return start + CONFIRM + 1

    def _go_to(self, phase: int, time_s: float, step: int) -> None:
        if self._clock.started:
            self._clock.believe(phase, time_s, step)
        else:
            self._clock.start(phase, time_s)

    def _plain_run(self, times_s: FloatArray, phases: IntArray) -> int:
        """Count the rows that follow the last one, and one another, with no doubt left by the clock."""
        if not self._clock.started or self._clock.bare_step(int(phases[0])) != 1:
            return 0
        broken = np.flatnonzero(self._clock.steps(phases) != 1)
        run = int(broken[0]) + 1 if len(broken) else len(phases)
        if self._wrap is None:
            return run
        doubtful = np.flatnonzero(self._clock.lateness(times_s[:run]) >= 0.75 * self._wrap)
        return int(doubtful[0]) if len(doubtful) else run

    def _next_in_order(self, times_s: FloatArray, phases: IntArray, position: int) -> tuple[int, int] | None:
        """Find the next row that enough others follow in order, and its step from the last believed one.

        Returns
        -------
        tuple of (int, int) or None
            Position and step; None while there is none, or while the clock leaves a doubt.
        """
        near = self._clock.steps(phases[position:])
        apart = (near < 1) | (near > NEAR)
        if self._wrap is not None:  # so long a pause may hide a whole wrap
            apart |= np.diff(times_s[position:]) * self._fs_hz >= 0.75 * self._wrap
        far = np.flatnonzero(apart)
        self._doubt = False
        for start in range(position, len(phases) - CONFIRM):
            after = far[np.searchsorted(far, start - position) :]
            end = position + int(after[0]) + 1 if len(after) else len(phases)
            if end - start <= CONFIRM:
                continue
            if not self._clock.started:
                return start, 0
            step = self._clock.bare_step(int(phases[start]))
            following = np.concatenate(([0], np.cumsum(near[start - position : end - position - 1])))
            n_wraps = self._clock.wraps_possible(step, following, times_s[start:end])
            if n_wraps > 0 and times_s[-1] - times_s[start] < SETTLED_S:
                self._doubt = True
                return None
            step += n_wraps * (self._wrap or 0)
            if step >= 1 and n_wraps >= 0:
                return start, step
        return None

    def _keep(self, first: int, packets: _Rows, place: int, n: int) -> None:
        self._out.append((first, packets.rows[place : place + n], float(packets.times_s[place + n - 1])))

    def _stretches(self) -> list[Stretch]:
        """Join what was kept where it follows on."""
        stretches: list[Stretch] = []
        joined: list[tuple[int, FloatArray, float]] = []
        for first, rows, time_s in [*self._out, (-1, np.empty((0, 0)), 0.0)]:
            if joined and first != joined[-1][0] + len(joined[-1][1]):
                parts = [part for _, part, _ in joined]
                whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
                stretches.append(Stretch(joined[0][0], whole, joined[-1][2]))
                joined = []
            joined.append((first, rows, time_s))
        self._out = []
        return stretches
