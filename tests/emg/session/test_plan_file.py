"""The plan that goes home: whole, strict, and never above 60 %MVC by accident."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from emg.montage import Side
from emg.protocols import bundled_protocols, load_protocol, parse_protocol
from emg.results import Role
from emg.session.plan_file import (
    MAX_BYTES,
    Dose,
    PlanFile,
    PlanFileError,
    SideAim,
    Spot,
    dosed,
    parse_plan,
    protocol_toml,
    read_plan,
)

MADE_AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def a_plan(**changes: Any) -> PlanFile:
    told: dict[str, Any] = {
        "made_at": MADE_AT,
        "software": "0.1.0",
        "athlete": "P17",
        "protocol": "power_position",
        "aims": {"left": SideAim(target_pct=40.0), "right": SideAim(target_pct=30.0, ceiling_pct=25.0)},
        "board": "cyton",
        "sites": {"glute_left": Spot(channel=1, from_landmark_cm=8.5), "ham_left": Spot(channel=2)},
        "dose": Dose(holds=6, sets=2, rest_between_holds_s=12.0),
        "per_week": 4,
        "sentence": "Feel the glute before the hamstring.",
    }
    return PlanFile(**told | changes)


def with_own_protocol() -> PlanFile:
    own = load_protocol("chair_bridge").model_copy(update={"code": "my_bridge"})
    return a_plan(protocol="my_bridge", own_protocol=own)


def fields(plan: PlanFile | None = None, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((plan or a_plan()).to_json())
    return found | changes


@pytest.mark.parametrize("plan", [a_plan(), with_own_protocol()], ids=["bundled", "own"])
def test_what_was_written_is_read_again(plan: PlanFile, tmp_path: Path) -> None:
    """Else the home trains something else than the clinic wrote."""
    path = tmp_path / "a.powerhold-plan"
    path.write_text(plan.to_json(), encoding="utf-8")
    assert read_plan(path) == plan


@pytest.mark.parametrize("code", bundled_protocols())
def test_an_exercise_comes_out_of_its_own_text_as_it_went_in(code: str) -> None:
    """Else an own exercise at home is another than in the clinic."""
    exercise = load_protocol(code)
    assert parse_protocol(protocol_toml(exercise), code) == exercise


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "plan"}, "is not a plan"),
        ({"schema": 2}, "newer version"),
        ({"schema": "1"}, "schema"),
        ({"schema": True}, "schema"),
        ({"aims": {"left": {"target_pct": 75.0}}}, "75 %MVC on the left is above 60"),
        ({"aims": {"left": {"target_pct": 151.0}}, "over_60_pct": True}, "aims.left.target_pct"),
        ({"aims": {"left": {"ceiling_pct": 20.0, "ceiling_from_tests": True}}}, "not both"),
        ({"aims": {"both": {}}}, "aims.both"),
        ({"over_60_pct": 1}, "over_60_pct"),
        ({"pain_suggest": 5, "pain_stop": 4}, "pain_suggest is above pain_stop"),
        ({"pain_stop": 11}, "pain_stop"),
        ({"sites": {"glute": {"channel": 1}}}, "sites.glute"),
        ({"sites": {"glute_left": {"channel": 0}}}, "channel"),
        (
            {"sites": {"glute_left": {"channel": 1}, "ham_left": {"channel": 1}}},
            "two sites have one channel",
        ),
        ({"sites": {"glute_left": {"channel": 1, "from_landmark_cm": 61.0}}}, "from_landmark_cm"),
        ({"per_week": 0}, "per_week"),
        ({"sentence": "a\u202eb"}, "one line of plain text"),
        ({"sentence": "x" * 201}, "sentence"),
        ({"athlete": "../me"}, "athlete"),
        ({"athlete": "Anna B"}, "athlete"),
        ({"athlete": "CON"}, "athlete: Windows keeps this name for a device"),
        ({"name": "Anna"}, "name"),
        ({"protocol": "../x"}, "protocol"),
        ({"made_at": 5}, "made_at"),
        ({"dose": {"holds": 31}}, "dose.holds"),
        ({"own_protocol": {"code": "x"}}, "own_protocol"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(changes: dict[str, Any], said: str) -> None:
    """Else somebody trains against a number that nobody meant."""
    with pytest.raises(PlanFileError) as refused:
        parse_plan(fields(**changes), "a.powerhold-plan")
    sentence = str(refused.value)
    assert said in sentence
    assert sentence.startswith("a.powerhold-plan")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_plan_says_that_it_goes_above_sixty_or_does_not() -> None:
    """Else nobody is beside an effort that somebody has to be beside."""
    assert a_plan(aims={"left": SideAim(target_pct=60.0)}).aim(Side.LEFT).target_pct == 60.0
    assert a_plan(aims={"left": SideAim(target_pct=80.0)}, over_60_pct=True).over_60_pct
    with pytest.raises(ValidationError, match="above 60"):
        a_plan(aims={"right": SideAim(target_pct=60.1)})


def test_an_own_exercise_has_the_code_of_its_plan() -> None:
    """Else the first screen offers one exercise and the plan is of another."""
    with pytest.raises(PlanFileError, match="not the same"):
        parse_plan(fields(with_own_protocol(), protocol="power_position"), "x")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"{", "not whole JSON"),
        (b'{"format": 1, "format": 2}', "twice"),
        (b'{"a": NaN}', "not a number"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 40_000, "nested"),
        (b" " * (MAX_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_plan_is_said_in_one_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    """Else a wrong attachment ends in a traceback."""
    path = tmp_path / "x.powerhold-plan"
    path.write_bytes(content)
    with pytest.raises(PlanFileError, match=said):
        read_plan(path)


def test_no_file_and_a_folder_are_said_in_one_sentence(tmp_path: Path) -> None:
    """Else a slip of the hand ends in a traceback."""
    for path in (tmp_path / "none", tmp_path, Path("a\0b")):
        with pytest.raises(PlanFileError):
            read_plan(path)


def test_a_plan_cut_short_anywhere_is_refused() -> None:
    """Else half a plan, without its pain limits, is a plan."""
    text = a_plan().to_json()
    for end in range(0, len(text) - 2, 7):
        with pytest.raises((PlanFileError, ValueError)):
            parse_plan(json.loads(text[:end]), "x")


@given(
    st.dictionaries(st.sampled_from(sorted(fields())), st.none() | st.integers() | st.text() | st.booleans())
)
def test_whatever_a_field_holds_ends_in_a_plan_or_a_sentence(changes: dict[str, Any]) -> None:
    """Else a strange file ends in a traceback."""
    with suppress(PlanFileError):
        plan = parse_plan(fields(**changes), "x")
        assert plan.pain_suggest <= plan.pain_stop


@pytest.mark.parametrize("code", bundled_protocols())
def test_a_dose_changes_what_trains_and_no_test_hold(code: str) -> None:
    """Else the trend compares sessions with other tests."""
    exercise = load_protocol(code)
    done = dosed(exercise, Dose(holds=4, sets=2, rest_between_holds_s=20.0, rest_between_sets_s=45.0))
    assert (done.timing.rest_between_holds_s, done.timing.between_sets_s) == (20.0, 45.0)
    for before, after in zip(exercise.sets, done.sets, strict=True):
        if before.role is Role.TEST:
            assert after == before
        elif after.kind == "bouts":
            assert after.bouts == 4
        else:
            assert after.times == 2
            assert (after.holds if after.kind == "holds" else after.repetitions) == 4
    assert dosed(exercise, Dose()) == exercise


def test_a_dose_that_the_exercise_cannot_have_is_refused() -> None:
    """Else a session breaks off where it begins."""
    with pytest.raises(PlanFileError, match="marching_drill cannot be done as planned"):
        dosed(load_protocol("marching_drill"), Dose(holds=30))
