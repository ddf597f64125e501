"""ezmsg-sigproc: messages with axes through transformers that carry their state."""

from __future__ import annotations

from typing import Any

from benchmarks.ways import SAME, LiveWay, OfflineWay, Ring, library
from benchmarks.work import Work
from emg.blocks import FloatArray, SampleBlock


class Transformers:
    """Its filter with our sections; the RMS is a plain ring, which is quicker than its own windows."""

    def __init__(self, work: Work) -> None:
        filters: Any = library("ezmsg.sigproc.filter")
        self._messages: Any = library("ezmsg.util.messages.axisarray").AxisArray
        settings = filters.FilterSettings(coef_type="sos", coefs=work.sections)
        self._filter = filters.FilterTransformer(settings)
        self._fs_hz = work.fs_hz
        self._ring = Ring(work.n_window, work.n_channels)

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        axis = self._messages.TimeAxis(fs=self._fs_hz, offset=block.first_sample / self._fs_hz)
        message = self._messages(block.data_uv, dims=["time", "ch"], axes={"time": axis})
        self._ring.push(self._filter(message).data)

    def rms_uv(self) -> FloatArray:
        """RMS over 250 ms."""
        return self._ring.rms()


LIVE = (
    LiveWay(
        "ezmsg", "ezmsg-sigproc", "ezmsg-sigproc", Transformers, SAME,
        "one message a block; RMS once a block, ours",
    ),
)  # fmt: skip
OFFLINE: tuple[OfflineWay, ...] = ()
