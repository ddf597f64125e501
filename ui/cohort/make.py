"""One cohort, from the folders to the tables: what is done is kept, and only the rest is computed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emg.exports.publish import ExportFailed, check_out, exporting, publish_file, publish_folder
from emg.exports.subject import ExportRefused, Leaving, Options, leaving_of
from emg.session.bundle import SessionReadError
from emg.session.tables import text_cell
from ui.cohort.facts import FactsUnreadable, Row, read_facts
from ui.cohort.on_cores import on_cores, usable_cores
from ui.cohort.on_dask import DaskMissing, OtherWorkers, SchedulerGone, dask_library, on_dask
from ui.cohort.parts import CohortBusy, Parts
from ui.cohort.sessions import Found, LeftOut, Why, find, part_of
from ui.cohort.work import Done, Settings, Task, code
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.words import cohort_words as words
from ui.words.told import told

NAME: Final = "powerhold-cohort"


class NoFolder(Exception):
    """A folder that was named is not there; the message is one sentence."""


EXIT_CODES: Final[dict[type[Exception], int]] = {
    NoFolder: EXIT_FILE,
    FactsUnreadable: EXIT_FILE,
    SessionReadError: EXIT_FILE,
    ExportRefused: EXIT_REFUSED,
    OtherWorkers: EXIT_REFUSED,
    ExportFailed: EXIT_USAGE,
    CohortBusy: EXIT_USAGE,
    DaskMissing: EXIT_USAGE,
    SchedulerGone: EXIT_USAGE,
}
"""How the command ends for each thing that can be wrong; all of them say what to do in one sentence."""


@dataclass(frozen=True, slots=True)
class CohortRequest:
    """What was asked for.

    Attributes
    ----------
    parents : tuple of Path
        Folders below which sessions lie.
    out : Path
        Parent of the new folder.
    settings : Settings
        With which they are analysed.
    options : Options
        What may leave besides the default.
    simulated : bool
        Whether sessions of the simulated athlete count.
    jobs : int or None
        Processes on this computer; None for as many as it has cores.
    scheduler : str or None
        Address of a Dask scheduler that has workers, in place of them.
    athletes : Path or None
        The clinic's own list of facts about athletes.
    """

    parents: tuple[Path, ...]
    out: Path
    settings: Settings
    options: Options
    simulated: bool = False
    jobs: int | None = None
    scheduler: str | None = None
    athletes: Path | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """A finished cohort.

    Attributes
    ----------
    path : Path or None
        The new folder; None if there is no session to put in it.
    sessions : tuple of (Leaving, Path)
        What is in it, under which codes, and where each session lies.
    n_holds : int
        Rows of holds.parquet.
    computed, reused : int
        Sessions that were computed now, and before.
    left_out : tuple of LeftOut
        What is not in it, by folder.
    list_path : Path or None
        File that says so.
    """

    path: Path | None
    sessions: tuple[tuple[Leaving, Path], ...]
    n_holds: int
    computed: int
    reused: int
    left_out: tuple[LeftOut, ...]
    list_path: Path | None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears how it goes: ``progress(done, of)`` and ``say(sentence)``."""

    progress: Callable[[int, int], None]
    say: Callable[[str], None]


def make_cohort(request: CohortRequest, listener: Listener) -> Cohort:
    """Analyse what has not been, and make the tables.

    Parameters
    ----------
    request : CohortRequest
        What to do.
    listener : Listener
        Hears how it goes.

    Raises
    ------
    NoFolder
        If one that was named is not there.
    FactsUnreadable
        About the list of athletes.
    CohortBusy
        If another program makes a cohort in the same place.
    DaskMissing, SchedulerGone, OtherWorkers
        About the workers; what is done is kept.
    SessionReadError, ExportRefused, ExportFailed
        As an export.
    """
    for parent in request.parents:
        if not parent.is_dir():
            raise NoFolder(words.NO_FOLDER.format(folder=parent))
    if request.scheduler is not None:
        dask_library()  # before anything is looked for
    facts = None if request.athletes is None else read_facts(request.athletes)
    found = find(request.parents, simulated=request.simulated)
    with exporting(request.out):
        check_out(request.out, found.folders)
        with Parts.beside(request.out) as parts:
            return _made(request, found, parts, facts, listener)


def _made(
    request: CohortRequest, found: Found, parts: Parts, facts: dict[str, Row] | None, listener: Listener
) -> Cohort:
    left_out = list(found.left_out)
    tasks = list(_tasks(found.folders, request.settings, left_out))
    parts.tidy({task.part for task in tasks})
    open_tasks = [task for task in tasks if not parts.has(task.part)]
    n_reused = len(tasks) - len(open_tasks)
    for n_done, (task, done) in enumerate(_worked(request, open_tasks, listener), start=1):
        if done.code not in ("", code()):  # a worker elsewhere, or an update while it runs
            raise OtherWorkers(words.OTHER_CODE)
        if done.files:
            parts.put(task.part, done.files)
        else:
            left_out.append(LeftOut(task.folder, Why.BROKEN, done.reason))
        listener.progress(n_reused + n_done, len(tasks))
    left_out.sort(key=lambda one: one.folder)
    places = {parts.folder(task.part): task.folder for task in tasks if parts.has(task.part)}
    sessions, path, n_holds = _published(request, places, parts, facts)
    return Cohort(
        path,
        tuple((leaving, places[leaving.folder]) for leaving in sessions),
        n_holds,
        computed=len(places) - n_reused,
        reused=n_reused,
        left_out=tuple(left_out),
        list_path=_listed(request.out, NAME if path is None else path.name, left_out),
    )


def _tasks(folders: Sequence[Path], settings: Settings, left_out: list[LeftOut]) -> Iterator[Task]:
    for folder in folders:
        try:
            yield Task(folder, settings, part_of(folder, settings))
        except OSError as error:
            reason = words.NOT_READ.format(folder=error.filename or folder, reason=error.strerror)
            left_out.append(LeftOut(folder, Why.BROKEN, reason))
        except ValueError as error:  # it was written to since it was found
            left_out.append(
                LeftOut(folder, Why.BROKEN, words.NOT_READ.format(folder=folder, reason=told(error)))
            )


def _worked(request: CohortRequest, tasks: Sequence[Task], listener: Listener) -> Iterator[tuple[Task, Done]]:
    if request.scheduler is None:
        return on_cores(tasks, request.jobs or usable_cores())
    return on_dask(tasks, request.scheduler, listener.say)


def _published(
    request: CohortRequest, places: dict[Path, Path], parts: Parts, facts: dict[str, Row] | None
) -> tuple[tuple[Leaving, ...], Path | None, int]:
    if not places:
        return (), None, 0
    sessions = leaving_of(places, request.options)
    n_holds = 0

    def fill(folder: Path) -> None:
        nonlocal n_holds
        n_holds = write_tables(sessions, parts.about, folder, request.settings, facts)

    from ui.cohort.tables import write_tables  # pyarrow, which whoever only computes does not need

    return sessions, publish_folder(request.out, NAME, fill), n_holds


def _listed(out: Path, name: str, left_out: Sequence[LeftOut]) -> Path | None:
    """Write what was left out beside the table, not into it: the names of folders are dates and ids."""
    if not left_out:
        return None
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("folder", "why", "reason"))
    for one in left_out:
        lines.writerow((text_cell(str(one.folder)), one.why.value, text_cell(one.reason)))
    return publish_file(out, f"{name}-left-out", ".csv", text.getvalue().encode("utf-8", "replace"))
