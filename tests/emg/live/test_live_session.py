"""A session as it runs: samples and keys in, events, holds and levels out."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import SampleBlock
from emg.codes import CommandKind, EventKind, Origin, Phase, SignalState
from emg.live_view import LiveView
from emg.montage import Side
from emg.results import Outcome
from emg.stage import Command
from tests.sessions import FS, Kept, Rig, every, noise, rig, short_exercise

ONE = short_exercise(test=1, train=0)
TWO_SETS = short_exercise(test=2, train=1, sides=(Side.RIGHT, Side.LEFT))
PREPARE, CUE, SET, END = FS, 2 * FS, 5 * FS // 2, 9 * FS // 2
"""Of the first hold of a short session with a calibration."""

NEXT, PAUSE, RESUME, STOP, FOOT, FELT, START, BACK = (
    CommandKind.NEXT,
    CommandKind.PAUSE,
    CommandKind.RESUME,
    CommandKind.STOP,
    CommandKind.FOOT_DOWN,
    CommandKind.FELT,
    CommandKind.START,
    CommandKind.BACK,
)


def until(sample: int, rigged: Rig, source: Iterator[SampleBlock]) -> LiveView:
    """Feed blocks up to a sample that is a block's end."""
    for block in source:
        rigged.live.on_block(block)
        if block.end_sample >= sample:
            break
    return rigged.live.view()


def at(rigged: Rig, *commands: tuple[int, CommandKind]) -> Rig:
    """Post commands as a replay does."""
    for sample, kind in commands:
        rigged.live.post(Command(kind, applied_sample=sample))
    return rigged


# --- the course


def test_a_session_goes_from_stage_to_stage_and_ends(tmp_path: Path) -> None:
    """Else a set is left out, or nobody knows which run an event belongs to."""
    kept = rig(TWO_SETS, tmp_path).feed(every(25, noise(60.0)))

    stages = [event.detail["stage"] for event in kept.events if event.kind is EventKind.STAGE_STARTED]
    assert stages == ["holds_right_test", "holds_right_learn", "holds_left_test", "holds_left_learn"]
    assert kept.kinds[:3] == ["session_started", "reference_set", "stage_started"]
    assert kept.kinds[-2:] == ["stage_done", "session_ended"]
    assert kept.events[-1].detail["reason"] == "done"
    assert {event.run for event in kept.events if event.hold} == {f"{stage}#1" for stage in stages}
    assert [hold.hold for hold in kept.holds] == [1, 2, 3, 4, 5, 6]
    assert [hold.set_number for hold in kept.holds] == [1, 1, 2, 3, 3, 4]
    assert [hold.side for hold in kept.holds] == ["right"] * 3 + ["left"] * 3


def test_holds_are_numbered_through_all_sets_repeats_included(tmp_path: Path) -> None:
    """Else two rows of holds.csv carry one number and truth.csv cannot be matched."""
    rigged = at(rig(TWO_SETS, tmp_path), (SET + 50, BACK))

    kept = rigged.feed(every(25, noise(70.0)))

    assert [hold.hold for hold in kept.holds] == [1, 2, 3, 4, 5, 6, 7]
    assert [hold.outcome.value for hold in kept.holds[:3]] == ["lost_balance", "success", "success"]
    cues = [event.hold for event in kept.events if event.kind is EventKind.CUE]
    assert cues == [1, 2, 3, 4, 5, 6, 7]


def test_events_belong_on_the_disk_after_their_samples(tmp_path: Path) -> None:
    """Else a kill leaves events of samples that are not there, and recovery stumbles over them."""
    kept = rig(ONE, tmp_path).feed(every(25, noise(8.0)))

    written = 0
    for name, sample in kept.order:
        if name == "block":
            written = sample
        else:
            assert sample < written, f"{name} of sample {sample} came before its block"
    assert [event.sample for event in kept.events] == sorted(event.sample for event in kept.events)


def test_the_performer_hears_every_event_once(tmp_path: Path) -> None:
    """Else the simulated athlete misses a cue and the demo shows a lazy glute."""
    kept = rig(TWO_SETS, tmp_path).feed(every(25, noise(60.0)))
    assert kept.heard == kept.events


