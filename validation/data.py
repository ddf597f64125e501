"""The real recordings, read as they are, apart from the product's own readers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import FloatArray

SHARED: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the recordings are expected: beside the project."""


def table(path: Path, *, skip: int = 1, columns: tuple[int, ...] | None = None) -> FloatArray:
    """Read a table of numbers separated by commas; shape (n_rows, n_columns)."""
    return np.loadtxt(path, delimiter=",", skiprows=skip, usecols=columns, ndmin=2)


def named(path: Path, names: tuple[str, ...]) -> FloatArray:
    """Read columns by the names in the first line; shape (n_rows, len(names))."""
    with path.open(encoding="utf-8") as lines:
        header = lines.readline().strip().split(",")
    return table(path, columns=tuple(header.index(name) for name in names))


def openbci(path: Path) -> FloatArray:
    """Read the eight EXG channels of a text file of the OpenBCI GUI; shape (n_samples, 8)."""
    with path.open(encoding="utf-8") as lines:
        rows = [line for line in lines if line[0].isdigit()]
    return np.loadtxt(rows, delimiter=",", usecols=range(1, 9))
