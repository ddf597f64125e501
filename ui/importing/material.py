"""The file of another tool, looked through once: what it holds, and how large its numbers are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from emg.analysis import AnalysisPlan
from emg.blocks import StreamInfo
from emg.foreign import plain
from emg.montage import Montage
from emg.pipeline import ChainSettings
from emg.said import Said, said_by
from emg.session.bdf import storable_full_scale
from hardware.files import FileUnreadable
from ui.analysis.file_choice import SitedFile
from ui.analysis.typed import RequestError, edges, efforts_of, span_of, windows_json, work_of
from ui.importing.request import ImportRequest
from ui.session.plan import MAINS, chain_settings
from ui.words import home_words

BOARD: Final = "import"
"""Stands for the board of a session that was recorded by another program."""

MAX_HOLE_S: Final = 3600.0
"""A longer gap is two recordings in one file, and would be filled on the disk."""

LEAST_FULL_SCALE: Final = 0.001
HEADROOM: Final = 4.0
"""Where a file does not know its full scale: near the rail a level is not believed."""


@dataclass(frozen=True, slots=True)
class Material:
    """A file that can be imported, and what is to be done with it.

    Attributes
    ----------
    file : SitedFile
        Its samples.
    info : StreamInfo
        Facts of the session's stream.
    plan : AnalysisPlan
        Its chain, and what was said of its windows.
    n_samples : int
        Its length, with what is lost.
    facts : dict
        What the session keeps of where it is from.
    """

    file: SitedFile
    info: StreamInfo
    plan: AnalysisPlan
    n_samples: int
    facts: dict[str, Any]

    @property
    def montage(self) -> Montage:
        """Sites and channels."""
        return self.plan.montage

    @property
    def chain(self) -> ChainSettings:
        """What the samples go through."""
        return self.plan.chain


def material_of(request: ImportRequest, on_progress: Callable[[float], None]) -> Material:
    """Look through the whole file once.

    Parameters
    ----------
    request : ImportRequest
        What is known of it.
    on_progress : callable
        Hears the share of the file that was read, 0 to 1.

    Raises
    ------
    RequestError, MontageError
        What can be mended on the command line.
    FileUnreadable, AnalysisError, BandError
        What is wrong with the file, or a window of it.
    """
    path = request.file.path
    if path.is_dir():
        raise RequestError(home_words.IMPORT_FOLDER.format(path=path))
    file = request.file.find()
    montage, found = file.montage, file.source.info
    montage.check_session()
    top, end = _looked_through(file, on_progress)
    digest = _hash_of(path)
    info = replace(
        found,
        board=BOARD,
        source_id=f"import:{digest[:16]}",
        full_scale_uv=_full_scale(found.full_scale_uv, top),
        serial="",
    )
    plan = AnalysisPlan(
        montage=montage,
        chain=chain_settings(info, MAINS[request.mains]),
        from_s=0.0,
        rest=None if request.rest is None else span_of(request.rest),
        mvc=efforts_of(request.mvc, montage),
        work=work_of(request.work),
    )
    plan.check_ends(end / info.fs_hz, 1.0 / info.fs_hz)
    return Material(file, info, plan, end, _facts(request, file, plan, digest))


def _facts(request: ImportRequest, file: SitedFile, plan: AnalysisPlan, digest: str) -> dict[str, Any]:
    """Say where a session is from: never the path of its file, which may name somebody."""
    names = (column.name for column in file.source.columns)
    return {
        "sha256": digest,
        "format": file.source.info.board,
        "columns": dict(zip(file.montage.names, names, strict=True)),
        "fs_hz": request.file.fs_hz,
        "unit": request.file.unit,
        "scale": request.file.scale,
        **windows_json(plan),
        "work": [[window.side.value, *edges(window.span)] for window in plan.work],
    }


def _looked_through(file: SitedFile, on_progress: Callable[[float], None]) -> tuple[float, int]:
    """Find the greatest absolute value and the end, and refuse what would fill the disk with nothing."""
    top, end, fs_hz = 0.0, 0, file.source.info.fs_hz
    for block in file.blocks(on_progress):
        hole_s = (block.first_sample - end) / fs_hz
        if hole_s > MAX_HOLE_S:
            raise FileUnreadable(
                home_words.IMPORT_LONG_GAP.format(at=f"{end / fs_hz:.1f}", hole=f"{hole_s:.0f}")
            )
        top = max(top, float(np.abs(block.data_uv).max()))
        end = block.end_sample
    return top, end


def _full_scale(known: float, top: float) -> float:
    """Choose what 24 bits are of: the file's own full scale, or well above its greatest value."""
    for wanted in (known, max(HEADROOM * top, LEAST_FULL_SCALE)):
        try:
            if wanted >= top:
                return storable_full_scale(wanted)
        except ValueError as error:
            refusal = said_by(error)
    raise FileUnreadable(refusal)


def _hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileUnreadable(
            Said(
                "{path} cannot be opened ({reason}).", path=plain(str(path), 200), reason=str(error.strerror)
            )
        ) from error
