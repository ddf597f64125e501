"""Claims about the acquisition thread: nothing it meets goes unseen, and no sample is dated wrongly."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import EndOfSource, SampleBlock, SourceLost, SourceUnavailable
from emg.said import Said
from hardware.acquisition import Acquisition, AcquisitionSettings, EndReason
from hardware.boards import find_board
from hardware.brainflow_source import BrainFlowSource
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.fakes import FAKE_INFO, ManualClock, RecordingSink, ScriptedSource, ScriptLine, ramp

PATIENCE_S = 30.0
QUICK = AcquisitionSettings(retry_s=0.0)


def played(
    script: Sequence[ScriptLine], *, settings: AcquisitionSettings = QUICK, **how: object
) -> tuple[RecordingSink, Acquisition, ScriptedSource]:
    """Run a script to its end on this thread, on a clock that passes only in silence."""
    clock = ManualClock()
    source = ScriptedSource(script, clock=clock, **how)  # type: ignore[arg-type]
    sink = RecordingSink()
    acquisition = Acquisition(source, sink, settings, clock)
    acquisition.run()
    return sink, acquisition, source


def silence(seconds: float) -> list[None]:
    return [None] * round(seconds / 0.05)


def test_a_source_is_read_to_its_end_in_order() -> None:
    """Else a recording that is played back lacks its last second."""
    sink, acquisition, source = played([ramp(0, 5), ramp(5, 3), ramp(8, 2)])

    assert sink.calls == ["open", "block", "block", "block", "end"]
    assert sink.infos == [FAKE_INFO]
    assert [block.first_sample for block in sink.blocks] == [0, 5, 8]
    assert sink.ends == [(EndReason.ENDED, "")]
    assert acquisition.error is None
    assert source.n_closes >= 1


def test_silence_is_reported_while_nothing_comes() -> None:
    """Else the bars stay where they were when the cable came off."""
    sink, _, _ = played([ramp(0, 5), *silence(1.0), ramp(5, 5)])

    assert len(sink.silences_s) >= 10
    assert all(later - earlier <= 0.1 for earlier, later in itertools.pairwise(sink.silences_s))
    assert [block.first_sample for block in sink.blocks] == [0, 5]


def test_a_jump_of_the_source_is_passed_on_as_it_is() -> None:
    """Else lost packets would shorten the session."""
    sink, _, _ = played([ramp(0, 5), ramp(12, 5)])

    assert [(block.first_sample, block.gap_estimated) for block in sink.blocks] == [(0, False), (12, False)]


def test_after_a_reopen_samples_stand_where_the_clock_says() -> None:
    """Else everything after a pulled cable is dated too early."""
    script: list[ScriptLine] = [
        ramp(0, 50, host_time_s=10.0),
        SourceLost("gone"),
        ramp(0, 25, host_time_s=12.096),
        ramp(25, 5),
    ]

    sink, acquisition, _ = played(script)

    # the first new sample came 24 samples before 12.096 s, that is 500 samples after the last old one
    assert sink.calls == ["open", "block", "lost", "reopen", "block", "block", "end"]
    assert sink.gaps == [(499, True)]
    assert [block.first_sample for block in sink.blocks] == [0, 549, 574]
    assert [block.gap_estimated for block in sink.blocks] == [False, True, False]
    assert np.array_equal(sink.blocks[1].data_uv, ramp(0, 25).data_uv)
    assert acquisition.n_reconnects == 1


def test_two_reopens_add_up() -> None:
    """Else the second pulled cable throws the clock back to the first."""
    script: list[ScriptLine] = [
        *(ramp(0, 10, host_time_s=1.0), SourceLost("gone")),
        *(ramp(0, 10, host_time_s=2.036), SourceLost("gone again")),
        ramp(7, 10, host_time_s=3.036),
    ]

    sink, acquisition, _ = played(script)

    assert [block.first_sample for block in sink.blocks] == [0, 259, 259 + 10 + 240]
    assert acquisition.n_reconnects == 2
    assert sink.losses == ["gone", "gone again"]


def test_a_reopen_is_never_without_a_gap() -> None:
    """Else samples from before and after a re-open look like one stretch, and are filtered as one."""
    sink, _, _ = played([ramp(0, 50, host_time_s=10.0), SourceLost("gone"), ramp(0, 50, host_time_s=10.0)])

    assert sink.gaps == [(1, True)]
    assert sink.blocks[1].first_sample == 51


def test_a_stream_lost_before_its_first_sample_has_no_gap() -> None:
    """Else the session does not begin at sample 0."""
    sink, _, _ = played([SourceLost("gone"), ramp(3, 5)])

    assert sink.gaps == []
    assert sink.blocks[0].first_sample == 0


def test_three_seconds_of_silence_reopen_the_board() -> None:
    """Else a board that has to be started anew stays silent for ever."""
    sink, acquisition, source = played([ramp(0, 5), *silence(3.1), ramp(0, 5)])

    assert source.n_opens == 2
    assert acquisition.n_reconnects == 1
    assert sink.losses[0].startswith("Nothing came from the board for 3 s")


def test_a_shorter_silence_does_not() -> None:
    """Else every dropout costs the two seconds of an open."""
    sink, _, source = played([ramp(0, 5), *silence(2.9), ramp(5, 5), *silence(2.9), ramp(10, 5)])

    assert source.n_opens == 1
    assert sink.losses == []


def test_an_unpaced_source_is_never_taken_for_dead() -> None:
    """Else a simulation that waits for its listener is opened again from its beginning."""
    _, _, source = played([ramp(0, 5), *silence(20.0), ramp(5, 5)], paced=False)

    assert source.n_opens == 1


def test_a_failing_reopen_is_tried_again() -> None:
    """Else a dongle must be put back within a quarter of a second."""
    opens = [None, SourceUnavailable("no port"), SourceLost("gone while opening"), None]

    sink, acquisition, source = played([ramp(0, 5), SourceLost("gone"), ramp(0, 5)], opens=opens)

    assert source.n_opens == 4
    assert acquisition.n_reconnects == 1
    assert len(sink.blocks) == 2


def test_a_first_open_that_fails_is_the_end_with_its_sentence() -> None:
    """Else somebody who misspells a port waits for ever."""
    sink, _, source = played([ramp(0, 5)], opens=[SourceUnavailable("There is no port X: plug it in.")])

    assert sink.calls == ["end"]
    assert sink.ends == [(EndReason.UNAVAILABLE, "There is no port X: plug it in.")]
    assert source.n_opens == 1


def test_it_gives_up_after_ten_seconds_without_a_sample_reopens_included() -> None:
    """Else `powerhold record` on a dead board never ends."""
    settings = AcquisitionSettings(retry_s=0.0, give_up_s=10.0)

    sink, _, source = played([ramp(0, 5), *silence(60.0)], settings=settings)

    ((reason, message),) = sink.ends
    assert reason is EndReason.LOST
    assert message.startswith("Nothing came from the board for 10 s: check")
    assert source.n_opens == 4
    assert 10.0 <= sink.silences_s[-1] < 10.2


def test_without_such_a_limit_it_goes_on() -> None:
    """Else a session ends because the athlete took a long walk."""
    sink, _, _ = played([ramp(0, 5), *silence(60.0), ramp(0, 5)])

    assert sink.ends == [(EndReason.ENDED, "")]
    assert len(sink.blocks) == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [({"fs_hz": 500.0}, "fs_hz"), ({"n_channels": 8}, "n_channels"), ({"gain": 4.0}, "gain")],
)
def test_another_board_after_a_reopen_ends_the_session(change: dict[str, float], named: str) -> None:
    """Else the second half of a session is measured on another scale, under the first one's calibration."""
    opens = [None, replace(FAKE_INFO, **change)]  # type: ignore[arg-type]

    sink, _, _ = played([ramp(0, 5), SourceLost("gone"), ramp(0, 5)], opens=opens)

    ((reason, message),) = sink.ends
    assert reason is EndReason.FAILED
    assert f"({named} changed)" in message
    assert len(sink.blocks) == 1


