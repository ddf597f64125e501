"""The simulated athlete's board: its steps, its clock, and what it picks up besides muscle."""

from __future__ import annotations

import numpy as np
import pytest

from emg.blocks import FloatArray, Source, SourceLost
from emg.montage import Side
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import ManualClock
from tests.hardware.scripted_coach import FS, hold


def _read_all(source: SimulatedSource, n_blocks: int) -> FloatArray:
    blocks = [block for _ in range(n_blocks) if (block := source.read(1.0)) is not None]
    assert [block.first_sample for block in blocks] == list(
        np.cumsum([0, *(b.n_samples for b in blocks[:-1])])
    )
    return np.concatenate([block.data_uv for block in blocks])


def test_it_is_a_source_and_says_that_it_is_simulated() -> None:
    """A simulated session taken for a real one would enter somebody's trend."""
    source: Source = SimulatedSource(Athlete(seed=1), speed=0.0)
    info = source.open()
    assert (info.board, info.source_id, info.simulated) == ("simulated", "simulated-1", True)
    assert (info.fs_hz, info.n_channels, info.gain, info.full_scale_uv) == (250.0, 4, 24.0, 187_500.0)
    assert info.bandwidth_hz == pytest.approx(65.0)
    source.close()


def test_the_board_gives_the_athlete_on_his_offset_in_steps_of_the_converter() -> None:
    """raw.bdf must give back every sample to the step; a board without offset hides filter mistakes."""
    source = SimulatedSource(Athlete(seed=3), speed=0.0)
    step_uv = source.open().scale.step
    data_uv = _read_all(source, 100)
    counts = data_uv / step_uv
    assert np.abs(counts - np.rint(counts)).max() < 1e-6
    offset_uv = data_uv.mean(axis=0)
    assert (np.abs(offset_uv) > 9_000.0).all()
    assert (np.abs(offset_uv) < 41_000.0).all()
    picked_up_uv = data_uv - offset_uv - Athlete(seed=3).samples(len(data_uv))
    hum_uv = 2.0 * np.abs(
        np.mean(picked_up_uv * np.exp(-2j * np.pi * 60.0 / FS * np.arange(2500))[:, np.newaxis], axis=0)
    )
    assert hum_uv == pytest.approx(np.ones(4), abs=0.02)


def test_a_hold_reads_the_same_whenever_it_comes_hum_included() -> None:
    """Otherwise a fault on the right shifts the hum under the left, and moves its numbers."""
    readings: list[FloatArray] = []
    for start_s in (1.0, 2.332):  # by no whole number of periods of the hum
        athlete = Athlete(seed=3)
        source = SimulatedSource(athlete, speed=0.0, block_s=0.028)
        source.open()
        pieces: list[FloatArray] = []
        events = hold(start_s, Side.LEFT)
        for _ in range(500):
            block = source.read(0.0)
            assert block is not None
            pieces.append(block.data_uv)
            while events and events[0].sample < block.end_sample:
                athlete.hear(events.pop(0))
        readings.append(np.concatenate(pieces)[round(FS * (start_s + 0.3)) :][:2500])
    assert np.array_equal(readings[0], readings[1])


@pytest.mark.parametrize(("speed", "block_s"), [(1.0, 0.02), (20.0, 0.1), (0.5, 0.008)])
def test_samples_come_at_the_speed_asked_for_and_delays_do_not_add_up(speed: float, block_s: float) -> None:
    """Sleeping from block to block drifts: a hold of 6 s on screen would not be 6 s of signal."""
    host = ManualClock(1000.0)
    source = SimulatedSource(Athlete(seed=1), speed=speed, clock=host, sleep=host.advance)
    opened_s = host.now_s
    source.open()
    given = 0
    for index in range(200):
        block = source.read(1.0)
        assert block is not None
        given = block.end_sample
        assert block.n_samples == round(block_s * FS)
        assert block.host_time_s == pytest.approx(host.now_s, abs=1e-9), "when it arrived, late or not"
        assert block.host_time_s >= opened_s + given / FS / speed - 1e-9
        host.now_s += 0.4 * block_s / speed if index % 7 else 2.0 * block_s / speed
    assert host.now_s - opened_s == pytest.approx(given / FS / speed, abs=3.0 * block_s / speed)


def test_nothing_comes_before_its_time() -> None:
    """The acquisition thread must get its None after the time-out, and no sample early."""
    host = ManualClock(1000.0)
    source = SimulatedSource(Athlete(seed=1), speed=1.0, clock=host, sleep=host.advance, block_s=0.1)
    source.open()
    assert source.read(0.04) is None
    assert source.read(0.04) is None
    assert host.now_s == pytest.approx(1000.08)
    block = source.read(0.04)
    assert block is not None
    assert (block.first_sample, block.n_samples) == (0, 25)
    assert source.paced is False


def test_as_fast_as_it_goes_never_sleeps() -> None:
    """Speed 0 is bounded by the machine alone."""
    host = ManualClock(1000.0)
    source = SimulatedSource(Athlete(seed=1), speed=0.0, clock=host, sleep=host.advance)
    source.open()
    assert _read_all(source, 10).shape == (250, 4)
    assert host.now_s == 1000.0


def test_a_board_that_is_not_open_is_lost_and_closing_twice_is_harmless() -> None:
    """A read after close must end the acquisition, not hang it."""
    source = SimulatedSource(Athlete(seed=1), speed=0.0)
    with pytest.raises(SourceLost):
        source.read(0.1)
    source.open()
    source.close()
    source.close()
    with pytest.raises(SourceLost):
        source.read(0.1)


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    """A demo at speed -1 would hang without a word."""
    with pytest.raises(ValueError, match="give 1 for real time"):
        SimulatedSource(Athlete(seed=1), speed=speed)
