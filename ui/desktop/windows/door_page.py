"""What the pages before a session have in common: type that fits, a reason, Back and Next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ui.desktop import theme
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.focus_ring import FocusRing
from ui.words import start_words

TEXT_SHARE: Final = 0.027
"""Height of the letters as a share of the window's; smaller where the words would not fit."""

SMALLEST_PX: Final = 10.0
SHRINK: Final = 0.96
CONTROL_HEIGHTS: Final = 1.9
"""Height of a field or a button, in heights of its letters."""

FIELDS: Final = QLineEdit | QComboBox | QAbstractButton | QAbstractSpinBox | QSlider
"""What has the height of a control."""

NEXT_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_PageDown)
BACK_KEYS: Final = (Qt.Key.Key_Escape, Qt.Key.Key_PageUp)


class DoorPage(QWidget):
    """One page: a title, a body, and a bottom line with the reason why it does not go on yet.

    Parameters
    ----------
    title : str
        Its big words.

    Signals
    -------
    next_pressed(), back_pressed()
        By key, clicker or mouse; Next also while something is missing.
    """

    next_pressed = Signal()
    back_pressed = Signal()

    def __init__(self, title: str, *, colours: Theme = DARK) -> None:
        super().__init__()
        self.colours = colours
        self.title = QLabel(title)
        self.reason = plain_label()
        self.next = QPushButton()
        self.back = QPushButton(start_words.BACK)
        self.back.setAccessibleName(start_words.BACK)
        self.name_next(starts=False)
        self.body = QVBoxLayout()
        self._shares: dict[QWidget, tuple[float, bool]] = {self.title: (2.0, True)}
        self._column = QVBoxLayout(self)
        self.heading = QHBoxLayout()
        """The title, and what a page puts beside it."""
        self.heading.addWidget(self.title, 1)
        self._column.addLayout(self.heading)
        self._column.addLayout(self.body, 1)
        self.ring = FocusRing(self, colours)

    # for the pages

    def set_type(self, widget: QWidget, share: float, *, bold: bool = False, quiet: bool = False) -> None:
        """Give a label its size, as a share of the page's letters."""
        self._shares[widget] = (share, bold)
        if quiet:
            widget.setStyleSheet(f"color: {self.colours.quiet}")

    def say(self, reason: str) -> None:
        """Say why it does not go on; nothing if it does."""
        self.reason.setText(reason)
        self.next.setAccessibleDescription(reason)

    def name_next(self, *, starts: bool) -> None:
        """Name the button after what it does: go on, or start."""
        self.next.setText(start_words.START if starts else start_words.NEXT)
        self.next.setAccessibleName(self.next.text())

    def calm_next(self, *, calm: bool) -> None:
        """Let Next look like any other button: it goes on, and something is still to be said."""
        if bool(self.next.property(theme.CALM)) is not calm:
            self.next.setProperty(theme.CALM, calm)
            self.next.style().unpolish(self.next)
            self.next.style().polish(self.next)

    def show_missing(self) -> None:
        """Lead to what is still missing; called when Next is pressed too early."""

    def take_focus(self) -> None:
        """Put the keyboard where it is needed first; called when the page is shown."""

    def spaced(self, size_px: float) -> None:
        """Let the spaces inside the body follow the letters."""

    def fit(self) -> None:
        """Make the letters as large as the window's height asks, and as small as its words need."""
        if not self.isVisible():
            return
        size = self.height() * TEXT_SHARE
        self._dress(size)
        while size > SMALLEST_PX and not self._fits():
            size *= SHRINK
            self._dress(size)

    def add_bottom(self) -> None:
        """Add the bottom line; called when the body is there, so that Tab reaches it last."""
        row = QHBoxLayout()
        row.addWidget(self.reason, 1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        row.setSpacing(12)
        self.next.setStyleSheet(theme.main_button(self.colours))
        self.next.setToolTip(start_words.NEXT_KEYS)
        self.back.setToolTip(start_words.BACK_KEYS)
        self.next.clicked.connect(self.next_pressed)
        self.back.clicked.connect(self.back_pressed)
        for key in NEXT_KEYS:
            self.add_key(key, self.next_pressed.emit)
        for key in BACK_KEYS:
            self.add_key(key, self.back_pressed.emit)
        self._column.addLayout(row)

    # inside

    def add_key(self, key: Qt.Key | QKeyCombination, act: Callable[[], object]) -> None:
        """Let a key do something on this page; held down it does it once."""
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(act)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let type and margins follow the window."""
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the words once there is a place for them."""
        self.fit()

    def _dress(self, size_px: float) -> None:
        for field in self.findChildren(QWidget):
            if isinstance(field.parentWidget(), QComboBox | QAbstractSpinBox):
                continue  # follows its box
            if isinstance(field, FIELDS):
                field.setFont(theme.font(size_px))
                field.setMinimumHeight(round(size_px * CONTROL_HEIGHTS))
            elif isinstance(field, QLabel):
                share, bold = self._shares.get(field, (1.0, False))
                field.setFont(theme.font(size_px * share, bold))
        side = max(24, round((self.width() - self.height() * 1.4) / 2))
        self._column.setContentsMargins(side, round(size_px), side, round(size_px))
        self._column.setSpacing(round(size_px * 0.5))
        self.spaced(size_px)

    def _fits(self) -> bool:
        self._column.update()
        self._column.activate()
        if self._column.totalMinimumSize().width() > self.width():
            return False
        if self._column.hasHeightForWidth():
            return self._column.totalHeightForWidth(self.width()) <= self.height()
        return self._column.totalSizeHint().height() <= self.height()


def plain_label(text: str = "") -> QLabel:
    """Make a label that breaks its words into lines and takes nothing in them for a command."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
    label.setSizePolicy(policy)
    return label


class Rows(QGridLayout):
    """Labels on the left, fields on the right; a row is as high as its words and no higher."""

    def __init__(self) -> None:
        super().__init__()
        self.setColumnStretch(1, 1)

    def add(self, label: QLabel, *fields: QWidget) -> list[QWidget]:
        """Add a row; its first field belongs to the label. Returns its widgets, to be hidden together."""
        label.setBuddy(fields[0])
        row, number = QHBoxLayout(), self.rowCount()
        row.setSpacing(12)
        for field in fields:
            row.addWidget(field)
        self.addWidget(label, number, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addLayout(row, number, 1)
        return [label, *fields]

    def add_line(self, line: QLabel) -> None:
        """Add a line that explains the field above it."""
        self.addWidget(line, self.rowCount(), 1)


def show_row(widgets: Sequence[QWidget], *, shown: bool) -> None:
    """Show or hide a row."""
    for widget in widgets:
        widget.setVisible(shown)
