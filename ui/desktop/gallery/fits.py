"""Whether the words of a screen fit: none cut, none over another, none outside the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.told import Told

WRITTEN: Final = QLabel | QAbstractButton | QComboBox | QLineEdit | QAbstractSpinBox
"""What has words that can be asked for; what is painted by hand is looked at by people."""

EDGE_PX: Final = 2
"""Frames may touch by so much."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Words that do not fit.

    Attributes
    ----------
    what : str
        ``cut``, ``outside`` or ``overlaps``.
    text, other : str
        The words, and those they lie upon.
    """

    what: str
    text: str
    other: str = ""

    def __str__(self) -> str:
        """As one line."""
        return f"{self.what}: {self.text!r}" + (f" and {self.other!r}" if self.other else "")


def misfits(window: QWidget) -> Iterator[Misfit]:
    """Find the words of a window that is shown which do not fit.

    Parameters
    ----------
    window : QWidget
        Shown in its size, with all its events handled.
    """
    shown = [widget for widget in written(window) if words_of(widget)]
    places = {widget: place_in(widget, window) for widget in shown}
    for widget, place in places.items():
        if is_cut(widget):
            yield Misfit("cut", words_of(widget))
        if not window.rect().contains(place):
            yield Misfit("outside", words_of(widget))
    for one, other in combinations(shown, 2):
        apart = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not apart and _shrunk(places[one]).intersects(_shrunk(places[other])):
            yield Misfit("overlaps", words_of(one), words_of(other))


def written(window: QWidget) -> list[QWidget]:
    """List what is seen of a window that has words or takes them; the field in a box belongs to the box."""
    found = [widget for widget in window.findChildren(QWidget) if isinstance(widget, WRITTEN)]
    return [
        widget
        for widget in found
        if not isinstance(widget, Told)  # it paints its words itself, in the size that fits
        if widget.isVisible() and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
    ]


def words_of(widget: QWidget) -> str:
    """Give the words that are to be read on it."""
    if isinstance(widget, QComboBox):
        line = widget.lineEdit()
        return widget.currentText() or (line.placeholderText() if line is not None else "")
    if isinstance(widget, QLineEdit):
        return widget.text() or widget.placeholderText()
    if isinstance(widget, QLabel | QAbstractButton | QAbstractSpinBox):
        return widget.text()
    return ""


def place_in(widget: QWidget, window: QWidget) -> QRect:
    """Give the place of a widget in a window."""
    return widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))


def is_cut(widget: QWidget) -> bool:
    """Whether the words of a widget do not fit into it."""
    if isinstance(widget, FittedLabel):
        return _fitted_is_cut(widget)
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height()
        hint = widget.sizeHint()
        return hint.width() > widget.width() or hint.height() > widget.height()
    metrics, text = widget.fontMetrics(), words_of(widget)
    room_px = _room_px(widget)
    return metrics.horizontalAdvance(text) > room_px or metrics.height() > widget.height()


def _room_px(widget: QWidget) -> int:
    """Width that a control leaves for its words."""
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        complex_control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return widget.style().subControlRect(complex_control, option, part, widget).width()
    if isinstance(widget, QAbstractSpinBox):
        return widget.lineEdit().width()
    return widget.width() - (8 if isinstance(widget, QLineEdit) else 4)


def _fitted_is_cut(label: FittedLabel) -> bool:
    metrics = QFontMetricsF(label.drawn_font())
    room = QRectF(0, 0, label.width(), 10_000)
    box = metrics.boundingRect(room, paint.CENTRE.value | paint.WRAP, label.drawn_text())
    return box.width() > label.width() + 1 or box.height() > label.height() + 1


def _shrunk(place: QRect) -> QRect:
    return place.adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
