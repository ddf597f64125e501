"""Which board, and where: what answers at the ports, and all other boards that there are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from hardware.boards import BOARDS, Board, Link
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.desktop.port_survey import Asked, Look, PortSurvey
from ui.desktop.windows.door_page import plain_label
from ui.words import look_words, start_words
from ui.words.body_words import all_of
from ui.words.told import told

DEMO_BOARD: Final = "simulated"
PLATFORMS: Final = {"win32": "windows", "darwin": "macos"}
COMMON_BOARDS: Final = ("cyton", "ganglion", "olimex", "replay")
"""What the list shows at first, besides the demo and what answers; the rest is behind a line of its own."""

MOST_LINES: Final = 12
"""Lines of the open list; longer ones are rolled."""

MORE: Final = "more"
"""In place of a choice: the line that opens the rest."""

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
        self.source.setStyleSheet("QComboBox { combobox-popup: 0; }")  # or it covers the screen
        self.source.setMaxVisibleItems(MOST_LINES)
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
        self._whole_list = False
        self._now = SourceChoice()
        self._last = SourceChoice()
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
        if self._is_away(choice):
            return look_words.BOARD_AWAY.format(board=told(board.title), port=choice.port)
        lacking = [need for need in board.needs if not getattr(choice, need)]
        return start_words.START_REASONS[f"{self._kind}_missing"] if lacking else ""

    def prefer(self, last: SourceChoice) -> None:
        """Choose what was used last, wherever it is found now; nothing if there is no such board any more."""
        if last.board in BOARDS and last.board != DEMO_BOARD:
            self._last = last
            kind = _kind(
                BOARDS[last.board], "address" if last.address else "serial" if last.serial else "port"
            )
            self._places[kind] = last.port or last.address or last.serial
            self._fill()

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
        """Make the list anew: the demo, what answers, what does not, the common boards, and the others."""
        found = self._found()
        wanted = self._wanted(self._chosen(), found)
        model = QStandardItemModel(self)
        model.appendRow(_item(start_words.DEMO_SOURCE, SourceChoice()))
        for port, board in found:
            text = start_words.FOUND.format(title=told(board.title), port=port)
            model.appendRow(_item(text, SourceChoice(board.name, port), _hindrance(board)))
        for facts, answer in self._asked:
            if answer is None or answer.board not in BOARDS:
                model.appendRow(_item(facts.device, SourceChoice("", facts.device), _why(facts, answer)))
        for board in self._listed(wanted.board):
            model.appendRow(_item(told(board.title), SourceChoice(board.name), _hindrance(board)))
        if not self._whole_list:
            more = QStandardItem(start_words.MORE_BOARDS)
            more.setData(MORE, Qt.ItemDataRole.UserRole)
            model.appendRow(more)
        with QSignalBlocker(self.source):
            self.source.setModel(model)
            rows = [row for row in range(self.source.count()) if self.source.itemData(row) == wanted]
            self.source.setCurrentIndex(rows[0] if rows else 0)
        self._show_chosen()

    def _listed(self, wanted: str) -> list[Board]:
        """List boards: the common ones and the chosen one, then all others once they are asked for."""
        boards = [board for board in BOARDS.values() if board.name != DEMO_BOARD]
        first = [board for board in boards if board.name in (*COMMON_BOARDS, wanted)]
        return first + [board for board in boards if board not in first] if self._whole_list else first

    def show_all(self) -> None:
        """Put every board there is into the list; what is chosen stays chosen."""
        self._whole_list = True
        self._fill()

    def _found(self) -> list[tuple[str, Board]]:
        """Ports at which a board answers that is in the table."""
        named = [(facts.device, answer.board or "") for facts, answer in self._asked if answer is not None]
        return [(port, BOARDS[name]) for port, name in named if name in BOARDS]

    def _wanted(self, before: SourceChoice, found: Sequence[tuple[str, Board]]) -> SourceChoice:
        """Keep what was chosen; while nobody has chosen, take the first board that answers."""
        if self._hand_chosen or (self._last.board == DEMO_BOARD and before.port):
            return before
        usable = [SourceChoice(board.name, port) for port, board in found if not _hindrance(board)]
        return self._preferred(usable) or before

    def _preferred(self, usable: Sequence[SourceChoice]) -> SourceChoice | None:
        """Give the board of last time, at its port before any other; without one the first that answers."""
        last = self._last
        if last.board == DEMO_BOARD:
            return usable[0] if usable else None
        here = [choice for choice in usable if choice.board == last.board]
        here.sort(key=lambda choice: choice.port != last.port)
        return here[0] if here else SourceChoice(last.board)

    def _is_away(self, choice: SourceChoice) -> bool:
        """Whether the board of last time was asked for at its port and has not answered."""
        by_itself = not self._hand_chosen and choice.board == self._last.board
        answers = any((port, one.name) == (choice.port, choice.board) for port, one in self._found())
        # a port that was typed, and that the system does not list, was not asked: believed while it is there
        listed = any(facts.device == choice.port for facts, _answer in self._asked)
        silent = not answers and (listed or not Path(choice.port).exists())
        return by_itself and self.board.link is Link.SERIAL and bool(choice.port) and silent

    # the fields follow

    def _chosen(self) -> SourceChoice:
        chosen = self.source.currentData()
        return chosen if isinstance(chosen, SourceChoice) else self._now

    def _keep_by_hand(self) -> None:
        if self.source.currentData() == MORE:
            row = self.source.currentIndex()
            self.show_all()
            self.source.showPopup()
            self.source.view().setCurrentIndex(self.source.model().index(row, 0))
            return
        self._hand_chosen = True

    def _keep_place(self, text: str) -> None:
        self._hand_chosen = True
        self._places[self._kind] = text
        self.changed.emit()

    def _show_chosen(self) -> None:
        chosen = self._now = self._chosen()
        asks = () if chosen.port else (*self.board.needs, *self.board.takes)
        self._kind = _kind(self.board, asks[0]) if asks else ""
        self.place_label.setText(start_words.PLACES[self._kind])
        for field in (self.place, self._typed):
            field.setAccessibleName(self.place_label.text())
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
                said = (answer.detail if answer else "", facts.advice)
                sentences.append(" ".join(filter(None, map(told, said))))
        if not self.demo:
            claims = start_words.claims_words(self.board.claims)
            sentences.append(" ".join(part for part in (claims, told(self.board.note)) if part))
        problems = [
            start_words.hindrance_words(facts.device, told(facts.advice))
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
    return told(answer.detail if answer is not None else facts.advice) or start_words.NOT_ASKED


def _hindrance(board: Board) -> str:
    """Say why a board cannot be chosen; empty if it can."""
    if board.refusal:
        return told(board.refusal)
    if _runs_here(board):
        return ""
    systems = all_of(start_words.SYSTEMS[name] for name in sorted(board.platforms))
    return start_words.OTHER_SYSTEM_ADVICE.format(systems=systems)


def _runs_here(board: Board) -> bool:
    return PLATFORMS.get(sys.platform, "linux") in board.platforms
