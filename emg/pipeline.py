"""The one place where the chain is put together: samples in, activations on the grid of ticks out.

Live, replay, recovery and offline analysis all run this, so the number on the screen and the number
in the export are one number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from emg.activation import (
    NO_REFERENCE,
    RATIO_PAIRS,
    Activations,
    Reference,
    can_compare,
    percent_mvc,
    remove_rest,
)
from emg.blocks import BoolArray, FloatArray, IntArray, SampleBlock, StreamInfo
from emg.envelope import MovingPower
from emg.filters import CausalFilter, FilterSettings
from emg.montage import Montage
from emg.quality import IS_INVALID, ContactMeter

TICK_S: Final = 0.004
"""Spacing of the grid on which stages see the signal."""

BRIDGE_S: Final = 0.050
"""A gap up to this long is bridged linearly for the filter and kept out of every RMS."""


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """How levels are made; the same in rest, MVC and task.

    Attributes
    ----------
    filters : FilterSettings
        Band and notch.
    bar_window_s, ratio_window_s, short_window_s : float
        RMS windows of the bars, of the ratios and of the noise-based onset.
    """

    filters: FilterSettings
    bar_window_s: float = 0.250
    ratio_window_s: float = 1.000
    short_window_s: float = 0.050


def tick_spacing(fs_hz: float) -> int:
    """Count the samples between ticks: every sample at 250 Hz, every fourth at 1 kHz."""
    return max(1, round(TICK_S * fs_hz))


class Pipeline:
    """Band-pass, notch, moving RMS, rest removed, %MVC, ratios and verdicts.

    Parameters
    ----------
    info : StreamInfo
        Facts of the stream.
    montage : Montage
        Sites and channels; only these are computed.
    settings : ChainSettings
        Filter and windows.
    reference : Reference
        Rest and maximum; without it every percentage is "no reading".

    Attributes
    ----------
    reference : Reference
        May be changed between ticks; see ``normalise``.
    """

    def __init__(
        self,
        info: StreamInfo,
        montage: Montage,
        settings: ChainSettings,
        reference: Reference = NO_REFERENCE,
    ) -> None:
        fs_hz = info.fs_hz
        self.reference = reference
        self.sites = montage.names
        self.fs_hz = fs_hz
        self.settings = settings
        self.spacing = tick_spacing(fs_hz)
        self._columns = list(montage.columns)
        self._filter = CausalFilter(settings.filters, fs_hz)
        self._bar = round(settings.bar_window_s * fs_hz)
        self._slow = round(settings.ratio_window_s * fs_hz)
        self._short = round(settings.short_window_s * fs_hz)
        windows = (self.spacing, self._short, self._bar, self._slow)
        self._power = MovingPower(windows, len(self.sites), info.full_scale_uv)
        self._contact = ContactMeter(
            fs_hz, len(self.sites), info.full_scale_uv, notched_hz=settings.filters.notch_hz
        )
        self._bridge = round(BRIDGE_S * fs_hz)
        self._next_sample = 0
        self._last_row: FloatArray | None = None

    def __call__(self, block: SampleBlock) -> Activations:
        """Compute the ticks that this block completes, those of a gap before it included.

        Parameters
        ----------
        block : SampleBlock
            Finite samples that follow the last block; a jump of ``first_sample`` is a gap.

        Raises
        ------
        ValueError
            If the block starts before the end of the last one.
        """
        gap = block.first_sample - self._next_sample
        if gap < 0:
            raise ValueError(f"block at sample {block.first_sample} comes after {self._next_sample - 1}")
        data = np.ascontiguousarray(block.data_uv[:, self._columns])
        raw, filtered, valid = self._across_gap(data, gap)
        first = self._next_sample
        if len(data):
            self._next_sample = block.end_sample
            self._last_row = data[-1]
        return self._ticks(raw, filtered, valid, first)

    def _across_gap(self, data: FloatArray, gap: int) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Signal, filtered signal and validity with the gap's samples put in front."""
        if gap == 0 or len(data) == 0:
            return data, self._filter(data), np.ones(len(data), dtype=np.bool_)
        valid = np.concatenate((np.zeros(gap, dtype=np.bool_), np.ones(len(data), dtype=np.bool_)))
        if gap <= self._bridge and self._last_row is not None:
            share = np.arange(1, gap + 1)[:, None] / (gap + 1)
            bridge = self._last_row + share * (data[0] - self._last_row)
            raw = np.concatenate((bridge, data))
            return raw, self._filter(raw), valid
        self._filter.restart()
        blank = np.zeros((gap, data.shape[1]))
        return np.concatenate((blank, data)), np.concatenate((blank, self._filter(data))), valid

    def _ticks(self, raw: FloatArray, filtered: FloatArray, valid: BoolArray, first: int) -> Activations:
        """Read the windows at the ticks among these samples."""
        self._power.push(filtered, valid)
        verdicts = self._contact(raw, valid, first)
        ends: IntArray = np.arange((-first) % self.spacing, len(raw), self.spacing, dtype=np.int64)
        rms_uv = np.sqrt(self._power.at(ends, self._bar))
        slow_uv = np.sqrt(self._power.at(ends, self._slow))
        empty = np.full_like(rms_uv, np.nan)
        levels = Activations(
            fs_hz=self.fs_hz,
            spacing=self.spacing,
            sites=self.sites,
            samples=first + ends,
            sample_uv=np.where(valid[ends, None], filtered[ends], np.nan),
            power_uv2=self._power.at(ends, self.spacing),
            rms_uv=rms_uv,
            slow_uv=slow_uv,
            short_uv=np.sqrt(self._power.at(ends, self._short)),
            pct_mvc=empty,
            slow_pct=empty,
            verdicts=verdicts[ends],
            # what was before sample 0 is not lost
            lost=self._power.missing(ends, self.spacing) - np.maximum(self.spacing - 1 - first - ends, 0),
            ratios={},
        )
        return self.normalise(levels)

    def normalise(self, levels: Activations) -> Activations:
        """Compute percentages and ratios with the present reference.

        Called again for the rest of a block when a stage sets a reference in the middle of it.
        """
        rest_uv = self.reference.rest_uv(self.sites)
        span_uv = self.reference.span_uv(self.sites)
        slow_pct = percent_mvc(levels.slow_uv, rest_uv, span_uv)
        slow_pct[:, self.reference.submaximal(self.sites)] = np.nan
        slow_muscle_uv = np.asarray(remove_rest(levels.slow_uv, rest_uv))
        bad = IS_INVALID[levels.verdicts]
        passes = can_compare(slow_pct, slow_muscle_uv, rest_uv) & ~bad
        return replace(
            levels,
            pct_mvc=percent_mvc(levels.rms_uv, rest_uv, span_uv),
            slow_pct=slow_pct,
            ratios=self._ratios(slow_pct, passes),
        )

    def _ratios(self, pct: FloatArray, passes: BoolArray) -> Mapping[str, FloatArray]:
        """Ratios of the main view; NaN where a site is not measured or does not pass its gate."""
        ratios: dict[str, FloatArray] = {}
        for name, (over, under) in RATIO_PAIRS.items():
            ratios[name] = np.full(len(pct), np.nan)
            if over in self.sites and under in self.sites:
                i, j = self.sites.index(over), self.sites.index(under)
                both = passes[:, i] & passes[:, j]
                ratios[name][both] = pct[both, i] / pct[both, j]
        return ratios
