"""Raw signal and envelope of every site, swept over ten seconds: only what is new is painted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.blocks import FloatArray, Unit
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fast import mixed, polyline
from ui.desktop.widgets.meters import common_px
from ui.desktop.widgets.told import Picture
from ui.reading.muscles import muscle_of, side_of
from ui.reading.therapist import mark_words, scale_words
from ui.session.traces import NO_TRACES, TraceMark, TraceView
from ui.words import therapist_words, words

GUTTER_SHARE: Final = 0.13
"""Of the width, for the name, scale and contact of each lane."""

HEAD_SHARE: Final = 0.085
LABEL_ROWS: Final = 2
"""Of the height, for the words of the marks, and how many rows of them: "felt" comes right upon "fired"."""

AHEAD: Final = 24
"""Columns kept blank before the newest ones, 0.2 s: where the sweep is, and how old what follows is."""

RAW_SHARE: Final = 0.68
"""Of the side's colour in the raw trace, behind the envelope."""

LABEL_PX: Final = 90
LABEL_SHARE: Final = 0.84
"""Size of the words, as a share of their row."""

NOWHERE: Final = QRectF()
LABEL_GAP_PX: Final = 5
MARK_ALIGN: Final = {"cue": paint.RIGHT, "set": paint.RIGHT, "fired": paint.LEFT, "felt": paint.LEFT}
"""What comes in quick succession has its words on either side of the lines."""

SECONDS: Final = 10
LANE_SHARE: Final = 0.46
"""Of a lane's height, from its middle to the full scale."""

SCREENED: Final = 190
"""How opaque the plate is that lies over traces that have stopped, of 255."""


