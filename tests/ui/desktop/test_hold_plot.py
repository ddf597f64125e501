"""The picture of a set: what it draws is what was measured, and nothing of it is cut or lost."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QGraphicsRectItem
from pytestqt.qtbot import QtBot

from emg.montage import Side
from emg.results import Outcome, Role
from emg.session.folder import RecordingError
from ui.desktop import theme as themes
from ui.desktop.gallery.history_scenes import course_of, repetitions, training_set
from ui.desktop.theme import DARK, LIGHT
from ui.desktop.widgets import paint
from ui.desktop.widgets.hold_plot import HoldPlot, _Heading, rendered
from ui.desktop.widgets.plot_legend import FIRED, GLUTE, HAM, LATENCY, SCORED, TARGET, PlotLegend
from ui.kept.pictures import keep_pictures
from ui.session.courses import HoldCourse, SetCourse

SIZES = [(1366, 768), (800, 600)]


def shown(qtbot: QtBot, course: SetCourse, size: tuple[int, int] = (1366, 768)) -> HoldPlot:
    plot = HoldPlot()
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show_set(course)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def a_set(*holds: HoldCourse, role: Role = Role.TRAIN) -> SetCourse:
    return SetCourse(2, Side.RIGHT, role, holds)


def boxes(plot: HoldPlot) -> list[Any]:
    import pyqtgraph as pg

    return [item for item in plot._grid.ci.items if isinstance(item, pg.ViewBox)]


def items(box: Any, kind: str) -> list[Any]:
    return [item for item in box.childGroup.childItems() if type(item).__name__ == kind]


def curves(box: Any) -> dict[Qt.PenStyle, Any]:
    return {item.opts["pen"].style(): item for item in items(box, "PlotCurveItem")}


def marks(box: Any) -> dict[str, tuple[float, float]]:
    return {
        item.opts["symbol"]: (item.getData()[0][0], item.getData()[1][0])
        for item in items(box, "ScatterPlotItem")
    }


def headings(plot: HoldPlot) -> list[_Heading]:
    return [item for item in plot._grid.ci.items if isinstance(item, _Heading)]


def test_each_hold_has_a_column_and_all_have_the_same_axes(qtbot: QtBot) -> None:
    """Else a weak hold and a strong one look alike, or a late one early."""
    course = a_set(course_of(1, glute_pct=20.0), course_of(2, glute_pct=160.0), course_of(3, hold_s=9.0))
    plot = shown(qtbot, course)
    ranges = [box.viewRange() for box in boxes(plot)]
    assert len(ranges) == 3
    assert ranges[0] == ranges[1] == ranges[2]
    (start, stop), (bottom, top) = ranges[0]
    assert (start, stop) == pytest.approx((-2.0, 9.0))
    assert bottom == 0.0
    assert top >= max(float(np.nanmax(hold.glute_pct)) for hold in course.holds)


def test_low_levels_stay_low(qtbot: QtBot) -> None:
    """Else 5 % fills the picture like 50 %."""
    box_plot = shown(qtbot, a_set(course_of(1, glute_pct=5.0, ham_pct=4.0)))
    (box,) = boxes(box_plot)
    assert box.viewRange()[1] == [0.0, 100.0]


def test_glute_and_hamstring_are_told_apart_without_colour(qtbot: QtBot) -> None:
    """Else one in twelve men sees two lines of one kind."""
    hold = course_of(1)
    box_plot = shown(qtbot, a_set(hold))
    (box,) = boxes(box_plot)
    drawn = curves(box)
    assert np.array_equal(drawn[Qt.PenStyle.SolidLine].getData()[1], hold.glute_pct)
    assert np.array_equal(drawn[Qt.PenStyle.DashLine].getData()[1], hold.ham_pct)
    assert drawn[Qt.PenStyle.SolidLine].opts["pen"].color().name() == DARK.right


def test_marks_stand_at_their_times(qtbot: QtBot) -> None:
    """Else the picture says another latency than the table."""
    hold = course_of(1, target_pct=40.0, latency_s=0.71, glute_pct=60.0)
    box_plot = shown(qtbot, a_set(hold))
    (box,) = boxes(box_plot)
    assert marks(box)["d"] == pytest.approx((0.71, 45.0))
    assert marks(box)["t1"][0] == pytest.approx(hold.fired_s)
    shades = [item for item in box.childGroup.childItems() if isinstance(item, QGraphicsRectItem)]
    assert hold.scored_s is not None
    assert (shades[0].rect().left(), shades[0].rect().right()) == pytest.approx(hold.scored_s)


def words_at_ticks(plot: HoldPlot) -> list[tuple[str, bool]]:
    """What stands at the ticks, column by column, and whether it is shown."""
    found = [item for box in boxes(plot) for item in items(box, "TextItem")]
    return [(item.toPlainText(), item.isVisible()) for item in found]


def test_the_latency_is_a_tick_with_its_words_where_there_is_one(qtbot: QtBot) -> None:
    """Else the moment the muscle was there must be read off an axis that has whole seconds."""
    found = course_of(1, latency_s=0.71, glute_pct=60.0)
    plot = shown(
        qtbot, a_set(found, replace(found, hold=2, latency_s=None), replace(found, hold=3, valid=False))
    )
    first, none, void = boxes(plot)
    tick = curves(first)[Qt.PenStyle.DotLine]
    assert tick.getData()[0].tolist() == [0.71, 0.71]
    assert tick.opts["pen"].color().name() == DARK.text
    for box in (none, void):
        assert Qt.PenStyle.DotLine not in curves(box)
        assert "d" not in marks(box)
    assert words_at_ticks(plot) == [("there 0.71 s", True)]


def test_the_onset_for_research_is_drawn_nowhere(tmp_path: Path) -> None:
    """Else a column that no score is made of stands there as if it were the score."""
    assert not [name for name in HoldCourse.__slots__ if "onset" in name]


@pytest.mark.parametrize("latency_s", [-1.9, 0.0, 0.71, 4.9])
@pytest.mark.parametrize(
    ("n", "size"), [(1, (1366, 768)), (8, (1366, 768)), (8, (800, 600)), (8, (3840, 2160))]
)
def test_words_of_a_tick_stay_in_their_column_or_are_left_to_the_heading(
    qtbot: QtBot, n: int, size: tuple[int, int], latency_s: float
) -> None:
    """Else seconds are cut off at the edge, and read as other seconds."""
    holds = [course_of(number + 1, latency_s=0.71, glute_pct=60.0) for number in range(n)]
    plot = shown(qtbot, a_set(*(replace(hold, latency_s=latency_s) for hold in holds)), size)
    plot.grab()  # words find their place in the paint
    for box in boxes(plot):
        (said,) = items(box, "TextItem")
        inside = box.mapRectToScene(box.boundingRect())
        place = said.mapRectToScene(said.boundingRect())
        assert not said.isVisible() or inside.adjusted(-1, -1, 1, 1).contains(place)
    assert all(visible for _words, visible in words_at_ticks(plot)) or size != (1366, 768) or n > 1


def test_a_muscle_that_was_there_before_the_picture_has_no_words_at_its_edge(qtbot: QtBot) -> None:
    """Else they stand beside a tick that is not there."""
    hold = replace(course_of(1, latency_s=0.71, glute_pct=60.0), latency_s=-3.0)
    assert words_at_ticks(shown(qtbot, a_set(hold))) == [("there -3.00 s", False)]


def test_the_legend_names_the_tick(qtbot: QtBot) -> None:
    """Else a line through the picture is anybody's guess."""
    plot = shown(qtbot, a_set(course_of(1, latency_s=0.71)))
    assert LATENCY in [kind for kind, _said in plot._legend._entries]
    bare = shown(qtbot, a_set(replace(course_of(1), latency_s=None)))
    assert LATENCY not in [kind for kind, _said in bare._legend._entries]


