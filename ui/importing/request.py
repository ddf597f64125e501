"""What ``powerhold import`` is asked for, as it was typed: what the file does not say has to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from emg.foreign import plain
from ui.analysis.file_choice import FileChoice
from ui.analysis.typed import RequestError
from ui.words import home_words

DAY_ONLY: Final = 10
"""Characters of a date without a time."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the user asked for, as it was typed.

    Attributes
    ----------
    file : FileChoice
        The file, and how it is read.
    athlete : str
        Id.
    date : str
        Day, or day and time, of sample 0.
    protocol : str or None
        What was done.
    rest, mvc, work
        Windows in seconds, as ``powerhold analyze`` takes them.
    mains : str
        ``50``, ``60`` or ``off``.
    out : Path or None
        Parent of the new folder; None for the athlete's sessions.
    """

    file: FileChoice
    athlete: str
    date: str
    protocol: str | None = None
    rest: str | None = None
    mvc: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    mains: str = "off"
    out: Path | None = None


def started_of(text: str, now: datetime) -> datetime:
    """Read a day, or a day and a time; without a zone it is the clock on the wall here.

    A day alone is taken as its noon.

    Raises
    ------
    RequestError
        If it is no day, still to come, or before 1970.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        if len(text.strip()) <= DAY_ONLY:
            found = found.replace(hour=12)
        if not 1970 <= found.year < 9000:
            raise RequestError(home_words.IMPORT_EARLY.format(day=f"{found:%Y-%m-%d}"))
        found = found.astimezone(UTC)
    except RequestError:
        raise
    except (ValueError, OverflowError) as error:
        raise RequestError(home_words.IMPORT_DATE.format(text=plain(text))) from error
    if found > now and (found - now > timedelta(days=1) or len(text.strip()) > DAY_ONLY):
        raise RequestError(home_words.IMPORT_FUTURE.format(day=f"{found:%Y-%m-%d}"))
    return found
