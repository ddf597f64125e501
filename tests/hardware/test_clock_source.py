"""Claims about the clock that stands where a board stands."""

from __future__ import annotations

import pytest

from emg.blocks import SampleBlock, Signal, Source, SourceLost
from hardware.acquisition import Acquisition, EndReason
from hardware.boards import BOARDS
from hardware.clock_source import CLOCK_NAME, FS_HZ, LATE_S, ClockSource
from hardware.pace import BLOCK_S
from tests.fakes import ManualClock, RecordingSink


def running(clock: ManualClock, speed: float = 1.0) -> ClockSource:
    """A clock that has been opened, on a host time that its own sleeps move."""
    source = ClockSource(speed=speed, clock=clock, sleep=clock.advance)
    source.open()
    return source


def taken(source: Source, n_blocks: int, timeout_s: float = 0.05) -> list[SampleBlock]:
    """The next blocks, however many reads find nothing in between."""
    found: list[SampleBlock] = []
    while len(found) < n_blocks:
        block = source.read(timeout_s)
        found += [] if block is None else [block]
    return found


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_a_second_of_samples_takes_a_second(speed: float) -> None:
    """Else a hold of 6 s lasts longer or shorter than the clock on the screen says."""
    clock = ManualClock(100.0)
    source = running(clock, speed)

    end = 0
    for block in taken(source, 200):
        assert block.first_sample == end
        end = block.end_sample
        assert block.host_time_s == pytest.approx(100.0 + end / FS_HZ / speed, abs=1e-6)
        assert block.host_time_s <= clock.now_s + 1e-6
    assert clock.now_s == pytest.approx(100.0 + end / FS_HZ / speed, abs=1e-6)


def test_a_block_has_no_channel_and_is_short() -> None:
    """Else something is measured where nobody wears a sensor, or the clock on the screen jerks."""
    (block,) = taken(running(ManualClock()), 1)

    assert block.data_uv.shape == (round(BLOCK_S * FS_HZ), 0)
    assert block.fs_hz == FS_HZ


def test_a_read_comes_back_in_time_and_loses_nothing() -> None:
    """Else a stop waits for the clock."""
    clock = ManualClock()
    source = running(clock, speed=0.01)

    assert source.read(0.05) is None
    assert clock.now_s == pytest.approx(0.05)
    assert taken(source, 1)[0].first_sample == 0


def test_as_fast_as_it_is_read_no_time_passes() -> None:
    """Else a test of a whole practice takes as long as one."""
    clock = ManualClock()
    blocks = taken(running(clock, speed=0.0), 50)

    assert clock.now_s == 0.0
    assert blocks[-1].end_sample == sum(block.n_samples for block in blocks)


def test_a_reader_that_is_a_little_late_finds_every_moment() -> None:
    """Else a busy computer voids holds."""
    clock = ManualClock()
    source = running(clock)
    taken(source, 5)
    clock.advance(0.9 * LATE_S)

    blocks = taken(source, 40)

    assert [block.first_sample for block in blocks] == [2 * number for number in range(5, 45)]
    assert clock.now_s == pytest.approx(blocks[-1].end_sample / FS_HZ)


def test_time_that_the_computer_slept_is_lost_and_not_made_up_for() -> None:
    """Else a laptop that is opened again counts ten holds that nobody did."""
    clock = ManualClock()
    source = running(clock)
    before = taken(source, 5)[-1].end_sample
    clock.advance(600.0)

    block, after = taken(source, 2)

    assert block.first_sample - before == pytest.approx(600.0 * FS_HZ, abs=block.n_samples)
    assert block.end_sample == pytest.approx(clock.now_s * FS_HZ, abs=2 * block.n_samples)
    assert after.first_sample == block.end_sample


def test_its_samples_are_of_nothing_and_it_is_no_board() -> None:
    """Else somebody measures with it, or numbers are read into a practice."""
    info = ClockSource().open()

    assert (info.signal, info.n_channels, info.board) == (Signal.NONE, 0, CLOCK_NAME)
    assert CLOCK_NAME not in BOARDS
    assert ClockSource().paced is False


@pytest.mark.parametrize(("speed", "simulated"), [(1.0, False), (0.0, True), (20.0, True)])
def test_nobody_practises_at_another_speed(speed: float, simulated: bool) -> None:
    """Else a run of a test counts as a day of training."""
    assert ClockSource(speed=speed).open().simulated is simulated


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    """Else it stands still for ever and says nothing."""
    with pytest.raises(ValueError, match="speed"):
        ClockSource(speed=speed)


def test_it_starts_at_zero_with_every_open_and_a_closed_one_says_so() -> None:
    """Else the numbers of a second open begin in the middle, or a closed clock goes on."""
    clock = ManualClock()
    source = running(clock)
    taken(source, 3)
    source.close()
    source.close()
    with pytest.raises(SourceLost):
        source.read(0.05)

    source.open()
    assert taken(source, 1)[0].first_sample == 0


def test_the_acquisition_reads_it_like_any_board() -> None:
    """Else a practice needs a thread of its own."""
    sink = RecordingSink()
    acquisition = Acquisition(ClockSource(speed=0.0), sink)
    while len(sink.blocks) < 20:
        acquisition.run_once()
    acquisition.request_stop()
    acquisition.run()

    assert sink.calls == ["open", *["block"] * 20, "end"]
    assert sink.ends == [(EndReason.STOPPED, "")]
