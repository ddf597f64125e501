"""Who: one field for an athlete that is known or new, and a name that stays on this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, cast

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.kept.athletes import MAX_NAME
from ui.words import start_words

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
        self._known = known
        self._names: dict[str, str] = {}
        self.id = QComboBox()
        self.id.setEditable(True)
        self.id.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.typed = QLineEdit()
        self.id.setLineEdit(self.typed)
        self.typed.setPlaceholderText(start_words.ATHLETE_HINT)
        self.name = QLineEdit()
        self.name.setPlaceholderText(start_words.NAME_HINT)
        self.name.setMaxLength(MAX_NAME)
        self._model = model = QStandardItemModel(self)
        self._fill()
        lines = _Lines(self)
        with QSignalBlocker(self.id):
            self.id.setModel(model)
            self.id.setCurrentIndex(-1)
        self.id.setItemDelegate(lines)
        completer = _ByIdOrName(model, self)
        self._list = cast(QAbstractItemView, completer.popup())
        self._list.setItemDelegate(lines)
        # its own replay of a press may lose the click; `eventFilter` sees to it
        self._list.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.id.setCompleter(completer)
        self._list.installEventFilter(self)
        self.id.editTextChanged.connect(self._show_name)

    def look_again(self) -> None:
        """List who is here now; somebody who has been deleted is not left in the field either."""
        typed, before = self.athlete(), set(self._names)
        with QSignalBlocker(self.id):
            self._fill()
            self.id.setCurrentIndex(-1)
            self.id.setEditText(typed)
        if typed in before - set(self._names):
            self.id.clearEditText()
            self.name.clear()

    def _fill(self) -> None:
        """Put everybody into the list."""
        self._names = dict(self._known())
        self._model.clear()
        for athlete, name in self._names.items():
            item = QStandardItem(athlete)
            line = start_words.ATHLETE_LINE.format(id=athlete, name=name) if name else athlete
            item.setData(line, LINE_ROLE)
            self._model.appendRow(item)

    def athlete(self) -> str:
        """Give the id as it is typed."""
        return self.id.currentText().strip()

    def set_list_font(self, font: QFont) -> None:
        """Write the suggestions in the letters of the field."""
        self._list.setFont(font)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a click beside the suggestions do what it was made for, besides closing them."""
        if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonPress:
            return super().eventFilter(watched, event)
        there = event.globalPosition().toPoint()
        if self._list.rect().contains(self._list.mapFromGlobal(there)):
            return super().eventFilter(watched, event)
        self._list.hide()
        window = self.id.window()
        beside = window.childAt(window.mapFromGlobal(there))
        if isinstance(beside, QAbstractButton):
            beside.click()
        elif beside is not None and beside.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            beside.setFocus(Qt.FocusReason.MouseFocusReason)
        return True

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
