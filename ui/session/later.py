"""The picture first: what else a session does with a block waits until its view has been posted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any


class Later:
    """Calls that wait, in order. Belongs to one thread."""

    def __init__(self) -> None:
        self._calls: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()

    def __call__(self, call: Callable[..., None], *args: Any) -> None:
        """Let it wait."""
        self._calls.append((call, args))

    def flush(self) -> None:
        """Do what has been waiting; what raises is done with, and the rest waits on."""
        while self._calls:
            call, args = self._calls.popleft()
            call(*args)
