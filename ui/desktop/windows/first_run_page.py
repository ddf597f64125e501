"""The page of the first start: five marks, five sentences, one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from ui.computer.first_run import Asked, Facts, Mark, lines
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.sign import paint_sign
from ui.desktop.windows.before_page import LOOK_AGAIN_MS, OnBattery
from ui.desktop.windows.door_page import DoorPage, plain_label
from ui.reading.set_up import Sign
from ui.words import first_run_words as words

SIGNS: Final = {Mark.GOOD: Sign.TICK, Mark.LOOK: Sign.TRIANGLE, Mark.OPEN: Sign.RING}


class FirstRunPage(DoorPage):
    """Tells once what this computer is like; it asks nothing, and every key that goes on ends it.

    Parameters
    ----------
    look : callable
        Gives what is known besides battery and ports; called when the page is shown.
    battery : callable
        Asked while the page is shown: who pulls the plug sees it said.

    Signals
    -------
    over()
        Somebody has seen it.
    ports_wanted()
        The ports are to be asked again.
    """

    over = Signal()
    ports_wanted = Signal()

    def __init__(self, look: Callable[[], Facts], battery: OnBattery, *, colours: Theme = DARK) -> None:
        super().__init__(words.TITLE, colours=colours)
        self._look, self._battery = look, battery
        self._facts: Facts | None = None
        self._asked: Asked | None = None
        self._marks = {name: MarkSign(colours) for name in words.NAMES}
        self.sentences = {name: plain_label() for name in words.NAMES}
        self._rows = QGridLayout()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._follow)
        self._lay_out()
        self.next_pressed.connect(self.over)
        self.back_pressed.connect(self.over)
        self.add_key(Qt.Key.Key_F5, self._ask_ports)

    def show_ports(self, asked: Asked) -> None:
        """Take the answers of the ports."""
        self._asked = asked
        self._follow()

    def mark(self, name: str) -> Mark:
        """Give the mark of a line."""
        return self._marks[name].mark

    def take_focus(self) -> None:
        """There is one thing to do."""
        self.next.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the computer, and at its battery as long as the page is there."""
        self._facts = self._look()
        self._follow()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        self._timer.stop()

    def spaced(self, size_px: float) -> None:
        """Let signs and spaces follow the letters."""
        self._rows.setVerticalSpacing(round(size_px * 1.1))
        self._rows.setHorizontalSpacing(round(size_px))
        for mark in self._marks.values():
            mark.setFixedSize(QSize(round(size_px * 1.5), round(size_px * 1.5)))

    def _ask_ports(self) -> None:
        self._asked = None
        self._follow()
        self.ports_wanted.emit()

    def _follow(self) -> None:
        """Say what is known now."""
        if self._facts is None:
            return
        for line in lines(self._facts, self._battery(), self._asked):
            self._marks[line.name].show_mark(line.mark)
            label = self.sentences[line.name]
            label.setText(line.sentence)
            label.setAccessibleName(f"{words.NAMES[line.name]}: {words.MARKS[line.mark]}. {line.sentence}")
        self.fit()

    def _lay_out(self) -> None:
        for number, (name, said) in enumerate(words.NAMES.items()):
            title = QLabel(said)
            self.set_type(title, 1.0, bold=True)
            self._rows.addWidget(self._marks[name], number, 0)
            self._rows.addWidget(title, number, 1)
            self._rows.addWidget(self.sentences[name], number, 2)
        self._rows.setColumnStretch(2, 1)
        self.body.addStretch(1)
        self.body.addLayout(self._rows)
        self.body.addStretch(2)
        self.back.hide()
        self.add_bottom()
        self.reason.setText(words.ONCE)
        self.set_type(self.reason, 0.8, quiet=True)
        self.next.setText(words.GO_ON)
        self.next.setAccessibleName(words.GO_ON)
        self.next.setToolTip(words.GO_ON_KEYS)


class MarkSign(QWidget):
    """Draws one mark; its sentence says the same to a screen reader."""

    def __init__(self, theme: Theme = DARK) -> None:
        super().__init__()
        self._theme = theme
        self.mark = Mark.OPEN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_mark(self, mark: Mark) -> None:
        """Draw this from now on."""
        self.mark = mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = QPointF(self.width() / 2, self.height() / 2)
            paint_sign(painter, SIGNS[self.mark], middle, self.height() * 0.4, self._theme)
