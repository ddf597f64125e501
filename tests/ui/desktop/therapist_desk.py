"""A window with the therapist's page in it, and eyes for what is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from tests.fakes import ManualClock
from tests.ui.session.test_standing import standing
from tests.ui.session.test_traces import opened
from tests.ui.views import NOW_S
from ui.desktop.theme import DARK
from ui.desktop.windows.therapist_page import TherapistPage
from ui.reading.latency import Latencies
from ui.session.traces import Traces


class Desk(QWidget):
    """A window with the page in it, which hears the keys that the page lets pass."""

    def __init__(self, traces: Traces | None = None) -> None:
        super().__init__()
        self.clock = ManualClock(NOW_S)
        self.standing, self.latencies = standing(), Latencies()
        self.traces = traces or opened()
        self.page = TherapistPage(self.clock, DARK, self.traces, self.latencies, self.standing)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.page)
        self.heard: list[int] = []
        self.resize(1366, 768)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.heard.append(event.key())

    def texts(self) -> str:
        """All that can be read on the page, drawn words and screen reader's words."""
        found = [label.text() for label in self.page.findChildren(QLabel) if label.isVisible()]
        for widget in self.page.findChildren(QWidget):
            if widget.isVisible():
                found += [widget.accessibleName(), widget.accessibleDescription()]
        return "\n".join(found)

    def picture(self) -> QImage:
        """What is painted of the traces."""
        return self.page.trace_panel.grab().toImage()


def level(desk: Desk, site: str) -> float | None:
    return desk.page.bars.bars[site].reading().level_pct


def differing(one: QImage, other: QImage) -> set[int]:
    """Columns of pixels in which two pictures differ."""
    first, second = (
        np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32).reshape(
            image.height(), image.width()
        )
        for image in (one, other)
    )
    return set(np.flatnonzero((first != second).any(axis=0)).tolist())
