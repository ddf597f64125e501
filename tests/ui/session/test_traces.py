"""Columns of the last ten seconds, from blocks on one thread to pictures on another."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.activation import Activations
from emg.blocks import FloatArray, SampleBlock, Signal, StreamInfo, Unit
from emg.codes import CommandKind, EventKind
from emg.input_events import command_event, montage_event
from emg.montage import FOUR_SITES, Montage
from emg.stage import Command, Event
from tests.emg.session.parts import stream
from ui.session.traces import NO_TRACES, TraceMark, Traces, TraceView, scale_step

FS_HZ = 250.0
OFFSETS_UV = np.array([5_000.0, -20_000.0, 0.0, 900.0])


def opened(info: StreamInfo | None = None, montage: Montage = FOUR_SITES) -> Traces:
    traces = Traces()
    traces.opened(info or stream(), montage)
    return traces


def block(data_uv: FloatArray, first: int = 0) -> SampleBlock:
    return SampleBlock(data_uv, first, FS_HZ, 0.0)


def ticks(rms_uv: FloatArray, first: int = 0, sites: tuple[str, ...] = FOUR_SITES.names) -> Activations:
    """One tick a sample, with this envelope and nothing else."""
    nothing = np.zeros_like(rms_uv)
    return Activations(
        fs_hz=FS_HZ,
        spacing=1,
        sites=sites,
        samples=np.arange(first, first + len(rms_uv)),
        sample_uv=nothing,
        power_uv2=nothing,
        rms_uv=rms_uv,
        slow_uv=nothing,
        short_uv=nothing,
        pct_mvc=nothing,
        slow_pct=nothing,
        verdicts=np.zeros(rms_uv.shape, dtype=np.int8),
        lost=np.zeros(len(rms_uv), dtype=np.int64),
        ratios={},
    )


def noise(n_samples: int, seed: int = 1, level_uv: float = 50.0) -> FloatArray:
    sent: FloatArray = np.random.default_rng(seed).normal(0.0, level_uv, (n_samples, 4)) + OFFSETS_UV
    return sent


def feed(traces: Traces, data_uv: FloatArray, first: int = 0) -> TraceView:
    """Give samples, and an envelope of their number in the session."""
    traces.block(block(data_uv, first))
    level = np.arange(first, first + len(data_uv), dtype=np.float64)
    traces.activations(ticks(np.repeat(level[:, None], 4, axis=1), first), ())
    return traces.snapshot()


def same(one: TraceView, other: TraceView) -> bool:
    arrays = ((one.low, other.low), (one.high, other.high), (one.rms, other.rms))
    return one.end == other.end and all(np.array_equal(a, b, equal_nan=True) for a, b in arrays)


@given(
    cuts=st.lists(st.integers(1, 2_999), max_size=25),
    gap=st.integers(0, 400),
    gap_at=st.integers(1, 2_998),
)
def test_any_cut_of_the_blocks_gives_the_same_columns(cuts: list[int], gap: int, gap_at: int) -> None:
    """Else the picture depends on how the radio happens to pack its samples."""
    data_uv = noise(3_000)
    whole, cut = opened(), opened()
    for first, end in ((0, gap_at), (gap_at, 3_000)):
        feed(whole, data_uv[first:end], first + (gap if first else 0))
    edges = sorted({0, 3_000, gap_at, *cuts})
    for first, end in pairwise(edges):
        feed(cut, data_uv[first:end], first + (gap if first >= gap_at else 0))
    assert same(whole.snapshot(), cut.snapshot())


@pytest.mark.parametrize("fs_hz", [50.0, 200.0, 250.0, 1000.0, 2000.0, 16_000.0])
def test_ten_seconds_are_some_twelve_hundred_columns_at_every_rate(fs_hz: float) -> None:
    """Else 2,000 Hz costs eight times the paint of 250 Hz, or an envelope board shows holes."""
    view = opened(stream(fs_hz)).snapshot()
    assert view.n_columns * view.spacing / fs_hz == pytest.approx(10.0, abs=0.1)
    assert view.n_columns <= 1_260
    assert view.n_columns >= min(10 * fs_hz, 900)


def test_a_column_has_the_least_and_the_greatest_of_its_samples() -> None:
    """Else a spike between two points vanishes from the picture."""
    data_uv = np.zeros((40, 4))
    data_uv[20] = 7.0
    data_uv[25] = -9.0
    traces = opened(replace(stream(2000.0), signal=Signal.ENVELOPE))
    feed(traces, data_uv)
    view = traces.snapshot()
    assert view.spacing == 17
    assert view.high[:2, 0].tolist() == [0.0, 7.0]
    assert view.low[:2, 0].tolist() == [0.0, -9.0]


def test_the_offset_of_the_electrode_is_taken_away_and_the_signal_kept() -> None:
    """Else every trace lies outside its lane, or EMG is flattened with its offset."""
    view = feed(opened(), noise(2_500))
    reach = np.maximum(np.abs(view.low), np.abs(view.high))
    middle = (view.low + view.high) / 2.0
    assert np.abs(np.median(middle, axis=0)).max() < 10.0
    assert np.allclose(np.median(reach, axis=0), 55.0, atol=15.0)


def test_an_offset_that_jumps_is_gone_within_two_seconds() -> None:
    """Else a lane is empty for half a minute after an electrode is pressed on."""
    data_uv = noise(2_500)
    data_uv[1_250:] += 20_000.0
    view = feed(opened(), data_uv)
    assert np.abs(view.low[(1_250 + 500) // 2 :]).max() < 300.0


def test_an_envelope_keeps_its_level() -> None:
    """Else an envelope board's traces, which are all level, sink to zero."""
    view = feed(opened(replace(stream(), signal=Signal.ENVELOPE)), np.full((500, 4), 80.0))
    assert not view.centred
    assert view.low[0, 0] == view.high[200, 0] == 80.0


