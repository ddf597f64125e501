"""The summary for the gallery: with notes, with one still being written, and after pain has ended it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from ui.desktop.gallery.history_scenes import SESSION, training_set
from ui.desktop.theme import Theme
from ui.desktop.widgets.note_line import NoteLine
from ui.desktop.windows.summary_page import SummaryPage
from ui.session.front import SessionEnd
from ui.words import hold_words
from ui.words.key_words import AGAIN_HINT

WRITTEN: Final = (
    ("3:12", "Marker 1"),
    ("4:05", "hip turns out; cued to face forward"),
    ("9:48", "Marker 2"),
    ("14:20", "left heel lifts in the last two seconds of every hold, less so once the board was lower"),
)


def summary_scenes(summary: dict[str, Any], theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """Every state of the summary that no scene of a window has, with its name."""
    noted = _page(summary, theme)
    noted.show_written(WRITTEN)
    yield "summary_notes", noted
    writing, line = _page(summary, theme), NoteLine(theme)
    line.setText("knee drifts inwards from the third hold on; cued, better in the")
    writing.take_note(line)
    writing.show_written((*WRITTEN, *WRITTEN))
    yield "summary_writes", writing
    stopped = _page(summary, theme, hold_words.STOPPED_BY_PAIN)
    yield "summary_pain", stopped
    picture = _page(summary, theme, hold_words.STOPPED_BY_PAIN)
    picture.show_courses([training_set()])
    picture.next_page()
    yield "picture_pain", picture


def _page(summary: dict[str, Any], theme: Theme, message: str = "") -> SummaryPage:
    page = SummaryPage(theme)
    page.show_end(SessionEnd(message, folder=SESSION, holds=7, valid_holds=7, summary=summary), AGAIN_HINT)
    return page
