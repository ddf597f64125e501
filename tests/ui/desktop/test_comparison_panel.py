"""The comparisons so far, as they are painted."""

from __future__ import annotations

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ui.desktop.theme import DARK
from ui.desktop.widgets.comparison_panel import ComparisonPanel
from ui.reading.therapist import Compared
from ui.words import words

ROOM_PX = (620, 160)
TOLD = Compared("Glute, left of right", "80 %", "", 0.8, 0.7, 0.9)
YET = Compared("Hamstring, left of right", words.NONE, "Left leg: not done yet")


def picture(qtbot: QtBot, *rows: Compared) -> tuple[QImage, int]:
    """The panel, and where "the same" stands in it."""
    panel = ComparisonPanel(DARK)
    qtbot.addWidget(panel)
    panel.resize(*ROOM_PX)
    panel.show_rows(rows)
    return panel.grab().toImage(), round(panel._x(1.0))


def test_the_middle_line_crosses_no_words(qtbot: QtBot) -> None:
    """Else "not done yet" is struck through, and reads as if it were taken back."""
    image, middle = picture(qtbot, TOLD, YET)
    top = round(0.15 * image.height())
    row = (image.height() - top) // 4

    def has_line(number: int) -> bool:
        rows = range(top + number * row + 1, top + (number + 1) * row - 1)
        near = range(middle - 1, middle + 2)
        return any(image.pixelColor(x, y).name() == DARK.line for y in rows for x in near)

    assert has_line(0)
    assert not has_line(1)
    assert not has_line(2), "nor the room in which nothing is"


def test_without_any_number_nothing_is_called_the_same(qtbot: QtBot) -> None:
    """Else a word stands over a line that is not there."""
    alone, _ = picture(qtbot, YET)
    both, middle = picture(qtbot, TOLD, YET)
    head = [(x, y) for x in range(middle - 30, middle + 30) for y in range(round(0.14 * alone.height()))]
    assert len({alone.pixel(x, y) for x, y in head}) == 1
    assert len({both.pixel(x, y) for x, y in head}) > 1
