"""Two windows, one view: what each shows, where each stands, and how long a paint takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import CommandKind
from emg.live_view import LiveView
from tests.fakes import ManualClock
from tests.ui.desktop.hands import Inbox, Key, PlainPage, Switches
from tests.ui.views import HOLDING, NOW_S, at
from ui.desktop.bridge import Bridge
from ui.desktop.controls import Controls
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.session_window import SessionWindow
from ui.desktop.windows.therapist_window import TherapistWindow
from ui.session.front import SessionEnd
from ui.words import key_words, words

ROOT = Path(__file__).resolve().parents[3]
LAPTOP = {"name": "laptop", "x": 0, "y": 0, "width": 1366, "height": 768}
TELEVISION = {"name": "television", "x": 1366, "y": 0, "width": 1920, "height": 1080}
MIRROR = {"name": "mirror", "x": 0, "y": 0, "width": 1366, "height": 768}
USUAL = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}


@dataclass
class Times:
    """Paints of new views."""

    added: list[tuple[float, float]] = field(default_factory=list)

    def add(self, host_time_s: float, painted_s: float) -> None:
        self.added.append((host_time_s, painted_s))


class Pair:
    """The two windows of a session, or one with both pages."""

    def __init__(self, qtbot: QtBot, *, alone: bool) -> None:
        self.qtbot, self.clock, self.inbox = qtbot, ManualClock(NOW_S), Inbox()
        self.bridge, self.times, self.sound = Bridge(), Times(), Switches()
        self.controls = Controls(self.inbox, clock=self.clock, sound=self.sound)
        self.page = PlainPage()
        self.athlete = LiveWindow(
            self.inbox, self.bridge, clock=self.clock, controls=self.controls, latencies=self.times
        )
        self.therapist = TherapistWindow(self.controls, self.bridge, clock=self.clock)
        self.windows: list[SessionWindow] = [self.athlete] if alone else [self.therapist, self.athlete]
        (self.athlete if alone else self.therapist).add_face(self.page, self.page, self.page)
        if not alone:
            self.athlete.partner, self.therapist.partner = self.therapist, self.athlete
        for window in self.windows:
            qtbot.addWidget(window, before_close_func=lambda window: setattr(window, "_ended", True))
            window.resize(1000, 700)
            with qtbot.waitExposed(window):
                window.show()

    def show(self, time_s: float) -> None:
        self.bridge.post_view(replace(at(time_s), host_time_s=self.clock.now_s))
        self.bridge.deliver()

    @property
    def shown(self) -> str:
        """Whose page the athlete's window shows."""
        return "therapist" if self.athlete.page is self.page else "athlete"

    def press(self, window: QWidget, key: Key, after_s: float = 1.0) -> None:
        self.clock.advance(after_s)
        QTest.keyClick(window, key)


@pytest.fixture
def pair(qtbot: QtBot) -> Pair:
    return Pair(qtbot, alone=False)


@pytest.fixture
def one(qtbot: QtBot) -> Pair:
    return Pair(qtbot, alone=True)


# --- what they show


def test_both_windows_draw_the_same_view(pair: Pair) -> None:
    """Else the therapist corrects what the athlete no longer does."""
    pair.show(7.0)
    assert pair.athlete.session.view.time_s == 7.0
    pair.qtbot.waitUntil(lambda: pair.page.view is pair.athlete.session.view)


def test_keys_of_either_window_run_the_session(pair: Pair) -> None:
    """Else a clicker works only while the right window was clicked last."""
    pair.press(pair.therapist, Key.Key_PageDown)
    pair.press(pair.athlete, Key.Key_D)
    assert pair.inbox.kinds == [CommandKind.NEXT, CommandKind.FOOT_DOWN]


def test_what_is_asked_stands_in_both_windows(pair: Pair) -> None:
    """Else the other person presses on, and answers a question that nobody showed."""
    pair.press(pair.therapist, Key.Key_Q)
    assert pair.athlete.session.message.text() == pair.page.said == words.ASK_END


def test_the_end_is_shown_in_both_and_both_go(pair: Pair) -> None:
    """Else a window of a session that is over stands there as if it ran."""
    pair.bridge.post_end(SessionEnd("", 0))
    pair.bridge.deliver()
    assert [window.page is window.summary for window in pair.windows] == [True, True]
    pair.press(pair.athlete, Key.Key_Q)
    assert [window.isVisible() for window in pair.windows] == [False, False]


