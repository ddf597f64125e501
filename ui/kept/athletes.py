"""Who trains here: the athletes that have a folder, and the names that stay in one private file."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emg.foreign import NotStrict, read_small, strict_object
from emg.said import Said, said_by
from emg.session.folder import make_private_folders, replace_file
from emg.session.ids import is_id
from ui.kept.home import AthleteError, athletes_folder, check_athlete, home

NAMES_FILE: Final = "names.json"
MAX_NAME: Final = 100
MAX_BYTES: Final = 1_000_000

HIDDEN: Final = frozenset({"Cc", "Cf", "Cs"})
"""Categories of characters that control, format, or are half of one."""

JOINERS: Final = "\u200c\u200d"
"""Of these, the ones that belong to the spelling of names in some scripts."""


class NamesUnreadable(ValueError):
    """The file of names cannot be read; the message says what to do, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class AthleteEntry:
    """One athlete.

    Attributes
    ----------
    id : str
        As in every file.
    name : str
        For the screen only; empty if nobody gave one.
    """

    id: str
    name: str


def athletes() -> list[AthleteEntry]:
    """List the athletes that have a folder, by name or id; without names if their file cannot be read."""
    try:
        names = _names()
    except NamesUnreadable:
        names = {}
    found = [AthleteEntry(athlete, _shown(names, athlete)) for athlete in _folders()]
    return sorted(found, key=lambda entry: ((entry.name or entry.id).casefold(), entry.id))


def name_of(athlete: str) -> str:
    """Give the name that was kept for an id, also of one without a folder yet; empty for none.

    Raises
    ------
    NamesUnreadable
        If the file of names is broken.
    """
    return _shown(_names(), athlete)


def keep_name(athlete: str, name: str) -> None:
    """Keep a name for an id, in the only file that has names; an empty one forgets it.

    Parameters
    ----------
    athlete : str
        Id.
    name : str
        Any text; control and direction characters are left out.

    Raises
    ------
    AthleteError
        If the id cannot be one, or the name is too long.
    NamesUnreadable
        If the file of names is broken: it is left as it is.
    OSError
        If the disk refuses; the names are as they were.
    """
    check_athlete(athlete)
    shown = clean_name(name)
    if len(shown) > MAX_NAME:
        raise AthleteError(
            Said(
                "A name can have up to {most} characters, and this one has {n}.", most=MAX_NAME, n=len(shown)
            )
        )
    before = _names()
    after = {known: text for known, text in before.items() if known != athlete}
    if shown:
        after[athlete] = shown
    if after != before:
        make_private_folders(home())
        replace_file(_path(), json.dumps(after, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def clean_name(name: str) -> str:
    """Leave out what cannot be seen or would turn the text around; one space where there were several."""
    seen = "".join(character for character in name if character.isspace() or _is_visible(character))
    return unicodedata.normalize("NFC", " ".join(seen.split()).strip(JOINERS))


def _is_visible(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character) not in HIDDEN


def _shown(names: Mapping[str, str], athlete: str) -> str:
    """Name of an athlete as it can stand on a screen: the file may have been written by hand."""
    return clean_name(names.get(athlete, ""))[:MAX_NAME]


def _folders() -> list[str]:
    """Ids of the folders that are there; what else lies among them is no athlete."""
    try:
        with os.scandir(athletes_folder()) as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [name for name in names if is_id(name)]


def _path() -> Path:
    return home() / NAMES_FILE


def _names() -> dict[str, str]:
    """Read the names; none where there is no file."""
    path = _path()
    try:
        names = strict_object(read_small(path, MAX_BYTES))
        if not all(isinstance(name, str) for name in names.values()):
            raise NotStrict(Said("holds what is no name"))
    except FileNotFoundError:
        return {}
    except (OSError, NotStrict) as error:
        reason = (
            str(error.strerror) if isinstance(error, OSError) else Said("it {fault}", fault=said_by(error))
        )
        raise NamesUnreadable(
            Said(
                "The names in {path} cannot be read ({reason}), so nothing was changed: move that "
                "file away, then write the name again.",
                path=str(path),
                reason=reason,
            )
        ) from error
    return names
