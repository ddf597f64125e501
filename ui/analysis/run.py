"""A file or a session's folder through the chain: from what was asked for to the numbers and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from calibrations.calibration import Calibration
from calibrations.checks import CalibrationMismatch, Occasion, check_fits, mismatch
from calibrations.store import CalibrationUnreadable, load, parse
from emg.activation import Reference
from emg.analysis import (
    AnalysisError,
    AnalysisPlan,
    AnalysisReport,
    Span,
    SpoolError,
    WorkWindow,
    analyze_blocks,
)
from emg.blocks import EndOfSource, SampleBlock, StreamInfo
from emg.filters import BandError, FilterSettings
from emg.foreign import plain
from emg.montage import Montage, MontageError
from emg.pipeline import ChainSettings
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError, read_events, read_session
from emg.session.folder import RecordingError
from emg.session.model import FilterFacts, SessionRecord
from emg.stage import Event
from hardware.files import FileSource, FileUnreadable, describe, open_file
from ui.analysis.files import AnalysisFolder
from ui.analysis.holds import (
    by_own_references,
    counted,
    reference_left_behind,
    row_contexts,
    scored_windows,
)
from ui.analysis.notes import CALIBRATION_UNCHECKED, CAUSAL_CALIBRATION, OTHER_FILTER, own_unfit, taken_out
from ui.analysis.request import (
    AnalysisRequest,
    RequestError,
    efforts_of,
    site_columns,
    span_of,
    work_of,
)
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.session.plan import MAINS, chain_settings
from ui.session.recording import NOBODY
from ui.session.records import chain_record, filter_facts, software

LONGEST_WINDOW_S: Final = 60.0
"""Of a moving RMS; the longest in use is 0.5 s."""

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


@dataclass(frozen=True, slots=True)
class _Subject:
    """A recording, open to be read, and what is known about it.

    Attributes
    ----------
    record, events
        Of a session or recording; None and empty for a plain file.
    channels : dict
        Channel of each site on the board, where that is known.
    """

    source: FileSource
    info: StreamInfo
    montage: Montage
    chain: ChainSettings
    record: SessionRecord | None = None
    events: tuple[Event, ...] = ()
    channels: dict[str, int] = field(default_factory=dict)

    def blocks(self) -> Iterator[SampleBlock]:
        """Every block, once."""
        try:
            while True:
                yield self.source.read(0.0)
        except EndOfSource:
            return
        finally:
            self.source.close()


@dataclass(frozen=True, slots=True)
class _Basis:
    """What percentages are built on.

    Attributes
    ----------
    reference : Reference or None
        Of a calibration.
    origin : str or None
        ``calibration``, ``session`` or ``windows``.
    notes : tuple of str
        What to know about it.
    """

    reference: Reference | None = None
    origin: str | None = None
    notes: tuple[str, ...] = ()


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
    subject = _opened(request)
    basis = _basis(request, subject)
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
    notes = (*subject.source.warnings, *basis.notes, *note)
    with ExitStack() as held:
        folder: AnalysisFolder | None = None
        if request.out is not None:
            contexts = row_contexts(subject.events)
            new = AnalysisFolder.new(request.out, subject.info, subject.montage.names, contexts)
            folder = held.enter_context(new)
        report = analyze_blocks(
            subject.info,
            subject.blocks(),
            plan,
            progress=lambda _: on_progress(subject.source.fraction),
            on_ticks=None if folder is None else folder.add,
        )
        told = report.as_json() | {
            "file": str(request.path),
            "reference_from": basis.origin if any(s.mvc_uv for s in report.sites.values()) else None,
            "windows": _windows_json(plan),
            "filter": _filter_json(subject),
            "software": software().model_dump(mode="json"),
            "notes": list(notes),
        }
        if folder is not None:
            folder.finish(report, told)
    path = None if folder is None else folder.path
    return Analysis(report, told | {"path": None if path is None else str(path)}, notes, path)


def _work(request: AnalysisRequest, subject: _Subject) -> tuple[tuple[WorkWindow, ...], tuple[str, ...]]:
    """Give the windows that are looked at, and what to know of those that are not."""
    if request.work:
        return work_of(request.work), ()
    scored = tuple(counted(subject.events, subject.info.fs_hz))
    work = scored_windows(subject.events, subject.info.fs_hz)
    n_out = len(scored) - len(work)
    return work, (taken_out(n_out),) if n_out else ()


def _opened(request: AnalysisRequest) -> _Subject:
    if request.path.is_dir():
        return _opened_folder(request)
    if request.sites is None:
        names = ", ".join(
            column.name for column in describe(request.path, header=request.header, skip=request.skip).signals
        )
        raise RequestError(
            Said("Say which column is which muscle, --sites SITE=COLUMN,...: it has {names}.", names=names)
        )
    montage, columns = site_columns(request.sites)
    source = open_file(
        request.path,
        columns=columns,
        fs_hz=request.fs_hz,
        unit=request.unit,
        scale=request.scale,
        header=request.header,
        skip=request.skip,
    )
    _check_columns(montage, source)
    info = source.open()
    return _Subject(source, info, montage, _chain(request, info, None))


def _opened_folder(request: AnalysisRequest) -> _Subject:
    """Open a session or recording: sites, rate, unit and filters are its own."""
    if request.says_how_to_read:
        raise RequestError(
            Said(
                "A session says itself how it is read: leave --fs, --unit, --scale, --no-header and "
                "--skip out."
            )
        )
    record = read_session(request.path)
    if request.sites is not None:
        montage, columns = site_columns(request.sites)
    elif record.montage:
        montage, columns = _in_order(record.montage, request.path)
    else:
        raise RequestError(
            Said("This recording does not say its sites: name them with --sites SITE=CHANNEL,....")
        )
    source = open_file(request.path, columns=columns)
    _check_columns(montage, source)
    info = source.open()
    places = [record.channel_names.index(column.name) + 1 for column in source.columns]
    return _Subject(
        source,
        info,
        montage,
        _chain(request, info, record.filters),
        record,
        tuple(read_events(request.path)),
        dict(zip(montage.names, places, strict=True)),
    )


def _in_order(channels: dict[str, int], folder: Path) -> tuple[Montage, tuple[str, ...]]:
    """Put the sites of a session on channels 1, 2 ..., and name their columns in its file."""
    try:
        montage = Montage.of({plain(name, 200): number for number, name in enumerate(channels, start=1)})
    except MontageError as error:
        raise SessionReadError(
            Said("{folder} does not say what was measured: {fault}", folder=str(folder), fault=said_by(error))
        ) from error
    return montage, tuple(map(str, channels.values()))


def _check_columns(montage: Montage, source: FileSource) -> None:
    """Refuse one column for two sites, under whatever names."""
    given: dict[int, str] = {}
    for site, column in zip(montage.names, source.columns, strict=True):
        if id(column) in given:
            raise RequestError(
                Said(
                    "Column {column} is given to {first} and {site}: each site needs its own.",
                    column=column.name,
                    first=given[id(column)],
                    site=site,
                )
            )
        given[id(column)] = site


def _chain(request: AnalysisRequest, info: StreamInfo, facts: FilterFacts | None) -> ChainSettings:
    """Choose the chain: that of the session, else the one of its rate."""
    if facts is None or facts.band_hz is None:
        chain = chain_settings(info, None)
    else:
        windows_s = facts.rms_bar_s, facts.rms_ratio_s, facts.rms_onset_s
        if max(windows_s) > LONGEST_WINDOW_S:
            raise SessionReadError(
                Said(
                    "{path} says that its levels are means of {length} s.",
                    path=str(request.path),
                    length=f"{max(windows_s):g}",
                )
            )
        try:
            filters = FilterSettings(*facts.band_hz, facts.notch_hz)
            chain = ChainSettings(filters, *windows_s)
        except ValueError as error:
            raise SessionReadError(
                Said(
                    "{path} was filtered in a way that cannot be: {fault}",
                    path=str(request.path),
                    fault=said_by(error),
                )
            ) from error
    if request.mains is not None:
        chain = replace(chain, filters=replace(chain.filters, notch_hz=MAINS[request.mains]))
    return replace(chain, zero_phase=request.zero_phase)


def _basis(request: AnalysisRequest, subject: _Subject) -> _Basis:
    """Find rest and maximum: as asked for, else from the session's own calibration."""
    if request.calibration is not None:
        if request.rest or request.mvc:
            raise RequestError(Said("A calibration has rest and maximum: leave --rest and --mvc out."))
        calibration = load(request.calibration)
        _check_calibration(calibration, subject)
        notes = () if subject.record else (CALIBRATION_UNCHECKED,)
        return _Basis(calibration.reference(), "calibration", notes)
    if request.rest or request.mvc:
        return _Basis(origin="windows")
    if subject.record is None:
        return _Basis()
    if subject.record.calibration is None:
        return _left_behind(request, subject)
    own = _own_calibration(subject.record.calibration)
    if subject.chain.zero_phase or own.chain != chain_record(subject.info, subject.chain):
        return _Basis(notes=(OTHER_FILTER,))
    reason = mismatch(own, _occasion_of(subject.record, own))
    if reason:
        return _Basis(notes=(own_unfit(reason),))
    sites = {
        name: reference
        for name, reference in own.reference().sites.items()
        if subject.channels.get(name) == own.sites[name].channel
    }
    return _Basis(Reference(sites), "session")


