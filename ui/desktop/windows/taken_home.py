"""What is taken home from the summary: a picture, the note for the chart, the report, the folder itself.

Each says in one sentence what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication

from emg.session.bundle import SessionReadError
from emg.session.folder import RecordingError
from ui.desktop.opening import open_folder
from ui.desktop.theme import Theme
from ui.desktop.widgets.hold_plot import rendered
from ui.kept.pictures import keep_pictures
from ui.reading.chart_note import note_of
from ui.session.courses import SetCourse
from ui.words import history_words, home_words
from ui.words.body_words import listed
from ui.words.told import told

REPORT: Final = "report"
"""What its file is called, behind the session's name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it.

    Attributes
    ----------
    said : str
        For the line below the page.
    files : tuple of Path
        What was saved.
    """

    said: str
    files: tuple[Path, ...] = ()


def take_picture(folder: Path | None, course: SetCourse, title: str, stem: str, theme: Theme) -> Taken:
    """Save the picture of a set as PNG and SVG beside its session."""
    if folder is None:
        return Taken(history_words.NO_FOLDER)
    if not folder.exists():
        return Taken(history_words.FOLDER_GONE.format(folder=folder))
    try:
        saved = keep_pictures(folder, stem, rendered(course, title, theme))
    except RecordingError as error:
        return Taken(told(error))
    return Taken(history_words.SAVED.format(names=listed(path.name for path in saved)), saved)


def take_note(folder: Path) -> Taken:
    """Put five lines about the session where the chart can paste them from."""
    try:
        QGuiApplication.clipboard().setText("\n".join(note_of(folder)))
    except SessionReadError as error:
        return Taken(told(error))
    return Taken(home_words.NOTE_COPIED)


def take_report(folder: Path) -> Taken:
    """Save the page for the patient and the one for the therapist beside the session."""
    # loaded for the one who asks for it
    from ui.report.material import NothingToReport, read_material
    from ui.report.paint import pdf_of

    try:
        saved = keep_pictures(folder, REPORT, {"pdf": pdf_of(read_material(folder))})
    except (NothingToReport, RecordingError, SessionReadError) as error:
        return Taken(told(error))
    return Taken(history_words.REPORT_SAVED.format(path=saved[0].relative_to(folder)), saved)


def take_a_look(folder: Path) -> Taken:
    """Show the folder with what lies in it, in another program; nothing is said where that comes up."""
    if not folder.is_dir():
        return Taken(history_words.FOLDER_GONE.format(folder=folder))
    return Taken("" if open_folder(folder) else history_words.NOT_OPENED.format(folder=folder))
