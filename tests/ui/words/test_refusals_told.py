"""What is refused or found wrong is said in the language of the program, wherever people read it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emg.protocols import protocol_text
from tests.ui.words.test_language import in_language
from ui.session.plan import DEMO_PROTOCOL

ROOT = Path(__file__).resolve().parents[3]

# --- every front says it


def _shows_bare(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    """Where the error of a handler is written out as it is, in English."""

    def is_it(node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == handler.name

    for node in ast.walk(handler):
        if isinstance(node, ast.FormattedValue) and is_it(node.value):
            yield node
        elif isinstance(node, ast.Call):
            given = [*node.args, *(word.value for word in node.keywords)]
            written = isinstance(node.func, ast.Name) and node.func.id == "str"
            filled_in = isinstance(node.func, ast.Attribute) and node.func.attr == "format"
            if (written or filled_in) and any(map(is_it, given)):
                yield node


def _catches_ours(handler: ast.ExceptHandler) -> bool:
    """Whether a message of ours may be in it: the system's own are as the system says them."""
    return not (isinstance(handler.type, ast.Name) and handler.type.id == "OSError")


@pytest.mark.parametrize("place", ["ui/commands", "ui/desktop", "ui/analysis", "ui/reading", "ui/report"])
def test_no_front_writes_out_an_error_untold(place: str) -> None:
    """Else the one sentence that says what to do is in a language that nobody there reads."""
    found = [
        f"{path.relative_to(ROOT)}:{getattr(shown, 'lineno', handler.lineno)}"
        for path in sorted((ROOT / place).rglob("*.py"))
        for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(handler, ast.ExceptHandler) and handler.name and _catches_ours(handler)
        for shown in _shows_bare(handler)
    ]
    assert found == []


def test_an_error_that_is_written_out_is_seen() -> None:
    """Else the test above sees nothing, and is green."""
    untold = "fail(str(error), 2)", "say(f'{error}')", "say(words.FAILED.format(reason=error))"
    told = "fail(told(error), 2)", "fail(error.strerror, 2)"

    seen = [
        next(_shows_bare(handler), None) is not None
        for line in (*untold, *told)
        for handler in ast.walk(ast.parse(f"try:\n    do()\nexcept ValueError as error:\n    {line}\n"))
        if isinstance(handler, ast.ExceptHandler)
    ]
    assert seen == [True] * len(untold) + [False] * len(told)


# --- in a German program

CHECKS = """
import json
from hardware.port_facts import PortFacts
from ui.commands.doctor import _said
from ui.computer import checks, qt_check

qt_check._loads = lambda library: False
port, old = PortFacts("/dev/ttyUSB0"), {"PySide6-Essentials": "6.12.0", "pyqtgraph": "0.14.0",
                                        "brainflow": "5.23.0", "setuptools": "82.0.0"}
found = [
    checks.check_window(None, None),
    checks.check_window(None, qt_check.display_problem({})),
    checks.check_window(qt_check.library_problem({}), None),
    *checks.check_ports([], {}),
    *checks.check_ports([port], {}),
    checks.check_latency([], "linux"), checks.check_latency([], "win32"),
    checks.check_port_group("dialout", "darwin"),
    checks.check_port_group("dialout", "linux"),
    checks.check_port_group("dialout", "linux", is_root=True),
    checks.check_port_group("dialout", "linux", logged_in=True),
    checks.check_port_group("dialout", "linux", listed=True),
    checks.check_rivals(""),
    *(checks.check_charger(on_battery) for on_battery in (None, True, False)),
    checks.check_sound([], "linux"), checks.check_sound([], "darwin"),
    checks.check_sound([checks.Said("a sound card"), "PipeWire"], "linux"),
    *(checks.check_disk(free, "/data") for free in (10**12, 10**9, 10**8, 0)),
    checks.check_folder("/d", "Permission denied", exists=True, open_to_others=False),
    checks.check_folder("/d", "", exists=False, open_to_others=False),
    checks.check_folder("/d", "", exists=True, open_to_others=True),
    checks.check_folder("/d", "", exists=True, open_to_others=False),
    checks.check_clock(1.8e9, 1.7e9), checks.check_clock(0.0, 1.7e9),
    checks.check_locale("utf-8"), checks.check_locale(""),
    checks.check_brainflow("5", "", "x86_64", "linux"),
    checks.check_brainflow("5", "x", "x86_64", "linux"),
    checks.check_brainflow("5", "x", "armv7", "linux"),
    checks.check_lsl(None, ""), checks.check_lsl("1", ""), checks.check_lsl("1", "x"),
    *checks.check_versions({}, (3, 13, 0)), *checks.check_versions(old, (3, 10, 0)),
]
print(json.dumps([[finding.what, finding.do, *_said(finding)] for finding in found]))
"""

