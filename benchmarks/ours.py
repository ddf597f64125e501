"""Our own ways: the parts of the chain, and the chain whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.ways import SAME, Found, LiveWay, Meter, OfflineWay, Recording, Stopwatch
from benchmarks.work import MAINS_HZ, Work
from emg.activation import Activations, Reference, SiteReference
from emg.analysis import AnalysisPlan, Span, analyze_blocks
from emg.analysis.run import GATHER_S
from emg.blocks import FloatArray, SampleBlock
from emg.envelope import MovingPower
from emg.filters import CausalFilter, FilterSettings
from emg.onset import BurstFinder, noise_baseline
from emg.pipeline import ChainSettings, Pipeline

BAR = 2
"""Position of the 250 ms window among those of the chain."""

QUIET_S = 2.0
"""A recording begins with so much rest."""

LOOK_S = 10.0


def last_tick_back(work: Work) -> int:
    """Count the samples between the last tick of a block and its end."""
    spacing, *_ = ChainSettings(work.filters).windows(work.info)
    return (work.n_block - 1) % spacing


class FilterAndEnvelope:
    """The filter and windows of RMS; without windows, those of the chain at every tick."""

    def __init__(self, work: Work, windows: Sequence[int] = (), step: int = 0) -> None:
        of_chain = ChainSettings(work.filters).windows(work.info)
        self._bar = 0 if windows else BAR
        self._filter = CausalFilter(work.filters, work.fs_hz)
        self._power = MovingPower(windows or of_chain, work.n_channels, step or of_chain[0])
        self._rms_uv: FloatArray = np.empty((0, 0, work.n_channels))

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        filtered = self._filter(block.data_uv)
        self._rms_uv = np.sqrt(self._power(filtered))

    def rms_uv(self) -> FloatArray:
        """RMS over 250 ms at the last reading."""
        return np.asarray(self._rms_uv[self._bar, -1])


def one_reading(work: Work) -> Meter:
    """Make the filter and one RMS a block: no more than the other ways do."""
    return FilterAndEnvelope(work, (work.n_window,), work.n_block)


class FilterAlone:
    """The filter of the chain."""

    def __init__(self, work: Work) -> None:
        self._filter = CausalFilter(work.filters, work.fs_hz)

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        self._filter(block.data_uv)

    def rms_uv(self) -> None:
        """No level is made."""


class Chain:
    """The whole chain with a reference, so that percentages, ratios and verdicts are all computed."""

    def __init__(self, work: Work, filters: FilterSettings) -> None:
        reference = Reference(dict.fromkeys(work.montage.names, SiteReference(2.0, 100.0)))
        self._pipeline = Pipeline(work.info, work.montage, ChainSettings(filters), reference)
        self._levels: Activations | None = None

    def push(self, block: SampleBlock) -> None:
        """Take the next block."""
        self._levels = self._pipeline(block)

    def rms_uv(self) -> FloatArray | None:
        """RMS over 250 ms at the last tick."""
        return None if self._levels is None else self._levels.rms_uv[-1]


def chain(work: Work) -> Meter:
    """Make the chain with one notch."""
    return Chain(work, work.filters)


def chain_with_harmonics(work: Work) -> Meter:
    """Make the chain as the app runs it when a notch is asked for."""
    return Chain(work, FilterSettings.for_rate(work.fs_hz, MAINS_HZ))


def baselines(short_uv: FloatArray) -> list[tuple[float, float]]:
    """Mean and standard deviation of each channel's quiet level; shape (n_ticks, n_channels)."""
    found = [noise_baseline(column[~np.isnan(column)]) for column in short_uv.T]
    return [baseline for baseline in found if baseline is not None]


