"""What can be set for today beside the exercise: target, ceiling, and how much the bars show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox

from emg.sets.targets import HIGHEST_PCT
from ui.words import look_words

FIRST_CEILING_PCT: Final = 40
CEILINGS: Final[Mapping[str, str]] = {
    "": look_words.CEILING_NONE,
    "auto": look_words.CEILING_MEASURED,
    "own": look_words.CEILING_OWN,
}


class MoreFields(QObject):
    """Fields that most days need not be touched; they are folded away until somebody asks.

    Signals
    -------
    changed()
        Something else is chosen, or they are folded in or out.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(look_words.MORE)
        self.button.setCheckable(True)
        self.target = _percent(0)
        self.target.setSpecialValueText(look_words.TARGET_MEASURED)
        self.ceiling = _choices(CEILINGS)
        self.ceiling_pct = _percent(1)
        self.ceiling_pct.setValue(FIRST_CEILING_PCT)
        self.feedback = _choices(look_words.FEEDBACK)
        self.button.toggled.connect(self.changed)
        for signal in (
            self.target.valueChanged,
            self.ceiling.currentIndexChanged,
            self.ceiling_pct.valueChanged,
            self.feedback.currentIndexChanged,
        ):
            signal.connect(self.changed)

    @property
    def shown(self) -> bool:
        """Whether they are to be seen; what was set stays in sight."""
        return self.button.isChecked() or self.is_set

    @property
    def is_set(self) -> bool:
        """Whether anything is set."""
        return bool(self.target.value() or self.ceiling.currentIndex() or self.feedback.currentIndex())

    @property
    def asks_ceiling(self) -> bool:
        """Whether a number is wanted for the ceiling."""
        return bool(self.ceiling.currentData() == "own")

    def target_pct(self) -> float | None:
        """Give the target; None takes it from the test holds."""
        return float(self.target.value()) or None

    def ceiling_word(self) -> str:
        """Give the ceiling as the command line takes it: empty, ``auto`` or a number."""
        return str(self.ceiling_pct.value()) if self.asks_ceiling else str(self.ceiling.currentData())

    def feedback_word(self) -> str:
        """Give the word for the bars in training; empty is as the exercise says."""
        return str(self.feedback.currentData())

    def clear(self) -> None:
        """Set nothing: another athlete is here."""
        self.target.setValue(0)
        for box in (self.ceiling, self.feedback):
            box.setCurrentIndex(0)
        self.ceiling_pct.setValue(FIRST_CEILING_PCT)
        self.button.setChecked(False)


def _percent(lowest: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(lowest, int(HIGHEST_PCT))
    box.setSuffix(look_words.OF_MAXIMUM)
    box.setGroupSeparatorShown(False)
    return box


def _choices(named: Mapping[str, str]) -> QComboBox:
    box = QComboBox()
    for code, text in named.items():
        box.addItem(text, code)
    return box
