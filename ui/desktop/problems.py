"""What nobody caught: counted, told to the window's thread, and kept in a report without names.

A report holds no word that a person or a file could have brought into it: kinds of errors, lines of source,
versions, and kinds of events. The message of an error may quote what somebody typed, so it stays out; it
goes to the log, and to the therapist's screen.
"""

from __future__ import annotations

import platform
import re
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from emg.session.folder import make_private_folders, replace_file
from emg.stage import Event
from ui.kept.home import home

MOST_PROBLEMS: Final = 20
"""Different ones that are kept; a program that fails in more ways than this is not helped by more pages."""

MOST_EVENTS: Final = 50
PACKAGES: Final = ("powerhold", "PySide6-Essentials", "numpy", "scipy", "pyqtgraph", "brainflow")
QT_CLASS: Final = re.compile(r"Q\w+(::\w+)?")
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that nobody caught.

    Attributes
    ----------
    kind : str
        Name of its exception, or Qt's class.
    trace : str
        Where it was, without names.
    thread : str
        Name of the thread.
    message : str
        What it says, for the screen of this computer only; two that differ in it alone are the same.
    """

    kind: str
    trace: str
    thread: str
    message: str = field(default="", compare=False)


class Problems(QObject):
    """Hears of everything that nobody caught, from any thread; the same one again is only counted.

    Signals
    -------
    happened(Problem)
        Once for each different one, in the thread that made this object.
    again(Problem)
        After every failure, the first one too, and also of those that are left out; failures that come
        before it is told are one, and the newest is told.
    """

    happened = Signal(object)
    again = Signal(object)
    _found = Signal(object)
    _failed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._counts: dict[Problem, int] = {}
        self._left_out = 0
        self._newest: Problem | None = None
        self._events: deque[str] = deque(maxlen=MOST_EVENTS)
        self._path: Path | None = None
        # queued whatever the thread: a paint that has just failed is over before anything is shown
        self._found.connect(self.happened, Qt.ConnectionType.QueuedConnection)
        self._failed.connect(self._tell_again, Qt.ConnectionType.QueuedConnection)

    def __call__(self, sentence: str, error: BaseException | None) -> bool:
        """Take in a problem; True if it is a new one.

        Parameters
        ----------
        sentence : str
            What happened, for the screen.
        error : BaseException or None
            The exception; None if Qt complains.
        """
        if error is None:
            kind = trace = _qt_words(sentence)
        else:
            kind, trace = type(error).__name__, "".join(_traced(error))
            _let_go(error)
        problem = Problem(kind, trace, threading.current_thread().name, sentence)
        with self._lock:
            wakes, self._newest = self._newest is None, problem
            new = problem not in self._counts
            if new and len(self._counts) >= MOST_PROBLEMS:
                self._left_out += 1
                new = False
            else:
                self._counts[problem] = self._counts.get(problem, 0) + 1
        if new:
            self._found.emit(problem)
        if wakes:
            self._failed.emit()
        return new

    @Slot()
    def _tell_again(self) -> None:
        """Tell of the newest failure; from now on the next one wakes the window's thread anew."""
        with self._lock:
            newest, self._newest = self._newest, None
        self.again.emit(newest)

    def see(self, event: Event) -> None:
        """Remember that something happened in the session: its kind, and nothing else."""
        self._events.append(f"{event.sample} {event.kind.value}")

    def count(self, problem: Problem) -> int:
        """Tell how often it has happened."""
        with self._lock:
            return self._counts.get(problem, 0)

    def report(self, now: datetime) -> str:
        """Write down all there is, without names."""
        with self._lock:
            counts, left_out = dict(self._counts), self._left_out
        lines = ["PowerHold problem report", f"written {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", ""]
        lines += [*_versions(), ""]
        for problem, count in counts.items():
            lines += [f"--- happened {count} times, on thread {problem.thread}", problem.trace.rstrip(), ""]
        if left_out:
            lines += [f"--- and {left_out} others", ""]
        lines += ["--- last events of the session: sample, kind", *self._events]
        return "\n".join(lines) + "\n"

    def save(self, now: datetime) -> Path:
        """Save the report, readable by this user only; one program has one report, which grows.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        if self._path is None:
            folder = home() / "reports"
            make_private_folders(folder)
            self._path = _free(folder, f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        replace_file(self._path, self.report(now))
        return self._path


def _free(folder: Path, stem: str) -> Path:
    """Find a name that no other report has."""
    path, number = folder / f"{stem}.txt", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.txt"
    return path


def _let_go(error: BaseException) -> None:
    """Free what the failed calls hold: a painter that stays open spoils every paint after this one."""
    for one in _chain(error):
        traceback.clear_frames(one.__traceback__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and those it came from, the first one last."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _traced(error: BaseException) -> Iterator[str]:
    """Write down an error and those it came from: kinds, places and lines of source."""
    for number, one in enumerate(_chain(error)):
        code = f" (errno {one.errno})" if isinstance(one, OSError) and one.errno is not None else ""
        yield f"{'came from ' if number else ''}{type(one).__name__}{code}\n"
        yield from _places(one.__traceback__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}\n    {frame.line}\n"


def _place(filename: str) -> str:
    """Name a file of source by its place in its package: the folders above it tell whose computer it is."""
    path = Path(filename)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    parts = path.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return path.name


def _qt_words(sentence: str) -> str:
    """Keep the class and the function that complains; the rest may quote a file or a title."""
    found = QT_CLASS.match(sentence)
    return f"Qt: {found[0]}" if found else "Qt"


def _versions() -> list[str]:
    lines = [
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]
    for package in PACKAGES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    if getattr(sys, "frozen", False):
        lines.append("installed as a bundle")
    return lines
