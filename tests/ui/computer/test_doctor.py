"""`powerhold doctor`: every fault that is known is found, told with what to do, and none is invented."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hardware.charger import CHARGER_ADVICE
from hardware.port_facts import PortFacts
from hardware.probe import Answer
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.ports_here import DROP_RIGHTS, HOLD, adapter, another_program, run_here
from ui.commands.doctor import doctor_command
from ui.computer import checks, doctor
from ui.computer.checks import Finding, State, number_of
from ui.computer.doctor import examine, installed, is_well, sound_outputs

OK, WARN, BAD, UNKNOWN = State.OK, State.WARN, State.BAD, State.UNKNOWN
GOOD = {"PySide6-Essentials": "6.10.3", "pyqtgraph": "0.14.0", "brainflow": "5.23.0", "setuptools": "81.0.0"}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(doctor_command, list(arguments))


def one(findings: list[Finding], name: str) -> Finding:
    (finding,) = [finding for finding in findings if finding.name == name]
    return finding


# --- versions


@pytest.mark.parametrize(
    ("changed", "python", "states"),
    [
        ({}, (3, 11, 7), [OK]),
        ({}, (3, 13, 0), [OK]),
        ({"PySide6-Essentials": "6.12.0"}, (3, 11, 7), [BAD, WARN]),
        ({"PySide6-Essentials": "6.12.0"}, (3, 12, 1), [WARN]),
        ({"PySide6-Essentials": "6.11.0"}, (3, 11, 7), [WARN]),
        ({"PySide6-Essentials": "6.12.1", "pyqtgraph": "0.15.0"}, (3, 11, 7), [OK]),
        ({"setuptools": "82.0.0"}, (3, 11, 7), [BAD]),
        ({"setuptools": "82.0.0"}, (3, 12, 1), [OK]),
        ({}, (3, 10, 13), [BAD]),
    ],
)
def test_versions_with_a_known_fault_are_told(
    changed: dict[str, str], python: tuple[int, ...], states: list[State]
) -> None:
    """Else the window aborts in the middle of a session, or no board opens, and nobody knows why."""
    found = checks.check_versions(GOOD | changed, python)

    assert [finding.state for finding in found] == states
    assert all(finding.do for finding in found if finding.state is not OK)


def test_what_is_not_installed_has_no_fault() -> None:
    """Else a server without Qt is told to change its Qt."""
    assert [finding.state for finding in checks.check_versions({"setuptools": "84.2.1"}, (3, 11, 7))] == [OK]
    assert [finding.state for finding in checks.check_versions({}, (3, 11, 7))] == [OK]
    no_plots = {"PySide6-Essentials": "6.11.0"}
    assert [finding.state for finding in checks.check_versions(no_plots, (3, 11, 7))] == [OK]


def test_versions_are_compared_as_numbers() -> None:
    """Else 6.9 is newer than 6.12."""
    assert number_of("6.9.3") < number_of("6.12.0rc1") == (6, 12, 0)
    assert number_of("unknown") == ()


# --- one check each


@pytest.mark.parametrize(
    ("finding", "state", "what", "do"),
    [
        (checks.check_window(None, None), OK, "display", ""),
        (checks.check_window(None, "There is no display: set DISPLAY."), WARN, "no display.", "Set DISPLAY."),
        (
            checks.check_window("The window needs libraries: install them with 'apt install libegl1'.", "x"),
            BAD,
            "needs libraries.",
            "Install them with 'apt install libegl1'.",
        ),
        (
            checks.check_window(
                "The window cannot be opened because a system library is missing: libX.so: not found.", None
            ),
            BAD,
            "libX.so: not found.",
            "Install the system library",
        ),
        (checks.check_charger(None), UNKNOWN, "cannot be told", CHARGER_ADVICE),
        (checks.check_charger(False), WARN, "on its charger", CHARGER_ADVICE),
        (checks.check_charger(True), OK, "on its battery", ""),
        (checks.check_sound(["a sound card", "PipeWire"], "linux"), OK, "a sound card and PipeWire", ""),
        (checks.check_sound([], "linux"), WARN, "seen, not heard", "loudspeaker"),
        (checks.check_sound([], "darwin"), UNKNOWN, "cannot be told", "volume"),
        (checks.check_disk(10**12, "/data"), OK, "more than 1000 h", ""),
        (checks.check_disk(10**9, "/data"), OK, "about 21 h", ""),
        (checks.check_disk(10**8, "/data"), WARN, "about 2 h", "Make room"),
        (checks.check_disk(10**6, "/data"), BAD, "no room", "Make room"),
        (checks.check_disk(0, "/data"), BAD, "no room", "Make room"),
        (checks.check_folder("/d", "", exists=True, open_to_others=False), OK, "this user only", ""),
        (checks.check_folder("/d", "", exists=False, open_to_others=False), OK, "will be made", ""),
        (
            checks.check_folder("/a b", "", exists=True, open_to_others=True),
            WARN,
            "Other",
            "chmod 700 '/a b'",
        ),
        (
            checks.check_folder("/d", "Permission denied", exists=True, open_to_others=False),
            BAD,
            "Nothing can be written to /d (Permission denied)",
            "POWERHOLD_HOME",
        ),
        (checks.check_locale("utf-8"), OK, "every sign", ""),
        (checks.check_locale("UTF8"), OK, "every sign", ""),
        (checks.check_locale("ANSI_X3.4-1968"), WARN, "ANSI_X3.4-1968", "LANG"),
        (checks.check_locale(""), WARN, "not known", "LANG"),
        (checks.check_brainflow("5.23.0", "", "x86_64", "linux"), OK, "5.23.0 loads", ""),
        (
            checks.check_brainflow("5.23.0", "no file", "aarch64", "linux"),
            BAD,
            "processor (aarch64)",
            "Build",
        ),
        (checks.check_brainflow(None, "no module", "x86_64", "linux"), BAD, "(no module)", "Install"),
        (checks.check_lsl(None, ""), OK, "not installed", ""),
        (checks.check_lsl("1.18", ""), OK, "pylsl 1.18", ""),
        (checks.check_lsl("1.18", "no liblsl"), WARN, "(no liblsl)", "liblsl"),
        (checks.check_rivals(""), OK, "No program", ""),
        (checks.check_rivals("brltty has it: remove it."), BAD, "brltty has it.", "Remove it."),
        (checks.check_port_group("dialout", "darwin"), OK, "no permission", ""),
        (checks.check_port_group("dialout", "linux", is_root=True), OK, "superuser", ""),
        (checks.check_port_group("dialout", "linux", logged_in=True), OK, "is in the dialout", ""),
        (checks.check_port_group("dialout", "linux", listed=True), WARN, "not since", "Log out"),
        (checks.check_port_group("uucp", "linux"), WARN, "not in the uucp", "usermod -aG uucp $USER"),
    ],
)
def test_each_check_says_what_it_found_and_what_to_do(
    finding: Finding, state: State, what: str, do: str
) -> None:
    """Else the doctor knows, and the patient does not."""
    assert finding.state is state
    assert what in finding.what
    assert do in finding.do
    assert finding.what.endswith(".")
    assert bool(finding.do) == bool(do)
    assert not finding.do or finding.do.endswith(".")


TODAY_S = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now_s", "state"),
    [
        (TODAY_S + 1.0, OK),
        (TODAY_S - 3600.0, OK),
        (TODAY_S - 10 * 86_400.0, WARN),
        (0.0, WARN),
        (-1.0, WARN),
        (5e9, WARN),
        (1e300, WARN),
    ],
)
def test_a_clock_that_cannot_be_right_is_noticed(now_s: float, state: State) -> None:
    """Else sessions of a computer with an empty clock battery are filed under 1970."""
    assert checks.check_clock(now_s, TODAY_S).state is state


# --- ports


FREE = PortFacts("/dev/ttyUSB0", description="FT231X")


def test_ports_are_told_one_by_one() -> None:
    """Else one good port hides the other's trouble."""
    no_right = replace(FREE, device="/dev/ttyUSB1", usable=False, advice="Run 'sudo usermod'.")
    held = replace(FREE, device="/dev/ttyUSB2", held_by=("cat (process 7)",), advice="Close it.")
    dumb = replace(FREE, device="/dev/ttyUSB3")
    answers = {
        "/dev/ttyUSB0": Answer("cyton", "A Cyton answers."),
        "/dev/ttyUSB3": Answer(None, "A dongle answers, but its board does not: switch it on."),
    }

    found = checks.check_ports([FREE, no_right, held, dumb], answers)

    assert [(finding.name, finding.state) for finding in found] == [
        ("port /dev/ttyUSB0", OK),
        ("port /dev/ttyUSB1", BAD),
        ("port /dev/ttyUSB2", WARN),
        ("port /dev/ttyUSB3", WARN),
    ]
    assert [finding.do for finding in found] == ["", "Run 'sudo usermod'.", "Close it.", "Switch it on."]
    assert checks.check_ports([FREE], {})[0].what == "FT231X, permitted and free."
    assert checks.check_ports([], {})[0].do.startswith("Plug in the board's dongle")


