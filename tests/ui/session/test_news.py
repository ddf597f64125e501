"""What a view says of its board, beyond what the session itself knows."""

from __future__ import annotations

from emg.codes import SignalState
from emg.live_view import LiveView
from tests.fakes import ManualClock
from ui.session.news import NOTICE_S, News


def test_a_lost_board_stays_lost_until_samples_come() -> None:
    """Else fifty silences later the screen says "no signal", and nobody learns that the dongle fell out."""
    news = News(ManualClock(100.0))
    news.streams()
    assert news.told(LiveView(), 0.3).since_s is None
    news.lost("The dongle is gone: plug it in.", since_s=90.0)
    news.lost("There is no port /dev/x: plug the dongle in.", since_s=90.0)
    view = news.told(LiveView(), 0.3)

    assert (news.signal, view.problem) == (SignalState.LOST, "There is no port /dev/x: plug the dongle in.")
    assert view.since_s == 90.0
    news.streams()
    back = news.told(view, 0.3)
    assert (news.signal, back.problem, back.since_s) == (None, "", None)


def test_a_notice_stands_for_a_while() -> None:
    """Else it is gone before anybody has read it, or hides the next one."""
    clock = ManualClock(100.0)
    news = News(clock)
    news.notice("The board is slow.")
    clock.advance(NOTICE_S)
    assert news.told(LiveView(), 0.3).notice == "The board is slow."
    clock.advance(0.1)
    assert news.told(LiveView(), 0.3).notice == ""


def test_every_view_says_how_old_its_data_may_get() -> None:
    """Else a board that sends large chunks flickers between bars and no signal."""
    assert News(ManualClock()).told(LiveView(), 1.2).stale_after_s == 1.2
