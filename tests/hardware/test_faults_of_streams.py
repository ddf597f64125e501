"""Claims about sample numbers under random faults: no sample ever carries the time of another.

An ideal board counts its samples and sends them on time; between it and the numbering lies a link that
loses, holds back, repeats, invents and sticks. Every row carries its true number in its first column, so
that any row in a wrong place shows. No port, no thread, no waiting: the link writes down when what came.

Over a thousand streams of several faults each; with --hypothesis-profile=search ten times as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import (
    FloatArray,
    IntArray,
)
from hardware.acquisition import Acquisition, AcquisitionSettings, EndReason
from hardware.sequence import Stretch
from hardware.sequence_by_clock import TimedSequence
from tests.fakes import ManualClock, RecordingSink
from tests.hardware.ideal_board import (
    COUNTING,
    FALSE,
    BoardInTime,
    Break,
    Came,
    Fault,
    Kind,
    chunks,
    read_counted,
    sent_through,
)

SIZES = st.sampled_from((1, 2, 7, 8, 9, 127, 128, 199, 200, 255, 256, 257, 511, 512, 513)) | st.integers(
    1, 1500
)
HELD = st.floats(0.02, 1.0)
"""Share of ``Kind.longest_hold_s``."""

AMOUNTS = {
    "lose": SIZES,
    "hold": HELD,
    "stall": st.floats(0.3, 1.5),
    "stick": st.integers(1, 300),
    "repeat": st.integers(1, 5),
    "invent": st.integers(1, 3),
}


def faults(*kinds: str) -> st.SearchStrategy[list[Fault]]:
    """Some faults of these kinds, each after a stretch that went well."""
    one = st.one_of([st.builds(Fault, st.just(kind), AMOUNTS[kind], st.integers(5, 300)) for kind in kinds])
    return st.lists(one, min_size=1, max_size=6)


def given_numbers(found: Sequence[Stretch]) -> IntArray:
    return np.concatenate(
        [np.empty(0, dtype=np.int64), *(s.first_sample + np.arange(len(s.rows)) for s in found)]
    )


def true_numbers(found: Sequence[Stretch]) -> FloatArray:
    return np.concatenate([np.empty(0), *(s.rows[:, 0] for s in found)])


def check_exact(found: Sequence[Stretch]) -> None:
    """Every sample stands at its own number, none is false, received plus marked lost is what was sent."""
    true, numbers = true_numbers(found), given_numbers(found)
    assert len(true), "nothing was delivered"
    assert FALSE not in true
    assert numbers[0] == 0
    assert np.array_equal(numbers, true - true[0])
    n_marked = sum(
        later.first_sample - earlier.first_sample - len(earlier.rows) for earlier, later in pairwise(found)
    )
    assert len(numbers) + n_marked == true[-1] - true[0] + 1
    assert not any(stretch.estimated for stretch in found)
    assert all(later.host_time_s >= earlier.host_time_s for earlier, later in pairwise(found))


LOOKS = st.sampled_from((0.01, 0.04, 0.1))
CLOCKS = st.floats(-0.01, 0.005)
JITTERS = st.sampled_from((0.0, 0.004, 0.02))
SEEDS = st.integers(0, 2**32 - 1)
MANY = settings(max_examples=3 * settings().max_examples)


@MANY
@given(
    st.sampled_from(COUNTING), faults("lose", "hold", "stall"), CLOCKS, JITTERS, LOOKS, st.booleans(), SEEDS
)
def test_what_is_lost_is_counted_exactly_and_what_is_late_is_not_lost(
    kind: Kind,
    planned: list[Fault],
    clock_error: float,
    jitter_s: float,
    look_s: float,
    stamped: bool,
    seed: int,
) -> None:
    """Else everything after a loss is dated wrongly, or a computer that hesitated voids a hold."""
    came = sent_through(kind, planned, clock_error, jitter_s, seed)

    found, sequence, _ = read_counted(kind, came, look_s, stamped)

    check_exact(found)
    n_thrown_away = len(came.numbers) - len(true_numbers(found))
    # of a sample that comes in halves the first after a loss is thrown away
    assert n_thrown_away <= (len(found) - 1 if kind.counting.step > 1 else 0)
    assert not sequence.out_of_step


@MANY
@given(st.sampled_from(COUNTING), faults(*AMOUNTS), CLOCKS, JITTERS, LOOKS, st.booleans(), SEEDS)
def test_no_fault_moves_a_sample_in_time(
    kind: Kind,
    planned: list[Fault],
    clock_error: float,
    jitter_s: float,
    look_s: float,
    stamped: bool,
    seed: int,
) -> None:
    """Else one bad packet puts another muscle's second, or noise, into the recording."""
    came = sent_through(kind, planned, clock_error, jitter_s, seed)

    found, sequence, n_seen = read_counted(kind, came, look_s, stamped)

    check_exact(found)
    honest = came.numbers[:n_seen][~came.stuck[:n_seen]]
    with_another_counter = set(true_numbers(found)) - set(honest)
    assert not with_another_counter
    came_back = true_numbers(found)[-1] == came.numbers[-1]
    assert came_back or sequence.out_of_step


# --- boards that do not count

