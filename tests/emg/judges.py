"""Other people's programs that judge our files, where they are to be had."""

from __future__ import annotations

from typing import Any

import pytest


def pyedflib() -> Any:
    """Give the module; a test, or a whole file, is skipped where there is none."""
    return pytest.importorskip(
        "pyedflib", reason="pyedflib, a judge of our files, has no wheel for this Python"
    )
