"""Notes and markers of a session, with a place for the one that is still being written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.meters import Meters
from ui.desktop.widgets.note_line import NoteLine
from ui.words import therapist_words

MOST: Final = 4
"""So many are shown, the last ones: all are in events.jsonl."""

TIME_SHARE: Final = 0.06
"""Of the width, for when it was."""

LINE_ROWS: Final = 2
"""Rows whose height the line of a note has."""


class WrittenStrip(QWidget):
    """Draws the last notes and markers, one a row; gone while there is neither any nor a line."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: Meters | None = None
        self._line: NoteLine | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is drawn now: when, and what."""
        return () if self._rows is None else self._rows.rows

    @property
    def line(self) -> NoteLine | None:
        """Where a note is still being written, None where none is."""
        return self._line

    @property
    def n_rows(self) -> int:
        """Height it needs, in rows; 0 if there is nothing to draw."""
        told = len(self.rows)
        return (told + 1 if told else 0) + (LINE_ROWS if self._line is not None else 0)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Draw the last of these from now on."""
        if self._rows is not None:
            self._column.removeWidget(self._rows)
            self._rows.setParent(None)
            self._rows.deleteLater()
            self._rows = None
        if rows:
            shown = rows[-MOST:]
            title = therapist_words.notes_title(len(shown), len(rows))
            self._rows = Meters(title, n_rows=len(shown), name_share=TIME_SHARE, theme=self._theme)
            self._rows.show_rows(shown)
            self._column.insertWidget(0, self._rows, len(shown) + 1)

    def take_line(self, line: NoteLine) -> None:
        """Let a line go on here as it is: its words, and what hears of it."""
        self._line = line
        self._column.addWidget(line, LINE_ROWS)
        line.show()

    def drop_line(self) -> None:
        """Let the line go: what was to be said is said."""
        if self._line is not None:
            self._line.hide()
            self._line = None
