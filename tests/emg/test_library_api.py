"""`from emg import ...`: nothing is imported before it is asked for, and all that is listed is there."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pytest

import emg
from emg import Activations, Pipeline, filter_emg, levels, rms_uv
from emg.blocks import FloatArray

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = [name for name in emg.__all__ if inspect.isfunction(getattr(emg, name))]


def run_python(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def roots_after(code: str) -> set[str]:
    """Top-level modules that are there after some code."""
    told = run_python(f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})")
    return set(told.split())


def names_for_the_type_checker() -> dict[str, str]:
    tree = ast.parse((ROOT / "emg" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    found = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert alias.asname == alias.name, (
                "without `as` the type checker takes the name for a private one"
            )
            found[alias.name] = str(node.module)
    return found


# --- what it costs


def test_the_package_alone_imports_nothing_heavy() -> None:
    """Else the window and every command wait a second for what only a notebook needs."""
    assert not {"numpy", "scipy", "pydantic", "edfio", "pandas"} & roots_after("import emg\ndir(emg)")


def test_a_light_name_does_not_bring_the_filters() -> None:
    """Half of the commands need no signal at all."""
    assert "scipy" not in roots_after("from emg import Montage, Reference, limb_symmetry_index_pct")


def test_everything_works_without_qt_boards_and_tables() -> None:
    """A notebook on a server has no Qt; pandas and polars are the user's choice, not ours."""
    code = (
        "import tests.without_qt\n"
        "from emg import *\n"
        "x_uv = [float(n % 7) for n in range(2000)]\n"
        "levels(x_uv, 250, sites=['glute_left'])\n"
        "rms_envelope(x_uv, 250, zero_phase=True)\n"
    )
    banned = {"PySide6", "pyqtgraph", "brainflow", "serial", "pandas", "polars", "mne", "ui", "hardware"}
    assert not banned & roots_after(code)


# --- what is there


def test_every_listed_name_is_there_and_comes_from_where_it_lives() -> None:
    """Else `from emg import` fails for the one name that nobody tried."""
    for name, module in names_for_the_type_checker().items():
        assert getattr(emg, name) is getattr(sys.modules[module], name)
    assert (
        run_python("from emg import *\nfrom emg.pipeline import Pipeline as P\nprint(Pipeline is P)")
        == "True"
    )


def test_the_type_checker_and_the_interpreter_see_the_same_names() -> None:
    """Else an editor offers what is not there, or hides what is."""
    assert sorted(names_for_the_type_checker()) == sorted(emg.__all__)
    assert dir(emg) == sorted(emg.__all__)
    assert len(set(emg.__all__)) == len(emg.__all__)


def test_types_come_through() -> None:
    """`make types` reads this: a lazy name that is Any would hide every mistake behind it."""
    x_uv = np.zeros(300)
    assert_type(filter_emg(x_uv, 250.0), FloatArray)
    assert_type(rms_uv(x_uv, 250.0), float)
    assert_type(levels(x_uv, 250.0, sites=["glute_left"]), Activations)
    assert inspect.isclass(Pipeline)


def test_a_misspelt_name_is_an_error_of_the_usual_kind() -> None:
    """hasattr, help and pickle rely on it."""
    unknown: Any = emg
    assert not hasattr(unknown, "filter_egm")
    with pytest.raises(AttributeError, match="filter_egm"):
        _ = unknown.filter_egm
    with pytest.raises(ImportError, match="filter_egm"):
        exec("from emg import filter_egm")


def test_no_name_is_also_a_module() -> None:
    """Else what `from emg import` gives depends on who imported what before."""
    assert not {module.name for module in pkgutil.iter_modules(emg.__path__)} & set(emg.__all__)


# --- what is said about it


def test_the_index_lists_every_name_and_no_other() -> None:
    """`help(emg)` is the only table of contents a notebook has."""
    assert emg.__doc__ is not None
    index = emg.__doc__.partition("Arrays and columns")[2].partition("Nothing is imported")[0]
    listed = re.findall(r"``(\w+)``", index)
    assert sorted(listed) == sorted(emg.__all__)


@pytest.mark.parametrize("name", sorted(emg.__all__))
def test_every_name_says_what_it_is(name: str) -> None:
    """A number without a definition cannot be signed."""
    thing = getattr(emg, name)
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):
        return  # a constant or an alias has no text of its own
    text = inspect.getdoc(thing)
    assert text
    assert not text.startswith(f"{name}("), "made by dataclass, not by a person"


@pytest.mark.parametrize(
    "name", [name for name in FUNCTIONS if names_for_the_type_checker()[name] == "emg.arrays"]
)
def test_functions_on_arrays_explain_each_parameter_the_result_and_the_errors(name: str) -> None:
    """In a notebook the docstring is the manual."""
    function = getattr(emg, name)
    text = inspect.getdoc(function) or ""
    explained = text.partition("Parameters\n")[2].partition("Returns\n")[0]
    for parameter in inspect.signature(function).parameters.values():
        stars = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        assert re.search(rf"^(.*, )?{re.escape(stars + parameter.name)}\b", explained, re.MULTILINE), (
            parameter
        )
    assert "Returns\n" in text
    assert "Raises\n" in text
    assert "shape" in text
