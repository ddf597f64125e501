"""What was said on the mornings after: one file for each athlete, an answer for each session."""

from __future__ import annotations

from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, RootModel

from emg.pain import Pain
from ui.kept.athlete_files import notes_path, read_notes

NAME: Final = "mornings.json"


class MorningNote(BaseModel):
    """One answer."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    pain_0_10: Pain
    asked_at: AwareDatetime


class Mornings(RootModel[dict[str, MorningNote]]):
    """The content of mornings.json: an answer for each session's id."""

    model_config = ConfigDict(strict=True, frozen=True)


def mornings(athlete: str) -> dict[str, MorningNote]:
    """Read the answers of an athlete, by session.

    Raises
    ------
    NotesUnreadable
        If the file is broken.
    """
    found = read_notes(notes_path(athlete, NAME), Mornings)
    return {} if found is None else found.root
