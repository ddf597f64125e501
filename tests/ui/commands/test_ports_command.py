"""`powerhold ports` on a machine with nothing, with a board, without permission, and with a rival."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hardware.charger import CHARGER_ADVICE
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.ports_here import DROP_RIGHTS, HOLD, LOCK, adapter, another_program, run_here
from ui.commands import ports as command
from ui.commands.ports import ports_command

FIELDS = {
    "device", "description", "manufacturer", "serial", "usb_id", "location",
    "usable", "held_by", "latency_ms", "advice", "answers", "detail",
}  # fmt: skip


def call(*arguments: str) -> Result:
    return CliRunner().invoke(ports_command, list(arguments))


def told(*arguments: str) -> list[dict[str, Any]]:
    result = call("--json", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    found: list[dict[str, Any]] = json.loads(result.stdout)["ports"]
    assert all(set(port) == FIELDS for port in found)
    return found


@pytest.fixture(autouse=True)
def _no_other_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests ask nothing of what is plugged in where they run."""
    monkeypatch.setattr("serial.tools.list_ports.comports", list)


def test_a_machine_with_nothing_is_told_what_to_do() -> None:
    """Else an empty table, or an error, greets who comes without a dongle."""
    shown = call()

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == "No serial port was found: plug in the board's dongle and look again.\n"
    assert told() == []


def test_a_board_is_named_with_what_to_write_after_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the list has an FT231X and nobody knows that this is the Cyton."""
    with CytonEmulator(TestSignal()) as cyton:
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [adapter(cyton.port)])
        (port,) = told()
        shown = call()

    assert (port["answers"], port["usable"], port["held_by"]) == ("cyton", True, [])
    assert port["detail"] == "An OpenBCI Cyton answers (firmware v3.1.2)."
    assert (port["device"], port["description"]) == (cyton.port, "FT231X USB UART")
    said = re.sub(r"[│\s]+", " ", shown.stdout)
    assert f"Ready: --board cyton --port {cyton.port}" in said
    assert "FT231X USB UART An OpenBCI Cyton answers" in said


def test_a_port_that_is_not_listed_can_be_asked_too(tmp_path: Path) -> None:
    """Else a board behind a link or a pseudo-terminal cannot be looked for."""
    link = tmp_path / "board"
    with CytonEmulator(TestSignal(), link=link, off=True):
        (port,) = told("--port", str(link))

    assert port["device"] == str(link)
    assert port["description"].startswith("link to /dev/")
    assert port["answers"] is None
    assert port["detail"].startswith("A dongle answers, but its board does not: switch the board to PC")


def test_a_port_without_permission_is_not_asked_and_says_what_to_run() -> None:
    """Else the commonest trouble on Linux looks like a dead board."""
    code = (
        "import os, sys\nimport serial.tools.list_ports\nfrom ui.commands.ports import ports_command\n"
        f"{DROP_RIGHTS}"
        "serial.tools.list_ports.comports = list\n"
        "ports_command(['--json', '--port', sys.argv[1]])\n"
    )
    with CytonEmulator(TestSignal()) as cyton:
        Path(cyton.port).chmod(0)
        run = run_here(code, cyton.port)

    assert (run.returncode, run.stderr) == (0, "")
    (port,) = json.loads(run.stdout)["ports"]
    assert (port["usable"], port["answers"], port["detail"]) == (False, None, None)
    assert re.match(rf"You may not use the port {cyton.port}: run 'sudo usermod -aG \w+", port["advice"])


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells who holds a port")
@pytest.mark.parametrize("how", [HOLD, LOCK], ids=["open", "locked"])
def test_a_port_in_use_is_not_asked_and_its_user_is_named(how: str) -> None:
    """Else the list of ports disturbs a recording that runs in another program."""
    with CytonEmulator(TestSignal()) as cyton, another_program(how, cyton.port) as other:
        (port,) = told("--port", cyton.port)
        shown = call("--port", cyton.port)

    assert (port["answers"], port["detail"]) == (None, None)
    assert re.fullmatch(rf"python\S* \(process {other.pid}\)", port["held_by"][0])
    assert port["advice"].endswith("close that program and try again.")
    assert "Not asked." in shown.stdout


def test_without_asking_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a person who must not disturb a device has no way to see the list."""
    heard = bytearray()
    monkeypatch.setattr(CytonEmulator, "_hear", lambda self, data: heard.extend(data))
    with CytonEmulator(TestSignal()) as cyton:
        (port,) = told("--no-ask", "--port", cyton.port)

    assert heard == b""
    assert (port["usable"], port["answers"], port["detail"]) == (True, None, None)


def test_a_port_that_is_not_there_is_a_line_and_no_error(tmp_path: Path) -> None:
    """Else one wrong name hides all the others."""
    (port,) = told("--port", str(tmp_path / "ttyUSB9"))

    assert port["usable"] is False
    assert port["advice"].startswith("There is no port")


@pytest.mark.skipif(sys.platform != "linux", reason="about device files of Linux")
@pytest.mark.skipif(not Path("/dev/pts").is_dir(), reason="there are no pseudo-terminals here")
def test_a_link_beside_the_real_ports_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Emulators and socat are used so: a name like ttyUSB9 that leads to a pseudo-terminal."""
    monkeypatch.undo()
    link = Path("/dev/ttyUSB9377")
    try:
        link.symlink_to("/dev/null")
    except OSError:
        pytest.skip("no link can be made in /dev by this user")
    link.unlink()
    with CytonEmulator(TestSignal(), link=link) as cyton:
        listed = {port["device"]: port for port in told("--no-ask")}
        assert listed[str(link)]["usable"]
        assert cyton.port == str(link)


def test_a_charger_and_a_thief_are_told_beside_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a person with electrodes on stays on the mains, and a stolen adapter is looked for in vain."""
    monkeypatch.setattr(command, "on_battery", lambda: False)
    monkeypatch.setattr(command, "taken_by_brltty", lambda: "The USB adapter was taken.")

    shown = call("--no-ask", "--port", "/dev/no-such-port")

    assert shown.stderr.splitlines() == ["The USB adapter was taken.", CHARGER_ADVICE]
    assert json.loads(call("--json", "--no-ask").stdout)["notes"] == ["The USB adapter was taken."]


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_table_fits_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else lines break in the middle and the table cannot be read."""
    monkeypatch.setenv("COLUMNS", columns)
    shown = call("--no-ask", "--port", "/dev/serial/by-id/usb-FTDI_FT231X_USB_UART_DM00Q0QN-if00-port0")

    assert max(map(len, shown.stdout.splitlines())) <= int(columns)
    assert "…" not in shown.stdout
