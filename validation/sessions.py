"""Chapter: whole sessions of random athletes, and how often an interval holds the truth."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import betaincinv

from emg.blocks import BoolArray, FloatArray, IntArray
from emg.statistics import COVERAGE
from validation.results import NONE, Chapter, Claim, Claims, Part, Table, number, signed, worst_of
from validation.session_runs import COMPARED, PAIRS, Found, sessions
from validation.session_truth import (
    ASYMMETRY,
    EFFORT_CV,
    LATENCY_S,
    LEVEL_PCT,
    N_HOLDS,
    PLAN,
    RAMP_S,
    REP_CV,
    REST_S,
    SITES,
    STRENGTH,
)

RATES_HZ: Final = (250.0, 1000.0)
N_SESSIONS: Final = 2000
N_CEILING: Final = 500
"""Sessions of the other model of effort, at the slower rate."""

COVERAGE_TOLERANCE_PCT: Final = 2.0
LATENCY_TOLERANCE_MS: Final = 50.0
FIRES_LIMIT: Final = 1.0
VOID_LIMIT_PCT: Final = 0.1
PER_S: Final = 600.0
RAMPS_MS: Final = (50.0, 100.0, 200.0, 400.0)
STRENGTHS: Final = (2.0, 4.0, 8.0, 20.0)
"""Edges of the cells of the tables."""

PROCESSES: Final = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many intervals hold the truth.

    Attributes
    ----------
    n_held, n : int
        Of so many.
    """

    n_held: int
    n: int

    @classmethod
    def of(
        cls, low: FloatArray, high: FloatArray, truth: FloatArray, some: BoolArray | None = None
    ) -> Coverage:
        """Count; where there is no interval nothing is claimed, and nothing counted."""
        there = ~np.isnan(low) if some is None else some & ~np.isnan(low)
        return cls(int(((low <= truth) & (truth <= high) & there).sum()), int(there.sum()))

    @property
    def pct(self) -> float:
        """Share that holds the truth."""
        return 100.0 * self.n_held / self.n if self.n else math.nan

    @property
    def range_pct(self) -> tuple[float, float]:
        """95 % range of that share.

        References
        ----------
        Clopper and Pearson (1934), Biometrika 26:404-413.
        """
        held, missed, tail = self.n_held, self.n - self.n_held, (1.0 - COVERAGE) / 2.0
        low = float(betaincinv(held, missed + 1, tail)) if held else 0.0
        high = float(betaincinv(held + 1, missed, 1.0 - tail)) if missed else 1.0
        return 100.0 * low, 100.0 * high

    @property
    def far_end_pct(self) -> float:
        """End of the range that is farther from what is claimed."""
        return max(self.range_pct, key=lambda end: abs(end - 100.0 * COVERAGE)) if self.n else math.nan

    def __str__(self) -> str:
        """Share and range."""
        if not self.n:
            return NONE
        low, high = self.range_pct
        return f"{self.pct:.1f} ({low:.1f} to {high:.1f})"


def chapter(
    n_sessions: int = N_SESSIONS,
    n_ceiling: int = N_CEILING,
    seed: int = 17,
    n_processes: int = PROCESSES,
) -> Chapter:
    """Run everything; needs no data."""
    found = {fs_hz: sessions(fs_hz, n_sessions, seed, n_processes=n_processes) for fs_hz in RATES_HZ}
    fewer = sessions(RATES_HZ[0], n_ceiling, seed, ceiling=True, n_processes=n_processes)
    return Chapter("Sessions", _about(n_sessions), tuple(_parts(found, fewer)))


def _about(n_sessions: int) -> str:
    return (
        f"{n_sessions} sessions a rate, every one with electrodes taped anew, its own rest and maxima, "
        f"and {N_HOLDS} test holds a side, through the session's own chain, rules, scoring and summary. "
        f"Drawn for each muscle: mean plateau {_span(LEVEL_PCT)} %MVC (left over right "
        f"{_span(ASYMMETRY)}), scatter of holds {_span(REP_CV, 100.0)} % and of maximal efforts "
        f"{_span(EFFORT_CV, 100.0)} %, plateau over rest {_span(STRENGTH)}, all log-uniform; rise "
        f"{_span(RAMP_S, 1e3)} ms and latency {_span(LATENCY_S)} s, uniform. Half of the sessions have two "
        "quick efforts a muscle, half three full ones. A rest that set-up would refuse is drawn again.\n\n"
        "What an interval is held against: the mean level of the endless row of holds that the athlete's "
        "three are a sample of (RMS over the scored span of the noise-free model), not the mean of those "
        "three; over 100 %, which is what as many efforts give on average without noise (geometric mean of "
        "their best), with these electrodes on that day. So it knows of scatter, not of an athlete who holds "
        "back every time; the last table has one."
    )