def test_nothing_is_kept_after_the_end(tmp_path: Path) -> None:
    """Else raw.bdf goes on after the session, and whoever computes it again finds a longer one."""
    for n in (7, 25, 5000):
        kept = rig(ONE, tmp_path).feed(every(n, noise(9.0)))
        assert kept.blocks[-1].end_sample == END + 1
        assert kept.events[-1].sample == END
        rows = list(csv.DictReader([kept.table.header, *kept.rows.splitlines()]))
        assert int(rows[-1]["sample"]) <= END


@pytest.mark.parametrize("n", [25, 5000])
@pytest.mark.parametrize("stop", [PREPARE - 3, CUE - 3, SET + 200, END - 3])
def test_after_stop_nothing_happens(tmp_path: Path, n: int, stop: int) -> None:
    """Else a cue sounds after the session was ended, because it lay in the same block."""
    kept = at(rig(ONE, tmp_path), (stop, STOP)).feed(every(n, noise(9.0)))

    assert kept.kinds[-1] == "session_ended"
    assert kept.kinds.count("session_ended") == 1
    assert kept.events[-1].sample == stop
    assert kept.events[-1].detail["reason"] == "stopped"
    assert max(event.sample for event in kept.events) == stop
    assert [hold.outcome for hold in kept.holds] == [Outcome.INCOMPLETE] * (stop > CUE)
    assert kept.blocks[-1].end_sample == stop + 1


def test_a_live_stop_ends_at_the_first_tick_of_the_next_block(tmp_path: Path) -> None:
    """Else the end depends on what else lies in the block."""
    rigged = rig(ONE, tmp_path)
    source = every(250, noise(9.0))
    until(750, rigged, source)
    rigged.live.post(Command(STOP, sample=760))
    view = until(1000, rigged, source)

    assert rigged.kept.events[-1].sample == 750
    assert (view.finished, view.signal, view.stage.phase) == (True, SignalState.ENDED, Phase.DONE)
    assert all(bar.level_pct is None for bar in view.bars)


def test_what_ends_from_outside_keeps_the_hold_as_incomplete(tmp_path: Path) -> None:
    """Else Ctrl-C takes away the hold that was under way."""
    rigged = rig(ONE, tmp_path)
    rigged.feed(every(25, noise(3.0)))
    rigged.live.stop("interrupted")
    rigged.live.stop("again")

    assert [hold.outcome for hold in rigged.kept.holds] == [Outcome.INCOMPLETE]
    assert rigged.kept.events[-1].detail["reason"] == "interrupted"
    assert rigged.kept.kinds.count("session_ended") == 1


# --- silence


def test_silence_is_said_once_and_stops_the_clock(tmp_path: Path) -> None:
    """Else a lost board fills the record with alarms, or the coach counts down to nobody."""
    rigged = rig(ONE, tmp_path)
    blocks = list(every(25, noise(12.0)))
    rigged.feed(blocks[:30])
    before = rigged.live.view()
    for _ in range(200):
        rigged.live.on_silence()
    shown = rigged.live.view()

    assert rigged.kept.at(EventKind.NO_SIGNAL) == [749]
    assert shown.signal is SignalState.NO_SIGNAL
    assert shown.stage == before.stage, "the clock of the coach is the sample clock"
    assert all(bar.level_pct is None and bar.level_uv is None for bar in shown.bars)
    assert before.bars[0].level_pct is not None
    assert (shown.ratio_left, shown.diagonal_right_glute) == (None, None)

    rigged.feed(blocks[30:40])
    assert rigged.kept.at(EventKind.SIGNAL_BACK) == [750]
    assert rigged.live.view().signal is SignalState.LIVE
    rigged.live.on_silence()
    assert len(rigged.kept.at(EventKind.NO_SIGNAL)) == 2, "a second silence is said again"


def test_keys_are_heard_in_silence(tmp_path: Path) -> None:
    """Else nobody can stop or pause while the board is away."""
    rigged = rig(ONE, tmp_path)
    rigged.feed(every(25, noise(3.0)))
    rigged.live.post(Command(FOOT, sample=800))
    rigged.live.on_silence()
    assert [hold.outcome for hold in rigged.kept.holds] == [Outcome.LOST_BALANCE]
    rigged.live.post(Command(PAUSE))
    rigged.live.on_silence()
    assert rigged.live.view().paused
    rigged.live.post(Command(STOP))
    rigged.live.on_silence()
    assert rigged.live.finished
    said = len(rigged.kept.events)
    rigged.live.post(Command(NEXT))
    rigged.live.on_silence()
    assert len(rigged.kept.events) == said, "after the end nothing is heard"


