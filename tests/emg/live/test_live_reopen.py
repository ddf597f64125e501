"""A board that went away and came back: what was under way, and what the reference is worth now."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import SampleBlock
from emg.codes import ELECTRODES_TOUCHED, CommandKind, EventKind, Origin, Phase, SignalState
from emg.question import READ_S
from emg.results import Outcome
from emg.session.summary import warning_of
from emg.stage import Command, Event
from tests.sessions import FS, Kept, Rig, every, noise, replayed, rig, short_exercise

TWO = short_exercise(test=3, train=0)
AWAY = range(750, 1500)
"""In the middle of the first hold of a session with a calibration; the board comes back at its end."""

MVC_S = 8 * 9 + 2
NEXT, BACK, RESUME, PAUSE, FELT = (
    CommandKind.NEXT,
    CommandKind.BACK,
    CommandKind.RESUME,
    CommandKind.PAUSE,
    CommandKind.FELT,
)


def samples(seconds: float = 150.0, *, quiet: Iterable[range] = ()) -> SampleBlock:
    block = noise(seconds)
    at = np.arange(block.n_samples)
    for span in quiet:
        block.data_uv[(at >= span.start) & (at < span.stop)] *= 0.1
    return block


def with_loss(block: SampleBlock, away: range = AWAY, n: int = 50) -> Iterator[SampleBlock]:
    """What is left of a stream when the board was away."""
    yield from every(n, block.cut(0, away.start))
    for part in every(n, block.cut(away.stop, block.n_samples)):
        yield replace(part, gap_estimated=part.first_sample == away.stop)


def feed(rigged: Rig, blocks: Iterable[SampleBlock], keys: dict[int, CommandKind] | None = None) -> Kept:
    """Blocks as the acquisition gives them: silence and a re-open before each one that follows a gap."""
    waiting = dict(keys or {})
    end = 0
    for block in blocks:
        if block.first_sample > end:
            rigged.live.on_silence()
            rigged.live.reopened(block.first_sample - end, estimated=True)
        for at in [at for at in waiting if at < block.end_sample]:
            rigged.live.post(Command(waiting.pop(at), sample=at))
        rigged.live.on_block(block)
        end = block.end_sample
    return rigged.kept


def of(kept: Kept, kind: EventKind) -> list[Event]:
    return [event for event in kept.events if event.kind is kind]


def stages(kept: Kept) -> list[str]:
    return [event.run for event in of(kept, EventKind.STAGE_STARTED)]


# --- the question


def test_after_a_reopen_somebody_is_asked_and_the_session_waits(tmp_path: Path) -> None:
    """Else percentages of an electrode that was pressed on again go on as if nothing had happened."""
    rigged = rig(TWO, tmp_path, attended=True)
    kept = feed(rigged, with_loss(samples(20.0)))
    view = rigged.live.view()

    assert (view.question, view.paused, view.stage.phase) == (ELECTRODES_TOUCHED, True, Phase.PAUSED)
    assert view.bars[0].level_pct is not None, "nothing is dropped before the answer"
    (reopened,) = of(kept, EventKind.REOPENED)
    assert reopened.detail == {"n_lost": 750, "estimated": True, "asked": True}
    (paused,) = of(kept, EventKind.PAUSED)
    assert (paused.sample, paused.detail["question"]) == (AWAY.stop, ELECTRODES_TOUCHED)
    assert [hold.outcome for hold in kept.holds] == [Outcome.VOID], "no hold goes on or begins meanwhile"


@pytest.mark.parametrize("key", [NEXT, RESUME])
def test_not_touched_keeps_the_reference_and_goes_on(tmp_path: Path, key: CommandKind) -> None:
    """Else a dongle that fell out costs two minutes of measuring again."""
    rigged = rig(TWO, tmp_path, attended=True)
    reference = rigged.reference.value
    kept = feed(rigged, with_loss(samples(40.0)), {2500: key})

    assert rigged.reference.value is reference
    assert [hold.outcome.value for hold in kept.holds] == ["void", "success", "success", "success"]
    assert kept.at(EventKind.RESUMED) == [2500]
    assert stages(kept) == ["holds_right_test#1"]
    assert not [warning for event in kept.events if (warning := warning_of(event))]


@pytest.fixture
def touched(tmp_path: Path) -> tuple[Rig, SampleBlock]:
    """A session of three test holds whose board came back after the second, with its electrodes moved."""
    block = samples(150.0, quiet=[range(3500, 3500 + 16 * FS)])
    rigged = rig(TWO, tmp_path, attended=True)
    feed(rigged, with_loss(block, range(2000, 3000)), {3500: BACK})
    return rigged, block


def test_touched_measures_rest_and_maximum_again_before_the_holds_that_are_left(
    touched: tuple[Rig, SampleBlock],
) -> None:
    """Else the rest of the set is in percent of a maximum of other electrodes, or the set begins anew."""
    rigged, _ = touched
    kept = rigged.kept

    assert stages(kept) == ["holds_right_test#1", "rest#1", "mvc#1"]
    how = [event.detail["how"] for event in of(kept, EventKind.REFERENCE_SET)]
    assert how == ["loaded", "dropped", "measured"]
    assert [hold.outcome.value for hold in kept.holds] == ["success", "void", "success", "success"]
    assert [hold.hold for hold in kept.holds] == [1, 2, 3, 4]
    before, after = kept.holds[0].glute.pct_mvc, kept.holds[-1].glute.pct_mvc
    assert before == pytest.approx(40.0, rel=0.1)
    assert after == pytest.approx(100.0, rel=0.15), "of the new maximum, as loud as the hold itself"
    assert rigged.draft.reference == rigged.reference.value
    assert kept.events[-1].detail["reason"] == "done"
    assert [w for event in kept.events if (w := warning_of(event))] == ["reference_dropped"]


def test_the_set_goes_on_under_its_own_run_after_standing_up(touched: tuple[Rig, SampleBlock]) -> None:
    """Else the athlete is sent into a hold while lying on the bench, or its events belong to no run."""
    kept = touched[0].kept
    back = next(e for e in of(kept, EventKind.RESUMED) if e.run == "holds_right_test#1")
    prepare = next(
        e for e in of(kept, EventKind.PREPARE) if e.sample > back.sample and e.run == "holds_right_test#1"
    )

    assert back.sample == of(kept, EventKind.STAGE_DONE)[-2].sample
    assert prepare.sample - back.sample == FS, "the time to stand up that the exercise gives"
    assert prepare.hold == 3


def test_without_a_reference_no_percentage_is_shown_from_the_very_next_tick(
    touched: tuple[Rig, SampleBlock],
) -> None:
    """Else the bars show percentages of a maximum that everybody knows to be wrong."""
    kept = touched[0].kept
    (dropped,) = [e.sample for e in of(kept, EventKind.REFERENCE_SET) if e.detail["how"] == "dropped"]
    measured = of(kept, EventKind.REFERENCE_SET)[-1].sample
    rows = csv.DictReader([kept.table.header, *kept.rows.splitlines()])
    known = {
        int(row["sample"]) for row in rows if row["glute_left_pct_mvc"] and int(row["sample"]) > AWAY.start
    }

    assert not [sample for sample in known if dropped <= sample <= measured]
    assert [sample for sample in known if sample < dropped]
    assert [sample for sample in known if sample > measured]


def test_the_view_loses_its_percentages_with_the_answer(tmp_path: Path) -> None:
    """Else the screen goes on showing them until the maximum is measured."""
    rigged = rig(TWO, tmp_path, attended=True)
    feed(rigged, with_loss(samples(12.0)), {2500: BACK})
    view = rigged.live.view()

    assert (view.calibrated, view.question, view.paused, view.stage.stage) == (False, "", False, "rest")
    assert all(bar.level_pct is None and bar.level_uv is not None for bar in view.bars)


@pytest.mark.parametrize("away_s", [3, 12])
def test_while_rest_is_measured_nothing_is_at_stake(tmp_path: Path, away_s: int) -> None:
    """Else somebody who lies there with nothing measured yet is asked what makes no difference."""
    away = range(away_s * FS, (away_s + 4) * FS)
    block = samples(140.0, quiet=[range(36 * FS)])
    rigged = rig(short_exercise(test=1, train=0), tmp_path, calibrated=False, attended=True)
    kept = feed(rigged, with_loss(block, away))

    assert of(kept, EventKind.REOPENED)[0].detail["asked"] is False
    assert of(kept, EventKind.NOTICE) == []
    assert stages(kept) == ["rest#1", "mvc#1", "holds_right_test#1"]


@pytest.mark.parametrize("away_s", [20, 40])
def test_touched_in_the_calibration_begins_it_again(tmp_path: Path, away_s: int) -> None:
    """Else rest is of one placement of the electrodes and the maximum of another, or is measured twice."""
    away = range(away_s * FS, (away_s + 4) * FS)
    answer = away.stop + 2 * FS
    block = samples(160.0, quiet=[range(16 * FS), range(answer, answer + 16 * FS)])
    rigged = rig(short_exercise(test=1, train=0), tmp_path, calibrated=False, attended=True)
    kept = feed(rigged, with_loss(block, away), {answer: BACK})

    assert stages(kept) == ["rest#1", "mvc#1", "rest#2", "mvc#2", "holds_right_test#1"]
    assert [event.detail["how"] for event in of(kept, EventKind.REFERENCE_SET)] == ["measured"]
    assert [hold.outcome for hold in kept.holds] == [Outcome.SUCCESS]
    assert len(rigged.draft.trials) == 8


def test_a_second_loss_while_measuring_again_does_not_lose_the_set(tmp_path: Path) -> None:
    """Else the holds that were done, or those that are left, are gone after two faults."""
    block = samples(180.0, quiet=[range(2500, 6500), range(9000, 9000 + 16 * FS)])
    rigged = rig(TWO, tmp_path, attended=True)
    blocks = [b for b in with_loss(block) if b.end_sample <= 7000 or b.first_sample >= 8000]
    kept = feed(rigged, blocks, {2500: BACK, 9000: BACK})

    assert kept.at(EventKind.REOPENED) == [AWAY.start, 7000]
    assert stages(kept) == ["holds_right_test#1", "rest#1", "mvc#1", "rest#2", "mvc#2"]
    assert [hold.outcome.value for hold in kept.holds] == ["void", "success", "success", "success"]


def test_a_key_pressed_before_the_question_could_be_read_is_no_answer(tmp_path: Path) -> None:
    """Else somebody who taps the clicker while the board is away answers without knowing."""
    early = {1400: NEXT, 1499: NEXT, AWAY.stop + round(READ_S * FS) - 1: BACK, 1800: FELT, 1900: PAUSE}
    rigged = rig(TWO, tmp_path, attended=True)
    kept = feed(rigged, with_loss(samples(12.0)), early)

    assert rigged.live.view().question == ELECTRODES_TOUCHED
    pressed = [e for e in of(kept, EventKind.COMMAND) if e.origin is Origin.INPUT]
    assert len(pressed) == len(early), "they are recorded all the same"


def test_stop_ends_a_session_that_asks(tmp_path: Path) -> None:
    """Else the question traps whoever wants to go home."""
    rigged = rig(TWO, tmp_path, attended=True)
    kept = feed(rigged, with_loss(samples(12.0)), {2500: CommandKind.STOP})
    assert kept.events[-1].kind is EventKind.SESSION_ENDED
    assert rigged.live.view().question == ""


def test_before_the_start_it_is_asked_only_if_a_reference_is_loaded(tmp_path: Path) -> None:
    """Else a morning's calibration is used on electrodes that were moved, or nobody knows what is asked."""
    rigged = rig(TWO, tmp_path, attended=True, autostart=False)
    kept = feed(rigged, with_loss(samples(12.0)), {2500: BACK, 2750: NEXT})
    assert stages(kept) == ["rest#1"]
    assert not rigged.live.view().calibrated

    fresh = rig(TWO, tmp_path, attended=True, autostart=False, calibrated=False)
    feed(fresh, with_loss(samples(12.0)))
    assert fresh.live.view().question == ""


