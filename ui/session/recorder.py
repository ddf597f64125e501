"""The writer thread: takes what a session produces through a queue, so that nobody waits for the disk."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from emg.session.writer import SessionWriter
from emg.stage import Event, RowContext
from ui.language import _
from ui.words.told import told

QUEUE_S: Final = 600
ITEMS_PER_S: Final = 200
"""A live queue holds ten minutes: about 50 blocks a second, each with its levels and a few events."""

WAITS_AT: Final = 64
"""A source that can wait waits while so many items have not been written."""

SYNC_S: Final = 1.0

TOO_SLOW: Final = _("The disk is too slow: ten minutes are waiting, and what comes now is not saved.")
IN_MEMORY: Final = _("The session goes on in memory for ten minutes, and looks for another place.")
PROGRAM_FAULT: Final = _(
    "The session cannot be saved because of a fault in the program ({error}): please report it."
)
NO_ROOM: Final = _(
    "Ten minutes are in memory, and there is no place for them yet: what comes now is not saved."
)
IS_LOST: Final = _("What was only in memory is lost.")
SAVED_AGAIN: Final = _("Saving goes on; nothing was lost.")
MOVED: Final = _("All of it is saved in {folder} instead.")
NOT_GIVEN_BACK: Final = _(
    "The samples before stay where they were, and are marked as missing in the new place."
)

Job: TypeAlias = Callable[[SessionWriter], object]
MakeWriter: TypeAlias = Callable[[datetime], SessionWriter]
"""Makes folder and files, given the UTC time of sample 0; called on the writer thread."""

RETRY_S: Final = 2.0
"""Where nothing can be written, another place is looked for so often."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a session goes on when its folder refuses.

    Attributes
    ----------
    places : callable
        Folders to be tried, in order.
    make_writer : callable
        Makes folder and files in one of them, given the UTC time of sample 0.
    """

    places: Callable[[], Sequence[Path]]
    make_writer: Callable[[datetime, Path], SessionWriter]


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
        Hears one sentence when the disk refuses, and when another place was found; the session goes on.
    elsewhere : Elsewhere or None
        Where to go on then; None stays and tries again.
    on_closed : callable
        Called when the files are done with, on the thread that closes.
    clock : callable
        Monotonic host time in seconds.

    Attributes
    ----------
    moved : str
        A sentence that says where the session is saved instead; empty where it was meant to be.
    folder : Path or None
        Where it is saved now.
    """

    def __init__(
        self,
        make_writer: MakeWriter,
        *,
        paced: bool,
        on_problem: Callable[[str], None],
        elsewhere: Elsewhere | None = None,
        on_closed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make_writer = make_writer
        self._paced = paced
        self._on_problem = on_problem
        self._elsewhere = elsewhere
        self._on_closed = on_closed
        self._clock = clock
        self._queue: Queue[Job | None] = Queue(maxsize=QUEUE_S * ITEMS_PER_S)
        self._taken = threading.Condition()
        self._early: list[Job] = []
        self._homeless: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._finish: Job | None = None
        self._sample = 0
        self._unrecorded_from: int | None = None
        self._said = ""
        self._waiting = ""
        self._lost = ""
        self._next_try_s = -math.inf
        self.moved = ""
        self.folder: Path | None = None

    @property
    def problem(self) -> str:
        """What is not saved, as a sentence: it waits in memory, or is lost; empty if all is on the disk."""
        return self._waiting or self._lost

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
            try:
                with writing(folder):
                    job()
            except RecordingError as error:  # of another folder than the session's, which goes on
                self._lose(told(error))

        self._put(written)

    def close(self, finish: Job) -> None:
        """Write what is left, finish the files with ``finish`` and wait for the thread."""
        if self._thread is not None:
            self._finish = finish
            if self._unrecorded_from is not None:
                self._queue.put(_unrecorded(self._unrecorded_from))
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._on_closed()

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
            with self._taken:  # a source that can wait does, unless the disk refuses: that may take for ever
                self._taken.wait_for(lambda: self._queue.qsize() < WAITS_AT or bool(self._waiting))
        try:
            if self._unrecorded_from is not None:
                self._queue.put_nowait(_unrecorded(self._unrecorded_from))
                self._unrecorded_from = None
            self._queue.put_nowait(job)
        except Full:
            if self._unrecorded_from is None:
                self._unrecorded_from = self._sample
            self._lose(TOO_SLOW)

    def _say(self, sentence: str) -> None:
        """Say a sentence once."""
        if sentence != self._said:
            self._said = sentence
            self._on_problem(sentence)

    def _lose(self, problem: str) -> None:
        """Say what is not saved and never will be."""
        self._lost = problem
        self._say(problem)

    def _run(self, started_at: datetime) -> None:
        writer = self._opened(started_at)
        synced_s = self._clock()
        while (job := self._next()) is not None:
            if writer is None:
                writer = self._kept_until_opened(job, started_at)
                continue
            self._do(job, writer)
            if self._clock() - synced_s >= SYNC_S:
                self._do(SessionWriter.sync, writer)
                synced_s = self._clock()
        if writer is None:
            self._next_try_s = -math.inf
            writer = self._kept_until_opened(SessionWriter.sync, started_at)
        if writer is not None:
            self._end(writer)
        elif self._waiting:
            self._give_up()

    def _opened(self, started_at: datetime) -> SessionWriter | None:
        """Make the files where they belong, else elsewhere; None if they can be made nowhere yet."""
        try:
            writer = self._make_writer(started_at)
            self.folder = writer.folder.path
            return writer
        except RecordingError as error:
            return self._opened_elsewhere(started_at, error)
        except Exception as error:
            self._lose(_told(error))
        return None

    def _kept_until_opened(self, job: Job, started_at: datetime) -> SessionWriter | None:
        """Keep in memory what there is no file for, and look for a place again; then all of it goes there."""
        if not self._waiting:
            return None  # not the disk but the program is at fault
        if len(self._homeless) < QUEUE_S * ITEMS_PER_S:
            self._homeless.append(job)
        elif self._lost != NO_ROOM:
            self._homeless[-1] = _unrecorded(self._sample)
            self._lose(NO_ROOM)
        if self._clock() < self._next_try_s:
            return None
        writer = self._opened(started_at)
        while writer is not None and self._homeless:
            self._do(self._homeless.popleft(), writer)
        return writer

    def _opened_elsewhere(self, started_at: datetime, refusal: RecordingError) -> SessionWriter | None:
        for place in self._places():
            try:
                assert self._elsewhere is not None  # there are no places without it
                writer = self._elsewhere.make_writer(started_at, place)
            except RecordingError:
                continue
            except Exception as error:
                self._lose(_told(error))
                return None
            self._moved_to(writer, refusal)
            return writer
        self._next_try_s = self._clock() + RETRY_S
        self._wait(refusal)
        return None

    def _places(self) -> Sequence[Path]:
        return () if self._elsewhere is None else self._elsewhere.places()

    def _next(self) -> Job | None:
        """Next job; a sync while nothing comes, None at the end."""
        try:
            job = self._queue.get(timeout=SYNC_S)
        except Empty:
            return SessionWriter.sync
        if not self._paced:
            with self._taken:
                self._taken.notify()
        return job

    def _do(self, job: Job, writer: SessionWriter) -> bool:
        """Do one job; whatever goes wrong is said, and the thread lives on to empty the queue."""
        try:
            job(writer)
        except RecordingError as error:
            return self._refused(writer, error)
        except Exception as error:
            self._lose(_told(error))
            return True
        if self._waiting and not writer.waits:
            self._waiting = ""
            self._say(self.moved or SAVED_AGAIN)
        return True

    def _refused(self, writer: SessionWriter, error: RecordingError) -> bool:
        """Go on elsewhere, or keep in memory what cannot be written; whether a place was found."""
        if self._clock() >= self._next_try_s:
            for place in self._places():
                try:
                    whole = writer.move(place)
                except RecordingError:
                    continue
                except Exception as fault:
                    self._lose(_told(fault))
                    return True
                self._moved_to(writer, error)
                if not whole:
                    self._lose(f"{NOT_GIVEN_BACK} {self.moved}")
                return True
            self._next_try_s = self._clock() + RETRY_S
        self._wait(error)
        return False

    def _wait(self, refusal: RecordingError) -> None:
        """Say that what cannot be written is in memory."""
        self._waiting = f"{told(refusal)} {IN_MEMORY}"
        self._say(self._waiting)
        with self._taken:
            self._taken.notify()

    def _moved_to(self, writer: SessionWriter, refusal: RecordingError) -> None:
        self.folder = writer.folder.path
        self._waiting = ""
        self.moved = f"{told(refusal)} {MOVED.format(folder=self.folder)}"
        self._say(self.moved)

    def _end(self, writer: SessionWriter) -> None:
        """Finish the files, elsewhere if need be; what memory alone has then is lost."""
        finish, folder = self._finish, self.folder
        if finish is not None:
            self._next_try_s = -math.inf
            done = self._do(finish, writer)
            if done and self.folder != folder:  # it was refused, and goes on in the new place
                done = self._do(finish, writer)
            if not done:
                self._give_up()
        writer.abandon()

    def _give_up(self) -> None:
        """Say that what only memory has is lost."""
        self._waiting, lost = "", self._waiting.removesuffix(IN_MEMORY).strip()
        self._lose(f"{lost} {IS_LOST}")


def _unrecorded(sample: int) -> Job:
    """Mark in the record from where on something did not fit."""
    return lambda writer: writer.write_event(Event(sample, EventKind.UNRECORDED))


def _told(error: Exception) -> str:
    if isinstance(error, RecordingError):
        return told(error)
    return PROGRAM_FAULT.format(error=repr(error))
