"""Another tool's recording as a session of an athlete: what the file does not say has to be said."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibrations.calibration import Calibration, SiteRecord
from emg.activation import Reference
from emg.analysis import AnalysisPlan, Span
from emg.analysis.reference import Levels
from emg.analysis.tick_spool import TickSpool
from emg.blocks import EndOfSource, SampleBlock, StreamInfo, as_recorded, split_finite
from emg.codes import EventKind
from emg.foreign import plain
from emg.montage import Montage
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import INVALID, VERDICTS
from emg.said import Said, said_by
from emg.session.bdf import storable_full_scale
from emg.session.bundle import SessionReadError, read_session
from emg.session.folder import SessionFolder
from emg.session.isek import isek_facts
from emg.session.model import SessionRecord
from emg.session.writer import SessionWriter
from emg.stage import Event
from hardware.files import FileSource, FileUnreadable, describe, open_file
from ui.analysis.holds import row_contexts
from ui.analysis.request import RequestError, efforts_of, site_columns, span_of, work_of
from ui.kept.athlete_lock import lock_if_known
from ui.kept.exercises import find_protocol
from ui.kept.home import check_athlete, sessions_folder
from ui.kept.import_holds import window_events, windows_scored
from ui.kept.library import athlete_library
from ui.session.plan import MAINS, chain_settings
from ui.session.records import chain_record, filter_facts, software
from ui.words import home_words, words

BOARD: Final = "import"
"""Stands for the board of a session that was recorded by another program."""

PREFIX: Final = "import"
"""Such sessions have a protocol of their own, so that no trend mixes them with live ones."""

MAX_HOLE_S: Final = 3600.0
"""A longer gap is two recordings in one file, and would be filled on the disk."""

SETTLED_S: Final = 0.5
"""Not taken for rest at the beginning, as in an analysis."""

LEAST_FULL_SCALE: Final = 0.001
HEADROOM: Final = 4.0
"""Where a file does not know its full scale: near the rail a level is not believed."""

DAY_ONLY: Final = 10
"""Characters of a date without a time."""


class AlreadyHere(Exception):
    """The very same file was imported before; the message says as which session."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the user asked for, as it was typed.

    Attributes
    ----------
    path : Path
        The file.
    athlete : str
        Id.
    date : str
        Day, or day and time, of sample 0.
    sites : str or None
        ``SITE=COLUMN,...``.
    fs_hz, unit, scale, header, skip
        How to read the file, where it does not say.
    protocol : str or None
        What was done.
    rest, mvc, work
        Windows in seconds, as ``powerhold analyze`` takes them.
    mains : str
        ``50``, ``60`` or ``off``.
    out : Path or None
        Parent of the new folder; None for the athlete's sessions.
    """

    path: Path
    athlete: str
    date: str
    sites: str | None = None
    fs_hz: float | None = None
    unit: str | None = None
    scale: float = 1.0
    header: bool = True
    skip: int = 0
    protocol: str | None = None
    rest: str | None = None
    mvc: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    mains: str = "off"
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A new session; ``notes`` are sentences to read before believing its numbers."""

    folder: Path
    record: SessionRecord
    n_holds: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Material:
    """A file that can be imported, and what is to be done with it."""

    source: FileSource
    info: StreamInfo
    plan: AnalysisPlan
    n_samples: int
    facts: dict[str, Any]

    @property
    def montage(self) -> Montage:
        return self.plan.montage

    @property
    def chain(self) -> ChainSettings:
        return self.plan.chain


def import_file(
    request: ImportRequest, now: datetime, on_progress: Callable[[float], None] = lambda _: None
) -> Imported:
    """Make a session of a file.

    Parameters
    ----------
    request : ImportRequest
        What is known of it.
    now : datetime
        With time zone: no recording is of later.
    on_progress : callable
        Hears the share that is done, 0 to 1.

    Raises
    ------
    RequestError, MontageError, ProtocolError, AthleteError
        What can be mended on the command line.
    FileUnreadable, AnalysisError, BandError
        What is wrong with the file, or a window of it.
    AlreadyHere
        If the same file is one of the athlete's sessions.
    AthleteBusy
        If another program works in the athlete's folder.
    RecordingError, SpoolError
        If the disk refuses. After each of these nothing is left behind.
    """
    athlete, started_at = check_athlete(request.athlete), started_of(request.date, now)
    exercise = None if request.protocol is None else find_protocol(request.protocol)
    material = _material(request, on_progress)
    _check_new(athlete, material.info.source_id)
    protocol = PREFIX if exercise is None else f"{PREFIX}_{exercise.code}"
    with nullcontext() if request.out else lock_if_known(athlete):
        folder = SessionFolder.create(request.out or sessions_folder(athlete), protocol, started_at)
        try:
            record = SessionRecord.of_stream(
                material.info,
                material.montage,
                session_id=folder.name,
                kind="session",
                athlete=athlete,
                protocol=protocol,
                started_at=started_at,
                software=software(),
            ).amended(
                exercise=None if exercise is None else exercise.model_dump(mode="json", by_alias=True),
                plan={"import": material.facts},
                filters=filter_facts(material.chain, material.info),
                isek=isek_facts(material.montage.names),
            )
            written = _written(folder, record, material, on_progress)
        except BaseException:
            shutil.rmtree(folder.path, ignore_errors=True)
            raise
    return replace(written, notes=(*material.source.warnings, *written.notes))


