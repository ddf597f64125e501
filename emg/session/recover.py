"""A session computed again from its samples and its inputs: the same events, the same holds.

What decides a session is the signal, what people said, and what only the host knew: that the board was
opened again, that nothing came, and what the acquisition had to say. All of it stands in events.jsonl
in the order in which it happened, each at its sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from emg.activation import Activations
from emg.blocks import SampleBlock, StreamInfo
from emg.codes import EventKind
from emg.input_events import command_of, is_command
from emg.results import HoldResult
from emg.session.tables import ActivationTable, RowContext
from emg.stage import Command, Event, JsonValue

KILLED: Final = "killed"
"""Reason of a session that never said that it ended."""

HOST_NOTICES: Final = frozenset({"board_notice", "calibration_refused"})
"""Codes of notices that come from outside the session; it cannot raise them itself."""

_SIGNAL_CAME: Final = frozenset({EventKind.GAP, EventKind.SIGNAL_BACK})


class Replayable(Protocol):
    """What is driven: a live session, by the doors that the acquisition and the people use."""

    @property
    def finished(self) -> bool:
        """Whether it is over."""
        ...

    def post(self, command: Command) -> None:
        """Hear a key."""
        ...

    def on_block(self, block: SampleBlock) -> None:
        """Take samples."""
        ...

    def on_silence(self) -> None:
        """Note that nothing comes."""
        ...

    def reopened(self, n_lost: int, *, estimated: bool) -> None:
        """Note that the board was opened again."""
        ...

    def notice(self, code: str, message: str = "") -> None:
        """Hear what the host has to say."""
        ...

    def stop(self, reason: str) -> None:
        """End where it stands."""
        ...


@dataclass(kw_only=True)
class Keeper:
    """A listener that keeps the events and the holds, and nothing that grows with the signal."""

    events: list[Event] = field(default_factory=list)
    holds: list[HoldResult] = field(default_factory=list)

    def block(self, block: SampleBlock) -> None:
        """Let samples go: they are on disk."""

    def event(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Let levels go."""

    def hold(self, result: HoldResult) -> None:
        """Keep a hold."""
        self.holds.append(result)


