"""Pictures of the first start: all is well, nothing is known yet, and most things are to be looked at."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.computer.first_run import Asked, Facts, Hearing
from ui.desktop.theme import Theme
from ui.desktop.windows.first_run_page import FirstRunPage

WELL: Asked = ((PortFacts("/dev/ttyUSB0"), Answer("cyton", "An OpenBCI Cyton answers.")),)
REFUSED: Asked = ((PortFacts("/dev/ttyUSB0", usable=False), None),)
FOLDER = "~/.local/share/powerhold"


def first_run_scenes(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """Make each with its name."""
    well, full = Facts(Hearing.GOOD, FOLDER), Facts(Hearing.NO_LIBRARY, FOLDER, "No space left on device")
    yield "first_run", _page(well, WELL, theme, battery=True)
    yield "first_run_begins", _page(well, None, theme, battery=None)
    yield "first_run_trouble", _page(full, REFUSED, theme, battery=False)


def _page(facts: Facts, asked: Asked | None, theme: Theme, *, battery: bool | None) -> FirstRunPage:
    page = FirstRunPage(lambda: facts, lambda: battery, colours=theme)
    if asked is not None:
        page.show_ports(asked)
    return page
