"""Exercise files: what they must say, and what is refused by name."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from emg.montage import Legs, Side
from emg.protocols import (
    BoutsSet,
    HoldsSet,
    Protocol,
    ProtocolError,
    RepetitionsSet,
    Target,
    Timing,
    bundled_protocols,
    load_protocol,
    protocol_text,
)
from emg.protocols.model import parse_protocol
from emg.protocols.page import PAGE, dosage, page
from emg.results import Feedback, Role, Until

HOME_LIMIT_PCT = 60.0
DOSES = {
    "power_position": (
        "3 test holds of 6 s, 5 holds of 6 s once it fires, 5 holds of 6 s if earned; each leg",
        "glute",
    ),
    "power_position_warm_up": ("3 holds of 6 s; each leg", "glute"),
    "bridge_walk_out": ("2 x 10 holds of 16 s; both legs", "ham"),
    "chair_bridge": ("2 x 10 holds of 5 s; both legs", "ham"),
    "chair_bridge_single": ("2 x 10 holds of 5 s; each leg", "ham"),
    "eccentric_bridge_single": ("15 repetitions; each leg", "ham"),
    "ham_isometric_prone": ("10 holds of 5 s; each leg", "ham"),
    "ham_isometric_supine": ("10 holds of 6 s; both legs", "ham"),
    "hip_extension_prone": ("3 test holds of 6 s, 5 holds of 6 s; each leg", "glute"),
    "hip_extension_standing": ("3 test holds of 6 s, 5 holds of 6 s; each leg", "glute"),
    "hip_hinge": ("15 repetitions; both legs", "ham"),
    "marching_drill": ("3 bouts of 12 s; leg after leg", "glute"),
    "skipping_drill": ("3 bouts of 12 s; leg after leg", "glute"),
    "sliders": ("15 repetitions; both legs", "ham"),
    "straight_leg_bridge_single": ("15 repetitions; each leg", "ham"),
}
TEXT = resources.files("emg.protocols").joinpath("power_position.toml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new)


def sets_of(exercise: Protocol) -> list[HoldsSet]:
    return [planned for planned in exercise.sets if isinstance(planned, HoldsSet)]


def test_every_bundled_protocol_is_one() -> None:
    """Else an exercise that is on the list cannot be chosen."""
    assert set(bundled_protocols()) == set(DOSES)
    for code in bundled_protocols():
        assert load_protocol(code).code == code


def test_the_power_position_stands_before_all_others() -> None:
    """Else who starts without choosing does a bridge."""
    assert bundled_protocols()[:2] == ("power_position", "power_position_warm_up")


@pytest.mark.parametrize("code", DOSES)
def test_a_bundled_dose_is_the_one_that_was_asked_for(code: str) -> None:
    """Else an athlete does ten of what was meant to be three."""
    exercise = load_protocol(code)

    assert (dosage(exercise), exercise.gate_muscle) == DOSES[code]
    assert {exercise.gate_muscle, exercise.other_muscle} == {"glute", "ham"}


@pytest.mark.parametrize("code", DOSES)
def test_a_bundled_protocol_says_what_to_do_and_where_its_numbers_are_from(code: str) -> None:
    """Else somebody strains for a number that a programmer made up, and takes it for a finding."""
    exercise = load_protocol(code)

    for source in (exercise.source, exercise.target.source):
        assert source.startswith(("ours", "A physical therapist's article"))
    assert exercise.sentence.endswith(".")
    assert exercise.target.target_pct <= HOME_LIMIT_PCT
    assert exercise.target.ceiling_pct is None
    assert (exercise.ceiling_muscle is None) == (not code.startswith("power_position"))
    assert protocol_text(code).isascii()  # it is printed in any terminal, and copied from there


@pytest.mark.parametrize("code", ["hip_extension_prone", "hip_extension_standing"])
def test_a_hip_extension_test_names_no_muscle(code: str) -> None:
    """Else the cue decides which muscle begins (Lewis and Sahrmann 2009), and the order is told as theirs."""
    exercise = load_protocol(code)

    said = f"{exercise.title} {exercise.sentence} {exercise.instruction}".lower()
    assert not any(muscle in said for muscle in ("glute", "hamstring", "buttock", "thigh"))
    assert set(exercise.reports) == {"share", "order"}
    assert exercise.knee_deg == 0.0
    assert exercise.instruction
    test, train = sets_of(exercise)
    assert (test.role, train.role) == (Role.TEST, Role.TRAIN)


def test_a_warm_up_tests_nothing_and_waits_for_nothing() -> None:
    """Else somebody who wants to run stands on one leg for a quarter of an hour."""
    (only,) = sets_of(load_protocol("power_position_warm_up"))

    assert (only.role, only.until, only.holds) == (Role.TRAIN, Until.SET, 3)


def test_sets_of_ten_are_apart_and_sets_without_a_rest_of_their_own_are_not() -> None:
    """Else twenty bridges are done in a row, or the power position waits a minute within one leg."""
    assert load_protocol("chair_bridge").timing.between_sets_s == 60.0
    assert load_protocol("power_position").timing.between_sets_s == 8.0


def test_the_page_is_what_the_files_say() -> None:
    """Else people do what the program has left; python -m emg.protocols.page writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_tells_every_field() -> None:
    """Else a field can only be found by reading the code."""
    parts: dict[str, type[BaseModel]] = {
        "timing.": Timing,
        "target.": Target,
        "sets.": HoldsSet,
        "sets..": RepetitionsSet,
        "sets...": BoutsSet,
    }
    own = (info.alias or name for name, info in Protocol.model_fields.items())
    inner = (f"{key.rstrip('.')}.{name}" for key, part in parts.items() for name in part.model_fields)
    for field in set(chain(own, inner)) - {"timing", "target", "sets"}:
        assert f"`{field}`" in page(), field


