"""Claims about a question about pain: what an answer is, and how it is corrected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.codes import CommandKind
from emg.pain import ASKS_AFTER, ASKS_EFFORT, PAIN_SCALE, PainQuestion
from emg.stage import Command

NEXT, BACK = Command(CommandKind.NEXT), Command(CommandKind.BACK)


def answering(number: int | None) -> Command:
    return Command(CommandKind.ANSWER, value=number)


def test_the_last_answer_counts() -> None:
    """Whoever pressed the wrong number presses the right one."""
    question = PainQuestion(ASKS_AFTER)
    assert [question.heard(answering(number)) for number in (7, 2)] == [7, 2]
    assert question.answer == 2


@pytest.mark.parametrize("command", [answering(11), answering(-1), answering(None), NEXT, BACK])
def test_what_is_no_number_of_the_scale_is_no_answer(command: Command) -> None:
    """Else an 11 ends a session, or takes back what was said."""
    question = PainQuestion(ASKS_AFTER, answer=4)
    assert question.heard(command) is None
    assert question.answer == 4


def test_a_clicker_counts_up_and_down_and_round() -> None:
    """Two keys have to do for eleven numbers, and for taking them back."""
    question = PainQuestion(ASKS_EFFORT)
    assert not question.count(BACK)  # nothing is counted: this key means something else
    up = [(question.count(NEXT), question.answer) for _ in range(12)]
    assert up == [*((True, number) for number in PAIN_SCALE), (True, None)]
    back = [(question.count(key), question.answer) for key in (NEXT, BACK, BACK)]
    assert back == [(True, 0), (True, None), (False, None)]


def test_a_number_that_was_typed_is_not_counted_down() -> None:
    """There Back drops the effort, as it does before any answer."""
    question = PainQuestion(ASKS_EFFORT)
    question.heard(answering(5))
    assert not question.count(BACK)
    assert question.answer == 5


@given(
    commands=st.lists(
        st.one_of(st.sampled_from([NEXT, BACK]), st.integers(-2, 12).map(answering)),
        max_size=30,
    )
)
def test_an_answer_is_none_or_on_the_scale_whatever_is_pressed(commands: list[Command]) -> None:
    """It stands in holds.csv and decides whether a session goes on."""
    question = PainQuestion(ASKS_EFFORT)
    for command in commands:
        if question.heard(command) is None:
            question.count(command)
        assert question.answer is None or question.answer in PAIN_SCALE
