"""Claims about what keeps a port from being used: the thief is named, and the words say what to do."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest
import serial

from hardware import port_advice
from hardware.port_advice import (
    advice_for,
    explain,
    group_of_ports,
    in_use,
    no_permission,
    running,
    taken_by_brltty,
)
from hardware.port_facts import PortFacts


def processes(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names, start=100):
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / "comm").write_text(f"{name}\n", encoding="utf-8")
    return folder


def usb(folder: Path, name: str, usb_id: str, *ports: str) -> Path:
    vendor, product = usb_id.split(":")
    (folder / name).mkdir(parents=True)
    (folder / name / "idVendor").write_text(f"{vendor}\n", encoding="ascii")
    (folder / name / "idProduct").write_text(f"{product}\n", encoding="ascii")
    for port in ports:
        (folder / name / f"{name}:1.0" / port).mkdir(parents=True)
    return folder


def test_an_adapter_that_brltty_has_taken_is_told(tmp_path: Path) -> None:
    """Its port vanishes a second after it came, and nothing anywhere says why."""
    taken = usb(tmp_path / "usb", "1-1", "1a86:7523")
    with_brltty = processes(tmp_path / "proc", "bash", "brltty")

    told = taken_by_brltty(taken, with_brltty)

    assert told.startswith("The USB adapter 1a86:7523 is plugged in but has no port, because brltty")
    assert "sudo apt remove brltty" in told


def test_brltty_is_not_blamed_for_what_it_has_not_done(tmp_path: Path) -> None:
    """A blind colleague needs it: nobody is told to remove it while the port is there."""
    proc = processes(tmp_path / "proc", "brltty")
    no_proc = processes(tmp_path / "none", "bash")

    assert taken_by_brltty(usb(tmp_path / "a", "1-1", "1a86:7523", "ttyUSB0"), proc) == ""
    assert taken_by_brltty(usb(tmp_path / "b", "1-1", "0781:5567"), proc) == ""
    assert taken_by_brltty(usb(tmp_path / "c", "1-1", "1a86:7523"), no_proc) == ""
    assert taken_by_brltty(tmp_path / "nothing", proc) == ""


def test_a_modem_manager_is_named_with_the_rule_that_keeps_it_away() -> None:
    """It holds a new Arduino for half a minute, and closing it helps until the next plug."""
    told = in_use("/dev/ttyACM0", ["ModemManager (process 7)"], "2341:0043")

    assert "to see whether it is a modem: wait half a minute and try again" in told
    assert 'ATTRS{idVendor}=="2341", ATTRS{idProduct}=="0043", ENV{ID_MM_DEVICE_IGNORE}="1"' in told


def test_an_unseen_holder_is_suspected_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs as the superuser, so that its open files cannot be seen."""
    monkeypatch.setattr(port_advice, "running", lambda names: ["ModemManager"])
    assert "in use by another program, perhaps ModemManager, to see" in in_use("/dev/ttyACM0", ())

    monkeypatch.setattr(port_advice, "running", lambda names: [])
    assert (
        in_use("COM3", ()) == "The port COM3 is in use by another program: close that program and try again."
    )


def test_programs_that_run_here_are_found(tmp_path: Path) -> None:
    """Else nobody is ever suspected."""
    proc = processes(tmp_path / "proc", "bash", "ModemManager")

    assert running(("ModemManager", "brltty"), proc) == ["ModemManager"]
    assert running(("ModemManager",), tmp_path / "none") == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (serial.SerialException(errno.EBUSY, "busy"), "is in use by"),
        (serial.SerialException(errno.EAGAIN, "locked"), "is in use by"),
        (serial.SerialException("could not open port: PermissionError(13, 'denied')"), "is in use by"),
        (serial.SerialException("could not open port: FileNotFoundError(2)"), "There is no port"),
        (serial.SerialException(errno.EACCES, "no"), "You may not use the port"),
        (serial.SerialException(errno.ENOENT, "no"), "There is no port"),
        (serial.SerialException(errno.EIO, "no"), "cannot be used (Input/output error): unplug"),
        (serial.SerialException("write timeout"), "cannot be used (write timeout): unplug"),
    ],
)
def test_every_error_of_a_port_becomes_one_sentence(error: Exception, says: str) -> None:
    """Else a number stands on the screen, which says nothing."""
    told = explain("/dev/ttyUSB0", error)

    assert says in told
    assert told.endswith(".")


@pytest.mark.skipif(sys.platform == "win32", reason="about termios")
def test_an_error_of_the_terminal_layer_is_explained_too() -> None:
    """pyserial lets it through when a port is pulled while its buffer is thrown away."""
    import termios

    error = termios.error(errno.EIO, "Input/output error")
    assert isinstance(error, port_advice.PORT_ERRORS)
    assert "cannot be used" in explain("/dev/ttyUSB0", error)


def test_the_worst_trouble_is_told_first() -> None:
    """Else people set a timer of a port that they may not even open."""
    slow = {"latency_ms": 16}
    held = {"held_by": ("cat (process 3)",)}
    assert "holds data back for 16 ms" in advice_for(PortFacts("/dev/ttyUSB0", latency_ms=16))
    assert advice_for(PortFacts("/dev/ttyUSB0", latency_ms=1)) == ""
    assert "in use by cat" in advice_for(PortFacts("/dev/ttyUSB0", **slow, **held))  # type: ignore[arg-type]
    told = advice_for(PortFacts("/dev/ttyUSB0", usable=False, **slow, **held))  # type: ignore[arg-type]
    assert "You may not use" in told


def test_the_group_of_a_port_is_the_one_that_owns_it(tmp_path: Path) -> None:
    """Arch calls it uucp; to join dialout there helps nobody."""
    assert group_of_ports(str(tmp_path / "missing")) == "dialout"
    assert group_of_ports() == "dialout"


@pytest.mark.parametrize(
    ("owner", "says"),
    [
        ("uucp", "run 'sudo usermod -aG uucp $USER', log out and in again."),
        ("tty", "run 'sudo usermod -aG dialout $USER', log out and in again."),
        ("root", 'add the udev rule \'KERNEL=="ttyUSB*", GROUP="dialout", MODE="0660"\', run \'sudo usermod'),
    ],
)
def test_what_gives_permission_depends_on_who_owns_the_port(
    owner: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else people join a group that may not use the port either."""
    monkeypatch.setattr(Path, "group", lambda path: owner)

    assert says in no_permission("/dev/ttyUSB3")
