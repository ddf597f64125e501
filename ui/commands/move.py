"""``powerhold move``: a session that was saved under the wrong athlete goes to the right one."""

from __future__ import annotations

import click

from emg.session.bundle import SessionReadError
from ui.commands.shared import JSON_OPTION, fail, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.home import AthleteError
from ui.kept.keeping import KeepingError
from ui.kept.library import NoSuchSession, find_session
from ui.kept.moving import move
from ui.words import library_words
from ui.words.told import told


@click.command("move")
@click.argument("session", metavar="SESSION")
@click.option("--to", required=True, metavar="ATHLETE", help="Id of the right athlete.")
@click.option("--new", is_flag=True, help="The right athlete begins with this session.")
@JSON_OPTION
def move_command(session: str, to: str, new: bool, as_json: bool) -> None:
    """Move a saved SESSION to another athlete, and the calibration measured in it.

    SESSION is its folder or its name.
    """
    try:
        moved = move(find_session(session), to, new=new)
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    except (NoSuchSession, SessionReadError) as error:
        fail(told(error), EXIT_FILE)
    except KeepingError as error:
        fail(told(error), EXIT_REFUSED)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fail(library_words.NOT_MOVED.format(reason=reason), EXIT_FILE)
    for sentence in library_words.moved_words(moved):
        say(sentence)
    if as_json:
        print_json(
            {
                "session": str(moved.folder),
                "athlete": moved.to,
                "calibrations": moved.n_calibrations,
                "calibration_stays": moved.borrowed,
                "made_before": list(moved.made_of_it),
            }
        )
