"""Rest and maximum of a recording: from its own windows, from its quietest stretch, or from a calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from emg.activation import Reference, SiteReference, reading
from emg.analysis.plan import AnalysisError, AnalysisPlan, Span
from emg.analysis.stretches import moments, quietest, readings
from emg.analysis.tick_spool import TickSpool
from emg.artefacts import MAX_RMS_UV
from emg.blocks import Unit
from emg.maximum import MVC_REST_FACTOR, best_of_effort_uv, best_window_s, maximum_of, pieces
from emg.pipeline import Pipeline
from emg.quality import SPOILS_EFFORT
from emg.said import Said

WINDOW, QUIETEST, CALIBRATION = "window", "quietest", "calibration"


@dataclass(frozen=True, slots=True)
class Rest:
    """Rest of one site.

    Attributes
    ----------
    ticks : tuple of (int, int), or None
        Where the muscle rests: the first tick, and the one after the last. None where it never does.
    level_uv : float or None
        RMS there, or that of the calibration.
    origin : str or None
        ``window``, ``quietest`` or ``calibration``.
    """

    ticks: tuple[int, int] | None
    level_uv: float | None
    origin: str | None


class Levels:
    """Finds the levels of a plan's windows.

    Parameters
    ----------
    plan : AnalysisPlan
        Windows, or a calibration's reference.
    pipeline : Pipeline
        The chain that made the ticks.
    spool : TickSpool
        All ticks.
    first_tick : int
        Ticks before this one are left out of the quietest stretch.

    Attributes
    ----------
    warnings : list of str
        Codes of what could not be had.
    """

    def __init__(self, plan: AnalysisPlan, pipeline: Pipeline, spool: TickSpool, first_tick: int) -> None:
        self._plan = plan
        self._fs_hz, self._spacing = pipeline.fs_hz, pipeline.spacing
        self._tick_s = pipeline.spacing / pipeline.fs_hz
        self._notched = pipeline.settings.filters.notch_hz is not None
        self._sites = pipeline.sites
        self._ceiling_uv = MAX_RMS_UV if pipeline.unit is Unit.MICROVOLT else math.inf
        self._spool = spool
        self._first_tick = first_tick
        self.warnings: list[str] = []

    def rests(self) -> list[Rest]:
        """Rest of every site."""
        plan, known = self._plan, {} if self._plan.reference is None else self._plan.reference.sites
        stretches: Sequence[tuple[int, int] | None]
        if plan.rest is None:
            stretches, origin = quietest(self._spool, self._first_tick, self._tick_s), QUIETEST
        else:
            stretches, origin = [plan.rest.ticks(self._fs_hz, self._spacing)] * len(self._sites), WINDOW
        found = []
        for column, (site, ticks) in enumerate(zip(self._sites, stretches, strict=True)):
            if site in known:
                found.append(Rest(ticks, known[site].rest_uv, CALIBRATION))
                continue
            level_uv = None if ticks is None else self._level_uv(ticks, column)
            if level_uv is None:
                self.warnings.append(f"no_rest:{site}")
            found.append(Rest(ticks, level_uv, None if level_uv is None else origin))
        return found

    def reference(self, rests: Sequence[Rest]) -> Reference:
        """Rest and maximum of the sites that have both.

        Raises
        ------
        AnalysisError
            If a maximum is not above its rest.
        """
        plan = self._plan
        if plan.reference is not None:
            return plan.reference
        found = {}
        for site, spans in plan.mvc.items():
            column = self._sites.index(site)
            maximum = self._maximum(site, column, spans)
            rest_uv = rests[column].level_uv
            if maximum is None or rest_uv is None:
                continue
            mvc_uv, cv_pct = maximum
            if mvc_uv <= rest_uv:
                raise AnalysisError(
                    Said(
                        "The maximum of {site} ({maximum}) is not above its rest ({rest}): give the windows "
                        "in which it works and in which it rests.",
                        site=site,
                        maximum=f"{mvc_uv:.3g}",
                        rest=f"{rest_uv:.3g}",
                    )
                )
            if mvc_uv < MVC_REST_FACTOR * rest_uv:  # a live session refuses it
                self.warnings.append(f"mvc_small:{site}")
            found[site] = SiteReference(rest_uv, mvc_uv, mvc_cv_pct=cv_pct)
        return Reference(found)

    def _maximum(self, site: str, column: int, spans: Sequence[Span]) -> tuple[float, float] | None:
        """Maximum and repeatability of one site, None if no effort of it can be used."""
        bests = [best for span in spans if (best := self._best_uv(span, column)) is not None]
        if len(bests) < len(spans):
            self.warnings.append(f"mvc_spoilt:{site}")
        if not bests:
            return None
        return maximum_of(bests, self._fs_hz, sum(span.length_s for span in spans) / len(spans))

    def _best_uv(self, span: Span, column: int) -> float | None:
        """Highest RMS window of one effort, by the rule of a live session; None where no muscle made one.

        Raises
        ------
        AnalysisError
            If the effort is shorter than the window.
        """
        start, stop = span.ticks(self._fs_hz, self._spacing)
        window_s = best_window_s(self._fs_hz)
        n_ticks = round(window_s / self._tick_s)
        if stop - start < n_ticks:
            raise AnalysisError(
                Said(
                    "The effort {span} is too short: a maximum is taken over {window} s at {rate} "
                    "samples a second.",
                    span=str(span),
                    window=f"{window_s:g}",
                    rate=f"{self._fs_hz:g}",
                )
            )
        found = [
            self._best_of_piece_uv(start + piece.start, start + piece.stop, column)
            for piece in pieces(stop - start, self._tick_s)
        ]
        return max((best_uv for best_uv in found if best_uv is not None), default=None)

    def _best_of_piece_uv(self, start: int, stop: int, column: int) -> float | None:
        levels = self._spool.read(start, stop)
        power_uv2, sample_uv = (
            readings(levels, name, SPOILS_EFFORT)[:, column] for name in ("power_uv2", "sample_uv")
        )
        return best_of_effort_uv(
            power_uv2, self._tick_s, self._fs_hz, sample_uv, self._ceiling_uv, notched=self._notched
        )

    def _level_uv(self, ticks: tuple[int, int], column: int) -> float | None:
        power = reading(moments(self._spool, "power_uv2", *ticks).mean[column])
        return None if power is None else math.sqrt(power)