def _span(ends: tuple[float, float], scale: float = 1.0) -> str:
    return f"{scale * ends[0]:g} to {scale * ends[1]:g}"


def _parts(found: Mapping[float, Found], fewer: Found) -> Iterator[Part]:
    yield Claims(
        f"{100.0 * COVERAGE:.0f} % intervals: share that holds the truth, far end of its 95 % range, %",
        tuple(_coverage_claims(found)),
        "the truth. Clopper and Pearson's range must lie within 93 to 97 %; its farther end stands here.",
    )
    yield _coverage_table(found)
    yield _subgroups(found)
    yield _errors(found)
    yield Claims(
        "Plateau latency", tuple(_latency_claims(found)), "the truth, cell by cell of the next table."
    )
    yield _cells(
        "Plateau latency, error in ms (median, quartiles; holds without one)",
        {fs_hz: (one, one.latency_ms - one.true_latency_ms) for fs_hz, one in found.items()},
        "Error: found minus the true crossing of 75 % of the plateau. A hold below 5 %MVC or twice rest "
        "has no latency.",
    )
    yield _cells(
        "Noise-based onset, error in ms (median, quartiles; holds without one)",
        {fs_hz: (one, one.onset_ms - one.true_start_ms) for fs_hz, one in found.items()},
        "Error: found minus the first sample of the rise, at which there is nothing to see yet.",
    )
    yield Claims("False fires", tuple(_fire_claims(found)), f"fewer than {FIRES_LIMIT:g}.")
    yield Claims(
        "Clean holds that were called void",
        tuple(
            Claim(
                f"{fs_hz:g} Hz, % of {one.void.size} holds",
                100.0 * float(one.void.mean()),
                0.0,
                VOID_LIMIT_PCT,
                digits=2,
            )
            for fs_hz, one in found.items()
        ),
        "none; one in a thousand is allowed.",
    )
    yield _ceiling(found[RATES_HZ[0]], fewer)


# --- coverage


def _compared(one: Found, column: int | slice = slice(None), some: BoolArray | None = None) -> Coverage:
    return Coverage.of(
        one.compared_low[:, column],
        one.compared_high[:, column],
        one.compared_true[:, column],
        None if some is None else some[:, column],
    )


def _single(one: Found, some: BoolArray | None = None) -> Coverage:
    return Coverage.of(one.level_low, one.level_high, one.level_true, some)


def _coverages(one: Found) -> dict[str, Coverage]:
    several = {name: _compared(one, column) for column, name in enumerate(COMPARED)}
    return {**several, "level of one muscle": _single(one)}


def _coverage_claims(found: Mapping[float, Found]) -> Iterator[Claim]:
    for fs_hz, one in found.items():
        for name, coverage in _coverages(one).items():
            what = f"{fs_hz:g} Hz, {name}, {coverage.n} intervals"
            yield Claim(what, coverage.far_end_pct, 100.0 * COVERAGE, COVERAGE_TOLERANCE_PCT, digits=3)


def _coverage_table(found: Mapping[float, Found]) -> Table:
    by_rate = [_coverages(one) for one in found.values()]
    rows = tuple((name, *(str(of_rate[name]) for of_rate in by_rate)) for name in by_rate[0])
    columns = ("interval", *(f"{fs_hz:g} Hz" for fs_hz in found))
    return Table("Share of intervals that hold the truth, % (95 % range)", columns, rows)


Split = Mapping[str, tuple[FloatArray, float, float]]
"""By name of a subgroup: a quantity of every muscle, and the span of it that belongs."""


