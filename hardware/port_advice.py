"""Why a port cannot be used, in one sentence that says what to do."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from hardware.port_facts import PortFacts

PORT_ERRORS: tuple[type[Exception], ...] = (OSError,)  # pyserial's own is one of these
if sys.platform != "win32":
    import termios

    PORT_ERRORS = (OSError, termios.error)

SLOW_LATENCY_MS: Final = 4
"""Above this the latency timer of an adapter delays the bars visibly."""
MODEM_MANAGER: Final = "ModemManager"
BRLTTY: Final = "brltty"
BRLTTY_USB_IDS: Final = frozenset({"0403:6001", "10c4:ea60", "1a86:7523"})
"""Adapters of many boards that brltty takes for a braille display: FT232R, CP210x, CH340."""
REMOVE_BRLTTY: Final = (
    "if nobody here reads braille run 'sudo apt remove brltty' (or delete the adapter's line from its "
    "udev rules), then plug the board in again"
)

MOST_HOLDERS: Final = 3
"""More names would bury what to do."""


def explain(port: str, error: Exception) -> str:
    """Say why a port could not be opened or used, from the error that said so."""
    text = str(error)
    # On Windows pyserial has no code but names the error, and refuses a port that is in use.
    code = getattr(error, "errno", None) or (errno.ENOENT if "FileNotFoundError" in text else 0)
    if code in (errno.EAGAIN, errno.EBUSY) or (not code and "PermissionError" in text):
        return in_use(port, ())
    if code in (errno.EACCES, errno.EPERM):
        return no_permission(port)
    if code == errno.ENOENT:
        return no_such_port(port)
    reason = os.strerror(code) if code else text
    return f"The port {port} cannot be used ({reason}): unplug the dongle, plug it in and try again."


def no_such_port(port: str) -> str:
    """Sentence for a port that is not there."""
    return f"There is no port {port}: plug in the dongle, or choose one that 'powerhold ports' lists."


def no_port_at_all(port: str) -> str:
    """Sentence for a file that is no device."""
    return f"{port} is not a serial port: choose one that 'powerhold ports' lists."


def in_use(port: str, held_by: Sequence[str], usb_id: str = "") -> str:
    """Sentence for a port that another program has.

    Parameters
    ----------
    port : str
        The port.
    held_by : sequence of str
        Who has it, as ``holders`` says; empty where that cannot be told.
    usb_id : str
        Vendor and product of its adapter, for the rule that keeps a modem manager away.
    """
    names = ", ".join(held_by[:MOST_HOLDERS])
    if len(held_by) > MOST_HOLDERS:
        names += f" and {len(held_by) - MOST_HOLDERS} more"
    if not names:
        suspects = running((MODEM_MANAGER, BRLTTY))
        names = f"another program, perhaps {suspects[0]}" if suspects else "another program"
    if MODEM_MANAGER in names:
        return (
            f"The port {port} is in use by {names}, to see whether it is a modem: wait half a minute and try "
            f"again; the udev rule '{_ignore_rule(usb_id)}' keeps it away for good."
        )
    if BRLTTY in names:
        return f"The port {port} is in use by {names}, for a braille display: {REMOVE_BRLTTY}."
    return f"The port {port} is in use by {names}: close that program and try again."


def _ignore_rule(usb_id: str) -> str:
    vendor, _, product = usb_id.partition(":")
    which = f'ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}", ' if product else ""
    return f'{which}ENV{{ID_MM_DEVICE_IGNORE}}="1"'


def no_permission(port: str) -> str:
    """Sentence for a port that this user may not use, with the group that may."""
    group = group_of_ports(port)
    names = Path(os.path.realpath(port)).name.rstrip("0123456789")
    if _owner(port) == "root" and names:  # a pseudo-terminal has a number only, and no rule makes it
        rule = f'KERNEL=="{names}*", GROUP="{group}", MODE="0660"'
        return (
            f"You may not use the port {port}, which is the superuser's alone: add the udev rule '{rule}', "
            f"run 'sudo usermod -aG {group} $USER', log out and in, and plug the board in again."
        )
    return (
        f"You may not use the port {port}: run 'sudo usermod -aG {group} $USER', log out and in again. "
        f"Serial ports belong to the {group} group."
    )


def group_of_ports(port: str = "") -> str:
    """Return the group that may use serial ports: that of the port, else dialout or, on Arch, uucp."""
    owner = _owner(port)
    return "dialout" if owner in ("", "root", "tty") else owner


def _owner(port: str) -> str:
    """Name the group that owns a port; empty where there is none."""
    try:
        return Path(port).group() if port else ""
    except (KeyError, OSError, NotImplementedError):
        return ""


def slow_adapter(port: str, latency_ms: int) -> str:
    """Sentence for an adapter that holds bytes back."""
    name = Path(os.path.realpath(port)).name
    return (
        f"The adapter holds data back for {latency_ms} ms, which delays the bars but no number: for quicker "
        f"bars run 'echo 1 | sudo tee /sys/bus/usb-serial/devices/{name}/latency_timer'."
    )


def advice_for(port: PortFacts) -> str:
    """Say what is to be done before a port can be used well; empty if nothing."""
    if not port.usable:
        return no_permission(port.device)
    if port.held_by:
        return in_use(port.device, port.held_by, port.usb_id)
    if port.latency_ms is not None and port.latency_ms > SLOW_LATENCY_MS:
        return slow_adapter(port.device, port.latency_ms)
    return ""


def running(names: Iterable[str], processes: Path = Path("/proc")) -> list[str]:
    """Return those of the programs that run here, in the order asked; none where Linux does not tell."""
    here = set()
    for comm in processes.glob("[0-9]*/comm"):
        try:
            here.add(comm.read_text(encoding="utf-8", errors="replace").strip())
        except OSError:
            continue  # it has ended
    return [name for name in names if name in here]


def taken_by_brltty(usb_devices: Path = Path("/sys/bus/usb/devices"), processes: Path = Path("/proc")) -> str:
    """Sentence for an adapter that has no port because a braille program has it; empty if there is none.

    brltty takes the whole adapter from its driver: its port vanishes a moment after it came.
    """
    if not running((BRLTTY,), processes):
        return ""
    for product in sorted(usb_devices.glob("*/idProduct")):
        adapter = product.parent
        try:
            usb_id = ":".join(
                (adapter / name).read_text(encoding="ascii").strip() for name in ("idVendor", "idProduct")
            )
        except OSError:
            continue  # pulled out meanwhile
        if usb_id in BRLTTY_USB_IDS and not any(adapter.glob("*:*/tty*")):
            return (
                f"The USB adapter {usb_id} is plugged in but has no port, because brltty has taken it for a "
                f"braille display: {REMOVE_BRLTTY}."
            )
    return ""
