"""The first screen: who, which signal, which exercise, and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from emg.montage import FOUR_SITES, Montage, MontageError
from ui import start_words, words
from ui.desktop import theme
from ui.desktop.port_survey import Look
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.source_fields import SourceFields
from ui.home import AthleteError, check_athlete

DEMO_ATHLETE: Final = "demo"
DEFAULT_SITES: Final = ",".join(f"{name}={channel}" for name, channel in FOUR_SITES.as_dict().items())
TEXT_SHARE: Final = 0.027
"""Height of the letters as a share of the window's."""

Choices: TypeAlias = Callable[[], Sequence[tuple[str, str]]]
"""Gives what can be chosen, as pairs of a code and the words for it."""


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What was chosen on the first screen.

    Attributes
    ----------
    athlete : str
        Athlete id.
    board, port, address, serial : str
        Name from the table of boards, and where it is found; empty where that need not be said.
    sites : str
        ``SITE=CH,...``.
    protocol : str
        Code of the protocol.
    sore_side : str
        ``left``, ``right``, ``both`` or ``none``.
    demo : bool
        True for the simulated athlete.
    """

    athlete: str
    board: str
    port: str
    sites: str
    protocol: str
    sore_side: str
    demo: bool
    address: str = ""
    serial: str = ""


class StartWindow(QWidget):
    """Asks for what a session needs; Start stays off, with the reason beside it, until all is there.

    Parameters
    ----------
    look : callable
        Asks what is at the ports; called on a thread of its own by ``look_for_boards``.
    protocols : callable
        Protocols: code and title.
    on_start : callable
        Called with the choice; a ValueError from it is shown, and nothing starts.
    """

    def __init__(
        self,
        look: Look,
        protocols: Choices,
        on_start: Callable[[StartChoice], None],
        *,
        colours: Theme = DARK,
    ) -> None:
        super().__init__()
        self._on_start = on_start
        self._colours = colours
        self.athlete = QLineEdit()
        self.athlete.setPlaceholderText(start_words.ATHLETE_HINT)
        self.fields = SourceFields(look, self)
        self.sites = QLineEdit(DEFAULT_SITES)
        self.protocol = QComboBox()
        self.sore_side = QComboBox()
        self.start = QPushButton(start_words.START)
        self.reason = QLabel()
        self._title = QLabel(words.APP_NAME)
        self._tagline = QLabel(words.TAGLINE)
        self._notice = QLabel(words.NOT_MEDICAL)
        self._form = QFormLayout()
        self._column = QVBoxLayout(self)
        for code, title in protocols():
            self.protocol.addItem(title, code)
        for code, title in words.SORE_SIDES.items():
            self.sore_side.addItem(title, code)
        self._lay_out()
        self._connect()
        self.setWindowTitle(words.APP_NAME)
        self.setMinimumSize(800, 600)
        self._update()

    def look_for_boards(self) -> None:
        """Ask the ports; the window goes on meanwhile."""
        self.fields.look()

    def choice(self) -> StartChoice:
        """Tell what is chosen now."""
        source, demo = self.fields.choice(), self.fields.demo
        return StartChoice(
            athlete=DEMO_ATHLETE if demo else self.athlete.text().strip(),
            board=source.board,
            port=source.port,
            sites=DEFAULT_SITES if demo else self.sites.text().strip(),
            protocol=str(self.protocol.currentData() or ""),
            sore_side=str(self.sore_side.currentData()),
            demo=demo,
            address=source.address,
            serial=source.serial,
        )

    def missing(self) -> str:
        """Say in words why it cannot start yet; empty if it can."""
        choice = self.choice()
        if self.fields.missing():
            return self.fields.missing()
        if not choice.athlete:
            return start_words.START_REASONS["athlete_missing"]
        if not choice.protocol:
            return start_words.START_REASONS["protocol_missing"]
        try:
            check_athlete(choice.athlete)
            montage = Montage.parse(choice.sites)
            if self.fields.board.n_channels:
                montage.check_fits(self.fields.board.n_channels, choice.board)
        except (AthleteError, MontageError) as error:
            return str(error)
        return ""

    def begin(self) -> None:
        """Hand the choice on, if nothing is missing."""
        if self.missing():
            return
        try:
            self._on_start(self.choice())
        except ValueError as error:
            self.reason.setText(str(error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let type and margins follow the window."""
        size = self.height() * TEXT_SHARE
        self.setFont(theme.font(size))
        for label, share, bold in (
            (self._title, 2.6, True),
            (self._tagline, 1.0, False),
            (self._notice, 0.72, False),
            (self.fields.about, 0.78, False),
        ):
            label.setFont(theme.font(size * share, bold))
        for field in self.findChildren(QWidget):
            if isinstance(field, QLineEdit | QComboBox | QPushButton):
                field.setFont(theme.font(size))
                field.setMinimumHeight(max(44, round(size * 1.9)))
        side = max(24, round((self.width() - self.height() * 1.15) / 2))
        self._column.setContentsMargins(side, round(size * 1.5), side, round(size))
        self._form.setVerticalSpacing(round(size * 0.7))
        self._form.setHorizontalSpacing(round(size))

    def _lay_out(self) -> None:
        source = QHBoxLayout()
        source.addWidget(self.fields.source, 1)
        source.addWidget(self.fields.look_again)
        fields: dict[str, QWidget | QHBoxLayout] = {
            "athlete": self.athlete,
            "source": source,
            "sites": self.sites,
            "protocol": self.protocol,
            "sore_side": self.sore_side,
        }
        for name, field in fields.items():
            label = QLabel(start_words.START_LABELS[name])
            control = self.fields.source if isinstance(field, QHBoxLayout) else field
            label.setBuddy(control)
            control.setAccessibleName(start_words.START_LABELS[name])
            self._form.addRow(label, field)
            if name == "source":
                self.fields.place_label.setBuddy(self.fields.place)
                self._form.addRow(self.fields.place_label, self.fields.place)
                self._form.addRow("", self.fields.about)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.fields.source.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for box in (self.protocol, self.sore_side, self.fields.place):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.fields.about.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for edit in (self.athlete, self.sites):
            edit.setTextMargins(8, 0, 8, 0)
        source.setSpacing(12)
        self.start.setStyleSheet(theme.main_button(self._colours))
        for label in (self._tagline, self._notice, self.reason):
            label.setWordWrap(True)
        for label in (self._tagline, self._notice, self.fields.about):
            label.setStyleSheet(f"color: {self._colours.quiet}")
        bottom = QHBoxLayout()
        bottom.addWidget(self.reason, 1)
        bottom.addWidget(self.start)
        for widget in (self._title, self._tagline):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._column.addLayout(self._form)
        self._column.addStretch(1)
        self._column.addLayout(bottom)
        self._column.addStretch(1)
        self._column.addWidget(self._notice)

    def _connect(self) -> None:
        self.athlete.textChanged.connect(self._update)
        self.sites.textChanged.connect(self._update)
        self.fields.changed.connect(self._update)
        self.start.clicked.connect(self.begin)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.look_for_boards)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(QKeySequence(key), self, self.begin)

    def _update(self) -> None:
        demo = self.fields.demo
        self._form.setRowVisible(self.fields.place, self.fields.asks_place)
        self.athlete.setEnabled(not demo)
        self.sites.setEnabled(not demo)
        missing = self.missing()
        self.start.setEnabled(not missing)
        self.start.setAccessibleDescription(missing)
        self.reason.setText(missing)
