"""Where the electrodes go: one electrode pair after the other, on a drawing and in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from emg.montage import FOUR_SITES, Montage, Site
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.back_view import BackView
from ui.desktop.windows.door_page import DoorPage, plain_label
from ui.words import where_words

MOST_CM: Final = 60.0
"""As ``calibrations/placement.py`` takes them."""

LENGTH: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?) ?(?:cm)?")
DRAWING_SHARE, WORDS_SHARE = 40, 60


class LengthField(QLineEdit):
    """A field with which the keyboard can begin: while it is empty, every key that goes on still does."""

    def event(self, event: QEvent) -> bool:
        """Leave the arrows to the page while there is nothing to move in."""
        if event.type() is QEvent.Type.ShortcutOverride and not self.text():
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Space to the page while there is nothing to put it behind."""
        if event.key() == Qt.Key.Key_Space and not self.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class WherePage(DoorPage):
    """Shows one site at a time, with one field: centimetres from its landmark, for next time."""

    def __init__(self, *, colours: Theme = DARK) -> None:
        super().__init__(where_words.TITLE, colours=colours)
        self._montage = FOUR_SITES
        self._last_cm: Mapping[str, float] = {}
        self._typed: dict[str, str] = {}
        self._number = 0
        self.view = BackView(colours)
        self.site_title = plain_label()
        self.step = QLabel()
        self.lines: dict[str, QLabel] = {name: plain_label() for name in where_words.HEADINGS}
        self.cm = LengthField()
        self.cm_label = plain_label()
        self.last = QLabel()
        self._guide = QGridLayout()
        self._lay_out()
        self.cm.textChanged.connect(self._keep_cm)
        for key, signal in ((Qt.Key.Key_Right, self.next_pressed), (Qt.Key.Key_Left, self.back_pressed)):
            self.add_key(key, signal.emit)

    @property
    def site(self) -> Site:
        """The site that is shown."""
        return self._montage.sites[self._number]

    def prepare(self, montage: Montage, last_cm: Mapping[str, float]) -> None:
        """Begin at the first site; what was typed before stays.

        Parameters
        ----------
        montage : Montage
            Sites of the session, in their order.
        last_cm : mapping from site to float
            Centimetres of last time.
        """
        self._montage, self._last_cm, self._number = montage, last_cm, 0
        self._show()

    def clear(self) -> None:
        """Forget what was typed: another athlete is here."""
        self._typed.clear()

    def next_site(self) -> bool:
        """Go to the next site; False if this is the last one."""
        return self._go_to(self._number + 1)

    def previous_site(self) -> bool:
        """Go to the site before; False if this is the first one."""
        return self._go_to(self._number - 1)

    def centimetres(self) -> dict[str, float]:
        """Give the lengths that were typed, by site."""
        read = {site: centimetres(text) for site, text in self._typed.items()}
        return {site: cm for site, cm in read.items() if cm is not None}

    def missing(self) -> str:
        """Say what is wrong with the length that is typed; empty if nothing is."""
        text = self.cm.text().strip()
        if not text or centimetres(text) is not None:
            return ""
        return where_words.CM_BAD.format(most=MOST_CM)

    def show_missing(self) -> None:
        """Lead to the length."""
        self.cm.setFocus()
        self.cm.selectAll()

    def take_focus(self) -> None:
        """Begin with the length: it is the one thing that can be written here."""
        self.show_missing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Write a digit into the one field there is, and let the keyboard stay there; Space goes on."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.next_pressed.emit()
            return
        if event.text() and event.text() in "0123456789":
            self.cm.setFocus()
            self.cm.insert(event.text())
            return
        super().keyPressEvent(event)

    def spaced(self, size_px: float) -> None:
        """Let the spaces between the lines follow the letters."""
        self._guide.setVerticalSpacing(round(size_px * 0.6))
        self._guide.setHorizontalSpacing(round(size_px))
        self.cm.setFixedWidth(round(size_px * 6))

    def _go_to(self, number: int) -> bool:
        if not 0 <= number < len(self._montage.sites):
            return False
        self._number = number
        self._show()
        self.take_focus()
        return True

    def _show(self) -> None:
        site, sites = self.site, self._montage.sites
        guide = where_words.guide(site)
        said = {
            "find": f"{guide.lie} {guide.find}",
            "direction": guide.direction,
            "spacing": where_words.SPACING,
            "skin": where_words.SKIN,
            "reference": where_words.REFERENCE,
            "leads": where_words.LEADS,
        }
        for name, label in self.lines.items():
            label.setText(said[name])
        self.view.show_site(site, sites)
        self.site_title.setText(where_words.title_words(site, self._montage.as_dict()[site.name]))
        self.step.setText(where_words.STEP.format(number=self._number + 1, total=len(sites)))
        last = self._last_cm.get(site.name)
        self.last.setText(
            where_words.CM_HINT if last is None else where_words.CM_LAST.format(cm=where_words.cm_words(last))
        )
        self.cm.setText(self._typed.get(site.name, ""))
        self.cm_label.setText(where_words.cm_label(site))
        self.cm.setAccessibleName(self.cm_label.text())
        self.cm.setAccessibleDescription(self.last.text())
        self.name_next(starts=self._number == len(sites) - 1)
        self._keep_cm(self.cm.text())

    def _keep_cm(self, text: str) -> None:
        self._typed[self.site.name] = text
        missing = self.missing()
        self.next.setEnabled(not missing)
        self.say(missing)
        self.fit()

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self.site_title, 1)
        heading.addWidget(self.step)
        for row, (name, text) in enumerate(where_words.HEADINGS.items()):
            label = QLabel(text)
            self._guide.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._guide.addWidget(self.lines[name], row, 1)
            self.set_type(label, 1.0, quiet=True)
            self.set_type(self.lines[name], 1.0)
        self._guide.setColumnStretch(1, 1)
        length = QHBoxLayout()
        length.addWidget(self.cm_label)
        length.addWidget(self.cm)
        length.addWidget(self.last)
        self.cm_label.setBuddy(self.cm)
        words = QVBoxLayout()
        words.addLayout(heading)
        words.addStretch(1)
        words.addLayout(self._guide)
        words.addStretch(1)
        words.addLayout(length)
        both = QHBoxLayout()
        both.addWidget(self.view, DRAWING_SHARE)
        both.addLayout(words, WORDS_SHARE)
        both.setSpacing(16)
        self.body.addLayout(both, 1)
        self.add_bottom()
        self.set_type(self.site_title, 1.35, bold=True)
        self.set_type(self.step, 1.0, quiet=True)
        self.set_type(self.last, 0.9, quiet=True)


def centimetres(text: str) -> float | None:
    """Read a length as people write it, ``9.5``, ``9,5`` or ``9.5 cm``; None if it is none."""
    match = LENGTH.fullmatch(text.strip())
    value = float(match[1].replace(",", ".")) if match else 0.0
    return value if 0.0 < value <= MOST_CM else None
