"""What a way of doing the work looks like, live and over a whole recording."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from benchmarks.work import Work
from emg.blocks import FloatArray, SampleBlock

SAME: Final = 1e-9
"""Two ways that claim the same numbers may differ by rounding."""


class Meter(Protocol):
    """A live way at work: blocks in, the present level out."""

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        ...

    def rms_uv(self) -> FloatArray | None:
        """Level of each channel now; None where the way makes no level."""
        ...


class Ring:
    """The newest samples in one piece: each is written twice, so no reading has to be put together."""

    def __init__(self, n_samples: int, n_channels: int) -> None:
        self._n = n_samples
        self._twice = np.zeros((2 * n_samples, n_channels))
        self._at = 0

    def push(self, rows: FloatArray) -> None:
        """Take the next rows; never more than fit."""
        n, at = len(rows), self._at
        if at + n <= self._n:
            self._twice[at : at + n] = self._twice[at + self._n : at + self._n + n] = rows
        else:
            head = self._n - at
            self._twice[at : self._n] = self._twice[at + self._n :] = rows[:head]
            self._twice[: n - head] = self._twice[self._n : self._n + n - head] = rows[head:]
        self._at = (at + n) % self._n

    @property
    def newest(self) -> FloatArray:
        """All rows, the oldest first; a view."""
        return self._twice[self._at : self._at + self._n]

    def rms(self) -> FloatArray:
        """Root mean square of each column."""
        rows = self.newest
        return np.asarray(np.sqrt(np.einsum("ij,ij->j", rows, rows) / self._n))


@dataclass(frozen=True)
class LiveWay:
    """One way to do the work block by block.

    Attributes
    ----------
    key, name : str
        For the JSON, and for people.
    package : str
        Distribution that it measures, empty for ours.
    make : callable
        Gives the way at work; may raise if the package is absent or cannot do the work.
    tolerance : float or None
        Greatest relative difference of its levels where it claims the same work, None where it does other.
    note : str
        What it does.
    back : callable
        Samples before the block's end at which its level is read.
    """

    key: str
    name: str
    package: str
    make: Callable[[Work], Meter]
    tolerance: float | None
    note: str
    back: Callable[[Work], int] = lambda _: 0


@dataclass(frozen=True)
class Recording:
    """A recording on disk: float64, one row per sample."""

    path: Path
    work: Work
    n_samples: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.n_samples / self.work.fs_hz

    def whole(self) -> FloatArray:
        """All of it; shape (n_samples, n_channels), µV."""
        return np.fromfile(self.path).reshape(-1, self.work.n_channels)

    def blocks(self, seconds: float) -> Iterator[SampleBlock]:
        """Read it piece by piece."""
        n, width = round(seconds * self.work.fs_hz), self.work.n_channels
        with self.path.open("rb") as file:
            for first in range(0, self.n_samples, n):
                rows = np.fromfile(file, count=min(n, self.n_samples - first) * width).reshape(-1, width)
                yield SampleBlock(rows, first, self.work.fs_hz, 0.0)


class Stopwatch:
    """Adds up the time of the work and what the processor spent on it, without reading the samples."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.processor_s = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what happens inside."""
        self._count(-1)
        yield
        self._count(+1)

    def reading(self, blocks: Iterable[SampleBlock]) -> Iterator[SampleBlock]:
        """Hand the blocks on and leave out the time it takes to get them; for use while running."""
        waiting = iter(blocks)
        while True:
            self._count(+1)
            block = next(waiting, None)
            self._count(-1)
            if block is None:
                return
            yield block

    def _count(self, sign: int) -> None:
        self.seconds += sign * time.perf_counter()
        self.processor_s += sign * time.process_time()


@dataclass(frozen=True)
class Found:
    """What a way made of a recording.

    Attributes
    ----------
    level_uv : float or None
        Mean envelope over all channels, where it is an RMS in µV or means to be.
    bursts : int or None
        Bursts over all channels.
    share : float
        Part of the recording that was done; times are scaled up by it.
    """

    level_uv: float | None
    bursts: int | None
    share: float = 1.0


@dataclass(frozen=True)
class OfflineWay:
    """One way to do the work over a whole recording; attributes as of ``LiveWay``."""

    key: str
    name: str
    package: str
    run: Callable[[Recording, Stopwatch], Found]
    tolerance: float | None
    note: str


def library(name: str) -> Any:
    """Import a library that may be absent, and of which no types are known; what it warns of is its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(name)


def version(package: str) -> str | None:
    """Version of an installed distribution."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def why_not(error: BaseException, package: str) -> str:
    """Say in a few words why a way could not be measured."""
    told = " ".join(str(error).split())[:100]
    if package and version(package) is None:
        return f"not installed ({told})"
    return f"does not run here ({type(error).__name__}: {told})"
