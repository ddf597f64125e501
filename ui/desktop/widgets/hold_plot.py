"""The holds of one set side by side: glute and hamstring over time, with what was asked and what came."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsWidget, QSizePolicy, QVBoxLayout, QWidget

from emg.montage import Side
from ui.desktop import theme as themes
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.hairlines import thick
from ui.desktop.widgets.plot_legend import (
    CEILING,
    FIRED,
    GLUTE,
    HAM,
    LATENCY,
    MARKS,
    SCORED,
    TARGET,
    PlotLegend,
    mark_colour,
    pen_of,
)
from ui.session.courses import HoldCourse, SetCourse
from ui.words import figures, history_words

LEAST_TOP_PCT: Final = 100.0
"""The axis goes at least to a muscle's best, so that 5 % and 50 % never look alike."""

PLATEAU_SHARE: Final = 0.75
"""Height of the latency mark: the share of the plateau that defines it."""

WORDS_GAP_PX: Final = 8
"""Between a tick and its words, and between these and the edge of the column."""

FIRED_AT: Final = 0.02
"""Height of the triangle, as a share of the axis: on the target it would hide the diamond."""

MOST_HOLDS: Final = 8
"""So many columns can be read side by side; a longer set is cut into parts."""

HEADING: Final = 0.17
"""Height of what stands over the columns, as a share of the whole."""

SAVED_PX: Final = QSize(1600, 900)
"""Size of a saved picture, whatever that of the window is."""