@dataclass(kw_only=True)
class LevelsKeeper(Keeper):
    """A keeper that makes the rows of activation.csv as well.

    Attributes
    ----------
    table : ActivationTable
        New.
    rows : list of str
        What it gave.
    """

    table: ActivationTable
    rows: list[str] = field(default_factory=list)

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Keep the rows."""
        self.rows.append(self.table.add(activations, contexts))


def replay(
    live: Replayable, info: StreamInfo, blocks: Iterable[SampleBlock], recorded: Sequence[Event]
) -> None:
    """Run a session again.

    Parameters
    ----------
    live : Replayable
        A session put together as it was on the day, with no performer: what he said is recorded.
    info : StreamInfo
        The stream.
    blocks : iterable of SampleBlock
        What was recorded, in any cut. A recording that ends before its events do, as after a kill, gives
        the session up to its end.
    recorded : sequence of Event
        The session's events, in order. Only inputs, and what the host alone knew, are used.

    Raises
    ------
    ValueError
        If a recorded input does not say what it has to.
    """
    stream = _Stream(blocks, recorded)
    _say_again(live, stream, recorded)
    for block in stream.rest():
        live.on_block(block)
    unseen = None if live.finished else stream.unseen(info, recorded)
    if unseen is not None:
        live.on_block(unseen)
    if not live.finished:
        live.stop(_reason(recorded))


def _say_again(live: Replayable, stream: _Stream, recorded: Sequence[Event]) -> None:
    """Give the keys, and at its sample what the host said, as long as there are samples."""
    silent = False
    for at, event in enumerate(recorded):
        if is_command(event):
            live.post(command_of(event))
            if silent:
                live.on_silence()
        elif event.kind in _SIGNAL_CAME:
            silent = False
        elif (until := _turn(event, recorded[at + 1 :])) is not None:
            for block in stream.until(until):
                live.on_block(block)
            if not (stream.reached(until) or live.finished):
                return
            _act(live, event)
            silent = silent or event.kind is EventKind.NO_SIGNAL


def _is_host_notice(event: Event) -> bool:
    return event.kind is EventKind.NOTICE and event.detail.get("code") in HOST_NOTICES


def _turn(event: Event, later: Sequence[Event]) -> int | None:
    """Sample before which everything has come when the host says something; None if this is not that.

    Silence is dated at the last tick. How far the samples had come by then stands at what ended it.
    """
    if event.kind is EventKind.REOPENED or _is_host_notice(event):
        return event.sample
    if event.kind is not EventKind.NO_SIGNAL:
        return None
    ended_by = _SIGNAL_CAME | {EventKind.REOPENED}
    return next((e.sample for e in later if e.kind in ended_by or _is_host_notice(e)), _Stream.END)


def _act(live: Replayable, event: Event) -> None:
    """Say again what the host said."""
    if event.kind is EventKind.NO_SIGNAL:
        live.on_silence()
    elif event.kind is EventKind.NOTICE:
        live.notice(str(event.detail["code"]), str(event.detail.get("message", "")))
    else:
        lost = _whole(event.detail.get("n_lost"))
        live.reopened(lost, estimated=event.detail.get("estimated") is True)


def _reason(recorded: Sequence[Event]) -> str:
    ends = [event.detail.get("reason") for event in recorded if event.kind is EventKind.SESSION_ENDED]
    return str(ends[-1]) if ends else KILLED


class _Stream:
    """Recorded blocks, cut where the host said something."""

    END: Final = 2**63

    def __init__(self, blocks: Iterable[SampleBlock], recorded: Iterable[Event]) -> None:
        self._blocks = iter(blocks)
        self._next: SampleBlock | None = None
        self._end = 0
        # after a kill only the events know which gaps were taken from the clock
        self._estimated = {end for event in recorded if (end := _end_of_estimated(event)) is not None}

    def until(self, sample: int) -> Iterator[SampleBlock]:
        """Give what came before a sample."""
        while (block := self._next or next(self._blocks, None)) is not None:
            self._next = None
            if block.first_sample >= sample:
                self._next = block
                return
            if block.end_sample > sample:
                self._next = block.cut(sample - block.first_sample, block.n_samples)
                block = block.cut(0, sample - block.first_sample)
            self._end = block.end_sample
            estimated = block.gap_estimated or block.first_sample in self._estimated
            yield replace(block, gap_estimated=estimated)

    def rest(self) -> Iterator[SampleBlock]:
        """Give what is left."""
        return self.until(self.END)

    def unseen(self, info: StreamInfo, recorded: Sequence[Event]) -> SampleBlock | None:
        """Stand in for samples that came, but were never looked at because the session was over before them.

        A key that ends a session is obeyed before its tick is looked at, and a hold may come to its end in
        a gap. Such samples are not kept; what they were is of no effect.
        """
        if (
            not any(event.kind is EventKind.SESSION_ENDED for event in recorded)
            or _reason(recorded) == KILLED
        ):
            return None
        lost = [e for e in recorded if e.kind is EventKind.GAP and e.sample == self._end]
        keys = [e.sample for e in recorded if is_command(e) and e.sample >= self._end]
        if not lost and not keys:
            return None
        first = self._end + (_whole(lost[-1].detail.get("n_lost")) if lost else 0)
        return SampleBlock(
            np.zeros((max([first, *keys]) + 1 - first, info.n_channels)),
            first,
            info.fs_hz,
            host_time_s=first / info.fs_hz,
            gap_estimated=first in self._estimated,
        )

    def reached(self, sample: int) -> bool:
        """Whether all came that there was before a sample; a recording may end before its events do."""
        return self._end == sample or self._next is not None or sample == self.END


def _end_of_estimated(event: Event) -> int | None:
    if event.kind is not EventKind.GAP or event.detail.get("estimated") is not True:
        return None
    return event.sample + _whole(event.detail.get("n_lost"))


def _whole(n_lost: JsonValue) -> int:
    if isinstance(n_lost, bool) or not isinstance(n_lost, int):
        raise ValueError(f"{n_lost!r} is no number of lost samples")
    return n_lost