def started_of(text: str, now: datetime) -> datetime:
    """Read a day, or a day and a time; without a zone it is the clock on the wall here.

    A day alone is taken as its noon.

    Raises
    ------
    RequestError
        If it is no day, still to come, or before 1970.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        if len(text.strip()) <= DAY_ONLY:
            found = found.replace(hour=12)
        if not 1970 <= found.year < 9000:
            raise RequestError(home_words.IMPORT_EARLY.format(day=f"{found:%Y-%m-%d}"))
        found = found.astimezone(UTC)
    except RequestError:
        raise
    except (ValueError, OverflowError) as error:
        raise RequestError(home_words.IMPORT_DATE.format(text=plain(text))) from error
    if found > now and (found - now > timedelta(days=1) or len(text.strip()) > DAY_ONLY):
        raise RequestError(home_words.IMPORT_FUTURE.format(day=f"{found:%Y-%m-%d}"))
    return found


def _material(request: ImportRequest, on_progress: Callable[[float], None]) -> _Material:
    """Look through the whole file once: what it holds, and how large its numbers are."""
    if request.path.is_dir():
        raise RequestError(home_words.IMPORT_FOLDER.format(path=request.path))
    if request.sites is None:
        found = describe(request.path, header=request.header, skip=request.skip).signals
        raise RequestError(home_words.IMPORT_SITES.format(names=", ".join(column.name for column in found)))
    montage, columns = site_columns(request.sites)
    montage.check_session()
    source = open_file(
        request.path,
        columns=columns,
        fs_hz=request.fs_hz,
        unit=request.unit,
        scale=request.scale,
        header=request.header,
        skip=request.skip,
    )
    if len({id(column) for column in source.columns}) < len(source.columns):
        raise RequestError(home_words.IMPORT_ONE_COLUMN)
    top, end = _looked_through(source, lambda share: on_progress(share / 2.0))
    digest = _hash_of(request.path)
    full_scale = _full_scale(source.info.full_scale_uv, top)
    info = replace(
        source.info, board=BOARD, source_id=f"import:{digest[:16]}", full_scale_uv=full_scale, serial=""
    )
    plan = AnalysisPlan(
        montage=montage,
        chain=chain_settings(info, MAINS[request.mains]),
        from_s=0.0,
        rest=None if request.rest is None else span_of(request.rest),
        mvc=efforts_of(request.mvc, montage),
        work=work_of(request.work),
    )
    plan.check_ends(end / info.fs_hz, 1.0 / info.fs_hz)
    facts = {
        "sha256": digest,
        "format": source.info.board,
        "columns": dict(zip(montage.names, (column.name for column in source.columns), strict=True)),
        "fs_hz": request.fs_hz,
        "unit": request.unit,
        "scale": request.scale,
        "rest": None if plan.rest is None else _edges(plan.rest),
        "mvc": {site: [_edges(span) for span in spans] for site, spans in plan.mvc.items()},
        "work": [[window.side.value, *_edges(window.span)] for window in plan.work],
    }
    return _Material(source, info, plan, end, facts)


def _blocks(source: FileSource, on_progress: Callable[[float], None]) -> Iterator[SampleBlock]:
    source.open()
    try:
        while True:
            block = source.read()
            on_progress(source.fraction)
            yield from split_finite(block)
    except EndOfSource:
        return
    finally:
        source.close()


def _looked_through(source: FileSource, on_progress: Callable[[float], None]) -> tuple[float, int]:
    """Find the greatest absolute value and the end, and refuse what would fill the disk with nothing."""
    top, end, fs_hz = 0.0, 0, source.info.fs_hz
    for block in _blocks(source, on_progress):
        hole_s = (block.first_sample - end) / fs_hz
        if hole_s > MAX_HOLE_S:
            raise FileUnreadable(
                home_words.IMPORT_LONG_GAP.format(at=f"{end / fs_hz:.1f}", hole=f"{hole_s:.0f}")
            )
        top = max(top, float(np.abs(block.data_uv).max()))
        end = block.end_sample
    return top, end


def _full_scale(known: float, top: float) -> float:
    """Choose what 24 bits are of: the file's own full scale, or well above its greatest value."""
    for wanted in (known, max(HEADROOM * top, LEAST_FULL_SCALE)):
        try:
            if wanted >= top:
                return storable_full_scale(wanted)
        except ValueError as error:
            refusal = said_by(error)
    raise FileUnreadable(refusal)


