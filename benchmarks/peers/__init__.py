"""Every way there is, ours first. A library that is absent is noticed only when its way is made."""

from __future__ import annotations

from typing import Final

from benchmarks import ours
from benchmarks.peers import (
    biosppy_filters,
    brainflow_filters,
    ezmsg_sigproc,
    libemg_online,
    neurokit,
    numba_loop,
    scipy_plain,
)
from benchmarks.ways import LiveWay, OfflineWay

HOUSE: Final = (ours, scipy_plain)
OTHERS: Final = (numba_loop, ezmsg_sigproc, biosppy_filters, brainflow_filters, libemg_online, neurokit)

LIVE: Final[tuple[LiveWay, ...]] = tuple(way for module in (*HOUSE, *OTHERS) for way in module.LIVE)
OFFLINE: Final[tuple[OfflineWay, ...]] = tuple(way for module in (*HOUSE, *OTHERS) for way in module.OFFLINE)

QUICK_LIVE: Final[tuple[LiveWay, ...]] = tuple(way for module in HOUSE for way in module.LIVE)
QUICK_OFFLINE: Final[tuple[OfflineWay, ...]] = tuple(way for module in HOUSE for way in module.OFFLINE)

SOSFILT: Final = scipy_plain.SOSFILT
SOSFILT_RMS: Final = scipy_plain.SOSFILT_RMS

LIBRARIES: Final = frozenset(way.key for module in OTHERS if module is not numba_loop for way in module.LIVE)
"""What people use instead; SciPy is what we stand on, and the compiled loop is only a floor."""
