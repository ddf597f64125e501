"""The sessions of a cohort on the cores of this computer, each in a process that may die."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import Final

from ui.cohort.work import Done, Task, computed
from ui.words import cohort_words as words

AHEAD: Final = 2
"""Sessions that a process has before it, its present one included: few are done twice when one dies."""

TRIES: Final = 2
"""A session whose process dies so often while it is alone is given up."""


def usable_cores() -> int:
    """Cores that this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_cores(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Done]]:
    """Compute sessions, in whatever order they are done.

    Parameters
    ----------
    tasks : iterable of Task
        Sessions.
    jobs : int
        Processes; one is this one.
    """
    waiting = deque(tasks)
    jobs = min(jobs, len(waiting))
    if jobs <= 1:
        for task in waiting:
            yield task, computed(task)
        return
    while waiting:
        # one of them may have killed its process: alone, it can take no other with it
        yield from _one_by_one((yield from _until_one_dies(waiting, jobs)))


def _until_one_dies(waiting: deque[Task], jobs: int) -> Generator[tuple[Task, Done], None, list[Task]]:
    """Compute until all is done or a process dies; gives back what was begun then."""
    running: dict[Future[Done], Task] = {}
    with _processes(jobs) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < AHEAD * jobs:
                    running[pool.submit(computed, waiting[0])] = waiting[0]
                    waiting.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    done = future.result()
                    yield running.pop(future), done
        except BrokenProcessPool:
            return list(running.values())
    return []


def _one_by_one(tasks: Iterable[Task]) -> Iterator[tuple[Task, Done]]:
    waiting, tries = deque(tasks), 0
    while waiting:
        with _processes(1) as pool:
            try:
                while waiting:
                    done = pool.submit(computed, waiting[0]).result()
                    yield waiting.popleft(), done
                    tries = 0
            except BrokenProcessPool:
                tries += 1
        if tries == TRIES:
            task, tries = waiting.popleft(), 0
            yield task, Done(reason=words.DIED.format(folder=task.folder))


@contextmanager
def _processes(n: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(n, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the program that started this one, and end with it, however that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="emg-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
