"""Claims about ports: every reason for which one cannot be used is told in one sentence."""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path

import pytest
import serial

from emg.blocks import SourceUnavailable
from hardware import port_facts, ports
from hardware.ports import alone, ask, list_ports, opened_here, prepare_port
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.ports_here import DROP_RIGHTS, HOLD, LOCK, adapter, another_program, run_here


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
        with another_program(HOLD, cyton.port) as other:
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
    with (
        CytonEmulator(TestSignal()) as cyton,
        another_program(LOCK, cyton.port),
        pytest.raises(SourceUnavailable, match="is in use by another program"),
    ):
        prepare_port(cyton.port)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups for ports")
def test_a_port_without_permission_names_the_group() -> None:
    """Else the commonest trouble on Linux ends in a support call."""
    code = (
        "import grp, os, sys\n"
        "from emg.blocks import SourceUnavailable\nfrom hardware.ports import prepare_port\n"
        f"{DROP_RIGHTS}"
        "try:\n    prepare_port(sys.argv[1])\nexcept SourceUnavailable as error:\n    print(error)\n"
    )
    with CytonEmulator(TestSignal()) as cyton:
        Path(cyton.port).chmod(0)
        run = run_here(code, cyton.port)

    assert run.stdout.startswith(f"You may not use the port {cyton.port}: run 'sudo usermod -aG dialout")
    assert run.stderr == ""


def test_a_quiet_board_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else looking at a port makes the driver's own handshake fail afterwards."""
    heard = bytearray()
    monkeypatch.setattr(CytonEmulator, "_hear", lambda self, data: heard.extend(data))
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
    device.symlink_to("/dev/null")
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [adapter(str(device))])
    monkeypatch.setattr(ports, "latency_timer_ms", lambda port: 16)
    monkeypatch.setattr(ports, "holders", lambda port: iter(()))

    (facts,) = list_ports()

    assert (facts.device, facts.usb_id, facts.serial) == (str(device), "0403:6015", "DM00")
    assert facts.location == "1-1"
    assert facts.usable
    assert facts.held_by == ()
    assert facts.advice.startswith(
        "The adapter holds data back for 16 ms, which delays the bars but no number"
    )


def test_pseudo_terminals_are_not_offered_as_boards() -> None:
    """Else every open shell stands in the list of ports."""
    with CytonEmulator(TestSignal()) as cyton:
        assert os.path.realpath(cyton.port) not in [facts.device for facts in list_ports()]


def test_an_adapter_pulled_out_while_it_is_asked_does_not_end_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a plug pulled at the wrong moment ends the search for it: pyserial raises a TypeError then."""
    answers = [TypeError("int() argument must be a string"), OSError("gone"), [adapter("/dev/ttyUSB4")]]

    def comports() -> object:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("serial.tools.list_ports.comports", comports)

    assert [port.device for port in port_facts.seen_ports()] == ["/dev/ttyUSB4"]


@pytest.mark.parametrize(
    ("facts", "is_for_boards"), [({"console": "Y", "type": "4"}, False), ({"type": "0"}, False), ({}, True)]
)
def test_the_console_and_ports_without_a_chip_are_left_out(
    facts: dict[str, str], is_for_boards: bool, tmp_path: Path
) -> None:
    """Else the list begins with up to 32 ports that are not there, and the console is sent questions."""
    (tmp_path / "ttyS0").mkdir()
    for name, text in facts.items():
        (tmp_path / "ttyS0" / name).write_text(f"{text}\n", encoding="utf-8")

    assert port_facts.is_for_boards("/dev/ttyS0", tmp_path) is is_for_boards


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells the name of a process")
def test_the_owner_of_a_lock_file_is_named(tmp_path: Path) -> None:
    """Else a terminal program of another user holds the port and nobody knows."""
    with another_program("") as other:
        (tmp_path / "LCK..ttyUSB0").write_text(f"{other.pid:10d}\n", encoding="ascii")
        (held_by,) = port_facts.holders("/dev/ttyUSB0", (tmp_path,))
        assert re.fullmatch(rf"python\S* \(process {other.pid}\)", held_by)

    assert list(port_facts.holders("/dev/ttyUSB0", (tmp_path,))) == []  # left behind by a program that ended


def test_a_board_that_knows_no_stop_is_sent_nothing_and_not_even_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else every Arduino is started anew, and one more byte ends the stream of a Chords board."""
    with CytonEmulator(TestSignal()) as cyton:
        with serial.Serial(cyton.port, timeout=10.0) as crashed:
            crashed.write(b"b")
            assert crashed.read(33)[:1] == b"\xa0"

        monkeypatch.setattr(serial, "Serial", lambda *_, **__: pytest.fail("the port was opened"))
        prepare_port(cyton.port, stop=b"")

        assert cyton.streaming


def test_an_open_waits_for_a_conversation_to_end() -> None:
    """Else the list of ports asks its questions in the middle of the driver's handshake."""
    done = threading.Event()

    def open_it(port: str) -> None:
        prepare_port(port)
        done.set()

    with CytonEmulator(TestSignal()) as cyton:
        with alone(cyton.port):
            opener = threading.Thread(target=open_it, args=(cyton.port,))
            opener.start()
            assert not done.wait(0.3)
        assert done.wait(30.0)
        opener.join()


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows no port can be opened twice")
def test_a_port_that_this_program_has_open_is_known() -> None:
    """Else the list of ports takes the samples of the running session."""
    with CytonEmulator(TestSignal()) as cyton:
        assert not opened_here(cyton.port)
        with serial.Serial(cyton.port):
            assert opened_here(cyton.port)
        assert not opened_here(cyton.port)


def test_a_question_to_a_port_that_went_away_is_an_error_of_the_system(tmp_path: Path) -> None:
    """Else the search for the reason why a board does not start ends in a traceback."""
    with CytonEmulator(TestSignal()) as cyton:
        assert ask(cyton.port, b"v", 30.0).endswith(b"$$$")
        with serial.Serial(cyton.port, exclusive=True), pytest.raises(OSError, match="lock"):
            ask(cyton.port, b"v", 1.0)
    with pytest.raises(OSError, match="could not open"):
        ask(str(tmp_path / "missing"), b"v", 1.0)