def test_silence_before_the_first_sample_begins_nothing(tmp_path: Path) -> None:
    """Else a session starts without a board."""
    rigged = rig(ONE, tmp_path)
    for _ in range(5):
        rigged.live.on_silence()
    assert rigged.kept.kinds == ["no_signal"]
    assert rigged.live.view().stage.phase is Phase.IDLE


def test_a_stream_of_what_is_not_a_number_is_no_stream(tmp_path: Path) -> None:
    """Else the last levels stand on the screen, fresh by their date, while nothing is measured."""
    rigged = rig(ONE, tmp_path)
    blocks = list(every(25, noise(12.0)))
    rigged.feed(blocks[:30])
    for block in blocks[30:60]:
        rigged.live.on_block(replace(block, data_uv=np.full_like(block.data_uv, math.nan)))

    assert rigged.live.view().host_time_s == 3.0, "a front draws data of that age as no signal"
    rigged.feed(blocks[60:])
    assert rigged.live.lost_samples == 750
    assert [hold.outcome for hold in rigged.kept.holds][:1] == [Outcome.VOID]


def test_lost_samples_and_reopens_are_told(tmp_path: Path) -> None:
    """Else nobody knows afterwards that the radio was bad."""
    rigged = rig(ONE, tmp_path)
    blocks = list(every(25, noise(12.0)))
    rigged.feed(blocks[:5])
    rigged.live.on_silence()
    rigged.live.reopened(250, estimated=True)
    rigged.feed([replace(blocks[15], gap_estimated=True)])

    kinds = (EventKind.NO_SIGNAL, EventKind.REOPENED, EventKind.GAP, EventKind.SIGNAL_BACK)
    found = [event for event in rigged.kept.events if event.kind in kinds]
    assert [(event.kind.value, event.sample, event.origin.value) for event in found] == [
        ("no_signal", 124, "derived"),
        ("reopened", 125, "input"),
        ("gap", 125, "derived"),
        ("signal_back", 375, "derived"),
    ]
    assert found[2].detail == {"n_lost": 250, "estimated": True}
    assert rigged.live.view().lost_samples == 250


# --- the beginning


@pytest.mark.parametrize("key", [START, NEXT])
def test_a_session_waits_for_its_key(tmp_path: Path, key: CommandKind) -> None:
    """Else the coach talks before anybody stands there."""
    rigged = rig(ONE, tmp_path, autostart=False)
    source = every(25, noise(20.0))
    rigged.live.post(Command(PAUSE))
    rigged.live.post(Command(FOOT))
    view = until(1000, rigged, source)
    assert set(rigged.kept.kinds) == {"command"}
    assert (view.stage.phase, view.paused) == (Phase.IDLE, False)
    assert view.bars[0].level_pct is not None, "the bars move already"

    rigged.live.post(Command(key))
    until(5000, rigged, source)
    assert rigged.kept.at(EventKind.SESSION_STARTED) == [1000]
    assert len(rigged.kept.holds) == 1


def test_a_loaded_reference_is_in_force_from_the_start_and_in_the_record(tmp_path: Path) -> None:
    """Else a session cannot be computed again from its own files."""
    kept = rig(ONE, tmp_path).feed(every(25, noise(8.0)))

    event = kept.events[1]
    assert (event.kind, event.origin, event.detail["how"]) == (
        EventKind.REFERENCE_SET,
        Origin.INPUT,
        "loaded",
    )
    assert kept.holds[0].glute.pct_mvc is not None


# --- calibration


@pytest.mark.parametrize("n", [111, 110 * FS])
def test_a_reference_counts_from_the_very_next_tick(tmp_path: Path, n: int) -> None:
    """Else a few percentages are of nothing, or of the maximum before."""
    block = noise(110.0)
    quiet = np.where(np.arange(block.n_samples) < 15 * FS, 0.1, 1.0)[:, None]
    rigged = rig(ONE, tmp_path, calibrated=False)
    kept = rigged.feed(every(n, replace(block, data_uv=block.data_uv * quiet)))

    (set_at,) = kept.at(EventKind.REFERENCE_SET)
    assert 15 + 8 * 9 < set_at / FS < 105, "rest, then eight efforts of 9 s and the time to turn over"
    rows = list(csv.DictReader([kept.table.header, *kept.rows.splitlines()]))
    known = {int(row["sample"]): row["glute_left_pct_mvc"] != "" for row in rows}
    assert {sample for sample, has in known.items() if has} == {s for s in known if s > set_at}
    assert rigged.live.view().calibrated
    assert rigged.reference.value == rigged.draft.reference


