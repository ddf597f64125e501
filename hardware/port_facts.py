"""What can be told of a serial port without opening it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from serial.tools import list_ports as serial_list_ports

from emg.said import Said

HAS_DEVICE_FILES: Final = sys.platform != "win32"
"""Whether a port is a file that vanishes with its plug."""
NO_UART: Final = "0"
"""Type of a built-in port that the kernel keeps a name for, and that is not there."""
LOCK_FOLDERS: Final = (Path("/run/lock"), Path("/var/lock"))
"""Where terminal programs leave ``LCK..ttyUSB0`` with the number of their process."""


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
    location : str
        Which USB socket it is in; empty where that cannot be told.
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
    location: str = ""
    usable: bool = True
    held_by: tuple[str, ...] = ()
    latency_ms: int | None = None
    advice: str = ""


def seen_ports() -> list[PortFacts]:
    """List the ports that the system knows, by name, with what their adapters say of themselves.

    Left out are the computer's console, and built-in ports that have a name but no chip.
    """
    for _ in range(3):
        try:
            found = sorted(serial_list_ports.comports(), key=lambda port: port.device)
            return [_as_said(port) for port in found if is_for_boards(port.device)]
        except (OSError, TypeError, ValueError):
            continue  # an adapter was pulled out while it was being asked
    return []


def _as_said(port: Any) -> PortFacts:
    return PortFacts(
        device=port.device,
        description=port.description if port.description != "n/a" else "",
        manufacturer=port.manufacturer or "",
        serial=port.serial_number or "",
        usb_id=f"{port.vid:04x}:{port.pid:04x}" if port.vid is not None else "",
        location=port.location or "",
    )


def is_for_boards(port: str, ttys: Path = Path("/sys/class/tty")) -> bool:
    """Whether a board may be on it: not the computer's console, nor a built-in port without a chip."""
    tty = ttys / Path(os.path.realpath(port)).name
    return system_says(tty / "console") != "Y" and system_says(tty / "type") != NO_UART


def port_exists(port: str) -> bool:
    """Whether the port is there. On Windows only opening it can tell, so the answer is yes."""
    return not HAS_DEVICE_FILES or Path(port).exists()


def is_character_device(port: str) -> bool:
    """Whether it is a device at all, and not somebody's file."""
    return not HAS_DEVICE_FILES or stat.S_ISCHR(Path(port).stat().st_mode)


def is_permitted(port: str) -> bool:
    """Whether this user may read and write it."""
    return not HAS_DEVICE_FILES or os.access(port, os.R_OK | os.W_OK)


def seen_port(port: str) -> PortFacts:
    """Return what the system says of one port or of what a link leads to; its name only if nothing."""
    names = (port, os.path.realpath(port))
    return next((seen for seen in seen_ports() if seen.device in names), PortFacts(port))


def latency_timer_ms(port: str) -> int | None:
    """Latency timer of an FTDI adapter on Linux; None where there is none."""
    name = Path(os.path.realpath(port)).name
    text = system_says(Path(f"/sys/bus/usb-serial/devices/{name}/latency_timer"))
    return int(text) if text.isdecimal() else None


def holders(port: str, lock_folders: tuple[Path, ...] = LOCK_FOLDERS) -> Iterator[str]:
    """Name other programs that have the port, as ``name (process 123)``.

    Only Linux tells who has it open, and only of programs that this user may look into; a lock file
    that a terminal program left tells of the others.
    """
    real = os.path.realpath(port)
    known = {os.getpid()}
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) not in known and _has_open(process, real):
            known.add(int(process.name))
            yield _named(int(process.name))
    for number in _locked_by(Path(real).name, lock_folders):
        if number not in known and Path(f"/proc/{number}").exists():
            known.add(number)
            yield _named(number)


def _has_open(process: Path, device: str) -> bool:
    try:
        return any(str(fd.readlink()) == device for fd in (process / "fd").iterdir())
    except OSError:
        return False  # it has ended, or belongs to somebody else


def _locked_by(name: str, folders: tuple[Path, ...]) -> Iterator[int]:
    for folder in folders:
        text = system_says(folder / f"LCK..{name}").partition(" ")[0]
        if text.isdecimal():
            yield int(text)


def _named(number: int) -> str:
    name = system_says(Path(f"/proc/{number}/comm")) or Said("a program")
    return Said("{program} (process {number})", program=name, number=number)


def opened_here(port: str) -> bool:
    """Whether this very program has the port open; on Windows no port can be opened twice anyway."""
    try:
        device = Path(port).stat().st_rdev
        handles = [int(handle.name) for handle in Path("/dev/fd").iterdir()]
    except OSError:
        return False
    return any(_is_handle_of(handle, device) for handle in handles)


def _is_handle_of(handle: int, device: int) -> bool:
    try:
        facts = os.fstat(handle)
    except OSError:
        return False  # closed meanwhile
    return stat.S_ISCHR(facts.st_mode) and facts.st_rdev == device


def system_says(path: Path) -> str:
    """Read one of the small files in which Linux tells a fact; empty where it does not."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
