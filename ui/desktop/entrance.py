"""The first window with the real disk, ports and settings behind it; loads nothing that works on a signal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from emg.montage import Montage
from emg.protocols import ProtocolError
from hardware.boards import find_board
from hardware.charger import on_battery
from hardware.probe import survey
from ui.desktop.port_survey import Look
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept.athletes import athletes
from ui.kept.earlier import Kept, kept_calibrations
from ui.kept.exercises import find_protocol, list_protocols
from ui.kept.home_plan import planned_centimetres
from ui.kept.recent import recent_of
from ui.kept.settings import keep_settings, read_settings
from ui.language import _
from ui.words import look_words
from ui.words.body_words import all_of, one_of
from ui.words.refusal_words import LACKS_SITES
from ui.words.told import told

if TYPE_CHECKING:
    from ui.desktop.windows.first_run_page import FirstRunPage


def start_window(
    on_start: Callable[[StartChoice], None], *, look: Look = survey, theme: Theme = DARK
) -> StartWindow:
    """Make the first window, as it was left last time.

    Parameters
    ----------
    on_start : callable
        Called with the choice; a ValueError from it is shown, and nothing starts.
    look : callable
        Asks what is at the ports.
    theme : Theme
        Colours.
    """
    return StartWindow(
        look,
        protocols,
        on_start,
        athletes=lambda: [(entry.id, entry.name) for entry in athletes()],
        kept=kept,
        last_cm=planned_centimetres,
        battery=on_battery,
        morning=morning_due,
        refuses=refusal,
        recent=recent_of(read_settings()),
        read_settings=read_settings,
        keep_settings=keep_settings,
        first_run=first_run_page(theme),
        colours=theme,
    )


def first_run_page(theme: Theme) -> FirstRunPage | None:
    """Make the page of the first start; None where it was seen, or somebody has trained here already."""
    settings = read_settings()
    if settings.first_run_seen or settings.last:
        return None
    from ui.computer.first_run import look
    from ui.desktop.windows.first_run_page import FirstRunPage

    page = FirstRunPage(look, on_battery, colours=theme)
    page.over.connect(_keep_first_run_seen)
    return page


def _keep_first_run_seen() -> None:
    with suppress(OSError):  # then it comes once more
        keep_settings(read_settings().model_copy(update={"first_run_seen": True}))


def protocols() -> list[tuple[str, str]]:
    """List the exercises that can be done: code and title."""
    return [(listed.code, _(listed.title)) for listed in list_protocols() if listed.protocol is not None]


def kept(choice: StartChoice) -> list[Kept]:
    """List the calibrations kept for a choice."""
    return kept_calibrations(
        choice.athlete, find_board(choice.board), Montage.parse(choice.sites), datetime.now().astimezone()
    )


def morning_due(athlete: str) -> date | None:
    """Give the day of the session whose morning after is to be asked for; none where notes are broken."""
    from ui.kept.athlete_files import NotesUnreadable
    from ui.kept.morning import due_of

    try:
        due = due_of(athlete, datetime.now().astimezone())
    except NotesUnreadable:
        return None  # it could not be kept either
    return None if due is None else due.started_at.astimezone().date()


def refusal(protocol: str, montage: Montage, ceiling: bool) -> str:
    """Say why an exercise cannot be done as it is set, as a sentence; empty if it can."""
    from ui.session.stages import missing_gates, nothing_to_do

    try:
        exercise = find_protocol(protocol)
    except ProtocolError as error:  # its file is gone or was changed since the list was made
        return told(error)
    if nothing_to_do(exercise, montage):
        lacking = [all_of(missing_gates(exercise, montage, side)) for side in exercise.sides]
        return LACKS_SITES.format(title=_(exercise.title), sites=one_of(lacking))
    if not ceiling:
        return ""
    if exercise.ceiling_muscle is None:
        return look_words.NO_CEILING.format(title=_(exercise.title))
    measured = any(name.startswith(f"{exercise.ceiling_muscle}_") for name in montage.names)
    return "" if measured else look_words.CEILING_NOT_MEASURED
