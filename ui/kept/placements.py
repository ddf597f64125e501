"""Which taping an athlete wears now: a small file by which older maxima are told from today's."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Final

from calibrations.placement import Placement
from emg.foreign import read_small, strict_object
from emg.session.folder import make_private_folders, replace_file
from ui.kept.home import athletes_folder

NAME: Final = "placement.json"
BROKEN_NAME: Final = "placement-broken-{number}.json"
MAX_BYTES: Final = 10_000


def placement_path(athlete: str) -> Path:
    """File of an athlete's present placement."""
    return athletes_folder() / athlete / NAME


def current_placement(athlete: str) -> Placement | None:
    """Give the placement that was kept last; None where none was, or its file cannot be read.

    Parameters
    ----------
    athlete : str
        Id.
    """
    try:
        return _read(placement_path(athlete))
    except (OSError, ValueError):
        return None


def keep_placement(athlete: str, placement: Placement) -> None:
    """Make this placement the present one, at once and as a whole.

    A file that cannot be read is nobody's to overwrite: it is put aside under another name.

    Parameters
    ----------
    athlete : str
        Id.
    placement : Placement
        The new taping.

    Raises
    ------
    OSError
        If the disk refuses; what was kept before is as it was.
    """
    path = placement_path(athlete)
    make_private_folders(path.parent)
    try:
        _read(path)
    except FileNotFoundError:
        pass
    except ValueError:
        path.rename(_free_name(path.parent))
    replace_file(path, placement.model_dump_json(indent=2) + "\n")


def _read(path: Path) -> Placement:
    """Read the file, strictly.

    Raises
    ------
    OSError
        If it is not there or cannot be opened.
    ValueError
        If it is no placement.
    """
    content = read_small(path, MAX_BYTES)
    strict_object(content)
    return Placement.model_validate_json(content)


def _free_name(folder: Path) -> Path:
    names = (folder / BROKEN_NAME.format(number=number) for number in count(1))
    return next(path for path in names if not path.exists() and not path.is_symlink())
