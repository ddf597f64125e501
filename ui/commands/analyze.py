"""The command ``powerhold analyze``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from ui.analysis.file_choice import FileChoice
from ui.analysis.request import AnalysisRequest
from ui.analysis.table import SIDE_HEADINGS, headline, sentences, side_rows, site_rows
from ui.commands.file_options import file_options
from ui.commands.shared import (
    JSON_OPTION,
    OUT_OPTION,
    check_number,
    fail,
    interrupted_by_signals,
    print_json,
    say,
)
from ui.exit_codes import EXIT_INTERRUPTED
from ui.session.plan import MAINS
from ui.terminal import StderrConsole
from ui.words.analysis_words import ANALYSING, INTERRUPTED, SITE_HEADINGS
from ui.words.told import told
from ui.words.words import SAVED_IN

if TYPE_CHECKING:
    from ui.analysis.run import Analysis


@click.command("analyze")
@file_options("FILE|SESSION")
@click.option("--rest", metavar="A:B", help="Seconds in which every muscle rests.")
@click.option("--mvc", multiple=True, metavar="SITE=A:B", help="Seconds of a maximal effort.")
@click.option("--work", multiple=True, metavar="SIDE=A:B", help="Seconds in which a side works.")
@click.option("--from", "from_s", type=float, default=0.5, show_default=True, metavar="S")
@click.option("--calibration", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--zero-phase", is_flag=True, help="Filter forwards and backwards; live numbers are causal.")
@click.option("--mains", type=click.Choice(list(MAINS)), help="Take the mains out; a session knows its own.")
@OUT_OPTION
@JSON_OPTION
def analyze_command(
    file: FileChoice,
    rest: str | None,
    mvc: tuple[str, ...],
    work: tuple[str, ...],
    from_s: float,
    calibration: Path | None,
    zero_phase: bool,
    mains: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Give the numbers of a recording: a file, or the folder of a session."""
    check_number(from_s, "--from")
    request = AnalysisRequest(
        file=file,
        rest=rest,
        mvc=mvc,
        work=work,
        from_s=from_s,
        calibration=calibration,
        zero_phase=zero_phase,
        mains=mains,
        out=out,
    )
    found = _analysed(request)
    for note in found.notes:
        say(told(note))
    if as_json:
        print_json(found.told)
    else:
        _show(found)


def _analysed(request: AnalysisRequest) -> Analysis:
    """Analyse behind a progress bar; whatever is wrong ends with one sentence."""
    from ui.analysis.run import (  # the libraries of files, which the live program does not need
        EXIT_CODES,
        analyze,
    )

    try:
        with (
            interrupted_by_signals(_break_off),
            Progress(console=StderrConsole(), transient=True) as shown,
        ):
            task = shown.add_task(ANALYSING, total=1.0)
            return analyze(request, lambda share: shown.update(task, completed=share))
    except tuple(EXIT_CODES) as error:
        fail(told(error), next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind)))
    except KeyboardInterrupt:
        fail(INTERRUPTED, EXIT_INTERRUPTED)


def _break_off() -> NoReturn:
    raise KeyboardInterrupt


def _show(found: Analysis) -> None:
    """Print the numbers for people, on stdout; what to know about them goes to stderr."""
    console, report = Console(), found.report
    console.print(headline(report), highlight=False)
    console.print(_table(SITE_HEADINGS, site_rows(report)))
    if report.sides is not None:
        console.print(_table(SIDE_HEADINGS, side_rows(report.sides)))
    for sentence in sentences(report):
        console.print(sentence, highlight=False)
    if found.folder is not None:
        say(SAVED_IN.format(folder=found.folder))


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(
        *(Column(heading, no_wrap=True) for heading in headings), box=box.SIMPLE, padding=(0, 1, 0, 0)
    )
    for row in rows:
        table.add_row(*row)
    return table
