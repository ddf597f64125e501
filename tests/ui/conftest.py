"""What several tests of windows begin with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.ui.views import HOLDING

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.desktop.therapist_desk import Desk


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """The therapist's page on the screen, with a hold on it; modules with a desk of their own have that."""
    from tests.ui.desktop.therapist_desk import Desk  # here: not every run has Qt

    desk = Desk()
    qtbot.addWidget(desk)
    with qtbot.waitExposed(desk):
        desk.show()
    desk.page.show_view(HOLDING)
    yield desk
    desk.hide()
