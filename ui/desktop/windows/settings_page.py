"""What the user chooses for good: language, colours, and what is to be heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QSlider, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.door_page import DoorPage, Rows, plain_label
from ui.desktop.windows.intake_fields import ChoiceRow
from ui.kept.settings import Settings
from ui.words import look_words

ReadSettings: TypeAlias = Callable[[], Settings]
KeepSettings: TypeAlias = Callable[[Settings], None]
"""Writes them to the disk; an OSError is said on the page."""


class SettingsPage(DoorPage):
    """Writes every change at once: there is nothing to confirm and nothing to lose.

    Parameters
    ----------
    read, keep : callable
        Where the settings are.
    """

    def __init__(self, read: ReadSettings, keep: KeepSettings, *, colours: Theme = DARK) -> None:
        super().__init__(look_words.SETTINGS_TITLE, colours=colours)
        self._read, self._keep = read, keep
        labels = look_words.SETTING_LABELS
        self.language = QComboBox()
        for code, name in look_words.LANGUAGE_NAMES.items():
            self.language.addItem(name, code)
        self.theme = ChoiceRow[str](labels["theme"], look_words.THEME_NAMES, colours=colours)
        self.sound = ChoiceRow[bool](labels["sound"], look_words.ON_OFF, colours=colours)
        self.tone = ChoiceRow[bool](labels["tone"], look_words.ON_OFF, colours=colours)
        self.speech = ChoiceRow[bool](labels["speech"], look_words.ON_OFF, colours=colours)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setSingleStep(5)
        self.volume.setTracking(False)  # dragged through a hundred values it is written once
        self.volume_said = QLabel()
        self._form = Rows()
        self._lay_out()
        self.show_settings(read())
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))
        self.theme.choose(settings.theme)
        for row, chosen in self._switches():
            row.choose(getattr(settings, chosen))
        self.volume.setValue(settings.volume_pct)
        self._say_volume()

    def take_focus(self) -> None:
        """Begin at the first field."""
        self.language.setFocus()

    def spaced(self, size_px: float) -> None:
        """Let the spaces of the form follow the letters."""
        self._form.setVerticalSpacing(round(size_px * 0.55))
        self._form.setHorizontalSpacing(round(size_px))
        self.volume_said.setMinimumWidth(round(size_px * 3.2))

    def _switches(self) -> tuple[tuple[ChoiceRow[bool], str], ...]:
        return (self.sound, "sound"), (self.tone, "tone"), (self.speech, "speech")

    def _chosen(self) -> dict[str, Any]:
        return {
            "language": str(self.language.currentData()),
            "theme": self.theme.value() or "dark",
            **{name: bool(row.value()) for row, name in self._switches()},
            "volume_pct": self.volume.value(),
        }

    def _write(self) -> None:
        """Write what is chosen; read first, for other things are kept in the same file."""
        try:
            self._keep(self._read().model_copy(update=self._chosen()))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.say(look_words.SETTINGS_NOT_KEPT.format(reason=reason))
        else:
            self.say("")
        self.fit()

    def _say_volume(self) -> None:
        self.volume_said.setText(look_words.PERCENT.format(value=self.volume.sliderPosition()))

    def _connect(self) -> None:
        self.language.currentIndexChanged.connect(self._write)
        self.theme.changed.connect(self._write)
        for row, _name in self._switches():
            row.changed.connect(self._write)
        self.volume.sliderMoved.connect(self._say_volume)
        self.volume.valueChanged.connect(self._say_volume)
        self.volume.valueChanged.connect(self._write)

    def _lay_out(self) -> None:
        self._add("language", self.language)
        self._add("theme", self.theme)
        self._add("sound", self.sound)
        self._add("volume", self.volume, self.volume_said)
        self._add("tone", self.tone)
        self._add("speech", self.speech)
        self.language.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.body.addStretch(1)
        self.body.addLayout(self._form)
        self.body.addStretch(1)
        note = plain_label(look_words.FROM_NEXT_START)
        self.set_type(note, 0.85, quiet=True)
        self.body.addWidget(note)
        self.back.hide()
        self.add_bottom()
        self.next.setText(look_words.DONE)
        self.next.setAccessibleName(look_words.DONE)

    def _add(self, name: str, *fields: QWidget) -> None:
        """Add a labelled row, and below it what it means."""
        fields[0].setAccessibleName(look_words.SETTING_LABELS[name])
        self._form.add(QLabel(look_words.SETTING_LABELS[name]), *fields)
        if name in look_words.SETTING_NOTES:
            note = plain_label(look_words.SETTING_NOTES[name])
            self.set_type(note, 0.78, quiet=True)
            fields[0].setAccessibleDescription(note.text())
            self._form.add_line(note)
