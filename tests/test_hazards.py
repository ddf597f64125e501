"""HAZARDS.md: hazards are numbered, the tests they name are there, and each protection can be taken away."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from validation.hazards import ROOT, CannotMutate, Mutation, mutations

PAGE = ROOT / "HAZARDS.md"
HEADING = re.compile(r"^### (H-\d\d) \S", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
RESULT = re.compile(r"(\d+) of (\d+) mutations were killed")
OPEN = "- **Open**: "


@cache
def blocks() -> Mapping[str, str]:
    """Text of each hazard."""
    _intro, *rest = HEADING.split(PAGE.read_text(encoding="utf-8"))
    return dict(zip(rest[::2], rest[1::2], strict=True))


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the functions of a test file; it is not imported."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_hazards_are_numbered_without_a_gap() -> None:
    """Else two of them share a name, or one that was there has quietly gone."""
    found = HEADING.findall(PAGE.read_text(encoding="utf-8"))
    assert found == [f"H-{number:02d}" for number in range(1, len(found) + 1)]
    assert len(found) >= 40


def test_every_test_that_is_named_is_there() -> None:
    """Else a page of promises has nothing behind it."""
    named = TEST.findall(PAGE.read_text(encoding="utf-8"))
    assert named
    assert [f"{file}::{name}" for file, name in named if name not in names_in(file)] == []


def test_every_hazard_is_open_or_has_a_protection_that_is_taken_away() -> None:
    """Else a protection is claimed that nobody has seen hold."""
    tried = {one.hazard for one in mutations()}
    for hazard, text in blocks().items():
        assert (OPEN in text) is (hazard not in tried), hazard
        assert bool(TEST.search(text)) is (hazard in tried), hazard


def test_the_proof_of_a_hazard_is_what_was_tried() -> None:
    """Else a test stands there as proof that nobody has seen fail."""
    for hazard, text in blocks().items():
        proof = text.partition("- **Proof**: ")[2].partition("\n- ")[0]
        tried = {one.test for one in mutations() if one.hazard == hazard}
        assert {f"{file}::{name}" for file, name in TEST.findall(proof)} == tried, hazard


def test_every_protection_stands_once_where_the_table_says() -> None:
    """Else it was changed, and nobody has seen the test fail since."""
    for one in mutations():
        assert one.applied((ROOT / one.file).read_text(encoding="utf-8"))


def test_the_page_tells_of_every_mutation() -> None:
    """Else it tells of a run before the last hazard was written."""
    told = RESULT.search(" ".join(PAGE.read_text(encoding="utf-8").split()))
    assert told is not None
    assert told.groups() == (str(len(mutations())),) * 2


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("a = 2", "a = 3", "0 times"), ("a", "b", "2 times"), ("a = 1\n", "a = (\n", "no Python")],
)
def test_a_mutation_that_is_none_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    """Else a slip in the table counts as a protection that holds."""
    one = Mutation("H-01", "x.py", before, after, "tests/x.py::test_x")
    with pytest.raises(CannotMutate, match=said):
        one.applied("a = 1\nb = a\n")
    assert Mutation("H-01", "x.py", "a = 1", "a = 2", "").applied("a = 1\nb = a\n") == "a = 2\nb = a\n"