def test_the_power_position_is_what_the_contract_says() -> None:
    """Else sessions of different weeks cannot be compared."""
    exercise = load_protocol("power_position")

    assert [(s.role, s.until, s.holds, s.feedback, s.offered) for s in sets_of(exercise)] == [
        (Role.TEST, Until.SET, 3, Feedback.OFF, False),
        (Role.TRAIN, Until.FIRED, 5, Feedback.ON, False),
        (Role.TRAIN, Until.SET, 5, Feedback.ON, True),
    ]
    assert set(exercise.sides) == {Side.LEFT, Side.RIGHT}
    timing = exercise.timing
    assert (timing.set_after_s, timing.hold_s, timing.wait_limit_s) == (1.5, 6.0, 30.0)
    assert (timing.rest_between_holds_s, timing.rest_between_sides_s) == (8.0, 60.0)
    assert timing.quiet_s <= timing.prepare_s


def test_a_test_hold_has_no_target_to_steer_to() -> None:
    """Else bars that are off still decide whether a test hold was a success."""
    exercise = load_protocol("power_position")
    test, train, _ = (exercise.hold_plan(planned, Side.LEFT) for planned in sets_of(exercise))

    assert (test.side, test.role, test.until, test.feedback) == (
        Side.LEFT,
        Role.TEST,
        Until.SET,
        Feedback.OFF,
    )
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
        ('sides = ["right", "left"]', 'sides = ["right", 3]', "sides.1"),
        ('sides = ["right", "left"]', 'sides = ["right", "right"]', "sides"),
        ('sides = ["right", "left"]', 'sides = ["both", "left"]', "sides"),
        ('kind = "holds"', 'kind = "jumps"', "sets.0.kind"),
        ('kind = "holds"', "", "sets.0.kind"),
        ('kind = "holds"', 'kind = "bouts"', "sets.0.bouts"),
        ('until = "set"', 'until = "release"', "sets.0.until"),
        ('until = "set"', 'until = "fired"', "sets.0"),
        ('role = "test"', 'role = "test"\nholds_ = 3', "sets.0.holds_"),
        ("quiet_s = 2.5", "quiet_s = 3.5", "timing"),
        ("hold_s = 6.0", 'hold_s = "6.0"', "timing.hold_s"),
        ("hold_s = 6.0", "hold_s = true", "timing.hold_s"),
        ("hold_s = 6.0", "hold_s = 2026-03-01", "timing.hold_s"),
        ('title = "Power position"', 'title = " "', "title"),
        ('title = "Power position"', 'title = "Power\\nposition"', "title"),
        ('title = "Power position"', 'title = "\\u001b[31mred"', "title"),
        ('title = "Power position"', f'title = "{"x" * 61}"', "title"),
        ('posture = "standing"', 'posture = "handstand"', "posture"),
        ('posture = "standing"', 'posture = "standing"\nreports = ["force"]', "reports.0"),
        ('posture = "standing"', 'posture = "standing"\nknee_deg = 181', "knee_deg"),
        ('gate_muscle = "glute"', 'gate_muscle = "../glute"', "gate_muscle"),
        ('code = "power_position"', 'code = "a/b"', "code"),
    ],
)
def test_a_wrong_field_is_named(old: str, new: str, field: str) -> None:
    """Else who writes an exercise file has to guess what is wrong with it."""
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(changed(old, new), "mine.toml")

    assert re.match(rf"mine\.toml: {re.escape(field)}: [^\n]+\.$", str(caught.value))
    assert not re.search(r"discriminator|Value error|enum|<|_type|\[type", str(caught.value))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target_pct = 30.0", "target_pct = 30.0\nceiling_pct = 20.0", "ceiling_muscle"),
        ('other_muscle = "ham"', 'other_muscle = "glute"', "gate_muscle"),
        ('ceiling_muscle = "ham"', 'ceiling_muscle = "glute"', "gate_muscle"),
        ('sides = ["right", "left"]', 'sides = ["alternating"]', "alternating"),
        ('feedback = "off"', 'feedback = "on"', "feedback off"),
    ],
)
def test_what_does_not_fit_together_is_said(old: str, new: str, said: str) -> None:
    """Else a session starts that no stage can run."""
    text = changed(old, new)
    if "ceiling_pct" in new:
        text = text.replace('ceiling_muscle = "ham"', "#")

    with pytest.raises(ProtocolError, match=rf"^mine\.toml: (sets\.0: )?[a-z][^:]*{said}[^:\n]*\.$"):
        parse_protocol(text, "mine.toml")


