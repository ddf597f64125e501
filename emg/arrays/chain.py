"""The filter and the moving RMS on whole arrays, with the pipeline's rules for gaps, to the same bits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from emg.arrays.samples import PIECE, blocks_of, samples_of
from emg.blocks import FloatArray, StreamInfo
from emg.envelope import MovingPower
from emg.filters import MAX_FS_HZ, FilterSettings
from emg.gaps import AcrossGaps, Rows
from emg.pipeline import ChainSettings


class Chain(TypedDict, total=False):
    """How the signal is filtered: the same in rest, maximum and task, or nothing can be compared.

    Attributes
    ----------
    band_hz : tuple of 2 floats or None
        -3 dB corners of the band-pass; None for 20 Hz to min(450, 0.46 fs).
    notch_hz : float or None
        Mains frequency to take out, with its harmonics; None for no notch.
    zero_phase : bool
        Forwards and backwards: no delay, twice the slope, -6 dB at the corners. Needs the future, so
        it is not what was on the screen.
    """

    band_hz: tuple[float, float] | None
    notch_hz: float | None
    zero_phase: bool


def filter_emg(x_uv: ArrayLike, fs_hz: float, **chain: Unpack[Chain]) -> FloatArray:
    """Band-pass and notch, as live or zero-phase.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,) or (n_samples, n_channels)
        EMG in microvolts (millivolts times 1000).
    fs_hz : float
        Sampling rate.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    ndarray of the shape of ``x_uv``, float64
        Microvolts; NaN where samples were lost.

    Raises
    ------
    ValueError
        If ``x_uv`` holds no signal, or the rate cannot carry the band.
    """
    samples = samples_of(x_uv)
    return filtered_rows(samples, fs_hz, settings_for(fs_hz, **chain)).reshape(samples.shape)


def rms_envelope(
    x_uv: ArrayLike, fs_hz: float, *, window_s: float = 0.250, **chain: Unpack[Chain]
) -> FloatArray:
    """Take the moving RMS of the filtered signal at every sample, over the window that ends there.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,) or (n_samples, n_channels)
        EMG in microvolts, not yet filtered.
    fs_hz : float
        Sampling rate.
    window_s : float
        0.25 s for the bars, 1 s for ratios. The envelope lags by half of it.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    ndarray of the shape of ``x_uv``, float64
        Microvolts, rest still in it; row ``n`` is at ``n / fs_hz`` seconds. NaN where more than a fifth
        of the window is missing, as at the beginning.

    Raises
    ------
    ValueError
        As ``filter_emg``; also if the window is no length of time.
    """
    samples = samples_of(x_uv)
    settings = settings_for(fs_hz, **chain)
    if not (math.isfinite(window_s) and window_s * fs_hz >= 1.0):
        raise ValueError(f"A window of {window_s:g} s holds no sample: give its length in seconds.")
    filtered = filtered_rows(samples, fs_hz, settings)
    return np.sqrt(moving_power(filtered, round(window_s * fs_hz), settings, fs_hz)).reshape(samples.shape)


def settings_for(
    fs_hz: float,
    *,
    band_hz: tuple[float, float] | None = None,
    notch_hz: float | None = None,
    zero_phase: bool = False,
) -> ChainSettings:
    """Make the settings of the chain for this rate."""
    if not 0.0 < fs_hz <= MAX_FS_HZ:
        raise ValueError(f"{fs_hz:g} Hz is no rate at which EMG is recorded: give its samples a second.")
    filters = FilterSettings.for_rate(fs_hz, notch_hz)
    if band_hz is not None:
        low_hz, high_hz = band_hz
        filters = replace(filters, low_hz=low_hz, high_hz=high_hz)
    return ChainSettings(filters, zero_phase=zero_phase)


def info_of(fs_hz: float, n_channels: int, full_scale_uv: float = math.inf) -> StreamInfo:
    """Say what is known of the stream that the array was."""
    return StreamInfo("array", "array", fs_hz, fs_hz, n_channels, full_scale_uv, bandwidth_hz=fs_hz / 2.0)


def filtered_rows(samples: FloatArray, fs_hz: float, settings: ChainSettings) -> FloatArray:
    """Filter at every sample, lost ones NaN, as the pipeline does; shape (n_samples, n_channels)."""
    rows = samples.reshape(len(samples), -1)
    run = settings.filter_for(info_of(fs_hz, rows.shape[1]))
    across_gaps = AcrossGaps(run, fs_hz, rows.shape[1])
    parts = [
        _without_lost(across_gaps(block.data_uv, block.first_sample)) for block in blocks_of(rows, fs_hz)
    ]
    return np.concatenate([*parts, _without_lost(across_gaps.end(len(rows) - across_gaps.taken))])


def _without_lost(rows: Rows) -> FloatArray:
    if rows.valid is not None:
        rows.filtered_uv[~rows.valid] = np.nan
    return rows.filtered_uv


def moving_power(
    filtered: FloatArray, window: int, settings: ChainSettings, fs_hz: float, step: int = 1
) -> FloatArray:
    """Mean square over the windows that end at every ``step``-th sample; shape (n_readings, n_channels)."""
    # the sums of the pipeline begin anew after its longest window: only then are these the same to the bit
    longest = max(window, *settings.windows(info_of(fs_hz, 1)))
    power = MovingPower((window, longest), filtered.shape[1], step)
    pieces = (filtered[start : start + PIECE] for start in range(0, len(filtered), PIECE))
    return np.concatenate([power(piece, ~np.isnan(piece[:, 0]))[0] for piece in pieces])
