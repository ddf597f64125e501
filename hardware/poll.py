"""How a board that does not wait is asked again and again for what has come."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from emg.blocks import SampleBlock

POLL_S: Final = 0.01


def read_pending(
    pending: deque[SampleBlock], drain: Callable[[], None], timeout_s: float
) -> SampleBlock | None:
    """Take the oldest stretch that waits, or the first that comes in time; else None.

    Parameters
    ----------
    pending : deque of SampleBlock
        Stretches that have come and were not read yet.
    drain : callable
        Adds to them all that the board has sent since; what it raises ends the wait.
    timeout_s : float
        Longest wait. What has come already is taken even if that is 0.
    """
    deadline_s = time.monotonic() + timeout_s
    while not pending:
        drain()
        if pending:
            break
        wait_s = min(POLL_S, deadline_s - time.monotonic())
        if wait_s <= 0.0:
            return None
        time.sleep(wait_s)
    return pending.popleft()
