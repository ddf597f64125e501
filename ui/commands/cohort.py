"""The command ``powerhold cohort``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emg.exports.subject import Options
from emg.foreign import plain
from ui.commands.shared import JSON_OPTION, fail, interrupted_by_signals, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_INTERRUPTED, EXIT_USAGE
from ui.session.plan import MAINS
from ui.terminal import StderrConsole
from ui.words import cohort_words as words
from ui.words import export_words, home_words, report_words
from ui.words.told import told

if TYPE_CHECKING:
    from ui.cohort.make import Cohort, CohortRequest

SHOWN: Final = 20
"""So many reasons stand on the terminal; the file has all."""

MEANT: Final = frozenset({"simulated", "practice", "recording"})
"""What is left out for one of these reasons is not broken: it is counted and not listed."""


@click.command("cohort")
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", type=click.Choice(["parquet"]), required=True, help="Form.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Parent of the new folder."
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; as many as cores if not said."
)
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask scheduler that has workers.")
@click.option("--simulated", is_flag=True, help="Also sessions of the simulated athlete.")
@click.option("--mains", type=click.Choice(list(MAINS)), help="For sites.parquet; a session knows its own.")
@click.option("--zero-phase", is_flag=True, help="For sites.parquet: filter forwards and backwards.")
@click.option(
    "--athletes", type=click.Path(path_type=Path), metavar="FILE", help="CSV with facts, by athlete's id."
)
@click.option("--with-ids", is_flag=True, help="Athletes' ids in place of codes.")
@click.option("--with-dates", is_flag=True, help="Real dates in place of days since the first session.")
@click.option("--with-notes", is_flag=True, help="Also why holds were taken out; it may name somebody.")
@JSON_OPTION
def cohort_command(
    folders: tuple[Path, ...],
    to: str,
    out: Path,
    jobs: int | None,
    scheduler: str | None,
    simulated: bool,
    mains: str | None,
    zero_phase: bool,
    athletes: Path | None,
    with_ids: bool,
    with_dates: bool,
    with_notes: bool,
    as_json: bool,
) -> None:
    """Analyse all sessions below FOLDERs again, into one set of tables.

    A new folder powerhold-cohort is made in DIR. Whoever interrupts it goes on with the same command.
    """
    if scheduler is not None and jobs is not None:
        fail(words.JOBS_ELSEWHERE, EXIT_USAGE)
    # what computes and its libraries, which the list of commands does not need
    from ui.cohort.make import CohortRequest
    from ui.cohort.work import Settings

    request = CohortRequest(
        folders,
        out,
        Settings(mains, zero_phase),
        Options(with_ids=with_ids, with_dates=with_dates, with_notes=with_notes),
        simulated=simulated,
        jobs=jobs,
        scheduler=scheduler,
        athletes=athletes,
    )
    made = _made(request)
    if made.path is None:
        _tell_left_out(made)
        fail(words.NONE_LEFT, EXIT_FILE)
    if as_json:
        print_json({**_facts(made), "format": to})
    _tell(made, request.options)


def _made(request: CohortRequest) -> Cohort:
    """Make it behind a progress bar; whatever is wrong ends with one sentence."""
    from ui.cohort.make import EXIT_CODES, Listener, make_cohort

    console = StderrConsole()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with (
            interrupted_by_signals(_break_off),
            Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown,
        ):
            bar = shown.add_task(words.WORKING, total=None)
            return make_cohort(
                request, Listener(lambda done, of: shown.update(bar, completed=done, total=of), say)
            )
    except tuple(EXIT_CODES) as error:
        fail(told(error), next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind)))
    except KeyboardInterrupt:
        fail(words.INTERRUPTED, EXIT_INTERRUPTED)


def _break_off() -> NoReturn:
    raise KeyboardInterrupt


def _facts(made: Cohort) -> dict[str, Any]:
    return {
        "path": str(made.path),
        "sessions": [
            {
                "subject": leaving.subject,
                "session": leaving.session,
                "athlete": leaving.record.athlete,
                "id": leaving.record.id,
                "folder": str(folder),
            }
            for leaving, folder in made.sessions
        ],
        "holds": made.n_holds,
        "computed": made.computed,
        "reused": made.reused,
        "left_out": [
            {"folder": str(one.folder), "why": one.why.value, "reason": one.reason} for one in made.left_out
        ],
        "left_out_file": None if made.list_path is None else str(made.list_path),
    }


def _tell(made: Cohort, options: Options) -> None:
    """Say what was made, and to whoever made it, and to nobody else, who is who."""
    if not options.with_ids:
        for subject, athlete in dict.fromkeys((one.subject, one.record.athlete) for one, _ in made.sessions):
            say(words.KEY.format(subject=subject, athlete=plain(athlete)))
        say(export_words.KEEP_KEY)
    if options.with_notes:
        say(export_words.NOTES_LEAVE)
    _tell_left_out(made)
    if made.reused:
        say(words.REUSED.format(reused=made.reused, computed=made.computed))
    say(
        words.DONE.format(
            holds=report_words.holds_words(made.n_holds),
            sessions=home_words.sessions_words(len(made.sessions)),
            path=made.path,
        )
    )


def _tell_left_out(made: Cohort) -> None:
    """Say what is broken one by one, and of what was never meant how many there are."""
    broken = [one for one in made.left_out if one.why.value not in MEANT]
    for one in broken[:SHOWN]:
        say(words.LEFT_OUT.format(reason=plain(told(one.reason), 400)))
    more = len(made.left_out) - len(broken[:SHOWN])
    if more:
        say(words.MORE_LEFT_OUT.format(n=more))
    if made.list_path is not None:
        say(words.ALL_LEFT_OUT.format(path=made.list_path))
