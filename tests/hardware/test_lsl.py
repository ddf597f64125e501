"""Claims about reading a Lab Streaming Layer stream, with real outlets on this machine."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from emg.blocks import DIGITAL_MAX_24BIT, SampleBlock, SourceLost, SourceUnavailable, StreamInfo, Unit
from hardware import lsl as lsl_module
from hardware.acquisition import Acquisition
from hardware.board import CYTON_FULL_SCALE_UV
from hardware.lsl import LslSource
from hardware.lsl_library import load_pylsl, users_config
from hardware.lsl_metadata import read_metadata
from hardware.lsl_stream import Columns, check_one, choose, stream_info
from tests.fakes import RecordingSink
from tests.hardware.lsl_parts import Sender, fresh, lsl, sending

pytestmark = pytest.mark.device

__all__ = ["lsl"]

PATIENCE_S = 30.0


@contextmanager
def opened(source: LslSource) -> Iterator[StreamInfo]:
    try:
        yield source.open()
    finally:
        source.close()


def read_until(source: LslSource, enough: Callable[[list[SampleBlock]], bool]) -> list[SampleBlock]:
    blocks: list[SampleBlock] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while not enough(blocks):
        assert time.monotonic() < deadline_s, "the stream does not give what was sent"
        block = source.read(0.05)
        if block is not None:
            blocks.append(block)
    return blocks


def read_samples(source: LslSource, n: int) -> list[SampleBlock]:
    return read_until(source, lambda blocks: sum(block.n_samples for block in blocks) >= n)


def said(
    lsl: Any, *, form: str = "float32", name: str = "EMG box", kind: str = "EMG", **described: Any
) -> Any:
    """Make the description of a stream that is nowhere: channels as (label, unit, type)."""
    channels = described.get("channels", [("", "microvolts", "")])
    info = lsl.StreamInfo(name, kind, len(channels), 1000.0, form, described.get("source_id", "box-1"))
    tree = info.desc().append_child("channels")
    for label, unit, channel_kind in channels:
        channel = tree.append_child("channel")
        for what, value in (("label", label), ("unit", unit), ("type", channel_kind)):
            channel.append_child_value(what, value)
    amplifier = info.desc().append_child("amplifier")
    for what in ("full_scale", "bandwidth", "gain"):
        if what in described:
            amplifier.append_child_value(what, described[what])
    return info


def info_of(description: Any, seen: list[list[float]], *, counts: bool = False) -> StreamInfo:
    metadata = read_metadata(description)
    columns = Columns.of(metadata)
    return stream_info(description, metadata, columns, 1000.0, np.array(seen), counts=counts)


def test_every_sample_arrives_with_its_own_number_and_losses_are_exact(lsl: Any) -> None:
    """Else what a researcher streams is not what the athlete is scored on."""
    lost = frozenset(
        n for start, length in ((600, 1), (660, 7), (720, 300)) for n in range(start, start + length)
    )
    name = fresh("steady")
    source = LslSource(name)
    with sending(lsl, name, unit="millivolts", lost=lost, n_channels=3), opened(source) as info:
        blocks = read_until(source, lambda got: bool(got) and got[-1].data_uv[-1, 0] > 1_100_000.0)
    assert info.board == "lsl"
    assert info.source_id == f"id of {name}"
    assert (info.fs_hz, info.nominal_fs_hz, info.n_channels, info.unit) == (250.0, 250.0, 3, Unit.MICROVOLT)
    assert blocks[0].first_sample == 0
    true = np.concatenate([block.data_uv[:, 0] for block in blocks]) / 1000.0
    numbers = np.concatenate([np.arange(block.first_sample, block.end_sample) for block in blocks])
    np.testing.assert_array_equal(true - true[0], numbers)
    assert set(np.arange(true[0], true[-1] + 1.0).astype(int)) - set(true.astype(int)) == lost & set(
        range(int(true[0]), int(true[-1]) + 1)
    )
    after_gap = {int(block.data_uv[0, 0] / 1000.0) for block in blocks if block.gap_estimated}
    assert after_gap == {n for n in (601, 667, 1020) if n > true[0]}
    np.testing.assert_array_equal(blocks[0].data_uv[:, 2] - blocks[0].data_uv[:, 0], 2e6)
    came_s = [block.host_time_s for block in blocks]
    assert came_s == sorted(came_s)


def test_a_sender_that_ends_and_comes_back_goes_on_as_the_same_session(lsl: Any) -> None:
    """Else a researcher's restart of one program ends the session of the other."""
    name = fresh("restart")
    sink = RecordingSink()
    sender = Sender(lsl, name)
    acquisition = Acquisition(LslSource(name), sink)
    acquisition.start()
    try:
        _wait(lambda: len(sink.blocks) > 5)
        sender.close()
        _wait(lambda: bool(sink.losses))
        sender = Sender(lsl, name)
        _wait(lambda: "reopen" in sink.calls and sink.calls[-1] == "block")
    finally:
        acquisition.stop()
        sender.close()
    assert "closed by its sender" in sink.losses[0]
    assert len(sink.infos) == 1
    (gap, estimated) = sink.gaps[0]
    assert estimated
    behind = next(n for n, block in enumerate(sink.blocks) if block.gap_estimated)
    before, after = sink.blocks[behind - 1], sink.blocks[behind]
    assert after.first_sample - before.end_sample == gap
    apart_s = after.host_time_s - before.host_time_s - (after.n_samples - 1) / 250.0
    assert gap / 250.0 == pytest.approx(apart_s, abs=0.01)


