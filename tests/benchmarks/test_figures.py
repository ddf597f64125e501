"""The benchmarks must not lie: ratios, agreement, the page, and libraries that are not there."""

from __future__ import annotations

import dataclasses
import json
import platform
import re
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import live, offline, ours, peers, report
from benchmarks.peers import brainflow_filters, scipy_plain
from benchmarks.spread import Spread, ratio
from benchmarks.ways import Found, LiveWay, Meter, OfflineWay, Recording, Ring, Stopwatch, library, why_not
from benchmarks.work import Stream, Work, emg_like, expected_rms_uv
from emg.blocks import FloatArray, SampleBlock

SMALL = Work(4, 250.0)
SCIPY = tuple(way for way in scipy_plain.LIVE if way.key in (scipy_plain.SOSFILT, scipy_plain.SOSFILT_RMS))
SETTING = report.Setting.here(date="2026-01-02", turns=3, paced_turns=3, rounds=1, minutes=1.0)


def way_of(key: str) -> LiveWay:
    return next(way for way in peers.LIVE if way.key == key)


def absent(_: Work) -> Meter:
    library("no_such_library")
    raise AssertionError("the import above fails")


ABSENT = LiveWay("absent", "Absent", "no-such-distribution", absent, 1e-9, "is not there")


class Louder(scipy_plain.SosfiltAndRms):
    """Claims the same work and reads a thousandth too much."""

    def rms_uv(self) -> FloatArray:
        return 1.001 * super().rms_uv()


LOUDER = LiveWay("louder", "Louder", "", Louder, 1e-9, "a little off")


# --- ratios


def test_a_ratio_is_taken_turn_by_turn() -> None:
    """Else a machine that slows down in the middle makes one way look quicker than the other."""
    found = ratio([10.0, 40.0, 40.0], [20.0, 20.0, 80.0])

    assert found.median == 0.5  # the quotient of the medians would be 2
    assert found.n == 3


