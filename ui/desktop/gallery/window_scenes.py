"""Pictures of what the windows themselves show: the keys, a question, a fault, and both people's pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from emg.codes import CommandKind, Phase
from emg.results import Presser
from ui.desktop.bridge import Bridge
from ui.desktop.controls import Controls
from ui.desktop.gallery.history_scenes import SESSION, training_set
from ui.desktop.gallery.pictured_views import HOLDING
from ui.desktop.gallery.therapist_scenes import HOLDING as LOOKED_AT
from ui.desktop.gallery.therapist_scenes import NOW_S, pictured_page
from ui.desktop.gallery.therapist_scenes import WORKING as HELD
from ui.desktop.keys import Action
from ui.desktop.starting import Cover
from ui.desktop.theme import Theme
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.therapist_window import TherapistWindow
from ui.session.front import SessionEnd
from ui.words import key_words


class _Nobody:
    """A session that hears nothing."""

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        """Let it be."""

    def stop(self) -> None:
        """Let it be."""


class _Muted:
    """A sound that somebody has turned off."""

    problem, muted = "", True

    def toggle_mute(self) -> None:
        """Let it be."""

    def toggle_tone(self) -> None:
        """Let it be."""


def window_scenes(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """Make each window with its name."""
    keys = _window(theme)
    keys.show_help()
    yield "window_keys", keys
    for action in (Action.END, Action.CALIBRATE):
        asking = _window(theme)
        asking.controls.do(action, asking)
        yield f"window_asks_{action.value}", asking
    paused = _window(theme)
    paused.controls.trouble()
    paused.show_view(replace(paused.controls.view, paused=True))
    yield "window_problem", paused
    broken = _window(theme)
    broken.cover_up()
    yield "window_broken", broken
    muted = _window(theme, _Muted())
    muted.show_badge(key_words.MUTED)
    yield "window_muted", muted
    resting = _window(theme)
    resting.sets = lambda: ([training_set()], None)
    resting.show_view(replace(resting.controls.view, stage=replace(HELD, phase=Phase.REST, countdown_s=40.0)))
    resting.show_pictures()
    yield "window_pictures", resting
    ended = _window(theme)
    ended.show_end(SessionEnd("The port /dev/ttyUSB0 is gone: plug the dongle in again.", 3, SESSION, 4))
    ended.show_failure(
        key_words.REPORT_SAVED.format(path="~/.local/share/powerhold/reports/20260612T093011Z.txt")
    )
    yield "window_failure", ended
    yield "window_cover", Cover(theme)
    yield from _therapists(theme)


def _therapists(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """Make the therapist's window as it stands on a screen of its own, and what it covers its page with."""
    for name, act in {
        "therapist_window": TherapistWindow.come_forward,
        "therapist_window_broken": TherapistWindow.cover_up,
        "therapist_window_keys": TherapistWindow.show_help,
    }.items():
        controls = Controls(_Nobody(), clock=_clock, sound=_Muted())
        window = TherapistWindow(controls, Bridge(), clock=_clock, theme=theme)
        page = pictured_page(theme)
        window.add_face(page, page, page)
        window.show_view(LOOKED_AT)
        window.show_page(page)
        window.show_badge(key_words.MUTED)
        act(window)
        yield name, window


def _clock() -> float:
    return NOW_S


def _window(theme: Theme, sound: _Muted | None = None) -> LiveWindow:

    control = _Nobody()
    controls = Controls(control, clock=_clock, sound=sound)
    window = LiveWindow(control, Bridge(), clock=_clock, theme=theme, controls=controls)
    window.show_view(HOLDING)
    return window