def test_a_rate_that_is_not_said_is_measured_and_sent_bursts_lose_nothing(lsl: Any) -> None:
    """Else an irregular stream has no time, or every burst is a loss."""
    name = fresh("irregular")
    source = LslSource(name)
    how = {"promised_hz": 0.0, "unit": "", "stamp": lambda measured_s, sent_s: sent_s + 1e6, "piece_s": 0.03}
    with sending(lsl, name, fs_hz=400.0, **how), opened(source) as info:
        opened_s = time.monotonic()
        blocks = read_samples(source, 400)
        assert opened_s - 1.0 < blocks[-1].host_time_s <= time.monotonic()
    assert info.fs_hz == pytest.approx(400.0, rel=0.02)
    assert info.unit is Unit.ARBITRARY
    assert info.full_scale_uv >= 400.0 * 1024.0
    true = np.concatenate([block.data_uv[:, 0] for block in blocks])
    numbers = np.concatenate([np.arange(block.first_sample, block.end_sample) for block in blocks])
    np.testing.assert_array_equal(np.diff(true), 1.0)
    assert numbers[-1] - numbers[0] == pytest.approx(true[-1] - true[0], abs=0.1 * len(true))


def test_a_clock_that_jumps_is_a_lost_stream_and_no_hour_of_lost_samples(lsl: Any) -> None:
    """A computer whose clock is set must not fill the record with what never was."""
    name = fresh("jump")
    jumped = {"by_s": 0.0}
    source = LslSource(name)
    with (
        sending(lsl, name, stamp=lambda measured_s, sent_s: measured_s + jumped["by_s"]),
        opened(source),
    ):
        read_samples(source, 50)
        jumped["by_s"] = 3600.0
        with pytest.raises(SourceLost, match="clock"):
            read_until(source, lambda blocks: False)


def test_a_stream_that_sends_nothing_is_said_so(lsl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the session waits before empty bars, and nobody knows for what."""
    monkeypatch.setattr(lsl_module, "FIRST_SAMPLE_S", 0.2)
    name = fresh("mute")
    outlet = lsl.StreamOutlet(lsl.StreamInfo(name, "EMG", 1, 250.0, "float32", name))
    with pytest.raises(SourceUnavailable, match=f"'{name}' is there but sends nothing"):
        LslSource(name).open()
    del outlet


def test_a_stream_that_falls_silent_gives_nothing_and_then_goes_on(lsl: Any) -> None:
    """Silence is what the acquisition watches for; it must not look like an end."""
    name = fresh("silent")
    source = LslSource(name)
    with sending(lsl, name) as sender, opened(source):
        read_samples(source, 20)
        sender.pause()
        deadline_s = time.monotonic() + PATIENCE_S
        while source.read(0.1) is not None:
            assert time.monotonic() < deadline_s
        sender.resume()
        assert read_samples(source, 20)[0].n_samples > 0


def test_a_stream_that_is_not_there_is_said_with_those_that_are(
    lsl: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a slip in the name costs the researcher an hour."""
    monkeypatch.setattr(lsl_module, "RESOLVE_ROUNDS", 1)
    name = fresh("other")
    with sending(lsl, name), pytest.raises(SourceUnavailable, match=name):
        LslSource(fresh("missing")).open()


def test_name_goes_before_type_and_type_before_source_id(lsl: Any) -> None:
    """Else the stream that was asked for is not the one that is shown."""
    by_name = said(lsl, name="EEG", kind="EMG")
    by_type = said(lsl, name="cap", kind="EEG")
    by_id = said(lsl, name="box", kind="ACC", source_id="eeg-7")
    streams = [by_type, by_id, by_name]
    assert choose(streams, "eeg") == [by_name]
    assert choose(streams[:2], "EEG") == [by_type]
    assert choose(streams, "EEG-7") == [by_id]
    assert choose(streams, "") == [by_name]
    assert choose(streams, "nothing") == []


def test_of_several_streams_none_is_taken(lsl: Any) -> None:
    """Else it is chance whose muscles are on the screen."""
    streams = [said(lsl, name="left box", source_id="a1"), said(lsl, name="right box", source_id="")]
    with pytest.raises(
        SourceUnavailable, match=r"left box .*source id a1.*right box .*source id none"
    ) as told:
        check_one(choose(streams, ""), streams, "")
    assert "--port" in str(told.value)
    with pytest.raises(SourceUnavailable, match="No other"):
        check_one([], [], "box")


def test_a_stream_of_text_is_refused(lsl: Any) -> None:
    """Markers have no samples."""
    name = fresh("text")
    outlet = lsl.StreamOutlet(lsl.StreamInfo(name, "Markers", 1, 0.0, "string", name))
    with pytest.raises(SourceUnavailable, match="text"):
        LslSource(name).open()
    del outlet


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("microvolts", 1.0),
        ("uV", 1.0),
        ("µV", 1.0),
        ("μV", 1.0),
        ("mV", 1e3),
        ("Millivolts", 1e3),
        ("V", 1e6),
    ],
)
def test_volts_of_every_size_become_microvolts(lsl: Any, unit: str, factor: float) -> None:
    """Else the same muscle is a thousand times weaker on another computer."""
    columns = Columns.of(read_metadata(said(lsl, channels=[("a", unit, "EMG")])))
    assert (columns.unit, columns.factor.tolist()) == (Unit.MICROVOLT, [factor])


