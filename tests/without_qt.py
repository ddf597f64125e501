"""Make every import of Qt fail, as on a machine without it.

As a pytest plugin: ``pytest -p no:pytest-qt -p tests.without_qt tests/emg``. What is below the windows
must not notice.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

QT_PACKAGES = frozenset({"PySide6", "shiboken6", "pyqtgraph"})


class _NoQt(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in QT_PACKAGES:
            raise ModuleNotFoundError(
                f"No module named {fullname!r}: Qt is left out on purpose", name=fullname
            )
        return None


sys.meta_path.insert(0, _NoQt())
