"""Claims about a recording that is played again as a board."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import EndOfSource, SampleBlock, SourceUnavailable, Unit
from hardware.acquisition import Acquisition, EndReason
from hardware.board import CYTON_FULL_SCALE_UV
from hardware.replay import ReplaySource
from tests.fakes import ManualClock, RecordingSink
from tests.hardware.reading import read_whole, text_file


def recording(folder: Path, *, gap: int = 0, n: int = 500) -> Path:
    """Two columns at 250 Hz with times, ``gap`` samples missing in the middle; values are their numbers."""
    rows = [k for k in range(n + gap) if not n // 2 <= k < n // 2 + gap]
    text = "Time (s),EMG 1 (uV),EMG 2 (uV)\n" + "".join(f"{k / 250:.3f},{k},{-k}\n" for k in rows)
    return text_file(folder, text)


def played(source: ReplaySource, clock: ManualClock) -> list[tuple[float, SampleBlock | None]]:
    """All that a replay gives, and the time at which it did, on a clock that its sleeps move."""
    found: list[tuple[float, SampleBlock | None]] = []
    source.open()
    try:
        while True:
            block = source.read(0.05)
            found.append((clock.now_s, block))
    except EndOfSource:
        return found


def paced(path: Path, clock: ManualClock, speed: float) -> ReplaySource:
    return ReplaySource(path, speed=speed, clock=clock, sleep=clock.advance)


@pytest.mark.parametrize("speed", [0.0, 0.5, 1.0, 20.0])
def test_every_sample_comes_when_it_was_measured(tmp_path: Path, speed: float) -> None:
    """Else the coach hears yesterday's athlete at the wrong pace."""
    path = recording(tmp_path)
    clock = ManualClock()

    blocks = [(at_s, block) for at_s, block in played(paced(path, clock, speed), clock) if block is not None]

    whole = read_whole(path, "1", "2")
    assert np.array_equal(np.concatenate([block.data_uv for _, block in blocks]), whole.data_uv)
    for at_s, block in blocks:
        due_s = block.end_sample / 250.0 / speed if speed else 0.0
        assert at_s == pytest.approx(due_s, abs=1e-6)
        assert block.host_time_s == pytest.approx(due_s, abs=1e-6)


def test_a_gap_lasts_as_long_as_it_did(tmp_path: Path) -> None:
    """Else a dropout that voided a hold then is not seen now."""
    clock = ManualClock()
    found = played(paced(recording(tmp_path, gap=250), clock, 1.0), clock)

    silent = [at_s for at_s, block in found if block is None]
    assert 0.9 <= max(silent) - min(silent) <= 1.1
    first_samples = [block.first_sample for _, block in found if block is not None]
    assert 500 in first_samples
    assert not any(250 <= first < 500 for first in first_samples)


def test_a_file_that_does_not_tell_its_range_gets_one(tmp_path: Path) -> None:
    """Else it cannot be recorded again: 24 bits need an end."""
    info = ReplaySource(recording(tmp_path)).open()
    assert info.board == "replay"
    assert info.full_scale_uv == CYTON_FULL_SCALE_UV

    numbers = text_file(tmp_path, "a,b\n" + "3,4\n" * 500, "plain.csv")
    plain = ReplaySource(numbers, fs_hz=250.0, unit="arbitrary").open()
    assert plain.unit is Unit.ARBITRARY
    assert plain.full_scale_uv == pytest.approx(16.0)
    assert math.isfinite(plain.scale.step)


def test_what_cannot_be_read_is_said_at_the_open(tmp_path: Path) -> None:
    """Else a wrong path looks like a silent board."""
    with pytest.raises(SourceUnavailable, match=r"no\.csv"):
        ReplaySource(tmp_path / "no.csv").open()
    with pytest.raises(SourceUnavailable, match="--unit"):
        ReplaySource(text_file(tmp_path, "a,b\n" + "3,4\n" * 500)).open()
    with pytest.raises(ValueError, match="speed"):
        ReplaySource(tmp_path, speed=-1.0)


def test_it_runs_through_the_acquisition_to_its_end(tmp_path: Path) -> None:
    """Else a replay is opened again at a long gap, and begins anew for ever."""
    clock, sink = ManualClock(), RecordingSink()
    source = paced(recording(tmp_path, gap=1500), clock, 1.0)

    Acquisition(source, sink, clock=clock).run()

    assert sink.ends == [(EndReason.ENDED, "")]
    assert sink.losses == []
    assert sum(block.n_samples for block in sink.blocks) == 500
    assert sink.blocks[-1].end_sample == 2000
    assert len(sink.silences_s) >= 60
