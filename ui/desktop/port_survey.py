"""Asks the ports on a thread of its own: it takes seconds, and no window waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.words import start_words

Asked: TypeAlias = tuple[PortFacts, Answer | None]
"""A port, and what answers there; None where nothing was asked."""

Look: TypeAlias = Callable[[], Sequence[Asked]]
"""Asks at all ports; may take seconds."""


class PortSurvey(QObject):
    """Runs one survey at a time.

    Parameters
    ----------
    look : callable
        Called on the thread ``emg-survey``.

    Signals
    -------
    answered(list of Asked), failed(str)
        In the thread that made the object; one of them for each ``start`` that returned True.
    """

    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._thread: threading.Thread | None = None
        self.running = False
        """Whether ports are being asked now; no more from when the answer is told."""

    def start(self) -> bool:
        """Begin to ask, unless it is being done already; returns whether it began."""
        if self.running:
            return False
        self.running = True
        # it is let finish when the program ends: a board that is half asked could not be opened next
        self._thread = threading.Thread(target=self._run, name="emg-survey")
        self._thread.start()
        return True

    def wait(self) -> None:
        """Wait for the answers."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            found = list(self._look())
        except Exception as error:  # whatever it is, the window must not go on saying that it looks
            sentence = start_words.SURVEY_FAILED.format(error=repr(error))
            self._tell(lambda: self.failed.emit(sentence))
        else:
            self._tell(lambda: self.answered.emit(found))

    def _tell(self, emit: Callable[[], None]) -> None:
        self.running = False
        with suppress(RuntimeError):  # the window, and this object with it, is gone
            emit()
