"""What an analysis came to, as rows and sentences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, TypeAlias

from emg.analysis.report import AnalysisReport, SideReport, SidesReport, SiteReport
from emg.blocks import Unit
from emg.montage import Side
from emg.statistics import MeanSd
from ui.reading.summary_table import findings
from ui.words import analysis_words, board_words, figures, words
from ui.words.analysis_words import SIDE_ROWS
from ui.words.reference_words import with_doubts

Row: TypeAlias = tuple[str, ...]

SIDE_HEADINGS: Final[Row] = ("", words.LEGS[Side.LEFT], words.LEGS[Side.RIGHT])


def headline(report: AnalysisReport) -> str:
    """Length, rate and filter, in one line."""
    length, rate = figures.number(report.duration_s, ".1f"), figures.number(report.fs_hz, "g")
    parts = [analysis_words.LENGTH_AND_RATE.format(length=length, rate=rate)]
    if report.lost_samples:
        parts.append(analysis_words.SAMPLES_LOST.format(n=report.lost_samples))
    if report.band_hz is not None:
        parts.append("{}-{} Hz".format(*(figures.number(edge, "g") for edge in report.band_hz)))
        if report.notch_hz:
            parts.append(analysis_words.NOTCH.format(frequency=figures.number(report.notch_hz, "g")))
        parts.append(analysis_words.ZERO_PHASE if report.zero_phase else analysis_words.CAUSAL)
    return ", ".join(parts)


def site_rows(report: AnalysisReport) -> list[Row]:
    """One row a site."""
    return [_site_row(name, site, report.unit) for name, site in report.sites.items()]


def side_rows(sides: SidesReport) -> list[Row]:
    """Give the work windows, one column a side."""
    left, right = (sides.sides[side.value] for side in Side)
    return [(title, _side_cell(row, left), _side_cell(row, right)) for row, title in SIDE_ROWS.items()]


def sentences(report: AnalysisReport) -> list[str]:
    """One sentence a comparison, with its interval; then the warnings."""
    summary: dict[str, Any] = {"warnings": report.warnings}
    if report.sides is not None:
        summary["glute_lsi_pct"] = asdict(report.sides.glute.lsi_pct)
        summary["ham_lsi_pct"] = asdict(report.sides.ham.lsi_pct)
        summary["diagonal"] = {name: asdict(one) for name, one in report.sides.diagonal.items()}
    guessed = any(site.rest_from == "quietest" for site in report.sites.values())
    return [*([analysis_words.QUIETEST] if guessed else []), *findings(summary)]


def level_words(level: float | None, unit: Unit) -> str:
    """``12.3 µV``; without a unit where it is arbitrary."""
    if unit is Unit.MICROVOLT or level is None:
        return figures.microvolt_words(level)
    return figures.number(level, ".4g")


def _site_row(name: str, site: SiteReport, unit: Unit) -> Row:
    return (
        words.site_words(name),
        level_words(site.rms_uv, unit),
        words.NONE if site.rms_cv_pct is None else f"± {figures.number(site.rms_cv_pct, '.1f')} %",
        level_words(site.envelope_max_uv, unit),
        level_words(site.rest_uv, unit),
        level_words(site.mvc_uv, unit),
        str(len(site.bursts)),
        board_words.VERDICTS.get(site.verdict, site.verdict),
    )


def _side_cell(row: str, side: SideReport) -> str:
    match row:
        case "n_windows":
            return str(side.n_windows)
        case "glute":
            return _mean_words(side.glute_pct_mvc)
        case "ham":
            return _mean_words(side.ham_pct_mvc)
        case "ratio":
            return with_doubts(figures.ratio_words(side.ratio), side.doubts)
        case _:
            return with_doubts(figures.percent_words(side.glute_share_pct), side.doubts)


def _mean_words(found: MeanSd) -> str:
    if found.mean is None or found.sd is None:
        return figures.percent_words(found.mean)
    return f"{found.mean:.0f} ± {found.sd:.0f} %"
