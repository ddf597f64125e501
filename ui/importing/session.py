"""The session of a file, written by the code that writes every other one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from calibrations.calibration import Calibration, SiteRecord
from emg.activation import Reference
from emg.analysis.reference import Levels
from emg.analysis.tick_spool import TickSpool
from emg.blocks import as_recorded
from emg.codes import EventKind
from emg.pipeline import Pipeline
from emg.quality import INVALID, VERDICTS
from emg.session.folder import SessionFolder
from emg.session.isek import isek_facts
from emg.session.model import SessionRecord
from emg.session.writer import SessionWriter
from emg.stage import Event
from hardware.files import FileUnreadable
from ui.analysis.holds import row_contexts
from ui.importing.holds import window_events, windows_scored
from ui.importing.material import Material
from ui.session.records import chain_record, software
from ui.words import home_words, words

SETTLED_S: Final = 0.5
"""Not taken for rest at the beginning, as in an analysis."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A new session; ``notes`` are sentences to read before believing its numbers."""

    folder: Path
    record: SessionRecord
    n_holds: int
    notes: tuple[str, ...]


def written(
    folder: SessionFolder, record: SessionRecord, material: Material, on_progress: Callable[[float], None]
) -> Imported:
    """Write samples, levels, holds and the record.

    Parameters
    ----------
    folder : SessionFolder
        New and empty.
    record : SessionRecord
        What is known of the session before its first sample.
    material : Material
        The file, and what is to be done with it.
    on_progress : callable
        Hears the share of the file that was read, 0 to 1.

    Raises
    ------
    FileUnreadable
        If the file changed since it was looked through.
    AnalysisError
        If a maximum is none.
    RecordingError, SpoolError
        If the disk refuses.
    """
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
    material: Material,
    pipeline: Pipeline,
    spool: TickSpool,
    on_progress: Callable[[float], None],
) -> list[Event]:
    """Write the samples, and send through the chain what raw.bdf will give back; tell of what is lost."""
    end, gaps = 0, []
    for block in material.file.blocks(on_progress):
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


def _events(material: Material, windows: list[Event], gaps: list[Event]) -> list[Event]:
    """Order what happened by its sample; each session begins and ends."""
    begun = Event(0, EventKind.SESSION_STARTED)
    marked = Event(0, EventKind.NOTICE, detail={"code": "imported"})
    ended = Event(material.n_samples, EventKind.SESSION_ENDED, detail={"reason": "imported"})
    return [begun, marked, *sorted([*windows, *gaps], key=lambda event: event.sample), ended]


def _calibrated(
    record: SessionRecord, material: Material, reference: Reference, made_at: datetime
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
