"""Pain on the morning after: asked at the next start, and kept beside the sessions.

A finished session is never changed, so the answer has a file of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from emg.said import Said
from emg.session.adherence import day_of
from emg.session.library import SessionDigest
from ui.kept.athlete_files import keep_notes, notes_path
from ui.kept.library import athlete_library
from ui.kept.morning_notes import NAME, MorningNote, Mornings, mornings

WAITS_DAYS: Final = 3
"""So long anybody can still say how the morning after was (ours)."""


class MorningError(ValueError):
    """The answer belongs to no session; the message says what to do."""


def morning_due(
    digests: Iterable[SessionDigest], now: datetime, known: Collection[str] = (), tz: tzinfo | None = None
) -> SessionDigest | None:
    """Give the session whose morning after is to be asked for.

    Parameters
    ----------
    digests : iterable of SessionDigest
        Of one athlete, in any order; recordings and simulated sessions are left out.
    now : datetime
        With time zone.
    known : collection of str
        Sessions with an answer.
    tz : tzinfo or None
        The athlete's; None for the clock of this place.

    Returns
    -------
    SessionDigest or None
        The last one of an earlier day in which something was held, if it is not older than ``WAITS_DAYS``
        and its answer is not known. An earlier one is never asked for: nobody could tell them apart.
    """
    today = day_of(now, tz)
    earlier = [
        digest
        for digest in digests
        if digest.kind != "recording" and digest.exercised and not digest.simulated
        if day_of(digest.started_at, tz) < today
    ]
    last = max(earlier, key=lambda one: (one.started_at, one.id), default=None)
    if last is None or last.id in known or (today - day_of(last.started_at, tz)).days > WAITS_DAYS:
        return None
    return last


def due_of(athlete: str, now: datetime, tz: tzinfo | None = None) -> SessionDigest | None:
    """Look into the athlete's last few folders for the session to ask about; cheap for any number of them.

    Raises
    ------
    NotesUnreadable
        If the file of answers is broken.
    """
    known = mornings(athlete)
    found = athlete_library(athlete, since=now - timedelta(days=WAITS_DAYS + 1))
    return morning_due(found.digests, now, known, tz)


def note_morning(athlete: str, pain_0_10: int, now: datetime, tz: tzinfo | None = None) -> SessionDigest:
    """Keep the answer that was just given, for the session that waits for it.

    Parameters
    ----------
    athlete : str
        Id.
    pain_0_10 : int
        Pain on the morning after.
    now : datetime
        With time zone.
    tz : tzinfo or None
        The athlete's; None for the clock of this place.

    Returns
    -------
    SessionDigest
        That session.

    Raises
    ------
    MorningError
        If none waits.
    NotesUnreadable
        If the file of answers is broken; it is left as it is.
    OSError
        If the disk refuses; the file is as it was.
    """
    session = due_of(athlete, now, tz)
    if session is None:
        raise MorningError(
            Said(
                "No session of the last {days} days waits for the pain of the morning after: leave "
                "--pain-morning out.",
                days=WAITS_DAYS,
            )
        )
    note = MorningNote(pain_0_10=pain_0_10, asked_at=now.astimezone(UTC))
    keep_notes(notes_path(athlete, NAME), Mornings({**mornings(athlete), session.id: note}))
    return session
