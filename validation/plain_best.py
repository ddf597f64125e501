"""The highest of all windows, whatever made it: of clean efforts, and beside the product's of others."""

from __future__ import annotations

import numpy as np

from emg.blocks import FloatArray


def best_uv(power_uv2: FloatArray, tick_s: float, window_s: float) -> FloatArray:
    """Highest RMS over ``window_s`` of each site; NaN where no whole window was found.

    Parameters
    ----------
    power_uv2 : ndarray of shape (n_ticks, n_sites)
        Tick powers of one effort.
    tick_s, window_s : float
        Spacing of the ticks, length of the window.
    """
    n_ticks = round(window_s / tick_s)
    if len(power_uv2) < n_ticks:
        return np.full(power_uv2.shape[1], np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(power_uv2, n_ticks, axis=0)
    highest: FloatArray = np.fmax.reduce(windows.mean(axis=-1), axis=0)
    return np.sqrt(highest)
