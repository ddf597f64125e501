"""Who: one field for an athlete that is known or new, and a name that stays on this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui import start_words
from ui.athletes import MAX_NAME

KnownAthletes: TypeAlias = Callable[[], Sequence[tuple[str, str]]]
"""Gives the athletes of this computer as pairs of id and name; the name may be empty."""

LINE_ROLE: Final = int(Qt.ItemDataRole.UserRole)
"""Id and name: what the list shows, and what typing is compared with."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex


class AthleteFields(QObject):
    """The fields that say who it is.

    Parameters
    ----------
    known : callable
        Athletes of this computer.

    Signals
    -------
    changed()
        Another id is there.
    """

    changed = Signal()

    def __init__(self, known: KnownAthletes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names = dict(known())
        self.id = QComboBox()
        self.id.setEditable(True)
        self.id.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.typed = QLineEdit()
        self.id.setLineEdit(self.typed)
        self.typed.setPlaceholderText(start_words.ATHLETE_HINT)
        self.name = QLineEdit()
        self.name.setPlaceholderText(start_words.NAME_HINT)
        self.name.setMaxLength(MAX_NAME)
        model = QStandardItemModel(self)
        for athlete, name in self._names.items():
            item = QStandardItem(athlete)
            line = start_words.ATHLETE_LINE.format(id=athlete, name=name) if name else athlete
            item.setData(line, LINE_ROLE)
            model.appendRow(item)
        lines = _Lines(self)
        with QSignalBlocker(self.id):
            self.id.setModel(model)
            self.id.setCurrentIndex(-1)
        self.id.setItemDelegate(lines)
        completer = _ByIdOrName(model, self)
        if (popup := completer.popup()) is not None:
            popup.setItemDelegate(lines)
        self.id.setCompleter(completer)
        self.id.editTextChanged.connect(self._show_name)

    def athlete(self) -> str:
        """Give the id as it is typed."""
        return self.id.currentText().strip()

    def _show_name(self) -> None:
        """Show the kept name of a known athlete; one that is being typed stays for a new one."""
        name = self._names.get(self.athlete())
        if name is not None:
            self.name.setText(name)
        elif self.name.text() in self._names.values():
            self.name.clear()
        self.changed.emit()


class _Lines(QStyledItemDelegate):
    """Shows the name beside the id."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Take the whole line instead of the id alone."""
        super().initStyleOption(option, index)
        option.text = str(index.data(LINE_ROLE) or index.data())


class _ByIdOrName(QCompleter):
    """Finds an athlete by a part of the id or of the name, and gives the id."""

    def __init__(self, model: QStandardItemModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self.setCompletionRole(LINE_ROLE)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def pathFromIndex(self, index: Index) -> str:
        """Give what is written into the field."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))