def _hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileUnreadable(
            Said(
                "{path} cannot be opened ({reason}).", path=plain(str(path), 200), reason=str(error.strerror)
            )
        ) from error


def _check_new(athlete: str, source_id: str) -> None:
    for digest in athlete_library(athlete).digests:
        if digest.board != BOARD:
            continue
        try:
            if read_session(digest.folder).source_id == source_id:
                raise AlreadyHere(home_words.IMPORT_AGAIN.format(session=digest.id))
        except SessionReadError:
            continue


def _written(
    folder: SessionFolder, record: SessionRecord, material: _Material, on_progress: Callable[[float], None]
) -> Imported:
    """Write the session by the code that writes every other one."""
    info, montage = material.info, material.montage
    writer = SessionWriter(folder, record, info, montage, verdict_names=VERDICTS, invalid=INVALID)
    try:
        with TickSpool() as spool:
            pipeline = Pipeline(info, montage, material.chain)
            gaps = _stored(writer, material, pipeline, spool, on_progress)
            levels = Levels(
                material.plan, pipeline, spool, math.ceil(SETTLED_S * info.fs_hz / pipeline.spacing)
            )
            pipeline.reference = reference = levels.reference(levels.rests())
            holds = windows_scored(material.plan.work, pipeline, spool, reference)
            events = _events(material, window_events(material.plan.work, holds, info.fs_hz), gaps)
            for event in events:
                writer.write_event(event)
            contexts = row_contexts(events)
            for ticks in spool.chunks():
                writer.write_activations(pipeline.normalise(ticks), contexts)
                contexts = []
        for hold in holds:
            writer.write_hold(hold)
        ended_at = record.started_at + timedelta(seconds=material.n_samples / info.fs_hz)
        final = writer.close(
            ended_at, reference=reference, **_calibrated(record, material, reference, ended_at)
        )
    except BaseException:
        writer.abandon()
        raise
    notes = [words.warning_words(warning) for warning in levels.warnings if not warning.startswith("no_rest")]
    if not material.plan.mvc:
        notes.append(home_words.IMPORT_NO_MAXIMUM)
    if not material.plan.work:
        notes.append(home_words.IMPORT_NO_WORK)
    return Imported(folder.path, final, len(holds), tuple(notes))


def _stored(
    writer: SessionWriter,
    material: _Material,
    pipeline: Pipeline,
    spool: TickSpool,
    on_progress: Callable[[float], None],
) -> list[Event]:
    """Write the samples, and send through the chain what raw.bdf will give back; tell of what is lost."""
    end, gaps = 0, []
    for block in _blocks(material.source, lambda share: on_progress(0.5 + share / 2.0)):
        if block.end_sample > material.n_samples:
            raise FileUnreadable(home_words.IMPORT_CHANGED)
        kept = as_recorded(block, material.info)
        if kept.first_sample > end:
            lost = kept.first_sample - end
            detail = {"first_sample": end, "n_lost": lost, "estimated": False}
            gaps.append(Event(end, EventKind.GAP, detail=detail))
        for ticks in pipeline.skip_to(kept.first_sample):
            spool.append(ticks)
        spool.append(pipeline(kept))
        writer.write_block(kept)
        end = kept.end_sample
    spool.append(pipeline.finish())
    return gaps


def _events(material: _Material, windows: list[Event], gaps: list[Event]) -> list[Event]:
    """Order what happened by its sample; each session begins and ends."""
    begun = Event(0, EventKind.SESSION_STARTED)
    marked = Event(0, EventKind.NOTICE, detail={"code": "imported"})
    ended = Event(material.n_samples, EventKind.SESSION_ENDED, detail={"reason": "imported"})
    return [begun, marked, *sorted([*windows, *gaps], key=lambda event: event.sample), ended]


def _calibrated(
    record: SessionRecord, material: _Material, reference: Reference, made_at: datetime
) -> dict[str, Any]:
    """Keep rest and maxima as every session does, so that it is analysed again by its own ones."""
    if not reference.sites:
        return {}
    channels, info = material.montage.as_dict(), material.info
    calibration = Calibration(
        athlete=record.athlete,
        board=info.board,
        source_id=info.source_id,
        unit=info.unit.value,
        chain=chain_record(info, material.chain),
        made_at=made_at,
        software=software().version,
        sites={
            name: SiteRecord(
                channel=channels[name],
                rest_uv=found.rest_uv,
                mvc_uv=found.mvc_uv,
                method=found.method,
                mvc_cv_pct=found.mvc_cv_pct,
                cv_from="trials" if len(material.plan.mvc[name]) > 1 else "prior",
                doubts=found.doubts,
            )
            for name, found in reference.sites.items()
        },
    )
    fields = calibration.model_dump(mode="json", by_alias=True)
    return {"calibration": fields, "isek": isek_facts(material.montage.names, calibration=fields)}


def _edges(span: Span) -> list[float]:
    return [span.start_s, span.stop_s]
