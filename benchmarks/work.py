"""The work that every way is given: signals, filter and window, and the levels that must come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from emg.blocks import FloatArray, SampleBlock, StreamInfo
from emg.filters import FilterSettings
from emg.montage import FOUR_SITES, Montage

BLOCK_S: Final = 0.020
WINDOW_S: Final = 0.250
MAINS_HZ: Final = 50.0
OFFSET_UV: Final = 5000.0
HUM_UV: Final = 20.0
"""Electrodes have an offset, and mains hum: a way that starts its filter from zero has to live with both."""

STREAM_S: Final = 5
"""Seconds of live signal, gone round again and again."""


@dataclass(frozen=True, slots=True)
class OneNotch(FilterSettings):
    """Band-pass and one notch, at the mains alone: what every other way here is given, too."""

    def sections(self, fs_hz: float) -> FloatArray:
        """Band-pass and the first notch."""
        whole = FilterSettings.sections(self, fs_hz)
        without = FilterSettings(self.low_hz, self.high_hz).sections(fs_hz)
        return whole[: len(without) + 1]


@dataclass(frozen=True)
class Work:
    """Channels, rate and filter of one comparison."""

    n_channels: int
    fs_hz: float

    @property
    def name(self) -> str:
        """As in "8 x 250"."""
        return f"{self.n_channels} x {self.fs_hz:g}"

    @property
    def filters(self) -> OneNotch:
        """The house's default band and one notch."""
        band = FilterSettings.for_rate(self.fs_hz)
        return OneNotch(band.low_hz, band.high_hz, MAINS_HZ)

    @property
    def sections(self) -> FloatArray:
        """The filter as second-order sections, the notch last."""
        return self.filters.sections(self.fs_hz)

    @property
    def n_block(self) -> int:
        """Samples of a block of 20 ms."""
        return round(BLOCK_S * self.fs_hz)

    @property
    def n_window(self) -> int:
        """Samples of the RMS window of 250 ms."""
        return round(WINDOW_S * self.fs_hz)

    @property
    def info(self) -> StreamInfo:
        """Facts of a board with this many channels and enough bandwidth."""
        return StreamInfo(
            "bench", "bench", self.fs_hz, self.fs_hz, self.n_channels, 187_500.0, self.fs_hz / 2
        )

    @property
    def montage(self) -> Montage:
        """Every channel on a site, the first four on those of the ratios."""
        others = {f"other{number}_left": number for number in range(5, self.n_channels + 1)}
        four = dict(list(FOUR_SITES.as_dict().items())[: self.n_channels])
        return Montage.of({**four, **others})


def emg_like(work: Work, seconds: float, seed: int = 1) -> FloatArray:
    """Noise that swells and fades, with hum and an offset; shape (n_samples, n_channels), µV."""
    time_s = np.arange(round(seconds * work.fs_hz)) / work.fs_hz
    swell = 1.0 + 0.5 * np.sin(2.0 * np.pi * 0.4 * time_s)
    noise = np.random.default_rng(seed).normal(0.0, 40.0, (len(time_s), work.n_channels))
    hum = HUM_UV * np.sin(2.0 * np.pi * MAINS_HZ * time_s)
    return np.ascontiguousarray(OFFSET_UV + hum[:, None] + swell[:, None] * noise)


class Stream:
    """Seconds of live signal in blocks of 20 ms; the sample clock runs on when the signal begins again."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.data_uv = emg_like(work, STREAM_S)
        self._next_sample = 0

    def second(self) -> list[SampleBlock]:
        """Give the next second."""
        return [next(self) for _ in range(round(1.0 / BLOCK_S))]

    def __iter__(self) -> Iterator[SampleBlock]:
        return self

    def __next__(self) -> SampleBlock:
        n, first = self.work.n_block, self._next_sample
        self._next_sample += n
        row = first % len(self.data_uv)
        return SampleBlock(self.data_uv[row : row + n], first, self.work.fs_hz, 0.0)


def expected_rms_uv(work: Work, data_uv: FloatArray) -> FloatArray:
    """RMS over 250 ms at every sample from the first whole window on, by SciPy in one go.

    Row ``i`` belongs to sample ``i + n_window - 1``.
    """
    sections = work.sections
    state = signal.sosfilt_zi(sections)[:, :, None] * data_uv[0]
    filtered, _ = signal.sosfilt(sections, data_uv, axis=0, zi=state)
    windows = np.lib.stride_tricks.sliding_window_view(np.square(filtered), work.n_window, axis=0)
    return np.asarray(np.sqrt(windows.mean(axis=-1)))
