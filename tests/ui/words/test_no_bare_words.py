"""Nothing that people read stands in the fronts outside the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[3]

TRANSLATED: Final = frozenset({"_", "_n", "_p", "Said"})
"""Words given to one of these are in the catalogue."""

SHOWN_BY: Final = frozenset(
    {
        *("setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "setWindowTitle"),
        *("setPlaceholderText", "setTitle", "addItem", "addAction", "drawText"),
        *("QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction"),
        *("Column", "add_column", "add_task", "say", "fail", "UsageError", "prompt", "confirm"),
    }
)
"""What is given to these is read by people even if it is one word alone."""

COMMAND_LINE: Final = frozenset({"help", "metavar", "prog_name"})
"""Options and their help are the language of the command line: English, as "Usage" above them, which click
writes. What a command answers is in the language of the program."""

LOGS: Final = frozenset({"debug", "info", "warning", "error", "exception"})
"""A log is read by whoever mends the program; ``LOG`` is what writes it."""

NOT_LOOKED_AT: Final = (ROOT / "ui" / "desktop" / "gallery", ROOT / "ui" / "sound")
"""The gallery draws the screens with made-up facts: names of ports, notes of a therapist. What is spoken
stands in all its languages side by side."""

_COLUMNS: Final = "columns of a file and their meaning: files are the same in every language"

EXCEPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "ui/cohort/facts.py": {"": _COLUMNS},
    "ui/cohort/tables.py": {"": _COLUMNS},
    "ui/commands/record.py": {"Recording": "its class"},
    "ui/computer/checks.py": {"because a system library is missing": "is looked for in what was said"},
    "ui/computer/doctor.py": {"no soundcards": "what the system's own list says"},
    "ui/kept/home_plan.py": {"there is always another name": "only a mistake in the program brings it about"},
    "ui/session/course_making.py": {
        "a row has too few or too many cells": "its reader has its own words for it"
    },
    "ui/desktop/app.py": {"This plugin does not support": "what Qt says, to be left out"},
    "ui/desktop/problems.py": {
        "PowerHold problem report": "a report is for those who mend the program, wherever it is written",
        " times, on thread ": "in that report",
        "--- last events of the session": "in that report",
        "came from ": "in that report",
        "installed as a bundle": "in that report",
    },
    "ui/desktop/theme.py": {"; border": "a style sheet"},
    "ui/desktop/widgets/note_line.py": {"; padding": "a style sheet"},
    "ui/desktop/windows/before_page.py": {"; border": "a style sheet"},
    "ui/desktop/windows/intake_fields.py": {"; border": "a style sheet"},
    "ui/report/canvas.py": {
        "Source Sans 3": "a font",
        "Noto Sans": "a font",
        "Open Sans": "a font",
        "Segoe UI": "a font",
        "Helvetica Neue": "a font",
        "Liberation Sans": "a font",
        "DejaVu Sans": "a font",
    },
    "ui/commands/doctor.py": {"bold red": "a colour"},
    "ui/commands/import_file.py": {"Can be given several times.": "help of the command line"},
    "ui/commands/plan.py": {"Ceiling there": "help of the command line"},
}
"""By file, how a string begins that is no sentence of the screen, and why."""

_TWO_WORDS: Final = re.compile(r"[^\W\d_]{2,}[,.!?:']? +[^\W\d_]{2,}")
_A_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def sources() -> list[Path]:
    """All of the fronts."""
    found = (ROOT / "ui").rglob("*.py")
    return sorted(path for path in found if not any(room in path.parents for room in NOT_LOOKED_AT))


def bare_words(source: str) -> Iterator[tuple[int, str]]:
    """Find what people read and no translator can: strings of two words, and single ones that are shown.

    Parameters
    ----------
    source : str
        A module.
    """
    tree = ast.parse(source)
    elsewhere = {
        id(inner) for node in ast.walk(tree) for kept in _not_for_people(node) for inner in ast.walk(kept)
    }
    shown = {id(given) for node in ast.walk(tree) for given in _shown(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in elsewhere:
            continue
        if _TWO_WORDS.search(node.value) or (id(node) in shown and _A_WORD.search(node.value)):
            yield node.lineno, node.value


def _not_for_people(node: ast.AST) -> Iterator[ast.AST]:
    """Give the parts of a program whose strings nobody reads on a screen, or that are in the catalogue."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node  # a docstring, or what is said of a constant
    if isinstance(node, ast.Call):
        name = _name(node.func)
        logs = isinstance(node.func, ast.Attribute) and _name(node.func.value) == "LOG" and name in LOGS
        if name in TRANSLATED or logs or name == "setObjectName":
            yield node
        yield from (given.value for given in node.keywords if given.arg in COMMAND_LINE)


def _shown(node: ast.AST) -> Iterable[ast.AST]:
    if isinstance(node, ast.Call) and _name(node.func) in SHOWN_BY:
        return [part for given in node.args for part in (given, *getattr(given, "values", ()))]
    return []


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def test_no_sentence_escapes_the_catalogue() -> None:
    """Else one sentence on a German screen is English, and no translator ever sees it."""
    found = []
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        allowed = EXCEPTIONS.get(name, {})
        for line, text in bare_words(path.read_text(encoding="utf-8")):
            if not any(start in text for start in allowed):
                found.append(f"{name}:{line}: {text!r}")
    assert found == [], "give it to _ of ui.language, in a module of words, and run make words"


def test_an_exception_is_needed() -> None:
    """Else what is excused here grows, and a new sentence that begins alike goes by unseen."""
    for name, starts in EXCEPTIONS.items():
        path = ROOT / name
        said = (
            [text for _line, text in bare_words(path.read_text(encoding="utf-8"))] if path.is_file() else []
        )
        assert [start for start in starts if not any(start in text for text in said)] == [], name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('label.setText("Hold it")', ["Hold it"]),
        ('label.setText(_("Hold it"))', []),
        ('label.setText("Hold")', ["Hold"]),
        ('label.setText(f"Hold {n}")', ["Hold "]),
        ('label.setText("%")', []),
        ('TITLE = "Two words"', ["Two words"]),
        ('raise PlanError(f"{path} is not there.")', [" is not there."]),
        ('option("--out", help="Folder of it.")', []),
        ('"""What is said of a module."""', []),
        ('LOG.warning("cannot be kept: %s", error)', []),
        ('say("Saved in a folder.")', ["Saved in a folder."]),
        ('Column("pain", justify="right")', ["pain"]),
        ('state["left glute"] = 1', ["left glute"]),
    ],
)
def test_bare_words_are_found_where_they_are(source: str, found: list[str]) -> None:
    """Else the test above looks at nothing."""
    assert [text for _line, text in bare_words(source)] == found
