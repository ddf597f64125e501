"""The best of many noisy windows: how far it lies above the truth, before and after the correction."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.maximum import best_window_s, luck_of_the_best
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, Effort, Spectrum
from validation.plain_best import best_uv
from validation.results import Claim, Claims, Part, Table, signed, worst_of
from validation.simulation import RATES_HZ, chain, noise, run, theory

MUSCLES: Final = {"glute": GLUTEUS_MAXIMUS, "hamstring": BICEPS_FEMORIS}
N_ATHLETES: Final = 100
N_TRIALS: Final = 3
TRIAL_S: Final = 5.0
RISE_S: Final = (0.3, 0.4)
"""Reaction and rise at the start of an effort."""

AFTER_TOLERANCE_PCT: Final = 2.0
REVIEW_SHARE: Final = 0.25
REVIEWED_PCT: Final = {250.0: 12.5, 1000.0: 13.2}
"""The best window of three efforts of 5 s at constant true effort, in the review."""


@cache
def best_of(fs_hz: float, spectrum: Spectrum, n_athletes: int, seed: int) -> FloatArray:
    """Best window of each effort over the truth; shape (n_athletes, n_trials)."""
    n_channels = n_athletes * N_TRIALS
    n = round(TRIAL_S * fs_hz)
    effort = Effort()
    effort.move_to(1.0, start=round(RISE_S[0] * fs_hz), ramp=round(RISE_S[1] * fs_hz))
    emg = effort.levels(0, n)[:, None] * noise(seed, "best", fs_hz, n, n_channels, spectrum)
    levels = run(chain(fs_hz, n_channels), emg)
    best = best_uv(levels.power_uv2, levels.spacing / fs_hz, best_window_s(fs_hz))
    return np.asarray(best / theory(fs_hz, spectrum).rms).reshape(n_athletes, N_TRIALS)


def luck_parts(n_athletes: int = N_ATHLETES, seed: int = 7) -> tuple[Part, ...]:
    """Bias of the maximum before and after the product's correction."""
    rows, reviewed = [], []
    after: dict[str, float] = {}
    for fs_hz in RATES_HZ:
        window_s, cells = best_window_s(fs_hz), []
        for name, spectrum in MUSCLES.items():
            bests = best_of(fs_hz, spectrum, n_athletes, seed)
            for n_trials in (1, N_TRIALS):
                top = bests[:, :n_trials].max(axis=1)
                before_pct = 100.0 * (float(top.mean()) - 1.0)
                luck = luck_of_the_best(fs_hz, window_s, TRIAL_S, n_trials)
                after_pct = 100.0 * (float(top.mean()) / luck - 1.0)
                cells.append(f"{signed(before_pct, 1)} → {signed(after_pct, 1)}")
                after[f"{fs_hz:g} Hz, {name}, best of {n_trials}"] = after_pct
                if n_trials == N_TRIALS and fs_hz in REVIEWED_PCT:
                    what = (
                        f"{fs_hz:g} Hz, {name}, best {window_s:g} s of {n_trials} × {TRIAL_S:g} s, before, %"
                    )
                    reviewed.append(
                        Claim(what, before_pct, REVIEWED_PCT[fs_hz], REVIEW_SHARE, relative=True, digits=3)
                    )
        rows.append((f"{fs_hz:g}", f"{window_s:g}", *cells))
    columns = ("Hz", "window, s", *(f"{name}, best of {n}" for name in MUSCLES for n in (1, N_TRIALS)))
    return (
        Table(
            f"Bias of the maximum of noisy windows, before → after the correction, % ({n_athletes} athletes)",
            columns,
            tuple(rows),
            f"Constant true effort for {TRIAL_S:g} s, the first {sum(RISE_S):g} s of them reaction and rise.",
        ),
        Claims(
            "The maximum",
            (worst_of("bias of the maximum after the correction, %", after, AFTER_TOLERANCE_PCT),),
            "the truth.",
        ),
        Claims(
            "Maximum",
            tuple(reviewed),
            f"within {100.0 * REVIEW_SHARE:.0f} %.",
            about_us=False,
        ),
    )
