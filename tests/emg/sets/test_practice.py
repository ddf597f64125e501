"""Claims about a practice: the same chain, stages and files with a clock and nothing measured."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from emg.activation import NO_REFERENCE, Activations
from emg.blocks import SampleBlock, as_recorded, split_finite
from emg.codes import CommandKind, DotState, EventKind
from emg.filters import FilterSettings
from emg.montage import NO_SITES, Montage, MontageError, Side
from emg.pain import ASKS_AFTER, ASKS_WORST, pain_event
from emg.pipeline import ChainSettings, Pipeline
from emg.reference import ReferenceInForce
from emg.results import Feedback, HoldResult, MuscleResult, Outcome, Presser, Role, Until
from emg.session.bundle import read_session
from emg.session.folder import SessionFolder
from emg.session.model import SessionRecord
from emg.session.practice import practised
from emg.session.summary import summary_to_json
from emg.session.writer import SessionWriter
from emg.sets.coach import HoldSet
from emg.sets.hold import HoldPlan
from emg.sets.score import ChainDelays
from emg.sets.set_settings import SetSettings
from emg.stage import Command, Event, StageStart
from hardware.clock_source import FS_HZ, ClockSource
from tests.emg.session.parts import STARTED, record_of, stream
from tests.emg.sets.coached import Told, run

INFO = ClockSource().open()
FS = round(FS_HZ)
LEAD, REST, PREPARE, SET_AFTER, HELD = 2 * FS, 3 * FS, 2 * FS, FS, 6 * FS
FIRST_SET = LEAD + PREPARE + SET_AFTER
PLAN = HoldPlan(
    side=Side.RIGHT,
    role=Role.TRAIN,
    until=Until.SET,
    feedback=Feedback.OFF,
    prepare_s=PREPARE / FS,
    quiet_s=1.0,
    set_after_s=SET_AFTER / FS,
    hold_s=HELD / FS,
    practice=True,
)


def clock_pipeline() -> Pipeline:
    """The one chain of the program, with a clock in front."""
    return Pipeline(INFO, NO_SITES, ChainSettings(FilterSettings(20.0, 40.0)))


def time_passing(*spans: tuple[int, int]) -> list[Activations]:
    """Ticks of a clock whose blocks cover these samples; what is between them is lost."""
    pipeline = clock_pipeline()
    found = []
    for first, end in spans:
        block = SampleBlock(np.empty((end - first, 0)), first, FS_HZ, end / FS_HZ)
        found += [pipeline(as_recorded(part, INFO)) for part in split_finite(block)]
    return found


def practice_set(holds: int = 2) -> HoldSet:
    """A set that is practised, begun at sample 0."""
    settings = SetSettings(
        code="holds_right_train",
        exercise="power_position",
        plan=PLAN,
        holds=holds,
        set_number=1,
        n_sets=2,
        lead_rest_s=LEAD / FS,
        rest_s=REST / FS,
        gate_sites=(),
        working_sites=(),
    )
    stage = HoldSet(settings, ChainDelays(0.0, 0.05, raw=False, onset=False), ReferenceInForce(NO_REFERENCE))
    stage.begin(StageStart(0, "holds_right_train#1", FS_HZ))
    return stage


def practise(stage: HoldSet, say: Mapping[int, CommandKind] | None = None) -> Told:
    """Let 80 s pass."""
    (levels,) = time_passing((0, 80 * FS))
    return run(stage, levels, say=say)


def readings(found: HoldResult) -> Iterator[tuple[str, object]]:
    """Every field of a row that a signal would have to give."""
    for name in ("glute", "ham", "opposite_glute", "opposite_ham"):
        yield name, None if getattr(found, name) == MuscleResult() else getattr(found, name)
    for name in (
        *("ratio_same_side", "glute_share_pct", "ratio_diagonal", "in_target_s", "in_target_pct"),
        *("target_pct", "ceiling_pct", "fired_sample"),
    ):
        yield name, getattr(found, name)


def test_the_chain_keeps_time_where_it_has_no_channel() -> None:
    """Else a practice needs a chain of its own, and the two go different ways."""
    (whole,) = time_passing((0, 1234))
    parts = time_passing(*((first, min(first + 7, 1234)) for first in range(0, 1234, 7)))

    assert whole.samples.tolist() == list(range(1234))
    assert np.concatenate([part.samples for part in parts]).tolist() == whole.samples.tolist()
    assert whole.sites == ()
    for levels in (whole.rms_uv, whole.pct_mvc, whole.slow_pct, whole.sample_uv, whole.verdicts):
        assert levels.shape == (1234, 0)
    assert all(np.isnan(ratio).all() for ratio in whole.ratios.values())
    assert not whole.lost.any()


def test_time_that_is_missing_is_counted_as_lost() -> None:
    """Else a computer that slept through a hold has held it."""
    first, second = time_passing((0, 500), (900, 1000))

    assert not first.lost.any()
    assert second.lost.sum() == 400
    assert second.samples[[0, -1]].tolist() == [500, 999]


def test_a_long_sleep_is_gone_through_in_pieces() -> None:
    """Else a laptop that was opened again makes room for a night of nothing."""
    pipeline = clock_pipeline()
    pipeline(SampleBlock(np.empty((10, 0)), 0, FS_HZ, 0.1))

    pieces = list(pipeline.skip_to(36_000))

    assert max(map(len, pieces)) <= 10 * FS
    assert sum(int(piece.lost.sum()) for piece in pieces) == sum(map(len, pieces))


def test_no_sites_are_only_those_that_the_program_means() -> None:
    """Else a slip of the keyboard starts a session that measures nothing."""
    assert NO_SITES.names == ()
    assert NO_SITES.columns == ()
    NO_SITES.check_fits(0, "practice")
    NO_SITES.check_session()
    for typed in ("", " , "):
        with pytest.raises(MontageError, match="at least one site"):
            Montage.parse(typed)
    with pytest.raises(MontageError, match="at least one site"):
        Montage(())
    with pytest.raises(MontageError, match="at least one site"):
        replace(NO_SITES, channels=())


def test_a_practised_hold_is_practised_and_has_no_reading() -> None:
    """Else a clock says that a muscle worked."""
    told = practise(practice_set())

    assert told.outcomes == ["practised", "practised"]
    for found in told.holds:
        assert [(name, value) for name, value in readings(found) if value is not None] == []
        assert found.held_s == pytest.approx(HELD / FS)
        assert found.outcome_reason == ""
        assert not found.feedback
        assert not found.enters_means
    assert told.at(EventKind.SET) == [FIRST_SET, FIRST_SET + HELD + REST + PREPARE + SET_AFTER]
    assert told.at(EventKind.TARGET_SET) == []


def test_the_set_shows_its_clock_and_counts_with_dots() -> None:
    """Else nobody knows at home which hold it is, or when to let go."""
    stage = practice_set()
    (levels,) = time_passing((0, FIRST_SET + HELD + REST + PREPARE + SET_AFTER + 2 * FS + 1))
    run(stage, levels)
    view = stage.view()

    assert view.dots == (DotState.DONE, DotState.CURRENT)
    assert (view.elapsed_s, view.duration_s) == (2.0, 6.0)
    assert (view.target_pct, view.in_target_s) == (None, None)


def test_felt_counts_from_set_and_nothing_had_told() -> None:
    """Else the one number of a practice is of another moment, or reads as if a bar had been seen."""
    stage = practice_set(holds=1)
    before, after = time_passing((0, FIRST_SET + 130), (FIRST_SET + 130, FIRST_SET + HELD + 10))
    stage.advance(before)
    stage.command(Command(CommandKind.FELT, applied_sample=FIRST_SET + 130, by=Presser.ATHLETE))

    (found,) = stage.advance(after).holds

    assert found.felt_latency_s == pytest.approx(1.3)
    assert (found.felt_by, found.felt_cued) == (Presser.ATHLETE, False)
    assert (found.outcome, found.held_s) == (Outcome.PRACTISED, 6.0)  # the clock does not wait for it


@pytest.mark.parametrize(
    ("key", "outcome", "reason"),
    [
        (CommandKind.FOOT_DOWN, "lost_balance", "foot_down"),
        (CommandKind.STOP, "incomplete", "stopped"),
    ],
)
def test_a_hold_that_broke_off_is_not_practised_and_comes_again(
    key: CommandKind, outcome: str, reason: str
) -> None:
    """Else half a hold counts as one that was done."""
    told = practise(practice_set(), say={FIRST_SET + 200: key})

    assert told.outcomes == [outcome, "practised", "practised"]
    assert (told.holds[0].outcome_reason, told.holds[0].held_s) == (reason, 2.0)


def test_a_hold_ended_by_hand_is_not_practised_and_nobody_is_asked_for_it_again() -> None:
    """Else half a hold counts as one that was done, or who has had enough is told to do it again."""
    told = practise(stage := practice_set(), say={FIRST_SET + 200: CommandKind.ENOUGH})

    assert told.outcomes == ["incomplete", "practised"]
    assert (told.holds[0].outcome_reason, told.holds[0].held_s) == ("own_stop", 2.0)
    assert stage.done


def test_a_hold_in_which_the_computer_slept_is_void_and_comes_again() -> None:
    """Else an hour under a closed lid is a hold of 6 s."""
    stage = practice_set()
    told = Told()
    asleep = FIRST_SET + 2 * FS
    for part in time_passing((0, asleep), (asleep + 3600 * FS, asleep + 3680 * FS)):
        step = stage.advance(part)
        told.holds += step.holds

    assert told.outcomes == ["void", "practised", "practised"]
    assert told.holds[0].outcome_reason == "gap"


def practice_record(session_id: str, **changes: Any) -> SessionRecord:
    return SessionRecord.of_stream(
        INFO,
        NO_SITES,
        session_id=session_id,
        kind="practice",
        athlete="a01",
        protocol="power_position",
        started_at=STARTED,
        software=record_of(stream(), "s1").software,
    ).amended(**changes)


def practice_writer(parent: Path) -> SessionWriter:
    folder = SessionFolder.create(parent, "power_position", STARTED)
    return SessionWriter(folder, practice_record(folder.name), INFO, NO_SITES)


def test_the_folder_of_a_practice_has_no_signal_in_it(tmp_path: Path) -> None:
    """Else a reader looks for a signal in an empty file, or finds none of the holds."""
    writer = practice_writer(tmp_path)
    (levels,) = time_passing((0, 80 * FS))
    writer.write_block(SampleBlock(np.empty((80 * FS, 0)), 0, FS_HZ, 80.0))
    writer.write_activations(levels)
    for found in run(practice_set(), levels).holds:
        writer.write_hold(found)
    writer.remap(NO_SITES)
    writer.sync()
    writer.close(STARTED + timedelta(seconds=80))

    folder = writer.folder.path
    assert sorted(path.name for path in folder.iterdir()) == [
        "events.jsonl",
        "holds.csv",
        "session.json",
        "summary.json",
    ]
    record = read_session(folder)
    assert (record.kind, record.channels, record.fs_hz, record.complete) == ("practice", 0, FS_HZ, True)
    assert (record.montage, record.channel_names, record.signal.value) == ({}, (), "none")
    with (folder / "holds.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["outcome"] for row in rows] == ["practised", "practised"]
    with_numbers = {name for name, cell in rows[0].items() if cell}
    assert with_numbers == {
        *("athlete", "session", "protocol", "hold", "set", "role", "until", "side", "valid", "outcome"),
        *("feedback", "cue_s", "set_s", "held_s", "lost_samples", "kind"),
    }


def test_a_practice_that_was_killed_lets_go_of_its_files(tmp_path: Path) -> None:
    """Else the next one cannot be written."""
    writer = practice_writer(tmp_path)
    writer.abandon()

    assert not read_session(writer.folder.path).complete


@pytest.mark.parametrize(
    ("kind", "channels"), [("session", 0), ("recording", 0), ("practice", 1), ("practice", 4)]
)
def test_a_practice_and_nothing_else_has_no_channels(kind: str, channels: int) -> None:
    """Else a session without a signal passes for one that was measured."""
    with pytest.raises(ValidationError, match="no channels"):
        record_of(stream(), "s1").amended(kind=kind, channels=channels)


def hold(number: int, side: Side = Side.RIGHT, **facts: Any) -> HoldResult:
    given: dict[str, Any] = {"outcome": Outcome.PRACTISED, "valid": True, "held_s": 6.0}
    return HoldResult(
        hold=number, set_number=1, role=Role.TRAIN, until=Until.SET, side=side, **(given | facts)
    )


def told_of(holds: Sequence[HoldResult], *events: Event) -> dict[str, Any]:
    """The summary, as it comes back from its file."""
    found = practised(practice_record("s1", intake={"pain_0_10": 2}), holds, events)
    return dict(json.loads(summary_to_json(found)))


def test_the_summary_of_a_practice_tells_counts_felt_and_pain() -> None:
    """Else what can be said of an everyday practice is lost."""
    holds = [
        hold(1, felt_latency_s=1.0, felt_by=Presser.ATHLETE, pain_0_10=3),
        hold(2, felt_latency_s=2.0, felt_by=Presser.HELPER),
        hold(3, outcome=Outcome.LOST_BALANCE, felt_latency_s=9.0),
        hold(4),
        hold(5, felt_latency_s=30.0, excluded="pressed by the dog"),
        hold(6, Side.LEFT),
    ]
    found = told_of(
        holds,
        pain_event(10, ASKS_AFTER, 1, []),
        pain_event(20, ASKS_WORST, 3, [1]),
    )

    right = found["sides"]["right"]
    assert (right["training"]["n_practised"], right["training"]["n_lost_balance"]) == (3, 1)
    assert right["felt"] == {"n": 2, "n_helper": 1, "felt_s": {"median": 1.5, "iqr": 0.5}}
    assert found["sides"]["left"]["training"]["n_practised"] == 1
    assert found["sides"]["left"]["felt"]["felt_s"] == {"median": None, "iqr": None}
    assert found["pain"] == {"before": 2, "worst": 3, "after": 1}
    assert found["excluded"] == [{"hold": 5, "reason": "pressed by the dog"}]


def test_the_summary_of_a_practice_has_no_level_in_it() -> None:
    """Else a number stands where nothing was measured, and somebody compares it."""
    found = told_of([hold(1), hold(2, Side.LEFT)])

    assert set(found) == {"kind", "sides", "legs", "pain", "excluded", "warnings"}
    assert found["kind"] == "practice"
    for side in found["sides"].values():
        assert set(side) == {"training", "felt"}
        assert not any(count for name, count in side["training"].items() if name != "n_practised")
