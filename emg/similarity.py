"""How much two muscles work at the same time and to the same degree.

The indices were made for antagonists and are known there as co-contraction. Glute and hamstring extend
the hip together, so here they say how alike their work is: similarity, not a muscle working against the
other.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.bursts import MIN_PRESENT

SIMILARITY_FLOOR_PCT: Final = 5.0
"""Both means must reach this, in %MVC: two channels of noise are alike, too (the floor of emgteach)."""


def falconer_winter_pct(a: FloatArray, b: FloatArray) -> float | None:
    """Share of the work that both muscles do at the same time: ``100 * 2 ∫ min(a, b) / ∫ (a + b)``.

    Parameters
    ----------
    a, b : ndarray of shape (n_ticks,)
        Levels in %MVC with rest removed, on the same ticks; NaN where there is no reading.

    Returns
    -------
    float or None
        0 (never together) to 100 (the same curve), whatever the strength. None if either mean is below
        5 %MVC or more than a fifth of the ticks is missing.

    References
    ----------
    Falconer and Winter (1985), Electromyogr Clin Neurophysiol 25:135-149.
    """
    pair = _comparable(a, b)
    if pair is None:
        return None
    low, high = pair
    return float(100.0 * 2.0 * low.sum() / (low.sum() + high.sum()))


def rudolph(a: FloatArray, b: FloatArray) -> float | None:
    """Likeness at each tick, weighted with the strength: mean of ``low / high * (low + high)``.

    Parameters
    ----------
    a, b : ndarray of shape (n_ticks,)
        Levels in %MVC with rest removed, on the same ticks; NaN where there is no reading.

    Returns
    -------
    float or None
        %MVC, 0 to twice the level: the same curve E twice gives twice its mean. A tick at which both are
        0 counts as 0. None if either mean is below 5 %MVC or more than a fifth of the ticks is missing.

    References
    ----------
    Rudolph, Axe and Snyder-Mackler (2000), Knee Surg Sports Traumatol Arthrosc 8:262-269.
    """
    pair = _comparable(a, b)
    if pair is None:
        return None
    low, high = pair
    likeness = np.divide(low, high, out=np.zeros_like(low), where=high > 0.0)
    return float(np.mean(likeness * (low + high)))


def _comparable(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Sort the two at each tick known in both into lower and higher, if there is enough to compare.

    Raises
    ------
    ValueError
        If they are not on the same ticks, or below zero.
    """
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"two muscles on the same ticks are needed, not {a.shape} and {b.shape}")
    known = ~(np.isnan(a) | np.isnan(b))
    if known.sum() < max(1.0, MIN_PRESENT * len(a)):
        return None
    a, b = a[known], b[known]
    low, high = np.minimum(a, b), np.maximum(a, b)
    if low.min() < 0.0:
        raise ValueError("levels below zero: take envelopes in %MVC with rest removed, not the signal")
    return (low, high) if min(a.mean(), b.mean()) >= SIMILARITY_FLOOR_PCT else None
