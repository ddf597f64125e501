"""The scatter of one RMS window of steady EMG, against theory and against real holds."""

from __future__ import annotations

from typing import Final

import numpy as np

from emg.filters import CausalFilter, FilterSettings
from emg.maximum import best_window_s, window_cv
from hardware.simulated_emg import BICEPS_FEMORIS
from validation.results import Claim, Claims, Part, Table, number
from validation.simulation import moving_rms, noise, theory

REAL_CV_PCT: Final = {
    250.0: {0.05: 28.9, 0.1: 20.0, 0.125: 17.8, 0.2: 14.7, 0.25: 12.2, 0.5: 8.4, 1.0: 5.8},
    1000.0: {0.05: 21.0, 0.1: 13.9, 0.125: 12.5, 0.2: 9.7, 0.25: 8.8, 0.5: 6.1, 1.0: 3.7},
}
"""Measured elsewhere on steady isometric holds of six real muscles, trend removed."""

THEORY_TOLERANCE: Final = 0.05
PRODUCT_TOLERANCE: Final = 0.05
STEADY_S: Final = 200.0
N_MUSCLES: Final = 8


def window_cvs(fs_hz: float, seconds: float, seed: int) -> dict[float, float]:
    """Coefficient of variation of the product's moving RMS on steady simulated EMG, by window."""
    windows_s = tuple(REAL_CV_PCT[fs_hz])
    n = round(seconds * fs_hz)
    emg = noise(seed, "steady", fs_hz, n, N_MUSCLES, BICEPS_FEMORIS)
    filtered = CausalFilter(FilterSettings.for_rate(fs_hz), fs_hz)(emg)
    ends = np.arange(round(2.0 * fs_hz), n, round(0.02 * fs_hz))
    rms = moving_rms(filtered, [round(window_s * fs_hz) for window_s in windows_s], ends)
    return {
        window_s: float(np.mean(one.std(axis=0) / one.mean(axis=0)))
        for window_s, one in zip(windows_s, rms, strict=True)
    }


def scatter_parts(seconds: float = STEADY_S, seed: int = 6) -> tuple[Part, ...]:
    """Compare the scatter of windows with theory, and what the product takes it for with real holds."""
    rows, claims, product = [], [], []
    for fs_hz, real in REAL_CV_PCT.items():
        found, expected = window_cvs(fs_hz, seconds, seed), theory(fs_hz, BICEPS_FEMORIS)
        lines = {
            "moving RMS, simulated hamstring": [100.0 * found[window_s] for window_s in real],
            "theory, 1 / (2 sqrt(B T))": [100.0 * expected.window_cv(window_s) for window_s in real],
            "what the product takes it for": [100.0 * window_cv(fs_hz, window_s) for window_s in real],
            "real steady holds": list(real.values()),
        }
        rows += [
            (f"{fs_hz:g}", name, *(number(value, 3) for value in values)) for name, values in lines.items()
        ]
        worst = max(
            (found[window_s] / expected.window_cv(window_s) - 1.0 for window_s in real if window_s > 0.05),
            key=abs,
        )
        claims.append(
            Claim(
                f"{fs_hz:g} Hz, windows of 100 ms and more, greatest difference from theory",
                worst,
                0.0,
                THEORY_TOLERANCE,
            )
        )
        window_s = best_window_s(fs_hz)
        product.append(
            Claim(
                f"{fs_hz:g} Hz, {1e3 * window_s:.0f} ms (the window of a maximum), product's formula, %",
                100.0 * window_cv(fs_hz, window_s),
                real[window_s],
                PRODUCT_TOLERANCE,
                relative=True,
            )
        )
    columns = ("Hz", "CV in %", *(f"{1e3 * window_s:.0f} ms" for window_s in REAL_CV_PCT[250.0]))
    note = "The wider the spectrum the smaller the scatter; some of the real holds are of slower muscles."
    return (
        Table("Scatter of one RMS window", columns, tuple(rows), note),
        Claims(
            "Scatter of one RMS window",
            tuple(claims + product),
            "theory, and real holds at the windows that the product uses.",
        ),
    )
