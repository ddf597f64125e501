"""An athlete's sessions over time: where the numbers go, how often it was trained, and every session."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from emg.session.library import SessionDigest
from emg.session.trend import Trend
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.day_calendar import DayCalendar
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.trend_plot import CHARTS, TrendPlot
from ui.reading.history import History
from ui.words import history_words, library_words

ROW_SHARE: Final = 0.048
"""Height of a line of the list, of that of the page."""

COLUMNS: Final = (0.14, 0.28, 0.16, 0.42)
"""Widths of date, exercise, holds and symmetry."""

CELLS: Final = Qt.ItemDataRole.UserRole

MOST_DRAWN: Final = 30
"""So many sessions stand in one chart; more would be a smear, and slow under the arrow keys."""


class HistoryPage(QWidget):
    """Keyboard only: Up and Down choose a session, Enter opens it, Left and Right change the number.

    M moves it to another athlete, Delete deletes it, and with Shift all of the athlete.

    Signals
    -------
    opened : str
        Folder of the session that is asked for.
    closed
        Somebody wants to go back.
    move_wanted, delete_wanted, delete_all_wanted
        Somebody wants to move or delete the session that is chosen, or to delete the athlete.
    """

    opened = Signal(str)
    closed = Signal()
    move_wanted = Signal()
    delete_wanted = Signal()
    delete_all_wanted = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._history = History()
        self._charts = list(CHARTS)
        self._chart = 0
        self._told = ""
        self._title = FittedLabel("", share=0.7, bold=True, align=paint.LEFT, theme=theme)
        self._trend = TrendPlot(theme)
        self._days = DayCalendar(theme)
        self._heading = FittedLabel("", share=0.6, colour=theme.quiet, align=paint.LEFT, theme=theme)
        self._sessions = _Sessions(theme)
        self._sessions.setAccessibleName(history_words.SESSIONS)
        self._sessions.currentRowChanged.connect(self._chosen)
        self._sessions.itemDoubleClicked.connect(self._open)
        self.setFocusProxy(self._sessions)
        self._above = QHBoxLayout()
        self._above.addWidget(self._trend, 64)
        self._above.addWidget(self._days, 36)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._title, 8)
        self._column.addLayout(self._above, 52)
        self._column.addWidget(self._heading, 5)
        self._column.addWidget(self._sessions, 27)
        keys = FittedLabel(history_words.HISTORY_KEYS, share=0.66, colour=theme.quiet, theme=theme)
        self._column.addWidget(keys, 4)
        self._more = FittedLabel("", share=0.66, colour=theme.quiet, theme=theme)
        self._column.addWidget(self._more, 4)

    @property
    def chart(self) -> str:
        """Which number is drawn."""
        return self._charts[self._chart]

    @property
    def selected(self) -> SessionDigest | None:
        """The session that is chosen."""
        row = self._sessions.currentRow()
        return self._history.digests[row] if 0 <= row < len(self._history.digests) else None

    def show_athlete(self, athlete: str, history: History) -> None:
        """Draw the history of an athlete; the newest session is chosen."""
        self._history = history
        self._title.setText(history_words.TITLE.format(athlete=athlete))
        self._more.setText(library_words.MORE_KEYS.format(athlete=athlete))
        self._told = ""
        self._days.show_days(history.days, history.kept)
        self._sessions.show_sessions(history)
        self._draw()

    def tell(self, sentence: str) -> None:
        """Say above the list what was just done, until another session is chosen."""
        self._told = sentence
        self._draw()

    def turn(self, by: int) -> None:
        """Show another number."""
        self._chart = (self._chart + by) % len(self._charts)
        self._draw()

    def open_selected(self) -> None:
        """Ask for the session that is chosen."""
        if self.selected is not None:
            self.opened.emit(str(self.selected.folder))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the number, open a session, or go back."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turn(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_selected()
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key == Qt.Key.Key_Delete and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.delete_all_wanted.emit()
        elif key == Qt.Key.Key_Delete and self.selected is not None:
            self.delete_wanted.emit()
        elif key == Qt.Key.Key_M and self.selected is not None:
            self.move_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let margins and lines follow the window."""
        side, top = round(self.width() * 0.03), round(self.height() * 0.02)
        self._column.setContentsMargins(side, top, side, top)
        self._above.setSpacing(side)
        self._sessions.set_row_height(round(self.height() * ROW_SHARE))

    def _open(self, _item: QListWidgetItem) -> None:
        self.open_selected()

    def _chosen(self, _row: int) -> None:
        self._told = ""
        self._draw()

    def _draw(self) -> None:
        """Draw the number for the exercise of the session that is chosen."""
        chosen = self.selected
        whole = None if chosen is None else self._history.trend(chosen.protocol)
        trend = None if whole is None or chosen is None else around(whole, chosen.id)
        self._trend.show_trend(trend, self.chart, "" if chosen is None else chosen.id)
        told = [self._told or history_words.heading_words(self._history)]
        if whole is not None and trend is not None and len(trend.sessions) < len(whole.sessions):
            told.append(library_words.DRAWN.format(n=len(trend.sessions), of=len(whole.sessions)))
        self._heading.setText(". ".join(told))


