"""Short sessions with the real chain, stages and files: only the holds are fewer and shorter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from calibrations.calibration import Calibration, SiteRecord
from calibrations.draft import Draft
from emg.activation import NO_REFERENCE, Activations
from emg.blocks import SampleBlock, Source, StreamInfo
from emg.codes import EventKind
from emg.input_events import command_of, is_command
from emg.live.build_view import SessionFacts
from emg.live.live_session import LiveSession
from emg.live_view import LiveView
from emg.montage import FOUR_SITES, Montage, Side
from emg.pipeline import Pipeline
from emg.protocols import Protocol as Exercise
from emg.protocols import load_protocol
from emg.quality import INVALID, VERDICTS
from emg.reference import ReferenceInForce
from emg.results import HoldResult, Method
from emg.session.tables import ActivationTable
from emg.stage import Command, Event, RowContext
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import FAKE_INFO
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan, chain_settings
from ui.session.records import chain_record
from ui.session.set_up import make_set_up
from ui.session.stages import make_stages

FS = 250
RIGHT_LEG = Montage.of({"glute_right": 3, "ham_right": 4})
QUICK = {
    "stand_up_s": 1.0,
    "prepare_s": 1.0,
    "quiet_s": 0.5,
    "set_after_s": 0.5,
    "wait_limit_s": 2.0,
    "hold_s": 2.0,
    "rest_between_holds_s": 1.0,
    "rest_between_sides_s": 1.5,
}
"""Timing for tests of what happens when; the scored span of such a hold is its second second."""


def short_exercise(
    *,
    test: int = 1,
    train: int = 1,
    offered: int = 0,
    sides: Sequence[Side] = (Side.RIGHT,),
    timing: Mapping[str, float] = QUICK,
) -> Exercise:
    """The power position with fewer holds and other times."""
    whole = load_protocol("power_position")
    sets = [
        planned.model_copy(update={"holds": holds})
        for planned, holds in zip(whole.sets, (test, train, offered), strict=True)
        if holds
    ]
    return whole.model_copy(
        update={"sides": tuple(sides), "sets": tuple(sets), "timing": whole.timing.model_copy(update=timing)}
    )


def calibration_for(
    info: StreamInfo, montage: Montage, *, athlete: str = "demo", mvc_uv: float = 60.0
) -> Calibration:
    """A calibration that fits: rest at 2 µV, every maximum the same."""
    return Calibration(
        athlete=athlete,
        board=info.board,
        source_id=info.source_id,
        unit=info.unit.value,
        chain=chain_record(info, chain_settings(info, None)),
        made_at=datetime.now(UTC),
        software="0.1.0",
        sites={
            name: SiteRecord(
                channel=channel, rest_uv=2.0, mvc_uv=mvc_uv, method=Method.QUICK, mvc_cv_pct=10.0
            )
            for name, channel in montage.as_dict().items()
        },
    )


def plan_of(
    source: Source,
    exercise: Exercise,
    parent: Path,
    *,
    montage: Montage = FOUR_SITES,
    calibration: Calibration | None = None,
    performer: Athlete | None = None,
    attended: bool = False,
    checks: bool = False,
    give_up_s: float | None = None,
) -> SessionPlan:
    """A plan whose source nobody may need; its electrodes are taken as checked unless asked for."""
    return SessionPlan(
        source=source,
        exercise=exercise,
        montage=montage,
        athlete="demo",
        parent=parent,
        performer=performer,
        calibration=calibration,
        attended=attended,
        checks=checks,
        give_up_s=give_up_s,
    )


@dataclass
class Kept:
    """A listener that keeps all it is given, and a performer who hears all."""

    table: ActivationTable
    blocks: list[SampleBlock] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    holds: list[HoldResult] = field(default_factory=list)
    rows: str = ""
    order: list[tuple[str, int]] = field(default_factory=list)
    heard: list[Event] = field(default_factory=list)

    def block(self, block: SampleBlock) -> None:
        self.blocks.append(block)
        self.order.append(("block", block.end_sample))

    def event(self, event: Event) -> None:
        self.events.append(event)
        self.order.append((event.kind.value, event.sample))

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        self.rows += self.table.add(activations, contexts)
        self.order.append(("levels", int(activations.samples[-1])))

    def hold(self, result: HoldResult) -> None:
        self.holds.append(result)
        self.order.append(("hold", result.end_sample or 0))

    def hear(self, event: Event) -> None:
        self.heard.append(event)

    def at(self, kind: EventKind) -> list[int]:
        return [event.sample for event in self.events if event.kind is kind]

    @property
    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events]

    @property
    def told(self) -> tuple[list[Event], list[HoldResult], str]:
        """All that must not depend on the cut into blocks."""
        return self.events, self.holds, self.rows


@dataclass
class Rig:
    """A live session without a thread, and what it said."""

    live: LiveSession
    kept: Kept
    reference: ReferenceInForce
    draft: Draft

    def feed(self, blocks: Iterable[SampleBlock]) -> Kept:
        for block in blocks:
            self.live.on_block(block)
        return self.kept


def rig(
    exercise: Exercise,
    tmp_path: Path,
    *,
    info: StreamInfo = FAKE_INFO,
    montage: Montage = FOUR_SITES,
    calibrated: bool = True,
    autostart: bool = True,
    performer: Athlete | None = None,
    attended: bool = False,
) -> Rig:
    """Put a live session together as the program does; attended, it asks after a re-open."""
    source = SimulatedSource(performer or Athlete(seed=1), speed=0.0)
    calibration = calibration_for(info, montage) if calibrated else None
    plan = plan_of(source, exercise, tmp_path, montage=montage, calibration=calibration, performer=performer)
    chain, draft = chain_settings(info, None), Draft()
    reference = ReferenceInForce(calibration.reference() if calibration else NO_REFERENCE)
    set_up = make_set_up(plan, info, draft)
    before = () if calibrated else set_up.stages
    stages = make_stages(plan, info, chain, before, reference)
    pipeline = Pipeline(info, montage, chain, reference.value)
    kept = Kept(ActivationTable(montage.names, info.fs_hz, VERDICTS, INVALID, info.unit))
    facts = SessionFacts("demo", exercise.code, 60.0, autostart)
    again = set_up.stages if attended else ()
    live = LiveSession(info, pipeline, stages, reference, kept, facts, performer or kept, again)
    return Rig(live, kept, reference, draft)


def noise(seconds: float, *, level_uv: float = 30.0, seed: int = 1, fs_hz: float = FS) -> SampleBlock:
    """One long block of EMG-like noise on four channels, host time as on the sample clock."""
    n = round(seconds * fs_hz)
    data_uv = np.random.default_rng(seed).standard_normal((n, 4)) * level_uv
    return SampleBlock(data_uv, 0, fs_hz, n / fs_hz)


def cut(block: SampleBlock, edges: Iterable[int]) -> Iterator[SampleBlock]:
    """The block in pieces that end at these samples; its rows are numbered from its first sample."""
    bounds = sorted({0, block.n_samples, *(edge for edge in edges if 0 < edge < block.n_samples)})
    for start, stop in pairwise(bounds):
        part = block.cut(start, stop)
        yield replace(part, host_time_s=part.end_sample / part.fs_hz)


def every(n: int, block: SampleBlock) -> Iterator[SampleBlock]:
    """The block in pieces of ``n`` samples."""
    return cut(block, range(n, block.n_samples, n))


def joined(blocks: Sequence[SampleBlock]) -> SampleBlock:
    """Blocks without a gap as one."""
    return replace(blocks[0], data_uv=np.concatenate([block.data_uv for block in blocks]))


def commands_of(events: Iterable[Event]) -> list[Command]:
    """The commands among the inputs of a session, as a replay gives them."""
    return [command_of(event) for event in events if is_command(event)]


def replayed(rigged: Rig, events: Iterable[Event], blocks: Iterable[SampleBlock]) -> Kept:
    """A session computed again from its samples and its input events: keys, and re-opens where they were."""
    events = list(events)
    reopens = {event.sample: event for event in events if event.kind is EventKind.REOPENED}
    for command in commands_of(events):
        rigged.live.post(command)
    end = 0
    for block in blocks:
        reopen = reopens.pop(end, None)
        if reopen is not None:
            n_lost = reopen.detail["n_lost"]
            assert isinstance(n_lost, int)
            rigged.live.reopened(n_lost, estimated=reopen.detail["estimated"] is True)
        rigged.live.on_block(block)
        end = block.end_sample
    return rigged.kept


@dataclass
class KeptFront:
    """A front that keeps what it is shown."""

    views: list[LiveView] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    ends: list[SessionEnd] = field(default_factory=list)

    def post_view(self, view: LiveView) -> None:
        self.views.append(view)

    def post_event(self, event: Event) -> None:
        self.events.append(event)

    def post_end(self, end: SessionEnd) -> None:
        self.ends.append(end)
