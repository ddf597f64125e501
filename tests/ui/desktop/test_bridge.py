"""The one object that crosses threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from emg.codes import EventKind
from emg.live_view import LiveView
from emg.stage import Event
from tests.ui.views import at
from ui.desktop.bridge import Bridge
from ui.session.front import SessionEnd


def in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work, name="emg-test-poster")
    thread.start()
    thread.join(10.0)
    assert not thread.is_alive()


def test_when_the_window_stands_still_only_the_newest_view_is_drawn(qtbot: QtBot) -> None:
    """A queue of old views would make the bars lag behind the muscle, more with every stutter."""
    bridge, seen = Bridge(), []
    bridge.view_changed.connect(lambda view: seen.append(view.time_s))

    def post() -> None:
        for n in range(200):
            bridge.post_view(at(float(n)))

    in_a_thread(post)
    assert seen == []  # nothing runs in the poster's thread
    qtbot.waitUntil(lambda: bool(seen))
    QCoreApplication.processEvents()
    assert seen == [199.0]


def test_views_that_come_later_are_drawn_as_well(qtbot: QtBot) -> None:
    """A wake that is lost once would freeze the window for good."""
    bridge, seen = Bridge(), []
    bridge.view_changed.connect(lambda view: seen.append(view.time_s))
    for time_s in (1.0, 2.0, 3.0):
        in_a_thread(partial(bridge.post_view, at(time_s)))
        qtbot.waitUntil(partial(seen.__contains__, time_s))
    assert seen == [1.0, 2.0, 3.0]


def test_every_event_arrives_in_order(qtbot: QtBot) -> None:
    """A cue or a result that is lost leaves the athlete waiting for it."""
    bridge, seen = Bridge(), []
    bridge.event_raised.connect(lambda event: seen.append(event.sample))

    def post() -> None:
        for sample in range(500):
            bridge.post_event(Event(sample, EventKind.CUE))
            bridge.post_view(at(sample / 250))

    in_a_thread(post)
    qtbot.waitUntil(lambda: len(seen) == 500)
    assert seen == list(range(500))


def test_one_wake_carries_all_that_waits(qtbot: QtBot) -> None:
    """One wake for every post would starve every timer of the window."""
    bridge, wakes = Bridge(), []
    bridge._woken.connect(lambda: wakes.append(1))
    for n in range(50):
        bridge.post_view(at(float(n)))
        bridge.post_event(Event(n, EventKind.CUE))
    with qtbot.waitSignal(bridge.view_changed):
        pass
    assert len(wakes) == 1


def test_slots_run_in_the_windows_thread(qtbot: QtBot) -> None:
    """A widget that is touched from another thread crashes the process."""
    bridge, threads = Bridge(), []
    bridge.view_changed.connect(lambda view: threads.append(threading.current_thread()))
    in_a_thread(lambda: bridge.post_view(at(1.0)))
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.main_thread()]


def test_the_end_comes_after_everything_before_it(qtbot: QtBot) -> None:
    """A summary that overtakes the last hold would miss it."""
    bridge, order = Bridge(), []
    bridge.view_changed.connect(lambda view: order.append("view"))
    bridge.event_raised.connect(lambda event: order.append("event"))
    bridge.ended.connect(lambda end: order.append(end.message))

    def post() -> None:
        bridge.post_view(at(1.0))
        bridge.post_event(Event(1, EventKind.SESSION_ENDED))
        bridge.post_end(SessionEnd("over"))

    in_a_thread(post)
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == ["event", "view", "over"]


def test_a_slot_that_raises_does_not_silence_the_bridge(qtbot: QtBot) -> None:
    """One bad paint must not freeze the window for the rest of the session."""
    bridge, seen = Bridge(), []

    def raise_once(view: LiveView) -> None:
        seen.append(view.time_s)
        if len(seen) == 1:
            raise RuntimeError("first view")

    bridge.view_changed.connect(raise_once)
    with qtbot.captureExceptions() as raised:
        bridge.post_view(at(1.0))
        qtbot.waitUntil(lambda: len(seen) == 1)
        bridge.post_view(at(2.0))
        qtbot.waitUntil(lambda: len(seen) == 2)
    assert len(raised) == 1


def test_the_poster_lets_the_picture_be_painted_before_it_goes_on(qtbot: QtBot) -> None:
    """Else the two share the interpreter, and each view is painted late."""
    bridge = Bridge(patience_s=30.0)
    gone_on = threading.Event()

    def post() -> None:
        bridge.post_view(at(1.0))
        gone_on.set()

    threading.Thread(target=post, name="emg-test-poster", daemon=True).start()
    with qtbot.waitSignal(bridge.view_changed):
        pass
    assert not gone_on.is_set(), "shown, and not painted yet"
    bridge.painted()
    assert gone_on.wait(10.0)


def test_a_window_that_stands_still_holds_no_board_up(qtbot: QtBot) -> None:
    """Else samples pile up in the board, and nothing is recorded."""
    bridge = Bridge(patience_s=0.005)
    in_a_thread(lambda: bridge.post_view(at(1.0)))  # nobody paints: this comes back all the same

    def post_more() -> None:
        for n in range(2, 20_000):  # each its patience: 100 s
            bridge.post_view(at(float(n)))

    in_a_thread(post_more)


def test_the_window_itself_never_waits_for_its_own_paint(qtbot: QtBot) -> None:
    """Else every view that comes from a key stops the program for as long as its patience lasts."""
    bridge = Bridge(patience_s=3600.0)
    bridge.post_view(at(1.0))
