"""Every page before a session, at every size: no word is cut, nothing overlaps, every control has a name."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui.desktop import gallery
from ui.desktop.door_gallery import PAGES
from ui.desktop.widgets.back_view import BackView
from ui.desktop.windows.door_page import DoorPage
from ui.desktop.windows.start_window import StartWindow

SIZES = [(800, 600), (1280, 800), (1920, 1080)]
SMALLEST_LETTERS_PX = {600: 12, 800: 16, 1080: 21}
"""Of the page's own letters: what can be read from two metres, and at 800 x 600 from a chair."""

SMALL_PRINT = 0.7


def shown(qtbot: QtBot, name: str, size: tuple[int, int]) -> StartWindow:
    window = PAGES[name](gallery.ASKED)
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    return window


def visible(page: DoorPage) -> list[QWidget]:
    kinds = (QLabel, QAbstractButton, QComboBox, QLineEdit, BackView)
    found = [widget for widget in page.findChildren(QWidget) if isinstance(widget, kinds)]
    return [
        widget for widget in found if widget.isVisible() and not isinstance(widget.parentWidget(), QComboBox)
    ]


def place(widget: QWidget, page: DoorPage) -> QRect:
    return widget.rect().translated(widget.mapTo(page, widget.rect().topLeft()))


def is_cut(widget: QWidget) -> bool:
    """Whether words of a widget do not fit into it."""
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height()
        return widget.sizeHint().width() > widget.width() or widget.sizeHint().height() > widget.height()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        field = widget.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        )
        line = widget.lineEdit()
        text = widget.currentText() or (line.placeholderText() if line is not None else "")
        return metrics.horizontalAdvance(text) > field.width() or metrics.height() > field.height()
    if isinstance(widget, QLineEdit):
        text = widget.text() or widget.placeholderText()
        return metrics.horizontalAdvance(text) > widget.width() - 8 or metrics.height() > widget.height()
    if isinstance(widget, QAbstractButton):
        return (
            metrics.horizontalAdvance(widget.text()) + 4 > widget.width()
            or metrics.height() > widget.height()
        )
    return False


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_no_word_is_cut_or_covered_or_too_small(qtbot: QtBot, name: str, size: tuple[int, int]) -> None:
    """A sentence without its end can say the opposite; a page that is too tall hides its Next."""
    window = shown(qtbot, name, size)
    page = window.page
    assert (page.width(), page.height()) == size
    widgets = visible(page)
    assert [widget for widget in widgets if is_cut(widget)] == []
    places = {widget: place(widget, page) for widget in widgets}
    assert [widget for widget, where in places.items() if not page.rect().contains(where)] == []
    overlapping = [
        (one, other) for one, other in combinations(widgets, 2) if places[one].intersects(places[other])
    ]
    assert overlapping == []
    written = [widget for widget in widgets if not isinstance(widget, BackView)]
    sizes = {widget: QFontInfo(widget.font()).pixelSize() for widget in written}
    least = SMALLEST_LETTERS_PX[size[1]]
    assert min(px for widget, px in sizes.items() if not isinstance(widget, QLabel)) >= least
    assert min(sizes.values()) >= SMALL_PRINT * least


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name_and_tab_reaches_it_in_reading_order(qtbot: QtBot, name: str) -> None:
    """A button without a name is a riddle; a Next that comes first is pressed before anything is read."""
    window = shown(qtbot, name, SIZES[1])
    page = window.page
    controls = [
        found for found in visible(page) if isinstance(found, QAbstractButton | QComboBox | QLineEdit)
    ]
    assert [control for control in controls if not control.accessibleName()] == []
    chain: list[QWidget] = [page]
    while (following := chain[-1].nextInFocusChain()) not in (page, None):
        chain.append(following)
    order = [widget for widget in chain if widget in controls]
    assert set(order) == set(controls)
    reading = sorted(
        controls, key=lambda found: (place(found, page).center().y() // 12, place(found, page).x())
    )
    assert order == reading
