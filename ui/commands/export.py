"""``powerhold export`` puts sessions into forms that others read; ``powerhold unseal`` opens a sealed one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from emg.exports.make import Format, Made, export, open_sealed
from emg.exports.publish import ExportFailed
from emg.exports.sealed import SealError
from emg.exports.subject import ExportRefused, Options
from emg.foreign import plain
from emg.session.bundle import SessionReadError
from emg.session.folder import RecordingError
from ui.commands.given import new_passphrase, passphrase, session_folder
from ui.commands.shared import JSON_OPTION, fail, interrupted_by_signals, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_INTERRUPTED, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athletes import athletes
from ui.kept.home import AthleteError, check_athlete
from ui.kept.library import athlete_library
from ui.words import export_words as words
from ui.words.told import told

_WITH_SIGNAL: Final = frozenset({Format.BDF, Format.EDF, Format.BIDS})

OUT: Final = click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Parent of the new folder."
)


@click.command("export")
@click.argument("sessions", metavar="[SESSION]...", nargs=-1)
@click.option("--athlete", "ids", multiple=True, metavar="ID", help="All sessions of this athlete.")
@click.option(
    "--all", "everybody", is_flag=True, help="All sessions of all athletes, the simulated one's not."
)
@click.option("--to", type=click.Choice([form.value for form in Format]), required=True, help="Form.")
@OUT
@click.option("--sealed", is_flag=True, help="One file that opens with a passphrase only.")
@click.option("--with-ids", is_flag=True, help="Athletes' ids in place of codes.")
@click.option("--with-dates", is_flag=True, help="Real dates in place of days since the first session.")
@click.option("--with-notes", is_flag=True, help="Also what people wrote; it may name somebody.")
@JSON_OPTION
def export_command(
    sessions: tuple[str, ...],
    ids: tuple[str, ...],
    everybody: bool,
    to: str,
    out: Path,
    sealed: bool,
    with_ids: bool,
    with_dates: bool,
    with_notes: bool,
    as_json: bool,
) -> None:
    """Export sessions, by folder or by name, without ids, dates or notes unless you ask for them.

    A new folder powerhold-FORMAT is made in DIR; nothing that is there is touched.
    """
    form = Format(to)
    folders, left_out = _chosen(sessions, ids, everybody, form)
    secret = new_passphrase() if sealed else None
    options = Options(with_ids=with_ids, with_dates=with_dates, with_notes=with_notes)
    with _failing():
        made = export(folders, form, out, options, secret)
    for reason in left_out:
        say(words.LEFT_OUT.format(reason=plain(told(reason), 400)))
    if as_json:
        print_json({**_facts(made), "format": form.value, "sealed": sealed, "left_out": left_out})
    _tell(made, options, sealed=sealed)


@click.command("unseal")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@OUT
@JSON_OPTION
def unseal_command(file: Path, out: Path, as_json: bool) -> None:
    """Open a sealed export into a new folder in DIR."""
    secret = passphrase(again=False)
    with _failing(sealed=EXIT_FILE):
        path = open_sealed(file, secret, out)
    if as_json:
        print_json({"path": str(path)})
    say(words.OPENED.format(path=path))


def _chosen(
    sessions: Sequence[str], ids: Sequence[str], everybody: bool, form: Format
) -> tuple[list[Path], list[str]]:
    """Find the folders that are meant, and why others of these athletes are left out."""
    if not (sessions or ids or everybody):
        fail(words.NOTHING, EXIT_USAGE)
    folders, left_out = [session_folder(session) for session in sessions], []
    try:
        wanted = dict.fromkeys(check_athlete(athlete) for athlete in ids)
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    if everybody:
        wanted |= dict.fromkeys(entry.id for entry in athletes())
    for athlete in wanted:
        library = athlete_library(athlete)
        left_out += [one.reason for one in library.broken]
        folders += [
            one.folder
            for one in library.digests
            if (athlete in ids or not one.simulated) and not (form in _WITH_SIGNAL and one.kind == "practice")
        ]
    if not folders:
        for reason in left_out:
            say(words.LEFT_OUT.format(reason=plain(told(reason), 400)))
        fail(words.NONE_LEFT, EXIT_FILE)
    return folders, left_out


@contextmanager
def _failing(sealed: int = EXIT_REFUSED) -> Iterator[None]:
    """End with one sentence where an export cannot be made; a polite kill takes away what is half written."""
    try:
        with interrupted_by_signals(_interrupt):
            yield
    except SessionReadError as error:
        fail(told(error), EXIT_FILE)
    except ExportRefused as error:
        fail(told(error), EXIT_REFUSED)
    except SealError as error:
        fail(told(error), sealed)
    except (ExportFailed, RecordingError) as error:
        fail(told(error), EXIT_USAGE)
    except KeyboardInterrupt:
        fail(words.INTERRUPTED, EXIT_INTERRUPTED)


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _facts(made: Made) -> dict[str, Any]:
    return {
        "path": str(made.path),
        "sessions": [
            {
                "subject": one.subject,
                "session": one.session,
                "athlete": one.record.athlete,
                "id": one.record.id,
                "folder": str(one.folder),
            }
            for one in made.sessions
        ],
    }


def _tell(made: Made, options: Options, *, sealed: bool) -> None:
    """Say what was made, and to whoever made it, and to nobody else, who is who."""
    if not options.with_ids:
        for subject in dict.fromkeys(one.subject for one in made.sessions):
            theirs = [one for one in made.sessions if one.subject == subject]
            who = plain(theirs[0].record.athlete)
            said = ", ".join(one.session for one in theirs)
            say(words.KEY.format(subject=subject, athlete=who, sessions=said))
        say(words.KEEP_KEY)
    if options.with_notes:
        say(words.NOTES_LEAVE)
    if sealed:
        say(words.LOST_IS_LOST)
    say(words.DONE.format(path=made.path))
