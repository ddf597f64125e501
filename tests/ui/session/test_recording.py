"""A recording is as long as asked, sample by sample, and says what was lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emg.blocks import SampleBlock, Source, SourceLost, SourceUnavailable
from emg.codes import EventKind
from emg.montage import FOUR_SITES, Montage
from emg.session.bundle import read_events, read_samples, read_session
from tests.fakes import FAKE_INFO, ScriptedSource, ScriptLine, ramp
from ui.session.recording import Recording, RecordingEnd, RecordingPlan

LIMIT_S = 120.0


def record(
    script: Sequence[ScriptLine] | Source,
    parent: Path,
    *,
    seconds: float = 1.0,
    montage: Montage | None = None,
    progress: list[float] | None = None,
) -> RecordingEnd:
    source = ScriptedSource(script, paced=False) if isinstance(script, Sequence) else script
    plan = RecordingPlan(source, seconds, parent, montage)
    recording = Recording(plan, ([] if progress is None else progress).append)
    recording.start()
    end = recording.wait(LIMIT_S)
    assert end is not None
    return end


def steps(blocks: Sequence[SampleBlock]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Values as raw.bdf carries them."""
    data_uv = np.concatenate([block.data_uv for block in blocks])
    return FAKE_INFO.scale.decode(FAKE_INFO.scale.encode(data_uv))


@pytest.mark.parametrize("n", [1, 7, 25, 400])
def test_a_recording_has_just_the_samples_asked_for(tmp_path: Path, n: int) -> None:
    """Else a second has 260 samples, or 240, and every rate that is computed from it is wrong."""
    blocks = [ramp(first, n) for first in range(0, 600, n)]
    progress: list[float] = []
    end = record(blocks, tmp_path, progress=progress)

    assert (end.message, end.exit_code) == ("", 0)
    folder = Path(end.report["path"])
    assert end.report == {
        "path": str(folder),
        "board": "fake",
        "fs_hz": 250.0,
        "samples": 250,
        "lost_samples": 0,
        "gaps": [],
        "reconnects": 0,
        "duration_s": 1.0,
    }
    assert {path.name for path in folder.iterdir()} == {"session.json", "raw.bdf", "events.jsonl"}
    _, found = read_samples(folder)
    assert np.array_equal(steps(list(found)), steps(blocks)[:250])
    assert (progress[-1], progress == sorted(progress)) == (1.0, True)


def test_lost_samples_count_once_data_is_back(tmp_path: Path) -> None:
    """Else a recording with gaps is longer than the time it stands for."""
    blocks = [ramp(0, 100), ramp(130, 20), replace(ramp(160, 200), gap_estimated=True)]
    end = record(blocks, tmp_path)

    assert (end.report["samples"], end.report["lost_samples"]) == (210, 40)
    gaps = [
        {"first_sample": 100, "n_lost": 30, "estimated": False},
        {"first_sample": 150, "n_lost": 10, "estimated": True},
    ]
    assert end.report["gaps"] == gaps
    folder = Path(end.report["path"])
    assert [dict(event.detail) for event in read_events(folder) if event.kind is EventKind.GAP] == gaps
    assert read_session(folder).lost_samples == 40
    _, found = read_samples(folder)
    assert [(block.first_sample, block.n_samples) for block in found] == [(0, 100), (130, 20), (160, 90)]


@pytest.mark.parametrize("back", [250, 300, 9999])
def test_a_gap_over_the_end_is_lost_to_the_end_and_no_further(tmp_path: Path, back: int) -> None:
    """Else an hour without the board is added to a recording of one second."""
    end = record([ramp(0, 100), ramp(back, 50)], tmp_path)

    assert (end.report["samples"], end.report["lost_samples"], end.report["duration_s"]) == (100, 150, 1.0)
    assert [gap["n_lost"] for gap in end.report["gaps"]] == [150]


