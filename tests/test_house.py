"""The habits of the house, and the versions it stands on."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from ui.cli import main as command_line

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("emg", "hardware", "calibrations", "ui")
CODE = (*PACKAGES, "tests", "benchmarks", "validation")
MAX_LINES = 450
NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", ".hypothesis"}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+))?$")
GUESSED_WAIT = re.compile(r"(?<!def )\bsl[e]ep\(|qtbot\.w[a]it\(|\bqW[a]it\(")
ENTERED = re.compile(r"wait(?!Until)[A-Z]\w+")
"""What pytest-qt gives for ``with``."""
FOREIGN_ADDRESS = re.compile(
    r"https?://[^ ]*(p[y]pi|p[y]thonh[o]sted|n[p]mjs|deb[.]debian)"
    r"|(^|[^a-z])/(w[o]rk|r[o]ot|h[o]me|U[s]ers)/[a-z.]"
)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[tuple[Path, str]]:
    for parent, folders, files in os.walk(ROOT):  # goes into no folder that is not ours
        folders[:] = sorted(name for name in folders if _is_ours(name))
        for path in sorted(Path(parent, name) for name in files if _is_ours(name)):
            if not path.is_file():
                continue  # a link to nothing
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture or a recording


def _is_ours(name: str) -> bool:
    return name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))


def named(path: Path, line: int | None = None) -> str:
    place = path.relative_to(ROOT).as_posix()
    return place if line is None else f"{place}:{line}"


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


# --- the versions we stand on


@pytest.mark.usefixtures("qt_here")
def test_qt_does_not_eat_the_constants_of_python() -> None:
    """Else the window aborts in the middle of a session, after some 550 emits (PySide6 6.12.0 on 3.11)."""
    run = run_python("from tests.qt_soak import main; main()")

    assert run.returncode == 0, run.stderr
    heard, true_drift, none_drift = map(int, run.stdout.split())
    assert heard == 5000
    if sys.version_info < (3, 12):  # from there on they are immortal, and their counts mean nothing
        assert abs(true_drift) <= 50
        assert abs(none_drift) <= 50


@pytest.mark.usefixtures("qapp")
def test_a_plot_can_be_saved_as_svg() -> None:
    """Else a PT's figure cannot be exported; pyqtgraph 0.14 fails here with Qt 6.11 and later."""
    import pyqtgraph as pg
    from pyqtgraph.exporters import SVGExporter

    widget = pg.PlotWidget()
    widget.plot([0.0, 1.0, 2.0], [0.0, 50.0, 20.0])

    svg = SVGExporter(widget.plotItem).export(toBytes=True)

    assert b"<svg" in svg
    assert b"<path" in svg
    widget.close()


def test_brainflow_finds_its_own_library() -> None:
    """Else no board opens; before Python 3.12 that needs setuptools < 82."""
    run = run_python("from brainflow.board_shim import BoardShim; print(BoardShim.get_version())")

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("5.")


PAINTS = {"paint.py", "canvas.py", "charts.py", "pages.py"}
"""The report needs Qt to be painted, and no window."""
WINDOWS = ROOT / "ui" / "desktop"


def test_what_is_below_the_windows_needs_no_qt() -> None:
    """Else the terminal and the analysis fail on a machine without Qt's system libraries."""
    painted = {ROOT / "ui" / "report" / name for name in PAINTS}
    below = [
        path
        for path in python_files("emg", "hardware", "calibrations", "ui")
        if WINDOWS not in path.parents and path not in painted and path.name != "__main__.py"
    ]
    modules = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in below)
    modules = [module.removesuffix(".__init__") for module in modules]

    run = run_python("import tests.without_qt\n" + "\n".join(f"import {module}" for module in modules))

    assert {"emg.blocks", "ui.assembly", "ui.commands.report", "ui.terminal"} <= set(modules)
    assert run.returncode == 0, run.stderr


# --- the lock


def pins(file: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        match = PIN.match(line.removesuffix(" \\"))
        if match:
            found.setdefault(match["name"].lower(), set()).add(match["version"])
    return found


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_a_hash_and_no_address(file: str) -> None:
    """Else two fresh machines can get two different programs, or one that only one of them can reach."""
    entries = (ROOT / file).read_text(encoding="utf-8").replace(" \\\n", " ").splitlines()

    assert entries
    for entry in entries:
        head, *hashes = entry.split(" --hash=sha256:")
        assert PIN.match(head.strip()), entry[:80]
        assert hashes, entry[:80]
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest.strip()) for digest in hashes), entry[:80]


