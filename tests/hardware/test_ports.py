"""Claims about ports: every reason for which one cannot be used is told in one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial

from emg.blocks import SourceUnavailable
from hardware import ports
from hardware.ports import list_ports, prepare_port
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal

NOBODY = 65_534
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def another_program(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program that prints one line when it is ready and goes on until its input ends."""
    command = [sys.executable, "-c", f"import sys\n{code}\nprint('ready', flush=True)\nsys.stdin.read()"]
    with subprocess.Popen(
        [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_a_missing_port_is_named(tmp_path: Path) -> None:
    """Else an unplugged dongle looks like a broken program."""
    missing = str(tmp_path / "ttyUSB9")

    with pytest.raises(SourceUnavailable, match=rf"^There is no port {re.escape(missing)}: plug in"):
        prepare_port(missing)


def test_a_file_is_not_taken_for_a_port(tmp_path: Path) -> None:
    """Else the driver writes commands into somebody's file."""
    file = tmp_path / "notes.txt"
    file.write_text("keep me", encoding="utf-8")

    with pytest.raises(SourceUnavailable, match="is not a serial port: choose"):
        prepare_port(str(file))
    assert file.read_text(encoding="utf-8") == "keep me"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells who holds a port")
def test_the_program_that_holds_a_port_is_named() -> None:
    """Else two programs share the bytes, and each shows half of the signal."""
    with CytonEmulator(TestSignal()) as cyton:
        holding = "import os\nfd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)"
        with another_program(holding, cyton.port) as other:
            expected = rf"{cyton.port} is in use by python\S* \(process {other.pid}\): close that program"
            with pytest.raises(SourceUnavailable, match=expected):
                prepare_port(cyton.port)
        prepare_port(cyton.port)


def test_this_program_is_not_its_own_rival() -> None:
    """Else the list of ports tells people to close the program they are looking at."""
    with CytonEmulator(TestSignal()) as cyton:
        own = os.open(cyton.port, os.O_RDWR | os.O_NOCTTY)
        try:
            assert list(ports.holders(cyton.port)) == []
        finally:
            os.close(own)


def test_a_locked_port_is_in_use_even_if_nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else another user's program, which may not be looked into, goes unnoticed."""
    monkeypatch.setattr(ports, "holders", lambda port: iter(()))
    with CytonEmulator(TestSignal()) as cyton:
        locking = "import serial\nport = serial.Serial(sys.argv[1], exclusive=True)"
        with (
            another_program(locking, cyton.port),
            pytest.raises(SourceUnavailable, match="is in use by another program: close"),
        ):
            prepare_port(cyton.port)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups for ports")
def test_a_port_without_permission_names_the_group() -> None:
    """Else the commonest trouble on Linux ends in a support call."""
    code = (
        "import grp, os, sys\n"
        "from emg.blocks import SourceUnavailable\nfrom hardware.ports import prepare_port\n"
        "if os.getuid() == 0:\n    os.setgroups([])\n    os.setuid(int(sys.argv[2]))\n"
        "try:\n    prepare_port(sys.argv[1])\nexcept SourceUnavailable as error:\n    print(error)\n"
    )
    with CytonEmulator(TestSignal()) as cyton:
        Path(cyton.port).chmod(0)
        run = subprocess.run(
            [sys.executable, "-c", code, cyton.port, str(NOBODY)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert run.stdout.startswith(f"You may not use the port {cyton.port}: run 'sudo usermod -aG dialout")
    assert run.stderr == ""


def test_a_quiet_board_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else looking at a port makes the driver's own handshake fail afterwards."""
    heard = bytearray()
    monkeypatch.setattr(CytonEmulator, "_answer", lambda self, data: heard.extend(data))
    with CytonEmulator(TestSignal()) as cyton:
        prepare_port(cyton.port)

    assert heard == b""


def test_a_board_left_streaming_by_a_crashed_program_is_stopped() -> None:
    """Else the driver finds data where it expects the banner, and every start fails."""
    with CytonEmulator(TestSignal()) as cyton:
        with serial.Serial(cyton.port, timeout=10.0) as crashed:
            crashed.write(b"b")
            assert crashed.read(33)[:1] == b"\xa0"
        assert cyton.streaming

        prepare_port(cyton.port)

        assert not cyton.streaming


def test_a_found_port_is_described_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else `powerhold ports` lists names and leaves people to guess."""
    device = tmp_path / "ttyUSB0"
    device.touch()
    found = SimpleNamespace(
        device=str(device),
        description="FT231X",
        manufacturer="FTDI",
        serial_number="DM00",
        vid=0x403,
        pid=0x6015,
    )
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [found])
    monkeypatch.setattr(ports, "latency_timer_ms", lambda port: 16)

    (facts,) = list_ports()

    assert (facts.device, facts.usb_id, facts.serial) == (str(device), "0403:6015", "DM00")
    assert facts.usable
    assert facts.held_by == ()
    assert facts.advice.startswith("The adapter holds data back for 16 ms")
    assert ports.usb_serial(str(device)) == "DM00"


def test_pseudo_terminals_are_not_offered_as_boards() -> None:
    """Else every open shell stands in the list of ports."""
    with CytonEmulator(TestSignal()) as cyton:
        assert os.path.realpath(cyton.port) not in [facts.device for facts in list_ports()]
