"""A short conversation over a serial port, with nothing left unread behind it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import serial

READ_S: Final = 0.02
WRITE_S: Final = 0.5
"""A write that takes longer goes to an adapter that has hung."""
SILENCE_S: Final = 0.25
"""A board that has said nothing for so long has said all; a radio speaks every 30 ms at the slowest."""
DRAIN_S: Final = 1.5
MOST_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Heard:
    """What came, and in how long.

    Attributes
    ----------
    data : bytes
        At most ``MOST_BYTES``.
    seconds : float
        How long was listened.
    """

    data: bytes
    seconds: float


class Talk:
    """An open port.

    Parameters
    ----------
    opened : serial.Serial
        The port, opened with a short timeout.
    """

    def __init__(self, opened: serial.Serial) -> None:
        self._opened = opened

    def set_baud(self, baud: int) -> bool:
        """Change the speed; False if the adapter or its driver cannot. The port stays open."""
        try:
            self._opened.baudrate = baud
        except ValueError:
            return False
        return True

    def say(self, words: bytes) -> None:
        """Send bytes; none are fine."""
        if words:
            self._opened.write(words)
            self._opened.flush()

    def listen(self, seconds: float, end: bytes = b"") -> Heard:
        """Take what comes, for so long or until it holds ``end``."""
        start_s = time.monotonic()
        data = bytearray()
        while (elapsed_s := time.monotonic() - start_s) < seconds:
            data += self._read()
            if (end and end in data) or len(data) >= MOST_BYTES:
                break
        return Heard(bytes(data[:MOST_BYTES]), max(elapsed_s, time.monotonic() - start_s))

    def drain(self) -> bool:
        """Throw away what comes until nothing does; False if it never ends."""
        start_s = last_s = time.monotonic()
        while (now_s := time.monotonic()) - start_s < DRAIN_S:
            if self._read():
                last_s = now_s
            elif now_s - last_s >= SILENCE_S:
                return True
        return False

    def _read(self) -> bytes:
        return bytes(self._opened.read(max(1, self._opened.in_waiting)))


@contextmanager
def talk_to(port: str, baud: int) -> Iterator[Talk]:
    """Open a port for a conversation, for this program alone.

    Opening raises DTR, which starts an Arduino anew: no operating system lets that be avoided, and
    the next program that opens the port does the same. So only one opening is made, whatever is asked.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    with serial.Serial(port, baud, timeout=READ_S, write_timeout=WRITE_S, exclusive=True) as opened:
        yield Talk(opened)
