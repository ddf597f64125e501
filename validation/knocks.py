"""A knock on the cable in the best of two efforts: how far it moves the maximum, by its height."""

from __future__ import annotations

from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.maximum import best_of_effort_uv, best_window_s
from hardware.simulated_emg import BICEPS_FEMORIS, Effort
from validation.plain_best import best_uv
from validation.results import Claim, Claims, Part, Table, signed
from validation.simulation import chain, noise, run, theory

RATES_HZ: Final = (250.0, 1000.0)
HEIGHTS: Final = (2.0, 4.0, 6.0, 8.0, 10.0, 15.0, 100.0, 10_000.0)
"""Peaks of the knock at the electrodes over the RMS of the effort in its band."""

SEEN_FROM: Final = 15.0
LENGTHS_S: Final = {"one sample": 0.0, "30 ms": 0.030}
N_ATHLETES: Final = 40
N_TRIALS: Final = 2
EFFORT_S: Final = 3.0
LEAD_S: Final = 1.0
CHANGE_TOLERANCE_PCT: Final = 2.0
P90_TOLERANCE_PCT: Final = 5.0


def bests_uv(data_uv: FloatArray, fs_hz: float, *, robust: bool = True) -> FloatArray:
    """Best window of each channel's effort, as the product takes it or of all windows alike."""
    levels = run(chain(fs_hz, data_uv.shape[1]), data_uv)
    tick_s = levels.spacing / fs_hz
    levels = levels.cut(round(LEAD_S / tick_s))
    power_uv2 = levels.power_uv2
    if not robust:
        return best_uv(power_uv2, tick_s, best_window_s(fs_hz))
    found = [
        best_of_effort_uv(powers, tick_s, fs_hz, samples)
        for powers, samples in zip(power_uv2.T, levels.sample_uv.T, strict=True)
    ]
    return np.array([np.nan if best is None else best for best in found])


def efforts_uv(fs_hz: float, n_athletes: int, seed: int) -> FloatArray:
    """Two efforts an athlete, each a channel; shape (n_samples, n_athletes * 2)."""
    n = round((LEAD_S + EFFORT_S) * fs_hz)
    effort = Effort()
    effort.move_to(1.0, start=round((LEAD_S + 0.3) * fs_hz), ramp=round(0.4 * fs_hz))
    emg = noise(seed, "knocks", fs_hz, n, n_athletes * N_TRIALS, BICEPS_FEMORIS)
    return np.asarray(100.0 * effort.levels(0, n)[:, None] * emg + 2.0 * noise(seed, "rest", fs_hz, n, 1))


def knocked(data_uv: FloatArray, columns: FloatArray, height_uv: float, length: int, seed: int) -> FloatArray:
    """Add one knock at a random moment of the effort to each of some channels."""
    random = np.random.default_rng(seed)
    lead = len(data_uv) - round(len(data_uv) * EFFORT_S / (EFFORT_S + LEAD_S))
    pulse = height_uv * np.sin(np.pi * (np.arange(length) + 0.5) / length)
    result = data_uv.copy()
    for column in columns:
        at = random.integers(lead, len(data_uv) - length)
        result[at : at + length, int(column)] += pulse
    return result


def changes_pct(
    fs_hz: float, height: float, length_s: float, n_athletes: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Change of the maximum by one knock in the better effort, as the product takes it and of all windows."""
    data_uv = efforts_uv(fs_hz, n_athletes, seed)
    clean = bests_uv(data_uv, fs_hz).reshape(n_athletes, N_TRIALS)
    better = np.arange(n_athletes) * N_TRIALS + clean.argmax(axis=1)
    height_uv = height * 100.0 * theory(fs_hz, BICEPS_FEMORIS).rms
    bad_uv = knocked(data_uv, better, height_uv, max(1, round(length_s * fs_hz)), seed)
    found = [
        np.nanmax(bests_uv(bad_uv, fs_hz, robust=robust).reshape(n_athletes, N_TRIALS), axis=1)
        for robust in (True, False)
    ]
    product, plain = (100.0 * (one / clean.max(axis=1) - 1.0) for one in found)
    return np.asarray(product), np.asarray(plain)


def untouched_pct(fs_hz: float, n_athletes: int, seed: int) -> float:
    """Share of clean efforts whose best window is the best of all windows."""
    data_uv = efforts_uv(fs_hz, n_athletes, seed)
    same = np.isclose(bests_uv(data_uv, fs_hz), bests_uv(data_uv, fs_hz, robust=False), rtol=1e-6)
    return 100.0 * float(same.mean())


def knock_parts(n_athletes: int = N_ATHLETES, seed: int = 12) -> tuple[Part, ...]:
    """Show what one knock does to the maximum, by its height and length."""
    rows, claims = [], []
    for fs_hz in RATES_HZ:
        seen: list[FloatArray] = []
        for name, length_s in LENGTHS_S.items():
            for height in HEIGHTS:
                product, plain = changes_pct(fs_hz, height, length_s, n_athletes, seed)
                if height >= SEEN_FROM:
                    seen.append(product)
                cells = (float(np.median(plain)), float(np.median(product)))
                low, high = np.quantile(product, (0.05, 0.95))
                spread = f"{signed(float(low), 1)} to {signed(float(high), 1)}"
                rows.append((f"{fs_hz:g}", name, f"{height:g}", *(signed(cell, 1) for cell in cells), spread))
        every = np.concatenate(seen)
        claims += [
            Claim(
                f"{fs_hz:g} Hz, knocks of {SEEN_FROM:g} times the effort and more: median change, %",
                float(np.median(np.abs(every))),
                0.0,
                CHANGE_TOLERANCE_PCT,
                digits=2,
            ),
            Claim(
                f"{fs_hz:g} Hz, the same: change that 90 % stay within, %",
                float(np.quantile(np.abs(every), 0.9)),
                0.0,
                P90_TOLERANCE_PCT,
                digits=2,
            ),
            Claim(
                f"{fs_hz:g} Hz, clean efforts that are left as they are, %",
                untouched_pct(fs_hz, n_athletes, seed),
                100.0,
                1.0,
            ),
        ]
    columns = (
        "Hz",
        "length",
        "height, RMS of the effort",
        "best of all windows, median %",
        "ours, median %",
        "ours, 5 to 95 %",
    )
    return (
        Claims("One knock on the cable", tuple(claims), "the same efforts without it."),
        Table(
            "Change of the maximum of two efforts by one knock in the better of them",
            columns,
            tuple(rows),
            "A knock of 6 to 10 times the effort's RMS is as large as the largest waves of EMG itself and "
            "cannot be told from them: there it still counts for some percent.",
        ),
    )
