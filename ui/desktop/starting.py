"""From the command to a window: first something to see, then a window that takes keys, then the rest."""

from __future__ import annotations

import sys
import threading
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QStyleFactory, QVBoxLayout, QWidget

from ui.desktop.placing import NORMAL, centre
from ui.desktop.theme import DARK, Theme, font, palette, theme_of
from ui.kept.settings import read_settings
from ui.late import SLOW, put_off
from ui.words import look_words

NEXT_NEEDED: Final = ("ui.desktop.running", "ui.desktop.planning", "scipy.signal", "scipy.special")
"""Loaded while the first window is looked at."""


class Cover(QWidget):
    """What is seen first, where the first window will be: its name, in its colours."""

    def __init__(self, theme: Theme = DARK) -> None:
        super().__init__()
        name, moment = QLabel(look_words.APP_NAME), QLabel(look_words.MOMENT)
        name.setFont(font(NORMAL.height() * 0.1, bold=True))
        moment.setFont(font(NORMAL.height() * 0.03))
        moment.setStyleSheet(f"color: {theme.quiet}")
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (name, moment):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)
        self.setWindowTitle(look_words.APP_NAME)
        centre(self)


class Loader(QObject):
    """Loads modules on a thread of its own; it is let finish when the program ends.

    Signals
    -------
    loaded()
        In the thread that made the object.
    """

    loaded = Signal()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="emg-loader").start()

    def _run(self) -> None:
        from importlib import import_module

        for name in NEXT_NEEDED:
            import_module(name)
        self.loaded.emit()


def run_app() -> int:
    """Run the program from its first window; returns the exit code."""
    theme = theme_of(read_settings())
    app = QApplication(sys.argv)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(theme))
    cover = Cover(theme)
    cover.show()
    app.processEvents()  # painted before anything else is loaded
    put_off("scipy", SLOW)
    from ui.desktop.shell import begin

    app, desktop = begin(again=True)
    desktop.show_start()
    app.processEvents()
    cover.close()
    loader = Loader()
    if desktop.start is not None:
        loader.loaded.connect(desktop.start.check_again)
    loader.start()
    if any(window.isVisible() for window in app.topLevelWidgets()):  # else it was closed again already
        app.exec()
    desktop.finish()
    return desktop.end.exit_code if desktop.end is not None else 0
