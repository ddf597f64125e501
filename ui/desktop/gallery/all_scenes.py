"""Pictures of every screen: ``python -m ui.desktop.gallery --out DIR [--all]``.

Drawn from views made by hand, so that each state can be looked at without a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from emg.codes import CommandKind
from emg.results import Presser
from ui.desktop.bridge import Bridge
from ui.desktop.gallery import pictures
from ui.desktop.gallery.door_scenes import door_windows
from ui.desktop.gallery.exercise_scenes import exercise_scenes
from ui.desktop.gallery.first_run_scenes import first_run_scenes
from ui.desktop.gallery.history_scenes import history_scenes
from ui.desktop.gallery.hold_scenes import hold_scenes
from ui.desktop.gallery.pictured_holds import summary
from ui.desktop.gallery.pictured_views import ASKED, HOLDING, NOT_ALLOWED, NOW_S, SCENES, with_ratios
from ui.desktop.gallery.pictures import Scenes
from ui.desktop.gallery.setup_scenes import setup_scenes
from ui.desktop.gallery.summary_scenes import summary_scenes
from ui.desktop.gallery.therapist_scenes import therapist_scenes
from ui.desktop.gallery.window_scenes import window_scenes
from ui.desktop.port_survey import Asked
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.start_window import StartWindow
from ui.session.front import SessionEnd
from ui.words.key_words import AGAIN_HINT


class Nobody:
    """A session control that nobody hears."""

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        """Forget the command."""

    def stop(self) -> None:
        """Forget that the session is to end."""


def windows(theme: Theme = DARK) -> Iterator[tuple[str, QWidget]]:
    """Every screen with its name."""
    yield "start", _start(ASKED, theme)
    yield "start_no_board", _start((), theme)
    yield "start_not_allowed", _start(NOT_ALLOWED, theme)
    yield from door_windows(ASKED, theme)
    views = {**SCENES, **hold_scenes(HOLDING), **exercise_scenes(HOLDING), **setup_scenes(HOLDING)}
    for name, view in views.items():
        window = _live(theme)
        window.show_view(with_ratios(view))
        yield name, window
    asking = _live(theme)
    asking.show_view(HOLDING)
    asking.close()
    yield "asking", asking
    keys = _live(theme)
    keys.show_help()
    yield "keys", keys
    yield from _ends(theme)
    yield from summary_scenes(summary("left"), theme)
    for scenes in OTHERS:
        yield from scenes(theme)


def _ends(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """How a session can end."""
    folder = Path("~/.local/share/powerhold/athletes/runner-07/sessions/20260612T091500Z-power_position")
    for name, end in {
        "summary": SessionEnd("", 0, folder, 16, 16, summary=summary()),
        "summary_sore": SessionEnd("", 0, folder, 16, 16, summary=summary("left")),
        "failed": SessionEnd("The port /dev/ttyUSB0 is not there: plug the dongle in and start again.", 3),
    }.items():
        window = _live(theme)
        window.after = AGAIN_HINT
        window.show_end(end)
        yield name, window


OTHERS: Final[Sequence[Scenes]] = (first_run_scenes, therapist_scenes, window_scenes, history_scenes)
"""Screens that are pictured where they are made."""


def _start(asked: Sequence[Asked], theme: Theme) -> StartWindow:
    start = StartWindow(
        lambda: asked,
        lambda: [("power_position", "Power position")],
        lambda choice: None,
        colours=theme,
    )
    start.fields.show_ports(asked)
    return start


def _live(theme: Theme) -> LiveWindow:
    return LiveWindow(Nobody(), Bridge(), clock=lambda: NOW_S + 0.02, theme=theme)


def main(argv: Sequence[str] | None = None) -> int:
    """Save a picture of every screen."""
    return pictures.main(windows, "ui.desktop.gallery", argv)
