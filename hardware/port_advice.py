"""Why a port cannot be used, in one sentence that says what to do."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from emg.said import Said, in_a_row
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
REMOVE_BRLTTY: Final = Said(
    "if nobody here reads braille run 'sudo apt remove brltty' (or delete the adapter's line from its "
    "udev rules), then plug the board in again"
)

MOST_HOLDERS: Final = 3
"""More names would bury what to do."""


def explain(port: str, error: Exception) -> Said:
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
    return Said(
        "The port {port} cannot be used ({reason}): unplug the dongle, plug it in and try again.",
        port=port,
        reason=reason,
    )


def no_such_port(port: str) -> Said:
    """Sentence for a port that is not there."""
    return Said(
        "There is no port {port}: plug in the dongle, or choose one that 'powerhold ports' lists.", port=port
    )


def no_port_at_all(port: str) -> Said:
    """Sentence for a file that is no device."""
    return Said("{port} is not a serial port: choose one that 'powerhold ports' lists.", port=port)


def needs_port(board: str) -> Said:
    """Sentence for a board whose port was not said; ``board`` is its title."""
    return Said(
        "The {board} needs a port: say which one with --port; 'powerhold ports' lists them.", board=board
    )


def in_use(port: str, held_by: Sequence[str], usb_id: str = "") -> Said:
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
    names = _named_or_suspected(held_by)
    if MODEM_MANAGER in in_a_row(names):
        return Said(
            "The port {port} is in use by {names}, to see whether it is a modem: wait half a minute and try "
            "again; the udev rule '{rule}' keeps it away for good.",
            port=port,
            names=names,
            rule=_ignore_rule(usb_id),
        )
    if BRLTTY in in_a_row(names):
        return Said(
            "The port {port} is in use by {names}, for a braille display: {remedy}.",
            port=port,
            names=names,
            remedy=REMOVE_BRLTTY,
        )
    return Said(
        "The port {port} is in use by {names}: close that program and try again.", port=port, names=names
    )


def _named_or_suspected(held_by: Sequence[str]) -> tuple[str, ...]:
    if len(held_by) > MOST_HOLDERS:
        return (*held_by[:MOST_HOLDERS], Said("{n} more", n=len(held_by) - MOST_HOLDERS))
    if held_by:
        return tuple(held_by)
    suspects = running((MODEM_MANAGER, BRLTTY))
    return (
        Said("another program, perhaps {program}", program=suspects[0])
        if suspects
        else Said("another program"),
    )


def _ignore_rule(usb_id: str) -> str:
    vendor, _, product = usb_id.partition(":")
    which = f'ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}", ' if product else ""
    return f'{which}ENV{{ID_MM_DEVICE_IGNORE}}="1"'


def no_permission(port: str) -> Said:
    """Sentence for a port that this user may not use, with the group that may."""
    group = group_of_ports(port)
    names = Path(os.path.realpath(port)).name.rstrip("0123456789")
    if _owner(port) == "root" and names:  # a pseudo-terminal has a number only, and no rule makes it
        rule = f'KERNEL=="{names}*", GROUP="{group}", MODE="0660"'
        return Said(
            "You may not use the port {port}, which is the superuser's alone: add the udev rule '{rule}', "
            "run 'sudo usermod -aG {group} $USER', log out and in, and plug the board in again.",
            port=port,
            rule=rule,
            group=group,
        )
    return Said(
        "You may not use the port {port}: run 'sudo usermod -aG {group} $USER', log out and in again. "
        "Serial ports belong to the {group} group.",
        port=port,
        group=group,
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


def slow_adapter(port: str, latency_ms: int) -> Said:
    """Sentence for an adapter that holds bytes back."""
    name = Path(os.path.realpath(port)).name
    return Said(
        "The adapter holds data back for {ms} ms, which delays the bars but no number: for quicker "
        "bars run 'echo 1 | sudo tee /sys/bus/usb-serial/devices/{adapter}/latency_timer'.",
        ms=latency_ms,
        adapter=name,
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
            return Said(
                "The USB adapter {usb_id} is plugged in but has no port, because brltty has taken it for a "
                "braille display: {remedy}.",
                usb_id=usb_id,
                remedy=REMOVE_BRLTTY,
            )
    return ""