UNCOUNTED = (
    Kind("spikerbox", 3333.0, counts=False),
    Kind("text", 200.0, counts=False),
    Kind("an envelope", 20.0, counts=False),
)
WITHIN_S: Final = 0.1
"""1 % of 10 s."""


def read_timed(kind: Kind, came: Came, period_s: float, breaks_known: bool) -> list[Stretch]:
    """Number what came by the clock alone; the decoder may have seen where bytes are missing."""
    sequence = TimedSequence(kind.fs_hz)
    found: list[Stretch] = []
    torn = np.flatnonzero(np.diff(came.numbers, prepend=came.numbers[0] - 1) != 1)
    for chunk in chunks(came.times_s, period_s):
        inside = torn[(torn >= chunk.start) & (torn < chunk.stop)] - chunk.start
        rows = came.numbers[chunk, np.newaxis]
        times_s = np.full(len(rows), came.times_s[chunk.stop - 1])  # a port is read, nothing is stamped
        found += sequence.take(rows, times_s, inside if breaks_known else inside[:0])
    return found


def seconds_off(kind: Kind, found: Sequence[Stretch]) -> FloatArray:
    """How far each sample stands from its own time, against the first."""
    true = true_numbers(found)
    off: FloatArray = (given_numbers(found) - (true - true[0])) / kind.fs_hz
    return off


@MANY
@given(st.sampled_from(UNCOUNTED), faults("lose", "hold"), JITTERS, LOOKS, st.booleans(), SEEDS)
def test_without_a_counter_the_clock_counts_to_one_percent(
    kind: Kind, planned: list[Fault], jitter_s: float, look_s: float, breaks_known: bool, seed: int
) -> None:
    """Else a session with a board that does not count drifts away from what the athlete did."""
    came = sent_through(kind, planned, 0.0, jitter_s, seed)

    found = read_timed(kind, came, look_s, breaks_known)

    true = true_numbers(found)
    assert np.all(np.diff(true) > 0)
    assert all(
        later.first_sample > earlier.first_sample + len(earlier.rows) - 1
        for earlier, later in pairwise(found)
    )
    assert np.abs(seconds_off(kind, found)).max() <= WITHIN_S + 2.0 * look_s + 2.0 / kind.fs_hz
    jumps = [
        later
        for earlier, later in pairwise(found)
        if later.first_sample != earlier.first_sample + len(earlier.rows)
    ]
    assert all(stretch.estimated for stretch in jumps)


@given(st.sampled_from(UNCOUNTED), faults("hold"), st.floats(-0.004, 0.004), JITTERS, LOOKS, SEEDS)
def test_what_is_only_late_is_never_taken_for_lost_without_a_counter(
    kind: Kind, planned: list[Fault], clock_error: float, jitter_s: float, look_s: float, seed: int
) -> None:
    """Else a computer that hesitated, or a clock a little slow, voids a hold of which all has arrived."""
    came = sent_through(kind, planned, clock_error, jitter_s, seed)

    found = read_timed(kind, came, look_s, breaks_known=False)

    assert np.array_equal(true_numbers(found), came.numbers[: len(true_numbers(found))])
    assert len(true_numbers(found)) > 0.9 * len(came.numbers)
    assert not any(stretch.estimated for stretch in found)


# --- and through the whole acquisition, re-opens included


BREAKS = st.lists(
    st.one_of(
        st.builds(Break, st.just("unplug"), st.floats(0.3, 9.0), st.floats(1.0, 2.5)),
        st.builds(Break, st.just("silence"), st.floats(0.05, 7.0), st.floats(1.0, 2.5)),
        st.builds(Break, st.just("late"), st.floats(0.05, 0.6), st.floats(1.0, 2.5)),
    ),
    min_size=1,
    max_size=4,
)


@given(BREAKS, st.booleans(), SEEDS)
def test_a_session_with_reopens_keeps_its_time(breaks: list[Break], counts: bool, seed: int) -> None:
    """Else what comes after a pulled cable is dated so wrongly that onsets and gaps are no longer true."""
    clock = ManualClock()
    source, sink = BoardInTime(clock, breaks, counts, seed), RecordingSink()
    acquisition = Acquisition(source, sink, AcquisitionSettings(retry_s=0.0), clock)

    acquisition.run()

    assert sink.ends == [(EndReason.ENDED, "")]
    true = np.concatenate([block.data_uv[:, 0] for block in sink.blocks])
    numbers = np.concatenate([np.arange(block.first_sample, block.end_sample) for block in sink.blocks])
    assert numbers[0] == 0
    assert np.all(np.diff(numbers) > 0)
    assert np.all(np.diff(true) > 0)
    off = numbers - (true - true[0])
    n_guesses = len(sink.gaps) + (0 if counts else sum(block.gap_estimated for block in sink.blocks))
    assert np.abs(off).max() <= max(1, n_guesses) * WITHIN_S * source.fs_hz
    if counts:
        moved = np.flatnonzero(np.diff(off)) + 1
        firsts = {block.first_sample for block in sink.blocks if block.gap_estimated}
        assert set(numbers[moved]) <= firsts, "a time moved where nothing was opened again"
    assert np.count_nonzero([block.gap_estimated for block in sink.blocks]) >= len(sink.gaps)