def test_a_slow_adapter_is_told_with_the_command_and_without_alarm() -> None:
    """Else bars lag on Linux, or people fear for their numbers."""
    slow = checks.check_latency([FREE, replace(FREE, latency_ms=16)], "linux")

    assert slow.state is WARN
    assert "delays the bars but no number" in slow.what
    assert "latency_timer'" in slow.do
    assert checks.check_latency([replace(FREE, latency_ms=1)], "linux").state is OK
    assert checks.check_latency([], "win32").state is OK


# --- this machine


def test_the_doctor_answers_on_this_machine_for_people_and_for_programs(powerhold_home: Path) -> None:
    """Else the first thing that a helpless user tries fails too."""
    shown, told = call(), call("--json")

    report = json.loads(told.stdout)
    assert told.stdout.count("\n") == 1
    assert told.stderr == shown.stderr == ""
    assert set(report) == {"checks", "ok"}
    assert all(set(check) == {"name", "state", "what", "do"} for check in report["checks"])
    assert {check["state"] for check in report["checks"]} <= {"ok", "warn", "bad", "unknown"}
    assert report["ok"] is all(check["state"] != "bad" for check in report["checks"])
    assert told.exit_code == shown.exit_code == (0 if report["ok"] else 2)
    assert all(check["name"] in shown.stdout for check in report["checks"])
    names = {check["name"].partition(" /")[0] for check in report["checks"]}
    assert names >= {
        "versions", "window", "BrainFlow", "latency timer", "permission", "other programs",
        "charger", "sound", "data folder", "disk", "clock", "locale", "LSL",
    }  # fmt: skip
    assert not powerhold_home.exists()  # looking changes nothing


