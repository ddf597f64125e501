"""Sessions that were killed: what was not written any more is made again from raw.bdf and the inputs.

The folder then says what it would have said, had the session been stopped with its last sample; a practice,
in which nothing is measured, with its last event. raw.bdf is only read. That a session was recovered is told
by its session.json: it has an end and is not complete.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from emg.said import said_by
from emg.session.amend import BY_HAND, amended
from emg.session.bundle import SessionReadError, read_events, read_gaps, read_session
from emg.session.events import append_event, event_to_json
from emg.session.folder import MOVED, RecordingError, SessionFolder, replace_file, writing
from emg.session.model import Gap, SessionRecord
from emg.session.outcome import holds_text, summary_of
from emg.session.recover import end_of_practice
from emg.session.summary import summary_to_json
from emg.stage import Event
from ui.kept.athlete_lock import AthleteBusy, AthleteLock
from ui.kept.home import sessions_folder
from ui.language import _
from ui.session.recompute import CannotRecompute, Recomputed, practised_again, recomputed

QUIET_S: Final = 10.0
"""A folder whose samples are younger may be of a session that runs: one syncs every second."""

OTHER_NUMBERS: Final = _("{folder} comes to other numbers than it did live: it stays as it is.")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of a session that was killed.

    Attributes
    ----------
    folder : Path
        The session.
    reason : str
        Why it stays as it is, as a sentence; empty if it was recovered.
    """

    folder: Path
    reason: str = ""


def recover_athlete(athlete: str, now_s: float | None = None) -> tuple[Recovery, ...]:
    """Recover the sessions of an athlete that were killed; none while another program works there.

    Parameters
    ----------
    athlete : str
        Id.
    now_s : float or None
        Time since the epoch; None is now.

    Returns
    -------
    tuple of Recovery
        Of those that were not finished; none where all are.
    """
    now_s = time.time() if now_s is None else now_s
    folders = [folder for folder in _folders(athlete) if _is_left(folder, now_s)]
    if not folders:
        return ()
    lock = AthleteLock(athlete)
    try:
        locked = lock.take()
        return tuple(_recovered(folder) for folder in folders if locked or not _is_practice(folder))
    except AthleteBusy:
        return ()
    finally:
        lock.release()


def _folders(athlete: str) -> list[Path]:
    try:
        return sorted(path for path in sessions_folder(athlete).iterdir() if path.is_dir())
    except OSError:
        return []


def _is_practice(folder: Path) -> bool:
    """Whether only the lock tells that nobody is at it: a practice writes nothing while a hold lasts."""
    return not SessionFolder(folder).raw_bdf.exists()


def _is_left(folder: Path, now_s: float) -> bool:
    """Whether nobody writes it any more and it has no end; judged without reading all of it."""
    files = SessionFolder(folder)
    try:
        newest = files.events_jsonl if _is_practice(folder) else files.raw_bdf
        if now_s - newest.stat().st_mtime < QUIET_S or (folder / MOVED).exists():
            return False
        record = read_session(folder)
    except (OSError, SessionReadError):
        return False  # the list of sessions says what is wrong with it
    return not record.complete and record.ended_at is None


def _recovered(folder: Path) -> Recovery:
    try:
        recover(folder)
    except (CannotRecompute, SessionReadError, RecordingError, ValidationError) as error:
        return Recovery(folder, said_by(error))
    return Recovery(folder)


def recover(folder: Path) -> SessionRecord:
    """Finish a session that was killed, which nobody writes any more; a second call changes nothing.

    Parameters
    ----------
    folder : Path
        A session or a recording without an end.

    Returns
    -------
    SessionRecord
        The final one.

    Raises
    ------
    SessionReadError
        If a file is missing or cannot be read.
    CannotRecompute
        If what is on disk does not say all that decided the session, or if it comes to other events than
        those that were written live; nothing is changed then.
    RecordingError
        If the disk refuses; it can be asked again.
    """
    record = read_session(folder)
    if record.complete or record.ended_at is not None:
        return record
    if record.kind == "session":
        _write_again(folder, recomputed(folder, with_levels=True))
    elif record.kind == "practice":
        _write_again(folder, practised_again(folder))
    return _ended(folder, record)


def missing_events(found: Recomputed, folder: Path) -> Sequence[Event]:
    """Give the events that were not written any more; what was said of holds later is not among them.

    Raises
    ------
    CannotRecompute
        If those that were written are others.
    """
    live = [event_to_json(event) for event in found.recorded if event.kind not in BY_HAND]
    again = [event_to_json(event) for event in found.events]
    if live != again[: len(live)]:
        raise CannotRecompute(OTHER_NUMBERS.format(folder=folder))
    return found.events[len(live) :]


def _write_again(folder: Path, found: Recomputed) -> None:
    files, more = SessionFolder(folder), missing_events(found, folder)
    recorded = (*found.recorded, *more)
    holds = amended(found.holds, recorded)
    with writing(folder):
        for event in more:
            append_event(files.events_jsonl, event)
        replace_file(files.holds_csv, holds_text(found.record, holds))
        if found.levels:
            replace_file(files.activation_csv, found.levels)
        summary = summary_of(found.record, holds, recorded, found.reference)
        replace_file(files.summary_json, summary_to_json(summary))


def _ended(folder: Path, record: SessionRecord) -> SessionRecord:
    """Write down where it ended and what was lost, from its samples; of a practice from its events."""
    gaps: tuple[Gap, ...] = ()
    if record.kind == "practice":
        end_sample = end_of_practice(read_events(folder))
    else:
        gaps, end_sample = read_gaps(folder)
    final = record.amended(
        ended_at=record.started_at + timedelta(seconds=end_sample / record.fs_hz),
        gaps=gaps,
        lost_samples=sum(gap.n_lost for gap in gaps),
    )
    with writing(folder):
        replace_file(SessionFolder(folder).session_json, final.to_json())
    return final
