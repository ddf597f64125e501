"""Claims about BrainFlow's real driver on the emulated Cyton, and about its synthetic board."""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from emg.blocks import SourceLost, SourceUnavailable
from hardware.boards import find_board
from hardware.brainflow_source import BrainFlowSource
from tests.emulators.cyton import FALSE_PACKET_UV, CytonEmulator
from tests.emulators.cyton_firmware import COUNT_MAX
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.brainflow_reading import (
    PATIENCE_S,
    opened,
    read_past,
    read_samples,
    read_until,
    read_until_lost,
)

pytestmark = pytest.mark.device

CYTON = find_board("cyton")
THREADS = Path("/proc/self/task")


def one_pair(channel: int, rms_uv: float) -> Callable[[int], NDArray[np.float64]]:
    """Make a signal with one active muscle and seven silent ones."""
    rng = np.random.default_rng(1)

    def signal(n: int) -> NDArray[np.float64]:
        pairs_uv = np.zeros((n, 8))
        pairs_uv[:, channel] = rms_uv * rng.standard_normal(n)
        return pairs_uv

    return signal


@pytest.mark.parametrize("gain", [2, 24])
def test_every_sample_is_what_the_board_sent(gain: int) -> None:
    """Else the microvolts of a session are wrong, by a factor or by a step."""
    with CytonEmulator(TestSignal(seed=gain)) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port, gain=gain)
        with opened(source) as info:
            blocks = read_samples(source, 500)
        sent = cyton.sent_counts()

    received = np.concatenate([block.data_uv for block in blocks])
    step_uv = 4.5e6 / COUNT_MAX / gain
    assert info.gain == gain
    assert np.abs(received / step_uv - sent[: len(received)]).max() <= 1.0
    assert np.array_equal(info.scale.encode(received), sent[: len(received)])
    assert [block.first_sample for block in blocks[1:]] == [block.end_sample for block in blocks[:-1]]
    assert blocks[0].first_sample == 0
    assert all(block.data_uv.flags.c_contiguous for block in blocks)
    span_s = blocks[-1].host_time_s - blocks[0].host_time_s
    assert (blocks[-1].end_sample - blocks[0].end_sample) / span_s == pytest.approx(250.0, rel=0.1)


def test_the_other_channels_of_the_board_come_along() -> None:
    """Else acceleration and the board's own counter are missing from the recording."""
    with CytonEmulator(TestSignal(), counter_start=250) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source) as info:
            blocks = read_samples(source, 50)

    aux = np.concatenate([block.aux for block in blocks])
    labels = [channel.label for channel in info.aux]
    assert labels == ["ACCEL X", "ACCEL Y", "ACCEL Z", "ANALOG 1", "ANALOG 2", "ANALOG 3", "COUNTER"]
    assert aux[:, :3] == pytest.approx(np.tile([0.05, -0.1, 1.0], (len(aux), 1)))
    assert aux[:50, 6].tolist() == [(250 + n) % 256 for n in range(50)]
    assert (info.board, info.source_id, info.fs_hz, info.bandwidth_hz) == ("cyton", "cyton", 250.0, 65.0)


def test_muscles_do_not_leak_into_each_other() -> None:
    """Else a strong hamstring is shown as glute: by default the board ties all P inputs together."""
    with CytonEmulator(one_pair(0, 1000.0)) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port, emg_channels=(1, 2))
        with opened(source):
            ours = read_samples(source, 100)
            settings = cyton.gains, cyton.srb2, cyton.bias
        by_default = read_with_defaults(cyton.port, 100)

    bipolar_uv = np.concatenate([block.data_uv for block in ours])
    assert bipolar_uv[:, 0].std() > 500.0
    assert np.all(bipolar_uv[:, 1:] == 0.0)
    assert by_default[:, 1].std() > 0.05 * by_default[:, 0].std()
    assert settings == ((24,) * 8, (False,) * 8, (True, True, *(False,) * 6))