def test_what_has_to_be_earned_is_not_the_first() -> None:
    """Else it is asked for before anybody did anything."""
    with pytest.raises(ProtocolError, match=r"^mine\.toml: the first set cannot be offered[^\n]*\.$"):
        parse_protocol(changed("holds = 3", "offered = true\nholds = 3"), "mine.toml")


def test_drills_go_leg_after_leg() -> None:
    """Else strides are counted for one leg, or repetitions for none."""
    march = protocol_text("marching_drill")

    assert load_protocol("marching_drill").sides == (Legs.ALTERNATING,)
    for sides in ('["both"]', '["left"]'):
        with pytest.raises(ProtocolError, match="alternating"):
            parse_protocol(march.replace('["alternating"]', sides), "mine.toml")
    mixed = f'{march}\n[[sets]]\nkind = "repetitions"\nrepetitions = 5\nlimit_s = 9.0\nfeedback = "on"\n'
    with pytest.raises(ProtocolError, match="alternating"):
        parse_protocol(mixed, "mine.toml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "schema = ",
        "\x00",
        "[[[",
        "schema = 1\nschema = 1",
        "a.b.c = 1",
        f"a = {'[' * 5000}",
        f"a = {'9' * 5000}",
        "a = 2026-02-31",
    ],
)
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
    assert exercise.timing.model_dump(exclude_unset=True) == found["timing"]


@pytest.mark.parametrize("code", DOSES)
def test_a_protocol_comes_back_whole_from_a_session_file(code: str) -> None:
    """Else a session of last week cannot be computed again."""
    exercise = load_protocol(code)

    assert Protocol.model_validate_json(exercise.model_dump_json(by_alias=True)) == exercise
    assert Protocol.model_validate(exercise.model_dump(mode="json", by_alias=True)) == exercise


# --- whatever is in a file


VALUES = st.one_of(
    st.sampled_from(["0", "-1", "1e999", "nan", "inf", "true", '""', '"x"', "[]", "{}", "[[]]", "12:00:00"]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=8),
)


def one_sentence(text: str) -> Protocol | None:
    """Parse; anything but a Protocol or a ProtocolError of one line ends the test."""
    try:
        return parse_protocol(text, "mine.toml")
    except ProtocolError as error:
        said = str(error)
        assert said.isprintable()
        assert said.startswith("mine.toml")
        assert said.endswith(".")
        assert len(said) < 500
        return None


@given(st.sampled_from(sorted(DOSES)), st.integers(0, 60), VALUES)
def test_any_value_in_any_line_is_an_exercise_or_a_sentence(code: str, line: int, value: str) -> None:
    """Else one wrong figure in an own file ends the program."""
    lines = protocol_text(code).splitlines()
    at = line % len(lines)
    lines[at] = f"{lines[at].partition('=')[0]} = {value}"
    one_sentence("\n".join(lines))


@given(st.sampled_from(sorted(DOSES)), st.integers(0, 2000), st.integers(0, 40), st.text(max_size=12))
def test_any_cut_or_scribble_is_an_exercise_or_a_sentence(code: str, at: int, n: int, put: str) -> None:
    """Else a file that was half written, or that a cat walked over, ends the program."""
    text = protocol_text(code)
    at %= len(text)
    one_sentence(text[:at] + put + text[at + n :])


@given(st.sampled_from(sorted(DOSES)), st.data())
def test_any_line_gone_or_twice_is_an_exercise_or_a_sentence(code: str, data: st.DataObject) -> None:
    """Else what was copied by hand ends the program."""
    lines = protocol_text(code).splitlines()
    picked = data.draw(st.lists(st.sampled_from(range(len(lines))), max_size=2 * len(lines)))
    one_sentence("\n".join(lines[number] for number in picked))


@given(st.text(max_size=20))
def test_a_foreign_field_name_breaks_no_line(name: str) -> None:
    """Else a name with a line end in it writes a second line, or colours the terminal."""
    key = "".join(f"\\U{ord(character):08x}" for character in name)
    one_sentence(f'"{key}" = 1\n{TEXT}')
    assert one_sentence(TEXT) is not None
