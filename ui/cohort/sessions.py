"""Which sessions lie below some folders, which of them a cohort is made of, and why the others are not."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from emg.said import said_by
from emg.session.folder import SessionFolder
from emg.session.outcome import IMPORTED
from emg.session.small_files import (
    MAX_EVENTS_BYTES,
    MAX_SESSION_BYTES,
    DigestError,
    SessionFile,
    read_bounded,
    read_light,
)
from ui.cohort.work import Settings, code
from ui.session.recovery import QUIET_S
from ui.words import cohort_words as words

_MARKS: Final = frozenset({"session.json", "raw.bdf", "events.jsonl"})
_KINDS: Final = {"practice": words.PRACTICE, "recording": words.RECORDING}


class Why(StrEnum):
    """Why a folder is left out."""

    BROKEN = "broken"
    COPY = "copy"
    IMPORTED = "imported"
    PRACTICE = "practice"
    RECORDING = "recording"
    RUNNING = "running"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A folder that is left out, and the sentence that says why."""

    folder: Path
    why: Why
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Sessions of a cohort.

    Attributes
    ----------
    folders : tuple of Path
        Each session once, in order of path.
    left_out : tuple of LeftOut
        What else lies there.
    """

    folders: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]


def find(parents: Iterable[Path], *, simulated: bool, now_s: float | None = None) -> Found:
    """Find every session below some folders.

    Hidden folders are passed over, and links are not followed. A session that lies there twice counts once,
    in the folder that bears its name.

    Parameters
    ----------
    parents : iterable of Path
        Folders that are there; a session itself is one too.
    simulated : bool
        Whether those of the simulated athlete count.
    now_s : float or None
        Time since the epoch; None is now.
    """
    now_s = time.time() if now_s is None else now_s
    left_out: list[LeftOut] = []
    seen: list[tuple[Path, SessionFile]] = []
    for folder in sorted({path for parent in parents for path in _below(parent.resolve(), left_out)}):
        found = _read(folder, left_out)
        if found is None:
            continue
        unfit = _unfit(folder, found, simulated=simulated, now_s=now_s)
        if unfit is None:
            seen.append((folder, found))
        else:
            left_out.append(unfit)
    folders, copies = _once(seen)
    return Found(tuple(sorted(folders)), (*left_out, *copies))


def part_of(folder: Path, settings: Settings) -> str:
    """Name what comes of a session: the same for the same session, content, settings and program.

    Where it lies does not count. ``raw.bdf`` never changes after the session, so its size and its time do for
    its content; the small files are read whole. What stands before the dash is the session alone.

    Raises
    ------
    DigestError, OSError
        If a file cannot be read.
    """
    files = SessionFolder(folder)
    told = read_bounded(files.session_json, MAX_SESSION_BYTES) or b""
    record = SessionFile.model_validate_json(told)
    who = hashlib.sha256(repr((record.athlete, record.id, record.started_at)).encode())
    raw = files.raw_bdf.stat()
    what = hashlib.sha256()
    for piece in (
        *(told, read_bounded(files.events_jsonl, MAX_EVENTS_BYTES) or b""),
        *(f"{raw.st_size} {raw.st_mtime_ns}".encode(), settings.to_json().encode(), code().encode()),
    ):
        what.update(hashlib.sha256(piece).digest())
    return f"{who.hexdigest()[:24]}-{what.hexdigest()[:40]}"


def _below(parent: Path, left_out: list[LeftOut]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        folder = Path(str(error.filename))
        reason = words.NOT_LISTED.format(folder=folder, reason=error.strerror)
        left_out.append(LeftOut(folder, Why.BROKEN, reason))

    for place, folders, names in os.walk(parent, onerror=refused):
        if not _MARKS.isdisjoint(names):
            folders.clear()
            yield Path(place)
        else:
            folders[:] = [name for name in folders if not name.startswith(".")]


def _read(folder: Path, left_out: list[LeftOut]) -> SessionFile | None:
    try:
        found = read_light(SessionFolder(folder).session_json, SessionFile, MAX_SESSION_BYTES)
    except DigestError as error:
        left_out.append(LeftOut(folder, Why.BROKEN, said_by(error)))
        return None
    if found is None:
        left_out.append(LeftOut(folder, Why.BROKEN, words.NO_SESSION_JSON.format(folder=folder)))
    return found


def _unfit(folder: Path, found: SessionFile, *, simulated: bool, now_s: float) -> LeftOut | None:
    if found.kind in _KINDS:
        return LeftOut(folder, Why(found.kind), _KINDS[found.kind].format(folder=folder))
    if found.board == IMPORTED:
        return LeftOut(folder, Why.IMPORTED, words.IMPORTED.format(folder=folder))
    if found.simulated and not simulated:
        return LeftOut(folder, Why.SIMULATED, words.SIMULATED.format(folder=folder))
    if not found.complete and found.ended_at is None and _is_written(folder, now_s):
        return LeftOut(folder, Why.RUNNING, words.RUNNING.format(folder=folder))
    return None


def _is_written(folder: Path, now_s: float) -> bool:
    try:
        return now_s - SessionFolder(folder).raw_bdf.stat().st_mtime < QUIET_S
    except OSError:
        return False  # whoever reads it says what is wrong


def _once(seen: Sequence[tuple[Path, SessionFile]]) -> tuple[list[Path], list[LeftOut]]:
    kept: dict[tuple[object, ...], Path] = {}
    copies: list[LeftOut] = []
    # a folder that bears its session's name is the session; under another name it may be a copy
    for folder, found in sorted(seen, key=lambda one: one[0].name != one[1].id):
        first = kept.setdefault((found.athlete, found.id, found.started_at), folder)
        if first is not folder:
            copies.append(LeftOut(folder, Why.COPY, words.COPY.format(folder=folder, kept=first)))
    return list(kept.values()), copies
