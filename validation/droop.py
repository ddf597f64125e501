"""Chapter 2: the droop of the simulated board against the data sheet of the ADS1299."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import optimize, signal

from emg.blocks import FloatArray
from hardware.boards import BOARDS
from hardware.simulated_emg import LEAST_OVERSAMPLING, MODEL_RATE_HZ, BoardNoise, sinc3_taps
from validation.results import Chapter, Claim, Claims, Table, number, worst_of

DATASHEET_HZ: Final = {250.0: 65.0, 500.0: 131.0, 1000.0: 262.0}
"""-3 dB bandwidth at each rate, whole hertz: Texas Instruments SBAS499, table 1."""

CORNER_TOLERANCE: Final = 0.01
"""As a share: whole hertz on the data sheet, and averages over eight values or more in the simulation."""

PUBLISHED_DB: Final = {
    20.0: -0.27,
    50.0: -1.74,
    60.0: -2.52,
    65.0: -2.96,
    80.0: -4.55,
    100.0: -7.26,
    115.0: -9.8,
    125.0: -11.8,
}
"""Computed elsewhere for 250 SPS from |sinc(f/fs)|³."""

PUBLISHED_TOLERANCE_DB: Final = 0.1
"""One step of the last digit given."""

TONE_S: Final = 1.0


class Tones(np.random.Generator):
    """Gives a pure tone where the simulation asks for white noise, so that its own converter samples it.

    Parameters
    ----------
    cycles_per_value : float
        Frequency, in cycles per value asked for.
    quarter : int
        Quarters of a cycle by which it lags.
    """

    def __init__(self, cycles_per_value: float, quarter: int) -> None:
        super().__init__(np.random.PCG64(0))
        self._cycles = cycles_per_value
        self._quarter = quarter
        self._given = 0

    def standard_normal(self, size: int) -> FloatArray:  # type: ignore[override]
        """Give the next values of the tone."""
        at = self._given + np.arange(size)
        self._given += size
        return np.asarray(np.cos(2.0 * np.pi * (self._cycles * at - self._quarter / 4.0)))


def chapter() -> Chapter:
    """Run everything; needs no data."""
    fs_hz = next(iter(DATASHEET_HZ))
    measured = {f_hz: tone_db(f_hz, fs_hz) for f_hz in PUBLISHED_DB}
    errors = {f"{f_hz:g} Hz": measured[f_hz] - published for f_hz, published in PUBLISHED_DB.items()}
    against_published = worst_of("tones against the published droop, dB", errors, PUBLISHED_TOLERANCE_DB)
    return Chapter(
        "Hardware: the converter's droop",
        "An ADS1299 loses the upper part of EMG in its own third-order sinc filter. The simulated boards "
        "carry it; here it is held against the data sheet, and measured by sending pure tones through the "
        "simulated converter.",
        (
            Claims(
                "-3 dB corners, Hz, and droop",
                (*corner_claims(), *table_claims(), against_published),
                "ADS1299 data sheet, in whole hertz; the droop was computed elsewhere.",
            ),
            Table(
                f"Droop at {fs_hz:g} SPS, dB",
                ("Hz", "|sinc(f/fs)|³", "published", "taps of the simulation", "tones through it"),
                tuple(
                    (
                        f"{f_hz:g}",
                        *(
                            number(value, 3)
                            for value in (
                                sinc_db(f_hz, fs_hz),
                                PUBLISHED_DB[f_hz],
                                taps_db(f_hz, fs_hz),
                                measured[f_hz],
                            )
                        ),
                    )
                    for f_hz in PUBLISHED_DB
                ),
                f"The simulation averages over {oversampling(fs_hz)} values a sample: what it droops less "
                "than the real filter is the difference of the first and the third column.",
            ),
        ),
    )


def oversampling(fs_hz: float) -> int:
    """Values of the model that make one sample of a board."""
    return max(LEAST_OVERSAMPLING, math.ceil(MODEL_RATE_HZ / fs_hz))


def sinc_db(f_hz: float, fs_hz: float) -> float:
    """Droop of the ideal filter."""
    return float(60.0 * np.log10(np.sinc(f_hz / fs_hz)))


def taps_db(f_hz: float, fs_hz: float) -> float:
    """Droop of the filter that the simulation uses, from its coefficients."""
    factor = oversampling(fs_hz)
    _, response = signal.freqz(sinc3_taps(factor), worN=[f_hz], fs=factor * fs_hz)
    return float(20.0 * np.log10(np.abs(response[0])))


def tone_db(f_hz: float, fs_hz: float) -> float:
    """Droop measured on a tone that the simulated converter samples, against one of 0 Hz.

    A tone and the one a quarter of a cycle later have the same sum of squares at every sample, up to half
    the rate and beyond.
    """
    return 10.0 * math.log10(_tone_power(f_hz, fs_hz) / _tone_power(0.0, fs_hz))


def _tone_power(f_hz: float, fs_hz: float) -> float:
    cycles = f_hz / (fs_hz * oversampling(fs_hz))
    pair = [BoardNoise(Tones(cycles, quarter), fs_hz).read(round(TONE_S * fs_hz)) for quarter in (0, 1)]
    return float(np.mean(np.square(pair[0]) + np.square(pair[1])))


def corner_claims() -> tuple[Claim, ...]:
    """Where the simulated converter is 3 dB down."""
    half_power_db = 10.0 * math.log10(0.5)
    claims = []
    for fs_hz, datasheet_hz in DATASHEET_HZ.items():
        corner_hz = optimize.brentq(
            lambda f_hz, fs_hz=fs_hz: tone_db(f_hz, fs_hz) - half_power_db,
            0.1 * fs_hz,
            0.45 * fs_hz,
            xtol=1e-3,
        )
        claims.append(
            Claim(
                f"simulated converter at {fs_hz:g} SPS",
                float(corner_hz),
                datasheet_hz,
                CORNER_TOLERANCE,
                relative=True,
            )
        )
    return tuple(claims)


def table_claims() -> tuple[Claim, ...]:
    """Compare what the table of boards says of those that carry an ADS1299 at these rates."""
    return tuple(
        Claim(
            f"table of boards, {board.name}",
            board.bandwidth_hz,
            DATASHEET_HZ[board.fs_hz],
            CORNER_TOLERANCE,
            relative=True,
        )
        for board in BOARDS.values()
        if board.gains and board.fs_hz in DATASHEET_HZ
    )
