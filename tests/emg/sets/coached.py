"""Levels as a set of holds sees them, made to order: no filter, no noise, every number known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from emg.activation import RATIO_PAIRS, Activations, Reference, SiteReference
from emg.blocks import FloatArray
from emg.codes import CommandKind, EventKind
from emg.montage import FOUR_SITES, Side
from emg.quality import NO_READING, OK, VERDICTS
from emg.reference import ReferenceInForce
from emg.results import Feedback, HoldResult, Role, Until
from emg.sets.coach import HoldSet
from emg.sets.hold import HoldPlan
from emg.sets.score import ChainDelays
from emg.sets.set_settings import SetSettings
from emg.stage import Command, Event, Stage, StageStart

FS = 250
PAUSE, RESUME, NEXT, BACK = CommandKind.PAUSE, CommandKind.RESUME, CommandKind.NEXT, CommandKind.BACK
REST_UV, SPAN_UV = 2.0, 100.0
SITE = SiteReference(REST_UV, float(np.hypot(SPAN_UV, REST_UV)))
REFERENCE = Reference(dict.fromkeys(FOUR_SITES.names, SITE))

LEARN = HoldPlan(side=Side.RIGHT, role=Role.TRAIN, until=Until.FIRED, target_pct=30.0, wait_limit_s=8.0)
TEST = HoldPlan(side=Side.RIGHT, role=Role.TEST, until=Until.SET, feedback=Feedback.OFF)

LEAD, REST = 5 * FS, 2 * FS
PREPARE_TO_SET = round(4.5 * FS)
HOLD = PREPARE_TO_SET + 6 * FS
"""Samples from "prepare" to the end of a test hold."""

Say: TypeAlias = Mapping[int, CommandKind | Sequence[CommandKind]]
Pct: TypeAlias = Callable[[int], Mapping[str, float]]
"""%MVC of the muscles at a sample; a muscle that is not named is at rest."""

WORKING: Mapping[str, float] = {
    "glute_right": 50.0,
    "ham_right": 25.0,
    "glute_left": 10.0,
    "ham_left": 20.0,
}


def ticks(
    samples: Iterable[int],
    pct: Pct | Mapping[str, float],
    *,
    lost: Iterable[int] = (),
    verdicts: Mapping[str, str] | None = None,
    reference: Reference = REFERENCE,
    sites: Sequence[str] = FOUR_SITES.names,
) -> Activations:
    """Activations of given %MVC: power and RMS are what these are made of, rest in them."""
    at = np.array(list(samples), dtype=np.int64)
    gone = np.isin(at, np.array(sorted(set(lost)), dtype=np.int64))
    if isinstance(pct, Mapping):
        wanted = np.tile([pct.get(site, 0.0) for site in sites], (len(at), 1))
    else:
        wanted = np.array([[level.get(site, 0.0) for site in sites] for level in map(pct, at.tolist())])
    muscle_uv = wanted / 100.0 * SPAN_UV
    power: FloatArray = np.square(muscle_uv) + REST_UV**2
    power[gone] = np.nan
    known = np.array([site in reference.sites for site in sites])
    level = np.where(gone[:, None] | ~known, np.nan, wanted)
    codes = np.full(power.shape, OK, dtype=np.int8)
    for site, verdict in (verdicts or {}).items():
        codes[:, list(sites).index(site)] = VERDICTS.index(verdict)
    codes[gone] = NO_READING
    white = np.random.default_rng(1).standard_normal((len(at) + 1, power.shape[1]))
    return Activations(
        fs_hz=float(FS),
        spacing=1,
        sites=tuple(sites),
        samples=at,
        # differences of white noise: what a band-pass leaves, as little of it slow as of a muscle
        sample_uv=np.diff(white, axis=0) * np.sqrt(power / 2.0),
        power_uv2=power,
        rms_uv=np.sqrt(power),
        slow_uv=np.sqrt(power),
        short_uv=np.sqrt(power),
        pct_mvc=level,
        slow_pct=level,
        verdicts=codes,
        lost=gone.astype(np.int64),
        ratios={name: np.full(len(at), np.nan) for name in RATIO_PAIRS},
    )


def hold_set(
    plan: HoldPlan = TEST,
    *,
    holds: int = 2,
    reference: Reference = REFERENCE,
    next_hold: int = 1,
    gate: str = "glute_right",
) -> HoldSet:
    """A set that has begun at sample 0."""
    settings = SetSettings(
        code=f"holds_{plan.side}_{plan.role}",
        exercise="power_position",
        plan=plan,
        holds=holds,
        set_number=2,
        n_sets=4,
        lead_rest_s=LEAD / FS,
        rest_s=REST / FS,
        gate_sites=(gate,),
        working_sites=(f"glute_{plan.side}", f"ham_{plan.side}"),
    )
    stage = HoldSet(settings, ChainDelays(0.005, 0.050), ReferenceInForce(reference))
    stage.begin(StageStart(0, f"{settings.code}#1", float(FS), next_hold))
    return stage


@dataclass
class Told:
    """What a stage said, and the last sample it saw."""

    events: list[Event] = field(default_factory=list)
    holds: list[HoldResult] = field(default_factory=list)
    end: int = 0

    def at(self, kind: EventKind) -> list[int]:
        return [event.sample for event in self.events if event.kind is kind]

    @property
    def outcomes(self) -> list[str]:
        return [hold.outcome.value for hold in self.holds]


def run(
    stage: Stage,
    levels: Activations,
    *,
    say: Say | None = None,
    cuts: Iterable[int] = (),
) -> Told:
    """Give ticks in pieces until the stage is done; a command comes before the tick it is dated at.

    While paused the stage gets no ticks, as in a live session.
    """
    told, commands, paused = Told(), dict(say or {}), False
    edges = sorted({*cuts, *(int(np.searchsorted(levels.samples, at)) for at in commands), 0, len(levels)})
    for start, stop in pairwise(edges):
        sample = int(levels.samples[start])
        given = commands.get(sample, ())
        said = [given] if isinstance(given, CommandKind) else list(given)
        for kind in said:
            step = stage.command(Command(kind, sample=sample, applied_sample=sample))
            told.events += step.events
            told.holds += step.holds
            paused = {CommandKind.PAUSE: True, CommandKind.RESUME: False}.get(kind, paused)
        if stage.done:
            told.end = sample
        elif not paused:
            step = stage.advance(levels.cut(start, stop))
            told.events += step.events
            told.holds += step.holds
            told.end = int(levels.samples[start + step.consumed - 1])
        if stage.done:
            break
    return told


def without(*sites: str) -> Reference:
    """The reference without some sites."""
    return Reference({name: site for name, site in REFERENCE.sites.items() if name not in sites})


def changed(**changes: object) -> Reference:
    """The reference with the right glute's entry changed."""
    return Reference({**REFERENCE.sites, "glute_right": replace(SITE, **changes)})  # type: ignore[arg-type]
