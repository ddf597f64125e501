"""Claims about sample numbers that only the clock can tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from emg.blocks import BoolArray, FloatArray, IntArray
from hardware.sequence import Stretch
from hardware.sequence_by_clock import TimedSequence

START_S = 2.0
"""Faults begin when some chunks have been seen; the rate of a real board is measured for so long."""
CALM_S = 3.0
LENGTH_S = 12.0


@dataclass(frozen=True)
class Fault:
    """What is sent from ``at_s`` on is lost, thinned out, or held back and then given in a burst."""

    kind: str
    at_s: float
    length_s: float
    noticed: bool = False


@dataclass(frozen=True)
class Line:
    """How samples travel: in chunks, each a little late."""

    fs_hz: float
    chunk_s: float
    late_s: float = 0.001
    clock: float = 0.0
    pieces: int = 1


@dataclass(frozen=True)
class Arrived:
    """One read: true numbers of the samples, when, and where the decoder threw bytes away."""

    numbers: IntArray
    time_s: float
    breaks: IntArray


def travel(line: Line, faults: list[Fault], seed: int = 0, length_s: float = LENGTH_S) -> list[Arrived]:
    """Send samples over a line; the sample clock is off by the share ``line.clock``."""
    rng = np.random.default_rng(seed)
    made_s = np.arange(int(length_s * line.fs_hz)) / (line.fs_hz * (1.0 + line.clock))
    free_s, kept, noticed = made_s.copy(), np.ones(len(made_s), dtype=np.bool_), np.zeros(len(made_s) + 1)
    for fault in faults:
        inside = (made_s >= fault.at_s) & (made_s < fault.at_s + fault.length_s)
        if fault.kind == "held":
            free_s[inside] = np.maximum(free_s[inside], fault.at_s + fault.length_s)
            continue
        if fault.kind == "thinned":
            inside &= rng.random(len(made_s)) < 0.04
        kept &= ~inside
        noticed[1:] += fault.noticed * inside
    return reads(line, np.flatnonzero(kept), np.maximum.accumulate(free_s), np.cumsum(noticed), rng)


def reads(
    line: Line, numbers: IntArray, free_s: FloatArray, n_noticed: FloatArray, rng: np.random.Generator
) -> list[Arrived]:
    """Gather what is free to go by every tick of the line, and hand it on in pieces."""
    ticks = np.ceil(free_s[numbers] / line.chunk_s).astype(np.int64)
    noticed = np.diff(n_noticed[numbers], prepend=n_noticed[numbers[0]]) > 0
    came: list[Arrived] = []
    time_s = 0.0
    for chunk in np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(ticks)) + 1):
        time_s = max(time_s, ticks[chunk[0]] * line.chunk_s + rng.exponential(line.late_s))
        size = -(-len(chunk) // line.pieces)
        for start in range(0, len(chunk), size):
            piece = chunk[start : start + size]
            came.append(Arrived(numbers[piece], time_s, np.flatnonzero(noticed[piece]).astype(np.int64)))
            time_s += 0.0002
    return came


@dataclass(frozen=True)
class Result:
    """Numbers given and true ones of every sample that was handed out, and the gaps."""

    given: IntArray
    true: IntArray
    stretches: list[Stretch]

    @property
    def error(self) -> IntArray:
        return self.given - self.true

    @property
    def n_estimated(self) -> int:
        return sum(stretch.estimated for stretch in self.stretches)


def number(fs_hz: float, came: list[Arrived]) -> Result:
    sequence = TimedSequence(fs_hz)
    stretches: list[Stretch] = []
    for read in came:
        times_s = np.full(len(read.numbers), read.time_s)
        stretches += sequence.take(read.numbers[:, None].astype(np.float64), times_s, read.breaks)
    given = np.concatenate([stretch.first_sample + np.arange(len(stretch.rows)) for stretch in stretches])
    true = np.concatenate([stretch.rows[:, 0] for stretch in stretches]).astype(np.int64)
    return Result(given, true - int(came[0].numbers[0]), stretches)


def lost_by(came: list[Arrived]) -> BoolArray:
    numbers = np.concatenate([read.numbers for read in came])
    lost: BoolArray = np.diff(numbers) > 1
    return lost


LINES = st.builds(
    Line,
    fs_hz=st.sampled_from([20.0, 100.0, 250.0, 1000.0, 2500.0]),
    chunk_s=st.sampled_from([0.008, 0.016, 0.03, 0.05]),
    late_s=st.sampled_from([0.0003, 0.001, 0.004]),
    clock=st.floats(-0.005, 0.005),
    pieces=st.sampled_from([1, 1, 2]),
)
SLOW_LINES = st.builds(
    Line,
    fs_hz=st.sampled_from([100.0, 250.0, 1000.0]),
    chunk_s=st.sampled_from([0.25, 0.5]),
    late_s=st.sampled_from([0.001, 0.004]),
    clock=st.floats(-0.005, 0.005),
    pieces=st.sampled_from([1, 4, 20]),
)
FAULT = st.builds(
    Fault,
    kind=st.sampled_from(["lost", "lost", "held", "held", "thinned"]),
    at_s=st.floats(START_S, LENGTH_S - CALM_S - 2.0),
    length_s=st.one_of(st.floats(0.001, 0.1), st.floats(0.1, 2.0)),
    noticed=st.booleans(),
)
SEEDS = st.integers(0, 10_000)


def check(line: Line, faults: list[Fault], seed: int, n_chunks: float) -> None:
    came = travel(line, faults, seed)
    result = number(line.fs_hz, came)
    assert np.all(np.diff(result.given) > 0)
    usual_s = max(line.chunk_s, 1.0 / line.fs_hz)
    tolerance = 1.0 + line.fs_hz * (n_chunks * usual_s + 0.02 + 0.01 * result.true / line.fs_hz)
    assert np.all(np.abs(result.error) <= tolerance)
    n_sent = int(came[-1].numbers[-1]) - int(came[0].numbers[0])
    assert result.true[-1] > n_sent - 2.0 * line.fs_hz, "what comes after the faults must be handed out"
    assert abs(result.error[-1]) <= 1.0 + 0.01 * LENGTH_S * line.fs_hz + n_chunks * usual_s * 0.2 * line.fs_hz


@given(line=LINES, faults=st.lists(FAULT, max_size=4), seed=SEEDS)
@example(
    line=Line(1000.0, 0.016, 0.004),
    faults=[Fault("held", 4.3, 1.384), Fault("held", 5.106, 0.612), Fault("lost", 5.136, 1.672)],
    seed=1999,
)
def test_no_sample_has_the_time_of_another(line: Line, faults: list[Fault], seed: int) -> None:
    """Else a muscle is shown before or after it pulled: a fifth of a second is the result of an exercise."""
    check(line, faults, seed, n_chunks=2.0)


@given(line=SLOW_LINES, faults=st.lists(FAULT, max_size=2), seed=SEEDS)
def test_an_adapter_that_gives_half_a_second_at_once_is_understood(
    line: Line, faults: list[Fault], seed: int
) -> None:
    """Else each of its chunks looks like a loss, or no loss can be seen at all."""
    check(line, faults, seed, n_chunks=3.0)


@given(
    line=LINES,
    seed=SEEDS,
    held=st.lists(st.tuples(st.floats(START_S, 8.0), st.floats(0.03, 1.5)), max_size=5),
)
@example(line=Line(250.0, 0.5, clock=-0.005, pieces=40), seed=0, held=[])
@example(line=Line(10_000.0, 0.01, clock=-0.005), seed=0, held=[(3.0, 1.0)])
def test_a_stream_that_loses_nothing_has_no_gap(
    line: Line, seed: int, held: list[tuple[float, float]]
) -> None:
    """Else a slow clock, or a computer that hesitated, is written into the recording as lost data."""
    came = travel(line, [Fault("held", at_s, length_s) for at_s, length_s in held], seed)
    result = number(line.fs_hz, came)
    assert np.array_equal(result.given, result.true)
    assert result.n_estimated == 0
    in_doubt = round(line.chunk_s * line.fs_hz) + 1  # at the very end nothing follows
    assert len(result.given) >= sum(len(read.numbers) for read in came) - in_doubt


def test_thousands_of_small_losses_add_up() -> None:
    """Else a loose plug that costs a sample here and there stretches a session by minutes."""
    came = travel(Line(250.0, 0.01), [Fault("thinned", 2.0, 58.0)], length_s=60.0)
    result = number(250.0, came)
    assert len(result.given) < 0.98 * result.true[-1]
    assert abs(result.error[-1]) <= 0.01 * result.true[-1]
    assert np.abs(result.error).max() <= 0.01 * result.true[-1]


def test_a_loss_is_one_gap_of_its_length() -> None:
    """Else one dropout is written as several, or longer than it was."""
    result = number(250.0, travel(Line(250.0, 0.01), [Fault("lost", 3.0, 1.0)]))
    assert result.n_estimated == 1
    assert np.abs(result.error).max() <= 2


def test_a_loss_is_placed_where_bytes_were_thrown_away() -> None:
    """Else the samples before a damaged stretch are shown later than they were."""
    fault = Fault("lost", 3.006, 0.044, noticed=True)
    result = number(250.0, travel(Line(250.0, 0.05), [fault]))
    # the samples of that chunk from before the loss keep their numbers: 3.000 to 3.004 s
    assert np.abs(result.error[result.true <= 751]).max() == 0
    assert result.n_estimated == 1


def test_what_a_loss_may_hide_in_is_not_shown() -> None:
    """Else samples that were held back together with a loss get the time of others."""
    held, lost = Fault("held", 3.0, 1.0), Fault("lost", 3.5, 0.3)
    result = number(250.0, travel(Line(250.0, 0.01), [held, lost]))
    assert not np.any((result.true > 3.0 * 250.0 + 5) & (result.true < 3.5 * 250.0))
    assert np.abs(result.error).max() <= 0.02 * 250.0


def test_what_is_invented_is_taken_back() -> None:
    """Else a line whose backlog comes and goes grows without end."""
    waves = [Fault("late", 3.0 + 2.0 * k, 1.0) for k in range(8)]
    came = [
        Arrived(
            read.numbers,
            read.time_s + 0.05 * any(w.at_s < read.time_s < w.at_s + 1.0 for w in waves),
            read.breaks,
        )
        for read in travel(Line(250.0, 0.01), [], length_s=20.0)
    ]
    result = number(250.0, sorted(came, key=lambda read: read.time_s))
    assert abs(result.error[-1]) <= 0.01 * 20.0 * 250.0
    assert result.n_estimated <= 3
