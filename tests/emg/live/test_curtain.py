"""Bars hidden by hand, in a whole session."""

from __future__ import annotations

from pathlib import Path

import pytest

from emg.codes import CommandKind
from emg.results import Feedback
from emg.stage import Command
from tests.sessions import Rig, every, noise, replayed, rig, short_exercise

STEP = 25


def training(tmp_path: Path) -> Rig:
    """A set of training holds by the clock of the exercise."""
    exercise = short_exercise(test=0, train=2)
    shown = tuple(planned.model_copy(update={"feedback": Feedback.ON}) for planned in exercise.sets)
    return rig(exercise.model_copy(update={"sets": shown}), tmp_path)


def hidden_at(rigged: Rig, *samples: int) -> Rig:
    """The session with B pressed at these samples."""
    for sample in samples:
        rigged.live.post(Command(CommandKind.HIDE, sample=sample, applied_sample=sample))
    return rigged


def test_hidden_bars_are_off_until_they_are_asked_for_again(tmp_path: Path) -> None:
    """Else the athlete who was to hold by feeling steers to the bar."""
    rigged, seen = hidden_at(training(tmp_path), 500, 1000), []
    for block in every(STEP, noise(6.0)):
        rigged.live.on_block(block)
        stage = rigged.live.view().stage
        seen.append((block.end_sample, stage.hidden, stage.feedback))
    assert {hidden for end, hidden, _ in seen if 500 < end <= 1000} == {True}
    assert {hidden for end, hidden, _ in seen if end <= 500 or end > 1000 + STEP} == {False}
    assert not [end for end, hidden, feedback in seen if hidden and feedback]


def cued(rigged: Rig) -> list[int]:
    cues = [result.cue_sample for result in rigged.kept.holds]
    assert None not in cues
    return [cue for cue in cues if cue is not None]


def test_the_row_of_a_hold_says_whether_there_were_bars(tmp_path: Path) -> None:
    """Else a hold by feeling counts as one with the bar, and the two are compared."""
    blocks = list(every(STEP, noise(60.0)))
    plain = training(tmp_path)
    plain.feed(blocks)
    first, second = cued(plain)[:2]
    assert [result.feedback for result in plain.kept.holds[:2]] == [True, True]

    for keys, told in (
        ((first - 10,), [False, False]),
        ((second - 10,), [True, False]),
        ((first + 30,), [True, False]),  # there were bars for a moment
        ((first - 10, second - 10), [False, True]),
    ):
        rigged = hidden_at(training(tmp_path), *keys)
        rigged.feed(blocks)
        assert [result.feedback for result in rigged.kept.holds[:2]] == told, keys


@pytest.mark.parametrize("size", [1, 7, 250])
def test_hidden_bars_come_back_from_the_events_alone(tmp_path: Path, size: int) -> None:
    """Else a recovered session says of a hold by feeling that it had bars."""
    signal = noise(40.0)
    first = hidden_at(training(tmp_path), 300)
    first.feed(every(STEP, signal))
    assert [result.feedback for result in first.kept.holds][:1] == [False]
    again = replayed(training(tmp_path), first.kept.events, every(size, signal))
    assert again.holds == first.kept.holds


def test_a_marker_and_a_note_are_written_down_and_change_nothing(tmp_path: Path) -> None:
    """Else writing "knee drops" in a hold costs the hold, or the note is lost."""
    blocks = list(every(STEP, noise(40.0)))
    plain = training(tmp_path)
    plain.feed(blocks)
    noted = training(tmp_path)
    noted.live.post(Command(CommandKind.MARK, sample=900, applied_sample=900, value=3))
    noted.live.post(Command(CommandKind.NOTE, sample=950, applied_sample=950, text="=knee drops"))
    noted.feed(blocks)

    assert noted.kept.holds == plain.kept.holds
    said = [event.detail for event in noted.kept.events if "command" in event.detail]
    assert [(detail["command"], detail.get("value"), detail.get("text")) for detail in said] == [
        ("mark", 3, None),
        ("note", None, "=knee drops"),
    ]
