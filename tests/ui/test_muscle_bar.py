"""One bar, by its pixels and to a screen reader."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible, QColor, QImage
from pytestqt.qtbot import QtBot

from emg.live_view import LiveView
from emg.montage import Side
from tests.fakes import ManualClock
from tests.ui.views import HOLDING, NOW_S, SILENT, TESTING, bars
from ui.desktop.theme import DARK
from ui.desktop.widgets.muscle_bar import MuscleBar

GLUTE_LEFT, HAM_LEFT, GLUTE_RIGHT, HAM_RIGHT = range(4)
ORANGE, BLUE = QColor(DARK.right), QColor(DARK.left)


def shown(qtbot: QtBot, view: LiveView, which: int = GLUTE_RIGHT, now_s: float = NOW_S) -> MuscleBar:
    bar = MuscleBar(view.bars[which].site, lambda: now_s)
    qtbot.addWidget(bar)
    bar.resize(200, 600)
    bar.show_view(view, view.bars[which])
    return bar


def picture(bar: MuscleBar) -> QImage:
    return bar.grab().toImage()


def colour_at(
    image: QImage, bar: MuscleBar, across: float, level_pct: float, axis_pct: float = 60.0
) -> QColor:
    well = bar.well()
    point = QPointF(well.left() + across * well.width(), well.bottom() - well.height() * level_pct / axis_pct)
    return image.pixelColor(point.toPoint())


def colours(image: QImage, bar: MuscleBar) -> set[str]:
    well = bar.well().toRect()
    return {
        image.pixelColor(x, y).name()
        for x in range(well.left(), well.right(), 3)
        for y in range(well.top(), well.bottom(), 3)
    }


def test_the_bar_ends_at_the_level(qtbot: QtBot) -> None:
    """The height is the feedback."""
    bar = shown(qtbot, HOLDING)
    image = picture(bar)
    assert colour_at(image, bar, 0.5, 40.5) == ORANGE
    assert colour_at(image, bar, 0.5, 43.5) != ORANGE


def test_the_target_line_stands_at_the_target(qtbot: QtBot) -> None:
    """A line at the wrong height trains the wrong effort."""
    bar = shown(qtbot, HOLDING)
    image = picture(bar)
    assert colour_at(image, bar, 0.5, 30.0) == QColor(DARK.text)
    swing = shown(qtbot, HOLDING, GLUTE_LEFT)
    assert colour_at(picture(swing), swing, 0.5, 30.0) == QColor(DARK.surface)


@pytest.mark.parametrize("which", range(4))
def test_no_reading_is_hatched_and_has_no_side_colour(qtbot: QtBot, which: int) -> None:
    """An empty bar that looks like a low level would be believed."""
    bar = shown(qtbot, SILENT, which)
    image = picture(bar)
    assert {ORANGE.name(), BLUE.name(), DARK.surface} & colours(image, bar) == set()
    along = [colour_at(image, bar, 0.5, level) for level in range(5, 55)]
    changes = sum(one != other for one, other in pairwise(along))
    assert changes > 10  # stripes, all the way up


def test_zero_is_not_hatched(qtbot: QtBot) -> None:
    """A relaxed muscle is a reading."""
    view = replace(HOLDING, bars=bars((0.0, 0.0, 0.0, 0.0)))
    bar = shown(qtbot, view, GLUTE_LEFT)
    image = picture(bar)
    assert {colour_at(image, bar, 0.5, level).name() for level in range(1, 60)} == {DARK.surface}


def test_old_data_is_drawn_as_no_signal_without_a_new_view(qtbot: QtBot) -> None:
    """When the session's thread hangs no view says so; the paint itself must look at the age."""
    clock = ManualClock(NOW_S)
    bar = MuscleBar("glute_right", clock)
    qtbot.addWidget(bar)
    bar.resize(200, 600)
    bar.show_view(HOLDING, HOLDING.bars[GLUTE_RIGHT])
    assert ORANGE.name() in colours(picture(bar), bar)
    clock.now_s += 0.31
    assert ORANGE.name() not in colours(picture(bar), bar)