def _splits(one: Found) -> Split:
    ways = np.repeat(one.full[:, None], len(SITES), axis=1)
    everything = (0.0, math.inf)
    return {
        "all": (one.rep_cv, *everything),
        "quick maxima": (ways, 0.0, 0.5),
        "full maxima": (ways, 0.5, 1.5),
        "holds scatter by less than 7 %": (one.rep_cv, 0.0, 0.07),
        "holds scatter by 7 to 12 %": (one.rep_cv, 0.07, 0.12),
        "holds scatter by more than 12 %": (one.rep_cv, 0.12, math.inf),
        "efforts scatter by less than 7 %": (one.effort_cv, 0.0, 0.07),
        "efforts scatter by 7 to 12 %": (one.effort_cv, 0.07, 0.12),
        "efforts scatter by more than 12 %": (one.effort_cv, 0.12, math.inf),
        "plateau below 4 times rest": (one.strength, 0.0, 4.0),
        "plateau above 8 times rest": (one.strength, 8.0, math.inf),
    }


def _of_both(of_muscle: FloatArray) -> FloatArray:
    """Root mean square over the two muscles of everything compared."""
    columns = np.array([[SITES.index(site) for site in pair] for pair in PAIRS])
    return np.asarray(np.sqrt(np.mean(np.square(of_muscle[:, columns]), axis=-1)))


def _subgroups(found: Mapping[float, Found]) -> Table:
    rows = []
    for name in _splits(next(iter(found.values()))):
        cells = []
        for one in found.values():
            of_muscle, low, high = _splits(one)[name]
            of_both = _of_both(of_muscle)
            cells += [
                str(_compared(one, some=(of_both >= low) & (of_both < high))),
                str(_single(one, (of_muscle >= low) & (of_muscle < high))),
            ]
        rows.append((name, *cells))
    columns = (
        "sessions",
        *(f"{fs_hz:g} Hz, {what}" for fs_hz in found for what in ("comparisons", "single levels")),
    )
    return Table(
        "Share of intervals that hold the truth, by what the athlete is like, % (95 % range)",
        columns,
        tuple(rows),
        "Two or three efforts cannot tell how much an athlete's efforts scatter: part of the width is a "
        "prior, the same for all. So intervals are too wide for the steady and too narrow for the unsteady. "
        "In comparisons, the root mean square of the two muscles counts; the four of one session share "
        "muscles, so that their ranges are a little narrower than they should be.",
    )


# --- errors


def _errors(found: Mapping[float, Found]) -> Table:
    rows = []
    for fs_hz, one in found.items():
        quotients = [
            (name, one.compared[:, column], one.compared_true[:, column])
            for column, name in enumerate(COMPARED)
        ]
        named = [
            ("maximum", one.maximum, np.ones_like(one.maximum)),
            ("rest", one.rest, np.ones_like(one.rest)),
            ("level, %MVC", one.level, one.level_true),
            ("same-side ratio", one.ratio, one.ratio_true),
            *quotients,
        ]
        rows += [(f"{fs_hz:g}", name, *_bias_and_spread(values, truth)) for name, values, truth in named]
        latency_ms = one.latency_ms - one.true_latency_ms
        rows.append((f"{fs_hz:g}", "plateau latency, ms", *_middle(latency_ms)))
    return Table(
        "Found against the truth: bias and spread",
        ("Hz", "what", "median error", "SD", "5 to 95 %", "none"),
        tuple(rows),
        "Errors in percent of the truth, of latencies in ms; the SD of a percentage is that of its log. Few "
        "holds and few efforts make nearly all of the spread: it is the athlete's own scatter.",
    )


def _bias_and_spread(values: FloatArray, truth: FloatArray) -> tuple[str, ...]:
    logs = np.log(values / truth)
    ends = 100.0 * np.expm1(np.nanquantile(logs, (0.05, 0.5, 0.95)))
    return (
        f"{signed(float(ends[1]), 1)} %",
        f"{100.0 * float(np.nanstd(logs)):.1f} %",
        f"{signed(float(ends[0]), 0)} to {signed(float(ends[2]), 0)} %",
        _none(values),
    )


def _middle(errors_ms: FloatArray) -> tuple[str, ...]:
    ends = np.nanquantile(errors_ms, (0.05, 0.5, 0.95))
    return (
        f"{signed(float(ends[1]), 1)} ms",
        f"{float(np.nanstd(errors_ms)):.0f} ms",
        f"{signed(float(ends[0]))} to {signed(float(ends[2]))} ms",
        _none(errors_ms),
    )