def _left_behind(request: AnalysisRequest, subject: _Subject) -> _Basis:
    """Find what the holds of a session were measured by that ended without a reference in force."""
    reference = reference_left_behind(subject.events)
    if reference is None:
        return _Basis()
    if request.zero_phase or request.mains is not None:
        return _Basis(notes=(OTHER_FILTER,))
    return _Basis(reference, "session")


def _own_calibration(fields: dict[str, Any]) -> Calibration:
    try:
        return parse(fields, Said("The calibration in session.json"))
    except CalibrationUnreadable as error:
        raise CalibrationUnreadable(
            Said("{fault} Or give another one with --calibration.", fault=said_by(error))
        ) from error


def _occasion_of(record: SessionRecord, own: Calibration) -> Occasion:
    """Say what a session's own calibration must fit, as far as the record tells; its chain is known to.

    One that was loaded must have held when the session began, one measured in it before its end.
    """
    measured_in_it = own.made_at > record.started_at
    return Occasion(
        athlete=record.athlete,
        source_id=record.source_id,
        unit=record.unit.value,
        chain=own.chain,
        channels=record.montage,
        now=(record.ended_at or own.made_at) if measured_in_it else record.started_at,
        serial=record.serial,
        placement_id=_placement_id(record),
    )


def _check_calibration(calibration: Calibration, subject: _Subject) -> None:
    """Refuse a calibration made for something else, as far as the recording says what it is.

    Raises
    ------
    CalibrationMismatch
        With the first thing that does not fit.
    """
    if subject.chain.zero_phase:
        raise CalibrationMismatch(CAUSAL_CALIBRATION)
    chain = chain_record(subject.info, subject.chain)
    channels = {name: site.channel for name, site in calibration.sites.items()}
    record = subject.record
    if record is None:  # a plain file says neither whose it is nor with what or when it was recorded
        chain = chain.model_copy(update={"gain": calibration.chain.gain})
        measured = {name: channels.get(name, 0) for name in subject.montage.names}
        athlete, source_id, now = calibration.athlete, calibration.source_id, calibration.made_at
    else:
        measured = subject.channels
        athlete = calibration.athlete if record.athlete == NOBODY else record.athlete
        source_id, now = record.source_id, record.ended_at or record.started_at
    serial, placement_id = ("", None) if record is None else (record.serial, _placement_id(record))
    unit = subject.info.unit.value
    check_fits(
        calibration,
        Occasion(athlete, source_id, unit, chain, channels | measured, now, serial, placement_id),
    )


def _placement_id(record: SessionRecord) -> str | None:
    return None if record.placement is None else str(record.placement.get("id", ""))


def _windows_json(plan: AnalysisPlan) -> dict[str, Any]:
    """List the windows that the numbers were taken from."""
    return {
        "rest": None if plan.rest is None else _edges(plan.rest),
        "mvc": {site: [_edges(span) for span in spans] for site, spans in plan.mvc.items()},
        "work": [{"side": window.side.value, "window": _edges(window.span)} for window in plan.work],
    }


def _edges(span: Span) -> list[float]:
    return [span.start_s, span.stop_s]


def _filter_json(subject: _Subject) -> dict[str, Any]:
    facts = filter_facts(subject.chain, subject.info)
    return facts.model_copy(update={"causal": not subject.chain.zero_phase}).model_dump(mode="json")
