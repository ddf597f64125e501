"""Every page before a session, at every size: no word is cut, nothing overlaps, every control has a name."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui.desktop.gallery import pictured_views
from ui.desktop.gallery.door_scenes import PAGES, Set
from ui.desktop.gallery.fits import is_cut, place_in, written
from ui.desktop.widgets.back_view import BackView
from ui.desktop.windows.door_page import DoorPage
from ui.desktop.windows.start_window import StartWindow

SIZES = [(800, 600), (1280, 800), (1920, 1080)]
SMALLEST_LETTERS_PX = {600: 12, 800: 16, 1080: 21}
"""Of the page's own letters: what can be read from two metres, and at 800 x 600 from a chair."""

SMALL_PRINT = 0.7


def shown(qtbot: QtBot, name: str, size: tuple[int, int]) -> StartWindow:
    window = PAGES[name](Set(pictured_views.ASKED))
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    return window


def visible(page: DoorPage) -> list[QWidget]:
    drawn = [found for found in page.findChildren(BackView) if found.isVisible()]
    return [*written(page), *drawn]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_no_word_is_cut_or_covered_or_too_small(qtbot: QtBot, name: str, size: tuple[int, int]) -> None:
    """A sentence without its end can say the opposite; a page that is too tall hides its Next."""
    window = shown(qtbot, name, size)
    page = window.page
    assert (page.width(), page.height()) == size
    widgets = visible(page)
    assert [widget for widget in widgets if is_cut(widget)] == []
    places = {widget: place_in(widget, page) for widget in widgets}
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
        found
        for found in visible(page)
        if isinstance(found, QAbstractButton | QAbstractSpinBox | QComboBox | QLineEdit)
    ]
    assert [control for control in controls if not control.accessibleName()] == []
    chain: list[QWidget] = [page]
    while (following := chain[-1].nextInFocusChain()) not in (page, None):
        chain.append(following)
    order = [widget for widget in chain if widget in controls]
    assert set(order) == set(controls)
    reading = sorted(
        controls, key=lambda found: (place_in(found, page).center().y() // 12, place_in(found, page).x())
    )
    assert order == reading
