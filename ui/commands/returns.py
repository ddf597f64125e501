"""``powerhold returns``: how strong each leg feels, and how many single-leg bridges it does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import click
from pydantic import ValidationError
from rich.console import Console
from rich.table import Column, Table

from emg.session.returning import MAX_BRIDGES, MAX_NOTES, ReturnNote
from ui.commands.calibrations import when_words
from ui.commands.shared import JSON_OPTION, fail, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_USAGE
from ui.kept.athlete_files import NotesUnreadable
from ui.kept.home import AthleteError, check_athlete
from ui.kept.returns import NAME, add_return, return_facts, returns_of
from ui.words import command_words, trend_words
from ui.words.told import told

ATHLETE: Final = click.option("--athlete", required=True, metavar="ID")
FEELS: Final = click.IntRange(0, 10)
BRIDGES: Final = click.IntRange(0, MAX_BRIDGES)


@click.group("returns")
def returns_command() -> None:
    """Note how each leg comes back: how strong it feels, and single-leg chair bridges to stop."""


@returns_command.command("add")
@ATHLETE
@click.option("--feels-left", type=FEELS, metavar="0-10", help="Feels as strong as before: 10 is fully.")
@click.option("--feels-right", type=FEELS, metavar="0-10", help="The same of the right leg.")
@click.option("--bridges-left", type=BRIDGES, metavar="N", help="Single-leg chair bridges until no more go.")
@click.option("--bridges-right", type=BRIDGES, metavar="N", help="The same of the right leg.")
@JSON_OPTION
def add(
    athlete: str,
    feels_left: int | None,
    feels_right: int | None,
    bridges_left: int | None,
    bridges_right: int | None,
    as_json: bool,
) -> None:
    """Note what was said and counted today."""
    who = _checked(athlete)
    said = (feels_left, feels_right, bridges_left, bridges_right)
    if all(value is None for value in said):
        fail(trend_words.NOTHING_SAID, EXIT_USAGE)
    note = ReturnNote(
        noted_at=datetime.now(UTC).replace(microsecond=0),
        feels_left_0_10=feels_left,
        feels_right_0_10=feels_right,
        bridges_left=bridges_left,
        bridges_right=bridges_right,
    )
    try:
        add_return(who, note)
    except NotesUnreadable as error:
        fail(told(error), EXIT_FILE)
    except ValidationError:
        fail(command_words.NOTES_FULL.format(name=NAME, most=MAX_NOTES), EXIT_FILE)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fail(command_words.NOTE_NOT_KEPT.format(reason=reason), EXIT_FILE)
    if as_json:
        print_json({"athlete": who, **return_facts(note)})
        return
    say(command_words.NOTED.format(told=" ".join(trend_words.return_sentences(note))))


@returns_command.command("list")
@ATHLETE
@JSON_OPTION
def list_(athlete: str, as_json: bool) -> None:
    """List what was noted, newest first."""
    who = _checked(athlete)
    try:
        notes = returns_of(who)[::-1]
    except NotesUnreadable as error:
        fail(told(error), EXIT_FILE)
    if as_json:
        print_json({"returns": [return_facts(note) for note in notes]})
        return
    console = Console(markup=False, highlight=False)
    if not notes:
        console.print(trend_words.NO_RETURNS)
        return
    console.print(returns_table(notes))
    console.print(f"\n{trend_words.NOT_STRENGTH}")


def returns_table(notes: Iterable[ReturnNote]) -> Table:
    """One row a note."""
    table = Table(
        Column(command_words.NOTED_AT, no_wrap=True),
        *(Column(title, justify="right") for title in trend_words.RETURN_TITLES),
        box=None,
        padding=(0, 2, 0, 0),
    )
    for note in notes:
        table.add_row(when_words(note.noted_at), *trend_words.return_cells(note))
    return table


def _checked(athlete: str) -> str:
    try:
        return check_athlete(athlete)
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
