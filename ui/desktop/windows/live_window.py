"""The athlete's window: the muscles, the keys, the summary; alone, it has the therapist's page too."""

from __future__ import annotations

import time

from ui.desktop.bridge import Bridge, SessionControl
from ui.desktop.controls import Controls
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.session_page import SessionPage
from ui.desktop.windows.session_window import PaintTimes, SessionWindow
from ui.reading.muscles import Clock


class LiveWindow(SessionWindow):
    """One athlete, four bars, one coach.

    Parameters
    ----------
    control : SessionControl
        Where key presses go.
    bridge : Bridge
        Where views and the end come from.
    clock : callable
        Host time in seconds.
    theme : Theme
        Colours.
    controls : Controls or None
        Shared with the therapist's window; None to make them here.
    latencies : PaintTimes or None
        Gets the time of every paint of a new view.
    """

    def __init__(
        self,
        control: SessionControl,
        bridge: Bridge,
        *,
        clock: Clock = time.monotonic,
        theme: Theme = DARK,
        controls: Controls | None = None,
        latencies: PaintTimes | None = None,
    ) -> None:
        own = controls or Controls(control, clock=clock)
        super().__init__(own, clock=clock, theme=theme, latencies=latencies)
        self.session = SessionPage(clock, theme)
        self.add_face(self.session, self.session)
        bridge.view_changed.connect(self.show_view)
        bridge.ended.connect(self.show_end)
        self.painted.connect(bridge.painted)
