"""Read from an emulated board as any program would, and compare with what it says it has sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import serial

from tests.emulators.pty_board import IntArray, PtyBoard

PATIENCE_S = 30.0
LOOK_S = 0.1
TELLING = 5
"""So many packets in a row are not there twice; nothing may be missing between the last ones."""


@contextmanager
def opened(board: PtyBoard) -> Iterator[serial.Serial]:
    """Open the board's port."""
    with serial.Serial(board.port, 115_200, timeout=LOOK_S) as port:
        yield port


def read_until(port: serial.Serial, enough: Callable[[bytes], bool]) -> bytes:
    """Read until that is enough."""
    data = b""
    deadline_s = time.monotonic() + PATIENCE_S
    while not enough(data):
        assert time.monotonic() < deadline_s, f"this came, and no more: {data[-200:]!r}"
        data += port.read(max(1, port.in_waiting))
    return data


def read_bytes(port: serial.Serial, n: int) -> bytes:
    """Read so many bytes or more."""
    return read_until(port, lambda data: len(data) >= n)


def read_what_was_sent(
    port: serial.Serial, board: PtyBoard, pack: Callable[[PtyBoard], list[bytes]]
) -> tuple[IntArray, bytes]:
    """Find every packet that the board says it has sent, in order, in what comes.

    Returns
    -------
    numbers : ndarray
        Of those packets.
    rest : bytes
        All that came before the end of the last of them and is none of them.
    """
    numbers, expected = board.sent_numbers(), pack(board)
    expected = expected[: len(numbers)]
    end = b"".join(expected[-TELLING:])
    data = read_until(port, lambda data: end in data)
    rest, start = b"", 0
    for packet in expected:
        place = data.find(packet, start)
        assert place >= 0, "a packet that was sent has not come"
        rest += data[start:place]
        start = place + len(packet)
    return np.asarray(numbers), rest
