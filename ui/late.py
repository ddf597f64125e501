"""Packages that are slow to import are loaded when something of them is first used.

SciPy's signal package alone takes longer than a window that takes keys may. The modules that filter say
``from scipy import signal`` and use it when a signal comes: what they get here until then stands for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, Final

SLOW: Final = ("fft", "linalg", "signal", "special")
"""Parts of SciPy that wait until a signal comes."""


class Late(ModuleType):
    """Stands for a package; asking it for anything loads the package, under Python's own lock."""

    def __getattr__(self, name: str) -> Any:
        """Load the package and give what was asked for; the next time it is here."""
        if name.startswith("__"):
            raise AttributeError(name)  # asking what kind of module it is loads nothing
        found = getattr(import_module(self.__name__), name)
        setattr(self, name, found)
        return found


def put_off(package: str, parts: Sequence[str]) -> None:
    """Let parts of a package wait until they are used; those that are loaded already stay as they are.

    Parameters
    ----------
    package : str
        Is imported now.
    parts : sequence of str
        Its sub-packages, for modules that say ``from package import part``.
    """
    whole = import_module(package)
    for part in parts:
        name = f"{package}.{part}"
        if name not in sys.modules and not isinstance(vars(whole).get(part), ModuleType):
            setattr(whole, part, Late(name))