def test_ratios_of_different_turns_are_refused() -> None:
    """Else a way that skipped a turn is compared with another moment of the machine."""
    with pytest.raises(ValueError, match="3 turns of one way and 2"):
        ratio([1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="no turn"):
        Spread.of([])


def test_the_spread_holds_nine_tenths_of_the_turns() -> None:
    """Else one interrupted turn, or a lucky one, passes for the rule."""
    found = Spread.of([float(value) for value in range(101)])

    assert (found.median, found.p5, found.p95, found.n) == (50.0, 5.0, 95.0, 101)


# --- the same work


@pytest.mark.parametrize("work", [SMALL, Work(8, 250.0), Work(16, 2000.0)], ids=lambda work: work.name)
@pytest.mark.parametrize("way", peers.QUICK_LIVE, ids=lambda way: way.key)
def test_every_way_of_the_house_gives_the_levels_that_it_claims(way: LiveWay, work: Work) -> None:
    """Else a fast wrong answer is put ahead."""
    found = live.check(way, way.make(work), Stream(work))

    if way.tolerance is None:
        return
    assert found is not None
    assert found.worst <= way.tolerance


def test_the_expected_levels_are_those_of_a_slow_and_plain_computation() -> None:
    """Else everything agrees with a wrong reference."""
    data_uv = emg_like(SMALL, 2.0)
    expected = expected_rms_uv(SMALL, data_uv)
    meter = scipy_plain.Sosfilt(SMALL)
    filtered = np.concatenate([meter.filtered(row[None]) for row in data_uv])

    for end in (SMALL.n_window, 300, len(data_uv)):
        window = filtered[end - SMALL.n_window : end]
        plain = np.sqrt((window**2).sum(axis=0) / SMALL.n_window)
        np.testing.assert_allclose(expected[end - SMALL.n_window], plain, rtol=1e-12)


def test_the_comparison_has_one_notch_and_it_is_at_the_mains() -> None:
    """Else our chain does less work than the others, or more."""
    for work in (Work(8, 250.0), Work(16, 2000.0)):
        assert work.sections.shape == (3, 6)
        sine = np.sin(2.0 * np.pi * 50.0 * np.arange(round(4.0 * work.fs_hz)) / work.fs_hz)
        alone = dataclasses.replace(work, n_channels=1)
        meter = scipy_plain.Sosfilt(alone)
        left = meter.filtered(100.0 * sine[:, None])[-round(work.fs_hz) :]
        assert float(np.abs(left).max()) < 0.01


def test_a_way_that_is_off_by_a_thousandth_is_called_wrong() -> None:
    """Else a claim of the same work is taken on trust."""
    rows = live.compare(SMALL, (*SCIPY, LOUDER), turns=1, paced_turns=1)
    row = next(row for row in rows if row.key == "louder")

    assert row.wrong
    assert "WRONG by 1e-03" in "\n".join(report.live_table(rows))
    assert command.wrong(report.Figures(SETTING, {"4 x 250": rows}, [], [], [])) == ["Louder"]
    assert not next(row for row in rows if row.key == scipy_plain.SOSFILT_RMS).wrong


def test_a_level_that_is_not_a_number_is_wrong() -> None:
    """Else NaN, which is greater than no tolerance, counts as agreement."""
    row = live.Row("x", "x", "", 1e-9, agreement=live.Agreement(float("nan"), float("nan")))

    assert row.wrong
    assert offline.Row("x", "x", "", 1e-9, level_pct=float("nan")).wrong


@pytest.mark.filterwarnings("ignore:.*pkg_resources")  # what brainflow looks for its library with
def test_what_does_other_work_is_not_called_wrong_but_its_difference_is_told() -> None:
    """Else BrainFlow's band-stop, another filter, looks like a defect, or like our notch."""
    row = live.compare(SMALL, (*SCIPY, *brainflow_filters.LIVE), turns=1, paced_turns=1)[-1]

    assert not row.wrong
    assert row.agreement is not None
    assert re.match(r"[+-]\d+\.\d %, worst \d+ %", report.agreement(row))
    assert 0.001 < row.agreement.worst < 0.5


# --- libraries that are not there


def test_an_absent_library_has_a_row_that_says_so() -> None:
    """Else a benchmark ends with a traceback, or a missing library is silently no rival."""
    rows = live.compare(SMALL, (*SCIPY, ABSENT), turns=1, paced_turns=1)
    text = "\n".join(report.live_table(rows))

    assert rows[-1].problem == "not installed (No module named 'no_such_library')"
    assert "| Absent | not installed (No module named 'no_such_library') |" in text
    assert rows[-1].tight is None


def test_a_library_that_is_there_and_fails_is_not_called_absent() -> None:
    """Else a broken installation looks like a choice."""
    assert why_not(ModuleNotFoundError("No module named 'x'"), "numpy").startswith("does not run here")
    assert why_not(ValueError("bad\nthing"), "") == "does not run here (ValueError: bad thing)"


def test_a_way_over_a_recording_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    """Else half an hour of measuring is lost to one library."""

    def fails(recording: Recording, clock: Stopwatch) -> Found:
        raise RuntimeError("no luck")

    recording = offline.write_recording(tmp_path / "r.f64", 0.2)
    run = offline.run_here(OfflineWay("x", "x", "", fails, None, ""), recording)

    assert run.problem == "does not run here (RuntimeError: no luck)"


# --- the recording


def found_by(key: str, recording: Recording) -> Found:
    return next(way for way in peers.OFFLINE if way.key == key).run(recording, Stopwatch())


@pytest.mark.parametrize(
    "key", ["scipy_loop", "scipy_threads", "scipy_2d", "chain_joined", "chain_20ms", "analyze"]
)
def test_every_way_of_the_house_finds_every_burst(key: str, tmp_path: Path) -> None:
    """Else a way is quick because it finds nothing."""
    recording = offline.write_recording(tmp_path / "r.f64", 0.5)

    assert found_by(key, recording).bursts == offline.true_bursts(0.5) == 40


def test_our_level_of_a_recording_is_that_of_scipy(tmp_path: Path) -> None:
    """Else the chain is compared with other work."""
    recording = offline.write_recording(tmp_path / "r.f64", 0.5)
    plain = found_by("scipy_loop", recording).level_uv

    for key in ("chain_joined", "chain_20ms", "scipy_2d"):
        assert found_by(key, recording).level_uv == pytest.approx(plain, rel=0.002)


def test_reading_the_samples_is_not_counted(tmp_path: Path) -> None:
    """Else a slow disk decides which way is quicker."""
    clock = Stopwatch()
    seconds = count(0.0)

    def blocks() -> list[SampleBlock]:
        return [SampleBlock(np.zeros((1, 1)), first, 1.0, 0.0) for first in range(3)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "perf_counter", lambda: next(seconds))
        with clock.running():
            assert len(list(clock.reading(blocks()))) == 3
    # ten readings of the clock one second apart: nine seconds, four of them spent on getting a block
    assert clock.seconds == 5.0


def test_a_piece_is_scaled_up_to_the_whole(tmp_path: Path) -> None:
    """Else a way that was measured on a tenth looks ten times as quick."""

    def tenth(recording: Recording, clock: Stopwatch) -> Found:
        clock.seconds = 2.0
        return Found(None, None, share=0.1)

    recording = offline.write_recording(tmp_path / "r.f64", 0.1)

    assert offline.run_here(OfflineWay("x", "x", "", tenth, None, ""), recording).seconds == pytest.approx(
        20.0
    )


def test_peak_memory_is_that_of_the_way_and_not_of_who_started_it(tmp_path: Path) -> None:
    """Else every way seems to need what the benchmark itself needs."""
    ballast = np.ones(60_000_000)  # 480 MB
    recording = offline.write_recording(tmp_path / "r.f64", 0.2)
    run = offline.run_apart(next(way for way in ours.OFFLINE if way.key == "chain_joined"), recording)

    assert run.problem == ""
    assert ballast.sum() == 60_000_000.0
    if sys.platform == "linux":
        assert run.peak_mb is not None
        assert 20.0 < run.peak_mb < 400.0


# --- parts


@pytest.mark.parametrize("n_block", [1, 3, 7, 10])
def test_the_ring_gives_the_newest_samples_in_order(n_block: int) -> None:
    """Else the ways that look back see another signal than the one that was sent."""
    ring, rows = Ring(10, 2), np.arange(84.0).reshape(42, 2)

    for first in range(0, 42, n_block):
        ring.push(rows[first : first + n_block])
        n = min(42, first + n_block)
        known = rows[max(0, n - 10) : n]
        np.testing.assert_array_equal(ring.newest[10 - len(known) :], known)


def test_the_stream_runs_on_when_its_signal_begins_again() -> None:
    """Else the chain sees a gap every few seconds, which no board has."""
    stream = Stream(Work(2, 250.0))
    blocks = [block for _ in range(12) for block in stream.second()]

    assert [block.first_sample for block in blocks] == list(range(0, 3000, 5))
    assert all(block.data_uv.shape == (5, 2) for block in blocks)


def test_every_way_is_first_in_turn() -> None:
    """Else one way always runs on the caches of the same other one."""
    assert [live.rotated("abc", turn)[0] for turn in range(4)] == ["a", "b", "c", "a"]
    assert sorted(live.rotated("abc", 2)) == ["a", "b", "c"]


def test_keys_are_given_once() -> None:
    """Else one way overwrites another in the JSON."""
    for ways in (peers.LIVE, peers.OFFLINE):
        keys = [way.key for way in ways]
        assert len(keys) == len(set(keys))


# --- the page


def timed(median: float) -> live.Timed:
    one = Spread(median, 0.9 * median, 1.1 * median, 3)
    return live.Timed(one, one, one, None)


def row_of(key: str, median: float) -> live.Row:
    way = way_of(key)
    same = live.Agreement(0.0, 1e-16)
    return live.Row(key, way.name, way.note, way.tolerance, agreement=same, tight=timed(median))


def test_the_page_says_who_is_ahead_from_the_figures() -> None:
    """Else the page goes on claiming what was once so."""
    quicker = [row_of("filter_rms", 1.5), row_of("ezmsg", 2.0), row_of("biosppy_online", 4.0)]
    slower = [row_of("filter_rms", 2.5), row_of("ezmsg", 2.0), row_of("biosppy_online", 4.0)]

    assert (
        "takes 1.50 times sosfilt alone: ahead of the quickest other library, ezmsg-sigproc (2.00)."
        in (report.stands(quicker, "filter_rms")[0])
    )
    assert "behind the quickest other library, ezmsg-sigproc (2.00)" in report.stands(slower, "filter_rms")[0]


def test_neither_the_floor_nor_scipy_is_called_a_rival() -> None:
    """Else the page says "behind" of a loop that does nothing else and that nobody can use."""
    assert (
        report.stands(
            [row_of("filter_rms", 2.5), row_of("numba", 0.1), row_of("sosfilt_rms", 1.0)], "filter_rms"
        )
        == []
    )


def test_no_cell_breaks_its_table() -> None:
    """Else a bar in a note or a message shifts the figures under other headings."""
    lines = report.table(["way", "µs"], [["a | b", "1"], ["two\nlines", "2"]])

    assert [line.count("|") - line.count("\\|") for line in lines[:-1]] == [3, 3, 3, 3]


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0234, "0.02"), (9.87, "9.87"), (33.46, "33.5"), (12345.6, "12,346")]
)
def test_figures_are_rounded_and_not_changed(value: float | None, text: str) -> None:
    """Else digits that mean nothing hide those that do."""
    assert report.number(value) == text


