"""The sessions of a cohort on the workers of a Dask scheduler, on this computer or on others.

Scheduler and workers are started by whoever has them, with Dask's own commands; they must see the sessions
under the same path. What comes back is written by the program that asked, so workers need write nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any, Final

from ui.cohort.work import Done, Task, computed
from ui.words import cohort_words as words

AHEAD: Final = 3
"""Sessions that each thread of the workers has before it; the scheduler need not know a million."""

ANSWERS_S: Final = 10.0


class DaskMissing(Exception):
    """Dask is not installed; the message is one sentence that says how to get it."""


class SchedulerGone(Exception):
    """The scheduler does not answer, or no longer; the message is one sentence."""


class OtherWorkers(Exception):
    """The workers have other programs; the message is one sentence."""


def on_dask(
    tasks: Iterable[Task], address: str, say: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[Task, Done]]:
    """Compute sessions, in whatever order they are done.

    What a worker that dies had begun, others do; a session with which several die is given up by the
    scheduler (``distributed.scheduler.allowed-failures``).

    Parameters
    ----------
    tasks : iterable of Task
        Sessions.
    address : str
        Of the scheduler, as Dask prints it.
    say : callable
        Hears a sentence.

    Raises
    ------
    DaskMissing, SchedulerGone, OtherWorkers
        What keeps it from working.
    """
    distributed = dask_library()
    try:
        client = distributed.Client(address, timeout=ANSWERS_S, set_as_default=False, name="powerhold")
    except (OSError, ValueError) as error:
        raise SchedulerGone(words.NO_SCHEDULER.format(address=address)) from error
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            say(words.NO_WORKER.format(address=address))
        yield from _asked(distributed, client, deque(tasks), address)
    finally:
        client.close(timeout=ANSWERS_S)


def dask_library() -> Any:
    """Give Dask's module ``distributed``, which only who asks for a scheduler needs.

    Raises
    ------
    DaskMissing
        If it is not installed.
    """
    try:
        import distributed
    except ImportError as error:
        raise DaskMissing(words.NEEDS_DASK) from error
    return distributed


def _asked(distributed: Any, client: Any, waiting: deque[Task], address: str) -> Iterator[tuple[Task, Done]]:
    running: dict[Any, Task] = {}
    finished = distributed.as_completed(loop=client.loop)

    def fill() -> None:
        most = AHEAD * max(1, sum(client.nthreads().values()))  # workers come and go
        while waiting and len(running) < most:
            task = waiting.popleft()
            future = client.submit(computed, task, key=f"powerhold-{task.part}", pure=False)
            running[future] = task
            finished.add(future)

    fill()
    while running:
        future = next(finished)
        task = running.pop(future)
        yield task, _result(distributed, future, task, address)
        future.release()
        fill()


def _result(distributed: Any, future: Any, task: Task, address: str) -> Done:
    try:
        done: Done = future.result()
        return done
    except distributed.KilledWorker:
        return Done(reason=words.DIED.format(folder=task.folder))
    except (CancelledError, OSError) as error:
        raise SchedulerGone(words.SCHEDULER_LOST.format(address=address)) from error
    except Exception as error:  # computed() lets none out: it could not even be called there
        reason = f"{type(error).__name__}: {error}"[:200]
        raise OtherWorkers(words.WORKER_FAILED.format(error=reason)) from error
