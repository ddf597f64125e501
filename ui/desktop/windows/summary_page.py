"""What the session came to, and where it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from emg.montage import Side
from ui import words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.front import SessionEnd
from ui.summary_table import HEADINGS, Summary, findings, table

MOST_SENTENCES = 6
"""More would not be read, and are in summary.json."""


class SummaryPage(QWidget):
    """One table, a sentence a finding, and the folder."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._content = QWidget()
        self._column.addWidget(self._content)

    def show_end(self, end: SessionEnd) -> None:
        """Draw the end of a session."""
        self._column.removeWidget(self._content)
        self._content.deleteLater()
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        title = words.SUMMARY_TITLE if end.exit_code == 0 else words.ENDED_TITLE
        column.addWidget(self._label(title, 0.66, bold=True), 13)
        said = end.message or words.holds_words(end.holds, end.valid_holds, end.unfinished)
        column.addWidget(self._label(said, 0.5, quiet=True), 8)
        if end.summary and end.holds:
            column.addWidget(self._table(end.summary), 44)
            sentences = "\n".join(findings(end.summary)[:MOST_SENTENCES])
            column.addWidget(self._label(sentences, 0.135), 24)
        else:
            column.addStretch(68)
        if end.folder is not None:
            column.addWidget(self._label(words.SAVED_IN.format(folder=end.folder), 0.46, quiet=True), 7)
        column.addWidget(self._label(words.CLOSE_HINT, 0.46, quiet=True), 7)
        self._column.addWidget(self._content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        side, top = round(self.width() * 0.06), round(self.height() * 0.03)
        self._column.setContentsMargins(side, top, side, top)

    def _table(self, summary: Summary) -> QWidget:
        result = QWidget()
        grid = QGridLayout(result)
        for row, cells in enumerate([HEADINGS, *table(summary)]):
            for place, text in enumerate(cells):
                label = self._label(text, 0.6, bold=row == 0, align=paint.CENTRE if place else paint.LEFT)
                if place and not row:
                    label.set_colour(self._theme.side(list(Side)[place - 1]))
                grid.addWidget(label, row, place)
        for place, stretch in enumerate((44, 28, 28)):
            grid.setColumnStretch(place, stretch)
        return result

    def _label(
        self,
        text: str,
        share: float,
        *,
        bold: bool = False,
        quiet: bool = False,
        align: Qt.AlignmentFlag = paint.CENTRE,
    ) -> FittedLabel:
        colour = self._theme.quiet if quiet else ""
        return FittedLabel(text, share=share, bold=bold, colour=colour, align=align, theme=self._theme)
