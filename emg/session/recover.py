"""A session computed again from its samples and its inputs: the same events, the same holds.

What decides a session is the signal, what people said, and what only the host knew: that the board was
opened again, that nothing came, and what the acquisition had to say. All of it stands in events.jsonl
in the order in which it happened, each at its sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, Protocol

import numpy as np

from emg.activation import Activations
from emg.blocks import SampleBlock, StreamInfo
from emg.codes import EventKind
from emg.foreign import is_whole
from emg.input_events import command_of, is_command
from emg.pipeline import tick_spacing
from emg.results import HoldResult
from emg.said import Said
from emg.session.tables import ActivationTable
from emg.stage import Command, Event, JsonValue, RowContext

KILLED: Final = "killed"
"""Reason of a session that never said that it ended."""

HOST_NOTICES: Final = frozenset({"board_notice", "calibration_refused"})
"""Codes of notices that come from outside the session; it cannot raise them itself."""

_SIGNAL_CAME: Final = frozenset({EventKind.GAP, EventKind.SIGNAL_BACK})

LONGEST_UNSEEN_S: Final = 600.0
"""What came and was never looked at is the rest of one block; no board gives so long a one."""

LONGEST_GAP_S: Final = 86_400.0
"""At the end of a session: a computer that slept over night. A later event is a damaged line."""


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
    _say_again(live, stream, recorded, tick_spacing(info.fs_hz))
    for block in stream.rest():
        live.on_block(block)
    for block in () if live.finished else stream.unseen(info, recorded):
        live.on_block(block)
    if not live.finished:
        live.stop(_reason(recorded))


def end_of_practice(recorded: Iterable[Event]) -> int:
    """Give one past the last sample of which a practice tells; 0 where it tells of none.

    What is lost in a gap had passed when the gap was told.
    """
    return max((event.sample + 1 + _lost_in(event) for event in recorded), default=0)


def clock_again(recorded: Iterable[Event], end_sample: int, fs_hz: float) -> Iterator[SampleBlock]:
    """Let the clock of a practice run again, a second at a time, with its gaps where they were.

    Parameters
    ----------
    recorded : iterable of Event
        Of the practice.
    end_sample : int
        One past its last sample.
    fs_hz : float
        Ticks a second.
    """
    at, length = 0, max(1, round(fs_hz))
    gaps = sorted((event.sample, _lost_in(event)) for event in recorded if event.kind is EventKind.GAP)
    for gap, n_lost in (*gaps, (end_sample, 0)):
        for start in range(at, gap, length):
            n = min(length, gap - start)
            yield SampleBlock(np.empty((n, 0)), start, fs_hz, host_time_s=(start + n) / fs_hz)
        at = max(at, gap + n_lost)


def _lost_in(event: Event) -> int:
    return _whole(event.detail.get("n_lost")) if event.kind is EventKind.GAP else 0


def _say_again(live: Replayable, stream: _Stream, recorded: Sequence[Event], n_tick: int) -> None:
    """Give the keys, and at its sample what the host said, as long as there are samples."""
    silent = False
    for at, event in enumerate(recorded):
        if is_command(event):
            live.post(command_of(event))
            if silent:
                live.on_silence()
        elif event.kind in _SIGNAL_CAME:
            silent = False
        elif (turn := _turn(event, recorded[at + 1 :], n_tick)) is not None:
            for block in stream.until(turn.until):
                live.on_block(block)
            if not (stream.reached(turn.least) or live.finished):
                return
            _act(live, event)
            silent = silent or event.kind is EventKind.NO_SIGNAL


def _is_host_notice(event: Event) -> bool:
    return event.kind is EventKind.NOTICE and event.detail.get("code") in HOST_NOTICES


class _Turn(NamedTuple):
    """When the host says something: before sample ``until`` comes, and once ``least`` of them have come."""

    until: int
    least: int


def _turn(event: Event, later: Sequence[Event], n_tick: int) -> _Turn | None:
    """Tell when the host says something; None if this is not that.

    Silence is dated at the last tick. How far the samples had come by then stands at what ended it. A kill
    can take that away and leave samples that came later: those make another tick, and the ones before do not.
    """
    if event.kind is EventKind.REOPENED or _is_host_notice(event):
        return _Turn(event.sample, event.sample)
    if event.kind is not EventKind.NO_SIGNAL:
        return None
    ended_by = _SIGNAL_CAME | {EventKind.REOPENED}
    for one in later:
        if one.kind in ended_by or _is_host_notice(one):
            return _Turn(one.sample, one.sample)
    return _Turn(event.sample + n_tick, 0)


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

    def unseen(self, info: StreamInfo, recorded: Sequence[Event]) -> Iterator[SampleBlock]:
        """Stand in for samples that came, but were never looked at because the session was over before them.

        A key that ends a session is obeyed before its tick is looked at, and a hold may come to its end in
        a gap. Such samples are not kept; what they were is of no effect. They come a second at a time.

        Raises
        ------
        ValueError
            If there would be more of them than any session had.
        """
        if (
            not any(event.kind is EventKind.SESSION_ENDED for event in recorded)
            or _reason(recorded) == KILLED
        ):
            return
        lost = [e for e in recorded if e.kind is EventKind.GAP and e.sample == self._end]
        keys = [e.sample for e in recorded if is_command(e) and e.sample >= self._end]
        if not lost and not keys:
            return
        first = self._end + (_whole(lost[-1].detail.get("n_lost")) if lost else 0)
        stop = max([first, *keys]) + 1
        if first - self._end > LONGEST_GAP_S * info.fs_hz or stop - first > LONGEST_UNSEEN_S * info.fs_hz:
            raise ValueError(
                Said(
                    "sample {sample} lies too far behind the last one, which is {last}",
                    sample=stop - 1,
                    last=self._end - 1,
                )
            )
        length = max(1, round(info.fs_hz))
        for start in range(first, stop, length):
            end = min(start + length, stop)
            yield SampleBlock(
                np.zeros((end - start, info.n_channels)),
                start,
                info.fs_hz,
                host_time_s=end / info.fs_hz,
                gap_estimated=start in self._estimated,
            )

    def reached(self, sample: int) -> bool:
        """Whether all came that there was before a sample; a recording may end before its events do."""
        return self._end >= sample or self._next is not None


def _end_of_estimated(event: Event) -> int | None:
    if event.kind is not EventKind.GAP or event.detail.get("estimated") is not True:
        return None
    return event.sample + _whole(event.detail.get("n_lost"))


def _whole(n_lost: JsonValue) -> int:
    if not is_whole(n_lost) or n_lost < 0:
        raise ValueError(Said("{value} is no number of lost samples", value=repr(n_lost)))
    return n_lost
