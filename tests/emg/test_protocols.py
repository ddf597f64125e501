"""Exercise files: what they must say, and what is refused by name."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from emg.montage import Side
from emg.protocols import Protocol, ProtocolError, bundled_protocols, load_protocol
from emg.protocols.model import parse_protocol
from emg.results import Role, Until

TEXT = resources.files("emg.protocols").joinpath("power_position.toml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new)


def test_every_bundled_protocol_is_one() -> None:
    """Else an exercise that is on the list cannot be chosen."""
    assert "power_position" in bundled_protocols()
    for code in bundled_protocols():
        assert load_protocol(code).code == code


def test_the_power_position_is_what_the_contract_says() -> None:
    """Else sessions of different weeks cannot be compared."""
    exercise = load_protocol("power_position")

    assert [(s.role, s.until, s.holds, s.feedback) for s in exercise.sets] == [
        (Role.TEST, Until.SET, 3, False),
        (Role.TRAIN, Until.FIRED, 5, True),
    ]
    assert set(exercise.sides) == {Side.LEFT, Side.RIGHT}
    timing = exercise.timing
    assert (timing.set_after_s, timing.hold_s, timing.wait_limit_s) == (1.5, 6.0, 30.0)
    assert (timing.rest_between_holds_s, timing.rest_between_sides_s) == (8.0, 60.0)
    assert timing.quiet_s <= timing.prepare_s


def test_a_test_hold_has_no_target_to_steer_to() -> None:
    """Else bars that are off still decide whether a test hold was a success."""
    exercise = load_protocol("power_position")
    test, train = (exercise.hold_plan(planned, Side.LEFT) for planned in exercise.sets)

    assert (test.side, test.role, test.until, test.feedback) == (Side.LEFT, Role.TEST, Until.SET, False)
    assert (test.target_pct, test.ceiling_pct) == (None, None)
    assert (train.role, train.until, train.target_pct) == (
        Role.TRAIN,
        Until.FIRED,
        exercise.target.target_pct,
    )
    assert train.hold_s == exercise.timing.hold_s
    assert train.quiet_s == exercise.timing.quiet_s


@pytest.mark.parametrize("name", ["", "squat", "../power_position", "power_position.toml", "POWER_POSITION"])
def test_an_unknown_protocol_is_answered_with_those_there_are(name: str) -> None:
    """Else a typing error ends in a traceback, or a name reaches out of the folder."""
    with pytest.raises(ProtocolError, match=r"There is no protocol .*: choose one of .*power_position.*\.$"):
        load_protocol(name)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("schema = 1", "schema = 2", "schema"),
        ("schema = 1", "", "schema"),
        ("[target]", "[target]\nspeed = 3", "target.speed"),
        ('role = "test"', 'role = "exam"', "sets.0.role"),
        ('until = "set"', 'until = "tired"', "sets.0.until"),
        ("holds = 3", "holds = 0", "sets.0.holds"),
        ("holds = 3", "holds = 31", "sets.0.holds"),
        ("holds = 3", "holds = 2.5", "sets.0.holds"),
        ("hold_s = 6.0", "hold_s = -6.0", "timing.hold_s"),
        ("hold_s = 6.0", "hold_s = nan", "timing.hold_s"),
        ("hold_s = 6.0", "hold_s = inf", "timing.hold_s"),
        ("hold_s = 6.0", 'hold_s = "long"', "timing.hold_s"),
        ("target_pct = 30.0", "target_pct = 0.0", "target.target_pct"),
        ("target_pct = 30.0", "target_pct = 1e9", "target.target_pct"),
        ('sides = ["right", "left"]', "sides = []", "sides"),
        ('sides = ["right", "left"]', 'sides = ["up"]', "sides.0"),
        ('gate_muscle = "glute"', 'gate_muscle = "../glute"', "gate_muscle"),
        ('code = "power_position"', 'code = "a/b"', "code"),
    ],
)
def test_a_wrong_field_is_named(old: str, new: str, field: str) -> None:
    """Else who writes an exercise file has to guess what is wrong with it."""
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(changed(old, new), "mine.toml")

    assert re.match(rf"mine\.toml: {re.escape(field)}: [^\n]+\.$", str(caught.value))


@pytest.mark.parametrize("text", ["", "schema = ", "\x00", "[[[", "schema = 1\nschema = 1", "a.b.c = 1"])
def test_what_is_no_protocol_is_one_sentence(text: str) -> None:
    """Else a file that was saved in the wrong editor ends the program with a traceback."""
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, "mine.toml")

    assert str(caught.value).startswith("mine.toml")
    assert "\n" not in str(caught.value)


def test_a_protocol_says_the_same_when_it_is_written_down() -> None:
    """Else what is kept of an exercise is not what was done."""
    found: dict[str, Any] = tomllib.loads(TEXT)
    exercise = load_protocol("power_position")

    assert Protocol.model_validate(exercise.model_dump(by_alias=True)) == exercise
    assert exercise.timing.model_dump() == found["timing"]
