"""Claims about sentences that are made where no language is known."""

from __future__ import annotations

import ast
import json
import pickle
from pathlib import Path
from string import Formatter

import pytest

from emg.said import Said, in_a_row, said_by

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_a_string_like_any_other() -> None:
    """Else a file or another program gets something else than a sentence."""
    said = Said("Channel {n} is given to {names}.", n=2, names=("a", "b", "c"))

    assert said == "Channel 2 is given to a, b and c."
    assert json.loads(json.dumps([said])) == [str(said)]
    assert (in_a_row(()), in_a_row(("a",))) == ("", "a")


def test_it_keeps_its_parts_on_the_way_to_another_process() -> None:
    """Else a worker's reason is in English, or a brace in a file's name tears the message."""
    said = pickle.loads(pickle.dumps(Said("{file} cannot be read.", file="{x}.csv")))

    assert said == "{x}.csv cannot be read."
    assert (said.template, dict(said.facts)) == ("{file} cannot be read.", {"file": "{x}.csv"})


def test_an_error_gives_back_what_it_was_raised_with() -> None:
    """``str(error)`` gives a plain string, and no front could say it in another language."""
    assert isinstance(said_by(ValueError(Said("No."))), Said)
    assert said_by(ValueError("No.")) == "No."
    assert said_by(OSError(2, "not there")) == str(OSError(2, "not there"))


@pytest.mark.parametrize("package", ["emg", "hardware", "calibrations", "ui"])
def test_every_template_stands_where_it_is_used(package: str) -> None:
    """Else ``make words`` does not see it, and it stays English on every screen."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Said":
                template = node.args[0]
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                assert isinstance(template, ast.Constant), where
                assert isinstance(template.value, str), where
                named = {word.arg for word in node.keywords}
                wanted = {hole for _, hole, _, _ in Formatter().parse(template.value) if hole}
                assert None in named or named == wanted, where