class Bursts:
    """Bursts of every channel, looked for every ten seconds: nobody waits for them."""

    def __init__(self, settings: ChainSettings, work: Work, tick_s: float) -> None:
        self._settings, self._work, self._tick_s = settings, work, tick_s
        self._finders: list[BurstFinder] = []
        self._waiting: list[FloatArray] = []
        self._waiting_s = 0.0
        self.count = 0

    def push(self, short_uv: FloatArray) -> None:
        """Take the next ticks; shape (n_ticks, n_channels)."""
        self._waiting.append(short_uv)
        self._waiting_s += len(short_uv) * self._tick_s
        if self._waiting_s >= (LOOK_S if self._finders else QUIET_S) - self._tick_s / 2.0:
            self._look()

    def finish(self) -> None:
        """Take the bursts that were still on."""
        self._look()
        self.count += sum(len(finder.finish()) for finder in self._finders)

    def _look(self) -> None:
        short_uv = np.concatenate(self._waiting) if self._waiting else np.empty((0, self._work.n_channels))
        self._waiting, self._waiting_s = [], 0.0
        if not self._finders:
            window_s, delay_s = self._settings.short_window_s, self._settings.delay_s(self._work.info)
            self._finders = [
                BurstFinder(self._tick_s, *baseline, window_s=window_s, delay_s=delay_s)
                for baseline in baselines(short_uv[: round(QUIET_S / self._tick_s)])
            ]
        for finder, column in zip(self._finders, short_uv.T, strict=True):
            self.count += len(finder.push(column))


def streamed(recording: Recording, clock: Stopwatch, block_s: float) -> Found:
    """Send the recording through the chain and look for bursts in what comes out."""
    work = recording.work
    settings = ChainSettings(work.filters)
    pipeline = Pipeline(work.info, work.montage, settings)
    bursts = Bursts(settings, work, pipeline.spacing / work.fs_hz)
    level, n_ticks = 0.0, 0
    with clock.running():
        for block in clock.reading(recording.blocks(block_s)):
            levels = pipeline(block)
            bursts.push(levels.short_uv)
            if block.end_sample > work.n_window:
                rms_uv = levels.rms_uv[levels.samples >= work.n_window - 1]
                level += float(rms_uv.mean(axis=1).sum())
                n_ticks += len(rms_uv)
        bursts.finish()
    return Found(level / n_ticks, bursts.count)


def blocks_as_analyzed(recording: Recording, clock: Stopwatch) -> Found:
    """Run the chain in the blocks that an analysis joins."""
    return streamed(recording, clock, GATHER_S)


def blocks_as_live(recording: Recording, clock: Stopwatch) -> Found:
    """Run the chain in blocks of 20 ms, as a board sends them."""
    return streamed(recording, clock, 0.020)


def analyzed(recording: Recording, clock: Stopwatch) -> Found:
    """Do what `powerhold analyze` does once the file is open: quality, spectra, rest and bursts, too."""
    work = recording.work
    plan = AnalysisPlan(work.montage, ChainSettings(work.filters), rest=Span(0.5, QUIET_S))
    with clock.running():
        report = analyze_blocks(work.info, clock.reading(recording.blocks(1.0)), plan)
    return Found(None, sum(len(site.bursts) for site in report.sites.values()))


LIVE = (
    LiveWay(
        "filter", "PowerHold, filter alone", "", FilterAlone, None, "band-pass and notch, state carried"
    ),
    LiveWay(
        "filter_rms", "PowerHold, filter + RMS once a block", "", one_reading, SAME,
        "no more than the others do", lambda work: work.n_block - 1,
    ),
    LiveWay(
        "filter_envelope", "PowerHold, filter + envelope", "", FilterAndEnvelope, SAME,
        "the same and RMS over four windows at every tick of 4 ms", last_tick_back,
    ),
    LiveWay(
        "chain", "PowerHold, whole chain", "", chain, SAME,
        "the same, rest removed, %MVC, ratios and verdicts", last_tick_back,
    ),
    LiveWay(
        "chain_harmonics", "PowerHold, whole chain, every harmonic notched", "", chain_with_harmonics, None,
        "as the app runs when a notch is asked for", last_tick_back,
    ),
)  # fmt: skip

OFFLINE = (
    OfflineWay(
        "chain_joined", f"PowerHold, chain in blocks of {GATHER_S:g} s, bursts", "", blocks_as_analyzed,
        0.002,
        "streams; as files are analysed",
    ),
    OfflineWay(
        "chain_20ms", "PowerHold, chain in blocks of 20 ms, bursts", "", blocks_as_live, 0.002,
        "streams; as a session runs",
    ),
    OfflineWay(
        "analyze", "PowerHold, analyze", "", analyzed, None,
        "streams; what powerhold analyze does once the file is open: quality, spectra and rest, too",
    ),
)  # fmt: skip
