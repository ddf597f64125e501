"""How long it takes from a block's arrival to the end of the paint that shows it."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

RECENT_S: Final = 60.0
STEP_MS: Final = 0.05
LONGEST_MS: Final = 5_000.0
"""What takes longer is counted as this long: a window that was hidden has not been waited for."""

MOST_RECENT: Final = 16_384
"""More blocks than come in a minute from any board."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """What half, 95 % and 99 % of the blocks took at most.

    Attributes
    ----------
    p50_ms, p95_ms, p99_ms : float
        From the block's host time to the end of the paint.
    n : int
        Blocks.
    """

    p50_ms: float
    p95_ms: float
    p99_ms: float
    n: int


class Latencies:
    """Counts paints in steps of 0.05 ms, so that eight hours take no more room than a minute.

    Belongs to the window's thread.
    """

    def __init__(self) -> None:
        self._counts = np.zeros(round(LONGEST_MS / STEP_MS) + 1, dtype=np.int64)
        self._recent: deque[tuple[float, float]] = deque(maxlen=MOST_RECENT)
        self._newest_s = -math.inf

    def add(self, host_time_s: float, painted_s: float) -> None:
        """Count a paint.

        Parameters
        ----------
        host_time_s : float
            When the block arrived whose view was painted. Each is counted once, at its first paint: a view
            that is painted again has not taken longer.
        painted_s : float
            When the paint ended, on the same clock.
        """
        if host_time_s <= self._newest_s or host_time_s <= 0.0:
            return
        self._newest_s = host_time_s
        took_ms = min(LONGEST_MS, max(0.0, 1000.0 * (painted_s - host_time_s)))
        self._counts[math.ceil(took_ms / STEP_MS - 1e-6)] += 1
        self._recent.append((painted_s, took_ms))
        while self._recent[0][0] < painted_s - RECENT_S:
            self._recent.popleft()

    def percentiles(self) -> Percentiles | None:
        """Give them since the start, each rounded up by a step at the most; None before the first paint."""
        n = int(self._counts.sum())
        if not n:
            return None
        reached = self._counts.cumsum()
        ranks = (math.ceil(share * n) for share in (0.50, 0.95, 0.99))
        p50_ms, p95_ms, p99_ms = (int(reached.searchsorted(rank)) * STEP_MS for rank in ranks)
        return Percentiles(p50_ms, p95_ms, p99_ms, n)

    def recent(self, now_s: float) -> Percentiles | None:
        """Give those of the last 60 s; None if nothing was painted in them."""
        took_ms = sorted(took_ms for painted_s, took_ms in self._recent if painted_s >= now_s - RECENT_S)
        n = len(took_ms)
        if not n:
            return None
        p50_ms, p95_ms, p99_ms = (took_ms[math.ceil(share * n) - 1] for share in (0.50, 0.95, 0.99))
        return Percentiles(p50_ms, p95_ms, p99_ms, n)
