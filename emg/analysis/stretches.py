"""Levels over stretches of a recording's ticks: mean power, and the quietest stretch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.activation import Activations
from emg.analysis.tick_spool import TickSpool
from emg.blocks import BoolArray, FloatArray, IntArray
from emg.onset import MIN_PRESENT
from emg.quality import FLAT, IS_INVALID

QUIET_S: Final = 5.0
QUIET_SHARE: Final = 0.1
SHORTEST_QUIET_S: Final = 0.5
"""Rest that nobody named is the quietest tenth of the recording in one piece, from 0.5 to 5 s long."""

IS_UNREADABLE: Final = IS_INVALID & (np.arange(len(IS_INVALID)) != FLAT)
"""Verdicts that hide a level. A flat one hides nothing that is loud, but nobody may take it for rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Mean and standard deviation of ticks, NaN where more than a fifth of them is missing.

    Attributes
    ----------
    count : ndarray of shape (n_sites,)
        Ticks with a reading.
    mean, sd : ndarray of shape (n_sites,), float64
        ``sd`` with n - 1.
    """

    count: IntArray
    mean: FloatArray
    sd: FloatArray


def readings(levels: Activations, name: str, bad: BoolArray = IS_INVALID) -> FloatArray:
    """Take one array of levels, NaN where the contact does not carry it.

    Parameters
    ----------
    levels : Activations
        Ticks.
    name : str
        Field of them.
    bad : ndarray of bool
        For each verdict whether it hides the level.

    Returns
    -------
    ndarray of shape (n_ticks, n_sites), float64
    """
    found: FloatArray = np.where(bad[levels.verdicts], np.nan, getattr(levels, name))
    return found


def moments(spool: TickSpool, name: str, start: int, stop: int) -> Moments:
    """Mean and standard deviation of one array of levels over the ticks ``start`` to ``stop``."""
    count: IntArray | int = 0
    total: FloatArray | float = 0.0
    squares: FloatArray | float = 0.0
    for levels in spool.chunks(start, stop):
        found = readings(levels, name, IS_UNREADABLE)
        known = ~np.isnan(found)
        found[~known] = 0.0
        count = count + known.sum(axis=0)
        total = total + found.sum(axis=0)
        squares = squares + np.square(found).sum(axis=0)
    number = np.asarray(count)
    enough = (number >= MIN_PRESENT * (stop - start)) & (number > 1)
    divisor = np.where(enough, number, np.nan)
    mean = np.asarray(total) / divisor
    variance = (np.asarray(squares) / divisor - np.square(mean)) * divisor / (divisor - 1.0)
    return Moments(number, mean, np.sqrt(np.maximum(variance, 0.0)))


def quietest(spool: TickSpool, start: int, tick_s: float) -> list[tuple[int, int] | None]:
    """Find the quietest stretch of each site.

    Parameters
    ----------
    spool : TickSpool
        The recording.
    start : int
        First tick that counts.
    tick_s : float
        Spacing of the ticks.

    Returns
    -------
    list of (int, int) or None, one a site
        First tick, and the one after the last; None where half a second without a gap is nowhere.
    """
    length_s = float(np.clip(QUIET_SHARE * (len(spool) - start) * tick_s, SHORTEST_QUIET_S, QUIET_S))
    found: list[tuple[int, int] | None] = [None] * len(spool.sites)
    while True:
        n_ticks = round(length_s / tick_s)
        starts = quietest_window(spool, start, len(spool), n_ticks)
        found = [
            old if old is not None or at < 0 else (int(at), int(at) + n_ticks)
            for old, at in zip(found, starts, strict=True)
        ]
        if None not in found or length_s <= SHORTEST_QUIET_S:
            return found
        length_s = max(SHORTEST_QUIET_S, length_s / 2.0)


def quietest_window(spool: TickSpool, start: int, stop: int, n_ticks: int) -> IntArray:
    """Where the mean power over ``n_ticks`` in a row is lowest.

    Returns
    -------
    ndarray of shape (n_sites,), int64
        First tick of the window; -1 where none is without a gap.
    """
    best: FloatArray = np.full(len(spool.sites), np.inf)
    at: IntArray = np.full(len(spool.sites), -1, dtype=np.int64)
    first = start
    for levels in spool.chunks(start, stop, overlap=n_ticks - 1):
        means = _sliding_mean(readings(levels, "power_uv2"), n_ticks)
        if len(means):
            means[np.isnan(means)] = np.inf
            place = means.argmin(axis=0)
            lowest = means.min(axis=0)
            better: BoolArray = lowest < best
            at[better], best[better] = first + place[better], lowest[better]
        first += len(means)
    return at


def _sliding_mean(power_uv2: FloatArray, n_ticks: int) -> FloatArray:
    """Mean of every stretch of ``n_ticks``, NaN where a tick of it is missing."""
    if len(power_uv2) < n_ticks:
        return np.empty((0, power_uv2.shape[1]))
    missing = np.isnan(power_uv2)
    sums, gaps = (
        np.concatenate((np.zeros((1, power_uv2.shape[1])), np.cumsum(part, axis=0)))
        for part in (np.where(missing, 0.0, power_uv2), missing)
    )
    means: FloatArray = (sums[n_ticks:] - sums[:-n_ticks]) / n_ticks
    means[gaps[n_ticks:] > gaps[:-n_ticks]] = np.nan
    return means