# --- nobody to ask


def test_with_nobody_there_the_reference_is_kept_and_that_is_said(tmp_path: Path) -> None:
    """Else a session over night stands still for ever, or hides what its percentages rest on."""
    rigged = rig(TWO, tmp_path)
    kept = feed(rigged, with_loss(samples(40.0)))

    assert [hold.outcome.value for hold in kept.holds] == ["void", "success", "success", "success"]
    (notice,) = of(kept, EventKind.NOTICE)
    assert warning_of(notice) == "reference_kept_unasked"
    assert of(kept, EventKind.REOPENED)[0].detail["asked"] is False
    assert rigged.live.view().question == ""


def test_a_first_reopen_without_a_reference_is_not_worth_a_word(tmp_path: Path) -> None:
    """Else people learn to overlook the notice."""
    rigged = rig(TWO, tmp_path, calibrated=False)
    kept = feed(rigged, with_loss(samples(12.0)))
    assert of(kept, EventKind.NOTICE) == []


# --- once more


@pytest.mark.parametrize("n", [25, 250])
def test_a_session_with_a_reopen_and_its_answer_computes_to_the_same(tmp_path: Path, n: int) -> None:
    """Else a session that was rescued cannot be recovered or analysed."""
    block = samples(150.0, quiet=[range(3500, 3500 + 16 * FS)])
    rigged = rig(TWO, tmp_path / "live", attended=True)
    keys = {1400: NEXT, 2900: NEXT, 3100: FELT, 3500: BACK, 30_000: PAUSE, 30_100: RESUME}
    day = feed(rigged, with_loss(block, range(2000, 3000)), keys)

    again = rig(TWO, tmp_path / "again", attended=True)
    kept = replayed(again, day.events, with_loss(block, range(2000, 3000), n))

    def derived(of_session: Kept) -> list[Event]:
        clock = (EventKind.NO_SIGNAL, EventKind.SIGNAL_BACK)
        return [e for e in of_session.events if e.origin is Origin.DERIVED and e.kind not in clock]

    assert derived(kept) == derived(day)
    assert (kept.holds, kept.rows) == (day.holds, day.rows)
    assert len(day.holds) >= 4


def test_any_cut_asks_at_the_same_tick(tmp_path: Path) -> None:
    """Else the answer of a slow computer belongs to another moment."""
    asked = set()
    for n in (1, 7, 250, 500):
        rigged = rig(TWO, tmp_path, attended=True)
        kept = feed(rigged, with_loss(samples(8.0), range(500, 1500), n))
        asked.add(tuple(e.sample for e in of(kept, EventKind.PAUSED)))
    assert len(asked) == 1


def test_the_signal_is_live_while_it_asks(tmp_path: Path) -> None:
    """Else the question is taken for a board that is still away."""
    rigged = rig(TWO, tmp_path, attended=True)
    feed(rigged, with_loss(samples(12.0)))
    assert rigged.live.view().signal is SignalState.LIVE
    rigged.live.on_silence()
    assert rigged.live.view().question == ELECTRODES_TOUCHED