def read_with_defaults(port: str, n: int) -> NDArray[np.float64]:
    """Read the board as BrainFlow leaves it, without any channel command."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from brainflow.board_shim import BoardShim, BrainFlowInputParams

    params = BrainFlowInputParams()
    params.serial_port = port
    shim = BoardShim(0, params)
    shim.prepare_session()
    try:
        shim.start_stream()
        deadline_s = time.monotonic() + PATIENCE_S
        while shim.get_board_data_count() < n:
            assert time.monotonic() < deadline_s
        data: NDArray[np.float64] = shim.get_board_data()[1:9].T
        return data
    finally:
        shim.release_session()


def test_lost_packets_are_counted_and_never_inside_a_block() -> None:
    """Else a dropout shortens the session; one of exactly 256 packets is invisible in the counter."""
    losses = [7, 255, 256, 257]
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 50)
            for n_lost in losses:
                cyton.drop(n_lost)
                blocks += read_past(source, blocks[-1].end_sample + n_lost + 25)
            losses += [3, 256]
            for n_lost in (3, 256):  # both in what a reader who was away finds
                cyton.drop(n_lost)
                assert cyton.wait_sent(len(cyton.sent_numbers()) + 25, PATIENCE_S)
            blocks += read_past(source, blocks[-1].end_sample + 50)
        numbers, sent = cyton.sent_numbers(), cyton.sent_counts()

    jumps = [after.first_sample - before.end_sample for before, after in pairwise(blocks)]
    received = np.concatenate([np.arange(block.first_sample, block.end_sample) for block in blocks])
    assert [jump for jump in jumps if jump] == losses
    assert np.array_equal(received, numbers[: len(received)])
    last = blocks[-1]
    counts = np.rint(last.data_uv / (4.5e6 / COUNT_MAX / 24.0))
    assert np.array_equal(counts, sent[len(received) - last.n_samples : len(received)])


@pytest.mark.parametrize("shift_s", [-1.1, 1.1])
def test_setting_the_computers_clock_loses_nothing(shift_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a time server that sets the clock voids the hold that is running."""
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 50)
            set_clock = SimpleNamespace(
                time=lambda: time.time() + shift_s, monotonic=time.monotonic, sleep=time.sleep
            )
            monkeypatch.setattr("hardware.brainflow_source.time", set_clock)
            blocks += read_samples(source, 200)

    assert blocks[-1].end_sample == sum(block.n_samples for block in blocks)


def test_a_board_out_of_range_is_silent_and_comes_back_in_its_place() -> None:
    """Else a walk to the window ends the session, or is missing from its clock."""
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 50)
            cyton.stop_sending()
            while source.read(0.1) is not None:
                pass
            assert source.read(0.3) is None
            cyton.resume_sending()
            blocks += read_samples(source, 25)
        numbers = cyton.sent_numbers()

    last = blocks[-1]
    assert last.end_sample - 1 in numbers.tolist()
    assert last.end_sample > sum(block.n_samples for block in blocks) + 50


def test_a_pulled_dongle_is_lost_at_once_and_can_be_opened_again(tmp_path: Path) -> None:
    """Else an unplugged dongle shows its last bars, or the session cannot go on with it."""
    with CytonEmulator(TestSignal(), link=tmp_path / "dongle") as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port, gain=6)
        with opened(source) as first:
            read_samples(source, 25)
            cyton.hang_up()
            with pytest.raises(SourceLost, match=r"has vanished: check the plug"):
                read_until(source, lambda blocks: False)
            with pytest.raises(SourceUnavailable, match=r"is gone: plug the dongle in again"):
                source.open()
            cyton.plug_in()
            again = source.open()
            settings = cyton.gains, cyton.srb2
            blocks = read_samples(source, 25)

    assert again == first
    assert settings == ((6,) * 8, (False,) * 8)
    assert blocks[0].first_sample == 0


def test_a_driver_that_is_out_of_step_is_restarted() -> None:
    """Else channels shifted by one byte are shown as muscles for the rest of the session."""
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            read_samples(source, 50)
            cyton.scrambled = True
            with pytest.raises(SourceLost, match=r"out of step: opening it again"):
                read_until(source, lambda blocks: False)


def test_a_driver_that_reads_a_false_packet_shows_none_of_it_and_is_cured_by_a_new_open() -> None:
    """Else an electrode offset of -93 mV and one lost byte shift all channels by one, at the full rate."""
    with CytonEmulator(lambda n: np.full((n, 8), FALSE_PACKET_UV)) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 50)
            cyton.lose_bytes(1, at=5)
            more, message = read_until_lost(source)
            source.open()
            blocks += more + read_samples(source, 250)

    assert "out of step: opening it again" in message
    for block in blocks:
        assert block.data_uv == pytest.approx(np.full((block.n_samples, 8), FALSE_PACKET_UV))
        assert block.aux[:, :3] == pytest.approx(np.tile([0.05, -0.1, 1.0], (block.n_samples, 1)))


@pytest.mark.skipif(not THREADS.exists(), reason="only Linux tells the threads of a library")
def test_a_pulled_dongle_leaves_no_thread_of_the_driver_behind(capfd: pytest.CaptureFixture[str]) -> None:
    """Else the driver reads the dead port as fast as it can: a whole processor, and megabytes of log."""
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        before = {task.name for task in THREADS.iterdir()}
        with opened(source):
            read_samples(source, 25)
            of_driver = {task.name for task in THREADS.iterdir()} - before
            cyton.hang_up()
            with pytest.raises(SourceLost):
                read_until(source, lambda blocks: False)
            left = of_driver & {task.name for task in THREADS.iterdir()}

    assert of_driver
    assert not left
    assert capfd.readouterr().err == ""


