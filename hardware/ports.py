"""Serial ports: which there are, who holds them, and what to do about those that cannot be used."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import serial
from serial.tools import list_ports as serial_list_ports

from emg.blocks import SourceUnavailable

LISTEN_S: Final = 0.1
"""A board that streams is heard within this time; FTDI adapters hold bytes for 16 ms."""
SETTLE_S: Final = 0.2
"""A board that was told to stop has stopped after this time."""
SLOW_LATENCY_MS: Final = 4
"""Above this the latency timer of an adapter delays the bars visibly."""


@dataclass(frozen=True, slots=True)
class PortFacts:
    """What can be told of a port without sending it anything.

    Attributes
    ----------
    device : str
        What to write after ``--port``.
    description, manufacturer, serial : str
        As the adapter says; empty if it says nothing.
    usb_id : str
        Vendor and product as ``0403:6015``; empty if it is not a USB device.
    usable : bool
        Whether this user may read and write it.
    held_by : tuple of str
        Programs that have it open, where that can be told.
    latency_ms : int or None
        Latency timer of an FTDI adapter on Linux.
    advice : str
        What is to be done before it can be used well; empty if nothing.
    """

    device: str
    description: str = ""
    manufacturer: str = ""
    serial: str = ""
    usb_id: str = ""
    usable: bool = True
    held_by: tuple[str, ...] = ()
    latency_ms: int | None = None
    advice: str = ""


def list_ports() -> list[PortFacts]:
    """List the serial ports of this computer by name; pseudo-terminals are not among them."""
    found: list[PortFacts] = []
    for port in sorted(serial_list_ports.comports(), key=lambda port: port.device):
        usable = sys.platform == "win32" or os.access(port.device, os.R_OK | os.W_OK)
        held_by = tuple(holders(port.device))
        latency_ms = latency_timer_ms(port.device)
        found.append(
            PortFacts(
                device=port.device,
                description=port.description if port.description != "n/a" else "",
                manufacturer=port.manufacturer or "",
                serial=port.serial_number or "",
                usb_id=f"{port.vid:04x}:{port.pid:04x}" if port.vid is not None else "",
                usable=usable,
                held_by=held_by,
                latency_ms=latency_ms,
                advice=_advice(port.device, usable, held_by, latency_ms),
            )
        )
    return found


def port_exists(port: str) -> bool:
    """Whether the port is there. On Windows only opening it can tell, so the answer is yes."""
    return sys.platform == "win32" or Path(port).exists()


def usb_serial(port: str) -> str:
    """Return the serial number of the USB adapter behind a port, empty if it has none."""
    real = os.path.realpath(port)
    for candidate in serial_list_ports.comports():
        if candidate.device in (port, real):
            return candidate.serial_number or ""
    return ""


def holders(port: str) -> Iterator[str]:
    """Name other programs that have the port open, as ``name (process 123)``.

    Only Linux tells, and only of programs that this user may look into; elsewhere none is named.
    """
    real = os.path.realpath(port)
    own = str(os.getpid())
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == own:
            continue
        try:
            if any(str(fd.readlink()) == real for fd in (process / "fd").iterdir()):
                yield f"{(process / 'comm').read_text(encoding='utf-8').strip()} (process {process.name})"
        except OSError:
            continue  # it has ended, or belongs to somebody else


def latency_timer_ms(port: str) -> int | None:
    """Latency timer of an FTDI adapter on Linux; None where there is none."""
    name = Path(os.path.realpath(port)).name
    try:
        text = Path(f"/sys/bus/usb-serial/devices/{name}/latency_timer").read_text(encoding="ascii")
        return int(text)
    except (OSError, ValueError):
        return None


def prepare_port(port: str) -> None:
    """Make sure that a driver can open the port; stop a board that a crashed program left streaming.

    Nothing is sent to a board that is quiet. Blocks for 0.1 s, or 0.3 s if the board streams.

    Raises
    ------
    SourceUnavailable
        If it does not exist, is no serial port, may not be opened, or is in use.
    """
    if not port_exists(port):
        raise SourceUnavailable(_no_such_port(port))
    if sys.platform != "win32" and not stat.S_ISCHR(Path(port).stat().st_mode):
        raise SourceUnavailable(f"{port} is not a serial port: choose one that 'powerhold ports' lists.")
    held_by = ", ".join(holders(port))
    if held_by:
        raise SourceUnavailable(_in_use(port, held_by))
    try:
        with serial.Serial(port, 115_200, timeout=LISTEN_S, exclusive=True) as opened:
            if opened.read(1):
                opened.write(b"s")
                opened.flush()
                time.sleep(SETTLE_S)
                opened.reset_input_buffer()
    except (serial.SerialException, OSError) as error:
        raise SourceUnavailable(_why_not(port, error)) from error


def ask(port: str, question: bytes, wait_s: float) -> bytes:
    """Send a question and return what comes back until it ends in ``$$$`` or the time is over.

    Raises
    ------
    OSError
        If the port cannot be opened or used.
    """
    with serial.Serial(port, 115_200, timeout=wait_s, exclusive=True) as opened:
        opened.reset_input_buffer()
        opened.write(question)
        return bytes(opened.read_until(b"$$$", 500))


def _why_not(port: str, error: OSError) -> str:
    text = str(error)
    # On Windows pyserial has no code but names the error, and refuses a port that is in use.
    code = error.errno or (errno.ENOENT if "FileNotFoundError" in text else 0)
    if code in (errno.EAGAIN, errno.EBUSY) or (not code and "PermissionError" in text):
        return _in_use(port, "another program")
    if code in (errno.EACCES, errno.EPERM):
        return _no_permission(port)
    if code == errno.ENOENT:
        return _no_such_port(port)
    reason = os.strerror(code) if code else text
    return f"The port {port} cannot be used ({reason}): unplug the dongle, plug it in and try again."


def _no_such_port(port: str) -> str:
    return f"There is no port {port}: plug in the dongle, or choose one that 'powerhold ports' lists."


def _in_use(port: str, held_by: str) -> str:
    return f"The port {port} is in use by {held_by}: close that program and try again."


def _no_permission(port: str) -> str:
    try:
        owner = Path(port).group()
    except (KeyError, OSError, NotImplementedError):
        owner = ""
    group = "dialout" if owner in ("", "root", "tty") else owner  # Arch, for one, calls it uucp
    return (
        f"You may not use the port {port}: run 'sudo usermod -aG {group} $USER', log out and in again. "
        f"Serial ports belong to the {group} group."
    )


def _advice(device: str, usable: bool, held_by: tuple[str, ...], latency_ms: int | None) -> str:
    if not usable:
        return _no_permission(device)
    if held_by:
        return _in_use(device, ", ".join(held_by))
    if latency_ms is not None and latency_ms > SLOW_LATENCY_MS:
        name = Path(os.path.realpath(device)).name
        return (
            f"The adapter holds data back for {latency_ms} ms: run 'echo 1 | sudo tee "
            f"/sys/bus/usb-serial/devices/{name}/latency_timer' for quicker bars."
        )
    return ""
