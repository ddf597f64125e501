"""Claims about the numbers of samples from boards that count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.counter import Counting
from hardware.sequence import CONFIRM, OUT_OF_STEP, CountedSequence, Stretch
from tests.hardware.test_counter import arrivals, streams

FS_HZ = 250.0
PLAIN = Counting()


def taken_in_chunks(
    counters: np.ndarray, true_numbers: np.ndarray, times_s: np.ndarray, chunk_s: float, counting: Counting
) -> list[Stretch]:
    """Hand packets over as a driver that is drained every ``chunk_s``; each row holds its true number."""
    sequence = CountedSequence(counting, FS_HZ)
    cuts = np.flatnonzero(np.diff(np.floor(times_s / chunk_s))) + 1
    found: list[Stretch] = []
    for rows, times, counts in zip(
        np.split(true_numbers.astype(np.float64)[:, np.newaxis], cuts),
        np.split(times_s, cuts),
        np.split(counters, cuts),
        strict=True,
    ):
        found += sequence.take(rows, times, counts)
    return found


def numbers_given(stretches: list[Stretch]) -> np.ndarray:
    """Each delivered row's number and the true number that it holds, shape (n, 2)."""
    parts = [
        np.column_stack((np.arange(s.first_sample, s.first_sample + len(s.rows)), s.rows[:, 0]))
        for s in stretches
    ]
    return np.concatenate(parts) if parts else np.empty((0, 2))


@given(streams(), st.sampled_from((0.01, 0.1)))
def test_any_loss_is_counted_exactly(stream: tuple[np.ndarray, float, np.ndarray], chunk_s: float) -> None:
    """Else everything after a loss is dated wrongly: onsets, holds and gaps in the recording."""
    numbers, rate, late_s = stream
    times_s = arrivals(numbers, rate, late_s)

    given_numbers = numbers_given(taken_in_chunks(numbers % 256, numbers, times_s, chunk_s, PLAIN))

    assert np.array_equal(given_numbers[:, 0], given_numbers[:, 1] - numbers[0])
    settled = numbers[np.isin(numbers, given_numbers[:, 1], invert=True)]
    assert len(settled) == 0 or settled[0] >= given_numbers[-1, 1], "only the newest may still be held"


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.2), st.integers(0, 3))
def test_false_packets_are_never_delivered(seed: int, share: float, n_lost: int) -> None:
    """Else noise on the line is drawn, scored and saved as a muscle."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(1000)
    counters, truth = numbers % 256, numbers.astype(np.float64)
    false = rng.random(1000) < share
    counters[false] = rng.integers(0, 256, false.sum())
    truth[false] = np.where(counters[false] == numbers[false] % 256, numbers[false], -1.0)
    if n_lost:
        kept = np.ones(1000, dtype=bool)
        kept[rng.integers(10, 990, n_lost)] = False
        numbers, counters, truth = numbers[kept], counters[kept], truth[kept]

    given_numbers = numbers_given(taken_in_chunks(counters, truth, 10.0 + numbers / FS_HZ, 0.02, PLAIN))

    wrong = given_numbers[:, 0] - given_numbers[0, 0] != given_numbers[:, 1] - given_numbers[0, 1]
    # one row in 256 carries by chance the counter that was due
    assert wrong.sum() <= 4 * (1 + share * 1000 / 256)
    assert not np.any(np.diff(given_numbers[:, 0]) < 1)


def test_a_driver_locked_on_to_a_wrong_byte_delivers_nothing_and_is_out_of_step() -> None:
    """Else channels shifted by one are shown as muscles for as long as the session lasts."""
    rng = np.random.default_rng(3)
    sequence = CountedSequence(PLAIN, FS_HZ)
    good = np.arange(500)
    sequence.take(good[:, np.newaxis].astype(float), 10.0 + good / FS_HZ, good % 256)

    delivered = 0
    for number in range(500, 600):
        rows = np.full((1, 1), -1.0)
        delivered += len(sequence.take(rows, np.array([10.0 + number / FS_HZ]), rng.integers(0, 256, 1)))

    assert delivered == 0
    assert sequence.out_of_step


def test_a_stuck_counter_is_out_of_step_soon() -> None:
    """Else the stream looks alive and every sample carries the time of another."""
    sequence = CountedSequence(PLAIN, FS_HZ)
    counters = np.concatenate((np.arange(100), np.full(OUT_OF_STEP + 1, 99)))

    stretches = sequence.take(
        counters[:, np.newaxis].astype(np.float64), 10.0 + np.arange(len(counters)) / FS_HZ, counters
    )

    assert sum(len(stretch.rows) for stretch in stretches) == 100
    assert sequence.out_of_step


@pytest.mark.parametrize("n_lost", [1, 7, 255, 256, 257, 512])
@pytest.mark.parametrize(
    "counting", [PLAIN, Counting(step=2), Counting(wrap=100, pairs=True), Counting(wrap=None)]
)
def test_every_way_of_counting_sees_every_loss(n_lost: int, counting: Counting) -> None:
    """Else a Daisy, a Ganglion or a board of 32 bits shortens the session by what its radio lost."""
    n_lost *= 2 if counting.pairs else 1
    numbers = np.concatenate((np.arange(500), np.arange(500, 1000) + n_lost))
    counters = numbers // 2 % 100 if counting.pairs else numbers * counting.step
    if counting.wrap is not None and not counting.pairs:
        counters = counters % counting.wrap

    given_numbers = numbers_given(taken_in_chunks(counters, numbers, 10.0 + numbers / FS_HZ, 0.02, counting))

    assert np.array_equal(given_numbers[:, 0], given_numbers[:, 1])
    expected = np.delete(numbers, 500) if counting.step > 1 else numbers
    assert np.array_equal(given_numbers[:, 1], expected), "a Daisy's first row after a loss is of two moments"


def test_what_was_held_back_in_two_halves_is_not_lost() -> None:
    """Else a computer that hesitates for a second voids a hold of which every sample has arrived."""
    sequence = CountedSequence(PLAIN, FS_HZ)
    numbers = np.arange(1500)
    times_s = 10.0 + numbers / FS_HZ
    times_s[500:900] = times_s[900] + np.arange(400) * 1e-5
    found: list[Stretch] = []
    for part in np.split(numbers, (500, 505, 900)):
        found += sequence.take(part[:, np.newaxis].astype(np.float64), times_s[part], part % 256)

    assert np.array_equal(numbers_given(found)[:, 0], numbers)


def test_a_row_that_repeats_costs_no_other() -> None:
    """Else every packet that the radio sends twice tears a hole."""
    counters = np.array([*range(50), 49, *range(50, 100)])
    times_s = 10.0 + np.arange(len(counters)) / FS_HZ

    given_numbers = numbers_given(taken_in_chunks(counters, counters, times_s, 0.02, PLAIN))

    assert np.array_equal(given_numbers[:, 0], np.arange(100))
    assert np.array_equal(given_numbers[:, 1], np.arange(100))


def test_after_a_jump_nothing_is_believed_before_three_more() -> None:
    """Else the first rows of a wrong lock are drawn as muscle."""
    sequence = CountedSequence(PLAIN, FS_HZ)
    assert sequence.take(np.zeros((CONFIRM, 1)), np.full(CONFIRM, 1.0), np.arange(CONFIRM)) == []
    (stretch,) = sequence.take(np.zeros((1, 1)), np.ones(1), np.array([CONFIRM]))
    assert (stretch.first_sample, len(stretch.rows)) == (0, CONFIRM + 1)
