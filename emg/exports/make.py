"""Make one export of some sessions, plain or sealed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from emg.exports.publish import check_out, exporting, make_private, publish_file, publish_folder
from emg.exports.sealed import ENDING, check_passphrase, seal, unseal
from emg.exports.subject import ExportRefused, Leaving, Options, leaving_of
from emg.said import Said

Fill: TypeAlias = Callable[[Path], Path | None]


class Format(StrEnum):
    """In which form sessions go out."""

    CSV = "csv"
    BDF = "bdf"
    EDF = "edf"
    BIDS = "bids"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Made:
    """An export.

    Attributes
    ----------
    path : Path
        New folder, or new sealed file.
    sessions : tuple of Leaving
        What is in it, and under which codes.
    """

    path: Path
    sessions: tuple[Leaving, ...]


def export(
    folders: Sequence[Path],
    to: Format,
    out: Path,
    options: Options | None = None,
    passphrase: str | None = None,
) -> Made:
    """Export sessions into a new folder ``powerhold-FORMAT`` in ``out``, or a new ``powerhold-FORMAT.age``.

    Parameters
    ----------
    folders : sequence of Path
        Folders of sessions; one or more.
    to : Format
        Which form.
    out : Path
        Parent folder; made if it is missing. What is there is not touched: the second export ends ``-2``.
    options : Options or None
        What may leave besides the default.
    passphrase : str or None
        Seals the export.

    Raises
    ------
    SessionReadError
        If a file of a session cannot be read.
    ExportRefused
        If it would say more than was asked for, or cannot hold what was measured.
    SealError
        If the passphrase is too short, or the export too large to be sealed.
    ExportFailed
        If the disk refuses. Whatever happens, nothing half is left under an export's name.
    """
    if not folders:
        raise ExportRefused(Said("There is no session to export."))
    if passphrase is not None:
        check_passphrase(passphrase)
    with exporting(out):
        check_out(out, folders)
        sessions = leaving_of(folders, options or Options())
        fill, name = _filler(to, sessions), f"powerhold-{to.value}"
        if passphrase is None:
            return Made(publish_folder(out, name, fill), sessions)
        return Made(_sealed(out, name, fill, passphrase), sessions)


def open_sealed(path: Path, passphrase: str, out: Path) -> Path:
    """Open a sealed export into a new folder in ``out``.

    Raises
    ------
    SealError
        If it cannot be opened.
    ExportFailed
        If the disk refuses.
    """
    with exporting(out), tempfile.TemporaryDirectory(prefix="powerhold-") as private:
        name = unseal(path, passphrase, Path(private))
        inside = Path(private) / name
        return publish_folder(out, name, lambda part: _moved(inside, part))


def _sealed(out: Path, name: str, fill: Fill, passphrase: str) -> Path:
    """Write in the clear where temporary files lie, never where the sealed file goes: that may be a stick."""
    with tempfile.TemporaryDirectory(prefix="powerhold-") as private:
        part = Path(private) / name
        part.mkdir(0o700)
        made = fill(part) or part
        make_private(made)
        return publish_file(out, name, ENDING, seal(made, name, passphrase))


def _moved(inside: Path, part: Path) -> None:
    for path in inside.iterdir():
        shutil.move(path, part / path.name)


def _filler(to: Format, sessions: tuple[Leaving, ...]) -> Fill:
    """Find what writes a form; its libraries are loaded now, and those of the others are not."""
    match to:
        case Format.CSV:
            from emg.exports.csv_files import write_csv as write
        case Format.BDF:
            from emg.exports.recordings import write_bdf as write
        case Format.EDF:
            from emg.exports.recordings import write_edf as write
        case Format.PARQUET:
            from emg.exports.parquet_files import write_parquet as write
        case Format.BIDS:
            from emg.exports.bids import export_bids

            folders, options = [one.folder for one in sessions], sessions[0].options
            return lambda folder: export_bids(folders, folder / "dataset", options=options).path
    return lambda folder: write(sessions, folder)
