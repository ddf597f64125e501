"""Sets of repetitions and bouts for tests: levels made to order, or the simulated athlete on the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from emg.activation import Activations, Reference, SiteReference
from emg.blocks import SampleBlock, StreamInfo
from emg.codes import CommandKind, EventKind
from emg.filters import FilterSettings
from emg.live.build_view import SessionFacts
from emg.live.live_session import LiveSession
from emg.montage import FOUR_SITES, Legs, Side
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import INVALID, VERDICTS
from emg.reference import ReferenceInForce
from emg.results import Feedback
from emg.session.tables import ActivationTable
from emg.sets.bouts import BoutSet, BoutSettings
from emg.sets.repetitions import RepetitionSet, RepetitionSettings
from emg.stage import Command, Event, Stage, StageStart
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import Fault
from tests.emg.sets.coached import FS, REFERENCE, Pct
from tests.emg.signals import stream
from tests.hardware.scripted_coach import asked, play
from tests.sessions import Kept

LEAD, PREPARE, SET_AFTER, REST = 2 * FS, FS, FS // 2, FS
SET_AT = LEAD + PREPARE + SET_AFTER
"""Sample of "set" in every set made here."""

COMMON: Mapping[str, Any] = {
    "exercise": "chair_bridge",
    "gate_muscle": "glute",
    "working_muscles": ("glute", "ham"),
    "target_pct": 30.0,
    "feedback": Feedback.ON,
    "lead_rest_s": LEAD / FS,
    "rest_s": REST / FS,
    "prepare_s": PREPARE / FS,
    "set_after_s": SET_AFTER / FS,
    "set_number": 2,
    "n_sets": 4,
    "stand_up_s": 3.0,
    "window_s": 0.0,
}
"""Levels made to order have no window."""


def repetition_set(
    reference: Reference = REFERENCE, *, next_hold: int = 1, begun: bool = True, **changes: Any
) -> RepetitionSet:
    """A set of three repetitions on the right that has begun at sample 0."""
    told = {**COMMON, "side": Side.RIGHT, "repetitions": 3, "limit_s": 20.0, **changes}
    stage = RepetitionSet(RepetitionSettings(code="repetitions_right", **told), ReferenceInForce(reference))
    if begun:
        stage.begin(StageStart(0, "repetitions_right#1", float(FS), next_hold))
    return stage


def bout_set(
    reference: Reference = REFERENCE, *, next_hold: int = 1, begun: bool = True, **changes: Any
) -> BoutSet:
    """Two bouts of four seconds that have begun at sample 0."""
    told = {**COMMON, "side": Legs.ALTERNATING, "bouts": 2, "bout_s": 4.0, **changes}
    stage = BoutSet(BoutSettings(code="bouts", **told), ReferenceInForce(reference))
    if begun:
        stage.begin(StageStart(0, "bouts#1", float(FS), next_hold))
    return stage


def bump(start_s: float, top_pct: float, ramp_s: float = 0.4, top_s: float = 0.8) -> Callable[[int], float]:
    """A rise, a top and a fall along raised cosines, from so long after "set" on."""

    def level(sample: int) -> float:
        at_s = (sample - SET_AT) / FS - start_s
        into_s = min(at_s, 2.0 * ramp_s + top_s - at_s)
        share = min(1.0, max(0.0, into_s / ramp_s))
        return top_pct * 0.5 * (1.0 - float(np.cos(np.pi * share)))

    return level


def of_sites(**bumps: Sequence[Callable[[int], float]]) -> Pct:
    """Levels of several muscles, each the highest of its bumps."""
    return lambda sample: {site: max(one(sample) for one in shapes) for site, shapes in bumps.items()}


def three(tops_pct: Sequence[float] = (40.0, 40.0, 40.0), *, apart_s: float = 2.5) -> Pct:
    """Repetitions of the right leg, the hamstring at half of the glute."""
    glute = [bump(0.5 + apart_s * k, top) for k, top in enumerate(tops_pct)]
    ham = [bump(0.5 + apart_s * k, top / 2.0) for k, top in enumerate(tops_pct)]
    return of_sites(glute_right=glute, ham_right=ham)


def with_verdict(levels: Activations, site: str, verdict: str, start: int, stop: int) -> Activations:
    """The same levels with a verdict on one site for a while."""
    verdicts = levels.verdicts.copy()
    inside = (levels.samples >= start) & (levels.samples < stop)
    verdicts[inside, levels.sites.index(site)] = VERDICTS.index(verdict)
    return replace(levels, verdicts=verdicts)


def in_set(seconds: float) -> int:
    """Sample so long after "set"."""
    return SET_AT + round(seconds * FS)


# --- the simulated athlete on the real chain


@cache
def own_reference(seed: int, fs_hz: float) -> Reference:
    """Rest and true maximum of an athlete, in the band of the chain."""
    sites = FOUR_SITES.names
    events = [
        event
        for place, site in enumerate(sites)
        for event in asked(5.0 + 15.0 * place, "mvc", effort_s=10.0, fs_hz=fs_hz, site=site, trial=1)
    ]
    data_uv = play(Athlete(seed=seed, fs_hz=fs_hz), events, 68.0, (round(0.1 * fs_hz),))
    levels = chain(stream(fs_hz))(SampleBlock(data_uv, 0, fs_hz, 0.0))
    time_s = levels.samples / fs_hz

    def rms_uv(place: int, start_s: float, stop_s: float) -> float:
        inside = (time_s >= start_s) & (time_s < stop_s)
        return float(np.sqrt(np.mean(levels.power_uv2[inside, place])))

    return Reference(
        {
            site: SiteReference(
                rms_uv(place, 1.0, 4.5), rms_uv(place, 8.5 + 15.0 * place, 16.5 + 15.0 * place)
            )
            for place, site in enumerate(sites)
        }
    )


def chain(info: StreamInfo, reference: Reference | None = None) -> Pipeline:
    """The chain of a session."""
    settings = ChainSettings(FilterSettings.for_rate(info.fs_hz, None))
    return Pipeline(info, FOUR_SITES, settings, reference or Reference())


def performed(
    make: Callable[..., Stage],
    athlete: Athlete,
    reference: Reference,
    *,
    seconds: float = 60.0,
    blocks: Iterable[int] = (25,),
    lost: Sequence[range] = (),
    say: Mapping[int, CommandKind] | None = None,
    **changes: Any,
) -> Kept:
    """A live session of one set, done by the simulated athlete; ``lost`` samples never come.

    Keys take effect at their sample, as in a replay.
    """
    fs_hz = athlete.fs_hz
    info = stream(fs_hz)
    in_force = ReferenceInForce(reference)
    stage = make(reference, begun=False, **{"window_s": 0.25, **changes})
    kept = Kept(ActivationTable(FOUR_SITES.names, fs_hz, VERDICTS, INVALID, info.unit))
    facts = SessionFacts("demo", "chair_bridge", 60.0, True)
    live = LiveSession(info, chain(info, reference), [stage], in_force, kept, facts, athlete)
    for sample, kind in (say or {}).items():
        live.post(Command(kind, applied_sample=sample))
    for block in arriving(athlete, round(seconds * fs_hz), blocks, lost):
        if live.finished:
            break
        live.on_block(block)
    live.stop("test")
    return kept


def arriving(
    athlete: Athlete, total: int, blocks: Iterable[int], lost: Sequence[range]
) -> Iterator[SampleBlock]:
    """The athlete's samples as they come."""
    sizes, n = list(blocks), 0
    while n < total:
        size = min(sizes[0], total - n)
        sizes = [*sizes[1:], sizes[0]]
        data_uv, end = athlete.samples(size), n + size
        edges = sorted({n, end, *(edge for gap in lost for edge in (gap.start, gap.stop) if n < edge < end)})
        for start, stop in pairwise(edges):
            if not any(start in gap for gap in lost):
                part = data_uv[start - n : stop - n]
                yield SampleBlock(part, start, athlete.fs_hz, stop / athlete.fs_hz)
        n = end


def of_kind(events: Iterable[Event], kind: EventKind) -> list[Event]:
    """Events of one kind."""
    return [event for event in events if event.kind is kind]


def faulty(*names: str) -> tuple[Fault, ...]:
    """Faults of the whole session."""
    return tuple(Fault(name) for name in names)