class HoldPlot(QWidget):
    """Small multiples, one column a hold, all with the same axes; no mouse, no menu.

    pyqtgraph is imported when the first set is shown: it costs half a second.
    """

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._course: SetCourse | None = None
        self._grid: Any = None
        self._axes: list[Any] = []
        self._headings: list[_Heading] = []
        self._ticks: list[tuple[Any, float]] = []
        self._title = FittedLabel("", share=0.62, bold=True, align=paint.LEFT, theme=theme)
        self._below = FittedLabel(history_words.SECONDS_FROM_SET, share=0.7, colour=theme.quiet, theme=theme)
        self._legend = PlotLegend(theme)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._title, 8)
        self._column.addWidget(self._below, 4)
        self._column.addWidget(self._legend, 11)

    @property
    def course(self) -> SetCourse | None:
        """What is shown."""
        return self._course

    def show_set(self, course: SetCourse, title: str = "") -> None:
        """Draw a set.

        Parameters
        ----------
        course : SetCourse
            At most ``MOST_HOLDS`` holds.
        title : str
            What it is; made of the set if empty.
        """
        self._course = course
        self._title.setText(title or history_words.picture_words(course))
        self._legend.show_entries(_entries(course), self._theme.side(_side(course)))
        gate = history_words.gate_word(course)
        said = [history_words.course_words(hold, gate) for hold in course.holds]
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(". ".join(said) or history_words.NO_HOLDS)
        if self._grid is not None:
            self._column.removeWidget(self._grid)
            self._grid.setParent(None)
            self._grid.deleteLater()
        self._grid = self._drawn(course)
        self._column.insertWidget(1, self._grid, 78)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let letters and ticks follow the window."""
        self._fit()

    def _drawn(self, course: SetCourse) -> Any:
        import pyqtgraph as pg  # here, because it costs half a second

        grid = pg.GraphicsLayoutWidget()
        grid.setBackground(self._theme.ground)
        grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        grid.setFrameShape(grid.Shape.NoFrame)
        grid.setAccessibleName(self._title.text())
        layout = grid.ci.layout
        layout.setContentsMargins(0, 0, 3, 0)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(0)
        top_pct, span_s = _top_pct(course), _span_s(course)
        levels = pg.AxisItem("left")
        grid.addItem(levels, 1, 0)
        self._axes, self._headings, self._ticks = [levels], [], []
        for place, hold in enumerate(course.holds, start=1):
            heading = _Heading(hold, self._theme)
            self._headings.append(heading)
            grid.addItem(heading, 0, place)
            box = pg.ViewBox(
                enableMouse=False, enableMenu=False, border=self._thick(pg.mkPen(self._theme.line))
            )
            box.setRange(xRange=span_s, yRange=(0.0, top_pct), padding=0)
            box.disableAutoRange()
            self._fill(box, hold, course, top_pct, span_s)
            grid.addItem(box, 1, place)
            seconds = pg.AxisItem("bottom")
            seconds.linkToView(box)
            grid.addItem(seconds, 2, place)
            self._axes.append(seconds)
            layout.setColumnStretchFactor(place, 1)
            if place == 1:
                levels.linkToView(box)
        for axis in self._axes:
            axis.setPen(self._thick(pg.mkPen(self._theme.line)))
            axis.setTextPen(pg.mkPen(self._theme.quiet))
        return grid

    def _thick(self, pen: QPen) -> QPen:
        return thick(pen, self.devicePixelRatioF())

    def _fill(
        self, box: Any, hold: HoldCourse, course: SetCourse, top_pct: float, span_s: tuple[float, float]
    ) -> None:
        """Put into a column what there is of its hold, from the back to the front."""
        import pyqtgraph as pg

        theme = self._theme
        if hold.is_void:
            _shade(box, span_s, top_pct, QColor(theme.line), Qt.BrushStyle.BDiagPattern)
        elif hold.scored_s is not None:
            _shade(box, hold.scored_s, top_pct, QColor(theme.raised))
        box.addItem(pg.InfiniteLine(0.0, pen=self._thick(pg.mkPen(theme.line, width=1))), ignoreBounds=True)
        for kind, level_pct in ((TARGET, hold.target_pct), (CEILING, hold.ceiling_pct)):
            if level_pct is not None:
                line = pg.InfiniteLine(level_pct, angle=0, pen=self._thick(pen_of(kind, theme)))
                box.addItem(line, ignoreBounds=True)
        side = QColor(theme.line) if hold.is_void else theme.side(_side(course))
        for kind, levels_pct in ((HAM, hold.ham_pct), (GLUTE, hold.glute_pct)):
            pen = self._thick(pen_of(kind, theme, side if kind == GLUTE or hold.is_void else None))
            curve = pg.PlotCurveItem(hold.times_s, levels_pct, pen=pen, connect="finite", antialias=True)
            box.addItem(curve, ignoreBounds=True)
        if not hold.is_void:
            self._mark(box, hold, top_pct)

    def _mark(self, box: Any, hold: HoldCourse, top_pct: float) -> None:
        """Put the diamond where the muscle was there, and the triangle on the time axis where it hit.

        A tick goes through the diamond, from the time axis to its seconds. The noise-based onset is for
        research, and is not drawn.
        """
        import pyqtgraph as pg

        at: list[tuple[str, float, float]] = []
        if hold.fired_s is not None:
            at.append((FIRED, hold.fired_s, FIRED_AT * top_pct))
        if hold.latency_s is not None and hold.plateau_pct is not None:
            there_pct = PLATEAU_SHARE * hold.plateau_pct
            at.append((LATENCY, hold.latency_s, there_pct))
            colour = mark_colour(LATENCY, self._theme)
            tick = pg.PlotCurveItem(
                [hold.latency_s] * 2, [0.0, top_pct], pen=self._thick(pen_of(LATENCY, self._theme, colour))
            )
            box.addItem(tick, ignoreBounds=True)
            said = pg.TextItem(history_words.tick_words(hold.latency_s), color=colour)
            said.setPos(hold.latency_s, top_pct)
            box.addItem(said, ignoreBounds=True)
            self._ticks.append((said, hold.latency_s))
        for kind, time_s, level_pct in at:
            mark = pg.ScatterPlotItem(
                [time_s],
                [level_pct],
                symbol=MARKS[kind],
                size=13,
                pen=pg.mkPen(self._theme.ground, width=1),
                brush=pg.mkBrush(mark_colour(kind, self._theme)),
            )
            box.addItem(mark, ignoreBounds=True)

    def _fit(self) -> None:
        """Give ticks and headings the size of the window."""
        course = self._course
        if self._grid is None or course is None:
            return
        height = self.height()
        layout = self._grid.ci.layout
        layout.setRowFixedHeight(0, height * HEADING)
        small = themes.font(max(9.0, height * 0.026))
        levels, *bottoms = self._axes
        axis_px = QFontMetricsF(small).horizontalAdvance(figures.percent_words(100.0)) + 16
        column_px = max(1.0, (self.width() - axis_px) / max(1, len(course.holds)))
        for axis in self._axes:
            axis.setTickFont(small)
        self._place_ticks(small, column_px)
        levels.setWidth(axis_px)
        levels.setTicks([[(pct, figures.percent_words(pct)) for pct in _ticks(0.0, _top_pct(course), 5)]])
        start_s, stop_s = _span_s(course)
        most = max(1, int(column_px / (QFontMetricsF(small).height() * 2.2)))
        seconds = [(tick, figures.number(tick, "g")) for tick in _ticks(max(0.0, start_s), stop_s, most)]
        sizes = [heading.sizes_px(int(column_px) - 8, height * HEADING) for heading in self._headings]
        for heading in self._headings:
            heading.show_sizes([min(of_line) for of_line in zip(*sizes, strict=True)])
        for axis in bottoms:
            axis.setHeight(QFontMetricsF(small).height() + 10)
            axis.setTicks([seconds])

    def _place_ticks(self, font: QFont, column_px: float) -> None:
        """Put the words of a tick on the side that has room; where neither has, the heading tells it."""
        assert self._course is not None  # what is fitted is shown
        start_s, stop_s = _span_s(self._course)
        for said, latency_s in self._ticks:
            width_px = QFontMetricsF(font).horizontalAdvance(said.toPlainText()) + 2 * WORDS_GAP_PX
            left_px = column_px * (latency_s - start_s) / (stop_s - start_s)
            on_right = width_px <= column_px - left_px
            said.setFont(font)
            said.setAnchor((0.0 if on_right else 1.0, 0.0))
            said.setVisible(left_px >= 0.0 and (on_right or width_px <= left_px))


def rendered(course: SetCourse, title: str, theme: Theme) -> dict[str, bytes]:
    """Draw a set as a picture of its own, of a size that does not depend on the window.

    Returns
    -------
    dict
        Content by suffix: ``png`` and ``svg``.
    """
    plot = HoldPlot(theme)
    colours = themes.palette(theme)
    plot.setPalette(colours)
    plot.setAutoFillBackground(True)
    plot.setContentsMargins(36, 20, 36, 20)
    plot.resize(SAVED_PX)
    plot.show_set(course, title)
    bitmap = QBuffer()
    bitmap.open(QIODevice.OpenModeFlag.WriteOnly)
    plot.grab().save(bitmap, "PNG")
    vectors = QBuffer()
    svg = QSvgGenerator()
    svg.setOutputDevice(vectors)
    svg.setSize(SAVED_PX)
    svg.setViewBox(QRectF(0, 0, SAVED_PX.width(), SAVED_PX.height()))
    svg.setTitle(title)
    svg.setDescription(plot.accessibleDescription())
    plot.render(svg)
    plot.deleteLater()
    return {"png": bytes(bitmap.data().data()), "svg": bytes(vectors.data().data())}


class _Heading(QGraphicsWidget):
    """Number of a hold, how it ended, and how soon and how much, over its column."""

    def __init__(self, hold: HoldCourse, theme: Theme) -> None:
        super().__init__()
        self._lines = (
            (history_words.number_words(hold), 0.27, 0.84, theme.text, True),
            (history_words.ended_words(hold), 0.48, 0.46, theme.text, False),
            (history_words.found_words(hold), 0.25, 0.80, theme.quiet, False),
        )
        self._sizes_px = [paint.SMALLEST_PX] * len(self._lines)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def sizes_px(self, width_px: int, height_px: float) -> list[float]:
        """Sizes of the letters with which every line would fit."""
        return [
            float(
                paint.fitted_font(
                    said, width_px, int(height_px * share), round(height_px * share * letters), bold
                ).pixelSize()
            )
            for said, share, letters, _colour, bold in self._lines
        ]

    def show_sizes(self, sizes_px: list[float]) -> None:
        """Draw each line in this size: that of the heading with most to say."""
        self._sizes_px = sizes_px
        self.update()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Draw the lines."""
        place = self.rect()
        top = place.top()
        for (said, share, _letters, colour, bold), size_px in zip(self._lines, self._sizes_px, strict=True):
            strip = QRectF(place.left(), top, place.width(), place.height() * share)
            paint.draw_text(painter, strip, said, colour, size_px, bold=bold)
            top = strip.bottom()


