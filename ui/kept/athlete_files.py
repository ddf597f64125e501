"""What is kept of an athlete across sessions: the sessions themselves, and small files of notes."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from emg.foreign import NotStrict, own_words, plain, read_small, strict_object
from emg.said import Said, said_by
from emg.session.folder import make_private_folders, replace_file
from ui.kept.home import athletes_folder

MAX_BYTES: Final = 2_000_000
_Notes = TypeVar("_Notes", bound=BaseModel)


class NotesUnreadable(ValueError):
    """A file of notes cannot be read; the message says what to do, and nothing was changed."""


def notes_path(athlete: str, name: str) -> Path:
    """File of an athlete's notes."""
    return athletes_folder() / athlete / name


def read_notes(path: Path, model: type[_Notes]) -> _Notes | None:
    """Read a file of notes, strictly; None where there is none.

    Raises
    ------
    NotesUnreadable
        With what is wrong.
    """
    reason: str
    try:
        content = read_small(path, MAX_BYTES)
        strict_object(content)
        return model.model_validate_json(content)
    except FileNotFoundError:
        return None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = plain(".".join(str(part) for part in first["loc"]))
        reason = Said("{where}: {fault}", where=where or Said("text"), fault=own_words(first) or first["msg"])
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except NotStrict as error:
        reason = Said("it {fault}", fault=said_by(error))
    raise NotesUnreadable(
        Said(
            "The notes in {path} cannot be read ({reason}), so nothing was changed: move that "
            "file away, then note it again.",
            path=str(path),
            reason=reason,
        )
    )


def keep_notes(path: Path, notes: BaseModel) -> None:
    """Write a file of notes, at once and as a whole.

    Raises
    ------
    OSError
        If the disk refuses; what was kept before is as it was.
    """
    make_private_folders(path.parent)
    replace_file(path, notes.model_dump_json(indent=2, by_alias=True) + "\n")
