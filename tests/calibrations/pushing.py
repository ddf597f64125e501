"""An athlete without noise goes through the measuring stages: levels to order, keys and answers dated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from calibrations.draft import Draft, Way
from calibrations.intake import Effort
from calibrations.maximum import MvcEffort, MvcStage
from calibrations.submax import SubmaxStage
from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import CommandKind, EventKind
from emg.montage import FOUR_SITES
from emg.stage import Command, Event, Stage, StageStart
from tests.emg.sets.coached import FS, PAUSE, REST_UV, RESUME, Pct, Told, ticks

SITES = FOUR_SITES.names
ALL_OUT = dict.fromkeys(SITES, 100.0)
PRONE = {site: "prone_hip_extension" if "glute" in site else "prone_knee_curl" for site in SITES}
STANDING = {site: "standing_squeeze" if "glute" in site else "prone_knee_curl" for site in SITES}

Answer: TypeAlias = Callable[[Event], int | None]
Say: TypeAlias = Mapping[int, CommandKind | Command | Sequence[CommandKind | Command]]


def says(value: int) -> Command:
    return Command(CommandKind.ANSWER, value=value)


def mvc(
    sites: Sequence[str] = SITES,
    *,
    unit: Unit = Unit.MICROVOLT,
    rest_uv: float = REST_UV,
    way: Way = Way.QUICK,
    positions: Mapping[str, str] = PRONE,
    concludes: bool = True,
    draft: Draft | None = None,
) -> MvcStage:
    draft = draft or Draft(rest_uv=dict.fromkeys(SITES, rest_uv))
    efforts = [MvcEffort(site, positions[site]) for site in sites]
    stage = MvcStage(efforts, draft, unit, way=way, concludes=concludes)
    stage.begin(StageStart(0, "mvc#1", float(FS)))
    return stage


def submax(sites: Mapping[str, Effort], *, draft: Draft | None = None, concludes: bool = True) -> SubmaxStage:
    draft = draft or Draft(rest_uv=dict.fromkeys(SITES, REST_UV))
    stage = SubmaxStage(sites, draft, Unit.MICROVOLT, concludes=concludes)
    stage.begin(StageStart(0, "submax#1", float(FS)))
    return stage


def go(
    stage: Stage,
    pct: Pct | Mapping[str, float] = ALL_OUT,
    seconds: float = 250.0,
    *,
    say: Say | None = None,
    lost: Iterable[int] = (),
    answer: Answer | None = None,
    verdicts: Mapping[str, str] | None = None,
    cuts: Iterable[int] = (),
    change: Callable[[Activations], None] | None = None,
) -> Told:
    """Let a stage run until it is done; answers come some 0.6 s after what they answer."""
    levels = in_band(ticks(range(round(seconds * FS)), pct, lost=lost, verdicts=verdicts))
    if change is not None:
        change(levels)
    return goes_through(stage, levels, say=say, answer=answer, cuts=cuts)


def in_band(levels: Activations) -> Activations:
    """Give ticks the spectrum of what has gone through a band-pass: nothing near zero frequency."""
    white = np.random.default_rng(2).standard_normal((len(levels) + 1, len(levels.sites)))
    return replace(levels, sample_uv=np.diff(white, axis=0) * np.sqrt(levels.power_uv2 / 2.0))


def goes_through(
    stage: Stage,
    levels: Activations,
    *,
    say: Say | None = None,
    answer: Answer | None = None,
    cuts: Iterable[int] = (),
) -> Told:
    """Give ticks half a second at a time, or cut as told; a command comes before the tick it is dated at."""
    told, due, paused = Told(), {at: _listed(given) for at, given in (say or {}).items()}, False
    first, end = int(levels.samples[0]), int(levels.samples[-1]) + 1
    at = first
    edges = iter(sorted({*cuts} or range(first, end, FS // 2)))
    edge = next(edges, end)
    while at < end and not _is_done(stage):
        for dated in sorted(sample for sample in due if sample <= at):
            for command in due.pop(dated):
                paused = {PAUSE: True, RESUME: False}.get(command.kind, paused)
                said = Command(command.kind, command.sample, at, command.value)
                told.events += _kept(stage.command(said).events, due, answer)
        if _is_done(stage):
            told.end = at
            break
        while edge <= at:
            edge = next(edges, end)
        stop = min([end, edge, *(sample for sample in due if sample > at)])
        if not paused:
            step = stage.advance(levels.cut(at - first, stop - first))
            told.events += _kept(step.events, due, answer)
            told.end = int(levels.samples[at - first + step.consumed - 1])
        at = stop
    return told


def _is_done(stage: Stage) -> bool:
    return stage.done


def _listed(given: CommandKind | Command | Sequence[CommandKind | Command]) -> list[Command]:
    listed = [given] if isinstance(given, CommandKind | Command) else given
    return [one if isinstance(one, Command) else Command(one) for one in listed]


def _kept(events: Sequence[Event], due: dict[int, list[Command]], answer: Answer | None) -> Sequence[Event]:
    for event in events:
        if event.kind is EventKind.TRIAL_DONE and answer is not None:
            value = answer(event)
            if value is not None:
                due.setdefault(event.sample + round(0.6 * FS), []).append(says(value))
    return events


def reasons(told: Told) -> list[object]:
    return [event.detail["reason"] for event in told.events if event.kind is EventKind.REFUSED]


def cued(told: Told, key: str = "site") -> list[object]:
    return [event.detail.get(key) for event in told.events if event.kind is EventKind.CUE]


def details(told: Told, kind: EventKind) -> list[Mapping[str, object]]:
    return [event.detail for event in told.events if event.kind is kind]


def steps_of(told: Told) -> list[tuple[object, object]]:
    return [(d.get("site"), d.get("effort_pct")) for d in details(told, EventKind.CUE)]
