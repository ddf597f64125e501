"""Two windows on the screens of a platform that has as many as it is told; run as a program of its own."""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from tests.ui.desktop.hands import Inbox, PlainPage
from tests.ui.views import HOLDING
from ui.desktop.bridge import Bridge
from ui.desktop.controls import Controls
from ui.desktop.screens import Screens
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.therapist_window import TherapistWindow


def main() -> None:
    """Open the windows, take the second screen away, give it back; print where they are each time."""
    app = QApplication(sys.argv)
    control, bridge = Inbox(), Bridge()
    controls = Controls(control)
    page = PlainPage()
    athlete = LiveWindow(control, bridge, controls=controls)
    screens = Screens(athlete, lambda: TherapistWindow(controls, bridge), page, page, page)
    found: list[dict[str, Any]] = []

    def look() -> None:
        for _ in range(5):
            app.processEvents()
        # the therapist's window draws with its next beat
        while screens.therapist is not None and page.view.time_s != HOLDING.time_s:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        therapist = screens.therapist
        found.append(
            {
                "screens": len(app.screens()),
                "athlete_on": athlete.screen().name(),
                "full": athlete.isFullScreen(),
                "athlete": athlete.geometry().getRect(),
                "therapist_on": therapist.screen().name() if therapist else None,
                "therapist_full": therapist.isFullScreen() if therapist else None,
                "page_in": "athlete" if page.window() is athlete else "therapist",
                "both_draw": (athlete.session.view.time_s, page.view.time_s),
            }
        )

    screens.open()
    bridge.post_view(HOLDING)
    look()
    second = app.screens()[-1]
    for signal in (app.screenRemoved, app.screenAdded):
        signal.emit(second)
        look()
    print(json.dumps(found))  # noqa: T201
    athlete._ended = True


if __name__ == "__main__":
    main()
