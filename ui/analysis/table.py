"""What an analysis came to, as rows and sentences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, TypeAlias

from emg.analysis.report import AnalysisReport, SideReport, SidesReport, SiteReport
from emg.blocks import Unit
from emg.montage import Side
from emg.statistics import MeanSd
from ui.reading.summary_table import findings
from ui.words import board_words, figures, words
from ui.words.reference_words import with_doubts

Row: TypeAlias = tuple[str, ...]

SITE_HEADINGS: Final[Row] = ("", "RMS", "error", "highest", "rest", "MVC", "bursts", "contact")
SIDE_HEADINGS: Final[Row] = ("", words.LEGS[Side.LEFT], words.LEGS[Side.RIGHT])
SIDE_ROWS: Final = {
    "n_windows": "Work windows",
    "glute": words.SUMMARY_ROWS["glute"],
    "ham": words.SUMMARY_ROWS["ham"],
    "ratio": words.SUMMARY_ROWS["ratio"],
    "share": "Glute's share",
}
ZERO_PHASE: Final = "zero-phase: filtered forwards and backwards, so it differs from the live numbers"
CAUSAL: Final = "causal: filtered as live"
QUIETEST: Final = "Rest is the quietest stretch that was found: say where it is with --rest."


def headline(report: AnalysisReport) -> str:
    """Length, rate and filter, in one line."""
    parts = [f"{report.duration_s:.1f} s at {report.fs_hz:g} Hz"]
    if report.lost_samples:
        parts.append(f"{report.lost_samples} samples lost")
    if report.band_hz is not None:
        parts.append("{:g}-{:g} Hz".format(*report.band_hz))
        parts += [f"notch {report.notch_hz:g} Hz"] if report.notch_hz else []
        parts.append(ZERO_PHASE if report.zero_phase else CAUSAL)
    return ", ".join(parts)


def site_rows(report: AnalysisReport) -> list[Row]:
    """One row a site."""
    return [_site_row(name, site, report.unit) for name, site in report.sites.items()]


def side_rows(sides: SidesReport) -> list[Row]:
    """Give the work windows, one column a side."""
    left, right = (sides.sides[side.value] for side in Side)
    return [(SIDE_ROWS[row], _side_cell(row, left), _side_cell(row, right)) for row in SIDE_ROWS]


def sentences(report: AnalysisReport) -> list[str]:
    """One sentence a comparison, with its interval; then the warnings."""
    summary: dict[str, Any] = {"warnings": report.warnings}
    if report.sides is not None:
        summary["glute_lsi_pct"] = asdict(report.sides.glute.lsi_pct)
        summary["ham_lsi_pct"] = asdict(report.sides.ham.lsi_pct)
        summary["diagonal"] = {name: asdict(one) for name, one in report.sides.diagonal.items()}
    guessed = any(site.rest_from == "quietest" for site in report.sites.values())
    return [*([QUIETEST] if guessed else []), *findings(summary)]


def level_words(level: float | None, unit: Unit) -> str:
    """``12.3 µV``; without a unit where it is arbitrary."""
    if unit is Unit.MICROVOLT or level is None:
        return figures.microvolt_words(level)
    return f"{level:.4g}"


def _site_row(name: str, site: SiteReport, unit: Unit) -> Row:
    return (
        words.site_words(name),
        level_words(site.rms_uv, unit),
        words.NONE if site.rms_cv_pct is None else f"± {site.rms_cv_pct:.1f} %",
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
