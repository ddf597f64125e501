"""What a gap does in every phase of a hold, through the real chain: over 100 ms voids it, less does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emg.blocks import SampleBlock
from emg.codes import EventKind
from emg.results import Outcome
from tests.sessions import FS, Kept, every, noise, rig, short_exercise

TEST = short_exercise(test=1, train=0)
TRAIN = short_exercise(test=0, train=1, timing={"stand_up_s": 1.0, "prepare_s": 1.0, "quiet_s": 0.5})
PREPARE, CUE, SET, END = FS, 2 * FS, 5 * FS // 2, 9 * FS // 2
"""Of a test hold with the short timing: its rest ends, cue, position taken, end."""

MOST = FS // 10
"""100 ms: a hold bears so much and not one sample more."""


def losing(block: SampleBlock, first: int, n: int) -> Iterator[SampleBlock]:
    yield from every(25, block.cut(0, first))
    yield from every(25, block.cut(first + n, block.n_samples))


def held(tmp_path: Path, first: int, n: int) -> Kept:
    return rig(TEST, tmp_path).feed(losing(noise(20.0), first, n))


def outcomes(kept: Kept) -> list[str]:
    return [hold.outcome.value for hold in kept.holds]


@pytest.mark.parametrize(
    "first",
    [CUE + 1, SET - MOST // 2, SET + 1, SET + FS, END - MOST - 1, END - MOST],
    ids=["cued", "as it is set", "just set", "holding", "towards the end", "its last sample"],
)
def test_over_100_ms_in_a_hold_voids_it_whatever_its_phase(tmp_path: Path, first: int) -> None:
    """Else a plateau is scored that was not measured."""
    assert outcomes(held(tmp_path / "void", first, MOST + 1)) == ["void", "success"]
    assert outcomes(held(tmp_path / "bears", first, MOST)) == ["success"]


def test_a_gap_that_begins_with_the_last_samples_of_a_hold_does_not_void_it(tmp_path: Path) -> None:
    """Else a hold that was measured to its end is repeated because the board was pulled out after it."""
    kept = held(tmp_path, END - 5, 10 * FS)
    assert outcomes(kept) == ["success"]
    assert kept.holds[0].end_sample == END


@pytest.mark.parametrize("phase", ["waiting", "holding"])
def test_a_training_hold_is_voided_while_it_waits_and_while_it_holds(tmp_path: Path, phase: str) -> None:
    """Else a learner gets credit for seconds in which nobody could see the muscle."""
    level_uv = 5.0 if phase == "waiting" else 40.0
    whole = rig(TRAIN, tmp_path / "whole").feed(every(25, noise(30.0, level_uv=level_uv)))
    kind = EventKind.SET if phase == "waiting" else EventKind.FIRED
    first = whole.at(kind)[0] + FS
    gone = rig(TRAIN, tmp_path / "gone").feed(losing(noise(30.0, level_uv=level_uv), first, MOST + 1))

    assert gone.holds[0].outcome is Outcome.VOID
    assert gone.holds[0].invalid_reason == "gap"
    assert (gone.holds[0].fired_sample is None) is (phase == "waiting")


@pytest.mark.parametrize("n", [MOST + 1, 3 * FS, 60 * FS])
def test_nobody_is_cued_in_a_gap_and_prepare_begins_anew_after_it(tmp_path: Path, n: int) -> None:
    """Else a board that was away costs a hold that nobody was asked for."""
    back = PREPARE + FS // 2 + n
    kept = rig(TEST, tmp_path).feed(losing(noise(90.0), PREPARE + FS // 2, n))

    assert kept.at(EventKind.PREPARE) == [PREPARE, back]
    assert kept.at(EventKind.CUE) == [back + FS]
    assert outcomes(kept) == ["success"]


def test_a_short_gap_over_the_cue_moves_it_to_the_first_sample_that_came(tmp_path: Path) -> None:
    """Else the latency counts from a cue that sounded when nothing was measured."""
    kept = rig(TEST, tmp_path).feed(losing(noise(20.0), CUE - 5, MOST))
    assert kept.at(EventKind.CUE) == [CUE - 5 + MOST]
    assert outcomes(kept) == ["success"]


def test_silence_moves_no_stage(tmp_path: Path) -> None:
    """Else the coach counts down to somebody whom nobody measures."""
    rigged = rig(TEST, tmp_path)
    blocks = list(every(25, noise(20.0)))
    for block in blocks[:30]:
        rigged.live.on_block(block)
    before = rigged.live.view().stage
    for _ in range(1000):
        rigged.live.on_silence()
    assert rigged.live.view().stage == before
    assert rigged.kept.holds == []