def test_closing_one_window_after_the_end_closes_both(pair: Pair) -> None:
    """Else the program lives on behind a window that nobody sees."""
    pair.bridge.post_end(SessionEnd("", 0))
    pair.bridge.deliver()
    pair.therapist.close()
    assert not pair.athlete.isVisible()


def test_one_window_shows_both_pages_in_turn(one: Pair) -> None:
    """Else a therapist with one screen never sees the traces."""
    one.show(3.0)
    assert one.page.view.time_s == 0.0, "what nobody looks at is not drawn"
    one.press(one.athlete, Key.Key_Tab)
    assert one.shown == "therapist"
    assert one.page.view.time_s == 3.0, "and is of now when it is"
    one.press(one.athlete, Key.Key_F2)
    assert one.shown == "athlete"


def test_the_help_goes_back_to_the_page_it_came_from(one: Pair) -> None:
    """Else a therapist who looks up a key uncovers the bars of a test hold to the athlete."""
    one.press(one.athlete, Key.Key_Tab)
    one.press(one.athlete, Key.Key_Question)
    one.show(4.0)
    one.press(one.athlete, Key.Key_Space)
    assert one.athlete.page is one.page
    assert one.page.view.time_s == 4.0


def test_n_leads_to_the_notes_wherever_they_are(one: Pair, qtbot: QtBot) -> None:
    """Else a note has to be looked for while somebody stands on one leg."""
    one.press(one.athlete, Key.Key_N)
    assert (one.athlete.page, one.page.noting) == (one.page, 1)
    two = Pair(qtbot, alone=False)
    two.press(two.athlete, Key.Key_N)
    assert two.page.noting == 1


def test_a_page_can_move_to_a_window_of_its_own(one: Pair) -> None:
    """Else a screen that is plugged in later stays empty, or takes the notes with it."""
    one.press(one.athlete, Key.Key_Tab)
    one.athlete.drop_face(one.page)
    one.therapist.add_face(one.page, one.page, one.page)
    one.qtbot.addWidget(one.therapist, before_close_func=lambda window: setattr(window, "_ended", True))
    assert one.athlete.page is one.athlete.session
    one.show(5.0)
    assert one.athlete.session.view.time_s == 5.0
    one.qtbot.waitUntil(lambda: one.page.view.time_s == 5.0)
    one.press(one.athlete, Key.Key_Tab)
    assert one.athlete.page is one.athlete.session


def test_the_badge_of_the_sound_is_below_the_page_and_covers_nothing(one: Pair) -> None:
    """Else nobody knows why it is silent, or the badge hides a number."""
    assert not one.athlete.badge.isVisible()
    one.press(one.athlete, Key.Key_M)
    assert one.athlete.badge.text() == key_words.MUTED

    def beside_each_other() -> bool:
        badge, page = one.athlete.badge.geometry(), one.athlete.session.geometry()
        return badge.height() > 0 and one.athlete.rect().contains(badge) and not page.intersects(badge)

    one.qtbot.waitUntil(beside_each_other)
    assert one.athlete.badge.isVisible()


def test_what_the_keys_do_after_the_end_is_written_there(one: Pair) -> None:
    """Else Space throws somebody out who only wanted to read on."""
    one.athlete.after = key_words.AGAIN_HINT
    one.bridge.post_end(SessionEnd("", 0))
    one.bridge.deliver()
    labels = [label.text() for label in one.athlete.summary.findChildren(QLabel) if label.isVisible()]
    assert any(key_words.AGAIN_HINT in text for text in labels)


def test_old_data_is_noticed_on_the_page_that_is_shown(one: Pair) -> None:
    """Else a page behind the switch key shows bars of a minute ago."""
    one.press(one.athlete, Key.Key_Tab)
    one.qtbot.waitUntil(lambda: one.page.refreshed > 0)


# --- how long it takes


