"""The writer thread: takes what a session produces through a queue, so that nobody waits for the disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Final, TypeAlias

from emg.activation import Activations
from emg.blocks import SampleBlock
from emg.codes import EventKind
from emg.montage import Montage
from emg.results import HoldResult
from emg.session.folder import RecordingError, writing
from emg.session.tables import RowContext
from emg.session.writer import SessionWriter
from emg.stage import Event

QUEUE_S: Final = 600
ITEMS_PER_S: Final = 200
"""A live queue holds ten minutes: about 50 blocks a second, each with its levels and a few events."""

SYNC_S: Final = 1.0

Job: TypeAlias = Callable[[SessionWriter], object]
MakeWriter: TypeAlias = Callable[[datetime], SessionWriter]
"""Makes folder and files, given the UTC time of sample 0; called on the writer thread."""


class Recorder:
    """Owns the session's files through the thread ``emg-writer``; a Listener of the live session.

    Parameters
    ----------
    make_writer : callable
        Called with the UTC time of sample 0 when the first block comes.
    paced : bool
        True for a board, which never waits: ten minutes are kept for a slow disk, and what does not
        fit is lost to the record and said. False for a source that can wait.
    on_problem : callable
        Hears one sentence when the disk refuses; the session goes on.
    """

    def __init__(self, make_writer: MakeWriter, *, paced: bool, on_problem: Callable[[str], None]) -> None:
        self._make_writer = make_writer
        self._paced = paced
        self._on_problem = on_problem
        self._queue: Queue[Job | None] = Queue(maxsize=QUEUE_S * ITEMS_PER_S if paced else 64)
        self._early: list[Job] = []
        self._thread: threading.Thread | None = None
        self._finish: Job | None = None
        self._sample = 0
        self._unrecorded_from: int | None = None
        self.problem = ""
        self.folder: Path | None = None

    def block(self, block: SampleBlock) -> None:
        """Keep samples; the first block dates sample 0 and opens the files."""
        if self._thread is None:
            self._begin(block)
        self._sample = block.first_sample
        self._put(lambda writer: writer.write_block(block))

    def event(self, event: Event) -> None:
        """Keep an event; before the first sample it waits for the files."""
        self._put(lambda writer: writer.write_event(event))

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Keep the rows of activation.csv."""
        contexts = tuple(contexts)
        self._put(lambda writer: writer.write_activations(activations, contexts))

    def hold(self, result: HoldResult) -> None:
        """Keep a row of holds.csv."""
        self._put(lambda writer: writer.write_hold(result))

    def amend(self, **changes: object) -> None:
        """Change facts of session.json."""
        self._put(lambda writer: writer.amend(**changes))

    def remap(self, montage: Montage) -> None:
        """Change the map of sites and channels, in raw.bdf and session.json."""
        self._put(lambda writer: writer.remap(montage))

    def also(self, folder: Path, job: Callable[[], object]) -> None:
        """Write something else that belongs to the session into a folder, on the same thread."""

        def written(_: SessionWriter) -> None:
            with writing(folder):
                job()

        self._put(written)

    def close(self, finish: Job) -> None:
        """Write what is left, finish the files with ``finish`` and wait for the thread."""
        if self._thread is None:
            return
        self._finish = finish
        if self._unrecorded_from is not None:
            self._queue.put(_unrecorded(self._unrecorded_from))
        self._queue.put(None)
        self._thread.join()
        self._thread = None

    def _begin(self, block: SampleBlock) -> None:
        """Start the thread; sample 0 was so long ago as the block and what came before it last."""
        age_s = time.monotonic() - block.host_time_s + block.end_sample / block.fs_hz
        started_at = datetime.now(UTC) - timedelta(seconds=max(0.0, age_s) if self._paced else 0.0)
        self._thread = threading.Thread(target=self._run, args=(started_at,), name="emg-writer")
        self._thread.start()
        for job in self._early:
            self._put(job)
        self._early = []

    def _put(self, job: Job) -> None:
        if self._thread is None:
            self._early.append(job)
            return
        if not self._paced:
            self._queue.put(job)
            return
        try:
            if self._unrecorded_from is not None:
                self._queue.put_nowait(_unrecorded(self._unrecorded_from))
                self._unrecorded_from = None
            self._queue.put_nowait(job)
        except Full:
            if self._unrecorded_from is None:
                self._unrecorded_from = self._sample
            self._say("The disk is too slow: ten minutes are waiting, and what comes now is not saved.")

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self._on_problem(problem)

    def _run(self, started_at: datetime) -> None:
        writer: SessionWriter | None = None
        try:
            writer = self._make_writer(started_at)
            self.folder = writer.folder.path
        except Exception as error:
            self._say(_told(error))
        synced_s = time.monotonic()
        while (job := self._next()) is not None:
            self._do(job, writer)
            if time.monotonic() - synced_s >= SYNC_S:
                self._do(SessionWriter.sync, writer)
                synced_s = time.monotonic()
        if self._finish is not None:
            self._do(self._finish, writer)

    def _next(self) -> Job | None:
        """Next job; a sync while nothing comes, None at the end."""
        try:
            return self._queue.get(timeout=SYNC_S)
        except Empty:
            return SessionWriter.sync

    def _do(self, job: Job, writer: SessionWriter | None) -> None:
        """Do one job; whatever goes wrong is said, and the thread lives on to empty the queue."""
        if writer is None:
            return
        try:
            job(writer)
        except Exception as error:
            self._say(_told(error))


def _unrecorded(sample: int) -> Job:
    """Mark in the record from where on something did not fit."""
    return lambda writer: writer.write_event(Event(sample, EventKind.UNRECORDED))


def _told(error: Exception) -> str:
    if isinstance(error, RecordingError):
        return str(error)
    return f"The session cannot be saved because of a fault in the program ({error!r}): please report it."
