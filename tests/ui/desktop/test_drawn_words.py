"""Words as the widgets draw them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from ui.desktop.theme import DARK
from ui.desktop.widgets import paint


def drawn(text: str) -> QImage:
    """The words in a place that is too narrow for one line."""
    image = QImage(90, 90, QImage.Format.Format_RGB32)
    image.fill(DARK.ground)
    with QPainter(image) as painter:
        paint.draw_text(painter, QRectF(0, 0, 90, 90), text, DARK.text, 20)
    return image


@pytest.mark.parametrize("number", ["n 3", "44 %", "± 3", "0.6 s"])
def test_a_number_is_not_parted_from_its_unit_on_a_screen(qapp: QGuiApplication, number: str) -> None:
    """Else a line ends on "n", and the 3 below it belongs to nothing."""
    for before in ("held in", "held it on", "held it on for"):
        told = f"{before} {number}"
        glued = f"{before} {number.replace(' ', chr(0xA0))}"
        assert drawn(told) == drawn(glued), told
