"""Blocks of 20 ms, as a board sends them: every way in one process, turn by turn."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np

from benchmarks.peers import SOSFILT, SOSFILT_RMS
from benchmarks.spread import Spread, ratio
from benchmarks.ways import LiveWay, Meter, why_not
from benchmarks.work import BLOCK_S, STREAM_S, Stream, Work, expected_rms_uv
from emg.blocks import SampleBlock

TURN_S: Final = 0.060
"""A way that is slower than this over a second of signal gets fewer blocks of it."""

LEAST_BLOCKS: Final = 2
CHECK_EVERY: Final = 10

REFERENCE_MACHINE_US: Final = {"8 x 250": 33.5, "16 x 2000": 40.0}
"""What ``sosfilt`` + RMS takes on the machine that the targets were written for."""

PACED: Final = (SOSFILT, SOSFILT_RMS, "filter_envelope", "chain")


_T = TypeVar("_T")


@dataclass(frozen=True)
class Agreement:
    """How the levels of a way compare with SciPy's of the same second.

    Attributes
    ----------
    mean_pct : float
        By how much its levels are higher on average.
    worst : float
        Greatest relative difference of one level.
    """

    mean_pct: float
    worst: float


@dataclass(frozen=True)
class Timed:
    """What one way took.

    Attributes
    ----------
    us : Spread
        Per block.
    to_sosfilt, to_sosfilt_rms : Spread
        Its time over theirs, turn by turn.
    reference_machine_us : float or None
        ``to_sosfilt_rms`` times what that takes on the machine of the targets.
    """

    us: Spread
    to_sosfilt: Spread
    to_sosfilt_rms: Spread
    reference_machine_us: float | None


@dataclass(frozen=True)
class Row:
    """One way at one size; ``problem`` says why there is nothing else."""

    key: str
    name: str
    note: str
    tolerance: float | None
    problem: str = ""
    agreement: Agreement | None = None
    tight: Timed | None = None
    paced: Timed | None = None

    @property
    def wrong(self) -> bool:
        """Whether it claims the same levels and gives others."""
        claims = self.tolerance is not None and self.agreement is not None
        return claims and not (self.agreement.worst <= self.tolerance)  # type: ignore[union-attr, operator]


@dataclass(frozen=True)
class Share:
    """Share of one core that blocks at their own pace take, waking up included."""

    work: str
    name: str
    of_core_pct: float
    waking_alone_pct: float


@dataclass
class _Times:
    """Microseconds per block turn by turn, of a way and of SciPy's two ways beside it."""

    own_us: list[float] = field(default_factory=list)
    sosfilt_us: list[float] = field(default_factory=list)
    sosfilt_rms_us: list[float] = field(default_factory=list)

    def add(self, own_us: float, sosfilt_us: float, sosfilt_rms_us: float) -> None:
        """Take a turn."""
        self.own_us.append(own_us)
        self.sosfilt_us.append(sosfilt_us)
        self.sosfilt_rms_us.append(sosfilt_rms_us)


@dataclass
class _Contender:
    """A way at work, and its times."""

    way: LiveWay
    meter: Meter
    stream: Stream
    agreement: Agreement | None
    n_blocks: int = round(1.0 / BLOCK_S)
    tight: _Times = field(default_factory=_Times)
    paced: _Times = field(default_factory=_Times)


@contextmanager
def garbage_held() -> Iterator[None]:
    """Collect before, and not while measuring: a collection would fall on whoever is at work."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def rotated(ways: Sequence[_T], turn: int) -> list[_T]:
    """Give the ways in another order each turn: nobody always follows the same one."""
    start = turn % len(ways) if ways else 0
    return [*ways[start:], *ways[:start]]


def run_us(meter: Meter, blocks: Sequence[SampleBlock]) -> float:
    """Microseconds of processor time per block, one after another.

    Of the whole process, its other threads included; what other programs take meanwhile is not in it.
    """
    start_ns = time.process_time_ns()
    for block in blocks:
        meter.push(block)
        meter.rms_uv()
    return (time.process_time_ns() - start_ns) / 1e3 / len(blocks)


def check(way: LiveWay, meter: Meter, stream: Stream) -> Agreement | None:
    """Send the whole signal once and compare the levels of its last second with SciPy's."""
    work = stream.work
    expected = expected_rms_uv(work, stream.data_uv)
    ratios = []
    blocks = [block for _ in range(STREAM_S) for block in stream.second()]
    for index, block in enumerate(blocks):
        meter.push(block)
        if index < len(blocks) - round(1.0 / BLOCK_S) or index % CHECK_EVERY:
            continue
        level = meter.rms_uv()
        if level is None:
            return None
        row = block.end_sample - work.n_window - way.back(work)
        ratios.append(np.asarray(level) / expected[row])
    difference = np.concatenate(ratios) - 1.0
    return Agreement(float(100.0 * difference.mean()), float(np.abs(difference).max()))