def test_what_was_asked_for_is_a_line_at_its_level(qtbot: QtBot) -> None:
    """Else nobody sees whether the target was far or near."""
    box_plot = shown(qtbot, a_set(course_of(1, target_pct=40.0, ceiling_pct=45.0)))
    (box,) = boxes(box_plot)
    levels = {item.value(): item.pen.style() for item in items(box, "InfiniteLine") if item.angle == 0}
    assert levels == {40.0: Qt.PenStyle.SolidLine, 45.0: Qt.PenStyle.DashDotLine}
    bare_plot = shown(qtbot, a_set(course_of(1), role=Role.TEST))
    (bare,) = boxes(bare_plot)
    assert not [item for item in items(bare, "InfiniteLine") if item.angle == 0]


def test_no_reading_is_a_gap_in_the_line(qtbot: QtBot) -> None:
    """Else a loose electrode is drawn as a muscle that holds."""
    hold = course_of(1)
    hold = replace(hold, glute_pct=np.where(hold.times_s > 3.0, np.nan, hold.glute_pct))
    box_plot = shown(qtbot, a_set(hold))
    (box,) = boxes(box_plot)
    curve = curves(box)[Qt.PenStyle.SolidLine]
    assert curve.opts["connect"] == "finite"
    assert curve.getPath().boundingRect().right() <= 3.0


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"valid": False, "outcome": Outcome.VOID, "reason": "motion"}, "does not count: cable moves"),
        ({"valid": False, "outcome": Outcome.VOID, "reason": "gap"}, "does not count: data were lost"),
        ({"excluded": True, "reason": "slipped"}, "taken out: slipped"),
    ],
)
def test_a_void_hold_is_hatched_with_its_reason(qtbot: QtBot, facts: dict[str, Any], said: str) -> None:
    """Else a level is read where there was none."""
    plot = shown(qtbot, a_set(course_of(1, target_pct=40.0, **facts)))
    (box,) = boxes(plot)
    shades = [item for item in box.childGroup.childItems() if isinstance(item, QGraphicsRectItem)]
    assert [shade.brush().style() for shade in shades] == [Qt.BrushStyle.BDiagPattern]
    assert marks(box) == {}
    assert {curve.opts["pen"].color().name() for curve in curves(box).values()} == {DARK.line}
    assert headings(plot)[0]._lines[1][0] == said
    assert said in plot.accessibleDescription()
    assert "%" not in plot.accessibleDescription()


