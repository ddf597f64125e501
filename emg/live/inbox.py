"""What people ask of a session: posted from any thread, obeyed at a tick."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, SimpleQueue

from emg.blocks import SampleBlock
from emg.pipeline import tick_from
from emg.stage import Command


class Inbox:
    """Commands that wait for their tick.

    A live command names no tick and is due at the next one; a replayed command names its own.
    """

    def __init__(self) -> None:
        self._posted: SimpleQueue[Command] = SimpleQueue()
        self._waiting: list[Command] = []

    def post(self, command: Command) -> None:
        """Put a command in; from any thread."""
        self._posted.put(command)

    def collect(self) -> None:
        """Take in what was posted; what is posted later belongs to the next block."""
        while True:
            try:
                self._waiting.append(self._posted.get_nowait())
            except Empty:
                return

    def due(self, sample: int) -> list[Command]:
        """Take out the commands whose tick has come, in the order in which they were posted."""
        due = [c for c in self._waiting if c.applied_sample is None or c.applied_sample <= sample]
        self._waiting = [c for c in self._waiting if c not in due]
        return due

    def pieces(self, block: SampleBlock, spacing: int) -> Iterator[SampleBlock]:
        """Cut a block at the ticks at which something is due; what names no tick is due at the first one."""
        first, start = tick_from(block.first_sample, spacing), block.first_sample
        due = {first if c.applied_sample is None else max(first, c.applied_sample) for c in self._waiting}
        for edge in [*sorted(tick for tick in due if start < tick < block.end_sample), block.end_sample]:
            yield block.cut(start - block.first_sample, edge - block.first_sample)
            start = edge

    @property
    def next_sample(self) -> int | None:
        """Tick of the next command that names its own, None if there is none."""
        named = [c.applied_sample for c in self._waiting if c.applied_sample is not None]
        return min(named, default=None)
