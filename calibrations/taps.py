"""Finds touches of an electrode in the filtered signal, and the channel on which they show.

A tap is short: with the ringing of the band-pass it is over within 0.15 s, and before and after it the
channel is quiet. A squeeze lasts longer, and a cable that sways or a jump of all inputs shows on several
channels at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray

SHORT_S: Final = 0.024
"""A touch is seen in the RMS over this: shorter windows of noise jump too much, longer ones smear it."""

LONGEST_S: Final = 0.15
"""What lasts longer is a muscle, or a body that moves."""

APART_S: Final = 0.15
"""Two taps are so far apart; what comes sooner is the finger that leaves."""

AROUND_S: Final = 0.3
"""So long after a tap all must be known, and so far around it other channels are looked at."""

TIMES_QUIET: Final = 8.0
"""A tap is so many times the quiet level of its channel."""

FLOOR_UV: Final = 30.0
"""... and at least this: far below a touch of an electrode, far above a good amplifier."""

ENDS_SHARE: Final = 1.0 / 8.0
ENDS_TIMES_QUIET: Final = 2.5
ENDS_S: Final = 0.03
"""A tap is over when the level stays so long below this share of it, or this multiple of the quiet level:
with a muscle at work around it, or in the middle of steady EMG, it never is."""

TIMES_OTHERS: Final = 3.0
"""A tap is on one channel if it is so many times as high as any short peak on another."""

OTHERS_TIMES_QUIET: Final = 5.0
OTHERS_TIMES_AROUND: Final = 3.0
"""What counts as a short peak on another channel: noise and EMG do not."""

WANTED: Final = 2
"""Taps that are asked for: one may be a chance."""


@dataclass(frozen=True, slots=True)
class Tap:
    """One touch.

    Attributes
    ----------
    at : int
        Tick of its highest level.
    end : int
        First tick at which it is over.
    column : int or None
        Channel on which it shows; None if it shows on several.
    """

    at: int
    end: int
    column: int | None


def quiet_level_uv(power_uv2: FloatArray, tick_s: float) -> FloatArray:
    """Level of each channel in which a touch must stand out: the median, so that a moment does not matter.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks, n_channels)
        Tick powers before the cue.
    tick_s : float
        Spacing of the ticks.

    Returns
    -------
    ndarray of shape (n_channels,)
        µV; NaN where less than half is known.
    """
    level = _level_uv(power_uv2, tick_s)
    quiet = np.full(level.shape[1], np.nan)
    known = np.isfinite(level)
    for column in np.flatnonzero(2 * known.sum(axis=0) > len(level)):
        quiet[column] = np.median(level[known[:, column], column])
    return quiet


def find_taps(
    power_uv2: FloatArray, quiet_uv: FloatArray, tick_s: float, floor_uv: float = FLOOR_UV
) -> list[Tap]:
    """Find the taps that are over.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks, n_channels)
        Tick powers, from before the cue to now; NaN where they were lost.
    quiet_uv : ndarray of shape (n_channels,)
        From ``quiet_level_uv``; a channel without one has no taps.
    tick_s : float
        Spacing of the ticks.
    floor_uv : float
        Least height of a tap; 0 where the unit is arbitrary.

    Returns
    -------
    list of Tap
        In time. One of which less than ``AROUND_S`` is known afterwards is not among them yet.
    """
    level = _level_uv(power_uv2, tick_s)
    around = round(AROUND_S / tick_s)
    taps: list[Tap] = []
    for column in range(level.shape[1]):
        need = max(TIMES_QUIET * quiet_uv[column], floor_uv)
        for start, stop in _runs(level[:, column] >= need, round(ENDS_S / tick_s)):
            at = start + int(np.nanargmax(level[start:stop, column]))
            end = _end_of(level[:, column], at, quiet_uv[column], tick_s)
            if end is not None and at + around < len(level):
                taps.append(Tap(at, end, column if _alone(level, column, at, quiet_uv, tick_s) else None))
    return sorted(taps, key=lambda tap: tap.at)


def column_of(taps: Sequence[Tap], tick_s: float) -> int | None:
    """Say on which channel two taps were seen; None if on none, or if others were seen on another too."""
    times: dict[int, list[int]] = {}
    for tap in taps:
        if tap.column is not None:
            before = times.setdefault(tap.column, [])
            if not before or (tap.at - before[-1]) * tick_s >= APART_S:
                before.append(tap.at)
    if len(times) != 1:
        return None
    ((column, seen),) = times.items()
    return column if len(seen) >= WANTED else None


def _level_uv(power_uv2: FloatArray, tick_s: float) -> FloatArray:
    """RMS over ``SHORT_S`` around each tick; NaN where more than half of it was lost."""
    n = max(1, round(SHORT_S / tick_s))
    before = (n - 1) // 2
    there = np.isfinite(power_uv2)
    edges = ((before + 1, n - 1 - before), (0, 0))
    known, sums_uv2 = (
        np.cumsum(np.pad(values, edges), axis=0) for values in (there, np.where(there, power_uv2, 0.0))
    )
    count, sum_uv2 = known[n:] - known[:-n], sums_uv2[n:] - sums_uv2[:-n]
    mean_uv2 = np.maximum(sum_uv2, 0.0) / np.maximum(count, 1)
    return np.where(2 * count > n, np.sqrt(mean_uv2), np.nan)


def _runs(true: BoolArray, bridged: int) -> list[tuple[int, int]]:
    """Start and stop of each stretch of true; a shorter break than ``bridged`` ends none."""
    at = np.flatnonzero(true)
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > bridged)
    starts, stops = np.concatenate(([0], breaks + 1)), np.concatenate((breaks, [len(at) - 1]))
    return [(int(at[i]), int(at[j]) + 1) for i, j in zip(starts, stops, strict=True)]


def _end_of(level: FloatArray, at: int, quiet_uv: float, tick_s: float) -> int | None:
    """Tick at which the peak is over; None if it is too long for a tap, not over yet, or cut by a gap."""
    ends = max(ENDS_SHARE * level[at], ENDS_TIMES_QUIET * quiet_uv)
    for start, stop in _runs(~(level < ends), round(ENDS_S / tick_s)):
        if start <= at < stop:
            short = (stop - start) * tick_s <= LONGEST_S
            whole = bool(np.isfinite(level[start:stop]).all())
            return stop if short and whole and stop < len(level) else None
    return None


def _alone(level: FloatArray, column: int, at: int, quiet_uv: FloatArray, tick_s: float) -> bool:
    """Whether no other channel has a short peak of its own there that is not far smaller."""
    around, near = round(AROUND_S / tick_s), round(LONGEST_S / tick_s / 2)
    for other in set(range(level.shape[1])) - {column}:
        here = level[max(0, at - near) : at + near, other]
        if not np.isfinite(here).any():
            continue
        peak = float(np.nanmax(here))
        usual = _median(level[max(0, at - around) : at + around, other])
        stands_out = peak >= max(OTHERS_TIMES_AROUND * usual, OTHERS_TIMES_QUIET * quiet_uv[other])
        if stands_out and level[at, column] < TIMES_OTHERS * peak:
            return False
    return True


def _median(level: FloatArray) -> float:
    """Median of what is known of a stretch."""
    return float(np.nanmedian(level))