def test_lost_samples_leave_a_gap_and_not_a_line() -> None:
    """Else a cable pull looks like a quiet muscle."""
    traces = opened()
    feed(traces, noise(500))
    view = feed(traces, noise(500), first=601)
    lost = np.isnan(view.low[:, 0])
    assert lost[250:301].all()
    assert not lost[:250].any()
    assert not lost[301:550].any()
    assert np.array_equal(lost, np.isnan(view.high[:, 3]))


@pytest.mark.parametrize(("n_lost", "columns"), [(1, [50]), (2, [50, 51]), (3, [50, 51])])
def test_one_lost_sample_is_a_gap_of_one_column(n_lost: int, columns: list[int]) -> None:
    """Else a packet that is lost now and then is never seen, or what is left over is put to what follows."""
    traces = opened()
    feed(traces, noise(101))
    view = feed(traces, noise(100), first=101 + n_lost)
    assert np.flatnonzero(np.isnan(view.low[:100, 0])).tolist() == columns


def test_a_gap_longer_than_the_window_leaves_nothing_of_before() -> None:
    """Else the trace of before a long pause stands beside that of now, as if ten seconds old."""
    traces = opened()
    feed(traces, noise(2_500))
    view = feed(traces, noise(500), first=60_000)
    assert np.isfinite(view.low[:, 0]).sum() == 250


def test_what_is_shown_has_its_envelope() -> None:
    """Else a column is painted before its envelope came, and keeps that of ten seconds ago."""
    traces = opened()
    feed(traces, noise(500))
    traces.block(block(noise(20), 500))
    assert traces.snapshot().end == 250
    traces.activations(ticks(np.full((20, 4), 3.0), 500), ())
    view = traces.snapshot()
    assert view.end == 260
    assert view.rms[259, 0] == 3.0


def test_the_envelope_of_a_column_is_that_of_its_last_tick() -> None:
    """Else the envelope is drawn ahead of the signal."""
    view = feed(opened(), noise(100))
    assert view.rms[:3, 1].tolist() == [1.0, 3.0, 5.0]


def test_after_a_mended_map_each_lane_shows_its_own_muscle() -> None:
    """Else the therapist watches the left glute under the name of the right one."""
    mended = {"glute_left": 3, "ham_left": 2, "glute_right": 1, "ham_right": 4}
    traces = opened()
    data_uv = np.tile([10.0, 20.0, 30.0, 40.0], (400, 1)) * np.where(np.arange(400) % 2, 1.0, -1.0)[:, None]
    before = feed(traces, data_uv)
    traces.event(montage_event(400, mended))
    after = feed(traces, data_uv, 400)
    assert after.version != before.version
    for row in (100, 300):
        reach = (after.high[row] - after.low[row]) / 2.0
        assert reach.tolist() == pytest.approx([30.0, 20.0, 10.0, 40.0])