@pytest.mark.parametrize("place", ["open", "read", "reopen"])
def test_a_fault_of_a_source_is_reported(place: str) -> None:
    """Else the acquisition thread dies silently and the window shows a session that is none."""
    fault = ZeroDivisionError("driver")
    script: list[ScriptLine] = [ramp(0, 5), SourceLost("gone") if place == "reopen" else fault]

    sink, acquisition, source = played(
        script, opens={"open": [fault], "reopen": [None, fault]}.get(place, ())
    )

    ((reason, message),) = sink.ends
    assert reason is EndReason.FAILED
    assert "ZeroDivisionError('driver')" in message
    assert acquisition.error is fault
    assert source.n_closes >= 1


def test_a_fault_of_the_sink_is_reported_to_it() -> None:
    """Else an error in the signal chain freezes the bars."""

    class FaultySink(RecordingSink):
        def on_block(self, block: SampleBlock) -> None:
            raise KeyError("chain")

    sink = FaultySink()
    acquisition = Acquisition(ScriptedSource([ramp(0, 5), ramp(5, 5)]), sink)
    acquisition.run()

    assert [reason for reason, _ in sink.ends] == [EndReason.FAILED]
    assert isinstance(acquisition.error, KeyError)


def test_silence_is_reported_while_an_open_blocks() -> None:
    """Else the window freezes for the six seconds that a driver waits for a silent board."""
    source, sink = ScriptedSource([ramp(0, 5)]), RecordingSink()
    source.may_open.clear()
    acquisition = Acquisition(source, sink)
    acquisition.start()
    try:
        for _ in range(3):
            assert sink.silent.wait(PATIENCE_S)
            sink.silent.clear()
        assert sink.calls == []
    finally:
        source.may_open.set()
        assert acquisition.join(PATIENCE_S)

    assert sink.calls == ["open", "block", "end"]