def test_a_check_that_falls_ill_does_not_take_the_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the doctor is silent exactly where something is broken."""

    def broken() -> str:
        raise RuntimeError("no\nsuch  file")

    monkeypatch.setattr(doctor, "taken_by_brltty", broken)
    findings = examine()

    assert one(findings, "other programs") == Finding(
        "other programs", UNKNOWN, "This could not be looked at (no such file)."
    )
    assert one(findings, "clock").state is OK


@pytest.mark.parametrize(
    ("states", "exit_code", "says"),
    [
        ((OK, UNKNOWN), 0, "PowerHold can work here."),
        ((OK, WARN, WARN), 0, "PowerHold can work here. Worth a look: 2."),
        ((WARN, BAD), 2, "Things that keep PowerHold from working: 1."),
    ],
)
def test_only_what_is_bad_is_an_error(
    states: tuple[State, ...], exit_code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a script cannot tell a missing loudspeaker from a missing library."""
    findings = [Finding(f"check {n}", state, "Found.", "Do.") for n, state in enumerate(states)]
    monkeypatch.setattr("ui.commands.doctor.examine", lambda ask: findings)

    shown = call()

    assert shown.exit_code == exit_code
    assert shown.stdout.endswith(f"{says}\n")
    assert json.loads(call("--json").stdout)["ok"] is (exit_code == 0)
    assert is_well(findings) is (exit_code == 0)


def test_the_doctor_needs_neither_qt_nor_brainflow_to_begin() -> None:
    """What is broken must not keep the doctor from saying so."""
    code = (
        "import sys\nimport ui.commands.doctor, ui.commands.ports\n"
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('PySide6', 'pyqtgraph', 'brainflow', 'pylsl')])"
    )
    run = run_here(code)

    assert (run.stdout, run.stderr) == ("[]\n", "")


def test_libraries_that_do_not_load_are_findings() -> None:
    """BrainFlow without its library, and Lab Streaming Layer without its own, raise what they like."""
    code = (
        "import sys, json, types\n"
        "class Broken(types.ModuleType):\n"
        "    def __getattr__(self, name):\n"
        "        raise RuntimeError('the library is broken')\n"
        "sys.modules['brainflow'] = sys.modules['brainflow.board_shim'] = Broken('brainflow')\n"
        "sys.modules['pylsl'] = None\n"
        "from ui.computer import doctor\n"
        "doctor.installed = lambda names: {name: '1.0' for name in names}\n"
        "for finding in (doctor._brainflow(), doctor._lsl()):\n"
        "    print(finding.state, finding.what)\n"
    )
    run = run_here(code)

    brainflow, lsl = run.stdout.splitlines()
    assert re.match(r"bad BrainFlow.*(library is broken|this processor)", brainflow)
    assert lsl.startswith("warn Lab Streaming Layer is installed but does not load (")
    assert run.stderr == ""


