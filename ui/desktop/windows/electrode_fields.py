"""Whether the electrodes are new or still on, and how much time the maxima are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox

from calibrations.draft import Way
from calibrations.positions import Resistance
from ui.desktop.windows.door_page import plain_label
from ui.kept.earlier import Kept
from ui.words import look_words, start_words

FILE_ROLE: Final = Qt.ItemDataRole.UserRole


class ElectrodeFields(QObject):
    """The fields that say where rest and maximum come from.

    Signals
    -------
    changed()
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.electrodes = QComboBox()
        self.way = QComboBox()
        self.against = QComboBox()
        self.about = plain_label()
        self.key = plain_label()
        for way, text in start_words.WAYS.items():
            self.way.addItem(text, way)
        for resistance, text in start_words.AGAINST.items():
            self.against.addItem(text, resistance)
        self._kept: tuple[Kept, ...] | None = None
        self.electrodes.currentIndexChanged.connect(self._tell)
        self.offer((), None)

    def offer(self, kept: Sequence[Kept], now: datetime | None) -> None:
        """Offer these, newest first; what is chosen stays chosen if it still can be.

        Parameters
        ----------
        kept : sequence of Kept
            Those that can be used and those that cannot.
        now : datetime or None
            With the time zone of the clock on the wall; None where nothing is kept.
        """
        if tuple(kept) == self._kept:
            return
        self._kept = tuple(kept)
        before = self.calibration()
        model = QStandardItemModel(self)
        model.appendRow(QStandardItem(start_words.NEW_ELECTRODES))
        for one in kept:
            model.appendRow(_item(one, now))
        usable = [None, *(one.path for one in kept if not one.reason)]
        with QSignalBlocker(self.electrodes):
            self.electrodes.setModel(model)
            chosen = before if before in usable else None
            rows = [row for row in range(model.rowCount()) if self.electrodes.itemData(row) == chosen]
            self.electrodes.setCurrentIndex(rows[0])
        unusable = [one for one in kept if one.reason]
        self.about.setText(_line(unusable[0], now) if unusable and len(usable) == 1 else "")
        self.about.setVisible(bool(self.about.text()))
        self._tell()

    def turn_over(self) -> None:
        """Choose the newest that can be used, or new electrodes again."""
        if self.calibration() is not None:
            self.electrodes.setCurrentIndex(0)
            return
        usable = [row for row, one in enumerate(self._kept or (), start=1) if not one.reason]
        if usable and self.electrodes.isEnabled():
            self.electrodes.setCurrentIndex(usable[0])

    def _tell(self) -> None:
        """Say which key turns it over, where there is anything to choose."""
        usable = any(not one.reason for one in self._kept or ())
        said = look_words.STILL_ON_KEY if self.calibration() is None else look_words.NEW_KEY
        self.key.setText(said if usable else "")
        self.key.setVisible(usable)
        self.changed.emit()

    def calibration(self) -> Path | None:
        """Give the calibration that is to be used; None to measure anew."""
        chosen = self.electrodes.currentData(FILE_ROLE)
        return chosen if isinstance(chosen, Path) else None

    def chosen_way(self) -> Way:
        """Give the way of the maxima."""
        return Way(self.way.currentData())

    def resistance(self) -> Resistance | None:
        """Give what the maxima push against; None if nobody said."""
        said = self.against.currentData()
        return None if said is None else Resistance(said)


def _item(kept: Kept, now: datetime | None) -> QStandardItem:
    item = QStandardItem(_line(kept, now))
    item.setData(kept.path, FILE_ROLE)
    item.setEnabled(not kept.reason)
    item.setToolTip(kept.reason)
    return item


def _line(kept: Kept, now: datetime | None) -> str:
    """``Still on since 09:30``, or the file and why it cannot be used."""
    if kept.made_at is None or now is None:
        return start_words.hindrance_words(kept.path.name, kept.reason)
    since = start_words.still_on_words(kept.made_at, now)
    return start_words.KEPT_UNFIT.format(name=since, why=kept.reason) if kept.reason else since
