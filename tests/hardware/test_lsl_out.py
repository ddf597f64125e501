"""Claims about what a session publishes on Lab Streaming Layer, read back by real inlets."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emg.activation import Reference, SiteReference
from emg.blocks import FloatArray, SampleBlock, StreamInfo, Unit
from emg.codes import EventKind, Origin
from emg.filters import FilterSettings
from emg.montage import Montage
from emg.pipeline import ChainSettings, Pipeline
from emg.results import Method
from emg.session.events import event_from_json
from emg.stage import Event
from hardware.lsl import LslSource
from hardware.lsl_metadata import activation_columns, read_metadata
from hardware.lsl_out import ACTIVATION, EVENTS, RAW, LslOut, activation_rows
from tests.hardware.lsl_parts import fresh, lsl

__all__ = ["lsl"]

FS_HZ = 250.0
INFO = StreamInfo("cyton", "cyton-test", FS_HZ, FS_HZ, 4, 187_500.0, 65.0, serial="D0001", gain=24.0)
MONTAGE = Montage.of({"glute_left": 2, "ham_left": 3})
REFERENCE = Reference({"glute_left": SiteReference(2.0, 300.0), "ham_left": SiteReference(2.0, 250.0)})
PATIENCE_S = 20.0

pytestmark = pytest.mark.device


def info_with(source_id: str, **changes: Any) -> StreamInfo:
    return replace(INFO, source_id=source_id, **changes)


@contextmanager
def published(info: StreamInfo, problems: list[str] | None = None) -> Iterator[LslOut]:
    heard: list[str] = [] if problems is None else problems
    out = LslOut(info, MONTAGE, "20260101T000000Z-power_position", heard.append)
    try:
        yield out
    finally:
        out.close()


def inlet_of(lsl: Any, source_id: str, kind: str) -> Any:
    found = lsl.resolve_byprop("source_id", f"powerhold-{source_id}-{kind}", timeout=PATIENCE_S)
    inlet = lsl.StreamInlet(found[0], recover=False)
    inlet.open_stream(timeout=PATIENCE_S)
    return inlet


def received(inlet: Any, n: int) -> tuple[FloatArray, FloatArray]:
    rows, stamps_s = inlet.pull_chunk(timeout=PATIENCE_S, max_samples=n, as_numpy=True)
    assert len(stamps_s) == n
    return rows, stamps_s


def signal(n: int, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).normal(0.0, 100.0, (n, 4))


def blocks(lost: Sequence[tuple[int, int]] = ()) -> list[SampleBlock]:
    """Two seconds of samples in pieces of 10, each arriving at its time and up to 3 ms late."""
    data_uv, now_s = signal(500), time.monotonic()
    late_s = np.abs(np.sin(np.arange(50))) * 0.003
    late_s[0] = 0.0
    made = []
    for piece in range(50):
        start = 10 * piece
        if any(first <= start < end for first, end in lost):
            continue
        came_s = now_s + (start + 9) / FS_HZ + late_s[piece]
        made.append(SampleBlock(data_uv[start : start + 10], start, FS_HZ, came_s))
    return made


def test_receivers_get_the_same_numbers_at_the_times_of_the_sample_clock(lsl: Any) -> None:
    """Else a recording of the stream says something else than raw.bdf, or says it at another time."""
    info = info_with(fresh("same"))
    pipeline = Pipeline(info, MONTAGE, ChainSettings(FilterSettings.for_rate(FS_HZ)), REFERENCE)
    cue = Event(123, EventKind.CUE, run="holds#1", detail={"n": 1.5}, origin=Origin.DERIVED)
    early = Event(0, EventKind.SESSION_STARTED)
    levels = []
    with published(info) as out:
        raw, activation, events = (
            inlet_of(lsl, info.source_id, kind) for kind in ("EMG", "EMG-activation", "Markers")
        )
        start_s = lsl.local_clock()
        out.event(replace(early, detail={**early.detail, "text": "of Anna"}))
        for block in blocks():
            ticks = pipeline(block)
            out.block(block)
            out.activations(ticks, ())
            levels.append(activation_rows(ticks))
        out.event(cue)
        rows, stamps_s = received(raw, 500)
        level_rows, level_stamps_s = received(activation, 500)
        texts = [events.pull_sample(timeout=PATIENCE_S) for _ in range(2)]
    np.testing.assert_array_equal(rows, signal(500))
    np.testing.assert_allclose(np.diff(stamps_s), 1.0 / FS_HZ, rtol=0.021)
    assert stamps_s[-1] - stamps_s[0] == pytest.approx(499 / FS_HZ, abs=0.003)
    assert stamps_s[0] == pytest.approx(start_s, abs=1.0)
    np.testing.assert_array_equal(level_rows, np.concatenate(levels))
    np.testing.assert_allclose(level_stamps_s, stamps_s, atol=1e-9)
    assert np.isfinite(level_rows[-1, :5]).all()
    assert [event_from_json(text[0]) for text, _ in texts] == [early, cue]
    assert [stamp_s for _, stamp_s in texts] == pytest.approx([stamps_s[0], stamps_s[123]], abs=1e-9)


def test_lost_samples_are_sent_as_nan_so_that_rows_stay_samples(lsl: Any) -> None:
    """Else a receiver that straightens stamps moves everything around a loss."""
    info = info_with(fresh("lost"))
    pipeline = Pipeline(info, MONTAGE, ChainSettings(FilterSettings.for_rate(FS_HZ)), REFERENCE)
    with published(info) as out:
        raw, activation = (inlet_of(lsl, info.source_id, kind) for kind in ("EMG", "EMG-activation"))
        for block in blocks(lost=[(200, 300)]):
            ticks = pipeline(block)
            out.block(block)
            out.activations(ticks, ())
        rows, stamps_s = received(raw, 500)
        level_rows, level_stamps_s = received(activation, 500)
    np.testing.assert_array_equal(
        np.isnan(rows).all(axis=1), (np.arange(500) >= 200) & (np.arange(500) < 300)
    )
    np.testing.assert_array_equal(
        np.delete(rows, np.s_[200:300], axis=0), np.delete(signal(500), np.s_[200:300], axis=0)
    )
    np.testing.assert_allclose(np.diff(stamps_s), 1.0 / FS_HZ, rtol=0.021)
    np.testing.assert_allclose(level_stamps_s, stamps_s, atol=1e-9)
    assert np.isnan(level_rows[290]).all()


def test_after_a_long_gap_only_the_stamps_jump(lsl: Any) -> None:
    """An hour without a board must not be sent as an hour of nothing."""
    info = info_with(fresh("long"))
    first, *_, last = blocks()
    moved = replace(last, first_sample=1_000_000, host_time_s=first.host_time_s + 999_999 / FS_HZ)
    with published(info) as out:
        raw = inlet_of(lsl, info.source_id, "EMG")
        out.block(first)
        out.block(moved)
        rows, stamps_s = received(raw, 20)
    assert np.isfinite(rows).all()
    assert stamps_s[10] - stamps_s[9] == pytest.approx((1_000_000 - 9) / FS_HZ, rel=1e-4)


def test_the_house_reads_what_it_publishes(lsl: Any) -> None:
    """Two computers with this program: the second shows the board of the first."""
    info = info_with(fresh("chain"))
    source_id = f"powerhold-{info.source_id}-EMG"
    with published(info) as out, sending_blocks(out):
        source = LslSource(source_id)
        try:
            taken = source.open()
        finally:
            source.close()
    assert (taken.fs_hz, taken.n_channels, taken.unit) == (FS_HZ, 4, Unit.MICROVOLT)
    assert (taken.full_scale_uv, taken.bandwidth_hz, taken.gain) == (187_500.0, 65.0, 24.0)
    assert (taken.source_id, taken.serial) == (source_id, "D0001")


@contextmanager
def sending_blocks(out: LslOut) -> Iterator[None]:
    """Publish blocks in real time, as the acquisition thread would."""
    ending = threading.Event()

    def run() -> None:
        start_s, done = time.monotonic(), 0
        while not ending.wait(0.02):
            due = int((time.monotonic() - start_s) * FS_HZ)
            if due > done:
                out.block(SampleBlock(signal(due - done), done, FS_HZ, time.monotonic()))
            done = due

    thread = threading.Thread(target=run, name="emg-publishing")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def test_metadata_say_what_every_column_is_and_who_made_it(lsl: Any) -> None:
    """Else a recording is numbers without a meaning a year later."""
    info = info_with(fresh("meta"))
    with published(info):
        described = {
            kind: inlet_of(lsl, info.source_id, kind).info(timeout=PATIENCE_S)
            for kind in ("EMG", "EMG-activation", "Markers")
        }
    assert [stream.name() for stream in described.values()] == [RAW, ACTIVATION, EVENTS]
    assert [stream.nominal_srate() for stream in described.values()] == [FS_HZ, FS_HZ, 0.0]
    raw = read_metadata(described["EMG"])
    assert raw.labels == ("ch1", "glute_left", "ham_left", "ch4")
    assert (raw.units, raw.types) == (("microvolts",) * 4, ("EMG",) * 4)
    levels = read_metadata(described["EMG-activation"])
    assert levels.labels == (
        "glute_left_uv",
        "glute_left_pct_mvc",
        "ham_left_uv",
        "ham_left_pct_mvc",
        "ratio_left",
        "ratio_right",
        "ratio_left_glute_right_ham",
        "ratio_right_glute_left_ham",
        "glute_left_pct_submax",
        "ham_left_pct_submax",
    )
    assert levels.units[:2] == ("microvolts", "percent")
    for stream in described.values():
        tree = stream.desc()
        assert tree.child_value("manufacturer") == "OpenBCI Cyton"
        assert tree.child("acquisition").child_value("serial_number") == "D0001"
        assert tree.child("amplifier").child_value("gain") == "24.0"
        assert tree.child("session").child_value("id") == "20260101T000000Z-power_position"
        assert tree.child("subject").child_value("id") == "not published"
    second = described["EMG"].desc().child("channels").child("channel").next_sibling("channel")
    assert [second.child_value(what) for what in ("muscle", "side", "number")] == ["glute", "left", "2"]


def test_arbitrary_units_are_never_published_as_microvolts() -> None:
    """A stream in converter counts must not look calibrated."""
    columns = activation_columns(MONTAGE, Unit.ARBITRARY)
    assert columns[0] == ("glute_left_au", "arbitrary")
    assert not any("uv" in name or unit == "microvolts" for name, unit in columns)


def test_what_has_no_reading_is_nan() -> None:
    """Zero would be a muscle at rest."""
    info = replace(INFO, full_scale_uv=1000.0)
    pipeline = Pipeline(info, MONTAGE, ChainSettings(FilterSettings.for_rate(FS_HZ)), REFERENCE)
    data_uv = signal(500)
    data_uv[:, 1] = 0.0  # a cable that is out
    rows = activation_rows(pipeline(SampleBlock(data_uv, 0, FS_HZ, 0.0)))
    assert np.isnan(rows[-1, [0, 1, 4, 5, 6, 7, 8, 9]]).all()
    assert np.isfinite(rows[-1, 2:4]).all()


def test_a_percentage_of_the_bridge_is_never_sent_as_one_of_a_maximum() -> None:
    """Else another program draws 80 % of a light effort as 80 % of all there is."""
    submax = replace(REFERENCE.sites["ham_left"], method=Method.SUBMAX)
    reference = Reference({**REFERENCE.sites, "ham_left": submax})
    pipeline = Pipeline(INFO, MONTAGE, ChainSettings(FilterSettings.for_rate(FS_HZ)), reference)
    ticks = pipeline(SampleBlock(signal(500), 0, FS_HZ, 0.0))
    last = dict(
        zip(
            (name for name, _ in activation_columns(MONTAGE, Unit.MICROVOLT)),
            activation_rows(ticks)[-1],
            strict=True,
        )
    )
    assert np.isnan([last["ham_left_pct_mvc"], last["glute_left_pct_submax"], last["ratio_left"]]).all()
    assert last["ham_left_pct_submax"] == ticks.pct_mvc[-1, 1]
    assert last["glute_left_pct_mvc"] == ticks.pct_mvc[-1, 0]


def test_a_failure_is_told_once_and_reaches_nobody_else(lsl: Any) -> None:
    """Publishing is an extra; the session must not end with it."""
    problems: list[str] = []
    info = info_with(fresh("broken"))
    good, also_good, *_ = blocks()
    with published(info, problems) as out:
        out.block(good)
        out.block(replace(also_good, data_uv=signal(10)[:, :3]))
        assert lsl.resolve_byprop("source_id", f"powerhold-{info.source_id}-EMG", timeout=0.5) == []
        out.block(also_good)
        out.event(Event(3, EventKind.CUE))
    (problem,) = problems
    assert "the session itself goes on" in problem


def test_closing_takes_the_streams_out_of_the_network(lsl: Any) -> None:
    """Nothing may go on publishing when the sentence on the screen is gone."""
    info = info_with(fresh("closing"))
    with published(info) as out:
        assert inlet_of(lsl, info.source_id, "EMG") is not None
        out.close()
        out.close()
        assert lsl.resolve_byprop("source_id", f"powerhold-{info.source_id}-EMG", timeout=0.5) == []


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone lists a process's sockets as files")
def test_unless_the_user_has_decided_otherwise_only_this_computer_is_heard(lsl: Any, tmp_path: Any) -> None:
    """The signal is private: other computers' questions for streams must not even arrive."""
    program = """
import os
import sys
from pathlib import Path
from emg.blocks import StreamInfo
from emg.montage import Montage
from hardware.lsl_out import LslOut

assert "pylsl" not in sys.modules, "nothing of it is loaded before it is asked for"
info = StreamInfo("cyton", "cyton", 250.0, 250.0, 4, 187_500.0, 65.0)
out = LslOut(info, Montage.of({"glute_left": 2}), "test", print)
mine = {os.readlink(fd) for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink() and fd.exists()}
for table in ("udp", "udp6"):
    for line in Path("/proc/self/net", table).read_text().splitlines()[1:]:
        cells = line.split()
        address, port = cells[1].split(":")
        if int(port, 16) == 16571 and f"socket:[{cells[9]}]" in mine:
            print(address)
"""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert set(done.stdout.split()) == {"0100007F"}
    assert done.stderr == ""
