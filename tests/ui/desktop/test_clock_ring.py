"""The clock in its ring, painted in parts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetricsF, QImage
from pytestqt.qtbot import QtBot

from emg.live_view import LiveView
from emg.montage import Side
from tests.ui.desktop.painted import painted
from tests.ui.views import HOLDING, TESTING
from ui.desktop.widgets.clock_ring import INNER_SHARE, ClockRing


def shown(qtbot: QtBot, view: LiveView) -> ClockRing:
    ring = ClockRing()
    qtbot.addWidget(ring)
    ring.resize(300, 300)
    ring.show_view(view, fresh=True)
    return ring


def at(elapsed_s: float, in_target_s: float) -> LiveView:
    stage = replace(HOLDING.stage, elapsed_s=elapsed_s, in_target_s=in_target_s)
    return replace(HOLDING, stage=stage)


def differing(one: QImage, other: QImage) -> int:
    """Pixels that differ by more than the edge of a glyph does."""
    count = 0
    for x in range(0, one.width(), 2):
        for y in range(0, one.height(), 2):
            a, b = one.pixelColor(x, y), other.pixelColor(x, y)
            count += abs(a.red() - b.red()) + abs(a.blue() - b.blue()) > 60
    return count


def test_a_ring_painted_in_parts_is_the_whole_ring(qtbot: QtBot) -> None:
    """Else the clock keeps the end of an old second, or stands with a hole in it."""
    ring = shown(qtbot, at(0.0, 0.0))
    with qtbot.waitExposed(ring):
        ring.show()
    for elapsed_s, in_target_s in ((0.1, 0.0), (1.6, 1.4), (3.1, 2.0), (5.9, 4.8), (6.0, 4.9), (0.2, 0.1)):
        view = at(elapsed_s, in_target_s)
        ring.show_view(view, fresh=True)
        assert differing(painted(ring), shown(qtbot, view).grab().toImage()) == 0, elapsed_s


@pytest.mark.parametrize(
    "after",
    [TESTING, replace(HOLDING, stage=replace(HOLDING.stage, side=Side.LEFT))],
    ids=["time in target goes", "another side"],
)
def test_a_clock_of_another_kind_leaves_nothing_behind(qtbot: QtBot, after: LiveView) -> None:
    """Else a test hold shows the time in target of the hold before."""
    ring = shown(qtbot, HOLDING)
    with qtbot.waitExposed(ring):
        ring.show()
    painted(ring)
    ring.show_view(after, fresh=True)
    assert differing(painted(ring), shown(qtbot, after).grab().toImage()) == 0


def test_without_a_signal_the_ring_is_gone_at_once(qtbot: QtBot) -> None:
    """Else a clock that stands still says that the hold goes on."""
    ring = shown(qtbot, HOLDING)
    with qtbot.waitExposed(ring):
        ring.show()
    painted(ring)
    ring.show_view(HOLDING, fresh=False)
    assert not ring.has_clock
    image = painted(ring)
    assert {image.pixelColor(x, 150).name() for x in range(300)} == {image.pixelColor(0, 0).name()}


@pytest.mark.parametrize("elapsed_s", [3.4, 12.4])
def test_the_digits_stay_inside_the_ring(qtbot: QtBot, elapsed_s: float) -> None:
    """A clock that runs over its own ring cannot be read."""
    stage = replace(HOLDING.stage, elapsed_s=elapsed_s, duration_s=16.0)
    ring = shown(qtbot, replace(HOLDING, stage=stage))
    metrics = QFontMetricsF(ring.digits_font())
    wide, tall = metrics.horizontalAdvance(f"{elapsed_s}"), metrics.capHeight()
    outer, inner, thick = ring.rings()
    free = inner.width() / 2 - INNER_SHARE * thick / 2
    middle = ring.digits_place().center()
    reach = abs(middle.y() - inner.center().y()) + tall / 2
    assert (wide / 2) ** 2 + reach**2 < free**2
    assert outer.center() == inner.center()
