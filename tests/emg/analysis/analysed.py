"""Recordings with known levels, and their analysis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import signal

from emg.analysis import AnalysisPlan, AnalysisReport, SiteReport, analyze_blocks
from emg.blocks import FloatArray
from emg.filters import FilterSettings
from emg.montage import Montage
from emg.pipeline import ChainSettings
from tests.emg.signals import blocks, stream

FS = 250.0
ONE = Montage.of({"glute_left": 1})


def plan(
    montage: Montage = ONE, *, fs_hz: float = FS, zero_phase: bool = False, **asked: Any
) -> AnalysisPlan:
    chain = ChainSettings(FilterSettings.for_rate(fs_hz), zero_phase=zero_phase)
    return AnalysisPlan(montage=montage, chain=chain, **asked)


def analyse(
    data_uv: FloatArray,
    asked: AnalysisPlan | None = None,
    *,
    fs_hz: float = FS,
    cuts: Iterable[int] = (),
    lost: Sequence[tuple[int, int]] = (),
    **facts: Any,
) -> AnalysisReport:
    info = replace(stream(fs_hz, data_uv.shape[1]), full_scale_uv=np.inf, bandwidth_hz=fs_hz / 2.0, **facts)
    return analyze_blocks(info, blocks(data_uv, fs_hz, cuts, lost), asked or plan(fs_hz=fs_hz))


def site(report: AnalysisReport, name: str = "glute_left") -> SiteReport:
    return report.sites[name]


def noise(levels_uv: Sequence[tuple[float, float]], *, fs_hz: float = FS, seed: int = 1) -> FloatArray:
    """White noise of given RMS (in the band) for given seconds, one after the other; shape (n, 1)."""
    band = FilterSettings.for_rate(fs_hz).sections(fs_hz)
    rng = np.random.default_rng(seed)
    white = rng.standard_normal(round(sum(s for s, _ in levels_uv) * fs_hz))
    white /= np.sqrt(np.mean(np.square(signal.sosfilt(band, white))))
    gains = np.concatenate([np.full(round(s * fs_hz), level) for s, level in levels_uv])
    shaped: FloatArray = (white[: len(gains)] * gains)[:, None]
    return shaped