def test_a_quick_look_runs_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else the daily tool is broken on the day it is needed; it must not overwrite the real page."""
    code = command.main(
        ["--quick", "--turns", "2", "--minutes", "0.2", "--json", "--out", str(tmp_path / "docs")]
    )
    figures = json.loads(capsys.readouterr().out)

    assert code == 0
    assert not (tmp_path / "docs").exists()
    assert set(figures["blocks"]) == {"8 x 250", "16 x 2000"}
    for rows in figures["blocks"].values():
        assert all(row["problem"] == "" and row["tight"]["us"]["median"] > 0.0 for row in rows)
    assert all(row["problem"] == "" and row["seconds"]["n"] == 1 for row in figures["recording"])
    assert figures["setting"]["turns"] == 2
    assert len(figures["sessions"]) == 2


def test_the_page_holds_no_name_and_no_path_of_the_machine() -> None:
    """Else the page tells where it was made."""
    rows = live.compare(SMALL, (*SCIPY, ABSENT), turns=1, paced_turns=1)
    text = report.page(report.Figures(SETTING, {"4 x 250": rows}, [], [], []))

    assert platform.node() not in re.findall(r"[\w.-]+", text)
    assert str(Path.home()) not in text
    assert str(Path.cwd()) not in text
    assert "2026-01-02" in text


def test_the_command_says_what_it_can_do() -> None:
    """Else nobody finds the quick look."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"],
        cwd=offline.ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert run.returncode == 0
    assert "--quick" in run.stdout
