"""Which board, and where: what answers at the ports, and all other boards that there are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from hardware.boards import BOARDS, Board, Link
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui import start_words
from ui.desktop.port_survey import Asked, Look, PortSurvey
from ui.desktop.windows.door_page import plain_label

DEMO_BOARD: Final = "simulated"
PLATFORMS: Final = {"win32": "windows", "darwin": "macos"}
MOST_PROBLEMS: Final = 2
"""Ports that cannot be used and are told about; the list itself has all."""

PLACES_OF_LINKS: Final = {Link.NETWORK: "stream", Link.FILE: "file"}
"""What is written after ``--port`` where it is no port."""


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """Which board was chosen, and where it is to be found."""

    board: str = DEMO_BOARD
    port: str = ""
    address: str = ""
    serial: str = ""


class SourceFields(QObject):
    """The fields that choose a signal; they stand in the form of the first screen.

    Parameters
    ----------
    look : callable
        Asks at all ports, on a thread of its own.

    Signals
    -------
    changed()
        Something else is chosen, or the ports have answered.
    """

    changed = Signal()

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = QComboBox()
        self.look_again = QPushButton(start_words.REFRESH)
        self.place_label = QLabel()
        self.place = QComboBox()
        self.place.setEditable(True)
        self._typed = QLineEdit()
        self.place.setLineEdit(self._typed)
        self.about = plain_label()
        self.survey = PortSurvey(look, self)
        self._asked: Sequence[Asked] = ()
        self._problem = ""
        self._hand_chosen = False
        self._places: dict[str, str] = {}
        self._kind = ""
        self.survey.answered.connect(self.show_ports)
        self.survey.failed.connect(self._show_failure)
        self.look_again.clicked.connect(self.look)
        self.source.activated.connect(self._keep_by_hand)
        self.source.currentIndexChanged.connect(self._show_chosen)
        self.place.editTextChanged.connect(self._keep_place)
        self._fill()

    # what is chosen

    def choice(self) -> SourceChoice:
        """Tell what is chosen now."""
        chosen = self._chosen()
        if chosen.port or not self._kind:
            return chosen
        place = self.place.currentText().strip()
        field = self._kind if self._kind in ("address", "serial") else "port"
        return SourceChoice(chosen.board, **{field: place})

    @property
    def demo(self) -> bool:
        """Whether it is the simulated athlete."""
        return self._chosen().board == DEMO_BOARD

    @property
    def asks_place(self) -> bool:
        """Whether it must, or may, be said where the board is."""
        return bool(self._kind)

    @property
    def board(self) -> Board:
        """Line of the table of what is chosen."""
        return BOARDS[self._chosen().board]

    def missing(self) -> str:
        """Say in words what is still missing; empty if nothing is."""
        board, choice = self.board, self.choice()
        if _hindrance(board):
            return _hindrance(board)
        if choice.port and board.link is Link.SERIAL and self.survey.running:
            return start_words.START_REASONS["looking"]
        lacking = [need for need in board.needs if not getattr(choice, need)]
        return start_words.START_REASONS[f"{self._kind}_missing"] if lacking else ""

    # the ports

    def look(self) -> None:
        """Ask the ports again; what is chosen stays chosen if it is still there."""
        if self.survey.start():
            self._problem = ""
            self.look_again.setEnabled(False)
            self.look_again.setText(start_words.LOOKING)
            self._show_chosen()

    def show_ports(self, asked: Sequence[Asked]) -> None:
        """Take the answers of the ports."""
        self._asked = asked
        self.look_again.setEnabled(True)
        self.look_again.setText(start_words.REFRESH)
        self._fill()

    def _show_failure(self, sentence: str) -> None:
        self._problem = sentence
        self.show_ports(())

    def _fill(self) -> None:
        """Make the list anew: the demo, what answers, what does not, and all boards by name."""
        before, found = self._chosen(), self._found()
        model = QStandardItemModel(self)
        model.appendRow(_item(start_words.DEMO_SOURCE, SourceChoice()))
        for port, board in found:
            text = start_words.FOUND.format(title=board.title, port=port)
            model.appendRow(_item(text, SourceChoice(board.name, port), _hindrance(board)))
        for facts, answer in self._asked:
            if answer is None or answer.board not in BOARDS:
                model.appendRow(_item(facts.device, SourceChoice("", facts.device), _why(facts, answer)))
        for board in BOARDS.values():
            if board.name != DEMO_BOARD:
                model.appendRow(_item(board.title, SourceChoice(board.name), _hindrance(board)))
        with QSignalBlocker(self.source):
            self.source.setModel(model)
            self.source.setCurrentIndex(self._row_of(before, found))
        self._show_chosen()

    def _found(self) -> list[tuple[str, Board]]:
        """Ports at which a board answers that is in the table."""
        named = [(facts.device, answer.board or "") for facts, answer in self._asked if answer is not None]
        return [(port, BOARDS[name]) for port, name in named if name in BOARDS]

    def _row_of(self, before: SourceChoice, found: Sequence[tuple[str, Board]]) -> int:
        """Keep what was chosen; while nobody has chosen, take the first board that answers."""
        wanted = before
        if not self._hand_chosen and not before.port:
            usable = [SourceChoice(board.name, port) for port, board in found if not _hindrance(board)]
            wanted = usable[0] if usable else before
        rows = [row for row in range(self.source.count()) if self.source.itemData(row) == wanted]
        return rows[0] if rows else 0

    # the fields follow

    def _chosen(self) -> SourceChoice:
        chosen = self.source.currentData()
        return chosen if isinstance(chosen, SourceChoice) else SourceChoice()

    def _keep_by_hand(self) -> None:
        self._hand_chosen = True

    def _keep_place(self, text: str) -> None:
        self._places[self._kind] = text
        self.changed.emit()

    def _show_chosen(self) -> None:
        chosen = self._chosen()
        asks = () if chosen.port else (*self.board.needs, *self.board.takes)
        self._kind = _kind(self.board, asks[0]) if asks else ""
        self.place_label.setText(start_words.PLACES[self._kind])
        with QSignalBlocker(self.place):
            self.place.clear()
            if self._kind == "port":
                self.place.addItems([facts.device for facts, _ in self._asked])
            self.place.setEditText(chosen.port or self._places.get(self._kind, ""))
            self._typed.setPlaceholderText(start_words.PLACE_HINTS[self._kind])
        self.about.setText("\n".join(self._about(chosen)))
        self.changed.emit()

    def _about(self, chosen: SourceChoice) -> list[str]:
        """Say what the chosen board can tell, what its port says, and which ports cannot be used."""
        sentences = [self._problem] if self._problem else []
        for facts, answer in self._asked:
            if facts.device == chosen.port:
                sentences.append(" ".join(filter(None, [answer.detail if answer else "", facts.advice])))
        if not self.demo:
            claims = start_words.claims_words(self.board.claims)
            sentences.append(" ".join(part for part in (claims, self.board.note) if part))
        problems = [
            start_words.hindrance_words(facts.device, facts.advice)
            for facts, answer in self._asked
            if answer is None and facts.advice
        ]
        if not self._asked and not self._problem and not self.survey.running:
            problems.append(start_words.NO_PORT)
        return [*filter(None, sentences), *problems[:MOST_PROBLEMS]]


def _item(text: str, choice: SourceChoice, hindrance: str = "") -> QStandardItem:
    """Line of the list; one that cannot be chosen says why."""
    item = QStandardItem(start_words.hindrance_words(text, hindrance) if hindrance else text)
    item.setData(choice, Qt.ItemDataRole.UserRole)
    item.setEnabled(not hindrance)
    item.setToolTip(hindrance)
    return item


def _kind(board: Board, place: str) -> str:
    return PLACES_OF_LINKS.get(board.link, place) if place == "port" else place


def _why(facts: PortFacts, answer: Answer | None) -> str:
    """Say why a port cannot be chosen by itself."""
    return answer.detail if answer is not None else facts.advice or start_words.NOT_ASKED


def _hindrance(board: Board) -> str:
    """Say why a board cannot be chosen; empty if it can."""
    if board.refusal:
        return board.refusal
    if _runs_here(board):
        return ""
    systems = " and ".join(start_words.SYSTEMS[name] for name in sorted(board.platforms))
    return start_words.OTHER_SYSTEM_ADVICE.format(systems=systems)


def _runs_here(board: Board) -> bool:
    return PLATFORMS.get(sys.platform, "linux") in board.platforms
