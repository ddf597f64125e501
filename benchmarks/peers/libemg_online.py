"""LibEMG online: filters the whole shared buffer in both directions whenever data are asked for."""

from __future__ import annotations

import sys
import weakref
from importlib.util import find_spec, module_from_spec
from threading import Lock
from typing import Any

import numpy as np

from benchmarks.ways import LiveWay, OfflineWay, library
from benchmarks.work import MAINS_HZ, Work
from emg.blocks import FloatArray, SampleBlock
from emg.filters import NOTCH_Q, ORDER

BUFFER_S = 2.0


def part(name: str) -> Any:
    """Import one module of LibEMG without the whole.

    The package itself opens libraries of windows and of boards, and needs names that NumPy 2 took away;
    what runs online needs neither.
    """
    if "libemg" not in sys.modules:
        spec = find_spec("libemg")
        if spec is None:
            raise ModuleNotFoundError("No module named 'libemg'")
        sys.modules["libemg"] = module_from_spec(spec)
    return library(f"libemg.{name}")


class Online:
    """Its shared memory, filled as its streamers do, and its OnlineDataHandler."""

    def __init__(self, work: Work) -> None:
        handlers, filters = part("data_handler"), part("filtering")
        n = round(BUFFER_S * work.fs_hz)
        lock = Lock()
        # it filters no other name than "emg"
        items = [["emg", (n, work.n_channels), np.double, lock], ["emg_count", (1, 1), np.int32, lock]]
        self._memory = part("shared_memory_manager").SharedMemoryManager()
        for item in items:
            self._memory.create_variable(*item)
        weakref.finalize(self, self._memory.cleanup)
        self._handler = handlers.OnlineDataHandler(items)
        self._filter = filters.Filter(work.fs_hz)
        band = [work.filters.low_hz, work.filters.high_hz]
        self._filter.install_filters({"name": "bandpass", "cutoff": band, "order": ORDER})
        self._filter.install_filters({"name": "notch", "cutoff": MAINS_HZ, "bandwidth": MAINS_HZ / NOTCH_Q})
        self._handler.install_filter(self._filter)
        self._features = part("feature_extractor").FeatureExtractor()
        self._n_window = work.n_window

    def push(self, block: SampleBlock) -> None:
        """Take the next block, the newest sample first."""
        newest_first = block.data_uv[::-1]
        self._memory.modify_variable("emg", lambda old: np.vstack((newest_first, old))[: len(old)])
        self._memory.modify_variable("emg_count", lambda old: old + block.n_samples)

    def rms_uv(self) -> FloatArray:
        """Its RMS feature over the last 250 ms."""
        values, _ = self._handler.get_data(N=self._n_window, filter=True)
        windows = values["emg"].T[None]
        levels = np.asarray(self._features.getRMSfeat(windows), dtype=np.float64)
        return levels.reshape(-1)


LIVE = (
    LiveWay(
        "libemg", "LibEMG online", "libemg", Online, None,
        "a buffer of 2 s filtered in both directions at every reading",
    ),
)  # fmt: skip
OFFLINE: tuple[OfflineWay, ...] = ()
