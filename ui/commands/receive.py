"""``powerhold receive``: takes in sessions that came as one file; nothing that is here is touched."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click
import pyrage  # type: ignore[import-untyped]

from emg.exports.sealed import MAGIC
from emg.foreign import plain
from emg.session.parcel import MAX_BYTES, Parcel, ParcelError
from emg.session.received import ParcelConflict, Received, receive
from ui.commands.given import passphrase
from ui.commands.shared import JSON_OPTION, fail, interrupted_by_signals, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_INTERRUPTED, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athlete_lock import AthleteBusy, lock_if_known
from ui.kept.home import AthleteError, athletes_folder, check_athlete, sessions_folder
from ui.words import command_words, home_words
from ui.words.told import told


@click.command("receive")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--athlete", metavar="ID", help="Whose they are here; else the one they name, if known here.")
@JSON_OPTION
def receive_command(file: Path, athlete: str | None, as_json: bool) -> None:
    """Take in sessions that powerhold send made; all of them, or none."""
    try:
        who = None if athlete is None else check_athlete(athlete)
        with ExitStack() as opened, interrupted_by_signals(_break_off):
            parcel = Parcel(opened.enter_context(_opened(file)), plain(file.name, 80))
            who = who or _athlete_of(parcel)
            opened.enter_context(lock_if_known(who))
            done = receive(parcel, sessions_folder(who), who)
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    except ParcelError as error:
        fail(told(error), EXIT_FILE)
    except (ParcelConflict, AthleteBusy) as error:
        fail(told(error), EXIT_REFUSED)
    except OSError as error:
        fail(home_words.RECEIVE_DISK.format(reason=error.strerror or type(error).__name__), EXIT_USAGE)
    except KeyboardInterrupt:
        fail(home_words.RECEIVE_BROKEN_OFF, EXIT_INTERRUPTED)
    if as_json:
        print_json(
            {
                "athlete": who,
                "new": list(done.new),
                "there": list(done.there),
                "told_more": list(done.told_more),
            }
        )
    _tell(done, who)


def _tell(done: Received, athlete: str) -> None:
    for words, ids in (
        (home_words.RECEIVED_NEW, done.new),
        (home_words.RECEIVED_THERE, done.there),
        (home_words.RECEIVED_MORE, done.told_more),
    ):
        if ids:
            say(words.format(athlete=athlete, sessions=", ".join(ids)))


def _athlete_of(parcel: Parcel) -> str:
    """Take the athlete that all sessions name, if he is known here; else ask."""
    named = sorted({entry.athlete for entry in parcel.manifest.sessions})
    if len(named) > 1:
        fail(home_words.RECEIVE_TWO.format(athletes=", ".join(named)), EXIT_USAGE)
    who = check_athlete(named[0])
    if not (athletes_folder() / who).is_dir():
        fail(home_words.RECEIVE_WHOSE.format(athlete=who), EXIT_USAGE)
    return who


def _opened(path: Path) -> BinaryIO:
    """Open the file; a sealed one is opened in memory.

    Raises
    ------
    ParcelError
        If it is not there, no file, too large, or the passphrase is wrong.
    """
    try:
        if not path.is_file():
            raise ParcelError(home_words.RECEIVE_UNREAD.format(path=path, reason=command_words.NO_SUCH_FILE))
        file = path.open("rb")
    except (OSError, ValueError) as error:
        if isinstance(error, ParcelError):
            raise
        reason = getattr(error, "strerror", None) or command_words.NO_FILE_NAME
        raise ParcelError(
            home_words.RECEIVE_UNREAD.format(path=plain(str(path), 200), reason=reason)
        ) from error
    sealed = file.read(len(MAGIC)) == MAGIC
    if not sealed:
        return file
    with file:
        return _unsealed(file, path)


def _unsealed(file: BinaryIO, path: Path) -> BinaryIO:
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ParcelError(home_words.RECEIVE_UNREAD.format(path=path, reason=command_words.TOO_LARGE))
    try:
        return io.BytesIO(pyrage.passphrase.decrypt(content, passphrase(again=False)))
    except pyrage.DecryptError as error:
        raise ParcelError(home_words.WRONG_PASSPHRASE.format(name=plain(path.name, 80))) from error


def _break_off() -> None:
    raise KeyboardInterrupt
