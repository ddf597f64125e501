"""What the simulated athlete's muscles really did in a hold: the rows of truth.csv."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from emg.montage import Side, WorkingSide
from emg.results import Kind, Role
from emg.stage import Event, JsonValue
from hardware.simulated_muscle import Muscle

LATENCY_SHARE: Final = 0.75
LATENCY_DWELL_S: Final = 0.25
"""Latency: to the first crossing of this share of the plateau that lasts so long."""


@dataclass(frozen=True, slots=True)
class TruthRow:
    """What really was in one hold, repetition or stride: a row of truth.csv.

    Attributes
    ----------
    hold, role, side
        Of the row of holds.csv.
    glute_latency_s, ham_latency_s : float or None
        Working side of a hold, from set to the first crossing of 75 % of the plateau that lasts 250 ms; a
        repetition or stride has none, nor has a hold of both legs.
    pct_mvc : mapping from site name to float or None
        RMS of the noise-free effort over the scored span, in percent of the true maximum.
    """

    hold: int
    role: Role
    side: WorkingSide
    glute_latency_s: float | None
    ham_latency_s: float | None
    pct_mvc: Mapping[str, float | None]


def truth_of(
    event: Event, muscles: Mapping[str, Muscle], cue_samples: Mapping[int, int], fs_hz: float
) -> TruthRow | None:
    """Say what the muscles did in a hold, repetition or stride that is over; None if the event is of none.

    Parameters
    ----------
    event : Event
        ``hold_done``, with the samples of the hold in its detail.
    muscles : mapping from site to Muscle
        With the efforts that they made.
    cue_samples : mapping from hold to int
        Where each hold began.
    fs_hz : float
        Sampling rate.
    """
    if event.hold is None or event.side is None or event.role is None:
        return None
    start = _sample(event.detail.get("scored_from_sample"))
    stop = _sample(event.detail.get("scored_to_sample"))
    pct: dict[str, float | None] = dict.fromkeys(muscles)
    if start is not None and stop is not None and start < stop:
        for name, muscle in muscles.items():
            pct[name] = 100.0 * math.sqrt(np.mean(np.square(muscle.effort.levels(start, stop))))
    set_sample = _sample(event.detail.get("set_sample"))
    timed = isinstance(event.side, Side) and event.detail.get("kind", Kind.HOLD) == Kind.HOLD
    end = _sample(event.detail.get("end_sample"))

    def latency_s(muscle: str) -> float | None:
        name = f"{muscle}_{event.side}"
        plateau_pct = pct[name] if timed else None
        if plateau_pct is None or set_sample is None:
            return None
        begin = cue_samples.get(event.hold or 0, set_sample)
        levels = muscles[name].effort.levels(begin, event.sample if end is None else end)
        crossed = _first_lasting(100.0 * levels, plateau_pct, round(LATENCY_DWELL_S * fs_hz))
        return None if crossed is None else (begin + crossed - set_sample) / fs_hz

    return TruthRow(event.hold, event.role, event.side, latency_s("glute"), latency_s("ham"), pct)


def _first_lasting(levels_pct: np.ndarray, plateau_pct: float, dwell: int) -> int | None:
    """Index of the first crossing of 75 % of the plateau that lasts, None if there is none."""
    above = levels_pct >= LATENCY_SHARE * plateau_pct
    if plateau_pct <= 0.0 or len(above) < dwell:
        return None
    lasting = np.flatnonzero(np.lib.stride_tricks.sliding_window_view(above, dwell).all(axis=1))
    return int(lasting[0]) if len(lasting) else None


def _sample(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None


def write_truth(path: Path, rows: Iterable[TruthRow], sites: Sequence[str]) -> None:
    """Write truth.csv.

    Parameters
    ----------
    path : Path
        File to write; UTF-8, LF, a decimal point, empty where there is no reading.
    rows : iterable of TruthRow
        In the order of the file.
    sites : sequence of str
        Sites of the session, one column each.
    """

    def cell(value: float | None) -> str:
        return "" if value is None else f"{value:.4f}"

    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            [
                "hold",
                "role",
                "side",
                "glute_latency_s",
                "ham_latency_s",
                *(f"{site}_pct_mvc" for site in sites),
            ]
        )
        for row in rows:
            latencies = (cell(row.glute_latency_s), cell(row.ham_latency_s))
            levels = (cell(row.pct_mvc.get(site)) for site in sites)
            table.writerow([row.hold, str(row.role), str(row.side), *latencies, *levels])
