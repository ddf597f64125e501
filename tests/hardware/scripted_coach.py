"""A coach who reads from a script, for tests of the simulated athlete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

import numpy as np

from emg.blocks import FloatArray
from emg.codes import EventKind
from emg.montage import Side
from emg.results import Role
from emg.stage import Event, JsonValue
from hardware.simulated_athlete import Athlete

FS = 250
SECONDS_BEFORE_SET = 4.5
"""From "prepare" to set in every scripted hold."""


def mvc(start_s: float, site: str, *, effort_s: float = 5.0, trial: int = 1) -> list[Event]:
    """Events of one maximal effort."""
    detail: Mapping[str, JsonValue] = {"exercise": "mvc", "site": site, "trial": trial}
    times = {
        EventKind.PREPARE: start_s,
        EventKind.CUE: start_s + 3.0,
        EventKind.RELAX: start_s + 3.0 + effort_s,
        EventKind.TRIAL_DONE: start_s + 4.0 + effort_s,
    }
    return [Event(round(FS * at_s), kind, "mvc#1", detail=detail) for kind, at_s in times.items()]


def asked(
    start_s: float,
    exercise: str,
    *,
    effort_s: float = 3.0,
    side: Side | None = None,
    fs_hz: float = FS,
    run: str = "setup#1",
    **detail: JsonValue,
) -> list[Event]:
    """Events of something that a set-up stage asks for: two seconds to get ready, then the cue."""
    told: Mapping[str, JsonValue] = {"exercise": exercise, **detail}
    times = {
        EventKind.PREPARE: start_s,
        EventKind.CUE: start_s + 2.0,
        EventKind.RELAX: start_s + 2.0 + effort_s,
        EventKind.TRIAL_DONE: start_s + 2.0 + effort_s,
    }
    return [Event(round(fs_hz * at_s), kind, run, side, detail=told) for kind, at_s in times.items()]


def hold(
    start_s: float,
    side: Side,
    *,
    number: int = 1,
    held_s: float = 6.0,
    scored_s: tuple[float, float] | None = (1.0, 5.5),
    role: Role = Role.TEST,
) -> list[Event]:
    """Events of one hold as the coach raises them; ``held_s`` and ``scored_s`` count from set."""
    set_sample = round(FS * (start_s + SECONDS_BEFORE_SET))
    end = set_sample + round(FS * held_s)
    span = (None, None) if scored_s is None else tuple(set_sample + round(FS * at_s) for at_s in scored_s)
    result: Mapping[str, JsonValue] = {
        "exercise": "power_position",
        "set_sample": set_sample,
        "fired_sample": None,
        "end_sample": end,
        "scored_from_sample": span[0],
        "scored_to_sample": span[1],
        "outcome": "success",
    }
    plan = [
        (round(FS * start_s), EventKind.PREPARE, {"exercise": "power_position"}),
        (round(FS * (start_s + 3.0)), EventKind.CUE, {"exercise": "power_position"}),
        (set_sample, EventKind.SET, {"exercise": "power_position"}),
        (end, EventKind.RELAX, {"exercise": "power_position"}),
        (end, EventKind.HOLD_DONE, result),
        (end, EventKind.REST, {"exercise": "power_position"}),
    ]
    run = f"holds_{side}_{role}#1"
    return [Event(sample, kind, run, side, role, number, detail) for sample, kind, detail in plan]


def play(
    athlete: Athlete, events: Sequence[Event], seconds: float, blocks: Sequence[int] = (25,)
) -> FloatArray:
    """Read block by block; what happens in a block is heard after it, as in a live session."""
    waiting = sorted(events, key=lambda event: event.sample)
    n_samples = round(athlete.fs_hz * seconds)
    pieces: list[FloatArray] = []
    given = 0
    sizes: Iterator[int] = cycle(blocks)
    while given < n_samples:
        pieces.append(athlete.samples(min(next(sizes), n_samples - given)))
        given += len(pieces[-1])
        while waiting and waiting[0].sample < given:
            athlete.hear(waiting.pop(0))
    return np.concatenate(pieces)
