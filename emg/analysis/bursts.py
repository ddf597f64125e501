"""The bursts of every site of a recording, each with its level and its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from emg.activation import Activations, SiteReference, reading, remove_rest
from emg.analysis.reference import Rest
from emg.analysis.report import BurstReport
from emg.analysis.stretches import IS_UNREADABLE, moments, readings
from emg.analysis.tick_spool import TickSpool
from emg.onset import Burst, BurstFinder
from emg.results import Method
from emg.spectrum import rms_cv_pct

SILENCE_SHARE: Final = 1e-3
"""A baseline is taken as at least this share of the loudest level: no electrode rests at true zero."""


class BurstSearch:
    """Looks for bursts in ticks as they come.

    Parameters
    ----------
    spool : TickSpool
        All ticks, for the baselines and the levels.
    rests : sequence of Rest
        One a site; a site that never rests has no bursts.
    highest_uv : sequence of float or None
        Loudest level of each site.
    window_s, delay_s : float
        Of the short RMS and of the filter; onsets are corrected for both.
    """

    def __init__(
        self,
        spool: TickSpool,
        rests: Sequence[Rest],
        highest_uv: Sequence[float | None],
        *,
        tick_s: float,
        window_s: float,
        delay_s: float,
    ) -> None:
        self._spool = spool
        self._tick_s = tick_s
        self._finders: list[BurstFinder | None] = []
        self._found: list[list[Burst]] = [[] for _ in rests]
        for column, (rest, top_uv) in enumerate(zip(rests, highest_uv, strict=True)):
            baseline = None if rest.ticks is None else self._baseline(rest.ticks, column, top_uv)
            self._finders.append(
                None
                if baseline is None
                else BurstFinder(tick_s, *baseline, window_s=window_s, delay_s=delay_s)
            )

    def _baseline(
        self, ticks: tuple[int, int], column: int, top_uv: float | None
    ) -> tuple[float, float] | None:
        """Mean and standard deviation of the short RMS at rest."""
        short = moments(self._spool, "short_uv", *ticks)
        mean, sd = reading(short.mean[column]), reading(short.sd[column])
        if mean is None or sd is None or top_uv is None:
            return None
        least = SILENCE_SHARE * top_uv
        return max(mean, least), max(sd, least)

    def push(self, levels: Activations, first_tick: int) -> None:
        """Take the next ticks; before ``first_tick`` nothing is found."""
        short = readings(levels, "short_uv", IS_UNREADABLE)
        short[levels.samples < first_tick * levels.spacing] = np.nan
        for finder, found, column in zip(self._finders, self._found, short.T, strict=True):
            if finder is not None:
                found += finder.push(np.ascontiguousarray(column))

    def finish(self) -> list[list[Burst]]:
        """Bursts of every site; one that lasts to the end of the recording ends with it."""
        for finder, found in zip(self._finders, self._found, strict=True):
            if finder is not None:
                found += finder.finish()
        return self._found

    def report(
        self, burst: Burst, column: int, reference: SiteReference | None, bandwidth_hz: float | None
    ) -> tuple[BurstReport, float, int]:
        """Measure one burst.

        Returns
        -------
        BurstReport
            Its level and error.
        float
            Its energy: mean power times ticks.
        int
            Its ticks with a reading.
        """
        start, stop = self._ticks_of(burst)
        power = moments(self._spool, "power_uv2", start, stop)
        count, mean = int(power.count[column]), reading(power.mean[column])
        rms_uv = None if mean is None else math.sqrt(mean)
        pct = None
        if rms_uv is not None and reference is not None and reference.method is not Method.SUBMAX:
            pct = 100.0 * float(remove_rest(rms_uv, reference.rest_uv)) / reference.span_uv
        error = None
        if rms_uv is not None and bandwidth_hz:
            error = rms_cv_pct(bandwidth_hz, count * self._tick_s)
        told = BurstReport(
            onset_s=burst.onset_s, offset_s=burst.offset_s, rms_uv=rms_uv, pct_mvc=pct, rms_cv_pct=error
        )
        return (told, 0.0, 0) if mean is None else (told, mean * count, count)

    def _ticks_of(self, burst: Burst) -> tuple[int, int]:
        """Ticks from onset to offset; as the level shows them where one of both was not seen."""
        start, stop = burst.start_tick, burst.stop_tick
        if burst.onset_s is not None:
            start = math.ceil(max(0.0, burst.onset_s / self._tick_s))
        if burst.offset_s is not None:
            stop = math.ceil(burst.offset_s / self._tick_s)
        return start, stop
