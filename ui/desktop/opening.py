"""A folder, opened with whatever this computer shows folders with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

OF_THE_BUNDLE: Final = ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
"""Say where the libraries of the bundle are: a program started with them would load those, not its own."""

AS_FOUND: Final = "{name}_ORIG"
"""Where the start of the bundle leaves the library path that it found; the others it does not keep."""


def open_folder(folder: Path) -> bool:
    """Open a folder in the computer's own program for files; False if there is none.

    Parameters
    ----------
    folder : Path
        On this computer: nothing else is ever opened.
    """
    with _the_computers_environment():
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


@contextmanager
def _the_computers_environment() -> Iterator[None]:
    """Take the bundle's own variables away while a program of the computer is started."""
    names = OF_THE_BUNDLE if getattr(sys, "frozen", False) else ()
    ours = {name: os.environ[name] for name in names if name in os.environ}
    for name in ours:
        found = os.environ.get(AS_FOUND.format(name=name))
        if found is None:
            del os.environ[name]
        else:
            os.environ[name] = found
    try:
        yield
    finally:
        os.environ.update(ours)
