"""The numbers of one electrode pair over a whole recording, gathered while it streams by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from scipy import signal

from emg.activation import Activations, reading
from emg.analysis.saturation import ClipCounter
from emg.analysis.stretches import readings
from emg.blocks import FloatArray, IntArray, SampleBlock, Signal, StreamInfo
from emg.contact_spectrum import MAINS_HZ, MOTION_SHARE
from emg.filters import FilterSettings
from emg.limits import can_tell_fatigue
from emg.pipeline import ChainSettings, Filtered
from emg.quality import MOTION, NO_READING, VERDICTS, WORST_FIRST
from emg.spectrum import (
    WelchSpectrum,
    mains_ratio,
    median_frequency_hz,
    motion_share,
    statistical_bandwidth_hz,
)

VERDICT_SHARE: Final = 0.05
"""A verdict is that of the whole recording if it stands for this share of the time that has a reading."""


class RawMeasures:
    """What is read from the unfiltered signal: spectrum and clipped samples.

    Parameters
    ----------
    info : StreamInfo
        Facts of the recording; envelopes have no spectrum of EMG.
    columns : sequence of int
        Columns of the sites.
    """

    def __init__(self, info: StreamInfo, columns: Sequence[int]) -> None:
        self._info = info
        self._columns = list(columns)
        self._clipped = ClipCounter(len(self._columns), info.full_scale_uv)
        raw = info.signal is Signal.RAW
        self._spectrum = WelchSpectrum(info.fs_hz, len(self._columns)) if raw else None
        self._density: tuple[FloatArray, FloatArray] | None = None

    def push(self, block: SampleBlock) -> None:
        """Take the next finite samples."""
        data = block.data_uv[:, self._columns]
        self._clipped.push(data)
        if self._spectrum is not None:
            self._spectrum.push(data, block.first_sample)

    def finish(self) -> None:
        """Take the average: nothing more will come."""
        self._density = None if self._spectrum is None else self._spectrum.density

    def saturated(self, column: int) -> int:
        """Clipped samples of a site."""
        return int(self._clipped.counts[column])

    def mains_ratio(self, column: int) -> float | None:
        """Give the worse of 50 and 60 Hz over its neighbours; None without a second of signal."""
        freq_hz, psd = self._of(column)
        found = [] if psd is None else [mains_ratio(freq_hz, psd, hz) for hz in MAINS_HZ]
        return max((ratio for ratio in found if ratio is not None), default=None)

    def motion_share(self, column: int) -> float | None:
        """Share of the power at 5-20 Hz."""
        freq_hz, psd = self._of(column)
        return None if psd is None else motion_share(freq_hz, psd, self._info.fs_hz / 2.0)

    def median_frequency_hz(self, column: int, filters: FilterSettings) -> float | None:
        """Median frequency within the band, where rate and board can carry it."""
        freq_hz, psd = self._of(column)
        if psd is None or not can_tell_fatigue(self._info.fs_hz, self._info.bandwidth_hz):
            return None
        return median_frequency_hz(freq_hz, psd, filters.low_hz, filters.high_hz)

    def bandwidth_hz(self, column: int, chain: ChainSettings) -> float | None:
        """Statistical bandwidth of the filtered signal; None where there is no spectrum."""
        freq_hz, psd = self._of(column)
        if psd is None:
            return None
        sections = chain.filters.sections(self._info.fs_hz)
        gain = np.abs(signal.sosfreqz(sections, worN=freq_hz, fs=self._info.fs_hz)[1])
        passes = 2 if chain.zero_phase else 1
        return statistical_bandwidth_hz(freq_hz, psd * gain ** (2 * passes), 0.0, self._info.fs_hz / 2.0)

    def _of(self, column: int) -> tuple[FloatArray, FloatArray | None]:
        if self._density is None or np.isnan(self._density[1][:, column]).any():
            return np.empty(0), None
        return self._density[0], self._density[1][:, column]


class SiteTotals:
    """Sums over the samples and ticks of a recording, for all sites at once.

    Parameters
    ----------
    n_sites : int
        Columns of the activations.
    tick_s : float
        Spacing of the ticks.
    from_sample : int
        Samples before this one are left out.
    """

    def __init__(self, n_sites: int, tick_s: float, from_sample: int) -> None:
        self._tick_s = tick_s
        self._from_sample = from_sample
        self._n_samples = 0
        self._energy: FloatArray = np.zeros(n_sites)
        self._spread: FloatArray = np.zeros((2, n_sites))
        self._highest: FloatArray = np.full(n_sites, np.nan)
        self._verdicts: IntArray = np.zeros((len(VERDICTS), n_sites), dtype=np.int64)

    def push(self, levels: Activations) -> None:
        """Take the next ticks; those that are to be left out are left out by who calls."""
        slow = np.nan_to_num(np.square(levels.slow_uv))
        self._spread += np.stack((slow.sum(axis=0), np.square(slow).sum(axis=0)))
        if len(levels):
            highest = np.fmax.reduce(readings(levels, "rms_uv"), axis=0)
            self._highest = np.fmax(self._highest, highest)
        # codes of one site follow those of the one before it, so that all are counted at once
        n_sites, n_codes = levels.verdicts.shape[1], len(VERDICTS)
        codes = levels.verdicts + n_codes * np.arange(n_sites)
        self._verdicts += np.bincount(codes.ravel(), minlength=n_sites * n_codes).reshape(n_sites, n_codes).T

    def push_filtered(self, filtered: Filtered) -> None:
        """Take the next samples: a level over the whole is exact to the sample, not to the tick."""
        first = max(0, self._from_sample - filtered.first_sample)
        rows = filtered.data_uv[first:]
        if filtered.valid is not None:
            rows = rows[filtered.valid[first:]]
        self._energy += np.einsum("ij,ij->j", rows, rows)
        self._n_samples += len(rows)

    def rms_uv(self, column: int) -> float | None:
        """RMS over all samples that were not lost."""
        return math.sqrt(self._energy[column] / self._n_samples) if self._n_samples else None

    def highest_uv(self, column: int) -> float | None:
        """Highest level of the bars."""
        return reading(self._highest[column])

    def steady_s(self, column: int) -> float | None:
        """Time over which the power is spread: ``(∫P)² / ∫P²``, the whole for a steady effort.

        With a power that changes slowly, the variance of its mean is that of a steady one of this length.
        """
        first, second = self._spread[:, column]
        return float(first**2 / second) * self._tick_s if second > 0.0 else None

    def verdict_shares(self, column: int) -> Mapping[str, float]:
        """Share of the time with a reading in which each verdict stands; empty without any."""
        counts = dict.fromkeys(VERDICTS, 0)
        for code, count in zip(VERDICTS, self._verdicts[:, column], strict=True):
            counts[code] += int(count)  # hum has two positions
        del counts[VERDICTS[NO_READING]]
        total = sum(counts.values())
        return {code: count / total for code, count in counts.items() if count}

    def verdict(self, column: int, motion: float | None = None) -> str:
        """Name the worst that stands long enough; ``no_reading`` if nothing was ever read.

        Parameters
        ----------
        column : int
            Of the site.
        motion : float or None
            Share of the whole recording's power at 5-20 Hz: motion that comes in single jerks stands
            at no time for long, and is told from this.
        """
        shares = self.verdict_shares(column)
        if not shares:
            return VERDICTS[NO_READING]
        told = {code for code, share in shares.items() if share >= VERDICT_SHARE}
        if motion is not None and motion > MOTION_SHARE:
            told.add(VERDICTS[MOTION])
        return next((code for code in WORST_FIRST if code in told), "ok")
