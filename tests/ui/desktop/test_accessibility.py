"""The keyboard reaches every control of every page, and screen readers are told what changes.

What they find when they walk a screen is in ``test_accessible_tree``.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.desktop.colours import contrast
from ui.desktop.announcer import Announcer, send_to_reader
from ui.desktop.gallery import pictured_views
from ui.desktop.gallery.door_scenes import PAGES, Set
from ui.desktop.gallery.fits import place_in
from ui.desktop.theme import DARK, LIGHT, Theme
from ui.desktop.windows.door_page import DoorPage

CONTROLS = QAbstractButton | QComboBox | QLineEdit | QAbstractSpinBox | QAbstractSlider | QListWidget
SIZE = (1366, 768)


def controls(window: QWidget) -> list[QWidget]:
    """What can be worked on a screen; the field in a box belongs to its box."""
    found = [widget for widget in window.findChildren(QWidget) if isinstance(widget, CONTROLS)]
    return [
        widget
        for widget in found
        if widget.isVisible() and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QAbstractButton)
    ]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_every_control_and_it_shows_where_the_keyboard_is(
    qtbot: QtBot, name: str, theme: Theme
) -> None:
    """Else who has no mouse, or no hand for one, is lost on the first page."""
    window = PAGES[name](Set(pictured_views.ASKED, theme))
    qtbot.addWidget(window)
    window.resize(*SIZE)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    enabled = [widget for widget in controls(window.page) if widget.isEnabled()]
    reached: set[QWidget] = set()
    for _ in range(3 * len(enabled) + 3):
        here = window.focusWidget()
        if here is not None:
            box = here.parentWidget()
            reached.add(box if isinstance(box, QComboBox | QAbstractSpinBox) else here)
        QTest.keyClick(window, Qt.Key.Key_Tab)
    # Tab comes to a row of answers once; the arrows go on inside it
    assert {stop(widget) for widget in enabled} <= {stop(widget) for widget in reached}
    for widget in enabled:
        assert shows_focus(window.page, widget), (name, widget.accessibleName())


def stop(widget: QWidget) -> QObject:
    """Where Tab stops for a control."""
    return (widget.group() if isinstance(widget, QAbstractButton) else None) or widget


def test_arrows_go_through_the_answers_of_a_row(qtbot: QtBot) -> None:
    """Else only the first answer can be given without a mouse."""
    window = PAGES["before"](Set(pictured_views.ASKED))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    row = list(window.before.sore_side.buttons.values())
    row[0].setFocus(Qt.FocusReason.TabFocusReason)
    for button in row[1:]:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Right)
        assert button.hasFocus()


def shows_focus(page: DoorPage, widget: QWidget) -> bool:
    """Whether the ring lies around a control that has the keyboard, and is painted there."""
    (widget.focusProxy() or widget).setFocus(Qt.FocusReason.TabFocusReason)
    place = place_in(widget, page)
    around = page.ring.geometry()
    if not (page.ring.isVisible() and around.contains(place)):
        return False
    edge = page.grab().toImage().pixelColor(around.left() + 1, around.center().y()).name()
    return contrast(edge, page.colours.ground) >= 3.0


def test_the_state_is_told_once_and_not_more_often_than_it_can_be_said(qtbot: QtBot) -> None:
    """Else the reader talks over itself sixty times a second, or says what is over."""
    window = QWidget()
    qtbot.addWidget(window)
    said: list[str] = []
    announcer = Announcer(lambda widget, text: said.append(text))
    assert announcer.announce(window, "Hold", 10.0)
    assert not announcer.announce(window, "Hold", 12.0), "it is the same word"
    assert announcer.announce(window, "Rest", 12.1)
    assert not announcer.announce(window, "Hold", 12.5), "a second is not over"
    assert not announcer.announce(window, "Paused", 13.0)
    assert announcer.announce(window, "Paused", 13.2), "the newest word wins"
    assert not announcer.announce(window, "", 20.0)
    assert said == ["Hold", "Rest", "Paused"]


def test_a_word_that_came_back_in_time_is_not_told_again(qtbot: QtBot) -> None:
    """Else a short loss of signal makes the reader repeat what it said."""
    window = QWidget()
    qtbot.addWidget(window)
    said: list[str] = []
    announcer = Announcer(lambda widget, text: said.append(text))
    announcer.announce(window, "Hold", 10.0)
    announcer.announce(window, "No signal", 10.3)
    announcer.announce(window, "Hold", 11.2)
    assert said == ["Hold"]


def test_the_words_reach_qt(qtbot: QtBot) -> None:
    """Else the way to the screen reader raises when one is first turned on."""
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    send_to_reader(window, "Hold")
