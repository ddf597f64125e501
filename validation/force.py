"""Chapter: when real muscles start and let go, beside the force they make and beside published detectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from scipy import signal

from emg.activation import Activations
from emg.blocks import BoolArray, FloatArray
from emg.bursts import find_bursts, noise_baseline
from emg.filters import FilterSettings
from emg.onset import PLATEAU_SHARE, noise_onset_s, plateau_latency_s
from emg.pipeline import ChainSettings
from emg.sets.zone import DWELL_S, EXIT_SHARE, Zone
from hardware.simulated_emg import sinc3_taps
from validation.data import table
from validation.onset import zero_phase
from validation.published_onsets import PUBLISHED
from validation.results import Chapter, Claim, Claims, Table, signed
from validation.simulation import chain, run

RATES_HZ: Final = (250.0, 500.0, 1000.0)
SHORT_S: Final = ChainSettings(FilterSettings.for_rate(1000.0)).short_window_s

PLATEAU_PCT: Final = 40.0
TARGET_PCT: Final = PLATEAU_SHARE * PLATEAU_PCT
"""The effort's own plateau is taken for 40 %MVC: a target at 75 % of it is one of 30 %MVC."""

LET_GO_SHARE: Final = 0.375
"""Release of the clinical statistics of NeuroTrac: the level has fallen to half of its onset's 75 %."""

FORCE_HZ: Final = 20.0
FORCE_SD: Final = 3.0
FORCE_DWELL_S: Final = 0.050
MOVED_SHARE: Final = 0.02
SETTLE_S: Final = 0.060
"""The beginning of a recording, before the short window is full."""

LEAD_MS: Final = (0.0, 200.0)
"""By how much EMG may come before force; 50 ms is usual for an abrupt effort (Cavanagh and Komi 1979, Eur J
Appl Physiol 42:159-163), the threshold and a slow rise put it off further."""

MOVED_LEAD_MS: Final = (0.0, 300.0)
"""The same before the lower leg has moved by 2 % of its way: it has to be set going (ours)."""

SAME_SHARE_MS: Final = 200.0
"""A level and its force are at the same share of their plateaus within this (ours)."""

BESIDE_MS: Final = 100.0
"""And two detectors of the same beginning, or end, within this (ours)."""

BESIDE: Final = tuple(name for name in PUBLISHED if name.startswith(("Hodges", "Solnik")))
"""The two published detectors that ours is held against; the others stand in the tables."""

OURS: Final = "PowerHold"


@dataclass(frozen=True, slots=True)
class Effort:
    """One beginning or end in a recording, and where in it, in seconds.

    Attributes
    ----------
    name, file : str
        What it is called, and the recording.
    column, mechanics : int
        Columns of the EMG of the muscle that does it, and of the force or the angle.
    fs_hz, to_uv : float
        Rate of the recording; factor of its unit.
    quiet : (float, float)
        Where the muscle rests.
    searched : (float, float)
        Where the beginning, or the end, is looked for.
    plateau : (float, float)
        Where the effort is held; for a movement, only to know its way.
    """

    name: str
    file: str
    column: int
    mechanics: int
    fs_hz: float
    quiet: tuple[float, float]
    searched: tuple[float, float]
    plateau: tuple[float, float]
    to_uv: float = 1.0


_ISOMETRIC: Final = "lower_limb_isometric_elderly/{}_2000hz.csv"
_BENDING: Final = "lower_limb_uci/4Nstanding.csv"

BEGINS: Final = Effort(
    "knee flexion against a load cell, BF (ID05)",
    _ISOMETRIC.format("ID05_BFtask"),
    *(3, 1, 2000.0),
    *((0.0, 0.4), (0.4, 5.0), (1.5, 5.0)),
)
ENDS: Final = Effort(
    "knee extension against a load cell, VL (ID02)",
    _ISOMETRIC.format("ID02_VLtask"),
    *(2, 1, 2000.0),
    *((9.3, 10.0), (1.0, 9.3), (1.0, 7.8)),
)
"""Force starts from rest, or comes back to it; the other three recordings are cut out of efforts."""

