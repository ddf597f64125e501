"""Words of moving and deleting: what goes, what stays, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ui.language import _, _n
from ui.words import figures

if TYPE_CHECKING:
    from ui.kept.moving import Moved
    from ui.kept.removing import Going

NOT_HERE: Final = _("{folder} lies in no athlete's folder here, so it stays as it is.")
RUNNING: Final = _("{session} is still being recorded: end it first.")
ALREADY: Final = _("{session} is {athlete}'s already.")
NOBODY: Final = _("There is no athlete {athlete} here: check the id, or say --new.")
NOTHING_OF: Final = _("Nothing is kept of {athlete} here.")

MOVED: Final = _("{session} is {to}'s now.")
CAME_ALONG: Final = _("Its calibration came along.")
BORROWED: Final = _(
    "Its percentages are of maxima that were measured before it, as {athlete}'s; those stay where they are."
)
MADE_OF_IT: Final = _("These were made before, and may still name {athlete}: {names}. Make them again.")

ALL_OF: Final = _("All of {athlete} will be deleted: {what}, {size}.")
ONE_OF: Final = _("This will be deleted of {athlete}: {what}, {size}.")
FROM_TO: Final = _("{n} from {first} to {last}")
ON: Final = _("{n} of {first}")
NAME_TOO: Final = _("the name")
FOR_GOOD: Final = _("It is gone for good: there is no undo, and nothing goes to the trash.")
ELSEWHERE: Final = _(
    "What was exported, saved elsewhere with --out, or is in a backup is not deleted: look for it yourself."
)
TYPE_IT: Final = _("To delete it, type {athlete}")
TYPED_OTHER: Final = _("That was not {athlete}, so nothing was deleted.")
SAY_YES: Final = _("Nobody said yes, so nothing was deleted: type the id when asked, or say --yes.")
DELETED: Final = _("Deleted: {what} of {athlete}.")
LEFT_OVER: Final = _("Not all could be deleted ({reason}): mend that, then delete again.")
NOT_MOVED: Final = _("It could not be moved ({reason}); it is where it was, or whole at its new place.")

MOVE_TITLE: Final = _("Move {session} to another athlete")
MOVE_TOLD: Final = _("The session goes there with its calibration, and leaves {athlete}'s history.")
MOVE_TYPE: Final = _("Type the id of the right athlete")
DELETE_SESSION_TITLE: Final = _("Delete one session?")
DELETE_ATHLETE_TITLE: Final = _("Delete all of {athlete}?")
ASK_KEYS: Final = _("Enter does it, Esc goes back")
NOBODY_PAGE: Final = _("There is no athlete {athlete} here: check the id.")
MORE_KEYS: Final = _("M moves the session, Delete deletes it, Shift+Delete all of {athlete}")
DRAWN: Final = _("{n} of {of} sessions drawn")
OLDER: Final = _("and {n} older: --all shows them")

_DATE: Final = "%Y-%m-%d"


def going_words(going: Going) -> str:
    """Say what would go: ``17 sessions from 2026-03-01 to 2026-06-12, 5 calibrations, the name``."""
    parts = [_sessions(going)] if going.n_sessions else []
    if going.n_calibrations:
        n = going.n_calibrations
        parts.append(_n("{n} calibration", "{n} calibrations", n).format(n=n))
    if going.n_notes:
        parts.append(_n("{n} file of notes", "{n} files of notes", going.n_notes).format(n=going.n_notes))
    if going.named or going.remembered:
        parts.append(NAME_TOO)
    return ", ".join(parts) or going.athlete


def before_words(going: Going) -> list[str]:
    """Say plainly what is about to be deleted, and what is not."""
    title = ONE_OF if going.session else ALL_OF
    told = title.format(athlete=going.athlete, what=going_words(going), size=size_words(going.n_bytes))
    return [told, FOR_GOOD, ELSEWHERE]


def moved_words(moved: Moved) -> list[str]:
    """Say what was moved, and what has to be known of it."""
    return [
        MOVED.format(session=moved.folder.name, to=moved.to),
        *([CAME_ALONG] if moved.n_calibrations else []),
        *([BORROWED.format(athlete=moved.athlete)] if moved.borrowed else []),
        *(
            [MADE_OF_IT.format(athlete=moved.athlete, names=", ".join(moved.made_of_it))]
            if moved.made_of_it
            else []
        ),
    ]


def size_words(n_bytes: int) -> str:
    """``1.2 GB``: size on the disk."""
    units: Mapping[str, float] = {"GB": 1e9, "MB": 1e6, "kB": 1e3}
    for unit, size in units.items():
        if n_bytes >= size:
            return f"{figures.number(n_bytes / size, '.1f')} {unit}"
    return f"{n_bytes} B"


def _sessions(going: Going) -> str:
    n = _n("{n} session", "{n} sessions", going.n_sessions).format(n=going.n_sessions)
    first, last = _day(going.first), _day(going.last)
    if not first:
        return n
    return (ON if first == last else FROM_TO).format(n=n, first=first, last=last)


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone():{_DATE}}"