def test_a_refused_channel_is_named_and_the_port_let_go() -> None:
    """Else a channel with the wrong gain, tied to all others, is shown as a muscle."""
    with CytonEmulator(TestSignal()) as cyton:
        cyton.refuse_channel(3)
        source = BrainFlowSource(CYTON, port=cyton.port)
        with pytest.raises(SourceUnavailable, match=r"did not take the settings of channel 3: switch the"):
            source.open()
        assert not cyton.streaming
        source.close()


def test_a_board_that_is_off_is_told_from_a_silent_port() -> None:
    """Else a PT changes cables when the board only needs its switch."""
    with CytonEmulator(TestSignal(), off=True) as cyton:
        with pytest.raises(SourceUnavailable, match=r"The dongle on .* answers, but the .* does not: switch"):
            BrainFlowSource(CYTON, port=cyton.port).open()
        cyton.off = False
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            assert read_samples(source, 1)


def test_a_silent_port_says_what_to_check() -> None:
    """Else the wrong one of two ports looks like a broken board."""
    with (
        CytonEmulator(TestSignal(), silent=True) as cyton,
        pytest.raises(SourceUnavailable, match=r"^Nothing answers on .*: check that .* and try again\.$"),
    ):
        BrainFlowSource(CYTON, port=cyton.port).open()


def test_one_board_has_one_reader() -> None:
    """Else a second source sends commands into a running session and, when it is dropped, ends it."""
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            second = BrainFlowSource(CYTON, port=cyton.port)
            with pytest.raises(SourceUnavailable, match=r"already in use by this program"):
                second.open()
            second.close()
            blocks = read_samples(source, 50)
            source.open()
            assert read_samples(source, 1)

    assert blocks[-1].end_sample == sum(block.n_samples for block in blocks)


def test_a_board_left_streaming_by_a_crash_can_be_opened() -> None:
    """Else after a crash only the board's switch helps, and nothing says so."""
    with CytonEmulator(TestSignal(), left_streaming=True) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 25)

    assert blocks[0].first_sample == 0


def test_a_board_that_does_not_count_is_numbered_by_the_clock() -> None:
    """Else the losses of a board without a counter are invisible, or it cannot be used at all."""
    board = replace(find_board("synthetic"), counting=None)
    source = BrainFlowSource(board)
    with opened(source):
        blocks = read_samples(source, 250)

    assert blocks[0].first_sample == 0
    assert all(block.first_sample >= before.end_sample for before, block in pairwise(blocks))
    received = sum(block.n_samples for block in blocks)
    assert received == pytest.approx(blocks[-1].end_sample, rel=0.05)


def test_a_failed_open_that_is_forgotten_later_does_not_end_the_next_session() -> None:
    """Else a session ends without a word when the error of the attempt before it is thrown away."""
    with CytonEmulator(TestSignal(), off=True) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with pytest.raises(SourceUnavailable) as failed:
            source.open()
        cyton.off = False
        with opened(source):
            read_samples(source, 25)
            del failed
            gc.collect()
            read_samples(source, 25)


def test_a_board_without_its_port_or_gain_is_refused_before_anything_is_opened() -> None:
    """Else a forgotten option ends in the driver's error number."""
    with pytest.raises(SourceUnavailable, match=r"needs a port: say which one with --port"):
        BrainFlowSource(CYTON).open()
    with pytest.raises(SourceUnavailable, match=r"needs an address: say it with --address"):
        BrainFlowSource(find_board("cyton_wifi")).open()
    with pytest.raises(ValueError, match=r"has no gain 3"):
        BrainFlowSource(CYTON, port="anything", gain=3)
    with pytest.raises(ValueError, match=r"does not come through BrainFlow"):
        BrainFlowSource(find_board("simulated"))


def test_a_source_that_is_not_open_is_lost_and_may_be_closed_twice() -> None:
    """Else the end of a session that never began is a traceback."""
    source = BrainFlowSource(CYTON, port="anything")
    source.close()
    source.close()

    with pytest.raises(SourceLost):
        source.read(0.0)


def test_the_synthetic_board_opens_through_the_same_door() -> None:
    """Else each further board of BrainFlow's is a class of its own."""
    board = find_board("synthetic")
    source = BrainFlowSource(board)
    with opened(source) as info:
        blocks = read_samples(source, 50)

    assert (info.gain, info.n_channels, info.aux[-1].label) == (None, 16, "COUNTER")
    assert blocks[0].data_uv.shape[1] == board.n_channels
    assert [block.first_sample for block in blocks[1:]] == [block.end_sample for block in blocks[:-1]]
