"""Faults of the simulated athlete, as people ask for them."""

from __future__ import annotations

import pytest

from hardware.faults import LASTING, PASSING, PERFORMED, Fault, changes, parse_fault, parse_faults


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


@pytest.mark.parametrize("name", sorted(set(LASTING + PASSING) - set(PERFORMED)))
def test_a_known_fault_that_is_not_performed_is_refused_and_not_left_out(name: str) -> None:
    """Left out in silence, a demo of a loose electrode would show a perfect one."""
    with pytest.raises(ValueError, match=f"{name} is not performed by this version; use late-right-glute"):
        parse_faults(["late-right-glute", name])


def test_faults_that_are_performed_pass() -> None:
    """The one fault of this version must be usable."""
    faults = parse_faults(["late-right-glute"])
    assert faults == (Fault("late-right-glute"),)
    assert [(change.site, change.later_s) for change in changes(faults)] == [("glute_right", 1.0)]
    assert parse_faults([]) == ()
