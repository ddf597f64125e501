"""One session of a cohort computed again: what a worker does, whichever process or machine it is.

The holds come from ``ui.session.recompute``: the same samples and keys go through the same pipeline and coach
as live. The electrode pairs come from ``ui.analysis``, over the whole recording, with the settings asked for.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
import scipy

from emg.codes import EventKind
from emg.said import said_by
from emg.session.amend import amended
from emg.session.bundle import SessionReadError
from emg.session.model import ElectrodeFacts, SessionRecord
from emg.session.outcome import holds_text
from emg.stage import Event
from ui.analysis.file_choice import FileChoice
from ui.analysis.request import AnalysisRequest
from ui.analysis.run import EXIT_CODES, analyze
from ui.session.recompute import CannotRecompute, recomputed
from ui.words import cohort_words as words

SESSION, HOLDS, ABOUT = "session.json", "holds.csv", "part.json"
"""Files of a part; the first two are laid out as in a session, so that exports read them."""

EXPECTED: Final[tuple[type[Exception], ...]] = (CannotRecompute, SessionReadError, *EXIT_CODES)
"""What can be wrong with a session; each says so in one sentence."""

_COURSE: Final = frozenset({EventKind.CUE, EventKind.SET})
_LEFT_OFF: Final = frozenset({"bursts", "verdict_shares"})
_SOURCES: Final = ("calibrations", "emg", "hardware", "ui")
_WITHOUT: Final = frozenset({"desktop", "sound"})

_ALONE: Final = threading.Lock()
"""Libraries that are called here change the warnings of the whole process while they read a file; a worker
of Dask may have several threads."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a cohort is told besides what each session was.

    Attributes
    ----------
    mains : str or None
        ``50``, ``60`` or ``off`` for the electrode pairs; None for each session's own.
    zero_phase : bool
        Filter the electrode pairs forwards and backwards.
    """

    mains: str | None = None
    zero_phase: bool = False

    def to_json(self) -> str:
        """Text that is the same for the same settings."""
        return json.dumps({"mains": self.mains, "zero_phase": self.zero_phase})


@dataclass(frozen=True, slots=True)
class Task:
    """A session, and what it is to be computed with.

    Attributes
    ----------
    folder : Path
        The session.
    settings : Settings
        As asked for.
    part : str
        Name of what comes of it.
    """

    folder: Path
    settings: Settings
    part: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a session.

    Attributes
    ----------
    files : mapping from str to bytes
        The part: names and contents; empty if there is none.
    reason : str
        Why there is none, as a sentence.
    code : str
        With which program, see ``code``; empty where none came so far.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    reason: str = ""
    code: str = ""


def computed(task: Task) -> Done:
    """Compute a session; whatever is wrong with it is told, and stops nobody."""
    with _ALONE:
        try:
            return Done(_files(task), code=code())
        except EXPECTED as error:
            return Done(reason=said_by(error), code=code())
        except Exception as error:  # one session in 2,000 must not stop the others
            reason = words.FAILED.format(folder=task.folder, error=f"{type(error).__name__}: {error}"[:200])
            return Done(reason=reason, code=code())


@cache
def code() -> str:
    """Tell one program from another: parts of different ones do not go into one table.

    The version alone would not do while somebody works on the program, so its source counts where there is
    one.
    """
    versions = (metadata.version("powerhold"), np.__version__, scipy.__version__, sys.version.split()[0])
    found = hashlib.sha256("\n".join(versions).encode())
    for name in _SOURCES:
        package = Path(str(import_module(name).__file__)).parent
        for path in sorted(package.rglob("*.py")):
            inside = path.relative_to(package)
            if inside.parts[0] not in _WITHOUT:
                found.update(f"{name}/{inside.as_posix()}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def _files(task: Task) -> dict[str, bytes]:
    again = recomputed(task.folder)
    if not _same_course(again.recorded, again.events):
        raise CannotRecompute(words.OTHER_COURSE.format(folder=task.folder))
    holds = amended(again.holds, again.recorded)
    about = {"folder": str(task.folder), **_pairs(task)}
    return {
        SESSION: _small(again.record).to_json().encode(),
        HOLDS: holds_text(again.record, holds).encode(),
        ABOUT: json.dumps(about, allow_nan=False).encode(),
    }


def _same_course(recorded: Iterable[Event], again: Iterable[Event]) -> bool:
    """Whether all is cued and taken where it was live: else it is not what the athlete did."""
    lived, course = (
        [(event.kind, event.run, event.hold, event.sample) for event in events if event.kind in _COURSE]
        for events in (recorded, again)
    )
    return lived == course[: len(lived)]  # of one that was killed, the end was not written any more


def _small(record: SessionRecord) -> SessionRecord:
    """Keep what the tables need: no serial numbers, and not the exercise once more for every session."""
    nothing = dict.fromkeys(("exercise", "plan", "calibration", "intake", "placement"))
    return record.amended(**nothing, isek=ElectrodeFacts(), serial="", source_id="", gaps=())


def _pairs(task: Task) -> dict[str, Any]:
    """Analyse the electrode pairs as ``powerhold analyze`` does."""
    settings = task.settings
    request = AnalysisRequest(FileChoice(task.folder), mains=settings.mains, zero_phase=settings.zero_phase)
    told = analyze(request, lambda _share: None).told
    band_hz = told["band_hz"] or (None, None)
    return {
        "filter": {
            "band_low_hz": band_hz[0],
            "band_high_hz": band_hz[1],
            "notch_hz": told["notch_hz"],
            "zero_phase": told["zero_phase"],
        },
        "sites": {
            site: {name: value for name, value in found.items() if name not in _LEFT_OFF}
            for site, found in told["sites"].items()
        },
    }
