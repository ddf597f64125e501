"""Claims about what people decide, as events: nothing is lost on the way into the file and out again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.codes import CommandKind, EventKind, Origin
from emg.input_events import command_event, command_of, is_command
from emg.results import Presser
from emg.session.events import event_from_json, event_to_json
from emg.stage import Command, Event, JsonValue

TICK = 700
PRESSED = Command(CommandKind.FELT, sample=690, applied_sample=TICK, by=Presser.ATHLETE)

commands = st.builds(
    Command,
    kind=st.sampled_from(CommandKind),
    sample=st.none() | st.integers(0, 2**53),
    applied_sample=st.integers(0, 2**53),
    value=st.none() | st.integers(-5, 50),
    by=st.none() | st.sampled_from(Presser),
    text=st.text(max_size=40),
)


@given(commands)
def test_a_command_comes_back_from_its_line_as_it_was(command: Command) -> None:
    """Else who felt it, or what was answered, is another one when the session is computed again."""
    assert command.applied_sample is not None
    event = command_event(command, command.applied_sample)
    assert is_command(event)
    assert command_of(event_from_json(event_to_json(event))) == command


def test_who_pressed_stands_in_the_event_only_if_it_is_known() -> None:
    """Else nobody is taken for somebody."""
    assert command_event(PRESSED, TICK).detail["by"] == "athlete"
    assert "by" not in command_event(replace(PRESSED, by=None), TICK).detail


def altered(**changes: JsonValue) -> Event:
    event = command_event(PRESSED, TICK)
    return replace(event, detail={**event.detail, **changes})


@pytest.mark.parametrize(
    "event",
    [
        altered(command="fly"),
        altered(command=None),
        altered(applied_sample=TICK + 1),
        altered(applied_sample=None),
        altered(applied_sample=True),
        altered(pressed_sample=1.5),
        altered(pressed_sample="690"),
        altered(value=True),
        altered(value="3"),
        altered(by="nobody"),
        altered(text=3),
        altered(extra=1),
        replace(altered(), detail={"command": "felt", "applied_sample": TICK}),
        replace(altered(), origin=Origin.DERIVED),
        replace(altered(), kind=EventKind.PAIN),
    ],
)
def test_what_is_no_command_is_refused(event: Event) -> None:
    """Else a damaged line presses a key that nobody pressed."""
    with pytest.raises(ValueError, match=r"sample 700|is not a valid"):
        command_of(event)


def test_what_a_stage_tells_of_a_press_is_no_press() -> None:
    """Else "I felt it" is pressed twice when the session is computed again."""
    told = Event(TICK, EventKind.COMMAND, "holds#1", hold=1, detail={"felt": True})
    assert not is_command(told)
