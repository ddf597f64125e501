"""What crosses from a board into the house: stream facts and blocks of samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DIGITAL_MAX_24BIT: Final = 8_388_607
"""Largest count of a 24-bit converter; the ADS1299 and BDF share it."""


class Signal(StrEnum):
    """What the samples are: raw EMG, an envelope that the board has already made, or nothing but a clock."""

    RAW = "raw"
    ENVELOPE = "envelope"
    NONE = "none"


class Unit(StrEnum):
    """Unit of the samples; arbitrary units never become microvolts."""

    MICROVOLT = "uV"
    ARBITRARY = "arbitrary"


@dataclass(frozen=True, slots=True)
class Scale:
    """How one channel is written as 24-bit counts, and read back.

    Attributes
    ----------
    full_scale : float
        Physical value of ``DIGITAL_MAX_24BIT``; the range is symmetric. On a Cyton it is
        4.5 V / gain, so that one count is one step of the converter and nothing is rounded.
    """

    full_scale: float

    @property
    def step(self) -> float:
        """Physical value of one count."""
        return self.full_scale / DIGITAL_MAX_24BIT

    def encode(self, physical: FloatArray) -> NDArray[np.int32]:
        """Round to counts; values outside the range are clipped to it.

        Parameters
        ----------
        physical : ndarray of any shape, float64
            Finite values in the channel's unit.
        """
        counts = np.rint(physical / self.step)
        return np.clip(counts, -DIGITAL_MAX_24BIT, DIGITAL_MAX_24BIT).astype(np.int32)

    def decode(self, counts: NDArray[np.int32]) -> FloatArray:
        """Turn counts back into physical values, as every BDF reader does."""
        return counts.astype(np.float64) * self.step


@dataclass(frozen=True, slots=True)
class AuxChannel:
    """A board channel that is not EMG: acceleration, counter, analog input.

    Attributes
    ----------
    label : str
        At most 16 characters; never starts with ``EMG``.
    unit : str
        Physical dimension, at most 8 characters; empty for plain numbers.
    full_scale : float
        Greatest absolute value it can take.
    """

    label: str
    unit: str
    full_scale: float


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """Facts about an opened stream; frozen at open.

    Attributes
    ----------
    board : str
        Name from the table of boards, for example ``cyton``.
    source_id : str
        Stable identity; a calibration is only valid for this.
    serial : str
        Serial number of the board, empty if it has none.
    nominal_fs_hz, fs_hz : float
        Promised and real sampling rate.
    n_channels : int
        EMG channels in ``SampleBlock.data_uv``, in board order.
    full_scale_uv : float
        Greatest absolute value an EMG channel can take, in ``unit``.
    bandwidth_hz : float
        True upper -3 dB corner of the board itself (65 Hz for a Cyton at 250 SPS).
    gain : float or None
        Amplifier gain where the board has one.
    signal, unit
        What the samples are.
    aux : tuple of AuxChannel
        Channels of ``SampleBlock.aux``, in order.
    simulated : bool
        True for the simulated athlete; such sessions stay out of trends.
    """

    board: str
    source_id: str
    nominal_fs_hz: float
    fs_hz: float
    n_channels: int
    full_scale_uv: float
    bandwidth_hz: float
    serial: str = ""
    gain: float | None = None
    signal: Signal = Signal.RAW
    unit: Unit = Unit.MICROVOLT
    aux: tuple[AuxChannel, ...] = ()
    simulated: bool = False

    @property
    def scale(self) -> Scale:
        """How the EMG channels are written."""
        return Scale(self.full_scale_uv)


@dataclass(frozen=True, slots=True, eq=False)
class SampleBlock:
    """Consecutive samples from one source.

    Attributes
    ----------
    data_uv : ndarray of shape (n_samples, n_channels), float64, C order
        Electrode potential in microvolts (or the board's arbitrary unit).
    first_sample : int
        Index of ``data_uv[0]``, counted from the first open. A jump between two blocks is lost
        data, never a rounding of time.
    fs_hz : float
        Sampling rate of the stream.
    host_time_s : float
        Monotonic host time at which the last sample arrived. It decides nothing about the signal.
    aux : ndarray of shape (n_samples, n_aux), float64
        The board's other channels.
    gap_estimated : bool
        True if the jump before this block was taken from the clock (re-open), not from a counter.
    """

    data_uv: FloatArray
    first_sample: int
    fs_hz: float
    host_time_s: float
    aux: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    gap_estimated: bool = False

    @property
    def n_samples(self) -> int:
        """Number of samples in the block."""
        return len(self.data_uv)

    @property
    def end_sample(self) -> int:
        """Index one past the last sample."""
        return self.first_sample + len(self.data_uv)

    def cut(self, start: int, stop: int) -> SampleBlock:
        """Rows ``start`` to ``stop`` as a block of their own."""
        return replace(
            self,
            data_uv=self.data_uv[start:stop],
            aux=self.aux[start:stop] if self.aux.size else self.aux,
            first_sample=self.first_sample + start,
            # only the jump before the whole block was taken from the clock
            gap_estimated=self.gap_estimated and start == 0,
        )


def split_finite(block: SampleBlock) -> Iterator[SampleBlock]:
    """Cut out samples that are not finite: what is not a number is lost data.

    Parameters
    ----------
    block : SampleBlock
        A block as it came from a source.

    Yields
    ------
    SampleBlock
        The stretches in which every channel is finite; the holes between them are jumps of
        ``first_sample``.
    """
    finite = np.isfinite(block.data_uv).all(axis=1)
    if finite.all():
        yield block
        return
    edges = np.flatnonzero(np.diff(np.concatenate(([False], finite, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        yield block.cut(int(start), int(stop))


def as_recorded(block: SampleBlock, info: StreamInfo) -> SampleBlock:
    """Return the block as raw.bdf will give it back.

    The live chain and every later analysis see the same numbers because both see these.
    """
    return replace(block, data_uv=info.scale.decode(info.scale.encode(block.data_uv)))


class SourceUnavailable(Exception):
    """The board or port cannot be used; the message is one plain sentence that says what to do."""


class SourceLost(ConnectionError):
    """The device went away; only ``open()`` can bring it back."""


class EndOfSource(Exception):
    """A source that has an end (a file, a finished simulation) has reached it; a sentence if too early."""


class Source(Protocol):
    """Where samples come from. One thread reads it; it is opened by whoever owns that thread.

    A source counts its samples from its own ``open()``; the session's count is kept above it.
    """

    @property
    def paced(self) -> bool:
        """True if samples come in real time, so that a slow reader loses them."""
        ...

    def open(self) -> StreamInfo:
        """Start streaming. May block for seconds.

        Raises
        ------
        SourceUnavailable
            With one sentence that says what to do.
        """
        ...

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next block, or None if none came in time.

        Raises
        ------
        SourceLost
            If the device is gone; loss is never reported as None.
        EndOfSource
            If there is no more to come.
        """
        ...

    def close(self) -> None:
        """Stop and release; safe to call twice, and after ``SourceLost``."""
        ...