BENDS: Final = tuple(
    Effort(
        f"bend {number} of the knee, {muscle}",
        _BENDING,
        *(column, 4, 1000.0),
        *((12.9, 13.7), (start_s, start_s + 1.6), (start_s + 1.2, start_s + 1.6)),
        to_uv=1e3,
    )
    for muscle, column in (("BF", 1), ("ST", 3))
    for number, start_s in ((2, 3.6), (3, 6.8), (4, 9.8))
)
"""Standing, without a load cell: the angle of the knee tells when the leg moves. The first one has
no rest before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A recording as a board of some rate samples it, through the product's own chain.

    Attributes
    ----------
    fs_hz : float
        Of the board.
    delay_s : float
        Of its converter.
    raw_uv : ndarray of shape (n_samples,)
        What it sends.
    levels : Activations
        What the chain makes of it.
    """

    fs_hz: float
    delay_s: float
    raw_uv: FloatArray
    levels: Activations

    @property
    def tick_s(self) -> float:
        """Spacing of the ticks."""
        return self.levels.spacing / self.fs_hz

    @property
    def filter_s(self) -> float:
        """Delay of the band-pass."""
        return FilterSettings.for_rate(self.fs_hz).delay_s(self.fs_hz)

    def ticks(self, span: tuple[float, float]) -> slice:
        """Give the ticks of a stretch."""
        return slice(*(round(edge / self.tick_s) for edge in (max(span[0], SETTLE_S), span[1])))

    def samples(self, span: tuple[float, float]) -> slice:
        """Give the samples of a stretch."""
        return slice(*(round(edge * self.fs_hz) for edge in span))


@cache
def board(folder: Path, file: str, column: int, recorded_hz: float, to_uv: float, fs_hz: float) -> Board:
    """Sample a recording as a board with a third-order sinc filter would."""
    raw_uv = to_uv * table(folder / file, columns=(column,))[:, 0]
    factor = round(recorded_hz / fs_hz)
    taps = sinc3_taps(factor)
    sampled = np.convolve(raw_uv, taps)[: len(raw_uv)][::factor] if factor > 1 else raw_uv
    delay_s = 1.5 * (factor - 1) / recorded_hz
    levels = run(chain(fs_hz, 1), (sampled - sampled[0])[:, np.newaxis])
    return Board(fs_hz, delay_s, sampled - sampled[0], levels)


def _board(folder: Path, effort: Effort, fs_hz: float) -> Board:
    return board(folder, effort.file, effort.column, effort.fs_hz, effort.to_uv, fs_hz)


@dataclass(frozen=True, slots=True)
class Mechanics:
    """When force, or an angle, begins and ends.

    Attributes
    ----------
    leaves_s : float
        It has left its rest, or its plateau: by ``FORCE_SD``, or by ``MOVED_SHARE`` of the way.
    at_share : callable
        When it is at a share of its plateau, for good.
    """

    leaves_s: float
    at_share: Callable[[float], float]


def mechanics_of(folder: Path, effort: Effort, *, ends: bool = False, moves: bool = False) -> Mechanics:
    """Read the force or the angle of an effort; all times in seconds, NaN where it never comes to that."""
    trace = table(folder / effort.file, columns=(effort.mechanics,))[:, 0]
    sos = signal.butter(2, FORCE_HZ, "lowpass", fs=effort.fs_hz, output="sos")
    smooth = np.asarray(signal.sosfiltfilt(sos, trace))

    def part(span: tuple[float, float]) -> FloatArray:
        return smooth[round(span[0] * effort.fs_hz) : round(span[1] * effort.fs_hz)]

    found = part(effort.searched)
    rest = part((effort.searched[0], effort.searched[0] + 0.1)) if moves else part(effort.quiet)
    way = float(part(effort.plateau).mean() - rest.mean())
    rise = (found - rest.mean()) / way

    def first(above: BoolArray, dwell_s: float = FORCE_DWELL_S) -> float:
        n = round(dwell_s * effort.fs_hz)
        lasting = np.flatnonzero(np.lib.stride_tricks.sliding_window_view(above, n).all(axis=1))
        return effort.searched[0] + float(lasting[0]) / effort.fs_hz if len(lasting) else math.nan

    def last(above: BoolArray) -> float:
        at = np.flatnonzero(above)
        return effort.searched[0] + float(at[-1]) / effort.fs_hz if len(at) else math.nan

    if ends:
        held = part((effort.plateau[1] - 1.0, effort.plateau[1]))
        leaves_s = last(found > held.mean() - FORCE_SD * held.std())
        return Mechanics(leaves_s, lambda share: last(rise > share))
    limit = MOVED_SHARE if moves else FORCE_SD * float(rest.std()) / abs(way)
    return Mechanics(first(rise > limit), lambda share: first(rise > share, DWELL_S))


