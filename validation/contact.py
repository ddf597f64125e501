"""Chapter 7: what set-up calls an electrode pair, on simulated placements and on real recordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from calibrations.contact import STEADY_S
from emg.activation import Activations
from emg.blocks import BoolArray
from emg.contact_rules import RULES, at_rest
from emg.contact_spectrum import MAINS_RATIO, MOTION_SHARE
from emg.quality import VERDICTS, WORST_FIRST
from validation.placements import GOOD, KINDS, LYING_S, Placement, placement
from validation.recorded import EXPECTED, PLUX, analysed, blocks_of, expected_stats, place_of
from validation.results import Chapter, Claim, Claims, Part, Table
from validation.simulation import chain, run

RATES_HZ: Final = (250.0, 500.0, 1000.0)
PLACEMENTS: Final = 1000
"""At each rate; half of them are good, the others as evenly of every bad kind as goes."""

BAD_ONES_PCT: Final = 2.0
"""At most so many good pairs may be called bad."""

STOPS: Final = frozenset(rule.code for rule in RULES if rule.stops)
FROM_S: Final = 0.5
"""The beginning of a recording that its analysis leaves out."""

RAILS: Final = {PLUX: 1500.0, "myo/left_44444-1_7.txt/ch6": 127.0}
"""Ends of the converters that cut into two of the recordings; their files do not tell them."""

CLEAN: Final = "clean"
CLIPPED: Final = "clipped"
HUMMING: Final = "hum"
MOVED: Final = "motion"
NAMES: Final = {CLIPPED: "railed", HUMMING: "mains", MOVED: "motion"}


def chapter(folder: Path, n_placements: int = PLACEMENTS) -> Chapter:
    """Judge simulated placements, and the real recordings that are there.

    Parameters
    ----------
    folder : Path
        The real recordings.
    n_placements : int
        Simulated ones at each rate.
    """
    told = {fs_hz: simulated(fs_hz, n_placements) for fs_hz in RATES_HZ}
    parts: list[Part] = [
        Claims(
            "Simulated placements",
            tuple(claim for fs_hz, found in told.items() for claim in _claims(fs_hz, found)),
            "what was simulated. A pair is good by set-up's own rule: after 4 s and 3 s in a row without a "
            "verdict that stops. A good one must then work for 9 s without a complaint.",
        ),
        *(_confusion(f"Verdicts at {fs_hz:g} Hz", found) for fs_hz, found in told.items()),
        *_real_parts(folder),
    ]
    return Chapter(
        "Contact",
        f"Verdicts on {n_placements} placements at each rate through the whole chain, without a notch. Good "
        "pairs have a rest of 1.3-5 µV, 0.3-3 µV of skin noise at 5-20 Hz, up to 1.5 µV of hum, offsets to "
        "60 mV and a cross-talk of up to half of their neighbour; they lie for 10 s, stand, and work at up "
        "to their maximum. Bad ones are open (20-2000 µV of hum, drift), shorted, dead, at or near the rail, "
        "loose (30-400 µV of swinging), in 5-100 µV of hum at 49.8-60.2 Hz, noisy (12-45 µV), or share a "
        "jack with their neighbour. Every pair is seen through a 24-bit converter of ±187.5 mV.",
        tuple(parts),
    )


def simulated(fs_hz: float, n_placements: int) -> dict[str, Counter[str]]:
    """Count what each kind of placement is called; kinds in the order of ``KINDS``."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    bad = [kind for kind in KINDS if kind != GOOD]
    for seed in range(n_placements):
        kind = GOOD if seed % 2 else bad[seed // 2 % len(bad)]
        found[kind][called(placement(kind, seed, fs_hz))] += 1
    return found


def called(one: Placement) -> str:
    """Give the code that a placement ends with."""
    levels = run(chain(one.fs_hz, 2), one.raw_uv)
    lying = levels.samples < LYING_S * one.fs_hz
    told = at_set_up(levels, 0, lying)
    # in work: the worst that stands, if only for a tick
    working = {VERDICTS[code] for code in np.unique(levels.verdicts[~lying, 0])}
    return next(code for code in WORST_FIRST if code in {told} | working)


def at_set_up(levels: Activations, column: int, lying: BoolArray) -> str:
    """Verdict by which set-up goes on, or the one that holds it up."""
    codes = [
        at_rest(VERDICTS[code], float(level))
        for code, level in zip(levels.verdicts[lying, column], levels.slow_uv[lying, column], strict=True)
    ]
    per_s = levels.fs_hz / levels.spacing
    steady = round(STEADY_S * per_s)
    stops = np.array([code in STOPS for code in codes])
    clear = np.convolve(~stops, np.ones(steady), "valid") == steady
    goes_on = np.flatnonzero(clear)
    start = int(goes_on[0]) if len(goes_on) else len(codes) - steady
    seen = set(codes[start : start + steady])
    return next(code for code in WORST_FIRST if code in seen)


def _claims(fs_hz: float, found: Mapping[str, Counter[str]]) -> list[Claim]:
    n_bad = sum(counts.total() for kind, counts in found.items() if kind != GOOD)
    passed = sum(counts["ok"] for kind, counts in found.items() if kind != GOOD)
    good = found[GOOD]
    called_bad_pct = 100.0 * (1.0 - good["ok"] / good.total())
    rate = f"{fs_hz:g} Hz"
    return [
        Claim(f"{rate}: bad pairs called ok, of {n_bad}", float(passed), 0.0, 0.0),
        Claim(f"{rate}: good pairs called bad, % of {good.total()}", called_bad_pct, 0.0, BAD_ONES_PCT),
    ]


def _confusion(title: str, found: Mapping[str, Counter[str]], note: str = "") -> Table:
    """Write what is there in rows, what it is called in columns."""
    codes = [code for code in reversed(WORST_FIRST) if any(counts[code] for counts in found.values())]
    rows = tuple(
        (kind, str(counts.total()), *(str(counts[code]) if counts[code] else "" for code in codes))
        for kind, counts in found.items()
    )
    return Table(title, ("what it is", "n", *codes), rows, note)


def recordings(folder: Path) -> dict[str, Counter[str]]:
    """Count what the analysis calls the real recordings that are there, by what is known of them."""
    found: dict[str, Counter[str]] = {}
    for key, stats in expected_stats(folder).items():
        if not (folder / place_of(key).file).is_file():
            continue
        source = place_of(key).open(folder)
        info = replace(source.info, full_scale_uv=RAILS.get(key, source.info.full_scale_uv))
        report, _ = analysed(info, list(blocks_of(source)), zero_phase=False, from_s=FROM_S)
        found.setdefault(_known_as(key, stats), Counter())[report.verdict] += 1
    return found


def _known_as(key: str, stats: Mapping[str, float]) -> str:
    if key in RAILS:
        return CLIPPED
    if max(stats["mains50_ratio"], stats["mains60_ratio"]) > MAINS_RATIO:
        return HUMMING
    return MOVED if stats["frac_5_20"] > MOTION_SHARE else CLEAN


def _real_parts(folder: Path) -> list[Part]:
    if not (folder / EXPECTED).is_file():
        return [f"The real recordings were not looked at in this run: {EXPECTED} is absent."]
    found = recordings(folder)
    clean = found.pop(CLEAN, Counter())
    n_bad = sum(counts.total() for counts in found.values())
    claims = (
        Claim(
            f"bad channels called ok, of {n_bad}", float(sum(one["ok"] for one in found.values())), 0.0, 0.0
        ),
        Claim(
            f"bad channels called by another name, of {n_bad}",
            float(sum(one.total() - one[NAMES[kind]] for kind, one in found.items())),
            0.0,
            0.0,
        ),
        Claim(
            f"clean channels called bad, % of {clean.total()}",
            100.0 * (1.0 - clean["ok"] / clean.total()) if clean else None,
            0.0,
            BAD_ONES_PCT,
        ),
    )
    note = (
        "By the verdict of the whole recording that `powerhold analyze` gives: what stands for a twentieth "
        "of the time, or motion where more than a quarter of all power is at 5-20 Hz. Clipped ones are given "
        "the end of their converter, which their files do not tell."
    )
    return [
        Claims("Real recordings", claims, "expected_stats.json."),
        _confusion("Real recordings: what they are and what they are called", {CLEAN: clean, **found}, note),
    ]
