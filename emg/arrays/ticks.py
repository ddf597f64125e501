"""One channel on the grid of ticks, as a session measures it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from emg.arrays.chain import filtered_rows, info_of, moving_power
from emg.arrays.samples import Span, column_of
from emg.blocks import FloatArray
from emg.pipeline import ChainSettings, tick_spacing

SETTLED_S: Final = 0.5
"""Left out at the beginning of a recording unless a span is given."""


class Ticks:
    """The filtered signal of one channel, read at every tick.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,)
        EMG in microvolts, not yet filtered.
    fs_hz : float
        Sampling rate.
    settings : ChainSettings
        Filter and windows.

    Attributes
    ----------
    tick_s, delay_s, window_s : float
        Spacing of the ticks, delay of the filter, length of the short window.
    sample_uv : ndarray of shape (n_ticks,)
        Filtered signal at the ticks.
    """

    def __init__(self, x_uv: ArrayLike, fs_hz: float, settings: ChainSettings) -> None:
        info = info_of(fs_hz, 1)
        self._fs_hz = fs_hz
        self._settings = settings
        self._spacing = tick_spacing(fs_hz)
        self._filtered = filtered_rows(column_of(x_uv), fs_hz, settings)
        self.tick_s = self._spacing / fs_hz
        self.delay_s = settings.delay_s(info)
        self.window_s = settings.short_window_s
        self.sample_uv: FloatArray = self._filtered[:: self._spacing, 0]

    @property
    def power_uv2(self) -> FloatArray:
        """Mean square of the samples since the tick before; shape (n_ticks,)."""
        return self._power(self._spacing)

    @property
    def short_uv(self) -> FloatArray:
        """RMS over the short window; shape (n_ticks,)."""
        _, short, *_ = self._settings.windows(info_of(self._fs_hz, 1))
        return np.sqrt(self._power(short))

    def span(self, span_s: Span | None = None) -> slice:
        """Ticks of a stretch, of all but the first 0.5 s unless told.

        Raises
        ------
        ValueError
            If it does not lie in the recording.
        """
        n_samples = len(self._filtered)
        start_s, stop_s = (SETTLED_S, n_samples / self._fs_hz) if span_s is None else span_s
        if 0.0 <= start_s < stop_s < math.inf:
            edges = [round(edge_s * self._fs_hz) for edge_s in (start_s, stop_s)]
            # from the first tick at or after the one to the last before the other
            ticks = slice(*(-(-edge // self._spacing) for edge in edges))
            if ticks.start < ticks.stop and edges[1] <= n_samples:
                return ticks
        hint = ": the first 0.5 s are left out unless span_s is given." if span_s is None else "."
        raise ValueError(
            f"{start_s:g} to {stop_s:g} s is no stretch of these {n_samples / self._fs_hz:g} s{hint}"
        )

    def _power(self, window: int) -> FloatArray:
        return moving_power(self._filtered, window, self._settings, self._fs_hz, self._spacing)[:, 0]
