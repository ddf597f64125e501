"""Simulated holds whose start is known, through the product's own chain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from emg.activation import Activations
from emg.blocks import FloatArray
from emg.filters import FilterSettings
from emg.onset import plateau_latency_s
from hardware.simulated_emg import GLUTEUS_MAXIMUS, Effort, random_for
from validation.simulation import chain, noise, run, theory

QUIET_S, SCORED_S, END_S = 2.5, 2.5, 7.0
"""A test hold: the baseline before the cue, and from the cue the scored span and its end."""

START_S: Final = (1.6, 2.0)
"""The rise begins at some time between these, from the cue."""

PLATEAU_SHARE: Final = 0.75
AT_PLATEAU: Final = 2.0 / 3.0
"""A raised cosine has come to 75 % after two thirds of its length: acos(1 - 2 * 0.75) / pi."""

REST_UV: Final = 2.0


@dataclass(frozen=True, eq=False)
class Holds:
    """Holds of one muscle, one a column, from the quiet posture on.

    Attributes
    ----------
    fs_hz : float
        Sampling rate.
    raw_uv : ndarray of shape (n_samples, n_holds)
        What the board samples.
    levels : Activations
        What the chain makes of it.
    rest_uv : float
        True RMS of rest in the analysis band.
    start_s, plateau_s : ndarray of shape (n_holds,)
        True start of the rise, and true crossing of 75 % of the plateau, from the first sample.
    """

    fs_hz: float
    raw_uv: FloatArray
    levels: Activations
    rest_uv: float
    start_s: FloatArray
    plateau_s: FloatArray

    @property
    def tick_s(self) -> float:
        """Spacing of the ticks."""
        return self.levels.spacing / self.fs_hz

    @property
    def delay_s(self) -> float:
        """Group delay that a latency is corrected for."""
        return FilterSettings.for_rate(self.fs_hz).delay_s(self.fs_hz)

    @property
    def n_quiet(self) -> int:
        """Ticks of the baseline."""
        return round(QUIET_S / self.tick_s)

    def plateau_errors_ms(self) -> FloatArray:
        """Error of the product's plateau latency in each hold; NaN where it has none."""
        end = round((QUIET_S + END_S) / self.tick_s)
        scored = round((QUIET_S + SCORED_S) / self.tick_s)
        found = []
        for sample_uv in self.levels.sample_uv[:end].T:
            latency_s = plateau_latency_s(
                sample_uv,
                self.tick_s,
                quiet_to=self.n_quiet,
                scored_from=scored,
                rest_share=self.rest_uv**2 / float(np.mean(np.square(sample_uv[scored:]))),
                delay_s=self.delay_s,
            )
            found.append(np.nan if latency_s is None else QUIET_S + latency_s)
        return np.asarray(1e3 * (np.array(found) - self.plateau_s))


@lru_cache(maxsize=1)
def _noises(fs_hz: float, n_holds: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Muscle and rest, the same for every rise and strength so that these alone differ."""
    n = round((QUIET_S + END_S + 0.2) * fs_hz)
    emg = noise(seed, "holds", fs_hz, n, n_holds, GLUTEUS_MAXIMUS) / theory(fs_hz, GLUTEUS_MAXIMUS).rms
    return emg, noise(seed, "rest", fs_hz, n, n_holds) / theory(fs_hz, None).rms


def holds(fs_hz: float, rise_s: float, strength: float, n_holds: int, seed: int) -> Holds:
    """Simulate holds from rest to a plateau.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    rise_s : float
        Length of the rise, a raised cosine; 0 is a step.
    strength : float
        RMS of the muscle at the plateau over that of rest, both in the analysis band.
    n_holds, seed : int
        How many, and which.
    """
    emg, rest = _noises(fs_hz, n_holds, seed)
    starts = (QUIET_S + random_for(seed, "starts").uniform(*START_S, n_holds)) * fs_hz
    first = np.ceil(starts).astype(np.int64)
    efforts = np.empty_like(emg)
    for column, start in enumerate(first):
        effort = Effort()
        effort.move_to(1.0, start=int(start), ramp=round(rise_s * fs_hz))
        efforts[:, column] = effort.levels(0, len(emg))
    raw_uv = REST_UV * (strength * efforts * emg + rest)
    start_s = first / fs_hz
    levels = run(chain(fs_hz, n_holds), raw_uv)
    return Holds(
        fs_hz, raw_uv, levels, REST_UV, start_s, start_s + AT_PLATEAU * round(rise_s * fs_hz) / fs_hz
    )