def test_a_screen_reader_hears_every_hold(qtbot: QtBot) -> None:
    """Else the picture is only for those who see it."""
    plot = shown(qtbot, a_set(course_of(4, target_pct=40.0, glute_pct=62.0, latency_s=0.71)))
    assert plot.accessibleName() == "Right leg, training, set 2"
    assert plot.accessibleDescription() == "Hold 4: in target, Glute there after 0.71 s, level 62 %"


def test_the_level_of_a_test_hold_is_never_called_a_failure(qtbot: QtBot) -> None:
    """Else an athlete is told off by a measurement."""
    hold = course_of(1, role=Role.TEST, outcome=Outcome.NOT_REACHED, glute_pct=4.0)
    plot = shown(qtbot, a_set(hold, role=Role.TEST))
    assert headings(plot)[0]._lines[1][0] == "done"


def test_the_legend_names_what_is_drawn_and_no_more(qtbot: QtBot) -> None:
    """Else somebody looks for a ceiling that there is not."""

    def named(course: SetCourse) -> list[str]:
        plot = shown(qtbot, course)
        return [kind for kind, _said in plot._legend._entries]

    assert named(a_set(course_of(1), role=Role.TEST)) == [GLUTE, HAM, LATENCY, SCORED]
    assert named(a_set(course_of(1, target_pct=40.0))) == [GLUTE, HAM, TARGET, LATENCY, FIRED, SCORED]
    plot = shown(qtbot, repetitions().parts(8)[0])
    bridge = plot._legend.accessibleName()
    assert "Hamstring, % of the bridge" in bridge
    assert "Hamstring is there" in bridge


def fits(legend: PlotLegend) -> bool:
    sizes = (legend.height() * 0.30 * 0.95**step for step in range(60))
    return any(size >= paint.SMALLEST_PX and legend._placed(size) is not None for size in sizes)


def heading_fits(heading: _Heading) -> bool:
    place = heading.rect()
    for (said, share, _letters, _colour, bold), size_px in zip(
        heading._lines, heading._sizes_px, strict=True
    ):
        metrics = QFontMetricsF(themes.font(size_px, bold))
        flags = paint.CENTRE.value | paint.WRAP
        box = metrics.boundingRect(QRectF(0, 0, place.width(), 10_000), flags, said)
        if box.width() > place.width() or box.height() > place.height() * share + 1:
            return False
    return True


