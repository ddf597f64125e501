"""Medians and ratios of times that were taken turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """Median of a figure over the turns, and the range that holds nine tenths of them."""

    median: float
    p5: float
    p95: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise one figure per turn.

        Raises
        ------
        ValueError
            If there is none.
        """
        if not len(values):
            raise ValueError("no turn was measured")
        median, p5, p95 = np.percentile(np.asarray(values, dtype=np.float64), [50.0, 5.0, 95.0])
        return cls(float(median), float(p5), float(p95), len(values))


def ratio(times: Sequence[float], beside: Sequence[float]) -> Spread:
    """How many times longer than the other way, turn by turn.

    A machine that slows down for a while slows both ways of a turn, so their quotient is taken before
    the median; the quotient of two medians would not be safe from that.

    Raises
    ------
    ValueError
        If the two were not measured in the same turns.
    """
    if len(times) != len(beside):
        raise ValueError(f"{len(times)} turns of one way and {len(beside)} of the other")
    return Spread.of([own / other for own, other in zip(times, beside, strict=True)])
