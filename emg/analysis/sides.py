"""Work windows side by side: every one is scored as a test hold is, and summarised as a session is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emg.activation import Reference
from emg.analysis.plan import WorkWindow
from emg.analysis.report import SideReport, SidesReport, SymmetryReport
from emg.analysis.stretches import readings
from emg.analysis.tick_spool import TickSpool
from emg.blocks import FloatArray
from emg.montage import Side
from emg.pipeline import Pipeline
from emg.results import HoldResult, Method, Outcome, Role, Until
from emg.session.evidence import comparison_of
from emg.session.summary import summarise
from emg.sets.score import SILENT, MuscleScore, level_score, quotients
from emg.similarity import falconer_winter_pct, rudolph
from emg.statistics import MeanSd, mean_sd
from emg.symmetry import symmetry_angle_pct, symmetry_index_pct


@dataclass(frozen=True, slots=True, eq=False)
class _Levels:
    """One window: tick powers and %MVC of every site, NaN where the contact does not carry them."""

    sites: tuple[str, ...]
    power_uv2: FloatArray
    pct_mvc: FloatArray

    @classmethod
    def read(cls, spool: TickSpool, pipeline: Pipeline, ticks: tuple[int, int]) -> _Levels:
        parts = [pipeline.normalise(part) for part in spool.chunks(*ticks)]
        power, pct = (
            np.concatenate([readings(part, name) for part in parts]) for name in ("power_uv2", "pct_mvc")
        )
        return cls(pipeline.sites, power, pct)

    def of(self, name: str, site: str) -> FloatArray | None:
        """One site's column, None if it is not measured."""
        found: FloatArray = getattr(self, name)
        return found[:, self.sites.index(site)] if site in self.sites else None


def compare_sides(
    spool: TickSpool, pipeline: Pipeline, work: Sequence[WorkWindow], reference: Reference
) -> tuple[SidesReport, list[str]]:
    """Score the windows of both sides.

    Parameters
    ----------
    spool : TickSpool
        The recording.
    pipeline : Pipeline
        With the reference of the recording.
    work : sequence of WorkWindow
        At least one.
    reference : Reference
        Rest and maximum, where a window does not bring its own.

    Returns
    -------
    SidesReport
        By the definitions of summary.json.
    list of str
        Warnings, as in summary.json.
    """
    fs_hz, spacing = pipeline.fs_hz, pipeline.spacing
    ordered = sorted(work, key=lambda window: window.span.start_s)
    levels, holds = [], []
    for number, window in enumerate(ordered, start=1):
        pipeline.reference = in_force = window.reference or reference
        levels.append(_Levels.read(spool, pipeline, window.span.ticks(fs_hz, spacing)))
        holds.append(_scored(number, window.side, levels[-1], in_force))
    pipeline.reference = reference
    summary = summarise(holds, reference, sites=pipeline.sites)
    by_side = {
        side: [found for window, found in zip(ordered, levels, strict=True) if window.side is side]
        for side in Side
    }
    sides = {side.value: _side_report(side, summary, holds, by_side[side], reference) for side in Side}
    left, right = (sides[side.value] for side in Side)
    report = SidesReport(
        sides=sides,
        diagonal={name: comparison_of(found) for name, found in summary["diagonal"].items()},
        glute=_symmetry(summary["glute_lsi_pct"], left.glute_pct_mvc, right.glute_pct_mvc),
        ham=_symmetry(summary["ham_lsi_pct"], left.ham_pct_mvc, right.ham_pct_mvc),
    )
    return report, [str(warning) for warning in summary["warnings"]]


def _scored(number: int, side: Side, levels: _Levels, reference: Reference) -> HoldResult:
    """Score a window for its levels: it was said to be work: nothing is judged, as an import does."""
    sites = [f"{muscle}_{leg}" for leg in (side, side.other) for muscle in ("glute", "ham")]
    muscles = {site: _muscle(site, levels, reference) for site in sites}
    return HoldResult(
        hold=number,
        set_number=1,
        role=Role.TEST,
        until=Until.SET,
        side=side,
        valid=True,
        outcome=Outcome.SUCCESS,
        sites={site: scored.result for site, scored in muscles.items()},
        **quotients(muscles, side),
    )


def _muscle(site: str, levels: _Levels, reference: Reference) -> MuscleScore:
    """Score one site, as in a hold."""
    power, known = levels.of("power_uv2", site), reference.sites.get(site)
    return SILENT if power is None or known is None else level_score(power, known)


def _side_report(
    side: Side,
    summary: Mapping[str, Any],
    holds: Sequence[HoldResult],
    windows: Sequence[_Levels],
    reference: Reference,
) -> SideReport:
    found = summary["sides"][side.value]
    shares = [h.glute_share_pct for h in holds if h.side is side and h.glute_share_pct is not None]
    falconer_winter, rudolph_pct = _similarity(side, windows, reference)
    return SideReport(
        ratio=found["ratio_same_side"]["mean"],
        ratio_sd_factor=found["ratio_same_side"]["sd_factor"],
        glute_share_pct=mean_sd(shares).mean,
        n_windows=found["n_test"],
        glute_pct_mvc=MeanSd(**found["glute_pct_mvc"]),
        ham_pct_mvc=MeanSd(**found["ham_pct_mvc"]),
        falconer_winter_pct=falconer_winter,
        rudolph_pct=rudolph_pct,
        doubts=tuple(found["ratio_same_side"]["doubts"]),
    )


def _similarity(
    side: Side, windows: Sequence[_Levels], reference: Reference
) -> tuple[float | None, float | None]:
    """Likeness of the 250 ms envelopes of a side's two muscles over all its windows."""
    curves: list[FloatArray] = []
    for muscle in ("glute", "ham"):
        site = f"{muscle}_{side}"
        known = reference.sites.get(site)
        parts = [levels.of("pct_mvc", site) for levels in windows]
        whole = [part for part in parts if part is not None]
        if not whole or known is None or known.method is Method.SUBMAX:
            return None, None
        curves.append(np.concatenate(whole))
    return falconer_winter_pct(*curves), rudolph(*curves)


def _symmetry(lsi: Mapping[str, Any], left: MeanSd, right: MeanSd) -> SymmetryReport:
    return SymmetryReport(
        lsi_pct=comparison_of(lsi),
        index_pct=symmetry_index_pct(left.mean, right.mean),
        angle_pct=symmetry_angle_pct(left.mean, right.mean),
    )
