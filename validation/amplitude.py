"""Chapter 5: amplitude, percentages and ratios on simulated muscles whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from emg.activation import RATIO_FLOOR_PCT, REST_FACTOR, SiteReference, can_compare, ratio
from emg.blocks import FloatArray
from emg.maximum import best_window_s, luck_of_the_best, quietest_uv
from emg.onset import plateau_uv
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, Spectrum
from validation.luck import luck_parts
from validation.plain_best import best_uv
from validation.results import Chapter, Claim, Claims, Table, number, signed, worst_of
from validation.scatter import scatter_parts
from validation.simulation import RATES_HZ, chain, noise, run, theory

N_ATHLETES: Final = 30
REST_UV: Final = 2.0

REST_S: Final = (1.0, 11.0)
TRIALS_S: Final = ((12.0, 15.0), (17.0, 20.0))
HOLD_S: Final = (23.0, 28.5)
SCORED_S: Final = (24.0, 28.5)
END_S: Final = 29.0
"""One session: rest, two maximal efforts, one hold and its scored span."""

LAB_HZ: Final = 2000.0
HUM_HZ: Final = 50.0
HUM_DRIFT: Final = 0.05
"""Hum is not the same in rest and hold: it swings by this share, once in the session."""


@dataclass(frozen=True, slots=True)
class Muscle:
    """One of the two muscles: its spectrum, its maximum at the muscle, and what it does in the hold."""

    name: str
    spectrum: Spectrum
    mvc_uv: float
    effort: float


MUSCLES: Final = (
    Muscle("glute", GLUTEUS_MAXIMUS, 90.0, 0.50),
    Muscle("hamstring", BICEPS_FEMORIS, 140.0, 0.30),
)
TRUE_RATIO: Final = MUSCLES[0].effort / MUSCLES[1].effort


@dataclass(frozen=True, slots=True)
class Condition:
    """What disturbs a session.

    Attributes
    ----------
    name : str
        On the page.
    hum_uv : float
        RMS of 50 Hz on every channel.
    notch : bool
        Whether the chain takes it out.
    lost_s : tuple of (start, stop)
        Stretches that never came, from the start of the hold.
    """

    name: str
    hum_uv: float = 0.0
    notch: bool = False
    lost_s: tuple[tuple[float, float], ...] = ()


CLEAN: Final = Condition("clean")
CONDITIONS: Final = (
    CLEAN,
    Condition("hum 10 µV, notch off", hum_uv=10.0),
    Condition("hum 10 µV, notch on", hum_uv=10.0, notch=True),
    Condition("hum 100 µV, notch off", hum_uv=100.0),
    Condition("hum 100 µV, notch on", hum_uv=100.0, notch=True),
    Condition("40 ms lost every second", lost_s=tuple((second + 0.7, second + 0.74) for second in range(5))),
    Condition("one gap of 300 ms", lost_s=((2.5, 2.8),)),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """Bias and root mean square of errors in percent of the truth; NaN without a reading."""

    bias_pct: float
    rmse_pct: float
    refused_pct: float = 0.0

    @classmethod
    def of(cls, found: FloatArray, truth: FloatArray | float) -> Spread:
        """Summarise values against their truth, NaN where there was no reading."""
        errors_pct = 100.0 * (found / truth - 1.0)
        known = errors_pct[~np.isnan(errors_pct)]
        refused_pct = 100.0 * (1.0 - known.size / errors_pct.size)
        if not known.size:
            return cls(math.nan, math.nan, refused_pct)
        return cls(float(known.mean()), math.sqrt(float(np.mean(np.square(known)))), refused_pct)

    def __str__(self) -> str:
        """Bias, root mean square, and how often there was none."""
        if math.isnan(self.bias_pct):
            return "all refused"
        refused = f", {self.refused_pct:.0f} % refused" if self.refused_pct > 0.0 else ""
        return f"{signed(self.bias_pct, 1)}; {number(self.rmse_pct, 2)}{refused}"


@dataclass(frozen=True, slots=True)
class Session:
    """Errors of the sessions of one rate and condition."""

    rms: Spread
    pct: Spread
    ratio: Spread


def sessions(fs_hz: float, condition: Condition, n_athletes: int, seed: int) -> Session:
    """Simulate rest, maximum and hold of many athletes, and read them as the product does."""
    notch_hz = HUM_HZ if condition.notch else None
    data_uv = np.hstack([_muscle_uv(fs_hz, muscle, n_athletes, seed) for muscle in MUSCLES])
    if condition.hum_uv:
        data_uv = data_uv + _hum_uv(fs_hz, len(data_uv), condition.hum_uv)[:, None]
    lost = [(_at(HOLD_S[0] + a, fs_hz), _at(HOLD_S[0] + b, fs_hz)) for a, b in condition.lost_s]
    levels = run(chain(fs_hz, data_uv.shape[1], notch_hz=notch_hz), data_uv, lost)
    tick_s = levels.spacing / fs_hz

    def between(span_s: tuple[float, float]) -> FloatArray:
        return levels.power_uv2[round(span_s[0] / tick_s) : round(span_s[1] / tick_s)]

    rest_uv = quietest_uv(between(REST_S), tick_s)
    window_s = best_window_s(fs_hz)
    bests = np.max([best_uv(between(span_s), tick_s, window_s) for span_s in TRIALS_S], axis=0)
    effort_s = TRIALS_S[0][1] - TRIALS_S[0][0]
    maximum_uv = bests / luck_of_the_best(fs_hz, window_s, effort_s, len(TRIALS_S))
    plateaus = [plateau_uv(power, rest) for power, rest in zip(between(SCORED_S).T, rest_uv, strict=True)]
    found_uv = np.array([np.nan if level is None else level for level in plateaus])
    spans_uv = np.array([_span_uv(rest, top) for rest, top in zip(rest_uv, maximum_uv, strict=True)])
    pct = 100.0 * found_uv / spans_uv
    truth_uv = np.repeat([_true_uv(fs_hz, muscle, notch_hz) for muscle in MUSCLES], n_athletes)
    true_pct = np.repeat([100.0 * muscle.effort for muscle in MUSCLES], n_athletes)
    passes = can_compare(pct, found_uv, rest_uv)
    glute, ham = slice(0, n_athletes), slice(n_athletes, None)
    quotients = [
        ratio(float(over), float(under), bool(over_passes), bool(under_passes))
        for over, under, over_passes, under_passes in zip(
            pct[glute], pct[ham], passes[glute], passes[ham], strict=True
        )
    ]
    ratios = np.array([np.nan if value is None else value for value in quotients])
    return Session(Spread.of(found_uv, truth_uv), Spread.of(pct, true_pct), Spread.of(ratios, TRUE_RATIO))


def _span_uv(rest_uv: float, maximum_uv: float) -> float:
    """100 % of a site; without a maximum above its rest the product makes no reference."""
    return SiteReference(rest_uv, maximum_uv).span_uv if maximum_uv > rest_uv else math.nan


def _true_uv(fs_hz: float, muscle: Muscle, notch_hz: float | None) -> float:
    return muscle.effort * muscle.mvc_uv * theory(fs_hz, muscle.spectrum, notch_hz).rms


def _at(time_s: float, fs_hz: float) -> int:
    return round(time_s * fs_hz)


@lru_cache(maxsize=len(MUSCLES))
def _muscle_uv(fs_hz: float, muscle: Muscle, n_athletes: int, seed: int) -> FloatArray:
    n = _at(END_S, fs_hz)
    effort = np.zeros((n, 1))
    for start_s, stop_s in TRIALS_S:
        effort[_at(start_s, fs_hz) : _at(stop_s, fs_hz)] = 1.0
    effort[_at(HOLD_S[0], fs_hz) : _at(HOLD_S[1], fs_hz)] = muscle.effort
    emg = noise(seed, muscle.name, fs_hz, n, n_athletes, muscle.spectrum)
    return muscle.mvc_uv * effort * emg + REST_UV * noise(seed, f"{muscle.name} rest", fs_hz, n, n_athletes)


def _hum_uv(fs_hz: float, n: int, rms_uv: float) -> FloatArray:
    time_s = np.arange(n) / fs_hz
    drift = 1.0 + HUM_DRIFT * np.sin(2.0 * np.pi * time_s / END_S)
    return np.asarray(math.sqrt(2.0) * rms_uv * drift * np.sin(2.0 * np.pi * HUM_HZ * time_s))


def chapter(n_athletes: int = N_ATHLETES, seed: int = 5) -> Chapter:
    """Run everything; needs no data."""
    found = {
        (fs_hz, condition.name): sessions(fs_hz, condition, n_athletes, seed)
        for fs_hz in RATES_HZ
        for condition in CONDITIONS
    }
    glute, ham = MUSCLES
    return Chapter(
        "Amplitude",
        f"{n_athletes} simulated athletes a cell: rest, two maximal efforts, and a hold in which the glute "
        f"works at {100.0 * glute.effort:.0f} %MVC and the hamstring at {100.0 * ham.effort:.0f} %, read as "
        "the product reads a session (quietest stretch, best window corrected for its luck, rest removed "
        "in power, gates). The truth of an RMS is the integral of the muscle's spectrum over the board's "
        f"and the band-pass's responses; that of %MVC and ratio is the effort. Hum is {HUM_HZ:g} Hz, up to "
        f"{100.0 * HUM_DRIFT:.0f} % stronger than named in the rest and up to as much weaker in the hold.",
        (
            Claims(
                "Bias: clean, with hum and its notch, with gaps", tuple(_bias_claims(found)), "the truth."
            ),
            _table("RMS of the hold (bias; RMSE, % of the truth)", found, PICKS["RMS"]),
            _table("%MVC of the hold (bias; RMSE, % of the truth)", found, PICKS["%MVC"]),
            _table(
                "Glute : hamstring ratio (bias; RMSE, % of the truth)",
                found,
                PICKS["ratio"],
                f"Refused: a ratio is given where both muscles, their rest removed, come to {REST_FACTOR:g} "
                f"times that rest and to {RATIO_FLOOR_PCT:g} %MVC; hum is part of the rest.",
            ),
            _droop_table(found),
            *scatter_parts(),
            *luck_parts(),
        ),
    )


Found = dict[tuple[float, str], Session]
PICKS: Final[dict[str, Callable[[Session], Spread]]] = {
    "RMS": lambda one: one.rms,
    "%MVC": lambda one: one.pct,
    "ratio": lambda one: one.ratio,
}
BIAS_TOLERANCE_PCT: Final = {"RMS": 1.0, "%MVC": 3.0, "ratio": 3.0}
CLAIMED: Final = (
    CLEAN.name,
    "hum 10 µV, notch on",
    "hum 100 µV, notch on",
    "40 ms lost every second",
    "one gap of 300 ms",
)


def _bias_claims(found: Found) -> list[Claim]:
    """Greatest bias over the rates and the conditions that the product promises to cope with."""
    claims = []
    for what, pick in PICKS.items():
        biases = {
            f"{name}, {fs_hz:g} Hz": pick(found[fs_hz, name]).bias_pct
            for name in CLAIMED
            for fs_hz in RATES_HZ
        }
        claims.append(worst_of(f"{what}, bias, %", biases, BIAS_TOLERANCE_PCT[what]))
    return claims


def _table(title: str, found: Found, pick: Callable[[Session], Spread], note: str = "") -> Table:
    rows = tuple(
        (condition.name, *(str(pick(found[fs_hz, condition.name])) for fs_hz in RATES_HZ))
        for condition in CONDITIONS
    )
    return Table(title, ("condition", *(f"{fs_hz:g} Hz" for fs_hz in RATES_HZ)), rows, note)


def _droop_table(found: Found) -> Table:
    """Show what a board leaves of a muscle that a laboratory amplifier sees whole, from the integrals."""
    rows = []
    for fs_hz in RATES_HZ:
        kept = [
            theory(fs_hz, muscle.spectrum).rms / theory(LAB_HZ, muscle.spectrum, droop=False).rms
            for muscle in MUSCLES
        ]
        of_uv, of_pct = 100.0 * (kept[0] / kept[1] - 1.0), found[fs_hz, CLEAN.name].ratio.bias_pct
        rows.append(
            (f"{fs_hz:g}", *(number(share, 3) for share in kept), signed(of_uv, 1), signed(of_pct, 1))
        )
    return Table(
        "What the ADS1299's droop does to microvolts",
        (
            "Hz",
            *(f"{muscle.name}, share of RMS kept" for muscle in MUSCLES),
            "error of a ratio of µV, %",
            "the same of %MVC, as above, %",
        ),
        tuple(rows),
        f"Against a {LAB_HZ:g} Hz amplifier without droop. In percent of a maximum taken with the same "
        "board the loss cancels, as long as the spectrum is that of the maximum.",
    )
