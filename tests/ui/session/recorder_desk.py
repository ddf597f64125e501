"""A recorder whose disk obeys the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from emg.codes import EventKind
from emg.session.bundle import read_samples
from emg.session.folder import SessionFolder
from emg.session.writer import SessionWriter
from emg.stage import Event
from tests.emg.session.parts import record_of, stream
from ui.session.recorder import (
    Elsewhere,
    Recorder,
)

INFO = stream()
LIMIT_S = 60.0


class Desk:
    """Makes the writer of a test, when it is allowed to, and hears complaints."""

    def __init__(self, parent: Path, *, paced: bool = False, places: tuple[Path, ...] = ()) -> None:
        self.places = places
        self.problems: list[str] = []
        self.started_at: datetime | None = None
        self.may_open = threading.Event()
        self.may_open.set()
        self.opened = threading.Event()
        self._parent = parent
        self.recorder = Recorder(
            self._make,
            paced=paced,
            on_problem=self.problems.append,
            elsewhere=Elsewhere(lambda: self.places, self._make),
        )

    def _make(self, started_at: datetime, parent: Path | None = None) -> SessionWriter:
        self.opened.set()
        assert self.may_open.wait(LIMIT_S)
        self.started_at = started_at
        folder = SessionFolder.create(parent or self._parent, "power_position", started_at)
        return SessionWriter(folder, record_of(INFO, folder.name), INFO, None)

    def let_go(self) -> None:
        """End its thread, also in the middle of a test that failed."""
        self.may_open.set()
        self.recorder.close(SessionWriter.abandon)

    def close(self) -> Path:
        self.recorder.close(lambda writer: writer.close(datetime.now(UTC)))
        assert self.recorder.folder is not None
        return self.recorder.folder


Open: TypeAlias = Callable[..., Desk]


def event(sample: int) -> Event:
    return Event(sample, EventKind.READY)


def wait_for(desk: Desk, said: str) -> None:
    """Give nothing for as long as the writer thread needs to notice by itself."""
    over_s = time.monotonic() + LIMIT_S
    while not any(said in problem for problem in desk.problems):
        assert time.monotonic() < over_s, desk.problems
        threading.Event().wait(0.02)


def wait_until_open(desk: Desk) -> None:
    """Wait for the files, so that what happens to the disk happens after them."""
    over_s = time.monotonic() + LIMIT_S
    while desk.recorder.folder is None:
        assert time.monotonic() < over_s
        threading.Event().wait(0.01)


def all_samples(folder: Path) -> int:
    return sum(found.n_samples for found in read_samples(folder)[1])