REFUSALS = """
import json
from pathlib import Path
from click.testing import CliRunner
from ui.cli import main

home = Path({home!r})
given = {{
    "doctor": ["doctor"],
    "doctor_json": ["doctor", "--json"],
    "exercises": ["protocols"],
    "exercise": ["protocols", "show", "mine"],
    "exercises_json": ["protocols", "--json"],
    "calibrations": ["calibrations", "--athlete", "runner-07"],
    "calibrations_json": ["calibrations", "--athlete", "runner-07", "--json"],
    "plan": ["plan", "open", str(home / "empty.powerhold-plan"), "--athlete", "runner-07"],
    "analyze": ["analyze", str(home / "empty.csv"), "--sites", "glute_left=1"],
    "analyze_folder": ["analyze", str(home)],
    "analyze_window": ["analyze", str(home), "--mvc", "glute_left=5:2"],
    "sessions": ["sessions"],
    "note": ["note", str(home / "athletes" / "runner-07" / "sessions" / "torn")],
}}
print(json.dumps({{name: CliRunner().invoke(main, words).output for name, words in given.items()}}))
"""


def _longer_quiet_than_ready() -> str:
    """Text of an exercise that a check of ours refuses, and not pydantic."""
    text = protocol_text(DEMO_PROTOCOL).replace(f'code = "{DEMO_PROTOCOL}"', 'code = "quiet"')
    changed = re.sub(r"(?m)^quiet_s = .*$", "quiet_s = 9.0", text)
    assert changed != text
    return changed


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a German program says of files that are none."""
    home = tmp_path_factory.mktemp("home")
    for folder in ("protocols", "athletes/runner-07/calibrations", "athletes/runner-07/sessions/torn"):
        (home / folder).mkdir(parents=True)
    (home / "protocols" / "mine.toml").write_bytes(b"\xff\xfe\x00")
    (home / "protocols" / "other.toml").write_text('code = "other"\n', encoding="utf-8")
    (home / "protocols" / "quiet.toml").write_text(_longer_quiet_than_ready(), encoding="utf-8")
    (home / "athletes" / "runner-07" / "calibrations" / "empty.json").touch()
    (home / "athletes" / "runner-07" / "sessions" / "torn" / "session.json").touch()
    for name in ("empty.powerhold-plan", "empty.csv"):
        (home / name).touch()
    printed = in_language("de", REFUSALS.format(home=str(home)), POWERHOLD_HOME=str(home), COLUMNS="300")
    found: dict[str, str] = json.loads(printed)
    return found


def test_all_that_the_doctor_can_find_is_said_in_german() -> None:
    """Else who needs help most reads it in a foreign language."""
    found: list[list[str]] = json.loads(in_language("de", CHECKS))

    for what, do, what_told, do_told in found:
        assert what_told != what
        assert do_told != do or do == do_told == ""
        assert what_told.endswith(".")
        assert bool(do) == bool(do_told)
    assert [do for _, do, *_ in found[1:2]] == ["Set DISPLAY, or run without a window (--headless)."]
    assert found[1][3].startswith("Setz DISPLAY")


def test_the_table_of_the_doctor_is_german_and_its_json_is_not(told: dict[str, str]) -> None:
    """Else a script that reads it breaks with the language of the desk."""
    report: dict[str, Any] = json.loads(told["doctor_json"])
    clock = next(check for check in report["checks"] if check["name"] == "clock")

    assert clock["what"].startswith("The clock says ")
    assert clock["what"].replace("The clock says", "Die Uhr sagt") in told["doctor"]
    assert all(check["what"] not in told["doctor"] for check in report["checks"])
    assert "Datenordner" in told["doctor"]


def test_an_exercise_that_cannot_be_read_says_so_in_german(told: dict[str, str]) -> None:
    """Else the athlete's own exercise is missing from the list, and nobody there knows why."""
    assert told["exercise"] == "mine.toml ist kein UTF-8-Text.\n"
    assert "mine.toml ist kein UTF-8-Text." in told["exercises"]
    assert "other.toml: schema: das fehlt." in told["exercises"]
    assert "quiet.toml: timing: quiet_s ist das Ende von prepare_s" in told["exercises"]
    assert "mine.toml is not UTF-8 text." in told["exercises_json"]
    assert "quiet.toml: timing: quiet_s is the end of prepare_s" in told["exercises_json"]


def test_a_calibration_that_cannot_be_read_says_so_in_german(told: dict[str, str]) -> None:
    """Else this morning's electrodes are measured anew without a reason."""
    assert "empty.json ist keine Kalibrierung: Die Datei ist leer." in told["calibrations"]
    assert "empty.json is not a calibration: it is empty." in told["calibrations_json"]


def test_a_plan_that_is_none_says_so_in_german(told: dict[str, str]) -> None:
    """Else the athlete at home cannot tell the therapist what is wrong."""
    assert told["plan"] == "empty.powerhold-plan ist kein Plan: Die Datei ist leer.\n"


def test_an_analysis_of_what_is_none_says_so_in_german(told: dict[str, str]) -> None:
    """Else the reason is read as a fault of the program."""
    folder, window = told["analyze_folder"], told["analyze_window"]

    assert "session.json lässt sich nicht öffnen (" in folder
    assert "window" not in window
    assert "empty.csv" in told["analyze"]
    assert " is " not in told["analyze"]


def test_a_session_that_cannot_be_read_says_so_in_german(told: dict[str, str]) -> None:
    """Else a day is missing from the list, and the one line about it is foreign."""
    assert "session.json" in told["sessions"]
    assert " cannot be read " not in told["sessions"] + told["note"]
    assert "ist nicht lesbar" in told["sessions"]
