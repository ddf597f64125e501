"""A whole recording analysed, through the chain and by the definitions of a live session."""

from emg.analysis.plan import AnalysisError, AnalysisPlan, Span, WorkWindow
from emg.analysis.report import AnalysisReport, BurstReport, SideReport, SiteReport, SymmetryReport
from emg.analysis.run import analyze_blocks
from emg.analysis.tick_spool import SpoolError

__all__ = [
    "AnalysisError",
    "AnalysisPlan",
    "AnalysisReport",
    "BurstReport",
    "SideReport",
    "SiteReport",
    "Span",
    "SpoolError",
    "SymmetryReport",
    "WorkWindow",
    "analyze_blocks",
]
