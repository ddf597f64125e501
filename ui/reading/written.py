"""Notes and markers of a session that is over: read back, and one that was not yet given, kept.

They stand in events.jsonl and on the therapist's screens alone: a note may name people, so it goes into no
summary, no picture, no table and no report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from emg.codes import CommandKind
from emg.input_events import command_event, command_of, is_command
from emg.session.bundle import SessionReadError, read_events, read_session
from emg.session.events import append_event
from emg.session.folder import SessionFolder, writing
from emg.stage import Command, Event
from ui.reading.therapist import note_words
from ui.session.traces import TraceMark

KINDS: Final = frozenset({CommandKind.MARK, CommandKind.NOTE})

LONGEST: Final = 100
"""Characters of a note that are shown; the file has all of it."""


def written_in(folder: Path | None) -> tuple[tuple[str, str], ...]:
    """Give what was marked and written in a session: when in it, and what, in short.

    Parameters
    ----------
    folder : Path or None
        The session; None for one that was never saved.

    Returns
    -------
    tuple of (str, str)
        In the order in which it was said; none where the files cannot be read.
    """
    if folder is None:
        return ()
    try:
        fs_hz, events = read_session(folder).fs_hz, read_events(folder)
        marks = [mark for event in events if (mark := _mark_of(event)) is not None]
    except (SessionReadError, ValueError):
        return ()  # whoever needs what is in them is told by who reads the session itself
    told = [note_words(mark, fs_hz) for mark in marks]
    return tuple((when, _short(text)) for when, text in told)


def keep_note(folder: Path, text: str) -> None:
    """Add a note to a session that is over; it is dated at its end.

    Parameters
    ----------
    folder : Path
        The session; nobody writes into it any more.
    text : str
        What was written.

    Raises
    ------
    SessionReadError
        If its events cannot be read.
    RecordingError
        If the disk refuses.
    """
    end = max((event.sample for event in read_events(folder)), default=0)
    note = Command(CommandKind.NOTE, sample=end, text=text.strip())
    with writing(folder):
        append_event(SessionFolder(folder).events_jsonl, command_event(note, end))


def _mark_of(event: Event) -> TraceMark | None:
    """Read a marker or a note out of its event; a key counts from when it was pressed."""
    if not is_command(event):
        return None
    command = command_of(event)
    if command.kind not in KINDS:
        return None
    sample = event.sample if command.sample is None else command.sample
    return TraceMark(
        sample, command.kind.value, command.text if command.value is None else str(command.value)
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
