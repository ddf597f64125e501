"""The one place where the chain is put together: samples in, activations on the grid of ticks out.

Live, replay, recovery and offline analysis all run this, so the number on the screen and the number
in the export are one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from typing import Final, NamedTuple

import numpy as np

from emg.activation import (
    NO_REFERENCE,
    RATIO_PAIRS,
    Activations,
    Reference,
    can_compare,
    remove_rest,
)
from emg.blocks import BoolArray, FloatArray, IntArray, SampleBlock, Signal, StreamInfo
from emg.envelope import MovingPower
from emg.filters import CausalFilter, Filter, FilterSettings, NoFilter, ZeroPhaseFilter
from emg.gaps import AcrossGaps, Rows
from emg.montage import Montage
from emg.quality import IS_INVALID, ContactMeter, VerdictArray

TICK_S: Final = 0.004
"""Spacing of the grid on which stages see the signal."""

SKIP_S: Final = 10.0
"""A longer gap is gone through in pieces of this length."""


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """How levels are made; the same in rest, MVC and task.

    Attributes
    ----------
    filters : FilterSettings
        Band and notch; without effect on a board that sends envelopes.
    bar_window_s, ratio_window_s, short_window_s : float
        RMS windows of the bars, of the ratios and of the noise-based onset.
    zero_phase : bool
        Filter forwards and backwards: for recordings only, and said with every number it gives.
    """

    filters: FilterSettings
    bar_window_s: float = 0.250
    ratio_window_s: float = 1.000
    short_window_s: float = 0.050
    zero_phase: bool = False

    def filter_for(self, info: StreamInfo) -> Filter:
        """Make the filter of a stream."""
        if info.signal is not Signal.RAW:
            return NoFilter()
        return (ZeroPhaseFilter if self.zero_phase else CausalFilter)(self.filters, info.fs_hz)

    def delay_s(self, info: StreamInfo) -> float:
        """Mean group delay of that filter, which latencies are corrected for."""
        delayed = info.signal is Signal.RAW and not self.zero_phase
        return self.filters.delay_s(info.fs_hz) if delayed else 0.0

    def windows(self, info: StreamInfo) -> tuple[int, int, int, int]:
        """Give the samples of tick, short, bar and ratio windows; envelopes are not averaged again."""
        short_s, bar_s = (self.short_window_s, self.bar_window_s) if info.signal is Signal.RAW else (0.0, 0.0)
        short, bar, slow = (max(1, round(s * info.fs_hz)) for s in (short_s, bar_s, self.ratio_window_s))
        return tick_spacing(info.fs_hz), short, bar, slow


def tick_spacing(fs_hz: float) -> int:
    """Count the samples between ticks: every sample at 250 Hz, every fourth at 1 kHz."""
    return max(1, round(TICK_S * fs_hz))


def tick_from(sample: int, spacing: int) -> int:
    """Give the first tick at or after a sample."""
    return -(-sample // spacing) * spacing


class Filtered(NamedTuple):
    """Consecutive samples as they came out of the filter.

    Attributes
    ----------
    first_sample : int
        Index of the first row.
    data_uv : ndarray of shape (n_samples, n_sites), float64
        Band-passed signal.
    valid : ndarray of shape (n_samples,), bool, or None
        False for samples that were lost. None: nothing was lost.
    """

    first_sample: int
    data_uv: FloatArray
    valid: BoolArray | None


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
    filtered : Filtered or None
        The filtered samples behind the last ticks, for sums that are exact to the sample.
    """

    def __init__(
        self,
        info: StreamInfo,
        montage: Montage,
        settings: ChainSettings,
        reference: Reference = NO_REFERENCE,
    ) -> None:
        self.sites = montage.names
        self._info = info
        self.fs_hz, self.unit = info.fs_hz, info.unit
        self.settings = settings
        self.spacing, *_ = windows = settings.windows(info)
        self._columns = np.array(montage.columns, dtype=np.int64)  # said, or no sites would be no indices
        self._order: IntArray | None = None
        self._across_gaps = AcrossGaps(settings.filter_for(info), info.fs_hz, len(self.sites))
        self._power = MovingPower(windows, len(self.sites), self.spacing)
        self._contact = ContactMeter(info, len(self.sites), self.spacing, settings.filters.notch_hz)
        self._given = 0  # samples that came out of the filter, lost ones included
        self.filtered: Filtered | None = None
        pairs = {name: pair for name, pair in RATIO_PAIRS.items() if {*pair} <= {*self.sites}}
        self._pairs = tuple(pairs)
        overs, unders = ([self.sites.index(pair[end]) for pair in pairs.values()] for end in (0, 1))
        self._pair_columns = np.array(overs + unders, dtype=np.int64)
        self.reference = reference

    def set_notch(self, notch_hz: float | None) -> None:
        """Take the mains out, or leave it in, from the next sample on; the filter starts anew there.

        Only before anything is measured: rest, maximum and task must be filtered alike.
        """
        filters = replace(self.settings.filters, notch_hz=notch_hz)
        self.settings = replace(self.settings, filters=filters)
        self._across_gaps.run = self.settings.filter_for(self._info)
        self._contact.set_notch(notch_hz)

    def remap(self, channels: Mapping[str, int], levels: Activations) -> Activations:
        """Give the sites other channels among those that are measured, from some ticks on.

        Nothing is computed anew: what is known of each channel goes to the site that it belongs to.

        Parameters
        ----------
        channels : mapping from site to int
            The whole map; a permutation of the present one.
        levels : Activations
            Ticks of the last block that come after the change.

        Returns
        -------
        Activations
            The same ticks by the new map.

        Raises
        ------
        ValueError
            If it is not a permutation.
        """
        at = {int(column): index for index, column in enumerate(self._columns)}
        wanted = [at.get(channels.get(site, 0) - 1, -1) for site in self.sites]
        if sorted(wanted) != list(range(len(at))) or len(channels) != len(self.sites):
            raise ValueError(f"{dict(channels)} does not give the measured channels to the measured sites")
        before = np.arange(len(at)) if self._order is None else self._order
        self._order = np.array(wanted, dtype=np.int64)
        return self.normalise(levels.reordered(np.argsort(before)[self._order]))

    @property
    def reference(self) -> Reference:
        """Rest and maximum in force from the next tick on."""
        return self._reference

    @reference.setter
    def reference(self, reference: Reference) -> None:
        self._reference = reference
        self._rest_uv = reference.rest_uv(self.sites)
        self._span_uv = reference.span_uv(self.sites)
        # no ratio is built on a submaximal reference
        submaximal = reference.submaximal(self.sites)
        self._slow_span_uv = np.where(submaximal, np.nan, self._span_uv)
        self._submaximal = frozenset(compress(self.sites, submaximal))

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
        data_uv = block.data_uv.take(self._columns, axis=1)
        return self._ticks(self._across_gaps(data_uv, block.first_sample))

    def skip_to(self, first_sample: int) -> Iterator[Activations]:
        """Go through a long gap before the next block in pieces, so that it costs time and no memory.

        A gap that a block's own call can well take is left to it; the ticks are the same either way.

        Yields
        ------
        Activations
            Ticks without a reading, ten seconds of them at a time.
        """
        piece = round(SKIP_S * self.fs_hz)
        while first_sample - self._across_gaps.taken > piece:
            yield self._ticks(self._across_gaps.end(piece))

    def finish(self) -> Activations:
        """Compute the ticks still held back at the end of the data: none unless zero-phase."""
        return self._ticks(self._across_gaps.end())

    def _ticks(self, rows: Rows) -> Activations:
        """Read the windows at the ticks among these samples."""
        raw, filtered, valid = rows
        first, self._given = self._given, self._given + len(raw)
        self.filtered = Filtered(first, filtered, valid)
        ends: IntArray = np.arange((-first) % self.spacing, len(raw), self.spacing, dtype=np.int64)
        power_uv2 = self._power(filtered, valid)
        rms_uv = np.sqrt(power_uv2[1:])
        verdicts = self._contact(raw, valid)
        sample_uv = filtered[ends]
        if self._order is not None:
            power_uv2, rms_uv = power_uv2[..., self._order], rms_uv[..., self._order]
            verdicts, sample_uv = verdicts[:, self._order], sample_uv[:, self._order]
        if valid is not None:
            sample_uv[~valid[ends]] = np.nan
        lost = self._power.missing(self.spacing, len(ends))
        if first < self.spacing:
            lost -= np.maximum(self.spacing - 1 - first - ends, 0)  # what was before sample 0 is not lost
        pct, ratios = self._normalised(rms_uv[1:], verdicts)
        return Activations(
            fs_hz=self.fs_hz,
            spacing=self.spacing,
            sites=self.sites,
            samples=first + ends,
            sample_uv=sample_uv,
            power_uv2=power_uv2[0],
            rms_uv=rms_uv[1],
            slow_uv=rms_uv[2],
            short_uv=rms_uv[0],
            pct_mvc=pct[0],
            slow_pct=pct[1],
            verdicts=verdicts,
            lost=lost,
            ratios=ratios,
            submaximal=self._submaximal,
        )

    def normalise(self, levels: Activations) -> Activations:
        """Compute percentages and ratios anew with the present reference.

        For the rest of a block when a stage sets a reference in the middle of it, and for a recording
        whose reference is known only at its end.
        """
        pct, ratios = self._normalised(np.stack((levels.rms_uv, levels.slow_uv)), levels.verdicts)
        return replace(levels, pct_mvc=pct[0], slow_pct=pct[1], ratios=ratios, submaximal=self._submaximal)

    def _normalised(
        self, levels_uv: FloatArray, verdicts: VerdictArray
    ) -> tuple[FloatArray, Mapping[str, FloatArray]]:
        """Percentages of the bar and the slow RMS, and the ratios of the main view from the slow one.

        NaN where a site is not measured or does not pass its gate.
        """
        if not self._reference.sites:
            none = np.full(len(verdicts), np.nan)
            return np.full_like(levels_uv, np.nan), dict.fromkeys(RATIO_PAIRS, none)
        muscle_uv = np.asarray(remove_rest(levels_uv, self._rest_uv))
        pct = 100.0 * muscle_uv
        pct[0] /= self._span_uv
        pct[1] /= self._slow_span_uv
        passes = can_compare(pct[1], muscle_uv[1], self._rest_uv) & ~IS_INVALID[verdicts]
        gated = np.where(passes, pct[1], np.nan).take(self._pair_columns, axis=1)
        n_pairs = len(self._pairs)
        quotients = (gated[:, :n_pairs] / gated[:, n_pairs:]).T
        ratios: dict[str, FloatArray] = dict(zip(self._pairs, quotients, strict=True))
        if n_pairs < len(RATIO_PAIRS):
            none = np.full(len(verdicts), np.nan)
            ratios = {name: ratios.get(name, none) for name in RATIO_PAIRS}
        return pct, ratios
