"""Before anything contracts: what is sore, who is here, and what follows for the efforts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, TypeAlias

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSpacerItem, QWidget

from calibrations.intake import PAIN_STOP, Intake, SorePlace, SoreSide
from emg.montage import Site
from emg.pain import PAIN_SCALE
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.door_page import DoorPage, Rows, plain_label, show_row
from ui.desktop.windows.intake_fields import ChoiceRow, SignsTable, choice_button
from ui.reading.muscles import Clock
from ui.words import intake_words, look_words

OnBattery: TypeAlias = Callable[[], bool | None]
"""Tells whether the computer runs on its battery; None where it cannot be told."""

TWO_DIGITS_S: Final = 1.0
"""A 0 within this time after a 1 makes it 10."""

LOOK_AGAIN_MS: Final = 2000
"""Who pulls the plug sees it said."""


class BeforePage(DoorPage):
    """Asks before anything contracts; Next stays off until what matters is said.

    Parameters
    ----------
    battery : callable
        Asked while the page is shown; where it tells nothing, people are.
    clock : callable
        Host time in seconds.
    """

    def __init__(self, battery: OnBattery, *, clock: Clock = time.monotonic, colours: Theme = DARK) -> None:
        super().__init__(intake_words.TITLE, colours=colours)
        self._read_battery, self._clock = battery, clock
        self._on_battery: bool | None = None
        self._sites: Sequence[Site] = ()
        self._calibrated = False
        self._morning_due = False
        self._morning_label = QLabel()
        self._one_at_s = float("-inf")
        labels, numbers = intake_words.LABELS, {n: str(n) for n in PAIN_SCALE}
        self.sore_side = ChoiceRow[SoreSide](labels["sore_side"], intake_words.SORE_SIDES, colours=colours)
        self.sore_place = ChoiceRow[SorePlace](
            labels["sore_place"], intake_words.SORE_PLACES, colours=colours
        )
        self.pain = ChoiceRow[int](labels["pain"], numbers, colours=colours)
        self.morning = ChoiceRow[int](look_words.MORNING_NAME, numbers, colours=colours)
        self.company = ChoiceRow[bool](labels["company"], intake_words.COMPANY, colours=colours)
        self.signs = SignsTable(colours=colours)
        self.battery = ChoiceRow[bool](labels["battery"], intake_words.BATTERY, colours=colours)
        self.battery_said = plain_label()
        self.maximal_anyway = QPushButton(intake_words.MAXIMAL_ANYWAY)
        self.maximal_anyway.setCheckable(True)
        self.stop = plain_label(intake_words.STOP)
        self.follows = plain_label()
        self._scale = plain_label(intake_words.PAIN_SCALE)
        self._why = plain_label(intake_words.BATTERY_WHY)
        self._form = Rows()
        self._above = QSpacerItem(0, 0)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._lay_out()
        self._connect()
        self._follow()

    # what was said

    def prepare(self, sites: Sequence[Site], *, calibrated: bool, morning: date | None = None) -> None:
        """Take what the efforts depend on besides the answers, and the day whose morning after is asked."""
        self._sites, self._calibrated, self._morning_due = sites, calibrated, morning is not None
        show_row(self._morning_row, shown=self._morning_due)
        if morning is not None:
            day = look_words.day_words(morning)
            self._morning_label.setText(look_words.MORNING_LABEL.format(date=day))
            asked = look_words.MORNING_ASKED.format(date=day)
            self.morning.setToolTip(asked)
            self.morning.setAccessibleDescription(asked)
        self.name_next(starts=calibrated)
        self._follow()

    def clear(self) -> None:
        """Forget all that was said: another athlete is here. The battery is asked once a session."""
        for row in (self.sore_side, self.sore_place, self.pain, self.morning, self.company, self.signs):
            row.clear()
        self.maximal_anyway.setChecked(False)

    def intake(self) -> Intake:
        """Give what was said; what no longer applies is left out."""
        side, alone = self.sore_side.value(), self.company.value() is True
        sore = side not in (None, SoreSide.NONE)
        said = Intake(
            sore_side=side,
            sore_place=self.sore_place.value() if sore else None,
            pain_0_10=self.pain.value(),
            alone=alone,
            flags=self.signs.flags() if alone else (),
            on_battery=self._battery(),
        )
        if not self.maximal_anyway.isChecked() or not self._therapist_may_decide(said):
            return said
        return Intake(
            said.sore_side, said.sore_place, said.pain_0_10, on_battery=said.on_battery, maximal_anyway=True
        )

    def pain_morning(self) -> int | None:
        """Give the pain of the morning after; None if it was not asked, or nobody knows."""
        return self.morning.value() if self._morning_due else None

    def missing(self) -> str:
        """Say what is still to be said; empty if nothing is."""
        question = self._open_question()
        return intake_words.REASONS[question] if question else ""

    def show_missing(self) -> None:
        """Put the keyboard on the first question without an answer."""
        rows: dict[str, QWidget | None] = {
            "sore_side": self.sore_side,
            "sore_place": self.sore_place,
            "pain": self.pain,
            "company": self.company,
            "signs": self.signs.unanswered(),
        }
        row = rows.get(self._open_question())
        if row is not None:
            row.setFocus(Qt.FocusReason.TabFocusReason)

    def take_focus(self) -> None:
        """Begin at what is still to be said."""
        self.show_missing() if self.missing() else self.next.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a digit for the pain; 1 and then 0 is 10."""
        digit = event.text()
        if event.isAutoRepeat() or digit not in set("0123456789") or not digit:
            super().keyPressEvent(event)
            return
        now_s = self._clock()
        ten = digit == "0" and now_s - self._one_at_s <= TWO_DIGITS_S
        self._one_at_s = now_s if digit == "1" else float("-inf")
        self.pain.choose(10 if ten else int(digit))

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the battery as long as the page is there."""
        self._look_at_battery()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        self._timer.stop()

    def spaced(self, size_px: float) -> None:
        """Let the spaces of the form, and the one above it, follow the letters."""
        self._above.changeSize(0, round(size_px))
        self._form.setVerticalSpacing(round(size_px * 0.5))
        self._form.setHorizontalSpacing(round(size_px))

    # inside

    def _open_question(self) -> str:
        """Name the first question that must be answered and is not."""
        side = self.sore_side.value()
        sore = side not in (None, SoreSide.NONE)
        alone = self.company.value()
        open_questions = {
            "sore_side": side is None,
            "sore_place": sore and self.sore_place.value() is None,
            "pain": sore and self.pain.value() is None,
            "company": alone is None,
            "signs": alone is True and self.signs.unanswered() is not None,
        }
        return next((question for question, is_open in open_questions.items() if is_open), "")

    def _therapist_may_decide(self, said: Intake) -> bool:
        """Whether a maximum of a sore muscle can be asked for at all: not alone, and not above the limit."""
        hurts = said.pain_0_10 is None or said.pain_0_10 > PAIN_STOP
        sore = any(said.is_sore(site) for site in self._sites)
        return sore and not hurts and self.company.value() is False and not self._calibrated

    def _battery(self) -> bool | None:
        """Give what the system says, else what was answered."""
        return self._on_battery if self._on_battery is not None else self.battery.value()

    def _look_at_battery(self) -> None:
        before, self._on_battery = self._on_battery, self._read_battery()
        known = self._on_battery is not None
        self.battery.setVisible(not known)
        self.battery_said.setVisible(known)
        self.battery_said.setText(intake_words.ON_BATTERY if self._on_battery else intake_words.ON_MAINS)
        if before is not self._on_battery:
            self._follow()

    def _follow(self) -> None:
        """Show what the answers ask for, and say what follows from them."""
        side = self.sore_side.value()
        show_row(self._place_row, shown=side not in (None, SoreSide.NONE))
        self.signs.setVisible(self.company.value() is True)
        said = self.intake()
        self.maximal_anyway.setVisible(self._therapist_may_decide(said))
        self.stop.setVisible(bool(said.flags))
        missing = self.missing()
        lines = intake_words.follows_words(said, self._sites, calibrated=self._calibrated)
        self.follows.setText("" if missing else "\n".join(lines))
        still_open = self._battery() is None
        self.next.setEnabled(not missing)
        self.calm_next(calm=still_open)
        self.say(missing or (intake_words.BATTERY_OPEN if still_open else ""))
        self.fit()

    def _lay_out(self) -> None:
        labels = {name: QLabel(text) for name, text in intake_words.LABELS.items()}
        self._form.add(labels["sore_side"], self.sore_side)
        self._place_row = self._form.add(labels["sore_place"], self.sore_place)
        self._form.add(labels["pain"], self.pain)
        self._form.add_line(self._scale)
        self._morning_row = self._form.add(self._morning_label, self.morning)
        show_row(self._morning_row, shown=False)
        self._form.add(labels["company"], self.company)
        self._form.add(labels["battery"], self.battery, self.battery_said)
        self._form.add_line(self._why)
        self.body.addSpacerItem(self._above)  # no stretch: what follows from an answer moves no row
        self.body.addLayout(self._form)
        self.body.addWidget(self.signs)
        self.body.addStretch(1)
        for line in (self.stop, self.follows, self.maximal_anyway):
            self.body.addWidget(line)
        self.add_bottom()
        self.set_type(self._scale, 0.78, quiet=True)
        self.set_type(self._why, 0.78, quiet=True)
        self.set_type(self.signs.title, 1.0, bold=True)
        self.set_type(self.stop, 1.25, bold=True)
        self.stop.setStyleSheet(
            f"color: {self.colours.text}; border: 3px solid {self.colours.bad};"
            " border-radius: 8px; padding: 6px;"
        )
        self.maximal_anyway.setAccessibleName(intake_words.MAXIMAL_ANYWAY)
        self.maximal_anyway.setStyleSheet(choice_button(self.colours))
        self.battery.setAccessibleDescription(intake_words.BATTERY_WHY)

    def _connect(self) -> None:
        for row in (self.sore_side, self.sore_place, self.pain, self.company, self.signs, self.battery):
            row.changed.connect(self._follow)
        self.maximal_anyway.toggled.connect(self._follow)
        self._timer.timeout.connect(self._look_at_battery)
