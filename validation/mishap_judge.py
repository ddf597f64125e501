"""What a session left whose disk was full or whose folder vanished: found, opened, counted and compared."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.session.bundle import SessionReadError, read_events, read_samples, read_session
from emg.session.folder import MOVED, SessionFolder
from emg.session.library import read_digest
from ui.kept.athlete_lock import NAME as LOCK
from ui.kept.home import sessions_folder
from ui.session.recompute import CannotRecompute
from ui.session.recorder import IS_LOST
from ui.session.recovery import recover, recover_athlete
from validation.live_runs import differences, live_files

LATER_S: Final = 60.0
"""A folder is recovered when nobody has written it for a while."""

HIDDEN: Final = "hidden"
"""Where what was made in place of a folder is, once that one is put back over it; nobody can write there."""

N_RECORDS: Final = slice(236, 244)
HEADER_BYTES: Final = slice(184, 192)


@dataclass(frozen=True, slots=True)
class Said:
    """What a session said.

    Attributes
    ----------
    sentences : tuple of str
        Of saving, in order, each where it changed.
    end : str or None
        Its last sentence; None if it had no end.
    exit_code : int
        With which it ended.
    n_taken : int
        Samples that it took: of the block in which it ended, not all.
    """

    sentences: tuple[str, ...]
    end: str | None
    exit_code: int
    n_taken: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a session left.

    Attributes
    ----------
    n_kept : int
        Samples in the folder that has most of them.
    n_folders : int
        In which it lies.
    n_compared : int
        Bytes of derived files that were compared with what is computed again.
    wrong : tuple of str
        Empty if all is well.
    """

    n_kept: int
    n_folders: int
    n_compared: int
    wrong: tuple[str, ...]


def said_in(path: Path) -> Said:
    """Read what the child wrote down; a last line that a kill cut short is dropped."""
    *lines, _torn = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    told = [json.loads(line) for line in lines]
    end = next((one for one in told if "end" in one), None)
    sentences = tuple(one["unsaved"] for one in told if one.get("unsaved"))
    if end is None:
        return Said(sentences, None, 0, 0)
    return Said(sentences, end["end"], end["exit_code"], end["n_taken"])


def sessions_in(*roots: Path) -> list[SessionFolder]:
    """Find every folder of a session below others, wherever it was taken to."""
    return [SessionFolder(path.parent) for root in roots for path in sorted(root.rglob("session.json"))]


def digest_of(folder: Path) -> str:
    """Digest all files of a folder but the one that says where the session goes on."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name not in (MOVED, LOCK) and not path.name.startswith("."):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def judged(roots: Sequence[Path], athlete: str, said: Said, *, may_lose: bool, pointed: bool) -> Judged:
    """Judge what lies below some folders; what is not finished is recovered first, as the list does it.

    Parameters
    ----------
    roots : sequence of Path
        Everything of one run.
    athlete : str
        Id.
    said : Said
        What the session said; without an end it was killed.
    may_lose : bool
        It had nowhere to go, and what only memory had is lost: it has to say so.
    pointed : bool
        A folder that was left could be written again before the end, and has to say where it goes on.
    """
    killed = said.end is None
    found = sessions_in(*roots)
    wrong: list[str] = []
    samples: dict[Path, FloatArray] = {}
    for folder in found:
        try:
            samples[folder.path] = _samples_of(folder.path)
            read_events(folder.path)
        except SessionReadError as error:
            wrong.append(str(error))
    if not samples:
        return Judged(0, len(found), 0, (*wrong, "nothing can be opened"))
    best = _best(found, samples)
    live = live_files(best)
    n_compared = sum(map(len, live.values()))
    unfinished = not read_session(best.path).complete
    if unfinished and not (killed or may_lose):
        wrong.append("it ended, and its folder is not complete")
    if unfinished:
        wrong += _recovered(best, athlete)
    try:
        wrong += differences(best, live)[0]
    except (CannotRecompute, SessionReadError) as error:
        wrong.append(str(error))
    for path in samples.keys() - {best.path}:
        wrong += _not_the_beginning(SessionFolder(path), best, samples)
        if pointed and not killed and HIDDEN not in path.parts and not _is_disowned(path, best.path):
            wrong.append("the folder that was left does not point to the other")
    if not killed:
        wrong += _ended_wrongly(said, may_lose=may_lose and unfinished)
    return Judged(len(samples[best.path]), len(found), n_compared, tuple(wrong))


def _best(found: Iterable[SessionFolder], samples: dict[Path, FloatArray]) -> SessionFolder:
    """Choose the folder that is complete, else the one with most samples."""
    return max(
        (folder for folder in found if folder.path in samples),
        key=lambda folder: (read_session(folder.path).complete, len(samples[folder.path])),
    )


def _samples_of(folder: Path) -> FloatArray:
    """Read all samples that came, without the time between."""
    info, blocks = read_samples(folder)
    parts = [block.data_uv for block in blocks]
    return np.concatenate(parts) if parts else np.empty((0, info.n_channels))


def _recovered(best: SessionFolder, athlete: str) -> list[str]:
    """Let the program recover it: by itself where it looks, else asked to."""
    wrong = [one.reason for one in recover_athlete(athlete, time.time() + LATER_S) if one.reason]
    if best.path.parent != sessions_folder(athlete):
        try:
            recover(best.path)
        except (CannotRecompute, SessionReadError) as error:
            wrong.append(str(error))
    if not read_digest(best.path).recovered:
        wrong.append("it is not recovered")
    return wrong


def _not_the_beginning(
    left: SessionFolder, best: SessionFolder, samples: dict[Path, FloatArray]
) -> list[str]:
    """Say what is torn in a folder that was left, or is not the beginning of what there is now."""
    wrong = []
    raw = left.raw_bdf.read_bytes()
    n_header, n_records = int(raw[HEADER_BYTES]), int(raw[N_RECORDS])
    whole = best.raw_bdf.read_bytes()
    n_record = (len(whole) - int(whole[HEADER_BYTES])) // max(1, int(whole[N_RECORDS]))
    if len(raw) != n_header + n_records * n_record:
        wrong.append("raw.bdf in the folder that was left is torn")
    had = samples[left.path]
    if not np.array_equal(had, samples[best.path][: len(had)]):
        wrong.append("the folder that was left has other samples")
    now = {path.name: content for path, content in live_files(best).items()}
    for path, content in live_files(left).items():
        if content and not content.endswith(b"\n"):
            wrong.append(f"{path.name} in the folder that was left is torn")
        if not read_session(left.path).ended_at and not now[path.name].startswith(content):
            wrong.append(f"{path.name} in the folder that was left is another one")
    return wrong


def _is_disowned(left: Path, best: Path) -> bool:
    """Whether a folder says where its session went on; its name is enough, the rest may have been moved."""
    moved = left / MOVED
    return moved.exists() and best.name in moved.read_text(encoding="utf-8")


def _ended_wrongly(said: Said, *, may_lose: bool) -> list[str]:
    end = said.end or ""
    if may_lose:
        told = end.endswith(IS_LOST) or any(one.endswith(IS_LOST) for one in said.sentences)
        return [] if told else ["it lost something and did not say so"]
    return ["it says that something is lost, and nothing is"] if IS_LOST in end else []
