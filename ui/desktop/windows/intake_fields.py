"""Questions that are answered by one of a few buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from calibrations.intake import Flag
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.door_page import plain_label
from ui.words import intake_words

Code = TypeVar("Code")

GAP_PX: Final = 8


class _Answered(QWidget):
    """Carries the signal: a generic class cannot."""

    changed = Signal()


class ChoiceRow(_Answered, Generic[Code]):
    """Buttons in a row, of which at most one is down; arrows move between them.

    Parameters
    ----------
    question : str
        For a screen reader.
    answers : mapping from code to str
        What can be answered, and the words on the buttons.

    Signals
    -------
    changed()
        Another one is down.
    """

    def __init__(self, question: str, answers: Mapping[Code, str], *, colours: Theme = DARK) -> None:
        super().__init__()
        self.buttons: dict[Code, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        for code, text in answers.items():
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAutoExclusive(True)  # the group does that; this makes screen readers say it
            button.setAccessibleName(f"{question}: {text}")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button)
            self.buttons[code] = button
            row.addWidget(button, 1)
        self.setStyleSheet(choice_button(colours))
        self._group.buttonToggled.connect(self._tell)
        self.setFocusProxy(next(iter(self.buttons.values())))

    def value(self) -> Code | None:
        """Give the answer; None if there is none yet."""
        return next((code for code, button in self.buttons.items() if button.isChecked()), None)

    def choose(self, answer: Code) -> None:
        """Answer."""
        self.buttons[answer].setChecked(True)

    def clear(self) -> None:
        """Take the answer away."""
        self._group.setExclusive(False)
        for button in self.buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def _tell(self, button: QPushButton, down: bool) -> None:
        self.changed.emit()


class SignsTable(_Answered):
    """The five signs for a clinician, each yes or no."""

    def __init__(self, *, colours: Theme = DARK) -> None:
        super().__init__()
        self.title = plain_label(intake_words.SIGNS_TITLE)
        self.all_no = QPushButton(intake_words.ALL_NO)
        self.all_no.setAccessibleName(f"{intake_words.SIGNS_TITLE} {intake_words.ALL_NO}")
        self.rows: dict[Flag, ChoiceRow[bool]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(GAP_PX // 2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.all_no, 0, 1)
        for number, (flag, text) in enumerate(intake_words.SIGNS.items(), start=1):
            answers = {True: intake_words.YES, False: intake_words.NO}
            row = ChoiceRow(text, answers, colours=colours)
            row.changed.connect(self.changed)
            self.rows[flag] = row
            label = plain_label(text)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, number, 0)
            grid.addWidget(row, number, 1)
        self.all_no.clicked.connect(self._answer_no)

    def flags(self) -> tuple[Flag, ...]:
        """Give the signs that were said yes to."""
        return tuple(flag for flag, row in self.rows.items() if row.value())

    def unanswered(self) -> ChoiceRow[bool] | None:
        """Give the first that has no answer yet."""
        return next((row for row in self.rows.values() if row.value() is None), None)

    def clear(self) -> None:
        """Take all answers away."""
        for row in self.rows.values():
            row.clear()

    def _answer_no(self) -> None:
        for row in self.rows.values():
            row.choose(answer=False)


def choice_button(colours: Theme) -> str:
    """Style sheet of a button that stays down: filled and bold when it does, a ring for the keyboard."""
    return (
        f"QPushButton {{ background: {colours.surface}; color: {colours.text};"
        f" border: 2px solid {colours.line}; border-radius: 6px; padding: 1px 6px; }}"
        f"QPushButton:checked {{ background: {colours.left}; color: {colours.ground}; font-weight: bold;"
        f" border-color: {colours.left}; }}"
        f"QPushButton:focus {{ border-color: {colours.text}; }}"
    )
