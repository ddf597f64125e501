"""An ideal board behind a bad link, without a port, a thread or a wait: it writes down when what came."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from emg.blocks import (
    BoolArray,
    EndOfSource,
    FloatArray,
    IntArray,
    SampleBlock,
    SourceLost,
    SourceUnavailable,
    StreamInfo,
)
from hardware.counter import Counting
from hardware.sequence import CountedSequence, Stretch
from hardware.sequence_by_clock import TimedSequence
from tests.fakes import FAKE_INFO, ManualClock

BURST: Final = 64.0
SLOW_BURST: Final = 8.0
"""What was held back comes so many times as fast as it was measured; without a counter more slowly, too."""

FALSE = -1.0
"""True number of a row that no board has sent."""


@dataclass(frozen=True)
class Kind:
    """An ideal board: how fast it samples, and how it counts."""

    name: str
    fs_hz: float
    counting: Counting = field(default_factory=Counting)
    counts: bool = True

    @property
    def longest_hold_s(self) -> float:
        """So long may data be held back: half a second by an FTDI adapter, but for a fast board only a part
        of the time in which its counter goes round, beyond which it cannot tell late from lost.
        """
        wrap = self.counting.samples_per_wrap if self.counts else None
        return 0.6 if wrap is None else min(0.6, 0.6 * wrap / self.fs_hz)

    @property
    def packet(self) -> int:
        """Samples that are lost together."""
        return 2 if self.counting.pairs else 1

    def counters(self, numbers: IntArray) -> IntArray:
        """Counters that the board writes on these samples."""
        counted = numbers // 2 if self.counting.pairs else numbers * self.counting.step
        return counted if self.counting.wrap is None else counted % self.counting.wrap


COUNTING = (
    Kind("cyton", 250.0),
    Kind("cyton_daisy", 125.0, Counting(step=2)),
    Kind("ganglion", 200.0, Counting(wrap=100, pairs=True)),
    Kind("a board at 1 kHz", 1000.0),
    Kind("a counter without an end", 500.0, Counting(wrap=None)),
)


@dataclass(frozen=True)
class Fault:
    """One fault of the link, after so many samples that went well."""

    kind: str
    amount: float
    after: int


@dataclass(frozen=True)
class Came:
    """What came out of the link, in order of arrival.

    Attributes
    ----------
    numbers : ndarray of shape (n,), float64
        True number of each row, ``FALSE`` for a row that nobody has sent.
    counters : ndarray of shape (n,), int64
        As they arrived.
    times_s : ndarray of shape (n,), float64
        When.
    stuck : ndarray of shape (n,), bool
        Rows whose counter is not their own.
    """

    numbers: FloatArray
    counters: IntArray
    times_s: FloatArray
    stuck: BoolArray


@dataclass
class Link:
    """What lies between the board and the reader; takes faults one after another."""

    kind: Kind
    rate_hz: float
    rng: np.random.Generator
    jitter_s: float
    next_number: int = 0
    held_until_s: float = 0.0
    numbers: list[FloatArray] = field(default_factory=list)
    counters: list[IntArray] = field(default_factory=list)
    times_s: list[FloatArray] = field(default_factory=list)
    stuck: list[BoolArray] = field(default_factory=list)

    def well(self, n: int) -> None:
        """Pass samples on; what was held back comes with the first that may."""
        numbers = self.next_number + np.arange(n * self.kind.packet)
        self.next_number += len(numbers)
        self._arrive(numbers, self.kind.counters(numbers), self._due_s(numbers))

    def lose(self, n: int) -> None:
        self.next_number += n * self.kind.packet

    def hold(self, seconds: float) -> None:
        self.held_until_s = self.next_number / self.rate_hz + seconds

    def stick(self, n: int) -> None:
        """The board goes on, its counter does not."""
        numbers = self.next_number + np.arange(n * self.kind.packet)
        self.next_number += len(numbers)
        last = self.counters[-1][-1:]
        counters = np.repeat(last, len(numbers))
        self._arrive(numbers, counters, self._due_s(numbers), stuck=True)

    def repeat(self, n: int) -> None:
        """The last packets come once more."""
        last = slice(-n * self.kind.packet, None)
        numbers, counters = np.concatenate(self.numbers)[last], np.concatenate(self.counters)[last]
        self._arrive(numbers, counters, self._due_s(np.full(len(numbers), self.next_number - 1)))

    def invent(self, n: int) -> None:
        """Rows that look like packets and are none; what follows follows without a loss.

        A counter that fits in is left out: such a row cannot be told from a true one by anybody.
        """
        before = int(self.counters[-1][-1])
        after = int(self.kind.counters(np.array([self.next_number]))[0])
        wrap = self.kind.counting.wrap or 1 << 20
        apart = np.arange(24 * self.kind.counting.step, wrap - 24 * self.kind.counting.step)
        counters = (max(before, after) + self.rng.choice(apart, n)) % wrap
        self._arrive(np.full(n, FALSE), counters, self._due_s(np.full(n, self.next_number - 1)))

    def _due_s(self, numbers: FloatArray | IntArray) -> FloatArray:
        lateness_s = self.rng.uniform(0.0, self.jitter_s, len(numbers))
        due_s = 10.0 + numbers / self.rate_hz + lateness_s
        each_s = 1.0 / ((BURST if self.kind.counts else SLOW_BURST) * self.rate_hz)
        let_go_s = 10.0 + self.held_until_s + each_s * np.arange(len(numbers))
        held_s: FloatArray = np.maximum(due_s, let_go_s)
        return held_s

    def _arrive(
        self, numbers: FloatArray | IntArray, counters: IntArray, due_s: FloatArray, stuck: bool = False
    ) -> None:
        self.numbers.append(np.asarray(numbers, dtype=np.float64))
        self.counters.append(counters)
        self.times_s.append(due_s)
        self.stuck.append(np.full(len(numbers), stuck))

    def came(self) -> Came:
        """All that came; nothing overtakes."""
        times_s = np.maximum.accumulate(np.concatenate(self.times_s))
        return Came(
            np.concatenate(self.numbers), np.concatenate(self.counters), times_s, np.concatenate(self.stuck)
        )


def sent_through(
    kind: Kind, planned: Sequence[Fault], clock_error: float, jitter_s: float, seed: int
) -> Came:
    """Let an ideal board send through a link with these faults.

    Without a counter nobody can tell a loss before a few late samples from one after them: there, and
    always after a stall of the whole computer, the link is on time again before the next fault.
    """
    link = Link(kind, kind.fs_hz * (1.0 + clock_error), np.random.default_rng(seed), jitter_s)
    link.well(round(0.7 * kind.fs_hz))  # the longest that is held back has come once
    do = {"lose": link.lose, "stick": link.stick, "repeat": link.repeat, "invent": link.invent}
    for fault in planned:
        link.well(fault.after)
        if fault.kind not in ("hold", "stall"):
            do[fault.kind](int(fault.amount))
            continue
        seconds = fault.amount * (kind.longest_hold_s if fault.kind == "hold" else 1.0)
        link.hold(seconds)
        if fault.kind == "stall" or not kind.counts:
            link.well(round((1.2 * seconds + 0.2) * kind.fs_hz) // kind.packet)
    link.well(round(0.7 * kind.fs_hz))
    return link.came()


def chunks(times_s: FloatArray, period_s: float) -> Iterator[slice]:
    """What a reader who looks every ``period_s`` finds at each look."""
    edges = np.flatnonzero(np.diff(np.floor(times_s / period_s))) + 1
    for start, stop in pairwise([0, *edges.tolist(), len(times_s)]):
        yield slice(start, stop)


def read_counted(
    kind: Kind, came: Came, period_s: float, stamped: bool = True
) -> tuple[list[Stretch], CountedSequence, int]:
    """Number what came, look by look, until the framing is lost; also how many rows were looked at.

    A driver stamps each packet when it comes; who reads a port himself knows only when he looked, and so
    looks often.
    """
    wrap = kind.counting.samples_per_wrap
    if not stamped and wrap is not None:
        period_s = min(period_s, wrap / kind.fs_hz / 10.0)
    sequence = CountedSequence(kind.counting, kind.fs_hz)
    found: list[Stretch] = []
    n_seen = 0
    for chunk in chunks(came.times_s, period_s):
        rows = came.numbers[chunk, np.newaxis]
        times_s = came.times_s[chunk]
        if not stamped:
            times_s = np.full(len(rows), (times_s[-1] // period_s + 1.0) * period_s)
        found += sequence.take(rows, times_s, came.counters[chunk])
        n_seen = chunk.stop
        if sequence.out_of_step:
            break
    return found, sequence, n_seen


@dataclass(frozen=True)
class Break:
    """What happens to the connection, so many seconds after the one before.

    ``unplug``: the port is gone for ``seconds``; ``silence``: nothing gets through for so long, and beyond
    3 s the board is opened anew; ``late``: all is held back so long, and then comes at once.
    """

    kind: str
    seconds: float
    after_s: float


class BoardInTime:
    """An ideal board behind a bad connection, as a Source that lives by a clock that is told.

    Parameters
    ----------
    clock : ManualClock
        Advanced by what takes time.
    breaks : sequence of Break
        What happens.
    counts : bool
        Whether the board counts.
    """

    paced = True
    fs_hz = 250.0
    open_s = 1.6
    look_s = 0.04

    def __init__(self, clock: ManualClock, breaks: Sequence[Break], counts: bool, seed: int) -> None:
        self._clock = clock
        self._counts = counts
        self._down: list[tuple[float, float]] = []
        at_s = self.open_s
        held: list[tuple[float, float]] = []
        silent: list[tuple[float, float]] = []
        for broken in breaks:
            at_s += broken.after_s
            {"unplug": self._down, "silence": silent, "late": held}[broken.kind].append(
                (at_s, at_s + broken.seconds)
            )
            at_s += broken.seconds
        self.end_s = at_s + 4.0
        self._sent_s = np.arange(round(self.end_s * self.fs_hz)) / self.fs_hz
        jitter_s = np.random.default_rng(seed).uniform(0.0, 0.008, len(self._sent_s))
        arrives_s = self._sent_s + jitter_s
        for begin_s, over_s in held:
            late = (self._sent_s >= begin_s) & (self._sent_s < over_s)
            arrives_s[late] = over_s
        arrives_s = np.maximum.accumulate(arrives_s)
        for begin_s, over_s in [*silent, *self._down]:
            arrives_s[(self._sent_s >= begin_s) & (self._sent_s < over_s)] = np.inf
        self._arrives_s = arrives_s
        self._pending: deque[SampleBlock] = deque()
        self._read_until_s = self._from_s = np.inf
        self._counted = CountedSequence(Counting(), self.fs_hz)
        self._timed = TimedSequence(self.fs_hz)

    def open(self) -> StreamInfo:
        self._clock.advance(self.open_s)
        if self._is_down():
            raise SourceUnavailable("there is no such port")
        self._from_s = self._read_until_s = self._clock()
        self._counted, self._timed = CountedSequence(Counting(), self.fs_hz), TimedSequence(self.fs_hz)
        return FAKE_INFO

    def read(self, timeout_s: float) -> SampleBlock | None:
        if self._pending:
            return self._pending.popleft()
        if self._clock() > self.end_s:
            raise EndOfSource
        if self._is_down():
            raise SourceLost("the port has vanished")
        self._clock.advance(self.look_s)
        now_s = self._clock()
        new = (
            (self._arrives_s > self._read_until_s)
            & (self._arrives_s <= now_s)
            & (self._sent_s >= self._from_s)
        )
        self._read_until_s = now_s
        numbers = np.flatnonzero(new)
        if len(numbers):
            self._pending.extend(self._blocks(numbers, self._arrives_s[numbers]))
        return self._pending.popleft() if self._pending else None

    def close(self) -> None:
        self._pending.clear()

    def _is_down(self) -> bool:
        return any(begin_s <= self._clock() < over_s for begin_s, over_s in self._down)

    def _blocks(self, numbers: IntArray, times_s: FloatArray) -> Iterator[SampleBlock]:
        rows = np.repeat(numbers[:, np.newaxis].astype(np.float64), 4, axis=1)
        if self._counts:
            stretches = self._counted.take(rows, times_s, numbers % 256)
        else:
            stretches = self._timed.take(rows, times_s, np.empty(0, dtype=np.int64))
        for stretch in stretches:
            yield SampleBlock(
                stretch.rows,
                stretch.first_sample,
                self.fs_hz,
                stretch.host_time_s,
                gap_estimated=stretch.estimated,
            )
