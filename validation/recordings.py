"""Chapter 6: the whole analysis on other people's recordings of real muscles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.fatigue import FatigueTrend, epochs, fatigue_trend
from emg.filters import FilterSettings
from validation.recorded import (
    EXPECTED,
    HIGH_HZ,
    LOW_HZ,
    MOTION_TOP_HZ,
    PLUX,
    Measured,
    blocks_of,
    expected_stats,
    measure,
    place_of,
)
from validation.results import Chapter, Claim, Claims, Table, number, signed
from validation.simulation import chain, run

RMS_TOLERANCE: Final = 0.01
HALF_S_TOLERANCE: Final = 0.02
MEDIAN_TOLERANCE_HZ: Final = 1.0
"""One line of the spectrum."""

SHARE_TOLERANCE: Final = 0.03
MAINS_LIMIT: Final = 5.0
"""Above it hum is called hum, by the reference and by the product."""

MOTION_LIMIT: Final = 0.25
CAUSAL_FROM_PCT, CAUSAL_TO_PCT = -77.0, 4.5
CAUSAL_TOLERANCE_PCT: Final = 1.0

CLIPPED: Final = {PLUX: 38}
"""12 samples at the lowest count and 26 at the highest."""

HUMMING: Final = "openbci_format"
CONTRACTIONS: Final = 30
FATIGUE: Final = (75.5, -0.137, -10.9)
"""Median frequency at the start in Hz, its slope in Hz/s and in %/min, over 30 contractions."""

FATIGUE_TOLERANCE: Final = 0.10
CONTRACTION_SHARE: Final = 0.15
"""A contraction is where the 250 ms RMS is above this share of its greatest value, for half a second."""


def chapter(folder: Path) -> Chapter:
    """Run every recording that is there through the product's analysis."""
    title = "Real recordings"
    if not (folder / EXPECTED).is_file():
        return Chapter(title, "", absent=EXPECTED)
    expected = expected_stats(folder)
    there = {key: stats for key, stats in expected.items() if (folder / place_of(key).file).is_file()}
    if not there:
        return Chapter(title, "", absent="every recording")
    found = [measure(folder, key, stats) for key, stats in there.items()]
    missing = sorted(set(expected) - set(there))
    return Chapter(
        title,
        "Every recording with reference figures, read with the product's own reader and analysed by its "
        "own analysis. The references were made apart from it with SciPy: band-pass forwards and backwards "
        f"over the whole file, Welch's spectrum of the unfiltered signal from {LOW_HZ:g} Hz up."
        + (f" Absent: {', '.join(missing)}." if missing else ""),
        (
            Claims(
                "Against the references, worst recording of all",
                tuple(_claims(found)),
                "expected_stats.json.",
            ),
            Claims(
                "Quality measures",
                tuple(_quality_claims(found)),
                "what the recordings are known to have in them.",
            ),
            _table(found),
            _explained(found),
            *([] if PLUX not in there else _fatigue_parts(folder, found)),
            Claims(
                "Causal figures",
                tuple(_reviewed(found)),
                f"causal from 0.5 s on against the references, within {CAUSAL_TOLERANCE_PCT:g} %.",
                about_us=False,
            ),
        ),
    )


def _short(key: str) -> str:
    """Name a recording in a table."""
    *folders, channel = key.split("/")
    return f"{Path(folders[-1]).stem[:16]} {channel}"


def _worst(found: Sequence[Measured], error: Callable[[Measured], float]) -> tuple[str, float]:
    one = max(found, key=lambda measured: abs(error(measured)))
    return _short(one.key), error(one)


def _share(value: float, reference: float) -> float:
    return value / reference - 1.0


def _rms_error(one: Measured) -> float:
    return _share(one.zero_phase, one.expected["rms_zero_lag_bw2"])


def _causal_pct(one: Measured) -> float:
    return 100.0 * _share(one.causal, one.expected["rms_zero_lag_bw2"])


def _references(one: Measured) -> tuple[FloatArray, FloatArray]:
    """Shares of the three bands, ours and the reference's."""
    names = ("frac_5_20", "frac_20_125", "frac_gt125")
    return np.array(one.spectral.shares), np.array([one.expected[name] for name in names])


def _share_error(one: Measured) -> float:
    ours, theirs = _references(one)
    return float(np.abs(ours - theirs).max())


