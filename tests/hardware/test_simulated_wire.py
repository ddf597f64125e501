"""The link of the simulated board: samples that are lost on the way, and a cable that is pulled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource, Wire
from tests.fakes import ManualClock
from tests.hardware.scripted_coach import FS

RATES = pytest.mark.parametrize("fs_hz", [250.0, 500.0, 1000.0])


def athlete_with(*faults: str, seed: int = 4, fs_hz: float = FS) -> Athlete:
    return Athlete(seed=seed, faults=parse_faults(faults), fs_hz=fs_hz)


def numbers_of(
    fault: str, seconds: float, *, seed: int = 4, fs_hz: float = FS, block_s: float = 0.02
) -> list[int]:
    source = SimulatedSource(athlete_with(fault, seed=seed, fs_hz=fs_hz), speed=0.0, block_s=block_s)
    source.open()
    numbers: list[int] = []
    while not numbers or numbers[-1] < seconds * fs_hz:
        block = source.read(0.1)
        assert block is not None
        assert block.n_samples > 0
        assert not block.gap_estimated
        numbers += range(block.first_sample, block.end_sample)
    return numbers[: int(np.searchsorted(numbers, seconds * fs_hz))]


def lost_runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First lost sample and length of each jump of the numbers."""
    return [(a + 1, b - a - 1) for a, b in pairwise([-1, *numbers]) if b > a + 1]


@RATES
def test_dropped_packets_are_a_twentieth_in_short_runs(fs_hz: float) -> None:
    """Longer runs would be gaps that void a hold; fewer would be bridged and never seen."""
    for seed in range(3):
        there = Wire(seed, parse_faults(["dropped-packets"]), fs_hz).arrived(0, round(600 * fs_hz))
        assert {length for _, length in lost_runs(np.flatnonzero(there).tolist())} == set(range(1, 9))
        assert 1.0 - there.mean() == pytest.approx(0.05, abs=0.005)


def test_dropped_packets_are_those_of_the_seed_whatever_the_blocks() -> None:
    """The same session at another speed must lose the same samples."""
    expected = numbers_of("dropped-packets", 15.0)
    assert numbers_of("dropped-packets", 15.0, block_s=0.1) == expected
    assert numbers_of("dropped-packets", 15.0, block_s=0.008) == expected
    assert numbers_of("dropped-packets", 15.0, seed=5) != expected


def test_dropped_packets_of_some_seconds_are_lost_in_those_only() -> None:
    """A board that never recovers is another fault."""
    runs = lost_runs(numbers_of("dropped-packets@5+10", 20.0))
    assert len(runs) > 5
    assert all(first >= 5 * FS and first + length <= 15 * FS for first, length in runs)


def test_what_arrives_is_what_would_have_arrived_anyway() -> None:
    """Samples that moved in time would be worse than lost ones: nobody would know."""
    blocks: list[dict[int, tuple[float, ...]]] = []
    for faults in (("dropped-packets",), ()):
        source = SimulatedSource(athlete_with(*faults), speed=0.0)
        source.open()
        data: dict[int, tuple[float, ...]] = {}
        while len(data) < 2000:
            block = source.read(0.0)
            assert block is not None
            data.update(enumerate(map(tuple, block.data_uv.tolist()), block.first_sample))
        blocks.append(data)
    common = blocks[0].keys() & blocks[1].keys()
    assert len(common) > 1800
    assert all(blocks[0][number] == blocks[1][number] for number in common)


@pytest.mark.parametrize("block_s", [0.004, 0.1])
def test_a_pulled_cable_is_one_jump_of_the_numbers(block_s: float) -> None:
    """As fast as it goes nothing is silent: the gap must be in the numbers."""
    assert lost_runs(numbers_of("cable-pull@5.01+2", 10.0, block_s=block_s)) == [(1252, 500)]
    assert lost_runs(numbers_of("cable-pull@0+1", 3.0, block_s=block_s)) == [(0, 250)]


@pytest.mark.parametrize("speed", [1.0, 20.0])
def test_a_paced_board_is_silent_while_the_cable_is_out(speed: float) -> None:
    """The screen must say "no signal" for as long as nothing comes, and go on by itself."""
    host = ManualClock(1000.0)
    source = SimulatedSource(athlete_with("cable-pull@2+3"), speed=speed, clock=host, sleep=host.advance)
    source.open()
    heard: list[int] = []
    silent_s: list[float] = []
    while host.now_s < 1000.0 + 8.0 / speed:
        before_s = host.now_s
        block = source.read(0.05)
        assert host.now_s - before_s <= 0.0501
        if block is None:
            silent_s.append(speed * (host.now_s - 1000.0))
        else:
            heard += range(block.first_sample, block.end_sample)
            assert speed * (host.now_s - 1000.0) >= block.end_sample / FS - 1e-6
    assert lost_runs(heard) == [(500, 750)]
    assert min(silent_s) >= 2.0
    assert max(silent_s) <= 5.11
    assert heard[-1] > 7.5 * FS


@pytest.mark.parametrize("speed", [0.0, 1.0])
def test_a_cable_that_is_out_all_session_gives_nothing_and_hangs_nobody(speed: float) -> None:
    """Whoever waits for the first sample must get his turns to give up."""
    host = ManualClock(1000.0)
    source = SimulatedSource(athlete_with("cable-pull"), speed=speed, clock=host, sleep=host.advance)
    source.open()
    assert [source.read(0.05) for _ in range(40)] == [None] * 40
    assert host.now_s == pytest.approx(1002.0)


def test_after_a_re_open_the_fault_is_not_there_again() -> None:
    """The seconds of a fault are the session's: a board that is opened again has them behind it."""
    source = SimulatedSource(athlete_with("cable-pull@1+1"), speed=0.0)
    for runs in ([(250, 250)], []):
        source.open()
        numbers: list[int] = []
        while len(numbers) < 500:
            block = source.read(0.0)
            assert block is not None
            numbers += range(block.first_sample, block.end_sample)
        assert lost_runs(numbers) == runs
        source.close()
