"""What a screen reader is told unasked: the word for the state, not more often than it can be said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

AT_MOST_EVERY_S: Final = 1.0

Send: TypeAlias = Callable[[QWidget, str], None]
"""Gives words to the screen reader."""


def send_to_reader(widget: QWidget, text: str) -> None:
    """Give words to the screen reader, which says them after what it is saying."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class Announcer:
    """Tells what has changed, once a second at most; what comes too early is told when its time comes.

    Parameters
    ----------
    send : callable
        Gives words to the screen reader.
    """

    def __init__(self, send: Send = send_to_reader) -> None:
        self._send = send
        self._told = ""
        self._told_at_s = float("-inf")

    def announce(self, widget: QWidget, text: str, now_s: float) -> bool:
        """Tell the word that is shown now; to be called with every view, for the newest word wins.

        Parameters
        ----------
        widget : QWidget
            That shows it.
        text : str
            The word; empty is told to nobody.
        now_s : float
            Host time.

        Returns
        -------
        bool
            Whether it was told now.
        """
        if not text or text == self._told or now_s - self._told_at_s < AT_MOST_EVERY_S:
            return False
        self._told, self._told_at_s = text, now_s
        self._send(widget, text)
        return True