@pytest.mark.parametrize("which", range(4))
def test_a_covered_bar_looks_the_same_at_any_level(qtbot: QtBot, which: int) -> None:
    """In a test hold not one pixel may depend on the level."""
    high = replace(TESTING, bars=bars((55.0, 55.0, 55.0, 55.0)))
    assert picture(shown(qtbot, TESTING, which)) == picture(shown(qtbot, high, which))


def test_beyond_the_axis_the_bar_is_full_and_marked(qtbot: QtBot) -> None:
    """Without the mark 117 % looks like 60 %."""
    over = replace(HOLDING, bars=bars((9.0, 14.0, 117.0, 27.0)))
    full = replace(HOLDING, bars=bars((9.0, 14.0, 60.0, 27.0)))
    bar, plain = shown(qtbot, over), shown(qtbot, full)
    assert colour_at(picture(bar), bar, 0.5, 58.0) == QColor(DARK.ground)
    assert colour_at(picture(plain), plain, 0.5, 58.0) == ORANGE
    assert bar.reading().number == "117 %"


def test_left_and_right_differ_in_more_than_colour(qtbot: QtBot) -> None:
    """Blue and orange are one grey in print."""
    left, right = shown(qtbot, HOLDING, GLUTE_LEFT), shown(qtbot, HOLDING, GLUTE_RIGHT)
    assert left.accessibleName() == "Left glute"
    assert right.accessibleName() == "Right glute"


def test_a_hamstring_is_a_ladder(qtbot: QtBot) -> None:
    """Glute and hamstring must be told apart without colour."""
    both = replace(HOLDING, bars=bars((50.0, 50.0, 50.0, 50.0), side=None))
    glute, ham = shown(qtbot, both, GLUTE_LEFT), shown(qtbot, both, HAM_LEFT)
    assert ham.well().width() < glute.well().width()
    for bar, steps in ((glute, False), (ham, True)):
        image = picture(bar)
        along = [colour_at(image, bar, 0.5, level / 4) for level in range(8, 190)]
        assert (len({colour.name() for colour in along}) > 1) is steps


@pytest.mark.parametrize(
    ("view", "value", "said"),
    [(HOLDING, 42, "42 %"), (SILENT, -1, "--, no signal"), (TESTING, -1, "Bars off for the test")],
)
def test_a_screen_reader_gets_name_value_and_state(
    qtbot: QtBot, view: LiveView, value: int, said: str
) -> None:
    """Who cannot see the bar must not be told the last value either."""
    bar = shown(qtbot, HOLDING)
    bar.show_view(view, view.bars[GLUTE_RIGHT])
    interface = QAccessible.queryAccessibleInterface(bar)
    assert interface.role() == QAccessible.Role.ProgressBar
    assert interface.text(QAccessible.Text.Name) == "Right glute"
    assert bar.value() == value
    assert said in interface.text(QAccessible.Text.Description)


def test_the_number_stands_long_enough_to_be_read(qtbot: QtBot) -> None:
    """Digits that change fifty times a second cannot be read, but the bar must move at once."""
    bar = shown(qtbot, HOLDING)
    first = picture(bar)
    later = replace(HOLDING, time_s=HOLDING.time_s + 0.02, bars=bars((9.0, 14.0, 48.0, 27.0)))
    bar.show_view(later, later.bars[GLUTE_RIGHT])
    second = picture(bar)
    number = bar.rect().adjusted(0, 40, 0, -480)
    assert first.copy(number) == second.copy(number)
    assert colour_at(second, bar, 0.5, 46.0) == ORANGE
    readable = replace(later, time_s=HOLDING.time_s + 0.3)
    bar.show_view(readable, readable.bars[GLUTE_RIGHT])
    assert picture(bar).copy(number) != first.copy(number)


def test_no_reading_replaces_the_number_at_once(qtbot: QtBot) -> None:
    """A number that stands a quarter of a second too long is the last value."""
    bar = shown(qtbot, HOLDING)
    picture(bar)
    gone = replace(SILENT, time_s=HOLDING.time_s)
    bar.show_view(gone, gone.bars[GLUTE_RIGHT])
    never = shown(qtbot, gone)
    assert picture(bar) == picture(never)


def test_sides_know_their_colour() -> None:
    """Left is sky blue, right is orange, everywhere."""
    assert DARK.side(Side.LEFT) == BLUE
    assert DARK.side(Side.RIGHT) == ORANGE
