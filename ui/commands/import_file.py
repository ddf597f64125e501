"""``powerhold import``: another tool's recording becomes a session of an athlete."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.progress import Progress

from emg.protocols import ProtocolError
from ui.analysis.file_choice import FileChoice
from ui.commands.file_options import file_options
from ui.commands.shared import JSON_OPTION, OUT_OPTION, fail, interrupted_by_signals, print_json, say
from ui.exit_codes import EXIT_INTERRUPTED, EXIT_REFUSED, EXIT_USAGE
from ui.importing.request import ImportRequest
from ui.kept.athlete_lock import AthleteBusy
from ui.kept.home import AthleteError
from ui.session.plan import MAINS
from ui.terminal import StderrConsole
from ui.words import command_words, home_words
from ui.words.told import told

if TYPE_CHECKING:
    from ui.importing.session import Imported

EVERY_HOW_OFTEN: Final = "Can be given several times."


@click.command("import")
@file_options("FILE")
@click.option("--athlete", required=True, metavar="ID")
@click.option("--date", required=True, metavar="DAY[THH:MM]", help="When the recording began.")
@click.option("--protocol", metavar="NAME", help="The exercise that was done.")
@click.option("--rest", metavar="A:B", help="Seconds in which every muscle rests.")
@click.option("--mvc", multiple=True, metavar="SITE=A:B", help=f"A maximal effort. {EVERY_HOW_OFTEN}")
@click.option("--work", multiple=True, metavar="SIDE=A:B", help=f"A side works: a hold. {EVERY_HOW_OFTEN}")
@click.option("--mains", type=click.Choice(list(MAINS)), default="off", show_default=True)
@OUT_OPTION
@JSON_OPTION
def import_command(
    file: FileChoice,
    athlete: str,
    date: str,
    protocol: str | None,
    rest: str | None,
    mvc: tuple[str, ...],
    work: tuple[str, ...],
    mains: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Keep another tool's recording as a session; its file stays as it is."""
    done = _imported(
        ImportRequest(
            file=file,
            athlete=athlete,
            date=date,
            protocol=protocol,
            rest=rest,
            mvc=mvc,
            work=work,
            mains=mains,
            out=out,
        )
    )
    for note in done.notes:
        say(told(note))
    if as_json:
        record = done.record
        print_json(
            {
                "session": str(done.folder),
                "fs_hz": record.fs_hz,
                "unit": record.unit.value,
                "holds": done.n_holds,
                "lost_samples": record.lost_samples,
                "notes": list(done.notes),
            }
        )
    say(home_words.IMPORTED.format(path=done.folder))


def _imported(request: ImportRequest) -> Imported:
    """Import behind a progress bar; whatever is wrong ends with one sentence."""
    from ui.analysis.run import EXIT_CODES  # the libraries of files, which the live program does not need
    from ui.importing.run import AlreadyHere, import_file

    codes: dict[type[Exception], int] = {
        AthleteError: EXIT_USAGE,
        ProtocolError: EXIT_USAGE,
        AlreadyHere: EXIT_REFUSED,
        AthleteBusy: EXIT_REFUSED,
        **EXIT_CODES,
    }
    try:
        with interrupted_by_signals(_break_off), Progress(console=StderrConsole(), transient=True) as shown:
            task = shown.add_task(command_words.IMPORTING, total=1.0)
            return import_file(request, datetime.now(UTC), lambda share: shown.update(task, completed=share))
    except tuple(codes) as error:
        fail(told(error), next(code for kind, code in codes.items() if isinstance(error, kind)))
    except KeyboardInterrupt:
        fail(home_words.IMPORT_BROKEN_OFF, EXIT_INTERRUPTED)


def _break_off() -> None:
    raise KeyboardInterrupt
