"""Claims about a session that is computed again: it is the session of the day, to the last digit."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emg.blocks import SampleBlock, StreamInfo
from emg.codes import CommandKind, EventKind, Origin
from emg.input_events import command_event
from emg.results import Outcome, Presser
from emg.session.events import event_from_json, event_to_json
from emg.session.recover import KILLED, replay
from emg.stage import Command, Event
from tests.fakes import FAKE_INFO
from tests.sessions import QUICK, Kept, Rig, noise, rig, short_exercise

SHORT = short_exercise(test=2, train=2, timing={**QUICK, "wait_limit_s": 1.0, "hold_s": 1.5})
FINE = replace(FAKE_INFO, nominal_fs_hz=1000.0, fs_hz=1000.0, bandwidth_hz=260.0)
"""A stream whose ticks are four samples apart."""

SECONDS = 20.0
SIGNAL = {info.fs_hz: noise(SECONDS, seed=3, fs_hz=info.fs_hz) for info in (FAKE_INFO, FINE)}
KEYS = (
    *(CommandKind.NEXT, CommandKind.BACK, CommandKind.PAUSE, CommandKind.RESUME, CommandKind.FELT),
    *(CommandKind.FOOT_DOWN, CommandKind.ENOUGH, CommandKind.ANSWER, CommandKind.CALIBRATE),
    CommandKind.STOP,
)

Act: TypeAlias = "Callable[[Day], None]"


@dataclass
class Day:
    """A live session of which one thing after the other happens."""

    rigged: Rig
    signal: SampleBlock
    at: int = 0

    def feed(self, n: int, *, bad: range | None = None, estimated: bool = False) -> None:
        """Give the next samples as one block, some of them not numbers."""
        stop = min(self.at + n, self.signal.n_samples)
        block = self.signal.cut(self.at, stop)
        if bad is not None:
            data_uv = block.data_uv.copy()
            data_uv[bad.start : bad.stop, 0] = math.nan
            block = replace(block, data_uv=data_uv)
        self.at = stop
        if block.n_samples:
            self.rigged.live.on_block(replace(block, gap_estimated=estimated))

    def key(self, kind: CommandKind, *, early: int = 3) -> None:
        """Press a key as people do: it names no tick."""
        value = 2 if kind is CommandKind.ANSWER else None
        pressed = max(0, self.at - early)
        self.rigged.live.post(Command(kind, sample=pressed, value=value, by=Presser.HELPER))

    def reopen(self, n_lost: int, *, estimated: bool = True) -> None:
        """Open the board again."""
        self.rigged.live.reopened(n_lost, estimated=estimated)
        self.at += n_lost

    def over(self) -> Kept:
        """Let the rest of the signal come, and end it."""
        while self.at < self.signal.n_samples and not self.rigged.live.finished:
            self.feed(400)
        self.rigged.live.stop("ended")
        return self.rigged.kept


def day(
    tmp_path: Path, info: StreamInfo = FAKE_INFO, *, attended: bool = False, calibrated: bool = True
) -> Day:
    rigged = rig(SHORT, tmp_path, info=info, attended=attended, calibrated=calibrated)
    return Day(rigged, SIGNAL[info.fs_hz])


def stretches(blocks: Sequence[SampleBlock]) -> Iterator[SampleBlock]:
    """Blocks without a gap between them as one: what a file gives back."""
    run: list[SampleBlock] = []
    for block in blocks:
        if run and run[-1].end_sample != block.first_sample:
            yield joined(run)
            run = []
        if block.n_samples:
            run.append(block)
    if run:
        yield joined(run)


def joined(run: Sequence[SampleBlock]) -> SampleBlock:
    return replace(run[0], data_uv=np.concatenate([block.data_uv for block in run]))


def recut(blocks: Sequence[SampleBlock], lengths: Iterable[int]) -> Iterator[SampleBlock]:
    """The same samples in blocks of other lengths."""
    sizes = iter(lengths)
    for whole in stretches(blocks):
        start = 0
        while start < whole.n_samples:
            stop = min(start + next(sizes), whole.n_samples)
            yield whole.cut(start, stop)
            start = stop


def lines(events: Iterable[Event]) -> list[str]:
    return [event_to_json(event) for event in events]


def again(
    kept: Kept,
    tmp_path: Path,
    info: StreamInfo = FAKE_INFO,
    *,
    n: int | None = None,
    attended: bool = False,
    calibrated: bool = True,
) -> Kept:
    """The session computed again from what is in its files."""
    second = rig(SHORT, tmp_path, info=info, attended=attended, calibrated=calibrated)
    recorded = [event_from_json(line) for line in lines(kept.events)]
    blocks = stretches(kept.blocks) if n is None else recut(kept.blocks, (n for _ in count()))
    replay(second.live, info, blocks, recorded)
    return second.kept


def assert_same(one: Kept, other: Kept) -> None:
    assert lines(other.events) == lines(one.events)
    assert other.holds == one.holds
    assert other.rows == one.rows


# --- whatever happens

feeds = st.builds(
    lambda n, start, length: lambda day: day.feed(n, bad=range(start, start + length) if length else None),
    st.sampled_from([1, 3, 20, 250, 700, 1500]),
    st.integers(0, 30),
    st.sampled_from([0, 0, 0, 1, 9, 40]),
)
keys = st.builds(lambda kind: lambda day: day.key(kind), st.sampled_from(KEYS))
silences = st.just(lambda day: day.rigged.live.on_silence())
reopens = st.builds(
    lambda n, silent: lambda day: (day.rigged.live.on_silence() if silent else None, day.reopen(n)),
    st.sampled_from([0, 1, 30, 300]),
    st.booleans(),
)
notices = st.just(lambda day: day.rigged.live.notice("board_notice", "The battery is low."))
acts = st.lists(st.one_of(feeds, feeds, keys, keys, silences, reopens, notices), max_size=40)


@pytest.mark.parametrize("info", [FAKE_INFO, FINE], ids=["every sample a tick", "every fourth"])
@given(acts, st.booleans(), st.booleans(), st.sampled_from([None, 33, 1000]))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_computes_to_the_same(
    tmp_path: Path, info: StreamInfo, happened: list[Act], attended: bool, calibrated: bool, n: int | None
) -> None:
    """Else an excluded rep changes the other ones, and a recovered session is another session."""
    live = day(tmp_path, info, attended=attended, calibrated=calibrated)
    for act in happened:
        if not live.rigged.live.finished:  # after its end nobody opens the board again
            act(live)
    kept = live.over()
    assert_same(kept, again(kept, tmp_path, info, n=n, attended=attended, calibrated=calibrated))


# --- one thing at a time


def eventful(tmp_path: Path, info: StreamInfo = FAKE_INFO) -> Kept:
    """A session in which the board was away, people pressed keys meanwhile, and the host had its say."""
    live = day(tmp_path, info, attended=True)
    ticks = round(info.fs_hz / FAKE_INFO.fs_hz)
    live.feed(700 * ticks)
    live.key(CommandKind.FELT)
    live.feed(60 * ticks + ticks // 2)  # not to a tick
    live.rigged.live.on_silence()
    live.key(CommandKind.FOOT_DOWN)
    live.rigged.live.on_silence()
    live.rigged.live.notice("board_notice", "The dongle is gone.")
    live.reopen(500 * ticks)
    live.feed(20 * ticks, estimated=True)
    live.feed(230 * ticks)
    live.key(CommandKind.NEXT, early=0)
    live.feed(400 * ticks)
    live.rigged.live.on_silence()
    live.feed(300 * ticks)
    live.rigged.live.reopened(0, estimated=True)
    live.feed(200 * ticks)
    live.key(CommandKind.NEXT, early=0)
    return live.over()


def test_the_eventful_day_is_eventful(tmp_path: Path) -> None:
    """Else the comparisons below compare nothing."""
    kept = eventful(tmp_path)
    assert {"no_signal", "signal_back", "reopened", "notice", "gap", "answered", "command"} <= {*kept.kinds}
    assert {Outcome.LOST_BALANCE, Outcome.SUCCESS} <= {hold.outcome for hold in kept.holds}
    (gap,) = [event for event in kept.events if event.kind is EventKind.GAP]
    assert gap.detail == {"n_lost": 500, "estimated": True}


@pytest.mark.parametrize("info", [FAKE_INFO, FINE], ids=["every sample a tick", "every fourth"])
def test_samples_that_outlived_their_events_change_nothing_before_them(
    tmp_path: Path, info: StreamInfo
) -> None:
    """Else a session that is killed just after its board came back comes to other numbers than it did live.

    Samples are written before what was made of them.
    """
    kept = eventful(tmp_path, info)
    said = lines(kept.events)
    host = {"no_signal", "signal_back", "reopened", "notice", "gap"}
    for n in [n for n, event in enumerate(kept.events, start=1) if event.kind in host]:
        second = rig(SHORT, tmp_path, info=info, attended=True, calibrated=True)
        replay(second.live, info, stretches(kept.blocks), [event_from_json(line) for line in said[:n]])
        assert lines(second.kept.events)[:n] == said[:n], said[n - 1 : n + 1]


@pytest.mark.parametrize(("info", "n"), [(FAKE_INFO, 1), (FAKE_INFO, None), (FINE, 30), (FINE, None)])
def test_a_key_pressed_while_nothing_came_counts_where_it_counted(
    tmp_path: Path, info: StreamInfo, n: int | None
) -> None:
    """Else "foot down" while the dongle was out ends the hold one tick sooner than on the day."""
    kept = eventful(tmp_path, info)
    assert_same(kept, again(kept, tmp_path, info, n=n, attended=True))


def test_which_gaps_were_taken_from_the_clock_is_known_after_a_kill(tmp_path: Path) -> None:
    """Else a session that was killed says of a guessed gap that it was counted."""
    kept = eventful(tmp_path)
    kept.blocks = [replace(block, gap_estimated=False) for block in kept.blocks]
    assert_same(kept, again(kept, tmp_path, attended=True))


@pytest.mark.parametrize("reason", ["interrupted", "lost", "ended"])
def test_a_session_that_was_ended_from_outside_ends_for_the_same_reason(tmp_path: Path, reason: str) -> None:
    """Else a hold that was broken off counts as held."""
    live = day(tmp_path)
    live.feed(800)
    live.rigged.live.stop(reason)
    kept = live.rigged.kept
    assert [hold.outcome for hold in kept.holds] == [Outcome.INCOMPLETE]
    assert_same(kept, again(kept, tmp_path))


def test_a_key_that_ends_a_session_ends_it_again(tmp_path: Path) -> None:
    """Else every session that ends with an answer cannot be computed again: its last sample is not kept."""
    for info in (FAKE_INFO, FINE):
        live = day(tmp_path, info)
        live.feed(round(3.03 * info.fs_hz))
        live.key(CommandKind.STOP)
        kept = live.over()
        assert kept.events[-1].detail["reason"] == "stopped"
        assert_same(kept, again(kept, tmp_path, info))
        live = Day(rig(SHORT, tmp_path, info=info), noise(30.0, fs_hz=info.fs_hz))
        for _ in range(100):  # each hold is repeated, until it is enough
            live.feed(round(0.3 * info.fs_hz) + 1)
            live.key(CommandKind.FOOT_DOWN)
        kept = live.rigged.kept
        assert live.rigged.live.finished
        assert {hold.outcome for hold in kept.holds} == {Outcome.LOST_BALANCE}
        assert_same(kept, again(kept, tmp_path, info))


@pytest.mark.parametrize("n_lost", [4, 20, 400, 3000])
@pytest.mark.parametrize("key", [None, CommandKind.STOP])
def test_a_session_that_ends_in_a_gap_ends_in_it_again(
    tmp_path: Path, n_lost: int, key: CommandKind | None
) -> None:
    """Else the last hold is lost if a packet was lost at its end: what comes behind the gap is not kept."""
    one = short_exercise(test=1, train=0)
    live = Day(rig(one, tmp_path), SIGNAL[250.0])
    live.feed(1123)  # it ends at 1125
    if key is not None:
        live.key(key)
    live.at += n_lost
    live.feed(50)
    assert live.rigged.live.finished or n_lost > 25
    kept = live.over()
    second = rig(one, tmp_path)
    replay(second.live, FAKE_INFO, stretches(kept.blocks), kept.events)
    assert_same(kept, second.kept)


def test_what_was_decided_afterwards_is_no_part_of_the_day(tmp_path: Path) -> None:
    """Else a session whose rep was excluded can never be computed again."""
    kept = eventful(tmp_path)
    before = list(kept.events)
    kept.events.append(Event(9999, EventKind.HOLD_EXCLUDED, hold=1, detail={"reason": "x"}))
    second = again(kept, tmp_path, attended=True)
    assert lines(second.events) == lines(before)


# --- killed


@pytest.mark.parametrize("end", [25, 700, 755, 1300, 1700, 2300, 4000])
def test_a_killed_session_is_the_same_up_to_its_end(tmp_path: Path, end: int) -> None:
    """Else what was done before a crash is scored otherwise than on the day."""
    kept = eventful(tmp_path)
    killed = replace(kept, blocks=[b.cut(0, max(0, end - b.first_sample)) for b in kept.blocks])
    killed.blocks = [b for b in killed.blocks if b.n_samples]
    killed.events = [event for event in kept.events if event.kind is not EventKind.SESSION_ENDED]

    second = again(killed, tmp_path, attended=True)

    last = killed.blocks[-1].end_sample
    *found, over = lines(second.events)
    stopped = [line for line in found if event_from_json(line).sample < last - 1]
    assert stopped == lines(event for event in kept.events if event.sample < last - 1)
    assert event_from_json(over).detail["reason"] == KILLED
    new = {event_from_json(line).kind.value for line in set(found) - set(lines(kept.events))}
    assert new <= {"relax", "hold_done", "rest"}, "only what the end brings about"
    done = [hold for hold in kept.holds if (hold.end_sample or 0) < last - 1]
    assert second.holds[: len(done)] == done
    broken_off = [hold for hold in second.holds if hold not in kept.holds]
    assert [hold.outcome for hold in broken_off] in ([], [Outcome.INCOMPLETE])


def test_a_killed_session_without_a_sample_has_no_hold(tmp_path: Path) -> None:
    """Else recovery of a session that never began fails, or makes one up."""
    second = rig(SHORT, tmp_path)
    replay(second.live, FAKE_INFO, [], [])
    assert second.kept.kinds == ["session_ended"]
    assert second.kept.holds == []


# --- damaged


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (EventKind.REOPENED, {"n_lost": None}),
        (EventKind.REOPENED, {"n_lost": True}),
        (EventKind.REOPENED, {"n_lost": -1}),
        (EventKind.COMMAND, {"command": "felt"}),
    ],
)
def test_an_input_that_does_not_say_what_it_was_is_refused(
    tmp_path: Path, kind: EventKind, detail: dict[str, bool | int | str | None]
) -> None:
    """Else a damaged session computes to something that never was."""
    kept = eventful(tmp_path)
    at = next(i for i, event in enumerate(kept.events) if event.kind is kind and event.origin == "input")
    kept.events[at] = replace(kept.events[at], detail=detail)
    with pytest.raises(ValueError, match=r"the event at sample|is no number of lost samples"):
        again(kept, tmp_path, attended=True)


FAR = 10**12


FAR_KEY = command_event(Command(CommandKind.FELT, sample=FAR, by=Presser.HELPER), FAR)


@pytest.mark.parametrize(
    "line",
    [
        FAR_KEY,
        Event(1123, EventKind.GAP, detail={"n_lost": FAR, "estimated": False}),
        Event(1123, EventKind.GAP, detail={"n_lost": -FAR, "estimated": False}),
        Event(1123, EventKind.REOPENED, detail={"n_lost": FAR, "estimated": True}, origin=Origin.INPUT),
        Event(FAR, EventKind.NOTICE, detail={"code": "board_notice", "message": ""}),
    ],
    ids=["key", "gap", "gap backwards", "re-open", "notice"],
)
def test_a_number_that_no_session_comes_to_costs_no_memory(tmp_path: Path, line: Event) -> None:
    """Else one damaged line takes all the memory there is, and the list of sessions with it."""
    live = day(tmp_path)
    live.feed(1123)
    live.rigged.live.stop("ended")
    kept = live.rigged.kept
    *before, end = kept.events
    second = rig(SHORT, tmp_path)
    tracemalloc.start()
    try:
        with suppress(ValueError):  # or it computes to something else, which its reader finds
            replay(second.live, FAKE_INFO, stretches(kept.blocks), [*before, line, end])
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000


def test_a_key_far_behind_the_samples_is_said(tmp_path: Path) -> None:
    """Else a damaged session computes to one that never was."""
    live = day(tmp_path)
    live.feed(1123)
    live.rigged.live.stop("ended")
    live.rigged.kept.events.insert(-1, FAR_KEY)
    with pytest.raises(ValueError, match=f"sample {FAR} lies too far behind the last one, which is 1122"):
        again(live.rigged.kept, tmp_path)