def test_what_is_not_a_number_is_lost(tmp_path: Path) -> None:
    """Else a NaN of the driver becomes a sample that never was."""
    block = ramp(0, 300)
    block.data_uv[40:60, 2] = np.nan
    end = record([block], tmp_path)

    assert (end.report["samples"], end.report["lost_samples"]) == (230, 20)
    assert end.report["gaps"] == [{"first_sample": 40, "n_lost": 20, "estimated": False}]


def test_a_reopen_is_counted_and_its_gap_is_an_estimate(tmp_path: Path) -> None:
    """Else a recording looks whole although the board was away."""
    back = replace(ramp(0, 500), host_time_s=99 / 250 + 0.1 + 500 / 250)
    end = record([ramp(0, 100), SourceLost("gone"), back], tmp_path)

    assert end.report["reconnects"] == 1
    (gap,) = end.report["gaps"]
    assert (gap["first_sample"], gap["estimated"]) == (100, True)
    assert end.report["samples"] + end.report["lost_samples"] == 250
    kinds = [event.kind for event in read_events(Path(end.report["path"]))]
    assert kinds == [EventKind.REOPENED, EventKind.GAP]


def test_a_source_that_ends_early_keeps_what_there_was(tmp_path: Path) -> None:
    """Else a short file cannot be recorded at all."""
    end = record([ramp(0, 100)], tmp_path)
    assert (end.report["samples"], end.report["duration_s"], end.exit_code) == (100, 0.4, 0)


def test_the_channels_are_named_after_their_muscles(tmp_path: Path) -> None:
    """Else nobody knows later which column was the glute."""
    end = record([ramp(0, 300)], tmp_path, montage=FOUR_SITES)
    record_json = read_session(Path(end.report["path"]))
    assert record_json.channel_names == FOUR_SITES.names
    assert (record_json.kind, record_json.athlete, record_json.complete) == ("recording", "unknown", True)


@pytest.mark.parametrize(
    ("script", "montage", "exit_code"),
    [
        (ScriptedSource([], opens=[SourceUnavailable("No such port: look again.")]), None, 3),
        (ScriptedSource([ramp(0, 300)]), Montage.of({"glute_left": 9}), 2),
    ],
    ids=["no port", "no channel"],
)
def test_what_cannot_be_recorded_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, script: ScriptedSource, montage: Montage | None, exit_code: int
) -> None:
    """Else a typing error ends in a traceback, or leaves an empty recording."""
    end = record(script, tmp_path, montage=montage)

    assert (end.exit_code, end.report) == (exit_code, {})
    assert end.message.endswith(".")
    assert list(tmp_path.iterdir()) == []


class Endless:
    """A board that gives one block whenever it is asked, and then waits for a stop."""

    paced = True

    def __init__(self) -> None:
        self._first = 0
        self._never = threading.Event()

    def open(self) -> Any:
        return FAKE_INFO

    def read(self, timeout_s: float) -> SampleBlock | None:
        if self._first >= 250:
            self._never.wait(timeout_s)
            return None
        self._first += 25
        return ramp(self._first - 25, 25, host_time_s=time.monotonic())

    def close(self) -> None:
        self._never.set()


def test_an_interrupted_recording_is_kept(tmp_path: Path) -> None:
    """Else Ctrl-C throws an hour of recording away."""
    there = threading.Event()
    recording = Recording(
        RecordingPlan(Endless(), 3600.0, tmp_path), lambda done_s: there.set() if done_s >= 1.0 else None
    )
    recording.start()
    assert there.wait(LIMIT_S)
    assert recording.wait(0.0) is None
    recording.interrupt()
    end = recording.wait(LIMIT_S)

    assert end is not None
    assert (end.exit_code, end.report["samples"], end.report["duration_s"]) == (130, 250, 1.0)
    assert read_session(Path(end.report["path"])).complete


def test_a_recording_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    """Else somebody records for an hour into nothing."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    end = record([ramp(0, 300)], tmp_path / "file" / "recordings")

    assert end.message.startswith("Nothing can be saved in ")
    assert (end.report, end.exit_code) == ({}, 2), "it is not done"
