"""Notes on coming back, one file an athlete: kept, read, and told."""

from __future__ import annotations

from typing import Any, Final

from emg.said import Said
from emg.session.returning import BridgeSymmetry, ReturnNote, ReturnNotes, bridge_symmetry
from ui.kept.athlete_files import NotesUnreadable, keep_notes, notes_path, read_notes

NAME: Final = "returns.json"


def returns_of(athlete: str) -> tuple[ReturnNote, ...]:
    """Read the notes of an athlete, oldest first.

    Raises
    ------
    NotesUnreadable
        If the file is broken, or is of somebody else.
    """
    path = notes_path(athlete, NAME)
    found = read_notes(path, ReturnNotes)
    if found is None:
        return ()
    if found.athlete != athlete:
        raise NotesUnreadable(
            Said(
                "The notes in {path} are of another athlete, so nothing was changed: move that file away.",
                path=str(path),
            )
        )
    return found.notes


def add_return(athlete: str, note: ReturnNote) -> None:
    """Keep one note more.

    Raises
    ------
    NotesUnreadable
        If the file is broken: it is left as it is.
    OSError
        If the disk refuses; the notes are as they were.
    """
    notes = ReturnNotes(athlete=athlete, notes=returns_of(athlete))
    keep_notes(notes_path(athlete, NAME), notes.with_note(note))


def return_facts(note: ReturnNote) -> dict[str, Any]:
    """Tell a program all of a note."""
    found: BridgeSymmetry = bridge_symmetry(note)
    return note.model_dump(mode="json") | {
        "bridges_lsi_pct": found.value,
        "bridges_n": None if found.n is None else list(found.n),
        "reason": found.reason,
    }
