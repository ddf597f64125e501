"""The page that explains what stands on the others without a word."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.desktop.theme import DARK
from ui.desktop.windows.help_page import HelpPage
from ui.words import figures, words


@pytest.fixture
def page(qtbot: QtBot) -> HelpPage:
    made = HelpPage()
    qtbot.addWidget(made)
    made.resize(1366, 768)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_the_green_edge_of_the_bars_is_shown_beside_what_it_says(page: HelpPage) -> None:
    """Else a bar below its line that goes on counting looks like a fault."""
    labels = page.findChildren(QLabel)
    (edge,) = (label for label in labels if label.accessibleName() == words.EDGE)
    (said,) = (label for label in labels if label.text() == words.EDGE_TOLD)
    assert page.grab().toImage().pixelColor(edge.geometry().center()).name() == DARK.good
    assert said.geometry().top() <= edge.geometry().center().y() <= said.geometry().bottom()
    assert edge.geometry().right() < said.geometry().left()


def test_short_words_are_explained_as_they_stand_on_the_pages(page: HelpPage) -> None:
    """Else "n 3 and 2" is left to the guide, which nobody has at hand."""
    texts = {label.text() for label in page.findChildren(QLabel)}
    assert {*words.SHORT_TOLD, *words.SHORT_TOLD.values()} <= texts
    assert figures.counts_words((3, 2)) in words.SHORT_TOLD