def onsets_s(folder: Path, effort: Effort, fs_hz: float) -> dict[str, float]:
    """When the muscle starts, by our noise-based onset and by every published detector."""
    at = _board(folder, effort, fs_hz)
    quiet, searched = at.ticks(effort.quiet), at.ticks(effort.searched)
    short_uv = at.levels.short_uv[:, 0]
    joined = np.concatenate((short_uv[quiet], short_uv[searched]))
    n_quiet = quiet.stop - quiet.start
    ours = noise_onset_s(joined, at.tick_s, n_quiet, SHORT_S, at.filter_s)
    found = {OURS: math.nan if ours is None else ours + (searched.start - n_quiet) * at.tick_s}
    emg = zero_phase(at.raw_uv[:, np.newaxis], fs_hz)[:, 0]
    rest, active = emg[at.samples(effort.quiet)], emg[at.samples(effort.searched)]
    shift_s = effort.searched[0] - len(rest) / fs_hz
    for name, detect in PUBLISHED.items():
        fires_s = detect(np.concatenate((rest, active)), fs_hz, len(rest))
        found[name] = float(fires_s[0]) + shift_s if len(fires_s) else math.nan
    return {name: time_s - at.delay_s for name, time_s in found.items()}


def offsets_s(folder: Path, effort: Effort, fs_hz: float) -> dict[str, float]:
    """When the muscle stops, by the end of our burst and by the published detectors run backwards."""
    at = _board(folder, effort, fs_hz)
    quiet, short_uv = at.ticks(effort.quiet), at.levels.short_uv[:, 0]
    baseline = noise_baseline(short_uv[quiet])
    assert baseline is not None  # the quiet stretch has no gap
    bursts = find_bursts(short_uv, at.tick_s, *baseline, window_s=SHORT_S, delay_s=at.filter_s)
    ends = [burst.offset_s for burst in bursts if burst.offset_s is not None]
    found = {OURS: ends[-1] if ends else math.nan}
    backwards = zero_phase(at.raw_uv[:, np.newaxis], fs_hz)[::-1, 0]
    n_quiet = round((effort.quiet[1] - effort.quiet[0]) * fs_hz)
    for name, detect in PUBLISHED.items():
        fires_s = detect(backwards, fs_hz, n_quiet)
        found[name] = len(backwards) / fs_hz - float(fires_s[0]) if len(fires_s) else math.nan
    return {name: time_s - at.delay_s for name, time_s in found.items()}


@dataclass(frozen=True, slots=True)
class Followed:
    """What the live line and the plateau say of one effort, in seconds; NaN where they say nothing."""

    fired_s: float
    left_s: float
    let_go_s: float
    plateau_s: float