def _none(values: FloatArray) -> str:
    return f"{100.0 * float(np.isnan(values).mean()):.1f} %"


# --- latencies, by rise and strength


def _by_cell(one: Found, errors_ms: FloatArray) -> dict[tuple[str, str], FloatArray]:
    """Errors by rise and plateau over rest."""
    of_ramp, of_strength = (
        np.broadcast_to(_cell_of(of_muscle, edges)[..., None], errors_ms.shape)
        for of_muscle, edges in ((one.ramp_ms, RAMPS_MS), (one.strength, STRENGTHS))
    )
    return {
        (_between(*ramps), _between(*strengths)): errors_ms[(of_ramp == row) & (of_strength == column)]
        for row, ramps in enumerate(pairwise(RAMPS_MS))
        for column, strengths in enumerate(pairwise(STRENGTHS))
    }


def _cell_of(values: FloatArray, edges: tuple[float, ...]) -> IntArray:
    """Give the cell that each value lies in; the last one has both its edges."""
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)


def _between(low: float, high: float) -> str:
    return f"{low:g} to {high:g}"


def _cells(title: str, errors: Mapping[float, tuple[Found, FloatArray]], note: str) -> Table:
    by_rate = [_by_cell(one, errors_ms) for one, errors_ms in errors.values()]
    rows = tuple((*cell, *(_quartiles(of_rate[cell]) for of_rate in by_rate)) for cell in by_rate[0])
    return Table(title, ("rise, ms", "plateau : rest", *(f"{fs_hz:g} Hz" for fs_hz in errors)), rows, note)


def _quartiles(errors_ms: FloatArray) -> str:
    known = errors_ms[~np.isnan(errors_ms)]
    if not known.size:
        return NONE
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    missed = f"; {_none(errors_ms)}" if known.size < errors_ms.size else ""
    return f"{signed(float(middle))} ({signed(float(low))} to {signed(float(high))}){missed}"


def _latency_claims(found: Mapping[float, Found]) -> Iterator[Claim]:
    for fs_hz, one in found.items():
        cells = _by_cell(one, one.latency_ms - one.true_latency_ms)
        medians = {
            f"{ramps} ms, {strengths} × rest": float(np.nanmedian(errors_ms)) if errors_ms.size else math.nan
            for (ramps, strengths), errors_ms in cells.items()
        }
        yield worst_of(f"{fs_hz:g} Hz, median error, ms", medians, LATENCY_TOLERANCE_MS)


# --- at rest


def _fire_claims(found: Mapping[float, Found]) -> Iterator[Claim]:
    for fs_hz, one in found.items():
        rested_s = one.noise_fires.size * (REST_S - PLAN.quiet_s)
        counted = {
            "noise-based onset": one.noise_fires,
            "bar at the muscle's own mean level": one.target_fires,
        }
        for name, fires in counted.items():
            what = f"{fs_hz:g} Hz, {name}, false fires in 10 minutes and site, {rested_s / 60.0:.0f} minutes"
            yield Claim(what, PER_S * float(fires.sum()) / rested_s, 0.0, FIRES_LIMIT, digits=2)


# --- another model of effort


def _ceiling(scattered: Found, fewer: Found) -> Table:
    rows = []
    for name, one in (("both ways, around their average", scattered), ("never above a ceiling", fewer)):
        for way, full in (("quick", 0.0), ("full", 1.0)):
            some = np.repeat((one.full == full)[:, None], len(SITES), axis=1)
            maximum = one.maximum[some[:, 0]]
            rows.append(
                (
                    name,
                    way,
                    str(_compared(one, some=some)),
                    str(_single(one, some)),
                    f"{signed(100.0 * (float(np.nanmedian(maximum)) - 1.0), 1)} %",
                    f"{number(100.0 * float(np.nanstd(np.log(maximum))), 2)} %",
                )
            )
    return Table(
        f"Where efforts only fall short: share of intervals that hold the truth, % ({RATES_HZ[0]:g} Hz)",
        ("efforts scatter", "maxima", "comparisons", "single levels", "maximum: median error", "SD"),
        tuple(rows),
        "Nobody knows how maximal efforts scatter. In the second model none exceeds what the muscle can do, "
        "and that is 100 %: then maxima are too low, levels read too high, and their intervals hold the "
        "truth less often; in comparisons most of it cancels.",
    )
