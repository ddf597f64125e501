"""Which of the two muscles begins first, and how finely that can be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

from emg.limits import Limit
from emg.results import HoldResult
from emg.statistics import mean_sd, median_iqr

RESOLUTION_S: Final = 0.1
"""Two latencies that differ by less are called together.

In simulated EMG (200 to 1000 Hz, rises of 100 to 400 ms to 4 to 20 times rest) two muscles that rise
together read up to 35 to 85 ms apart in 95 % of holds; a fast and a slow rise are 30 ms apart in bias.
"""

TOO_COARSE: Final = "board_too_coarse"
"""Reason: this board's signal has no beginning of a burst in it."""


def order_resolution_s(cannot: Collection[str]) -> float | None:
    """Say how far two latencies must be apart for an order, or None where the board cannot tell.

    Parameters
    ----------
    cannot : collection of str
        What the stream cannot tell (``emg.limits``).
    """
    if Limit.ONSET in cannot or Limit.FINE_LATENCY in cannot:
        return None
    return RESOLUTION_S


def order(holds: Sequence[HoldResult], resolution_s: float | None) -> dict[str, Any]:
    """Count in which test holds hamstring or glute came to 75 % of its level first.

    It judges nobody: in prone hip extension the hamstrings of women without pain led the glute by 90 to
    180 ms, and a word of instruction moved that.

    Parameters
    ----------
    holds : sequence of HoldResult
        Test holds that count, of one side.
    resolution_s : float or None
        Latencies closer than this are together; None if the board cannot tell an order.

    Returns
    -------
    dict
        ``n`` holds in which both muscles came; None throughout, with the reason, if it cannot be told.

    References
    ----------
    Lewis and Sahrmann (2009), J Athl Train 44:238-248.
    """
    if resolution_s is None:
        counts = dict.fromkeys(("n", "ham_first", "glute_first", "together"))
        nothing = asdict(median_iqr([]))
        return {**counts, "ham_minus_glute_s": nothing, "resolution_s": None, "reason": TOO_COARSE}
    later_s = [
        hold.ham.latency_s - hold.glute.latency_s
        for hold in holds
        if hold.ham.latency_s is not None and hold.glute.latency_s is not None
    ]
    ham_first = sum(apart_s < -resolution_s for apart_s in later_s)
    glute_first = sum(apart_s > resolution_s for apart_s in later_s)
    return {
        "n": len(later_s),
        "ham_first": ham_first,
        "glute_first": glute_first,
        "together": len(later_s) - ham_first - glute_first,
        "ham_minus_glute_s": asdict(median_iqr(later_s)),
        "resolution_s": resolution_s,
        "reason": "",
    }


def share(holds: Sequence[HoldResult]) -> dict[str, Any]:
    """Mean of the glute's share ``100 G / (G + H)`` over the test holds of one side that have one."""
    shares = [hold.glute_share_pct for hold in holds if hold.glute_share_pct is not None]
    return {**asdict(mean_sd(shares)), "n": len(shares)}
