"""Leave out the tests in which a window gets keys or the focus: `make check` does those on X displays.

As a pytest plugin: ``pytest -p tests.off_screen tests``. Where there is no X, and in ``make test``, all run
offscreen.
"""

from __future__ import annotations

import re
from pathlib import Path

WORKED = re.compile(r"\b(QTest|keyClick|waitActive|hasFocus|setFocus|activateWindow)\b")
"""Stands in the file of a test that works a window as somebody does who sits before it; to see what a shown
window paints there need not be anybody, and a display shows it only when it likes."""


def works_a_window(path: Path) -> bool:
    """Whether the tests of a file work a window."""
    return WORKED.search(path.read_text(encoding="utf-8")) is not None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what the run on X displays does."""
    return True if collection_path.match("test_*.py") and works_a_window(collection_path) else None