def followed(folder: Path, effort: Effort, fs_hz: float) -> Followed:
    """Follow an effort as a hold does: its bar against a target, and its latency afterwards."""
    at = _board(folder, effort, fs_hz)
    rest_uv2, held_uv2 = (
        float(np.nanmean(at.levels.power_uv2[at.ticks(span), 0])) for span in (effort.quiet, effort.plateau)
    )
    level_uv2 = held_uv2 - rest_uv2
    muscle_uv2 = np.maximum(np.square(at.levels.rms_uv[:, 0]) - rest_uv2, 0.0)
    pct = PLATEAU_PCT * np.sqrt(muscle_uv2 / level_uv2)
    zone = Zone(TARGET_PCT, round(DWELL_S * fs_hz))
    entered: list[float] = []
    left: list[float] = []
    for sample, level in zip(at.levels.samples, pct, strict=True):
        if zone.see(int(sample), None if math.isnan(level) else float(level)):
            assert zone.since is not None  # it has just been crossed
            (entered if zone.inside else left).append(zone.since / fs_hz - at.delay_s)
    above = np.flatnonzero(pct > LET_GO_SHARE * PLATEAU_PCT)
    cue, scored = (round(edge / at.tick_s) for edge in (effort.searched[0], effort.plateau[0]))
    latency_s = plateau_latency_s(
        at.levels.sample_uv[: round(effort.plateau[1] / at.tick_s), 0],
        at.tick_s,
        quiet_to=cue,
        scored_from=scored,
        rest_share=rest_uv2 / held_uv2,
        delay_s=at.filter_s,
    )
    return Followed(
        entered[0] if entered else math.nan,
        left[-1] if left else math.nan,
        float(at.levels.samples[above[-1]]) / fs_hz - at.delay_s if len(above) else math.nan,
        math.nan if latency_s is None else effort.searched[0] + latency_s - at.delay_s,
    )


def chapter(folder: Path) -> Chapter:
    """Hold beginnings and ends of real efforts against force, angle and published detectors."""
    title = "Force"
    missing = sorted({one.file for one in (BEGINS, ENDS, *BENDS) if not (folder / one.file).is_file()})
    if missing:
        return Chapter(title, "", absent=", ".join(missing))
    begins = {fs_hz: onsets_s(folder, BEGINS, fs_hz) for fs_hz in RATES_HZ}
    ends = {fs_hz: offsets_s(folder, ENDS, fs_hz) for fs_hz in RATES_HZ}
    bends = {(one, fs_hz): onsets_s(folder, one, fs_hz) for one in BENDS for fs_hz in RATES_HZ}
    pushed, released = mechanics_of(folder, BEGINS), mechanics_of(folder, ENDS, ends=True)
    moved = {one: mechanics_of(folder, one, moves=True).leaves_s for one in BENDS}
    leads = {
        name: np.array([1e3 * (moved[one] - found[name]) for (one, _), found in bends.items()])
        for name in (OURS, *PUBLISHED)
    }
    return Chapter(
        title,
        "The real recordings in which a muscle starts from rest or comes back to it, each sampled anew as a "
        f"board of {', '.join(f'{fs_hz:g}' for fs_hz in RATES_HZ)} Hz would. One isometric effort begins "
        "in them, one ends; the other three isometric recordings were cut out of efforts. Six bends of a "
        f"knee add beginnings whose movement is known, not their force. Force has begun at {FORCE_SD:g} SD "
        f"of its rest for {1e3 * FORCE_DWELL_S:.0f} ms, a movement at {100.0 * MOVED_SHARE:g} % of its way; "
        f"both are smoothed at {FORCE_HZ:g} Hz forwards and backwards. So few efforts show that nothing is "
        "wrong by a tenth of a second; how exact a latency is, simulated holds tell.",
        (
            Claims("Beginnings", tuple(_begin_claims(folder, begins, pushed, leads)), "force and angle."),
            Claims("Ends", tuple(_end_claims(folder, ends, released)), "force."),
            _times("Beginning of the push, ms before force", begins, pushed.leaves_s),
            _times("End of the push, ms before force is within 5 %", ends, released.at_share(0.05)),
            _leads(leads),
        ),
    )


def _within(what: str, lead_ms: Mapping[str, float], limits_ms: tuple[float, float]) -> Claim:
    """Claim that all of these leads are between two limits; the one farthest from their middle stands."""
    middle = (limits_ms[0] + limits_ms[1]) / 2.0
    name = max(lead_ms, key=lambda one: _far(lead_ms[one] - middle))
    tolerance = (limits_ms[1] - limits_ms[0]) / 2.0
    return Claim(f"{what} (worst: {name})", lead_ms[name], middle, tolerance, digits=3)


def _at(fs_hz: float) -> str:
    return f"{fs_hz:g} Hz"


def _far(value: float) -> float:
    return math.inf if math.isnan(value) else abs(value)


