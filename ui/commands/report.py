"""``powerhold report``: a page for the patient and one for the physical therapist."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from emg.session.bundle import SessionReadError
from emg.session.folder import PrivateFile, make_private_folders
from ui.commands.given import session_folder
from ui.commands.shared import JSON_OPTION, fail, print_json, say
from ui.computer.qt_check import library_problem
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athletes import MAX_NAME, clean_name
from ui.report.material import NothingToReport, read_material
from ui.words.report_words import IN_THE_SESSION, LONG_NAME, NEEDS_SUFFIX, NOT_WRITTEN, WRITTEN
from ui.words.told import told

PDF, PNG = ".pdf", ".png"
PAPERS: Final = ("a4", "letter")


@click.command("report")
@click.argument("session", metavar="SESSION")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.pdf|FILE.png")
@click.option("--png", is_flag=True, help="Beside the PDF also a picture of each page.")
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True)
@click.option("--name", default="", metavar="TEXT", help="A name to stand on the page; else none does.")
@JSON_OPTION
def report_command(session: str, out: Path, png: bool, paper: str, name: str, as_json: bool) -> None:
    """Make a report of a saved SESSION: page 1 for the patient, page 2 for the physical therapist.

    SESSION is its folder or its name. A picture has one page: FILE.png is the first, FILE-2.png the second.
    """
    suffix = out.suffix.lower()
    if suffix not in (PDF, PNG):
        fail(NEEDS_SUFFIX.format(name=out.name), EXIT_USAGE)
    shown = clean_name(name)
    if len(shown) > MAX_NAME:
        fail(LONG_NAME.format(most=MAX_NAME, n=len(shown)), EXIT_USAGE)
    folder = session_folder(session)
    if _is_inside(out, folder):
        fail(IN_THE_SESSION.format(path=out), EXIT_REFUSED)
    problem = library_problem({**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    if problem:
        fail(told(problem), EXIT_USAGE)
    try:
        files = made(folder, out, shown, paper, with_pictures=png or suffix == PNG)
    except SessionReadError as error:
        fail(told(error), EXIT_FILE)
    except NothingToReport as error:
        fail(told(error), EXIT_USAGE)
    for path, content in files.items():
        _write(path, content)
    if as_json:
        print_json({"session": str(folder), "files": [str(path) for path in files]})
    else:
        say(WRITTEN.format(names=", ".join(map(str, files))))


def made(folder: Path, out: Path, name: str, paper: str, *, with_pictures: bool) -> dict[Path, bytes]:
    """Make the files of a report; nothing is written yet.

    Parameters
    ----------
    folder : Path
        The session.
    out : Path
        Ends in ``.pdf`` or ``.png``.
    name : str
        For the page; empty for none.
    paper : str
        ``a4`` or ``letter``.
    with_pictures : bool
        A picture of each page too.

    Raises
    ------
    SessionReadError
        If a file of the session is missing or broken.
    NothingToReport
        If it is a recording.
    """
    from ui.report.paint import pdf_of, pictures_of  # Qt is loaded only for this

    material = read_material(folder, name)
    files = {out: pdf_of(material, paper)} if out.suffix.lower() == PDF else {}
    if with_pictures:
        for number, content in enumerate(pictures_of(material, paper), start=1):
            page = out.stem if number == 1 else f"{out.stem}-{number}"
            files[out.with_name(page + PNG)] = content
    return files


def _is_inside(out: Path, folder: Path) -> bool:
    return folder.resolve() in out.resolve().parents


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        make_private_folders(path.absolute().parent)
        part.unlink(missing_ok=True)
        file = PrivateFile(part)
        try:
            file.append(content)
            file.sync()
        finally:
            file.close()
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        why = error.strerror or str(error)
        fail(NOT_WRITTEN.format(path=path, why=why), EXIT_REFUSED)
