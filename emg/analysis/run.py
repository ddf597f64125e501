"""A whole recording analysed: the chain of a live session over its blocks, then the numbers of the whole.

The signal is read once. What the chain makes of it is kept outside memory and gone through again when
rest and maximum are known; so an hour needs no more memory than a minute, and every level is the one
that a live session would have shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from emg.activation import Activations, Reference, SiteReference
from emg.analysis.bursts import BurstSearch
from emg.analysis.plan import AnalysisError, AnalysisPlan
from emg.analysis.reference import WINDOW, Levels, Rest
from emg.analysis.report import AnalysisReport, SiteReport
from emg.analysis.sides import compare_sides
from emg.analysis.sites import RawMeasures, SiteTotals
from emg.analysis.tick_spool import TickSpool
from emg.blocks import SampleBlock, Signal, StreamInfo, split_finite
from emg.filters import MAX_FS_HZ
from emg.onset import Burst
from emg.pipeline import Pipeline
from emg.said import Said
from emg.spectrum import rms_cv_pct

GATHER_S: Final = 8.0
"""Blocks are joined up to this length: a sample then costs half of what it does in blocks of 1 s."""

MAX_HOLE_S: Final = 12 * 3600.0
"""A longer gap is a broken counter, or two recordings in one file."""


def analyze_blocks(
    info: StreamInfo,
    blocks: Iterable[SampleBlock],
    plan: AnalysisPlan,
    progress: Callable[[float], None] | None = None,
    on_ticks: Callable[[Activations], None] | None = None,
) -> AnalysisReport:
    """Analyse a recording from its first sample to its last.

    Parameters
    ----------
    info : StreamInfo
        Facts of the recording.
    blocks : iterable of SampleBlock
        In order, of any length, read once; a jump of ``first_sample`` is lost data.
    plan : AnalysisPlan
        What to do.
    progress : callable or None
        Hears the seconds of the recording read so far.
    on_ticks : callable or None
        Hears all ticks in order once rest and maximum are known, for a table of levels.

    Returns
    -------
    AnalysisReport
        None in it is "not known", never zero.

    Raises
    ------
    AnalysisError
        If there is nothing to analyse, or a window does not lie in the recording.
    BandError
        If the rate cannot carry the band.
    MontageError
        If a channel is missing.
    SpoolError
        If the folder of temporary files has no room.
    """
    if not info.fs_hz <= MAX_FS_HZ:
        raise AnalysisError(
            Said("{rate} samples a second is no rate of an EMG recording: check it.", rate=f"{info.fs_hz:g}")
        )
    plan.montage.check_fits(info.n_channels, info.board)
    with TickSpool() as spool:
        analysis = _Analysis(info, plan, spool)
        analysis.take(blocks, progress or (lambda _: None))
        return analysis.conclude(on_ticks or (lambda _: None))


class _Analysis:
    """One run: the pass over the blocks, the windows, the pass over the ticks."""

    def __init__(self, info: StreamInfo, plan: AnalysisPlan, spool: TickSpool) -> None:
        self._info = info
        self._plan = plan
        self._spool = spool
        self._pipeline = Pipeline(info, plan.montage, plan.chain)
        self._tick_s = self._pipeline.spacing / info.fs_hz
        self._raw = RawMeasures(info, plan.montage.columns)
        from_sample = round(plan.from_s * info.fs_hz)
        self._first_tick = -(-from_sample // self._pipeline.spacing)
        self._totals = SiteTotals(len(self._pipeline.sites), self._tick_s, from_sample)
        self._end_sample = 0
        self._received = 0

    def take(self, blocks: Iterable[SampleBlock], progress: Callable[[float], None]) -> None:
        """Send every block through the chain, once."""
        for block in gathered(blocks, round(GATHER_S * self._info.fs_hz)):
            for part in split_finite(block):
                self._check_hole(part)
                for ticks in self._pipeline.skip_to(part.first_sample):
                    self._keep(ticks)
                self._raw.push(part)
                self._keep(self._pipeline(part))
                self._received += part.n_samples
                self._end_sample = part.end_sample
            self._end_sample = max(self._end_sample, block.end_sample)
            progress(self._end_sample / self._info.fs_hz)
        if not self._received:
            raise AnalysisError(Said("There is no sample in these columns: nothing can be analysed."))
        self._keep(self._pipeline.finish())
        self._raw.finish()
        self._plan.check_ends(self._end_sample / self._info.fs_hz, 1.0 / self._info.fs_hz)

    def _keep(self, ticks: Activations) -> None:
        before = max(0, self._first_tick - len(self._spool))
        self._spool.append(ticks)
        self._totals.push(ticks.cut(before))
        if self._pipeline.filtered is not None:
            self._totals.push_filtered(self._pipeline.filtered)

    def _check_hole(self, block: SampleBlock) -> None:
        at_s = self._end_sample / self._info.fs_hz
        hole_s = block.first_sample / self._info.fs_hz - at_s
        if hole_s > MAX_HOLE_S:
            raise AnalysisError(
                Said(
                    "At {at} s there is a hole of {hole} s: cut the recording there and analyse its parts.",
                    at=f"{at_s:.1f}",
                    hole=f"{hole_s:.0f}",
                )
            )

    def conclude(self, on_ticks: Callable[[Activations], None]) -> AnalysisReport:
        """Find rest and maximum, then go through the ticks."""
        levels = Levels(self._plan, self._pipeline, self._spool, self._first_tick)
        rests = levels.rests()
        reference = levels.reference(rests)
        self._pipeline.reference = reference
        highest_uv = [self._totals.highest_uv(column) for column in range(len(rests))]
        search = BurstSearch(
            self._spool,
            rests,
            highest_uv,
            tick_s=self._tick_s,
            window_s=self._plan.chain.windows(self._info)[1] / self._info.fs_hz,
            delay_s=self._plan.chain.delay_s(self._info),
        )
        for ticks in self._spool.chunks():
            normalised = self._pipeline.normalise(ticks)
            on_ticks(normalised)
            search.push(normalised, self._first_tick)
        bursts = search.finish()
        sites = {
            name: self._site(column, rests[column], reference.sites.get(name), search, bursts[column])
            for column, name in enumerate(self._pipeline.sites)
        }
        return self._report(sites, reference, levels.warnings)

    def _site(
        self,
        column: int,
        rest: Rest,
        reference: SiteReference | None,
        search: BurstSearch,
        bursts: Sequence[Burst],
    ) -> SiteReport:
        """All about one site."""
        totals, raw, chain = self._totals, self._raw, self._plan.chain
        bandwidth_hz, steady_s = raw.bandwidth_hz(column, chain), totals.steady_s(column)
        told = [search.report(burst, column, reference, bandwidth_hz) for burst in bursts]
        measured = self._plan.reference is None
        return SiteReport(
            rms_uv=totals.rms_uv(column),
            rms_cv_pct=rms_cv_pct(bandwidth_hz, steady_s) if bandwidth_hz and steady_s else None,
            envelope_max_uv=totals.highest_uv(column),
            rest_uv=rest.level_uv,
            rest_from=rest.origin,
            mvc_uv=None if reference is None else reference.mvc_uv,
            mvc_from=None if reference is None else WINDOW if measured else reference.method.value,
            mains_ratio=raw.mains_ratio(column),
            motion_share=raw.motion_share(column),
            saturated_samples=raw.saturated(column),
            verdict=totals.verdict(column, raw.motion_share(column)),
            verdict_shares=totals.verdict_shares(column),
            median_frequency_hz=raw.median_frequency_hz(column, chain.filters),
            snr_db=_snr_db(sum(energy for _, energy, _ in told), sum(n for *_, n in told), rest.level_uv),
            bursts=tuple(report for report, *_ in told),
        )

    def _report(
        self, sites: Mapping[str, SiteReport], reference: Reference, warnings: Sequence[str]
    ) -> AnalysisReport:
        info, plan = self._info, self._plan
        sides, told = None, [f"unlisted_site:{site}" for site in plan.montage.unlisted()]
        if plan.work and reference.sites:
            sides, of_sides = compare_sides(self._spool, self._pipeline, plan.work, reference)
            told += of_sides
        filters = plan.chain.filters if info.signal is Signal.RAW else None
        return AnalysisReport(
            fs_hz=float(info.fs_hz),
            duration_s=self._end_sample / info.fs_hz,
            samples=self._received,
            lost_samples=self._end_sample - self._received,
            unit=info.unit,
            signal=info.signal,
            board=info.board,
            bandwidth_hz=info.bandwidth_hz,
            band_hz=None if filters is None else (filters.low_hz, filters.high_hz),
            notch_hz=None if filters is None else filters.notch_hz,
            zero_phase=plan.chain.zero_phase and filters is not None,
            from_s=plan.from_s,
            sites=sites,
            sides=sides,
            warnings=tuple(dict.fromkeys([*warnings, *told])),
        )


def _snr_db(energy: float, n_ticks: int, rest_uv: float | None) -> float | None:
    """RMS of all bursts over the rest, in decibels."""
    if not n_ticks or not energy or not rest_uv:
        return None
    return 10.0 * math.log10(energy / n_ticks / rest_uv**2)


def gathered(blocks: Iterable[SampleBlock], n_samples: int) -> Iterator[SampleBlock]:
    """Join blocks that follow one another without a gap, up to some length; longer ones stay as they are."""
    waiting: list[SampleBlock] = []
    n = 0
    for block in blocks:
        if waiting and (block.first_sample != waiting[-1].end_sample or n + block.n_samples > n_samples):
            yield _joined(waiting)
            waiting, n = [], 0
        waiting.append(block)
        n += block.n_samples
    if waiting:
        yield _joined(waiting)


def _joined(blocks: Sequence[SampleBlock]) -> SampleBlock:
    if len(blocks) == 1:
        return blocks[0]
    data_uv = np.concatenate([block.data_uv for block in blocks])
    return SampleBlock(data_uv, blocks[0].first_sample, blocks[0].fs_hz, blocks[-1].host_time_s)