def _claims(found: Sequence[Measured]) -> list[Claim]:
    """One claim a quantity, of the recording that meets it worst."""
    errors: dict[str, tuple[Callable[[Measured], float], float]] = {
        "RMS, zero-phase, whole file, share": (_rms_error, RMS_TOLERANCE),
        "quietest half second, share": (
            lambda one: _share(one.half_s.min(), one.expected["rms_half_s_min"]),
            HALF_S_TOLERANCE,
        ),
        "loudest half second, share": (
            lambda one: _share(one.half_s.max(), one.expected["rms_half_s_max"]),
            HALF_S_TOLERANCE,
        ),
        "median frequency, Hz": (
            lambda one: one.spectral.median_hz - one.expected["mdf_hz"],
            MEDIAN_TOLERANCE_HZ,
        ),
        "share of power in each band": (_share_error, SHARE_TOLERANCE),
    }
    claims = []
    for what, (error, tolerance) in errors.items():
        name, worst = _worst(found, error)
        claims.append(Claim(f"{what} (worst: {name})", worst, 0.0, tolerance, digits=2))
    return claims


def _quality_claims(found: Sequence[Measured]) -> list[Claim]:
    hums = [one for one in found if one.key.startswith(HUMMING)]
    others = [one for one in found if one not in hums]
    called = [one for one in found if max(one.spectral.mains) > MAINS_LIMIT]
    said = [
        one
        for one in found
        if max(one.expected["mains50_ratio"], one.expected["mains60_ratio"]) > MAINS_LIMIT
    ]
    moved = [one for one in found if one.expected["frac_5_20"] > MOTION_LIMIT]
    found_moved = [one for one in found if (one.report.motion_share or 0.0) > MOTION_LIMIT]
    claims = [
        Claim(
            "channels with mains hum that get the verdict mains", _count(hums, "mains"), float(len(hums)), 0.0
        ),
        Claim("channels without hum that get the verdict mains", _count(others, "mains"), 0.0, 0.0),
        Claim(
            f"mains ratio above {MAINS_LIMIT:g} where the reference's is not, or the other way round",
            float(len({one.key for one in called} ^ {one.key for one in said})),
            0.0,
            0.0,
        ),
        Claim(
            f"motion share above {MOTION_LIMIT:g} where the reference's is not, or the other way round",
            float(len({one.key for one in moved} ^ {one.key for one in found_moved})),
            0.0,
            0.0,
        ),
        Claim("channels full of motion whose verdict is ok", _count(found_moved, "ok"), 0.0, 0.0),
    ]
    for one in found:
        if one.key in CLIPPED:
            clipped = float(one.report.saturated_samples)
            claims.append(Claim(f"clipped samples, {_short(one.key)}", clipped, float(CLIPPED[one.key]), 0.0))
    return claims


def _count(some: Sequence[Measured], verdict: str) -> float:
    return float(sum(one.report.verdict == verdict for one in some))


def _pair(ours: float, theirs: float, digits: int) -> str:
    return f"{number(ours, digits)} ({number(theirs, digits)})"


def _table(found: Sequence[Measured]) -> Table:
    rows = []
    for one in found:
        stats, spectral = one.expected, one.spectral
        reference = stats["rms_zero_lag_bw2"]
        shares = list(zip(*_references(one), strict=True))
        hums = zip(spectral.mains, (stats["mains50_ratio"], stats["mains60_ratio"]), strict=True)
        rows.append(
            (
                _short(one.key),
                number(reference, 4),
                signed(100.0 * _share(one.zero_phase, reference), 2),
                *(signed(100.0 * _share(way, reference), 1) for way in (one.causal_early, one.causal)),
                _pair(float(one.half_s.min()), stats["rms_half_s_min"], 3),
                _pair(float(one.half_s.max()), stats["rms_half_s_max"], 3),
                _pair(spectral.median_hz, stats["mdf_hz"], 3),
                *(f"{ours:.2f} ({theirs:.2f})" for ours, theirs in shares),
                *(_pair(ours, theirs, 2) for ours, theirs in hums),
                one.report.verdict,
            )
        )
    columns = (
        "recording",
        "RMS",
        "zero-phase, %",
        "causal, %",
        "causal from 0.5 s, %",
        "quietest 0.5 s",
        "loudest 0.5 s",
        "median, Hz",
        f"{LOW_HZ:g}-{MOTION_TOP_HZ:g} Hz",
        f"to {HIGH_HZ:g} Hz",
        "above",
        "50 Hz",
        "60 Hz",
        "verdict",
    )
    note = (
        "RMS is the reference, in µV or the recording's arbitrary unit; three differences of the product's "
        "from it, the last being what `powerhold analyze` says unless told otherwise; then ours "
        "(reference): RMS of half seconds, median frequency, shares of power, and mains ratios. A line at "
        "the edge of a band counts to the band below in ours and to the one above in the reference; the "
        "neighbours of the mains begin one line earlier in ours."
    )
    return Table("Every recording", columns, tuple(rows), note)


