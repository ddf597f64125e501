"""The index of all sessions in this home."""

from __future__ import annotations

from typing import Final

from emg.session.index import SessionIndex
from ui.kept.home import home

INDEX: Final = "index.sqlite3"


def session_index() -> SessionIndex:
    """Give the index of this home."""
    return SessionIndex(home() / INDEX)
