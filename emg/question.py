"""The question after a re-open: were the electrodes touched? Only people know what the reference is worth."""

from __future__ import annotations

from typing import Final

from emg.codes import ELECTRODES_TOUCHED, CommandKind, EventKind
from emg.stage import Command, Event, JsonValue

READ_S: Final = 0.7
"""An answer pressed sooner than this was meant for what stood on the screen before the question."""


def was_unread(command: Command, shown_at: int, fs_hz: float) -> bool:
    """Whether a key was meant for what stood on the screen before.

    Parameters
    ----------
    command : Command
        The key; one whose press is not dated is taken as read.
    shown_at : int
        Sample from which on the new thing was shown.
    fs_hz : float
        Sampling rate.
    """
    return command.sample is not None and command.sample < shown_at + round(READ_S * fs_hz)


class ElectrodesQuestion:
    """Due at a tick, then open until it is answered.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.

    Attributes
    ----------
    code : str
        ``ELECTRODES_TOUCHED`` while it is open, else empty.
    due_sample : int or None
        From which tick on it is to be asked; None if it is not.
    goes_on : bool
        Whether the session runs on after "no": it does not where somebody had paused it before.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._asked_at = 0
        self.code = ""
        self.due_sample: int | None = None
        self.goes_on = True

    def is_due(self, sample: int) -> bool:
        """Whether it is to be asked at this tick."""
        return self.due_sample is not None and sample >= self.due_sample

    def ask(self, sample: int, *, paused: bool) -> None:
        """Open it; one that is open already stays what it was."""
        if not self.code:
            self.goes_on = not paused
        self.due_sample = None
        self._asked_at = sample
        self.code = ELECTRODES_TOUCHED

    def answered(self, command: Command) -> bool | None:
        """Close it by a key: True for touched, False for not; None if the key is no answer."""
        if was_unread(command, self._asked_at, self._fs_hz):
            return None
        touched = {CommandKind.NEXT: False, CommandKind.RESUME: False, CommandKind.BACK: True}
        answer = touched.get(command.kind)
        if answer is not None:
            self.code = ""
        return answer


def answered_event(sample: int, *, touched: bool) -> Event:
    """Make the event that tells the answer; it follows from the key that gave it."""
    detail: dict[str, JsonValue] = {"question": ELECTRODES_TOUCHED, "touched": touched}
    return Event(sample, EventKind.ANSWERED, detail=detail)
