"""The first page: who, which signal, which electrodes, which exercise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSizePolicy, QWidget

from emg.montage import FOUR_SITES, Montage, MontageError
from ui import start_words, words
from ui.desktop.port_survey import Look
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.athlete_fields import AthleteFields, KnownAthletes
from ui.desktop.windows.door_page import DoorPage, Rows, plain_label, show_row
from ui.desktop.windows.electrode_fields import ElectrodeFields
from ui.desktop.windows.source_fields import SourceFields
from ui.home import AthleteError, check_athlete

DEFAULT_SITES: Final = ",".join(f"{name}={channel}" for name, channel in FOUR_SITES.as_dict().items())
SHORTEST_TEXT: Final = 12
"""Letters of a field that can always be seen."""

Choices: TypeAlias = Callable[[], Sequence[tuple[str, str]]]
"""Gives what can be chosen, as pairs of a code and the words for it."""


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

    Signals
    -------
    changed()
        Something else is typed or chosen.
    """

    changed = Signal()

    def __init__(
        self, look: Look, protocols: Choices, athletes: KnownAthletes, *, colours: Theme = DARK
    ) -> None:
        super().__init__(words.APP_NAME, colours=colours)
        self.who = AthleteFields(athletes, self)
        self.fields = SourceFields(look, self)
        self.sites = QLineEdit(DEFAULT_SITES)
        self.taped = ElectrodeFields(self)
        self.protocol = QComboBox()
        self._name_label = QLabel(start_words.START_LABELS["name"])
        self._tagline = plain_label(words.TAGLINE)
        self._notice = plain_label(words.NOT_MEDICAL)
        self._form = Rows()
        for code, title in protocols():
            self.protocol.addItem(title, code)
        self._lay_out()
        self._connect()
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
            self.montage()
        except (AthleteError, MontageError) as error:
            return str(error)
        return ""

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
        show_row(self._way_row, shown=self.taped.calibration() is None)
        # who is there can be typed before the board is found
        for field in (self.sites, self.taped.electrodes, self.taped.way):
            field.setEnabled(not demo)
        self.name_next(starts=demo)
        missing = self.missing()
        self.next.setEnabled(not missing)
        self.say(missing)
        self.fit()

    def take_focus(self) -> None:
        """Begin at the athlete; whoever comes back to the page can go on at once."""
        known = bool(self.who.athlete()) and not self.missing()
        (self.next if known else self.who.id).setFocus()

    def spaced(self, size_px: float) -> None:
        """Let the spaces of the form follow the letters."""
        self._form.setVerticalSpacing(round(size_px * 0.55))
        self._form.setHorizontalSpacing(round(size_px))

    def _lay_out(self) -> None:
        self.back.hide()
        self._add("athlete", self.who.id, self._name_label, self.who.name)
        self._add("source", self.fields.source, self.fields.look_again)
        self._place_row = self._form.add(self.fields.place_label, self.fields.place)
        self._form.add_line(self.fields.about)
        self._add("sites", self.sites)
        self._add("electrodes", self.taped.electrodes)
        self._form.add_line(self.taped.about)
        self._way_row = self._add("way", self.taped.way)
        self._add("protocol", self.protocol)
        self.who.name.setAccessibleName(start_words.START_LABELS["name"])
        self._name_label.setBuddy(self.who.name)
        self.fields.look_again.setAccessibleName(start_words.REFRESH)
        for edit in (self.who.typed, self.who.name, self.sites):
            edit.setTextMargins(8, 0, 8, 0)
        self.set_type(self.title, 2.2, bold=True)
        self.set_type(self._tagline, 1.0, quiet=True)
        for label in (self.fields.about, self.taped.about, self._name_label):
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
        self.taped.changed.connect(self.follow)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.fields.look)
