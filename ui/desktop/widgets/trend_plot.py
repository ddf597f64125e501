"""One number of one athlete over the sessions: points with their ranges against the date."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emg.montage import Side
from emg.session.trend import Point, Series, Trend
from ui.desktop import theme as themes
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.hairlines import thick
from ui.words import history_words, trend_words

CHARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "glute_lsi": ("glute_lsi_pct",),
    "glute_level": ("glute_left_pct_mvc", "glute_right_pct_mvc"),
    "ham_level": ("ham_left_pct_mvc", "ham_right_pct_mvc"),
    "latency": ("glute_left_latency_s", "glute_right_latency_s"),
}
"""Which numbers stand in one chart."""

SYMBOLS: Final = {None: "o", Side.LEFT: "o", Side.RIGHT: "s"}
"""Left is round and right is square: told apart without colour."""

APART: Final = 0.006
"""Left and right of one session stand so far apart, as a share of the width, or their ranges would hide."""

EQUAL_PCT: Final = 100.0


class TrendPlot(QWidget):
    """Points against the date, a line within one taping of the electrodes, a mark where they were taped anew.

    pyqtgraph is imported when the first trend is shown.
    """

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot: Any = None
        self._shown: tuple[Trend, str] | None = None
        self._title = FittedLabel("", share=0.7, bold=True, align=paint.LEFT, theme=theme)
        self._legend = FittedLabel("", share=0.40, colour=theme.quiet, align=paint.LEFT, theme=theme)
        self._note = FittedLabel("", share=0.42, colour=theme.quiet, align=paint.LEFT, theme=theme)
        self._body = QVBoxLayout()
        self._body.addStretch(1)  # keeps the place of a plot that is not there
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._title, 11)
        self._column.addWidget(self._legend, 12)
        self._column.addLayout(self._body, 65)
        self._column.addWidget(self._note, 12)

    def show_trend(self, trend: Trend | None, chart: str, session: str = "") -> None:
        """Draw one chart of a trend.

        Parameters
        ----------
        trend : Trend or None
            None where there is none.
        chart : str
            A name in ``CHARTS``.
        session : str
            Id of the session that is to stand out.
        """
        self._shown = None
        self._title.setText(history_words.chart_title(chart))
        series = [] if trend is None else [trend.series[one] for one in CHARTS[chart] if one in trend.series]
        if trend is None or not series:
            self._legend.setText("")
            self._note.setText(history_words.NO_TREND if trend is None else history_words.NONE_YET)
        else:
            self._legend.setText(history_words.legend_words(chart, series))
            self._note.setText(history_words.detectable_note(trend, series))
            self._shown = trend, chart
            if self._plot is None:
                self._plot = self._made()
                self._body.insertWidget(0, self._plot, 1000)
            self._draw(chart, series, session)
            self._fit()
        if self._plot is not None:
            self._plot.setVisible(self._shown is not None)
        self.setAccessibleName(self._title.text())
        told = [history_words.series_words(one) for one in series]
        self.setAccessibleDescription(". ".join([*told, self._note.text()]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let letters and ticks follow the window."""
        self._fit()

    def _pen(self, colour: QColor | str, **facts: Any) -> QPen:
        import pyqtgraph as pg

        return thick(pg.mkPen(colour, **facts), self.devicePixelRatioF())

    def _made(self) -> Any:
        import pyqtgraph as pg  # here, because it costs half a second

        plot = pg.PlotWidget(background=self._theme.ground, enableMenu=False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.plotItem.disableAutoRange()
        for axis in (plot.getAxis("left"), plot.getAxis("bottom")):
            axis.setPen(self._pen(self._theme.line))
            axis.setTextPen(self._pen(self._theme.quiet))
        return plot

    def _draw(self, chart: str, series: Sequence[Series], session: str) -> None:
        import pyqtgraph as pg

        plot = self._plot
        plot.clear()
        first, last = span_days(series)
        bottom, top = _levels(chart, series)
        room = 0.06 * (top - bottom)  # for half a mark
        plot.setRange(xRange=(first, last), yRange=(bottom - room, top + room), padding=0)
        if chart == "glute_lsi":
            plot.addItem(pg.InfiniteLine(EQUAL_PCT, angle=0, pen=self._pen(self._theme.good, width=1)))
        for day in retaped(series):
            pen = self._pen(self._theme.line, width=1, style=Qt.PenStyle.DashLine)
            plot.addItem(pg.InfiniteLine(day, pen=pen))
        for one in series:
            self._put(one, session, (first, last), top)

    def _put(self, series: Series, session: str, span: tuple[float, float], top: float) -> None:
        """Draw one side: ranges behind, then lines, then points."""
        import pyqtgraph as pg

        plot, side = self._plot, side_of(series.name)
        colour, apart = self._theme.side(side), APART * (span[1] - span[0])
        shift = 0.0 if side is None else -apart if side is Side.LEFT else apart
        days = [day_number(point.started_at) + shift for point in series.points]
        levels = [top if point.number.never else point.value or 0.0 for point in series.points]
        for place, point in enumerate(series.points):
            low, high = point.number.low, point.number.high
            if low is not None and high is not None:
                ends = [low, min(high, top)]
                plot.plot([days[place]] * 2, ends, pen=self._pen(colour, width=2), antialias=True)
        for place, (one, other) in enumerate(pairwise(series.points)):
            if one.number.never or other.number.never:
                continue
            same = one.placement is not None and one.placement == other.placement
            style = Qt.PenStyle.SolidLine if same else Qt.PenStyle.DotLine
            pen = self._pen(colour, width=2 if same else 1, style=style)
            plot.plot(days[place : place + 2], levels[place : place + 2], pen=pen, antialias=True)
        for place, point in enumerate(series.points):
            chosen = point.session == session
            plot.plot(
                [days[place]],
                [levels[place]],
                pen=None,
                symbol="t1" if point.number.never else SYMBOLS[side],
                symbolSize=18 if chosen else 11,
                symbolPen=self._pen(self._theme.text if chosen else colour, width=2),
                symbolBrush=pg.mkBrush(self._theme.ground if point.number.doubts else colour),
            )

    def _fit(self) -> None:
        """Give the axes letters and ticks of the size of the window."""
        if self._plot is None or self._shown is None:
            return
        trend, chart = self._shown
        series = [trend.series[one] for one in CHARTS[chart] if one in trend.series]
        small = themes.font(max(9.0, self.height() * 0.045))
        metrics = QFontMetricsF(small)
        left, bottom = self._plot.getAxis("left"), self._plot.getAxis("bottom")
        name = series[0].name
        lowest, top = _levels(chart, series)
        marks = [(level, trend_words.value_words(name, level)) for level in _steps(lowest, top)]
        if any(point.number.never for one in series for point in one.points):
            marks = [*marks[:-1], (top, history_words.NEVER_AXIS)]
        left.setTickFont(small)
        left.setTicks([marks])
        left.setWidth(max(metrics.horizontalAdvance(said) for _level, said in marks) + 16)
        bottom.setTickFont(small)
        bottom.setHeight(metrics.height() + 10)
        bottom.setTicks([self._dates(series, metrics)])

    def _dates(self, series: Sequence[Series], metrics: QFontMetricsF) -> list[tuple[float, str]]:
        """Dates of sessions under their marks, as many as stand beside one another."""
        first, last = span_days(series)
        firsts: dict[date, datetime] = {}
        for moment in sorted(point.started_at for one in series for point in one.points):
            firsts.setdefault(moment.astimezone().date(), moment)
        said = [
            (day_number(moment), history_words.date_words(day, short=True)) for day, moment in firsts.items()
        ]
        apart = 1.6 * metrics.horizontalAdvance(said[0][1]) * (last - first) / max(1, self.width() * 0.9)
        shown: list[tuple[float, str]] = []
        for one in said:
            if not shown or one[0] - shown[-1][0] >= apart:
                shown.append(one)
        return shown


def side_of(name: str) -> Side | None:
    """Side of a number; None for one of both."""
    return next((side for side in Side if f"_{side}_" in name), None) if "lsi" not in name else None


def day_number(moment: datetime) -> float:
    """Days since 1970, in the time of this place."""
    return (moment.astimezone().replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(days=1)


def retaped(series: Sequence[Series]) -> list[float]:
    """Days, midway between two sessions, between which the electrodes were taped anew or nobody knows."""
    points: dict[str, Point] = {point.session: point for one in series for point in one.points}
    ordered = sorted(points.values(), key=lambda point: point.started_at)
    return [
        (day_number(one.started_at) + day_number(other.started_at)) / 2.0
        for one, other in pairwise(ordered)
        if other.placement is None or one.placement != other.placement
    ]


def span_days(series: Sequence[Series]) -> tuple[float, float]:
    """First and last day of the axis, with some room."""
    days = [day_number(point.started_at) for one in series for point in one.points]
    room = max(1.0, 0.05 * (max(days) - min(days)))
    return min(days) - room, max(days) + room


def _levels(chart: str, series: Sequence[Series]) -> tuple[float, float]:
    """Give the ends of the axis: nothing, and a round number above all values and what is shown of ranges."""
    numbers = [point.number for one in series for point in one.points]
    values = [number.value for number in numbers if number.value is not None]
    highs = [min(number.high, 2.0 * (number.value or 0.0)) for number in numbers if number.high is not None]
    least = 2.0 if chart == "latency" else 100.0 if chart != "glute_lsi" else 150.0
    step = 0.5 if chart == "latency" else 25.0
    top = step * math.ceil(max([least, *values, *highs]) / step)
    if any(number.never for number in numbers):
        top += step  # a place of its own above all that were measured
    bottom = step * math.floor(min([0.0, *values]) / step)
    return bottom, top


def _steps(bottom: float, top: float) -> list[float]:
    """Round levels from one end to the other, at most seven."""
    step = next(step for step in (0.5, 1.0, 2.0, 25.0, 50.0, 100.0, 500.0, 1e9) if (top - bottom) / step <= 7)
    count = math.floor((top - bottom) / step)
    levels = [bottom + step * index for index in range(count + 1)]
    return levels if levels[-1] == top else [*levels, top]