def test_each_painted_view_is_timed_once_at_the_end_of_its_paint(pair: Pair) -> None:
    """Else the latency that is shown is not the one of the screen."""
    pair.show(1.0)
    arrived_s = pair.clock.now_s
    pair.clock.advance(0.004)
    pair.qtbot.waitUntil(lambda: bool(pair.times.added))
    ((host_time_s, painted_s),) = pair.times.added
    assert host_time_s == arrived_s
    assert painted_s == pytest.approx(arrived_s + 0.004)


def test_a_paint_that_shows_nothing_new_is_not_timed(pair: Pair) -> None:
    """Else every look at a page that stands still makes the latency worse."""
    pair.show(1.0)
    pair.qtbot.waitUntil(lambda: bool(pair.times.added))
    pair.athlete._undrawn = pair.athlete.session.view  # it changed nothing, so nothing was painted
    pair.clock.advance(5.0)
    pair.athlete.refresh()
    pair.athlete.session.update()
    for _ in range(3):
        QApplication.processEvents()
    assert len(pair.times.added) == 1


def test_a_view_behind_another_is_not_timed_twice(pair: Pair) -> None:
    """Else a window that stands still counts views that nobody has seen."""
    for time_s in (1.0, 1.02, 1.04):
        pair.clock.advance(0.02)
        pair.show(time_s)
    pair.qtbot.waitUntil(lambda: bool(pair.times.added))
    assert [arrived_s for arrived_s, _ in pair.times.added] == [pytest.approx(NOW_S + 0.06)]


# --- where they stand


@pytest.fixture
def platform(tmp_path: Path) -> Any:
    """Run the two windows on screens of our choice."""

    def on(*screens: dict[str, Any]) -> list[dict[str, Any]]:
        config = tmp_path / "screens.json"
        config.write_text(json.dumps({"screens": [{**USUAL, **screen} for screen in screens]}))
        ran = subprocess.run(
            [sys.executable, "-m", "tests.ui.desktop.two_screens"],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        found: list[dict[str, Any]] = json.loads(ran.stdout)
        return found

    return on


def test_a_second_screen_is_the_athletes_and_its_loss_leaves_two_windows(platform: Any) -> None:
    """Else the therapist's notes fill the television, or a pulled cable takes the athlete's window along."""
    two, gone, back = platform(LAPTOP, TELEVISION)
    assert (two["athlete_on"], two["full"]) == ("television", True)
    assert two["athlete"] == [1366, 0, 1920, 1080]
    assert (two["therapist_on"], two["therapist_full"], two["page_in"]) == ("laptop", False, "therapist")
    assert two["both_draw"] == [HOLDING.time_s, HOLDING.time_s]
    assert (gone["athlete_on"], gone["full"], gone["therapist_on"]) == ("laptop", False, "laptop")
    x, y, width, height = gone["athlete"]
    assert x >= 0
    assert y >= 0
    assert x + width <= 1366
    assert y + height <= 768
    assert (back["athlete_on"], back["full"]) == ("television", True)


@pytest.mark.parametrize("screens", [(LAPTOP,), (LAPTOP, MIRROR)], ids=["one screen", "a mirror of it"])
def test_with_one_picture_one_window_has_both_pages(platform: Any, screens: tuple[dict[str, Any]]) -> None:
    """Else a full window covers the therapist's on a screen that shows the same."""
    first = platform(*screens)[0]
    assert (first["full"], first["therapist_on"], first["page_in"]) == (False, None, "athlete")


# --- when a page cannot draw


def test_a_page_that_cannot_draw_is_covered_until_somebody_goes_on(one: Pair) -> None:
    """Else what it drew last stands there as if it were now."""
    page = one.athlete.session
    draw, fails = page.show_view, True

    def show_view(view: LiveView) -> None:
        if fails:
            raise ValueError("cannot")
        draw(view)

    page.show_view = show_view  # type: ignore[method-assign]
    with one.qtbot.captureExceptions() as raised:
        one.show(1.0)
        one.show(1.02)
    assert [kind for kind, *_ in raised] == [ValueError, ValueError]
    assert one.athlete.page is one.athlete.broken
    fails = False
    one.bridge.post_view(replace(at(1.04), paused=True))
    one.bridge.deliver()
    assert one.athlete.page is one.athlete.broken, "a session that is paused shows nothing else"
    one.show(1.06)
    assert one.shown == "athlete"
    assert page.view.time_s == 1.06
