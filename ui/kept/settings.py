"""What the user has chosen for good: one small file, of which anything may be missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emg.foreign import read_small, strict_object
from emg.session.folder import make_private_folders, replace_file
from ui.kept.home import home

MAX_BYTES: Final = 100_000


class Settings(BaseModel):
    """Choices that outlive a session.

    Attributes
    ----------
    language : str
        Code of the language; empty for the system's.
    theme : str
        ``dark`` or ``light``.
    sound, tone, speech : bool
        Cues; the tone that follows the glute; spoken prompts.
    volume_pct : int
        0 to 100.
    first_run_seen : bool
        Whether the page of the first start was seen.
    last : mapping
        What was last started, for the first screen.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    language: Annotated[str, Field(max_length=8)] = ""
    theme: Literal["dark", "light"] = "dark"
    sound: bool = True
    tone: bool = False
    speech: bool = True
    volume_pct: Annotated[int, Field(ge=0, le=100)] = 70
    first_run_seen: bool = False
    last: dict[str, str] = Field(default_factory=dict)


def settings_path() -> Path:
    """Where they lie."""
    return home() / "settings.json"


def read_settings() -> Settings:
    """Read them; a field that cannot be read is as if it had not been chosen, and harms no other."""
    found = _on_disk()
    return Settings(**{name: found[name] for name in Settings.model_fields if _is_good(name, found)})


def keep_settings(settings: Settings) -> None:
    """Write them whole, readable by this user only; what only a newer version knows stays as it is.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    path = settings_path()
    make_private_folders(path.parent)
    replace_file(path, json.dumps({**_on_disk(), **settings.model_dump()}, indent=2) + "\n")


def _on_disk() -> dict[str, Any]:
    """Read what stands in the file, good or not; nothing where it is no file of settings."""
    try:
        return strict_object(read_small(settings_path(), MAX_BYTES))
    except (OSError, ValueError):
        return {}


def _is_good(name: str, found: dict[str, Any]) -> bool:
    """Whether the file has this field, with a value that it can have."""
    try:
        return name in found and bool(Settings.model_validate({name: found[name]}))
    except ValidationError:
        return False