def _entries(course: SetCourse) -> list[tuple[str, str]]:
    """Name what is drawn of this set."""
    read = [hold for hold in course.holds if not hold.is_void]
    targets = sorted({round(hold.target_pct) for hold in course.holds if hold.target_pct is not None})
    ceilings = sorted({round(hold.ceiling_pct) for hold in course.holds if hold.ceiling_pct is not None})
    said = [(GLUTE, history_words.glute_words(course)), (HAM, history_words.ham_words(course))]
    if targets:
        said.append((TARGET, history_words.target_words(targets[0], targets[-1])))
    if ceilings:
        said.append((CEILING, history_words.ceiling_words(course, ceilings[0], ceilings[-1])))
    if any(hold.latency_s is not None for hold in read):
        said.append((LATENCY, history_words.latency_words(course)))
    if any(hold.fired_s is not None for hold in read):
        said.append((FIRED, history_words.FIRED))
    if any(hold.scored_s is not None for hold in read):
        said.append((SCORED, history_words.SCORED))
    return said


def _shade(
    box: Any,
    span_s: tuple[float, float],
    top_pct: float,
    colour: QColor,
    style: Qt.BrushStyle = Qt.BrushStyle.SolidPattern,
) -> None:
    area = QGraphicsRectItem(span_s[0], 0.0, span_s[1] - span_s[0], top_pct)
    area.setPen(QPen(Qt.PenStyle.NoPen))
    brush = area.brush()
    brush.setColor(colour)
    brush.setStyle(style)
    area.setBrush(brush)
    box.addItem(area, ignoreBounds=True)


def _side(course: SetCourse) -> Side | None:
    return course.side if isinstance(course.side, Side) else None


def _top_pct(course: SetCourse) -> float:
    """Top of the axis of all holds: nothing is cut off, and every column has the same."""
    levels = [hold.glute_pct for hold in course.holds] + [hold.ham_pct for hold in course.holds]
    found = np.concatenate([np.zeros(1), *levels])
    return max(LEAST_TOP_PCT, 20.0 * math.ceil(float(np.nanmax(found)) / 20.0))


def _span_s(course: SetCourse) -> tuple[float, float]:
    """First and last second of all holds."""
    starts = [float(hold.times_s[0]) for hold in course.holds if len(hold.times_s)]
    stops = [hold.end_s for hold in course.holds]
    return min(starts, default=0.0), max([1.0, *stops])


def _ticks(start: float, stop: float, most: int) -> list[float]:
    """Round steps between two ends, at most so many."""
    step = next(
        (step for step in (1.0, 2.0, 5.0, 10.0, 20.0, 50.0) if (stop - start) / step <= most), stop - start
    )
    first = math.ceil(start / step)
    return [step * index for index in range(first, math.floor(stop / step) + 1)]
