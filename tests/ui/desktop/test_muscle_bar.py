"""One bar, by its pixels and to a screen reader."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emg.live_view import LiveView
from emg.montage import Side
from tests.fakes import ManualClock
from tests.ui.desktop.painted import painted
from tests.ui.views import HOLDING, NOW_S, SILENT, TESTING, bars
from ui.desktop.theme import DARK, palette
from ui.desktop.widgets.muscle_bar import MuscleBar
from ui.desktop.widgets.small_bars import SmallBar

GLUTE_LEFT, HAM_LEFT, GLUTE_RIGHT, HAM_RIGHT = range(4)
ORANGE, BLUE = QColor(DARK.right), QColor(DARK.left)
SIZE = (640, 220)


def shown(qtbot: QtBot, view: LiveView, which: int = GLUTE_RIGHT, now_s: float = NOW_S) -> MuscleBar:
    bar = MuscleBar(view.bars[which].site, lambda: now_s)
    qtbot.addWidget(bar)
    bar.resize(*SIZE)
    bar.show_view(view, view.bars[which])
    return bar


def picture(bar: MuscleBar) -> QImage:
    bar.grab()  # very large letters come out a little different when a process draws them first
    return bar.grab().toImage()


def colour_at(image: QImage, bar: MuscleBar, down: float, level_pct: float, axis_pct: float = 60.0) -> QColor:
    well = bar.well()
    point = QPointF(well.left() + well.width() * level_pct / axis_pct, well.top() + down * well.height())
    return image.pixelColor(point.toPoint())


def colours(image: QImage, bar: MuscleBar) -> set[str]:
    well = bar.well().toRect()
    return {
        image.pixelColor(x, y).name()
        for x in range(well.left(), well.right(), 3)
        for y in range(well.top(), well.bottom(), 3)
    }


def test_the_bar_ends_at_the_level(qtbot: QtBot) -> None:
    """The length is the feedback."""
    bar = shown(qtbot, HOLDING)
    image = picture(bar)
    assert colour_at(image, bar, 0.5, 41.8) == ORANGE
    assert colour_at(image, bar, 0.5, 42.2) != ORANGE


def test_the_target_line_stands_at_the_target(qtbot: QtBot) -> None:
    """A line at the wrong place trains the wrong effort."""
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
    assert changes > 10  # stripes, all along


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
    bar.resize(*SIZE)
    bar.show_view(HOLDING, HOLDING.bars[GLUTE_RIGHT])
    assert ORANGE.name() in colours(picture(bar), bar)
    clock.now_s += 0.31
    assert ORANGE.name() not in colours(picture(bar), bar)


@pytest.mark.parametrize("which", range(4))
def test_a_covered_bar_is_empty_ground(qtbot: QtBot, which: int) -> None:
    """In a test hold not one pixel may depend on the level, nor a rectangle ask to be looked at."""
    image = picture(shown(qtbot, TESTING, which))
    width, height = SIZE
    seen = {image.pixelColor(x, y).name() for x in range(0, width, 2) for y in range(0, height, 2)}
    assert len(seen) == 1


def test_beyond_the_axis_the_bar_is_full_and_marked(qtbot: QtBot) -> None:
    """Without the mark 117 % looks like 60 %."""
    over = replace(HOLDING, bars=bars((9.0, 14.0, 117.0, 27.0)))
    full = replace(HOLDING, bars=bars((9.0, 14.0, 60.0, 27.0)))
    bar, plain = shown(qtbot, over), shown(qtbot, full)
    assert colour_at(picture(bar), bar, 0.5, 58.5) == QColor(DARK.ground)
    assert colour_at(picture(plain), plain, 0.5, 58.5) == ORANGE
    assert bar.reading().number == "117 %"


def test_left_and_right_differ_in_more_than_colour(qtbot: QtBot) -> None:
    """Blue and orange are one grey in print."""
    left, right = shown(qtbot, HOLDING, GLUTE_LEFT), shown(qtbot, HOLDING, GLUTE_RIGHT)
    assert left.accessibleName() == "Left glute"
    assert right.accessibleName() == "Right glute"


def test_a_hamstring_that_decides_carries_the_target_line(qtbot: QtBot) -> None:
    """Else a bridge for the hamstring shows its target on the glute."""
    stage = replace(HOLDING.stage, gate_muscle="ham", ceiling_muscle="", ceiling_pct=None)
    view = replace(HOLDING, stage=stage)
    bare = replace(view, stage=replace(stage, target_pct=None))
    assert picture(shown(qtbot, view, HAM_RIGHT)) != picture(shown(qtbot, bare, HAM_RIGHT))
    assert picture(shown(qtbot, view, GLUTE_RIGHT)) == picture(shown(qtbot, bare, GLUTE_RIGHT))


def test_a_hamstring_is_a_ladder(qtbot: QtBot) -> None:
    """Glute and hamstring must be told apart without colour."""
    both = replace(HOLDING, bars=bars((50.0, 50.0, 50.0, 50.0), side=None))
    glute, ham = shown(qtbot, both, GLUTE_LEFT), shown(qtbot, both, HAM_LEFT)
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
    bar.setPalette(palette())  # light digits on a light ground would be alike
    bar.setAutoFillBackground(True)
    first = picture(bar)
    later = replace(HOLDING, time_s=HOLDING.time_s + 0.02, bars=bars((9.0, 14.0, 48.0, 27.0)))
    bar.show_view(later, later.bars[GLUTE_RIGHT])
    second = picture(bar)
    number = bar.rect().adjusted(200, 0, 0, -120)
    assert alike(first.copy(number), second.copy(number))
    assert colour_at(second, bar, 0.5, 46.0) == ORANGE
    readable = replace(later, time_s=HOLDING.time_s + 0.3)
    bar.show_view(readable, readable.bars[GLUTE_RIGHT])
    assert not alike(picture(bar).copy(number), first.copy(number))


def test_no_reading_replaces_the_number_at_once(qtbot: QtBot) -> None:
    """A number that stands a quarter of a second too long is the last value."""
    bar = shown(qtbot, HOLDING)
    picture(bar)
    gone = replace(SILENT, time_s=HOLDING.time_s)
    bar.show_view(gone, gone.bars[GLUTE_RIGHT])
    never = shown(qtbot, gone)
    assert picture(bar) == picture(never)


def test_only_what_changed_is_painted_and_nothing_is_left_behind(qtbot: QtBot) -> None:
    """Else a bar that is repainted in parts keeps the end of an old level, or costs as much as all of it."""
    for which in (GLUTE_RIGHT, HAM_RIGHT):
        live = shown(qtbot, HOLDING, which)
        with qtbot.waitExposed(live):
            live.show()
        picture(live)
        for step, level in enumerate((55.0, 12.0, 29.9, 30.1, 0.0, 60.0, 61.0, 40.0), start=1):
            time_s = HOLDING.time_s + 0.01 * step
            view = replace(HOLDING, time_s=time_s, bars=bars((9.0, 14.0, level, level)))
            live.show_view(view, view.bars[which])
            drawn = painted(live)
            fresh = shown(qtbot, view, which)
            area = fresh.well().toRect().adjusted(0, -4, 0, 4)
            assert drawn.copy(area) == picture(fresh).copy(area), level


@pytest.mark.parametrize("which", [GLUTE_RIGHT, HAM_RIGHT])
def test_a_small_bar_follows_the_level_and_leaves_nothing_behind(qtbot: QtBot, which: int) -> None:
    """Else the therapist sees another level than the athlete."""
    site = HOLDING.bars[which].site

    def made() -> SmallBar:
        bar = SmallBar(site, lambda: NOW_S)
        qtbot.addWidget(bar)
        bar.resize(*SIZE[::-1])
        bar.show_view(HOLDING, HOLDING.bars[which])
        return bar

    live = made()
    with qtbot.waitExposed(live):
        live.show()
    for step, level in enumerate((55.0, 12.0, 29.9, 30.1, 0.0, 60.0, 61.0, 40.0), start=1):
        view = replace(HOLDING, time_s=HOLDING.time_s + 0.01 * step, bars=bars((9.0, 14.0, level, level)))
        live.show_view(view, view.bars[which])
        drawn, fresh = painted(live), made()
        fresh.show_view(view, view.bars[which])
        area = fresh.well().toRect().adjusted(-4, -4, 4, 4)
        assert alike(drawn.copy(area), on_grab(fresh).copy(area)), level


STOOD = {
    "live": HOLDING,
    "target": replace(HOLDING, stage=replace(HOLDING.stage, target_pct=45.0)),
    "paused": replace(HOLDING, paused=True),
    "stopped": replace(HOLDING, error="It broke."),
    "silent": SILENT,
    "covered": TESTING,
    "unmeasured": replace(HOLDING, calibrated=False),
    "loose": replace(HOLDING, bars=bars((None,) * 4, verdicts=("railed",) * 4)),
    "hum": replace(HOLDING, bars=bars((9.0, 14.0, 42.0, 27.0), verdicts=("mains",) * 4)),
    "no side": replace(HOLDING, stage=replace(HOLDING.stage, side=None)),
    "other leg": replace(HOLDING, bars=bars((9.0, 14.0, 42.0, 27.0), side=Side.LEFT)),
}
"""All kinds of what a bar says, at one moment and one level: in a pause the sample clock may stand."""


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("which", range(4))
def test_whatever_came_before_a_bar_looks_as_if_it_were_new(
    qtbot: QtBot, which: int, seed: int, small: bool
) -> None:
    """Else words are wiped out or cut in half by what is painted beside them, as after a pause."""
    chance = Random(seed)
    kind, site = (SmallBar if small else MuscleBar), HOLDING.bars[which].site

    def made() -> MuscleBar | SmallBar:
        bar = kind(site, lambda: NOW_S)
        qtbot.addWidget(bar)
        bar.setPalette(palette())  # on a light ground the large digits, which are light, hardly show
        bar.resize(*(SIZE[::-1] if small else SIZE))
        return bar

    live = made()
    with qtbot.waitExposed(live):
        live.show()
    before = ""
    for name in chance.choices([*STOOD], k=26):
        if chance.random() < 0.2:
            live.hide()
            # an X display answers when it likes: shown before it has, a window counts as exposed and is not
            qtbot.waitUntil(lambda: not live.windowHandle().isExposed())
            with qtbot.waitExposed(live):
                live.show()
        view, fresh = STOOD[name], made()
        fresh.show_view(view, view.bars[which])
        expected = on_grab(fresh)
        for _again in range(chance.randint(1, 3)):
            live.show_view(view, view.bars[which])
            drawn = painted(live)
        assert alike(drawn, expected), f"{before} -> {name}"
        before = name


def on_grab(bar: QWidget) -> QImage:
    """What it looks like painted whole.

    Very large letters come out a little different when a process draws them first, by 12 of 255 at their
    edge: so they are drawn before.
    """
    bar.grab()
    return bar.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def alike(one: QImage, other: QImage) -> bool:
    """Whether two pictures are one, but for the last shade at the edge of a letter."""
    first, second = (
        np.frombuffer(image.constBits(), np.uint8).astype(np.int16).reshape(-1, 4)[:, :3]
        for image in (one, other)
    )
    return bool(np.abs(first - second).max() <= 4)


def test_a_target_that_moves_is_drawn_at_once(qtbot: QtBot) -> None:
    """Else the athlete works up to the target of a moment ago."""
    live = shown(qtbot, HOLDING)
    with qtbot.waitExposed(live):
        live.show()
    assert ORANGE.name() in colours(painted(live), live), "it has been painted"
    stage = replace(HOLDING.stage, target_pct=45.0)
    view = replace(HOLDING, stage=stage, time_s=HOLDING.time_s + 0.01)
    live.show_view(view, view.bars[GLUTE_RIGHT])
    fresh = shown(qtbot, view)
    area = fresh.well().toRect().adjusted(0, -4, 0, 4)
    assert painted(live).copy(area) == picture(fresh).copy(area)


@pytest.mark.parametrize("small", [False, True])
def test_what_counts_as_in_target_is_seen_where_the_bar_hides_it(qtbot: QtBot, small: bool) -> None:
    """Else a bar below its line, whose time in target runs on, looks like a fault of the program."""

    def drawn(which: int, **edges_pct: Any) -> QImage:
        view = replace(HOLDING, stage=replace(HOLDING.stage, **edges_pct))
        bar = (SmallBar if small else MuscleBar)(view.bars[which].site, lambda: NOW_S)
        qtbot.addWidget(bar)
        bar.resize(*(SIZE[::-1] if small else SIZE))
        bar.show_view(view, view.bars[which])
        return on_grab(bar)

    def green(image: QImage) -> int:
        good = QColor(DARK.good)
        return sum(
            image.pixelColor(x, y) == good for x in range(image.width()) for y in range(image.height())
        )

    for which, field, at_pct, now_pct in (
        (GLUTE_RIGHT, "counts_from_pct", 30.0, 24.0),
        (HAM_RIGHT, "counts_to_pct", 40.0, 36.0),
    ):
        line, now = drawn(which, **{field: at_pct}), drawn(which, **{field: now_pct})
        assert alike(drawn(which), line), "without anything said the line is the edge"
        assert green(line) > 0
        assert (green(now) > green(line)) is (which == GLUTE_RIGHT), "it moved the right way"
        assert green(now) != green(line)
    assert alike(drawn(GLUTE_LEFT), drawn(GLUTE_LEFT, counts_from_pct=24.0)), "the swing leg has none"


def test_a_ghost_is_a_small_hollow_mark_and_no_line(qtbot: QtBot) -> None:
    """Else the other side's level is taken for the target."""
    marked = replace(HOLDING, ghosts={"glute_right": 20.0, "glute_left": 20.0})
    bar, plain = shown(qtbot, marked), shown(qtbot, HOLDING)
    with_mark, without = picture(bar), picture(plain)
    well = bar.well().toRect()
    below = bar.rect().adjusted(0, well.bottom() + 5, 0, 0)
    assert with_mark.copy(well) == without.copy(well), "nothing of it stands in the bar"
    drawn = [
        (x, y)
        for x in range(bar.width())
        for y in range(below.top(), bar.height())
        if with_mark.pixelColor(x, y) != without.pixelColor(x, y)
    ]
    across = [x for x, _ in drawn]
    assert sum(across) / len(across) == pytest.approx(well.left() + well.width() * 20.0 / 60.0, abs=2.0)
    assert max(across) - min(across) < 0.05 * bar.width()
    inside = with_mark.pixelColor(round(sum(across) / len(across)), below.bottom() - 4)
    assert inside == without.pixelColor(0, below.bottom() - 4), "it is hollow"
    swing = shown(qtbot, marked, GLUTE_LEFT)
    assert picture(swing) == picture(shown(qtbot, HOLDING, GLUTE_LEFT)), "only beside what works"