def test_a_stop_while_an_open_blocks_closes_what_it_opened() -> None:
    """Else a cancelled start leaves the board streaming, and the next start fails."""
    source, sink = ScriptedSource([ramp(0, 5)]), RecordingSink()
    source.may_open.clear()
    acquisition = Acquisition(source, sink)
    acquisition.start()
    assert sink.silent.wait(PATIENCE_S)
    acquisition.request_stop()
    closes_before = source.n_closes
    source.may_open.set()
    acquisition.stop()

    assert source.n_closes > closes_before
    assert sink.ends == [(EndReason.STOPPED, "")]
    assert "block" not in sink.calls


def test_stop_ends_the_threads_and_may_be_called_twice_and_from_the_sink() -> None:
    """Else the program does not end when its window is closed."""
    stop: list[Callable[[], None]] = []

    class StoppingSink(RecordingSink):
        def on_block(self, block: SampleBlock) -> None:
            super().on_block(block)
            stop[0]()

    sink = StoppingSink()
    acquisition = Acquisition(ScriptedSource([ramp(5 * k, 5) for k in range(100)]), sink)
    stop.append(acquisition.stop)
    acquisition.start()
    assert acquisition.join(PATIENCE_S)
    acquisition.stop()

    assert sink.calls == ["open", "block", "end"]
    assert sink.ends == [(EndReason.STOPPED, "")]
    assert not [thread for thread in threading.enumerate() if thread.name in ("emg-acquisition", "emg-open")]


def test_an_acquisition_that_was_never_started_can_be_stopped() -> None:
    """Else a session that is cancelled before its start hangs."""
    Acquisition(ScriptedSource([]), RecordingSink()).stop()


def test_a_pulled_dongle_comes_back_in_its_place_on_the_real_driver(tmp_path: Path) -> None:
    """Else the whole way from plug to sample number is only ever tried at an athlete."""
    streaming, lost, back = threading.Event(), threading.Event(), threading.Event()

    class WaitingSink(RecordingSink):
        def on_block(self, block: SampleBlock) -> None:
            super().on_block(block)
            if self.gaps:
                back.set()
            elif len(self.blocks) >= 20:
                streaming.set()

        def on_lost(self, message: str) -> None:
            super().on_lost(message)
            lost.set()

    sink = WaitingSink()
    with CytonEmulator(TestSignal(), link=tmp_path / "dongle") as cyton:
        acquisition = Acquisition(BrainFlowSource(find_board("cyton"), port=cyton.port), sink)
        acquisition.start()
        try:
            assert streaming.wait(PATIENCE_S)
            cyton.hang_up()
            assert lost.wait(PATIENCE_S)
            cyton.plug_in()
            assert back.wait(PATIENCE_S)
        finally:
            acquisition.stop()
        srb2 = cyton.srb2

    ((gap, estimated),) = sink.gaps
    first_back = next(block for block in sink.blocks if block.gap_estimated)
    before = sink.blocks[sink.blocks.index(first_back) - 1]
    passed = (first_back.host_time_s - before.host_time_s) * 250.0
    assert estimated
    assert first_back.first_sample == before.end_sample + gap
    assert first_back.end_sample - before.end_sample == pytest.approx(passed, abs=1.0)
    assert srb2 == (False,) * 8
    assert "has vanished" in sink.losses[0]
    assert sink.ends == [(EndReason.STOPPED, "")]