def overlap(places: Iterable[QRectF]) -> bool:
    known = list(places)
    return any(
        one.adjusted(1, 1, -1, -1).intersects(other.adjusted(1, 1, -1, -1))
        for index, one in enumerate(known)
        for other in known[index + 1 :]
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("course", [training_set(), repetitions().parts(8)[0]], ids=["ends", "repetitions"])
def test_no_word_is_cut_and_no_column_hides_another(
    qtbot: QtBot, course: SetCourse, size: tuple[int, int]
) -> None:
    """Else the reason of a void hold ends in the middle."""
    plot = shown(qtbot, course, size)
    qtbot.waitUntil(lambda: all(heading.rect().width() > 0 for heading in headings(plot)))
    assert all(heading_fits(heading) for heading in headings(plot))
    assert fits(plot._legend)
    widths = [box.sceneBoundingRect().width() for box in boxes(plot)]
    assert max(widths) - min(widths) < 2.0
    assert not overlap(box.sceneBoundingRect() for box in boxes(plot))
    whole = QRectF(plot._grid.rect())
    assert all(whole.contains(box.sceneBoundingRect()) for box in boxes(plot))


def test_the_next_set_replaces_the_last_one_at_once(qtbot: QtBot) -> None:
    """Else two sets shine through one another."""
    plot = shown(qtbot, training_set())
    before = plot._grid
    plot.show_set(a_set(course_of(1)))
    assert before.parent() is None
    assert len(boxes(plot)) == 1


def test_a_saved_picture_is_of_one_size_and_has_all_words(qtbot: QtBot) -> None:
    """Else the picture in a report depends on how large a window was, or says nothing."""
    course = training_set()
    contents = rendered(course, "Right leg, training, set 2", DARK)
    image = QImage.fromData(contents["png"])
    assert (image.width(), image.height()) == (1600, 900)
    assert image.pixelColor(2, 2).name() == DARK.ground
    assert QSvgRenderer(contents["svg"]).isValid()
    text = contents["svg"].decode()
    assert "Right leg, training, set 2" in text
    assert "Hold 12" in text
    assert "<path" in text or "<polyline" in text


def test_a_picture_has_the_colours_of_its_theme(qtbot: QtBot) -> None:
    """Else a picture for paper is black."""
    image = QImage.fromData(rendered(training_set(), "t", LIGHT)["png"])
    assert image.pixelColor(2, 2).name() == LIGHT.ground
    assert image.pixelColor(1598, 450).name() == LIGHT.ground


def test_pictures_are_private_and_never_take_the_place_of_another(tmp_path: Path) -> None:
    """Else a saved picture is lost with the next one, or others of the machine can look at it."""
    session = tmp_path / "20260612T091500Z-power_position"
    first = keep_pictures(session, "set2-right-train", {"png": b"1", "svg": b"2"})
    second = keep_pictures(session, "set2-right-train", {"png": b"3", "svg": b"4"})
    assert [path.name for path in first] == [
        "20260612T091500Z-power_position-set2-right-train.png",
        "20260612T091500Z-power_position-set2-right-train.svg",
    ]
    assert {path.stem for path in second} == {"20260612T091500Z-power_position-set2-right-train-2"}
    assert [path.read_bytes() for path in (*first, *second)] == [b"1", b"2", b"3", b"4"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (*first, *second)} == {0o600}
    assert stat.S_IMODE(first[0].parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Else a full disk ends the summary."""
    (tmp_path / "session").write_text("a file, where a folder should be")
    with pytest.raises(RecordingError, match="Nothing can be saved"):
        keep_pictures(tmp_path / "session", "set1", {"png": b""})


def test_the_pages_cost_no_plotting_library_before_a_plot_is_shown() -> None:
    """Else the first window comes half a second later, for pictures that nobody has asked for."""
    code = (
        "import sys, ui.desktop.windows.summary_page, ui.desktop.windows.history_page;"
        "sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
