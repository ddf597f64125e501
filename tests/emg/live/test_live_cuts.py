"""Any cut of the samples into blocks gives the same session, by hand or from the record."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emg.blocks import SampleBlock
from emg.codes import CommandKind
from emg.input_events import command_of, is_command
from emg.montage import Side
from emg.results import Presser
from emg.stage import Command
from tests.sessions import FS, Kept, Rig, cut, every, noise, rig, short_exercise

TWO_SETS = short_exercise(test=2, train=1, sides=(Side.RIGHT, Side.LEFT))
NEXT = CommandKind.NEXT
PAUSE = CommandKind.PAUSE
RESUME = CommandKind.RESUME
STOP = CommandKind.STOP
FOOT = CommandKind.FOOT_DOWN
FELT = CommandKind.FELT
BACK = CommandKind.BACK


def at(rigged: Rig, *commands: tuple[int, CommandKind]) -> Rig:
    """Post commands as a replay does."""
    for sample, kind in commands:
        rigged.live.post(Command(kind, applied_sample=sample))
    return rigged


# --- any cut


def hard_session() -> SampleBlock:
    """Forty seconds in which the muscles come and go."""
    block = noise(40.0, seed=7)
    envelope = 0.7 + 0.5 * np.sin(np.arange(block.n_samples) / 200.0)[:, None]
    return replace(block, data_uv=block.data_uv * envelope)


def with_troubles(blocks: Iterator[SampleBlock]) -> Iterator[SampleBlock]:
    """The same losses at the same samples, however the stream is cut: short gaps, a long one, NaN."""
    lost = [range(700, 712), range(1700, 1760), range(4000, 4300)]
    for block in blocks:
        data_uv = block.data_uv.copy()
        at = np.arange(block.first_sample, block.end_sample)
        for gap in lost:
            data_uv[(at >= gap.start) & (at < gap.stop), 0] = math.nan
        yield replace(block, data_uv=data_uv)


COMMANDS = (
    (800, FOOT),
    (2600, PAUSE),
    (2901, NEXT),
    (3003, NEXT),
    (5000, FELT),
    (6100, PAUSE),
    (6500, RESUME),
    (7007, BACK),
    (9500, STOP),
)


@pytest.fixture(scope="module")
def as_one_block(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What the hard session gives in a single block."""
    rigged = at(rig(TWO_SETS, tmp_path_factory.mktemp("whole")), *COMMANDS)
    return rigged.feed(with_troubles(iter([hard_session()])))


def test_the_hard_session_is_hard(as_one_block: Kept) -> None:
    """Else the comparison of cuts compares nothing."""
    found = {hold.outcome.value for hold in as_one_block.holds}
    assert {"lost_balance", "void", "success", "incomplete"} <= found
    assert {"gap", "paused", "resumed", "session_ended"} <= set(as_one_block.kinds)
    assert as_one_block.rows.count("\n") == 9500 * 20 // FS


@pytest.mark.parametrize(
    "edges",
    [range(1, 2000), range(5, 10_000, 5), range(25, 10_000, 25), range(250, 10_000, 250)],
    ids=["single samples", "0.02 s", "0.1 s", "1 s"],
)
def test_any_size_of_block_gives_the_same_session(tmp_path: Path, as_one_block: Kept, edges: range) -> None:
    """Else the result depends on how the radio bundled its packets."""
    rigged = at(rig(TWO_SETS, tmp_path), *COMMANDS)
    assert rigged.feed(with_troubles(cut(hard_session(), edges))).told == as_one_block.told


@given(st.lists(st.integers(1, 9999), max_size=60))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cut_gives_the_same_session(tmp_path: Path, as_one_block: Kept, edges: list[int]) -> None:
    """Else a slow computer, which reads longer blocks, gets other results."""
    rigged = at(rig(TWO_SETS, tmp_path), *COMMANDS)
    assert rigged.feed(with_troubles(cut(hard_session(), edges))).told == as_one_block.told


def test_a_session_that_was_steered_by_hand_replays_to_the_same(tmp_path: Path) -> None:
    """Else a session that is computed again from its inputs has other holds than on the day."""
    rigged = rig(TWO_SETS, tmp_path / "live")
    keys = dict(COMMANDS)
    for block in every(20, hard_session()):
        for sample in [sample for sample in keys if sample < block.end_sample]:
            rigged.live.post(Command(keys.pop(sample), sample=sample, by=Presser.HELPER))
        rigged.live.on_block(block)
    assert rigged.live.finished

    replay = rig(TWO_SETS, tmp_path / "replay")
    for event in filter(is_command, rigged.kept.events):
        replay.live.post(command_of(event))
    again = replay.feed(every(250, hard_session()))

    assert again.told == rigged.kept.told
    pressed = next(event.detail for event in rigged.kept.events if is_command(event))
    assert pressed == {
        "command": "foot_down",
        "pressed_sample": 800,
        "applied_sample": 800,
        "by": "helper",
    }