def _begin_claims(
    folder: Path,
    begins: Mapping[float, Mapping[str, float]],
    pushed: Mechanics,
    leads: Mapping[str, FloatArray],
) -> list[Claim]:
    live = {fs_hz: followed(folder, BEGINS, fs_hz) for fs_hz in RATES_HZ}
    at_75 = pushed.at_share(PLATEAU_SHARE)
    ours = {_at(fs_hz): 1e3 * (pushed.leaves_s - found[OURS]) for fs_hz, found in begins.items()}
    fired = {_at(fs_hz): 1e3 * (at_75 - found.fired_s) for fs_hz, found in live.items()}
    latency = {_at(fs_hz): 1e3 * (at_75 - found.plateau_s) for fs_hz, found in live.items()}
    same = (-SAME_SHARE_MS, SAME_SHARE_MS)
    return [
        _within("noise-based onset before force, ms", ours, LEAD_MS),
        _within("“fired” before force is at 75 % of its plateau, ms", fired, same),
        _within("plateau latency before force is at 75 % of its plateau, ms", latency, same),
        *_beside("onset", begins),
        Claim(
            "noise-based onset before the knee moves, median of the bends, ms",
            float(np.median(leads[OURS])),
            sum(MOVED_LEAD_MS) / 2.0,
            MOVED_LEAD_MS[1] / 2.0,
            digits=3,
        ),
    ]


def _end_claims(folder: Path, ends: Mapping[float, Mapping[str, float]], released: Mechanics) -> list[Claim]:
    live = {fs_hz: followed(folder, ENDS, fs_hz) for fs_hz in RATES_HZ}
    left_s, let_go_s, ended_s = map(released.at_share, (EXIT_SHARE * PLATEAU_SHARE, LET_GO_SHARE, 0.05))
    left = {_at(fs_hz): 1e3 * (left_s - one.left_s) for fs_hz, one in live.items()}
    let_go = {_at(fs_hz): 1e3 * (let_go_s - one.let_go_s) for fs_hz, one in live.items()}
    ours = {_at(fs_hz): 1e3 * (ended_s - found[OURS]) for fs_hz, found in ends.items()}
    same = (-SAME_SHARE_MS, SAME_SHARE_MS)
    return [
        _within("target left before force is at the same share, ms", left, same),
        _within(f"level at {100.0 * LET_GO_SHARE:g} % before force is, ms", let_go, same),
        _within("end of the burst before force is at 5 %, ms", ours, same),
        *_beside("end of the burst", ends),
    ]


def _beside(what: str, found: Mapping[float, Mapping[str, float]]) -> list[Claim]:
    return [
        _within(
            f"{what}, ours minus {name.split(' (')[0]}, ms",
            {_at(fs_hz): 1e3 * (times_s[OURS] - times_s[name]) for fs_hz, times_s in found.items()},
            (-BESIDE_MS, BESIDE_MS),
        )
        for name in BESIDE
    ]


def _times(title: str, found: Mapping[float, Mapping[str, float]], mechanics_s: float) -> Table:
    rows = [
        (name, *(signed(1e3 * (mechanics_s - found[fs_hz][name])) for fs_hz in RATES_HZ))
        for name in (OURS, *PUBLISHED)
    ]
    return Table(title, ("detector", *(f"{fs_hz:g} Hz" for fs_hz in RATES_HZ)), tuple(rows))


def _leads(leads: Mapping[str, FloatArray]) -> Table:
    rows = [(name, *_spread(values)) for name, values in leads.items()]
    return Table(
        f"Beginning of a bend, ms before the knee moves ({len(leads[OURS])} of them: {len(BENDS)} bends at "
        f"{len(RATES_HZ)} rates)",
        ("detector", "median", "quartiles", "farthest from the median", "missed"),
        tuple(rows),
        "Between two bends a muscle is not quite at rest; who sees that calls it the beginning.",
    )


def _spread(values: FloatArray) -> Sequence[str]:
    known = values[~np.isnan(values)]
    low, median, high = np.quantile(known, (0.25, 0.5, 0.75))
    worst = known[np.abs(known - median).argmax()]
    missed, far = f"{len(values) - len(known)}", signed(float(worst))
    return signed(float(median)), f"{signed(float(low))} to {signed(float(high))}", far, missed
