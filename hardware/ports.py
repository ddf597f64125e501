"""Serial ports: which there are, who holds them, and what to do about those that cannot be used."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import serial

from emg.blocks import SourceUnavailable
from emg.said import Said
from hardware.port_advice import (
    PORT_ERRORS,
    advice_for,
    explain,
    in_use,
    no_permission,
    no_port_at_all,
    no_such_port,
)
from hardware.port_facts import (
    PortFacts,
    holders,
    is_character_device,
    is_for_boards,
    is_permitted,
    latency_timer_ms,
    opened_here,
    port_exists,
    seen_port,
    seen_ports,
)
from hardware.port_memory import PortMemory, find_again

__all__ = [
    "PortFacts",
    "PortMemory",
    "alone",
    "ask",
    "check_port",
    "explain",
    "find_again",
    "holders",
    "latency_timer_ms",
    "list_ports",
    "opened_here",
    "port_exists",
    "port_facts",
    "prepare_port",
]

LISTEN_S: Final = 0.1
"""A board that streams is heard within this time; FTDI adapters hold bytes for 16 ms."""
SETTLE_S: Final = 0.2
"""A board that was told to stop has stopped after this time."""

_TALKS: Final[dict[str, threading.RLock]] = {}
_TALKS_LOCK: Final = threading.Lock()


@contextmanager
def alone(port: str) -> Iterator[None]:
    """Talk to a port while no other part of this program does: opening waits for a probe to end."""
    with _TALKS_LOCK:
        lock = _TALKS.setdefault(os.path.realpath(port), threading.RLock())
    with lock:
        yield


def list_ports() -> list[PortFacts]:
    """List the serial ports of this computer by name; pseudo-terminals are not among them."""
    return [_looked_at(port) for port in seen_ports()]


def port_facts(port: str) -> PortFacts:
    """Tell what is known of one port, listed or not: a link, a pseudo-terminal, a name that is wrong."""
    real = os.path.realpath(port)
    seen = seen_port(port)
    return _looked_at(replace(seen, device=port, description=seen.description or _described(port, real)))


def _described(port: str, real: str) -> str:
    return Said("link to {port}", port=real) if Path(port).is_symlink() else ""


def _looked_at(port: PortFacts) -> PortFacts:
    """Add what takes a look at other programs and at the kernel's settings."""
    problem = _no_port(port.device)
    if problem:
        return replace(port, usable=False, advice=problem)
    looked_at = replace(
        port,
        usable=is_permitted(port.device),
        held_by=tuple(holders(port.device)),
        latency_ms=latency_timer_ms(port.device),
    )
    return replace(looked_at, advice=advice_for(looked_at))


def _no_port(port: str) -> str:
    try:
        if not port_exists(port):
            return no_such_port(port)
        return "" if is_character_device(port) and is_for_boards(port) else no_port_at_all(port)
    except (OSError, ValueError):  # gone meanwhile, or no name of a file at all
        return no_such_port(port)


def check_port(port: str) -> None:
    """Make sure, without opening it, that a port is there, is one, is permitted and is free.

    Raises
    ------
    SourceUnavailable
        With one sentence that says what to do.
    """
    problem = _no_port(port)
    if problem:
        raise SourceUnavailable(problem)
    held_by = tuple(holders(port))
    if held_by:
        raise SourceUnavailable(in_use(port, held_by))
    if not is_permitted(port):
        raise SourceUnavailable(no_permission(port))


def prepare_port(port: str, *, stop: bytes = b"s") -> None:
    """Make sure that a driver can open the port; stop a board that a crashed program left streaming.

    Nothing is sent to a board that is quiet. Blocks for 0.1 s, or 0.3 s if the board streams, and for
    as long as this program probes the port.

    Parameters
    ----------
    port : str
        The port.
    stop : bytes
        What ends the stream of the board that is expected there. Empty for a board that streams
        whenever it has power: such a port is not even opened, which would start many of them anew.

    Raises
    ------
    SourceUnavailable
        If it does not exist, is no serial port, may not be opened, or is in use.
    """
    with alone(port):
        check_port(port)
        if not stop:
            return
        try:
            with serial.Serial(port, 115_200, timeout=LISTEN_S, exclusive=True) as opened:
                if opened.read(1):
                    opened.write(stop)
                    opened.flush()
                    time.sleep(SETTLE_S)
                    opened.reset_input_buffer()
        except PORT_ERRORS as error:
            raise SourceUnavailable(explain(port, error)) from error


def ask(port: str, question: bytes, wait_s: float) -> bytes:
    """Send a question and return what comes back until it ends in ``$$$`` or the time is over.

    Raises
    ------
    OSError
        If the port cannot be opened or used.
    """
    try:
        with alone(port), serial.Serial(port, 115_200, timeout=wait_s, exclusive=True) as opened:
            opened.reset_input_buffer()
            opened.write(question)
            return bytes(opened.read_until(b"$$$", 500))
    except PORT_ERRORS as error:  # of a port pulled at the wrong moment pyserial raises more than it says
        raise OSError(*error.args) from error
