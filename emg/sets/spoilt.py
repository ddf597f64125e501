"""What spoils a hold: movement and knocks, by the limits that keep them out of a maximum.

The verdict ``motion`` takes three whole seconds to be sure, for somebody who can wait. A hold is judged
when it is over, by every second of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from emg.artefacts import CELL_S, cell_limit, moved, widened
from emg.blocks import BoolArray, FloatArray

LEAST_PCT: Final = 5.0
"""What is worth less of the reference spoils nothing: below it no ratio is built either."""

WINDOW_S: Final = 1.0
"""Share of the power below the band is taken over so long, at every rate: over half a second, as a maximum at
1000 Hz is, chance alone took 8 of 1000 clean holds for movement (validation, sessions)."""

LASTS: Final = 8
"""Movement is in every window that has any of it, for an eighth of a window at the least. The first samples
of a fast rise, seen alone, have no band: they are in the last 8 ticks of one (simulation)."""

KNOCK_SHARE: Final = 1.1
"""Nor does a knock that makes the level of the hold less than a tenth higher."""


def is_spoilt(
    power_uv2: FloatArray,
    sample_uv: FloatArray,
    tick_s: float,
    fs_hz: float,
    *,
    scored: slice,
    span_uv: float,
) -> bool:
    """Say whether something else than the muscle is a good part of what was read.

    How many clean holds are taken for movement is on the page of validation, chapter of sessions.

    Parameters
    ----------
    power_uv2, sample_uv : ndarray of shape (n_ticks,)
        Tick powers and the band-passed signal at the ticks, from the cue to the end of the hold; NaN where
        lost.
    tick_s, fs_hz : float
        Spacing of the ticks, sampling rate.
    scored : slice
        Ticks of the scored span.
    span_uv : float
        The reference, rest removed.

    Returns
    -------
    bool
        False also where less is there than can be judged, and for an envelope.
    """
    known = np.nan_to_num(sample_uv)
    n_window = round(WINDOW_S / tick_s)
    if len(known) < n_window or known.min() >= 0.0:
        return False
    least_uv2: float = (LEAST_PCT / 100.0 * span_uv) ** 2
    level_uv2 = np.convolve(np.square(known), np.ones(n_window), "valid") / n_window
    foreign = moved(known, tick_s, n_window) & (level_uv2 >= least_uv2)
    n_run = max(1, n_window // LASTS)
    if np.any(np.convolve(foreign, np.ones(n_run, dtype=np.int64)) >= n_run):
        return True
    whole = power_uv2[scored]
    rest = whole[~_knocked(whole, tick_s, fs_hz, span_uv**2)]
    if np.isfinite(rest).sum() <= 0.5 * len(whole):
        return False  # too little is known to tell a knock from the rest
    mean_uv2, clean_uv2 = float(np.nanmean(whole)), float(np.nanmean(rest))
    return mean_uv2 - clean_uv2 >= least_uv2 and mean_uv2 >= KNOCK_SHARE**2 * clean_uv2


def _knocked(power_uv2: FloatArray, tick_s: float, fs_hz: float, maximum_uv2: float) -> BoolArray:
    """Ticks of cells that no muscle of that power makes once in 100 000, and of the guard around them.

    A muscle that comes late, or twitches to keep the balance, is loud beside the rest of its hold, and not
    beside its maximum; where that was held back, not beside the rest.
    """
    n_cell = max(1, round(CELL_S / tick_s))
    if len(power_uv2) < n_cell:
        return np.zeros(len(power_uv2), dtype=np.bool_)
    cells = np.convolve(np.nan_to_num(power_uv2), np.full(n_cell, 1.0 / n_cell), "valid")
    limit = cell_limit(fs_hz, n_cell * tick_s) * max(maximum_uv2, float(np.median(cells)))
    return widened(cells[:, None] > limit, n_cell, tick_s)[:, 0]
