"""Whether a session is over: only then it may be moved or deleted."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ui.kept.keeping import KeepingError
from ui.words import library_words

STILL_S: Final = 10.0
"""A session that runs writes at least once a second."""


def check_over(folder: Path, record: Mapping[str, Any]) -> None:
    """Refuse a session that still runs.

    Parameters
    ----------
    folder : Path
        The session.
    record : mapping
        Its session.json.

    Raises
    ------
    KeepingError
        If it was not closed and something in it was written just now.
    """
    if record.get("complete") is True:
        return
    with os.scandir(folder) as entries:
        newest_s = max((entry.stat(follow_symlinks=False).st_mtime for entry in entries), default=0.0)
    if 0.0 <= time.time() - newest_s < STILL_S:
        raise KeepingError(library_words.RUNNING.format(session=folder.name))