def around(trend: Trend, session: str, most: int = MOST_DRAWN) -> Trend:
    """Give as much of a trend as can be drawn: the newest sessions, or those about the chosen one.

    What is typical, best and detectable stays that of the whole.
    """
    ids = trend.sessions
    if len(ids) <= most:
        return trend
    place = ids.index(session) if session in ids else len(ids) - 1
    last = min(len(ids), max(most, place + most // 2))
    shown = frozenset(ids[last - most : last])
    series = {
        name: replace(one, points=tuple(point for point in one.points if point.session in shown))
        for name, one in trend.series.items()
    }
    return replace(
        trend,
        sessions=ids[last - most : last],
        series={name: one for name, one in series.items() if one.points},
    )


class _Sessions(QListWidget):
    """A line a session; arrows move in it, and all other keys are the page's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._row_px = 24
        self.setItemDelegate(_Line(theme, self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)

    def show_sessions(self, history: History) -> None:
        """List them, and choose the first."""
        quiet = QSignalBlocker(self)
        self.clear()
        for digest in history.digests:
            cells = history_words.session_words(digest)
            item = QListWidgetItem(", ".join(cells))
            item.setData(CELLS, cells)
            self.addItem(item)
        self.setCurrentRow(0)
        quiet.unblock()

    @property
    def row_px(self) -> int:
        """Height of a line."""
        return self._row_px

    def set_row_height(self, height_px: int) -> None:
        """Let every line be so high."""
        self._row_px = height_px
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep what moves in the list."""
        moves = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
        if event.key() in moves:
            super().keyPressEvent(event)
        else:
            event.ignore()


class _Line(QStyledItemDelegate):
    """Draws the cells of a session; the chosen one has a bar at its left, besides another ground."""

    def __init__(self, theme: Theme, parent: _Sessions) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sessions = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Let every line be as high as the list says: asked once for thousands of them."""
        return QSize(0, self._sessions.row_px)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one line."""
        theme = self._theme
        place = QRectF(QRect(option.rect))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, QColor(theme.raised))
            bar = QRectF(place.left(), place.top(), place.height() * 0.16, place.height())
            painter.fillRect(bar, QColor(theme.text))
        inside = place.adjusted(place.height() * 0.5, 0, 0, 0)
        left = inside.left()
        for share, text in zip(COLUMNS, index.data(CELLS), strict=True):
            cell = QRectF(left, inside.top(), inside.width() * share - 8, inside.height())
            paint.draw_text(painter, cell, text, theme.text, inside.height() * 0.5, align=paint.LEFT)
            left += inside.width() * share
