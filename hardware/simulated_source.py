"""The simulated athlete's board: offset, hum, converter steps, clock, and a link that may lose samples."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, SampleBlock, SourceLost, StreamInfo
from hardware.board import CYTON_FULL_SCALE_UV, CYTON_GAIN, sinc3_corner_hz
from hardware.pace import Pace
from hardware.simulated_electrodes import hum_period
from hardware.simulated_emg import random_for
from hardware.simulated_faults import Fault

if TYPE_CHECKING:
    from hardware.simulated_athlete import Athlete

OFFSET_UV: Final = (10_000.0, 40_000.0)
HUM_UV: Final = 1.0

DROPPED_SHARE: Final = 0.05
DROPPED_AT_ONCE: Final = 8
"""Packets are lost in runs of 1 to so many samples, and this share of them in all."""

LostRun = tuple[int, float]
"""First sample of a run that is lost, and the one after its last; infinite if nothing ever comes again."""


class Wire:
    """The link from the board: which samples never arrive. The seed decides, not the cut into blocks.

    Parameters
    ----------
    seed : int
        Seed of the athlete.
    faults : sequence of Fault
        Those that are not of the wire are left to others.
    fs_hz : float
        Sampling rate.
    """

    def __init__(self, seed: int, faults: Sequence[Fault], fs_hz: float) -> None:
        self._losses: list[_Losses] = []
        for fault in faults:
            if fault.name == "cable-pull":
                self._losses.append(_Losses(iter([fault.span(fs_hz)])))
            elif fault.name == "dropped-packets":
                self._losses.append(_Losses(_dropped(seed, *fault.span(fs_hz))))

    def arrived(self, start: int, stop: int) -> BoolArray:
        """Say which samples come, shape (stop - start,); spans follow one another from call to call."""
        there = np.ones(stop - start, dtype=np.bool_)
        for losses in self._losses:
            for first, end in losses.within(start, stop):
                there[first - start : end - start] = False
        return there

    def is_dead(self, sample: int) -> bool:
        """Whether nothing comes from this sample on, ever."""
        return any(losses.for_ever(sample) for losses in self._losses)


class _Losses:
    """Runs of lost samples of one fault, in order, as far as they are needed."""

    def __init__(self, runs: Iterator[LostRun]) -> None:
        self._runs = runs
        self._run = next(runs, None)

    def within(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Give the parts of runs between two samples."""
        while self._run is not None and self._run[0] < stop:
            yield max(start, self._run[0]), int(min(stop, self._run[1]))
            if self._run[1] > stop:
                return
            self._run = next(self._runs, None)

    def for_ever(self, sample: int) -> bool:
        return self._run is not None and self._run[0] <= sample and math.isinf(self._run[1])


def _dropped(seed: int, start: int, stop: float) -> Iterator[LostRun]:
    """Short runs of lost samples, the times between them at random."""
    own = random_for(seed, "dropped-packets", start)
    kept = (1.0 - DROPPED_SHARE) / DROPPED_SHARE * (1 + DROPPED_AT_ONCE) / 2.0
    first = start + int(own.geometric(1.0 / kept))
    while first < stop:
        end = first + int(own.integers(1, DROPPED_AT_ONCE + 1))
        yield first, min(end, stop)
        first = end + int(own.geometric(1.0 / kept))


class SimulatedSource:
    """The simulated athlete on a simulated board; drop-in for ``emg.blocks.Source``. It never ends.

    Parameters
    ----------
    athlete : Athlete
        Who is measured; whoever runs the coach tells him the events.
    speed : float
        1 is real time, 20 is twenty times as fast, 0 is as fast as it is read.
    clock, sleep : callable
        Monotonic host time in seconds, and how to let some of it pass.
    block_s : float or None
        Length of a block on the sample clock; None chooses 0.02 s of host time, at most 0.1 s of signal.

    Raises
    ------
    ValueError
        If the speed is below 0 or not a number.
    """

    def __init__(
        self,
        athlete: Athlete,
        *,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        block_s: float | None = None,
    ) -> None:
        self._pace = Pace(speed, clock, sleep)
        fs_hz = athlete.fs_hz
        self._athlete = athlete
        self._block = max(1, round((self._pace.block_s() if block_s is None else block_s) * fs_hz))
        self._info = StreamInfo(
            board="simulated",
            source_id=f"simulated-{athlete.seed}",
            nominal_fs_hz=fs_hz,
            fs_hz=fs_hz,
            n_channels=len(athlete.sites),
            full_scale_uv=CYTON_FULL_SCALE_UV,
            bandwidth_hz=sinc3_corner_hz(fs_hz),
            gain=float(CYTON_GAIN),
            simulated=True,
        )
        self._offset_uv = np.array([_offset_uv(athlete.seed, site) for site in athlete.sites])
        self._hum_uv = HUM_UV * hum_period(fs_hz)
        self._wire = Wire(athlete.seed, athlete.faults, fs_hz)
        self._arrived: deque[SampleBlock] = deque()
        self._open = False
        self._opened_at = 0
        self._sampled = 0

    @property
    def athlete(self) -> Athlete:
        """Who is measured."""
        return self._athlete

    @property
    def paced(self) -> bool:
        """False: a slow reader finds every sample where it was, at any speed."""
        return False

    def open(self) -> StreamInfo:
        """Start the clock; see ``emg.blocks.Source``."""
        self._pace.start()
        self._open = True
        self._opened_at = self._sampled
        return self._info

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next block when it is due.

        Raises
        ------
        SourceLost
            If it is not open.
        """
        if not self._open:
            raise SourceLost("The simulated board is not open.")
        deadline_s = self._pace.clock() + timeout_s
        while not self._arrived:
            if self._wire.is_dead(self._sampled):
                self._pace.sleep(timeout_s)
                return None
            due_s = self._pace.due_s(self._sampled - self._opened_at + self._block, self._info.fs_hz)
            now_s = self._pace.wait(due_s, deadline_s - self._pace.clock())
            if now_s is None:
                return None
            self._arrived.extend(self._sent(host_time_s=now_s))
        return self._arrived.popleft()

    def close(self) -> None:
        """Stop; see ``emg.blocks.Source``."""
        self._open = False
        self._arrived.clear()

    def _sent(self, host_time_s: float) -> list[SampleBlock]:
        """Sample the next block, and return what of it arrives: stretches between lost samples."""
        first = self._sampled
        there = self._wire.arrived(first, first + self._block)
        data_uv = self._next_uv()
        self._sampled += self._block
        edges = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8)))
        number = first - self._opened_at
        whole = SampleBlock(data_uv, number, self._info.fs_hz, host_time_s)
        return [whole.cut(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]

    def _next_uv(self) -> FloatArray:
        """Return samples with the electrodes' offset and a little mains hum, in steps of the converter."""
        data_uv = self._athlete.samples(self._block) + self._offset_uv
        # the hum begins anew with the noise, so that a hold reads the same whenever it comes
        since = self._athlete.since_noise_start(self._block)
        data_uv += self._hum_uv[since % len(self._hum_uv), np.newaxis]
        return self._info.scale.decode(self._info.scale.encode(data_uv))


def _offset_uv(seed: int, site: str) -> float:
    """Offset of one electrode pair, tens of millivolts of either sign."""
    own = random_for(seed, "offset", site)
    return float(own.choice((-1.0, 1.0)) * own.uniform(*OFFSET_UV))