class TracePanel(Picture):
    """Draws one ``TraceView``.

    What has been drawn stays in a picture; each new view adds its columns to it and asks for a repaint of
    just these. Width-1 pens without smoothing: anything else costs ten to a thousand times as much.

    Parameters
    ----------
    theme : Theme
        Colours.
    """

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._traces = NO_TRACES
        self._contact: Mapping[str, tuple[str, bool]] = {}
        self._stopped = ""
        self._picture = self._empty = QPixmap()
        self._pens: list[QPen] = []
        self._zeros = self._reaches = np.empty(0)
        self._key: tuple[object, ...] = ()
        self._drawn_end = 0
        self._sweep = QRect()
        self._labels_key: tuple[object, ...] = ()
        self._labels: Mapping[TraceMark, QRectF] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(therapist_words.TRACES)

    def show_traces(self, traces: TraceView, stopped: str = "") -> None:
        """Draw these from now on.

        Parameters
        ----------
        traces : TraceView
            The newest.
        stopped : str
            Why they do not go on, empty while they do.
        """
        before, self._traces = self._traces, traces
        whole = traces.marks != before.marks or stopped != self._stopped or self._key != self._key_now()
        self._stopped = stopped
        if whole:
            self.update()
            return
        for area in self._areas(min(self._drawn_end, before.end), traces.end + AHEAD):
            self.update(area)

    def show_contact(self, said: Mapping[str, tuple[str, bool]]) -> None:
        """Say this of the contact of each site from now on, and whether it is good; nothing of the others."""
        if said != self._contact:
            self._contact = dict(said)
            self.setAccessibleDescription(
                "; ".join(f"{words.site_words(site)}: {verdict}" for site, (verdict, _) in said.items())
            )
            self.update(self._gutter())

    def sweep(self) -> QRect:
        """Where the traces are, in the widget's coordinates."""
        return self._sweep

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the place of the traces: asked for too often to be found each time."""
        left, top = self._gutter().width(), round(self.height() * HEAD_SHARE)
        self._sweep = QRect(left, top, self.width() - left, self.height() - top)

    def column_x(self, column: int) -> float:
        """Give the left end of a column within the sweep."""
        n_columns = max(1, self._traces.n_columns)
        return (column % n_columns) * self._sweep.width() / n_columns

    def paintEvent(self, event: QPaintEvent) -> None:
        """Add what is new to the picture, and show as much of it as was asked for."""
        self._bring_up_to_date()
        area, sweep = event.rect(), self._sweep
        with QPainter(self) as painter:
            for beside in (self._gutter(), QRect(0, 0, self.width(), sweep.top())):
                painter.fillRect(area.intersected(beside), QColor(self._theme.ground))
            seen = area.intersected(sweep)
            if not seen.isEmpty():
                ratio = self._picture.devicePixelRatio()
                part = seen.translated(-sweep.topLeft())
                source = QRectF(
                    part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio
                )
                painter.drawPixmap(QRectF(seen), self._picture, source)
            if area.intersects(self._gutter()):
                self._paint_gutter(painter)
            self._paint_marks(painter, area)
            if self._stopped:
                self._paint_stopped(painter, sweep)

    # where things are

    def _gutter(self) -> QRect:
        return QRect(0, 0, max(76, round(self.width() * GUTTER_SHARE)), self.height())

    def _lane(self, lane: int) -> QRectF:
        """Give a lane's place within the sweep."""
        height = self._sweep.height() / max(1, len(self._traces.sites))
        return QRectF(0.0, lane * height, self._sweep.width(), height)

    def _areas(self, first: int, end: int) -> list[QRect]:
        """Give the places of these columns in the widget: one, or two where the sweep begins anew."""
        sweep, n_columns = self._sweep, self._traces.n_columns
        if end - first >= n_columns or not n_columns:
            return [self.rect()]
        areas = []
        start, stop = first % n_columns, first % n_columns + end - first
        for from_column, to_column in ((start, min(stop, n_columns)), (0, stop - n_columns)):
            if to_column > from_column:
                scale = sweep.width() / n_columns
                left, right = math.floor(from_column * scale) - 2, math.ceil(to_column * scale) + 2
                areas.append(QRect(sweep.left() + left, 0, right - left, self.height()))
        return areas

    # the picture

    def _key_now(self) -> tuple[object, ...]:
        """Everything that makes the whole picture another one."""
        traces = self._traces
        shape = (traces.sites, traces.n_columns, traces.version, traces.scale, traces.centred)
        return (*shape, self.size(), self.devicePixelRatioF())

    def _bring_up_to_date(self) -> None:
        traces, key = self._traces, self._key_now()
        if self._sweep.isEmpty() or (key == self._key and traces.end == self._drawn_end):
            return
        n_columns, anew = traces.n_columns, key != self._key
        if anew:
            self._key = key
            self._prepare()
        # what lies ahead of the sweep is blank, however old it is
        oldest = traces.end - n_columns + AHEAD
        first = oldest if anew else max(self._drawn_end, oldest)
        self._drawn_end = traces.end
        if not n_columns or not traces.sites:
            return
        with QPainter(self._picture) as painter:
            for start, stop in self._runs(first, traces.end + AHEAD):
                self._clear(painter, start % n_columns, start % n_columns + stop - start)
            for start, stop in self._runs(max(0, first), traces.end):
                self._draw(painter, start, stop)

    def _prepare(self) -> None:
        """Begin another picture, with all that does not change while it grows."""
        traces, ratio = self._traces, self.devicePixelRatioF()
        self._empty = QPixmap(self._sweep.size() * ratio)
        self._empty.setDevicePixelRatio(ratio)
        self._empty.fill(QColor(self._theme.surface))
        self._pens = [
            QPen(mixed(self._side_colour(lane), self._theme.surface, RAW_SHARE), 1)
            for lane in range(len(traces.sites))
        ]
        places = [self._lane(lane) for lane in range(len(traces.sites))]
        # a lane's full scale is LANE_SHARE of its height from the middle, twice that from its floor
        reach = LANE_SHARE if traces.centred else 2.0 * LANE_SHARE
        self._zeros = np.array(
            [place.center().y() if traces.centred else place.bottom() - 3.0 for place in places]
        )
        self._reaches = np.array([place.height() * reach for place in places])
        self._paint_empty()
        self._picture = self._empty.copy()

    def _paint_empty(self) -> None:
        """Draw empty lanes: seconds, zero lines, seams."""
        with QPainter(self._empty) as painter:
            painter.setPen(QColor(self._theme.raised))
            width, height = self._sweep.width(), self._sweep.height()
            for second in range(1, SECONDS):
                x = round(second * width / SECONDS)
                painter.drawLine(x, 0, x, height)
            for lane, zero in enumerate(self._zeros.tolist()):
                painter.drawLine(0, round(zero), width, round(zero))
                if lane:
                    seam = QRect(0, round(self._lane(lane).top()), width, 2)
                    painter.fillRect(seam, QColor(self._theme.ground))

    def _runs(self, first: int, end: int) -> list[tuple[int, int]]:
        """Cut columns where the sweep begins anew."""
        n_columns = self._traces.n_columns
        runs = []
        while first < end:
            stop = min(end, (first // n_columns + 1) * n_columns)
            runs.append((first, stop))
            first = stop
        return runs

    def _clear(self, painter: QPainter, from_column: int, to_column: int) -> None:
        """Take away what was drawn there."""
        scale, ratio = self._sweep.width() / self._traces.n_columns, self._empty.devicePixelRatio()
        left, right, height = round(from_column * scale), round(to_column * scale), self._sweep.height()
        source = QRectF(left * ratio, 0, (right - left) * ratio, height * ratio)
        painter.drawPixmap(QRectF(left, 0, right - left, height), self._empty, source)

    def _draw(self, painter: QPainter, first: int, end: int) -> None:
        """Draw columns, from the one before them on so that the line goes on; all lanes at once."""
        traces, n_columns = self._traces, self._traces.n_columns
        start = max(first - 1, 0) if first % n_columns else first
        rows = np.arange(start, end) % n_columns
        scale = self._sweep.width() / n_columns
        x: FloatArray = rows.astype(np.float64) * scale
        low, high = traces.low[rows], traces.high[rows]
        lost = np.isnan(low)
        both = self._ys(np.stack((low, high), axis=1).reshape(-1, len(traces.sites)))
        levels = self._ys(np.where(lost, np.nan, traces.rms[rows]))
        halves = np.stack((x, x + scale / 2.0), axis=1).ravel()
        if lost.any():
            for lane in range(len(traces.sites)):
                self._hatch(painter, lane, x[first - start :][lost[first - start :, lane]], scale)
        for lane, pen in enumerate(self._pens):
            painter.setPen(pen)
            self._polylines(painter, halves, both[:, lane])
        painter.setPen(QPen(QColor(self._theme.text), 2))
        for lane in range(len(traces.sites)):
            self._polylines(painter, x, levels[:, lane])

    def _ys(self, levels: FloatArray) -> FloatArray:
        """Give the places of levels, shape (n, n_sites), cut off at the edges of their lanes."""
        shares = np.clip(levels / self._traces.scale, -1.0 if self._traces.centred else 0.0, 1.0)
        places: FloatArray = self._zeros - shares * self._reaches
        return places

    def _hatch(self, painter: QPainter, lane: int, x: FloatArray, width: float) -> None:
        """Hatch columns that have lost a sample: nothing is known of them."""
        if not len(x):
            return
        place = self._lane(lane)
        brush = QBrush(QColor(self._theme.line), Qt.BrushStyle.BDiagPattern)
        for stretch in np.split(x, np.flatnonzero(np.diff(x) > 1.5 * width) + 1):
            begin, end = math.floor(stretch[0]), math.ceil(stretch[-1] + width)
            painter.fillRect(
                QRect(begin, round(place.top()) + 2, end - begin, round(place.height()) - 2), brush
            )

    def _polylines(self, painter: QPainter, x: FloatArray, y: FloatArray) -> None:
        """Draw the stretches that have no hole."""
        holes = np.isnan(y)
        if not holes.any():
            painter.drawPolyline(polyline(x, y))
            return
        known = np.flatnonzero(~holes)
        for stretch in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
            painter.drawPolyline(polyline(x[stretch], y[stretch]))

    def _side_colour(self, lane: int) -> QColor:
        return self._theme.side(side_of(self._traces.sites[lane]))

    # what stands around and upon it

    def _paint_gutter(self, painter: QPainter) -> None:
        """Say whose lane it is, how much it shows, and how its contact is."""
        traces, top = self._traces, self._sweep.top()
        width = self._gutter().width() - 8
        height = self._lane(0).height()
        names = [self._name(site) for site in traces.sites]
        name_px = common_px(names, width, height * 0.3, min(height * 0.25, self.height() * 0.046), bold=True)
        for lane, site in enumerate(traces.sites):
            place = self._lane(lane).translated(0.0, top)
            microvolts = traces.unit is Unit.MICROVOLT
            scale = scale_words(traces.scale[lane], centred=traces.centred, microvolts=microvolts)
            said, good = self._contact.get(site, ("", True))
            rows = (
                (names[lane], self._side_colour(lane), 0.12, 0.30, True),
                (said, QColor(self._theme.text if good else self._theme.warn), 0.42, 0.24, not good),
                (scale, QColor(self._theme.quiet), 0.66, 0.24, False),
            )
            for text, colour, above, share, bold in rows:
                row = QRectF(0, place.top() + height * above, width, height * share)
                size_px = (
                    name_px if text is names[lane] else min(height * share * 0.82, self.height() * 0.046)
                )
                paint.draw_text(painter, row, text, colour, size_px, bold=bold, align=paint.LEFT)

    def _name(self, site: str) -> str:
        """``L  Glute``."""
        side, muscle = side_of(site), words.muscle_word(muscle_of(site))
        letter = words.SIDE_LETTERS[side] if side is not None else ""
        return f"{letter}  {muscle[:1].upper()}{muscle[1:]}".strip()

    def _paint_marks(self, painter: QPainter, area: QRect) -> None:
        """Draw a line for each moment; where the sweep is blank there is none."""
        sweep, traces = self._sweep, self._traces
        places = self._label_places()
        for mark in traces.marks:
            column = mark.sample // traces.spacing
            if not traces.end - traces.n_columns + AHEAD <= column < traces.end:
                continue
            x = sweep.left() + round(self.column_x(column))
            if area.left() - 1 <= x <= area.right() + 1:
                painter.setPen(QPen(self._mark_colour(mark), 1, self._mark_style(mark)))
                painter.drawLine(x, sweep.top(), x, sweep.bottom())
            place = places.get(mark, NOWHERE)
            if area.intersects(place.toAlignedRect()):
                colour, size_px = self._mark_colour(mark), place.height() * LABEL_SHARE
                paint.draw_text(painter, place, mark_words(mark), colour, size_px)

    def _label_places(self) -> Mapping[TraceMark, QRectF]:
        """Give the words of each mark the lowest row in which they stand free of those before them.

        Marks whose words find no place keep their line.
        """
        key = (self._traces.marks, self._sweep, self._traces.n_columns)
        if key != self._labels_key:
            self._labels_key, places = key, dict[TraceMark, QRectF]()
            taken = [-math.inf] * LABEL_ROWS
            for mark in sorted(self._traces.marks, key=lambda mark: mark.sample):
                place = self._label_at(mark)
                # on a sweep without an end: what is a sweep apart is never seen together
                begun = mark.sample // self._traces.spacing // max(1, self._traces.n_columns)
                left = begun * self._sweep.width() + place.left()
                row = next((row for row, right in enumerate(taken) if left >= right + LABEL_GAP_PX), None)
                if row is not None:
                    taken[row] = left + place.width()
                    places[mark] = place.translated(0.0, -row * place.height())
            self._labels = places
        return self._labels

    def _label_at(self, mark: TraceMark) -> QRectF:
        """Give a label its place in the lowest row: before its line, behind it, or across; never cut off."""
        sweep, said, height = self._sweep, mark_words(mark), self._sweep.top() / LABEL_ROWS
        font = paint.fitted_font(said, LABEL_PX, int(height), round(height * LABEL_SHARE), bold=False)
        wide = math.ceil(QFontMetricsF(font).horizontalAdvance(said)) + 1.0
        x = sweep.left() + round(self.column_x(mark.sample // self._traces.spacing))
        align = MARK_ALIGN.get(mark.code, paint.CENTRE)
        left = x - {paint.RIGHT: wide + 3.0, paint.LEFT: -2.0}.get(align, wide / 2.0)
        return QRectF(max(sweep.left(), min(left, sweep.right() - wide)), sweep.top() - height, wide, height)

    def _mark_colour(self, mark: TraceMark) -> QColor:
        return QColor(self._theme.good if mark.code in ("fired", "felt") else self._theme.text)

    def _mark_style(self, mark: TraceMark) -> Qt.PenStyle:
        return Qt.PenStyle.DashLine if mark.code in ("cue", "note", "mark") else Qt.PenStyle.SolidLine

    def _paint_stopped(self, painter: QPainter, sweep: QRect) -> None:
        """Cover what has stopped, so that it cannot be taken for now."""
        screen = QColor(self._theme.ground)
        screen.setAlpha(SCREENED)
        painter.fillRect(sweep, screen)
        size_px = sweep.height() * 0.09
        paint.draw_text(painter, QRectF(sweep), self._stopped, self._theme.text, size_px, bold=True)