@pytest.mark.parametrize("reason", ["paused", "stopped"])
@pytest.mark.parametrize("which", range(4))
def test_a_session_that_stands_still_has_no_level(qtbot: QtBot, which: int, reason: str) -> None:
    """Else somebody trains on bars that no hold counts."""
    view = replace(HOLDING, paused=reason == "paused", error="It broke." if reason == "stopped" else "")
    bar = shown(qtbot, view, which)
    assert (bar.reading().number, bar.reading().note) == ("--", reason)
    assert {ORANGE.name(), BLUE.name(), DARK.surface} & colours(picture(bar), bar) == set()


def test_digits_do_not_make_the_number_jump(qtbot: QtBot) -> None:
    """Else the number changes its size with every digit more, and its size seems to mean something."""
    sizes = set()
    for level in (0.0, 9.0, 42.0, 117.0):
        view = replace(HOLDING, bars=bars((level,) * 4))
        sizes.add(shown(qtbot, view).number_font().pixelSize())
    assert len(sizes) == 1
    widest = QFontMetricsF(shown(qtbot, HOLDING).number_font()).horizontalAdvance("188")
    assert widest < 0.66 * SIZE[0]


def test_sides_know_their_colour() -> None:
    """Left is sky blue, right is orange, everywhere."""
    assert DARK.side(Side.LEFT) == BLUE
    assert DARK.side(Side.RIGHT) == ORANGE
