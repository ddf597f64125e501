"""Streams, noise and cuts for the tests of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from emg.activation import NO_REFERENCE, Activations, Reference, SiteReference
from emg.blocks import FloatArray, SampleBlock, StreamInfo
from emg.filters import FilterSettings
from emg.montage import FOUR_SITES, Montage
from emg.pipeline import ChainSettings, Pipeline
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, random_for

FULL_SCALE_UV = 187_500.0

REFERENCE = Reference(
    {
        "glute_left": SiteReference(rest_uv=2.0, mvc_uv=80.0),
        "ham_left": SiteReference(rest_uv=2.5, mvc_uv=120.0),
        "glute_right": SiteReference(rest_uv=3.0, mvc_uv=90.0),
        "ham_right": SiteReference(rest_uv=1.5, mvc_uv=140.0),
    }
)


def stream(fs_hz: float = 250.0, n_channels: int = 4, full_scale_uv: float = FULL_SCALE_UV) -> StreamInfo:
    return StreamInfo(
        board="cyton",
        source_id="cyton:x",
        nominal_fs_hz=fs_hz,
        fs_hz=fs_hz,
        n_channels=n_channels,
        full_scale_uv=full_scale_uv,
        bandwidth_hz=65.0,
    )


def pipeline(
    fs_hz: float = 250.0,
    *,
    montage: Montage = FOUR_SITES,
    notch_hz: float | None = None,
    reference: Reference = NO_REFERENCE,
    n_channels: int = 4,
    full_scale_uv: float = FULL_SCALE_UV,
) -> Pipeline:
    settings = ChainSettings(FilterSettings.for_rate(fs_hz, notch_hz))
    return Pipeline(stream(fs_hz, n_channels, full_scale_uv), montage, settings, reference)


def muscles_uv(fs_hz: float, seconds: float, seed: int, n_channels: int = 4) -> FloatArray:
    """EMG of growing strength on channels of different offset; shape (n_samples, n_channels)."""
    n = round(seconds * fs_hz)
    spectra = (GLUTEUS_MAXIMUS, BICEPS_FEMORIS)
    columns = [
        1000.0 * (channel - 1)
        + np.linspace(3.0, 20.0 * (channel + 1), n)
        * BoardNoise(random_for(seed, channel), fs_hz, spectra[channel % 2]).read(n)
        for channel in range(n_channels)
    ]
    return np.ascontiguousarray(np.stack(columns, axis=1))


def block(data_uv: FloatArray, first_sample: int = 0, fs_hz: float = 250.0) -> SampleBlock:
    return SampleBlock(data_uv, first_sample=first_sample, fs_hz=fs_hz, host_time_s=0.0)


def blocks(
    data_uv: FloatArray, fs_hz: float, cuts: Iterable[int] = (), lost: Sequence[tuple[int, int]] = ()
) -> list[SampleBlock]:
    """Cut a recording at ``cuts`` and leave out the stretches ``lost`` (start, stop)."""
    keep = np.ones(len(data_uv), dtype=np.bool_)
    for start, stop in lost:
        keep[start:stop] = False
    edges = sorted({0, len(data_uv), *cuts, *(edge for hole in lost for edge in hole)})
    return [block(data_uv[start:stop], start, fs_hz) for start, stop in pairwise(edges) if keep[start]]


def run(chain: Pipeline, parts: Iterable[SampleBlock]) -> Activations:
    """Everything that a chain makes of these blocks, joined."""
    return joined([chain(part) for part in parts])


def joined(parts: Sequence[Activations]) -> Activations:
    """Put consecutive activations back together, every array of them."""
    changed: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Activations.__dataclass_fields__
        if isinstance(getattr(parts[0], name), np.ndarray)
    }
    ratios = {name: np.concatenate([part.ratios[name] for part in parts]) for name in parts[0].ratios}
    return replace(parts[0], ratios=ratios, **changed)


def fields_of(levels: Activations) -> dict[str, bytes]:
    """Every array of activations as bytes, so that two can be compared to the last bit."""
    arrays = {name: getattr(levels, name) for name in Activations.__dataclass_fields__}
    ratios = arrays.pop("ratios")
    found = {name: value.tobytes() for name, value in arrays.items() if isinstance(value, np.ndarray)}
    return found | {f"ratio {name}": value.tobytes() for name, value in ratios.items()}


def column(levels: Activations, name: str) -> int:
    return levels.sites.index(name)