def compare(work: Work, ways: Iterable[LiveWay], turns: int, paced_turns: int) -> list[Row]:
    """Measure all ways at one size; those that cannot run here say why."""
    rows: dict[str, Row] = {}
    contenders: list[_Contender] = []
    for way in ways:
        rows[way.key] = Row(way.key, way.name, way.note, way.tolerance)
        try:
            contenders.append(_begin(way, work))
        except Exception as error:  # other people's code: whatever it raises belongs into its row
            rows[way.key] = Row(
                way.key, way.name, way.note, way.tolerance, problem=why_not(error, way.package)
            )
    _tight(contenders, turns)
    paced = [contender for contender in contenders if contender.way.key in PACED]
    _paced(paced, paced_turns)
    for one in contenders:
        rows[one.way.key] = Row(
            one.way.key, one.way.name, one.way.note, one.way.tolerance,
            agreement=one.agreement,
            tight=_timed(work, one.tight),
            paced=_timed(work, one.paced) if one.way.key in PACED else None,
        )  # fmt: skip
    return list(rows.values())


def _begin(way: LiveWay, work: Work) -> _Contender:
    """Set a way going: its levels are checked, and it gets as many blocks a turn as it has time for."""
    meter, stream = way.make(work), Stream(work)
    contender = _Contender(way, meter, stream, check(way, meter, stream))
    run_us(meter, stream.second()[:LEAST_BLOCKS])
    cost_us = run_us(meter, [next(stream) for _ in range(LEAST_BLOCKS)])
    if cost_us * contender.n_blocks > TURN_S * 1e6:
        contender.n_blocks = max(LEAST_BLOCKS, int(TURN_S * 1e6 / cost_us))
    return contender


def _tight(contenders: Sequence[_Contender], turns: int) -> None:
    """Let every way have its turn at a second of signal; who is first changes from turn to turn.

    Each has SciPy's two ways run right beside it, and its ratios are to these: on a busy machine what ran
    a second ago says little.
    """
    beside = {key: next(one for one in contenders if one.way.key == key) for key in (SOSFILT, SOSFILT_RMS)}
    for turn in range(turns):
        with garbage_held():
            for one in rotated(contenders, turn):
                trio = rotated([one, *(other for other in beside.values() if other is not one)], turn)
                took = {each.way.key: _turn_us(each) for each in trio}
                one.tight.add(took[one.way.key], took[SOSFILT], took[SOSFILT_RMS])


def _turn_us(one: _Contender) -> float:
    """Run one way over its second, its caches warm."""
    run_us(one.meter, [next(one.stream) for _ in range(LEAST_BLOCKS)])
    return run_us(one.meter, [next(one.stream) for _ in range(one.n_blocks)])


def _paced(contenders: Sequence[_Contender], turns: int) -> None:
    """One block every 20 ms, each way in its turn: the caches are cold, as in a session."""
    with garbage_held():
        due_s = time.perf_counter()
        for turn in range(turns):
            took: dict[str, float] = {}
            for one in rotated(contenders, turn):
                block = [next(one.stream)]
                due_s = max(due_s + BLOCK_S, time.perf_counter())
                _wait_until(due_s)
                took[one.way.key] = run_us(one.meter, block)
            for one in contenders:
                one.paced.add(took[one.way.key], took[SOSFILT], took[SOSFILT_RMS])


def _wait_until(due_s: float) -> None:
    time.sleep(max(0.0, due_s - time.perf_counter()))


def _timed(work: Work, times: _Times) -> Timed:
    to_rms = ratio(times.own_us, times.sosfilt_rms_us)
    reference_us = REFERENCE_MACHINE_US.get(work.name)
    return Timed(
        us=Spread.of(times.own_us),
        to_sosfilt=ratio(times.own_us, times.sosfilt_us),
        to_sosfilt_rms=to_rms,
        reference_machine_us=None if reference_us is None else to_rms.median * reference_us,
    )


def share_of_core(work: Work, way: LiveWay, seconds: float) -> Share:
    """Run a way at the pace of the board and count the processor time of the whole process."""
    meter, stream = way.make(work), Stream(work)

    def at_work(block: SampleBlock) -> None:
        meter.push(block)
        meter.rms_uv()

    for block in stream.second():
        at_work(block)
    of_core_pct = _busy_pct(stream, seconds, at_work)
    return Share(work.name, way.name, of_core_pct, _busy_pct(stream, seconds, lambda _: None))


def _busy_pct(stream: Stream, seconds: float, at_work: Callable[[SampleBlock], None]) -> float:
    n_blocks = max(1, round(seconds / BLOCK_S))
    start_s, cpu_s = time.perf_counter(), time.process_time()
    for index in range(n_blocks):
        _wait_until(start_s + (index + 1) * BLOCK_S)
        at_work(next(stream))
    return 100.0 * (time.process_time() - cpu_s) / (time.perf_counter() - start_s)