def test_the_data_folder_is_really_tried(powerhold_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a full or foreign folder is found out by the first session."""
    powerhold_home.mkdir(mode=0o700)
    assert one(examine(), "data folder").state is OK
    powerhold_home.chmod(0o750)
    assert one(examine(), "data folder").state is (WARN if os.name == "posix" else OK)
    (powerhold_home / "file").touch()
    monkeypatch.setenv("POWERHOLD_HOME", str(powerhold_home / "file" / "below"))
    assert one(examine(), "data folder").state is BAD
    assert [path.name for path in powerhold_home.iterdir()] == ["file"]


def test_sound_is_found_without_opening_it(tmp_path: Path) -> None:
    """Else the doctor needs the very library that may be missing."""
    cards, run = tmp_path / "cards", tmp_path / "run"
    assert sound_outputs({"XDG_RUNTIME_DIR": str(run)}, cards) == []
    cards.write_text("--- no soundcards ---\n", encoding="ascii")
    assert sound_outputs({"XDG_RUNTIME_DIR": str(run)}, cards) == []
    cards.write_text(" 0 [PCH]: HDA-Intel\n", encoding="ascii")
    (run / "pulse").mkdir(parents=True)
    (run / "pulse" / "native").touch()
    (run / "pipewire-0").touch()
    assert sound_outputs({"XDG_RUNTIME_DIR": str(run)}, cards) == ["a sound card", "PipeWire", "PulseAudio"]
    assert sound_outputs({"PULSE_SERVER": "tcp:host"}, tmp_path / "none", run) == ["PulseAudio"]


def test_only_what_is_installed_has_a_version() -> None:
    """Else a missing package ends the doctor."""
    assert set(installed(("click", "no-such-package-at-all"))) == {"click"}


# --- ports of this machine


def test_a_board_is_left_alone_unless_it_is_to_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else looking at the disk stops a board in another room."""
    with CytonEmulator(TestSignal()) as cyton:
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [adapter(cyton.port)])
        quiet = one(examine(), f"port {cyton.port}")
        asked = one(examine(ask=True), f"port {cyton.port}")

    assert (quiet.state, quiet.what) == (OK, "FT231X USB UART, permitted and free.")
    assert (asked.state, asked.what) == (OK, "An OpenBCI Cyton answers (firmware v3.1.2).")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells who holds a port")
def test_a_port_in_use_is_worth_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a forgotten recording keeps the next one from starting."""
    with CytonEmulator(TestSignal()) as cyton, another_program(HOLD, cyton.port) as other:
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [adapter(cyton.port)])
        finding = one(examine(ask=True), f"port {cyton.port}")

    assert finding.state is WARN
    assert f"(process {other.pid})" in finding.what
    assert "close that program" in finding.do


def test_a_port_without_permission_ends_with_exit_2(tmp_path: Path) -> None:
    """Else a script sets up a class room on computers that cannot open a board."""
    code = (
        "import os, sys\nimport serial.tools.list_ports\n"
        "from tests.hardware.ports_here import adapter\nfrom ui.commands.doctor import doctor_command\n"
        f"{DROP_RIGHTS}"
        "serial.tools.list_ports.comports = lambda: [adapter(sys.argv[1])]\n"
        "doctor_command(['--json'])\n"
    )
    with CytonEmulator(TestSignal()) as cyton:
        Path(cyton.port).chmod(0)
        run = run_here(code, cyton.port)

    report = json.loads(run.stdout)
    assert (run.returncode, report["ok"]) == (2, False)
    (port,) = [check for check in report["checks"] if check["name"] == f"port {cyton.port}"]
    assert port["state"] == "bad"
    assert "sudo usermod -aG" in port["do"]


def test_old_terminals_get_the_table_too() -> None:
    """Else the doctor fails on the very terminal whose encoding it would tell of."""
    run = subprocess.run(
        [sys.executable, "-c", "from ui.commands.doctor import doctor_command; doctor_command([])"],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )

    assert b"Traceback" not in run.stderr
    assert b"The terminal's encoding is ascii" in b" ".join(run.stdout.split())
