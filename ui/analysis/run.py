"""A file or a session's folder through the chain: from what was asked for to the numbers and the files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from calibrations.checks import CalibrationMismatch
from calibrations.store import CalibrationUnreadable
from emg.analysis import (
    AnalysisError,
    AnalysisPlan,
    AnalysisReport,
    SpoolError,
    WorkWindow,
    analyze_blocks,
)
from emg.filters import BandError
from emg.montage import MontageError
from emg.session.bundle import SessionReadError
from emg.session.folder import RecordingError
from hardware.files import FileUnreadable
from ui.analysis.basis import basis_of
from ui.analysis.files import AnalysisFolder
from ui.analysis.holds import by_own_references, counted, row_contexts, scored_windows
from ui.analysis.notes import taken_out
from ui.analysis.request import AnalysisRequest
from ui.analysis.subject import Subject, subject_of
from ui.analysis.typed import RequestError, efforts_of, span_of, windows_json, work_of
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.session.records import filter_facts, software

EXIT_CODES: Final[dict[type[Exception], int]] = {
    RequestError: EXIT_USAGE,
    MontageError: EXIT_USAGE,
    RecordingError: EXIT_USAGE,
    SpoolError: EXIT_USAGE,
    FileUnreadable: EXIT_FILE,
    SessionReadError: EXIT_FILE,
    AnalysisError: EXIT_FILE,
    BandError: EXIT_FILE,
    CalibrationUnreadable: EXIT_FILE,
    CalibrationMismatch: EXIT_REFUSED,
}
"""How the command ends for each thing that can be wrong; all of them say what to do in one sentence."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A finished analysis.

    Attributes
    ----------
    report : AnalysisReport
        What was found.
    told : dict
        The object of ``--json``.
    notes : tuple of str
        Sentences to read before believing the numbers.
    folder : Path or None
        Where it was written.
    """

    report: AnalysisReport
    told: dict[str, Any]
    notes: tuple[str, ...] = ()
    folder: Path | None = None


def analyze(request: AnalysisRequest, on_progress: Callable[[float], None]) -> Analysis:
    """Read, analyse, and write where a folder was asked for.

    Parameters
    ----------
    request : AnalysisRequest
        What to do.
    on_progress : callable
        Hears the share of the file read, 0 to 1.

    Raises
    ------
    RequestError, MontageError
        What can be mended on the command line.
    FileUnreadable, SessionReadError, AnalysisError, BandError
        What is wrong with the file or a window of it.
    CalibrationUnreadable, CalibrationMismatch
        About the calibration.
    RecordingError, SpoolError
        About the disk.
    """
    subject = subject_of(request)
    basis = basis_of(request, subject)
    work, note = _work(request, subject)
    if basis.origin == "session" and basis.reference is not None and not request.work:
        work = by_own_references(work, subject.events, basis.reference, subject.info.fs_hz)
    plan = AnalysisPlan(
        montage=subject.montage,
        chain=subject.chain,
        from_s=request.from_s,
        rest=None if request.rest is None else span_of(request.rest),
        mvc=efforts_of(request.mvc, subject.montage),
        work=work,
        reference=basis.reference,
    )
    notes = (*subject.file.source.warnings, *basis.notes, *note)
    with ExitStack() as held:
        folder: AnalysisFolder | None = None
        if request.out is not None:
            contexts = row_contexts(subject.events)
            new = AnalysisFolder.new(request.out, subject.info, subject.montage.names, contexts)
            folder = held.enter_context(new)
        report = analyze_blocks(
            subject.info,
            subject.file.blocks(on_progress),
            plan,
            on_ticks=None if folder is None else folder.add,
        )
        told = report.as_json() | {
            "file": str(request.file.path),
            "reference_from": basis.origin if any(s.mvc_uv for s in report.sites.values()) else None,
            "windows": windows_json(plan),
            "filter": _filter_json(subject),
            "software": software().model_dump(mode="json"),
            "notes": list(notes),
        }
        if folder is not None:
            folder.finish(report, told)
    path = None if folder is None else folder.path
    return Analysis(report, told | {"path": None if path is None else str(path)}, notes, path)


def _work(request: AnalysisRequest, subject: Subject) -> tuple[tuple[WorkWindow, ...], tuple[str, ...]]:
    """Give the windows that are looked at, and what to know of those that are not."""
    if request.work:
        return work_of(request.work), ()
    scored = tuple(counted(subject.events, subject.info.fs_hz))
    work = scored_windows(subject.events, subject.info.fs_hz)
    n_out = len(scored) - len(work)
    return work, (taken_out(n_out),) if n_out else ()


def _filter_json(subject: Subject) -> dict[str, Any]:
    facts = filter_facts(subject.chain, subject.info)
    return facts.model_copy(update={"causal": not subject.chain.zero_phase}).model_dump(mode="json")