@pytest.mark.parametrize("units", [("", ""), ("counts", "counts"), ("uV", ""), ("uV", "g")])
def test_what_is_not_said_to_be_volts_is_arbitrary(lsl: Any, units: tuple[str, str]) -> None:
    """Microvolts are never guessed."""
    columns = Columns.of(read_metadata(said(lsl, channels=[("a", units[0], ""), ("b", units[1], "")])))
    assert columns.unit is Unit.ARBITRARY
    assert columns.factor.tolist() == [1.0, 1.0]


def test_channels_that_are_said_to_be_something_else_are_no_emg(lsl: Any) -> None:
    """Else acceleration is shown as muscle."""
    description = said(
        lsl, channels=[("x", "g", "ACC"), ("a", "uV", "EMG"), ("t", "", "TRIG"), ("b", "mV", "emg")]
    )
    columns = Columns.of(read_metadata(description))
    assert (columns.emg, columns.aux) == ([1, 3], [0, 2])
    info = info_of(description, [[2.0, 5.0, 1.0, 0.005]])
    assert info.n_channels == 2
    assert [(aux.label, aux.unit) for aux in info.aux] == [("AUX CH1", "g"), ("AUX CH3", "")]


def test_full_scale_is_the_senders_or_a_safe_one_and_never_less_than_was_seen(lsl: Any) -> None:
    """Else strong contractions are cut off, or weak ones rounded away."""
    assert info_of(said(lsl), [[20.0]]).full_scale_uv == CYTON_FULL_SCALE_UV
    assert info_of(said(lsl, full_scale="4000"), [[20.0]]).full_scale_uv == 4000.0
    assert info_of(said(lsl, full_scale="2", channels=[("", "mV", "")]), [[1.0]]).full_scale_uv == 2000.0
    assert info_of(said(lsl, full_scale="10"), [[-35.0]]).full_scale_uv == 40.0
    assert info_of(said(lsl, full_scale="nan"), [[float("nan")]]).full_scale_uv == CYTON_FULL_SCALE_UV
    assert info_of(said(lsl, bandwidth="65", gain="24"), [[1.0]]).bandwidth_hz == 65.0
    assert info_of(said(lsl, bandwidth="9000"), [[1.0]]).bandwidth_hz == 500.0


def test_whole_numbers_in_an_arbitrary_unit_stay_exact(lsl: Any) -> None:
    """A 24-bit record of a converter's counts must give them back."""
    bare = said(lsl, form="int16", channels=[("", "", "")])
    info = info_of(bare, [[30_000.0]], counts=True)
    assert info.full_scale_uv == DIGITAL_MAX_24BIT
    counts = np.arange(-32_768.0, 32_768.0)
    np.testing.assert_array_equal(info.scale.decode(info.scale.encode(counts)), counts)
    small = info_of(said(lsl, channels=[("", "", "")]), [[3e-6]])
    assert 3e-6 * 512 < small.full_scale_uv < 3e-6 * 4096


def test_without_pylsl_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lab Streaming Layer is an extra; the rest of the house works without it."""
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(SourceUnavailable, match=r"pip install pylsl"):
        load_pylsl.__wrapped__()


def test_the_users_own_configuration_is_found(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has opened LSL to the network of a laboratory has done so on purpose."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LSLAPICFG", str(tmp_path / "missing.cfg"))
    before = users_config()
    own = tmp_path / "lsl_api" / "lsl_api.cfg"
    own.parent.mkdir()
    own.write_text("[multicast]\n", encoding="utf-8")
    assert before != own
    assert users_config() == own


def _wait(happened: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not happened():
        assert time.monotonic() < deadline_s, "it did not happen"
        pause.wait(0.02)
