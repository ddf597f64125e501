"""What a session's view says of its board: looked for since when and why, and what is worth knowing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from emg.codes import SignalState
from emg.live_view import LiveView
from ui.words.told import told

NOTICE_S: Final = 20.0
"""How long a notice stands on the screen; it stays in the record."""


class News:
    """Keeps what the acquisition has told, for every view until it no longer holds.

    Parameters
    ----------
    clock : callable
        Monotonic host time in seconds.

    Attributes
    ----------
    standing : str
        A sentence that stands as long as nothing newer is to be said, in the language of the program.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.standing = ""
        self._clock = clock
        self._problem = ""
        self._since_s: float | None = clock()
        self._notice = ""
        self._notice_s = 0.0
        self._lost = False

    @property
    def signal(self) -> SignalState | None:
        """Lost, as long as the board is being looked for; else None: the session knows better."""
        return SignalState.LOST if self._lost else None

    def lost(self, problem: str, since_s: float) -> None:
        """Take note that the board is looked for, or of another reason why it is not found."""
        self._lost, self._problem, self._since_s = True, told(problem), since_s

    def streams(self) -> None:
        """Take note that samples come."""
        if self._since_s is not None:
            self._lost, self._problem, self._since_s = False, "", None

    def notice(self, sentence: str) -> None:
        """Take note of a sentence that is worth saying for a while."""
        self._notice, self._notice_s = told(sentence), self._clock()

    def told(self, view: LiveView, stale_after_s: float) -> LiveView:
        """Add what is known to a view."""
        if self._notice and self._clock() - self._notice_s > NOTICE_S:
            self._notice = ""
        return replace(
            view,
            stale_after_s=stale_after_s,
            problem=self._problem,
            since_s=self._since_s,
            notice=self._notice or self.standing,
        )
