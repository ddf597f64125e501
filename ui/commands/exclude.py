"""``powerhold exclude``: take a hold out of all means by hand, or let it in again; all is computed anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from emg.foreign import read_small
from emg.results import HoldResult
from emg.session.amend import amended, excluded_event, restored_event
from emg.session.bundle import SessionReadError, read_session
from emg.session.events import append_event
from emg.session.folder import RecordingError, SessionFolder, replace_file, writing
from emg.session.outcome import holds_text, summary_of
from emg.session.small_files import MAX_HOLDS_BYTES
from emg.session.summary import summary_to_json
from emg.stage import Event
from ui.commands.given import session_folder
from ui.commands.shared import JSON_OPTION, fail, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.session.recompute import CannotRecompute, Recomputed, recomputed
from ui.words import command_words as words
from ui.words.told import told

LEARNED_LATER: Final = frozenset({"pain_0_10", "excluded"})
"""Columns of holds.csv that may change after a session; every other one must come out as it was."""


class NoSuchHold(ValueError):
    """There is nothing of that number to exclude or restore; the message is one sentence."""


class Protected(ValueError):
    """The files are left as they are; the message is one sentence that says why."""


@click.command("exclude")
@click.argument("session", metavar="SESSION")
@click.option("--hold", "number", type=click.IntRange(min=1), required=True, metavar="N", help="Its number.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in holds.csv.")
@click.option("--restore", is_flag=True, help="Let it count again.")
@JSON_OPTION
def exclude_command(session: str, number: int, reason: str, restore: bool, as_json: bool) -> None:
    """Take a hold of a saved SESSION out of all means, or let it in again.

    SESSION is its folder or its name. Nothing is lost: the hold keeps its row and its numbers.
    """
    if not restore and not reason.strip():
        fail(words.SAY_WHY.format(number=number), EXIT_USAGE)
    folder = session_folder(session)
    try:
        hold, summary = decide(folder, number, None if restore else reason, why_restored=reason)
    except SessionReadError as error:
        fail(told(error), EXIT_FILE)
    except (NoSuchHold, RecordingError) as error:
        fail(told(error), EXIT_USAGE)
    except (CannotRecompute, Protected) as error:
        fail(told(error), EXIT_REFUSED)
    say((words.OUT if hold.excluded else words.IN_AGAIN).format(number=number, reason=hold.excluded))
    if as_json:
        facts = {"hold": number, "excluded": hold.excluded or None, "enters_means": hold.enters_means}
        print_json({"session": str(folder), **facts, "summary": summary})


def decide(
    folder: Path, number: int, reason: str | None, *, why_restored: str = ""
) -> tuple[HoldResult, dict[str, Any]]:
    """Exclude or restore one hold of a session that is over.

    The decision is added to events.jsonl; then holds.csv and summary.json are computed again and replaced.
    If that is broken off in between, the next decision makes up for it.

    Parameters
    ----------
    folder : Path
        The session.
    number : int
        The hold.
    reason : str or None
        Why it is excluded; None restores it.
    why_restored : str
        Why it is restored, if anybody says.

    Returns
    -------
    hold : HoldResult
        As it is now.
    summary : dict
        As summary.json.

    Raises
    ------
    SessionReadError
        If a file is missing or cannot be read.
    CannotRecompute, Protected
        If the session cannot be computed again, or comes out otherwise.
    NoSuchHold
        If there is no such hold, or it is not excluded.
    RecordingError
        If the disk refuses.
    """
    if not read_session(folder).complete:
        raise Protected(words.NOT_OVER.format(folder=folder))
    found = recomputed(folder)
    before = _as_it_stands(folder, found)
    hold = next((hold for hold in before if hold.hold == number), None)
    if hold is None:
        raise NoSuchHold(words.NO_HOLD.format(folder=folder, number=number, there=_there(before)))
    if reason is None and not hold.excluded:
        raise NoSuchHold(words.NOT_OUT.format(number=number))
    now, end = datetime.now(UTC), max(event.sample for event in found.recorded)
    decision = (
        restored_event(number, why_restored, sample=end, said_at=now)
        if reason is None
        else excluded_event(number, reason, sample=end, said_at=now)
    )
    return _concluded(folder, found, decision)


def _concluded(folder: Path, found: Recomputed, decision: Event) -> tuple[HoldResult, dict[str, Any]]:
    """Write the decision down, and what follows from it."""
    files = SessionFolder(folder)
    events = [*found.recorded, decision]
    holds = amended(found.holds, events)
    summary = summary_of(found.record, holds, events, found.reference)
    with writing(folder):
        append_event(files.events_jsonl, decision)
        replace_file(files.holds_csv, holds_text(found.record, holds))
        replace_file(files.summary_json, summary_to_json(summary))
    return next(hold for hold in holds if hold.hold == decision.hold), summary


def _as_it_stands(folder: Path, found: Recomputed) -> list[HoldResult]:
    """Give the holds as amended so far, if they are those that holds.csv has.

    Raises
    ------
    Protected
        If other numbers would take the place of those that people saw.
    """
    try:
        holds = amended(found.holds, found.recorded)
    except ValueError as error:
        path = SessionFolder(folder).events_jsonl
        raise SessionReadError(words.UNUSABLE.format(path=path, reason=told(error))) from error
    if not _same_numbers(_text_of(SessionFolder(folder).holds_csv), holds_text(found.record, holds)):
        version = found.record.software.version
        raise Protected(words.OTHER_NUMBERS.format(folder=folder, version=version))
    return holds


def _same_numbers(on_disk: str, now: str) -> bool:
    """Whether two texts of holds.csv say the same in every column they share, but what is learned later."""
    there, here = (list(csv.DictReader(io.StringIO(text, newline=""))) for text in (on_disk, now))
    if len(there) != len(here):
        return False
    return all(
        old[name] == new[name]
        for old, new in zip(there, here, strict=True)
        for name in old.keys() & new.keys() - LEARNED_LATER
    )


def _text_of(path: Path) -> str:
    try:
        return read_small(path, MAX_HOLDS_BYTES).decode()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SessionReadError(words.UNREADABLE.format(path=path, reason=reason)) from error
    except ValueError as error:
        raise SessionReadError(words.NO_TABLE.format(path=path)) from error


def _there(holds: Sequence[HoldResult]) -> str:
    if not holds:
        return words.NO_HOLDS_THERE
    first, last = holds[0].hold, holds[-1].hold
    if first == last:
        return words.ONE_HOLD_THERE.format(n=first)
    return words.HOLDS_THERE.format(first=first, last=last)
