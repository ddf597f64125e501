"""The only object that both the session's thread and the window's thread touch."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, QThread, Signal

from emg.live_view import LiveView
from emg.stage import Event
from ui.session.front import SessionControl, SessionEnd

__all__ = ["Bridge", "SessionControl", "SessionEnd"]


class Bridge(QObject):
    """Carries views, events and the end from any thread to the window's thread.

    The newest view wins and every event arrives, in order. At most one wake is ever pending, so a
    window that stands still builds up no lag and no queue of views.

    Parameters
    ----------
    patience_s : float
        How long a view's poster waits at most until it is painted. Python runs one thread at a time: a
        poster that went on at once would take the time of the paint it has just asked for.

    Signals
    -------
    view_changed(LiveView), event_raised(Event), ended(SessionEnd)
        Emitted in the thread that made the bridge, in the order events, view, end.
    """

    view_changed = Signal(object)
    event_raised = Signal(object)
    ended = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, *, patience_s: float = 0.0) -> None:
        super().__init__(parent)
        self._patience_s = patience_s
        self._painted = threading.Event()
        self._lock = threading.Lock()
        self._view: LiveView | None = None
        self._events: list[Event] = []
        self._end: SessionEnd | None = None
        self._wake_pending = False
        # queued whatever the thread: a post never runs a slot of the window in the caller
        self._woken.connect(self.deliver, Qt.ConnectionType.QueuedConnection)

    def post_view(self, view: LiveView) -> None:
        """Take a view from any thread; one that was not drawn yet is forgotten."""
        with self._lock:
            self._view = view
            wake = self._claim_wake()
        if not wake:
            return
        self._painted.clear()
        self._woken.emit()
        if self._patience_s and QThread.currentThread() is not self.thread():
            self._painted.wait(self._patience_s)

    def painted(self) -> None:
        """Let the poster go on: what it posted is on the screen."""
        self._painted.set()

    def post_event(self, event: Event) -> None:
        """Take an event from any thread; none is ever dropped."""
        with self._lock:
            self._events.append(event)
            wake = self._claim_wake()
        if wake:
            self._woken.emit()

    def post_end(self, end: SessionEnd) -> None:
        """Take the end of the session from any thread."""
        with self._lock:
            self._end = end
            wake = self._claim_wake()
        if wake:
            self._woken.emit()

    def deliver(self) -> None:
        """Emit what is waiting; runs in the window's thread, once for each wake."""
        with self._lock:
            events, self._events = self._events, []
            view, self._view = self._view, None
            end, self._end = self._end, None
            self._wake_pending = False
        for event in events:
            self.event_raised.emit(event)
        if view is not None:
            self.view_changed.emit(view)
        if end is not None:
            self.ended.emit(end)

    def _claim_wake(self) -> bool:
        """Whether the caller is to wake the window; the lock is held."""
        if self._wake_pending:
            return False
        self._wake_pending = True
        return True