def test_the_lock_is_what_pyproject_asks_for() -> None:
    """Else `make lock` was forgotten and a fresh machine gets what nobody tried."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locks = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["dependencies"] + project["optional-dependencies"]["dev"],
    }
    for file, asked in locks.items():
        pinned = pins(file)
        for requirement in map(Requirement, asked):
            versions = pinned.get(requirement.name.lower().replace("_", "-"), set())
            assert versions, f"{file} lacks {requirement}: run make lock"
            wrong = [version for version in versions if version not in requirement.specifier]
            assert not wrong, f"{file} pins {requirement.name} {wrong}, pyproject.toml asks for {requirement}"


def test_tests_run_on_the_versions_that_users_get() -> None:
    """Else the tests are green on packages that nobody runs."""
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: dev.get(name) for name in run} == run


# --- the files


def test_no_file_names_a_machine_or_a_registry() -> None:
    """Else a fresh clone works on one machine only."""
    found = [
        f"{named(path, number)}: {line.strip()[:80]}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), start=1)
        if FOREIGN_ADDRESS.search(line)
    ]
    assert not found


def test_every_file_can_be_read_in_one_sitting() -> None:
    """Else one file holds several ideas, and the next change lands in the wrong one."""
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*CODE)
    }

    assert {place: n for place, n in lengths.items() if n > MAX_LINES} == {}


def test_no_test_waits_for_a_guessed_time() -> None:
    """Else the tests are slow on a fast machine and red on a slow one: wait on an event with a timeout."""
    found = [
        named(path, number)
        for path in python_files("tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if GUESSED_WAIT.search(line)
    ]
    assert not found


def test_every_wait_for_a_window_is_entered() -> None:
    """Else it waits for nothing: outside of ``with`` these only make an object, and the test runs ahead."""
    found = [
        named(path, statement.lineno)
        for path in python_files("tests")
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and ENTERED.fullmatch(statement.value.func.attr)
    ]
    assert found == []


def opens_text_without_encoding(call: ast.Call) -> bool:
    """Tell a text open from others: `source.open()` has no mode, a binary one says so."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in ("read_text", "write_text", "open") or any(k.arg == "encoding" for k in call.keywords):
        return False
    if name != "open":
        return True
    is_method = isinstance(call.func, ast.Attribute)
    mode = call.args[0 if is_method else 1] if len(call.args) > (0 if is_method else 1) else None
    mode = next((k.value for k in call.keywords if k.arg == "mode"), mode)
    if mode is None:
        return not is_method
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "b" not in mode.value


def test_every_text_file_is_opened_with_a_named_encoding() -> None:
    """Else µ and accents break on Windows, where the default is cp1252."""
    found = [
        named(path, node.lineno)
        for path in python_files(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and opens_text_without_encoding(node)
    ]
    assert not found


def test_every_thread_has_a_name_that_the_architecture_knows() -> None:
    """Else it outlives its test unseen: `tests/conftest.py` looks for those that begin with `emg-`."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(emg-[a-z]+)`", page, re.MULTILINE))
    begun = {
        named(path, node.lineno): next((k.value for k in node.keywords if k.arg == "name"), None)
        for path in python_files(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "threading.Thread"
    }
    names = {place: name.value if isinstance(name, ast.Constant) else name for place, name in begun.items()}

    assert {place: name for place, name in names.items() if name not in told} == {}
    assert told == set(names.values())


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_command_in_the_guides_exists(page: str) -> None:
    """Else the first thing a newcomer types fails."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = (ROOT / page).read_text(encoding="utf-8")
    made = set(re.findall(r"^ *make ([a-z-]+)|`make ([a-z-]+)", text, re.MULTILINE))
    typed = set(re.findall(r"\bpowerhold ([a-z]+)", text))

    assert made
    assert {a or b for a, b in made} <= targets
    assert typed
    assert typed <= set(command_line.list_commands(click.Context(command_line)))


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*.md")))
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    """Else a picture or a page is missing where somebody looks for it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]

    assert [link for link in links if not (ROOT / link).exists()] == []