def test_no_percentage_before_there_is_a_maximum(tmp_path: Path) -> None:
    """Else the bars show a percentage of nothing."""
    rigged = rig(ONE, tmp_path, calibrated=False)
    rigged.feed(every(25, noise(10.0, level_uv=4.0)))
    view = rigged.live.view()

    assert not view.calibrated
    assert all(bar.level_pct is None and bar.level_uv is not None for bar in view.bars)


def test_a_refusal_ends_the_session_with_its_reason(tmp_path: Path) -> None:
    """Else the athlete stands on one leg for a measurement that means nothing."""
    rigged = rig(ONE, tmp_path, calibrated=False)
    kept = rigged.feed(every(25, noise(60.0)))

    assert rigged.live.refusal == "rest_too_loud"
    assert kept.kinds[-2:] == ["refused", "session_ended"]
    assert kept.events[-1].detail["reason"] == "rest_too_loud"
    assert kept.events[-1].sample == 45 * FS == kept.blocks[-1].end_sample - 1
    view = rigged.live.view()
    assert (view.finished, view.stage.message) == (True, "rest_too_loud")


# --- pause


def rows_of(kept: Kept) -> dict[int, str]:
    return {
        int(row["sample"]): row["phase"]
        for row in csv.DictReader([kept.table.header, *kept.rows.splitlines()])
    }


@pytest.mark.parametrize("go_on", [RESUME, NEXT])
def test_pause_stops_the_coach_and_not_the_recording(tmp_path: Path, go_on: CommandKind) -> None:
    """Else a pause loses samples, or the hold goes on behind the athlete's back."""
    rigged = rig(ONE, tmp_path)
    source = every(25, noise(30.0))
    until(750, rigged, source)
    rigged.live.post(Command(PAUSE))
    rigged.live.post(Command(PAUSE))
    view = until(2000, rigged, source)
    assert (view.paused, view.stage.phase) == (True, Phase.PAUSED)
    assert view.bars[0].level_pct is not None
    rigged.live.post(Command(go_on))
    view = until(2025, rigged, source)
    assert (view.paused, view.stage.phase) == (False, Phase.REST)
    rigged.feed(source)

    kept = rigged.kept
    assert [hold.outcome for hold in kept.holds] == [Outcome.INCOMPLETE, Outcome.SUCCESS]
    assert (kept.at(EventKind.PAUSED), kept.at(EventKind.RESUMED)) == ([750], [2000])
    phases = rows_of(kept)
    assert {phase for sample, phase in phases.items() if 750 <= sample < 2000} == {"paused"}
    assert phases[2000] == "rest"
    assert kept.blocks[-1].end_sample == kept.events[-1].sample + 1


@pytest.mark.parametrize("at_s", [1.0, 7.0, 16.0, 20.0, 23.0])
def test_a_pause_in_the_calibration_costs_no_measurement(tmp_path: Path, at_s: float) -> None:
    """Else the session ends without a reference, or with one from half an effort."""
    block = noise(150.0, level_uv=30.0)
    # resumed, the rest is measured anew: quiet until both measurements of rest are over
    quiet = np.where(np.arange(block.n_samples) < (35 if at_s < 15 else 15) * FS, 0.1, 1.0)[:, None]
    at_sample = round(at_s * FS)
    rigged = at(rig(ONE, tmp_path, calibrated=False), (at_sample, PAUSE), (at_sample + 5 * FS, RESUME))
    kept = rigged.feed(every(250, replace(block, data_uv=block.data_uv * quiet)))

    assert kept.kinds[-1] == "session_ended"
    assert kept.events[-1].detail["reason"] == "done"
    assert rigged.draft.reference is not None
    assert len(rigged.draft.trials) >= 8
    assert len(kept.holds) == 1


# --- phases in the table


def test_every_row_says_what_the_coach_was_doing(tmp_path: Path) -> None:
    """Else nobody can tell from activation.csv when the hold was."""
    kept = rig(ONE, tmp_path).feed(every(33, noise(8.0)))

    phases = rows_of(kept)
    assert {phases[s] for s in phases if s < PREPARE} == {"rest"}
    assert {phases[s] for s in phases if PREPARE <= s < CUE} == {"prepare"}
    assert {phases[s] for s in phases if CUE <= s < SET} == {"cue"}
    assert {phases[s] for s in phases if SET <= s < END} == {"holding"}