def test_a_channel_that_was_not_followed_begins_empty() -> None:
    """Else a lane shows the past of another lead as its own."""
    traces = opened(stream(n_channels=8))
    data_uv = np.tile(np.arange(1.0, 9.0), (400, 1)) * np.where(np.arange(400) % 2, 1.0, -1.0)[:, None]
    feed(traces, data_uv)
    traces.event(montage_event(400, {"glute_left": 7, "ham_left": 2, "glute_right": 3, "ham_right": 4}))
    view = feed(traces, data_uv, 400)
    assert np.isnan(view.low[:200, 0]).all()
    assert not np.isnan(view.low[:200, 1]).any()
    assert view.high[399, 0] - view.low[399, 0] == pytest.approx(14.0)


def test_a_lane_grows_at_once_and_shrinks_only_when_it_is_nearly_empty() -> None:
    """Else the scale jumps with every hold and no height can be read, or a strong hold is cut off."""
    traces = opened()
    assert feed(traces, noise(2_500, level_uv=5.0)).scale == (50.0,) * 4
    assert feed(traces, noise(2_500, level_uv=60.0), 2_500).scale == (200.0,) * 4
    assert feed(traces, noise(2_500, level_uv=25.0), 5_000).scale == (200.0,) * 4
    assert feed(traces, noise(2_500, level_uv=10.0), 7_500).scale == (50.0,) * 4


@pytest.mark.parametrize(("level", "step"), [(50.0, 50.0), (50.1, 100.0), (0.03, 0.05), (1_001.0, 2_000.0)])
def test_scales_are_round_numbers(level: float, step: float) -> None:
    """Else "± 137.2 µV" must be worked out by somebody with half a second."""
    assert scale_step(level) == pytest.approx(step)


def test_arbitrary_units_are_no_microvolts() -> None:
    """Else a board's own numbers get a floor in microvolts, and a flat line."""
    view = feed(opened(stream(unit=Unit.ARBITRARY)), noise(500, level_uv=0.001))
    assert view.unit is Unit.ARBITRARY
    assert max(view.scale) < 0.011


def test_marks_are_kept_while_they_are_in_the_window_and_notes_for_the_session() -> None:
    """Else the line of a cue stays on the sweep for ever, or a note cannot be seen to be kept."""
    traces = opened()
    feed(traces, noise(500))
    traces.event(Event(100, EventKind.CUE))
    traces.event(Event(120, EventKind.REST))
    traces.event(command_event(Command(CommandKind.MARK, sample=200, value=3), 210))
    traces.event(command_event(Command(CommandKind.NOTE, sample=None, text="hip out"), 300))
    traces.event(command_event(Command(CommandKind.NEXT, sample=310), 312))
    view = traces.snapshot()
    written = (TraceMark(200, "mark", "3"), TraceMark(300, "note", "hip out"))
    assert view.marks == (TraceMark(100, "cue"), *written)
    assert view.notes == written
    later = feed(traces, noise(2_300), 500)
    assert later.marks == (TraceMark(300, "note", "hip out"),)
    assert later.notes == written


def test_a_snapshot_does_not_change_and_cannot_be_changed() -> None:
    """Else the picture is torn between two blocks."""
    traces = opened()
    view = feed(traces, noise(500))
    before = view.low.copy()
    feed(traces, noise(2_500), 500)
    assert np.array_equal(view.low, before, equal_nan=True)
    with pytest.raises(ValueError, match="read-only"):
        view.rms[0, 0] = 1.0


def test_before_a_stream_there_is_nothing_to_draw() -> None:
    """Else the page fails while the board is still being opened, or in a practice without electrodes."""
    traces = Traces()
    traces.block(block(noise(10)))
    traces.activations(ticks(np.zeros((10, 4))), ())
    assert traces.snapshot() is NO_TRACES


def test_a_reader_on_another_thread_never_sees_half_a_block() -> None:
    """Else columns of now and of ten seconds ago are drawn side by side."""
    traces, torn = opened(), []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            view = traces.snapshot()
            known = view.rms[: view.end, 0] if view.end < view.n_columns else view.rms[:0, 0]
            if len(known) and not np.array_equal(known, 2.0 * np.arange(len(known)) + 1.0):
                torn.append(view.end)

    reader = threading.Thread(target=read)
    reader.start()
    for first in range(0, 2_400, 5):
        feed(traces, np.zeros((5, 4)), first)
    over.set()
    reader.join()
    assert not torn
