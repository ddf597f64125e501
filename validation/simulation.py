"""Simulated muscles as channels of a board, and what theory says a perfect chain must make of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
from scipy import signal

from emg.activation import NO_REFERENCE, Activations, Reference
from emg.blocks import FloatArray, IntArray, SampleBlock, StreamInfo
from emg.envelope import MovingPower
from emg.filters import FilterSettings
from emg.montage import Montage
from emg.pipeline import ChainSettings, Pipeline
from hardware.simulated_emg import (
    LEAST_OVERSAMPLING,
    MODEL_RATE_HZ,
    BoardNoise,
    Spectrum,
    random_for,
    sinc3_taps,
)

RATES_HZ: Final = (200.0, 250.0, 500.0, 1000.0, 2000.0)
FULL_SCALE_UV: Final = 187_500.0
DROOP_SHARE: Final = 0.262
"""-3 dB corner of the third-order sinc filter as a share of the rate."""

_GRID: Final = 8192
"""Frequencies at which spectra are summed."""


@dataclass(frozen=True, slots=True)
class Theory:
    """What stationary noise is after the board and the band-pass, from the filters' responses alone.

    Attributes
    ----------
    rms : float
        For an RMS of 1 at the muscle (after the converter, for rest).
    bandwidth_hz : float
        Statistical bandwidth ``(∫S)² / ∫S²``.

    References
    ----------
    Bendat and Piersol (2010), Random Data, 4th ed., section 8.2.
    """

    rms: float
    bandwidth_hz: float

    def window_cv(self, window_s: float) -> float:
        """Coefficient of variation of one RMS window: ``1 / (2 sqrt(B T))``."""
        return 1.0 / (2.0 * math.sqrt(self.bandwidth_hz * window_s))


@cache
def theory(
    fs_hz: float, spectrum: Spectrum | None, notch_hz: float | None = None, droop: bool = True
) -> Theory:
    """Fold the spectrum at the fine rate into the board's, and pass it through the band-pass.

    Parameters
    ----------
    fs_hz : float
        Rate of the board.
    spectrum : Spectrum or None
        Of the muscle; None is noise that is white before the converter and of RMS 1 after it.
    notch_hz : float or None
        Mains frequency taken out.
    droop : bool
        False for an ideal board: no sinc filter, and nothing above half its rate.
    """
    factor = max(LEAST_OVERSAMPLING, math.ceil(MODEL_RATE_HZ / fs_hz))
    _, band = signal.freqz_sos(
        FilterSettings.for_rate(fs_hz, notch_hz).sections(fs_hz), worN=_GRID, whole=True
    )
    _, adc = signal.freqz(sinc3_taps(factor), worN=_GRID * factor, whole=True)
    power = np.square(np.abs(adc))
    if spectrum is None:
        power /= np.sum(np.square(sinc3_taps(factor)))
    else:
        b, a = spectrum.shaping(factor * fs_hz)
        _, muscle = signal.freqz(b, a, worN=_GRID * factor, whole=True)
        power = np.square(np.abs(muscle)) * (power if droop else _half_the_rate(factor))
    board = power.reshape(factor, _GRID).sum(axis=0) / factor
    density = board * np.square(np.abs(band))
    # both halves of the spectrum are in the sums: that doubles a bandwidth in Hz
    width_hz = np.sum(density) ** 2 / np.sum(np.square(density)) * fs_hz / _GRID / 2.0
    return Theory(math.sqrt(float(density.mean())), float(width_hz))


def _half_the_rate(factor: int) -> FloatArray:
    """Power response of an ideal board: everything below half its rate, nothing above."""
    kept = np.ones(_GRID * factor)
    kept[_GRID // 2 : -(_GRID // 2)] = 0.0
    return kept


def noise(
    seed: int, key: str, fs_hz: float, n_samples: int, n_channels: int, spectrum: Spectrum | None = None
) -> FloatArray:
    """Independent noise on each channel; shape (n_samples, n_channels)."""
    columns = [
        BoardNoise(random_for(seed, key, channel), fs_hz, spectrum).read(n_samples)
        for channel in range(n_channels)
    ]
    return np.ascontiguousarray(np.stack(columns, axis=1))


def board(fs_hz: float, n_channels: int, full_scale_uv: float = FULL_SCALE_UV) -> StreamInfo:
    """Give the facts of a board of so many channels."""
    return StreamInfo(
        "validation",
        "validation",
        fs_hz,
        fs_hz,
        n_channels,
        full_scale_uv,
        DROOP_SHARE * fs_hz,
        simulated=True,
    )


def chain(
    fs_hz: float,
    n_channels: int,
    *,
    notch_hz: float | None = None,
    zero_phase: bool = False,
    reference: Reference = NO_REFERENCE,
    montage: Montage | None = None,
    full_scale_uv: float = FULL_SCALE_UV,
) -> Pipeline:
    """Build the product's own chain, one site a channel."""
    return Pipeline(
        board(fs_hz, n_channels, full_scale_uv),
        montage or Montage.of({f"m{number}_left": number for number in range(1, n_channels + 1)}),
        ChainSettings(FilterSettings.for_rate(fs_hz, notch_hz), zero_phase=zero_phase),
        reference,
    )


def blocks_of(
    data_uv: FloatArray, fs_hz: float, lost: Sequence[tuple[int, int]] = (), cuts: Sequence[int] = ()
) -> list[SampleBlock]:
    """Cut a recording into blocks, without the stretches that were lost.

    Parameters
    ----------
    data_uv : ndarray of shape (n_samples, n_channels)
        The recording.
    fs_hz : float
        Its rate.
    lost : sequence of (start, stop)
        Samples that never came.
    cuts : sequence of int
        Where blocks end besides.
    """
    edges = sorted({0, len(data_uv), *cuts, *(edge for hole in lost for edge in hole)})
    return [
        SampleBlock(data_uv[start:stop], start, fs_hz, 0.0)
        for start, stop in pairwise(edges)
        if not any(first <= start < last for first, last in lost)
    ]


def run(pipeline: Pipeline, data_uv: FloatArray, lost: Sequence[tuple[int, int]] = ()) -> Activations:
    """Send a recording through a fresh chain, in one block or as few as the gaps allow."""
    return joined([*map(pipeline, blocks_of(data_uv, pipeline.fs_hz, lost)), pipeline.finish()])


def joined(parts: Sequence[Activations]) -> Activations:
    """Put consecutive activations together again, every array of them."""
    arrays: dict[str, Any] = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Activations)
        if isinstance(getattr(parts[0], field.name), np.ndarray)
    }
    ratios = {name: np.concatenate([part.ratios[name] for part in parts]) for name in parts[0].ratios}
    return replace(parts[0], ratios=ratios, **arrays)


def moving_rms(data_uv: FloatArray, windows: Sequence[int], ends: IntArray) -> FloatArray:
    """Read the product's moving RMS of a whole signal.

    Parameters
    ----------
    data_uv : ndarray of shape (n_samples, n_channels)
        Signal, not filtered here.
    windows : sequence of int
        Lengths in samples.
    ends : ndarray of shape (n_ends,), int64
        Last sample of each window.

    Returns
    -------
    ndarray of shape (n_windows, n_ends, n_channels)
    """
    power = MovingPower(windows, data_uv.shape[1], 1)(data_uv)
    return np.asarray(np.sqrt(power[:, ends]))
