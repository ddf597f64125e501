"""The real recordings with reference figures: where each is, and what the product makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from emg.activation import Activations
from emg.analysis import AnalysisPlan, AnalysisReport, SiteReport, analyze_blocks
from emg.blocks import EndOfSource, FloatArray, SampleBlock, StreamInfo
from emg.filters import FilterSettings
from emg.montage import Montage
from emg.pipeline import ChainSettings
from emg.spectrum import WelchSpectrum, mains_ratio, median_frequency_hz, motion_share
from hardware.files import FileSource, open_file

EXPECTED: Final = "expected_stats.json"
SITE: Final = "muscle_left"
PLUX: Final = "plux/emg_fatigue_uV"
PLUX_MV: Final = 3.0 / 4096.0
"""Millivolts of a count of the 12-bit recorder; its offset is far below the band."""

MOTION_TOP_HZ, LOW_HZ, HIGH_HZ = 20.0, 5.0, 125.0
HALF_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recording is and how it is read."""

    file: str
    column: str
    options: dict[str, Any]

    def open(self, folder: Path) -> FileSource:
        """Open it with the product's own reader."""
        return open_file(folder / self.file, columns=[self.column], **self.options)


def place_of(key: str) -> Place:
    """Find the file and column behind a key of the reference figures."""
    source, *between, channel = key.split("/")
    if source == "santuz":
        return Place("lower_limb_walk_santuz/ID0012_TW_01_raw_1000hz.csv", channel, {})
    if source == "isometric":
        return Place(f"lower_limb_isometric_elderly/{between[0]}_2000hz.csv", channel, {})
    if source == "uci":
        column = {"BF_uV": "2", "ST_uV": "4"}[channel]
        return Place(f"lower_limb_uci/{between[0]}", column, {"fs_hz": 1000.0, "unit": "mV"})
    if source == "plux":
        options = {"fs_hz": 1000.0, "unit": "mV", "scale": PLUX_MV, "header": False}
        return Place("upper_limb_plux/emg_fatigue_12bit_1000hz.txt", "1", options)
    if source == "myo":
        number = str(int(channel.removeprefix("ch")) + 1)
        return Place(
            f"myo_200hz/{between[0]}", number, {"fs_hz": 200.0, "unit": "arbitrary", "header": False}
        )
    return Place(f"{source}/{between[0]}", str(int(channel.removeprefix("EXG")) + 1), {})


def blocks_of(source: FileSource) -> Iterator[SampleBlock]:
    """Read a recording to its end."""
    source.open()
    while True:
        try:
            block = source.read(0.0)
        except EndOfSource:
            return
        if block is not None:
            yield block


@dataclass(frozen=True, slots=True)
class Spectral:
    """Figures of the unfiltered spectrum."""

    median_hz: float
    shares: tuple[float, float, float]
    mains: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What the product makes of one recording.

    Attributes
    ----------
    key : str
        In the reference figures.
    expected : dict
        The reference figures.
    zero_phase, zero_phase_late, causal_early, causal : float
        RMS in the band: forwards and backwards or causal, over the whole or without its first 0.5 s.
    half_s : ndarray
        RMS of consecutive half seconds, zero-phase.
    spectral : Spectral
        Of the unfiltered signal.
    report : SiteReport
        The product's report as it is by default.
    """

    key: str
    expected: dict[str, Any]
    zero_phase: float
    zero_phase_late: float
    causal_early: float
    causal: float
    half_s: FloatArray
    spectral: Spectral
    report: SiteReport


def expected_stats(folder: Path) -> dict[str, dict[str, Any]]:
    """Read the reference figures."""
    found: dict[str, dict[str, Any]] = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    return found


def measure(folder: Path, key: str, expected: dict[str, Any]) -> Measured:
    """Run a recording through the product's analysis, every way."""
    source = place_of(key).open(folder)
    blocks = list(blocks_of(source))
    early, half_s = analysed(source.info, blocks, zero_phase=True, from_s=0.0)
    report, _ = analysed(source.info, blocks, zero_phase=False, from_s=HALF_S)
    return Measured(
        key=key,
        expected=expected,
        zero_phase=_rms(early),
        zero_phase_late=_rms(analysed(source.info, blocks, zero_phase=True, from_s=HALF_S)[0]),
        causal_early=_rms(analysed(source.info, blocks, zero_phase=False, from_s=0.0)[0]),
        causal=_rms(report),
        half_s=half_s,
        spectral=_spectral(source.info.fs_hz, blocks),
        report=report,
    )


def _rms(report: SiteReport) -> float:
    assert report.rms_uv is not None
    return report.rms_uv


def analysed(
    info: StreamInfo, blocks: list[SampleBlock], *, zero_phase: bool, from_s: float
) -> tuple[SiteReport, FloatArray]:
    """Analyse one channel; also gives the RMS of consecutive half seconds."""
    chain = ChainSettings(FilterSettings.for_rate(info.fs_hz), bar_window_s=HALF_S, zero_phase=zero_phase)
    half = round(HALF_S * info.fs_hz)
    halves: list[FloatArray] = []

    def keep(ticks: Activations) -> None:
        # the window that ends with the first sample of a half second is the half second before it
        halves.append(ticks.rms_uv[(ticks.samples % half == 0) & (ticks.samples > 0), 0])

    plan = AnalysisPlan(Montage.of({SITE: 1}), chain, from_s=from_s)
    report: AnalysisReport = analyze_blocks(info, blocks, plan, on_ticks=keep)
    return report.sites[SITE], np.concatenate(halves)


def _spectral(fs_hz: float, blocks: list[SampleBlock]) -> Spectral:
    welch = WelchSpectrum(fs_hz, 1)
    for block in blocks:
        welch.push(block.data_uv, block.first_sample)
    density = welch.density
    assert density is not None
    freq_hz, psd = density[0], density[1][:, 0]
    whole = psd[freq_hz >= LOW_HZ].sum()
    high = float(psd[freq_hz >= HIGH_HZ].sum() / whole) if freq_hz[-1] > HIGH_HZ else 0.0
    motion = _known(motion_share(freq_hz, psd, float(freq_hz[-1])))
    return Spectral(
        _known(median_frequency_hz(freq_hz, psd, LOW_HZ, float(freq_hz[-1]))),
        (motion, 1.0 - motion - high, high),
        (_known(mains_ratio(freq_hz, psd, 50.0)), _known(mains_ratio(freq_hz, psd, 60.0))),
    )


def _known(value: float | None) -> float:
    return float("nan") if value is None else value
