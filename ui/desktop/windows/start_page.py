"""The first page: who, which signal, which electrodes, which exercise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from emg.montage import FOUR_SITES, Montage, MontageError
from ui.desktop.port_survey import Look
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.athlete_fields import AthleteFields, KnownAthletes
from ui.desktop.windows.door_page import DoorPage, Rows, plain_label, show_row
from ui.desktop.windows.electrode_fields import ElectrodeFields
from ui.desktop.windows.more_fields import MoreFields
from ui.desktop.windows.source_fields import SourceChoice, SourceFields
from ui.kept.home import AthleteError, check_athlete
from ui.kept.recent import NOTHING_YET, Recent, recent_first
from ui.words import look_words, start_words, words
from ui.words.told import told

DEFAULT_SITES: Final = ",".join(f"{name}={channel}" for name, channel in FOUR_SITES.as_dict().items())
SHORTEST_TEXT: Final = 12
"""Letters of a field that can always be seen."""

ARROW_HEIGHTS: Final = 2.4
"""Width of a box beside its words, in heights of its letters."""

Choices: TypeAlias = Callable[[], Sequence[tuple[str, str]]]
"""Gives what can be chosen, as pairs of a code and the words for it."""

Refusal: TypeAlias = Callable[[str, Montage, bool], str]
"""Says why an exercise cannot be done with these sites, and a ceiling or none; empty if it can."""


def nothing_is_refused(protocol: str, montage: Montage, ceiling: bool) -> str:
    """Let every exercise be done."""
    return ""


class StartPage(DoorPage):
    """Asks for what a session needs; Next stays off, with the reason beside it, until all is there.

    Parameters
    ----------
    look : callable
        Asks what is at the ports.
    protocols : callable
        Protocols: code and title.
    athletes : callable
        Athletes of this computer: id and name.
    refuses : callable
        Says why an exercise cannot be done with the sites that are chosen.
    recent : Recent
        What was started last: the page opens with it.

    Signals
    -------
    changed()
        Something else is typed or chosen.
    history_pressed(), settings_pressed()
        By key or mouse.
    """

    changed = Signal()
    history_pressed = Signal()
    settings_pressed = Signal()

    def __init__(
        self,
        look: Look,
        protocols: Choices,
        athletes: KnownAthletes,
        *,
        refuses: Refusal = nothing_is_refused,
        recent: Recent = NOTHING_YET,
        colours: Theme = DARK,
    ) -> None:
        super().__init__(words.APP_NAME, colours=colours)
        self._refuses = refuses
        self._waits = bool(recent.athlete)
        self.history = QPushButton(look_words.HISTORY)
        self.settings = QPushButton(look_words.SETTINGS)
        self.who = AthleteFields(lambda: recent_first(athletes(), recent.athletes), self)
        self.fields = SourceFields(look, self)
        self.sites = QLineEdit(recent.sites or DEFAULT_SITES)
        self.taped = ElectrodeFields(self)
        self.more = MoreFields(self)
        self.protocol = QComboBox()
        self._name_label = QLabel(start_words.START_LABELS["name"])
        self._tagline = plain_label(words.TAGLINE)
        self._notice = plain_label(words.NOT_MEDICAL)
        self._form = Rows()
        for code, title in recent_first(protocols(), recent.protocols):
            self.protocol.addItem(title, code)
        self._lay_out()
        self._connect()
        for key, act in self._acts().items():
            self.add_key(QKeyCombination(Qt.KeyboardModifier.AltModifier, key), act)
        if recent.athlete:
            self.fields.prefer(SourceChoice(recent.board, recent.port, recent.address, recent.serial))
            self.who.id.setEditText(recent.athlete)
        self.follow()

    def missing(self) -> str:
        """Say in words why it cannot go on yet; empty if it can."""
        if self.fields.missing():
            return self.fields.missing()
        if self.fields.demo and self.who.athlete():
            return start_words.START_REASONS["demo_is_nobodys"]
        if not self.fields.demo and not self.who.athlete():
            return start_words.START_REASONS["athlete_missing"]
        if not self.protocol.currentData():
            return start_words.START_REASONS["protocol_missing"]
        try:
            if not self.fields.demo:
                check_athlete(self.who.athlete())
            montage = self.montage()
        except (AthleteError, MontageError) as error:
            return told(error)
        if self.fields.demo:
            return ""
        return self._refuses(str(self.protocol.currentData()), montage, bool(self.more.ceiling_word()))

    def montage(self) -> Montage:
        """Read sites and channels.

        Raises
        ------
        MontageError
            If they make no session, or the board has not the channels.
        """
        montage = Montage.parse(DEFAULT_SITES if self.fields.demo else self.sites.text().strip())
        montage.check_session()
        if self.fields.board.n_channels:
            montage.check_fits(self.fields.board.n_channels, self.fields.board.name)
        return montage

    def follow(self) -> None:
        """Show and hide what depends on the other fields, and say what is missing."""
        demo = self.fields.demo
        show_row(self._place_row, shown=self.fields.asks_place)
        for row in (self._way_row, self._against_row):
            show_row(row, shown=self.taped.calibration() is None)
        for row in self._more_rows:
            show_row(row, shown=self.more.shown)
        self.more.ceiling_pct.setVisible(self.more.shown and self.more.asks_ceiling)
        # who is there can be typed before the board is found
        for field in (self.sites, self.taped.electrodes, self.taped.way, self.taped.against):
            field.setEnabled(not demo)
        self.name_next(starts=demo)
        missing = self.missing()
        self.next.setEnabled(not missing)
        self.say(missing)
        self.fit()
        if self._waits and not missing and not demo:
            self._waits = False
            self.next.setFocus()  # all is as last time: one key goes on

    def take_focus(self) -> None:
        """Begin at the athlete; whoever comes back to the page can go on at once."""
        known = bool(self.who.athlete()) and not self.missing()
        (self.next if known else self.who.id).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the letters that no field has taken; with Alt they work while a field is written in."""
        act = {key.value: act for key, act in self._acts().items()}.get(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if act is None or not plain or event.isAutoRepeat():
            super().keyPressEvent(event)
            return
        act()

    def _acts(self) -> dict[Qt.Key, Callable[[], object]]:
        """Tell what a letter does, alone or with Alt."""
        return {
            Qt.Key.Key_H: self.history_pressed.emit,
            Qt.Key.Key_O: self.settings_pressed.emit,
            Qt.Key.Key_E: self.taped.turn_over,
        }

    def spaced(self, size_px: float) -> None:
        """Let the spaces of the form follow the letters."""
        self._form.setVerticalSpacing(round(size_px * 0.55))
        self._form.setHorizontalSpacing(round(size_px))
        self.who.set_list_font(self.who.id.font())
        # the hints are read whole, or the page has smaller letters
        for box, line in ((self.who.id, self.who.typed), (self.who.name, self.who.name)):
            wide = line.fontMetrics().horizontalAdvance(line.placeholderText())
            box.setMinimumWidth(wide + round(size_px * ARROW_HEIGHTS))

    def _lay_out(self) -> None:
        self.back.hide()
        self._add_heading()
        self._add("athlete", self.who.id, self._name_label, self.who.name)
        self._add("source", self.fields.source, self.fields.look_again)
        self._place_row = self._form.add(self.fields.place_label, self.fields.place)
        self._form.add_line(self.fields.about)
        self._add("sites", self.sites)
        self._add("electrodes", self.taped.electrodes)
        self._form.add_line(self.taped.key)
        self._form.add_line(self.taped.about)
        self._way_row = self._add("way", self.taped.way)
        self._against_row = self._add("against", self.taped.against)
        self._add("protocol", self.protocol)
        self._add_more()
        self.who.typed.setAccessibleName(start_words.START_LABELS["athlete"])
        self.who.name.setAccessibleName(start_words.START_LABELS["name"])
        self._name_label.setBuddy(self.who.name)
        self.fields.look_again.setAccessibleName(start_words.REFRESH)
        for edit in (self.who.typed, self.who.name, self.sites):
            edit.setTextMargins(8, 0, 8, 0)
        self.set_type(self.title, 2.2, bold=True)
        self.set_type(self._tagline, 1.0, quiet=True)
        for label in (self.fields.about, self.taped.about, self.taped.key, self._name_label):
            self.set_type(label, 0.8, quiet=True)
        self.set_type(self._notice, 0.72, quiet=True)
        self.body.addWidget(self._tagline)
        self.body.addStretch(1)
        self.body.addLayout(self._form)
        self.body.addStretch(1)
        for box in self.findChildren(QComboBox):
            # a long line in the list, with a reason in it, must not make the window wider
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(SHORTEST_TEXT)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add_bottom()
        column = self.layout()
        if column is not None:
            column.addWidget(self._notice)

    def _add_heading(self) -> None:
        """Put what is not about this session beside the title."""
        for button, signal in ((self.history, self.history_pressed), (self.settings, self.settings_pressed)):
            button.setAccessibleName(button.text())
            button.clicked.connect(signal)
            self.heading.addWidget(button)

    def _add_more(self) -> None:
        """Add what most days need not be touched, folded away."""
        more, labels = self.more, look_words.MORE_LABELS
        more.button.setAccessibleName(look_words.MORE)
        for name, field in (("target", more.target), ("ceiling", more.ceiling), ("feedback", more.feedback)):
            field.setAccessibleName(labels[name])
        more.ceiling_pct.setAccessibleName(look_words.CEILING_OWN_NAME)
        self._form.addWidget(more.button, self._form.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)
        self._more_rows = (
            self._form.add(QLabel(labels["target"]), more.target),
            self._form.add(QLabel(labels["ceiling"]), more.ceiling, more.ceiling_pct),
            self._form.add(QLabel(labels["feedback"]), more.feedback),
        )

    def _add(self, name: str, *fields: QWidget) -> list[QWidget]:
        """Add a labelled row; its first field has the label's name."""
        fields[0].setAccessibleName(start_words.START_LABELS[name])
        return self._form.add(QLabel(start_words.START_LABELS[name]), *fields)

    def _connect(self) -> None:
        for signal in (
            self.who.changed,
            self.sites.textChanged,
            self.fields.changed,
            self.protocol.currentIndexChanged,
        ):
            signal.connect(self.changed)
        for follower in (self.taped.changed, self.more.changed):
            follower.connect(self.follow)
        for touched in (self.who.typed.textEdited, self.fields.source.activated, self.sites.textEdited):
            touched.connect(self._stop_waiting)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.fields.look)

    def _stop_waiting(self) -> None:
        """Let the keyboard stay where it is: somebody is at work."""
        self._waits = False
