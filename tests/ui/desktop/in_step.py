"""A session that goes on no faster than its window."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread

from emg.live_view import LiveView
from ui.desktop.bridge import Bridge

LIMIT_S = 2.0
"""A window that is gone keeps no session waiting for ever."""


def keep_in_step(bridge: Bridge) -> None:
    """Let the window see every view, however long it stands still: else a short phase passes unseen.

    People have seconds for what a simulated session of eight times the speed shows for some tenths.
    """
    delivered = threading.Event()
    post = bridge.post_view

    def post_view(view: LiveView) -> None:
        delivered.clear()
        post(view)
        if QThread.currentThread() is not bridge.thread():
            delivered.wait(LIMIT_S)

    bridge.view_changed.connect(lambda _: delivered.set())
    bridge.post_view = post_view  # type: ignore[method-assign]
