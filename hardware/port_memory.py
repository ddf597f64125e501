"""A port that is found again after its plug was pulled, although its number has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from emg.blocks import SourceUnavailable
from emg.said import Said
from hardware import port_facts
from hardware.port_advice import no_such_port
from hardware.port_facts import PortFacts, seen_ports

LIST_EVERY_S: Final = 0.25
"""Where a port is no file the list of ports must be asked, which takes tens of milliseconds."""


def find_again(known: PortFacts, present: Sequence[PortFacts]) -> PortFacts | None:
    """Find an adapter among those that are plugged in now.

    Parameters
    ----------
    known : PortFacts
        The adapter as it was.
    present : sequence of PortFacts
        What is plugged in.

    Returns
    -------
    PortFacts or None
        The one with the same USB id and serial number, in whatever socket it is; one without a serial
        number only in the socket it was in. None if there is none, or if several are as much alike:
        a wrong board is worse than none.
    """
    if not known.usb_id:
        return next((port for port in present if port.device == known.device), None)
    alike = [port for port in present if (port.usb_id, port.serial) == (known.usb_id, known.serial)]
    same_socket = [port for port in alike if port.location == known.location]
    if same_socket:
        # without a location all sockets are one, and the name decides
        return _only(same_socket) or _only([port for port in same_socket if port.device == known.device])
    if not known.serial:
        return None
    # an adapter with two ports has one serial number: its interfaces tell them apart
    return _only([port for port in alike if _interface(port) == _interface(known)])


def _only(ports: Sequence[PortFacts]) -> PortFacts | None:
    return ports[0] if len(ports) == 1 else None


def _interface(port: PortFacts) -> str:
    return port.location.partition(":")[2]


class PortMemory:
    """Knows a port by its USB adapter from when it is first seen.

    Parameters
    ----------
    port : str
        As people gave it. A link, such as those in ``/dev/serial/by-id``, is followed: whoever made it
        knows the adapter.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, port: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._clock = clock
        self._device = port
        self._node: int | None = None
        self._is_link = False
        self._known: PortFacts | None = None
        self._listed_s = -LIST_EVERY_S
        self._is_listed = True
        self._learn(seen_ports())

    @property
    def serial(self) -> str:
        """Serial number of the adapter, empty if it has none or was never seen."""
        return self._known.serial if self._known is not None else ""

    def current(self) -> str:
        """Return the device to open now.

        Raises
        ------
        SourceUnavailable
            If it is not plugged in, with one sentence that says what to do.
        """
        present = seen_ports()
        self._learn(present)
        self._device = self._find(present)
        self._node = _node(self._device)
        self._listed_s = self._clock()
        self._is_listed = True
        return self._device

    def gone(self) -> bool:
        """Whether the device that ``current`` gave has been pulled out.

        Costs one look at the file system; on Windows, where ports are no files, a list of the ports
        four times a second.
        """
        if port_facts.HAS_DEVICE_FILES:
            node = _node(self._device)
            return node is None or (self._node is not None and node != self._node)
        if self._known is None:
            return False  # a port that Windows never listed cannot vanish from its list
        if self._clock() - self._listed_s >= LIST_EVERY_S:
            self._listed_s = self._clock()
            self._is_listed = self._device in [port.device for port in seen_ports()]
        return not self._is_listed

    def _learn(self, present: Sequence[PortFacts]) -> None:
        self._is_link = self._is_link or Path(self._port).is_symlink()
        if self._known is None or self._is_link:
            names = (self._port, os.path.realpath(self._port))
            self._known = next((port for port in present if port.device in names), self._known)

    def _find(self, present: Sequence[PortFacts]) -> str:
        if not self._is_link and self._known is not None and self._known.usb_id:
            found = find_again(self._known, present)
            if found is not None:
                return found.device
            raise SourceUnavailable(self._not_found())
        if not port_facts.port_exists(self._port):
            raise SourceUnavailable(self._missing())
        return self._port

    def _not_found(self) -> Said:
        if port_facts.HAS_DEVICE_FILES and Path(self._port).exists():
            return Said(
                "What was on {port} has been pulled out, and something else is there now: plug the "
                "board's own dongle in again.",
                port=self._port,
            )
        return self._missing()

    def _missing(self) -> Said:
        if self._node is None:
            return no_such_port(self._port)
        # no time to choose another
        return Said("The port {port} is gone: plug the dongle in again.", port=self._port)


def _node(device: str) -> int | None:
    """Return the number of a device, which changes when another takes its name; None if it is gone."""
    try:
        return Path(device).stat().st_rdev
    except OSError:
        return None
