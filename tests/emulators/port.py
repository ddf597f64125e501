"""The board's end of a pseudo-terminal, and the link that leads to the computer's end."""

from __future__ import annotations

import os
import select
import tty
from pathlib import Path


class Port:
    """A port that can be pulled and put back.

    Parameters
    ----------
    link : Path or None
        Symbolic link to the port, which stays the same when it is pulled and put back.

    Attributes
    ----------
    name : str
        What to connect to: the link if there is one.
    """

    def __init__(self, link: Path | None) -> None:
        self.name = ""
        self._link = link
        self._device = ""
        self._master = -1

    @property
    def is_open(self) -> bool:
        """Whether it is there."""
        return self._master >= 0

    def plug_in(self) -> None:
        """Make the port; its number is not the one it had before."""
        master, device = _pseudo_terminal()
        if device == self._device:
            taken, (master, device) = master, _pseudo_terminal()
            os.close(taken)
        self._master, self._device, self.name = master, device, device
        if self._link is not None:
            self._link.symlink_to(device)
            self.name = str(self._link)

    def hang_up(self) -> None:
        """Let the port vanish, whoever has it open."""
        os.close(self._master)
        self._master = -1
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def state(self) -> tuple[bool, bool]:
        """Whether somebody has it open, and whether something has come."""
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        state = dict(poll.poll(0)).get(self._master, 0)
        return not state & select.POLLHUP, bool(state & select.POLLIN)

    def read(self) -> bytes:
        """Return what has come."""
        return os.read(self._master, 4096)

    def write(self, data: bytes) -> int:
        """Send what there is room for, and return how many bytes that was."""
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0


def _pseudo_terminal() -> tuple[int, str]:
    """Make a pair; return the board's end, and the name of the computer's."""
    master, slave = os.openpty()
    os.set_blocking(master, False)
    # The settings of a pseudo-terminal outlive its last user, so nobody need hold it open.
    tty.setraw(slave)
    device = os.ttyname(slave)
    os.close(slave)
    return master, device
