"""Faults of the simulated athlete, as people ask for them."""

from __future__ import annotations

import math

import pytest

from hardware.simulated_faults import (
    CHANGES,
    LASTING,
    PASSING,
    Fault,
    MuscleChange,
    change_of,
    parse_fault,
    parse_faults,
)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("late-right-glute", Fault("late-right-glute")),
        ("motion", Fault("motion")),
        ("motion@30", Fault("motion", 30.0, 3.0)),
        ("motion@30+2", Fault("motion", 30.0, 2.0)),
        ("cable-pull@0.5+1.25", Fault("cable-pull", 0.5, 1.25)),
    ],
)
def test_a_fault_is_read_as_it_is_written(text: str, fault: Fault) -> None:
    """A start or length read wrongly shows the fault in another hold than the one asked for."""
    assert parse_fault(text) == fault


@pytest.mark.parametrize("name", LASTING + PASSING)
def test_every_known_name_is_read(name: str) -> None:
    """A name of the documentation that is not known is a promise broken."""
    assert parse_fault(name) == Fault(name)


@pytest.mark.parametrize(
    "text",
    [
        "tired-athlete",
        "",
        "@3",
        "motion@",
        "motion@x",
        "motion@-1",
        "motion@1+",
        "motion@1+2+3",
        "motion+2",
        "Motion",
        "motion@٣",
        "motion@nan",
        "motion@1e3",
        " motion",
    ],
)
def test_what_is_not_a_fault_is_refused_with_the_list_of_those_there_are(text: str) -> None:
    """A misspelt fault that is passed over makes a healthy session look like the sick one."""
    with pytest.raises(ValueError, match="Known faults: ") as caught:
        parse_fault(text)
    assert all(name in str(caught.value) for name in LASTING + PASSING)


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_fault_takes_no_start(name: str) -> None:
    """It would last the whole session all the same, against what was asked for."""
    with pytest.raises(ValueError, match=f"{name} lasts the whole session: write it without @10"):
        parse_fault(f"{name}@10+2")


def test_a_fault_without_length_is_refused() -> None:
    """A fault of no length is one that does not happen."""
    with pytest.raises(ValueError, match=r"has no length: write for example motion@3\+3"):
        parse_fault("motion@3+0")


def test_several_faults_are_read_in_order() -> None:
    """One that is left out in silence makes a healthy session look like the sick one."""
    assert parse_faults(["late-right-glute", "motion@3"]) == (
        Fault("late-right-glute"),
        Fault("motion", 3.0, 3.0),
    )
    assert parse_faults([]) == ()
    with pytest.raises(ValueError, match="There is no fault 'headache'"):
        parse_faults(["mains", "headache"])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("motion", (0, math.inf)),
        ("motion@30+2", (15_000, 16_000)),
        ("cable-pull@0.5", (250, 1750)),
        ("mains", (0, math.inf)),
    ],
)
def test_a_fault_lasts_as_long_as_was_asked_for(text: str, span: tuple[int, float]) -> None:
    """A fault in the wrong second is in another hold, or in none."""
    assert parse_fault(text).span(500.0) == span


def test_a_fault_of_a_muscle_changes_that_muscle_alone() -> None:
    """A fault that leaks into the other side makes every comparison of the two worthless."""
    for name, change in CHANGES.items():
        side = "right" if "right" in name else "left"
        assert change.site.endswith(side)
        assert change.site.startswith("glute" if "glute" in name else "ham")
        assert change_of(change.site, [Fault(name)]) == change
        other = change.site.replace(side, "left" if side == "right" else "right")
        assert change_of(other, [Fault(name)]) == MuscleChange(other)


def test_two_faults_of_one_muscle_come_together() -> None:
    """The later of two would otherwise hide the first."""
    both = change_of("glute_right", parse_faults(["late-right-glute", "weak-right-glute", "mains"]))
    assert (both.later_s, both.hold_share, both.mvc_share) == (1.0, 0.3, 1.0)
    again = change_of("ham_left", parse_faults(["painful-mvc-ham-left", "dominant-left-ham"]))
    assert (again.pain_0_10, again.mvc_share, again.hold_share) == (5, 0.4, 1.7)