def test_why_it_cannot_be_opened_again_is_told_once() -> None:
    """Else a port that another program has taken meanwhile is waited for without a word."""
    busy = SourceUnavailable("The port is in use by ModemManager.")
    sink, _, _ = played([ramp(0, 5), SourceLost("gone"), ramp(0, 5)], opens=[None, busy, busy, busy, None])

    assert sink.losses == ["gone", "The port is in use by ModemManager."]


def test_all_that_is_told_can_be_said_in_another_language() -> None:
    """Else the sentence on the screen is English, whatever the source had to say."""
    gone, busy = SourceLost(Said("Gone.")), SourceUnavailable(Said("Busy."))
    script: list[ScriptLine] = [ramp(0, 5), gone, ramp(0, 5), *silence(4.0), ramp(0, 5)]
    sink, _, _ = played([*script, EndOfSource(Said("Damaged."))], opens=[None, busy, None, None])
    assert sink.losses[:2] == ["Gone.", "Busy."]
    assert "Nothing came" in sink.losses[2]
    never, _, _ = played([], opens=[SourceUnavailable(Said("No."))])
    broken, _, _ = played([], opens=[ZeroDivisionError("whatever")])
    silent, _, _ = played([ramp(0, 5), *silence(3.0)], settings=replace(QUICK, give_up_s=1.0))
    slow, _, _ = played([ramp(0, 5)], info=replace(FAKE_INFO, nominal_fs_hz=256.0, fs_hz=250.0))

    ends = [message for heard in (sink, never, broken, silent) for _, message in heard.ends]
    assert ends[:2] == ["Damaged.", "No."]
    assert all(isinstance(message, Said) for message in (*sink.losses, *ends, *slow.notices))
    assert len(ends) == 4
    assert slow.notices


def test_a_rate_that_is_not_the_promised_one_is_told() -> None:
    """Else every time in the session is wrong by some per cent, unseen."""
    info = replace(FAKE_INFO, nominal_fs_hz=256.0, fs_hz=250.0)
    sink, _, _ = played([ramp(0, 5)], info=info)
    assert len(sink.notices) == 1
    assert "250.0 samples a second, not the 256" in sink.notices[0]

    slow = [ramp(240 * k, 240, host_time_s=float(k + 1)) for k in range(15)]
    sink, _, _ = played(slow)
    assert len(sink.notices) == 1
    assert "240.0 samples a second and not 250" in sink.notices[0]


def test_the_limit_of_silence_follows_the_stream() -> None:
    """Else a lumpy adapter shows no signal between any two of its lumps."""
    script: list[ScriptLine] = []
    for k in range(20):
        script += [ramp(125 * k, 125), *silence(0.5)]
    _, acquisition, _ = played(script)

    assert acquisition.no_signal_s == pytest.approx(1.5)


def test_what_was_held_back_before_a_loss_does_not_shorten_the_gap() -> None:
    """Else a re-open just after a hesitation dates the rest of the session up to that much too early."""
    script: list[ScriptLine] = [
        *(ramp(25 * k, 25, host_time_s=10.0 + 0.1 * k) for k in range(50)),
        ramp(1250, 25, host_time_s=15.0 + 0.4),
        SourceLost("gone"),
        ramp(0, 25, host_time_s=20.0),
    ]

    sink, _, _ = played(script)

    # at 25 samples each tenth of a second the last sample of second 20.0 is number 2524
    assert abs(sink.blocks[-1].end_sample - 2525) <= 4