def _explained(found: Sequence[Measured]) -> str:
    cut_name, cut = _worst(found, lambda one: _share(one.zero_phase_late, one.zero_phase))
    slope_name, slope = _worst(found, lambda one: _share(one.causal_early, one.zero_phase))
    motion = np.array([one.expected["frac_5_20"] for one in found])
    errors = np.array([_share(one.causal_early, one.zero_phase) for one in found])
    together = float(np.corrcoef(motion, errors)[0, 1])
    return (
        "Why causal figures differ: the first half second, in which cables move, is left out by default "
        f"(most in {cut_name}, {signed(100.0 * cut, 1)} %); and one pass has half the slope of two, so more "
        f"of what lies below {MOTION_TOP_HZ:g} Hz comes through (most in {slope_name}, "
        f"{signed(100.0 * slope, 1)} %; over all recordings this part goes with the share of power below "
        f"{MOTION_TOP_HZ:g} Hz, r = {number(together, 2)}). The phase itself changes no RMS."
    )


def contractions(folder: Path) -> tuple[FloatArray, float, list[tuple[int, int]]]:
    """Read the fatigue recording: signal, rate, and where its contractions are."""
    source = place_of(PLUX).open(folder)
    fs_hz = source.info.fs_hz
    raw_uv = np.concatenate([block.data_uv for block in blocks_of(source)])
    levels = run(chain(fs_hz, 1), raw_uv)
    rms_uv = np.nan_to_num(levels.rms_uv[:, 0])
    above = rms_uv > CONTRACTION_SHARE * rms_uv.max()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], above, [False])).astype(np.int8)))
    spans = levels.spacing * edges.reshape(-1, 2)
    return raw_uv[:, 0], fs_hz, [(int(a), int(b)) for a, b in spans if b - a >= 0.5 * fs_hz]


def trend(raw_uv: FloatArray, fs_hz: float, spans: Sequence[tuple[int, int]]) -> FatigueTrend | None:
    """Slope of the median frequency by the product's functions, in its band."""
    band = FilterSettings.for_rate(fs_hz)
    return fatigue_trend(epochs(raw_uv, fs_hz, spans, low_hz=band.low_hz, high_hz=band.high_hz))


def _fatigue_parts(folder: Path, found: Sequence[Measured]) -> list[Claims | Table]:
    raw_uv, fs_hz, spans = contractions(folder)
    report = next(one.report for one in found if one.key == PLUX)
    own = [
        (round(burst.onset_s * fs_hz), round(burst.offset_s * fs_hz))
        for burst in report.bursts
        if burst.onset_s is not None and burst.offset_s is not None
    ]
    ways = {
        "contractions by level": trend(raw_uv, fs_hz, spans),
        "bursts of the analysis": trend(raw_uv, fs_hz, own),
    }
    line = ways["contractions by level"]
    values = (None,) * 3 if line is None else (line.intercept_hz, line.slope_hz_per_s, line.slope_pct_per_min)
    names = ("median frequency at the start, Hz", "slope, Hz/s", "slope, %/min")
    claims = [
        Claim("contractions found by level", float(len(spans)), float(CONTRACTIONS), 0.0),
        *(
            Claim(name, value, reference, FATIGUE_TOLERANCE, relative=True)
            for name, value, reference in zip(names, values, FATIGUE, strict=True)
        ),
        Claim(
            "bursts that the analysis finds by its noise rule",
            float(len(report.bursts)),
            float(CONTRACTIONS),
            0.0,
        ),
    ]
    rows = [
        (
            name,
            str(one.n_epochs),
            *(
                number(value, 4)
                for value in (
                    one.intercept_hz,
                    one.slope_hz_per_s,
                    one.slope_se_hz_per_s,
                    one.slope_pct_per_min,
                )
            ),
        )
        for name, one in ways.items()
        if one is not None
    ]
    columns = ("spans", "n", "start, Hz", "slope, Hz/s", "standard error, Hz/s", "slope, %/min")
    note = (
        "Between contractions this muscle often does not come back to its rest, so the noise rule, which "
        "ends a burst near the resting level, joins several into one; contractions by level are stretches "
        f"in which the RMS is above {100.0 * CONTRACTION_SHARE:.0f} % of its greatest value."
    )
    return [
        Claims("Fatigue of a biceps", tuple(claims), "computed elsewhere on the same recording."),
        Table("Fatigue slopes with their standard error", columns, tuple(rows), note),
    ]


def _reviewed(found: Sequence[Measured]) -> list[Claim]:
    causal_pct = {_short(one.key): _causal_pct(one) for one in found}
    low, high = (
        min(causal_pct, key=lambda key: causal_pct[key]),
        max(causal_pct, key=lambda key: causal_pct[key]),
    )
    return [
        Claim(f"most below, % ({low})", causal_pct[low], CAUSAL_FROM_PCT, CAUSAL_TOLERANCE_PCT, digits=3),
        Claim(f"most above, % ({high})", causal_pct[high], CAUSAL_TO_PCT, CAUSAL_TOLERANCE_PCT, digits=3),
    ]
