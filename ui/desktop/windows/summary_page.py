"""What the session came to, in numbers and in pictures, and where it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emg.session.bundle import SessionReadError
from emg.session.folder import RecordingError
from ui.desktop.keys import CHORDS
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.estimate_card import EstimateCard
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.hold_plot import MOST_HOLDS, HoldPlot
from ui.desktop.widgets.note_line import NoteLine
from ui.desktop.widgets.side_table import SideTable
from ui.desktop.widgets.written_strip import WrittenStrip
from ui.desktop.windows.taken_home import Taken, take_a_look, take_note, take_picture, take_report
from ui.reading.summary_parts import untested
from ui.reading.summary_sentences import comparisons, has_ranges, notes, patterns, sentence, side_by_side
from ui.reading.summary_table import Summary, table
from ui.reading.written import keep_note, written_in
from ui.session.courses import SetCourse
from ui.session.front import SessionEnd
from ui.words import (
    finding_words,
    history_words,
    hold_words,
    home_words,
    practice_words,
    therapist_words,
    words,
)
from ui.words.told import told

MOST_NOTES: Final = 5
"""More would not be read, and are in summary.json."""

ROW_STRETCH: Final = 4
"""Height of a note, where the page has some 100."""

HEADLINE_STRETCH: Final = 7
"""Of why the session was stopped, over the pictures."""

TOP: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class SummaryPage(QWidget):
    """What was done, what it came to on either side, and a picture of each set, page by page."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._folder: Path | None = None
        self._newest: Path | None = None
        self._hint = ""
        self._pictures: list[_Picture] = []
        self._rows: Sequence[tuple[str, str]] = ()
        self._page = self._first = 0
        self._plot: HoldPlot | None = None
        self._content = QWidget()
        self.headline = self._label("", 0.62, bold=True, align=paint.LEFT)
        self.headline.set_colour(theme.warn)
        self.written = WrittenStrip(theme)
        self._where = self._label("", 0.62, quiet=True)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self.headline, HEADLINE_STRETCH)
        self._column.addWidget(self._content, 96)
        self._column.addWidget(self.written)
        self._column.addWidget(self._where, 4)

    @property
    def page(self) -> int:
        """Which page is shown: 0 is that of the numbers, then come the pictures."""
        return self._page

    @property
    def n_pages(self) -> int:
        """How many pages there are."""
        return 1 - self._first + len(self._pictures)

    def show_end(self, end: SessionEnd, hint: str = words.CLOSE_HINT, *, with_notes: bool = True) -> None:
        """Draw the end of a session.

        Parameters
        ----------
        end : SessionEnd
            How it ended.
        hint : str
            How to leave the page.
        with_notes : bool
            Whether notes and markers stand on it; False on a screen that is the athlete's alone.
        """
        self._folder, self._hint, self._first = end.folder, hint, 0
        self._column.removeWidget(self._content)
        self._content.setParent(None)
        self._content.deleteLater()
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        if end.summary and end.holds:
            self._show_numbers(column, end)
        else:
            column.addWidget(self._label(_title(end), 0.66, bold=True), 13)
            column.addWidget(self._label(_said(end), 0.5, quiet=True), 8)
            column.addStretch(68)
        if end.folder is not None:
            column.addWidget(self._label(words.SAVED_IN.format(folder=end.folder), 0.56, quiet=True), 4)
        self._column.insertWidget(1, self._content, 96)
        self.headline.setText(end.message if _is_stop(end) else "")
        self.show_written(written_in(end.folder) if with_notes else ())
        self.show_courses(())

    def take_note(self, line: NoteLine) -> None:
        """Let the note that is being written be finished here: the session is over, not the sentence.

        It is kept with Enter, and as it is when the page goes. A line without words stays where it is.
        """
        if self._folder is None or not line.text().strip():
            return
        self.written.take_line(line)
        line.written.connect(self._keep)
        self.show_written(self._rows)
        self._turn_to(0)
        if line.writing:
            line.begin()

    def show_written(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show notes and markers beside the numbers: when in the session, and what.

        Never on the pages of the pictures: a note may name people, and pictures are saved and sent on.
        """
        self._rows = rows
        self.written.show_rows(rows)
        self._column.setStretchFactor(self.written, ROW_STRETCH * self.written.n_rows)
        self.written.setVisible(self._page == 0 and self.written.n_rows > 0)

    def show_courses(self, sets: Sequence[SetCourse]) -> None:
        """Take the pictures of the sets, and show the numbers first; a long set takes several pages."""
        self._pictures = [
            _Picture(history_words.part_words(part, course), _stem(part, course), part)
            for course in sets
            for part in course.parts(MOST_HOLDS)
            if part.holds
        ]
        self._turn_to(0)

    def show_sets(self, sets: Sequence[SetCourse], folder: Path | None, hint: str) -> None:
        """Show pictures alone, the last one first: there are no numbers of the whole yet, and no report."""
        self._folder, self._hint, self._first = folder, hint, 1
        self.show_courses(sets)
        self._turn_to(len(self._pictures))

    def next_page(self) -> bool:
        """Turn to the next page; False on the last one."""
        return self._turn_to(self._page + 1)

    def previous_page(self) -> bool:
        """Turn back; False on the first one."""
        return self._turn_to(self._page - 1)

    def save_picture(self) -> tuple[Path, ...]:
        """Save the picture that is shown as PNG and SVG beside its session; say where, or why not."""
        if self._page == 0:
            return ()
        shown = self._pictures[self._page - 1]
        return self._say(take_picture(self._folder, shown.course, shown.title, shown.stem, self._theme))

    def copy_note(self) -> None:
        """Take five lines about the session along, for a chart; say so, or why not."""
        if self._folder is not None:
            self._say(take_note(self._folder))

    def save_report(self) -> None:
        """Save the page for the patient and the one for the therapist; say where, or why not."""
        if self._folder is not None:
            self._say(take_report(self._folder))

    def open_folder(self) -> None:
        """Open the folder of what was saved last, or else that of the session."""
        folder = self._newest if self._newest is not None and self._newest.is_dir() else self._folder
        if folder is None:
            return
        looked = take_a_look(folder)
        if looked.said:
            self._where.setText(looked.said)

    def _say(self, taken: Taken) -> tuple[Path, ...]:
        said = taken.said
        if taken.files:
            self._newest = taken.files[0].parent
        if taken.files and self._first == 0:
            said = f"{said}.  {history_words.OPEN_HINT}"
        self._where.setText(said)
        return taken.files

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the pages, or take something home; every other key is the window's."""
        asked = self._asked(event)
        if asked is None:
            super().keyPressEvent(event)
        else:
            asked()

    def hears(self, event: QKeyEvent) -> bool:
        """Whether a key is for this page, and not for its window."""
        return self._asked(event) is not None

    def _asked(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Give what a key does here: pages turn as long as it is held, all else is done once.

        While the session goes on there is nothing to take home but a picture.
        """
        # numbers: not every key of every keyboard has a name in Qt
        turns = {Qt.Key.Key_Right.value: self.next_page, Qt.Key.Key_Left.value: self.previous_page}
        takes: dict[int, Callable[[], object]] = {Qt.Key.Key_S.value: self.save_picture}
        if self._first == 0:
            takes[Qt.Key.Key_C.value] = self.copy_note
            takes[Qt.Key.Key_R.value] = self.save_report
            takes[Qt.Key.Key_O.value] = self.open_folder
        once = not event.isAutoRepeat() and not event.modifiers() & CHORDS
        return turns.get(event.key()) or (takes.get(event.key()) if once else None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep a note that nobody has finished: who leaves the page does not come back to it."""
        if not event.spontaneous() and self.written.line is not None:
            self.written.line.give()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins follow the window."""
        side, top = round(self.width() * 0.03), round(self.height() * 0.02)
        self._column.setContentsMargins(side, top, side, top)

    def _keep(self, text: str) -> None:
        """Keep the note, and show it among the others; one that cannot be kept stays where it was written."""
        line = self.written.line
        if line is None or self._folder is None:
            return
        try:
            keep_note(self._folder, text)
        except (RecordingError, SessionReadError) as error:
            line.setText(text)
            self._where.setText(told(error))
            return
        line.written.disconnect(self._keep)
        self.written.drop_line()
        self.show_written(written_in(self._folder))
        self._where.setText(self._where_words())

    def _turn_to(self, page: int) -> bool:
        """Show a page, if there is one of this number."""
        if not self._first <= page <= len(self._pictures):
            return False
        self._page, self._newest = page, None
        self._content.setVisible(page == 0)
        self.headline.setVisible(page > 0 and bool(self.headline.text()))
        self.written.setVisible(page == 0 and self.written.n_rows > 0)
        if page > 0:
            shown = self._pictures[page - 1]
            if self._plot is None:
                self._plot = HoldPlot(self._theme)
                self._column.insertWidget(2, self._plot, 96)
            self._plot.show_set(shown.course, shown.title)
        if self._plot is not None:
            self._plot.setVisible(page > 0)
        self._where.setText(self._where_words())
        return True

    def _where_words(self) -> str:
        """Say what the keys do here, and which page this is."""
        line = self.written.line
        said = [therapist_words.NOTE_OPEN if line is not None and line.writing else self._hint]
        if self.n_pages > 1:
            said.append(history_words.PAGES_HINT.format(n=self._page + 1 - self._first, of=self.n_pages))
        if self._page:
            said.append(history_words.SAVE_HINT)
        elif self._folder is not None:
            said += [home_words.NOTE_HINT, history_words.REPORT_HINT, history_words.OPEN_HINT]
        return ".  ".join(said)

    def _show_numbers(self, column: QVBoxLayout, end: SessionEnd) -> None:
        """Put on top what is read in a moment, and below it what can be looked up."""
        summary = end.summary
        head = QHBoxLayout()
        head.addWidget(self._label(_title(end), 0.8, bold=True, align=paint.LEFT), 3)
        how = self._label(_said(end), 0.5, quiet=True, align=paint.RIGHT)
        if _is_stop(end):
            how.set_colour(self._theme.warn)
        head.addWidget(how, 7)
        column.addLayout(head, 7)
        cards, told, compared = side_by_side(summary), patterns(summary), comparisons(summary)
        if cards:
            column.addLayout(self._row([EstimateCard(card, self._theme) for card in cards]), 19)
        if compared and not untested(summary):
            column.addWidget(self._label(sentence(compared.pop(0)), 0.5, bold=True), 7)
        if cards:
            column.addLayout(self._row([self._boxed(sentence(pattern)) for pattern in told]), 9)
            told = []
        rows, body = table(summary), QHBoxLayout()
        body.setSpacing(round(self.width() * 0.025))
        if rows:
            body.addWidget(SideTable(rows, 0.54 if cards else 0.38, self._theme), 60)
        said = [*compared, *told]
        said = [*_notes(summary), *said] if untested(summary) else [*said, *_notes(summary)]
        body.addWidget(self._sentences(said, 0.055 if cards or not rows else 0.042), 40)
        column.addLayout(body, 48 if cards else 76)
        if has_ranges(summary):
            column.addWidget(self._label(sentence(finding_words.SCOPE), 0.6, quiet=True), 4)

    def _row(self, widgets: Sequence[QWidget]) -> QHBoxLayout:
        row = QHBoxLayout()
        for widget in widgets:
            row.addWidget(widget, 1)
        return row

    def _boxed(self, text: str) -> QWidget:
        """Words on a ground of their own: boxes side by side weigh the same."""
        box = QWidget()
        colours = box.palette()
        colours.setColor(QPalette.ColorRole.Window, QColor(self._theme.surface))
        box.setPalette(colours)
        box.setAutoFillBackground(True)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(8, 2, 8, 2)
        inside.addWidget(self._label(text, 0.32))
        return box

    def _sentences(self, said: Sequence[str], share: float) -> QWidget:
        text = "\n".join(f"• {sentence(one)}" for one in said if one)
        return self._label(text, share, align=TOP)

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


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """A page with a picture: its title, the name of its file, and what it shows."""

    title: str
    stem: str
    course: SetCourse


def _notes(summary: Summary) -> list[str]:
    """Give those of the notes that can be read, and how many there are besides."""
    aside = notes(summary)
    more = [finding_words.more_words(len(aside) - MOST_NOTES)] if len(aside) > MOST_NOTES else []
    return [*aside[:MOST_NOTES], *more]


def _is_stop(end: SessionEnd) -> bool:
    """Whether pain has ended it: that stands over every page."""
    return end.message == hold_words.STOPPED_BY_PAIN


def _title(end: SessionEnd) -> str:
    if _is_stop(end):
        return hold_words.STOPPED_TITLE
    return words.SUMMARY_TITLE if end.exit_code == 0 else words.ENDED_TITLE


def _said(end: SessionEnd) -> str:
    return end.message or practice_words.end_words(end)


def _stem(part: SetCourse, whole: SetCourse) -> str:
    """Name of a picture's file: codes, never words."""
    name = f"set{part.set_number}-{part.side}-{part.role}"
    if len(part.holds) == len(whole.holds):
        return name
    return f"{name}-holds{part.holds[0].hold}to{part.holds[-1].hold}"
