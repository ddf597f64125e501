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
from ui import words
from ui.desktop import theme
from ui.desktop.theme import DARK, Theme
from ui.home import AthleteError, check_athlete

DEMO_ATHLETE: Final = "demo"
DEFAULT_SITES: Final = ",".join(f"{name}={channel}" for name, channel in FOUR_SITES.as_dict().items())
TEXT_SHARE: Final = 0.027
"""Height of the letters as a share of the window's."""

Choices: TypeAlias = Callable[[], Sequence[tuple[str, str]]]
"""Gives what can be chosen now, as pairs of a code and the words for it."""


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What was chosen on the first screen.

    Attributes
    ----------
    athlete : str
        Athlete id.
    board, port : str
        ``cyton`` and its port, or ``simulated`` and nothing.
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


class StartWindow(QWidget):
    """Asks for what a session needs; Start stays off, with the reason beside it, until all is there.

    Parameters
    ----------
    ports : callable
        Serial ports that can be seen now: device and description.
    protocols : callable
        Protocols: code and title.
    on_start : callable
        Called with the choice.
    """

    def __init__(
        self,
        ports: Choices,
        protocols: Choices,
        on_start: Callable[[StartChoice], None],
        *,
        colours: Theme = DARK,
    ) -> None:
        super().__init__()
        self._ports = ports
        self._on_start = on_start
        self._colours = colours
        self.athlete = QLineEdit()
        self.athlete.setPlaceholderText(words.ATHLETE_HINT)
        self.source = QComboBox()
        self.look_again = QPushButton(words.REFRESH)
        self.sites = QLineEdit(DEFAULT_SITES)
        self.protocol = QComboBox()
        self.sore_side = QComboBox()
        self.start = QPushButton(words.START)
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
        self.refresh_ports()

    def refresh_ports(self) -> None:
        """Look for ports again; what was chosen stays chosen if it is still there."""
        chosen = self.source.currentData()
        self.source.clear()
        self.source.addItem(words.DEMO_SOURCE, "")
        for device, description in self._ports():
            name = f"{device}  ({description})" if description else device
            self.source.addItem(words.CYTON_SOURCE.format(port=name), device)
        self.source.setCurrentIndex(max(0, self.source.findData(chosen)))
        self._update()

    def choice(self) -> StartChoice:
        """Tell what is chosen now."""
        port = str(self.source.currentData() or "")
        return StartChoice(
            athlete=self.athlete.text().strip() if port else DEMO_ATHLETE,
            board="cyton" if port else "simulated",
            port=port,
            sites=self.sites.text().strip() if port else DEFAULT_SITES,
            protocol=str(self.protocol.currentData() or ""),
            sore_side=str(self.sore_side.currentData()),
            demo=not port,
        )

    def missing(self) -> str:
        """Say in words why it cannot start yet; empty if it can."""
        choice = self.choice()
        if not choice.athlete:
            return words.START_REASONS["athlete_missing"]
        if not choice.protocol:
            return words.START_REASONS["protocol_missing"]
        try:
            check_athlete(choice.athlete)
            Montage.parse(choice.sites)
        except (AthleteError, MontageError) as error:
            return str(error)
        return ""

    def begin(self) -> None:
        """Hand the choice on, if nothing is missing."""
        if not self.missing():
            self._on_start(self.choice())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let type and margins follow the window."""
        size = self.height() * TEXT_SHARE
        self.setFont(theme.font(size))
        for label, share, bold in (
            (self._title, 2.6, True),
            (self._tagline, 1.0, False),
            (self._notice, 0.72, False),
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
        source.addWidget(self.source, 1)
        source.addWidget(self.look_again)
        fields: dict[str, QWidget | QHBoxLayout] = {
            "athlete": self.athlete,
            "source": source,
            "sites": self.sites,
            "protocol": self.protocol,
            "sore_side": self.sore_side,
        }
        for name, field in fields.items():
            label = QLabel(words.START_LABELS[name])
            control = self.source if isinstance(field, QHBoxLayout) else field
            label.setBuddy(control)
            control.setAccessibleName(words.START_LABELS[name])
            self._form.addRow(label, field)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.source.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for box in (self.protocol, self.sore_side):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for edit in (self.athlete, self.sites):
            edit.setTextMargins(8, 0, 8, 0)
        source.setSpacing(12)
        self.start.setStyleSheet(theme.main_button(self._colours))
        for label in (self._tagline, self._notice, self.reason):
            label.setWordWrap(True)
        for label in (self._tagline, self._notice):
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
        self.source.currentIndexChanged.connect(self._update)
        self.look_again.clicked.connect(self.refresh_ports)
        self.start.clicked.connect(self.begin)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.refresh_ports)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(QKeySequence(key), self, self.begin)

    def _update(self) -> None:
        demo = self.choice().demo
        self.athlete.setEnabled(not demo)
        self.sites.setEnabled(not demo)
        missing = self.missing()
        self.start.setEnabled(not missing)
        self.start.setAccessibleDescription(missing)
        self.reason.setText(missing)
