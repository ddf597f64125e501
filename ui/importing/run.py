"""From what was asked for to a session of an athlete, or to one sentence and nothing left behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Final

from emg.session.bundle import SessionReadError, read_session
from emg.session.folder import SessionFolder
from emg.session.isek import isek_facts
from emg.session.model import SessionRecord
from ui.importing.material import BOARD, material_of
from ui.importing.request import ImportRequest, started_of
from ui.importing.session import Imported, written
from ui.kept.athlete_lock import lock_if_known
from ui.kept.exercises import find_protocol
from ui.kept.home import check_athlete, sessions_folder
from ui.kept.library import athlete_library
from ui.session.records import filter_facts, software
from ui.words import home_words

PREFIX: Final = "import"
"""Such sessions have a protocol of their own, so that no trend mixes them with live ones."""


class AlreadyHere(Exception):
    """The very same file was imported before; the message says as which session."""


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
    material = material_of(request, lambda share: on_progress(share / 2.0))
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
            done = written(folder, record, material, lambda share: on_progress(0.5 + share / 2.0))
        except BaseException:
            shutil.rmtree(folder.path, ignore_errors=True)
            raise
    return replace(done, notes=(*material.file.source.warnings, *done.notes))


def _check_new(athlete: str, source_id: str) -> None:
    for digest in athlete_library(athlete).digests:
        if digest.board != BOARD:
            continue
        try:
            if read_session(digest.folder).source_id == source_id:
                raise AlreadyHere(home_words.IMPORT_AGAIN.format(session=digest.id))
        except SessionReadError:
            continue
