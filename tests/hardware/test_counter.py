"""Claims about sample numbers from a one-byte counter and the clock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.counter import CounterUnwrapper

FS_HZ = 250.0


def arrivals(numbers: np.ndarray, fs_hz: float, late_s: np.ndarray) -> np.ndarray:
    """Times at which packets come: never early, late by so much, and never one before another."""
    times_s: np.ndarray = np.maximum.accumulate(10.0 + numbers / fs_hz + late_s)
    return times_s


def unwrap_in_chunks(numbers: np.ndarray, times_s: np.ndarray, chunk_s: float) -> np.ndarray:
    """Unwrap as a driver that is drained every ``chunk_s`` would hand the packets over."""
    unwrapper = CounterUnwrapper(FS_HZ)
    cuts = np.flatnonzero(np.diff(np.floor(times_s / chunk_s))) + 1
    chunks = zip(np.split(numbers % 256, cuts), np.split(times_s, cuts), strict=True)
    return np.concatenate([unwrapper.unwrap(counters, times) for counters, times in chunks])


@st.composite
def streams(draw: st.DrawFn) -> tuple[np.ndarray, float, np.ndarray]:
    """Sample numbers with losses, the board's true rate, and the lateness of each packet."""
    runs = draw(st.lists(st.integers(5, 300), min_size=1, max_size=5))
    around = st.sampled_from((1, 7, 255, 256, 257, 511, 512, 513))
    losses = draw(st.lists(around | st.integers(1, 2000), min_size=len(runs), max_size=len(runs)))
    runs[0] += 125  # the clock is known once the longest burst has ended
    present = np.concatenate([np.repeat((True, False), pair) for pair in zip(runs, losses, strict=True)])
    numbers = np.flatnonzero(present)
    rate = draw(st.floats(0.99, 1.005)) * FS_HZ
    seed = draw(st.integers(0, 2**32 - 1))
    burst = draw(st.sampled_from((1, 4, 9, 125)))
    jitter_s = np.random.default_rng(seed).uniform(0.0, 0.02, len(numbers))
    held_s = (burst - 1 - numbers % burst) / FS_HZ  # an adapter gives out whole bursts
    return numbers, rate, jitter_s + held_s


@given(streams(), st.sampled_from((0.01, 0.1)))
def test_any_loss_is_counted_exactly(stream: tuple[np.ndarray, float, np.ndarray], chunk_s: float) -> None:
    """Else everything after a loss is dated wrongly: onsets, holds and gaps in the recording."""
    numbers, rate, late_s = stream

    found = unwrap_in_chunks(numbers, arrivals(numbers, rate, late_s), chunk_s)

    assert np.array_equal(found, numbers - numbers[0])


@pytest.mark.parametrize("n_lost", [1, 7, 254, 255, 256, 257, 511, 512, 513])
def test_a_loss_of_whole_wraps_is_seen(n_lost: int) -> None:
    """Else a radio dropout of exactly 1.024 s shortens the session by a second, unseen."""
    numbers = np.concatenate((np.arange(500), np.arange(500, 1000) + n_lost))

    found = unwrap_in_chunks(numbers, arrivals(numbers, FS_HZ, np.zeros(1000)), 0.01)

    assert np.array_equal(found, numbers)


@pytest.mark.parametrize("stall_s", [0.5, 0.9, 1.1, 3.0])
def test_what_was_only_held_back_is_not_lost(stall_s: float) -> None:
    """Else a computer that hesitates for a second voids a hold of which every sample has arrived."""
    numbers = np.arange(2000)
    times_s = 10.0 + numbers / FS_HZ
    held = (times_s > 13.0) & (times_s < 13.0 + stall_s)
    times_s[held] = 13.0 + stall_s

    found = unwrap_in_chunks(numbers, times_s, 0.01)

    assert np.array_equal(found, numbers)


def test_one_false_packet_costs_one_packet() -> None:
    """Else noise on the line that looks like a packet shifts the clock by up to a second."""
    counters = np.arange(600) % 256
    counters[300] = (counters[300] + 150) % 256

    unwrapper = CounterUnwrapper(FS_HZ)
    found = np.concatenate(
        [unwrapper.unwrap(counters[[k]], np.array([10.0 + k / FS_HZ])) for k in range(len(counters))]
    )

    assert found[300] == -1
    assert np.array_equal(np.delete(found, 300), np.delete(np.arange(600), 300))
    assert not unwrapper.out_of_step


def test_a_packet_that_comes_twice_is_taken_once() -> None:
    """Else one sample stands twice in the recording, and everything after it is late."""
    unwrapper = CounterUnwrapper(FS_HZ)

    found = unwrapper.unwrap(np.array([7, 8, 8, 9]), 10.0 + np.array([0, 1, 2, 2]) / FS_HZ)

    assert found.tolist() == [0, 1, -1, 2]


def test_random_counters_are_found_out_within_a_second() -> None:
    """Else a driver that locked onto the wrong byte shows another muscle's numbers for ever."""
    counters = np.random.default_rng(3).integers(0, 256, 250)

    unwrapper = CounterUnwrapper(FS_HZ)
    unwrapper.unwrap(np.arange(100), 8.0 + np.arange(100) / FS_HZ)
    for k, counter in enumerate(counters):
        unwrapper.unwrap(np.array([counter]), np.array([8.4 + k / FS_HZ]))

    assert unwrapper.out_of_step
