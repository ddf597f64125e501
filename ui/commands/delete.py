"""``powerhold delete``: a session, or all of an athlete, goes from this computer for good."""

from __future__ import annotations

from typing import NoReturn

import click

from emg.session.bundle import SessionReadError
from ui.commands.shared import JSON_OPTION, fail, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athletes import NamesUnreadable
from ui.kept.home import AthleteError
from ui.kept.keeping import KeepingError
from ui.kept.library import NoSuchSession, end_unfinished, find_session
from ui.kept.removing import Going, athlete_going, remove_athlete, remove_session, session_going
from ui.words import command_words, library_words
from ui.words.told import told


@click.command("delete")
@click.argument("session", metavar="[SESSION]", required=False)
@click.option("--athlete", metavar="ID", help="All of this athlete.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@JSON_OPTION
def delete_command(session: str | None, athlete: str | None, yes: bool, as_json: bool) -> None:
    """Delete a saved SESSION, or all that is kept of an athlete. It is said first what goes.

    SESSION is its folder or its name.
    """
    if (session is None) is (athlete is None):
        raise click.UsageError(command_words.ONE_OF_THEM)
    try:
        end_unfinished()
        folder = None if session is None else find_session(session)
        going = athlete_going(athlete or "") if folder is None else session_going(folder)
        for sentence in library_words.before_words(going):
            say(sentence)
        if not yes:
            _ask(going)
        remove_athlete(going.athlete) if folder is None else remove_session(folder)
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    except (NoSuchSession, SessionReadError, NamesUnreadable) as error:
        fail(told(error), EXIT_FILE)
    except KeepingError as error:
        fail(told(error), EXIT_REFUSED)
    except OSError as error:
        _fail_halfway(error)
    say(library_words.DELETED.format(what=library_words.going_words(going), athlete=going.athlete))
    if as_json:
        print_json(
            {
                "athlete": going.athlete,
                "session": going.session or None,
                "sessions": going.n_sessions,
                "calibrations": going.n_calibrations,
                "bytes": going.n_bytes,
            }
        )


def _ask(going: Going) -> None:
    """Let the id be typed: nobody does that by mistake."""
    try:
        typed = click.prompt(
            library_words.TYPE_IT.format(athlete=going.athlete), default="", show_default=False, err=True
        )
    except click.Abort:
        fail(library_words.SAY_YES, EXIT_USAGE)
    if str(typed).strip() != going.athlete:
        fail(library_words.TYPED_OTHER.format(athlete=going.athlete), EXIT_REFUSED)


def _fail_halfway(error: OSError) -> NoReturn:
    fail(library_words.LEFT_OVER.format(reason=error.strerror or type(error).__name__), EXIT_FILE)
